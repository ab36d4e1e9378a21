"""Reminders as a rule: each step once, none lost to a day nobody looked, nobody nagged without need."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceapp.domain.certificates import CertificateTerms, Decision, DecisionKind, RecordState
from traceapp.domain.errors import Malformed
from traceapp.domain.reminders import LATE, STEPS, due_step, wanted_steps

END = date(2026, 12, 31)
TERMS = CertificateTerms(RecordState.APPROVED, date(2024, 1, 1), END)
LEFT = st.integers(min_value=-400, max_value=400)


def before(days: int) -> date:
    return END - timedelta(days=days)


@pytest.mark.parametrize(
    ("left", "step"),
    [
        (91, None), (90, 90), (89, 90), (61, 90), (60, 60), (31, 60), (30, 30), (8, 30), (7, 7), (1, 7),
        (0, 0), (-1, 0), (-LATE, 0), (-LATE - 1, None),
    ],
)  # fmt: skip
def test_the_nearest_step_that_was_reached_is_due(left, step):
    found = due_step(TERMS, before(left), renewed=False)
    assert (found and found.days) == step
    if found:
        assert found.day == before(found.days)


@given(days=st.sets(LEFT, max_size=60))
def test_whatever_days_the_job_ran_each_step_is_named_once_and_in_order(days):
    """The outbox keeps one letter a name: (step, its day)."""
    found = [due_step(TERMS, before(left), renewed=False) for left in sorted(days, reverse=True)]
    named = [one for one in found if one]
    assert len({one.day for one in named}) == len({one.days for one in named})
    assert [one.days for one in named] == sorted((one.days for one in named), reverse=True)


@given(days=st.sets(LEFT, min_size=1, max_size=60))
def test_a_step_is_only_lost_to_a_nearer_one(days):
    said = {one.days for left in days if (one := due_step(TERMS, before(left), renewed=False))}
    for step in STEPS:
        later = [left for left in days if -LATE <= left <= step]
        if later:
            assert any(one <= step for one in said)


@given(left=LEFT)
def test_nothing_is_said_about_what_is_renewed_or_not_in_the_books(left):
    assert due_step(TERMS, before(left), renewed=True) is None
    for state in set(RecordState) - {RecordState.APPROVED}:
        assert due_step(replace(TERMS, record_state=state), before(left), renewed=False) is None
    assert due_step(replace(TERMS, valid_until=None), before(left), renewed=False) is None


@given(
    left=st.integers(min_value=-LATE, max_value=90),
    since=st.integers(min_value=0, max_value=300),
    kind=st.sampled_from([kind for kind in DecisionKind if kind is not DecisionKind.RESTORATION]),
)
def test_nobody_is_nagged_while_a_body_has_taken_the_certificate_away(left, since, kind):
    ended = replace(TERMS, decisions=(Decision(1, kind, min(before(left), END) - timedelta(days=since)),))
    assert due_step(ended, before(left), renewed=False) is None


def test_a_restored_certificate_is_reminded_of_again():
    taken = Decision(1, DecisionKind.SUSPENSION, before(80))
    given_back = Decision(2, DecisionKind.RESTORATION, before(40))
    restored = replace(TERMS, decisions=(taken, given_back))
    assert due_step(restored, before(50), renewed=False) is None
    assert due_step(restored, before(39), renewed=False).days == 60


def test_one_withdrawn_after_its_end_is_let_rest():
    late = replace(TERMS, decisions=(Decision(1, DecisionKind.WITHDRAWAL, END + timedelta(days=2)),))
    assert due_step(late, END + timedelta(days=1), renewed=False).days == 0
    assert due_step(late, END + timedelta(days=2), renewed=False) is None


@given(left=LEFT, wanted=st.sets(st.sampled_from(STEPS)))
def test_only_wanted_steps_are_said_and_none_in_place_of_another(left, wanted):
    free, chosen = (
        due_step(TERMS, before(left), renewed=False),
        due_step(TERMS, before(left), renewed=False, wanted=wanted),
    )
    assert chosen == (free if free and free.days in wanted else None)


def test_a_step_nobody_offers_is_refused():
    assert wanted_steps(["0", "90", "0"]) == (90, 0)
    for strange in ("45", "٧", "-7", "7 "):
        with pytest.raises(Malformed, match="choice_unknown"):
            wanted_steps([strange])
