"""Guessed, mistyped and moved serials: none is accepted, and no database hears of one that does not open.

Offline: serials at random, with one character changed, two swapped, under another product or another key.
Over HTTP: through the front that ``traceapp serve`` serves, and through Flask behind it. Queries are counted
where nothing can hide from it: in SQLite by the trace of every connection of the process and by every
opening of one, in PostgreSQL by what the server says its connections last ran, and at SQLAlchemy
besides. trust.md B9.
"""

import asyncio
import gc
import sqlite3
import sys
from contextlib import contextmanager, suppress
from itertools import islice

import numpy as np
import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import Engine
from werkzeug.test import Client

from tests.double_meaning import NEW, OLD, put_keys
from tests.faults.ground import FULL, chance
from tests.web.front.conftest import scope_of
from tests.web.public.scene import HOST, HTML, PHONE, Shelf
from traceapp import keys
from traceapp.domain import crockford
from traceapp.domain.identifiers import Gtin
from traceapp.domain.serials import mint_matrix, open_matrix, openings
from traceapp.web.front import Front

OFFLINE, BATCH = (10_000_000, 500_000) if FULL else (500_000, 250_000)
ONLINE = 100_000 if FULL else 2_000
LETTERS = np.frombuffer(crockford.ALPHABET.encode(), np.uint8)
OURS, OTHER = Gtin.parse("09520009010011"), Gtin.parse("09521234000013")
ISSUED = 10_000_000  # of the product that is guessed at
KEY, OTHER_KEY = OLD, NEW


def at_random(dice, count):
    return LETTERS[dice.integers(0, 32, (count, 12))]


def one_changed(dice, count):
    serials = mint_matrix(KEY, OURS, int(dice.integers(0, ISSUED - count)), count).reshape(count, 12).copy()
    rows, place = np.arange(count), dice.integers(0, 12, count)
    values = np.searchsorted(LETTERS, serials[rows, place])
    serials[rows, place] = LETTERS[(values + dice.integers(1, 32, count)) % 32]
    return serials


def two_swapped(dice, count):
    serials = mint_matrix(KEY, OURS, int(dice.integers(0, ISSUED - count)), count).reshape(count, 12).copy()
    rows, place = np.arange(count), dice.integers(0, 11, count)
    one, other = serials[rows, place].copy(), serials[rows, place + 1].copy()
    serials[rows, place], serials[rows, place + 1] = other, one
    return serials[one != other]


def of_another_product(dice, count):
    return mint_matrix(KEY, OTHER, int(dice.integers(0, ISSUED - count)), count).reshape(count, 12)


def of_another_key(dice, count):
    return mint_matrix(OTHER_KEY, OURS, int(dice.integers(0, ISSUED - count)), count).reshape(count, 12)


KINDS = [at_random, one_changed, two_swapped, of_another_product, of_another_key]


def tried(kind, count):
    """How many were tried, how many opened at all, how many inside what was issued."""
    dice = np.random.default_rng(chance(kind.__name__).randrange(2**32))
    done = opened = accepted = 0
    while done < count:
        places = open_matrix(KEY, OURS, np.ascontiguousarray(kind(dice, min(BATCH, count - done))))
        done += len(places)
        opened += int((places >= 0).sum())
        accepted += int(((places >= 0) & (places < ISSUED)).sum())
    return done, opened, accepted


@pytest.mark.parametrize("kind", KINDS)
def test_no_guess_is_inside_an_allotted_range(kind):
    done, opened, accepted = tried(kind, OFFLINE if kind is at_random else OFFLINE // 4)
    print(f"{kind.__name__}: {done} tried, {opened} opened, {accepted} accepted")
    assert accepted == 0
    assert opened <= 8  # one in 16.7 million opens: of ten million, more than eight once in 10^7 runs


def test_the_harness_finds_a_serial_that_was_issued():
    places = open_matrix(KEY, OURS, mint_matrix(KEY, OURS, 5, 1000).reshape(1000, 12))
    assert list(places) == list(range(5, 1005))


class Ear:
    """Hears every statement: at SQLAlchemy, and at the driver below it."""

    def __init__(self):
        self.heard, self.listening = [], False
        event.listen(Engine, "before_cursor_execute", self._at_sqlalchemy)
        sys.addaudithook(self._at_python)  # lasts as long as the process; deaf when not listening

    def _at_sqlalchemy(self, _connection, _cursor, statement, *_more):
        if self.listening:
            self.heard.append(statement)

    def _at_python(self, name, arguments):
        if self.listening and name == "sqlite3.connect":
            self.heard.append(f"driver: opened {arguments[0]!r}")

    def _at_driver(self, statement):
        if self.listening:
            self.heard.append(f"driver: {statement}")

    @contextmanager
    def open(self, url):
        """Everything heard in the block, the server's own word included."""
        self.heard = heard = []
        before = _told_by_server(url)
        _trace(self._at_driver)
        self.listening = True
        try:
            yield heard
        finally:
            self.listening = False
            _trace(None)
            heard += [f"server: {row}" for row in _told_by_server(url) - before]


def _trace(hear):
    """Every connection of SQLite in this process, whoever opened it."""
    for one in [one for one in gc.get_objects() if isinstance(one, sqlite3.Connection)]:
        with suppress(sqlite3.ProgrammingError):  # closed already
            one.set_trace_callback(hear)


def _told_by_server(url):
    """What each connection of this database last ran, and when; a new statement changes it."""
    if not url.startswith("postgresql"):
        return set()
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT pid, query_start, query FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        ).all()
    engine.dispose()
    return {tuple(row) for row in rows}


@pytest.fixture(scope="module")
def ears():
    return Ear()


@pytest.fixture
def settings(settings):
    """An installation with two live keys: a guess is tried under both."""
    put_keys(settings.instance_path)
    return settings


@pytest.fixture
def stamped(session, cast, settings, now):
    """A shelf with a thousand activated stamps."""
    shelf = Shelf(session, cast, settings, now)
    _item, _lot, run = shelf.stamped()
    session.commit()
    return shelf, run


@pytest.fixture
def ask(app):
    """Open a stamp's page at the door, Flask; status and text."""
    client = Client(app)

    def ask(address):
        answer = client.get(address, base_url=HOST, headers={"Accept": HTML, "User-Agent": PHONE})
        told = answer.status_code, answer.get_data(as_text=True)
        answer.close()
        return told

    return ask


@pytest.fixture
def front(app):
    """The front, which has looked at the journal just now."""
    front = Front(app)
    front.watch.look()
    yield front
    front.close()


def told_by(front, address):
    """What the front says by heart; None where it would ask the door."""
    headers = ("Accept", HTML), ("Accept-Language", "vi"), ("User-Agent", PHONE)
    answer = asyncio.run(front.quick(scope_of(address, *headers)))
    return None if answer is None else (answer[0], answer[2].decode())


def guesses(shelf, run, count):
    """Serials as somebody without a key makes them up, without the one in millions that opens: it may ask."""
    live = keys.serial_keys(shelf.settings.instance_path)
    assert len(live) == 2
    return (one for one in _made_up(shelf, run, count) if next(openings(live, OURS, one), None) is None)


def _made_up(shelf, run, count):
    dice = np.random.default_rng(chance("over HTTP").randrange(2**32))
    known = [shelf.serial(run, index) for index in range(0, 1000, 50)]
    for turn, row in enumerate(at_random(dice, count)):
        if turn % 2:
            yield row.tobytes().decode()
            continue
        serial = known[turn // 2 % len(known)]
        place, shift = turn % 12, int(dice.integers(1, 32))
        letter = crockford.ALPHABET[(crockford.ALPHABET.index(serial[place]) + shift) % 32]
        yield serial[:place] + letter + serial[place + 1 :]


def test_no_guess_at_the_door_is_accepted_and_none_reaches_a_database(ears, stamped, ask, settings):
    shelf, run = stamped
    assert ask(shelf.address(run))[0] == 200  # every connection of the page is open
    with ears.open(settings.database_url) as heard:
        for serial in guesses(shelf, run, ONLINE):
            status, page = ask(f"/01/{run.subject}/21/{serial}")
            assert status == 404, serial
            assert 'data-verdict="unknown"' in page
    assert heard == []


def test_no_guess_at_the_front_is_accepted_and_none_reaches_a_database(ears, stamped, front, settings):
    shelf, run = stamped
    all_of_them = guesses(shelf, run, ONLINE)
    told_by(front, f"/01/{run.subject}/21/{next(all_of_them)}")  # makes the page
    front.settle()
    while batch := list(islice(all_of_them, 200)):
        front.watch.look()  # as it does twice a second; what the journal asks is not the guess's doing
        with ears.open(settings.database_url) as heard:
            for serial in batch:
                answer = told_by(front, f"/01/{run.subject}/21/{serial}")
                assert answer is not None, f"{serial} was passed on"
                assert answer[0] == 404, serial
                assert 'data-verdict="unknown"' in answer[1]
        assert heard == []


def test_the_ears_hear_a_page_that_asks_the_database(ears, stamped, ask, settings):
    shelf, run = stamped
    with ears.open(settings.database_url) as heard:
        ask(shelf.address(run))
    assert any(line.startswith(("driver:", "server:")) for line in heard)
    assert any(not line.startswith(("driver:", "server:")) for line in heard)


def test_the_ears_hear_a_front_that_counts_a_stamp_that_was_issued(ears, stamped, front, settings):
    shelf, run = stamped
    for _ in range(2):  # as the first scans of a run do
        front.watch.look()
        told_by(front, shelf.address(run))
        front.settle()
    front.watch.look()
    with ears.open(settings.database_url) as heard:
        assert told_by(front, shelf.address(run))[0] == 200
    assert heard != []
