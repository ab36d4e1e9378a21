"""When a certificate's holder is to be reminded of its end: 90, 60, 30, 7 and 0 days before.

A step that fell on a day nobody looked is caught up, but only the latest: one letter says what five would.
Whoever looks, on whichever day, finds the same step with the same day, and that is its name in the outbox.

>>> from traceapp.domain.certificates import CertificateTerms, RecordState
>>> terms = CertificateTerms(RecordState.APPROVED, date(2024, 1, 1), date(2026, 12, 31))
>>> due_step(terms, date(2026, 11, 22), renewed=False)
Step(days=60, day=datetime.date(2026, 11, 1))
>>> due_step(terms, date(2026, 11, 22), renewed=True)
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from traceapp.domain.certificates import CertificateStatus, CertificateTerms, status_on
from traceapp.domain.errors import Malformed

STEPS: Final = (90, 60, 30, 7, 0)
LATE: Final = 7
"""For so many days after the end it is still told; later everybody knows, or nobody asks."""


@dataclass(frozen=True, slots=True)
class Step:
    """A reminder: how many days before the end, and the day it was to be said."""

    days: int
    day: date


def due_step(
    terms: CertificateTerms, today: date, *, renewed: bool, wanted: Collection[int] = STEPS
) -> Step | None:
    """The reminder that is due on a day; None where there is nothing to say.

    A certificate that is suspended, withdrawn or given back has other worries, one that was
    renewed has none; the end of a draft concerns nobody. ``wanted`` are the steps its reader asked for.
    """
    end = terms.valid_until
    if end is None or renewed or not -LATE <= (end - today).days <= max(STEPS):
        return None
    if status_on(terms, min(today, end)).status is not CertificateStatus.ACTIVE:
        return None
    if today > end and _is_ended(terms, today):
        return None
    reached = [days for days in STEPS if (end - today).days <= days]
    nearest = min(reached)
    return Step(nearest, end - timedelta(days=nearest)) if nearest in wanted else None


def _is_ended(terms: CertificateTerms, today: date) -> bool:
    """Whether its body took it away after its last day."""
    return status_on(terms, today).status in {CertificateStatus.WITHDRAWN, CertificateStatus.CANCELLED}


def wanted_steps(chosen: Collection[str]) -> tuple[int, ...]:
    """The steps somebody ticked, the earliest first. Raises `choice_unknown`.

    >>> wanted_steps(["7", "30"]), wanted_steps([])
    ((30, 7), ())
    """
    known = {str(step): step for step in STEPS}
    if strange := [one for one in chosen if one not in known]:
        raise Malformed("choice_unknown", field="steps", given=strange[0])
    return tuple(sorted({known[one] for one in chosen}, reverse=True))
