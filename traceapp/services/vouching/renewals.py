"""One certificate that renews another: what may follow what, and that only one does.

The link is made when the new paper is entered and never changed; it points at an older record, so no chain
of renewals comes back to where it began (the database holds that too).
"""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp.domain.certificates import CertificateStatus, RecordState
from traceapp.domain.errors import Conflict, Malformed
from traceapp.i18n import shown_day
from traceapp.models import Certificate
from traceapp.services.locking import lock
from traceapp.services.vouching.decisions import hold_decisions

_SENT = tuple(state for state in RecordState if not state.is_open)
ENDED = (CertificateStatus.WITHDRAWN, CertificateStatus.CANCELLED)


def renewal_for(certificate: Certificate, today: date, party_id: int | None) -> Certificate | None:
    """What renews it already in the eyes of one party: all that was sent, and of drafts those it may change.

    A draft that the other side keeps, because it took it back, stands in nobody's way.
    """
    lasting = certificate.successors_on(today)
    return next((one for one in lasting if not one.record_state.is_open or one.open_to(party_id)), None)


def check_renewable(certificate: Certificate, today: date, party_id: int | None) -> None:
    """Raises `renewal_of_draft`, `renewal_of_ended`, or `renewal_exists` with the number of the other."""
    if certificate.record_state is not RecordState.APPROVED:
        raise Conflict("renewal_of_draft")
    if certificate.status_on(today).status in ENDED:
        raise Conflict("renewal_of_ended")
    other = renewal_for(certificate, today, party_id)
    if other is not None:
        raise Conflict("renewal_exists", number=other.number)


def may_renew(certificate: Certificate, today: date, party_id: int | None) -> bool:
    """Whether this party may enter a renewal today."""
    try:
        check_renewable(certificate, today, party_id)
    except Conflict:
        return False
    return True


def link(
    session: Session, renewal: Certificate, replaced: Certificate, today: date, party_id: int | None
) -> None:
    """Say that one renews the other. The replaced one is held until the commit.

    Raises what `check_renewable` and `check_follows` do.
    """
    lock(session, replaced)
    session.refresh(replaced, ["successors"])
    check_renewable(replaced, today, party_id)
    check_follows(session, renewal, replaced)
    renewal.replaces = replaced


def check_follows(session: Session, renewal: Certificate, replaced: Certificate) -> None:
    """A renewal stays with its holder, in the series of its scheme, and ends no earlier.

    It may keep the number of its chain, nobody else's. Raises `renewal_scheme`, `renewal_holder`,
    `renewal_ends_earlier` or `certificate_number_taken`.
    """
    if not renewal.scheme.may_follow(replaced.scheme):
        raise Malformed("renewal_scheme", field="scheme", expected=replaced.scheme.name_vi)
    if renewal.holder.id != replaced.holder_id:
        raise Conflict("renewal_holder", field="holder")
    if renewal.valid_until < replaced.valid_until:
        expected = shown_day(replaced.valid_until)
        raise Malformed(
            "renewal_ends_earlier",
            field="valid_until",
            given=shown_day(renewal.valid_until),
            expected=expected,
        )
    check_number(session, renewal, replaced)


def check_number(session: Session, certificate: Certificate, replaced: Certificate | None = None) -> None:
    """A body's number, however it is spelled, stands for one certificate and those that renew it.

    Raises `certificate_number_taken`.
    """
    root = replaced or certificate
    while root.replaces is not None:
        root = root.replaces
    family = {root.id, certificate.id, *(one.id for one in root.chain())} - {None}
    taken = session.scalar(
        select(Certificate.id)
        .where(
            Certificate.body_id == certificate.body.id,
            Certificate.folded_number == certificate.folded_number,
            Certificate.id.not_in(family),
        )
        .limit(1)
    )
    if taken is not None:
        raise Conflict("certificate_number_taken", field="number", given=certificate.number)


def check_sent_number(session: Session, renewal: Certificate) -> None:
    """Before a renewal is sent: nothing else that renews the same bears its number, unless it was ended.

    What is renewed is held until the commit. Raises `certificate_number_taken`.
    """
    if renewal.replaces is None:
        return
    lock(session, renewal.replaces)
    others = select(Certificate.id).where(
        Certificate.replaces_id == renewal.replaces.id,
        Certificate.folded_number == renewal.folded_number,
        Certificate.id != renewal.id,
        Certificate.record_state.in_(_SENT),
        Certificate.number_free.is_(False),
    )
    if session.scalar(others.limit(1)) is not None:
        raise Conflict("certificate_number_taken", field="number", given=renewal.number)


def check_lives_again(session: Session, renewal: Certificate, today: date) -> None:
    """Before an end is called a mistake: nothing has taken the place of what lives again by that.

    What is renewed is held until the commit. Raises `mistake_renewed` with the number of the other.
    """
    replaced = renewal.replaces
    if replaced is None:
        return
    lock(session, replaced)
    session.refresh(replaced, ["successors"])
    for other in replaced.successors_on(today):
        sent = other.record_state in _SENT and other.folded_number == renewal.folded_number
        if other is not renewal and (sent or other.record_state is RecordState.APPROVED):
            raise Conflict("mistake_renewed", number=other.number)


def check_only_successor(session: Session, renewal: Certificate, today: date) -> None:
    """Before a renewal is approved: what it renews was not ended meanwhile, and nothing else renews it.

    Raises `renewal_of_ended`, `renewal_exists`.
    """
    replaced = renewal.replaces
    if replaced is None:
        return
    hold_decisions(session, replaced)
    session.refresh(replaced, ["successors"])
    if replaced.status_on(today).status in ENDED:
        raise Conflict("renewal_of_ended")
    for other in replaced.successors:
        approved = other.record_state is RecordState.APPROVED and other is not renewal
        if approved and other.status_on(today).status not in ENDED:
            raise Conflict("renewal_exists", number=other.number)
