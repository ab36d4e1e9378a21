"""Problem reports from passers-by as the province reads them, and how each was closed."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.errors import Conflict, NotFound
from traceapp.domain.permissions import Act
from traceapp.domain.text import given_reason
from traceapp.i18n import shown_moment
from traceapp.models import ProblemReport, TradeItem
from traceapp.services import journal
from traceapp.services.locking import lock

PAGE = 50


def list_reports(
    session: Session, *, closed: bool, before: int | None = None, limit: int = PAGE
) -> Sequence[ProblemReport]:
    """Reports, the newest first; ``before`` pages backward."""
    is_open = ProblemReport.closed_at.is_(None)
    query = select(ProblemReport).where(~is_open if closed else is_open)
    if before is not None:
        query = query.where(ProblemReport.id < before)
    return session.scalars(query.order_by(ProblemReport.id.desc()).limit(limit)).all()


def count_open(session: Session) -> int:
    """How many are not closed."""
    is_open = ProblemReport.closed_at.is_(None)
    return session.scalar(select(func.count()).select_from(ProblemReport).where(is_open)) or 0


def find_report(session: Session, public_id: str) -> ProblemReport:
    """A report by its public id. Raises `NotFound`."""
    found = session.scalar(select(ProblemReport).where(ProblemReport.public_id == public_id.upper()))
    if found is None:
        raise NotFound("no_such_record")
    return found


def close_report(
    session: Session, *, actor: Actor, report: ProblemReport, closing: str, now: datetime
) -> ProblemReport:
    """Close a report, saying what was done about it. Raises `report_closed` or `reason_missing`."""
    actor.must(Act.CLOSE_REPORT)
    lock(session, report)
    if report.closed_at is not None:
        raise Conflict("report_closed", at=shown_moment(report.closed_at))
    report.closing = given_reason(closing, field="closing")
    report.closed_at, report.closed_by_id = now, actor.account_id
    session.flush()
    item = session.get(TradeItem, report.trade_item_id) if report.trade_item_id else None
    journal.record(
        session,
        actor=actor,
        act="closed_report",
        subject=("problem_report", report.public_id),
        now=now,
        party_id=item.party_id if item else None,
        facts={"closing_sha256": journal.fingerprint(report.closing)},
    )
    return report
