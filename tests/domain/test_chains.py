"""The chain on every day around every boundary: what it rests on, what breaks it, and how that is named."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceapp.domain.accreditation import (
    Accreditation,
    ChainReason,
    ChainVerdict,
    accredited_on,
    chain_on_issue,
    check_accreditation_decision,
    lapse_after,
)
from traceapp.domain.certificates import Decision, DecisionKind
from traceapp.domain.errors import RuleBroken
from traceapp.domain.wording.chain_words import (
    CHAIN_SENTENCES,
    LAPSE_SENTENCES,
    chain_facts,
    chain_sentence,
    lapse_facts,
)

DAY = timedelta(days=1)
A1 = Accreditation("ACC-001", frozenset({"FSMS", "PRO"}), date(2023, 1, 1), date(2025, 12, 31), (), "BoA")
A2 = Accreditation("ACC-002", frozenset({"FSMS", "PRO"}), date(2026, 4, 1), date(2029, 3, 31), (), "BoA")
DAYS = st.dates(date(2020, 1, 1), date(2031, 12, 31))
SPANS = st.tuples(DAYS, st.integers(0, 2000)).map(lambda told: (told[0], told[0] + told[1] * DAY))
HELD = st.lists(
    st.builds(
        lambda number, scopes, span: Accreditation(f"N{number}", frozenset(scopes), *span),
        st.integers(1, 99),
        st.sets(st.sampled_from(["QMS", "FSMS", "PRO", "Organic"]), min_size=1),
        SPANS,
    ),
    max_size=4,
)


def decided(*told: tuple[DecisionKind, date]) -> tuple[Decision, ...]:
    return tuple(Decision(number, kind, on) for number, (kind, on) in enumerate(told, 1))


def told(chain):
    """The sentence of a chain, filled in."""
    return chain_sentence(chain).format_map(chain_facts(chain))


@given(HELD, DAYS, st.sampled_from(["QMS", "FSMS", "PRO", "Organic"]))
def test_a_chain_holds_exactly_where_one_accreditation_covers_scope_and_day(held, day, scope):
    covered = any(scope in one.scopes and one.valid_from <= day <= one.valid_until for one in held)
    chain = chain_on_issue(day, scope, held)
    assert (chain.verdict is ChainVerdict.OK) == covered
    assert (chain.verdict is ChainVerdict.UNKNOWN) == (not held)
    assert (chain.reason is None) == covered
    assert "{" not in told(chain)


@given(HELD, DAYS, st.randoms())
def test_the_order_of_the_records_does_not_matter(held, day, random):
    shuffled = list(held)
    random.shuffle(shuffled)
    first, second = (chain_on_issue(day, "FSMS", some) for some in (held, shuffled))
    assert (first.verdict, first.reason, first.day) == (second.verdict, second.reason, second.day)


@given(st.integers(-3, 100))
def test_every_day_of_the_gap_between_two_is_named_by_the_one_that_expired(offset):
    day = date(2025, 12, 31) + offset * DAY
    chain = chain_on_issue(day, "FSMS", [A2, A1])
    if day <= A1.valid_until:
        assert (chain.verdict, chain.accreditation) == (ChainVerdict.OK, A1)
    elif day >= A2.valid_from:
        assert (chain.verdict, chain.accreditation) == (ChainVerdict.OK, A2)
    else:
        assert chain.reason is ChainReason.ACCREDITATION_EXPIRED
        assert (chain.accreditation, chain.day, chain.following) == (A1, date(2025, 12, 31), A2)


@given(SPANS, st.integers(-5, 5))
def test_the_boundaries_are_named_with_their_day(span, offset):
    one = Accreditation("B-1", frozenset({"QMS"}), *span)
    after = chain_on_issue(span[1] + DAY * max(1, abs(offset)), "QMS", [one])
    assert (after.reason, after.day) == (ChainReason.ACCREDITATION_EXPIRED, span[1])
    before = chain_on_issue(span[0] - DAY * max(1, abs(offset)), "QMS", [one])
    assert (before.reason, before.day) == (ChainReason.ACCREDITATION_NOT_BEGUN, span[0])
    assert chain_on_issue(span[0], "QMS", [one]).verdict is ChainVerdict.OK
    assert chain_on_issue(span[1], "QMS", [one]).verdict is ChainVerdict.OK


@given(st.integers(0, 1095), st.integers(1, 400), st.integers(0, 1095))
def test_a_suspension_breaks_only_between_its_day_and_the_restoration(start, length, asked):
    suspended, restored, day = (A1.valid_from + days * DAY for days in (start, start + length, asked))
    one = replace(
        A1, decisions=decided((DecisionKind.SUSPENSION, suspended), (DecisionKind.RESTORATION, restored))
    )
    chain = chain_on_issue(day, "PRO", [one])
    assert (chain.verdict is ChainVerdict.OK) == (not suspended <= day < restored)
    if suspended <= day < restored:
        assert (chain.reason, chain.day) == (ChainReason.ACCREDITATION_SUSPENDED, suspended)


def test_an_expired_accreditation_is_named_with_its_number_and_its_last_day():
    chain = chain_on_issue(date(2026, 2, 20), "FSMS", [A1, A2])
    assert told(chain) == "Công nhận ACC-001 đã hết hạn ngày 31/12/2025, trước ngày cấp 20/02/2026."


@pytest.mark.parametrize(
    ("day", "held", "reason", "words"),
    [
        (date(2022, 12, 31), [A1, A2], "accreditation_not_begun", "ACC-001 chỉ bắt đầu từ ngày 01/01/2023"),
        (
            date(2024, 5, 1),
            [replace(A1, decisions=decided((DecisionKind.SUSPENSION, date(2024, 3, 1))))],
            "accreditation_suspended",
            "ACC-001 bị đình chỉ từ ngày 01/03/2024",
        ),
        (
            date(2024, 5, 1),
            [replace(A1, decisions=decided((DecisionKind.WITHDRAWAL, date(2024, 3, 2))))],
            "accreditation_withdrawn",
            "ACC-001 đã bị thu hồi từ ngày 02/03/2024",
        ),
    ],
)  # fmt: skip
def test_each_break_has_a_name_of_its_own(day, held, reason, words):
    chain = chain_on_issue(day, "FSMS", held)
    assert (chain.verdict, chain.reason) == (ChainVerdict.BROKEN, ChainReason(reason))
    assert words in told(chain)


def test_a_scope_that_is_not_covered_says_what_is():
    chain = chain_on_issue(date(2025, 3, 1), "QMS", [A1, A2])
    assert chain.reason is ChainReason.SCOPE_NOT_COVERED
    assert told(chain) == "Công nhận ACC-001 chỉ gồm phạm vi FSMS, PRO, không gồm QMS."
    assert chain_on_issue(date(2020, 1, 1), "QMS", [A1]).reason is ChainReason.SCOPE_NOT_COVERED


def test_what_ended_last_before_the_day_gives_the_reason():
    suspended = replace(A1, number="S", decisions=decided((DecisionKind.SUSPENSION, date(2025, 6, 1))))
    older = replace(A1, number="OLD", valid_until=date(2024, 1, 31))
    chain = chain_on_issue(date(2025, 7, 1), "PRO", [suspended, older])
    assert (chain.reason, chain.accreditation) == (ChainReason.ACCREDITATION_SUSPENDED, suspended)
    once_covered = replace(A1, number="PRO-1", scopes=frozenset({"PRO"}), valid_until=date(2024, 1, 31))
    other = replace(A1, number="QMS-1", scopes=frozenset({"QMS"}))
    chain = chain_on_issue(date(2025, 7, 1), "PRO", [once_covered, other])
    assert (chain.reason, chain.accreditation) == (ChainReason.ACCREDITATION_EXPIRED, once_covered)


def test_days_half_known_still_tell_what_they_tell():
    half = Accreditation("VICAS 024", frozenset({"FSMS"}), None, date(2026, 2, 5))
    assert chain_on_issue(date(2026, 2, 5), "FSMS", [half]).reason is ChainReason.ACCREDITATION_DATES_UNKNOWN
    late = chain_on_issue(date(2026, 2, 6), "FSMS", [half])
    assert (late.reason, late.day) == (ChainReason.ACCREDITATION_EXPIRED, date(2026, 2, 5))
    assert "VICAS 024" in told(chain_on_issue(date(2025, 1, 1), "FSMS", [half]))


def test_nothing_rests_or_breaks_on_what_is_not_confirmed():
    typed = replace(A2, confirmed=False)
    waits = chain_on_issue(date(2026, 5, 1), "FSMS", [A1, typed])
    assert (waits.verdict, waits.reason) == (ChainVerdict.UNKNOWN, ChainReason.ACCREDITATION_UNCONFIRMED)
    assert "ACC-002" in told(waits)
    assert chain_on_issue(date(2026, 5, 1), "QMS", [typed]).reason is ChainReason.ACCREDITATION_UNCONFIRMED
    assert chain_on_issue(date(2026, 2, 1), "FSMS", [A1, typed]).verdict is ChainVerdict.BROKEN
    assert chain_on_issue(date(2025, 2, 1), "FSMS", [A1, typed]).accreditation is A1
    assert accredited_on([typed], "FSMS", date(2026, 5, 1)) is None
    assert accredited_on([A1, A2], "FSMS", date(2026, 5, 1)) is True
    assert accredited_on([A1], "FSMS", date(2026, 5, 1)) is False
    waiting = replace(A2, confirmed=False)
    assert accredited_on([A1, waiting], "FSMS", date(2026, 5, 1)) is None
    assert accredited_on([A1, waiting], "FSMS", date(2025, 5, 1)) is True
    assert accredited_on([A1, waiting], "FSMS", date(2050, 5, 1)) is False
    assert accredited_on([waiting], "FSMS", date(2050, 5, 1)) is None


@pytest.mark.parametrize(
    ("decisions", "today", "reason", "day"),
    [
        ((), date(2026, 1, 1), "accreditation_expired", date(2025, 12, 31)),
        (
            decided((DecisionKind.SUSPENSION, date(2025, 9, 1))),
            date(2025, 9, 1),
            "accreditation_suspended",
            date(2025, 9, 1),
        ),
        (
            decided((DecisionKind.WITHDRAWAL, date(2025, 9, 1))),
            date(2026, 9, 1),
            "accreditation_withdrawn",
            date(2025, 9, 1),
        ),
    ],
)  # fmt: skip
def test_a_later_lapse_is_a_notice_and_never_a_break(decisions, today, reason, day):
    held = [replace(A1, decisions=decisions), A2]
    chain = chain_on_issue(date(2025, 6, 10), "FSMS", held)
    assert chain.verdict is ChainVerdict.OK
    lapse = lapse_after(chain, held, today)
    assert (lapse.reason, lapse.day) == (ChainReason(reason), day)
    assert lapse.current == (A2 if today >= A2.valid_from else None)
    assert "sau ngày cấp" in LAPSE_SENTENCES[lapse.reason].format_map(lapse_facts(lapse))


def test_there_is_no_notice_while_it_holds_nor_under_a_broken_chain():
    chain = chain_on_issue(date(2025, 6, 10), "FSMS", [A1])
    assert lapse_after(chain, [A1], date(2025, 12, 31)) is None
    assert lapse_after(chain_on_issue(date(2026, 2, 1), "FSMS", [A1]), [A1], date(2027, 1, 1)) is None


def test_every_reason_has_its_sentence():
    assert set(CHAIN_SENTENCES) == set(ChainReason)


@pytest.mark.parametrize(
    ("taken", "new", "code"),
    [
        ([], (DecisionKind.RESTORATION, 5), "not_suspended"),
        ([DecisionKind.SUSPENSION], (DecisionKind.SUSPENSION, 5), "already_suspended"),
        ([DecisionKind.WITHDRAWAL], (DecisionKind.RESTORATION, 5), "decision_after_terminal"),
        ([DecisionKind.SUSPENSION], (DecisionKind.WITHDRAWAL, 0), "decision_backdated"),
        ([], (DecisionKind.WITHDRAWAL, -1), "decision_before_validity"),
        ([], (DecisionKind.WITHDRAWAL, 9999), "decision_after_validity"),
    ],
)
def test_a_decision_about_an_accreditation_follows_the_same_rules_in_its_own_words(taken, new, code):
    one = replace(A1, decisions=decided(*((kind, A1.valid_from + 2 * DAY) for kind in taken)))
    with pytest.raises(RuleBroken) as caught:
        check_accreditation_decision(one, Decision(2, new[0], A1.valid_from + new[1] * DAY))
    assert caught.value.code == f"accreditation_{code}"
    assert "ông nhận" in caught.value.sentence() or "hiệu lực" in caught.value.sentence()


def test_a_decision_that_follows_is_accepted():
    check_accreditation_decision(A1, Decision(1, DecisionKind.SUSPENSION, A1.valid_from))
    undated = replace(A1, valid_from=None, valid_until=None)
    check_accreditation_decision(undated, Decision(1, DecisionKind.WITHDRAWAL, date(2020, 1, 1)))
