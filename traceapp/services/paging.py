"""A page of a list in an order of its own: it goes on after the key of the last row that was shown.

Pages by number are counted anew at each look: when a record leaves the list between two of them, the next one
skips a row. A key stays where it is. It is told as a text that means nothing to who reads it.

>>> from datetime import date
>>> cursor = cursor_of((date(2026, 12, 31), 15))
>>> key_of(cursor)
(datetime.date(2026, 12, 31), 15)
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, func, literal, select, tuple_
from sqlalchemy.orm import Session

from traceapp.domain.errors import Malformed

PAGE: Final = 50
LONGEST: Final = 1000
HIGHEST: Final = 2**31 - 1

Record = TypeVar("Record")
Part = date | datetime | int | str
Key = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Page(Generic[Record]):
    """Some rows of a list; `following`: the cursor of the next page, None where there is none.

    `skipped` and `count`, where asked: how many rows stand before these, and how many there are in all.
    """

    rows: tuple[Record, ...]
    following: str | None
    skipped: int = 0
    count: int = 0

    @property
    def first(self) -> int:
        """The number of the first row, from 1."""
        return self.skipped + 1

    @property
    def last(self) -> int:
        """The number of the last row."""
        return self.skipped + len(self.rows)


def page_by(
    session: Session,
    query: Select[Record],
    key: Sequence[ColumnElement[Any]],
    *,
    after: Key | None = None,
    limit: int = PAGE,
    counted: bool = False,
    backwards: bool = False,
) -> Page[Record]:
    """A page of a query in the order of `key`, whose last part tells rows apart; `backwards`: the last first.

    Three questions at most, however many rows there are. Raises `Malformed` `cursor_unknown`.
    """
    skipped = count = 0
    if counted:
        count = _count(session, query)
    asked = query
    if after is not None:
        later = _later(key, after, backwards=backwards)
        skipped = count - _count(session, query.where(later)) if counted else 0
        asked = query.where(later)
    order = [part.desc() for part in key] if backwards else key
    rows = session.execute(asked.add_columns(*key).order_by(*order).limit(limit + 1)).all()
    following = cursor_of(tuple(rows[limit - 1][1:])) if len(rows) > limit else None
    return Page(tuple(row[0] for row in rows[:limit]), following, skipped, count)


def page_in_hand(
    rows: Sequence[Record], after: Key | None, key: Callable[[Record], Key], limit: int = PAGE
) -> Page[Record]:
    """The same of rows that had to be read whole, in the order of a falling key. Raises `cursor_unknown`.

    >>> page_in_hand([9, 7, 4], (7,), lambda number: (number,)).rows
    (4,)
    """
    if after is not None and rows and tuple(map(type, after)) != tuple(map(type, key(rows[0]))):
        raise Malformed("cursor_unknown", field="after", given=cursor_of(after))
    skipped = 0 if after is None else sum(key(row) >= after for row in rows)
    shown = rows[skipped : skipped + limit]
    more = len(rows) > skipped + limit
    return Page(tuple(shown), cursor_of(key(shown[-1])) if more else None, skipped, len(rows))


def _count(session: Session, query: Select[Any]) -> int:
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


def _later(key: Sequence[ColumnElement[Any]], after: Key, *, backwards: bool) -> ColumnElement[bool]:
    kinds = tuple(column.type.python_type for column in key)
    if tuple(map(type, after)) != kinds:
        raise Malformed("cursor_unknown", field="after", given=cursor_of(after))
    values = [literal(value, column.type) for value, column in zip(after, key, strict=True)]
    return tuple_(*key) < tuple_(*values) if backwards else tuple_(*key) > tuple_(*values)


def cursor_of(key: Key) -> str:
    """A key as a text for an address."""
    told = json.dumps([one if isinstance(one, int) else _told(one) for one in key])
    return urlsafe_b64encode(told.encode()).decode().rstrip("=")


def _told(part: date | str) -> str:
    if isinstance(part, datetime):
        return f"t{part.astimezone(UTC).isoformat()}"
    return f"d{part.isoformat()}" if isinstance(part, date) else f"s{part}"


def key_of(cursor: str) -> Key:
    """The key that a cursor tells. Raises `Malformed` `cursor_unknown` for a text that is none."""
    try:
        padded = cursor[:LONGEST] + "=" * (-len(cursor) % 4)
        told = json.loads(urlsafe_b64decode(padded.encode("ascii")))
        if isinstance(told, list):
            return tuple(map(_read, told))
    except (ValueError, RecursionError):
        pass
    raise Malformed("cursor_unknown", field="after", given=cursor[:40])


_READ: Final[Mapping[str, Callable[[str], Part]]] = {
    "d": date.fromisoformat,
    "t": datetime.fromisoformat,
    "s": str,
}


def _read(told: object) -> Part:
    """One part. Raises `ValueError`."""
    if type(told) is int and 0 <= told <= HIGHEST:
        return told
    if not isinstance(told, str) or not told.isprintable() or told[:1] not in _READ:
        raise ValueError(f"a part of a cursor: {told!r}")
    read = _READ[told[0]](told[1:])
    if isinstance(read, datetime) and read.tzinfo is not UTC:
        raise ValueError(f"a time in another zone: {told!r}")
    return read
