"""What was looked at: the code read as the inspector's box reads it, kept as typed where it is no record's.

Goods in a market are often on no record at all: that is a finding, no mistake of typing, and never refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.digital_link import KeyPath
from traceapp.domain.errors import Conflict, Malformed
from traceapp.domain.identifiers import LotNumber
from traceapp.domain.inspections import MOST_ITEMS, Finding, Step
from traceapp.domain.numbers import format_number, parse_count, parse_number
from traceapp.domain.permissions import check_impartial
from traceapp.domain.serials import SerialKey, shown
from traceapp.domain.trade_items import Unit
from traceapp.models import Certificate, Inspection, InspectionItem, Lot
from traceapp.services.choices import chosen
from traceapp.services.identification import Goods, identify
from traceapp.services.inspections.entries import ItemEntry, line, lines
from traceapp.services.public.publishing import item_path

MOST_PRICE = 10**12


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a code names on record; both None where it names nothing, or several things."""

    goods: Goods | None = None
    certificate: Certificate | None = None


def recognise(session: Session, keys: Sequence[SerialKey], code: str, *, actor: Actor) -> Recognised:
    """The one thing a code names. Raises `text_*`."""
    if not code.strip():
        return Recognised()
    try:
        found = identify(session, keys, code, actor=actor)
    except Malformed as broken:
        raise Malformed(broken.code, field="code", **broken.facts) from broken
    if len(found.goods) == 1 and not found.certificates:
        return Recognised(goods=found.goods[0])
    if len(found.certificates) == 1 and not found.goods:
        return Recognised(certificate=found.certificates[0])
    return Recognised()


def code_of_lot(lot: Lot) -> str:
    """A text that names this lot and no other, whoever has one of the same code."""
    path = item_path(lot.trade_item)
    return KeyPath(gtin=path.gtin, registry_number=path.registry_number, lot=LotNumber.parse(lot.code)).path()


def add_item(inspection: Inspection, now: datetime) -> InspectionItem:
    """A new row at the end. Raises `inspection_items_many`."""
    if len(inspection.items) >= MOST_ITEMS:
        raise Conflict("inspection_items_many", limit=MOST_ITEMS)
    return InspectionItem(number=_next_number(inspection), named="", created_at=now)


def _next_number(inspection: Inspection) -> int:
    """A number no goods of this record ever had: a telephone may still hold a save of what was taken out."""
    steps = (step.partition("-") for step in inspection.step_versions)
    once = [int(number) for step, _, number in steps if step == Step.GOODS.value and number]
    return max((*once, *(one.number for one in inspection.items)), default=0) + 1


def fill_item(row: InspectionItem, entry: ItemEntry, known: Recognised, actor: Actor) -> None:
    """Put one of the goods into its row. Raises `inspection_item_unnamed`, `number_*`, `impartiality`."""
    goods, certificate = known.goods, known.certificate
    item = goods.item if goods else None
    judged = item.party_id if item else certificate.holder_id if certificate else None
    if judged is not None:
        check_impartial({actor.party_id}, judged)
    row.code = line(entry.code, 300, "code")
    named = line(entry.named, 200, "named") or (item.name_vi if item else None)
    if certificate and not named:
        named = certificate.scope_text[:200]
    if not named:
        raise Malformed("inspection_item_unnamed", field="named")
    row.named = named
    row.trade_item, row.lot, row.certificate = item, goods.lot if goods else None, certificate
    path = goods.path if goods else None
    row.serial = shown(path.serial.value) if path and path.serial else None
    _fill_amounts(row, entry)
    row.finding = chosen(Finding, entry.finding, field="finding") if entry.finding else None
    row.note = lines(entry.note, 500, "note")


def _fill_amounts(row: InspectionItem, entry: ItemEntry) -> None:
    row.quantity, row.unit = None, None
    if entry.quantity.strip():
        row.quantity = round(parse_number(entry.quantity, field="quantity"), 3)
        row.unit = chosen(Unit, entry.unit or Unit.PIECE.value, field="unit")
        if not 0 < row.quantity < 10**9:
            most = format_number(10**9)
            raise Malformed("number_range", field="quantity", given=entry.quantity, least="0,001", most=most)
    row.price = parse_count(entry.price, field="price", most=MOST_PRICE) if entry.price.strip() else None
