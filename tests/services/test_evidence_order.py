"""A row about a file stands only on bytes that are already safe: the store first, the database after."""

import hashlib

import pytest
from obstore.exceptions import GenericError
from sqlalchemy import event, select

from traceapp.models import StoredFile
from traceapp.services.vouching.evidence import keep_file
from traceapp.storage import FileGone, Storage

PAPER = b"%PDF-1.7 a paper"


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

    def look(_mapper, _connection, row):
        seen.append((row.sha256, app.extensions["storage"].get(row.sha256)))

    event.listen(StoredFile, "before_insert", look)
    try:
        sha256 = keep()
    finally:
        event.remove(StoredFile, "before_insert", look)
    assert seen == [(hashlib.sha256(PAPER).hexdigest(), PAPER)]
    assert sha256 == seen[0][0]


def test_where_the_store_cannot_keep_the_bytes_there_is_no_row(app, session, keep):
    folder = app.extensions["storage"].folder
    (folder / "sha256").write_text("a file where a folder must be")
    with pytest.raises(GenericError, match="sha256"):
        keep()
    assert session.scalars(select(StoredFile)).all() == []


def test_an_act_that_is_lost_leaves_bytes_and_no_row_and_may_be_repeated(app, session, keep):
    storage: Storage = app.extensions["storage"]
    with pytest.raises(FileGone):
        storage.get(hashlib.sha256(PAPER).hexdigest())
    sha256 = keep()
    session.rollback()
    assert session.get(StoredFile, sha256) is None
    assert storage.get(sha256) == PAPER
    assert keep() == sha256
    session.commit()
    assert session.get_one(StoredFile, sha256).size == len(PAPER)
