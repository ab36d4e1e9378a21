"""When a spoilt sheet may be printed once more, and how often is too often."""

from datetime import UTC, datetime, timedelta

import pytest

from traceapp.domain.errors import Conflict, Malformed
from traceapp.domain.reprints import ReprintReason, Share, check_identical, read_reason, too_many

PRINTED = datetime(2026, 9, 5, 8, tzinfo=UTC)
DAY = timedelta(hours=24)
JAM, LOST = ReprintReason.JAM, ReprintReason.LOST


def check(
    reason: ReprintReason = JAM, after: timedelta = DAY, *, sheets: int = 1, destroyed: bool = True
) -> None:
    check_identical(reason, sheets=sheets, destroyed=destroyed, printed_at=PRINTED, now=PRINTED + after)


def test_one_destroyed_sheet_may_be_printed_alike_for_a_day() -> None:
    check()
    check(ReprintReason.FAINT, timedelta())


def test_anything_else_is_refused_with_its_reason() -> None:
    with pytest.raises(Conflict, match="reprint_too_late"):
        check(after=DAY + timedelta(seconds=1))
    with pytest.raises(Malformed, match="reprint_not_destroyed"):
        check(destroyed=False)
    with pytest.raises(Conflict, match="reprint_lost"):
        check(LOST)
    with pytest.raises(Malformed, match="reprint_one_sheet"):
        check(sheets=2)
    with pytest.raises(Conflict, match="reprint_too_late"):
        check_identical(JAM, sheets=1, destroyed=True, printed_at=None, now=PRINTED)


def test_a_reason_is_one_of_three() -> None:
    assert read_reason("faint") is ReprintReason.FAINT
    with pytest.raises(Malformed, match="reprint_reason"):
        read_reason("")


def test_over_three_per_cent_is_too_many_and_never_reads_as_three() -> None:
    assert not too_many(Share(3, 100))
    assert not too_many(Share(0, 0))
    assert too_many(Share(31, 1000))
    assert (Share(31, 1000).tenths, Share(30001, 1_000_000).tenths, Share(0, 0).tenths) == (31, 31, 0)
