"""Text at the door."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceapp.domain.errors import Malformed
from traceapp.domain.text import clean_line, clean_text, folded, nfc

NAME = "Hợp tác xã Rượu Mẫu Sơn"


def test_decomposed_text_is_composed() -> None:
    assert nfc(unicodedata.normalize("NFD", NAME)) == NAME
    assert clean_line(unicodedata.normalize("NFD", NAME), 23) == NAME


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (NAME, "hop tac xa ruou mau son"),
        ("ĐỒNG ĐĂNG", "dong dang"),
        (unicodedata.normalize("NFD", "Quýt vàng Bắc Sơn"), "quyt vang bac son"),
        ("STRASSE straße", "strasse strasse"),
        ("三月三", "三月三"),
    ],
)
def test_search_keys_know_neither_marks_nor_case(text: str, key: str) -> None:
    assert folded(text) == key


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)


def test_lines_are_trimmed_and_blanks_made_single() -> None:
    assert clean_line("  a\u00a0\u00a0b  c ", 10) == "a b c"


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("Rượu \u202eabc", "text_direction", 6),
        ("a\u200f", "text_direction", 2),
        ("שלום", "text_direction", 1),
        ("ab٣", "text_direction", 3),
        ("a\x00b", "text_control", 2),
        ("a\u200bb", "text_control", 2),
        ("a\nb", "text_control", 2),
        ("a\tb", "text_control", 2),
        ("a\ue000", "text_control", 2),
    ],
)
def test_hidden_and_right_to_left_characters_are_refused(text: str, code: str, position: int) -> None:
    with pytest.raises(Malformed) as caught:
        clean_line(text, 100, field="name")
    assert (caught.value.code, caught.value.field) == (code, "name")
    assert caught.value.facts["position"] == position


def test_over_long_text_is_refused_with_both_lengths() -> None:
    with pytest.raises(Malformed) as caught:
        clean_line("a" * 121, 120)
    assert caught.value.code == "text_too_long"
    assert caught.value.facts == {"found": 121, "limit": 120}


def test_over_long_text_is_not_looked_through() -> None:
    with pytest.raises(Malformed, match="text_too_long"):
        clean_line("a\x00" * 61, 120)


def test_several_lines_keep_their_breaks() -> None:
    assert clean_text(" Hồi  khô \r\n\r\n loại 1 ", 100) == "Hồi khô\n\nloại 1"
    with pytest.raises(Malformed, match="text_control"):
        clean_text("a\x1bb", 100)
