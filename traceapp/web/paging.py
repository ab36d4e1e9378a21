"""Where a page of a list begins: after the record named in the address; and what is sought in the list."""

import re
from collections.abc import Sequence
from typing import Protocol, TypeVar

from flask import request

from traceapp.domain.errors import Malformed
from traceapp.domain.text import clean_line
from traceapp.services.paging import PAGE, Key, key_of

LONGEST = 80

Row = TypeVar("Row")
Row_co = TypeVar("Row_co", covariant=True)


def before() -> int | None:
    """The id in ``?before=``; None for the first page, and for whatever is no number."""
    asked = request.args.get("before", "")
    return int(asked) if re.fullmatch("[0-9]{1,18}", asked) else None


class Backward(Protocol[Row_co]):
    """Reads a list, the newest first."""

    def __call__(self, *, before: int | None, limit: int) -> Sequence[Row_co]:
        """No more rows than `limit`, older than the one of the id `before`."""


def backward(read: Backward[Row]) -> tuple[list[Row], bool]:
    """The page of `?before=` of a list, and whether older rows follow: one more than a page is asked for."""
    rows = read(before=before(), limit=PAGE + 1)
    return list(rows[:PAGE]), len(rows) > PAGE


def after() -> Key | None:
    """The key in ``?after=`` of a list in an order of its own; None as above."""
    try:
        return key_of(request.args["after"]) if request.args.get("after") else None
    except Malformed:
        return None


def sought() -> str:
    """What is typed in ``?q=``, as one line; nothing where it holds what no line may."""
    try:
        return clean_line(request.args.get("q", "")[:LONGEST], LONGEST)
    except Malformed:
        return ""
