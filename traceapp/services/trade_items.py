"""Trade items: what a producer sells, under a GTIN of its own or the registry's number.

A GTIN is checked digit by digit and against the prefixes of all parties: nobody takes a number of another
holder (GS1 General Specifications 1.4; domain.md, section 4). Numbers under 952 are GS1's for demonstrations
and are let through with a note.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from secrets import SystemRandom
from typing import Final

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from traceapp.domain.actors import Actor
from traceapp.domain.errors import Conflict, Malformed, NotFound
from traceapp.domain.identifiers import Gtin, RegistryNumber, case_gtin, new_public_id
from traceapp.domain.numbers import format_number, parse_count, parse_number
from traceapp.domain.permissions import Act
from traceapp.domain.text import clean_line, clean_text, folded
from traceapp.domain.trade_items import Level, ShelfLifeUnit, TradeItemCategory, Unit
from traceapp.models import Party, TradeItem, TradeItemImage
from traceapp.services import journal, uniqueness
from traceapp.services.choices import chosen
from traceapp.services.pictures import Pictures
from traceapp.services.recalls.fixed_goods import check_case_count, on_stamps
from traceapp.services.vouching import evidence
from traceapp.services.vouching.standards import read_standards
from traceapp.storage import Storage

FIRST_SEQUENCE: Final = 1_000_001
NUMBERS_LOCK: Final = 0x6E756D62  # "numb": one lock while a registry number is given out
TAKEN: Final = {
    "trade_item.gtin": ("gtin_taken", "gtin"),
    "trade_item.registry_number": ("registry_number_taken", "gtin"),
}
LINES: Final = {"name_vi": 120, "name_en": 120, "name_zh": 120, "short_name": 20, "brand": 70}
TEXTS: Final = {"ingredients": 500, "storage": 200, "warnings": 300}
MOST_CONTENT: Final = Decimal(10**9)


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeItemEntry:
    """A trade item as typed; an empty GTIN asks for a registry number.

    `scratch_pin`: stamps issued from now on carry a PIN under a scratch layer.
    """

    name_vi: str = ""
    name_en: str = ""
    name_zh: str = ""
    short_name: str = ""
    category: str = TradeItemCategory.OTHER.value
    brand: str = ""
    gtin: str = ""
    net_content: str = ""
    net_unit: str = Unit.GRAM.value
    alcohol_percent: str = ""
    ingredients: str = ""
    storage: str = ""
    warnings: str = ""
    shelf_life: str = ""
    shelf_life_unit: str = ShelfLifeUnit.MONTH.value
    standards: str = ""
    contains_count: str = ""
    scratch_pin: bool = False


def add_trade_item(
    session: Session, *, actor: Actor, entry: TradeItemEntry, contains: TradeItem | None = None, now: datetime
) -> TradeItem:
    """A new product, or the carton of one where ``contains`` names it.

    Raises what `_fill` does, and `item_exists` where the same name and content stand in the list already:
    one number for one product in one size, and a form sent twice is one product.
    """
    actor.must(Act.EDIT_TRADE_ITEM)
    party = _own_party(session, actor)
    item = TradeItem(public_id=new_public_id(SystemRandom()), party=party, demo=party.demo, created_at=now)
    item.level, item.contains = (Level.CASE, contains) if contains else (Level.UNIT, None)
    with session.no_autoflush:
        _fill(session, item, entry)
        _check_new(session, item)
    session.add(item)
    return _written(session, actor, item, "added_trade_item", now)


def edit_trade_item(
    session: Session, *, actor: Actor, item: TradeItem, entry: TradeItemEntry, now: datetime
) -> TradeItem:
    """Change a product. Raises `gtin_fixed`, `category_fixed`, `case_count_fixed` and what `_fill` does."""
    actor.must(Act.EDIT_TRADE_ITEM)
    before, kind, held = item.gtin, item.category, item.contains_count
    with session.no_autoflush:
        _fill(session, item, entry)
        if before is not None and item.gtin != before and on_stamps(session, item, before):
            raise Conflict("gtin_fixed", field="gtin", given=Gtin(before).shown)
        if item.category is not kind and on_stamps(session, item):
            raise Conflict("category_fixed", field="category")
        check_case_count(session, item, held)
    flag_modified(item, "level")
    return _written(session, actor, item, "edited_trade_item", now)


def archive_trade_item(session: Session, *, actor: Actor, item: TradeItem, now: datetime) -> TradeItem:
    """Take a product from the lists; its codes go on answering. Archiving twice is archiving once."""
    actor.must(Act.EDIT_TRADE_ITEM)
    if item.archived_at is not None:
        return item
    item.archived_at = now
    return _written(session, actor, item, "archived_trade_item", now)


def restore_trade_item(session: Session, *, actor: Actor, item: TradeItem, now: datetime) -> TradeItem:
    """Back into the lists."""
    actor.must(Act.EDIT_TRADE_ITEM)
    if item.archived_at is None:
        return item
    item.archived_at = None
    return _written(session, actor, item, "restored_trade_item", now)


def set_photo(
    session: Session,
    storage: Storage,
    *,
    actor: Actor,
    item: TradeItem,
    pictures: Pictures,
    alt: str = "",
    now: datetime,
) -> TradeItem:
    """The first picture of a product, replacing what stood there; the old bytes stay in the store."""
    actor.must(Act.EDIT_TRADE_ITEM)
    kept = [
        evidence.keep_file(
            session,
            storage,
            content,
            actor=actor,
            media_type="image/webp",
            first_name="photo.webp",
            now=now,
            inline=True,
        )
        for content in (pictures.small, pictures.large)
    ]
    told = clean_line(alt, 200, field="alt") or item.name_vi
    image = item.images[0] if item.images else TradeItemImage(position=0, created_at=now)
    image.small_sha256, image.large_sha256, image.alt, image.drawing = kept[0], kept[1], told, False
    if image not in item.images:
        item.images.append(image)
    return _written(session, actor, item, "set_photo", now)


def own_item(session: Session, actor: Actor, public_id: str, *, lock: bool = False) -> TradeItem:
    """A product of the actor's own party; to a stranger it does not exist."""
    query = select(TradeItem).where(TradeItem.public_id == public_id, TradeItem.party_id == actor.party_id)
    item = session.scalar(query.with_for_update() if lock else query)
    if item is None:
        raise NotFound("record_not_found")
    return item


def suggested_case_gtin(session: Session, unit: TradeItem) -> str:
    """The unit's GTIN with the first free indicator of 1 to 8; nothing for a number of the registry."""
    if unit.gtin is None or Gtin(unit.gtin).value14[0] != "0":
        return ""
    offered = [case_gtin(Gtin(unit.gtin), indicator).value14 for indicator in range(1, 9)]
    taken = set(session.scalars(select(TradeItem.gtin).where(TradeItem.gtin.in_(offered))))
    return next((gtin for gtin in offered if gtin not in taken), "")


def list_items(session: Session, actor: Actor, *, archived: bool = False) -> list[TradeItem]:
    """The party's products by name; the archived ones on request."""
    shelf = TradeItem.archived_at.is_not(None) if archived else TradeItem.archived_at.is_(None)
    query = select(TradeItem).where(TradeItem.party_id == actor.party_id, shelf)
    return list(session.scalars(query.order_by(TradeItem.folded, TradeItem.id)))


def _own_party(session: Session, actor: Actor) -> Party:
    if actor.party_id is None:
        raise NotFound("record_not_found")
    return session.get_one(Party, actor.party_id)


def _fill(session: Session, item: TradeItem, entry: TradeItemEntry) -> None:
    """Read everything as typed. Raises `Malformed` or `Conflict` naming the field."""
    for field, most in LINES.items():
        setattr(item, field, clean_line(getattr(entry, field), most, field=field) or None)
    for field, most in TEXTS.items():
        setattr(item, field, clean_text(getattr(entry, field), most, field=field) or None)
    if not item.name_vi:
        raise Malformed("name_missing", field="name_vi")
    item.folded = folded(" ".join(name for name in (item.name_vi, item.name_en, item.name_zh) if name))
    item.category = chosen(TradeItemCategory, entry.category, field="category")
    item.net_content, item.net_unit = read_content(entry.net_content, entry.net_unit)
    item.alcohol_percent = read_alcohol(entry.alcohol_percent)
    item.shelf_life = (
        parse_count(entry.shelf_life, field="shelf_life", most=3650) if entry.shelf_life else None
    )
    item.shelf_life_unit = (
        chosen(ShelfLifeUnit, entry.shelf_life_unit, field="shelf_life_unit") if item.shelf_life else None
    )
    item.standards = read_standards(entry.standards, item.standards)
    if item.level is Level.CASE:
        item.contains_count = parse_count(entry.contains_count or "0", field="contains_count", most=100_000)
    item.scratch_pin = entry.scratch_pin
    item.gtin = _read_gtin(session, item, entry.gtin)
    if item.gtin is None and item.registry_number is None:
        item.registry_number = _next_registry_number(session)


def read_content(typed: str, unit: str) -> tuple[Decimal | None, Unit | None]:
    """A net content and its unit, or neither. Raises `number_*` or `number_range`."""
    if not typed.strip():
        return None, None
    number = parse_number(typed, field="net_content")
    if not Decimal("0.001") <= number < MOST_CONTENT or number != round(number, 3):
        most = format_number(MOST_CONTENT)
        raise Malformed("number_range", field="net_content", given=typed, least="0,001", most=most)
    return number, chosen(Unit, unit, field="net_unit")


def read_alcohol(typed: str, *, field: str = "alcohol_percent") -> Decimal | None:
    """Percent by volume with one decimal. Raises `number_*` or `number_range`."""
    if not typed.strip():
        return None
    number = parse_number(typed.replace("%", ""), field=field)
    if number > 100 or number != round(number, 1):
        raise Malformed("number_range", field=field, given=typed, least="0,0", most="100,0")
    return number


def _read_gtin(session: Session, item: TradeItem, typed: str) -> str | None:
    if not typed.strip():
        return None
    gtin = Gtin.parse(typed)
    if item.level is Level.UNIT and gtin.value14[0] != "0":
        raise Malformed("gtin_of_case", field="gtin", given=gtin.shown)
    if gtin.is_in_store:
        raise Malformed("gtin_in_store", field="gtin", given=gtin.shown)
    if not gtin.is_short:
        _check_prefix(session, item.party, gtin)
    return gtin.value14


def _check_prefix(session: Session, party: Party, gtin: Gtin) -> None:
    """The number lies under no other party's prefix, and under the own one where there is one."""
    digits = gtin.value14[1:]
    heads = [digits[:length] for length in range(7, 13)]
    holders = session.scalars(select(Party.id).where(Party.company_prefix.in_(heads), Party.id != party.id))
    if holders.first() is not None:
        raise Conflict("gtin_of_other", field="gtin", given=gtin.shown)
    own = party.company_prefix
    if own and not digits.startswith(own) and not gtin.is_demo:
        raise Malformed("gtin_outside_prefix", field="gtin", given=gtin.shown, expected=own)


def _next_registry_number(session: Session) -> str:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": NUMBERS_LOCK})
    last = session.scalar(select(func.max(TradeItem.registry_number)))
    sequence = int(last[:-1]) + 1 if last else FIRST_SEQUENCE
    return str(RegistryNumber.of(max(sequence, FIRST_SEQUENCE)))


def _check_new(session: Session, item: TradeItem) -> None:
    same = select(TradeItem.id).where(
        TradeItem.party_id == item.party.id,
        TradeItem.folded == item.folded,
        TradeItem.level == item.level,
        TradeItem.archived_at.is_(None),
        TradeItem.net_content.is_not_distinct_from(item.net_content),
        TradeItem.net_unit.is_not_distinct_from(item.net_unit),
        TradeItem.contains_count.is_not_distinct_from(item.contains_count),
    )
    if session.scalar(same.limit(1)) is not None:
        raise Conflict("item_exists", field="name_vi")


def _written(session: Session, actor: Actor, item: TradeItem, act: str, now: datetime) -> TradeItem:
    uniqueness.flush(session, TAKEN)
    facts = {
        "gtin": item.gtin,
        "registry_number": item.registry_number,
        "name": item.name_vi,
        "category": item.category.value,
        "scratch_pin": item.scratch_pin,
        "pictures": [image.large_sha256 for image in item.images],
    }
    journal.record(
        session, actor=actor, act=act, subject=("trade_item", item.public_id), now=now, facts=facts
    )
    return item
