"""A certificate and what became of it: its status on any day, the decisions that made it so.

Expiry is computed from the dates and never stored; suspension, restoration, withdrawal and cancellation are
decisions with an author and a day, in an order of their own. Both end days count (Asia/Ho_Chi_Minh).
ISO/IEC 17000 names them.

>>> from dataclasses import replace
>>> from datetime import date
>>> terms = CertificateTerms(RecordState.APPROVED, date(2024, 8, 1), date(2026, 12, 31))
>>> suspended = Decision(1, DecisionKind.SUSPENSION, date(2026, 9, 1))
>>> check_decision(terms, suspended)
>>> status_on(replace(terms, decisions=(suspended,)), date(2026, 11, 22))
Status(status=<CertificateStatus.SUSPENDED: 'suspended'>, since=datetime.date(2026, 9, 1), until=None)
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import zip_longest
from typing import Final

from traceapp.domain.days import today_in_vietnam
from traceapp.domain.errors import Conflict, Malformed
from traceapp.domain.parties import RecordState

__all__ = [
    "CertificateStatus",
    "CertificateTerms",
    "Decision",
    "DecisionKind",
    "RecordState",
    "Status",
    "check_copied",
    "check_decision",
    "check_terms",
    "life",
    "standing",
    "status_on",
    "today_in_vietnam",
]


class DecisionKind(StrEnum):
    """What a certification body can decide about a certificate it gave."""

    SUSPENSION = "suspension"
    RESTORATION = "restoration"
    WITHDRAWAL = "withdrawal"  # the body takes it away
    CANCELLATION = "cancellation"  # the holder gives it back

    @property
    def is_terminal(self) -> bool:
        """Nothing can be decided after it."""
        return self in (DecisionKind.WITHDRAWAL, DecisionKind.CANCELLATION)


class CertificateStatus(StrEnum):
    """How a certificate stands on a day."""

    DRAFT = "draft"  # not approved by the province yet: never public
    NOT_YET_VALID = "not_yet_valid"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision: its place in the order, what it is, the first day it holds.

    `mistaken`: its row was written by mistake, on the wrong certificate or with the wrong day. It keeps its
    place, and counts for nothing.
    """

    sequence: int
    kind: DecisionKind
    from_on: date
    mistaken: bool = False


@dataclass(frozen=True, slots=True)
class CertificateTerms:
    """What status and chain are computed from; `valid_until` None has no end."""

    record_state: RecordState
    valid_from: date
    valid_until: date | None
    decisions: tuple[Decision, ...] = ()
    issued_on: date | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """A status with the first of the days on end that it holds and, where that is known, the last."""

    status: CertificateStatus
    since: date | None = None
    until: date | None = None


_AFTER: Final = {
    DecisionKind.SUSPENSION: CertificateStatus.SUSPENDED,
    DecisionKind.RESTORATION: CertificateStatus.ACTIVE,
    DecisionKind.WITHDRAWAL: CertificateStatus.WITHDRAWN,
    DecisionKind.CANCELLATION: CertificateStatus.CANCELLED,
}
_A_DAY: Final = timedelta(days=1)


def standing(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """The decisions that count, in their order: all but those written by mistake.

    >>> slip = Decision(1, DecisionKind.WITHDRAWAL, date(2026, 9, 1), mistaken=True)
    >>> standing([Decision(2, DecisionKind.SUSPENSION, date(2026, 9, 1)), slip])[0].kind.value
    'suspension'
    """
    return tuple(
        sorted((one for one in decisions if not one.mistaken), key=lambda decision: decision.sequence)
    )


def status_on(terms: CertificateTerms, day: date) -> Status:
    """How the certificate stands on a day, and from when until when it stands so."""
    return next(one for one in reversed(life(terms)) if one.since is None or one.since <= day)


def life(terms: CertificateTerms) -> tuple[Status, ...]:
    """Every status it has, one after the other without a gap, neighbours never alike; `since` None: always.

    The last day of a status is known where something on record ends it. A suspension that nothing on record
    lifts has none: it may be lifted any day, and after the last day of validity nobody asks any more.
    """
    if terms.record_state is not RecordState.APPROVED:
        return (Status(CertificateStatus.DRAFT),)
    days = _turning_days(terms)
    turns: list[tuple[date | None, CertificateStatus]] = []
    if days[0] > date.min:
        turns.append((None, CertificateStatus.NOT_YET_VALID))
    for day in days:
        status = _stands(terms, day)
        if not turns or turns[-1][1] is not status:
            turns.append((day, status))
    ends = [since - _A_DAY for since, _ in turns[1:] if since is not None]
    return tuple(
        Status(status, since, None if _open_suspension(terms, status, until) else until)
        for (since, status), until in zip_longest(turns, ends)
    )


def _turning_days(terms: CertificateTerms) -> list[date]:
    """The days on which a status can begin."""
    days = {terms.valid_from, *(decision.from_on for decision in standing(terms.decisions))}
    if terms.valid_until is not None and terms.valid_until < date.max:
        days.add(terms.valid_until + _A_DAY)
    return sorted(days)


def _stands(terms: CertificateTerms, day: date) -> CertificateStatus:
    """The decision table: terminal decisions first, then the dates, then a suspension."""
    last = _last_decision(terms, day)
    if last is not None and last.kind.is_terminal:
        return _AFTER[last.kind]
    if day < terms.valid_from:
        return CertificateStatus.NOT_YET_VALID
    if terms.valid_until is not None and day > terms.valid_until:
        return CertificateStatus.EXPIRED
    return CertificateStatus.ACTIVE if last is None else _AFTER[last.kind]


def _last_decision(terms: CertificateTerms, day: date) -> Decision | None:
    """The last one, by sequence, that holds on the day; nothing recorded after a terminal one counts."""
    last = None
    for decision in standing(terms.decisions):
        if decision.from_on <= day:
            last = decision
        if decision.kind.is_terminal:
            break
    return last


def _open_suspension(terms: CertificateTerms, status: CertificateStatus, until: date | None) -> bool:
    return status is CertificateStatus.SUSPENDED and until == terms.valid_until


def check_copied(kind: DecisionKind, *, has_scan: bool) -> None:
    """What ends a certificate is copied by somebody not of its body only with the scan of the body's paper.

    Raises `Malformed` `decision_scan_missing`.
    """
    if kind.is_terminal and not has_scan:
        raise Malformed("decision_scan_missing", field="file")


def check_terms(terms: CertificateTerms) -> None:
    """Raises `Malformed` `certificate_dates` (ends before it begins) or `certificate_issued_late`."""
    if terms.valid_until is not None and terms.valid_until < terms.valid_from:
        raise Malformed(
            "certificate_dates", field="valid_until", given=terms.valid_until, expected=terms.valid_from
        )
    if terms.issued_on is not None and terms.valid_until is not None and terms.issued_on > terms.valid_until:
        raise Malformed(
            "certificate_issued_late", field="issued_on", given=terms.issued_on, expected=terms.valid_until
        )


def check_decision(terms: CertificateTerms, new: Decision, today: date | None = None) -> None:
    """Whether a further decision may follow those taken.

    From its day on it counts instead of what was planned before: with `today`, a decision that has not begun
    may be overtaken (a suspension announced for next month does not stand in the way of a withdrawal now),
    one that has begun may not. Raises `decision_on_draft`, `decision_after_terminal`, `decision_order`,
    `decision_backdated`, `decision_before_validity`, `decision_after_validity`, `already_suspended` or
    `not_suspended`.
    """
    if terms.record_state is not RecordState.APPROVED:
        raise Conflict("decision_on_draft", found=terms.record_state)
    taken = standing(terms.decisions)
    _check_follows(taken, new, today)
    if new.from_on < terms.valid_from:
        raise Malformed(
            "decision_before_validity", field="from_on", given=new.from_on, expected=terms.valid_from
        )
    if terms.valid_until is not None and new.from_on > terms.valid_until:
        raise Malformed(
            "decision_after_validity", field="from_on", given=new.from_on, expected=terms.valid_until
        )
    _check_kind(terms, taken[-1] if taken else None, new)


def _check_follows(taken: Sequence[Decision], new: Decision, today: date | None) -> None:
    if not taken:
        return
    last = taken[-1]
    if last.kind.is_terminal:
        raise Conflict("decision_after_terminal", found=last.kind, since=last.from_on)
    if new.sequence <= last.sequence:
        raise Conflict("decision_order", found=new.sequence, expected=last.sequence + 1)
    begun = [one.from_on for one in taken if today is None or one.from_on <= today]
    if begun and new.from_on < max(begun):
        raise Malformed("decision_backdated", field="from_on", given=new.from_on, expected=max(begun))


def _check_kind(terms: CertificateTerms, last: Decision | None, new: Decision) -> None:
    """A suspension needs a day without one; a restoration needs one to lift, begun or announced."""
    suspended = _stands(terms, new.from_on) is CertificateStatus.SUSPENDED
    if new.kind is DecisionKind.SUSPENSION and suspended:
        raise Conflict("already_suspended", field="kind")
    announced = last is not None and last.kind is DecisionKind.SUSPENSION
    if new.kind is DecisionKind.RESTORATION and not suspended and not announced:
        raise Conflict("not_suspended", field="kind")
