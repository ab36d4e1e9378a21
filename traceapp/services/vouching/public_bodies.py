"""A certification body as anybody may see it: who accredits it, for what, and which certificates it gave.

Only accreditations that a second officer has confirmed; only certificates that stand in the public books.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from traceapp.domain.certificates import DecisionKind, Status
from traceapp.domain.parties import PartyKind, PartyState
from traceapp.models import Accreditation, Certificate, Party
from traceapp.services.paging import PAGE
from traceapp.services.public import open_records
from traceapp.services.public.party_parts import FIRST, CertificateLine, Part, part_of
from traceapp.services.vouching.certificate_lists import SOONEST


@dataclass(frozen=True, slots=True)
class PublicAccreditation:
    """An accreditation; `standing` None where its days are not known."""

    number: str
    accreditor: str
    standard: str | None
    scopes: tuple[str, ...]
    valid_from: date | None
    valid_until: date | None
    standing: Status | None
    decisions: tuple[tuple[date, DecisionKind], ...]
    source_url: str | None


@dataclass(frozen=True, slots=True)
class BodyRecord:
    """A body's accreditations, the latest first, and certificates it gave, the soonest to end first."""

    accreditations: tuple[PublicAccreditation, ...]
    renewed: bool  # whether any holds today
    certificates: Part[CertificateLine]


def body_record(
    session: Session, public_id: str, *, after: str | None = None, today: date
) -> BodyRecord | None:
    """What is published of a certification body, certificates ``after`` one; None for any other party."""
    body = session.scalar(
        select(Party).where(
            Party.public_id == public_id,
            Party.kind == PartyKind.CERTIFICATION_BODY,
            Party.state == PartyState.APPROVED,
        )
    )
    if body is None:
        return None
    held = select(Accreditation).where(Accreditation.body_id == body.id)
    held = held.where(Accreditation.approved_at.is_not(None)).options(selectinload(Accreditation.decisions))
    given = open_records.certificates().where(Certificate.body_id == body.id)
    order = (Accreditation.valid_from.desc(), Accreditation.id.desc())
    rows = session.scalars(held.order_by(*order)).all()
    return BodyRecord(
        tuple(_published(row, today) for row in rows),
        any(row.facts.in_force(today) for row in rows),
        part_of(
            session,
            given,
            SOONEST,
            lambda one: (one.public_id, one.number, one.standard, one.status_on(today)),
            after=after,
            limit=PAGE if after else FIRST,
        ),
    )


def _published(row: Accreditation, today: date) -> PublicAccreditation:
    return PublicAccreditation(
        number=row.number,
        accreditor=row.accreditor,
        standard=row.standard,
        scopes=tuple(row.scopes),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        standing=row.facts.standing(today),
        decisions=tuple((one.from_on, one.kind) for one in row.decisions),
        source_url=row.source_url,
    )
