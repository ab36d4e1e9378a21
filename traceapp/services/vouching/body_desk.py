"""The certification body's own desk: its certificates, how they stand, which end soon.

Of a body's certificates its officers see all that were handed in, also those the province has not approved;
another body's do not exist for them. Deciding is `certification.record_decision`.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, selectinload

from traceapp.domain.actors import Actor
from traceapp.domain.certificates import CertificateStatus, DecisionKind, RecordState
from traceapp.domain.errors import NotFound
from traceapp.domain.permissions import Act
from traceapp.domain.text import folded
from traceapp.models import Certificate, Party

SOON: Final = timedelta(days=60)
_BETWEEN: Final = re.compile(r"[-–—/. _]")
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
    """What lies on the desk: the rows asked for, how many there are of each status, what ends soon."""

    rows: Sequence[Certificate]
    counts: Counter[CertificateStatus]
    ending: Sequence[Certificate]


def own_body(session: Session, actor: Actor) -> Party:
    """The body the actor acts for. Raises `NotFound` where there is none."""
    actor.must(Act.DECIDE_CERTIFICATE)
    found = session.get(Party, actor.party_id) if actor.party_id else None
    if found is None:
        raise NotFound("no_such_record")
    return found


def open_desk(
    session: Session,
    *,
    actor: Actor,
    number: str = "",
    status: CertificateStatus | None = None,
    today: date,
) -> Desk:
    """The body's certificates, what ends first first; by part of a number and by status where asked."""
    body = own_body(session, actor)
    query = select(Certificate).where(_handed_in(body.id)).options(selectinload(Certificate.decisions))
    everything = session.scalars(query.order_by(Certificate.valid_until, Certificate.id)).all()
    stands = {one.id: one.status_on(today).status for one in everything}
    part = _squeezed(number)
    rows = [one for one in everything if part in _squeezed(one.number) and status in (None, stands[one.id])]
    return Desk(rows, Counter(stands.values()), list(_ending(everything, today)))


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
    last = certificate.decisions[-1].kind if certificate.decisions else None
    if last is not None and last.is_terminal:
        return ()
    suspended = last is DecisionKind.SUSPENSION
    return _NEXT[CertificateStatus.SUSPENDED if suspended else CertificateStatus.ACTIVE]


def _handed_in(body_id: int) -> ColumnElement[bool]:
    return (Certificate.body_id == body_id) & (Certificate.record_state != RecordState.DRAFT)


def _ending(everything: Iterable[Certificate], today: date) -> Iterable[Certificate]:
    for one in everything:
        in_force = one.status_on(today).status in (CertificateStatus.ACTIVE, CertificateStatus.SUSPENDED)
        if in_force and one.valid_until - today <= SOON and one.successor_on(today) is None:
            yield one


def _squeezed(number: str) -> str:
    """A number without what people put between its parts."""
    return _BETWEEN.sub("", folded(number))
