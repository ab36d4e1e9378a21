"""What a certification body's program does with what it sent: takes it back, puts it right, gives it up."""

from flask import Response, current_app
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.extensions import reader
from traceapp.i18n import N_
from traceapp.services import taking_back
from traceapp.services.vouching import body_corrections, body_desk, certificates
from traceapp.web.api import shapes
from traceapp.web.api.acting import Once, caller, done_once, once
from traceapp.web.api.body_certificates import MOST_SCANS
from traceapp.web.api.book import CERTIFICATES, acts
from traceapp.web.api.files import FileWish, read_scan
from traceapp.web.api.own_certificates import PaperWish, TakenBack, act, entry_of, shown
from traceapp.web.languages import now, today


class CorrectionWish(PaperWish):
    """What the paper says, every field anew."""

    scans: list[FileWish] = Field(
        default_factory=list,
        max_length=MOST_SCANS,
        description=N_("Thay các bản quét đang có; để trống thì giữ nguyên"),
    )


@act(
    "/body/certificates/<public_id>/take-back",
    summary=N_("Tổ chức chứng nhận rút chứng nhận mình đã gửi lại để sửa, khi tỉnh chưa duyệt"),
)
@once
def take_back_issued(session: Session, actor: Actor, path: shapes.Named) -> shapes.OwnCertificate:
    """Have it back from the queue, with everything kept."""
    mine = body_desk.read_own_certificate(session, path.public_id, actor=actor)
    return shown(
        session, taking_back.take_back_certificate(session, actor=actor, certificate=mine, now=now())
    )


@act(
    "/body/certificates/<public_id>/edit",
    summary=N_("Tổ chức chứng nhận sửa rồi gửi tỉnh lại, sau khi rút lại hoặc tỉnh trả lại"),
)
def correct_issued(path: shapes.Named, header: Once, body: CorrectionWish) -> Response:
    """Put it right and send it."""
    # nobody's bytes are looked into before it is known whose paper they go to
    body_desk.read_own_certificate(reader(), path.public_id, actor=caller())
    scans = [found for one in body.scans if (found := read_scan(one, field="scans"))]

    def deed(session: Session, actor: Actor) -> BaseModel:
        changed = body_corrections.correct_certificate(
            session,
            current_app.extensions["storage"],
            actor=actor,
            certificate=body_desk.read_own_certificate(session, path.public_id, actor=actor),
            entry=entry_of(body, body=body_desk.own_body(session, actor).public_id),
            scans=scans,
            now=now(),
            today=today(),
        )
        return shown(session, changed)

    return done_once(header, deed)


@acts(CERTIFICATES, TakenBack)(
    "/body/certificates/<public_id>/discard", summary=N_("Tổ chức chứng nhận bỏ bản đã rút lại")
)
@once
def discard_issued(session: Session, actor: Actor, path: shapes.Named) -> TakenBack:
    """Give up a draft that was taken back."""
    mine = body_desk.read_own_certificate(session, path.public_id, actor=actor)
    certificates.discard_certificate(session, actor=actor, certificate=mine, now=now())
    return TakenBack(public_id=path.public_id.upper())
