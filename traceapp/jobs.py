"""Work that takes longer than a page: the queue, what a worker does with an order, and the worker itself.

The row of a print run is the truth; a message in the queue only says "look now". Messages may be lost (huey
delivers at most once), so a sweep looks for orders that wait or whose worker fell silent: at start, then
every minute. Once an hour the keys of days gone by are destroyed and old
scans folded into daily totals. A worker is a process of its own; told to
stop, it puts its order back and goes.
"""

import logging
import os
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from flask import Flask
from huey import Huey, MemoryHuey, SqliteHuey, crontab
from huey.consumer import Consumer
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from traceapp import postman
from traceapp.domain.printing import PrintState
from traceapp.engines import unhurried
from traceapp.extensions import db
from traceapp.models import PrintRun
from traceapp.services import journal, pins, printing, repeated_requests
from traceapp.services.printing.failures import BROKE_DOWN
from traceapp.services.scans import alerts, folding, scanning, watching
from traceapp.settings import BadSetting, Settings
from traceapp.storage import Storage

log = logging.getLogger(__name__)
stopping = threading.Event()
PROC: Final = Path("/proc")


def open_queue(settings: Settings) -> Huey:
    """The queue at ``queue_url``; ``memory://`` does the work at once, in the process that asks for it."""
    if settings.queue_url.startswith("memory://"):
        return MemoryHuey("traceapp", immediate=True)
    url = make_url(settings.queue_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise BadSetting(f"queue_url: {settings.queue_url!r} must be sqlite:///PATH or memory://")
    Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    return SqliteHuey("traceapp", filename=url.database)


def announcer(app: Flask) -> Callable[[int], None]:
    """What a door calls after an order was committed: it is taken up now instead of at the next sweep."""
    settings: Settings = app.extensions["settings"]
    tasks: list[Callable[[int], object]] = []

    def announce(print_run_id: int) -> None:
        try:
            if not tasks:
                tasks.append(register(open_queue(settings), app))
            tasks[0](print_run_id)
        except (OSError, sqlite3.Error):
            log.exception("print run %s waits for the next sweep", print_run_id)

    return announce


def register(queue: Huey, app: Flask) -> Callable[[int], object]:
    """Make the task known to a queue; both sides of it do."""

    @queue.task(name="print_run")  # type: ignore[untyped-decorator]  # huey is untyped
    def print_run(print_run_id: int) -> None:
        draw(app, print_run_id)

    task: Callable[[int], object] = print_run
    return task


def draw(app: Flask, print_run_id: int) -> PrintState | None:
    """Carry out one order; whatever happens is written into its row."""
    with app.app_context():
        sessions = partial(Session, db.engine)
        try:
            state = printing.run(
                sessions,
                app.extensions["storage"],
                print_run_id,
                keys=app.extensions["serial_keys"],
                worker=worker_name(),
                clock=lambda: datetime.now(UTC),
                stopping=stopping.is_set,
            )
            if state is PrintState.CANCELLED:
                _discard(sessions, app.extensions["storage"], [print_run_id])
        except Exception:
            log.exception("print run %s broke down", print_run_id)
            try:
                _write_breakdown(sessions, print_run_id)
            except SQLAlchemyError:  # nothing can be written: it is taken up when its lease is over
                log.exception("print run %s could not be told so", print_run_id)
                return PrintState.RUNNING
            return PrintState.FAILED
        return state


def _discard(sessions: Callable[[], Session], storage: Storage, orders: Iterable[int]) -> None:
    """Take away what cancelled orders left, each by itself: what one of them meets stops no other."""
    for print_run_id in orders:
        try:
            with sessions() as session:
                printing.discard_cancelled(session, storage, print_run_id, datetime.now(UTC))
                session.commit()
        except Exception:
            log.exception("the files of cancelled print run %s stay for now", print_run_id)


def _write_breakdown(sessions: Callable[[], Session], print_run_id: int) -> None:
    with sessions() as session:
        order = session.get(PrintRun, print_run_id)
        if order is not None and order.state is PrintState.RUNNING and order.worker == worker_name():
            order.state, order.error = PrintState.FAILED, BROKE_DOWN
            journal.record(
                session,
                actor=None,
                act="failed_print",
                subject=("print_run", order.public_id),
                now=datetime.now(UTC),
                party_id=order.trade_item.party_id,
                facts={"sheets": order.slices_done, "error": BROKE_DOWN},
            )
            session.commit()


def sweep(app: Flask, ask: Callable[[int], object]) -> int:
    """Ask for every order that waits, those of dead workers of this machine included; how many there were."""
    with app.app_context(), Session(db.engine) as session:
        printing.release(session, is_gone)
        session.commit()
        left = printing.leftovers(session)
        found = printing.waiting(session, datetime.now(UTC))
        session.rollback()
        _discard(partial(Session, db.engine), app.extensions["storage"], left)
    for print_run_id in found:
        ask(print_run_id)
    return len(found)


def every_minute(app: Flask, ask: Callable[[int], object], now: datetime) -> None:
    """The two things to look at, neither of which waits for the other to go well."""
    attempt("sweep", lambda: sweep(app, ask))
    attempt("watch", lambda: watch(app, now))


def attempt(name: str, act: Callable[[], object]) -> None:
    """Do a part of a round; what it meets is logged, the other parts go on, and it has its next turn."""
    try:
        act()
    except Exception:
        log.exception("%s broke down and is tried again in its next turn", name)


def forget(app: Flask, now: datetime) -> int:
    """Destroy the scan log's day keys whose time is over, also where nobody scans any more; how many."""
    with app.app_context(), Session(db.get_engine("scans")) as scans:
        gone = scanning.forget_day_keys(scans, now)
        scans.commit()
        return gone


def forget_requests(app: Flask, now: datetime) -> int:
    """Erase answers to programs' requests that are older than seven days; how many."""
    with app.app_context(), Session(db.engine) as session:
        gone = repeated_requests.forget_answers(session, now)
        session.commit()
        return gone


def forget_devices(app: Flask, now: datetime) -> int:
    """Erase what stood for the devices of PINs' first uses; how many."""
    with app.app_context(), Session(db.engine) as session:
        gone = pins.forget_devices(session, now)
        session.commit()
        return gone


def watch(app: Flask, now: datetime) -> int:
    """Look for lots of which more stamps were scanned than they have pieces; how many were found.

    Pages answered from memory do not look, so this is asked every minute.
    """
    with app.app_context(), Session(db.get_engine("read")) as reader:
        lots = watching.lots_with_surplus(reader)
        with Session(db.get_engine("read_scans")) as scans:
            found = [one for lot in lots if (one := watching.exceeded(reader, scans, lot))]
        news = [one for one in found if alerts.is_news(reader, one.code, one.subject.name, now)]
    if news:
        with app.app_context(), Session(db.engine) as session:
            for one in news:
                alerts.raise_alert(session, code=one.code, subject=one.subject, facts=one.facts, now=now)
            session.commit()
    return len(found)


def fold(app: Flask, now: datetime) -> int:
    """Fold scans of more than 90 days ago into daily totals, a part at a time; how many."""
    folded = 0
    with app.app_context():
        while not stopping.is_set():
            with Session(db.get_engine("scans")) as scans:
                unhurried(scans)
                part = folding.fold_scans(scans, now)
                scans.commit()
            if not part:
                break
            folded += part
    return folded


def worker_name() -> str:
    """This process, as a row names it."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}"


def is_gone(worker: str) -> bool:
    """Whether a worker of this machine no longer runs; of another machine we cannot tell."""
    host, _, number = worker.rpartition(":")
    if host != socket.gethostname()[:40] or not (number.isascii() and number.isdigit()):
        return False
    if int(number) == os.getpid():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return _is_zombie(int(number))


def _is_zombie(number: int) -> bool:
    """Whether a process has ended and only its parent has not noticed: signals still reach its number.

    proc(5) tells the state after the name, which may itself hold brackets. Where there is no /proc, no.
    """
    try:
        told = (PROC / str(number) / "stat").read_bytes()
    except OSError:
        return False
    return told.rpartition(b")")[2].split()[:1] == [b"Z"]


class Worker(Consumer):  # type: ignore[misc]  # huey is untyped
    """A consumer that tells the order in hand to stop before it waits for it."""

    def stop(self, graceful: bool = False) -> None:
        """Stop after the present sheet."""
        stopping.set()
        super().stop(graceful=graceful)


def work(app: Flask, *, parent: int | None = None) -> None:
    """Serve the queue until a signal ends it, or the process that started it is gone."""
    queue = open_queue(app.extensions["settings"])
    task = register(queue, app)

    @queue.periodic_task(crontab(minute="*"), name="sweep")  # type: ignore[untyped-decorator]  # huey is untyped
    def _sweep() -> None:
        every_minute(app, task, datetime.now(UTC))

    @queue.periodic_task(crontab(minute="7"), name="forget")  # type: ignore[untyped-decorator]  # huey is untyped
    def _forget() -> None:
        attempt("forget", lambda: forget(app, datetime.now(UTC)))
        attempt("forget requests", lambda: forget_requests(app, datetime.now(UTC)))
        attempt("forget devices", lambda: forget_devices(app, datetime.now(UTC)))
        attempt("fold", lambda: fold(app, datetime.now(UTC)))

    mail = postman.take_rounds(queue, app, worker=worker_name(), is_gone=is_gone, stopping=stopping.is_set)
    attempt("forget", lambda: forget(app, datetime.now(UTC)))
    queue.flush()  # the rows are the truth; whatever waits is asked for again here
    attempt("sweep", lambda: sweep(app, task))
    options: dict[str, Any] = {"workers": 1, "periodic": True, "graceful_signal": "TERM", "max_delay": 0.5}
    worker = Worker(queue, **options)
    if parent is not None:
        threading.Thread(target=_leave_with, args=(parent, worker), daemon=True).start()
    worker.run()
    mail.end()


def _leave_with(parent: int, worker: Worker) -> None:
    """A worker started by a server ends with it, however that ended."""
    while os.getppid() == parent:
        time.sleep(0.5)  # nothing tells a child that its parent is gone
    stopping.set()
    worker.stop_flag.set()
