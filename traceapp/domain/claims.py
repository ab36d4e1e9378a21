"""One question: may this product of this lot claim this scheme, on this day?

A certificate answers twice: for the day asked about, and for the day the lot was made. Of several of one
scheme the best answers on each day, so that a renewed certificate outlives the old one. What nobody told us
is never held against anyone: it makes the answer `unknown`. ISO/IEC 17000; domain.md, section 7.

>>> from datetime import date
>>> day, made = date(2026, 11, 22), date(2026, 9, 5)
>>> halted = Decision(1, DecisionKind.SUSPENSION, date(2026, 10, 1))
>>> terms = CertificateTerms(RecordState.APPROVED, date(2025, 6, 10), date(2028, 6, 9), (halted,))
>>> paper = Paper("DEMO-1", "iso_22000", "ISO 22000:2018", terms, coverage=Coverage(True, True))
>>> told = claim("iso_22000", [paper], Goods(made_on=made), day=day)
>>> told.answer.value, told.on_day.value, told.when_made.value, [one.code.value for one in told.conflicts]
('may_not', 'may_not', 'may', ['X2'])
>>> claim("iso_22000", [paper], Goods(made_on=day), day=day).when_made.value
'may_not'
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from traceapp.domain.certificates import CertificateStatus, CertificateTerms, Decision, DecisionKind, Status
from traceapp.domain.contradictions import Case, Contradiction
from traceapp.domain.lot_days import LotDay
from traceapp.domain.papers import (
    OF_MAKING,
    Answer,
    Goods,
    Judgement,
    Paper,
    in_order,
    in_scope,
    judge,
    may_be_meant,
    may_vouch,
    worst,
)
from traceapp.domain.parties import RecordState
from traceapp.domain.scope import Coverage

__all__ = [
    "Answer",
    "CertificateTerms",
    "Claim",
    "ClaimFinding",
    "Coverage",
    "Decision",
    "DecisionKind",
    "Goods",
    "Mark",
    "Paper",
    "RecordState",
    "claim",
]


class ClaimFinding(StrEnum):
    """An answer as its heading says it: a body that was not accredited (X9) is no want of data."""

    MAY = "may"
    UNKNOWN = "unknown"
    UNACCREDITED = "unaccredited"
    MAY_NOT = "may_not"

    @property
    def answer(self) -> Answer:
        """The answer it stands for."""
        return Answer.UNKNOWN if self is ClaimFinding.UNACCREDITED else Answer(self.value)


@dataclass(frozen=True, slots=True)
class Mark:
    """A scheme's name where goods carry it: on a label printed on a day, among standards, in a name."""

    text: str
    case: Case
    printed: date | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """The answer for one scheme, what it rests on, and every conflict that holds."""

    scheme: str
    day: date
    lot_day: LotDay | None
    on_day: Answer
    when_made: Answer | None
    vouched: bool  # a certificate is in force and in scope on both days, whatever may still be doubted
    conflicts: tuple[Contradiction, ...]
    judgements: tuple[Judgement, ...]
    rests_on: tuple[Paper, ...]
    marks: tuple[Mark, ...] = ()

    @property
    def answer(self) -> Answer:
        """Both days together."""
        return worst(self.on_day, self.when_made)

    @property
    def finding(self) -> ClaimFinding:
        """What a heading says of both days together."""
        days = (self.finding_on_day, self.finding_when_made)
        told = [one for one in days if one is not None and one.answer is self.answer]
        return ClaimFinding.UNACCREDITED if ClaimFinding.UNACCREDITED in told else told[0]

    @property
    def finding_on_day(self) -> ClaimFinding:
        """What is said of the day asked about."""
        unsure = [one for one in self.judgements if one.on_day is Answer.UNKNOWN]
        return _finding(self.on_day, [(one, one.today) for one in unsure])

    @property
    def finding_when_made(self) -> ClaimFinding | None:
        """What is said of the day the lot was made; None: no lot is asked about."""
        if self.when_made is None:
            return None
        unsure = [one for one in self.judgements if one.when_made is Answer.UNKNOWN]
        return _finding(self.when_made, [(one, one.made) for one in unsure])


def _finding(answer: Answer, unsure: Sequence[tuple[Judgement, Status | None]]) -> ClaimFinding:
    """Of an unknown: whether every certificate in force that leaves it open has a broken chain."""
    known = [
        one.unaccredited and day is not None and day.status is CertificateStatus.ACTIVE for one, day in unsure
    ]
    return (
        ClaimFinding.UNACCREDITED
        if answer is Answer.UNKNOWN and known and all(known)
        else ClaimFinding(answer.value)
    )


def claim(
    scheme: str,
    papers: Iterable[Paper],
    goods: Goods,
    *,
    day: date,
    marks: Sequence[Mark] = (),
    name: str | None = None,
) -> Claim:
    """The answer for a scheme by all certificates of it that are about the goods or their maker.

    `name`: how the scheme is called where none is found.
    """
    every = [judge(paper, goods, day=day) for paper in papers if paper.scheme == scheme]
    judged = [one for one in every if may_be_meant(one)] or every
    day_best = min(judged, key=lambda one: one.on_day.rank, default=None)
    made_best = min(judged, key=_rank_when_made, default=None)
    vouched = _vouched([one for one in judged if in_scope(one.paper)], goods)
    conflicts = _of_all(judged, day_best, made_best) or _nothing_found(name or scheme, judged)
    if not _vouched([one for one in judged if may_vouch(one.paper)], goods):  # else nobody can tell
        conflicts += [
            Contradiction(mark.case, {"mark": mark.text, "printed": mark.printed}) for mark in marks
        ]
    return Claim(
        scheme=scheme,
        day=day,
        lot_day=goods.lot_day,
        on_day=day_best.on_day if day_best else Answer.UNKNOWN,
        when_made=(made_best.when_made if made_best else Answer.UNKNOWN) if goods.lot else None,
        vouched=vouched,
        conflicts=in_order(conflicts),
        judgements=tuple(judged),
        rests_on=_resting(day_best, made_best),
        marks=tuple(marks),
    )


def _rank_when_made(one: Judgement) -> int:
    return 0 if one.when_made is None else one.when_made.rank


def _vouched(covering: Sequence[Judgement], goods: Goods) -> bool:
    """Whether one of these is in force today and, where that day is known, one was on the day of making."""
    today = any(one.today.status is CertificateStatus.ACTIVE for one in covering)
    if goods.lot_day is None:
        return today
    made = any(one.made is not None and one.made.status is CertificateStatus.ACTIVE for one in covering)
    return today and made


def _of_all(
    judged: Sequence[Judgement], day_best: Judgement | None, made_best: Judgement | None
) -> list[Contradiction]:
    """Conflicts that stand in the way: where one answers yes for a day, only its own of that day."""
    if day_best is None or made_best is None:
        return []
    of_day = [day_best] if day_best.on_day is Answer.MAY else _current(judged)
    of_making = [made_best] if made_best.when_made is Answer.MAY else judged
    found = [each for one in of_day for each in one.conflicts if each.case not in OF_MAKING]
    return found + [each for one in of_making for each in one.conflicts if each.case in OF_MAKING]


def _current(judged: Sequence[Judgement]) -> Sequence[Judgement]:
    """Without what ran out by itself, where something else has not."""
    kept = [one for one in judged if one.today.status is not CertificateStatus.EXPIRED]
    return kept or judged


def _nothing_found(scheme: str, judged: Sequence[Judgement]) -> list[Contradiction]:
    return [] if judged else [Contradiction(Case.NOT_FOUND, {"scheme": scheme})]


def _resting(day_best: Judgement | None, made_best: Judgement | None) -> tuple[Paper, ...]:
    papers: list[Paper] = []
    if day_best is not None and day_best.on_day is not Answer.MAY_NOT:
        papers.append(day_best.paper)
    if made_best is not None and made_best.when_made in (Answer.MAY, Answer.UNKNOWN):
        papers += [] if made_best.paper in papers else [made_best.paper]
    return tuple(papers)
