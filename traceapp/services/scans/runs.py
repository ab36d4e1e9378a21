"""Runs of stamps as the index keeps them in memory: found by bisection, read for many products at once."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from traceapp.domain.serials import Opened
from traceapp.models import Purchase, Restriction, StampException, StampPin, StampRun

_T = TypeVar("_T")

AT_ONCE: Final = 500  # products or runs named in one question


@dataclass(frozen=True, slots=True)
class Run:
    """A run: its numbers, the indexes at which another stretch begins, the stamps with their own story."""

    id: int
    public_id: str
    key_id: str
    first: int
    count: int
    cuts: tuple[int, ...]
    alone: set[int]

    def stretch_of(self, index: int) -> int:
        """Which stretch a stamp stands in.

        >>> [Run(1, "T1", "k", 0, 100, (5, 10), set()).stretch_of(at) for at in (4, 5, 99)]
        [0, 1, 2]
        """
        return bisect_right(self.cuts, index)


@dataclass(frozen=True)
class Product:
    """The runs whose stamps carry one number; `version` moves when an act changes pages of it alone.

    >>> runs = tuple(Run(n, f"T{n}", "k", 1000 * n, 10, (), set()) for n in range(9))
    >>> [Product(0, runs).run_of(Opened("k", at)) for at in (3009, 3010)] == [runs[3], None]
    True
    """

    version: int
    runs: tuple[Run, ...]

    @cached_property
    def _by_key(self) -> Mapping[str, tuple[list[int], list[Run]]]:
        told: dict[str, tuple[list[int], list[Run]]] = defaultdict(lambda: ([], []))
        for run in sorted(self.runs, key=lambda run: run.first):
            firsts, runs = told[run.key_id]
            firsts.append(run.first)
            runs.append(run)
        return dict(told)

    def run_of(self, opened: Opened) -> Run | None:
        """The run a serial was issued in; ranges of one key do not overlap."""
        firsts, runs = self._by_key.get(opened.key_id, ((), ()))
        at = bisect_right(firsts, opened.sequence) - 1
        if at < 0 or opened.sequence - firsts[at] >= runs[at].count:
            return None
        return runs[at]


def load_products(
    session: Session, subjects: Iterable[str], *, version: int, known: Mapping[str, Product]
) -> dict[str, Product]:
    """Products with all their runs as they are now, five questions for some hundreds of them.

    Stories of stamps are not read again of runs in `known`: those are told one by one, and none ends.
    """
    found: dict[str, Product] = {}
    run = StampRun
    for names in _parts(list(subjects)):
        asked = select(run.id, run.public_id, run.key_id, run.first_number, run.count, run.subject)
        rows = session.execute(asked.where(run.subject.in_(names))).all()
        stories = {one.id: one.alone for name in names if name in known for one in known[name].runs}
        cuts = _cuts(session, [row.id for row in rows])
        alone = _alone(session, [row.id for row in rows if row.id not in stories])
        runs: dict[str, list[Run]] = {name: [] for name in names}
        for row in rows:
            story = stories[row.id] if row.id in stories else alone[row.id]
            one = Run(*row[:5], tuple(sorted(cuts[row.id])), story)
            runs[row.subject].append(one)
        found |= {name: Product(version, tuple(those)) for name, those in runs.items()}
    return found


def _cuts(session: Session, runs: Sequence[int]) -> Mapping[int, set[int]]:
    """Indexes at which another stretch begins: where an exception or a restriction starts or has ended."""
    held, out = Restriction, StampException
    told: dict[int, set[int]] = defaultdict(set)
    for asked, column in (
        (select(out.run_id, out.first_index, out.last_index), out.run_id),
        (select(held.stamp_run_id, held.first_index, held.last_index), held.stamp_run_id),
    ):
        for run, first, last in _of_runs(session, asked, column, runs):
            told[run] |= {at for at in (first, None if last is None else last + 1) if at is not None}
    return told


def _alone(session: Session, runs: Sequence[int]) -> Mapping[int, set[int]]:
    """Indexes of stamps that somebody has bought, or whose PIN somebody has tried."""
    told: dict[int, set[int]] = defaultdict(set)
    for kind in (Purchase, StampPin):
        asked = select(kind.stamp_run_id, kind.stamp_index)
        for run, index in _of_runs(session, asked, kind.stamp_run_id, runs):
            told[run].add(index)
    return told


def _of_runs(
    session: Session, asked: Any, column: InstrumentedAttribute[Any], runs: Sequence[int]
) -> Iterator[Any]:
    for some in _parts(runs):
        yield from session.execute(asked.where(column.in_(some)))


def _parts(row: Sequence[_T]) -> Iterator[Sequence[_T]]:
    for at in range(0, len(row), AT_ONCE):
        yield row[at : at + AT_ONCE]
