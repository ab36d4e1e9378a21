"""Certificates as their holders enter them: what the paper says, what it covers, its scan.

Entering is not certifying and approving is not either (see `certification`): here a paper is copied into the
register by the one who holds it, who may change the copy until it is sent, and again when it comes back.
"""

import re
from datetime import date, datetime
from secrets import SystemRandom

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from traceapp.domain.actors import Actor
from traceapp.domain.certificates import RecordState
from traceapp.domain.errors import Conflict, NotFound
from traceapp.domain.identifiers import new_public_id
from traceapp.domain.parties import check_step
from traceapp.domain.permissions import Act
from traceapp.models import Certificate, Scheme
from traceapp.services.locking import lock
from traceapp.services.parties import registry
from traceapp.services.vouching import evidence, renewals
from traceapp.services.vouching.certificate_entry import CertificateEntry, fill, write
from traceapp.services.vouching.evidence import Evidence
from traceapp.storage import Storage

__all__ = [
    "CertificateEntry",
    "add_certificate",
    "add_evidence",
    "check_open",
    "discard_certificate",
    "edit_certificate",
    "odd_number",
    "other_scheme",
    "own_certificate",
    "remove_evidence",
    "submit_certificate",
]


def add_certificate(
    session: Session,
    *,
    actor: Actor,
    entry: CertificateEntry,
    replaces: Certificate | None = None,
    now: datetime,
    today: date,
) -> Certificate:
    """A new copy of a paper, not sent yet; of the one that renews another where `replaces` is given.

    Raises `certificate_number_taken`, what `certificate_entry.fill` and `renewals.check_renewal` do.
    """
    actor.must(Act.EDIT_CERTIFICATE)
    holder = registry.own_party(session, actor)
    if replaces is not None:
        lock(session, replaces)  # before its body, and before the journal, which a new body takes
    certificate = Certificate(
        public_id=new_public_id(SystemRandom()),
        holder=holder,
        demo=holder.demo,
        entered_by_id=actor.account_id,
        record_state=RecordState.DRAFT,
        created_at=now,
    )
    with session.no_autoflush:
        fill(session, certificate, entry, actor, now, today)
    if replaces is not None:
        renewals.link(session, certificate, replaces, today, actor.party_id)
    else:
        renewals.check_number(session, certificate)
    session.add(certificate)
    if replaces is None:
        return write(session, actor, certificate, "added_certificate", now)
    linked: dict[str, object] = {"replaces": replaces.public_id}
    return write(session, actor, certificate, "renewed_certificate", now, linked)


def discard_certificate(session: Session, *, actor: Actor, certificate: Certificate, now: datetime) -> None:
    """Take back a copy that was never approved: the row goes, its files and the journal stay.

    Raises `certificate_locked`, or `certificate_named` where a record of a check speaks of it.
    """
    actor.must(Act.EDIT_CERTIFICATE)
    check_open(certificate, actor.party_id)
    write(session, actor, certificate, "discarded_certificate", now)
    session.delete(certificate)
    try:
        session.flush()
    except IntegrityError as named:
        raise Conflict("certificate_named") from named


def edit_certificate(
    session: Session,
    *,
    actor: Actor,
    certificate: Certificate,
    entry: CertificateEntry,
    now: datetime,
    today: date,
) -> Certificate:
    """Change a copy that was not sent, or came back."""
    actor.must(Act.EDIT_CERTIFICATE)
    check_open(certificate, actor.party_id)
    with session.no_autoflush:
        fill(session, certificate, entry, actor, now, today)
        if certificate.replaces is not None:
            renewals.check_follows(session, certificate, certificate.replaces)
        else:
            renewals.check_number(session, certificate)
    certificate.entered_by_id = actor.account_id
    flag_modified(certificate, "number")
    return write(session, actor, certificate, "edited_certificate", now)


def add_evidence(
    session: Session,
    storage: Storage,
    *,
    actor: Actor,
    certificate: Certificate,
    handed_in: Evidence,
    now: datetime,
) -> Certificate:
    """Keep a scan of the paper: the bytes first, then the row. The same file twice is one."""
    actor.must(Act.EDIT_CERTIFICATE)
    check_open(certificate, actor.party_id)
    before = {held.sha256 for held in certificate.evidence}
    if evidence.attach(session, storage, certificate, handed_in, actor, now) in before:
        return certificate
    flag_modified(certificate, "number")
    return write(session, actor, certificate, "added_evidence", now)


def remove_evidence(
    session: Session, *, actor: Actor, certificate: Certificate, sha256: str, now: datetime
) -> Certificate:
    """Take a wrong scan from a copy that was not sent; the store keeps the bytes."""
    actor.must(Act.EDIT_CERTIFICATE)
    check_open(certificate, actor.party_id)
    held = next((row for row in certificate.evidence if row.sha256 == sha256), None)
    if held is None:
        return certificate
    certificate.evidence.remove(held)
    flag_modified(certificate, "number")
    return write(session, actor, certificate, "removed_evidence", now, {"removed": sha256})


def submit_certificate(
    session: Session, *, actor: Actor, certificate: Certificate, now: datetime
) -> Certificate:
    """Send the copy to the province. Sending twice is sending once.

    Raises `certificate_no_evidence`, or `certificate_number_taken` by another renewal sent meanwhile.
    """
    actor.must(Act.SUBMIT_CERTIFICATE)
    if certificate.record_state is RecordState.SUBMITTED:
        return certificate
    check_step(certificate.record_state, RecordState.SUBMITTED)
    if not certificate.evidence:
        raise Conflict("certificate_no_evidence", field="evidence")
    check_open(certificate, actor.party_id)
    renewals.check_sent_number(session, certificate)
    certificate.record_state, certificate.submitted_at = RecordState.SUBMITTED, now
    certificate.sent_by_id = actor.party_id
    return write(session, actor, certificate, "submitted_certificate", now)


def check_open(certificate: Certificate, party_id: int | None) -> None:
    """Raises `certificate_locked` for one that was sent or approved, `kept_by_sender` for another's draft."""
    if not certificate.record_state.is_open:
        raise Conflict("certificate_locked")
    if not certificate.open_to(party_id):
        raise Conflict("kept_by_sender")


def own_certificate(session: Session, actor: Actor, public_id: str, *, lock: bool = False) -> Certificate:
    """A certificate of the actor's own party; to a stranger it does not exist."""
    query = select(Certificate).where(
        Certificate.public_id == public_id, Certificate.holder_id == actor.party_id
    )
    certificate = session.scalar(query.with_for_update(key_share=True) if lock else query)
    if certificate is None:
        raise NotFound("record_not_found")
    return certificate


def other_scheme(session: Session, certificate: Certificate) -> Scheme | None:
    """The scheme whose edition the standard names, where it is not the certificate's: a warning as well."""
    if certificate.scheme.edition_of(certificate.standard) is not None:
        return None
    others = session.scalars(select(Scheme).order_by(Scheme.position, Scheme.id))
    return next((one for one in others if one.edition_of(certificate.standard) is not None), None)


def odd_number(certificate: Certificate) -> bool:
    """Whether the number has another shape than its scheme's: a warning, never a refusal (domain.md, 7)."""
    shape = certificate.scheme.number_shape
    return shape is not None and re.fullmatch(shape, certificate.number) is None
