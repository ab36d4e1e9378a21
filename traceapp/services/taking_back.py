"""Taking back what was sent to the province, before it is answered: a draft again, with everything kept.

Who sent it may take it back, and nobody else. The row is held and looked at again (as an approval does), so
of an officer who approves and a sender who takes back exactly one has acted and the other is told.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.errors import Conflict, NotAllowed
from traceapp.domain.parties import PartyState, RecordState, check_step
from traceapp.domain.permissions import Act
from traceapp.i18n import shown_moment
from traceapp.models import Certificate, Party
from traceapp.services import journal
from traceapp.services.locking import lock

ACTS = {"certificate": "took_back_certificate", "party": "took_back_party"}


def take_back_certificate(
    session: Session, *, actor: Actor, certificate: Certificate, now: datetime
) -> Certificate:
    """Make it a draft of the side that sent it. Twice is once.

    Raises `sent_by_other`, `answered_approved` or `answered_returned`.
    """
    actor.must(Act.TAKE_BACK_CERTIFICATE)
    lock(session, certificate)
    if not certificate.sent_by(actor.party_id):
        raise NotAllowed("sent_by_other")
    if certificate.record_state is RecordState.DRAFT:
        return certificate
    _check_unanswered(certificate.record_state)
    certificate.record_state = RecordState.DRAFT
    session.flush()
    journal.record(
        session,
        actor=actor,
        act=ACTS["certificate"],
        subject=("certificate", certificate.public_id),
        now=now,
        party_id=certificate.holder_id,
        facts={"number": certificate.number, "evidence": sorted(row.sha256 for row in certificate.evidence)},
    )
    return certificate


def take_back_party(session: Session, *, actor: Actor, party: Party, now: datetime) -> Party:
    """The same for the actor's own registration. Raises `answered_approved` or `answered_returned`."""
    actor.must(Act.TAKE_BACK_PARTY)
    lock(session, party)
    if party.state is PartyState.DRAFT:
        return party
    _check_unanswered(party.state)
    party.state = PartyState.DRAFT
    session.flush()
    journal.record(
        session,
        actor=actor,
        act=ACTS["party"],
        subject=("party", party.public_id),
        now=now,
        party_id=party.id,
    )
    return party


def check_not_taken_back(session: Session, kind: str, public_id: str) -> None:
    """For an officer who meets a draft: raises `taken_back` with its moment where its sender took it back."""
    for entry in journal.list_entries(session, act=ACTS[kind], subject=(kind, public_id), limit=1):
        raise Conflict("taken_back", at=shown_moment(entry.at))


def _check_unanswered(state: RecordState | PartyState) -> None:
    if state.value in ("approved", "returned"):
        raise Conflict(f"answered_{state.value}")
    check_step(state, type(state)("draft"))
