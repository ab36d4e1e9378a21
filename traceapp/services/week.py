"""What the province has to do this week: certificates that end, records that wait, alerts, failed letters.

Facts only; the page says them in the reader's language.

>>> [(week.first.day, week.last.day) for week in weeks_from(date(2026, 11, 25), date(2026, 12, 8))]
[(23, 29), (30, 6), (7, 13)]
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from traceapp.domain.letters import LetterState
from traceapp.models import Letter
from traceapp.services.parties import approvals
from traceapp.services.post import outbox
from traceapp.services.post.reminders import ENDING, Ending, list_ending
from traceapp.services.scans import alerts
from traceapp.services.vouching import certification

A_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Week:
    """Monday to Sunday."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Agenda:
    """The province's week. ``told``: when the holder was last sent a letter about a certificate."""

    ended: list[Ending]
    weeks: list[tuple[Week, list[Ending]]]
    told: dict[str, datetime]
    waiting: int
    oldest: datetime | None
    alerts: int
    letters: dict[LetterState, int]

    @property
    def unsent(self) -> int:
        """Letters somebody should look at."""
        return self.letters.get(LetterState.FAILED, 0) + self.letters.get(LetterState.IN_DOUBT, 0)

    @property
    def queued(self) -> int:
        """Letters that wait to be sent."""
        return self.letters.get(LetterState.WAITING, 0)


def weeks_from(first: date, last: date) -> list[Week]:
    """The weeks that the days from ``first`` to ``last`` lie in."""
    monday = first - timedelta(days=first.weekday())
    weeks = []
    while monday <= last:
        weeks.append(Week(monday, monday + timedelta(days=6)))
        monday += A_WEEK
    return weeks


def province_agenda(session: Session, today: date) -> Agenda:
    """Everything that waits for the province, what ends soonest first."""
    ending = list_ending(session, today)
    soon = [one for one in ending if one.certificate.valid_until >= today]
    last = max((one.certificate.valid_until for one in soon), default=today)
    weeks = [
        (week, [one for one in soon if week.first <= one.certificate.valid_until <= week.last])
        for week in weeks_from(today, last)
    ]
    since = [one.submitted_at for one in approvals.list_waiting_parties(session)]
    since += [one.submitted_at for one in certification.list_waiting_certificates(session)]
    return Agenda(
        ended=[one for one in ending if one.certificate.valid_until < today],
        weeks=[(week, rows) for week, rows in weeks if rows],
        told=_told(session, [one.certificate.public_id for one in ending]),
        waiting=len(since),
        oldest=min((at for at in since if at), default=None),
        alerts=alerts.count_open(session),
        letters=outbox.count_letters(session),
    )


def ending_within(session: Session, today: date, days: int) -> int:
    """How many certificates end within so many days and were not renewed."""
    left = ((one.certificate.valid_until - today).days for one in list_ending(session, today))
    return sum(0 <= one <= days for one in left)


def _told(session: Session, names: Sequence[str]) -> dict[str, datetime]:
    subjects = {f"certificate:{name}": name for name in names}
    rows = session.execute(
        select(Letter.subject, func.max(Letter.sent_at))
        .where(Letter.kind == ENDING, Letter.subject.in_(subjects), Letter.sent_at.is_not(None))
        .group_by(Letter.subject)
    )
    return {subjects[subject]: at for subject, at in rows if at}
