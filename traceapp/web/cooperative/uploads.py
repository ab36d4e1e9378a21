"""Files as forms bring them, and the store they go to."""

from typing import cast

from flask import current_app
from wtforms import Field

from traceapp.domain.errors import Malformed
from traceapp.services.evidence import Evidence, check_evidence
from traceapp.storage import Storage


def store() -> Storage:
    """Where this installation keeps files."""
    return cast("Storage", current_app.extensions["storage"])


def read_upload(field: Field, *, needed: bool = False) -> bytes:
    """The bytes of a file field, empty where none was chosen. May raise `evidence_missing`."""
    content: bytes = field.data.read() if field.data else b""
    if needed and not content:
        raise Malformed("evidence_missing", field=field.name)
    return content


def read_evidence(field: Field) -> list[Evidence]:
    """Every file of a field that takes several, each looked into. Raises what `check_evidence` does."""
    chosen = [file for file in field.data or () if file and file.filename]
    return [check_evidence(file.read(), file.filename, field=field.name) for file in chosen]
