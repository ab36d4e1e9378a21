"""A certificate its body entered, put right by the body: it took it back, or the province sent it back.

As at the first entry nothing is drafted between: what is typed goes to the province in the same act. The
scans stay unless others are handed in, which take their place; the store keeps the bytes of all.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.certificates import RecordState
from traceapp.domain.errors import Conflict
from traceapp.domain.permissions import Act
from traceapp.models import Certificate
from traceapp.services.locking import lock
from traceapp.services.vouching import renewals
from traceapp.services.vouching.body_desk import own_body
from traceapp.services.vouching.body_entry import link_of
from traceapp.services.vouching.certificate_entry import CertificateEntry, fill, keep_number, write
from traceapp.services.vouching.certificates import check_open
from traceapp.services.vouching.evidence import Evidence, attach
from traceapp.storage import Storage


def correct_certificate(
    session: Session,
    storage: Storage,
    *,
    actor: Actor,
    certificate: Certificate,
    entry: CertificateEntry,
    scans: Sequence[Evidence],
    now: datetime,
    today: date,
) -> Certificate:
    """Write it anew and send it. Raises what `certificates.check_open` and `certificate_entry.fill` do,
    `certificate_no_evidence` and `certificate_number_taken`."""
    actor.must(Act.EDIT_CERTIFICATE)
    body = own_body(session, actor)
    lock(session, certificate)
    check_open(certificate, body.id)
    with session.no_autoflush:
        fill(session, certificate, entry, actor, now, today)
        if certificate.replaces is not None:
            renewals.check_follows(session, certificate, certificate.replaces)
        else:
            renewals.check_number(session, certificate)
    certificate.body = body
    renewals.check_sent_number(session, certificate)
    keep_number(session, certificate)
    if scans:
        _replace(session, storage, certificate, scans, actor, now)
    if not certificate.evidence:
        raise Conflict("certificate_no_evidence", field="evidence")
    certificate.entered_by_id, certificate.sent_by_id = actor.account_id, body.id
    certificate.record_state, certificate.submitted_at = RecordState.SUBMITTED, now
    return write(session, actor, certificate, "corrected_certificate", now, link_of(certificate))


def _replace(
    session: Session,
    storage: Storage,
    certificate: Certificate,
    scans: Sequence[Evidence],
    actor: Actor,
    now: datetime,
) -> None:
    """These scans instead of those before; one that was there already stays as it is."""
    kept = {attach(session, storage, certificate, scan, actor, now) for scan in scans}
    for row in [row for row in certificate.evidence if row.sha256 not in kept]:
        certificate.evidence.remove(row)
