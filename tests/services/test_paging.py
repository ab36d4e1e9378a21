"""Cursors: what one page gives the next takes, and nothing else is taken."""

import json
from base64 import urlsafe_b64encode
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from traceapp.domain.errors import Malformed
from traceapp.models import Certificate
from traceapp.services.paging import cursor_of, key_of, page_by
from traceapp.services.vouching.certificate_lists import SOONEST


@pytest.mark.parametrize(
    "key",
    [
        (date(2026, 12, 31), 15),
        (0, "tổ chức ~ / thử", 7),
        (datetime(2026, 11, 27, 9, 0, 0, 123456, tzinfo=UTC), 1, 3),
    ],
)
def test_a_key_comes_back_as_it_went(key):
    assert key_of(cursor_of(key)) == key


def told(value):
    return urlsafe_b64encode(json.dumps(value).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "x", "é", "!!!!", told({"a": 1}), told(["d2026-02-31", 1]), told([-1]), told([2**31]), told([True]),
        told([1.5]), told(["s\x00"]), told(["s\ud800"]), told(["t2026-01-01T00:00:00"]),
        told(["t0001-01-01T00:00:00+14:00"]), told(["?x"]), told([""]), told([[1]]), "W" * 5000,
    ],
)  # fmt: skip
def test_what_is_no_cursor_is_refused(cursor):
    with pytest.raises(Malformed, match="cursor_unknown"):
        key_of(cursor)


def test_a_cursor_of_another_list_is_refused(session):
    for key in ((15, 15), (date(2026, 1, 1),), ("x", 1)):
        with pytest.raises(Malformed, match="cursor_unknown"):
            page_by(session, select(Certificate), SOONEST, after=key)
