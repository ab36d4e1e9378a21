"""Accreditations by program of the province: written down, confirmed by another, corrected, decided upon."""

from datetime import date

from flask import Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from traceapp import models
from traceapp.domain.actors import Actor
from traceapp.domain.certificates import DecisionKind
from traceapp.domain.numbers import format_day
from traceapp.domain.permissions import Act
from traceapp.extensions import reader
from traceapp.i18n import N_
from traceapp.services.vouching import accreditations, body_register
from traceapp.services.vouching.accreditations import AccreditationEntry
from traceapp.web.api import shapes, showing
from traceapp.web.api.accreditation_shapes import Accreditation, Accreditations, accreditation
from traceapp.web.api.acting import NEEDS_KEY, Once, caller, done_once, once
from traceapp.web.api.bodies import VersionWish
from traceapp.web.api.book import BODIES, acts, door
from traceapp.web.api.files import SCANS, FileWish, one_of, read_scan
from traceapp.web.api.refusals import refused
from traceapp.web.api.turning import Turning
from traceapp.web.evidence import keep_scan
from traceapp.web.languages import now, today

act = acts(BODIES, Accreditation)


class AccreditationWish(shapes.Question):
    """What the decision of the accreditation body says."""

    accreditor: str = Field(min_length=1, max_length=60, description=N_("Ví dụ BoA."))
    number: str = Field(min_length=1, max_length=60)
    standard: str = Field("", max_length=120, description=N_("Ví dụ ISO/IEC 17021-1:2015."))
    scopes: list[str] = Field(min_length=1, max_length=50, description=N_("Mã phạm vi, ví dụ FSMS, EMS"))
    valid_from: date | None = None
    valid_until: date | None = None
    source_url: str = Field("", max_length=500)


class Correction(AccreditationWish):
    """The same, whole; another officer confirms it again."""

    version: int | None = Field(
        None, ge=1, lt=10**9, description=N_("Phiên bản đã đọc; nếu hồ sơ đã đổi thì không làm gì")
    )


class AccreditationDecisionWish(shapes.Question):
    """What the accreditation body decided, copied from its paper."""

    kind: DecisionKind = Field(description=N_("suspension, restoration hoặc withdrawal"))
    from_on: date
    reason: str = Field(min_length=1, max_length=500)
    document_number: str = Field("", max_length=60)
    file: FileWish | None = Field(None, description=N_("Bản chụp quyết định"))


class Removed(BaseModel):
    """The one that is no more; the journal keeps what it said."""

    public_id: str
    removed: bool = True


@door.get(
    "/accreditations",
    summary=N_("Các công nhận chờ người thứ hai xác nhận"),
    tags=[BODIES],
    responses={200: Accreditations, **refused(401, 403)},
    security=NEEDS_KEY,
)
def list_waiting_accreditations(query: Turning) -> Response:
    """What waits for a second officer."""
    caller().must(Act.KEEP_BODIES)
    page = accreditations.list_waiting_accreditations(reader(), after=query.key, limit=query.limit)
    items = [accreditation(one, today()) for one in page.rows]
    return showing.answer(Accreditations(items=items, next=page.following))


@door.get(
    "/accreditations/<public_id>",
    summary=N_("Một công nhận"),
    tags=[BODIES],
    responses={200: Accreditation, **refused(401, 403, 404)},
    security=NEEDS_KEY,
)
def read_accreditation(path: shapes.Named) -> Response:
    """One of them."""
    return showing.answer(accreditation(_named(reader(), caller(), path), today()))


@door.get(
    "/accreditations/<public_id>/files/<sha256>",
    summary=N_("Bản chụp một quyết định về công nhận"),
    tags=[BODIES],
    responses={200: {"content": SCANS, "description": "PDF, JPEG"}, **refused(401, 403, 404)},
    security=NEEDS_KEY,
)
def read_decision_scan(path: shapes.FilePath) -> Response:
    """The scan of a decision."""
    found = _named(reader(), caller(), path)
    return one_of((one.file for one in found.decisions), path.sha256)


@act("/bodies/<public_id>/accreditations", summary=N_("Ghi một công nhận; người khác của tỉnh xác nhận"))
@once
def add_accreditation(
    session: Session, actor: Actor, path: shapes.Named, body: AccreditationWish
) -> Accreditation:
    """Write one down."""
    actor.must(Act.KEEP_BODIES)
    found = body_register.read_registered_body(session, path.public_id)
    made = accreditations.add_accreditation(session, actor=actor, body=found, entry=_entry(body), now=now())
    return accreditation(made, today())


@act("/accreditations/<public_id>/edit", summary=N_("Sửa một công nhận; người khác xác nhận lại"))
@once
def correct_accreditation(
    session: Session, actor: Actor, path: shapes.Named, body: Correction
) -> Accreditation:
    """Put it right."""
    row = _named(session, actor, path)
    accreditations.correct_accreditation(
        session, actor=actor, accreditation=row, entry=_entry(body), version=body.version, now=now()
    )
    return accreditation(row, today())


@act(
    "/accreditations/<public_id>/confirm",
    summary=N_("Xác nhận một công nhận; người xác nhận phải khác người ghi"),
)
@once
def confirm_accreditation(
    session: Session, actor: Actor, path: shapes.Named, body: VersionWish
) -> Accreditation:
    """It agrees with its source."""
    row = _named(session, actor, path)
    accreditations.confirm_accreditation(
        session, actor=actor, accreditation=row, version=body.version, now=now()
    )
    return accreditation(row, today())


@act(
    "/accreditations/<public_id>/decisions",
    summary=N_("Ghi quyết định của tổ chức công nhận: đình chỉ, khôi phục, thu hồi"),
)
def decide_accreditation(path: shapes.Named, header: Once, body: AccreditationDecisionWish) -> Response:
    """Write down what was decided."""
    caller().must(Act.KEEP_BODIES)  # nobody else's bytes are looked into
    scan = read_scan(body.file)

    def deed(session: Session, actor: Actor) -> Accreditation:
        row = _named(session, actor, path)
        accreditations.decide_accreditation(
            session,
            actor=actor,
            accreditation=row,
            kind=body.kind,
            from_on=body.from_on,
            reason=body.reason,
            document_number=body.document_number,
            file_sha256=keep_scan(session, actor, scan),
            now=now(),
        )
        return accreditation(row, today())

    return done_once(header, deed)


@acts(BODIES, Removed)(
    "/accreditations/<public_id>/remove",
    summary=N_("Bỏ một công nhận ghi nhầm, chưa ai xác nhận"),
)
@once
def remove_accreditation(session: Session, actor: Actor, path: shapes.Named) -> Removed:
    """Typed by mistake."""
    row = _named(session, actor, path)
    accreditations.remove_accreditation(session, actor=actor, accreditation=row, now=now())
    return Removed(public_id=path.public_id.upper())


def _named(session: Session, actor: Actor, path: shapes.Named) -> models.Accreditation:
    """The one that is named, for those who keep the register."""
    actor.must(Act.KEEP_BODIES)
    return accreditations.read_accreditation(session, path.public_id)


def _entry(wish: AccreditationWish) -> AccreditationEntry:
    """As it would have been typed: the service reads both alike."""
    return AccreditationEntry(
        accreditor=wish.accreditor,
        number=wish.number,
        standard=wish.standard,
        scopes=wish.scopes,
        valid_from=format_day(wish.valid_from) if wish.valid_from else "",
        valid_until=format_day(wish.valid_until) if wish.valid_until else "",
        source_url=wish.source_url,
    )
