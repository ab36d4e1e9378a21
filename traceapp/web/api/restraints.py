"""Holding a lot, and recalling it, by a program of an inspectorate or the province."""

from flask import Response
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.errors import NotFound
from traceapp.domain.restrictions import HoldReason, RecallEnding
from traceapp.i18n import N_
from traceapp.models import Lot, Restriction
from traceapp.services import restrictions
from traceapp.services.recall_scope import of_lot
from traceapp.web.api import shapes, showing
from traceapp.web.api.acting import NEEDS_KEY, Once, done_once
from traceapp.web.api.book import RESTRAINTS, door
from traceapp.web.api.refusals import acting_refused
from traceapp.web.languages import now

DONE = {201: shapes.Restraint, **acting_refused()}


class HoldWish(shapes.Question):
    """Why a lot is held."""

    reason: HoldReason
    note: str | None = Field(None, max_length=300, description=N_("Ghi chú nội bộ"))
    told: str | None = Field(None, max_length=500, description=N_("Lời nói với người mua"))


class RecallWish(HoldWish):
    """Why a lot should be given back."""

    decision_number: str | None = Field(None, max_length=60, description=N_("Số quyết định"))


class LiftWish(shapes.Question):
    """How it ends."""

    ending: RecallEnding | None = Field(None, description=N_("Cách kết thúc; bắt buộc với thu hồi"))


@door.post(
    "/lots/<public_id>/hold",
    summary=N_("Tạm dừng lô; người quét thấy trong năm giây"),
    tags=[RESTRAINTS],
    responses=DONE,
    security=NEEDS_KEY,
)
def hold_lot(path: shapes.Named, header: Once, body: HoldWish) -> Response:
    """Hold a lot."""

    def deed(session: Session, actor: Actor) -> BaseModel:
        held = restrictions.hold(
            session,
            actor=actor,
            about=of_lot(_lot(session, path.public_id)),
            reason=body.reason,
            note=body.note,
            told=body.told,
            now=now(),
        )
        return showing.restraint(held)

    return done_once(header, deed)


@door.post(
    "/lots/<public_id>/recall",
    summary=N_("Đề nghị thu hồi lô; chờ người thứ hai duyệt"),
    tags=[RESTRAINTS],
    responses=DONE,
    security=NEEDS_KEY,
)
def propose_recall(path: shapes.Named, header: Once, body: RecallWish) -> Response:
    """Propose a recall."""

    def deed(session: Session, actor: Actor) -> BaseModel:
        proposed = restrictions.propose_recall(
            session,
            actor=actor,
            lot=_lot(session, path.public_id),
            reason=body.reason,
            decision_number=body.decision_number,
            note=body.note,
            told=body.told,
            now=now(),
        )
        return showing.restraint(proposed)

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
        found = _restriction(session, path.public_id)
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
        found = _restriction(session, path.public_id)
        return showing.restraint(
            restrictions.lift(session, actor=actor, restriction=found, ending=body.ending, now=now())
        )

    return done_once(header, deed)


def _lot(session: Session, public_id: str) -> Lot:
    lot = session.scalar(select(Lot).where(Lot.public_id == public_id.upper()))
    if lot is None:
        raise NotFound("no_such_record")
    return lot


def _restriction(session: Session, public_id: str) -> Restriction:
    found = session.scalar(select(Restriction).where(Restriction.public_id == public_id.upper()))
    if found is None:
        raise NotFound("no_such_record")
    return found
