"""Numbers read off a calibration sheet, as people type them; and what no calibration mends."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceapp.domain.calibration import (
    check_print,
    check_reach,
    format_signed,
    parse_reading,
    parse_ruler,
)
from traceapp.domain.errors import Malformed


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("0", "0"), ("0,5", "0.5"), ("0.5", "0.5"), ("-1,25", "-1.25"), ("−2", "-2"), ("–0,3", "-0.3"),
        ("+3", "3"), (" 1 ,5 ", "1.5"), ("2 mm", "2"), ("2MM", "2"), ("-5", "-5"), ("5,00", "5"),
    ],
)  # fmt: skip
def test_a_reading_is_read_with_comma_or_point_and_any_minus(typed, read):
    assert parse_reading(typed) == Decimal(read)


@pytest.mark.parametrize(
    "typed",
    ["", "x", "1,234", "1.000,5", "--1", "1-", "0,5,5", ",5", "5,", "٣", "1e0", "0x1", "1 cm", "-", "½"],
)
def test_what_is_no_number_of_millimetres_says_so(typed):
    with pytest.raises(Malformed) as refused:
        parse_reading(typed, field="a")
    assert (refused.value.code, refused.value.field) == ("reading_format", "a")
    assert refused.value.facts["given"] == typed


@pytest.mark.parametrize("typed", ["5,01", "-5.1", "999"])
def test_a_reading_off_the_comb_is_told_its_ends(typed):
    with pytest.raises(Malformed) as refused:
        parse_reading(typed, field="b")
    assert (refused.value.code, refused.value.facts["most"]) == ("reading_range", 5)


@given(st.decimals(-5, 5, places=2))
def test_what_is_shown_is_read_back(number):
    assert parse_reading(format_signed(number)) == number


@pytest.mark.parametrize(("typed", "expected"), [("100", 100), ("99,0", 100), ("101", 100), ("40.5", 40)])
def test_a_ruler_may_be_a_millimetre_off(typed, expected):
    parse_ruler(typed, expected)


@pytest.mark.parametrize(("typed", "expected"), [("98,9", 100), ("96", 100), ("101,01", 100), ("100", 40)])
def test_a_ruler_that_was_scaled_names_both_lengths(typed, expected):
    with pytest.raises(Malformed) as refused:
        parse_ruler(typed, expected, field="ruler")
    assert (refused.value.code, refused.value.facts["expected"]) == ("ruler_wrong", str(expected))


@pytest.mark.parametrize(
    ("scale", "skew", "apart"), [(1.0, 0.0, 300), (1.0099, 0.9, 300), (0.991, -0.99, 300), (1.02, 1.4, 40)]
)
def test_what_printers_do_is_mended(scale, skew, apart):
    check_print(scale, skew, apart)


@pytest.mark.parametrize(
    ("scale", "skew", "apart", "code", "fact"),
    [
        (1.0417, 0.0, 300, "print_scaled", {"percent": "96"}),
        (0.985, 0.0, 300, "print_scaled", {"percent": "101,5"}),
        (1.03, 0.0, 40, "print_scaled", {"percent": "97,1"}),
        (1.0, 1.2, 300, "print_skewed", {"degrees": "1,2"}),
        (1.0, -1.6, 40, "print_skewed", {"degrees": "1,6"}),
    ],
)
def test_a_print_that_was_shrunk_or_fed_crooked_is_no_matter_for_a_calibration(
    scale, skew, apart, code, fact
):
    with pytest.raises(Malformed) as refused:
        check_print(scale, skew, apart)
    assert (refused.value.code, dict(refused.value.facts)) == (code, fact)


def test_readings_together_reach_ten_millimetres_and_no_further():
    check_reach([Decimal(10), Decimal(-10)])
    with pytest.raises(Malformed) as refused:
        check_reach([Decimal(1), Decimal("-10.1")])
    assert refused.value.facts["found"] == "−10,1"
