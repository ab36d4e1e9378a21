"""A key made in the very instant in which its owner's password is changed does not outlive the old password.

Both prove the old password first and act then, in one order, in the other, and at once. The harness finds the
naive way, which makes the key without looking at the account again.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from secrets import SystemRandom
from threading import Barrier, Event

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests import factories
from tests.conftest import DATABASE
from traceapp.domain.errors import RuleBroken
from traceapp.domain.identifiers import new_public_id
from traceapp.models import Account, ApiKey
from traceapp.services import journal
from traceapp.services.parties import accounts, api_keys
from traceapp.services.parties.accounts import Credentials

TURNS = {"key first": 1, "password first": 1, "at once": 6}


class Race:
    """One account, one who makes a key and one who changes the password."""

    def __init__(self, engine, cast, now):
        self.engine, self.person, self.now = engine, cast.manager, now
        self.changes = 0

    def proved(self):
        with Session(self.engine) as session:
            return session.get_one(Account, self.person.account_id).password_hash

    def change(self, proved):
        with Session(self.engine) as session:
            self.changes += 1
            credentials = Credentials(self.person.login, f"hash {self.changes}")
            accounts.change_password(
                session, actor=self.person.actor, proved=proved, credentials=credentials, now=self.now
            )
            session.commit()

    def make(self, proved):
        with Session(self.engine) as session:
            api_keys.create_key(
                session, actor=self.person.actor, proved=proved, name="thử", days=90, now=self.now,
                today=self.now.date(),
            )  # fmt: skip
            session.commit()

    def make_naively(self, _proved):
        with Session(self.engine) as session:
            fresh = ApiKey(
                public_id=new_public_id(SystemRandom()), account_id=self.person.account_id,
                party_id=self.person.actor.party_id, name="thử", secret_sha256=f"{self.changes:064}",
                expires_on=self.now.date() + timedelta(days=90), created_at=self.now,
            )  # fmt: skip
            session.add(fresh)
            session.commit()

    def run(self, make, order):
        """The word each ended with; both have proved the old password before either acts."""
        start, first = Barrier(2), Event()

        def act(deed, *, leads):
            proved = self.proved()
            start.wait(60)
            if order != "at once" and not leads:
                assert first.wait(60)
            try:
                deed(proved)
            except RuleBroken as refused:
                return refused.code
            finally:
                first.set()
            return "done"

        with ThreadPoolExecutor(2) as threads:
            key = threads.submit(act, make, leads=order == "key first")
            password = threads.submit(act, self.change, leads=order == "password first")
            return key.result(), password.result()

    def live(self):
        """Keys that open something: none may, after the password was changed."""
        with Session(self.engine) as session:
            return session.scalars(select(ApiKey.public_id).where(ApiKey.revoked_at.is_(None))).all()


@pytest.fixture
def race(engine, cast, now):
    return Race(engine, cast, now)


@pytest.mark.parametrize("order", TURNS)
def test_no_key_outlives_the_password_it_was_made_with(race, order):
    for _ in range(TURNS[order]):
        key, password = race.run(race.make, order)
        assert password == "done"
        assert key in ("done", "password_changed_meanwhile")
        if order != "at once":
            assert (key == "done") is (order == "key first")
        assert race.live() == []


def test_the_harness_finds_the_naive_way(race):
    assert race.run(race.make_naively, "password first") == ("done", "done")
    assert len(race.live()) == 1


def test_an_act_of_the_same_person_waits_for_no_password(engine, cast, now):
    if DATABASE == "sqlite":
        pytest.skip("one writer at a time")
    with Session(engine) as changing, Session(engine) as acting:
        accounts.replace_hash(
            changing, account_id=cast.manager.account_id, proved="of before", password_hash="x"
        )  # it has the account, and would go on to the journal
        acting.execute(text("SET LOCAL lock_timeout = '3s'"))
        journal.record(acting, actor=cast.manager.actor, act="thử", subject=("x", "y"), now=now)


def test_a_stronger_hash_of_the_old_password_does_not_bring_it_back(session, cast):
    account = session.get_one(Account, cast.manager.account_id)
    told = {"account_id": account.id, "password_hash": "stronger"}
    accounts.replace_hash(session, proved="of before", **told)
    assert account.password_hash == factories.CHEAP_HASH
    accounts.replace_hash(session, proved=factories.CHEAP_HASH, **told)
    assert account.password_hash == "stronger"
