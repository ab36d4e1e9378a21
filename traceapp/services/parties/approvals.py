"""Approving: the province's yes or no to a party, and the rules every yes obeys, a certificate's too.

Four eyes (who entered a record does not approve it), impartiality, and compare-and-set: the row is locked
and looked at again before it changes, so of twenty officers who press the button one has approved and
nineteen are told who did. `version` is what the officer's page showed; an edit since then sends them back.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.errors import Conflict, NotFound
from traceapp.domain.parties import PartyState, RecordState, check_step
from traceapp.domain.permissions import Act, check_four_eyes, check_impartial
from traceapp.domain.text import given_reason
from traceapp.i18n import shown_moment
from traceapp.models import Account, Certificate, Party
from traceapp.services import journal
from traceapp.services.locking import lock
from traceapp.services.taking_back import check_not_taken_back

ALREADY = {
    "approved": "already_approved",
    "returned": "already_returned",
    "suspended": "party_suspended",
}


def read_party(session: Session, public_id: str) -> Party:
    """A party before an officer; a draft is its owner's alone, one that was taken back says so.

    Raises `no_such_record`, `taken_back`.
    """
    found = session.scalar(select(Party).where(Party.public_id == public_id.upper()))
    if found is not None and found.state is not PartyState.DRAFT:
        return found
    if found is not None:
        check_not_taken_back(session, "party", found.public_id)
    raise NotFound("no_such_record")


def approve_party(
    session: Session, *, actor: Actor, party: Party, version: int | None = None, now: datetime
) -> Party:
    """Let the party's goods be public; a suspended one comes back by the same door."""
    actor.must(Act.APPROVE_PARTY)
    check_unchanged(session, party, PartyState.APPROVED, version)
    check_judge(actor, party.submitted_by_id, party.id)
    was = party.state
    party.return_reason = None
    return _decided(session, actor, party, PartyState.APPROVED, now, was=was)


def return_party(
    session: Session, *, actor: Actor, party: Party, reason: str, version: int | None = None, now: datetime
) -> Party:
    """Send the record back to be put right, with the reason its owner will read."""
    actor.must(Act.APPROVE_PARTY)
    check_unchanged(session, party, PartyState.RETURNED, version)
    check_judge(actor, party.submitted_by_id, party.id)
    party.return_reason = given_reason(reason)
    return _decided(session, actor, party, PartyState.RETURNED, now)


def suspend_party(
    session: Session, *, actor: Actor, party: Party, reason: str, version: int | None = None, now: datetime
) -> Party:
    """Take an approved party's goods from the public side until it is approved again."""
    actor.must(Act.SUSPEND_PARTY)
    check_unchanged(session, party, PartyState.SUSPENDED, version)
    check_judge(actor, party.submitted_by_id, party.id)
    party.return_reason = given_reason(reason)
    return _decided(session, actor, party, PartyState.SUSPENDED, now)


def check_unchanged(
    session: Session, record: Party | Certificate, after: PartyState | RecordState, version: int | None
) -> None:
    """Lock the record, read it again, and see that the step still fits.

    Raises `Conflict`: `already_approved`, `already_returned`, `party_suspended` (who, when), `taken_back`,
    `record_step`, or `changed_since` where the record was edited after the officer's page was made.
    """
    lock(session, record)
    before = record.state if isinstance(record, Party) else record.record_state
    if before.value == "draft":
        kind = "party" if isinstance(record, Party) else "certificate"
        check_not_taken_back(session, kind, record.public_id)
    if before.value == after.value:
        who, at = _last_decision(session, record)
        raise Conflict(ALREADY[before.value], who=who, at=at)
    if version is not None and record.version != version:
        raise Conflict("changed_since")
    check_step(before, after)


def _last_decision(session: Session, record: Party | Certificate) -> tuple[str, str]:
    """The name of who acted on it last, and when, for the eyes of another officer."""
    subject = ("party" if isinstance(record, Party) else "certificate", record.public_id)
    entries = journal.list_entries(session, subject=subject, limit=1)
    account = session.get(Account, entries[0].actor_id) if entries and entries[0].actor_id else None
    return account.display_name if account else "–", shown_moment(entries[0].at) if entries else "–"


def check_judge(actor: Actor, entered_by_id: int | None, party_id: int) -> None:
    """Four eyes and impartiality. Raises `NotAllowed`."""
    check_four_eyes(entered_by_id, actor.account_id)
    check_impartial({actor.party_id}, party_id)


def _decided(
    session: Session,
    actor: Actor,
    party: Party,
    state: PartyState,
    now: datetime,
    was: PartyState | None = None,
) -> Party:
    party.state, party.decided_by_id, party.decided_at = state, actor.account_id, now
    session.flush()
    act = "reinstated" if was is PartyState.SUSPENDED else state.value
    facts = {"reason_sha256": journal.fingerprint(party.return_reason)} if party.return_reason else {}
    journal.record(
        session,
        actor=actor,
        act=f"{act}_party",
        subject=("party", party.public_id),
        now=now,
        party_id=party.id,
        facts=facts,
    )
    return party
