"""Certificates in the registry's books: taken in by the province, and what their bodies decide afterwards.

Approval says that the record agrees with the paper; it does not certify anything. Suspension, restoration,
withdrawal and cancellation are the certification body's decisions (ISO/IEC 17000); the province or an
inspector may write one down that came on paper, a body's officer only those of the own body.
"""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.certificates import DecisionKind, RecordState, check_copied, check_decision
from traceapp.domain.days import today_in_vietnam
from traceapp.domain.errors import Malformed, NotFound
from traceapp.domain.permissions import Act, Role, check_four_eyes, check_impartial
from traceapp.domain.text import clean_line, given_reason
from traceapp.models import Certificate, CertificateDecision
from traceapp.services import journal
from traceapp.services.parties.approvals import check_judge, check_unchanged
from traceapp.services.vouching import renewals
from traceapp.services.vouching.certificate_entry import paper_facts
from traceapp.services.vouching.decisions import facts_of, hold_decisions, next_decision


def approve_certificate(
    session: Session, *, actor: Actor, certificate: Certificate, version: int | None = None, now: datetime
) -> Certificate:
    """Take the certificate into the public books."""
    actor.must(Act.APPROVE_CERTIFICATE)
    check_unchanged(session, certificate, RecordState.APPROVED, version)
    check_judge(actor, certificate.entered_by_id, certificate.holder_id)
    renewals.check_only_successor(session, certificate, today_in_vietnam(now))
    certificate.record_state = RecordState.APPROVED
    certificate.approved_by_id, certificate.approved_at = actor.account_id, now
    certificate.return_reason = None
    return _written(session, actor, certificate, "approved_certificate", now, paper_facts(certificate))


def return_certificate(
    session: Session,
    *,
    actor: Actor,
    certificate: Certificate,
    reason: str,
    version: int | None = None,
    now: datetime,
) -> Certificate:
    """Send the record back to be put right, with the reason its owner will read."""
    actor.must(Act.APPROVE_CERTIFICATE)
    check_unchanged(session, certificate, RecordState.RETURNED, version)
    check_judge(actor, certificate.entered_by_id, certificate.holder_id)
    certificate.record_state = RecordState.RETURNED
    certificate.return_reason = given_reason(reason)
    return _written(session, actor, certificate, "returned_certificate", now)


def record_decision(
    session: Session,
    *,
    actor: Actor,
    certificate: Certificate,
    kind: DecisionKind,
    from_on: date,
    reason: str,
    document_number: str = "",
    file_sha256: str | None = None,
    now: datetime,
) -> CertificateDecision:
    """Write down a decision of the certification body. Raises what `check_decision` does.

    Whoever is not of the body only copies its paper: `decision_document_missing` without the paper's number,
    `decision_scan_missing` where it is final and no scan of that paper is there.
    """
    by_body = _check_decider(actor, certificate, kind)
    document = clean_line(document_number, 60, field="document_number")
    if not document and not by_body:
        raise Malformed("decision_document_missing", field="document_number")
    if not by_body:
        check_copied(kind, has_scan=file_sha256 is not None)
    hold_decisions(session, certificate)
    following = next_decision(certificate, kind, from_on)
    check_decision(certificate.terms, following, today_in_vietnam(now))
    decision = CertificateDecision(
        sequence=following.sequence,
        kind=kind,
        from_on=from_on,
        reason=given_reason(reason),
        document_number=document or None,
        file_sha256=file_sha256,
        recorded_by_id=actor.account_id,
        created_at=now,
        ending=1 + sum(one.kind.is_terminal for one in certificate.decisions),
    )
    certificate.decisions.append(decision)
    certificate.number_free = kind.is_terminal
    told = facts_of(decision) | {"by_body": by_body, "document": document}
    _written(session, actor, certificate, "recorded_decision", now, told)
    return decision


def _check_decider(actor: Actor, certificate: Certificate, kind: DecisionKind) -> bool:
    """See that the actor may write this decision down; whether they are of the body themselves."""
    by_body = actor.has(Role.BODY_OFFICER)
    actor.must(Act.DECIDE_CERTIFICATE if by_body else Act.RECORD_DECISION)
    if by_body and certificate.body_id != actor.party_id:
        raise NotFound("no_such_record")
    check_impartial({actor.party_id}, certificate.holder_id)
    if kind.is_terminal:
        check_four_eyes(certificate.entered_by_id, actor.account_id)
    return by_body


def _written(
    session: Session,
    actor: Actor,
    certificate: Certificate,
    act: str,
    now: datetime,
    facts: Mapping[str, object] | None = None,
) -> Certificate:
    session.flush()
    files = {"evidence": [evidence.sha256 for evidence in certificate.evidence], "number": certificate.number}
    returned = certificate.return_reason if act == "returned_certificate" else None
    journal.record(
        session,
        actor=actor,
        act=act,
        subject=("certificate", certificate.public_id),
        now=now,
        party_id=certificate.holder_id,
        facts=files
        | dict(facts or {})
        | ({"reason_sha256": journal.fingerprint(returned)} if returned else {}),
    )
    return certificate
