"""A print order carried out: sheet by sheet, part by part, stoppable anywhere, the same bytes every time.

Whoever claims the row draws; a beat tells others it lives, and every beat asks whether the order still
stands. A part is a pure function of the row: killed in the middle, it is drawn again from its first sheet
by the next worker and is byte for byte the same. stamps.md section 4.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, BinaryIO

from obstore.exceptions import BaseError as StoreRefused
from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from labels import sheet
from labels.errors import LabelError
from traceapp.domain.errors import Conflict
from traceapp.domain.printing import PrintKind, PrintState
from traceapp.domain.serials import SerialKey
from traceapp.full_disk import is_disk_full
from traceapp.models import PrintRun
from traceapp.services import journal
from traceapp.services.locking import lock
from traceapp.services.printing import code_list
from traceapp.services.printing.design import thawed_art, thawed_face, thawed_medium
from traceapp.services.printing.failures import DISK_FULL, KEY_GONE, PRESS_REFUSED, STORE_REFUSED
from traceapp.services.printing.files import forget_halves, key_of, publish, row_of
from traceapp.services.printing.machines import thawed_aim
from traceapp.services.printing.parts import KeyMissing, Part, Serials, footer_of, parts_of
from traceapp.services.printing.printability import check_printable, told_of
from traceapp.services.stamping import mark_printed
from traceapp.storage import Storage

LEASE = timedelta(seconds=30)
BEAT = timedelta(seconds=0.5)
PDF, CSV = "application/pdf", "text/csv"
Sessions = Callable[[], Session]


class Stopped(Exception):
    """The order no longer stands, or this worker is asked to go."""


def waiting(session: Session, now: datetime, lease: timedelta = LEASE) -> Sequence[int]:
    """Orders somebody should take up: queued ones, and those whose worker fell silent."""
    query = select(PrintRun.id).where(_free(now, lease)).order_by(PrintRun.id)
    return session.scalars(query).all()


def release(session: Session, gone: Callable[[str], bool]) -> None:
    """Put back the orders of workers known to be gone, without waiting for their lease to end."""
    for order in session.scalars(select(PrintRun).where(PrintRun.state == PrintState.RUNNING)):
        if order.worker and gone(order.worker):
            order.state, order.worker = PrintState.QUEUED, None


def run(
    sessions: Sessions,
    storage: Storage,
    print_run_id: int,
    *,
    keys: Iterable[SerialKey],
    worker: str,
    clock: Callable[[], datetime],
    stopping: Callable[[], bool] = lambda: False,
    watch: Callable[[int], None] | None = None,
    lease: timedelta = LEASE,
    every: timedelta = BEAT,
) -> PrintState | None:
    """Claim an order and carry it out; the state it ends in, or None if it was not there to be claimed.

    `watch` hears how many sheets are done; `stopping` is asked at every beat.
    """
    now = clock()
    with sessions() as session:
        if not _claim(session, print_run_id, worker, now, lease):
            return None
        session.commit()
    job = _Job(sessions, storage, print_run_id, worker, clock, stopping, watch, every, tuple(keys))
    refused = job.refused(now)
    if refused is not None:
        return job.fail(refused)
    try:
        job.draw_all()
    except Stopped:
        return job.put_back()
    except LabelError:
        return job.fail(PRESS_REFUSED)
    except KeyMissing:
        return job.fail(KEY_GONE)
    except (OSError, StoreRefused) as fault:
        return job.fail(DISK_FULL if is_disk_full(fault) else STORE_REFUSED)
    except DBAPIError as fault:
        if not is_disk_full(fault):
            raise
        return job.fail(DISK_FULL)
    return PrintState.DONE


def _free(now: datetime, lease: timedelta) -> ColumnElement[bool]:
    """Queued, or its worker fell silent. A beat from the future is one from before the clock was set back."""
    silent = or_(PrintRun.beat_at < now - lease, PrintRun.beat_at > now + lease)
    return or_(PrintRun.state == PrintState.QUEUED, and_(PrintRun.state == PrintState.RUNNING, silent))


def _claim(session: Session, order: int, worker: str, now: datetime, lease: timedelta) -> bool:
    told = {"state": PrintState.RUNNING, "worker": worker, "beat_at": now, "started_at": now, "error": None}
    return _changed(session, update(PrintRun).where(PrintRun.id == order, _free(now, lease)).values(**told))


def _changed(session: Session, statement: Any) -> bool:
    result = session.execute(statement.execution_options(synchronize_session=False))
    return isinstance(result, CursorResult) and result.rowcount == 1


class _Job:
    """One worker at one order."""

    def __init__(
        self,
        sessions: Sessions,
        storage: Storage,
        order_id: int,
        worker: str,
        clock: Callable[[], datetime],
        stopping: Callable[[], bool],
        watch: Callable[[int], None] | None,
        every: timedelta,
        keys: tuple[SerialKey, ...],
    ) -> None:
        self.sessions, self.storage, self.order_id = sessions, storage, order_id
        self.worker, self.clock, self.stopping = worker, clock, stopping
        self.watch, self.every, self.keys = watch, every, keys
        self.done, self.last_beat = 0, clock()

    def refused(self, now: datetime) -> str | None:
        """Why it may not be printed any more as things stand now; None where it may."""
        with self.sessions() as session:
            try:
                check_printable(session, session.get_one(PrintRun, self.order_id), now)
            except Conflict as rule:
                return told_of(rule)
        return None

    def draw_all(self) -> None:
        """Every part that is not there yet, then the list of codes, then the end."""
        with self.sessions() as session:
            order = session.get_one(PrintRun, self.order_id)
            self.serials = Serials.of(order, self.keys)
            finished = {file.part for file in order.files}
            parts = parts_of(order)
            session.expunge_all()
        forget_halves(self.storage, order)
        for part in parts:
            if part.number in finished:
                self.done = part.first_sheet + part.sheets - 1
                continue
            self.done = part.first_sheet - 1
            self.beat()
            self._finish(order, part, PDF, lambda sink, part=part: self._draw(sink, order, part, parts))  # type: ignore[misc]  # bound per turn
        if order.kind is PrintKind.STAMPS and 0 not in finished:
            whole = Part(0, 0, order.count, 0, 0, frozenset())
            self._finish(order, whole, CSV, lambda sink: self._list(sink, order))
        self._end()

    def _draw(self, sink: BinaryIO, order: PrintRun, part: Part, parts: Sequence[Part]) -> None:
        medium, design = thawed_medium(order.medium), order.design
        sheets = parts[-1].first_sheet + parts[-1].sheets - 1
        footer = footer_of(order, part.first_sheet, sheets)
        common: dict[str, Any] = {
            "medium": medium, "dpi": design["dpi"], "used_cells": part.used_cells, "footer": footer,
            "calibration": thawed_aim(design.get("calibration")), "watch": lambda _sheet: self.one_more(),
        }  # fmt: skip
        if order.kind is PrintKind.LABELS:
            sheet.label_sheets(sink, face=thawed_face(design["face"]), count=part.count, **common)
            return
        serials = self.serials.stretch(part.first_index, part.count)
        art = thawed_art(design["art"])
        pins = self.serials.pins(serials) if art.pin else None  # older orders have no box
        told = {"art": art, "prefix": design["prefix"], "level": design["level"]}
        sheet.stamp_sheets(sink, serials=serials, pins=pins, **told, **common)

    def _list(self, sink: BinaryIO, order: PrintRun) -> None:
        """Number, serial and URI of every stamp, and its PIN, for a press that prints variable data."""
        sink.write(code_list.head(pins=self.serials.pin is not None))
        prefix, step = order.design["prefix"], 10_000
        for start in range(0, order.count, step):
            serials = self.serials.stretch(start, min(step, order.count - start))
            sink.writelines(code_list.rows(start + 1, serials, prefix, self.serials.pins(serials)))
            self.beat_if_due()

    def _finish(self, order: PrintRun, part: Part, kind: str, draw: Callable[[BinaryIO], None]) -> None:
        """Draw, store, and only then name the file in the database, if the order still stands.

        Of one cancelled meanwhile nothing stays; of one paused or taken over, it is drawn again the same.
        """
        key = key_of(order, part.number)
        written, _ = publish(self.storage, key, draw)
        with self.sessions() as session:
            try:
                self._still_ours(session)
            except Stopped:
                if session.get_one(PrintRun, self.order_id).state is PrintState.CANCELLED:
                    self.storage.delete_key(key)
                raise
            session.add(row_of(order, part, key, kind, written, self.clock()))
            session.commit()

    def one_more(self) -> None:
        """A sheet is drawn."""
        self.done += 1
        self.beat_if_due()

    def beat_if_due(self) -> None:
        """Beat when the last one is long enough ago."""
        if abs(self.clock() - self.last_beat) >= self.every:  # a clock set back must not silence it
            self.beat()

    def beat(self) -> None:
        """Say how far it is; raises Stopped where the order was paused, cancelled or taken over."""
        with self.sessions() as session:
            self._still_ours(session)
            session.commit()
        self.last_beat = self.clock()
        if self.watch:
            self.watch(self.done)
        if self.stopping():
            raise Stopped

    def _still_ours(self, session: Session) -> None:
        values = {"beat_at": self.clock(), "slices_done": self.done}
        if not _changed(session, self._mine().values(**values)):
            raise Stopped

    def _mine(self) -> Any:
        ours = (
            PrintRun.id == self.order_id,
            PrintRun.state == PrintState.RUNNING,
            PrintRun.worker == self.worker,
        )
        return update(PrintRun).where(*ours)

    def _end(self) -> None:
        now = self.clock()
        told = {
            "state": PrintState.DONE,
            "finished_at": now,
            "beat_at": now,
            "slices_done": PrintRun.slices_total,
        }
        with self.sessions() as session:
            if not _changed(session, self._mine().values(**told)):
                raise Stopped
            order = session.get_one(PrintRun, self.order_id)
            if order.stamp_run is not None:
                lock(session, order.stamp_run)  # somebody may be voiding the run just now
                mark_printed(order.stamp_run, now)
            self._record(session, "finished_print", order, {"files": len(order.files)})
            session.commit()
        if self.watch:
            self.watch(self.done)

    def put_back(self) -> PrintState:
        """Where the order stands now that this worker left it; queued again if only the worker stopped."""
        with self.sessions() as session:
            _changed(session, self._mine().values(state=PrintState.QUEUED, worker=None))
            session.commit()
            return session.get_one(PrintRun, self.order_id).state

    def fail(self, told: str) -> PrintState:
        """Write why it could not be done; what is finished is kept for another try."""
        with self.sessions() as session:
            if _changed(session, self._mine().values(state=PrintState.FAILED, error=told)):
                order = session.get_one(PrintRun, self.order_id)
                self._record(session, "failed_print", order, {"error": told})
            session.commit()
            return session.get_one(PrintRun, self.order_id).state

    def _record(self, session: Session, act: str, order: PrintRun, facts: dict[str, object]) -> None:
        journal.record(
            session,
            actor=None,
            act=act,
            subject=("print_run", order.public_id),
            now=self.clock(),
            party_id=order.trade_item.party_id,
            facts={"sheets": order.slices_done, **facts},
        )
