"""What else a holder's program does with a certificate: a draft changed or given up, a renewal, scans."""

from flask import Response
from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.extensions import reader
from traceapp.i18n import N_
from traceapp.services import taking_back
from traceapp.services.vouching import certificates
from traceapp.web.api import shapes, showing
from traceapp.web.api.acting import NEEDS_KEY, caller, once
from traceapp.web.api.book import CERTIFICATES, acts, door
from traceapp.web.api.files import SCANS, one_of
from traceapp.web.api.own_certificates import CertificateWish, TakenBack, act, entry_of, own_locked, shown
from traceapp.web.api.refusals import refused
from traceapp.web.languages import now, today


@door.get(
    "/own/certificates/<public_id>",
    summary=N_("Một chứng nhận của đơn vị mình, cả bản nháp"),
    tags=[CERTIFICATES],
    responses={200: shapes.OwnCertificate, **refused(401, 404)},
    security=NEEDS_KEY,
)
def read_own(path: shapes.Named) -> Response:
    """One certificate of the caller's party."""
    mine = certificates.own_certificate(reader(), caller(), path.public_id.upper())
    return showing.answer(shown(reader(), mine))


@act("/own/certificates/<public_id>/edit", summary=N_("Sửa một bản nháp, hoặc bản tỉnh đã trả lại"))
@once
def edit_own(
    session: Session, actor: Actor, path: shapes.Named, body: CertificateWish
) -> shapes.OwnCertificate:
    """Change a copy that was not sent, or came back: every field is written anew."""
    mine = own_locked(session, actor, path)
    changed = certificates.edit_certificate(
        session, actor=actor, certificate=mine, entry=entry_of(body), now=now(), today=today()
    )
    return shown(session, changed)


@act("/own/certificates/<public_id>/renew", summary=N_("Ghi bản gia hạn của một chứng nhận (bản nháp)"))
@once
def renew_own(
    session: Session, actor: Actor, path: shapes.Named, body: CertificateWish
) -> shapes.OwnCertificate:
    """Enter the paper that renews one."""
    old = own_locked(session, actor, path)
    made = certificates.add_certificate(
        session, actor=actor, entry=entry_of(body), replaces=old, now=now(), today=today()
    )
    return shown(session, made)


@act(
    "/own/certificates/<public_id>/take-back",
    summary=N_("Rút một chứng nhận đã gửi lại để sửa, khi tỉnh chưa duyệt"),
)
@once
def take_back_own(session: Session, actor: Actor, path: shapes.Named) -> shapes.OwnCertificate:
    """Have it back from the queue, as a draft with everything kept."""
    mine = own_locked(session, actor, path)
    return shown(
        session, taking_back.take_back_certificate(session, actor=actor, certificate=mine, now=now())
    )


@acts(CERTIFICATES, TakenBack)(
    "/own/certificates/<public_id>/discard", summary=N_("Bỏ một bản nháp chứng nhận")
)
@once
def discard_own(session: Session, actor: Actor, path: shapes.Named) -> TakenBack:
    """Take back a copy that was never approved."""
    mine = own_locked(session, actor, path)
    certificates.discard_certificate(session, actor=actor, certificate=mine, now=now())
    return TakenBack(public_id=path.public_id.upper())


@door.get(
    "/own/certificates/<public_id>/evidence/<sha256>",
    summary=N_("Một bản quét của chứng nhận của mình"),
    tags=[CERTIFICATES],
    responses={200: {"content": SCANS, "description": "PDF, JPEG"}, **refused(401, 404)},
    security=NEEDS_KEY,
)
def read_own_scan(path: shapes.FilePath) -> Response:
    """A scan as it is kept."""
    mine = certificates.own_certificate(reader(), caller(), path.public_id.upper())
    return one_of((row.file for row in mine.evidence), path.sha256)


@act(
    "/own/certificates/<public_id>/evidence/<sha256>/remove",
    summary=N_("Gỡ một bản quét gửi nhầm khỏi bản nháp"),
)
@once
def remove_scan(session: Session, actor: Actor, path: shapes.FilePath) -> shapes.OwnCertificate:
    """Take a wrong scan away while the copy is open."""
    mine = own_locked(session, actor, path)
    certificates.remove_evidence(session, actor=actor, certificate=mine, sha256=path.sha256, now=now())
    return shown(session, mine)
