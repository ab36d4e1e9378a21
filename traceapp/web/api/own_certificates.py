"""A certificate's life by program: its holder enters it, the province approves, the body decides."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from flask import Response, current_app, request
from flask_openapi3.models import RawModel
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.certificates import DecisionKind, RecordState
from traceapp.domain.numbers import format_day
from traceapp.domain.permissions import Act
from traceapp.domain.reference import Activity
from traceapp.extensions import reader
from traceapp.i18n import N_
from traceapp.models import Certificate
from traceapp.services import own_lists
from traceapp.services.vouching import certificates, certification, chains, mistakes
from traceapp.services.vouching.bodies import NEW_BODY
from traceapp.services.vouching.certificate_entry import CertificateEntry
from traceapp.services.vouching.chains import Standing
from traceapp.services.vouching.dossier import read_certificate
from traceapp.services.vouching.evidence import check_evidence
from traceapp.web.api import shapes, showing
from traceapp.web.api.acting import NEEDS_KEY, Once, caller, done_once, once
from traceapp.web.api.book import CERTIFICATES, acts, door
from traceapp.web.api.files import FileWish, read_scan
from traceapp.web.api.refusals import refused
from traceapp.web.api.turning import HandledCertificates, Turning
from traceapp.web.evidence import keep_scan
from traceapp.web.languages import now, today

act = acts(CERTIFICATES, shapes.OwnCertificate)
Ids = Annotated[list[str], Field(default_factory=list, max_length=200)]


class PaperWish(shapes.Question):
    """What the paper says."""

    number: str = Field(min_length=1, max_length=80)
    scheme: str = Field(min_length=1, max_length=40, description=N_("Mã loại chứng nhận, ví dụ iso_9001"))
    standard: str = Field("", max_length=80)
    scope: str = Field(min_length=1, max_length=1000)
    trade_items: Ids
    places: Ids
    activities: list[Activity] = Field(default_factory=list, max_length=20)
    issued_on: date
    valid_from: date
    valid_until: date


class CertificateWish(PaperWish):
    """The same, by its holder, with the body: its public id, or a name that is not in the list yet."""

    body: str | None = Field(None, pattern=shapes.PUBLIC_ID, description=N_("Mã công khai"))
    body_name: str = Field("", max_length=200, description=N_("Chỉ khi tổ chức chưa có trong danh sách"))


class DecisionWish(shapes.Question):
    """What the certification body decided."""

    kind: DecisionKind
    from_on: date
    reason: str = Field(min_length=1, max_length=500)
    document_number: str = Field(
        "", max_length=60, description=N_("Số văn bản của tổ chức chứng nhận; cán bộ của tổ chức để trống")
    )
    file: FileWish | None = Field(
        None,
        description=N_(
            "Bản chụp quyết định; bắt buộc khi người ngoài tổ chức chứng nhận ghi thu hồi hoặc hủy"
        ),
    )


class DecisionPath(shapes.Named):
    """One decision about a certificate, by its place in their order."""

    sequence: int = Field(ge=1, le=9999)


class MistakeWish(shapes.Question):
    """Why a decision was a mistake."""

    reason: str = Field(min_length=1, max_length=500)


class Scan(RawModel):
    """A scan of the paper, as it is."""

    mimetypes: list[str] = ["application/pdf", "image/jpeg", "image/png", "image/webp"]  # noqa: RUF012 - its base has it so


class TakenBack(BaseModel):
    """The copy that is no more; its files and the journal stay."""

    public_id: str
    discarded: bool = True


class SeenVersion(shapes.Question):
    """Which version the officer has read."""

    version: int | None = Field(
        None, ge=1, lt=10**9, description=N_("Phiên bản đã đọc; nếu hồ sơ đã đổi thì không làm gì")
    )


class ReturnWish(shapes.Question):
    """What is to be put right."""

    reason: str = Field(min_length=1, max_length=500)


@door.get(
    "/own/certificates",
    summary=N_("Chứng nhận của đơn vị mình, cả bản nháp"),
    tags=[CERTIFICATES],
    responses={200: HandledCertificates, **refused(401)},
    security=NEEDS_KEY,
)
def list_own(query: Turning) -> Response:
    """A page of the certificates of the caller's party, what ends last first."""
    page = own_lists.page_certificates(reader(), caller(), after=query.key, limit=query.limit, counted=False)
    items = shown_all(reader(), page.rows)
    return showing.answer(HandledCertificates(items=items, next=page.following))


@act("/own/certificates", summary=N_("Ghi một chứng nhận (bản nháp)"))
@once
def add_own(session: Session, actor: Actor, body: CertificateWish) -> shapes.OwnCertificate:
    """Enter a certificate."""
    made = certificates.add_certificate(session, actor=actor, entry=entry_of(body), now=now(), today=today())
    return shown(session, made)


@act("/own/certificates/<public_id>/evidence", summary=N_("Gửi một bản quét của giấy chứng nhận"))
def add_scan(path: shapes.Named, header: Once, raw: Scan) -> Response:  # noqa: ARG001 - for the specification
    """Hand in a scan."""
    # nobody's bytes are looked into before it is known whose they are, and whose paper they go to
    certificates.own_certificate(reader(), caller(), path.public_id.upper())
    handed_in = check_evidence(request.get_data())

    def deed(session: Session, actor: Actor) -> BaseModel:
        mine = own_locked(session, actor, path)
        storage = current_app.extensions["storage"]
        held = certificates.add_evidence(
            session, storage, actor=actor, certificate=mine, handed_in=handed_in, now=now()
        )
        return shown(session, held)

    return done_once(header, deed)


@act("/own/certificates/<public_id>/submit", summary=N_("Gửi chứng nhận lên tỉnh duyệt"))
@once
def submit_own(session: Session, actor: Actor, path: shapes.Named) -> shapes.OwnCertificate:
    """Send it to the province."""
    mine = own_locked(session, actor, path)
    sent = certificates.submit_certificate(session, actor=actor, certificate=mine, now=now())
    return shown(session, sent)


@act("/certificates/<public_id>/approve", summary=N_("Duyệt một chứng nhận đã gửi"))
@once
def approve(session: Session, actor: Actor, path: shapes.Named, query: SeenVersion) -> shapes.OwnCertificate:
    """Take it into the public books."""
    sent = _to_approve(session, actor, path)
    approved = certification.approve_certificate(
        session, actor=actor, certificate=sent, version=query.version, now=now()
    )
    return shown(session, approved)


@act("/certificates/<public_id>/return", summary=N_("Trả lại một chứng nhận để sửa"))
@once
def send_back(
    session: Session, actor: Actor, path: shapes.Named, query: SeenVersion, body: ReturnWish
) -> shapes.OwnCertificate:
    """Send it back."""
    sent = _to_approve(session, actor, path)
    returned = certification.return_certificate(
        session, actor=actor, certificate=sent, reason=body.reason, version=query.version, now=now()
    )
    return shown(session, returned)


@act(
    "/certificates/<public_id>/decisions",
    summary=N_("Quyết định của tổ chức chứng nhận: đình chỉ, khôi phục, thu hồi, hủy"),
)
def decide(path: shapes.Named, header: Once, body: DecisionWish) -> Response:
    """Write a decision down, or take it as the body's officer."""
    read_certificate(reader(), path.public_id, actor=caller())  # nobody else's bytes are looked into
    scan = read_scan(body.file)

    def deed(session: Session, actor: Actor) -> BaseModel:
        found = read_certificate(session, path.public_id, actor=actor)
        certification.record_decision(
            session,
            actor=actor,
            certificate=found,
            kind=body.kind,
            from_on=body.from_on,
            reason=body.reason,
            document_number=body.document_number,
            file_sha256=keep_scan(session, actor, scan),
            now=now(),
        )
        return shown(session, found)

    return done_once(header, deed)


@act(
    "/certificates/<public_id>/decisions/<sequence>/mistake",
    summary=N_("Đánh dấu một quyết định là ghi nhầm: hiệu lực tính như không có quyết định đó"),
)
@once
def mark_mistake(
    session: Session, actor: Actor, path: DecisionPath, body: MistakeWish
) -> shapes.OwnCertificate:
    """Say that a decision was written down by mistake."""
    found = read_certificate(session, path.public_id, actor=actor)
    mistakes.mark_mistake(
        session, actor=actor, certificate=found, sequence=path.sequence, reason=body.reason, now=now()
    )
    return shown(session, found)


def own_locked(session: Session, actor: Actor, path: shapes.Named) -> Certificate:
    """The certificate of the caller's own that is named, nobody else writing in it meanwhile."""
    return certificates.own_certificate(session, actor, path.public_id.upper(), lock=True)


def _to_approve(session: Session, actor: Actor, path: shapes.Named) -> Certificate:
    """The one that is named, for those who say yes or no to it."""
    actor.must(Act.APPROVE_CERTIFICATE)
    return read_certificate(session, path.public_id, actor=actor)


def entry_of(wish: PaperWish, body: str = "") -> CertificateEntry:
    """As it would have been typed: the services read both alike."""
    return CertificateEntry(
        number=wish.number,
        scheme=wish.scheme,
        standard=wish.standard,
        body=(wish.body.upper() if wish.body else NEW_BODY) if isinstance(wish, CertificateWish) else body,
        body_name=wish.body_name if isinstance(wish, CertificateWish) else "",
        scope_text=wish.scope,
        trade_items=[one.upper() for one in wish.trade_items],
        places=[one.upper() for one in wish.places],
        activities=[one.value for one in wish.activities],
        issued_on=format_day(wish.issued_on),
        valid_from=format_day(wish.valid_from),
        valid_until=format_day(wish.valid_until),
    )


def shown(session: Session, row: Certificate) -> shapes.OwnCertificate:
    """A certificate as those see it who handle it."""
    session.flush()
    [told] = shown_all(session, [row])
    return told


def shown_all(session: Session, rows: Sequence[Certificate]) -> list[shapes.OwnCertificate]:
    """Several: their chains are read in one question."""
    standings = chains.judge_all(session, rows, today=today())
    return [_shown(row, standings[row.id]) for row in rows]


def _shown(row: Certificate, standing: Standing) -> shapes.OwnCertificate:
    return shapes.OwnCertificate(
        record_state=row.record_state,
        version=row.version,
        return_reason=row.return_reason if row.record_state is RecordState.RETURNED else None,
        certificate=showing.certificate(row, today(), standing),
    )
