"""A form whose session ended while it stood open: nothing was done with it, and what was typed is kept on a
page that sends it again.

Somebody signed in anew in another tab, or was signed out, while they wrote. Only what a page of this host
sent is handed back: a page of another host must not have a form of ours filled in with its words and one
button to press. Passwords are never handed back, nor what is longer than `LONGEST`; files are chosen anew.
"""

from typing import Final
from urllib.parse import urlsplit

from flask import Response, render_template, request
from flask_login import current_user

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
    sent = [(name, text) for name, text in request.form.items(multi=True) if name not in NOT_KEPT]
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
    page = render_template(
        "errors/send_again.html",
        fields=fields or [],
        files=files,
        address=request.full_path.rstrip("?"),
        person=current_user.name if current_user.is_authenticated else None,
    )
    return Response(page, status, content_type="text/html; charset=utf-8")
