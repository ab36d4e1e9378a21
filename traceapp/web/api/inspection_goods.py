"""What else a program may do with a field record: goods changed or taken out, a photo taken out, a draft
thrown away, a closed record added to."""

from flask import current_app
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.i18n import N_
from traceapp.services import inspections
from traceapp.web.api import shapes
from traceapp.web.api.acting import once
from traceapp.web.api.book import INSPECTIONS, acts
from traceapp.web.api.inspecting import ItemWish, act, item_entry, own
from traceapp.web.api.inspections import Inspection, show
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


@act("/inspections/<public_id>/items/<number>", summary=N_("Sửa một mặt hàng trong biên bản"))
@once
def change_item(session: Session, actor: Actor, path: ItemPath, body: ItemChange) -> Inspection:
    """Write one of the goods anew."""
    found = own(session, actor, path)
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
    return show(found)


@act("/inspections/<public_id>/items/<number>/remove", summary=N_("Bỏ một mặt hàng khỏi biên bản"))
@once
def remove_item(session: Session, actor: Actor, path: ItemPath, body: ItemRemoval) -> Inspection:
    """Take one of the goods out."""
    kept = inspections.remove_item(
        session,
        actor=actor,
        inspection=own(session, actor, path),
        number=path.number,
        version=body.version,
        now=now(),
    )
    return show(kept)


@act("/inspections/<public_id>/photos/<sha256>/remove", summary=N_("Gỡ một ảnh khỏi biên bản"))
@once
def remove_photo(session: Session, actor: Actor, path: shapes.FilePath) -> Inspection:
    """Take a photo out."""
    found = own(session, actor, path)
    inspections.remove_photo(session, actor=actor, inspection=found, sha256=path.sha256, now=now())
    return show(found)


@act(
    "/inspections/<public_id>/supplement",
    summary=N_("Lập biên bản bổ sung cho một biên bản đã đóng"),
)
@once
def supplement(session: Session, actor: Actor, path: shapes.Named) -> Inspection:
    """Begin a record that adds to a closed one."""
    closed = own(session, actor, path)
    return show(inspections.supplement_inspection(session, actor=actor, inspection=closed, now=now()))


@acts(INSPECTIONS, Discarded)("/inspections/<public_id>/discard", summary=N_("Bỏ một biên bản nháp"))
@once
def discard(session: Session, actor: Actor, path: shapes.Named) -> Discarded:
    """Throw a draft away."""
    draft = own(session, actor, path)
    inspections.discard_inspection(session, actor=actor, inspection=draft, now=now())
    return Discarded(public_id=path.public_id.upper())
