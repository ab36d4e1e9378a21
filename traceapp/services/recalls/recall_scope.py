"""What a hold or a recall is about (a lot, a whole product, stamps of a run), and how far it reaches.

Asked before anybody proposes and again before somebody confirms: how many lots and stamps it strikes, how
many of them people have already scanned, and where they said they were.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy import or_ as any_of
from sqlalchemy.orm import Session

from traceapp.domain.restrictions import RestrictionKind
from traceapp.domain.stamps import StampRange
from traceapp.models import Lot, Restriction, StampRun, TradeItem
from traceapp.models.base import Base
from traceapp.services.case_reach import possible, softened
from traceapp.services.nesting import (
    around,
    each_around,
    inside,
    lots_around,
    lots_inside,
    whole_runs_inside,
)

Kind = Literal["product", "lot", "stamps"]


@dataclass(frozen=True, slots=True)
class About:
    """The goods: a whole product, unless a lot or a run narrows it; `stretch` None is the whole run."""

    item: TradeItem
    lot: Lot | None = None
    run: StampRun | None = None
    stretch: StampRange | None = None

    @property
    def row(self) -> Base:
        """The record it hangs on."""
        return self.run or self.lot or self.item

    @property
    def any_lot(self) -> Lot | None:
        """The lot it names, or the one whose stamps it names."""
        return self.lot or (self.run.lot if self.run else None)

    @property
    def name(self) -> str:
        """How a refusal names it: the lot's code, the run, or the product."""
        if self.lot is not None:
            return self.lot.code
        return self.run.public_id if self.run else self.item.name_vi

    @property
    def kind(self) -> Kind:
        """`lot`, `stamps` or `product`."""
        return "lot" if self.lot else "stamps" if self.run else "product"

    def covers(self, other: "About") -> bool:
        """Whether all of the other goods are among these."""
        if self.lot is not None:
            return self.lot is other.lot or (other.run is not None and other.run.lot_id == self.lot.id)
        if self.run is not None:
            whole = StampRange(0, self.run.count)
            mine, theirs = self.stretch or whole, other.stretch or whole
            return self.run is other.run and mine.first <= theirs.first and theirs.last <= mine.last
        return self.item is other.item

    def facts(self) -> dict[str, object]:
        """For the journal."""
        told: dict[str, object] = {
            "lot": self.lot.public_id if self.lot else None,
            "trade_item": self.item.public_id,
        }
        if self.run is not None:
            told["run"] = self.run.public_id
        if self.stretch is not None:
            told |= {"first": self.stretch.first, "last": self.stretch.last}
        return told


def of_lot(lot: Lot) -> About:
    """One lot."""
    return About(lot.trade_item, lot=lot)


def of_stamps(run: StampRun, stretch: StampRange | None) -> About:
    """Stamps of a run; a stretch that is all of it is the whole run."""
    whole = StampRange(0, run.count)
    return About(run.trade_item, run=run, stretch=None if stretch == whole else stretch)


def again(session: Session, about: About) -> About:
    """The same goods, read by another session."""
    return About(
        session.get_one(TradeItem, about.item.id),
        session.get_one(Lot, about.lot.id) if about.lot else None,
        session.get_one(StampRun, about.run.id) if about.run else None,
        about.stretch,
    )


def about_of(row: Restriction) -> About:
    """What a restriction is about."""
    if row.lot is not None:
        return of_lot(row.lot)
    if row.stamp_run is not None:
        return of_stamps(row.stamp_run, stretch_of(row))
    if row.trade_item is None:
        raise ValueError(f"restriction {row.public_id} is about nothing")
    return About(row.trade_item)


def outranked(rows: Sequence[Restriction]) -> dict[Restriction, Restriction]:
    """Holds all of whose goods a recall among these rows strikes, each with that recall: it outranks them."""
    recalls = [(row, about_of(row)) for row in rows if row.kind is RestrictionKind.RECALL]
    found: dict[Restriction, Restriction] = {}
    for row in rows:
        if row.kind is RestrictionKind.HOLD and recalls:
            about = about_of(row)
            over = next((recall for recall, recalled in recalls if recalled.covers(about)), None)
            found |= {row: over} if over is not None else {}
    return found


def stretch_of(row: Restriction) -> StampRange | None:
    """The stretch of its run, as the domain counts; None where it narrows nothing."""
    if row.first_index is None or row.last_index is None:
        return None
    return StampRange(row.first_index, row.last_index - row.first_index + 1)


def standing_over(session: Session, about: About, kind: RestrictionKind | None = None) -> list[Restriction]:
    """Holds and recalls not lifted, proposals included, that strike all of the goods; the newest first."""
    query = select(Restriction).where(Restriction.lifted_at.is_(None), _over(about))
    if kind is not None:
        query = query.where(Restriction.kind == kind)
    rows = softened(session, session.scalars(query.order_by(Restriction.id.desc())), about.any_lot)
    return [row for row in rows if _holds(row, about)]


def standing_within(session: Session, about: About, kind: RestrictionKind | None = None) -> list[Restriction]:
    """Those that strike only stamps of a lot, or only lots and stamps of a product; the newest first."""
    if about.run is not None:
        return []
    narrower: list[ColumnElement[bool]] = [
        Restriction.stamp_run_id.in_(select(StampRun.id).where(_of_runs(about)))
    ]
    if about.lot is None:
        narrower.append(
            Restriction.lot_id.in_(select(Lot.id).where(Lot.trade_item_id.in_(items_struck(about.item))))
        )
    else:
        cases = Restriction.lot_id.in_(lots_struck(about.lot))
        narrower.append(and_(cases, Restriction.lot_id != about.lot.id))
        narrower.append(Restriction.id.in_([row.id for row in possible(session, about.lot)]))
    query = select(Restriction).where(Restriction.lifted_at.is_(None), any_of(*narrower))
    if kind is not None:
        query = query.where(Restriction.kind == kind)
    return list(session.scalars(query.order_by(Restriction.id.desc())))


def _over(about: About) -> ColumnElement[bool]:
    wider: list[ColumnElement[bool]] = [Restriction.trade_item_id.in_(inside(about.item))]
    lot = about.any_lot
    wider += [Restriction.lot_id.in_(lots_inside(lot)), whole_runs_inside(lot)] if lot else []
    wider += [Restriction.stamp_run_id == about.run.id] if about.run else []
    return any_of(*wider)


def _holds(row: Restriction, about: About) -> bool:
    held = stretch_of(row)
    if row.stamp_run_id is None or held is None or about.run is None:
        return True
    return held.holds(about.stretch or StampRange(0, about.run.count))


def lots_of(session: Session, about: About) -> list[Lot]:
    """The lots that it strikes, wholly or in part; those of cases around them too, of stamps as of a lot."""
    if about.run is not None and about.run.lot is None:
        return []
    return list(session.scalars(select(Lot).where(_lots_struck(about)).order_by(Lot.id)))


def _lots_struck(about: About) -> ColumnElement[bool]:
    lot = about.any_lot
    return Lot.id.in_(lots_struck(lot)) if lot else Lot.trade_item_id.in_(items_struck(about.item))


def latest_lots(session: Session, abouts: Iterable[About]) -> list[Lot | None]:
    """Of each the lot that is looked at first: the one it names, or the newest that it strikes."""
    abouts = list(abouts)
    every = each_around({one.item.id for one in abouts if one.kind == "product"})
    newest = select(every.c.root, func.max(Lot.id)).join(Lot, Lot.trade_item_id == every.c.item)
    rows = session.execute(newest.group_by(every.c.root))
    found: dict[int, int] = {row[0]: row[1] for row in rows}
    lots = {one.id: one for one in session.scalars(select(Lot).where(Lot.id.in_(found.values())))}
    return [
        lots.get(found.get(one.item.id, 0))
        if one.kind == "product"
        else one.lot or (one.run.lot if one.run else None)
        for one in abouts
    ]


def items_struck(item: TradeItem) -> Select[int]:
    """The product and the cases that hold it."""
    return around(select(TradeItem.id).where(TradeItem.id == item.id))


def lots_struck(lot: Lot) -> Select[int]:
    """The lot and those of the cases that hold it."""
    return lots_around(select(Lot.id).where(Lot.id == lot.id))


def _of_runs(about: About) -> ColumnElement[bool]:
    """The runs of stamps on the goods, and on the cases that hold them."""
    if about.lot is not None:
        return StampRun.lot_id.in_(lots_struck(about.lot))
    return StampRun.trade_item_id.in_(items_struck(about.item))
