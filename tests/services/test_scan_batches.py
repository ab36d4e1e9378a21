"""Scans counted in batches are counted as one by one: the same tallies, the same rows, on both databases."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp.domain.conformity import Verdict
from traceapp.extensions import db
from traceapp.models import FirstScan, Scan
from traceapp.services.scans.scan_batches import Busy, Opening, open_counts
from traceapp.services.scans.scanning import Shown, Visitor, count_scan, day_keys, read_tally, tokens_of

MANY, ONE, TWO = 8, 1, 2  # two runs: one is counted one by one, the other in batches


@pytest.fixture
def log(app):
    with app.app_context():
        engine = db.get_engine("scans")
    with Session(engine) as scans:
        yield scans


@pytest.fixture
def counts(log):
    counts = open_counts(log.get_bind().engine, MANY)
    yield counts
    counts.close()


def opening(keys, run, index, device, at, today):
    visitor = Visitor("203.0.113.7", f"Mozilla/5.0 {device}")
    return Opening(run, index, Verdict.VALID_FIRST, tokens_of(keys, visitor, today), at)


@pytest.mark.parametrize("seed", range(4))
def test_a_batch_counts_as_one_by_one(seed, log, counts, now, today):
    chance = random.Random(seed)
    keys = day_keys(log, now)
    log.commit()
    at = now.replace(second=0, microsecond=0)
    for _ in range(40):
        at += timedelta(minutes=chance.choice((0, 1, 20, 40)))
        if at.date() != now.date():
            break
        indexes = chance.sample(range(6), chance.randint(1, 4))
        devices = {index: chance.randrange(5) for index in indexes}
        batch = [opening(keys, TWO, index, devices[index], at, today) for index in indexes]
        told = counts.count(batch)
        for index, tally in zip(indexes, told, strict=True):
            visitor = Visitor("203.0.113.7", f"Mozilla/5.0 {devices[index]}")
            shown = Shown(ONE, index, Verdict.VALID_FIRST, MANY)
            counted = count_scan(log, shown, visitor=visitor, now=at)
            log.commit()
            assert tally == counted.tally
    log.expire_all()
    columns = (Scan.stamp_index, Scan.at, Scan.token, Scan.verdict)
    rows = [
        log.execute(select(*columns).where(Scan.run_id == run).order_by(*columns)).all() for run in (ONE, TWO)
    ]
    assert rows[0] == rows[1]
    assert len(rows[0]) > 10
    for index in range(6):
        assert read_tally(log, ONE, index) == read_tally(log, TWO, index)


def test_the_device_that_makes_a_copy_suspected_is_left_to_the_door_and_later_ones_count(
    log, counts, now, today
):
    keys = day_keys(log, now)
    log.commit()
    told = [counts.count([opening(keys, TWO, 0, device, now, today)])[0] for device in range(MANY)]
    assert [tally.devices for tally in told[:-1]] == list(range(1, MANY))
    assert told[-1] is None
    shown = Shown(TWO, 0, Verdict.VALID_FIRST, MANY)
    count_scan(log, shown, visitor=Visitor("203.0.113.7", f"Mozilla/5.0 {MANY - 1}"), now=now)
    log.commit()
    (later,) = counts.count([opening(keys, TWO, 0, "later", now, today)])
    assert later.devices == MANY + 1


def test_who_writes_beside_is_waited_for_by_asking_again_and_a_repeat_waits_for_nobody(
    log, counts, now, today
):
    if log.get_bind().dialect.name != "sqlite":
        pytest.skip("on PostgreSQL two writers of different rows do not wait for each other")
    keys = day_keys(log, now)
    log.commit()
    again = opening(keys, TWO, 0, 1, now, today)
    counts.count([again])
    log.add(FirstScan(run_id=ONE, stamp_index=99, at=now))
    log.flush()  # and not yet committed
    assert counts.count([again])[0].scans == 1
    with pytest.raises(Busy):
        counts.count([opening(keys, TWO, 1, 1, now, today)])
    log.commit()
    assert counts.count([opening(keys, TWO, 1, 1, now, today)])[0].scans == 1


def test_first_scans_of_two_databases_connections_add_up(log, counts, now, today):
    keys = day_keys(log, now)
    log.commit()
    other = open_counts(log.get_bind().engine, MANY)
    try:
        for device in range(3):
            counts.count([opening(keys, TWO, 0, device, now, today)])
            other.count([opening(keys, TWO, 0, f"other {device}", now, today)])
    finally:
        other.close()
    assert read_tally(log, TWO, 0).scans == 6
