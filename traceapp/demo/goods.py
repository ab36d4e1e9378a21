"""Invented goods and certificates beside those of the file, so that each verdict can be seen.

The file's certificates hang on two products, and a renewed certificate outlives an old one of its scheme; a
page that says "expired", "suspended", "withdrawn" or "unverified" needs a product with no other certificate.
"""

from dataclasses import dataclass
from decimal import Decimal

from traceapp.demo.pictures import drawing
from traceapp.demo.records import FIRST_NUMBER, Records
from traceapp.domain.identifiers import Gtin, RegistryNumber, case_gtin
from traceapp.domain.reference import StandardKind
from traceapp.domain.text import folded
from traceapp.domain.trade_items import Level, ShelfLifeUnit, TradeItemCategory, Unit
from traceapp.models import (
    StoredFile,
    TradeItem,
    TradeItemImage,
    TradeItemStandard,
)
from traceapp.services import pictures
from traceapp.storage import Storage


@dataclass(frozen=True, slots=True)
class Goods:
    """An invented product."""

    key: str
    party: str
    gtin: str | None
    name: str
    name_en: str
    category: TradeItemCategory
    content: int
    unit: Unit
    life: tuple[int, ShelfLifeUnit]
    picture: str
    alt: str


GOODS = (
    Goods(
        "mo",
        "demo_org_ruou",
        "9520009010028",
        "Rượu mơ Minh Họa (DEMO)",
        "Illustration apricot liquor (demo)",
        TradeItemCategory.LIQUOR,
        500,
        Unit.MILLILITRE,
        (3, ShelfLifeUnit.YEAR),
        "bottle",
        "Hình vẽ chai rượu mơ 500 ml",
    ),
    Goods(
        "nam_lit",
        "demo_org_ruou",
        None,
        "Rượu men lá Minh Họa 5 lít (DEMO)",
        "Illustration liquor, 5 litres (demo)",
        TradeItemCategory.LIQUOR,
        5,
        Unit.LITRE,
        (2, ShelfLifeUnit.YEAR),
        "jar",
        "Hình vẽ bình rượu 5 lít",
    ),
    Goods(
        "na_say",
        "demo_org_na",
        "9520009020027",
        "Na sấy Minh Họa (DEMO)",
        "Illustration dried custard apple (demo)",
        TradeItemCategory.OTHER,
        200,
        Unit.GRAM,
        (12, ShelfLifeUnit.MONTH),
        "custard_apple",
        "Hình vẽ quả na",
    ),
    Goods(
        "hoi",
        "demo_org_na",
        "9520009020034",
        "Hoa hồi khô Minh Họa (DEMO)",
        "Illustration dried star anise (demo)",
        TradeItemCategory.SPICE,
        100,
        Unit.GRAM,
        (24, ShelfLifeUnit.MONTH),
        "star_anise",
        "Hình vẽ hoa hồi tám cánh",
    ),
    Goods(
        "hong",
        "demo_org_hong",
        "9520009030019",
        "Hồng không hạt Minh Họa (DEMO)",
        "Illustration persimmon (demo)",
        TradeItemCategory.FRESH_FRUIT,
        1,
        Unit.KILOGRAM,
        (10, ShelfLifeUnit.DAY),
        "persimmon",
        "Hình vẽ quả hồng",
    ),
    Goods(
        "sim",
        "demo_org_ruou",
        "9520009010035",
        "Rượu sim Minh Họa (DEMO)",
        "Illustration rose myrtle liquor (demo)",
        TradeItemCategory.LIQUOR,
        500,
        Unit.MILLILITRE,
        (3, ShelfLifeUnit.YEAR),
        "bottle",
        "Hình vẽ chai rượu sim 500 ml",
    ),
)
DRAWN = {
    "demo_prd_ruou": ("bottle", "Hình vẽ chai rượu men lá 500 ml"),
    "demo_prd_na": ("custard_apple", "Hình vẽ quả na"),
}


def write_goods(records: Records, storage: Storage) -> None:
    """The invented products, a carton of six bottles, and a drawing for each."""
    ruou = records.items["demo_prd_ruou"]
    ruou.short_name, ruou.shelf_life, ruou.shelf_life_unit = "Rượu men lá", 2, ShelfLifeUnit.YEAR
    ruou.warnings = "Người dưới 18 tuổi không được uống rượu"
    ruou.ingredients = "Gạo nếp, men lá, nước (minh họa)"
    records.items["demo_prd_na"].short_name = "Na Minh Họa"
    for goods in GOODS:
        records.items[goods.key] = _item(records, goods)
    records.items["case"] = _case(records, ruou)
    records.session.flush()
    for key, (picture, alt) in DRAWN.items():
        _draw(records, storage, records.items[key], picture, alt)
    for goods in GOODS:
        _draw(records, storage, records.items[goods.key], goods.picture, goods.alt)
    records.session.flush()


def _item(records: Records, goods: Goods) -> TradeItem:
    liquor = goods.category is TradeItemCategory.LIQUOR
    item = TradeItem(
        public_id=records.new_id(),
        party=records.parties[goods.party],
        gtin=str(Gtin.parse(goods.gtin)) if goods.gtin else None,
        registry_number=None if goods.gtin else str(RegistryNumber.of(FIRST_NUMBER + len(records.items))),
        name_vi=goods.name,
        name_en=goods.name_en,
        short_name=goods.name.removesuffix(" (DEMO)").removesuffix(" 5 lít")[:20],
        folded=folded(f"{goods.name} {goods.name_en}"),
        category=goods.category,
        net_content=Decimal(goods.content),
        net_unit=goods.unit,
        alcohol_percent=Decimal(35) if liquor else None,
        storage="Nơi khô, mát",
        warnings="Người dưới 18 tuổi không được uống rượu" if liquor else "Câu cảnh báo minh họa",
        shelf_life=goods.life[0],
        shelf_life_unit=goods.life[1],
        demo=True,
        created_at=records.now,
    )
    item.standards = [TradeItemStandard(kind=StandardKind.TCCS, number="DEMO-TCCS 02")]
    records.session.add(item)
    return item


def _case(records: Records, unit: TradeItem) -> TradeItem:
    name = "Thùng 6 chai Rượu men lá Minh Họa (DEMO)"
    case = TradeItem(
        public_id=records.new_id(),
        party=unit.party,
        gtin=str(case_gtin(Gtin.parse(unit.subject), 1)),
        level=Level.CASE,
        contains=unit,
        contains_count=6,
        name_vi=name,
        name_en="Carton of six (demo)",
        folded=folded(name),
        category=unit.category,
        demo=True,
        created_at=records.now,
    )
    records.session.add(case)
    return case


def _draw(records: Records, storage: Storage, item: TradeItem, picture: str, alt: str) -> None:
    drawn = drawing(picture)
    kept = [
        keep(
            records,
            storage,
            pictures.reencode(drawn, longest=longest),
            "image/webp",
            f"{picture}.webp",
            inline=True,
        )
        for longest in (96, 480)
    ]
    item.images.append(
        TradeItemImage(
            small_sha256=kept[0], large_sha256=kept[1], alt=alt, drawing=True, created_at=records.now
        )
    )


def keep(
    records: Records, storage: Storage, content: bytes, media_type: str, name: str, *, inline: bool
) -> str:
    """Store bytes and their row; the same bytes twice are one file."""
    sha256 = storage.put(content)
    if records.session.get(StoredFile, sha256) is None:
        records.session.add(
            StoredFile(
                sha256=sha256,
                size=len(content),
                media_type=media_type,
                first_name=name,
                inline=inline,
                uploaded_at=records.now,
            )
        )
        records.session.flush()
    return sha256
