"""Certificates as their holders enter them: what the paper says, what it covers, its scan.

Entering is not certifying and approving is not either (see `certification`): here a paper is copied into the
register by the one who holds it, who may change the copy until it is sent, and again when it comes back.
"""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from secrets import SystemRandom

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from traceapp.domain.actors import Actor
from traceapp.domain.certificates import CertificateTerms, RecordState, check_terms
from traceapp.domain.errors import Conflict, Malformed, NotFound
from traceapp.domain.identifiers import new_public_id
from traceapp.domain.numbers import parse_day
from traceapp.domain.parties import check_step
from traceapp.domain.permissions import Act
from traceapp.domain.text import clean_line, clean_text, folded
from traceapp.models import (
    Certificate,
    CertificateEvidence,
    CertificateSubject,
    Place,
    Scheme,
    TradeItem,
)
from traceapp.services import evidence, journal, registry, uniqueness
from traceapp.services.bodies import read_body
from traceapp.services.evidence import Evidence
from traceapp.storage import Storage

OPEN = frozenset({RecordState.DRAFT, RecordState.RETURNED})


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateEntry:
    """A certificate as typed. ``body`` is a public id, or "new" with a name."""

    number: str = ""
    scheme: str = ""
    standard: str = ""
    body: str = ""
    body_name: str = ""
    scope_text: str = ""
    trade_items: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    issued_on: str = ""
    valid_from: str = ""
    valid_until: str = ""


def add_certificate(
    session: Session, *, actor: Actor, entry: CertificateEntry, now: datetime, today: date
) -> Certificate:
    """A new copy of a paper, not sent yet. Raises `certificate_number_taken` and what `_fill` does."""
    actor.must(Act.EDIT_CERTIFICATE)
    holder = registry.own_party(session, actor)
    certificate = Certificate(
        public_id=new_public_id(SystemRandom()),
        holder=holder,
        demo=holder.demo,
        entered_by_id=actor.account_id,
        record_state=RecordState.DRAFT,
        created_at=now,
    )
    with session.no_autoflush:
        _fill(session, certificate, entry, actor, now, today)
    session.add(certificate)
    return _written(session, actor, certificate, "added_certificate", now)


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
    check_open(certificate)
    with session.no_autoflush:
        _fill(session, certificate, entry, actor, now, today)
    certificate.entered_by_id = actor.account_id
    flag_modified(certificate, "number")
    return _written(session, actor, certificate, "edited_certificate", now)


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
    check_open(certificate)
    sha256 = evidence.keep_file(
        session,
        storage,
        handed_in.content,
        actor=actor,
        media_type=handed_in.media_type,
        first_name=handed_in.first_name,
        now=now,
    )
    if sha256 in {held.sha256 for held in certificate.evidence}:
        return certificate
    certificate.evidence.append(CertificateEvidence(sha256=sha256, created_at=now))
    flag_modified(certificate, "number")
    return _written(session, actor, certificate, "added_evidence", now)


def remove_evidence(
    session: Session, *, actor: Actor, certificate: Certificate, sha256: str, now: datetime
) -> Certificate:
    """Take a wrong scan from a copy that was not sent; the store keeps the bytes."""
    actor.must(Act.EDIT_CERTIFICATE)
    check_open(certificate)
    held = next((row for row in certificate.evidence if row.sha256 == sha256), None)
    if held is None:
        return certificate
    certificate.evidence.remove(held)
    flag_modified(certificate, "number")
    return _written(session, actor, certificate, "removed_evidence", now, {"removed": sha256})


def submit_certificate(
    session: Session, *, actor: Actor, certificate: Certificate, now: datetime
) -> Certificate:
    """Send the copy to the province. Sending twice is sending once. Raises `certificate_no_evidence`."""
    actor.must(Act.SUBMIT_CERTIFICATE)
    if certificate.record_state is RecordState.SUBMITTED:
        return certificate
    check_step(certificate.record_state, RecordState.SUBMITTED)
    if not certificate.evidence:
        raise Conflict("certificate_no_evidence", field="evidence")
    certificate.record_state, certificate.submitted_at = RecordState.SUBMITTED, now
    return _written(session, actor, certificate, "submitted_certificate", now)


def check_open(certificate: Certificate) -> None:
    """Raises `certificate_locked` for one that was sent or approved."""
    if certificate.record_state not in OPEN:
        raise Conflict("certificate_locked")


def own_certificate(session: Session, actor: Actor, public_id: str, *, lock: bool = False) -> Certificate:
    """A certificate of the actor's own party; to a stranger it does not exist."""
    query = select(Certificate).where(
        Certificate.public_id == public_id, Certificate.holder_id == actor.party_id
    )
    certificate = session.scalar(query.with_for_update() if lock else query)
    if certificate is None:
        raise NotFound("record_not_found")
    return certificate


def list_certificates(session: Session, actor: Actor) -> list[Certificate]:
    """The party's certificates, what ends last first."""
    query = select(Certificate).where(Certificate.holder_id == actor.party_id)
    return list(session.scalars(query.order_by(Certificate.valid_until.desc(), Certificate.id)))


def odd_number(certificate: Certificate) -> bool:
    """Whether the number has another shape than its scheme's: a warning, never a refusal (domain.md, 7)."""
    shape = certificate.scheme.number_shape
    return shape is not None and re.fullmatch(shape, certificate.number) is None


def _fill(
    session: Session,
    certificate: Certificate,
    entry: CertificateEntry,
    actor: Actor,
    now: datetime,
    today: date,
) -> None:
    certificate.number = clean_line(entry.number, 80, field="number")
    if not certificate.number:
        raise Malformed("certificate_number_missing", field="number")
    certificate.folded_number = folded(certificate.number)
    certificate.scheme = _scheme(session, entry.scheme)
    certificate.standard = clean_line(entry.standard, 80, field="standard") or certificate.scheme.name_vi[:80]
    certificate.scope_text = clean_text(entry.scope_text, 1000, field="scope_text")
    if not certificate.scope_text:
        raise Malformed("certificate_scope_missing", field="scope_text")
    certificate.issued_on = _day(entry.issued_on, "issued_on")
    certificate.valid_from = (
        _day(entry.valid_from, "valid_from") if entry.valid_from else certificate.issued_on
    )
    certificate.valid_until = _day(entry.valid_until, "valid_until")
    check_terms(
        CertificateTerms(
            RecordState.DRAFT,
            certificate.valid_from,
            certificate.valid_until,
            issued_on=certificate.issued_on,
        )
    )
    _cover(session, certificate, entry, actor)
    certificate.body = read_body(
        session, chosen=entry.body, name=entry.body_name, actor=actor, now=now, today=today
    )


def _day(typed: str, name: str) -> date:
    if not typed.strip():
        raise Malformed("day_missing", field=name)
    return parse_day(typed, field=name)


def _scheme(session: Session, typed: str) -> Scheme:
    scheme = session.scalar(select(Scheme).where(Scheme.code == typed))
    if scheme is None:
        raise Malformed("choice_unknown", field="scheme", given=typed)
    return scheme


def _cover(session: Session, certificate: Certificate, entry: CertificateEntry, actor: Actor) -> None:
    """The subjects that were ticked, all of the holder's own; rows that stay are kept."""
    items = session.scalars(
        select(TradeItem).where(
            TradeItem.public_id.in_(entry.trade_items), TradeItem.party_id == actor.party_id
        )
    ).all()
    places = session.scalars(
        select(Place).where(Place.public_id.in_(entry.places), Place.party_id == actor.party_id)
    ).all()
    kept = [row for row in certificate.subjects if row.category is not None]
    wanted: list[TradeItem | Place] = [*items, *places]
    if not wanted and not kept:
        raise Malformed("certificate_subjects_missing", field="trade_items")
    present = {row.trade_item or row.place: row for row in certificate.subjects if row.category is None}
    certificate.subjects = kept + [present.get(thing) or _subject(thing) for thing in wanted]


def _subject(thing: TradeItem | Place) -> CertificateSubject:
    if isinstance(thing, TradeItem):
        return CertificateSubject(trade_item=thing)
    return CertificateSubject(place=thing)


def _written(
    session: Session,
    actor: Actor,
    certificate: Certificate,
    act: str,
    now: datetime,
    facts: dict[str, object] | None = None,
) -> Certificate:
    taken = ("certificate_number_taken", "number")
    uniqueness.flush(
        session,
        {"certificate.body_id": taken, "certificate_body_id_number": taken},
        given=certificate.number,
    )
    told: dict[str, object] = {
        "number": certificate.number,
        "scheme": certificate.scheme.code,
        "valid_from": certificate.valid_from,
        "valid_until": certificate.valid_until,
        "evidence": sorted(row.sha256 for row in certificate.evidence),
    }
    journal.record(
        session,
        actor=actor,
        act=act,
        subject=("certificate", certificate.public_id),
        now=now,
        facts=told | (facts or {}),
    )
    return certificate
