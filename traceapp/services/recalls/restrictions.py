"""Holding goods, and recalling them: what stops goods from being used or sold, and what lets them go again.

A hold is one inspector's act. A recall is proposed by one person and confirmed by another, and ends in one of
the four ways of Circular 17/2021/TT-BNNPTNT. Nothing is taken back: lifting is a new fact beside the old one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.days import today_in_vietnam
from traceapp.domain.errors import Conflict, Malformed, NotFound
from traceapp.domain.numbers import format_number
from traceapp.domain.permissions import Act, check_four_eyes, check_impartial
from traceapp.domain.restrictions import HoldReason, RecallEnding, RestrictionKind
from traceapp.domain.text import clean_line, clean_text, given_reason
from traceapp.domain.trade_items import Unit
from traceapp.i18n import shown_moment
from traceapp.models import Lot, RecallOutcome, Restriction, StampRun, TradeItem
from traceapp.services.locking import lock, lock_lots
from traceapp.services.nesting import inside, lots_inside
from traceapp.services.recalls.recall_notices import tell_holders
from traceapp.services.recalls.recall_scope import About, about_of, lots_of, of_lot, standing_over
from traceapp.services.recalls.restriction_rows import (
    MOST_REASON,
    check_open,
    lock_proposal,
    new_restriction,
    write,
)

REVIEW_WITHIN: Final = timedelta(days=10)
"""When a hold is to be looked at again if nobody says otherwise. It never ends by itself."""


def hold_lot(
    session: Session, *, actor: Actor, lot: Lot, reason: HoldReason, note: str | None = None, now: datetime
) -> Restriction:
    """Ask that nobody uses or sells the lot for now. Raises `already_held` where it is held already."""
    return hold(session, actor=actor, about=of_lot(lot), reason=reason, note=note, now=now)


def hold(
    session: Session,
    *,
    actor: Actor,
    about: About,
    reason: HoldReason,
    note: str | None = None,
    told: str | None = None,
    now: datetime,
) -> Restriction:
    """Ask that nobody uses or sells the goods for now. Raises `already_held` where all of them are held."""
    actor.must(Act.HOLD_LOT)
    check_impartial({actor.party_id}, about.item.party_id)
    lock(session, about.row)
    for other in standing_over(session, about, RestrictionKind.HOLD):
        since = shown_moment(other.from_at or other.created_at)
        raise Conflict("already_held" if about.lot else "goods_held", lot=about.name, since=since)
    held = new_restriction(RestrictionKind.HOLD, actor, about, reason, note, told, now)
    held.from_at = now
    held.review_on = today_in_vietnam(now + REVIEW_WITHIN)
    return write(session, held, actor, "held_lot" if about.lot else "held_goods", now)


def propose_recall(
    session: Session,
    *,
    actor: Actor,
    lot: Lot | None = None,
    about: About | None = None,
    reason: HoldReason,
    decision_number: str | None,
    note: str | None = None,
    told: str | None = None,
    now: datetime,
) -> Restriction:
    """Propose that the goods be given back; public once confirmed. Raises `recall_open`, `goods_recalled`.

    A proposal that nobody has answered is in the way of the same goods only: narrower ones may be urgent.
    """
    actor.must(Act.PROPOSE_RECALL)
    goods = about or (of_lot(lot) if lot is not None else None)
    if goods is None:
        raise NotFound("no_such_record")
    check_impartial({actor.party_id}, goods.item.party_id)
    lock(session, goods.row)
    standing = standing_over(session, goods, RestrictionKind.RECALL)
    if any(row.from_at is not None or about_of(row) == goods for row in standing):
        raise Conflict("recall_open" if goods.lot else "goods_recalled", lot=goods.name)
    recall = new_restriction(RestrictionKind.RECALL, actor, goods, reason, note, told, now)
    recall.decision_number = clean_line(decision_number or "", 60, field="decision_number") or None
    return write(session, recall, actor, "proposed_recall", now)


def confirm_recall(session: Session, *, actor: Actor, restriction: Restriction, now: datetime) -> Restriction:
    """The second person's yes: from now on the recall is public. Raises `recall_not_open` or `four_eyes`."""
    actor.must(Act.CONFIRM_RECALL)
    lock_proposal(session, actor, restriction)
    check_four_eyes(restriction.proposed_by_id, actor.account_id)
    restriction.confirmed_by_id = actor.account_id
    restriction.from_at = now
    lock_lots(session, lots_of(session, about_of(restriction)))  # a movement being written is waited for
    told = tell_holders(session, restriction=restriction, now=now)
    return write(session, restriction, actor, "confirmed_recall", now, {"told": told})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of recalled goods: how much came back, and how much of it was dealt with."""

    recovered: Decimal
    handled: Decimal
    unit: Unit


def lift(
    session: Session,
    *,
    actor: Actor,
    restriction: Restriction,
    ending: RecallEnding | None = None,
    outcome: Outcome | None = None,
    reason: str = "",
    now: datetime,
) -> Restriction:
    """End a hold, saying why, or a recall, saying how.

    Raises `already_lifted`, `recall_not_confirmed`, `recall_ending`, `outcome_more`, `reason_missing`.
    """
    actor.must(Act.LIFT_HOLD)
    lock(session, restriction)
    check_open(actor, restriction)
    recalled = restriction.kind is RestrictionKind.RECALL
    if recalled and restriction.confirmed_by_id is None:
        raise Conflict("recall_not_confirmed")
    if recalled and ending is None:
        raise Malformed("recall_ending", field="ending")
    said = clean_text(reason, MOST_REASON, field="reason") if recalled else given_reason(reason, MOST_REASON)
    restriction.closing = said or None
    restriction.lifted_at, restriction.lifted_by_id = now, actor.account_id
    restriction.ending = ending if recalled else None
    more: dict[str, object] = {}
    if recalled and outcome is not None:
        _keep_outcome(session, restriction, outcome, now)
        more = {
            "recovered": str(outcome.recovered),
            "handled": str(outcome.handled),
            "unit": outcome.unit.value,
        }
    return write(session, restriction, actor, "ended_recall" if recalled else "lifted_hold", now, more)


def _keep_outcome(session: Session, restriction: Restriction, outcome: Outcome, now: datetime) -> None:
    if outcome.handled > outcome.recovered:
        given, expected = format_number(outcome.handled), format_number(outcome.recovered)
        raise Malformed("outcome_more", field="handled", given=given, expected=expected)
    session.add(
        RecallOutcome(
            restriction_id=restriction.id,
            recovered=outcome.recovered,
            handled=outcome.handled,
            unit=outcome.unit,
            created_at=now,
        )
    )


def outcome_of(session: Session, restriction: Restriction) -> RecallOutcome | None:
    """What became of the goods of a recall that has ended; None where nobody said."""
    return session.scalar(select(RecallOutcome).where(RecallOutcome.restriction_id == restriction.id))


def outcomes_of(session: Session, restrictions: Sequence[Restriction]) -> dict[int, RecallOutcome]:
    """The same of several, by the restriction's id."""
    ids = {one.id for one in restrictions}
    rows = session.scalars(select(RecallOutcome).where(RecallOutcome.restriction_id.in_(ids)))
    return {row.restriction_id: row for row in rows}


def open_restrictions(
    session: Session,
    *,
    lot: Lot | None = None,
    kind: RestrictionKind | None = None,
    party_id: int | None = None,
    before: int | None = None,
    limit: int | None = None,
) -> Sequence[Restriction]:
    """Holds and recalls not lifted, proposals included, the newest first; of goods of a party where asked.

    ``before`` pages backward, ``limit`` rows at a time.
    """
    query = select(Restriction).where(Restriction.lifted_at.is_(None)).order_by(Restriction.id.desc())
    if lot is not None:
        of_product = Restriction.trade_item_id.in_(inside(lot.trade_item))
        query = query.where(or_(Restriction.lot_id.in_(lots_inside(lot)), of_product))
    if kind is not None:
        query = query.where(Restriction.kind == kind)
    if party_id is not None:
        query = query.where(_of_party(party_id))
    if before is not None:
        query = query.where(Restriction.id < before)
    return session.scalars(query.limit(limit)).all()


def _of_party(party_id: int) -> ColumnElement[bool]:
    """About goods, lots or stamps of one party."""
    items = select(TradeItem.id).where(TradeItem.party_id == party_id)
    return or_(
        Restriction.trade_item_id.in_(items),
        Restriction.lot_id.in_(select(Lot.id).where(Lot.trade_item_id.in_(items))),
        Restriction.stamp_run_id.in_(select(StampRun.id).where(StampRun.trade_item_id.in_(items))),
    )


def count_open(session: Session) -> int:
    """How many holds and recalls are not lifted, proposals included."""
    query = select(func.count()).select_from(Restriction).where(Restriction.lifted_at.is_(None))
    return session.scalar(query) or 0


def count_proposed(session: Session, *, to: Actor) -> int:
    """How many recalls wait for a second person, the one who asks: their own proposals wait for another."""
    waiting = (Restriction.lifted_at.is_(None), Restriction.from_at.is_(None))
    query = select(func.count()).select_from(Restriction)
    return session.scalar(query.where(*waiting, Restriction.proposed_by_id != to.account_id)) or 0


def find_restriction(session: Session, public_id: str) -> Restriction:
    """The one of that name. Raises `NotFound`."""
    found = session.scalar(select(Restriction).where(Restriction.public_id == public_id.upper()))
    if found is None:
        raise NotFound("no_such_record")
    return found
