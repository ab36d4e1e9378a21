"""What waits for the province's yes or no: parties and certificates in one line, the longest wait first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, literal, or_, select, union_all
from sqlalchemy.orm import Bundle, Session

from traceapp.domain.certificates import RecordState
from traceapp.domain.parties import PartyState
from traceapp.domain.text import folded
from traceapp.models import Certificate, Party, PartyName
from traceapp.services.paging import PAGE, Key, Page, page_by
from traceapp.services.vouching.certificate_lists import named

PARTY: Final = 0
CERTIFICATE: Final = 1


@dataclass(frozen=True, slots=True)
class Waiting:
    """A party or a certificate, and since when it waits."""

    since: datetime
    party: Party | None = None
    certificate: Certificate | None = None


def list_waiting(
    session: Session, *, text: str = "", after: Key | None = None, limit: int = PAGE, counted: bool = False
) -> Page[Waiting]:
    """A page of all that waits; by part of a name, a number or a tax code where asked."""
    line = union_all(*_waiting(text)).subquery()
    named_rows: Select[Any] = select(Bundle("row", line.c.kind, line.c.id, line.c.since))
    key = (line.c.since, line.c.kind, line.c.id)
    page = page_by(session, named_rows, key, after=after, limit=limit, counted=counted)
    parties = _read(session, Party, [row.id for row in page.rows if row.kind == PARTY])
    papers = _read(session, Certificate, [row.id for row in page.rows if row.kind == CERTIFICATE])
    rows = (
        Waiting(row.since, party=parties[row.id])
        if row.kind == PARTY
        else Waiting(row.since, certificate=papers[row.id])
        for row in page.rows
    )
    return Page(tuple(rows), page.following, page.skipped, page.count)


def list_waiting_certificates(
    session: Session, *, after: Key | None = None, limit: int = PAGE
) -> Page[Certificate]:
    """A page of the certificates that wait, the longest first."""
    query = select(Certificate).where(Certificate.record_state == RecordState.SUBMITTED)
    return page_by(session, query, (_since(Certificate), Certificate.id.expression), after=after, limit=limit)


def count_waiting(session: Session) -> int:
    """How much waits."""
    line = union_all(*_waiting()).subquery()
    return session.scalar(select(func.count()).select_from(line)) or 0


def oldest_waiting(session: Session) -> datetime | None:
    """Since when the first in the line waits; None where nothing does."""
    line = union_all(*_waiting()).subquery()
    oldest: datetime | None = session.scalar(select(func.min(line.c.since)))
    return oldest


def _waiting(text: str = "") -> tuple[Select[int, int, datetime], Select[int, int, datetime]]:
    parties = select(literal(PARTY).label("kind"), Party.id, _since(Party).label("since"))
    papers = select(literal(CERTIFICATE).label("kind"), Certificate.id, _since(Certificate).label("since"))
    parties = parties.where(Party.state == PartyState.SUBMITTED)
    papers = papers.where(Certificate.record_state == RecordState.SUBMITTED)
    return (parties.where(_called(text)), papers.where(named(text))) if text else (parties, papers)


def _since(kind: type[Party] | type[Certificate]) -> ColumnElement[datetime]:
    return func.coalesce(kind.submitted_at, kind.created_at)


def _called(text: str) -> ColumnElement[bool]:
    part = folded(text)
    holding = select(PartyName.party_id).where(PartyName.folded.contains(part, autoescape=True))
    return or_(Party.id.in_(holding), Party.tax_code == text)


def _read(session: Session, kind: Any, ids: list[int]) -> dict[int, Any]:
    return {row.id: row for row in session.scalars(select(kind).where(kind.id.in_(ids)))} if ids else {}
