"""What is looked for when a stamp's page is opened: which contradictions a scan is, and raising them.

Everything a calm scan costs here is a comparison in memory; only a contradiction asks the database, and only
one that was not told within the last minute writes.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, selectinload

from traceapp.domain.alerts import LOT_FLAGS, OUTSIDE_DAYS, OUTSIDE_SERIALS, AlertCode, contradictions
from traceapp.domain.conformity import Verdict
from traceapp.domain.days import today_in_vietnam
from traceapp.domain.digital_link import KeyPath
from traceapp.domain.serials import Opened, SerialKey, openings
from traceapp.domain.stamps import StampState
from traceapp.domain.trade_items import Unit
from traceapp.models import Alert, FirstScan, Lot, OutsideSerial, StampRun
from traceapp.models.scan import SEVERAL_DEVICES
from traceapp.services.public.passport import Passport
from traceapp.services.scans.alerts import Subject, goods_of, is_news, raise_alert, run_of, stamp_of
from traceapp.services.scans.opened import opened
from traceapp.services.stamping import find_run, segments

Opening = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True, slots=True)
class Found:
    """A contradiction, what it is about, and what was seen."""

    code: AlertCode
    subject: Subject
    facts: dict[str, object]


def contradictions_of(passport: Passport) -> list[Found]:
    """What a person's scan of this stamp contradicts (C1, C3)."""
    if passport.stamp is None or passport.verdict is None:
        return []
    words = {passport.verdict, *passport.also}
    facts: dict[str, object] = {"verdict": passport.verdict.value}
    found = []
    for code in contradictions(words):
        if code is AlertCode.C1:
            found.append(Found(code, run_of(passport), facts))
            continue
        if Verdict.RECALLED in words:
            of_stamps = passport.restraint is not None and passport.restraint.about == "stamps"
            found.append(Found(code, run_of(passport) if of_stamps else goods_of(passport), facts))
        found += [Found(code, stamp_of(passport), facts)] if Verdict.VOID in words else []
    return found


def raise_found(reader: Session, writing: Opening, found: Iterable[Found], now: datetime) -> None:
    """Raise each in one transaction, which is on the disk when this returns; nothing new writes nothing."""
    news = [one for one in found if is_news(reader, one.code, one.subject.name, now)]
    if not news:
        return
    with writing() as session:
        for one in news:
            raise_alert(session, code=one.code, subject=one.subject, facts=one.facts, now=now)


def exceeded(session: Session, scans: Session, lot_id: int) -> Found | None:
    """C4: more stamps of a lot scanned than the pieces it declares; None where there are not.

    Scans are only counted for a lot that was issued more stamps than it has pieces, and void stamps never: a
    torn sheet and its replacement are no contradiction, and who opens a void stamp is told of by C3.
    """
    lot = session.get(Lot, lot_id)
    if lot is None or lot.quantity is None or not may_exceed(session, lot_id):
        return None
    seen = _scanned(session, scans, lot)
    if seen <= lot.quantity:
        return None
    subject = Subject(f"lot:{lot.public_id}", trade_item_id=lot.trade_item_id, lot_id=lot.id)
    return Found(AlertCode.C4, subject, {"pieces": f"{lot.quantity.normalize():f}", "scanned": seen})


def _scanned(session: Session, scans: Session, lot: Lot) -> int:
    """How many of a lot's stamps that are not void were ever opened."""
    runs = session.scalars(select(StampRun).where(StampRun.lot_id == lot.id)).all()
    torn = [(run.id, held) for run in runs for held, state in segments(run) if state is StampState.VOID]
    return opened(scans, [run.id for run in runs], torn)


def may_exceed(session: Session, lot_id: int) -> bool:
    """Whether a lot was issued more stamps than it has pieces: its first scans must be added up."""
    lot = session.get(Lot, lot_id)
    if lot is None or lot.quantity is None or lot.unit is not Unit.PIECE:
        return False
    issued = session.scalar(select(func.sum(StampRun.count)).where(StampRun.lot_id == lot.id))
    return issued is not None and issued > lot.quantity


def lots_with_surplus(session: Session) -> list[int]:
    """The lots that were issued more stamps than they declare pieces: the only ones C4 can be about."""
    asked = (
        select(Lot.id)
        .join(StampRun, StampRun.lot_id == Lot.id)
        .where(Lot.unit == Unit.PIECE)
        .group_by(Lot.id, Lot.quantity)
        .having(func.sum(StampRun.count) > Lot.quantity)
    )
    return list(session.scalars(asked))


def watch_outside(session: Session, keys: Sequence[SerialKey], path: KeyPath, now: datetime) -> bool:
    """C5: keep a serial that opens and lies in no run, for each key that opens it; whether one was too many.

    Chance opens one in 16.7 million guesses, so the alert about a key comes with the third serial in 30 days.
    After a closing the count begins anew. A stamp that lies in a run of any live key says nothing of a key.
    """
    if find_run(session, keys, path) is not None:
        return False
    raised = [_keep_outside(session, opened, path, now) for opened in _openings(keys, path)]
    return any(raised)


def opens(keys: Sequence[SerialKey], path: KeyPath) -> bool:
    """Whether an unknown serial opens under one of our keys: arithmetic, no database."""
    return next(_openings(keys, path), None) is not None


def _openings(keys: Sequence[SerialKey], path: KeyPath) -> Iterator[Opened]:
    if path.subject is None or path.serial is None:
        return iter(())
    return openings(keys, path.subject, path.serial.value)


def _keep_outside(session: Session, opened: Opened, path: KeyPath, now: datetime) -> bool:
    values = {
        "key_id": opened.key_id,
        "number": str(path.subject),
        "sequence": opened.sequence,
        "day": today_in_vietnam(now),
        "created_at": now,
    }
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = sqlite.insert(OutsideSerial) if on_sqlite else postgresql.insert(OutsideSerial)
    session.execute(insert.values(**values).on_conflict_do_nothing())
    subject = Subject(f"key:{opened.key_id}", path=path.path())
    seen = _outside(session, opened.key_id, subject.name, now)
    if seen < OUTSIDE_SERIALS:
        return False
    return raise_alert(session, code=AlertCode.C5, subject=subject, facts={"serials": seen}, now=now)


def _outside(session: Session, key_id: str, subject: str, now: datetime) -> int:
    closed = session.scalar(
        select(func.max(Alert.closed_at)).where(Alert.code == AlertCode.C5, Alert.subject == subject)
    )
    since = max(now - OUTSIDE_DAYS, closed) if closed else now - OUTSIDE_DAYS
    distinct = (
        select(OutsideSerial.number, OutsideSerial.sequence)
        .where(OutsideSerial.key_id == key_id, OutsideSerial.created_at > since)
        .distinct()
        .subquery()
    )
    return session.scalar(select(func.count()).select_from(distinct)) or 0


@dataclass(frozen=True, slots=True)
class Flagged:
    """A stamp opened on many devices (R1); `several` where others of its lot are too (R2)."""

    run: StampRun
    index: int
    scans: int
    devices: int
    several: bool


def flagged(session: Session, scans: Session, *, devices: int, limit: int = 100) -> list[Flagged]:
    """The stamps to look at, those with most devices first."""
    rows = scans.execute(
        select(FirstScan.run_id, FirstScan.stamp_index, FirstScan.scans, FirstScan.devices)
        .where(SEVERAL_DEVICES, FirstScan.devices >= devices)
        .order_by(FirstScan.devices.desc(), FirstScan.run_id, FirstScan.stamp_index)
        .limit(limit)
    ).all()
    asked = select(StampRun).where(StampRun.id.in_({row.run_id for row in rows}))
    asked = asked.options(selectinload(StampRun.lot))
    runs = {run.id: run for run in session.scalars(asked)}
    known = [row for row in rows if row.run_id in runs]
    lots = [runs[row.run_id].lot_id for row in known]
    of_lot = _flags_by_lot(session, scans, {lot for lot in lots if lot is not None}, devices)
    return [
        Flagged(
            runs[row.run_id],
            row.stamp_index,
            row.scans,
            row.devices,
            lot is not None and of_lot[lot] >= LOT_FLAGS,
        )
        for row, lot in zip(known, lots, strict=True)
    ]


def _flags_by_lot(session: Session, scans: Session, lots: set[int], devices: int) -> Counter[int]:
    """How many stamps of each lot were opened on so many devices, listed or not."""
    runs = session.execute(select(StampRun.id, StampRun.lot_id).where(StampRun.lot_id.in_(lots))).all()
    lot_of = {run: lot for run, lot in runs if lot is not None}
    told = scans.execute(
        select(FirstScan.run_id, func.count())
        .where(SEVERAL_DEVICES, FirstScan.devices >= devices, FirstScan.run_id.in_(lot_of))
        .group_by(FirstScan.run_id)
    )
    found: Counter[int] = Counter()
    for run, count in told:
        found[lot_of[run]] += count
    return found
