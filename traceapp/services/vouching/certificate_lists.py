"""Certificates in lists: how each stands today as the database computes it, found by number or holder.

A list of ten thousand is not read in order to show fifty or to count them. The rule is that of
`domain.certificates.status_on`; a test holds the two together.
"""

from collections import Counter
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, ScalarSelect, Select, String, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from traceapp.domain.certificates import CertificateStatus, DecisionKind, RecordState
from traceapp.domain.text import folded
from traceapp.models import Certificate, CertificateDecision, DecisionMistake, PartyName
from traceapp.services.paging import PAGE, Key, Page, page_by

SOONEST: Final = (Certificate.valid_until.expression, Certificate.id.expression)
"""The order of every list of certificates: what ends first first."""
IN_FORCE: Final = (CertificateStatus.ACTIVE, CertificateStatus.SUSPENDED)
ENDED: Final = (CertificateStatus.WITHDRAWN, CertificateStatus.CANCELLED)
_TERMINAL: Final = {
    DecisionKind.WITHDRAWAL: CertificateStatus.WITHDRAWN.value,
    DecisionKind.CANCELLATION: CertificateStatus.CANCELLED.value,
}
_BETWEEN: Final = "-–—/. _"


def status_of(day: date, row: Any = Certificate) -> ColumnElement[str]:
    """The status of a certificate on a day; `row` may be an alias."""
    last, text = _last_decision(day, row), String(40)
    by_days = case(
        (row.valid_from > day, CertificateStatus.NOT_YET_VALID.value),
        (row.valid_until < day, CertificateStatus.EXPIRED.value),
        else_=None,
    )
    suspended = case({DecisionKind.SUSPENSION: CertificateStatus.SUSPENDED.value}, value=last, else_=None)
    return case(
        (row.record_state != RecordState.APPROVED, CertificateStatus.DRAFT.value),
        else_=func.coalesce(
            case(_TERMINAL, value=last, else_=None),
            by_days,
            suspended,
            CertificateStatus.ACTIVE.value,
            type_=text,
        ),
    )


def _last_decision(day: date, row: Any) -> ScalarSelect[DecisionKind]:
    """The last one, by sequence, that holds on the day; nothing recorded after a terminal one counts.

    What was written by mistake counts for nothing.
    """
    made, end = aliased(CertificateDecision), aliased(CertificateDecision)
    ended = select(end.id).where(
        end.certificate_id == made.certificate_id,
        end.kind.in_(_TERMINAL),
        end.sequence < made.sequence,
        ~_mistaken(end),
    )
    query = select(made.kind).where(made.certificate_id == row.id, made.from_on <= day)
    query = query.where(~ended.exists(), ~_mistaken(made))
    return query.order_by(made.sequence.desc()).limit(1).correlate(row).scalar_subquery()


def _mistaken(decision: type[CertificateDecision]) -> ColumnElement[bool]:
    return select(DecisionMistake.id).where(DecisionMistake.decision_id == decision.id).exists()


def not_renewed(day: date) -> ColumnElement[bool]:
    """That nothing renews it, a draft neither: as `Certificate.successor_on` says."""
    return ~_renewal(day).exists()


def taken_over(day: date) -> ColumnElement[bool]:
    """That an approved certificate renews it: as `Certificate.taken_over_on` says."""
    return _renewal(day, CertificateStatus.DRAFT).exists()


def _renewal(day: date, *but: CertificateStatus) -> Select[int]:
    renewal = aliased(Certificate)
    stands = status_of(day, renewal).not_in((*ENDED, *but))
    return select(renewal.id).where(renewal.replaces_id == Certificate.id, stands)


def ending(first: date, last: date) -> ColumnElement[bool]:
    """In force on the first day, over after the last of them, and not renewed."""
    return Certificate.valid_until.between(first, last) & status_of(first).in_(IN_FORCE) & not_renewed(first)


def list_certificates(
    session: Session,
    *where: ColumnElement[bool],
    after: Key | None = None,
    limit: int = PAGE,
    counted: bool = False,
) -> Page[Certificate]:
    """A page of certificates, what ends first first."""
    query = select(Certificate).where(*where)
    return page_by(session, query, SOONEST, after=after, limit=limit, counted=counted)


def count_certificates(session: Session, *where: ColumnElement[bool]) -> int:
    """How many there are."""
    return session.scalar(select(func.count()).select_from(Certificate).where(*where)) or 0


def count_statuses(session: Session, *where: ColumnElement[bool], today: date) -> Counter[CertificateStatus]:
    """How many there are of each status."""
    stands = select(status_of(today).label("status")).where(*where).subquery()
    rows = session.execute(select(stands.c.status, func.count()).group_by(stands.c.status))
    return Counter({CertificateStatus(status): count for status, count in rows})


def named(text: str) -> ColumnElement[bool]:
    """That its number holds these letters, however they are spaced, or its holder's name does."""
    part = folded(text)
    holders = select(PartyName.party_id).where(PartyName.folded.contains(part, autoescape=True))
    return or_(numbered(text), Certificate.holder_id.in_(holders))


def numbered(text: str) -> ColumnElement[bool]:
    """That its number holds these letters, without what people put between its parts."""
    return squeezed_column().contains(squeezed(text), autoescape=True)


def squeezed(text: str) -> str:
    """A number without what people put between its parts.

    >>> squeezed("DEMO-FSMS/0001"), squeezed("demo fsms 0001")
    ('demofsms0001', 'demofsms0001')
    """
    return folded(text).translate({ord(mark): None for mark in _BETWEEN})


def squeezed_column() -> ColumnElement[str]:
    """The same of the number on record."""
    return between_left_out(func.coalesce(Certificate.folded_number, ""))


def between_left_out(column: ColumnElement[str]) -> ColumnElement[str]:
    """A column without what people put between the parts of a number."""
    for mark in _BETWEEN:
        column = func.replace(column, mark, "")
    return column
