"""Recalls as anybody may read them: what, which lots or stamps, why, since when, and how it ended.

A hold is told while it lasts; once lifted it keeps its address, and stands in no list but the feed, which
tells of the lifting for a month: whoever read of the hold there must read of its end. A recall that has
ended stays with its ending. Goods of a party that the province suspended later are told of all the same: who
holds them must still know. Who received the goods is never told.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from traceapp.domain.days import today_in_vietnam
from traceapp.domain.errors import NotFound
from traceapp.domain.parties import PartyState
from traceapp.domain.restrictions import HoldReason, RecallEnding, RestrictionKind
from traceapp.domain.stamps import StampRange
from traceapp.models import Lot, Party, Restriction, StampRun, TradeItem
from traceapp.services.public import publishing
from traceapp.services.public.passport import Batch, Product
from traceapp.services.recalls import recall_scope
from traceapp.services.recalls.restraints import as_rule
from traceapp.services.recalls.restrictions import Outcome, outcome_of

TOLD_OF = (PartyState.APPROVED, PartyState.SUSPENDED)
MOST_LOTS = 200
LIFTING_TOLD = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Stamps:
    """Stamps of one run: `stretch` by their index, `whole` where it is all of it."""

    run: str
    stretch: StampRange
    whole: bool


@dataclass(frozen=True, slots=True)
class Notice:
    """A hold or recall with the goods it is about; `lots` are those a recall of a whole product strikes."""

    public_id: str
    kind: RestrictionKind
    reason: HoldReason
    told: str | None
    from_at: datetime
    lifted_at: datetime | None
    ending: RecallEnding | None
    decision_number: str | None
    product: Product
    batch: Batch | None
    stamps: Stamps | None
    demo: bool
    lots: tuple[str, ...] = ()
    outcome: Outcome | None = None
    held_since: datetime | None = None  # a recall of goods that are held as well: one entry for both

    @property
    def lot(self) -> str | None:
        """The code of the lot, where it is about one or about stamps of one."""
        return self.batch.code if self.batch else None

    @property
    def about(self) -> str:
        """`stamps`, `lot` or `product`."""
        return "stamps" if self.stamps else "lot" if self.batch else "product"

    @property
    def changed_at(self) -> datetime:
        """When it began or, later, ended."""
        return self.lifted_at or self.from_at

    @property
    def steps_facts(self) -> dict[str, object]:
        """What the steps under a recall name."""
        return {"lot": self.lot or "", "recalled_lot": self.about == "lot", "date": ""}


def list_recalls(session: Session, *, now: datetime, limit: int = 100) -> tuple[Notice, ...]:
    """Recalls and holds in force, recalls first, the latest first; a hold of what is recalled within it."""
    order = (Restriction.kind.desc(), Restriction.from_at.desc(), Restriction.id.desc())
    rows = session.scalars(_published(Restriction.lifted_at.is_(None)).order_by(*order).limit(limit))
    return _folded([row for row in rows if as_rule(row).in_force], now)


def _folded(rows: Sequence[Restriction], now: datetime) -> tuple[Notice, ...]:
    outranked = recall_scope.outranked(rows)
    since: dict[Restriction, datetime] = {}
    for hold, recall in outranked.items():
        if hold.from_at is not None:
            since[recall] = min(hold.from_at, since.get(recall, hold.from_at))
    kept = (row for row in rows if row not in outranked)
    return tuple(replace(_notice(row, now), held_since=since.get(row)) for row in kept)


def list_ended(session: Session, *, now: datetime, limit: int = 100) -> tuple[Notice, ...]:
    """Recalls that have ended, the latest first."""
    query = _published(Restriction.lifted_at.is_not(None), Restriction.kind == RestrictionKind.RECALL)
    rows = session.scalars(query.order_by(Restriction.lifted_at.desc(), Restriction.id.desc()).limit(limit))
    return tuple(_notice(row, now) for row in rows)


def latest_changes(session: Session, *, now: datetime, limit: int = 50) -> tuple[Notice, ...]:
    """Recalls and holds begun or ended, the latest change first: what a feed tells."""
    changed_at = func.coalesce(Restriction.lifted_at, Restriction.from_at)
    told = or_(
        Restriction.kind == RestrictionKind.RECALL,
        Restriction.lifted_at.is_(None),
        Restriction.lifted_at > now - LIFTING_TOLD,
    )
    query = _published(told).options(
        joinedload(Restriction.trade_item).joinedload(TradeItem.party),
        joinedload(Restriction.lot).joinedload(Lot.trade_item).joinedload(TradeItem.party),
        joinedload(Restriction.stamp_run).joinedload(StampRun.trade_item).joinedload(TradeItem.party),
    )
    rows = session.scalars(query.order_by(changed_at.desc(), Restriction.public_id.desc()).limit(limit))
    return tuple(_notice(row, now) for row in rows)


def recall_record(session: Session, public_id: str, *, now: datetime) -> Notice:
    """One hold or recall that was public, also when it is over. Raises `NotFound` `recall_unknown`."""
    row = session.scalar(_published(Restriction.public_id == public_id.upper()))
    if row is None:
        raise NotFound("recall_unknown", given=public_id)
    kept = outcome_of(session, row)
    outcome = Outcome(kept.recovered, kept.handled, kept.unit) if kept else None
    return replace(_notice(row, now, session), outcome=outcome)


def published_recalls() -> Select[Restriction]:
    """Recalls that two people decided, ended ones too, of goods that are told of."""
    return _published(Restriction.kind == RestrictionKind.RECALL)


def _published(*which: ColumnElement[bool]) -> Select[Restriction]:
    """Begun and, for a recall, confirmed; of goods whose party is or was approved."""
    return (
        select(Restriction)
        .outerjoin(StampRun, StampRun.id == Restriction.stamp_run_id)
        .outerjoin(Lot, Lot.id == Restriction.lot_id)
        .join(
            TradeItem,
            or_(
                TradeItem.id == Restriction.trade_item_id,
                TradeItem.id == Lot.trade_item_id,
                TradeItem.id == StampRun.trade_item_id,
            ),
        )
        .join(Party, Party.id == TradeItem.party_id)
        .where(
            Party.state.in_(TOLD_OF),
            Restriction.from_at.is_not(None),
            or_(Restriction.kind == RestrictionKind.HOLD, Restriction.confirmed_by_id.is_not(None)),
            *which,
        )
    )


def notice_of(row: Restriction, now: datetime) -> Notice:
    """A restriction as the public is told of it, for whoever may read of it anyway."""
    return _notice(row, now)


def _notice(row: Restriction, now: datetime, session: Session | None = None) -> Notice:
    if row.from_at is None:
        raise ValueError(f"restriction {row.public_id} has not begun")
    about, today = recall_scope.about_of(row), today_in_vietnam(now)
    lot = about.lot or (about.run.lot if about.run else None)
    return Notice(
        public_id=row.public_id,
        kind=row.kind,
        reason=row.reason,
        told=row.told,
        from_at=row.from_at,
        lifted_at=row.lifted_at,
        ending=row.ending,
        decision_number=row.decision_number,
        product=publishing.product(about.item, today),
        batch=publishing.batch(lot, today) if lot else None,
        stamps=None
        if about.run is None
        else Stamps(about.run.public_id, about.stretch or StampRange(0, about.run.count), not about.stretch),
        demo=row.demo,
        lots=_codes(session, about) if session is not None and about.kind == "product" else (),
    )


def _codes(session: Session, about: recall_scope.About) -> tuple[str, ...]:
    struck = Lot.trade_item_id.in_(recall_scope.items_struck(about.item))
    codes = session.scalars(select(Lot.code).where(struck).order_by(Lot.id.desc()).limit(MOST_LOTS))
    return tuple(dict.fromkeys(codes))  # a case's lot may bear the code of what is in it
