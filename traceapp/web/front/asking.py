"""A request for a stamp's page, read from what the server hands over; anything else is None.

Only what a telephone sends after a scan: GET of a key's canonical path in its one spelling, wanting a page,
in a language it names or prefers. One doubt, such as a second Accept header, a long one or a percent sign,
and the door behind answers: while something is read here everybody waits, and it is remembered.
"""

import re
from collections.abc import MutableMapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from werkzeug.datastructures import Accept, LanguageAccept, MIMEAccept
from werkzeug.http import parse_accept_header

from traceapp.domain.errors import RuleBroken
from traceapp.domain.identifiers import Gtin, RegistryNumber, Subject
from traceapp.i18n import best_language
from traceapp.web.public.negotiation import prefers_page

Scope = MutableMapping[str, Any]

_STAMP: Final = re.compile(rb"/(01/([0-9]{14})|P/([0-9]{8}))/21/([0-9A-HJKMNP-TV-Z]{12})")
_LANGUAGE: Final = re.compile(rb"(?:lang=([a-z]{2}))?")
_READ: Final = frozenset(
    {
        b"accept",
        b"accept-encoding",
        b"accept-language",
        b"user-agent",
        b"sec-purpose",
        b"purpose",
        b"x-purpose",
        b"x-moz",
    }
)


LONGEST: Final = 1024  # bytes of a header that is read here; browsers send a tenth of that


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: the stamp, the language, and what the browser said of itself."""

    address: str
    subject: Subject
    serial: str
    asked_language: str | None
    language: str
    browser: str
    purpose: str
    packed: bool


def read_request(scope: Scope, offered: tuple[str, ...]) -> Asked | None:
    """The request, if it is for a stamp's page and leaves no doubt."""
    if scope["method"] != "GET":
        return None
    path: bytes = scope["raw_path"]
    found = _STAMP.fullmatch(path)
    query = _LANGUAGE.fullmatch(scope["query_string"])
    if found is None or query is None:
        return None
    said: dict[bytes, str] = {}
    for name, value in scope["headers"]:
        if name in _READ:
            if name in said or len(value) > LONGEST:
                return None
            said[name] = value.decode("latin-1")
    if not _wants_page(said.get(b"accept", "")):
        return None
    subject = _subject((found[2] or found[3]).decode("ascii"))
    wanted = query[1].decode("ascii") if query[1] else None
    if subject is None or (wanted is not None and wanted not in offered):
        return None
    accepted = said.get(b"accept-language", "")
    return Asked(
        path.decode("ascii"),
        subject,
        found[4].decode("ascii"),
        wanted,
        wanted or _language(accepted, offered),
        said.get(b"user-agent", ""),
        " ".join(said[name] for name in (b"sec-purpose", b"purpose", b"x-purpose", b"x-moz") if name in said),
        _takes_gzip(said.get(b"accept-encoding", "")),
    )


@lru_cache(maxsize=1024)
def _wants_page(accept: str) -> bool:
    return prefers_page(parse_accept_header(accept, MIMEAccept))


@lru_cache(maxsize=1024)
def _takes_gzip(accepted: str) -> bool:
    """Whether gzip is among what it names; a star alone is a program's, and gets the bytes as they are."""
    return parse_accept_header(accepted, Accept)["gzip"] > 0 and "gzip" in accepted


@lru_cache(maxsize=1024)
def _language(accepted: str, offered: tuple[str, ...]) -> str:
    return best_language(None, parse_accept_header(accepted, LanguageAccept).values(), offered)


@lru_cache(maxsize=65_536)
def _subject(digits: str) -> Subject | None:
    """The number a stamp is bound to; None where its check digit is wrong."""
    kind = Gtin if len(digits) == 14 else RegistryNumber
    try:
        return kind.parse(digits)
    except RuleBroken:
        return None
