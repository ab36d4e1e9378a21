"""What else a program may do with a field record: goods changed or taken out, a photo taken out, a draft
thrown away, a closed record added to."""

from collections.abc import Callable

from flask import Response, current_app
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from traceapp import models
from traceapp.domain.actors import Actor
from traceapp.i18n import N_
from traceapp.services import inspections
from traceapp.web.api import shapes
from traceapp.web.api.acting import NEEDS_KEY, Once, done_once
from traceapp.web.api.book import INSPECTIONS, door
from traceapp.web.api.inspecting import DONE, ItemWish, item_entry
from traceapp.web.api.inspections import show
from traceapp.web.api.refusals import acting_refused
from traceapp.web.languages import now


class ItemPath(shapes.Named):
    """One of the goods of a record."""

    number: int = Field(ge=1, lt=10**6, description=N_("Số thứ tự trong biên bản, không dùng lại"))


class ItemChange(ItemWish):
    """One of the goods, whole; `version` is that of the record it was made of."""

    version: int = Field(ge=1, lt=10**9, description=N_("Phiên bản hồ sơ mà chương trình đã đọc"))


class ItemRemoval(shapes.Question):
    """Which record the program has read: goods changed since then are not taken out."""

    version: int = Field(ge=1, lt=10**9, description=N_("Phiên bản hồ sơ mà chương trình đã đọc"))


class Discarded(BaseModel):
    """The record that is no more."""

    public_id: str
    discarded: bool = True


@door.post(
    "/inspections/<public_id>/items/<number>",
    summary=N_("Sửa một mặt hàng trong biên bản"),
    tags=[INSPECTIONS],
    responses=DONE,
    security=NEEDS_KEY,
)
def change_item(path: ItemPath, header: Once, body: ItemChange) -> Response:
    """Write one of the goods anew."""

    def deed(session: Session, actor: Actor, found: models.Inspection) -> models.Inspection:
        inspections.save_step(
            session,
            actor=actor,
            inspection=found,
            entry=item_entry(body),
            version=body.version,
            key=None,  # the whole request has one
            keys=current_app.extensions["serial_keys"],
            number=path.number,
            now=now(),
        )
        return found

    return _act(path, header, deed)


@door.post(
    "/inspections/<public_id>/items/<number>/remove",
    summary=N_("Bỏ một mặt hàng khỏi biên bản"),
    tags=[INSPECTIONS],
    responses=DONE,
    security=NEEDS_KEY,
)
def remove_item(path: ItemPath, header: Once, body: ItemRemoval) -> Response:
    """Take one of the goods out."""

    def deed(session: Session, actor: Actor, found: models.Inspection) -> models.Inspection:
        return inspections.remove_item(
            session,
            actor=actor,
            inspection=found,
            number=path.number,
            version=body.version,
            now=now(),
        )

    return _act(path, header, deed)


@door.post(
    "/inspections/<public_id>/photos/<sha256>/remove",
    summary=N_("Gỡ một ảnh khỏi biên bản"),
    tags=[INSPECTIONS],
    responses=DONE,
    security=NEEDS_KEY,
)
def remove_photo(path: shapes.FilePath, header: Once) -> Response:
    """Take a photo out."""

    def deed(session: Session, actor: Actor, found: models.Inspection) -> models.Inspection:
        inspections.remove_photo(session, actor=actor, inspection=found, sha256=path.sha256, now=now())
        return found

    return _act(path, header, deed)


@door.post(
    "/inspections/<public_id>/supplement",
    summary=N_("Lập biên bản bổ sung cho một biên bản đã đóng"),
    tags=[INSPECTIONS],
    responses=DONE,
    security=NEEDS_KEY,
)
def supplement(path: shapes.Named, header: Once) -> Response:
    """Begin a record that adds to a closed one."""

    def deed(session: Session, actor: Actor, found: models.Inspection) -> models.Inspection:
        return inspections.supplement_inspection(session, actor=actor, inspection=found, now=now())

    return _act(path, header, deed)


@door.post(
    "/inspections/<public_id>/discard",
    summary=N_("Bỏ một biên bản nháp"),
    tags=[INSPECTIONS],
    responses={201: Discarded, **acting_refused()},
    security=NEEDS_KEY,
)
def discard(path: shapes.Named, header: Once) -> Response:
    """Throw a draft away."""

    def deed(session: Session, actor: Actor) -> BaseModel:
        found = inspections.own_inspection(session, actor=actor, public_id=path.public_id)
        inspections.discard_inspection(session, actor=actor, inspection=found, now=now())
        return Discarded(public_id=path.public_id.upper())

    return done_once(header, deed)


def _act(
    path: shapes.Named, header: Once, deed: Callable[[Session, Actor, models.Inspection], models.Inspection]
) -> Response:
    """Do it to the caller's own record, and show the record."""

    def whole(session: Session, actor: Actor) -> BaseModel:
        found = inspections.own_inspection(session, actor=actor, public_id=path.public_id)
        return show(deed(session, actor, found))

    return done_once(header, whole)
