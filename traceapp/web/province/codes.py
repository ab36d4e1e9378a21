"""The province's door to a certificate's signed sheet: made, printed, taken back."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from traceapp.extensions import reader
from traceapp.services.signing.signed_codes import certificate_code
from traceapp.services.vouching.dossier import read_certificate
from traceapp.web import codes
from traceapp.web.access import actor, only
from traceapp.web.languages import gettext
from traceapp.web.limits import papers
from traceapp.web.province import door
from traceapp.web.province.officers import OFFICERS


@door.post("/certificates/<public_id>/codes")
@papers
@only(*OFFICERS)
def sign_certificate(public_id: str) -> ResponseReturnValue:
    """A sheet with a signed code; asked for twice, it is the same."""
    number = codes.certificate_code(lambda session: read_certificate(session, public_id, actor=actor()))
    return redirect(url_for(".code_sheet", public_id=public_id, number=number), 303)


@door.get("/certificates/<public_id>/codes/<number>/sheet.pdf")
@papers
@only(*OFFICERS)
def code_sheet(public_id: str, number: str) -> ResponseReturnValue:
    """The sheet as a file to print."""
    found = read_certificate(reader(), public_id, actor=actor())
    return codes.sheet_answer(certificate_code(reader(), found, number))


@door.post("/certificates/<public_id>/codes/<number>/revoke")
@papers
@only(*OFFICERS)
def revoke_code(public_id: str, number: str) -> ResponseReturnValue:
    """Take a code back for ever."""
    codes.revoke(
        lambda session: certificate_code(
            session, read_certificate(session, public_id, actor=actor()), number
        ),
        request.form.get("why", ""),
    )
    flash(gettext("Đã thu hồi mã {number}. Ai kiểm tra khi có mạng sẽ thấy ngay.", number=number), "ok")
    return redirect(url_for(".certificate", public_id=public_id), 303)
