"""A decision of a certification or an accreditation body, as it is copied from its paper.

Both kinds of body decide alike, and of both the journal keeps the same: what, from when, by which paper. The
reason may name people, so only its fingerprint goes there.
"""

from datetime import date

from sqlalchemy.orm import Session

from traceapp.domain.certificates import Decision, DecisionKind
from traceapp.models import Accreditation, AccreditationDecision, Certificate, CertificateDecision
from traceapp.services.journal import fingerprint
from traceapp.services.locking import lock


def hold_decisions(session: Session, certificate: Certificate) -> None:
    """Hold a certificate until the commit, and read its decisions anew, with what was said of them since."""
    lock(session, certificate)
    session.refresh(certificate, ["decisions"])
    for one in certificate.decisions:
        session.refresh(one, ["mistake"])


def next_decision(record: Certificate | Accreditation, kind: DecisionKind, from_on: date) -> Decision:
    """What would follow on the decisions there are, for the rules to judge."""
    return Decision(len(record.decisions) + 1, kind, from_on)


def facts_of(decision: CertificateDecision | AccreditationDecision) -> dict[str, object]:
    """What the journal keeps of one."""
    return {
        "sequence": decision.sequence,
        "kind": decision.kind.value,
        "from_on": decision.from_on,
        "reason_sha256": fingerprint(decision.reason),
        "document": decision.document_number,
        "file": decision.file_sha256,
    }
