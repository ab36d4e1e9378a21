"""What stands in the way of goods just now: holds and recalls in force, as the public is told of them.

A stamp is struck by what is about its product, its lot, its run or the stretch it lies in; a case by what is
about the product or lot it holds, or about all the stamps on what it holds (`case_reach`). The page of a lot
or product is struck by what is about all of it, and tells beside that which of its parts are struck; so does
a case's page of the stamps that may be in it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from traceapp.domain import restrictions
from traceapp.domain.restrictions import RestrictionKind
from traceapp.domain.stamps import StampRange
from traceapp.models import Lot, Restriction, StampRun, TradeItem
from traceapp.services.case_reach import is_inside, softened, striking_cases
from traceapp.services.nesting import Packed, inside, lots_inside, packed, runs_inside, whole_runs_inside
from traceapp.services.public.passport import Restraint


def restraints(
    session: Session, item: TradeItem, lot: Lot | None, run: StampRun | None, index: int | None
) -> tuple[Restraint, ...]:
    """Holds and recalls in force for what the code names, the latest first."""
    about: list[ColumnElement[bool]] = [Restriction.trade_item_id.in_(inside(item))]
    about += [Restriction.lot_id.in_(lots_inside(lot)), whole_runs_inside(lot)] if lot is not None else []
    about += [Restriction.stamp_run_id == run.id] if run is not None else []
    rows: Sequence[Restriction] = session.scalars(
        select(Restriction).where(or_(*about)).order_by(Restriction.from_at.desc(), Restriction.id.desc())
    ).all()
    struck = softened(session, rows, lot)
    return tuple(told(row) for row in struck if row.from_at is not None and as_rule(row).strikes(index))


@dataclass(frozen=True, slots=True)
class Struck:
    """Of many goods at once, the holds and recalls in force that strike all of one of them."""

    rows: Sequence[Restriction]
    held: Packed

    def on(self, item: TradeItem, lot: Lot | None = None) -> tuple[Restriction, ...]:
        """Those on a product, or on a lot of it; the latest first."""
        products = self.held.products[item.id]
        lots = self.held.lots[lot.id] if lot is not None else frozenset[int]()
        runs = self.held.runs[lot.id] if lot is not None else frozenset[int]()
        return tuple(
            row
            for row in self.rows
            if row.trade_item_id in products or row.lot_id in lots or row.stamp_run_id in runs
        )


def struck(session: Session, items: Iterable[TradeItem], lots: Iterable[Lot]) -> Struck:
    """What `restraints` says of each without a stamp, read for all of these at once."""
    held = packed(session, items, lots)
    about = (
        Restriction.trade_item_id.in_(frozenset().union(*held.products.values())),
        Restriction.lot_id.in_(frozenset().union(*held.lots.values())),
        and_(
            Restriction.stamp_run_id.in_(frozenset().union(*held.runs.values())),
            Restriction.first_index.is_(None),
        ),
    )
    query = select(Restriction).where(or_(*about), Restriction.from_at.is_not(None))
    rows = session.scalars(query.order_by(Restriction.from_at.desc(), Restriction.id.desc())).all()
    striking = striking_cases(session, rows)
    sure = [row for row in rows if row.stamp_run_id is None or row.id in striking]
    return Struck([row for row in sure if as_rule(row).in_force], held)


def parts(
    session: Session, item: TradeItem, lot: Lot | None, run: StampRun | None = None
) -> tuple[Restraint, ...]:
    """Holds and recalls in force that strike only some of the goods.

    Of a product its lots, of a lot stamps on it, of a case stamps that may be in it (`may_be_inside`); of a
    stamp, whose `run` is given, only the last.
    """
    narrower: list[ColumnElement[bool]] = []
    if lot is not None:
        narrower.append(runs_inside(lot))
        of_lot = select(StampRun.id).where(StampRun.lot_id == lot.id)
        narrower += [Restriction.stamp_run_id.in_(of_lot)] if run is None else []
    elif run is None:
        held = inside(item)
        narrower.append(Restriction.lot_id.in_(select(Lot.id).where(Lot.trade_item_id.in_(held))))
        of_items = select(StampRun.id).where(StampRun.trade_item_id.in_(held))
        narrower.append(Restriction.stamp_run_id.in_(of_items))
    if not narrower:
        return ()
    rows = session.scalars(
        select(Restriction)
        .where(or_(*narrower), Restriction.from_at.is_not(None), Restriction.lifted_at.is_(None))
        .order_by(Restriction.from_at.desc(), Restriction.id.desc())
    ).all()
    within = [row for row in rows if is_inside(row, lot)]
    striking = striking_cases(session, within)
    return tuple(
        told(row, may_be_inside=row in within)
        for row in rows
        if as_rule(row).in_force and (row not in within or row.id not in striking)
    )


def told(row: Restriction, *, may_be_inside: bool = False) -> Restraint:
    """A row as the public is told of it; its `from_at` must be known."""
    if row.from_at is None:
        raise ValueError(f"restriction {row.public_id} has not begun")
    lot = row.lot or (row.stamp_run.lot if row.stamp_run else None)
    return Restraint(
        row.public_id,
        row.kind,
        "lot" if row.lot_id else "stamps" if row.stamp_run_id else "product",
        row.reason,
        row.from_at,
        row.told,
        row.decision_number,
        lot.code if lot else None,
        may_be_inside,
    )


def as_rule(row: Restriction) -> restrictions.Restriction:
    """A row as the domain judges it; its `from_at` must be known."""
    if row.from_at is None:
        raise ValueError(f"restriction {row.public_id} has not begun")
    return restrictions.Restriction(
        kind=row.kind,
        from_at=row.from_at,
        lifted_at=row.lifted_at,
        confirmed=row.kind is RestrictionKind.HOLD or row.confirmed_by_id is not None,
        stamps=None
        if row.first_index is None or row.last_index is None
        else StampRange(row.first_index, row.last_index - row.first_index + 1),
    )
