"""Keys: what is accepted, what is refused, and what the refusal says."""

from datetime import date
from random import Random
from string import ascii_uppercase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceapp.domain.crockford import ALPHABET
from traceapp.domain.errors import Conflict, Malformed
from traceapp.domain.identifiers import (
    Gln,
    Gtin,
    LotNumber,
    PublicId,
    RegistryNumber,
    SerialNumber,
    TaxCode,
    TaxCodeKind,
    VariantCode,
    case_gtin,
    new_public_id,
    suggest_lot_code,
)


@pytest.mark.parametrize(
    ("typed", "value14", "shown"),
    [
        ("96385074", "00000096385074", "96385074"),
        ("036000291452", "00036000291452", "0036000291452"),
        ("9521234000013", "09521234000013", "9521234000013"),
        ("09521234000013", "09521234000013", "9521234000013"),
        ("19521234000010", "19521234000010", "19521234000010"),
        ("893\u00a05678 90123-1", "08935678901231", "8935678901231"),
    ],
)
def test_a_gtin_of_any_length_is_kept_as_fourteen_digits(typed: str, value14: str, shown: str) -> None:
    gtin = Gtin.parse(typed)
    assert (gtin.value14, gtin.shown, str(gtin)) == (value14, shown, value14)
    assert gtin.check_digit == int(value14[-1])


@pytest.mark.parametrize("typed", ["", "952123400001", "95212340000139521", "٩521234000013", "95212340000I3"])
def test_what_is_no_gtin_is_refused(typed: str) -> None:
    with pytest.raises(Malformed) as caught:
        Gtin.parse(typed, field="barcode")
    assert caught.value.code in {"gtin_digits", "gtin_check_digit"}
    assert caught.value.field == "barcode"


def test_a_wrong_check_digit_comes_with_the_right_one() -> None:
    with pytest.raises(Malformed) as caught:
        Gtin.parse("9521234000018")
    assert caught.value.code == "gtin_check_digit"
    assert caught.value.facts == {
        "given": "9521234000018",
        "expected": "3",
        "found": "8",
        "corrected": "9521234000013",
    }


@given(st.integers(0, 10**12 - 1), st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_is_always_seen(number: int, place: int, shift: int) -> None:
    right = RegistryNumber.of(number % 10**7).value
    digits = list(right)
    place %= 8
    digits[place] = str((int(digits[place]) + shift) % 10)
    with pytest.raises(Malformed, match="check_digit"):
        RegistryNumber.parse("".join(digits))


def test_demonstration_carton_short_and_in_store_numbers_are_told_apart() -> None:
    bottle, carton, short = Gtin.parse("9521234000013"), Gtin.parse("19521234000010"), Gtin.parse("96385074")
    assert (bottle.is_demo, bottle.is_case, bottle.is_short, bottle.is_in_store) == (
        True,
        False,
        False,
        False,
    )
    assert (carton.is_demo, carton.is_case) == (True, True)
    assert (short.is_demo, short.is_short, short.is_in_store) == (False, True, False)
    assert Gtin.parse("2001234567893").is_in_store
    assert Gtin.parse("0212345678909").is_in_store


def test_a_carton_has_no_ean_13_and_a_long_number_no_ean_8() -> None:
    assert Gtin.parse("9521234000013").as13() == "9521234000013"
    assert Gtin.parse("96385074").as8() == "96385074"
    with pytest.raises(Malformed, match="gtin_not_13"):
        Gtin.parse("19521234000010").as13()
    with pytest.raises(Malformed, match="gtin_not_8"):
        Gtin.parse("9521234000013").as8()


def test_a_carton_number_is_made_of_the_unit_s() -> None:
    bottle = Gtin.parse("9521234000013")
    for indicator in range(1, 9):
        carton = case_gtin(bottle, indicator)
        assert Gtin.parse(carton.value14) == carton
        assert carton.is_case
    with pytest.raises(Malformed, match="case_indicator"):
        case_gtin(bottle, 9)
    with pytest.raises(Malformed, match="gtin_not_13"):
        case_gtin(case_gtin(bottle, 1), 2)


def test_a_gln_has_thirteen_digits() -> None:
    assert str(Gln.parse("9521234000006")) == "9521234000006"
    with pytest.raises(Malformed, match="gln_digits"):
        Gln.parse("96385074")
    with pytest.raises(Malformed, match="gln_check_digit"):
        Gln.parse("9521234000007")


def test_registry_numbers_count_up_and_end() -> None:
    assert RegistryNumber.parse(str(RegistryNumber.of(42))) == RegistryNumber.of(42)
    assert RegistryNumber.of(9_999_999).value.startswith("9999999")
    for beyond in (-1, 10**7):
        with pytest.raises(Conflict, match="registry_numbers_exhausted"):
            RegistryNumber.of(beyond)


def test_a_lot_is_read_as_gs1_allows_and_matched_in_capitals() -> None:
    lot = LotNumber.parse("""a!"%&'()*+,-./:;<=>?""")
    assert lot.key.startswith("A!")
    assert str(lot) == lot.value
    assert LotNumber.parse("l260905a").key == "L260905A"
    assert SerialNumber.parse("x") != VariantCode.parse("x")


@pytest.mark.parametrize(
    ("text", "code", "field"),
    [
        ("", "qualifier_length", "lot"),
        ("A" * 21, "qualifier_length", "lot"),
        ("A B", "qualifier_character", "lot"),
        ("LÔ1", "qualifier_character", "lot"),
        ("A#", "qualifier_character", "lot"),
        ("A\n", "qualifier_character", "lot"),
    ],
)
def test_a_lot_gs1_does_not_allow_is_refused(text: str, code: str, field: str) -> None:
    with pytest.raises(Malformed) as caught:
        LotNumber.parse(text)
    assert (caught.value.code, caught.value.field) == (code, field)


def test_a_new_lot_is_written_in_capitals() -> None:
    assert LotNumber.mint(" l26.09-a ").value == "L26.09-A"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "qualifier_length"),
        ("LÔ-1", "lot_character"),
        ("A/1", "lot_character"),
        ("ı1", "lot_character"),  # a dotless i would become a capital I
        ("..", "lot_start"),
        ("-1", "lot_start"),
    ],
)
def test_a_new_lot_that_would_not_travel_is_refused(text: str, code: str) -> None:
    with pytest.raises(Malformed) as caught:
        LotNumber.mint(text)
    assert (caught.value.code, caught.value.field) == (code, "code")


def test_lot_codes_are_suggested_until_the_letters_end() -> None:
    day = date(2026, 9, 5)
    assert suggest_lot_code(day, ()) == "L260905A"
    one_letter = {f"L260905{letter}" for letter in ascii_uppercase}
    assert suggest_lot_code(day, one_letter) == "L260905AA"
    two_letters = {f"L260905{a}{b}" for a in ascii_uppercase for b in ascii_uppercase}
    with pytest.raises(Conflict, match="lot_codes_exhausted"):
        suggest_lot_code(day, one_letter | two_letters)


@pytest.mark.parametrize(
    ("typed", "kind", "shown"),
    [
        ("0100233488", TaxCodeKind.COMPANY, "0100233488"),
        ("0314409058-002", TaxCodeKind.BRANCH, "0314409058-002"),
        ("020 189 012345", TaxCodeKind.PERSONAL, "020189012345"),
    ],
)
def test_tax_codes_of_companies_branches_and_people_are_read(
    typed: str, kind: TaxCodeKind, shown: str
) -> None:
    code = TaxCode.parse(typed)
    assert (code.kind, code.shown, len(str(code))) == (kind, shown, len(shown.replace("-", "")))


@pytest.mark.parametrize(
    ("typed", "code"),
    [("0100233480", "tax_code_invalid"), ("12345", "tax_code_digits"), ("x", "tax_code_digits")],
)
def test_a_wrong_tax_code_is_refused(typed: str, code: str) -> None:
    with pytest.raises(Malformed) as caught:
        TaxCode.parse(typed)
    assert caught.value.code == code


def test_public_ids_are_eight_characters_of_crockford() -> None:
    made = new_public_id(Random(7))
    assert len(made) == 8
    assert set(made) <= set(ALPHABET)
    assert str(PublicId.parse(made.lower())) == made
    with pytest.raises(Malformed, match="code_length"):
        PublicId.parse("ABC")
