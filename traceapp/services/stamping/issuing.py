"""Giving out numbers: one row for a run, one contiguous range per subject and key.

Ranges never overlap and are never used twice, whatever runs beside them: SQLite writes one at a time, on
PostgreSQL the trade item's row is the lock. stamps.md section 2.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import SystemRandom

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.errors import Conflict, Malformed
from traceapp.domain.identifiers import new_public_id
from traceapp.domain.permissions import Act
from traceapp.domain.serials import SEQUENCES, SerialKey, mint_matrix, open_matrix
from traceapp.domain.stamps import StampState
from traceapp.models import Lot, StampRun, TradeItem
from traceapp.services.stamping.standing import check_goods, check_issuer
from traceapp.services.stamping.stock import check_own, record, subject_of

MOST_STAMPS = 1_000_000


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is asked for: so many stamps for these goods, in a request of that key."""

    item: TradeItem
    lot: Lot | None
    count: int
    request_key: str | None


def issue_stamps(
    session: Session,
    *,
    actor: Actor,
    trade_item: TradeItem,
    lot: Lot | None,
    count: int,
    key: SerialKey,
    request_key: str | None,
    now: datetime,
    other_keys: Sequence[SerialKey] = (),
) -> StampRun:
    """A run of `count` new stamps; the same request twice is the same run.

    Raises `request_key_reused`, `request_key_differs`, `number_range`, `lot_of_other_item`, `lot_recalled`,
    `lot_on_hold`, `lot_past_use_by`, `issuer_suspended`, `serials_exhausted`, `pin_key_missing`.
    """
    actor.must(Act.ISSUE_STAMPS)
    check_own(actor, trade_item)
    session.execute(select(TradeItem.id).where(TradeItem.id == trade_item.id).with_for_update())
    wish = _Wish(trade_item, lot, count, request_key)
    before = _asked_before(session, actor, wish)
    if before is not None:
        return before
    _check_wish(session, wish, now)
    first = _next_first(session, trade_item.subject, count, key, other_keys)
    run = _mint_run(session, actor, wish, first, key, now)
    record(session, actor, "issued_stamps", run, now, _facts(run))
    return run


def _mint_run(
    session: Session, actor: Actor, wish: _Wish, first: int, key: SerialKey, now: datetime
) -> StampRun:
    run = StampRun(
        public_id=new_public_id(SystemRandom()),
        trade_item=wish.item,
        lot=wish.lot,
        subject=wish.item.subject,
        key_id=key.id,
        pin_key=_pin_key(wish.item, key),
        first_number=first,
        count=wish.count,
        state=StampState.MINTED,
        state_at=now,
        created_at=now,
        created_by_id=actor.account_id,
        request_key=wish.request_key,
    )
    session.add(run)
    session.flush()
    return run


def _facts(run: StampRun) -> dict[str, object]:
    return {
        "subject": run.subject,
        "key": run.key_id,
        "first": run.first_number,
        "count": run.count,
        "lot": run.lot and run.lot.public_id,
        "pin_key": run.pin_key,
    }


def _pin_key(item: TradeItem, key: SerialKey) -> str | None:
    """Which key makes the PINs of a run; none where the product has no PIN today."""
    if not item.scratch_pin:
        return None
    if key.pin is None:
        raise Conflict("pin_key_missing")
    return key.pin.fingerprint


def _asked_before(session: Session, actor: Actor, wish: _Wish) -> StampRun | None:
    """The run of the same request; one that asks for something else is not the same."""
    if wish.request_key is None:
        return None
    run = session.scalar(select(StampRun).where(StampRun.request_key == wish.request_key))
    if run is not None and (run.trade_item_id != wish.item.id or run.created_by_id != actor.account_id):
        raise Conflict("request_key_reused")
    if run is not None and (run.count != wish.count or not _for_lot(run, wish.lot)):
        raise Conflict("request_key_differs")
    return run


def _for_lot(run: StampRun, lot: Lot | None) -> bool:
    """Whether a run was asked for that lot; one asked for without may have got its lot at activation."""
    if lot is None:
        return run.lot is None or run.activated_at is not None
    return run.lot is not None and run.lot.id == lot.id


def _check_wish(session: Session, wish: _Wish, now: datetime) -> None:
    if not 1 <= wish.count <= MOST_STAMPS:
        raise Malformed("number_range", field="count", given=wish.count, least=1, most="1.000.000")
    check_issuer(wish.item)
    check_goods(session, wish.item, wish.lot, now)


def _next_first(
    session: Session, subject: str, count: int, key: SerialKey, others: Sequence[SerialKey]
) -> int:
    """Where the next range begins: after the last one, and past any stretch with a double meaning."""
    mine = (StampRun.subject == subject, StampRun.key_id == key.id)
    first = session.scalar(select(func.max(StampRun.first_number + StampRun.count)).where(*mine)) or 0
    while first + count <= SEQUENCES:
        clash = _double_meaning(session, subject, first, count, key, others)
        if clash is None:
            return int(first)
        first = clash + 1
    raise Conflict("serials_exhausted", first=first, count=count, limit=SEQUENCES)


def _double_meaning(
    session: Session, subject: str, first: int, count: int, key: SerialKey, others: Sequence[SerialKey]
) -> int | None:
    """The last number whose serial also opens, under another live key, inside that key's ranges."""
    found = None
    for other in (one for one in others if one.id != key.id):
        owned = (StampRun.subject == subject, StampRun.key_id == other.id)
        end = session.scalar(select(func.max(StampRun.first_number + StampRun.count)).where(*owned))
        if end is None:
            continue
        opened = open_matrix(other, subject_of(subject), mint_matrix(key, subject_of(subject), first, count))
        hits = ((opened >= 0) & (opened < end)).nonzero()[0]
        if len(hits):
            found = max(found or 0, first + int(hits[-1]))
    return found
