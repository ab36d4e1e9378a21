"""The certification body's own desk: its certificates, how they stand, which end soon.

Of a body's certificates its officers see all that were handed in, also those the province has not approved,
and drafts of their own that they took back; another body's do not exist for them. Deciding is
`certification.record_decision`.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.certificates import CertificateStatus, DecisionKind, RecordState, standing
from traceapp.domain.errors import NotFound
from traceapp.domain.permissions import Act
from traceapp.models import Certificate, Party
from traceapp.services.paging import PAGE, Key, Page
from traceapp.services.vouching.certificate_lists import (
    count_certificates,
    count_statuses,
    ending,
    list_certificates,
    named,
    numbered,
    status_of,
)

SOON: Final = timedelta(days=60)
FIRST: Final = 5
_NEXT: Final = {
    CertificateStatus.ACTIVE: (DecisionKind.SUSPENSION, DecisionKind.WITHDRAWAL, DecisionKind.CANCELLATION),
    CertificateStatus.SUSPENDED: (
        DecisionKind.RESTORATION,
        DecisionKind.WITHDRAWAL,
        DecisionKind.CANCELLATION,
    ),
}


@dataclass(frozen=True, slots=True)
class Desk:
    """What lies on the desk: how many there are of each status, how many end soon, and the first of these."""

    counts: Counter[CertificateStatus]
    ending: int
    first_ending: Sequence[Certificate]


def own_body(session: Session, actor: Actor) -> Party:
    """The body the actor acts for. Raises `NotFound` where there is none."""
    actor.must(Act.DECIDE_CERTIFICATE)
    found = session.get(Party, actor.party_id) if actor.party_id else None
    if found is None:
        raise NotFound("no_such_record")
    return found


def open_desk(session: Session, *, actor: Actor, today: date) -> Desk:
    """How the body's certificates stand today."""
    mine = _handed_in(own_body(session, actor).id)
    soon = mine & ending(today, today + SOON)
    return Desk(
        count_statuses(session, mine, today=today),
        count_certificates(session, soon),
        list_certificates(session, soon, limit=FIRST).rows,
    )


def list_issued(
    session: Session,
    *,
    actor: Actor,
    text: str = "",
    number: str = "",
    status: CertificateStatus | None = None,
    today: date,
    after: Key | None = None,
    limit: int = PAGE,
    counted: bool = False,
) -> Page[Certificate]:
    """The body's certificates, what ends first first, a page at a time.

    `number`: by part of it; `text`: by part of the number or of the holder's name.
    """
    where = [_handed_in(own_body(session, actor).id)]
    where += [named(text)] if text else []
    where += [numbered(number)] if number else []
    where += [status_of(today) == status.value] if status is not None else []
    return list_certificates(session, *where, after=after, limit=limit, counted=counted)


def read_own_certificate(session: Session, public_id: str, *, actor: Actor) -> Certificate:
    """A certificate of the actor's own body. Raises `NotFound`: a stranger's does not exist."""
    body = own_body(session, actor)
    query = select(Certificate).where(Certificate.public_id == public_id.upper(), _handed_in(body.id))
    found = session.scalar(query)
    if found is None:
        raise NotFound("no_such_record")
    return found


def possible_decisions(certificate: Certificate) -> tuple[DecisionKind, ...]:
    """What may be decided next, by the last decision taken whatever its day; nothing after an end."""
    if certificate.record_state is not RecordState.APPROVED:
        return ()
    taken = standing(certificate.terms.decisions)
    last = taken[-1].kind if taken else None
    if last is not None and last.is_terminal:
        return ()
    suspended = last is DecisionKind.SUSPENSION
    return _NEXT[CertificateStatus.SUSPENDED if suspended else CertificateStatus.ACTIVE]


def _handed_in(body_id: int) -> ColumnElement[bool]:
    seen = (Certificate.record_state != RecordState.DRAFT) | (Certificate.sent_by_id == body_id)
    return (Certificate.body_id == body_id) & seen
