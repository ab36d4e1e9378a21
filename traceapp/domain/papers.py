"""A certificate beside goods: what it says of them on a day, and of the day they were made.

A certificate that is in force and names product and place answers `may`; one that has run out or names
others, `may_not`. What nobody told us is never held against anyone: it makes the answer `unknown`, as does
what must first be seen in the original. ISO/IEC 17000; domain.md, section 7.

>>> from datetime import date
>>> terms = CertificateTerms(RecordState.APPROVED, date(2025, 6, 10), date(2028, 6, 9))
>>> paper = Paper("DEMO-1", "iso_22000", "ISO 22000:2018", terms, coverage=Coverage(True, None))
>>> told = judge(paper, Goods(made_on=date(2025, 6, 9)), day=date(2026, 11, 22))
>>> told.on_day.value, told.when_made.value, [one.case.value for one in told.conflicts]
('unknown', 'may_not', ['made_before'])
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from traceapp.domain.accreditation import Chain, ChainVerdict, Lapse
from traceapp.domain.certificates import CertificateStatus, CertificateTerms, Status, status_on
from traceapp.domain.contradictions import CHAIN_CASES, Case, Contradiction, Fact, words_of
from traceapp.domain.lot_days import LotDay, lot_day
from traceapp.domain.parties import RecordState
from traceapp.domain.scope import Coverage

__all__ = [
    "OF_MAKING",
    "Answer",
    "Goods",
    "Judgement",
    "Paper",
    "RecordState",
    "in_order",
    "in_scope",
    "judge",
    "worst",
]


class Answer(StrEnum):
    """What the registry can say."""

    MAY = "may"
    UNKNOWN = "unknown"
    MAY_NOT = "may_not"

    @property
    def rank(self) -> int:
        """The better first."""
        return _ORDER.index(self)


def worst(on_day: Answer, when_made: Answer | None) -> Answer:
    """What can be said of both days together; None: no lot is asked about."""
    return on_day if when_made is None else max(on_day, when_made, key=lambda answer: answer.rank)


@dataclass(frozen=True, slots=True)
class Paper:
    """A certificate beside the goods. None is what nobody told us."""

    number: str
    scheme: str
    standard: str
    terms: CertificateTerms
    key: str = ""  # the record's public id
    body: str = ""
    holder: str = ""
    scope: str = ""
    area: str = ""  # the accreditation scope its scheme needs
    coverage: Coverage | None = None  # None: no goods to compare with
    names_product: bool = False  # names this very product, so that another's certificate may be meant for it
    same_holder: bool | None = None
    others: tuple[str, ...] = ()  # whose records bear the same number
    file_intact: bool | None = None
    chain: Chain | None = None  # on the day of issue
    lapse: Lapse | None = None  # what became of the accreditation since
    accredited: bool | None = None  # on the day asked about


@dataclass(frozen=True, slots=True)
class Goods:
    """The goods in hand. Neither day: the lot's day is not known, or (`lot` False) no lot was named."""

    item: str = ""
    maker: str = ""
    place: str | None = None
    made_on: date | None = None
    packed_on: date | None = None
    lot: bool = True

    @property
    def lot_day(self) -> LotDay | None:
        """The day the lot is judged on."""
        return lot_day(self.made_on, self.packed_on) if self.lot else None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one certificate says of the goods: on the day asked about and (None: no lot) when they were made.

    `today` and `made` are its bare statuses.
    """

    paper: Paper
    today: Status
    made: Status | None
    on_day: Answer
    when_made: Answer | None
    conflicts: tuple[Contradiction, ...]

    @property
    def answer(self) -> Answer:
        """Both days together."""
        return worst(self.on_day, self.when_made)

    @property
    def unaccredited(self) -> bool:
        """Whether on record its body was not accredited for it on the day of issue: known, not missing."""
        return self.paper.chain is not None and self.paper.chain.verdict is ChainVerdict.BROKEN


def judge(paper: Paper, goods: Goods | None, *, day: date) -> Judgement:
    """One certificate beside the goods (None: none in hand)."""
    lots = goods.lot_day if goods else None
    today = status_on(paper.terms, day)
    made = None if lots is None else status_on(paper.terms, lots.day)
    when_made = None
    if goods is not None and goods.lot:
        when_made = Answer.UNKNOWN if made is None else _answer(paper, made)
    found = _conflicts(paper, goods, today, made, day)
    return Judgement(paper, today, made, _answer(paper, today), when_made, found)


def _answer(paper: Paper, status: Status) -> Answer:
    if status.status is CertificateStatus.DRAFT:
        return Answer.UNKNOWN
    if status.status is not CertificateStatus.ACTIVE or _excludes(paper):
        return Answer.MAY_NOT
    return Answer.UNKNOWN if _doubted(paper) else Answer.MAY


def _excludes(paper: Paper) -> bool:
    """Whether the paper is not about these goods; one of another holder is only where it names them."""
    scope = paper.coverage
    outside = scope is not None and (scope.product is False or scope.place is False)
    return outside or (paper.same_holder is False and not paper.names_product)


def may_be_meant(judgement: Judgement) -> bool:
    """Whether a certificate may be about such goods, and is in the books."""
    scope = judgement.paper.coverage
    named = scope is None or scope.product is not False
    return named and judgement.today.status is not CertificateStatus.DRAFT


def may_vouch(paper: Paper) -> bool:
    """Whether nothing on record keeps the paper from being about these goods."""
    return not _excludes(paper)


def in_scope(paper: Paper) -> bool:
    """Whether the paper is about these goods, as far as the record can tell: product, place and holder."""
    return not _excludes(paper) and (paper.coverage is None or bool(paper.coverage))


def _doubted(paper: Paper) -> bool:
    """Whether the original, or more of the record, must be seen before anybody can say yes."""
    broken = paper.chain is not None and paper.chain.verdict is ChainVerdict.BROKEN
    return not in_scope(paper) or paper.same_holder is False or paper.file_intact is False or broken


def _conflicts(
    paper: Paper, goods: Goods | None, today: Status, made: Status | None, day: date
) -> tuple[Contradiction, ...]:
    lots = goods.lot_day if goods else None
    made_on = lots.day if lots else None
    known = _facts(paper, goods, day) | _lot_facts(lots) | {"since": today.since}
    then = known | {"since": made.since, "until": made.until} if made else known
    told = {
        **dict.fromkeys(_of_the_day(paper, today, made_on), known),
        **dict.fromkeys((*_of_scope(paper), *_of_record(paper)), known),
        **dict.fromkeys(_of_the_chain(paper), known | _chain_facts(paper.chain)),
        **dict.fromkeys(_of_the_body(paper), known),
        **dict.fromkeys(_of_making(paper, made, made_on), then),
    }
    return in_order(Contradiction(case, _told(case, facts)) for case, facts in told.items())


def _facts(paper: Paper, goods: Goods | None, day: date) -> dict[str, Fact]:
    return {
        "certificate": paper.number,
        "day": day,
        "start": paper.terms.valid_from,
        "end": paper.terms.valid_until,
        "issued": paper.terms.issued_on,
        "body": paper.body,
        "holder": paper.holder,
        "scope": paper.scope,
        "area": paper.area,
        "number": paper.number,
        "others": ", ".join(paper.others),
        "item": goods.item if goods else None,
        "maker": goods.maker if goods else None,
        "place": goods.place if goods else None,
    }


def _lot_facts(lots: LotDay | None) -> dict[str, Fact]:
    """The lot's day under its own name."""
    return {"made": lots.made_on, "packed": lots.packed_on} if lots else {}


def _chain_facts(chain: Chain | None) -> dict[str, Fact]:
    """What `chain_words` speaks of: the accreditation's number and scopes, and the day of the reason."""
    shown = chain.accreditation if chain else None
    return {
        "number": shown.number if shown else None,
        "covers": ", ".join(sorted(shown.scopes)) if shown else None,
        "scope": chain.scope if chain else None,
        "day": chain.day if chain else None,
        "issued": chain.issued_on if chain else None,
    }


def _told(case: Case, facts: dict[str, Fact]) -> dict[str, Fact]:
    """Of all facts those that a case speaks of."""
    words = words_of(case, packed=facts.get("packed") is not None)
    names = ("certificate", *sorted(words.names), "until")
    return {name: facts[name] for name in names if facts.get(name) is not None}


def _of_the_day(paper: Paper, today: Status, made_on: date | None) -> list[Case]:
    if today.status is CertificateStatus.NOT_YET_VALID:
        return [] if made_on is not None and made_on < paper.terms.valid_from else [Case.NOT_BEGUN]
    return [_DAY_CASES[today.status]] if today.status in _DAY_CASES else []


def _of_scope(paper: Paper) -> list[Case]:
    scope = paper.coverage
    outside = {
        Case.PRODUCT_OUTSIDE: scope is not None and scope.product is False,
        Case.PLACE_OUTSIDE: scope is not None and scope.place is False,
    }
    return [case for case, holds in outside.items() if holds]


def _of_record(paper: Paper) -> list[Case]:
    found = {
        Case.OTHER_HOLDER: paper.same_holder is False,
        Case.SAME_NUMBER: bool(paper.others),
        Case.FILE_CHANGED: paper.file_intact is False,
    }
    return [case for case, holds in found.items() if holds]


def _of_the_chain(paper: Paper) -> list[Case]:
    """What was wrong on the day of issue."""
    chain = paper.chain
    if chain is None or chain.verdict is not ChainVerdict.BROKEN or chain.reason is None:
        return []
    return [CHAIN_CASES[chain.reason]]


def _of_the_body(paper: Paper) -> list[Case]:
    """What ended since: it takes nothing from the paper."""
    return [Case.ACCREDITATION_ENDED] if paper.accredited is False else []


def _of_making(paper: Paper, made: Status | None, made_on: date | None) -> list[Case]:
    if made is None or made_on is None:
        return []
    if made_on < paper.terms.valid_from:
        return [Case.MADE_BEFORE]
    if paper.terms.valid_until is not None and made_on > paper.terms.valid_until:
        return [Case.MADE_AFTER]
    return [_MADE_CASES[made.status]] if made.status in _MADE_CASES else []


def in_order(found: Iterable[Contradiction]) -> tuple[Contradiction, ...]:
    """By the number inspectors know them by."""
    return tuple(sorted(found, key=lambda one: one.code.number))


_ORDER: Final = (Answer.MAY, Answer.UNKNOWN, Answer.MAY_NOT)
_DAY_CASES: Final = {
    CertificateStatus.EXPIRED: Case.EXPIRED,
    CertificateStatus.SUSPENDED: Case.SUSPENDED,
    CertificateStatus.WITHDRAWN: Case.WITHDRAWN,
    CertificateStatus.CANCELLED: Case.CANCELLED,
}
_MADE_CASES: Final = {
    CertificateStatus.SUSPENDED: Case.MADE_SUSPENDED,
    CertificateStatus.WITHDRAWN: Case.MADE_WITHDRAWN,
    CertificateStatus.CANCELLED: Case.MADE_WITHDRAWN,
}
OF_MAKING: Final = frozenset({Case.MADE_BEFORE, Case.MADE_AFTER, Case.MADE_SUSPENDED, Case.MADE_WITHDRAWN})
"""Conflicts with the day the lot was made."""
