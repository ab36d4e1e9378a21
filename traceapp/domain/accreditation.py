"""The chain behind a certificate: was its body accredited, for this, on the day it was issued?

Judged once, on the day of issue. `unknown` (nobody told us) is not `broken` (we were told, and it does not
hold); an accreditation that lapses later is a notice, not a break. ISO/IEC 17011, ISO/IEC 17021-1.

>>> from datetime import date
>>> qms = Accreditation("ACC-1", frozenset({"QMS"}), date(2023, 1, 1), date(2025, 12, 31))
>>> chain_on_issue(date(2025, 3, 1), "QMS", [qms]).verdict.value
'ok'
>>> chain_on_issue(date(2026, 1, 1), "QMS", [qms]).reason.value
'not_accredited_on_issue'
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from traceapp.domain.certificates import CertificateStatus, CertificateTerms, Decision, status_on
from traceapp.domain.parties import RecordState
from traceapp.domain.words import N_


class ChainVerdict(StrEnum):
    """Whether the chain holds."""

    OK = "ok"
    BROKEN = "broken"
    UNKNOWN = "unknown"


class ChainReason(StrEnum):
    """Why it does not, or why nobody can say."""

    NOT_ACCREDITED_ON_ISSUE = "not_accredited_on_issue"
    SCOPE_NOT_COVERED = "scope_not_covered"
    NO_ACCREDITATION_ON_RECORD = "no_accreditation_on_record"
    ACCREDITATION_DATES_UNKNOWN = "accreditation_dates_unknown"
    SCHEME_SCOPE_UNKNOWN = "scheme_scope_unknown"
    ISSUE_DAY_UNKNOWN = "issue_day_unknown"


CHAIN_REASONS: Final[Mapping[ChainReason, str]] = MappingProxyType(
    {
        ChainReason.NOT_ACCREDITED_ON_ISSUE: N_("Tổ chức chứng nhận không được công nhận vào ngày cấp."),
        ChainReason.SCOPE_NOT_COVERED: N_("Công nhận của tổ chức chứng nhận không gồm phạm vi này."),
        ChainReason.NO_ACCREDITATION_ON_RECORD: N_("Chưa có dữ liệu công nhận của tổ chức chứng nhận này."),
        ChainReason.ACCREDITATION_DATES_UNKNOWN: N_("Chưa có dữ liệu về thời hạn công nhận."),
        ChainReason.SCHEME_SCOPE_UNKNOWN: N_(
            "Chưa có dữ liệu về phạm vi công nhận cần cho loại chứng nhận này."
        ),
        ChainReason.ISSUE_DAY_UNKNOWN: N_("Chưa có dữ liệu về ngày cấp chứng nhận."),
    }
)


@dataclass(frozen=True, slots=True)
class Accreditation:
    """A body's accreditation: number, scopes, days (both inclusive), decisions about it.

    `valid_from` None means nobody told us; `valid_until` None beside a known beginning means no end.
    """

    number: str
    scopes: frozenset[str]
    valid_from: date | None
    valid_until: date | None
    decisions: tuple[Decision, ...] = ()

    def in_force(self, day: date) -> bool | None:
        """Whether it held on a day; None where its days are not known."""
        if self.valid_from is None:
            return None
        terms = CertificateTerms(RecordState.APPROVED, self.valid_from, self.valid_until, self.decisions)
        return status_on(terms, day).status is CertificateStatus.ACTIVE


@dataclass(frozen=True, slots=True)
class Chain:
    """The verdict, its reason unless it is `ok`, and the accreditation it rests on if it is."""

    verdict: ChainVerdict
    reason: ChainReason | None = None
    accreditation: Accreditation | None = None


def chain_on_issue(
    issued_on: date | None, scope: str | None, accreditations: Iterable[Accreditation]
) -> Chain:
    """Judge a certificate of a scheme with this accreditation scope, by all its body's accreditations."""
    known = tuple(accreditations)
    if not known:
        return _unknown(ChainReason.NO_ACCREDITATION_ON_RECORD)
    if issued_on is None:
        return _unknown(ChainReason.ISSUE_DAY_UNKNOWN)
    if scope is None:
        return _unknown(ChainReason.SCHEME_SCOPE_UNKNOWN)
    covering = [one for one in known if scope in one.scopes]
    for one in covering:
        if one.in_force(issued_on):
            return Chain(ChainVerdict.OK, None, one)
    if any(one.in_force(issued_on) is None for one in covering):
        return _unknown(ChainReason.ACCREDITATION_DATES_UNKNOWN)
    if any(one.in_force(issued_on) for one in known):
        return Chain(ChainVerdict.BROKEN, ChainReason.SCOPE_NOT_COVERED)
    return Chain(ChainVerdict.BROKEN, ChainReason.NOT_ACCREDITED_ON_ISSUE)


def _unknown(reason: ChainReason) -> Chain:
    return Chain(ChainVerdict.UNKNOWN, reason)
