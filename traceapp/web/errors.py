"""Broken rules and refusals as pages: the one place where a code becomes a sentence of the reader's language.

HTML for people; ``application/problem+json`` (RFC 9457) under ``/api``. A database that does not answer is
503, an act that a full disk refuses is 507; a bug is left to reach the log.
"""

from collections.abc import Mapping
from http import HTTPStatus

from flask import Flask, Response, abort, current_app, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from obstore.exceptions import BaseError as StoreRefused
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from traceapp.domain.errors import MESSAGES, Conflict, Gone, Malformed, NotAllowed, NotFound, RuleBroken
from traceapp.full_disk import is_disk_full
from traceapp.i18n import N_
from traceapp.web.languages import gettext
from traceapp.web.limits import seconds_to_wait, wait_words
from traceapp.web.sent_again import is_from_script, page_to_send_again, page_with_smaller_files

STATUS: Mapping[type[RuleBroken], int] = {
    Malformed: 400,
    NotAllowed: 403,
    NotFound: 404,
    Conflict: 409,
    Gone: 410,
}
TITLES: Mapping[int, str] = {
    400: N_("Địa chỉ này chưa đúng"),
    401: N_("Cần khóa truy cập"),
    403: N_("Bạn không có quyền làm việc này"),
    404: N_("Không có trang này"),
    405: N_("Không mở được bằng cách này"),
    409: N_("Chưa làm được vì hồ sơ đã thay đổi"),
    410: N_("Không còn nữa"),
    413: N_("Tệp quá lớn"),
    415: N_("Không nhận loại nội dung này"),
    422: N_("Tham số chưa đúng"),
    429: N_("Bạn thử quá nhiều lần"),
    500: N_("Lỗi của hệ thống"),
    503: N_("Chưa kiểm tra được"),
    507: N_("Máy chủ hết chỗ ghi"),
}
ADVICE: Mapping[int, str] = {
    400: N_("Xem lại địa chỉ hoặc mã đã gõ. Không có gì bị thay đổi."),
    403: N_("Nếu bạn cần quyền này, hãy hỏi người quản lý tài khoản của đơn vị."),
    404: N_("Có thể địa chỉ gõ nhầm, hoặc hồ sơ thuộc đơn vị khác."),
    405: N_("Địa chỉ này chỉ để xem. Không có gì bị thay đổi."),
    409: N_("Hãy mở lại trang để xem bản mới nhất rồi làm lại. Không có gì bị mất."),
    413: N_("Mỗi lần gửi tối đa 20 MB. Hãy chọn tệp nhỏ hơn, hoặc chụp lại ảnh nhỏ hơn, rồi gửi lại."),
    415: N_("Hãy gửi bằng biểu mẫu của trang này."),
    500: N_("Hệ thống đã ghi lại lỗi. Hãy thử lại sau ít phút."),
    503: N_("Đây KHÔNG phải kết luận về sản phẩm. Hãy thử lại sau."),
    507: N_(
        "Ổ đĩa của máy chủ đã đầy nên việc vừa gửi chưa được lưu. Những gì đã lưu trước đó vẫn còn nguyên. "
        "Xin báo người quản trị rồi gửi lại."
    ),
}
FORM_TOO_OLD = N_("Chưa gửi được")
NOT_KEPT = N_("Chữ bạn đã gõ không được lưu.")
LOOKS_ONLY = frozenset({"GET", "HEAD", "OPTIONS"})


def init_app(app: Flask) -> None:
    """Answer every refusal with a page, or a problem for machines."""
    app.register_error_handler(RuleBroken, _rule_broken)
    app.register_error_handler(CSRFError, _form_too_old)
    app.register_error_handler(StaleDataError, _changed_meanwhile)
    app.register_error_handler(HTTPException, _http)
    for fault in (OperationalError, InterfaceError, PoolTimeout, StoreRefused):
        app.register_error_handler(fault, _cannot_tell)
    app.register_error_handler(OSError, _not_written)
    app.before_request(_refuse_nul)


def _refuse_nul() -> None:
    """No text of ours holds a NUL, and PostgreSQL takes none: it is refused before anything looks for it.

    A part of a form may have no name at all.
    """
    typed = (pair for values in (request.args, request.form) for pair in values.items(multi=True))
    if "\0" in request.path or any("\0" in (text or "") for pair in typed for text in pair):
        abort(400)


def sentence(broken: RuleBroken) -> str:
    """What the rule says, in the reader's language, facts filled in."""
    return broken.sentence(gettext(MESSAGES[broken.code]))


def _rule_broken(broken: RuleBroken) -> ResponseReturnValue:
    status = next((code for kind, code in STATUS.items() if isinstance(broken, kind)), 400)
    return refusal(status, sentence(broken), code=broken.code, facts=broken.facts, field=broken.field)


def _form_too_old(_fault: CSRFError) -> ResponseReturnValue:
    """Nothing was done; a page of ours gets back what was typed in it, a script of ours a word it knows."""
    if is_from_script():
        return jsonify({"code": "form_too_old"}), 400
    told = gettext("Trang này mở đã lâu hoặc từ nơi khác. Hãy quay lại, tải lại trang rồi gửi lại.")
    title = gettext(FORM_TOO_OLD)
    return page_to_send_again(400) or refusal(400, told, code="form_too_old", title=title)


def _changed_meanwhile(_fault: StaleDataError) -> ResponseReturnValue:
    return refusal(409, gettext("Người khác vừa sửa hồ sơ này."), code="changed_meanwhile")


def _not_written(fault: Exception) -> ResponseReturnValue:
    """A file that the disk had no room for; any other fault of a file is a bug and stays one."""
    if not is_disk_full(fault):
        raise fault
    return _no_room(fault)


def _no_room(fault: Exception) -> Response:
    """The act was not done, and nothing of it is left."""
    current_app.logger.error("the disk is full", exc_info=fault)
    g.registry_silent = True
    return refusal(507, gettext(ADVICE[507]), code="disk_full", retry_after=30)


def _cannot_tell(fault: Exception) -> ResponseReturnValue:
    """The registry or its store of files cannot be asked just now: nor is anybody asked who is signed in."""
    if request.method not in LOOKS_ONLY and is_disk_full(fault):
        return _no_room(fault)
    current_app.logger.error("the registry or its files cannot be read", exc_info=fault)
    g.registry_silent = True
    return refusal(503, gettext(ADVICE[503]), code="cannot_tell", retry_after=30)


def not_taken_in(app: Flask, environ: dict[str, object], status: int) -> Response:
    """Said to somebody whose form or file could not be taken in just now; nothing was done with it."""
    with app.request_context(environ):
        g.registry_silent = True
        code = {503: "cannot_tell", 507: "disk_full"}[status]
        return app.process_response(refusal(status, gettext(ADVICE[status]), code=code, retry_after=30))


def _http(fault: HTTPException) -> ResponseReturnValue:
    if fault.response is not None:
        return fault.response
    status = fault.code or 500
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE and (page := page_with_smaller_files()) is not None:
        return page
    told, wait = advice(fault), wait_of(fault)
    response = refusal(status, told, code=_slug(status), retry_after=wait)
    for name, value in fault.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def wait_of(fault: HTTPException) -> int | None:
    """Seconds after which it may be tried again; None where waiting helps nothing."""
    return seconds_to_wait() if isinstance(fault, RateLimitExceeded) else None


def advice(fault: HTTPException) -> str:
    """What to do now; a limit may say it itself, and says how long it lasts."""
    if isinstance(fault, RateLimitExceeded):
        if fault.limit.error_message and fault.description:
            return fault.description
        return f"{wait_words(seconds_to_wait())} {gettext(NOT_KEPT)}"
    return gettext(ADVICE.get(fault.code or 500, ADVICE[500]))


def refusal(
    status: int,
    told: str,
    *,
    code: str,
    facts: Mapping[str, object] | None = None,
    retry_after: int | None = None,
    title: str | None = None,
    field: str | None = None,
) -> Response:
    """A refusal as a page or, under /api, as a problem; with how many seconds to wait, where that helps."""
    title = title or gettext(TITLES.get(status, TITLES[400]))
    if request.path.startswith("/api/"):
        problem = {
            "type": f"urn:traceapp:{code}",
            "title": title,
            "status": status,
            "detail": told,
            "code": code,
        }
        more: dict[str, object] = {"facts": {k: str(v) for k, v in facts.items()}} if facts else {}
        if field is not None:
            more["field"] = field
        if retry_after is not None:
            more["retry_after"] = retry_after
        response = jsonify(problem | more)
        response.content_type = "application/problem+json"
    else:
        page = render_template("errors/refusal.html", title=title, told=told, status=status)
        response = Response(page, content_type="text/html; charset=utf-8")
    response.status_code = status
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def _slug(status: int) -> str:
    return HTTPStatus(status).phrase.lower().replace(" ", "_")
