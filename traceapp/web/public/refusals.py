"""Refusals of the public door: a calm page for people, a problem for programs, and never a verdict.

A database that does not answer is 503 and "Chưa kiểm tra được". Posts that come from another site are
refused: these forms carry no token because no session stands behind them.
"""

from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Response, abort, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DatabaseError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from traceapp.domain.errors import RuleBroken
from traceapp.i18n import N_
from traceapp.web.errors import ADVICE, STATUS, TITLES, advice, sentence, wait_of
from traceapp.web.languages import gettext
from traceapp.web.public.negotiation import wants_page
from traceapp.web.public.shell import door
from traceapp.web.sent_again import fields_beside_files

FOR_MACHINES = {"public.resolve", "public.page"}
NOT_FOUND = N_("Không tìm thấy")


@door.before_request
def _refuse_other_sites() -> None:
    if request.method != "POST":
        return
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
    hidden = origin == "null" and site == "same-origin"  # a browser that tells nobody where it comes from
    foreign = origin is not None and urlsplit(origin).netloc != request.host and not hidden
    if foreign or site not in {None, "same-origin", "none"}:
        abort(403, gettext(N_("Biểu mẫu này chỉ gửi được từ trang của hệ thống.")))


@door.errorhandler(RuleBroken)
def _rule_broken(broken: RuleBroken) -> ResponseReturnValue:
    status = next((code for kind, code in STATUS.items() if isinstance(broken, kind)), 400)
    return refusal(status, sentence(broken), code=broken.code, facts=dict(broken.facts))


@door.errorhandler(HTTPException)
def _http(fault: HTTPException) -> ResponseReturnValue:
    if fault.response is not None:
        return fault.response
    status = fault.code or 500
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE and (kept := fields_beside_files()) is not None:
        return _to_send_again(*kept)
    told = fault.description if status == 403 and fault.description else advice(fault)
    response = refusal(status, told, code=fault.name.lower().replace(" ", "_"))
    for name, value in fault.get_headers():
        if name == "Allow":
            response.headers[name] = value
    if (wait := wait_of(fault)) is not None:
        response.headers["Retry-After"] = str(wait)
    return response


def _to_send_again(fields: list[tuple[str, str]], files: list[str]) -> Response:
    """A form whose files are too large, with what was typed in it."""
    address = request.full_path.rstrip("?")
    page = render_template("public/send_again.html", fields=fields, files=files, address=address)
    return Response(page, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, content_type="text/html; charset=utf-8")


@door.errorhandler(DatabaseError)
@door.errorhandler(InterfaceError)
@door.errorhandler(PoolTimeout)
def _cannot_tell(fault: Exception) -> ResponseReturnValue:
    """V9: the registry cannot be asked just now; this is no verdict."""
    current_app.logger.error("the registry cannot be read", exc_info=fault)
    response = refusal(503, gettext(ADVICE[503]), code="cannot_tell")
    response.headers["Retry-After"] = "30"
    return response


def refusal(status: int, told: str, *, code: str, facts: dict[str, object] | None = None) -> Response:
    """A refusal as a page, or as problem+json to a program that asked the resolver."""
    title = gettext(NOT_FOUND if status == 404 else TITLES.get(status, TITLES[400]))
    if request.endpoint in FOR_MACHINES and not wants_page():
        problem = {
            "type": f"urn:traceapp:{code}",
            "title": title,
            "status": status,
            "detail": told,
            "code": code,
        }
        response = jsonify(problem | {"facts": {name: str(fact) for name, fact in (facts or {}).items()}})
        response.content_type = "application/problem+json"
    else:
        name = "public/cannot_tell.html" if status == 503 else "public/refusal.html"
        page = render_template(name, title=title, told=told, status=status, code=code)
        response = Response(page, content_type="text/html; charset=utf-8")
    response.status_code = status
    return response
