"""Whether the files of a certificate are still the files that were handed in: hashed now, not remembered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from traceapp.domain.actors import Actor
from traceapp.domain.permissions import Act
from traceapp.models import Account, Certificate, CertificateEvidence
from traceapp.services import journal
from traceapp.storage import Storage


@dataclass(frozen=True, slots=True)
class FileCheck:
    """A file of a certificate and what became of it; `uploaded_by` is a party, never a person."""

    sha256: str
    name: str
    size: int
    uploaded_at: datetime
    uploaded_by: str
    intact: bool
    is_photo: bool = False


def hash_evidence(
    session: Session, storage: Storage, certificate: Certificate, *, today: date
) -> tuple[FileCheck, ...]:
    """Every file read from the store and hashed now."""
    return tuple(_checked(session, storage, evidence, today) for evidence in certificate.evidence)


def hash_all(
    session: Session, storage: Storage, certificates: Sequence[Certificate], *, today: date
) -> dict[int, tuple[FileCheck, ...]]:
    """The same of several, by the certificate's id; who sent the files is read at once."""
    who = {_sender(one) for certificate in certificates for one in certificate.evidence}
    query = select(Account).where(Account.id.in_(who - {None})).options(selectinload(Account.memberships))
    kept = session.scalars(query).all()  # in hand while each is asked for: the session finds them
    checks = {one.id: hash_evidence(session, storage, one, today=today) for one in certificates}
    del kept
    return checks


def check_evidence(
    session: Session,
    storage: Storage,
    *,
    actor: Actor,
    certificate: Certificate,
    today: date,
    now: datetime,
) -> tuple[FileCheck, ...]:
    """The same as an act: that it was done and what it gave stands in the journal."""
    actor.must(Act.LOOK_UP_CERTIFICATE)
    checks = hash_evidence(session, storage, certificate, today=today)
    journal.record(
        session,
        actor=actor,
        act="checked_evidence",
        subject=("certificate", certificate.public_id),
        now=now,
        party_id=certificate.holder_id,
        facts={"files": [{"sha256": one.sha256, "intact": one.intact} for one in checks]},
    )
    return checks


def _checked(session: Session, storage: Storage, evidence: CertificateEvidence, today: date) -> FileCheck:
    file = evidence.file
    who = _sender(evidence)
    account = session.get(Account, who) if who else None
    membership = next(iter(account.memberships), None) if account else None
    return FileCheck(
        sha256=file.sha256,
        name=file.first_name,
        size=file.size,
        uploaded_at=evidence.created_at,
        uploaded_by=membership.party.name_on(today) if membership else "",
        intact=storage.is_whole(file.sha256),
        is_photo=file.media_type.startswith("image/"),
    )


def _sender(evidence: CertificateEvidence) -> int | None:
    """Who handed it in with this certificate: the same bytes may have come from others before."""
    return evidence.added_by_id or evidence.file.uploaded_by_id
