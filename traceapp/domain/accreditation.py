"""The chain behind a certificate: was its body accredited, for this, on the day it was issued?

Judged once, on the day of issue. `unknown` (nobody told us) is not `broken` (we were told, and it does not
hold); an accreditation that lapses later is a notice, not a break. ISO/IEC 17011, ISO/IEC 17021-1.

>>> from datetime import date
>>> qms = Accreditation("ACC-1", frozenset({"QMS"}), date(2023, 1, 1), date(2025, 12, 31))
>>> chain_on_issue(date(2025, 3, 1), "QMS", [qms]).verdict.value
'ok'
>>> late = chain_on_issue(date(2026, 1, 1), "QMS", [qms])
>>> late.reason.value, late.day.isoformat()
('accreditation_expired', '2025-12-31')
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from traceapp.domain.certificates import (
    CertificateStatus,
    CertificateTerms,
    Decision,
    Status,
    check_decision,
    status_on,
)
from traceapp.domain.errors import RuleBroken
from traceapp.domain.parties import RecordState


class ChainVerdict(StrEnum):
    """Whether the chain holds."""

    OK = "ok"
    BROKEN = "broken"
    UNKNOWN = "unknown"


class ChainReason(StrEnum):
    """Why it does not, or why nobody can say."""

    ACCREDITATION_EXPIRED = "accreditation_expired"
    ACCREDITATION_NOT_BEGUN = "accreditation_not_begun"
    ACCREDITATION_SUSPENDED = "accreditation_suspended"
    ACCREDITATION_WITHDRAWN = "accreditation_withdrawn"
    SCOPE_NOT_COVERED = "scope_not_covered"
    NO_ACCREDITATION_ON_RECORD = "no_accreditation_on_record"
    ACCREDITATION_UNCONFIRMED = "accreditation_unconfirmed"
    ACCREDITATION_DATES_UNKNOWN = "accreditation_dates_unknown"
    SCHEME_SCOPE_UNKNOWN = "scheme_scope_unknown"
    ISSUE_DAY_UNKNOWN = "issue_day_unknown"


@dataclass(frozen=True, slots=True)
class Accreditation:
    """A body's accreditation: number, scopes, days (both inclusive), decisions about it, who gave it.

    `valid_from` None means nobody told us; `valid_until` None beside a known beginning means no end. One that
    is not `confirmed` was typed by one officer and waits for another: nothing rests on it.
    """

    number: str
    scopes: frozenset[str]
    valid_from: date | None
    valid_until: date | None
    decisions: tuple[Decision, ...] = ()
    accreditor: str = ""
    confirmed: bool = True

    @property
    def terms(self) -> CertificateTerms:
        """What its standing is computed from: the rules are those of a certificate."""
        return CertificateTerms(
            RecordState.APPROVED, self.valid_from or date.min, self.valid_until, self.decisions
        )

    def standing(self, day: date) -> Status | None:
        """How it stood on a day; None where its beginning is not known and nothing speaks against it."""
        status = status_on(self.terms, day)
        if self.valid_from is None and status.status is CertificateStatus.ACTIVE:
            return None
        return status

    def in_force(self, day: date) -> bool | None:
        """Whether it held on a day; None where its days are not known."""
        status = self.standing(day)
        return None if status is None else status.status is CertificateStatus.ACTIVE


@dataclass(frozen=True, slots=True)
class Chain:
    """The verdict and, unless it is `ok`, its reason; `accreditation` is the one it rests or breaks on.

    `day` belongs to the reason: the last day, the first day, or the day of the decision. `following` is the
    body's next accreditation for this scope, where the certificate was issued in a gap.
    """

    verdict: ChainVerdict
    reason: ChainReason | None = None
    accreditation: Accreditation | None = None
    day: date | None = None
    issued_on: date | None = None
    scope: str | None = None
    following: Accreditation | None = None


@dataclass(frozen=True, slots=True)
class Lapse:
    """What became, after the day of issue, of the accreditation a certificate rests on: a notice, no break.

    `current` is an accreditation for the same scope that the body holds today.
    """

    reason: ChainReason
    accreditation: Accreditation
    day: date
    current: Accreditation | None = None


_ENDED: Final = {
    CertificateStatus.EXPIRED: ChainReason.ACCREDITATION_EXPIRED,
    CertificateStatus.SUSPENDED: ChainReason.ACCREDITATION_SUSPENDED,
    CertificateStatus.WITHDRAWN: ChainReason.ACCREDITATION_WITHDRAWN,
    CertificateStatus.CANCELLED: ChainReason.ACCREDITATION_WITHDRAWN,
}


def chain_on_issue(
    issued_on: date | None, scope: str | None, accreditations: Iterable[Accreditation]
) -> Chain:
    """Judge a certificate of a scheme with this accreditation scope, by all its body's accreditations.

    The order in which they come does not matter.
    """
    known = sorted(accreditations, key=lambda one: (one.valid_from or date.min, one.accreditor, one.number))
    if not known:
        return _unknown(ChainReason.NO_ACCREDITATION_ON_RECORD, issued_on, scope)
    if issued_on is None:
        return _unknown(ChainReason.ISSUE_DAY_UNKNOWN, None, scope)
    if scope is None:
        return _unknown(ChainReason.SCHEME_SCOPE_UNKNOWN, issued_on, None)
    told = [one for one in known if one.confirmed]
    covering = [one for one in told if scope in one.scopes]
    for one in covering:
        if one.in_force(issued_on):
            return Chain(ChainVerdict.OK, None, one, issued_on=issued_on, scope=scope)
    unclear = _unclear(known, covering, issued_on, scope)
    if unclear is not None:
        return unclear
    return _broken(covering, issued_on, scope) if covering else _uncovered(told, issued_on, scope)


def _unclear(
    known: Sequence[Accreditation], covering: Sequence[Accreditation], issued_on: date, scope: str
) -> Chain | None:
    """Unknown, where an accreditation without days, or one not confirmed yet, might be what it rests on."""
    for one in covering:
        if one.in_force(issued_on) is None:
            return _unknown(ChainReason.ACCREDITATION_DATES_UNKNOWN, issued_on, scope, one)
    waiting = [one for one in known if not one.confirmed]
    for one in waiting:
        if scope in one.scopes and one.in_force(issued_on) is not False:
            return _unknown(ChainReason.ACCREDITATION_UNCONFIRMED, issued_on, scope, one)
    if len(waiting) == len(known):
        return _unknown(ChainReason.ACCREDITATION_UNCONFIRMED, issued_on, scope, waiting[0])
    return None


def _broken(covering: Sequence[Accreditation], issued_on: date, scope: str) -> Chain:
    """Named by the accreditation that ended last before the day, else by the one that begins first after."""
    ended, coming = [], []
    for one in covering:
        status = one.standing(issued_on)
        if status is not None and status.since is not None and status.status in _ENDED:
            ended.append((status.since, one, status.status))
        else:
            coming.append(one)
    if not ended:
        first = coming[0]
        reason = ChainReason.ACCREDITATION_NOT_BEGUN
        return Chain(ChainVerdict.BROKEN, reason, first, first.valid_from, issued_on, scope)
    since, last, how = max(ended, key=lambda told: told[0])
    following = coming[0] if coming else None
    return Chain(ChainVerdict.BROKEN, _ENDED[how], last, _said_day(how, since), issued_on, scope, following)


def _uncovered(told: Sequence[Accreditation], issued_on: date, scope: str) -> Chain:
    """Broken, because what the body is accredited for is something else."""
    shown = next((one for one in told if one.in_force(issued_on)), told[-1])
    return Chain(ChainVerdict.BROKEN, ChainReason.SCOPE_NOT_COVERED, shown, None, issued_on, scope)


def _unknown(
    reason: ChainReason, issued_on: date | None, scope: str | None, shown: Accreditation | None = None
) -> Chain:
    return Chain(ChainVerdict.UNKNOWN, reason, shown, None, issued_on, scope)


def _said_day(how: CertificateStatus, since: date) -> date:
    """An expiry is said by the last day it held, a decision by the first day it holds."""
    return since - timedelta(days=1) if how is CertificateStatus.EXPIRED else since


def lapse_after(chain: Chain, accreditations: Iterable[Accreditation], today: date) -> Lapse | None:
    """What became of the accreditation an `ok` chain rests on, where it no longer holds today."""
    rests_on = chain.accreditation
    if chain.verdict is not ChainVerdict.OK or rests_on is None:
        return None
    status = rests_on.standing(today)
    if status is None or status.since is None or status.status not in _ENDED:
        return None
    day = _said_day(status.status, status.since)
    return Lapse(_ENDED[status.status], rests_on, day, _current(chain, accreditations, today))


def _current(chain: Chain, accreditations: Iterable[Accreditation], today: date) -> Accreditation | None:
    return next(
        (
            one
            for one in accreditations
            if one.confirmed and chain.scope in one.scopes and one.in_force(today)
        ),
        None,
    )


def accredited_on(accreditations: Iterable[Accreditation], scope: str | None, day: date) -> bool | None:
    """Whether a body was accredited for a scope on a day; None where nobody told us.

    Nor where one waits to be confirmed that would say so: what nobody confirmed proves nothing, and what
    somebody wrote down is no reason to say that there is none.
    """
    of_scope = [one for one in accreditations if scope in one.scopes]
    possible = [one for one in of_scope if one.in_force(day) is not False]
    if any(one.confirmed and one.in_force(day) for one in possible):
        return True
    return False if not possible and any(one.confirmed for one in of_scope) else None


def check_accreditation_decision(
    accreditation: Accreditation, new: Decision, today: date | None = None
) -> None:
    """Whether a further decision may follow those taken: the rules of `check_decision`, in its own words.

    Raises its codes with `accreditation_` before them.
    """
    try:
        check_decision(accreditation.terms, new, today)
    except RuleBroken as broken:
        raise type(broken)(f"accreditation_{broken.code}", field=broken.field, **broken.facts) from broken
