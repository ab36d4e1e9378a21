"""A scratch PIN entered: right or wrong, the first time or not, and how many tries are left.

Every entry is judged under the lock of the stamp's row, so that of any number at once no more are answered
than the bucket holds. A right PIN costs no try unless it contradicts an earlier use; a wrong one does. What
cannot be a PIN is refused before it costs anything. trust.md, section 3.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from traceapp.domain import areas
from traceapp.domain.alerts import AlertCode
from traceapp.domain.errors import Conflict, NotFound
from traceapp.domain.pins import Bucket, PinKey, is_right, normalise
from traceapp.domain.serials import SerialKey
from traceapp.models import StampPin, StampRun
from traceapp.services import journal
from traceapp.services.feedback import may_be_bought
from traceapp.services.public.passport import Passport, PinUse, Stamp
from traceapp.services.scans import alerts

DEVICE_KNOWN: Final = timedelta(days=2)  # as long as the scan log keeps the key of a day
ONE_HAND: Final = timedelta(hours=24)  # repeats from one device or place within it are one


class PinOutcome(StrEnum):
    """What came of an entry."""

    FIRST = "first"
    AGAIN = "again"
    ELSEWHERE = "elsewhere"
    WRONG = "wrong"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class PinAnswer:
    """The outcome, the tries left, when the next one is possible, and the first use as it now stands."""

    outcome: PinOutcome
    left: int
    next_at: datetime
    use: PinUse


@dataclass(frozen=True, slots=True)
class PinEntry:
    """What was typed; `tokens` stand for the device as in the scan log, today's first."""

    pin: str
    area: str = ""
    tokens: Sequence[str] = ()


def enter_pin(
    session: Session, *, passport: Passport, keys: Sequence[SerialKey], entry: PinEntry, now: datetime
) -> PinAnswer:
    """Judge a PIN typed for a stamp; the first right one fixes day and province for ever.

    Raises `stamp_unknown`, `pin_none`, `pin_not_for_sale`, `pin_not_checkable`, `area_unknown`, and what
    `normalise` does.
    """
    stamp = passport.stamp
    if stamp is None:
        raise NotFound("stamp_unknown")
    if stamp.pin is None:
        raise Conflict("pin_none")
    if not may_be_bought(passport):
        raise Conflict("pin_not_for_sale")
    pin, area = normalise(entry.pin), areas.parse(entry.area)
    key = _key(session, stamp, keys)
    row = _held(session, stamp, now)
    bucket = Bucket(row.full_at).settled(now)
    row.full_at = bucket.full_at  # so that the wait begins now, where a clock was ahead
    if not bucket.left(now):
        return _answer(PinOutcome.WAIT, row, now)
    if not is_right(key, stamp.serial, pin):
        row.full_at = bucket.spent(now).full_at
        return _answer(PinOutcome.WRONG, row, now)
    if row.used_at is None:
        row.used_at, row.used_area, row.used_token = now, area, next(iter(entry.tokens), None)
        _record(session, "used_pin", stamp, now, {"area": area})
        return _answer(PinOutcome.FIRST, row, now)
    if _same_hand(row, entry.tokens, area, now):
        return _answer(PinOutcome.AGAIN, row, now)
    row.full_at = bucket.spent(now).full_at
    facts = {"area": area, "first_at": row.used_at, "first_area": row.used_area}
    _record(session, "used_pin_elsewhere", stamp, now, facts)
    alerts.raise_alert(
        session, code=AlertCode.C2, subject=alerts.stamp_of(passport), facts={"area": area}, now=now
    )
    return _answer(PinOutcome.ELSEWHERE, row, now)


def forget_devices(session: Session, now: datetime) -> int:
    """Erase what stood for devices at first uses, when the scan log's key of that day is gone; how many."""
    gone = session.scalars(
        update(StampPin)
        .where(StampPin.used_token.is_not(None), StampPin.used_at < now - DEVICE_KNOWN)
        .values(used_token=None)
        .returning(StampPin.stamp_index)
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())


def _key(session: Session, stamp: Stamp, keys: Sequence[SerialKey]) -> PinKey:
    """The key this very run was printed with: under any other each right PIN would be called wrong."""
    run = session.get_one(StampRun, stamp.run_id)
    for key in keys:
        if key.id == run.key_id and key.pin is not None and key.pin.fingerprint == run.pin_key:
            return key.pin
    raise Conflict("pin_not_checkable")


def _held(session: Session, stamp: Stamp, now: datetime) -> StampPin:
    """The row of a stamp's PIN, made at the first try and locked until the commit."""
    values = {
        "stamp_run_id": stamp.run_id,
        "stamp_index": stamp.index,
        "created_at": now,
        "full_at": now,
    }
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = sqlite.insert(StampPin) if on_sqlite else postgresql.insert(StampPin)
    session.execute(insert.values(**values).on_conflict_do_nothing())
    query = select(StampPin).where(StampPin.stamp_run_id == stamp.run_id, StampPin.stamp_index == stamp.index)
    return session.scalars(query.with_for_update().execution_options(populate_existing=True)).one()


def _same_hand(row: StampPin, tokens: Sequence[str], area: str | None, now: datetime) -> bool:
    """Whether a repeat may be the same person: one device, or one place both times, within a day."""
    if row.used_at is None or now - row.used_at > ONE_HAND:
        return False
    return row.used_token in tokens or (area is not None and area == row.used_area)


def _answer(outcome: PinOutcome, row: StampPin, now: datetime) -> PinAnswer:
    bucket = Bucket(row.full_at)
    return PinAnswer(outcome, bucket.left(now), bucket.next_at(now), PinUse(row.used_at, row.used_area))


def _record(session: Session, act: str, stamp: Stamp, now: datetime, facts: Mapping[str, object]) -> None:
    told = {"index": stamp.index, **facts}
    journal.record(session, actor=None, act=act, subject=("stamp_run", stamp.run), now=now, facts=told)
