"""What may happen to a hold or a recall on its way: a hold extended, a proposal taken back or refused."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.days import today_in_vietnam
from traceapp.domain.errors import Conflict, Malformed, NotAllowed
from traceapp.domain.permissions import Act, check_four_eyes
from traceapp.domain.restrictions import RestrictionKind
from traceapp.domain.text import given_reason
from traceapp.models import HoldExtension, Restriction
from traceapp.services.locking import lock
from traceapp.services.recalls.restriction_rows import MOST_REASON, check_open, lock_proposal, write


def extend_hold(
    session: Session, *, actor: Actor, restriction: Restriction, review_on: date, reason: str, now: datetime
) -> HoldExtension:
    """Look at a hold again on a later day. Raises `already_lifted`, `hold_only`, `review_day`."""
    actor.must(Act.LIFT_HOLD)
    lock(session, restriction)
    check_open(actor, restriction)
    if restriction.kind is not RestrictionKind.HOLD:
        raise Conflict("hold_only")
    earliest = max(today_in_vietnam(now), restriction.review_on or date.min)
    if review_on <= earliest:
        raise Malformed("review_day", field="review_on", given=review_on, expected=earliest)
    row = HoldExtension(
        restriction_id=restriction.id,
        review_on=review_on,
        reason=given_reason(reason, MOST_REASON),
        extended_by_id=actor.account_id,
        created_at=now,
    )
    restriction.review_on = review_on
    session.add(row)
    write(session, restriction, actor, "extended_hold", now, {"review_on": review_on})
    return row


def drop_proposal(session: Session, *, actor: Actor, restriction: Restriction, now: datetime) -> Restriction:
    """Who proposed a recall takes it back. Raises `recall_not_open`, `proposal_of_another`."""
    actor.must(Act.PROPOSE_RECALL)
    lock_proposal(session, actor, restriction)
    if restriction.proposed_by_id != actor.account_id:
        raise NotAllowed("proposal_of_another")
    restriction.lifted_at, restriction.lifted_by_id = now, actor.account_id
    return write(session, restriction, actor, "dropped_recall", now)


def refuse_recall(
    session: Session, *, actor: Actor, restriction: Restriction, reason: str, now: datetime
) -> Restriction:
    """The second person's no, with a reason. Raises `recall_not_open`, `four_eyes`, `reason_missing`."""
    actor.must(Act.CONFIRM_RECALL)
    lock_proposal(session, actor, restriction)
    check_four_eyes(restriction.proposed_by_id, actor.account_id)
    restriction.closing = given_reason(reason, MOST_REASON)
    restriction.lifted_at, restriction.lifted_by_id = now, actor.account_id
    return write(session, restriction, actor, "refused_recall", now)


def list_extensions(session: Session, restriction: Restriction) -> list[HoldExtension]:
    """How often a hold was extended, the first time first."""
    query = select(HoldExtension).where(HoldExtension.restriction_id == restriction.id)
    return list(session.scalars(query.order_by(HoldExtension.id)))
