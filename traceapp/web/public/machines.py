"""For machines: is the server alive, can it answer, what may robots read."""

from flask import Response
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from traceapp.extensions import reader, scan_reader
from traceapp.web.public.shell import door

ROBOTS = """User-agent: *
Disallow: /account
Disallow: /coop
Disallow: /inspect
Disallow: /province
Disallow: /report
Disallow: /share
Disallow: /recalls/*/acknowledge
Disallow: /passport
Disallow: /*/21/
"""


@door.get("/healthz")
def alive() -> ResponseReturnValue:
    """The process answers."""
    return _plain("ok")


@door.get("/readyz")
def ready() -> ResponseReturnValue:
    """Both databases answer too."""
    try:
        reader().execute(text("SELECT 1"))
        scan_reader().execute(text("SELECT 1"))
    except SQLAlchemyError:
        return _plain("not ready", 503)
    return _plain("ready")


@door.get("/robots.txt")
def robots() -> ResponseReturnValue:
    """Stamps and forms are nobody's search result."""
    return _plain(ROBOTS)


def _plain(told: str, status: int = 200) -> Response:
    return Response(told, status, content_type="text/plain; charset=utf-8")
