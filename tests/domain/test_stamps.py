"""The life of a stamp."""

from datetime import UTC, datetime, timedelta

import pytest

from traceapp.domain.errors import Conflict, Malformed, NotAllowed
from traceapp.domain.stamps import (
    StampException,
    StampRange,
    StampRun,
    StampState,
    check_exception,
    check_move,
    check_undo,
    may_move,
    state_of,
)

DONE_AT = datetime(2026, 9, 5, 8, tzinfo=UTC)


def test_only_these_moves_are_legal() -> None:
    legal = {(one.value, two.value) for one in StampState for two in StampState if may_move(one, two)}
    assert legal == {
        ("minted", "printed"),
        ("minted", "void"),
        ("printed", "activated"),
        ("printed", "void"),
        ("activated", "void"),
    }
    check_move(StampState.MINTED, StampState.PRINTED)
    with pytest.raises(Conflict, match="stamp_move"):
        check_move(StampState.MINTED, StampState.ACTIVATED)


@pytest.mark.parametrize("done", [StampState.ACTIVATED, StampState.VOID])
def test_ten_days_long_the_same_person_may_undo(done: StampState) -> None:
    last_moment = DONE_AT + timedelta(hours=240)
    check_undo(done, done_at=DONE_AT, done_by=1, now=last_moment, actor=1)
    with pytest.raises(Conflict, match="undo_too_late"):
        check_undo(done, done_at=DONE_AT, done_by=1, now=last_moment + timedelta(seconds=1), actor=1)
    with pytest.raises(NotAllowed, match="undo_other_person"):
        check_undo(done, done_at=DONE_AT, done_by=1, now=DONE_AT, actor=2)


def test_printing_cannot_be_undone() -> None:
    with pytest.raises(Conflict, match="undo_not_this"):
        check_undo(StampState.PRINTED, done_at=DONE_AT, done_by=1, now=DONE_AT, actor=1)


def test_ranges_know_what_they_hold() -> None:
    ten = StampRange(10, 5)
    assert (9 in ten, 10 in ten, 14 in ten, 15 in ten) == (False, True, True, False)
    assert ten.holds(StampRange(11, 4))
    assert not ten.holds(StampRange(11, 5))
    assert not ten.holds(StampRange(9, 2))
    assert ten.overlaps(StampRange(14, 9))
    assert not ten.overlaps(StampRange(5, 5))


@pytest.mark.parametrize(("first", "count"), [(-1, 1), (0, 0)])
def test_an_empty_or_negative_range_is_refused(first: int, count: int) -> None:
    with pytest.raises(Malformed, match="stamp_range"):
        StampRange(first, count)


def test_a_later_exception_wins_over_an_earlier_and_over_the_run() -> None:
    run = StampRun(StampState.PRINTED, StampRange(0, 100))
    sheet = StampException(StampRange(0, 65), StampState.ACTIVATED)
    torn = StampException(StampRange(60, 5), StampState.VOID)
    assert state_of(70, run, [sheet, torn]) is StampState.PRINTED
    assert state_of(10, run, [sheet, torn]) is StampState.ACTIVATED
    assert state_of(62, run, [sheet, torn]) is StampState.VOID
    assert state_of(62, run, [torn, sheet]) is StampState.ACTIVATED


def test_a_void_run_is_void_whatever_was_activated_in_it() -> None:
    run = StampRun(StampState.VOID, StampRange(0, 100))
    assert state_of(10, run, [StampException(StampRange(0, 65), StampState.ACTIVATED)]) is StampState.VOID


def test_a_stamp_outside_the_run_has_no_state() -> None:
    assert state_of(100, StampRun(StampState.PRINTED, StampRange(0, 100)), []) is None


def test_an_exception_lies_within_its_run() -> None:
    run = StampRun(StampState.PRINTED, StampRange(0, 100))
    check_exception(run, StampException(StampRange(99, 1), StampState.VOID))
    with pytest.raises(Malformed, match="stamp_outside_run"):
        check_exception(run, StampException(StampRange(99, 2), StampState.VOID))
