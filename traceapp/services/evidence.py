"""Evidence as it was handed in: scans and photos of certificates, kept by their SHA-256 and never rewritten.

The hash is of the very bytes that came, so nothing is cleaned: a file that could do anything but be read is
refused instead (trust.md, section 7). Names and announced types are not believed, the first bytes are. A PDF
is opened by pikepdf (qpdf), every object looked at; a photo by Pillow.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any, Final

import pikepdf
from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.errors import Malformed
from traceapp.models import StoredFile
from traceapp.services import pictures
from traceapp.storage import Storage

MOST_BYTES: Final = 10 * 1024 * 1024
MOST_PAGES: Final = 60
MOST_OBJECTS: Final = 50_000
DEEPEST: Final = 60
PICTURES: Final = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
ACTIVE_KEYS: Final = frozenset({"/JavaScript", "/JS", "/AA", "/Launch", "/XFA", "/EF", "/EmbeddedFiles"})
ACTIVE_NAMES: Final = frozenset(
    {"/JavaScript", "/Launch", "/EmbeddedFile", "/Filespec", "/RichMedia", "/SubmitForm", "/ImportData"}
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Bytes that passed, and what they really are."""

    content: bytes
    media_type: str
    first_name: str = "evidence"


def check_evidence(content: bytes, first_name: str = "", *, field: str = "evidence") -> Evidence:
    """A PDF, JPEG, PNG or WebP that can only be read.

    Raises `Malformed`: `evidence_bytes`, `evidence_format`, `pdf_encrypted`, `pdf_unreadable`, `pdf_active`,
    `pdf_pages`, `picture_pixels` or `picture_format`.
    """
    if not 0 < len(content) <= MOST_BYTES:
        size = f"{len(content) / 1024**2:.1f}".replace(".", ",")
        raise Malformed("evidence_bytes", field=field, found=size, limit=MOST_BYTES // 1024**2)
    kind = _kind(content)
    if kind is None:
        raise Malformed("evidence_format", field=field)
    if kind == "application/pdf":
        _check_pdf(content, field)
    else:
        pictures.decoded(content, field=field)
    return Evidence(content, kind, _plain_name(first_name))


def _kind(content: bytes) -> str | None:
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for magic, kind in PICTURES.items() if content.startswith(magic)), None)


def _plain_name(name: str) -> str:
    """A file's name for the eyes of the one who uploaded it: the last part, printable, short."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(sign for sign in last if sign.isprintable())[:200] or "evidence"


def _check_pdf(content: bytes, field: str) -> None:
    try:
        with pikepdf.open(BytesIO(content)) as pdf:
            if pdf.is_encrypted:
                raise Malformed("pdf_encrypted", field=field)
            _check_pages(pdf, field)
            for held in pdf.objects:
                _check_object(held, field)
    except pikepdf.PasswordError as locked:
        raise Malformed("pdf_encrypted", field=field) from locked
    except (pikepdf.PdfError, RecursionError, ValueError, TypeError) as broken:
        raise Malformed("pdf_unreadable", field=field) from broken


def _check_pages(pdf: pikepdf.Pdf, field: str) -> None:
    if len(pdf.objects) > MOST_OBJECTS:
        raise Malformed("pdf_unreadable", field=field)
    pages = len(pdf.pages)
    if not 1 <= pages <= MOST_PAGES:
        raise Malformed("pdf_pages", field=field, found=pages, limit=MOST_PAGES)


def _check_object(held: Any, field: str, depth: int = 0) -> None:
    """One object with what lies directly inside it; what it points to comes in its own turn."""
    if depth > DEEPEST:
        raise Malformed("pdf_unreadable", field=field)
    if isinstance(held, pikepdf.Name) and str(held) in ACTIVE_NAMES:
        raise Malformed("pdf_active", field=field, found=str(held).removeprefix("/"))
    for key, inside in _inside(held):
        if key in ACTIVE_KEYS:
            raise Malformed("pdf_active", field=field, found=key.removeprefix("/"))
        if not getattr(inside, "is_indirect", False):
            _check_object(inside, field, depth + 1)


def _inside(held: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(held, pikepdf.Stream):
        held = held.stream_dict
    if isinstance(held, pikepdf.Dictionary):
        yield from ((str(key), inside) for key, inside in held.items())
    elif isinstance(held, pikepdf.Array):
        yield from (("", inside) for inside in held)


def keep_file(
    session: Session,
    storage: Storage,
    content: bytes,
    *,
    actor: Actor,
    media_type: str,
    first_name: str,
    now: datetime,
    inline: bool = False,
) -> str:
    """The bytes in the store, fsynced, then their row; the same bytes twice are one file. Gives the hash."""
    sha256 = storage.put(content)
    if session.get(StoredFile, sha256) is None:
        session.add(
            StoredFile(
                sha256=sha256,
                size=len(content),
                media_type=media_type,
                first_name=first_name,
                inline=inline,
                uploaded_by_id=actor.account_id,
                uploaded_at=now,
            )
        )
        session.flush()
    return sha256
