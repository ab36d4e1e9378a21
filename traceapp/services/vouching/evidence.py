"""Evidence of a certificate: PDF files as they were handed in, photos of the paper made anew, by SHA-256.

What is hashed is never rewritten afterwards. A PDF is kept byte for byte, so a file that could do anything
but be read is refused (trust.md, section 7). A photo of paper is no original: it is decoded and written anew
before it is hashed, which leaves the place where it was taken, and whatever else hung on it, behind. Names
and announced types are not believed, the first bytes are. Both are opened in a process apart (`quarantine`).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.errors import Malformed
from traceapp.domain.text import nfc
from traceapp.models import Certificate, CertificateEvidence, StoredFile
from traceapp.services import pictures
from traceapp.services.quarantine import open_apart
from traceapp.storage import Storage

MOST_BYTES: Final = 10 * 1024 * 1024
SUFFIXES: Final = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}


@dataclass(frozen=True, slots=True)
class Evidence:
    """Bytes that passed, and what they really are."""

    content: bytes
    media_type: str
    first_name: str = "evidence"


def check_evidence(content: bytes, first_name: str = "", *, field: str = "evidence") -> Evidence:
    """A PDF that can only be read, or a picture made anew.

    Raises `Malformed`: `evidence_bytes`, `evidence_format`, `file_demanding`, `pdf_encrypted`,
    `pdf_unreadable`, `pdf_active`, `pdf_mixed`, `pdf_pages`, `picture_pixels` or `picture_format`.
    """
    if not 0 < len(content) <= MOST_BYTES:
        size = f"{len(content) / 1024**2:.1f}".replace(".", ",")
        raise Malformed("evidence_bytes", field=field, found=size, limit=MOST_BYTES // 1024**2)
    if content.startswith(b"%PDF-"):
        open_apart("pdfs", content, unreadable=Malformed("pdf_unreadable", field=field))
        return Evidence(content, "application/pdf", honest_name(first_name, "application/pdf"))
    if content.startswith(b"GIF8") or not pictures.looks_like_picture(content):
        raise Malformed("evidence_format", field=field)
    photo = pictures.photographed_paper(content, field=field)
    return Evidence(photo, "image/jpeg", honest_name(first_name, "image/jpeg"))


def honest_name(name: str, media_type: str) -> str:
    """A file's name for people: its last part, printable, short, and ending in what the file really is.

    >>> honest_name("C:\\\\temp\\\\giay.pdf.html", "application/pdf")
    'giay-pdf.pdf'
    """
    last = nfc(name).replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(sign for sign in last if sign.isprintable()).strip()
    stem = plain.rpartition(".")[0] if "." in plain else plain
    stem = stem.strip(". ").replace(".", "-")[:150]
    return f"{stem or 'evidence'}.{SUFFIXES.get(media_type, 'bin')}"


def keep_file(
    session: Session,
    storage: Storage,
    content: bytes,
    *,
    actor: Actor | None,
    media_type: str,
    first_name: str,
    now: datetime,
    inline: bool = False,
) -> str:
    """The bytes in the store, fsynced, then their row; the same bytes twice are one file, also at once.

    Gives the hash. No actor: a passer-by's.
    """
    values = {
        "sha256": storage.put(content),
        "size": len(content),
        "media_type": media_type,
        "first_name": first_name,
        "inline": inline,
        "uploaded_by_id": actor.account_id if actor else None,
        "uploaded_at": now,
    }
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = sqlite.insert(StoredFile) if on_sqlite else postgresql.insert(StoredFile)
    session.execute(insert.values(**values).on_conflict_do_nothing())
    return str(values["sha256"])


def attach(
    session: Session, storage: Storage, certificate: Certificate, scan: Evidence, actor: Actor, now: datetime
) -> str:
    """Keep a scan with its certificate and tell its hash; the same file twice is one."""
    sha256 = keep_file(
        session,
        storage,
        scan.content,
        actor=actor,
        media_type=scan.media_type,
        first_name=scan.first_name,
        now=now,
    )
    if sha256 not in {held.sha256 for held in certificate.evidence}:
        certificate.evidence.append(
            CertificateEvidence(sha256=sha256, added_by_id=actor.account_id, created_at=now)
        )
    return sha256
