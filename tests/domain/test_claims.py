"""One question: may this product of this lot claim this scheme, on this day? The table of decisions."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceapp.domain.accreditation import Accreditation, Chain, ChainReason, ChainVerdict, chain_on_issue
from traceapp.domain.certificates import (
    CertificateStatus,
    CertificateTerms,
    Decision,
    DecisionKind,
    status_on,
)
from traceapp.domain.claims import Claim, ClaimFinding, Mark, claim
from traceapp.domain.conflicts import ConflictCode
from traceapp.domain.contradictions import CHAIN_CASES, Case
from traceapp.domain.papers import OF_MAKING, Answer, Goods, Paper, judge
from traceapp.domain.parties import RecordState
from traceapp.domain.scope import Coverage

DAY = date(2026, 11, 22)
MADE = date(2026, 9, 5)
SUSPENDED, RESTORED = DecisionKind.SUSPENSION, DecisionKind.RESTORATION
WITHDRAWN, CANCELLED = DecisionKind.WITHDRAWAL, DecisionKind.CANCELLATION
ACCREDITED = Accreditation("ACC-1", frozenset({"FSMS"}), date(2023, 1, 1), date(2025, 12, 31))
BROKEN = chain_on_issue(date(2026, 2, 20), "FSMS", [ACCREDITED])
OTHER_SCOPE = chain_on_issue(date(2025, 3, 1), "QMS", [ACCREDITED])
UNTOLD = Chain(ChainVerdict.UNKNOWN, ChainReason.NO_ACCREDITATION_ON_RECORD)
GOODS = Goods("Rượu men lá", "HTX Mẫu Sơn Thử", "Xưởng Thử", MADE)
MAY, UNKNOWN, MAY_NOT = Answer.MAY, Answer.UNKNOWN, Answer.MAY_NOT


def terms(
    start: str = "2025-06-10",
    end: str = "2028-06-09",
    *decisions: tuple[DecisionKind, str],
    state: RecordState = RecordState.APPROVED,
) -> CertificateTerms:
    taken = tuple(Decision(at, kind, date.fromisoformat(day)) for at, (kind, day) in enumerate(decisions, 1))
    return CertificateTerms(state, date.fromisoformat(start), date.fromisoformat(end), taken)


PAPER = Paper(
    number="DEMO-1",
    scheme="iso_22000",
    standard="ISO 22000:2018",
    terms=terms(),
    body="Tổ chức Thử",
    holder="HTX Mẫu Sơn Thử",
    coverage=Coverage(True, True),
    names_product=True,
    same_holder=True,
)


def ask(papers: Sequence[Paper] | Paper, goods: Goods = GOODS, day: date = DAY, **more: object) -> Claim:
    every = [papers] if isinstance(papers, Paper) else papers
    return claim("iso_22000", every, goods, day=day, **more)


def codes(told: Claim) -> list[str]:
    return [one.code.value for one in told.conflicts]


TABLE = [
    # what is on record                                         on the day, when made, conflicts
    (PAPER, MAY, MAY, []),
    (replace(PAPER, terms=terms(end="2026-11-21")), MAY_NOT, MAY, ["X1"]),
    (replace(PAPER, terms=terms(end="2026-09-04")), MAY_NOT, MAY_NOT, ["X1", "X10"]),
    (
        replace(PAPER, terms=terms("2025-06-10", "2028-06-09", (SUSPENDED, "2026-10-01"))),
        MAY_NOT,
        MAY,
        ["X2"],
    ),
    (
        replace(PAPER, terms=terms("2025-06-10", "2028-06-09", (SUSPENDED, "2026-09-01"))),
        MAY_NOT,
        MAY_NOT,
        ["X2", "X10"],
    ),
    (
        replace(
            PAPER,
            terms=terms("2025-06-10", "2028-06-09", (SUSPENDED, "2026-09-01"), (RESTORED, "2026-10-01")),
        ),
        MAY,
        MAY_NOT,
        ["X10"],
    ),
    (
        replace(PAPER, terms=terms("2025-06-10", "2028-06-09", (WITHDRAWN, "2026-10-01"))),
        MAY_NOT,
        MAY,
        ["X3"],
    ),
    (
        replace(PAPER, terms=terms("2025-06-10", "2028-06-09", (CANCELLED, "2026-08-01"))),
        MAY_NOT,
        MAY_NOT,
        ["X3", "X10"],
    ),
    (replace(PAPER, terms=terms("2026-09-06")), MAY, MAY_NOT, ["X10"]),
    (replace(PAPER, terms=terms("2026-12-01")), MAY_NOT, MAY_NOT, ["X10"]),
    (replace(PAPER, coverage=Coverage(False, True)), MAY_NOT, MAY_NOT, ["X4"]),
    (replace(PAPER, coverage=Coverage(True, False)), MAY_NOT, MAY_NOT, ["X5"]),
    (replace(PAPER, coverage=Coverage(True, None)), UNKNOWN, UNKNOWN, []),
    (replace(PAPER, same_holder=False), UNKNOWN, UNKNOWN, ["X6"]),
    (replace(PAPER, same_holder=False, names_product=False), MAY_NOT, MAY_NOT, ["X6"]),
    (replace(PAPER, others=("Tổ chức khác",)), MAY, MAY, ["X7"]),
    (replace(PAPER, file_intact=False), UNKNOWN, UNKNOWN, ["X8"]),
    (replace(PAPER, file_intact=True), MAY, MAY, []),
    (replace(PAPER, chain=BROKEN), UNKNOWN, UNKNOWN, ["X9"]),
    (replace(PAPER, chain=OTHER_SCOPE), UNKNOWN, UNKNOWN, ["X9"]),
    (replace(PAPER, chain=UNTOLD), MAY, MAY, []),
    (replace(PAPER, accredited=False), MAY, MAY, ["X9"]),
    (replace(PAPER, chain=BROKEN, accredited=False), UNKNOWN, UNKNOWN, ["X9", "X9"]),
    (replace(PAPER, terms=terms(state=RecordState.SUBMITTED)), UNKNOWN, UNKNOWN, []),
    ([], UNKNOWN, UNKNOWN, ["X12"]),
    (replace(PAPER, scheme="vietgap"), UNKNOWN, UNKNOWN, ["X12"]),
]


@pytest.mark.parametrize(("papers", "on_day", "when_made", "expected"), TABLE)
def test_what_is_on_record_decides(
    papers: Sequence[Paper] | Paper, on_day: Answer, when_made: Answer, expected: list[str]
) -> None:
    told = ask(papers)
    assert (told.on_day, told.when_made, codes(told)) == (on_day, when_made, expected)
    assert told.answer is max(on_day, when_made, key=lambda one: one.rank)


OLD = replace(PAPER, number="OLD", terms=terms("2023-10-01", "2026-09-30"))
NEW = replace(PAPER, number="NEW", terms=terms("2026-10-01", "2029-09-30"))


def test_a_renewed_certificate_outlives_the_old_one() -> None:
    told = ask([NEW, OLD])
    assert (told.answer, codes(told)) == (MAY, [])
    assert [paper.number for paper in told.rests_on] == ["NEW", "OLD"]
    assert codes(ask(OLD)) == ["X1"]
    assert codes(ask(NEW)) == ["X10"]


def test_a_gap_between_two_certificates_is_seen_by_a_lot_made_in_it() -> None:
    late = replace(NEW, terms=terms("2026-10-15", "2029-09-30"))
    told = ask([late, OLD], replace(GOODS, made_on=date(2026, 10, 7)))
    assert (told.on_day, told.when_made) == (MAY, MAY_NOT)
    assert {one.case for one in told.conflicts} == {Case.MADE_BEFORE, Case.MADE_AFTER}


def test_a_suspension_is_not_hidden_behind_an_older_one_that_ran_out() -> None:
    halted = replace(NEW, terms=terms("2026-10-01", "2029-09-30", (SUSPENDED, "2026-11-01")))
    assert codes(ask([halted, OLD])) == ["X2"]


def test_another_scheme_or_another_product_says_nothing() -> None:
    other = replace(PAPER, number="OTHER", coverage=Coverage(False, True), terms=terms(end="2026-01-01"))
    assert codes(ask([PAPER, other, replace(PAPER, scheme="vietgap", terms=terms(end="2026-01-01"))])) == []


def test_a_suspension_when_the_lot_was_made_says_from_when_until_when() -> None:
    history = terms("2025-06-10", "2028-06-09", (SUSPENDED, "2026-09-01"), (RESTORED, "2026-10-01"))
    [found] = ask(replace(PAPER, terms=history)).conflicts
    assert found.case is Case.MADE_SUSPENDED
    assert (found.facts["since"], found.facts["until"]) == (date(2026, 9, 1), date(2026, 9, 30))
    assert found.facts["made"] == MADE
    assert found.facts["certificate"] == "DEMO-1"


def test_of_a_suspension_today_the_day_it_began_is_told_not_the_day_the_lot_was_made() -> None:
    history = terms(
        "2025-06-10",
        "2028-06-09",
        (SUSPENDED, "2026-09-01"),
        (RESTORED, "2026-10-01"),
        (SUSPENDED, "2026-11-01"),
    )
    told = {one.case: one.facts["since"] for one in ask(replace(PAPER, terms=history)).conflicts}
    assert told == {Case.SUSPENDED: date(2026, 11, 1), Case.MADE_SUSPENDED: date(2026, 9, 1)}


def test_a_heading_names_a_broken_chain_and_calls_only_what_is_missing_missing() -> None:
    told = ask(replace(PAPER, chain=BROKEN))
    assert (told.answer, told.finding, told.finding_on_day, told.finding_when_made) == (
        UNKNOWN, ClaimFinding.UNACCREDITED, ClaimFinding.UNACCREDITED, ClaimFinding.UNACCREDITED,
    )  # fmt: skip
    undated = ask(replace(PAPER, chain=BROKEN), replace(GOODS, made_on=None))
    assert (undated.finding, undated.finding_when_made) == (ClaimFinding.UNACCREDITED, ClaimFinding.UNKNOWN)
    product = ask(replace(PAPER, chain=BROKEN), replace(GOODS, lot=False))
    assert (product.finding, product.finding_when_made) == (ClaimFinding.UNACCREDITED, None)
    beside = ask([replace(PAPER, chain=BROKEN), replace(PAPER, number="B", coverage=Coverage(None, True))])
    assert beside.finding is ClaimFinding.UNKNOWN  # of the other nobody can tell
    assert ask([]).finding is ClaimFinding.UNKNOWN
    assert ask(PAPER).finding is ClaimFinding.MAY
    assert ask(replace(PAPER, chain=BROKEN, terms=terms(end="2026-01-01"))).finding is ClaimFinding.MAY_NOT
    assert {one.answer for one in ClaimFinding} == {MAY, UNKNOWN, MAY_NOT}


@pytest.mark.parametrize(
    ("history", "label"),
    [
        (((SUSPENDED, "2026-09-01"), (RESTORED, "2026-10-01")), "Sản xuất khi chứng nhận bị đình chỉ"),
        (((WITHDRAWN, "2026-09-01"),), "Sản xuất sau khi chứng nhận bị thu hồi hoặc hủy"),
    ],
)
def test_x10_bears_the_name_of_what_happened(history, label) -> None:
    told = ask(replace(PAPER, terms=terms("2025-06-10", "2028-06-09", *history)))
    labels = [one.label for one in told.conflicts]
    assert label in labels
    assert "Sản xuất trước hoặc sau thời gian hiệu lực" not in labels
    [early] = ask(replace(PAPER, terms=terms("2026-10-15", "2029-09-30"))).conflicts
    assert early.label == "Sản xuất trước hoặc sau thời gian hiệu lực"


def test_a_chain_broken_on_issue_and_one_lost_since_are_told_apart() -> None:
    cases = [one.case for one in ask(replace(PAPER, chain=BROKEN, accredited=False)).conflicts]
    assert cases == [Case.CHAIN_EXPIRED, Case.ACCREDITATION_ENDED]
    [found] = ask(replace(PAPER, chain=OTHER_SCOPE)).conflicts
    assert found.case is Case.CHAIN_OTHER_SCOPE
    assert found.sentence() == "Công nhận ACC-1 chỉ gồm phạm vi FSMS, không gồm QMS."
    assert found.label == "Tổ chức chứng nhận không được công nhận cho phạm vi này"  # nothing was lost
    [found] = ask(replace(PAPER, chain=BROKEN)).conflicts
    assert found.label == "Tổ chức chứng nhận mất hoặc bị đình chỉ công nhận"
    assert found.sentence() == "Công nhận ACC-1 đã hết hạn ngày 31/12/2025, trước ngày cấp 20/02/2026."


@pytest.mark.parametrize("reason", CHAIN_CASES)
def test_every_reason_a_chain_breaks_for_is_a_case_of_x9(reason: ChainReason) -> None:
    [found] = ask(replace(PAPER, chain=Chain(ChainVerdict.BROKEN, reason))).conflicts
    assert (found.code, found.case) == (ConflictCode.X9, CHAIN_CASES[reason])


def test_a_product_without_a_lot_is_asked_for_the_day_alone() -> None:
    told = ask(PAPER, Goods("Rượu men lá", lot=False))
    assert (told.answer, told.when_made, told.vouched) == (MAY, None, True)


def test_a_lot_whose_day_nobody_knows_is_not_held_against_anyone() -> None:
    told = ask(PAPER, replace(GOODS, made_on=None))
    assert (told.on_day, told.when_made, told.answer, codes(told)) == (MAY, UNKNOWN, UNKNOWN, [])
    assert told.vouched


MARK = Mark("ISO 22000:2018", Case.MARK_ON_LABEL, date(2026, 9, 6))


@pytest.mark.parametrize(
    ("papers", "expected"),
    [
        (PAPER, []),
        (replace(PAPER, accredited=False), ["X9"]),
        (replace(PAPER, chain=BROKEN), ["X9"]),  # doubted, yet a certificate is there
        (replace(PAPER, coverage=Coverage(False, True)), ["X4", "X11"]),
        (replace(PAPER, terms=terms(end="2026-11-21")), ["X1", "X11"]),
        ([], ["X11", "X12"]),
    ],
)
def test_a_mark_needs_a_certificate_that_vouches(
    papers: Sequence[Paper] | Paper, expected: list[str]
) -> None:
    assert codes(ask(papers, marks=[MARK])) == expected


def test_without_goods_only_the_record_is_judged() -> None:
    bare = replace(PAPER, coverage=None, same_holder=None)
    told = judge(bare, None, day=DAY)
    assert (told.on_day, told.when_made, told.answer, told.conflicts) == (MAY, None, MAY, ())


# --- whatever is on record ----------------------------------------------------------------------------

days = st.dates(date(2024, 1, 1), date(2029, 12, 31))
maybe = st.sampled_from([None, True, False])


@st.composite
def papers(draw: st.DrawFn) -> Paper:
    start = draw(days)
    end = start + timedelta(days=draw(st.integers(0, 1200)))
    decisions: list[Decision] = []
    for kind in draw(st.lists(st.sampled_from(DecisionKind), max_size=3)):
        decisions.append(Decision(len(decisions) + 1, kind, draw(st.dates(start, end))))
    decisions.sort(key=lambda one: one.from_on)
    decisions = [Decision(at, one.kind, one.from_on) for at, one in enumerate(decisions, 1)]
    chain = draw(st.sampled_from([None, Chain(ChainVerdict.OK), BROKEN, OTHER_SCOPE, UNTOLD]))
    state = draw(st.sampled_from([RecordState.APPROVED, RecordState.SUBMITTED]))
    return Paper(
        number="P",
        scheme="iso_22000",
        standard="ISO 22000:2018",
        terms=CertificateTerms(state, start, end, tuple(decisions)),
        coverage=Coverage(draw(maybe), draw(maybe)),
        names_product=draw(st.booleans()),
        same_holder=draw(maybe),
        file_intact=draw(maybe),
        chain=chain,
        accredited=draw(maybe),
    )


made_on = st.one_of(st.none(), days)
several = st.lists(papers(), max_size=4)


@given(several, made_on, days)
def test_yes_always_rests_on_certificates_in_force_and_in_scope(
    found: list[Paper], made: date | None, day: date
) -> None:
    told = ask(found, replace(GOODS, made_on=made), day)
    if told.answer is not MAY:
        return
    good = [one for one in found if bool(one.coverage) and one.same_holder is not False]
    assert made is not None
    for asked in (day, made):
        assert any(status_on(one.terms, asked).status is CertificateStatus.ACTIVE for one in good)
    assert told.vouched
    assert set(codes(told)) <= {"X7", "X9"}
    assert told.rests_on


@given(several, days, days)
def test_the_packing_day_answers_as_the_day_of_making_would(
    found: list[Paper], lots: date, day: date
) -> None:
    made = ask(found, replace(GOODS, made_on=lots), day)
    packed = ask(found, replace(GOODS, made_on=None, packed_on=lots), day)
    assert (packed.answer, packed.when_made, packed.vouched) == (made.answer, made.when_made, made.vouched)
    assert [one.case for one in packed.conflicts] == [one.case for one in made.conflicts]
    assert all("made" not in one.facts for one in packed.conflicts)
    both = ask(found, replace(GOODS, made_on=lots, packed_on=lots + timedelta(9)), day)
    assert both == made


@given(several, made_on, days)
def test_no_always_says_why(found: list[Paper], made: date | None, day: date) -> None:
    told = ask(found, replace(GOODS, made_on=made), day)
    if told.answer is MAY_NOT:
        assert told.conflicts
    for one in told.conflicts:
        assert "{" not in one.sentence()
        assert one.advice


@given(several, papers(), made_on, days)
def test_one_certificate_more_never_makes_the_answer_worse(
    found: list[Paper], more: Paper, made: date | None, day: date
) -> None:
    goods = replace(GOODS, made_on=made)
    before, after = ask(found, goods, day), ask([*found, more], goods, day)
    if before.judgements and before.on_day is MAY:
        assert after.on_day is MAY
    if before.judgements and before.when_made is MAY:
        assert after.when_made is MAY
    if before.vouched:
        assert after.vouched


@given(papers(), made_on, days)
def test_what_is_not_known_is_no_conflict(paper: Paper, made: date | None, day: date) -> None:
    bare = replace(
        paper, coverage=Coverage(None, None), same_holder=None, file_intact=None, chain=None, accredited=None
    )
    found = {one.code for one in judge(bare, replace(GOODS, made_on=made), day=day).conflicts}
    assert found <= {ConflictCode.X1, ConflictCode.X2, ConflictCode.X3, ConflictCode.X10}


@given(several, made_on, days)
def test_conflicts_stand_in_the_order_of_their_numbers_and_never_speak_of_making_without_a_day(
    found: list[Paper], made: date | None, day: date
) -> None:
    told = ask(found, replace(GOODS, made_on=made), day)
    numbers = [one.code.number for one in told.conflicts]
    assert numbers == sorted(numbers)
    if made is None:
        assert not [one for one in told.conflicts if one.case in OF_MAKING]
