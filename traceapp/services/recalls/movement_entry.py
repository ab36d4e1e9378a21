"""A row of goods received or despatched as it is typed: every field read, the holder found.

The room of the form, apart from the acts (`movements`) that write the row.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.errors import Malformed
from traceapp.domain.numbers import format_number, parse_day, parse_number
from traceapp.domain.parties import PartyState
from traceapp.domain.recalls import Direction
from traceapp.domain.text import clean_line
from traceapp.domain.trade_items import UNIT_NAMES, Unit
from traceapp.models import Lot, LotMovement, Party, TradeItem
from traceapp.services.choices import chosen
from traceapp.services.feedback import phone_number


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementEntry:
    """A row as typed. `again` names an earlier row with the same holder; `code` is a tax code or GLN."""

    direction: str = Direction.DESPATCHED.value
    again: str = ""
    name: str = ""
    code: str = ""
    phone: str = ""
    address: str = ""
    quantity: str = ""
    unit: str = Unit.PIECE.value
    moved_on: str = ""
    document_number: str = ""


def read_entry(session: Session, actor: Actor, lot: Lot, entry: MovementEntry, today: date) -> LotMovement:
    """What was typed as a row not written yet. Raises `Malformed` by the field that is wrong."""
    direction = chosen(Direction, entry.direction, field="direction")
    unit = chosen(Unit, entry.unit, field="unit")
    if direction is Direction.DESPATCHED and lot.unit is not None and unit is not lot.unit:
        raise Malformed("movement_unit", field="unit", expected=UNIT_NAMES[lot.unit])
    moved_on = parse_day(entry.moved_on, field="moved_on") if entry.moved_on.strip() else today
    if moved_on > today:
        raise Malformed("movement_future", field="moved_on", given=moved_on, expected=today)
    row = LotMovement(
        direction=direction,
        quantity=_quantity(entry.quantity),
        unit=unit,
        moved_on=moved_on,
        document_number=clean_line(entry.document_number, 60, field="document_number") or None,
    )
    _name_holder(session, actor, row, entry)
    return row


def _quantity(typed: str) -> Decimal:
    if not typed.strip():
        raise Malformed("movement_quantity", field="quantity")
    number = parse_number(typed, field="quantity")
    if not Decimal("0.001") <= number < 10**11 or number != round(number, 3):
        most = format_number(10**11 - 1)
        raise Malformed("number_range", field="quantity", given=typed, least="0,001", most=most)
    return number


def _name_holder(session: Session, actor: Actor, row: LotMovement, entry: MovementEntry) -> None:
    """Who it is: one met before, a party on record by its code, or a name with what else is known."""
    if entry.again:
        before = own_movement(session, actor, entry.again)
        if before is None:
            raise Malformed("choice_unknown", field="again", given=entry.again)
        row.party_id, row.name = before.party_id, before.name
        row.phone, row.address = before.phone, before.address
        return
    row.phone = phone_number(entry.phone, field="phone") if entry.phone.strip() else None
    row.address = clean_line(entry.address, 300, field="address") or None
    if entry.code.strip():
        row.party_id = _party(session, actor, entry.code.strip()).id
        return
    row.name = clean_line(entry.name, 160, field="name") or None
    if row.name is None:
        raise Malformed("movement_holder", field="name")


def _party(session: Session, actor: Actor, code: str) -> Party:
    named = or_(Party.tax_code == code, Party.gln == code)
    party = session.scalar(select(Party).where(named, Party.state == PartyState.APPROVED))
    if party is None:
        raise Malformed("movement_code", field="code", given=code)
    if party.id == actor.party_id:
        raise Malformed("movement_own", field="code")
    return party


def own_movement(session: Session, actor: Actor, public_id: str) -> LotMovement | None:
    """A row of the actor's party by its name; None where there is none."""
    return session.scalar(
        select(LotMovement)
        .join(Lot, Lot.id == LotMovement.lot_id)
        .join(TradeItem, TradeItem.id == Lot.trade_item_id)
        .where(TradeItem.party_id == actor.party_id, LotMovement.public_id == public_id.upper())
    )
