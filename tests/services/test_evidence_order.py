"""A row about a file stands only on bytes that are already safe: the store first, the database after."""

import hashlib

import pytest
from obstore.exceptions import GenericError
from sqlalchemy import event, select

from traceapp.models import StoredFile
from traceapp.services.vouching.evidence import keep_file
from traceapp.storage import FileGone, Storage

PAPER = b"%PDF-1.7 a paper"
SHA256 = hashlib.sha256(PAPER).hexdigest()


@pytest.fixture
def keep(app, session, cast, now):
    """Keep the paper in the installation's store."""

    def keep_paper():
        return keep_file(
            session, app.extensions["storage"], PAPER,
            actor=cast.manager.actor, media_type="application/pdf", first_name="giay.pdf", now=now,
        )  # fmt: skip

    return keep_paper


def test_the_bytes_are_in_the_store_when_the_row_is_written(app, session, keep):
    seen = []

    def look(_connection, _cursor, statement, *_more):
        if statement.startswith("INSERT INTO stored_file"):
            seen.append((SHA256, app.extensions["storage"].get(SHA256)))

    event.listen(session.get_bind(), "before_cursor_execute", look)
    try:
        sha256 = keep()
    finally:
        event.remove(session.get_bind(), "before_cursor_execute", look)
    assert seen == [(SHA256, PAPER)]
    assert sha256 == SHA256


def test_where_the_store_cannot_keep_the_bytes_there_is_no_row(app, session, keep):
    folder = app.extensions["storage"].folder
    (folder / "sha256").write_text("a file where a folder must be")
    with pytest.raises(GenericError, match="sha256"):
        keep()
    assert session.scalars(select(StoredFile)).all() == []


def test_an_act_that_is_lost_leaves_bytes_and_no_row_and_may_be_repeated(app, session, keep):
    storage: Storage = app.extensions["storage"]
    with pytest.raises(FileGone):
        storage.get(SHA256)
    sha256 = keep()
    session.rollback()
    assert session.get(StoredFile, sha256) is None
    assert storage.get(sha256) == PAPER
    assert keep() == sha256
    session.commit()
    assert session.get_one(StoredFile, sha256).size == len(PAPER)
