"""What is made: levels, categories and what the law asks of each label, units, shelf life.

The label rules are those of Decree 43/2017/NĐ-CP as reported (its annex was not seen whole, nor how long it
holds beside Decree 37/2026/NĐ-CP). They are data: a category more is a line more.

>>> LabelField.ALCOHOL in LABEL_FIELDS[TradeItemCategory.LIQUOR]
True
>>> shelf_life_end(date(2026, 8, 31), 6, ShelfLifeUnit.MONTH)
datetime.date(2027, 2, 28)
"""

import calendar
from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from traceapp.domain.errors import Malformed
from traceapp.domain.words import N_


class Level(StrEnum):
    """A thing sold over the counter, or the carton that holds some."""

    UNIT = "unit"
    CASE = "case"


class TradeItemCategory(StrEnum):
    """Groups of Lạng Sơn goods for which the law asks different things."""

    LIQUOR = "liquor"
    SPICE = "spice"
    FRESH_FRUIT = "fresh_fruit"
    TEA = "tea"
    HONEY = "honey"
    ESSENTIAL_OIL = "essential_oil"
    GRASS_JELLY = "grass_jelly"
    DRIED_NOODLES = "dried_noodles"
    PREPARED_MEAT = "prepared_meat"
    BAKERY = "bakery"
    NUTS = "nuts"
    HERBAL_JELLY = "herbal_jelly"
    VEGETABLES = "vegetables"
    OTHER = "other"

    @property
    def is_produce(self) -> bool:
        """Fresh farm produce: it must also name households, harvest and stamps (rows 19 to 21)."""
        return self in (TradeItemCategory.FRESH_FRUIT, TradeItemCategory.VEGETABLES)


CATEGORIES: Final[Mapping[TradeItemCategory, str]] = MappingProxyType(
    {
        TradeItemCategory.LIQUOR: N_("Rượu"),
        TradeItemCategory.SPICE: N_("Gia vị (hồi, quế, ớt)"),
        TradeItemCategory.FRESH_FRUIT: N_("Quả tươi"),
        TradeItemCategory.TEA: N_("Chè"),
        TradeItemCategory.HONEY: N_("Mật ong"),
        TradeItemCategory.ESSENTIAL_OIL: N_("Tinh dầu"),
        TradeItemCategory.GRASS_JELLY: N_("Thạch đen"),
        TradeItemCategory.DRIED_NOODLES: N_("Mỳ, bún, phở khô"),
        TradeItemCategory.PREPARED_MEAT: N_("Thịt chế biến"),
        TradeItemCategory.BAKERY: N_("Bánh"),
        TradeItemCategory.NUTS: N_("Hạt"),
        TradeItemCategory.HERBAL_JELLY: N_("Cao dược liệu"),
        TradeItemCategory.VEGETABLES: N_("Rau"),
        TradeItemCategory.OTHER: N_("Sản phẩm khác"),
    }
)


class LabelField(StrEnum):
    """What a label may have to say besides name, responsible party and origin."""

    NET_CONTENT = "net_content"
    ALCOHOL = "alcohol"
    MADE_ON = "made_on"
    USE_BY = "use_by"
    INGREDIENTS = "ingredients"
    STORAGE = "storage"
    WARNINGS = "warnings"


LABEL_FIELD_NAMES: Final[Mapping[LabelField, str]] = MappingProxyType(
    {
        LabelField.NET_CONTENT: N_("định lượng"),
        LabelField.ALCOHOL: N_("hàm lượng etanol"),
        LabelField.MADE_ON: N_("ngày sản xuất"),
        LabelField.USE_BY: N_("hạn sử dụng"),
        LabelField.INGREDIENTS: N_("thành phần"),
        LabelField.STORAGE: N_("hướng dẫn bảo quản"),
        LabelField.WARNINGS: N_("thông tin cảnh báo"),
    }
)

_FOOD: Final = frozenset(
    {
        LabelField.NET_CONTENT,
        LabelField.MADE_ON,
        LabelField.USE_BY,
        LabelField.INGREDIENTS,
        LabelField.STORAGE,
        LabelField.WARNINGS,
    }
)
_LIQUOR: Final = frozenset({LabelField.NET_CONTENT, LabelField.ALCOHOL, LabelField.WARNINGS})
_PRODUCE: Final = frozenset({LabelField.NET_CONTENT, LabelField.MADE_ON, LabelField.STORAGE})
_OTHER: Final = frozenset({LabelField.NET_CONTENT})
_OWN_RULES: Final = {
    TradeItemCategory.LIQUOR: _LIQUOR,
    TradeItemCategory.FRESH_FRUIT: _PRODUCE,
    TradeItemCategory.VEGETABLES: _PRODUCE,
    TradeItemCategory.ESSENTIAL_OIL: _FOOD - {LabelField.STORAGE},
    TradeItemCategory.OTHER: _OTHER,
}
LABEL_FIELDS: Final[Mapping[TradeItemCategory, frozenset[LabelField]]] = MappingProxyType(
    {category: _OWN_RULES.get(category, _FOOD) for category in TradeItemCategory}
)


class Unit(StrEnum):
    """Units of quantity: the codes of UN/ECE Recommendation 20."""

    PIECE = "H87"
    MILLIGRAM = "MGM"
    GRAM = "GRM"
    KILOGRAM = "KGM"
    TONNE = "TNE"
    MILLILITRE = "MLT"
    LITRE = "LTR"


UNIT_NAMES: Final[Mapping[Unit, str]] = MappingProxyType(
    {
        Unit.PIECE: N_("cái"),
        Unit.MILLIGRAM: N_("mg"),
        Unit.GRAM: N_("g"),
        Unit.KILOGRAM: N_("kg"),
        Unit.TONNE: N_("tấn"),
        Unit.MILLILITRE: N_("ml"),
        Unit.LITRE: N_("lít"),
    }
)


class ShelfLifeUnit(StrEnum):
    """In what a shelf life is counted."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


def shelf_life_end(made_on: date, value: int, unit: ShelfLifeUnit) -> date:
    """The last good day of goods made on a day; a month that is too short ends on its last day.

    Raises `shelf_life` for less than one, or for an end beyond the year 9999.
    """
    if value < 1:
        raise Malformed("shelf_life", field="shelf_life", given=value)
    try:
        if unit is ShelfLifeUnit.DAY:
            return made_on + timedelta(days=value)
        months = made_on.month - 1 + value * (12 if unit is ShelfLifeUnit.YEAR else 1)
        year, month = made_on.year + months // 12, months % 12 + 1
        return date(year, month, min(made_on.day, calendar.monthrange(year, month)[1]))
    except (OverflowError, ValueError) as beyond:
        raise Malformed("shelf_life", field="shelf_life", given=value) from beyond
