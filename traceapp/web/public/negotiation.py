"""Who is asking: a person with a browser, or a program. Told from the Accept header alone.

A browser names text/html; `*/*` alone is a program, and so is an empty header.
"""

from flask import request

from traceapp.domain.linkset import LINKSET_TYPE

PAGE_TYPES = ("text/html", "application/xhtml+xml", "text/*")
LINK_TYPES = (LINKSET_TYPE, "application/json", "application/ld+json")


def wants_page() -> bool:
    """Whether the client prefers a page."""
    wish = _wish(PAGE_TYPES)
    return wish > 0 and wish >= _wish(LINK_TYPES)


def wants_linkset() -> bool:
    """Whether the client asks for links."""
    wish = _wish(LINK_TYPES)
    return wish > 0 and wish > _wish(PAGE_TYPES)


def _wish(kinds: tuple[str, ...]) -> float:
    named = [
        float(wish)
        for value, wish in request.accept_mimetypes
        if value.partition(";")[0].strip().lower() in kinds
    ]
    return max(named, default=0.0)
