"""Who is asking: a person with a browser, or a program. Told from the Accept header alone.

A browser names text/html; `*/*` alone is a program, and so is an empty header.
"""

from flask import request
from werkzeug.datastructures import MIMEAccept

from traceapp.domain.linkset import LINKSET_TYPE

PAGE_TYPES = ("text/html", "application/xhtml+xml", "text/*")
LINK_TYPES = (LINKSET_TYPE, "application/json", "application/ld+json")


def wants_page() -> bool:
    """Whether the client prefers a page."""
    return prefers_page(request.accept_mimetypes)


def prefers_page(accept: MIMEAccept) -> bool:
    """The same of an Accept header, whoever sent it."""
    wish = _wish(accept, PAGE_TYPES)
    return wish > 0 and wish >= _wish(accept, LINK_TYPES)


def wants_linkset() -> bool:
    """Whether the client asks for links."""
    wish = _wish(request.accept_mimetypes, LINK_TYPES)
    return wish > 0 and wish > _wish(request.accept_mimetypes, PAGE_TYPES)


def _wish(accept: MIMEAccept, kinds: tuple[str, ...]) -> float:
    named = [float(wish) for value, wish in accept if value.partition(";")[0].strip().lower() in kinds]
    return max(named, default=0.0)
