"""Many scans counted in one transaction: what `scanning.count_scan` does, for everybody who waits just now.

A server under load answers hundreds of people within one commit. The statements are the dialect's own and
are run without the ORM, because here their cost is most of a page's; that they count as `count_scan` does is
proved by a test that gives both the same openings.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import zip_longest
from typing import Any, Final, Protocol

from sqlalchemy import Engine

from traceapp.domain.conformity import Verdict, counted_verdict
from traceapp.services.public.passport import Tally
from traceapp.services.scans.scanning import ONE_DEVICE, ONE_SCAN

_SEEN: Final = """
SELECT f.at, f.area, f.scans, f.devices, f.areas, s.at FROM first_scan f LEFT JOIN scan s
ON s.run_id = f.run_id AND s.stamp_index = f.stamp_index AND s.at > ? AND s.token IN (?, ?)
WHERE f.run_id = ? AND f.stamp_index = ? ORDER BY s.at DESC, s.id DESC LIMIT 1"""
_WRITE: Final = """
INSERT INTO scan (run_id, stamp_index, at, token, verdict) VALUES (?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING RETURNING 1"""
_COUNT: Final = """
INSERT INTO first_scan (run_id, stamp_index, at, scans, devices, areas) VALUES (?, ?, ?, 1, 1, 0)
ON CONFLICT (run_id, stamp_index) DO UPDATE SET scans = first_scan.scans + 1, devices = first_scan.devices + ?
RETURNING at, area, scans, devices, areas"""


@dataclass(frozen=True, slots=True)
class Opening:
    """One opening of a stamp's page: which stamp, the verdict but for the count, by which device, when.

    `tokens` are the device's of today and, where there is one, of yesterday; `at` is cut to the minute.
    """

    run_id: int
    index: int
    verdict: Verdict
    tokens: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Judged:
    """What is to be done with an opening: nothing where `word` is empty, else a row with this verdict."""

    tally: Tally | None
    word: str = ""
    new_device: int = 0


class Counts(Protocol):
    """A log that counts openings, each of another stamp, in one transaction."""

    def look(self, opening: Opening) -> Judged | None:
        """What is to be done with an opening, where that costs no wait; None where `count` finds it out."""

    def count(self, openings: Sequence[Opening], known: Sequence[Judged | None] = ()) -> list[Tally | None]:
        """The tallies that follow; None where this opening makes a copy suspected, which the door writes.

        `known` is what `look` said of them a moment ago.
        """

    def close(self) -> None:
        """Give the connection back."""


def open_counts(engine: Engine, many_scans_devices: int) -> Counts:
    """The log behind an engine of the scan database, on a connection of its own; for one thread."""
    kind = SqliteCounts if engine.dialect.name == "sqlite" else PostgresCounts
    return kind(engine, many_scans_devices)


def _judged(opening: Opening, row: Sequence[Any] | None, many: int) -> Judged:
    """`row` is what stands on the stamp's own row, and when this device last scanned it, if it did."""
    tally = Tally() if row is None else _tally(row)
    seen = None if row is None else row[5]
    repeated = seen is not None and opening.at - _read(seen) < ONE_SCAN
    new_device = int(seen is None)
    scans, devices = (tally.scans or 0) + 1, tally.devices + new_device
    if not repeated and tally.devices < many <= devices:
        return Judged(None)
    if repeated:
        return Judged(tally)
    word = counted_verdict(opening.verdict, scans=scans, devices=devices, many=many)
    return Judged(tally, word.value, new_device)


class Busy(Exception):
    """Another process is writing just now; nothing was counted, ask again in a moment."""


class LogFailed(Exception):
    """The scan log could not be written; nothing was counted."""


class SqliteCounts:
    """On SQLite: one statement after the other. Only who writes takes the lock, and waits for nobody."""

    def __init__(self, engine: Engine, many: int) -> None:
        self._connection = engine.raw_connection()
        self._cursor: Any = self._connection.cursor()
        self._cursor.execute("PRAGMA busy_timeout=0")
        self._many = many

    def close(self) -> None:
        """Give the connection up: the next one of the pool is patient again."""
        self._connection.invalidate()

    def look(self, opening: Opening) -> Judged | None:
        """See `Counts`: readers wait for nobody. Raises LogFailed."""
        try:
            return self._seen(opening)
        except sqlite3.Error as fault:
            raise LogFailed(str(fault)) from fault

    def count(self, openings: Sequence[Opening], known: Sequence[Judged | None] = ()) -> list[Tally | None]:
        """See `Counts`; raises Busy and LogFailed."""
        try:
            pairs = zip_longest(openings, known)
            judged = [told or self._seen(opening) for opening, told in pairs]
            if not any(one.word for one in judged):
                return [one.tally for one in judged]
            self._cursor.execute("BEGIN IMMEDIATE")
            tallies = [self._counted(opening, one) for opening, one in zip(openings, judged, strict=True)]
            self._cursor.execute("COMMIT")
        except sqlite3.Error as fault:
            self._connection.rollback()
            busy = getattr(fault, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
            raise (Busy if busy else LogFailed)(str(fault)) from fault
        return tallies

    def _seen(self, opening: Opening) -> Judged:
        since, newest, oldest = opening.at - ONE_DEVICE, opening.tokens[0], opening.tokens[-1]
        asked = (_stored(since), newest, oldest, opening.run_id, opening.index)
        return _judged(opening, self._cursor.execute(_SEEN, asked).fetchone(), self._many)

    def _counted(self, opening: Opening, one: Judged) -> Tally | None:
        stamp, at = (opening.run_id, opening.index), _stored(opening.at)
        written = (*stamp, at, opening.tokens[0], one.word)
        if not one.word or self._cursor.execute(_WRITE, written).fetchone() is None:
            return one.tally
        return _tally(self._cursor.execute(_COUNT, (*stamp, at, one.new_device)).fetchone())


_SEEN_MANY: Final = """
SELECT f.at, f.area, f.scans, f.devices, f.areas, s.at, o.place
FROM unnest(%s::int[], %s::bigint[], %s::text[], %s::text[], %s::timestamptz[])
  WITH ORDINALITY AS o(run_id, stamp_index, newest, oldest, since, place)
JOIN first_scan f ON f.run_id = o.run_id AND f.stamp_index = o.stamp_index
LEFT JOIN LATERAL (SELECT at FROM scan
  WHERE scan.run_id = o.run_id AND scan.stamp_index = o.stamp_index
  AND scan.at > o.since AND scan.token IN (o.newest, o.oldest) ORDER BY at DESC, id DESC LIMIT 1) s ON true"""
_WRITE_MANY: Final = """
INSERT INTO scan (run_id, stamp_index, at, token, verdict)
SELECT * FROM unnest(%s::int[], %s::bigint[], %s::timestamptz[], %s::text[], %s::text[])
ON CONFLICT DO NOTHING RETURNING run_id, stamp_index"""
_COUNT_MANY: Final = """
INSERT INTO first_scan AS f (run_id, stamp_index, at, scans, devices, areas)
SELECT run_id, stamp_index, at, 1, new, 0 FROM unnest(%s::int[], %s::bigint[], %s::timestamptz[], %s::int[])
  AS o(run_id, stamp_index, at, new)
ON CONFLICT (run_id, stamp_index) DO UPDATE SET scans = f.scans + 1, devices = f.devices + excluded.devices
RETURNING run_id, stamp_index, at, area, scans, devices, areas"""


class PostgresCounts:
    """On PostgreSQL: three questions for a batch, rows in one order so that no two wait for each other."""

    def __init__(self, engine: Engine, many: int) -> None:
        self._connection = engine.raw_connection()
        self._fault: type[Exception] = engine.dialect.loaded_dbapi.Error
        self._many = many

    def close(self) -> None:
        """Give the connection up, whatever state it is in."""
        self._connection.invalidate()

    def look(self, opening: Opening) -> Judged | None:  # noqa: ARG002 - as `Counts` has it
        """See `Counts`: here every question is a wait."""
        return None

    def count(
        self,
        openings: Sequence[Opening],
        known: Sequence[Judged | None] = (),  # noqa: ARG002 - as `Counts` has it
    ) -> list[Tally | None]:
        """See `Counts`."""
        cursor: Any = self._connection.cursor()
        try:
            tallies = self._counted(cursor, openings)
            self._connection.commit()
        except self._fault as fault:
            raise LogFailed(str(fault)) from fault
        return tallies

    def _counted(self, cursor: Any, openings: Sequence[Opening]) -> list[Tally | None]:
        asked = [(o.run_id, o.index, o.tokens[0], o.tokens[-1], o.at - ONE_DEVICE) for o in openings]
        rows = cursor.execute(_SEEN_MANY, _columns(asked)).fetchall()
        known = {row[6] - 1: row for row in rows}
        judged = [_judged(opening, known.get(at), self._many) for at, opening in enumerate(openings)]
        new = sorted(
            (o.run_id, o.index, o.at, o.tokens[0], one.word, one.new_device)
            for o, one in zip(openings, judged, strict=True)
            if one.word
        )
        if not new:
            return [one.tally for one in judged]
        told = set(cursor.execute(_WRITE_MANY, _columns([row[:5] for row in new])).fetchall())
        counted = [(*row[:3], row[5]) for row in new if row[:2] in told]
        after = {}
        if counted:
            for row in cursor.execute(_COUNT_MANY, _columns(counted)).fetchall():
                after[row[:2]] = _tally(row[2:])
        return [after.get((o.run_id, o.index), one.tally) for o, one in zip(openings, judged, strict=True)]


def _columns(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _tally(row: Sequence[Any]) -> Tally:
    return Tally(
        scans=row[2], devices=row[3], areas=row[4].bit_count(), first_at=_read(row[0]), first_area=row[1]
    )


@lru_cache(maxsize=256)  # openings are cut to the minute
def _stored(at: datetime) -> str:
    """As SQLAlchemy's own type writes it, so that both ways compare alike."""
    return at.strftime("%Y-%m-%d %H:%M:%S.%f")


def _read(told: str | datetime) -> datetime:
    if isinstance(told, datetime):
        return told.astimezone(UTC)
    return datetime.fromisoformat(told).replace(tzinfo=UTC)
