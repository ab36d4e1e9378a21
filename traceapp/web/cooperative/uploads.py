"""Files as forms bring them, and the store they go to."""

from typing import Final, cast

from flask import current_app
from wtforms import Field

from traceapp.domain.errors import Malformed
from traceapp.services.vouching.evidence import Evidence, check_evidence
from traceapp.storage import Storage

MOST_FILES: Final = 10  # at once: each is opened in a room of its own


def store() -> Storage:
    """Where this installation keeps files."""
    return cast("Storage", current_app.extensions["storage"])


def read_upload(field: Field, *, needed: bool = False) -> bytes:
    """The bytes of a file field, empty where none was chosen. May raise `evidence_missing`."""
    content: bytes = field.data.read() if field.data else b""
    if needed and not content:
        raise Malformed("evidence_missing", field=field.name)
    return content


def read_evidence(field: Field, *, needed: bool = False) -> list[Evidence]:
    """Every file of a field that takes several, each looked into.

    Raises `evidence_missing`, `evidence_files`, or what `check_evidence` does.
    """
    chosen = [file for file in field.data or () if file and file.filename]
    if needed and not chosen:
        raise Malformed("evidence_missing", field=field.name)
    if len(chosen) > MOST_FILES:
        raise Malformed("evidence_files", field=field.name, found=len(chosen), limit=MOST_FILES)
    return [check_evidence(file.read(), file.filename, field=field.name) for file in chosen]
