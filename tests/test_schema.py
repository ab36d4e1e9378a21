"""Migrations and models say the same, on both databases; and the databases hold their own rules."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from tests import factories
from traceapp import schema
from traceapp.services import journal


def test_migrations_and_models_agree(settings):
    assert schema.differences(settings) == []


def test_a_second_upgrade_changes_nothing(settings):
    schema.upgrade(settings)
    assert schema.differences(settings) == []


def test_a_forgotten_column_is_noticed(settings, session):
    session.execute(text("ALTER TABLE lot ADD COLUMN forgotten INTEGER"))
    session.commit()
    assert any("forgotten" in difference for difference in schema.differences(settings))


def test_stamp_ranges_of_one_number_never_overlap(session, cast, now):
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    factories.make_run(session, cast, now, item, None, first_number=0, count=100)
    session.commit()
    with pytest.raises(IntegrityError):
        factories.make_run(session, cast, now, item, None, first_number=99, count=10)
    session.rollback()
    factories.make_run(session, cast, now, item, None, first_number=100, count=10)
    factories.make_run(session, cast, now, item, None, first_number=0, count=10, key_id="0002")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE stamp_run SET count = count + 1",
        "UPDATE stamp_run SET first_number = 5",
        "DELETE FROM stamp_run",
    ],
)
def test_a_stamp_range_never_changes(session: Session, cast, now, statement):
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    factories.make_run(session, cast, now, item, None)
    session.commit()
    with pytest.raises(DBAPIError):
        session.execute(text(statement))


@pytest.mark.parametrize("statement", ["UPDATE journal_entry SET act = 'x'", "DELETE FROM journal_entry"])
def test_the_journal_is_never_changed(session: Session, cast, now, statement):
    journal.record(session, actor=cast.manager.actor, act="tested", subject=("test", "1"), now=now)
    session.commit()
    with pytest.raises(DBAPIError):
        session.execute(text(statement))


def test_a_number_is_made_of_digits(session, cast, now):
    with pytest.raises(IntegrityError):
        factories.make_trade_item(session, cast.cooperative_id, now, gtin="0952000901001X")
