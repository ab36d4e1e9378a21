"""The legal checklist of a lot: 21 rows, each present, missing or not asked.

The union of Circular 02/2024/TT-BKHCN (C), Decree 37/2026/NĐ-CP Art. 32 (D), the decree's traceability
basics (T) and the farm-produce system (A), as reported. Row 18 stands for what the category's own label
rules ask (`trade_items.LABEL_FIELDS`); a category that asks for a date or a warning turns its "if any" into
a duty.

>>> bottle = {LabelField.NET_CONTENT}
>>> facts = LotFacts(category=TradeItemCategory.LIQUOR, present={"name", "use_by"}, label=bottle)
>>> items = completeness(facts)
>>> [items[number - 1].state.value for number in (1, 2, 13, 14, 19)]
['present', 'missing', 'present', 'not_applicable', 'not_applicable']
>>> [field.value for field in items[17].lacking]
['alcohol', 'warnings']
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from traceapp.domain.trade_items import LABEL_FIELDS, LabelField, TradeItemCategory
from traceapp.domain.words import N_


class Need(StrEnum):
    """When a row is asked."""

    ALWAYS = "always"
    IF_ANY = "if_any"
    PRODUCE = "produce"  # fresh farm produce only


class ItemState(StrEnum):
    """How a row stands."""

    PRESENT = "present"
    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"


class Where(StrEnum):
    """The screen on which a missing row is filled in."""

    TRADE_ITEM = "trade_item"
    PARTY = "party"
    LOT = "lot"
    EVENTS = "events"
    CERTIFICATES = "certificates"
    PLACES = "places"
    STAMPS = "stamps"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the law: its number and key, how it is said, who asks, when, where it is filled in."""

    number: int
    key: str
    label_vi: str
    asked_by: str
    need: Need
    where: Where
    on_label: LabelField | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A row judged for one lot; `lacking` names the label fields that row 18 still misses."""

    number: int
    label_vi: str
    state: ItemState
    where: Where
    lacking: tuple[LabelField, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LotFacts:
    """What the records of a lot hold: keys of `ROWS` that are filled in, label fields that are."""

    category: TradeItemCategory
    present: AbstractSet[str]
    label: AbstractSet[LabelField] = frozenset()


_A, _I, _P = Need.ALWAYS, Need.IF_ANY, Need.PRODUCE
ROWS: Final = (
    Row(1, "name", N_("Tên sản phẩm"), "C1 D T", _A, Where.TRADE_ITEM),
    Row(2, "image", N_("Hình ảnh sản phẩm"), "C2 T", _A, Where.TRADE_ITEM),
    Row(3, "identifier", N_("GTIN hoặc mã sản phẩm của hệ thống"), "D", _A, Where.TRADE_ITEM),
    Row(4, "party_name", N_("Tên đơn vị sản xuất, kinh doanh"), "C3 D T", _A, Where.PARTY),
    Row(5, "party_address", N_("Địa chỉ đơn vị"), "C4 D T", _A, Where.PARTY),
    Row(6, "party_code", N_("Mã định danh đơn vị (mã số thuế hoặc GLN)"), "D", _A, Where.PARTY),
    Row(7, "origin", N_("Xuất xứ"), "D T", _A, Where.LOT),
    Row(8, "stages", N_("Các công đoạn sản xuất"), "C5 T", _A, Where.EVENTS),
    Row(9, "times", N_("Thời gian sản xuất, kinh doanh"), "C6", _A, Where.EVENTS),
    Row(10, "traceability_code", N_("Mã truy xuất nguồn gốc"), "C7 D", _A, Where.LOT),
    Row(11, "brand", N_("Thương hiệu, nhãn hiệu, ký hiệu"), "C8 T", _I, Where.TRADE_ITEM),
    Row(12, "serial_or_lot", N_("Số sê-ri hoặc số lô"), "C8 T", _I, Where.LOT),
    Row(13, "use_by", N_("Hạn sử dụng"), "C9 D T", _I, Where.LOT, LabelField.USE_BY),
    Row(14, "made_on", N_("Ngày sản xuất"), "D", _I, Where.LOT, LabelField.MADE_ON),
    Row(15, "standards", N_("Tiêu chuẩn, quy chuẩn áp dụng"), "C10", _A, Where.TRADE_ITEM),
    Row(16, "certificates", N_("Chứng nhận"), "D", _I, Where.CERTIFICATES),
    Row(17, "warnings", N_("Cảnh báo an toàn"), "D", _I, Where.TRADE_ITEM, LabelField.WARNINGS),
    Row(18, "label", N_("Nội dung nhãn khác theo nhóm hàng"), "D", _I, Where.TRADE_ITEM),
    Row(19, "growing_area", N_("Hộ, vùng trồng"), "A", _P, Where.PLACES),
    Row(20, "harvest", N_("Thời gian thu hoạch"), "A", _P, Where.EVENTS),
    Row(21, "stamps", N_("Tem điện tử"), "A", _P, Where.STAMPS),
)
_ROW_FIELDS: Final = {row.on_label: row.key for row in ROWS if row.on_label}


def completeness(facts: LotFacts) -> list[Item]:
    """The 21 rows in order, judged for one lot."""
    return [_judged(row, facts) for row in ROWS]


def missing(items: Iterable[Item]) -> list[Item]:
    """What is still to do."""
    return [item for item in items if item.state is ItemState.MISSING]


def fillable(items: Iterable[Item]) -> list[Item]:
    """The rows that count: asked of this lot, and there already or with a screen to fill them in.

    What the journey will bring has no screen yet, and nobody is counted short for it.
    """
    return [
        item
        for item in items
        if item.state is ItemState.PRESENT
        or (item.state is ItemState.MISSING and item.where is not Where.EVENTS)
    ]


def _judged(row: Row, facts: LotFacts) -> Item:
    if row.key == "label":
        return _label_row(row, facts)
    if row.key in facts.present:
        state = ItemState.PRESENT
    else:
        state = ItemState.MISSING if _asked(row, facts.category) else ItemState.NOT_APPLICABLE
    return Item(row.number, row.label_vi, state, row.where)


def _asked(row: Row, category: TradeItemCategory) -> bool:
    if row.need is Need.PRODUCE:
        return category.is_produce
    return row.need is Need.ALWAYS or row.on_label in LABEL_FIELDS[category]


def _label_row(row: Row, facts: LotFacts) -> Item:
    filled = facts.label | {field for field, key in _ROW_FIELDS.items() if key in facts.present}
    lacking = tuple(field for field in LabelField if field in LABEL_FIELDS[facts.category] - filled)
    return Item(
        row.number, row.label_vi, ItemState.MISSING if lacking else ItemState.PRESENT, row.where, lacking
    )
