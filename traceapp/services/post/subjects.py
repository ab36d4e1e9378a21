"""What letters are about: the log shows the record and its own number, never the key the outbox keeps.

>>> name_in("certificate:0K7M2Q4X", "certificate"), name_in("week:2026-49", "certificate")
('0K7M2Q4X', None)
"""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp.models import Certificate, Letter, RecallNotice, Restriction

About = Certificate | Restriction


def name_in(subject: str, kind: str) -> str | None:
    """The public id of a subject of this kind."""
    found, _, name = subject.partition(":")
    return name if found == kind else None


def subjects_of(session: Session, letters: Iterable[Letter]) -> dict[str, About]:
    """The record each subject names: a certificate, or the recall whose holder was written to."""
    subjects = {letter.subject for letter in letters}
    certificates = {name: one for one in subjects if (name := name_in(one, "certificate"))}
    notices = {name: one for one in subjects if (name := name_in(one, "recall_notice"))}
    found: dict[str, About] = {}
    for paper in session.scalars(select(Certificate).where(Certificate.public_id.in_(certificates))):
        found[certificates[paper.public_id]] = paper
    for notice in session.scalars(select(RecallNotice).where(RecallNotice.public_id.in_(notices))):
        found[notices[notice.public_id]] = notice.restriction
    return found
