"""Recalls as anybody may read them: what, which lots or stamps, why, since when, and how it ended.

A hold is told while it lasts; once lifted it keeps its address. A recall that has ended stays with its
ending. Goods of a party that the province suspended later are told of all the same: who holds them must still
know. Who received the goods is never told.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from traceapp.domain.days import today_in_vietnam
from traceapp.domain.errors import NotFound
from traceapp.domain.parties import PartyState
from traceapp.domain.restrictions import HoldReason, RecallEnding, RestrictionKind
from traceapp.domain.stamps import StampRange
from traceapp.models import Lot, Party, Restriction, StampRun, TradeItem
from traceapp.services.public import publishing
from traceapp.services.public.passport import Batch, Product
from traceapp.services.recalls import recall_scope
from traceapp.services.recalls.restrictions import Outcome, outcome_of

TOLD_OF = (PartyState.APPROVED, PartyState.SUSPENDED)
MOST_LOTS = 200


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


def recall_record(session: Session, public_id: str, *, now: datetime) -> Notice:
    """One hold or recall that was public, also when it is over. Raises `NotFound` `recall_unknown`."""
    row = session.scalar(published(Restriction.public_id == public_id.upper()))
    if row is None:
        raise NotFound("recall_unknown", given=public_id)
    kept = outcome_of(session, row)
    outcome = Outcome(kept.recovered, kept.handled, kept.unit) if kept else None
    return replace(_notice(row, now, session), outcome=outcome)


def published_recalls() -> Select[Restriction]:
    """Recalls that two people decided, ended ones too, of goods that are told of."""
    return published(Restriction.kind == RestrictionKind.RECALL)


def published(*which: ColumnElement[bool]) -> Select[Restriction]:
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
