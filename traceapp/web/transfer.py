"""What an answer weighs on the way: packed where it may be, asked for once where it never changes.

A style sheet or script has its fingerprint in its address, so that a browser asks for it once and gets the
new one the moment there is a new one. Answers are packed for who sent no cookie. Those to somebody signed in
are not: a page that holds a secret beside words somebody else chose tells the secret by its length (BREACH).
Stamp pages from memory are packed by `web/public/holes.py`.
"""

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from flask import Flask, Response, request
from flask_compress import Compress

SUFFIXES: Final = frozenset({".css", ".js", ".svg"})
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

    folders = _folders(app)

    @app.url_defaults
    def _name_the_version(endpoint: str, values: dict[str, object]) -> None:
        if endpoint in folders and "v" not in values:
            values["v"] = _versions(folders[endpoint]).get(str(values["filename"]))

    @app.after_request
    def _lighten(response: Response) -> Response:
        folder = folders.get(request.endpoint or "")
        if folder is not None:
            response.headers["Cache-Control"] = _kept(folder, response)
            response.direct_passthrough = False
            response.make_sequence()  # a file is a stream, and a short one: it is read whole and closed
            response.close()
        elif request.cookies:
            return response
        return compress.after_request(response) if response.status_code != PART else response


def _kept(folder: Path, response: Response) -> str:
    """For ever where the address names the version that is served; else it is asked for again."""
    if response.status_code not in {200, PART, 304}:
        return "no-store"
    version = _versions(folder).get((request.view_args or {})["filename"])
    return FOR_EVER if version is not None and version == request.args.get("v") else "no-cache"


def _folders(app: Flask) -> dict[str, Path]:
    """Where the files of each endpoint lie."""
    owners = {"static": app, "bootstrap.static": app.blueprints["bootstrap"]}
    return {endpoint: Path(str(owner.static_folder)) for endpoint, owner in owners.items()}


@cache
def _versions(folder: Path) -> dict[str, str]:
    """Twelve digits of the SHA-256 of each file, read once. What is not among them is never opened."""
    files = (file for file in folder.rglob("*") if file.is_file() and file.suffix in SUFFIXES)
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()[:12]
        for file in files
    }
