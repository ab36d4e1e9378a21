"""The register of certification bodies by program of the province: written down, then decided by another."""

from typing import Any

from flask import Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from traceapp import models
from traceapp.domain.actors import Actor
from traceapp.domain.parties import PartyState
from traceapp.domain.permissions import Act
from traceapp.extensions import reader
from traceapp.i18n import N_
from traceapp.services.public import publishing
from traceapp.services.vouching import accreditations, body_lists, body_register
from traceapp.web.api import accreditation_shapes as told
from traceapp.web.api import shapes, showing
from traceapp.web.api.acting import NEEDS_KEY, caller, once
from traceapp.web.api.book import BODIES, acts, door
from traceapp.web.api.refusals import refused
from traceapp.web.api.turning import Turning
from traceapp.web.languages import now, today


class Body(BaseModel):
    """A certification body, known or still to be looked into; `version` goes with a yes or no to it."""

    public_id: str
    version: int
    state: PartyState
    names: shapes.Names
    demo: bool


class BodyLine(Body):
    """A body in the register, with counts."""

    certificates: int
    in_force: int = Field(description=N_("Số công nhận đang có hiệu lực"))
    unknown: int = Field(description=N_("Số công nhận chưa rõ ngày"))
    waiting: int = Field(description=N_("Số công nhận chờ người thứ hai xác nhận"))


class Bodies(BaseModel):
    """A page of the register."""

    items: list[BodyLine]
    next: str | None


class BodiesQuestion(Turning):
    """Which bodies."""

    q: str = Field("", max_length=80, description=N_("Một phần của tên, hoặc số công nhận"))


class BodyWhole(Body):
    """A body with its accreditations."""

    accreditations: list[told.Accreditation]


class BodyWish(shapes.Question):
    """A body by its name."""

    name: str = Field(min_length=1, max_length=200)
    name_en: str = Field("", max_length=200)


class VersionWish(shapes.Question):
    """What the program has read."""

    version: int | None = Field(
        None, ge=1, lt=10**9, description=N_("Phiên bản đã đọc; nếu hồ sơ đã đổi thì không làm gì")
    )


class MergeWish(VersionWish):
    """Which known body it is."""

    into: str = Field(pattern=shapes.PUBLIC_ID, description=N_("Tổ chức đã duyệt"))


act = acts(BODIES, Body)


@door.get(
    "/bodies",
    summary=N_("Sổ các tổ chức chứng nhận, việc cần xem xét trước"),
    tags=[BODIES],
    responses={200: Bodies, **refused(401, 403)},
    security=NEEDS_KEY,
)
def list_bodies(query: BodiesQuestion) -> Response:
    """Bodies that were not merged into another."""
    caller().must(Act.KEEP_BODIES)
    page = body_lists.list_body_lines(
        reader(), today(), text=query.q.strip(), after=query.key, limit=query.limit
    )
    return showing.answer(Bodies(items=[_line(one) for one in page.rows], next=page.following))


def _line(line: body_lists.BodyLine) -> BodyLine:
    return BodyLine(
        **_told(line.body),
        certificates=line.certificates,
        in_force=line.in_force,
        unknown=line.unknown,
        waiting=line.waiting,
    )


@door.get(
    "/bodies/<public_id>",
    summary=N_("Một tổ chức chứng nhận và các công nhận của họ"),
    tags=[BODIES],
    responses={200: BodyWhole, **refused(401, 403, 404)},
    security=NEEDS_KEY,
)
def read_body(path: shapes.Named) -> Response:
    """One body."""
    found = _named(reader(), caller(), path.public_id)
    held = accreditations.list_accreditations(reader(), found)
    whole = BodyWhole(**_told(found), accreditations=[told.accreditation(one, today()) for one in held])
    return showing.answer(whole)


@act("/bodies", summary=N_("Ghi một tổ chức chứng nhận; người khác của tỉnh duyệt"))
@once
def add_body(session: Session, actor: Actor, body: BodyWish) -> Body:
    """Write a body down."""
    made = body_register.add_body(
        session, actor=actor, name=body.name, name_en=body.name_en, now=now(), today=today()
    )
    return Body(**_told(made))


@act(
    "/bodies/<public_id>/approve",
    summary=N_("Duyệt một tổ chức chứng nhận; người duyệt phải khác người ghi"),
)
@once
def approve_body(session: Session, actor: Actor, path: shapes.Named, body: VersionWish) -> Body:
    """A body of its own."""
    row = _named(session, actor, path.public_id)
    body_register.approve_body(session, actor=actor, body=row, version=body.version, now=now())
    return Body(**_told(row))


@act(
    "/bodies/<public_id>/merge",
    summary=N_("Gộp một tên ghi khác vào tổ chức đã có; người gộp phải khác người ghi"),
)
@once
def merge_body(session: Session, actor: Actor, path: shapes.Named, body: MergeWish) -> Body:
    """A known body by another name; the known one is shown."""
    row, into = _named(session, actor, path.public_id), _named(session, actor, body.into)
    merged = body_register.merge_body(
        session, actor=actor, body=row, into=into, version=body.version, now=now()
    )
    return Body(**_told(merged))


def _named(session: Session, actor: Actor, public_id: str) -> models.Party:
    """A body in the register, for those who keep it."""
    actor.must(Act.KEEP_BODIES)
    return body_register.read_registered_body(session, public_id)


def _told(row: models.Party) -> dict[str, Any]:
    return {
        "public_id": row.public_id,
        "version": row.version,
        "state": row.state,
        "names": showing.names(publishing.party_names(row, today())),
        "demo": row.demo,
    }
