"""Certificates before those who look them up: what waits for the province, one whole, its files hashed."""

from datetime import datetime

from flask import Response, current_app
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.permissions import Act
from traceapp.extensions import reader
from traceapp.i18n import N_
from traceapp.services import waiting
from traceapp.services.vouching import evidence_check
from traceapp.services.vouching.dossier import read_certificate
from traceapp.services.vouching.evidence_check import FileCheck
from traceapp.web.api import shapes, showing
from traceapp.web.api.acting import NEEDS_KEY, caller, once
from traceapp.web.api.book import CERTIFICATES, acts, door
from traceapp.web.api.files import SCANS, one_of
from traceapp.web.api.own_certificates import shown, shown_all
from traceapp.web.api.refusals import refused
from traceapp.web.api.turning import HandledCertificates, Turning
from traceapp.web.languages import now, today


class CheckedFile(BaseModel):
    """A file of a certificate, hashed now."""

    sha256: str
    name: str
    size: int
    uploaded_at: datetime
    uploaded_by: str = Field(description=N_("Đơn vị đã gửi tệp"))
    intact: bool


class CheckedFiles(BaseModel):
    """All of one certificate."""

    items: list[CheckedFile]


@door.get(
    "/desk/certificates",
    summary=N_("Chứng nhận đang chờ tỉnh duyệt, chờ lâu nhất trước"),
    tags=[CERTIFICATES],
    responses={200: HandledCertificates, **refused(401, 403)},
    security=NEEDS_KEY,
)
def list_waiting_certificates(query: Turning) -> Response:
    """What waits for a yes or no."""
    caller().must(Act.APPROVE_CERTIFICATE)
    page = waiting.list_waiting_certificates(reader(), after=query.key, limit=query.limit)
    items = shown_all(reader(), page.rows)
    return showing.answer(HandledCertificates(items=items, next=page.following))


@door.get(
    "/desk/certificates/<public_id>",
    summary=N_("Một chứng nhận trong hồ sơ, dù chưa duyệt; bản nháp thì không"),
    tags=[CERTIFICATES],
    responses={200: shapes.OwnCertificate, **refused(401, 403, 404)},
    security=NEEDS_KEY,
)
def read_from_desk(path: shapes.Named) -> Response:
    """One certificate, as an inspector, an officer or its body sees it."""
    found = read_certificate(reader(), path.public_id, actor=caller())
    return showing.answer(shown(reader(), found))


@door.get(
    "/desk/certificates/<public_id>/evidence/<sha256>",
    summary=N_("Một bản quét của chứng nhận, hoặc của một quyết định về chứng nhận"),
    tags=[CERTIFICATES],
    responses={200: {"content": SCANS, "description": "PDF, JPEG"}, **refused(401, 403, 404)},
    security=NEEDS_KEY,
)
def read_scan(path: shapes.FilePath) -> Response:
    """A file as it is kept."""
    found = read_certificate(reader(), path.public_id, actor=caller())
    papers = (one.file for one in found.evidence)
    return one_of((*papers, *(one.file for one in found.decisions)), path.sha256)


@acts(CERTIFICATES, CheckedFiles)(
    "/desk/certificates/<public_id>/rehash",
    summary=N_("Tính lại mã băm của mọi tệp, để biết tệp còn nguyên không"),
)
@once
def rehash(session: Session, actor: Actor, path: shapes.Named) -> CheckedFiles:
    """Hash every file now; that it was done, and what it gave, stands in the journal."""
    checks = evidence_check.check_evidence(
        session,
        current_app.extensions["storage"],
        actor=actor,
        certificate=read_certificate(session, path.public_id, actor=actor),
        today=today(),
        now=now(),
    )
    return CheckedFiles(items=[_file(one) for one in checks])


def _file(check: FileCheck) -> CheckedFile:
    return CheckedFile(
        sha256=check.sha256,
        name=check.name,
        size=check.size,
        uploaded_at=check.uploaded_at,
        uploaded_by=check.uploaded_by,
        intact=check.intact,
    )
