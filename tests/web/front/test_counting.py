"""Whatever happens to the scan log, nobody waits for ever for a count."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from traceapp.domain.conformity import Verdict
from traceapp.engines import unhurried
from traceapp.extensions import db
from traceapp.models import FirstScan
from traceapp.services.scans.scan_batches import Busy, Opening
from traceapp.web.front import counting
from traceapp.web.front.counting import Counter


@pytest.fixture
def engine(app):
    with app.app_context():
        return db.get_engine("scans")


@pytest.fixture
def counter(engine):
    counter = Counter(engine, 8)
    yield counter
    counter.close()


def counted(counter, now, *indexes):
    async def all_of_them():
        openings = [Opening(1, index, Verdict.VALID_FIRST, ("a" * 32,), now) for index in indexes]
        return await asyncio.wait_for(asyncio.gather(*map(counter.count, openings)), 20)

    return asyncio.run(all_of_them())


def test_those_who_wait_together_are_counted_each_once_and_one_stamp_twice_is_a_repeat(counter, now):
    told = counted(counter, now, 0, 1, 0)
    assert [tally.scans for tally in told] == [1, 1, 1]
    assert [tally.scans for tally in counted(counter, now, 0, 2)] == [1, 1]


def test_who_opens_a_page_again_is_told_without_a_write_and_without_waiting(counter, engine, now):
    if engine.dialect.name != "sqlite":
        pytest.skip("on PostgreSQL every question is a wait")
    counted(counter, now, 0)
    with Session(engine) as other:
        other.add(FirstScan(run_id=9, stamp_index=9, at=now))
        other.flush()  # nobody can write now
        assert counted(counter, now, 0)[0].scans == 1


def test_what_was_seen_of_a_stamp_is_asked_anew_where_another_process_wrote_meanwhile(
    counter, engine, now, monkeypatch
):
    if engine.dialect.name != "sqlite":
        pytest.skip("on PostgreSQL nothing is seen beforehand")
    counted(counter, now, 7)
    looks, honest = [], type(counter._counts).count

    def busy_once(self, openings, known=()):
        looks.append(list(known))
        if len(looks) == 1:
            raise Busy
        return honest(self, openings, known)

    monkeypatch.setattr(type(counter._counts), "count", busy_once)
    assert counted(counter, now, 0)[0].scans == 1
    assert [told is None for (told,) in looks] == [False, True]


def test_a_log_that_somebody_keeps_locked_is_given_up_and_then_left_alone(counter, engine, now, monkeypatch):
    if engine.dialect.name != "sqlite":
        pytest.skip("on PostgreSQL no writer locks the whole log")
    monkeypatch.setattr(counting, "PATIENCE", 0.05)
    with Session(engine) as other:
        other.add(FirstScan(run_id=9, stamp_index=9, at=now))
        other.flush()  # the lock is held
        assert counted(counter, now, 0) == [None]
    assert counted(counter, now, 0) == [None]  # it rests
    monkeypatch.setattr(counter, "_rests_until", 0.0)
    assert counted(counter, now, 0)[0].scans == 1


def test_a_fault_of_ours_leaves_nobody_waiting(counter, now, monkeypatch):
    def broken(_openings):
        raise ZeroDivisionError

    monkeypatch.setattr(counter, "_work", broken)
    assert counted(counter, now, 0, 1) == [None, None]
    monkeypatch.undo()
    assert counted(counter, now, 0)[0].scans == 1


def test_nobody_waits_for_a_thread_that_is_held_up_and_who_has_gone_is_not_counted(
    counter, engine, now, monkeypatch
):
    go_on = threading.Event()
    counter._inline, counter._thread = False, ThreadPoolExecutor(1)
    honest, batches = counter._work, []

    def held_up(batch):
        batches.append(len(batch))
        go_on.wait(20)
        return honest(batch)

    monkeypatch.setattr(counter, "_work", held_up)
    monkeypatch.setattr(counting, "LONGEST", 0.1)

    async def three():
        openings = [Opening(1, index, Verdict.VALID_FIRST, ("a" * 32,), now) for index in range(3)]
        first = asyncio.create_task(counter.count(openings[0]))
        await asyncio.sleep(0.02)
        told = [*await asyncio.gather(first, counter.count(openings[1])), await counter.count(openings[2])]
        go_on.set()
        while counter._busy:
            await asyncio.sleep(0.01)
        return told, await counter.count(openings[2])

    told, after = asyncio.run(three())
    assert told == [None, None, None]
    assert after.scans == 1
    assert batches == [1, 1]


def test_a_stamp_whose_row_somebody_keeps_locked_holds_up_no_page(counter, engine, now):
    """About a second on PostgreSQL, where the row is waited for; on SQLite the whole log is locked."""
    counted(counter, now, 0)
    with Session(engine) as other:
        other.execute(update(FirstScan).values(scans=FirstScan.scans))
        opening = Opening(1, 0, Verdict.VALID_FIRST, ("b" * 32,), now)
        assert asyncio.run(asyncio.wait_for(counter.count(opening), 20)) is None


def test_a_statement_that_writes_the_scan_log_is_brief_unless_no_page_waits_for_it(app, engine):
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no such limit: each statement is brief")
    with app.app_context():
        readers = db.get_engine("read_scans")
    asked = text("select current_setting('statement_timeout'), current_setting('lock_timeout')")
    with Session(engine) as scans, Session(readers) as reader:
        assert scans.execute(asked).one() == ("1s", "1s")
        assert reader.execute(asked).one() == ("0", "1s")
        unhurried(scans)
        assert scans.execute(asked).one() == ("0", "1s")
        scans.commit()
        assert scans.execute(asked).one() == ("1s", "1s")
