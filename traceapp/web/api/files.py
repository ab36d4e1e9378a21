"""Files on their way through this door: out as an attachment under a sandbox, in as bytes or base64.

A scan that belongs to an act stands in the act's own body (`FileWish`), so that one request is the whole act
and can be sent again.
"""

import base64
import binascii
from collections.abc import Iterable
from typing import Any, Final

from flask import Response
from pydantic import Field

from traceapp.domain.errors import Malformed, NotFound
from traceapp.i18n import N_
from traceapp.models import StoredFile
from traceapp.services.vouching.evidence import Evidence, check_evidence, honest_name
from traceapp.storage import FileGone
from traceapp.web.api import shapes
from traceapp.web.evidence import storage

BYTES: Final[dict[str, Any]] = {"schema": {"type": "string", "format": "binary"}}
SCANS: Final = dict.fromkeys(("application/pdf", "image/jpeg", "image/png", "image/webp"), BYTES)
MOST_SIGNS: Final = 14 * 1024 * 1024  # of base64, for ten megabytes
BASE64: Final[dict[str, Any]] = {"format": "base64"}


class FileWish(shapes.Question):
    """A scan within an act."""

    name: str = Field("", max_length=200, description=N_("Tên tệp"))
    content: str = Field(
        min_length=4,
        max_length=MOST_SIGNS,
        pattern="^[A-Za-z0-9+/]+={0,2}$",
        description=N_("PDF, JPEG, PNG hoặc WebP, tối đa 10 MB, viết bằng base64"),
        json_schema_extra=BASE64,
    )


def read_scan(wish: FileWish | None, *, field: str = "file") -> Evidence | None:
    """The scan, looked into before the act begins; None where there is none.

    Raises `base64_broken` and what `check_evidence` does.
    """
    if wish is None:
        return None
    try:
        content = base64.b64decode(wish.content, validate=True)
    except binascii.Error as broken:
        raise Malformed("base64_broken", field=field) from broken
    return check_evidence(content, wish.name, field=field)


def one_of(held: Iterable[StoredFile | None], sha256: str) -> Response:
    """One of these files. Raises `NotFound` for any other hash."""
    file = next((one for one in held if one is not None and one.sha256 == sha256), None)
    if file is None:
        raise NotFound("no_such_record")
    return kept_file(file)


def kept_file(file: StoredFile) -> Response:
    """A file as it is kept. Raises `NotFound` where the store has lost it."""
    try:
        content = storage().get(file.sha256)
    except FileGone as gone:
        raise NotFound("no_such_record") from gone
    answer = Response(content, content_type=file.media_type)
    name = honest_name(file.first_name, file.media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
