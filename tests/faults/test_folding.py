"""Scans folded into daily totals while things break: no scan is lost, none is counted twice."""

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from tests.faults.ground import FULL
from traceapp import jobs
from traceapp.domain.days import today_in_vietnam
from traceapp.extensions import db
from traceapp.models import FirstScan, Scan, ScanDay
from traceapp.services.scans import folding

SEEDS = range(200 if FULL else 8)
NOW = datetime(2026, 11, 22, 2, 14, tzinfo=UTC)
WORDS = ("valid_first", "valid_repeat", "void")


class Broke(Exception):
    """The process died here."""


@pytest.fixture
def engine(app):
    with app.app_context():
        return db.get_engine("scans")


def fill(engine, random, count=60):
    """Scans of 200 days, in the order of time; the first of each stamp counted as such."""
    moments = sorted(NOW - timedelta(minutes=random.randrange(200 * 1440)) for _ in range(count))
    with Session(engine) as scans:
        for number, at in enumerate(at.replace(second=0) for at in moments):
            run, index = random.randrange(3), random.randrange(4)
            scans.add(
                Scan(run_id=run, stamp_index=index, at=at, token=str(number), verdict=random.choice(WORDS))
            )
            scans.flush()
            if scans.get(FirstScan, (run, index)) is None:
                scans.add(FirstScan(run_id=run, stamp_index=index, at=at, scans=1, devices=1, areas=0))
        scans.commit()


def known(engine):
    """How many scans of each run, day and verdict are known, folded or not; and every first day."""
    with Session(engine) as scans:
        told = Counter(
            (row.run_id, today_in_vietnam(row.at), row.verdict) for row in scans.scalars(select(Scan))
        )
        for row in scans.scalars(select(ScanDay)):
            told[row.run_id, row.day, row.verdict] += row.scans
        firsts = {
            (row.run_id, row.stamp_index): today_in_vietnam(row.at)
            for row in scans.scalars(select(FirstScan))
        }
    return told, firsts


def fold_well(scans, at_once):
    folded = folding.fold_scans(scans, NOW, at_once=at_once)
    scans.commit()
    return folded


def fold_badly(scans, at_once):
    """What must be noticed: the rows are gone for good before they are added up."""
    gone = folding._taken(scans, NOW - folding.KEPT, at_once)
    scans.commit()
    if not gone:
        return 0
    folding._add_up(scans, Counter((one.run_id, today_in_vietnam(one.at), one.verdict) for one in gone))
    scans.commit()
    return len(gone)


def fold_while_it_breaks(engine, fold, random):
    """Die before a statement chosen by chance, again and again, until all is folded."""
    left = {"statements": random.randrange(1, 6)}

    def die(*_told):
        left["statements"] -= 1
        if left["statements"] == 0:
            raise Broke

    event.listen(engine, "before_cursor_execute", die)
    try:
        while True:
            try:
                with Session(engine) as scans:
                    if not fold(scans, at_once=random.randrange(1, 12)):
                        return
            except Broke:
                left["statements"] = random.randrange(1, 9)
    finally:
        event.remove(engine, "before_cursor_execute", die)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_scan_is_lost_or_counted_twice_however_often_it_breaks(engine, seed):
    random = Random(seed)
    fill(engine, random)
    before = known(engine)
    fold_while_it_breaks(engine, fold_well, random)
    assert known(engine) == before
    with Session(engine) as scans:
        assert all(row.at >= NOW - folding.KEPT for row in scans.scalars(select(Scan)))


def test_this_very_harness_notices_a_fold_that_is_not_atomic(engine):
    noticed = 0
    for seed in range(5):
        random = Random(seed)
        with Session(engine) as scans:
            for table in (Scan, ScanDay, FirstScan):
                scans.query(table).delete()
            scans.commit()
        fill(engine, random)
        before = known(engine)
        fold_while_it_breaks(engine, fold_badly, random)
        noticed += known(engine) != before
    assert noticed


def test_two_workers_at_once_count_every_scan_once(engine):
    fill(engine, Random(1), 200)
    before, barrier, folded = known(engine), threading.Barrier(2), []

    def work():
        barrier.wait()
        while True:
            with Session(engine) as scans:
                part = fold_well(scans, at_once=7)
            if not part:
                return
            folded.append(part)

    both = [threading.Thread(target=work) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    while jobs_left(engine):
        with Session(engine) as scans:
            folded.append(fold_well(scans, at_once=7))
    assert known(engine) == before
    assert sum(folded) == sum(count for (_run, _day, _word), count in folded_totals(engine).items())


def jobs_left(engine):
    with Session(engine) as scans:
        return scans.scalars(select(Scan.id).where(Scan.at < NOW - folding.KEPT).limit(1)).first()


def folded_totals(engine):
    with Session(engine) as scans:
        return {(row.run_id, row.day, row.verdict): row.scans for row in scans.scalars(select(ScanDay))}


def test_the_worker_folds_all_there_is_and_a_second_time_nothing(app, engine):
    fill(engine, Random(2))
    before = known(engine)
    assert jobs.fold(app, NOW) > 0
    assert jobs.fold(app, NOW) == 0
    assert known(engine) == before


def test_of_a_first_scan_the_day_stays_and_the_hour_goes(engine):
    at = datetime(2026, 1, 31, 18, 40, tzinfo=UTC)  # 01:40 on 1 February in Vietnam
    with Session(engine) as scans:
        scans.add(Scan(run_id=1, stamp_index=2, at=at, token="a", verdict="valid_first"))
        scans.add(FirstScan(run_id=1, stamp_index=2, at=at, scans=5, devices=2, areas=0))
        scans.commit()
        fold_well(scans, at_once=10)
    with Session(engine) as scans:
        row = scans.get_one(FirstScan, (1, 2))
        assert row.at == datetime(2026, 1, 31, 17, 0, tzinfo=UTC)
        assert (row.scans, row.devices) == (5, 2)
        assert [(one.day.isoformat(), one.scans) for one in scans.scalars(select(ScanDay))] == [
            ("2026-02-01", 1)
        ]
