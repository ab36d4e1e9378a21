"""Evidence files, kept by their hash and handed out to keep; only a picture of ours opens in this site.

What strangers handed in may hold anything, so it leaves as an attachment under a sandbox (trust.md, row 8),
its name ending in what it is: a picture saved as a page of the web would be opened as one.
With ``?view`` a photo is shown as a picture drawn anew from its pixels; a PDF is not, whoever checked it.
"""

from collections.abc import Iterable
from io import BytesIO

from flask import Response, abort, current_app, request, send_file
from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.errors import Malformed, NotFound
from traceapp.models import Certificate, StoredFile
from traceapp.services.pictures import reencode
from traceapp.services.vouching.evidence import Evidence, honest_name, keep_file
from traceapp.storage import FileGone, Storage
from traceapp.web.languages import gettext, now


def storage() -> Storage:
    """The store of this installation."""
    found: Storage = current_app.extensions["storage"]
    return found


def keep_scan(session: Session, actor: Actor, scan: Evidence | None) -> str | None:
    """The hash of the scan that comes with an act, kept; None where there is none."""
    if scan is None:
        return None
    return keep_file(
        session,
        storage(),
        scan.content,
        actor=actor,
        media_type=scan.media_type,
        first_name=scan.first_name,
        now=now(),
    )


def evidence_answer(certificate: Certificate, sha256: str) -> Response:
    """A file of a certificate, or of a decision about it."""
    papers = (one.file for one in certificate.evidence)
    return file_answer((*papers, *(one.file for one in certificate.decisions)), sha256)


def file_answer(held: Iterable[StoredFile | None], sha256: str) -> Response:
    """One of these files as it was handed in; 404 for any other hash, or where the file is gone."""
    file = next((one for one in held if one is not None and one.sha256 == sha256), None)
    if file is None:
        raise NotFound("no_such_record")
    try:
        content = storage().get(sha256)
    except FileGone:
        abort(404, gettext("Tệp không còn trong kho lưu trữ."))
    picture = _redrawn(file, content) if "view" in request.args else None
    if picture is not None:
        answer = Response(picture, content_type="image/webp")
    else:
        answer = send_file(
            BytesIO(content),
            mimetype=file.media_type,
            as_attachment=True,
            download_name=honest_name(file.first_name, file.media_type),
        )
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "no-store"  # who may see it today may not tomorrow
    return answer


def _redrawn(file: StoredFile, content: bytes) -> bytes | None:
    """A photo as a picture of ours; None for anything else, or where its bytes are no photo any more."""
    if not file.media_type.startswith("image/"):
        return None
    try:
        return reencode(content)
    except Malformed:
        return None
