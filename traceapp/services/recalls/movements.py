"""Goods of a lot received and despatched: one step back and one step forward, a row at a time.

A row is never changed: what was wrong is reversed by a row of its own, and written anew. Nobody but the owner
sees them, until the lot is held or recalled; then inspectors and the province must know where the goods are.

No more goes out than a lot holds. Only of goods that are held or recalled a row that does not add up is kept
all the same, with a warning: that a holder is found matters more than the sum.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from secrets import SystemRandom
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from traceapp.domain.actors import Actor
from traceapp.domain.errors import Conflict, Malformed, NotFound
from traceapp.domain.identifiers import new_public_id
from traceapp.domain.numbers import format_number, parse_day, parse_number
from traceapp.domain.parties import PartyState
from traceapp.domain.permissions import Act, Role
from traceapp.domain.recalls import Direction
from traceapp.domain.text import clean_line
from traceapp.domain.trade_items import UNIT_NAMES, Unit
from traceapp.models import Lot, LotMovement, Party, TradeItem
from traceapp.services import journal
from traceapp.services.choices import chosen
from traceapp.services.feedback import phone_number
from traceapp.services.locking import lock
from traceapp.services.recalls import recall_notices, recall_scope
from traceapp.services.recalls.holders import counted, key_of, movements_of

KNOWN_HOLDERS: Final = 30


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


@dataclass(frozen=True, slots=True)
class Totals:
    """What went out of a lot, in its unit, beside what it holds; None where the lot says no quantity.

    ``mixed``: some rows are in another unit than the lot's, which changed since; they add up to nothing.
    """

    despatched: Decimal
    quantity: Decimal | None
    mixed: bool = False

    @property
    def too_much(self) -> bool:
        """More went out than there was."""
        return self.quantity is not None and self.despatched > self.quantity


def record_movement(
    session: Session,
    *,
    actor: Actor,
    lot: Lot,
    entry: MovementEntry,
    request_key: str | None,
    now: datetime,
    today: date,
) -> LotMovement:
    """A new row; the same request twice is one row. A holder of a recalled lot is told at once.

    Raises `movement_holder`, `movement_code`, `movement_own`, `movement_unit`, `movement_future`,
    `movement_more` and what reading numbers, days and telephone numbers does.
    """
    actor.must(Act.EDIT_LOT)
    _check_own(actor, lot)
    lock(session, lot)
    before = _asked_before(session, lot, request_key)
    if before is not None:
        return before
    row = _read(session, actor, lot, entry, today)
    row.public_id, row.created_at = new_public_id(SystemRandom()), now
    row.lot, row.created_by_id, row.request_key = lot, actor.account_id, request_key
    if row.direction is Direction.DESPATCHED and not _struck(session, lot):
        _check_sum(session, lot, row.quantity)
    session.add(row)
    session.flush()
    told = recall_notices.catch_up(session, lot, now)
    return _written(session, actor, row, "recorded_movement", now, {"told": told})


def reverse_movement(
    session: Session, *, actor: Actor, lot: Lot, public_id: str, now: datetime
) -> LotMovement:
    """A row that takes another one back. Raises `NotFound`, `movement_reversed`."""
    actor.must(Act.EDIT_LOT)
    _check_own(actor, lot)
    lock(session, lot)
    wrong = session.scalar(
        select(LotMovement).where(LotMovement.lot_id == lot.id, LotMovement.public_id == public_id.upper())
    )
    if wrong is None:
        raise NotFound("record_not_found")
    done = session.scalar(select(LotMovement.id).where(LotMovement.reverses_id == wrong.id))
    if wrong.reverses_id is not None or done is not None:
        raise Conflict("movement_reversed")
    row = LotMovement(
        public_id=new_public_id(SystemRandom()),
        lot=lot,
        direction=wrong.direction,
        party_id=wrong.party_id,
        name=wrong.name,
        phone=wrong.phone,
        address=wrong.address,
        quantity=wrong.quantity,
        unit=wrong.unit,
        moved_on=wrong.moved_on,
        document_number=wrong.document_number,
        reverses_id=wrong.id,
        created_by_id=actor.account_id,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return _written(session, actor, row, "reversed_movement", now, {"reverses": wrong.public_id})


def read_movements(session: Session, actor: Actor, lot: Lot) -> list[LotMovement]:
    """Every row of a lot, the newest first, for those who may see them. Raises `NotFound`."""
    own = lot.trade_item.party_id == actor.party_id
    if not own and not may_be_seen(session, actor, lot):
        raise NotFound("record_not_found")
    return movements_of(session, [lot])


def may_be_seen(session: Session, actor: Actor, lot: Lot) -> bool:
    """Whether an inspector or the province may see them: while a hold or recall strikes some of the lot."""
    if not actor.has(Role.INSPECTOR, Role.PROVINCE):
        return False
    return _struck(session, lot)


def totals(lot: Lot, movements: Sequence[LotMovement]) -> Totals:
    """What went out, in the lot's unit."""
    out = [one for one in counted(movements) if one.direction is Direction.DESPATCHED]
    gone = sum((one.quantity for one in out if lot.unit in (None, one.unit)), Decimal(0))
    mixed = lot.unit is not None and any(one.unit is not lot.unit for one in out)
    return Totals(gone, lot.quantity, mixed)


def known_holders(session: Session, actor: Actor) -> list[LotMovement]:
    """The newest row of each holder this party has dealt with, to be chosen again."""
    query = (
        select(LotMovement)
        .join(Lot, Lot.id == LotMovement.lot_id)
        .join(TradeItem, TradeItem.id == Lot.trade_item_id)
        .where(TradeItem.party_id == actor.party_id, LotMovement.reverses_id.is_(None))
        .options(joinedload(LotMovement.party))
        .order_by(LotMovement.id.desc())
        .limit(KNOWN_HOLDERS * 10)
    )
    newest: dict[str, LotMovement] = {}
    for row in session.scalars(query):
        newest.setdefault(key_of(row), row)
    return list(newest.values())[:KNOWN_HOLDERS]


def own_movement(session: Session, actor: Actor, public_id: str) -> LotMovement | None:
    """A row of the actor's party by its name; None where there is none."""
    return session.scalar(
        select(LotMovement)
        .join(Lot, Lot.id == LotMovement.lot_id)
        .join(TradeItem, TradeItem.id == Lot.trade_item_id)
        .where(TradeItem.party_id == actor.party_id, LotMovement.public_id == public_id.upper())
    )


def check_quantity(session: Session, lot: Lot) -> None:
    """A lot never holds less than what went out of it. Raises `lot_less_than_sent`."""
    gone = totals(lot, movements_of(session, [lot]))
    if gone.too_much and gone.quantity is not None:
        sent, given = format_number(gone.despatched), format_number(gone.quantity)
        raise Malformed("lot_less_than_sent", field="quantity", given=given, sent=sent)


def _check_sum(session: Session, lot: Lot, more: Decimal) -> None:
    """Raises `movement_more`, with what went out before, what is asked for, and what the lot holds."""
    gone = totals(lot, movements_of(session, [lot]))
    if gone.quantity is None or gone.despatched + more <= gone.quantity:
        return
    sums = {"sent": gone.despatched, "given": more, "expected": gone.quantity}
    left = max(gone.quantity - gone.despatched, Decimal(0))
    facts = {name: format_number(amount) for name, amount in (sums | {"left": left}).items()}
    raise Malformed("movement_more", field="quantity", **facts)


def _struck(session: Session, lot: Lot) -> bool:
    about = recall_scope.of_lot(lot)
    return bool(recall_scope.standing_over(session, about) or recall_scope.standing_within(session, about))


def _check_own(actor: Actor, lot: Lot) -> None:
    if lot.trade_item.party_id != actor.party_id:
        raise NotFound("record_not_found")


def _asked_before(session: Session, lot: Lot, request_key: str | None) -> LotMovement | None:
    if request_key is None:
        return None
    row = session.scalar(select(LotMovement).where(LotMovement.request_key == request_key))
    if row is not None and row.lot_id != lot.id:
        raise Conflict("request_key_reused")
    return row


def _read(session: Session, actor: Actor, lot: Lot, entry: MovementEntry, today: date) -> LotMovement:
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


def _written(
    session: Session, actor: Actor, row: LotMovement, act: str, now: datetime, more: dict[str, object]
) -> LotMovement:
    """The entry says how much and when; of the holder nothing."""
    facts = {
        "movement": row.public_id,
        "direction": row.direction.value,
        "quantity": f"{row.quantity.normalize():f}",
        "unit": row.unit.value,
        "moved_on": row.moved_on,
        **more,
    }
    journal.record(session, actor=actor, act=act, subject=("lot", row.lot.public_id), now=now, facts=facts)
    return row
