"""Editions: which text names which, and what is told before, on and after the last day of change-over."""

from datetime import date, timedelta

import pytest

from traceapp.domain.editions import Edition, EditionNotice, find_edition, notice, same_standard

NEWEST = Edition("ISO 9001:2015")
OLD = Edition("ISO 9001:2008", date(2018, 9, 14), NEWEST)
OLDEST = Edition("ISO 9001:2000", None, OLD)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("ISO 9001:2015", True),
        ("iso 9001 : 2015", True),
        ("TCVN ISO 9001:2015", True),
        ("ISO 9001-2015", True),
        ("EN ISO 9001:2015", True),
        ("ISO 9001", False),
        ("ISO 9001:2008", False),
        ("ISO 90012015", False),
        ("", False),
    ],
)
def test_an_edition_is_known_however_it_is_written(typed: str, same: bool) -> None:
    assert same_standard(typed, NEWEST.standard) is same
    assert (find_edition([OLD, NEWEST], typed) is NEWEST) is same


def test_parts_of_one_standard_are_not_confused() -> None:
    assert not same_standard("TCVN 11041-1:2017", "TCVN 11041-2:2017")
    assert not same_standard("TCVN 1104-12:017", "TCVN 11041-2:017")


@pytest.mark.parametrize(("day", "over"), [(-1, False), (0, False), (1, True)])
def test_the_last_day_of_the_change_over_still_belongs_to_it(day: int, over: bool) -> None:
    last = date(2018, 9, 14)
    assert notice(OLD, last + day * DAY) == EditionNotice("ISO 9001:2015", last, over)


def test_what_is_not_known_is_not_told_and_the_newest_is_named() -> None:
    assert notice(NEWEST, date(2026, 11, 22)) is None
    assert notice(OLDEST, date(2026, 11, 22)) == EditionNotice("ISO 9001:2015", None, None)
