"""Holding goods, and recalling them, by a program of an inspectorate or the province.

A hold is told to everybody at once; a recall is proposed by one person and confirmed by another.
"""

from typing import Any, TypeVar

from flask import Response
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.errors import Malformed, NotFound
from traceapp.domain.permissions import Act
from traceapp.domain.restrictions import HoldReason, RecallEnding, RestrictionKind
from traceapp.domain.stamps import StampRange
from traceapp.i18n import N_
from traceapp.models import Lot, StampRun, TradeItem
from traceapp.services.recalls import restrictions
from traceapp.services.recalls.recall_scope import About, of_lot, of_stamps
from traceapp.web.api import shapes, showing
from traceapp.web.api.acting import NEEDS_KEY, Once, done_once
from traceapp.web.api.book import RESTRAINTS, door
from traceapp.web.api.refusals import acting_refused
from traceapp.web.languages import now

DONE = {201: shapes.Restraint, **acting_refused()}


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
    told: str | None = Field(None, max_length=500, description=N_("Nói với người mua, hiện công khai"))
    note: str | None = Field(None, max_length=300, description=N_("Ghi chú nội bộ"))
    decision_number: str | None = Field(None, max_length=60, description=N_("Số quyết định"))


class LiftWish(shapes.Question):
    """How it ends."""

    ending: RecallEnding | None = Field(None, description=N_("Cách kết thúc; bắt buộc với thu hồi"))
    reason: str = Field("", max_length=300, description=N_("Vì sao kết thúc"))


@door.post(
    "/restraints",
    summary=N_("Tạm dừng (có hiệu lực ngay) hoặc đề nghị thu hồi một lô, một sản phẩm, một đoạn tem"),
    tags=[RESTRAINTS],
    responses=DONE,
    security=NEEDS_KEY,
)
def restrain(header: Once, body: RestraintWish) -> Response:
    """Hold goods, or propose that they be recalled."""

    def deed(session: Session, actor: Actor) -> BaseModel:
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
            return showing.restraint(restrictions.hold(session, **wish))
        made = restrictions.propose_recall(session, decision_number=body.decision_number, **wish)
        return showing.restraint(made)

    return done_once(header, deed)


@door.post(
    "/restraints/<public_id>/confirm",
    summary=N_("Duyệt một đề nghị thu hồi, bởi người khác với người đề nghị"),
    tags=[RESTRAINTS],
    responses=DONE,
    security=NEEDS_KEY,
)
def confirm_recall(path: shapes.Named, header: Once) -> Response:
    """Confirm a recall."""

    def deed(session: Session, actor: Actor) -> BaseModel:
        found = restrictions.find_restriction(session, path.public_id)
        return showing.restraint(
            restrictions.confirm_recall(session, actor=actor, restriction=found, now=now())
        )

    return done_once(header, deed)


@door.post(
    "/restraints/<public_id>/lift",
    summary=N_("Gỡ tạm dừng, hoặc kết thúc thu hồi"),
    tags=[RESTRAINTS],
    responses=DONE,
    security=NEEDS_KEY,
)
def lift(path: shapes.Named, header: Once, body: LiftWish) -> Response:
    """End a hold or a recall."""

    def deed(session: Session, actor: Actor) -> BaseModel:
        found = restrictions.find_restriction(session, path.public_id)
        return showing.restraint(
            restrictions.lift(session, actor=actor, restriction=found, ending=body.ending, now=now())
        )

    return done_once(header, deed)


def _about(session: Session, wish: RestraintWish) -> About:
    """The goods. Raises `restraint_goods` where not one kind is named, `restraint_stretch` for no stretch."""
    if sum(named is not None for named in (wish.lot, wish.trade_item, wish.run)) != 1:
        raise Malformed("restraint_goods")
    if wish.lot is not None:
        return of_lot(_named(session, Lot, wish.lot))
    if wish.trade_item is not None:
        return About(_named(session, TradeItem, wish.trade_item))
    run = _named(session, StampRun, wish.run or "")
    first, last = wish.first or 1, wish.last or run.count
    if not first <= last <= run.count:
        raise Malformed("restraint_stretch", given=f"{first}-{last}", expected=run.count)
    return of_stamps(run, StampRange(first - 1, last - first + 1))


Row = TypeVar("Row", Lot, TradeItem, StampRun)


def _named(session: Session, kind: type[Row], public_id: str) -> Row:
    row = session.scalar(select(kind).where(kind.public_id == public_id.upper()))
    if row is None:
        raise NotFound("no_such_record")
    return row
