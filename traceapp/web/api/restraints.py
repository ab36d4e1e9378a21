"""Holding goods, and recalling them, by a program of an inspectorate or the province.

A hold is told to everybody at once; a recall is proposed by one person and confirmed, or refused, by another.
"""

from datetime import date
from typing import Any, TypeVar

from flask import Response
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.errors import Malformed, NotFound
from traceapp.domain.permissions import Act
from traceapp.domain.restrictions import HoldReason, RecallEnding, RestrictionKind
from traceapp.domain.stamps import StampRange
from traceapp.domain.trade_items import Unit
from traceapp.extensions import reader
from traceapp.i18n import N_
from traceapp.models import Lot, Restriction, StampRun, TradeItem
from traceapp.services.public import open_records
from traceapp.services.recalls import restriction_steps, restrictions
from traceapp.services.recalls.recall_scope import About, of_lot, of_stamps
from traceapp.web.api import shapes, showing
from traceapp.web.api.acting import NEEDS_KEY, caller, once
from traceapp.web.api.book import RESTRAINTS, acts, door
from traceapp.web.api.refusals import refused
from traceapp.web.api.restraint_shapes import Restraint, Restraints, restraint, restraints
from traceapp.web.languages import now

act = acts(RESTRAINTS, Restraint)


class RestraintWish(shapes.Question):
    """What is asked of whoever holds which goods: one of a lot, a product, a run of stamps, and why."""

    kind: RestrictionKind
    lot: str | None = Field(None, pattern=shapes.PUBLIC_ID, description=N_("Mã công khai của lô"))
    trade_item: str | None = Field(
        None, pattern=shapes.PUBLIC_ID, description=N_("Mã công khai của sản phẩm: mọi lô, mọi tem")
    )
    run: str | None = Field(None, pattern=shapes.PUBLIC_ID, description=N_("Mã đợt tem"))
    first: int | None = Field(None, ge=1, description=N_("Chỉ từ tem thứ mấy của đợt"))
    last: int | None = Field(None, ge=1, description=N_("Đến tem thứ mấy"))
    reason: HoldReason
    told: str | None = Field(None, max_length=500, description=N_("Lời nhắn cho người mua, hiện công khai"))
    note: str | None = Field(None, max_length=300, description=N_("Ghi chú nội bộ"))
    decision_number: str | None = Field(None, max_length=60, description=N_("Số quyết định"))


class OutcomeWish(shapes.Question):
    """What became of recalled goods: how much came back, and how much of it was dealt with."""

    recovered: shapes.Amount
    handled: shapes.Amount
    unit: Unit = Unit.PIECE


class LiftWish(shapes.Question):
    """How it ends."""

    outcome: OutcomeWish | None = Field(None, description=N_("Với thu hồi: hàng đã xử lý ra sao"))
    ending: RecallEnding | None = Field(None, description=N_("Cách kết thúc; bắt buộc với thu hồi"))
    reason: str = Field("", max_length=300, description=N_("Vì sao kết thúc; bắt buộc với tạm dừng"))


class RefusalWish(shapes.Question):
    """Why not."""

    reason: str = Field(min_length=1, max_length=300)


class ExtensionWish(shapes.Question):
    """Until when a hold goes on at least, and why."""

    review_on: date
    reason: str = Field(min_length=1, max_length=300)


class RestraintQuestion(shapes.Paging):
    """Which holds and recalls."""

    kind: RestrictionKind | None = None
    open: bool = Field(True, description=N_("Chỉ những lệnh chưa gỡ và đề nghị chưa trả lời"))


@door.get(
    "/restraints",
    summary=N_("Các lệnh tạm dừng, thu hồi và đề nghị thu hồi"),
    tags=[RESTRAINTS],
    responses={200: Restraints, **refused(401, 403)},
    security=NEEDS_KEY,
)
def list_restraints(query: RestraintQuestion) -> Response:
    """What stands, for those who act."""
    caller().must(Act.FOLLOW_RECALL)
    asked = select(Restriction)
    if query.kind is not None:
        asked = asked.where(Restriction.kind == query.kind)
    if query.open:
        asked = asked.where(Restriction.lifted_at.is_(None))
    page = open_records.page_of(reader(), asked, after=query.after, limit=query.limit)
    shown = restraints(reader(), page.records)
    return showing.answer(Restraints(items=shown, next=page.following))


@door.get(
    "/restraints/<public_id>",
    summary=N_("Một lệnh tạm dừng hoặc thu hồi"),
    tags=[RESTRAINTS],
    responses={200: Restraint, **refused(401, 403, 404)},
    security=NEEDS_KEY,
)
def read_restraint(path: shapes.Named) -> Response:
    """One of them, also when it is over."""
    return showing.answer(restraint(reader(), _named(reader(), caller(), path)))


@act(
    "/restraints",
    summary=N_("Tạm dừng (có hiệu lực ngay) hoặc đề nghị thu hồi một lô, một sản phẩm, một đoạn tem"),
)
@once
def restrain(session: Session, actor: Actor, body: RestraintWish) -> Restraint:
    """Hold goods, or propose that they be recalled."""
    actor.must(Act.HOLD_LOT if body.kind is RestrictionKind.HOLD else Act.PROPOSE_RECALL)
    wish: dict[str, Any] = {
        "actor": actor,
        "about": _about(session, body),
        "reason": body.reason,
        "note": body.note,
        "told": body.told,
        "now": now(),
    }
    if body.kind is RestrictionKind.HOLD:
        return restraint(session, restrictions.hold(session, **wish))
    made = restrictions.propose_recall(session, decision_number=body.decision_number, **wish)
    return restraint(session, made)


@act(
    "/restraints/<public_id>/confirm",
    summary=N_("Duyệt một đề nghị thu hồi; người duyệt phải khác người đề nghị"),
)
@once
def confirm_recall(session: Session, actor: Actor, path: shapes.Named) -> Restraint:
    """Confirm a recall."""
    row = _named(session, actor, path)
    restrictions.confirm_recall(session, actor=actor, restriction=row, now=now())
    return restraint(session, row)


@act(
    "/restraints/<public_id>/refuse",
    summary=N_("Từ chối một đề nghị thu hồi; người từ chối phải khác người đề nghị"),
)
@once
def refuse_recall(session: Session, actor: Actor, path: shapes.Named, body: RefusalWish) -> Restraint:
    """The second person's no."""
    row = _named(session, actor, path)
    restriction_steps.refuse_recall(session, actor=actor, restriction=row, reason=body.reason, now=now())
    return restraint(session, row)


@act("/restraints/<public_id>/drop", summary=N_("Người đề nghị rút lại đề nghị thu hồi"))
@once
def drop_proposal(session: Session, actor: Actor, path: shapes.Named) -> Restraint:
    """Take a proposal back."""
    row = _named(session, actor, path)
    restriction_steps.drop_proposal(session, actor=actor, restriction=row, now=now())
    return restraint(session, row)


@act("/restraints/<public_id>/extend", summary=N_("Gia hạn một lệnh tạm dừng: ngày xem lại muộn hơn"))
@once
def extend_hold(session: Session, actor: Actor, path: shapes.Named, body: ExtensionWish) -> Restraint:
    """Look at a hold again on a later day."""
    row = _named(session, actor, path)
    restriction_steps.extend_hold(
        session, actor=actor, restriction=row, review_on=body.review_on, reason=body.reason, now=now()
    )
    return restraint(session, row)


@act("/restraints/<public_id>/lift", summary=N_("Gỡ tạm dừng, hoặc kết thúc thu hồi"))
@once
def lift(session: Session, actor: Actor, path: shapes.Named, body: LiftWish) -> Restraint:
    """End a hold or a recall."""
    row, told = _named(session, actor, path), body.outcome
    restrictions.lift(
        session,
        actor=actor,
        restriction=row,
        ending=body.ending,
        outcome=restrictions.Outcome(told.recovered, told.handled, told.unit) if told else None,
        reason=body.reason,
        now=now(),
    )
    return restraint(session, row)


def _named(session: Session, actor: Actor, path: shapes.Named) -> Restriction:
    """The one that is named, for those who follow it."""
    actor.must(Act.FOLLOW_RECALL)
    return restrictions.find_restriction(session, path.public_id)


def _about(session: Session, wish: RestraintWish) -> About:
    """The goods. Raises `restraint_goods` where not one kind is named, `restraint_stretch` for no stretch."""
    if sum(named is not None for named in (wish.lot, wish.trade_item, wish.run)) != 1:
        raise Malformed("restraint_goods")
    if wish.lot is not None:
        return of_lot(_goods(session, Lot, wish.lot))
    if wish.trade_item is not None:
        return About(_goods(session, TradeItem, wish.trade_item))
    run = _goods(session, StampRun, wish.run or "")
    first, last = wish.first or 1, wish.last or run.count
    if not first <= last <= run.count:
        raise Malformed("restraint_stretch", given=f"{first}-{last}", expected=run.count)
    return of_stamps(run, StampRange(first - 1, last - first + 1))


Row = TypeVar("Row", Lot, TradeItem, StampRun)


def _goods(session: Session, kind: type[Row], public_id: str) -> Row:
    row = session.scalar(select(kind).where(kind.public_id == public_id.upper()))
    if row is None:
        raise NotFound("no_such_record")
    return row
