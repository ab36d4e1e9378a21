"""What the province has to do this week, the most pressing first.

Recalls that wait for a second yes, holds to be looked at again, certificates suspended, ended or near their
end; beside them records that wait, alerts, failed letters. Facts only; the page says them in words.

>>> [(week.first.day, week.last.day) for week in weeks_from(date(2026, 11, 25), date(2026, 12, 8))]
[(23, 29), (30, 6), (7, 13)]
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, selectinload

from traceapp.domain.certificates import CertificateStatus, Status
from traceapp.domain.letters import LetterState
from traceapp.domain.reminders import STEPS
from traceapp.models import Certificate, Letter, Restriction
from traceapp.services.post import outbox
from traceapp.services.post.reminders import ENDING, Ending, list_ending
from traceapp.services.scans import alerts
from traceapp.services.vouching.certificate_lists import count_certificates, status_of, taken_over
from traceapp.services.waiting import count_waiting, oldest_waiting

A_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Week:
    """Monday to Sunday."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Agenda:
    """The province's week. ``told``: when the holder was last sent a letter about a certificate.

    ``proposals`` are recalls nobody has confirmed, ``reviews`` holds whose day has come, ``suspended``
    certificates that wait for their body's next decision; each the oldest first. ``later``: how many more end
    within the same days than are listed.
    """

    proposals: list[Restriction]
    reviews: list[Restriction]
    suspended: list[tuple[Certificate, Status]]
    ended: list[Ending]
    weeks: list[tuple[Week, list[Ending]]]
    later: int
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


def province_agenda(session: Session, today: date, *, most: int | None = None) -> Agenda:
    """Everything that waits for the province, what ends soonest first; of that no more than `most`."""
    ending = list_ending(session, today, limit=most)
    soon = [one for one in ending if one.certificate.valid_until >= today]
    last = max((one.certificate.valid_until for one in soon), default=today)
    weeks = [
        (week, [one for one in soon if week.first <= one.certificate.valid_until <= week.last])
        for week in weeks_from(today, last)
    ]
    sunday = weeks_from(today, today)[0].last
    return Agenda(
        proposals=_standing(session, Restriction.from_at.is_(None)),
        reviews=_standing(session, Restriction.from_at.is_not(None), Restriction.review_on <= sunday),
        suspended=list_suspended(session, today),
        ended=[one for one in ending if one.certificate.valid_until < today],
        weeks=[(week, rows) for week, rows in weeks if rows],
        later=0 if most is None else max(0, ending_within(session, today, max(STEPS)) - len(soon)),
        told=_told(session, [one.certificate.public_id for one in ending]),
        waiting=count_waiting(session),
        oldest=oldest_waiting(session),
        alerts=alerts.count_open(session),
        letters=outbox.count_letters(session),
    )


def _standing(session: Session, *which: ColumnElement[bool]) -> list[Restriction]:
    """Holds and recalls not lifted, the oldest first."""
    query = select(Restriction).where(Restriction.lifted_at.is_(None), *which)
    return list(session.scalars(query.order_by(Restriction.id)))


def list_suspended(session: Session, today: date) -> list[tuple[Certificate, Status]]:
    """Approved certificates suspended today that none has taken the place of, the longest suspended first."""
    suspended = status_of(today) == CertificateStatus.SUSPENDED.value
    query = select(Certificate).where(suspended, ~taken_over(today))
    found = session.scalars(query.options(selectinload(Certificate.decisions)))
    rows = [(one, one.status_on(today)) for one in found]
    return sorted(rows, key=lambda row: (row[1].since or today, row[0].id))


def ending_within(session: Session, today: date, days: int) -> int:
    """How many certificates end within so many days and were not renewed: of `list_ending`, counted."""
    return count_certificates(
        session,
        Certificate.valid_until.between(today, today + timedelta(days=days)),
        status_of(today) == CertificateStatus.ACTIVE.value,
        ~taken_over(today),
    )


def _told(session: Session, names: Sequence[str]) -> dict[str, datetime]:
    subjects = {f"certificate:{name}": name for name in names}
    rows = session.execute(
        select(Letter.subject, func.max(Letter.sent_at))
        .where(Letter.kind == ENDING, Letter.subject.in_(subjects), Letter.sent_at.is_not(None))
        .group_by(Letter.subject)
    )
    return {subjects[subject]: at for subject, at in rows if at}
