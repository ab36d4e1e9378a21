"""Vietnamese numbers and days."""

import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceapp.domain.errors import Malformed
from traceapp.domain.numbers import (
    format_day,
    format_number,
    parse_count,
    parse_day,
    parse_number,
    typed_number,
)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0", "0"),
        ("1000", "1000"),
        ("1.000", "1000"),
        ("1.000,5", "1000.5"),
        ("1 000 000", "1000000"),
        ("12.345.678,25", "12345678.25"),
        ("0,500", "0.5"),
        ("1,5", "1.5"),
        ("1234,567", "1234.567"),
    ],
)
def test_numbers_are_read_as_vietnam_writes_them(typed: str, number: str) -> None:
    assert parse_number(typed) == Decimal(number)


@pytest.mark.parametrize(
    ("typed", "one", "other"),
    [
        ("1,000", "1.000", "1,000"),
        ("1.5", "1,5", "15"),
        ("0.500", "0,500", "0500"),
        ("1,234.5", "1.234,5", "1,2345"),
        ("1,000,000", "1.000.000", "1,000,000"),
    ],
)
def test_what_could_be_two_numbers_is_sent_back_with_both(typed: str, one: str, other: str) -> None:
    with pytest.raises(Malformed) as caught:
        parse_number(typed, field="quantity")
    assert (caught.value.code, caught.value.field) == ("number_ambiguous", "quantity")
    assert (caught.value.facts["one"], caught.value.facts["other"]) == (one, other)


@pytest.mark.parametrize(
    "typed", ["", "-1", "1e3", "٣", "1,,5", "1.00.000", "mười", "1\n2", "=1+1", "1" * 16]
)
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(Malformed, match="number_format"):
        parse_number(typed)


@given(st.decimals(0, 10**12, places=4))
def test_what_is_written_can_be_read_again_unless_ambiguous(number: Decimal) -> None:
    written = format_number(number)
    if re.fullmatch("[1-9][0-9]{0,2},[0-9]{3}", written):
        with pytest.raises(Malformed, match="number_ambiguous"):
            parse_number(written)
    else:
        assert parse_number(written) == number


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("0", "number_range"),
        ("1.000.001", "number_range"),
        ("1,5", "number_not_whole"),
        ("x", "number_format"),
    ],
)
def test_counts_are_whole_and_within_their_range(typed: str, code: str) -> None:
    assert parse_count("10.000", most=10**6) == 10_000
    with pytest.raises(Malformed, match=code):
        parse_count(typed, most=10**6)


@pytest.mark.parametrize("typed", ["05/09/2026", "5/9/2026", " 5-9-2026 ", "5.9.2026", "2026-09-05"])
def test_days_are_read(typed: str) -> None:
    assert parse_day(typed) == date(2026, 9, 5)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "day_format"),
        ("5/9/26", "day_format"),
        ("٥/9/2026", "day_format"),
        ("2026-9-5", "day_format"),
        ("31/02/2026", "day_impossible"),
        ("00/01/2026", "day_impossible"),
    ],
)
def test_what_is_no_day_is_refused(typed: str, code: str) -> None:
    with pytest.raises(Malformed, match=code):
        parse_day(typed, field="made_on")


@given(st.dates())
def test_days_are_written_and_read_again(day: date) -> None:
    assert parse_day(format_day(day)) == day


@given(st.decimals(0, 10**11 - 1, places=3))
def test_what_a_form_is_filled_with_is_read_back_as_the_same_number(number: Decimal) -> None:
    assert parse_number(typed_number(number)) == number
