"""A decision written down by mistake: on the wrong certificate, or with the wrong day.

Its row is never changed and never goes: a second row says that it was a mistake, who says so and why, and
from then on the certificate stands on every day as if the decision had not been. Who wants it back, or the
right day, writes a new decision. What the body decided itself only the body calls a mistake; a final decision
is called so by another person than the one who wrote it down.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.days import today_in_vietnam
from traceapp.domain.errors import Conflict, NotAllowed, NotFound, RuleBroken
from traceapp.domain.permissions import Act, Role, check_impartial
from traceapp.domain.text import given_reason
from traceapp.models import Certificate, CertificateDecision, DecisionMistake
from traceapp.services import journal
from traceapp.services.vouching import renewals
from traceapp.services.vouching.decisions import facts_of, hold_decisions


def mark_mistake(
    session: Session, *, actor: Actor, certificate: Certificate, sequence: int, reason: str, now: datetime
) -> DecisionMistake:
    """Say that one decision was written down by mistake.

    Raises `NotFound`, what `check_marker` does, `mistake_marked` where somebody said so before, or
    `mistake_renewed` where another renewal has taken the place of the certificate that would live again.
    """
    by_body = _check_side(actor, certificate)
    hold_decisions(session, certificate)
    decision = next((one for one in certificate.decisions if one.sequence == sequence), None)
    if decision is None:
        raise NotFound("no_such_record")
    check_marker(actor, decision)
    if decision.mistake is not None:
        raise Conflict("mistake_marked", since=today_in_vietnam(decision.mistake.created_at))
    said = given_reason(reason)
    if decision.kind.is_terminal:
        renewals.check_lives_again(session, certificate, today_in_vietnam(now))
        certificate.number_free = False
    decision.mistake = DecisionMistake(reason=said, marked_by_id=actor.account_id, created_at=now)
    session.flush()
    _tell(session, actor, certificate, decision, said, by_body, now)
    return decision.mistake


def list_markable(actor: Actor, certificate: Certificate) -> Sequence[tuple[CertificateDecision, str | None]]:
    """The decisions nobody called a mistake yet, and by which code this actor may not; the newest first."""
    standing = [one for one in reversed(certificate.decisions) if one.mistake is None]
    return [(one, _refusal(actor, one)) for one in standing]


def check_marker(actor: Actor, decision: CertificateDecision) -> None:
    """Raises `NotAllowed`: `mistake_of_body` for a stranger to the body that decided itself, or
    `mistake_four_eyes` for who wrote down a final decision."""
    if not actor.has(Role.BODY_OFFICER) and _taken_by_body(decision):
        raise NotAllowed("mistake_of_body")
    if decision.kind.is_terminal and decision.recorded_by_id == actor.account_id:
        raise NotAllowed("mistake_four_eyes")


def _refusal(actor: Actor, decision: CertificateDecision) -> str | None:
    try:
        check_marker(actor, decision)
    except RuleBroken as broken:
        return broken.code
    return None


def _check_side(actor: Actor, certificate: Certificate) -> bool:
    """See that the actor may speak of this certificate's decisions; whether they are of the body."""
    by_body = actor.has(Role.BODY_OFFICER)
    actor.must(Act.DECIDE_CERTIFICATE if by_body else Act.RECORD_DECISION)
    if by_body and certificate.body_id != actor.party_id:
        raise NotFound("no_such_record")
    check_impartial({actor.party_id}, certificate.holder_id)
    return by_body


def _taken_by_body(decision: CertificateDecision) -> bool:
    """Whether an officer of the body wrote it down: they do so for no other."""
    day = today_in_vietnam(decision.created_at)
    held = decision.recorded_by.memberships
    return any(one.role is Role.BODY_OFFICER and one.holds_on(day) for one in held)


def _tell(
    session: Session,
    actor: Actor,
    certificate: Certificate,
    decision: CertificateDecision,
    reason: str,
    by_body: bool,
    now: datetime,
) -> None:
    journal.record(
        session,
        actor=actor,
        act="marked_mistake",
        subject=("certificate", certificate.public_id),
        now=now,
        party_id=certificate.holder_id,
        facts={
            "number": certificate.number,
            "decision": facts_of(decision),
            "reason_sha256": journal.fingerprint(reason),
            "by_body": by_body,
        },
    )
