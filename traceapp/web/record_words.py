"""How records and their states are called on the signed-in side, with the tone and icon of each state."""

from collections.abc import Iterable, Mapping
from typing import Final

from traceapp.domain import areas
from traceapp.domain.parties import PartyKind, PartyState, PlaceKind, RecordState
from traceapp.domain.permissions import Role
from traceapp.domain.trade_items import UNIT_NAMES, ShelfLifeUnit, Unit
from traceapp.i18n import N_, shown_number
from traceapp.services.recalls.holders import Pack
from traceapp.web.languages import gettext, language

PARTY_KINDS: Final[Mapping[PartyKind, str]] = {
    PartyKind.COOPERATIVE: N_("Hợp tác xã"),
    PartyKind.COMPANY: N_("Doanh nghiệp"),
    PartyKind.HOUSEHOLD: N_("Hộ kinh doanh, hộ sản xuất"),
    PartyKind.ASSOCIATION: N_("Hội, hiệp hội"),
    PartyKind.CERTIFICATION_BODY: N_("Tổ chức chứng nhận"),
    PartyKind.AUTHORITY: N_("Cơ quan quản lý"),
    PartyKind.PUBLIC_BODY: N_("Đơn vị sự nghiệp"),
}
PLACE_KINDS: Final[Mapping[PlaceKind, str]] = {
    PlaceKind.GROWING_AREA: N_("Vùng trồng, vùng nguyên liệu"),
    PlaceKind.WORKSHOP: N_("Xưởng sản xuất"),
    PlaceKind.WAREHOUSE: N_("Kho"),
    PlaceKind.SHOP: N_("Cửa hàng"),
    PlaceKind.SITE: N_("Địa điểm khác"),
}
ROLES: Final[Mapping[Role, str]] = {
    Role.MEMBER: N_("thành viên"),
    Role.MANAGER: N_("người quản lý"),
    Role.INSPECTOR: N_("cán bộ kiểm tra"),
    Role.PROVINCE: N_("cán bộ tỉnh"),
    Role.BODY_OFFICER: N_("cán bộ tổ chức chứng nhận"),
    Role.ADMINISTRATOR: N_("quản trị hệ thống"),
}
SHELF_LIFE_UNITS: Final[Mapping[ShelfLifeUnit, str]] = {
    ShelfLifeUnit.DAY: N_("ngày"),
    ShelfLifeUnit.MONTH: N_("tháng"),
    ShelfLifeUnit.YEAR: N_("năm"),
}
# state -> (words, tone, icon)
PARTY_STATES: Final[Mapping[PartyState, tuple[str, str, str]]] = {
    PartyState.DRAFT: (N_("Chưa gửi tỉnh"), "", "file"),
    PartyState.SUBMITTED: (N_("Chờ tỉnh duyệt"), "", "wait"),
    PartyState.APPROVED: (N_("Đã duyệt"), "ok", "ok"),
    PartyState.RETURNED: (N_("Tỉnh trả lại để sửa"), "stop", "back"),
    PartyState.SUSPENDED: (N_("Đang tạm ngừng"), "stop", "pause"),
}
RECORD_STATES: Final[Mapping[RecordState, tuple[str, str, str]]] = {
    state: PARTY_STATES[PartyState(state.value)] for state in RecordState
}


def area_words(codes: Iterable[str]) -> str:
    """Provinces and countries in a row, in the reader's language."""
    return ", ".join(areas.named(code).spoken(language()) for code in codes)


def amount_words(amount: object, unit: Unit | None) -> str:
    """An amount with its unit, in the reader's language."""
    number = shown_number(float(str(amount)), language())
    return f"{number} {gettext(UNIT_NAMES[unit])}" if unit else number


def pack_words(packs: Iterable[Pack]) -> str:
    """Whole cases in a row: how many of each kind, and where nobody wrote down what one holds."""
    return ", ".join(_pack_words(one) for one in packs)


def _pack_words(pack: Pack) -> str:
    n, product = shown_number(float(pack.amount), language()), pack.case.name_in(language())
    if pack.each is None:
        return gettext("{n} × {product} (chưa rõ số sản phẩm trong thùng)", n=n, product=product)
    return gettext("{n} × {product}", n=n, product=product)
