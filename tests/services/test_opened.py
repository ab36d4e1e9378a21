"""Opened stamps added up by blocks are as many as their rows, whatever is void, on both databases."""

import random
from itertools import pairwise

import pytest
from alembic import command
from sqlalchemy import and_, false, func, not_, or_, select, text, update
from sqlalchemy.orm import Session

from tests.counting import counting
from traceapp import schema
from traceapp.domain.conformity import Verdict
from traceapp.domain.stamps import StampRange
from traceapp.extensions import db
from traceapp.models import FirstScan, OpenedBlock
from traceapp.models.scan import STAMPS_A_BLOCK
from traceapp.services.scans.opened import opened
from traceapp.services.scans.scan_batches import Opening, open_counts

LONG = 4 * STAMPS_A_BLOCK


@pytest.fixture
def scans(app):
    with app.app_context(), Session(db.get_engine("scans")) as scans:
        yield scans


def by_rows(scans, runs, void):
    """The count as it was before: each row looked at."""
    torn = [
        and_(FirstScan.run_id == run, FirstScan.stamp_index.between(one.first, one.last)) for run, one in void
    ]
    living = not_(or_(false(), *torn))
    return scans.scalar(select(func.count()).select_from(FirstScan).where(FirstScan.run_id.in_(runs), living))


def blocks(scans):
    asked = select(OpenedBlock.run_id, OpenedBlock.block, OpenedBlock.stamps).where(OpenedBlock.stamps > 0)
    return {(run, block): stamps for run, block, stamps in scans.execute(asked)}


def disjoint(chance):
    """Void stretches of a run of `LONG` stamps, some a stamp, some whole blocks; none overlaps another."""
    edges = {0, STAMPS_A_BLOCK, 2 * STAMPS_A_BLOCK - 1, LONG} | set(chance.sample(range(LONG + 1), 7))
    cuts = sorted(edges)
    return [StampRange(a, b - a) for a, b in pairwise(cuts) if chance.random() < 0.5]


@pytest.mark.parametrize("seed", range(6))
def test_blocks_and_ends_are_as_many_as_the_rows(scans, now, seed):
    chance = random.Random(seed)
    for run in (1, 2, 3):
        found = set(chance.sample(range(LONG), 300)) | {0, STAMPS_A_BLOCK - 1, STAMPS_A_BLOCK, LONG - 1}
        scans.add_all(FirstScan(run_id=run, stamp_index=index, at=now) for index in found)
    scans.flush()
    for _ in range(10):
        void = [(run, held) for run in (1, 2) for held in disjoint(chance)]
        assert opened(scans, [1, 2], void) == by_rows(scans, [1, 2], void)
    assert opened(scans, [1, 2, 3]) == by_rows(scans, [1, 2, 3], [])
    assert opened(scans, []) == opened(scans, [99]) == 0
    assert opened(scans, [1], [(1, StampRange(0, LONG))]) == 0


def test_a_stamp_is_added_up_once_however_often_it_is_opened_and_however_it_is_written(scans, now):
    counts = open_counts(scans.get_bind().engine, 8)
    several = [Opening(7, index, Verdict.VALID_FIRST, ("a" * 32,), now) for index in (3, 2000, 1, 2)]
    counts.count(several)
    counts.count([Opening(7, 3, Verdict.VALID_FIRST, ("b" * 32,), now)])  # another device, the same stamp
    counts.close()
    assert scans.get_one(FirstScan, (7, 3)).scans == 2
    assert blocks(scans) == {(7, 0): 3, (7, 1): 1}
    scans.execute(update(FirstScan).values(scans=FirstScan.scans + 5))
    assert blocks(scans) == {(7, 0): 3, (7, 1): 1}
    scans.execute(text("DELETE FROM first_scan WHERE stamp_index = 2000"))
    assert blocks(scans) == {(7, 0): 3}
    scans.rollback()
    assert blocks(scans) == {(7, 0): 3, (7, 1): 1}


def test_what_was_opened_before_the_blocks_is_added_up_when_they_come(settings, scans, now):
    schema._run("scans", settings.scans_url, lambda config: command.downgrade(config, "0003"))
    written = text("INSERT INTO first_scan (run_id, stamp_index, at) VALUES (:run, :index, :at)")
    scans.execute(written, [{"run": 1, "index": index, "at": now} for index in (0, 1023, 1024)])
    scans.commit()
    schema._run("scans", settings.scans_url, lambda config: command.upgrade(config, "head"))
    assert blocks(scans) == {(1, 0): 2, (1, 1): 1}
    assert opened(scans, [1], [(1, StampRange(1, 1023))]) == 2
    scans.rollback()
    assert schema.differences(settings) == []


def test_a_hundred_thousand_void_stamps_are_not_read(scans, now):
    """The work is in blocks and ends: questions do not grow with stamps, and few rows are looked at."""
    scans.add_all(OpenedBlock(run_id=1, block=block, stamps=STAMPS_A_BLOCK) for block in range(800))
    scans.flush()
    with counting() as questions:
        assert opened(scans, [1], [(1, StampRange(0, 400 * STAMPS_A_BLOCK))]) == 400 * STAMPS_A_BLOCK
    assert len(questions) == 1
