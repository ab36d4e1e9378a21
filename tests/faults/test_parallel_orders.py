"""64 orders at once for one product: no number twice, none left out, and nobody hears of a lock.

Threads and processes, each with connections of its own. The harness finds the naive way, which reads the
highest number and inserts without holding anything. trust.md B8, rows 19 and 27.
"""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from tests import factories
from tests.conftest import NOW
from tests.faults.ground import FULL, audit, drop_the_last_word, faults_of_ranges
from traceapp.domain.actors import Actor
from traceapp.domain.permissions import Role
from traceapp.domain.serials import SerialKey
from traceapp.engines import apply_rules
from traceapp.models import StampRun, TradeItem
from traceapp.services import stamping

ORDERS, STAMPS = 64, 100
PROCESSES, TURNS = (8, 5) if FULL else (4, 1)
ROOT = Path(__file__).parents[2]


def issue(engine, item_id, actor, key, request_key):
    """One order, as a page places it; the sentence of the fault where a person would have seen one."""
    try:
        with Session(engine) as session:
            item = session.get_one(TradeItem, item_id)
            stamping.issue_stamps(
                session, actor=actor, trade_item=item, lot=None, count=STAMPS, key=key,
                request_key=request_key, now=NOW,
            )  # fmt: skip
            session.commit()
    except DBAPIError as fault:
        return str(fault)
    return None


def at_once(url, item_id, actor, key, name, orders):
    """So many orders in as many threads, all let go at the same moment; the faults they met."""
    engine = create_engine(url, poolclass=NullPool)
    apply_rules(engine)
    start = Barrier(orders)

    def one(turn):
        start.wait(60)
        return issue(engine, item_id, actor, key, f"{name}-{turn}")

    with ThreadPoolExecutor(orders) as threads:
        return [fault for fault in threads.map(one, range(orders)) if fault]


@pytest.fixture
def goods(app, session, cast, settings, now):
    """What an order needs to be told."""
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    session.commit()
    return settings.database_url, item.id, cast.manager.actor, app.extensions["serial_keys"][0]


def counted(engine):
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(StampRun))


def test_64_threads_at_once(goods, session):
    for turn in range(TURNS):
        assert at_once(*goods, f"turn-{turn}", ORDERS) == []
    assert counted(session.get_bind()) == ORDERS * TURNS
    assert audit(session.get_bind()) == []


def test_the_same_order_sent_64_times_at_once_is_one(goods, session):
    url, *told = goods
    engine = create_engine(url, poolclass=NullPool)
    apply_rules(engine)
    with ThreadPoolExecutor(ORDERS) as threads:
        assert list(threads.map(lambda _: issue(engine, *told, "the same"), range(ORDERS))) == [None] * ORDERS
    assert counted(session.get_bind()) == 1
    assert audit(session.get_bind()) == []


@pytest.mark.slow
def test_64_orders_of_several_processes_at_once(goods, session):
    url, item, actor, key = goods
    told = [url, item, actor.account_id, actor.account, actor.party_id, key.id, key.secret.hex()]
    command = [sys.executable, "-m", "tests.faults.test_parallel_orders", str(ORDERS // PROCESSES)]
    children = [
        subprocess.Popen([*command, json.dumps([*told, f"process-{number}"])], cwd=ROOT, stdout=-1, text=True)
        for number in range(PROCESSES)
    ]
    assert [json.loads(child.communicate(timeout=120)[0]) for child in children] == [[]] * PROCESSES
    assert counted(session.get_bind()) == ORDERS
    assert audit(session.get_bind()) == []


def test_the_harness_finds_the_naive_way(goods, session):
    """Read the highest number, then insert: with nothing held, and without the database's own last word."""
    url, item_id, actor, key = goods
    engine: Engine = session.get_bind()
    drop_the_last_word(session)
    naive, both_read = create_engine(url, poolclass=NullPool), Barrier(2)

    def issue_naively(_turn):
        with Session(naive) as other:
            first = other.scalar(select(func.max(StampRun.first_number + StampRun.count))) or 0
            other.rollback()
            both_read.wait(60)
            item = other.get_one(TradeItem, item_id)
            factories.make_run(
                other, _Whose(actor), NOW, item, None, first_number=first, count=STAMPS, key_id=key.id
            )
            other.commit()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(issue_naively, range(2)))
    assert any("overlap" in fault for fault in faults_of_ranges(engine))


class _Whose:
    """The one of the cast that a run needs."""

    def __init__(self, actor):
        self.manager = factories.Person(actor.account_id, "", actor)


def test_the_harness_hears_of_a_lock(goods, session):
    """With no patience at all, and the lock held, an order is refused: the harness says so."""
    url, *told = goods
    if not url.startswith("sqlite"):
        pytest.skip("PostgreSQL waits for a row, it does not refuse")
    engine = create_engine(url, poolclass=NullPool)
    apply_rules(engine, patience=0)
    with session.get_bind().begin():
        assert "database is locked" in issue(engine, *told, "k")


if __name__ == "__main__":
    address, item, account_id, account, party, key_id, secret, name = json.loads(sys.argv[2])
    someone = Actor(account_id, account, party, frozenset({Role.MANAGER}))
    met = at_once(address, item, someone, SerialKey(key_id, bytes.fromhex(secret)), name, int(sys.argv[1]))
    print(json.dumps(met))
