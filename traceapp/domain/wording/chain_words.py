"""How a chain is said: one Vietnamese sentence for each verdict and reason, with its numbers and days.

They are messages to translate; `chain_facts` gives what fills them. Who shows one passes it through the
reader's translator first (`traceapp/web/chain_words.py`).

>>> from datetime import date
>>> from traceapp.domain.accreditation import Accreditation, chain_on_issue
>>> old = Accreditation("ACC-1", frozenset({"FSMS"}), date(2023, 1, 1), date(2025, 12, 31))
>>> chain = chain_on_issue(date(2026, 2, 20), "FSMS", [old])
>>> CHAIN_SENTENCES[chain.reason].format_map(chain_facts(chain))
'Công nhận ACC-1 đã hết hạn ngày 31/12/2025, trước ngày cấp 20/02/2026.'
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from traceapp.domain.accreditation import Chain, ChainReason, ChainVerdict, Lapse
from traceapp.domain.words import N_

CHAIN_OK: Final = N_(
    "Vào ngày cấp {issued}, tổ chức chứng nhận được {accreditor} công nhận cho phạm vi {scope}: số {number}."
)
CHAIN_SENTENCES: Final[Mapping[ChainReason, str]] = MappingProxyType(
    {
        ChainReason.ACCREDITATION_EXPIRED: N_(
            "Công nhận {number} đã hết hạn ngày {day}, trước ngày cấp {issued}."
        ),
        ChainReason.ACCREDITATION_NOT_BEGUN: N_(
            "Công nhận {number} chỉ bắt đầu từ ngày {day}, sau ngày cấp {issued}."
        ),
        ChainReason.ACCREDITATION_SUSPENDED: N_(
            "Công nhận {number} bị đình chỉ từ ngày {day}, chưa khôi phục vào ngày cấp {issued}."
        ),
        ChainReason.ACCREDITATION_WITHDRAWN: N_(
            "Công nhận {number} đã bị thu hồi từ ngày {day}; chứng nhận cấp ngày {issued}."
        ),
        ChainReason.SCOPE_NOT_COVERED: N_("Công nhận {number} chỉ gồm phạm vi {covers}, không gồm {scope}."),
        ChainReason.NO_ACCREDITATION_ON_RECORD: N_("Chưa có dữ liệu công nhận của tổ chức chứng nhận này."),
        ChainReason.ACCREDITATION_UNCONFIRMED: N_(
            "Công nhận {number} vừa được ghi, đang chờ người thứ hai của tỉnh xác nhận."
        ),
        ChainReason.ACCREDITATION_DATES_UNKNOWN: N_("Chưa có dữ liệu về thời hạn của công nhận {number}."),
        ChainReason.SCHEME_SCOPE_UNKNOWN: N_(
            "Chưa có dữ liệu về phạm vi công nhận cần cho loại chứng nhận này."
        ),
        ChainReason.ISSUE_DAY_UNKNOWN: N_("Chưa có dữ liệu về ngày cấp chứng nhận."),
    }
)
CHAIN_FOLLOWING: Final = N_("Công nhận kế tiếp {number} bắt đầu từ ngày {day}.")
LAPSE_SENTENCES: Final[Mapping[ChainReason, str]] = MappingProxyType(
    {
        ChainReason.ACCREDITATION_EXPIRED: N_(
            "Công nhận {number} hết hạn ngày {day}, sau ngày cấp. Chứng nhận đã cấp không vì thế mà mất "
            "giá trị."
        ),
        ChainReason.ACCREDITATION_SUSPENDED: N_(
            "Công nhận {number} bị đình chỉ từ ngày {day}, sau ngày cấp. Chứng nhận đã cấp không vì thế "
            "mà mất giá trị."
        ),
        ChainReason.ACCREDITATION_WITHDRAWN: N_(
            "Công nhận {number} bị thu hồi từ ngày {day}, sau ngày cấp. Chứng nhận đã cấp không vì thế mà"
            " mất giá trị."
        ),
    }
)
LAPSE_CURRENT: Final = N_("Hôm nay tổ chức có công nhận {number}.")
SCOPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "QMS": N_("hệ thống quản lý chất lượng"),
        "FSMS": N_("hệ thống quản lý an toàn thực phẩm"),
        "PRO": N_("sản phẩm, quá trình, dịch vụ"),
        "Organic": N_("hữu cơ"),
    }
)
"""Scopes as the Bureau of Accreditation writes them (domain.md, section 7); others may be typed."""


def chain_sentence(chain: Chain) -> str:
    """The message of a chain, its placeholders not yet filled."""
    if chain.reason is None or chain.verdict is ChainVerdict.OK:
        return CHAIN_OK
    return CHAIN_SENTENCES[chain.reason]


def chain_facts(chain: Chain) -> dict[str, str]:
    """What fills the sentence of a chain."""
    shown = chain.accreditation
    return {
        "number": shown.number if shown else "",
        "accreditor": (shown.accreditor if shown else "") or "–",
        "covers": ", ".join(sorted(shown.scopes)) if shown else "",
        "scope": chain.scope or "",
        "issued": _day(chain.issued_on),
        "day": _day(chain.day),
    }


def following_facts(chain: Chain) -> dict[str, str]:
    """What fills `CHAIN_FOLLOWING`."""
    after = chain.following
    return {"number": after.number if after else "", "day": _day(after.valid_from if after else None)}


def lapse_facts(lapse: Lapse) -> dict[str, str]:
    """What fills a sentence of `LAPSE_SENTENCES`."""
    return {"number": lapse.accreditation.number, "day": _day(lapse.day)}


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else "–"
