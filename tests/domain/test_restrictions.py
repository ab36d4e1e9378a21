"""The table of which holds and recalls of stamps strike every case of their lot, row by row."""

from datetime import UTC, datetime, timedelta

import pytest

from traceapp.domain.restrictions import RestrictionKind, RunBeside, strikes_every_case

RECALL, HOLD = RestrictionKind.RECALL, RestrictionKind.HOLD
BEGAN = datetime(2026, 11, 20, tzinfo=UTC)
BEFORE, AFTER = BEGAN - timedelta(days=1), BEGAN + timedelta(days=1)


@pytest.mark.parametrize("kind", [RECALL, HOLD])
@pytest.mark.parametrize("beside", [[], [RunBeside(BEFORE, RECALL)]])
def test_a_stretch_may_be_in_a_case_and_nobody_knows_in_which(kind, beside):
    assert not strikes_every_case(kind, BEGAN, whole=False, beside=beside)


@pytest.mark.parametrize(
    ("kind", "beside", "struck"),
    [
        (RECALL, [], True),
        (HOLD, [], True),
        (RECALL, [RunBeside(BEFORE)], False),
        (HOLD, [RunBeside(BEFORE)], False),
        (RECALL, [RunBeside(BEFORE, RECALL)], True),
        (RECALL, [RunBeside(BEFORE, HOLD)], False),  # a case may hold what is only held
        (HOLD, [RunBeside(BEFORE, RECALL)], True),  # all of it is held at least
        (HOLD, [RunBeside(BEFORE, HOLD)], True),
        (RECALL, [RunBeside(BEFORE, RECALL), RunBeside(BEFORE)], False),
        (RECALL, [RunBeside(None)], True),  # printed, on no goods
        (RECALL, [RunBeside(BEGAN)], False),
    ],
)
def test_a_whole_run_strikes_the_cases_where_nothing_else_was_on_goods(kind, beside, struck):
    assert strikes_every_case(kind, BEGAN, whole=True, beside=beside) is struck


def test_what_comes_onto_goods_later_softens_no_recall():
    assert strikes_every_case(RECALL, BEGAN, whole=True, beside=[RunBeside(AFTER)])


def test_a_proposal_is_looked_at_as_things_stand():
    assert not strikes_every_case(RECALL, None, whole=True, beside=[RunBeside(AFTER)])
