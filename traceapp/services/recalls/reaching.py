"""How far holds and recalls reach: how many lots and stamps, how many of them scanned, and where people were.

Asked for a whole list of proposals at once, in as many questions as for one: a second person has them all
before them. A stamp that several of them strike counts in each.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from sqlalchemy import ColumnElement, Select, and_, func, literal, select, union_all
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, selectinload

from traceapp.domain import stamps
from traceapp.domain.areas import AREAS, bit
from traceapp.domain.stamps import StampRange, StampState
from traceapp.models import FirstScan, Lot, StampRun
from traceapp.services import stamping
from traceapp.services.nesting import each_around, each_lot_around
from traceapp.services.recalls.recall_scope import About

One = TypeVar("One")
Stretches = list[tuple[StampRun, StampRange]]
RUNS_AT_A_TIME: Final = 500
SELECTS_AT_A_TIME: Final = 50


@dataclass(frozen=True, slots=True)
class Reach:
    """How far it reaches. `scanned` None: the scan log cannot be read; `areas` as codes of `domain.areas`."""

    lots: int
    stamps: int
    activated: int
    scanned: int | None
    areas: tuple[str, ...]


def reach(session: Session, scans: Session | None, about: About) -> Reach:
    """Count the lots, stamps and scans that it strikes; nothing is changed."""
    return reaches(session, scans, [about])[0]


def reaches(session: Session, scans: Session | None, abouts: Sequence[About]) -> list[Reach]:
    """The same of many, each in its place."""
    if not abouts:
        return []
    lots, stretches = _lots(session, abouts), _stretches(session, abouts)
    scanned = _scanned(scans, stretches)
    return [
        _told(len(lots[at]), held, scanned[at] if scanned is not None else None)
        for at, held in enumerate(stretches)
    ]


def _told(lots: int, stretches: Stretches, scanned: tuple[int, int] | None) -> Reach:
    states = [
        (held.count, state)
        for run, stretch in stretches
        for held, state in stamps.clipped(stamping.segments(run), stretch)
    ]
    count, bits = scanned if scanned is not None else (None, 0)
    return Reach(
        lots=lots,
        stamps=sum(many for many, _ in states),
        activated=sum(many for many, state in states if state is StampState.ACTIVATED),
        scanned=count,
        areas=tuple(area.code for area in AREAS if bits & bit(area.code)),
    )


def _lots(session: Session, abouts: Sequence[About]) -> list[set[int]]:
    """Of each the lots that it strikes, those of cases around them too."""
    products = _by_root(session, _lots_of_products({one.item.id for one in abouts if one.kind == "product"}))
    lots = _by_root(session, _lots_of_lots({lot.id for one in abouts if (lot := one.any_lot)}))
    return [
        products.get(one.item.id, set())
        if one.kind == "product"
        else lots.get(one.any_lot.id, set())
        if one.any_lot
        else set()
        for one in abouts
    ]


def _lots_of_products(items: set[int]) -> Select[int, int]:
    every = each_around(items)
    return select(every.c.root, Lot.id).join(Lot, Lot.trade_item_id == every.c.item)


def _lots_of_lots(lots: set[int]) -> Select[int, int]:
    every = each_lot_around(lots)
    named = and_(Lot.code == every.c.code, Lot.trade_item_id == every.c.item)
    return select(every.c.root, Lot.id).join(Lot, named)


def _by_root(session: Session, pairs: Select[int, int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for root, one in session.execute(pairs):
        found.setdefault(root, set()).add(one)
    return found


def _stretches(session: Session, abouts: Sequence[About]) -> list[Stretches]:
    """The stamps that each strikes: runs, and of each the stretch."""
    every = each_around({one.item.id for one in abouts if one.kind == "product"})
    of_products = select(every.c.root, StampRun.id).join(StampRun, StampRun.trade_item_id == every.c.item)
    products = _by_root(session, of_products)
    lots = _lots_of_lots({one.lot.id for one in abouts if one.lot is not None}).subquery()
    of_lots = select(lots.c.root, StampRun.id).join(StampRun, StampRun.lot_id == lots.c.id)
    on_lots = _by_root(session, of_lots)
    wanted = [
        {one.run.id}
        if one.run
        else on_lots.get(one.lot.id, set())
        if one.lot
        else products.get(one.item.id, set())
        for one in abouts
    ]
    runs = _runs(session, set().union(*wanted))
    return [
        [(runs[number], one.stretch or StampRange(0, runs[number].count)) for number in sorted(numbers)]
        for one, numbers in zip(abouts, wanted, strict=True)
    ]


def _runs(session: Session, numbers: set[int]) -> dict[int, StampRun]:
    found: dict[int, StampRun] = {}
    for some in _some(sorted(numbers), RUNS_AT_A_TIME):
        query = select(StampRun).where(StampRun.id.in_(some)).options(selectinload(StampRun.exceptions))
        found |= {run.id: run for run in session.scalars(query)}
    return found


def _scanned(scans: Session | None, many: Sequence[Stretches]) -> list[tuple[int, int]] | None:
    """Of each how many stamps were scanned, and in which areas, as bits; None: the log cannot be read."""
    if scans is None:
        return None
    found = [(0, 0)] * len(many)
    asked = [one for at, stretches in enumerate(many) for one in _selects(at, stretches)]
    try:
        for some in _some(asked, SELECTS_AT_A_TIME):
            for at, areas, count in scans.execute(union_all(*some)):
                counted, bits = found[at]
                found[at] = counted + count, bits | areas
    except SQLAlchemyError:
        return None
    return found


def _selects(at: int, stretches: Stretches) -> list[Select[int, int, int]]:
    """The database adds up the stamps that were scanned in the same areas; whole runs it knows by number."""
    whole = [run.id for run, stretch in stretches if stretch.count == run.count]
    struck: list[ColumnElement[bool]] = [FirstScan.run_id.in_(some) for some in _some(whole, RUNS_AT_A_TIME)]
    struck += [
        and_(FirstScan.run_id == run.id, FirstScan.stamp_index.between(stretch.first, stretch.last))
        for run, stretch in stretches
        if stretch.count != run.count
    ]
    return [
        select(literal(at), FirstScan.areas, func.count()).where(one).group_by(FirstScan.areas)
        for one in struck
    ]


def _some(every: Sequence[One], many: int) -> Iterator[Sequence[One]]:
    return (every[at : at + many] for at in range(0, len(every), many))
