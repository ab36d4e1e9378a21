"""Beginnings for the products people of Lạng Sơn make: what a form may suggest and its owner must check.

They say nothing about any producer; a number here is a place to start typing, not a fact about goods.

>>> STARTERS["hoi"].entry()["category"]
'spice'
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from traceapp.domain.trade_items import ShelfLifeUnit, TradeItemCategory, Unit
from traceapp.i18n import N_

DRY: Final = "Nơi khô, mát, tránh ánh nắng trực tiếp."
COOL: Final = "Nơi thoáng mát."
COLD: Final = "Trong ngăn mát tủ lạnh."
DAY, MONTH = ShelfLifeUnit.DAY, ShelfLifeUnit.MONTH


@dataclass(frozen=True, slots=True)
class Starter:
    """A kind of product: its name, group, usual unit, a shelf life to begin with, storage."""

    name: str
    category: TradeItemCategory
    unit: Unit
    shelf_life: int | None
    shelf_life_unit: ShelfLifeUnit
    storage: str

    def entry(self) -> dict[str, str]:
        """The fields it fills in."""
        return {
            "name_vi": self.name,
            "category": self.category.value,
            "net_unit": self.unit.value,
            "shelf_life": str(self.shelf_life or ""),
            "shelf_life_unit": self.shelf_life_unit.value,
            "storage": self.storage,
        }


_C, _U = TradeItemCategory, Unit
STARTERS: Final[Mapping[str, Starter]] = MappingProxyType(
    {
        "ruou": Starter(N_("Rượu men lá"), _C.LIQUOR, _U.MILLILITRE, None, MONTH, DRY),
        "hoi": Starter(N_("Hoa hồi khô"), _C.SPICE, _U.GRAM, 24, MONTH, DRY),
        "tinh-dau": Starter(N_("Tinh dầu hồi"), _C.ESSENTIAL_OIL, _U.MILLILITRE, 24, MONTH, DRY),
        "hong": Starter(N_("Hồng không hạt"), _C.FRESH_FRUIT, _U.KILOGRAM, 7, DAY, COOL),
        "na": Starter(N_("Na"), _C.FRESH_FRUIT, _U.KILOGRAM, 5, DAY, COOL),
        "quyt": Starter(N_("Quýt"), _C.FRESH_FRUIT, _U.KILOGRAM, 10, DAY, COOL),
        "mat-ong": Starter(N_("Mật ong"), _C.HONEY, _U.MILLILITRE, 24, MONTH, DRY),
        "thach-den": Starter(N_("Thạch đen"), _C.GRASS_JELLY, _U.GRAM, 6, MONTH, COOL),
        "che": Starter(N_("Chè"), _C.TEA, _U.GRAM, 12, MONTH, DRY),
        "mi": Starter(N_("Mỳ cao khô"), _C.DRIED_NOODLES, _U.GRAM, 12, MONTH, DRY),
        "khau-nhuc": Starter(N_("Khau nhục"), _C.PREPARED_MEAT, _U.GRAM, 15, DAY, COLD),
        "hat-de": Starter(N_("Hạt dẻ"), _C.NUTS, _U.GRAM, 6, MONTH, DRY),
        "rau": Starter(N_("Rau"), _C.VEGETABLES, _U.GRAM, 3, DAY, COOL),
    }
)
