"""A clock set back: no number twice, no order that waits for the time to come round again.

The harness is itself tested: a sweep, a beat and a range that trust the clock are found out.
"""

import threading
from datetime import timedelta
from functools import partial
from itertools import count

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.faults.ground import audit, drop_the_last_word
from traceapp.domain.printing import PrintState
from traceapp.domain.stamps import StampState
from traceapp.models import JournalEntry, PrintRun, StampRun
from traceapp.services import printing, stamping
from traceapp.services.printing import work

BACK = timedelta(hours=30)


@pytest.fixture
def lot(session, cast, now):
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    return factories.make_lot(session, item, now)


@pytest.fixture
def place(app, session, cast, lot, settings):
    def place(key, now, stamps=130):
        asked = {"actor": cast.manager.actor, "request_key": key, "now": now}
        key = app.extensions["serial_keys"][0]
        item = lot.trade_item
        run = stamping.issue_stamps(session, trade_item=item, lot=lot, count=stamps, key=key, **asked)
        order = printing.order_stamps(session, run=run, choice=printing.Choice(), settings=settings, **asked)
        session.commit()
        return order.id

    return place


@pytest.fixture
def draw(app, session):
    def draw(order_id, clock, **more):
        told = {"worker": "a", "keys": app.extensions["serial_keys"]} | more
        store = app.extensions["storage"]
        return printing.run(partial(Session, session.get_bind()), store, order_id, clock=clock, **told)

    return draw


def test_no_number_is_given_twice_and_the_journal_keeps_its_order(session, place, now):
    times = [now, now - BACK, now + BACK, now - 2 * BACK]
    for turn, at in enumerate(times):
        place(f"key-{turn}", at)
    assert audit(session.get_bind()) == []
    entries = list(session.scalars(select(JournalEntry).order_by(JournalEntry.seq)))
    assert [entry.seq for entry in entries] == list(range(len(entries)))
    assert [entry.at for entry in entries if entry.act == "issued_stamps"] == times


def test_the_order_of_a_dead_worker_does_not_wait_for_the_old_time(session, place, draw, now):
    order_id = place("k", now)
    order = session.get_one(PrintRun, order_id)
    order.state, order.worker, order.beat_at = PrintState.RUNNING, "elsewhere:1", now
    session.commit()
    assert printing.waiting(session, now - BACK) == [order_id]
    session.rollback()
    assert draw(order_id, lambda: now - BACK) is PrintState.DONE


def test_the_harness_finds_a_sweep_that_trusts_the_clock(session, place, now, monkeypatch):
    order = session.get_one(PrintRun, place("k", now))
    order.state, order.worker, order.beat_at = PrintState.RUNNING, "elsewhere:1", now
    session.commit()
    monkeypatch.setattr(work, "_free", lambda now, lease: PrintRun.beat_at < now - lease)
    assert printing.waiting(session, now - BACK) == []


def set_back(now, turns):
    """A clock that goes on by a second each time it is asked, and is set back after so many."""
    asked = count()

    def clock():
        turn = next(asked)
        return now + timedelta(seconds=turn) - (BACK if turn > turns else timedelta(0))

    return clock


def test_a_worker_goes_on_beating_when_its_clock_is_set_back(session, place, draw, now):
    order_id, beats = place("k", now, stamps=650), []
    assert draw(order_id, set_back(now, 6), watch=beats.append) is PrintState.DONE
    assert len(beats) > 8
    assert audit(session.get_bind()) == []


def test_the_harness_finds_a_worker_that_falls_silent(place, draw, now, monkeypatch):
    order_id, beats = place("k", now, stamps=650), []

    def beat_if_due(job):
        if job.clock() - job.last_beat >= job.every:
            job.beat()

    monkeypatch.setattr(work._Job, "beat_if_due", beat_if_due)
    assert draw(order_id, set_back(now, 6), watch=beats.append) is PrintState.DONE
    assert len(beats) < 8


def test_the_harness_finds_ranges_that_follow_the_run_made_last(app, session, cast, place, lot, now):
    """The next number asked of the newest run by the clock; the database has the last word, so without it."""
    for turn, at in enumerate([now, now - BACK]):
        place(f"key-{turn}", at)
    newest = session.scalars(select(StampRun).order_by(StampRun.created_at.desc())).first()
    naive, key = newest.first_number + newest.count, app.extensions["serial_keys"][0]
    drop_the_last_word(session)
    told = {"first_number": naive, "count": 130, "key_id": key.id}
    factories.make_run(session, cast, now + BACK, lot.trade_item, lot, **told)
    session.commit()
    assert any("overlap" in fault for fault in audit(session.get_bind()))


def test_two_workers_with_different_clocks_draw_it_once_each_byte_the_same(app, session, place, draw, now):
    """The first is held in the middle of a part while one whose clock is behind takes its order over."""
    order_id = place("k", now, stamps=650)
    held, go, ended = threading.Event(), threading.Event(), []

    def hold(done):
        if done >= 3 and not held.is_set():
            held.set()
            go.wait(60)

    first = threading.Thread(
        target=lambda: ended.append(
            draw(order_id, lambda: now, watch=hold, every=timedelta(0), worker="slow")
        )
    )
    first.start()
    assert held.wait(60)
    assert draw(order_id, lambda: now - BACK, worker="other") is PrintState.DONE
    drawn = {path.name: path.read_bytes() for path in app.extensions["storage"].folder.rglob("prints/*/*")}
    go.set()
    first.join(60)
    assert ended == [PrintState.DONE]  # where the order stands, whoever brought it there
    left = {path.name: path.read_bytes() for path in app.extensions["storage"].folder.rglob("prints/*/*")}
    assert {name: text for name, text in left.items() if not name.endswith(".partial")} == {
        name: text for name, text in drawn.items() if not name.endswith(".partial")
    }
    assert audit(session.get_bind(), app.extensions["storage"].folder) == []


def test_an_undo_is_judged_by_the_time_that_passed_not_by_a_clock_set_back(session, cast, place, draw, now):
    order_id = place("k", now)
    assert draw(order_id, lambda: now) is PrintState.DONE
    session.expire_all()
    run = session.scalars(select(StampRun)).one()
    stamping.activate_run(session, actor=cast.manager.actor, run=run, now=now)
    stamping.undo_last(session, actor=cast.manager.actor, run=run, now=now - BACK)
    session.commit()
    assert run.state is StampState.PRINTED
    assert run.activated_at is None
    assert audit(session.get_bind()) == []
