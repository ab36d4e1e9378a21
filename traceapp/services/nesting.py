"""Cases within cases: what a case holds, and which cases hold a product, to any depth.

A restriction of a product, or of a lot, strikes every case around it: one recursive question of the database,
which ends even where somebody's hand made a circle of it. A case's lot holds the lot of the same code of what
is in the case: that is how cartons are marked, and the only thing the books say about it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

from sqlalchemy import CTE, ColumnElement, Select, and_, false, select
from sqlalchemy.orm import Session

from traceapp.models import Lot, Restriction, StampRun, TradeItem

Ids = Select[int] | list[int]


def inside(item: TradeItem) -> Ids:
    """The product itself, and what it holds: what a restriction of strikes it too."""
    return [item.id] if item.contains_id is None else select(_held([item.id]).c.item).distinct()


def contents(item: TradeItem) -> list[TradeItem]:
    """The same as records: the product itself, then what it holds, layer by layer."""
    found, within = [item], item.contains
    while within is not None and within not in found:  # a circle ends
        found.append(within)
        within = within.contains
    return found


def around(products: Select[int] | Select[int | None]) -> Select[int]:
    """The products themselves, and the cases that hold them: what a restriction of them strikes."""
    start = select(TradeItem.id.label("item")).where(TradeItem.id.in_(products)).cte(recursive=True)
    step = select(TradeItem.id).join(start, TradeItem.contains_id == start.c.item)
    return select(start.union(step).c.item)


def each_around(products: Iterable[int]) -> CTE:
    """Rows `root`, `item`: each of the products with itself and all the cases that hold it."""
    start = select(TradeItem.id.label("root"), TradeItem.id.label("item"))
    within = start.where(TradeItem.id.in_(list(products))).cte(recursive=True)
    step = select(within.c.root, TradeItem.id).join(within, TradeItem.contains_id == within.c.item)
    return within.union(step)


def lots_inside(lot: Lot) -> Ids:
    """The lot itself, and the lots of the same code of what its case holds."""
    products = inside(lot.trade_item)
    if isinstance(products, list):
        return [lot.id]
    return select(Lot.id).where(Lot.code == lot.code, Lot.trade_item_id.in_(products))


def runs_inside(lot: Lot) -> ColumnElement[bool]:
    """Restrictions of stamps on what the lot's cases hold; those on the lot itself are not among them."""
    products = inside(lot.trade_item)
    if isinstance(products, list):
        return false()
    held = select(Lot.id).where(Lot.code == lot.code, Lot.trade_item_id.in_(products), Lot.id != lot.id)
    return Restriction.stamp_run_id.in_(select(StampRun.id).where(StampRun.lot_id.in_(held)))


def whole_runs_inside(lot: Lot) -> ColumnElement[bool]:
    """Restrictions of whole runs of them: these strike the cases; a stretch some, nobody knows which."""
    return and_(runs_inside(lot), Restriction.first_index.is_(None))


def lots_around(lots: Select[int] | Select[int | None]) -> Select[int]:
    """The lots themselves, and those of the same code of the cases that hold their products."""
    start = select(Lot.code.label("code"), Lot.trade_item_id.label("item")).where(Lot.id.in_(lots))
    within = start.cte(recursive=True)
    step = select(within.c.code, TradeItem.id).join(within, TradeItem.contains_id == within.c.item)
    every = within.union(step)
    return select(Lot.id).join(every, and_(Lot.code == every.c.code, Lot.trade_item_id == every.c.item))


def each_lot_around(lots: Iterable[int]) -> CTE:
    """Rows `root`, `code`, `item`: each of the lots with the names of itself and of those around it."""
    start = select(Lot.id.label("root"), Lot.code.label("code"), Lot.trade_item_id.label("item"))
    within = start.where(Lot.id.in_(list(lots))).cte(recursive=True)
    step = select(within.c.root, within.c.code, TradeItem.id)
    return within.union(step.join(within, TradeItem.contains_id == within.c.item))


def counted_in(session: Session, item: TradeItem) -> dict[int, tuple[TradeItem, int | None]]:
    """The product and every case around it, by number, with how many of the product are in one.

    None where a case on the way says no count, or the books go round.
    """
    of_item = select(TradeItem.id).where(TradeItem.id == item.id)
    rows = {
        one.id: one for one in session.scalars(select(TradeItem).where(TradeItem.id.in_(around(of_item))))
    }
    return {case.id: (case, count_in(case, item, rows)) for case in rows.values()}


def count_in(case: TradeItem, item: TradeItem, rows: Mapping[int, TradeItem]) -> int | None:
    """How many of a product are in one case, by what the rows between them say; None where they do not.

    >>> pallet, case, bottle = (TradeItem(id=3 - n, contains_id=2 - n, contains_count=12) for n in range(3))
    >>> count_in(pallet, bottle, {1: bottle, 2: case, 3: pallet})
    144
    """
    number, seen = 1, set[int]()
    while case.id != item.id:
        within = rows.get(case.contains_id or 0)
        if case.id in seen or case.contains_count is None or within is None:
            return None
        seen.add(case.id)
        number, case = number * case.contains_count, within
    return number


def _held(items: Iterable[int]) -> CTE:
    """Rows `root`, `item`: each of the items with itself and all it holds. A union: no row comes twice."""
    start = select(
        TradeItem.id.label("root"), TradeItem.id.label("item"), TradeItem.contains_id.label("held")
    )
    within = start.where(TradeItem.id.in_(list(items))).cte(recursive=True)
    step = select(within.c.root, TradeItem.id, TradeItem.contains_id)
    return within.union(step.join(within, TradeItem.id == within.c.held))


@dataclass(frozen=True, slots=True)
class Packed:
    """Of many products and lots at once, what is in them; each holds itself.

    `runs` are those of stamps on what is in the cases of a lot, not on the lot itself.
    """

    products: Mapping[int, frozenset[int]]
    lots: Mapping[int, frozenset[int]]
    runs: Mapping[int, frozenset[int]]


def packed(session: Session, items: Iterable[TradeItem], lots: Iterable[Lot]) -> Packed:
    """Read in three questions for as many as there are; in none where no case is among them."""
    lots = list(lots)
    every = {one.id: one for one in chain(items, (lot.trade_item for lot in lots))}
    products = {one: {one} for one in every}
    if cases := [one.id for one in every.values() if one.contains_id is not None]:
        held = _held(cases)
        for root, item in session.execute(select(held.c.root, held.c.item)):
            products[root].add(item)
    held_lots = _lots_packed(session, lots, products)
    return Packed(
        {one: frozenset(found) for one, found in products.items()},
        held_lots,
        _runs_packed(session, held_lots),
    )


def _lots_packed(
    session: Session, lots: list[Lot], products: Mapping[int, set[int]]
) -> dict[int, frozenset[int]]:
    cases = [lot for lot in lots if lot.trade_item.contains_id is not None]
    by_name: dict[tuple[str, int], int] = {}
    if cases:
        held = set().union(*(products[lot.trade_item_id] for lot in cases))
        named = select(Lot.code, Lot.trade_item_id, Lot.id).where(
            Lot.code.in_({lot.code for lot in cases}), Lot.trade_item_id.in_(held)
        )
        by_name = {(code, item): number for code, item, number in session.execute(named)}
    found = {lot.id: {lot.id} for lot in lots}
    for lot in cases:
        inner = (by_name.get((lot.code, item)) for item in products[lot.trade_item_id])
        found[lot.id] |= {one for one in inner if one is not None}
    return {lot: frozenset(ids) for lot, ids in found.items()}


def _runs_packed(session: Session, lots: Mapping[int, frozenset[int]]) -> dict[int, frozenset[int]]:
    within = {lot: held - {lot} for lot, held in lots.items()}
    runs: dict[int, set[int]] = {}
    if inner := set().union(*within.values()):
        for run in session.scalars(select(StampRun).where(StampRun.lot_id.in_(inner))):
            runs.setdefault(run.lot_id or 0, set()).add(run.id)
    return {lot: frozenset().union(*(runs.get(one, ()) for one in held)) for lot, held in within.items()}
