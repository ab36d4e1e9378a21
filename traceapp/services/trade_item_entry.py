"""A trade item as it is typed: every field read, and its number.

A GTIN is checked digit by digit and against the prefixes of all parties: nobody takes a number of another
holder (GS1 General Specifications 1.4; domain.md, section 4). Numbers under 952 are GS1's for demonstrations
and are let through with a note. What has none is given one of the registry's.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from traceapp.domain.errors import Conflict, Malformed
from traceapp.domain.identifiers import Gtin, RegistryNumber
from traceapp.domain.numbers import format_number, parse_count, parse_number
from traceapp.domain.text import clean_line, clean_text, folded
from traceapp.domain.trade_items import Level, ShelfLifeUnit, TradeItemCategory, Unit
from traceapp.models import Party, TradeItem
from traceapp.services.choices import chosen
from traceapp.services.vouching.standards import read_standards

FIRST_SEQUENCE: Final = 1_000_001
NUMBERS_LOCK: Final = 0x6E756D62  # "numb": one lock while a registry number is given out
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


def fill(session: Session, item: TradeItem, entry: TradeItemEntry) -> None:
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
