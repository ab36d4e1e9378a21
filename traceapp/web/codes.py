"""Signed codes behind sign-in: what a page shows of them, the paper they stand on, and making one anew.

Three doors share it: the holder's, the province's, the inspector's. Each asks by its own gate who may.
"""

from collections.abc import Callable
from typing import NamedTuple

from flask import Response, current_app
from sqlalchemy.orm import Session

from traceapp.domain.errors import Conflict
from traceapp.domain.permissions import Act, may
from traceapp.domain.serials import mint
from traceapp.domain.signed_codes import CodeKey, CodeKind, Revocation, RevokedFor
from traceapp.extensions import reader, transaction
from traceapp.i18n import N_
from traceapp.models import Certificate, Lot, SignedCode, StampRun
from traceapp.services import printing, stamping
from traceapp.services.signing import code_checks, signed_codes
from traceapp.services.signing.signed_codes import BY_HAND
from traceapp.settings import Settings
from traceapp.web.access import actor
from traceapp.web.languages import now

FILE_NAMES = {CodeKind.CERTIFICATE: "chung-nhan", CodeKind.CARTON: "thung", CodeKind.ROLL: "cuon-tem"}
REASON_WORDS = {
    RevokedFor.LOST: N_("mất tờ giấy"),
    RevokedFor.MISTAKE: N_("ký nhầm"),
    RevokedFor.REPLACED: N_("đã có bản mới"),
}


class ShownCode(NamedTuple):
    """A code with why it is believed no longer, if it is not; expired ones are told apart by their day."""

    code: SignedCode
    revocation: Revocation | None
    expired: bool


def shown_codes(record: Certificate | Lot | StampRun) -> dict[str, object]:
    """The codes of a record for its page, with the reasons for which one may be taken back."""
    found = signed_codes.list_codes(reader(), record)
    told = [
        ShownCode(one, code_checks.revocation(reader(), one, now()), one.expires_at <= now()) for one in found
    ]
    return {
        "codes": told,
        "code_reasons": [(why.value, REASON_WORDS[why]) for why in BY_HAND],
        "may_sign": any(may(role, Act.ISSUE_CODE) for role in actor().roles),
    }


def settings() -> Settings:
    """This installation's settings."""
    found: Settings = current_app.extensions["settings"]
    return found


def signing_key() -> CodeKey:
    """The key that signs. Raises `code_no_key` on a machine that only verifies."""
    key: CodeKey | None = current_app.extensions["code_keys"].signing
    if key is None:
        raise Conflict("code_no_key")
    return key


def made(sign: Callable[[Session, CodeKey], SignedCode]) -> str:
    """Make a code in a transaction of its own; its number."""
    key = signing_key()
    with transaction() as session:
        code = sign(session, key)
        paper(code)  # what cannot be printed is not signed either
        return code.public_id


def ends_of(run: StampRun) -> tuple[str, str]:
    """The first and last serial of a run. Raises `code_no_key` where its key is not on this machine."""
    key = next((one for one in current_app.extensions["serial_keys"] if one.id == run.key_id), None)
    if key is None:
        raise Conflict("code_no_key")
    subject = stamping.subject_of(run.subject)
    first, last = (mint(key, subject, run.first_number + at, 1)[0] for at in (0, run.count - 1))
    return first, last


def certificate_code(certificate_of: Callable[[Session], Certificate]) -> str:
    """Make a certificate's code, or find the one that says the same; its number."""

    def sign(session: Session, key: CodeKey) -> SignedCode:
        return signed_codes.sign_certificate(
            session,
            actor=actor(),
            certificate=certificate_of(session),
            key=key,
            issuer=settings().host,
            now=now(),
        )

    return made(sign)


def sheet_answer(*codes: SignedCode) -> Response:
    """The paper of one code, or of several covers, as a file to print."""
    name = f"{FILE_NAMES[codes[0].kind]}-{codes[0].public_id}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(paper(*codes), mimetype="application/pdf", headers=headers)


def paper(*codes: SignedCode) -> bytes:
    """The PDF of one code, or of several covers. Raises what drawing it does."""
    if codes[0].kind is CodeKind.CERTIFICATE:
        return printing.certificate_sheet(codes[0], settings())
    return printing.covers(codes, settings())


def revoke(code_of: Callable[[Session], SignedCode], why: str) -> None:
    """Take a code back."""
    with transaction() as session:
        signed_codes.revoke_code(session, actor=actor(), code=code_of(session), why=why, now=now())
