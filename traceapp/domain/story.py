"""The life of a certificate told in order: what happened, from which day, and who stands for it.

People are not named, bodies and offices are. What lies ahead is told too where it was decided already.

>>> [kind.value for kind in PUBLIC if kind not in DECISIONS]
['issued', 'in_force', 'approved', 'mistake', 'expired', 'renewed']
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from traceapp.domain.certificates import DecisionKind


class Happening(StrEnum):
    """What can happen to a certificate and to its record, in the order of a day on which all happen."""

    ISSUED = "issued"
    IN_FORCE = "in_force"
    ENTERED = "entered"
    SUBMITTED = "submitted"
    TAKEN_BACK = "taken_back"
    RETURNED = "returned"
    APPROVED = "approved"
    SUSPENSION = "suspension"
    RESTORATION = "restoration"
    WITHDRAWAL = "withdrawal"
    CANCELLATION = "cancellation"
    MISTAKE = "mistake"
    EXPIRED = "expired"
    RENEWED = "renewed"


DECISIONS: Final = frozenset(Happening(kind.value) for kind in DecisionKind)
_OF_THE_RECORD: Final = frozenset(
    {Happening.ENTERED, Happening.SUBMITTED, Happening.TAKEN_BACK, Happening.RETURNED}
)
_TO_AND_FRO: Final = _OF_THE_RECORD - {Happening.ENTERED}
PUBLIC: Final = tuple(kind for kind in Happening if kind not in _OF_THE_RECORD)


@dataclass(frozen=True, slots=True)
class Event:
    """One step. `by` decided or did it, `written_by` wrote it down: names of parties, never of people.

    `document` is the number of the paper it came on, `file` (hash, name) its scan; `other` is (public id,
    number) of the certificate that renewed this one. `struck`: it was written down by mistake and counts for
    nothing; `about` (kind, day) is the decision that a `MISTAKE` strikes.
    """

    kind: Happening
    on: date
    by: str | None = None
    written_by: str | None = None
    reason: str | None = None
    order: int = 0
    other: tuple[str, str] | None = None
    document: str | None = None
    file: tuple[str, str] | None = None
    struck: bool = False
    about: tuple[Happening, date] | None = None


def in_order(events: Iterable[Event]) -> tuple[Event, ...]:
    """By day; decisions of one day in the order they were taken, and what went to the province and back."""
    kinds = list(Happening)

    def place(event: Event) -> tuple[date, int, int]:
        kind = Happening.SUSPENSION if event.kind in DECISIONS else event.kind
        kind = Happening.SUBMITTED if kind in _TO_AND_FRO else kind
        return event.on, kinds.index(kind), event.order

    return tuple(sorted(events, key=place))
