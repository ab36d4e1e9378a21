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

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
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
    "check_decision",
    "check_terms",
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
    """One decision: its place in the order, what it is, the first day it holds."""

    sequence: int
    kind: DecisionKind
    from_on: date


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
    """A status with the first day it held and, where that is known, the last."""

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


def status_on(terms: CertificateTerms, day: date) -> Status:
    """How the certificate stands on a day: terminal decisions first, then the dates, then a suspension."""
    if terms.record_state is not RecordState.APPROVED:
        return Status(CertificateStatus.DRAFT)
    last = _last_decision(terms, day)
    if last is not None and last.kind.is_terminal:
        return Status(_AFTER[last.kind], last.from_on)
    if day < terms.valid_from:
        return Status(CertificateStatus.NOT_YET_VALID, None, terms.valid_from - _A_DAY)
    if terms.valid_until is not None and day > terms.valid_until:
        return Status(CertificateStatus.EXPIRED, terms.valid_until + _A_DAY)
    if last is None:
        return Status(CertificateStatus.ACTIVE, terms.valid_from, terms.valid_until)
    ends = terms.valid_until if last.kind is DecisionKind.RESTORATION else None
    return Status(_AFTER[last.kind], last.from_on, ends)


def _last_decision(terms: CertificateTerms, day: date) -> Decision | None:
    """The last one, by sequence, that holds on the day; a terminal one stays."""
    last = None
    for decision in sorted(terms.decisions, key=lambda decision: decision.sequence):
        if decision.from_on <= day and not (last and last.kind.is_terminal):
            last = decision
    return last


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


def check_decision(terms: CertificateTerms, new: Decision) -> None:
    """Whether a further decision may follow those taken.

    Raises `decision_on_draft`, `decision_after_terminal`, `decision_order`, `decision_backdated`,
    `decision_before_validity`, `decision_after_validity`, `already_suspended` or `not_suspended`.
    """
    if terms.record_state is not RecordState.APPROVED:
        raise Conflict("decision_on_draft", found=terms.record_state)
    taken = sorted(terms.decisions, key=lambda decision: decision.sequence)
    last = taken[-1] if taken else None
    _check_follows(last, new)
    if new.from_on < terms.valid_from:
        raise Malformed(
            "decision_before_validity", field="from_on", given=new.from_on, expected=terms.valid_from
        )
    if terms.valid_until is not None and new.from_on > terms.valid_until:
        raise Malformed(
            "decision_after_validity", field="from_on", given=new.from_on, expected=terms.valid_until
        )
    suspended = last is not None and last.kind is DecisionKind.SUSPENSION
    if new.kind is DecisionKind.SUSPENSION and suspended:
        raise Conflict("already_suspended", field="kind")
    if new.kind is DecisionKind.RESTORATION and not suspended:
        raise Conflict("not_suspended", field="kind")


def _check_follows(last: Decision | None, new: Decision) -> None:
    if last is None:
        return
    if last.kind.is_terminal:
        raise Conflict("decision_after_terminal", found=last.kind, since=last.from_on)
    if new.sequence <= last.sequence:
        raise Conflict("decision_order", found=new.sequence, expected=last.sequence + 1)
    if new.from_on < last.from_on:
        raise Malformed("decision_backdated", field="from_on", given=new.from_on, expected=last.from_on)
