"""The whole life of a certificate: the decision table, and what must hold on every day of every history.

The table says what a person expects; the properties are judged by a model of its own (a calendar, painted
over by one decision after the other), not by the code under test.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from traceapp.domain.accreditation import Accreditation, ChainReason, ChainVerdict, chain_on_issue
from traceapp.domain.certificates import (
    CertificateStatus,
    CertificateTerms,
    Decision,
    DecisionKind,
    RecordState,
    Status,
    check_decision,
    life,
    standing,
    status_on,
)
from traceapp.domain.days import day_begins, today_in_vietnam
from traceapp.domain.errors import Malformed, RuleBroken

DAY = timedelta(days=1)
FIRST, LAST = date(2026, 9, 1), date(2026, 9, 30)
TERMS = CertificateTerms(RecordState.APPROVED, FIRST, LAST)
S, R, W, C = (
    DecisionKind.SUSPENSION,
    DecisionKind.RESTORATION,
    DecisionKind.WITHDRAWAL,
    DecisionKind.CANCELLATION,
)
PICTURE = {
    "-": CertificateStatus.NOT_YET_VALID,
    "A": CertificateStatus.ACTIVE,
    "S": CertificateStatus.SUSPENDED,
    "W": CertificateStatus.WITHDRAWN,
    "C": CertificateStatus.CANCELLED,
    "E": CertificateStatus.EXPIRED,
}

# A certificate valid from 1 to 30 September 2026. Decisions as (kind, day of September), in the order they
# were taken; then how it stands on the DAYS; 0 is 31 August, 31 is 1 October.
DAYS = (0, 1, 9, 10, 11, 19, 20, 21, 29, 30, 31)
TABLE = {
    "nothing decided": ([], "-AAAAAAAAAE"),
    "suspended": ([(S, 10)], "-AASSSSSSSE"),
    "suspended and restored": ([(S, 10), (R, 20)], "-AASSSAAAAE"),
    "suspended and restored on the same day": ([(S, 10), (R, 10)], "-AAAAAAAAAE"),
    "suspended again": ([(S, 10), (R, 11), (S, 20)], "-AASAASSSSE"),
    "suspended, restored and suspended on one day": ([(S, 10), (R, 10), (S, 10)], "-AASSSSSSSE"),
    "two suspensions that overlap, one restoration": ([(S, 10), (S, 11), (R, 20)], "-AASSSAAAAE"),
    "suspended from the first day": ([(S, 1)], "-SSSSSSSSSE"),
    "suspended on the last day": ([(S, 30)], "-AAAAAAAASE"),
    "restored on the last day": ([(S, 10), (R, 30)], "-AASSSSSSAE"),
    "withdrawn": ([(W, 10)], "-AAWWWWWWWW"),
    "withdrawn on the first day": ([(W, 1)], "-WWWWWWWWWW"),
    "withdrawn on the last day": ([(W, 30)], "-AAAAAAAAWW"),
    "cancelled while suspended": ([(S, 10), (C, 20)], "-AASSSCCCCC"),
    "withdrawn on the day it was suspended": ([(S, 10), (W, 10)], "-AAWWWWWWWW"),
    "withdrawn on the day it was restored": ([(S, 10), (R, 20), (W, 20)], "-AASSSWWWWW"),
    "restored after it was withdrawn: never": ([(W, 10), (R, 20)], "-AAWWWWWWWW"),
    "cancelled after it was withdrawn: never": ([(W, 10), (C, 20)], "-AAWWWWWWWW"),
    "withdrawn twice: the first counts": ([(W, 10), (W, 20)], "-AAWWWWWWWW"),
    "written after a withdrawal, dated before it: never": ([(W, 20), (S, 10)], "-AAAAAWWWWW"),
    "an announced suspension overtaken by a withdrawal": ([(S, 20), (W, 10)], "-AAWWWWWWWW"),
    "an announced suspension called off": ([(S, 20), (R, 10)], "-AAAAAAAAAE"),
    "a planned restoration called off": ([(S, 10), (R, 20), (S, 20)], "-AASSSSSSSE"),
    "a decision before the first day waits for it": ([(S, -20)], "-SSSSSSSSSE"),
    "a decision after the last day comes too late": ([(S, 31)], "-AAAAAAAAAE"),
    "a withdrawal after the last day stands all the same": ([(W, 31)], "-AAAAAAAAAW"),
}


def on(number: int) -> date:
    """A day of that September; 0 is the last of August."""
    return FIRST + (number - 1) * DAY


def with_decisions(*told: tuple[DecisionKind, int]) -> CertificateTerms:
    return replace(
        TERMS, decisions=tuple(Decision(n, kind, on(day)) for n, (kind, day) in enumerate(told, 1))
    )


@pytest.mark.parametrize("case", TABLE)
def test_the_decision_table(case: str) -> None:
    told, expected = TABLE[case]
    terms = with_decisions(*told)
    assert [status_on(terms, on(number)).status for number in DAYS] == [PICTURE[sign] for sign in expected]


@pytest.mark.parametrize("case", TABLE)
def test_the_order_is_the_sequence_and_not_the_place_in_the_list(case: str) -> None:
    told, _ = TABLE[case]
    terms = with_decisions(*told)
    backwards = replace(terms, decisions=terms.decisions[::-1])
    assert life(backwards) == life(terms)


# The same September with decisions that were written down by mistake: (kind, day, whether it was a mistake).
MISTAKES = {
    "withdrawn by mistake": ([(W, 10, True)], "-AAAAAAAAAE"),
    "cancelled by mistake, then withdrawn": ([(C, 10, True), (W, 20, False)], "-AAAAAWWWWW"),
    "withdrawn with the wrong day, then with the right one": ([(W, 20, True), (W, 10, False)], "-AAWWWWWWWW"),
    "withdrawn twice by mistake, suspended": ([(W, 1, True), (W, 9, True), (S, 20, False)], "-AAAAASSSSE"),
    "suspended by mistake": ([(S, 10, True)], "-AAAAAAAAAE"),
    "suspended by mistake, and restored": ([(S, 10, True), (R, 20, False)], "-AAAAAAAAAE"),
    "suspended, and restored by mistake": ([(S, 10, False), (R, 20, True)], "-AASSSSSSSE"),
    "a withdrawal while suspended was the mistake": ([(S, 10, False), (W, 20, True)], "-AASSSSSSSE"),
    "suspended, the restoration between was a mistake": (
        [(S, 10, False), (R, 11, True), (S, 20, False)], "-AASSSSSSSE",
    ),
    "withdrawn, all before it by mistake": ([(S, 10, True), (R, 20, True), (W, 29, False)], "-AAAAAAAWWW"),
}  # fmt: skip


@pytest.mark.parametrize("case", MISTAKES)
def test_the_table_of_decisions_that_were_mistakes(case: str) -> None:
    told, expected = MISTAKES[case]
    decisions = tuple(Decision(n, kind, on(day), slip) for n, (kind, day, slip) in enumerate(told, 1))
    terms = replace(TERMS, decisions=decisions)
    assert [status_on(terms, on(number)).status for number in DAYS] == [PICTURE[sign] for sign in expected]


def test_a_status_lasts_from_its_first_day_on_end_to_the_last_known_one() -> None:
    told = with_decisions((S, 10), (R, 10), (S, 15), (R, 20), (W, 25))
    assert life(told) == (
        Status(CertificateStatus.NOT_YET_VALID, None, on(0)),
        Status(CertificateStatus.ACTIVE, on(1), on(14)),
        Status(CertificateStatus.SUSPENDED, on(15), on(19)),
        Status(CertificateStatus.ACTIVE, on(20), on(24)),
        Status(CertificateStatus.WITHDRAWN, on(25), None),
    )


def test_a_suspension_nothing_lifts_has_no_last_day() -> None:
    assert status_on(with_decisions((S, 10), (S, 11)), on(30)) == Status(
        CertificateStatus.SUSPENDED, on(10), None
    )


@pytest.mark.parametrize("first", [date.min, FIRST])
@pytest.mark.parametrize("last", [date.max, None, LAST])
@pytest.mark.parametrize("decided", [(), ((W, date.min),), ((S, date.max),)])
def test_the_ends_of_the_calendar_are_days_like_others(first, last, decided) -> None:
    decisions = tuple(Decision(1, kind, day) for kind, day in decided)
    terms = CertificateTerms(RecordState.APPROVED, first, last, decisions)
    for day in (date.min, first, date.max):
        assert status_on(terms, day).status is painted(terms, [day])[0]


# The model: a calendar on which one decision after the other paints every day from its own on.


def painted(terms: CertificateTerms, days: list[date]) -> list[CertificateStatus]:
    within = [terms.valid_from <= day <= (terms.valid_until or date.max) for day in days]
    calendar = [
        CertificateStatus.ACTIVE
        if inside
        else CertificateStatus.NOT_YET_VALID
        if day < terms.valid_from
        else CertificateStatus.EXPIRED
        for day, inside in zip(days, within, strict=True)
    ]
    colours = {S: CertificateStatus.SUSPENDED, R: CertificateStatus.ACTIVE,
               W: CertificateStatus.WITHDRAWN, C: CertificateStatus.CANCELLED}  # fmt: skip
    for decision in sorted(terms.decisions, key=lambda one: one.sequence):
        final = decision.kind in {W, C}
        for at, day in enumerate(days):
            if day >= decision.from_on and (final or within[at]):
                calendar[at] = colours[decision.kind]
        if final:
            break
    return calendar


def whole_days(terms: CertificateTerms) -> list[date]:
    """Every day on which anything can change, and some around them."""
    known = [terms.valid_from, *(one.from_on for one in terms.decisions)]
    known += [terms.valid_until] if terms.valid_until else []
    return [min(known) + DAY * n for n in range(-3, (max(known) - min(known)).days + 4)]


kinds = st.sampled_from(DecisionKind)
histories = st.builds(
    lambda length, told: CertificateTerms(
        RecordState.APPROVED,
        FIRST,
        None if length is None else FIRST + length * DAY,
        tuple(Decision(n, kind, FIRST + day * DAY) for n, (kind, day) in enumerate(told, 1)),
    ),
    st.none() | st.integers(0, 25),
    st.lists(st.tuples(kinds, st.integers(-3, 28)), max_size=6),
)


@given(histories)
def test_every_day_of_every_history_stands_as_the_calendar_says(terms: CertificateTerms) -> None:
    days = whole_days(terms)
    assert [status_on(terms, day).status for day in days] == painted(terms, days)


@given(histories)
@example(with_decisions((S, 10), (R, 10)))
def test_a_life_has_no_gap_and_says_nothing_twice(terms: CertificateTerms) -> None:
    told = life(terms)
    for before, after in pairwise(told):
        assert before.status is not after.status
        assert after.since is not None
        suspension = before.status is CertificateStatus.SUSPENDED
        assert before.until == after.since - DAY or (suspension and before.until is None)
    assert told[-1].until is None or told[-1].status is CertificateStatus.ACTIVE
    for day in whole_days(terms):
        assert sum(one == status_on(terms, day) for one in told) == 1


@given(histories, st.randoms(use_true_random=False))
def test_a_shuffled_history_is_the_same_history(terms: CertificateTerms, chance) -> None:
    decisions = list(terms.decisions)
    chance.shuffle(decisions)
    assert life(replace(terms, decisions=tuple(decisions))) == life(terms)


@given(histories, st.sets(st.integers(1, 6)))
def test_a_mistake_counts_as_if_it_had_never_been_written(terms: CertificateTerms, slips: set[int]) -> None:
    marked = [replace(one, mistaken=one.sequence in slips) for one in terms.decisions]
    left = tuple(one for one in terms.decisions if one.sequence not in slips)
    assert life(replace(terms, decisions=tuple(marked))) == life(replace(terms, decisions=left))
    assert standing(marked) == left


@given(histories, st.integers(-3, 28), kinds, st.none() | st.integers(-3, 28))
def test_a_mistake_stands_in_no_other_decisions_way(terms, day, kind, today) -> None:
    """Whatever could be decided before a slip can be decided after it was marked, and nothing else."""
    last = len(terms.decisions)
    slip = Decision(last + 1, W, FIRST + day * DAY, mistaken=True)
    new, written = Decision(last + 2, kind, FIRST + day * DAY), None if today is None else on(today)
    assert refusal(terms, new, written) == refusal(
        replace(terms, decisions=(*terms.decisions, slip)), new, written
    )


def refusal(terms: CertificateTerms, new: Decision, written: date | None) -> str | None:
    try:
        check_decision(terms, new, written)
    except RuleBroken as broken:
        return broken.code
    return None


# Histories as the service lets them grow: each decision is tried on a day that never goes back.


@st.composite
def tries(draw) -> list[tuple[DecisionKind, int, int]]:
    """(kind, first day, the day it is written down)."""
    written, told = 0, []
    for _ in range(draw(st.integers(1, 7))):
        written += draw(st.integers(0, 6))
        told.append((draw(kinds), draw(st.integers(-2, 32)), written))
    return told


def grown(attempts) -> Iterator[tuple[CertificateTerms, Decision, date, CertificateTerms | None]]:
    """Each attempt: what stood before, the decision, its day, and what stands after; None if refused."""
    terms = TERMS
    for kind, day, written in attempts:
        new = Decision(len(terms.decisions) + 1, kind, on(day))
        try:
            check_decision(terms, new, on(written))
        except RuleBroken:
            yield terms, new, on(written), None
            continue
        after = replace(terms, decisions=(*terms.decisions, new))
        yield terms, new, on(written), after
        terms = after


AFTER = {S: PICTURE["S"], R: PICTURE["A"], W: PICTURE["W"], C: PICTURE["C"]}


@given(tries())
def test_a_decision_that_was_let_in_holds_from_its_day_and_changes_none_before(attempts) -> None:
    for before, new, _written, after in grown(attempts):
        if after is None:
            continue
        assert status_on(after, new.from_on).status is AFTER[new.kind]
        for day in whole_days(after):
            if day < new.from_on:
                assert status_on(after, day).status is status_on(before, day).status


@given(tries())
def test_no_day_that_a_decision_already_rules_is_ruled_anew(attempts) -> None:
    """A later decision may overtake what was announced, never what has begun."""
    for before, new, written, after in grown(attempts):
        begun = [one.from_on for one in before.decisions if one.from_on <= written]
        if after is not None and begun:
            assert new.from_on >= max(begun)


@given(tries())
def test_a_certificate_ends_once_and_nothing_follows(attempts) -> None:
    ended = False
    for _before, new, _written, after in grown(attempts):
        assert not (ended and after)
        ended = ended or bool(after and new.kind.is_terminal)


@given(tries())
def test_whatever_was_announced_a_certificate_in_force_can_be_withdrawn_today(attempts) -> None:
    """A typing error in a day must not shut the door against the body that wants to act now."""
    for terms, _new, written, _after in grown(attempts):
        now_in_force = status_on(terms, written).status in {PICTURE["A"], PICTURE["S"]}
        terminal = any(one.kind.is_terminal for one in terms.decisions)
        if now_in_force and not terminal:
            check_decision(terms, Decision(len(terms.decisions) + 1, W, written), written)


def test_an_announced_suspension_can_be_overtaken_and_called_off_but_one_that_began_cannot() -> None:
    announced = with_decisions((S, 20))
    check_decision(announced, Decision(2, W, on(10)), today=on(10))
    check_decision(announced, Decision(2, R, on(10)), today=on(10))
    check_decision(announced, Decision(2, S, on(10)), today=on(10))
    for kind in (W, R):
        with pytest.raises(Malformed, match="decision_backdated"):
            check_decision(announced, Decision(2, kind, on(10)), today=on(20))


# Instants: a day begins at 00:00 and ends at 24:00 in Vietnam, whoever's clock tells it.

ZONES = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
TICK = timedelta(microseconds=1)


@given(ZONES)
def test_the_first_day_begins_at_midnight_and_the_last_ends_at_midnight_in_vietnam(zone) -> None:
    def at(instant: datetime) -> CertificateStatus:
        return status_on(TERMS, today_in_vietnam(instant.astimezone(zone))).status

    begins, ends = day_begins(FIRST), day_begins(LAST + DAY)
    assert (at(begins - TICK), at(begins)) == (PICTURE["-"], PICTURE["A"])
    assert (at(ends - TICK), at(ends)) == (PICTURE["A"], PICTURE["E"])
    assert begins == datetime(2026, 8, 31, 17, tzinfo=UTC)
    assert ends == datetime(2026, 9, 30, 17, tzinfo=UTC)


@given(histories, st.integers(-3 * 86_400, 32 * 86_400), ZONES)
def test_at_every_instant_it_stands_as_on_its_vietnamese_day(terms, seconds, zone) -> None:
    instant = day_begins(FIRST) + timedelta(seconds=seconds)
    day = FIRST + timedelta(days=seconds // 86_400)
    assert status_on(terms, today_in_vietnam(instant.astimezone(zone))) == status_on(terms, day)


@given(histories)
def test_a_status_turns_at_midnight_in_vietnam_and_at_no_other_instant(terms: CertificateTerms) -> None:
    for one in life(terms)[1:]:
        turn = day_begins(one.since)
        assert status_on(terms, today_in_vietnam(turn)) == one
        assert status_on(terms, today_in_vietnam(turn - TICK)) != one


# Accreditation: whether the body was accredited on the day of issue, whatever gaps there are.

stretches = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 15), st.sampled_from(["FSMS", "QMS"]), st.booleans()),
    max_size=4,
)


@given(stretches, st.integers(-2, 60))
def test_the_chain_holds_exactly_on_days_some_accreditation_for_the_scope_covers(told, issued: int) -> None:
    bodys = [
        Accreditation(
            f"ACC-{n}",
            frozenset({scope}),
            FIRST + first * DAY,
            FIRST + (first + length) * DAY,
            (Decision(1, S, FIRST + (first + length) * DAY),) if suspended else (),
        )
        for n, (first, length, scope, suspended) in enumerate(told)
    ]
    covered = {
        scope: any(
            first <= issued <= first + length - suspended
            for first, length, named, suspended in told
            if named == scope
        )
        for scope in ("FSMS", "QMS")
    }
    chain = chain_on_issue(FIRST + issued * DAY, "FSMS", bodys)
    if not told:
        assert chain.reason is ChainReason.NO_ACCREDITATION_ON_RECORD
    elif covered["FSMS"]:
        assert chain.verdict is ChainVerdict.OK
        assert chain.accreditation is not None
        assert chain.accreditation.in_force(FIRST + issued * DAY)
    else:
        assert chain.verdict is ChainVerdict.BROKEN
        for_this = any(named == "FSMS" for *_, named, _suspended in told)
        assert (chain.reason is ChainReason.SCOPE_NOT_COVERED) is not for_this


def test_a_gap_of_a_day_between_two_accreditations_is_a_gap() -> None:
    until = Accreditation("A", frozenset({"PRO"}), on(1), on(9))
    after = Accreditation("B", frozenset({"PRO"}), on(11), on(20))
    verdicts = [chain_on_issue(on(n), "PRO", [until, after]).verdict.value for n in (9, 10, 11, 20, 21)]
    assert verdicts == ["ok", "broken", "ok", "ok", "broken"]
