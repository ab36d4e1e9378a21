"""A database that is lent again is as the template has it: rows, numbers and shape."""

import pytest
from sqlalchemy import NullPool, create_engine, text

from tests.databases import Lender


@pytest.fixture
def lender(template):
    if template.server is None:
        pytest.skip("on SQLite every test has a file of its own")
    return Lender(template.server)


def one(engine, statement):
    with engine.begin() as connection:
        return connection.scalar(text(statement))


ROWS = "SELECT string_agg(login || id, ',' ORDER BY id) FROM account"
ADDED = (
    "INSERT INTO party (public_id, kind, state, demo, version, created_at)"
    " VALUES ('LENT0001', 'cooperative', 'approved', true, 1, now()) RETURNING id"
)


def test_rows_and_numbers_are_put_back_whatever_guards_them(lender):
    with lender.lend() as url:
        engine = create_engine(url, poolclass=NullPool)
        before, number = one(engine, ROWS), one(engine, ADDED)
        one(engine, "UPDATE account SET login = login || 'x' RETURNING 1")
        one(engine, "UPDATE scheme SET name_vi = 'x' RETURNING 1")
    with lender.lend() as again:
        assert again == url
        assert one(engine, ROWS) == before
        assert one(engine, "SELECT count(*) FROM scheme WHERE name_vi = 'x'") == 0
        assert one(engine, ADDED) == number


def test_after_a_change_of_shape_the_next_test_gets_a_new_database(lender):
    change = text("ALTER TABLE lot ADD COLUMN forgotten integer")
    with lender.lend() as url:
        engine = create_engine(url, poolclass=NullPool)
        with engine.connect() as connection:
            connection.execute(change)
            connection.rollback()
    with lender.lend() as again:
        assert again == url
        with engine.begin() as connection:
            connection.execute(change)
    with lender.lend() as fresh:
        assert fresh != url
