"""A form whose session ended while it stood open, or whose files are too large: nothing was done with it, and
what was typed is kept on a page that sends it again.

Somebody signed in anew in another tab, or was signed out, while they wrote. Only what a page of this host
sent is handed back: a page of another host must not have a form of ours filled in with its words and one
button to press. Passwords are never handed back, nor what is longer than `LONGEST`; files are chosen anew.
"""

from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from flask import Response, render_template, request
from flask_login import current_user

from traceapp.web.too_large import typed_in

LONGEST: Final = 200_000
NOT_KEPT: Final = frozenset({"csrf_token", "next"})


def is_from_here() -> bool:
    """Whether the browser says that a page of this host sent the form; silence is not believed."""
    return bool(request.origin) and urlsplit(request.origin).netloc == request.host


def is_from_script() -> bool:
    """Whether a page's script asks, which keeps what it sends itself."""
    return request.accept_mimetypes.best == "application/json"


def kept_fields() -> list[tuple[str, str]] | None:
    """What was typed, field by field; None where it must not or cannot be handed back."""
    return _kept(request.form.items(multi=True))


def _kept(fields: Iterable[tuple[str, str]]) -> list[tuple[str, str]] | None:
    sent = [(name, text) for name, text in fields if name not in NOT_KEPT]
    secret = any("password" in name for name, _text in sent)
    return None if secret or sum(len(text) for _name, text in sent) > LONGEST else sent


def page_to_send_again(status: int) -> Response | None:
    """The page that holds what was typed; None where there is nothing to hold, or nobody to trust with it."""
    if not is_from_here() or is_from_script():
        return None
    fields = kept_fields()
    files = sorted(request.files)
    if not fields and not files:
        return None
    return _page(status, fields or [], files)


def page_with_smaller_files() -> Response | None:
    """The same where the files of a form were too large to be taken in; None as there."""
    kept = fields_beside_files()
    return None if kept is None else _page(413, *kept, too_large=True)


def fields_beside_files() -> tuple[list[tuple[str, str]], list[str]] | None:
    """What was typed in a form whose files are too large, and the names of these; None as there."""
    length, most = request.content_length, request.max_content_length
    if length is None or most is None or length <= most or not is_from_here() or is_from_script():
        return None
    typed = typed_in(request)
    fields = _kept(typed.fields)
    return None if fields is None or not typed.files else (fields, typed.files)


def _page(
    status: int, fields: list[tuple[str, str]], files: list[str], *, too_large: bool = False
) -> Response:
    page = render_template(
        "errors/send_again.html",
        fields=fields,
        files=files,
        address=request.full_path.rstrip("?"),
        person=current_user.name if current_user.is_authenticated else None,
        too_large=too_large,
    )
    return Response(page, status, content_type="text/html; charset=utf-8")
