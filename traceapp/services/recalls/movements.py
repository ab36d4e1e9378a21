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

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from traceapp.domain.actors import Actor
from traceapp.domain.errors import Conflict, Malformed, NotFound
from traceapp.domain.identifiers import new_public_id
from traceapp.domain.numbers import format_number
from traceapp.domain.permissions import Act, Role
from traceapp.domain.recalls import Direction
from traceapp.models import Lot, LotMovement, TradeItem
from traceapp.services import journal
from traceapp.services.locking import lock
from traceapp.services.recalls import recall_notices, recall_scope
from traceapp.services.recalls.holders import counted, key_of, movements_of
from traceapp.services.recalls.movement_entry import MovementEntry, read_entry

KNOWN_HOLDERS: Final = 30


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
    row = read_entry(session, actor, lot, entry, today)
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
    recall_notices.take_back(session, lot, now)
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
