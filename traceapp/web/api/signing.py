"""Signed codes made, listed, printed and taken back by program: of a certificate, of cartons, of a roll.

To check one anybody asks at `/verify`; these are for those whose papers they stand on, and for officers.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from flask import Response
from flask_openapi3.types import ResponseDict
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp import models
from traceapp.domain.actors import Actor
from traceapp.domain.errors import NotFound
from traceapp.domain.permissions import Act, Role, may
from traceapp.domain.signed_codes import CodeKind, RevokedFor
from traceapp.extensions import limiter, reader
from traceapp.i18n import N_
from traceapp.services import stamping
from traceapp.services.signing import code_checks, signed_codes
from traceapp.services.vouching import certificates
from traceapp.services.vouching.dossier import read_certificate
from traceapp.web import codes
from traceapp.web.api import shapes, showing
from traceapp.web.api.acting import NEEDS_KEY, Once, caller, done_once, key_shown, once
from traceapp.web.api.book import CODES, acts, door
from traceapp.web.api.files import BYTES
from traceapp.web.api.refusals import refused
from traceapp.web.languages import now

PDF: ResponseDict = {200: {"content": {"application/pdf": BYTES}, "description": "PDF"}}
thirty_an_hour = limiter.shared_limit("30 per hour", scope="api-codes", key_func=key_shown)
papers = limiter.shared_limit("60 per minute; 600 per hour", scope="api-papers", key_func=key_shown)


class CodePath(shapes.Question):
    """A code by its number."""

    number: str = Field(pattern=shapes.PUBLIC_ID)


class CartonWish(shapes.Question):
    """How much is in each carton, and how many cartons are packed alike."""

    count: int = Field(ge=1, le=100_000, description=N_("Số sản phẩm trong một thùng"))
    cartons: int = Field(1, ge=1, le=signed_codes.MOST_CARTONS, description=N_("Số thùng đóng như nhau"))


class RevocationWish(shapes.Question):
    """Why it is taken back."""

    why: Literal["lost", "mistake", "replaced"]


class SignedCode(BaseModel):
    """A code that was given out. `why` says why it is believed no longer, if it is not."""

    number: str
    kind: CodeKind
    code: str = Field(description=N_("Mã ký, bắt đầu bằng VC1:"))
    expires_at: datetime
    why: RevokedFor | None
    certificate: str | None
    lot: str | None
    run: str | None


class SignedCodes(BaseModel):
    """Codes of one record, or of one act."""

    items: list[SignedCode]


act = acts(CODES, SignedCodes)


@door.get(
    "/certificates/<public_id>/codes",
    summary=N_("Mã ký đã cấp cho một chứng nhận"),
    tags=[CODES],
    responses={200: SignedCodes, **refused(401, 403, 404)},
    security=NEEDS_KEY,
)
def list_certificate_codes(path: shapes.Named) -> Response:
    """The codes of a certificate, the newest first."""
    found = _certificate(reader(), caller(), path.public_id)
    return showing.answer(_told(reader(), signed_codes.list_codes(reader(), found)))


@act(
    "/certificates/<public_id>/codes",
    summary=N_("Cấp mã ký cho một chứng nhận đang có hiệu lực; hỏi lại thì vẫn là mã cũ"),
)
@thirty_an_hour
def sign_certificate(path: shapes.Named, header: Once) -> Response:
    """A code that says what the registry holds of it."""
    key = codes.signing_key()

    def deed(session: Session, actor: Actor) -> BaseModel:
        made = signed_codes.sign_certificate(
            session,
            actor=actor,
            certificate=_certificate(session, actor, path.public_id),
            key=key,
            issuer=codes.settings().host,
            now=now(),
        )
        codes.paper(made)  # what cannot be printed is not signed either
        return _told(session, [made])

    return done_once(header, deed)


@act("/own/lots/<public_id>/codes", summary=N_("Cấp mã ký cho từng thùng của một lô"))
@thirty_an_hour
def sign_cartons(path: shapes.Named, header: Once, body: CartonWish) -> Response:
    """A code for each carton."""
    key = codes.signing_key()

    def deed(session: Session, actor: Actor) -> BaseModel:
        made = signed_codes.sign_cartons(
            session,
            actor=actor,
            lot=stamping.own_lot(session, actor, path.public_id.upper()),
            count=body.count,
            cartons=body.cartons,
            key=key,
            now=now(),
        )
        codes.paper(*made)
        return _told(session, made)

    return done_once(header, deed)


@act("/own/runs/<public_id>/codes", summary=N_("Cấp mã ký cho cuộn tem của một đợt"))
@thirty_an_hour
def sign_roll(path: shapes.Named, header: Once) -> Response:
    """A code for the cover of a roll."""
    key = codes.signing_key()

    def deed(session: Session, actor: Actor) -> BaseModel:
        run = stamping.own_run(session, actor, path.public_id.upper(), lock=True)
        made = signed_codes.sign_roll(
            session, actor=actor, run=run, serials=codes.ends_of(run), key=key, now=now()
        )
        codes.paper(made)
        return _told(session, [made])

    return done_once(header, deed)


@door.get(
    "/codes/<number>",
    summary=N_("Một mã ký đã cấp"),
    tags=[CODES],
    responses={200: SignedCodes, **refused(401, 404)},
    security=NEEDS_KEY,
)
def read_code(path: CodePath) -> Response:
    """One code, to its owner and to officers."""
    return showing.answer(_told(reader(), [_code(reader(), caller(), path.number)]))


@door.get(
    "/codes/<number>/sheet",
    summary=N_("Tờ giấy in mã ký"),
    tags=[CODES],
    responses={**PDF, **refused(401, 404)},
    security=NEEDS_KEY,
)
@papers
def read_sheet(path: CodePath) -> Response:
    """Its paper."""
    return codes.sheet_answer(_code(reader(), caller(), path.number))


@act("/codes/<number>/revoke", summary=N_("Thu hồi một mã ký, mãi mãi"))
@once
def revoke_code(session: Session, actor: Actor, path: CodePath, body: RevocationWish) -> SignedCodes:
    """Take a code back for ever."""
    actor.must(Act.REVOKE_CODE)
    code = _code(session, actor, path.number)
    revoked = signed_codes.revoke_code(session, actor=actor, code=code, why=body.why, now=now())
    return _told(session, [revoked])


def _certificate(session: Session, actor: Actor, public_id: str) -> models.Certificate:
    """The caller's own, or one that the caller's office may look up."""
    if any(may(role, Act.LOOK_UP_CERTIFICATE) for role in actor.roles):
        return read_certificate(session, public_id, actor=actor)
    return certificates.own_certificate(session, actor, public_id.upper())


def _code(session: Session, actor: Actor, number: str) -> models.SignedCode:
    """A code of the caller's party; of a certificate too for officers. Raises `NotFound`."""
    found = session.scalar(select(models.SignedCode).where(models.SignedCode.public_id == number.upper()))
    office = actor.has(Role.PROVINCE, Role.INSPECTOR) and found is not None and found.certificate is not None
    if found is None or not (office or found.party_id == actor.party_id):
        raise NotFound("record_not_found")
    return found


def _told(session: Session, found: Sequence[models.SignedCode]) -> SignedCodes:
    session.flush()
    return SignedCodes(items=[_shape(session, one) for one in found])


def _shape(session: Session, code: models.SignedCode) -> SignedCode:
    gone = code_checks.revocation(session, code, now())
    return SignedCode(
        number=code.public_id,
        kind=code.kind,
        code=code.code,
        expires_at=code.expires_at,
        why=gone.why if gone else None,
        certificate=code.certificate.public_id if code.certificate else None,
        lot=code.lot.public_id if code.lot else None,
        run=code.stamp_run.public_id if code.stamp_run else None,
    )
