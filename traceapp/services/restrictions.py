"""Holding a lot, and recalling one: what stops goods from being used or sold, and what lets them go again.

A hold is one inspector's act. A recall is proposed by one person and confirmed by another, and ends in one of
the four ways of Circular 17/2021/TT-BNNPTNT. Nothing is taken back: lifting is a new fact beside the old one.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.errors import Conflict, Malformed
from traceapp.domain.identifiers import new_public_id
from traceapp.domain.permissions import Act, check_four_eyes, check_impartial
from traceapp.domain.restrictions import HoldReason, RecallEnding, RestrictionKind
from traceapp.domain.text import clean_line
from traceapp.i18n import shown_moment
from traceapp.models import Lot, Restriction
from traceapp.services import journal
from traceapp.services.locking import lock


def hold_lot(
    session: Session, *, actor: Actor, lot: Lot, reason: HoldReason, note: str | None = None, now: datetime
) -> Restriction:
    """Ask that nobody uses or sells the lot for now. Raises `already_held` where it is held already."""
    actor.must(Act.HOLD_LOT)
    check_impartial({actor.party_id}, lot.trade_item.party_id)
    lock(session, lot)
    for other in open_restrictions(session, lot=lot, kind=RestrictionKind.HOLD):
        raise Conflict("already_held", lot=lot.code, since=shown_moment(other.from_at or other.created_at))
    hold = _restriction(RestrictionKind.HOLD, actor, lot, reason, note, now)
    hold.from_at = now
    return _written(session, hold, actor, "held_lot", now)


def propose_recall(
    session: Session,
    *,
    actor: Actor,
    lot: Lot,
    reason: HoldReason,
    decision_number: str | None,
    note: str | None = None,
    now: datetime,
) -> Restriction:
    """Propose that the lot be given back; nothing is public until `confirm_recall`. Raises `recall_open`."""
    actor.must(Act.PROPOSE_RECALL)
    check_impartial({actor.party_id}, lot.trade_item.party_id)
    lock(session, lot)
    if open_restrictions(session, lot=lot, kind=RestrictionKind.RECALL):
        raise Conflict("recall_open", lot=lot.code)
    recall = _restriction(RestrictionKind.RECALL, actor, lot, reason, note, now)
    recall.decision_number = clean_line(decision_number or "", 60, field="decision_number") or None
    return _written(session, recall, actor, "proposed_recall", now)


def confirm_recall(session: Session, *, actor: Actor, restriction: Restriction, now: datetime) -> Restriction:
    """The second person's yes: from now on the recall is public. Raises `recall_not_open` or `four_eyes`."""
    actor.must(Act.CONFIRM_RECALL)
    lock(session, restriction)
    _check_impartial(actor, restriction)
    if restriction.kind is not RestrictionKind.RECALL or restriction.confirmed_by_id or restriction.lifted_at:
        raise Conflict("recall_not_open")
    check_four_eyes(restriction.proposed_by_id, actor.account_id)
    restriction.confirmed_by_id = actor.account_id
    restriction.from_at = now
    return _written(session, restriction, actor, "confirmed_recall", now)


def lift(
    session: Session,
    *,
    actor: Actor,
    restriction: Restriction,
    ending: RecallEnding | None = None,
    now: datetime,
) -> Restriction:
    """End a hold or a recall, or drop a recall nobody confirmed. Raises `already_lifted`, `recall_ending`."""
    actor.must(Act.LIFT_HOLD)
    lock(session, restriction)
    _check_impartial(actor, restriction)
    if restriction.lifted_at is not None:
        raise Conflict("already_lifted", since=shown_moment(restriction.lifted_at))
    proposed = restriction.kind is RestrictionKind.RECALL and restriction.confirmed_by_id is None
    recalled = restriction.kind is RestrictionKind.RECALL and not proposed
    if recalled and ending is None:
        raise Malformed("recall_ending", field="ending")
    restriction.lifted_at, restriction.lifted_by_id = now, actor.account_id
    restriction.ending = ending if recalled else None
    act = "ended_recall" if recalled else "dropped_recall" if proposed else "lifted_hold"
    return _written(session, restriction, actor, act, now)


def open_restrictions(
    session: Session, *, lot: Lot | None = None, kind: RestrictionKind | None = None
) -> Sequence[Restriction]:
    """Holds and recalls not lifted, proposals included, the newest first."""
    query = select(Restriction).where(Restriction.lifted_at.is_(None)).order_by(Restriction.id.desc())
    if lot is not None:
        query = query.where(or_(Restriction.lot_id == lot.id, Restriction.trade_item_id == lot.trade_item_id))
    if kind is not None:
        query = query.where(Restriction.kind == kind)
    return session.scalars(query).all()


def _restriction(
    kind: RestrictionKind, actor: Actor, lot: Lot, reason: HoldReason, note: str | None, now: datetime
) -> Restriction:
    return Restriction(
        kind=kind,
        lot=lot,
        reason=reason,
        note=clean_line(note or "", 300, field="note") or None,
        proposed_by_id=actor.account_id,
        demo=lot.trade_item.demo,
        public_id=new_public_id(secrets.SystemRandom()),
        created_at=now,
    )


def _check_impartial(actor: Actor, restriction: Restriction) -> None:
    item = restriction.lot.trade_item if restriction.lot else restriction.trade_item
    check_impartial({actor.party_id}, item.party_id if item else None)


def _written(
    session: Session, restriction: Restriction, actor: Actor, act: str, now: datetime
) -> Restriction:
    """Write the row and its journal entry; the entry belongs to the party whose goods they are."""
    session.add(restriction)
    session.flush()
    item = restriction.lot.trade_item if restriction.lot else restriction.trade_item
    journal.record(
        session,
        actor=actor,
        act=act,
        subject=("restriction", restriction.public_id),
        now=now,
        party_id=item.party_id if item else None,
        facts={
            "lot": restriction.lot.public_id if restriction.lot else None,
            "trade_item": item.public_id if item else None,
            "reason": restriction.reason.value,
            "decision_number": restriction.decision_number,
            "ending": restriction.ending.value if restriction.ending else None,
        },
    )
    return restriction
