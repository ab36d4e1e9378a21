"""The inspector's door to a certificate's signed sheet: made and printed; to take it back is not theirs."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from traceapp.domain.permissions import Role
from traceapp.extensions import reader
from traceapp.services.signing.signed_codes import certificate_code
from traceapp.services.vouching.dossier import read_certificate
from traceapp.web import codes
from traceapp.web.access import actor, only
from traceapp.web.inspector import door
from traceapp.web.limits import papers

SIGNERS = (Role.INSPECTOR, Role.PROVINCE)


@door.post("/certificates/<public_id>/codes")
@papers
@only(*SIGNERS)
def sign_certificate(public_id: str) -> ResponseReturnValue:
    """A sheet with a signed code; asked for twice, it is the same."""
    number = codes.certificate_code(lambda session: read_certificate(session, public_id, actor=actor()))
    return redirect(url_for(".code_sheet", public_id=public_id, number=number), 303)


@door.get("/certificates/<public_id>/codes/<number>/sheet.pdf")
@papers
@only(*SIGNERS)
def code_sheet(public_id: str, number: str) -> ResponseReturnValue:
    """The sheet as a file to print."""
    found = read_certificate(reader(), public_id, actor=actor())
    return codes.sheet_answer(certificate_code(reader(), found, number))
