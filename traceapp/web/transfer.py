"""What an answer weighs on the way: packed where it may be, asked for once where it never changes.

A style sheet or script has its fingerprint in its address, so that a browser asks for it once and gets the
new one the moment there is a new one. Answers are packed for who sent no cookie. Those to somebody signed in
are not: a page that holds a secret beside words somebody else chose tells the secret by its length (BREACH).
Stamp pages from memory are packed by `web/public/holes.py`.
"""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Final

from flask import Flask, Response, request
from flask_compress import Compress

STATIC: Final = frozenset({"static", "bootstrap.static"})
PART: Final = 206  # a range of bytes is one of the bytes as they are
FOR_EVER: Final = "public, max-age=31536000, immutable"
PACKED: Final = (
    "application/atom+xml",
    "application/json",
    "application/ld+json",
    "application/linkset+json",
    "application/problem+json",
    "image/svg+xml",
    "text/css",
    "text/csv",
    "text/html",
    "text/javascript",
    "text/plain",
)


def init_app(app: Flask) -> None:
    """Give files addresses that change with them, and pack what may be packed."""
    app.config.from_mapping(
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_MIMETYPES=list(PACKED),
        COMPRESS_REGISTER=False,
        COMPRESS_STREAMS=False,
    )
    compress = Compress()
    compress.init_app(app)

    @app.url_defaults
    def _name_the_version(endpoint: str, values: dict[str, object]) -> None:
        if endpoint in STATIC and "v" not in values:
            values["v"] = _fingerprint(_folder(app, endpoint) / str(values["filename"]))

    @app.after_request
    def _lighten(response: Response) -> Response:
        if request.endpoint in STATIC:
            if _is_current(app, request.endpoint):
                response.headers["Cache-Control"] = FOR_EVER
            response.direct_passthrough = False
            response.make_sequence()  # a file is a stream, and a short one: it is read whole and closed
            response.close()
        elif request.cookies:
            return response
        return compress.after_request(response) if response.status_code != PART else response


def _is_current(app: Flask, endpoint: str) -> bool:
    """Whether the address names the version that is served; another is answered, and not kept."""
    named, view = request.args.get("v"), request.view_args or {}
    return named is not None and named == _fingerprint(_folder(app, endpoint) / str(view["filename"]))


def _folder(app: Flask, endpoint: str) -> Path:
    owner = app.blueprints[endpoint.split(".", maxsplit=1)[0]] if "." in endpoint else app
    return Path(str(owner.static_folder))


@lru_cache(maxsize=256)
def _fingerprint(file: Path) -> str | None:
    """Twelve digits of its SHA-256; None where there is no such file. Only an installation changes one."""
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12] if file.is_file() else None
