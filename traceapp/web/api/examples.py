"""One example for every body a program sends, and for the parts of addresses: to copy and change.

Numbers beginning with 952 are GS1's for demonstrations; names say that they are none of anybody's. A test
holds each example against its shape.
"""

from collections.abc import Mapping
from typing import Any, Final

from traceapp.i18n import N_

ID, OTHER_ID = "K7M2QX4B", "R3T8WZ5C"
SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
SCAN: Final = {"name": "quyet-dinh.pdf", "content": "JVBERi0xLjQK"}
_PAPER: Final[dict[str, Any]] = {
    "number": "DEMO-FSMS-0001",
    "scheme": "iso_22000",
    "standard": "ISO 22000:2018",
    "scope": "Sản xuất rượu men lá",
    "trade_items": [ID],
    "places": [],
    "activities": ["processing"],
    "issued_on": "2026-06-10",
    "valid_from": "2026-06-10",
    "valid_until": "2029-06-09",
}
_ACCREDITATION: Final[dict[str, Any]] = {
    "accreditor": "BoA",
    "number": "DEMO-ACC-001",
    "standard": "ISO/IEC 17021-1:2015",
    "scopes": ["FSMS", "QMS"],
    "valid_from": "2024-01-01",
    "valid_until": "2028-12-31",
}
_PRODUCT: Final[dict[str, Any]] = {
    "name_vi": "Rượu men lá (minh họa)",
    "name_en": "Leaf-yeast liquor (demo)",
    "category": "liquor",
    "gtin": "9520009010011",
    "net_content": "500",
    "net_unit": "MLT",
    "alcohol_percent": "29.5",
    "shelf_life": 2,
    "shelf_life_unit": "year",
    "standards": ["TCVN 7043:2013"],
}
_LOT: Final[dict[str, Any]] = {
    "code": "L261120A",
    "made_on": "2026-11-20",
    "quantity": "1200",
    "unit": "H87",
    "place": OTHER_ID,
}
_ANSWER: Final[dict[str, Any]] = {"deed": "set_apart", "unit": "H87", "held": "20", "returned": "0"}

BODIES: Final[Mapping[str, dict[str, Any]]] = {
    "AccreditationDecisionWish": {
        "kind": "suspension", "from_on": "2026-11-20", "reason": "Theo quyết định của tổ chức công nhận",
        "document_number": "12/QĐ-DEMO", "file": SCAN,
    },
    "AccreditationWish": _ACCREDITATION,
    "ActivationWish": {"sheets": "1-3"},
    "AnswerWish": _ANSWER,
    "BodyWish": {"name": "Tổ chức chứng nhận Minh họa", "name_en": "Illustration Certification"},
    "CallWish": {"called": True},
    "CartonWish": {"count": 24, "cartons": 10},
    "CertificateWish": _PAPER | {"body": OTHER_ID},
    "ClosingWish": {"reason": "Đã tới nơi bán kiểm tra; tem bị dán nhầm lô."},
    "CodeQuestion": {"code": "VC1:6BFOXN..."},
    "ConfirmWish": {"seen": SHA256},
    "Correction": _ACCREDITATION | {"version": 2},
    "CorrectionWish": _PAPER | {"scans": []},
    "DecisionWish": {
        "kind": "suspension", "from_on": "2026-11-20", "reason": "Chưa khắc phục điểm không phù hợp",
        "file": SCAN,
    },
    "ExtensionWish": {"review_on": "2026-12-20", "reason": "Chờ kết quả kiểm nghiệm"},
    "IssuedWish": _PAPER | {"holder": OTHER_ID, "scans": [SCAN]},
    "ItemChange": {
        "version": 4, "code": "9520009010011", "quantity": "2", "unit": "H87", "finding": "unclear",
    },
    "ItemRemoval": {"version": 4},
    "LiftWish": {
        "ending": "destroy", "outcome": {"recovered": "180", "handled": "180", "unit": "H87"},
        "reason": "Đã tiêu hủy dưới sự chứng kiến của cơ quan kiểm tra",
    },
    "LotWish": _LOT,
    "Measured": {
        "medium": "a4-65", "readings": {"a": "0.4", "b": "-0.2", "c": "0.5", "d": "-0.1"}, "ruler": "100",
    },
    "MergeWish": {"into": OTHER_ID, "version": 1},
    "MistakeWish": {"reason": "Ghi nhầm số chứng nhận; quyết định là về giấy khác"},
    "MovementWish": {
        "direction": "despatched", "name": "Cửa hàng Minh họa", "phone": "0912000001", "quantity": "120",
        "unit": "H87", "moved_on": "2026-11-22", "document_number": "PXK-0001",
    },
    "NewLotWish": _LOT | {"trade_item": ID},
    "NewProductWish": _PRODUCT,
    "OrderWish": {"lot": ID, "count": 1200, "medium": "a4-65"},
    "OwnAnswerWish": _ANSWER | {"token": "Q2hpLWxhLXZpLWR1LTAwMDE"},
    "OwnPlaceWish": {
        "kind": "workshop", "name": "Xưởng Minh họa", "admin_unit": "au_lang_son_ky_lua",
        "latitude": "21.85372", "longitude": "106.76101", "coordinates_public": False,
    },
    "PartyWish": {
        "kind": "cooperative", "tax_code": "0100233488", "name_vi": "HTX Minh họa", "street": "Thôn Minh họa",
        "admin_unit": "au_lang_son_ky_lua", "phone": "0912000001",
    },
    "PinWish": {
        "gtin": "9520009010011", "serial": "7QK3M9XW2RTB", "pin": "4F7K2M", "area": "20",
        "device": "b1c7e0f2-may-cua-nguoi-mua",
    },
    "PrinterWish": {"name": "Canon 2900 ở văn phòng", "model": "laser-600"},
    "ProductWish": _PRODUCT,
    "RefusedParty": {"reason": "Địa chỉ chưa đúng xã hiện nay", "version": 3},
    "RefusalWish": {"reason": "Chưa đủ căn cứ: thiếu kết quả kiểm nghiệm"},
    "ReprintWish": {"sheets": "3", "reason": "jam", "how": "anew"},
    "RestraintWish": {
        "kind": "hold", "lot": ID, "reason": "wrong_label", "told": "Đang kiểm tra nhãn của lô này.",
    },
    "ReturnWish": {"reason": "Thiếu trang phụ lục ghi phạm vi"},
    "RevocationWish": {"why": "lost"},
    "StartWish": {"codes": ["9520009010011"]},
    "StepsWish": {
        "version": 1,
        "place": {
            "site_name": "Chợ Minh họa", "commune": "Phường Minh họa",
            "began_at": "2026-11-27T08:30:00+07:00",
        },
        "items": [{"code": "9520009010011", "quantity": "2", "unit": "H87"}],
        "answers": {"label": "yes"},
        "result": {"result": "conformant", "findings": "Nhãn và tem khớp với hồ sơ."},
    },
    "UndoWish": {"act": 1042},
    "VersionWish": {"version": 2},
    "VoidWish": {"first": "66", "last": "130", "reason": "Tờ 2 bị ướt"},
    "WishedReminders": {"steps": [30, 7, 0]},
}  # fmt: skip
"""By the name of the shape."""

PROBLEM: Final[dict[str, Any]] = {
    "type": "urn:traceapp:stamps_active_already",
    "title": "Chưa làm được",
    "status": 409,
    "detail": "Tem này đã kích hoạt rồi.",
    "code": "stamps_active_already",
}

PARTS: Final[Mapping[str, tuple[str, Any]]] = {
    "public_id": (N_("Mã công khai của hồ sơ, 8 ký tự"), ID),
    "sha256": (N_("Mã băm SHA-256 của tệp"), SHA256),
    "number": (N_("Mã, hoặc số thứ tự của dòng"), None),
    "sheet": (N_("Số tờ in ở lề"), 1),
    "sequence": (N_("Số thứ tự quyết định"), 1),
    "kind": (N_("Chỉ loại này"), None),
    "state": (N_("Chỉ trạng thái này"), None),
    "status": (N_("Chỉ trạng thái này"), None),
    "limit": (N_("Số dòng một trang"), 50),
    "count": (N_("Số tem"), 1200),
    "gtin": ("", "9520009010011"),
    "serial": ("", "7QK3M9XW2RTB"),
    "code": ("", None),
    "Idempotency-Key": ("", "5f0c3e1a-0b7d-4c1e-9a55-2f6f0d7c8e21"),
}
"""Of an address or a header, by name: what is said where an operation says nothing, and an example."""
