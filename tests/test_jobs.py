"""The worker's side: orders taken up at once, after a death, and never left without an answer."""

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.web.looking import acts
from traceapp import jobs
from traceapp.domain.printing import PrintState
from traceapp.domain.stamps import StampState
from traceapp.extensions import db
from traceapp.models import DayKey, FirstScan, PrintRun, TradeItem
from traceapp.services import printing, stamping
from traceapp.settings import BadSetting


@pytest.fixture
def place(app, session, cast, now, settings):
    def place():
        return place_one(app, session, cast, now, settings)

    return place


@pytest.fixture
def order(place):
    return place()


def place_one(app, session, cast, now, settings):
    item = session.scalar(select(TradeItem)) or factories.make_trade_item(session, cast.cooperative_id, now)
    run = stamping.issue_stamps(
        session,
        actor=cast.manager.actor,
        trade_item=item,
        lot=None,
        count=200,
        key=app.extensions["serial_keys"][0],
        request_key=None,
        now=now,
    )
    placed = printing.order_stamps(
        session,
        actor=cast.manager.actor,
        run=run,
        choice=printing.Choice(),
        settings=replace(settings, part_stamps=65),
        request_key=None,
        now=now,
    )
    session.commit()
    return placed.id


@pytest.fixture
def state(session):
    def state(order_id):
        with Session(session.get_bind()) as other:
            found = other.get_one(PrintRun, order_id)
            return found.state, found.error

    return state


def change(session, order_id, **values):
    with Session(session.get_bind()) as other:
        found = other.get_one(PrintRun, order_id)
        for name, value in values.items():
            setattr(found, name, value)
        other.commit()


def test_a_queue_in_memory_draws_at_once(app, order, state, settings):
    app.extensions["settings"] = replace(settings, queue_url="memory://")
    jobs.announcer(app)(order)
    assert state(order) == (PrintState.DONE, None)


def test_a_scan_log_that_is_gone_ends_no_worker(app, caplog):
    with app.app_context():
        DayKey.__table__.drop(db.get_engine("scans"))
    try:
        jobs.work(app, parent=-1)  # whoever started it is gone: it begins, and goes
    finally:
        jobs.stopping.clear()
    assert "forget broke down" in caplog.text


def test_an_announcement_is_kept_in_the_queue_file(app, order, state, settings):
    app.extensions["announce_print"](order)
    queue = jobs.open_queue(settings)
    assert queue.pending_count() == 1
    assert state(order)[0] is PrintState.QUEUED


def test_a_queue_that_cannot_be_written_loses_no_order(app, order, state, settings, caplog):
    (settings.instance_path / "in-the-way").write_text("")
    blocked = f"sqlite:///{settings.instance_path}/in-the-way/queue.sqlite"
    app.extensions["settings"] = replace(settings, queue_url=blocked)
    jobs.announcer(app)(order)
    assert "next sweep" in caplog.text
    asked: list[int] = []
    jobs.sweep(app, asked.append)
    assert asked == [order]


def test_a_queue_of_another_kind_is_refused(settings):
    with pytest.raises(BadSetting, match="queue_url"):
        jobs.open_queue(replace(settings, queue_url="redis://localhost"))


def test_the_order_of_a_dead_worker_is_asked_for_without_waiting(app, session, order):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    beat = datetime.now(UTC)
    name = f"{socket.gethostname()[:40]}:{dead.pid}"
    change(session, order, state=PrintState.RUNNING, worker=name, beat_at=beat)
    asked: list[int] = []
    jobs.sweep(app, asked.append)
    assert asked == [order]


@pytest.fixture
def zombie():
    """A worker that has ended, and whose parent has not noticed."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)
    yield f"{socket.gethostname()[:40]}:{ended.pid}"
    ended.wait()


@pytest.mark.skipif(not jobs.PROC.exists(), reason="this system does not tell the state of a process")
def test_the_order_of_a_worker_that_is_a_zombie_is_asked_for_too(app, session, order, zombie):
    os.kill(int(zombie.rpartition(":")[2]), 0)  # the number still answers
    change(session, order, state=PrintState.RUNNING, worker=zombie, beat_at=datetime.now(UTC))
    asked: list[int] = []
    jobs.sweep(app, asked.append)
    assert asked == [order]


def test_where_the_state_of_a_process_is_not_told_its_number_counts(zombie, tmp_path, monkeypatch):
    monkeypatch.setattr(jobs, "PROC", tmp_path)
    assert not jobs.is_gone(zombie)


@pytest.mark.parametrize("name", ["elsewhere:1", f"{socket.gethostname()[:40]}:{os.getppid()}", "", "cli:x"])
def test_a_worker_that_may_live_is_left_alone(app, session, order, name):
    change(session, order, state=PrintState.RUNNING, worker=name, beat_at=datetime.now(UTC))
    assert jobs.sweep(app, lambda _id: None) == 0
    assert not jobs.is_gone(jobs.worker_name())


def test_a_breakdown_is_written_into_the_row(app, session, order, state, caplog):
    change(session, order, design={})  # nothing a drawing could be made of
    assert jobs.draw(app, order) is PrintState.FAILED
    found, told = state(order)
    assert found is PrintState.FAILED
    assert "gặp lỗi" in told
    assert "broke down" in caplog.text
    assert acts(session)[-1] == "failed_print"  # pages that tell of its marks are made anew


def test_a_cancelled_order_leaves_no_file_in_the_store(app, session, cast, order, now, state):
    change(session, order, state=PrintState.QUEUED)
    assert jobs.draw(app, order) is PrintState.DONE
    folder = app.extensions["storage"].folder
    change(session, order, state=PrintState.FAILED)
    with Session(session.get_bind()) as other:
        found = other.get_one(PrintRun, order)
        printing.cancel_print(other, actor=cast.manager.actor, order=found, now=now)
        other.commit()
    assert list(folder.rglob("prints/*/*.pdf"))
    jobs.sweep(app, lambda _id: None)
    assert list(folder.rglob("prints/*/*")) == []
    with Session(session.get_bind()) as other:
        run = other.get_one(PrintRun, order).stamp_run
        assert run.state is StampState.PRINTED  # what may be on goods is not made void behind anybody's back


@pytest.fixture
def cancelled(app, session, cast, now):
    """Orders that were drawn whole, failed after all, and were cancelled: rows and files of theirs stay."""

    def cancelled(order_id):
        change(session, order_id, state=PrintState.QUEUED)
        assert jobs.draw(app, order_id) is PrintState.DONE
        change(session, order_id, state=PrintState.FAILED)
        with Session(session.get_bind()) as other:
            found = other.get_one(PrintRun, order_id)
            printing.cancel_print(other, actor=cast.manager.actor, order=found, now=now)
            other.commit()
            return app.extensions["storage"].folder / "prints" / found.public_id

    return cancelled


def files_of(session, order_id):
    with Session(session.get_bind()) as other:
        return len(other.get_one(PrintRun, order_id).files)


def test_a_file_that_is_gone_already_stops_no_sweep(app, session, order, cancelled):
    folder = cancelled(order)
    (folder / "001.pdf").unlink()  # killed between the file and the commit, the last time
    (folder / "000.csv").unlink()
    assert files_of(session, order) == 5
    jobs.sweep(app, lambda _id: None)
    assert files_of(session, order) == 0
    assert list(folder.glob("*")) == []
    app.extensions["storage"].delete_key("prints/NONE/001.pdf")


def test_what_one_cancelled_order_meets_stops_no_other_and_no_print(app, session, place, cancelled, caplog):
    broken, whole, waits = place(), place(), place()
    folder, other = cancelled(broken), cancelled(whole)
    shutil.rmtree(folder)
    folder.symlink_to(folder)  # cannot be read by anybody, root included
    asked = []
    assert jobs.sweep(app, asked.append) == 1
    assert asked == [waits]
    assert list(other.glob("*")) == []
    assert (files_of(session, broken), files_of(session, whole)) == (5, 0)
    assert f"the files of cancelled print run {broken} stay for now" in caplog.text
    folder.unlink()
    jobs.sweep(app, asked.append)
    assert files_of(session, broken) == 0


def test_what_was_published_as_the_order_was_cancelled_does_not_stay(app, session, cast, order, now):
    storage, seen = app.extensions["storage"], []

    def cancel(_done):
        """Somebody cancels between the last look of the worker and the naming of the first file."""
        with Session(session.get_bind()) as other:
            found = printing.own_print(other, cast.manager.actor, public_id, lock=True)
            printing.cancel_print(other, actor=cast.manager.actor, order=found, now=now)
            other.commit()
        seen.append(public_id)

    public_id = session.get_one(PrintRun, order).public_id
    session.commit()
    with app.app_context():
        state = printing.run(
            partial(Session, session.get_bind()), storage, order, worker="w", clock=lambda: now,
            keys=app.extensions["serial_keys"], watch=cancel, every=timedelta(hours=1),
        )  # fmt: skip
    assert (state, len(seen)) == (PrintState.CANCELLED, 1)  # it did publish: no later beat stopped it
    assert list(storage.folder.rglob("prints/*/*")) == []


def test_what_a_killed_worker_published_of_a_cancelled_order_is_swept_without_a_row(app, session, place):
    storage, now = app.extensions["storage"], datetime.now(UTC)
    killed, waits = place(), place()
    change(session, killed, state=PrintState.CANCELLED, worker="elsewhere:1", beat_at=now)
    with Session(session.get_bind()) as other:
        mine = storage.folder / "prints" / other.get_one(PrintRun, killed).public_id
        theirs = storage.folder / "prints" / other.get_one(PrintRun, waits).public_id
    for folder in (mine, theirs):
        folder.mkdir(parents=True)
        (folder / "000.csv").write_text("a code and its PIN")
        jobs.sweep(app, lambda _id: None)
    assert (list(mine.glob("*")), len(list(theirs.glob("*")))) == ([], 1)
    (mine / "001.pdf").write_text("published late")
    change(session, killed, beat_at=now - timedelta(hours=2))
    jobs.sweep(app, lambda _id: None)
    assert list(mine.glob("*")) == []
    with Session(session.get_bind()) as other:
        assert printing.leftovers(other) == []  # looked at until it was silent for an hour


def test_lots_are_watched_though_no_order_can_be_asked_for(app, session, cast, place, now, caplog):
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    lot = factories.make_lot(session, item, now, quantity=1)
    run = factories.make_run(session, cast, now, item, lot)
    session.commit()
    place()
    with app.app_context(), Session(db.get_engine("scans")) as scans:
        scans.add_all(FirstScan(run_id=run.id, stamp_index=n, at=now, scans=1, devices=1) for n in range(2))
        scans.commit()

    def refuse(_id):
        raise sqlite3.OperationalError("disk I/O error")

    jobs.every_minute(app, refuse, now)
    assert "sweep broke down" in caplog.text
    assert "raised_alert" in acts(session)


def test_the_keys_of_days_gone_by_are_destroyed_though_nobody_scans(app, now):
    with app.app_context(), Session(db.get_engine("scans")) as scans:
        for days in range(4):
            scans.add(DayKey(day=(now - timedelta(days=days)).date(), key=f"{days}" * 64))
        scans.commit()
    assert jobs.forget(app, now) == 2
    assert jobs.forget(app, now) == 0
    with app.app_context(), Session(db.get_engine("scans")) as scans:
        assert scans.query(DayKey).count() == 2
