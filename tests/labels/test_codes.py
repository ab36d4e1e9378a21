"""Serials as rows of codes: what is refused, each by its own reason, and that nothing is overlooked."""

import numpy as np
import pytest

from labels import codes
from labels.errors import TextRefused

GOOD = np.frombuffer(b"7K3M9QX2TZ4BZZZZZZZZZZZZ", np.uint8).reshape(2, 12)


@pytest.mark.parametrize(
    ("serials", "reason"),
    [
        (["7K3M9QX2TZ4"], "have 12 characters, found '7K3M9QX2TZ4'"),
        (["7K3M9QX2TZ4B", "SHORT"], "have 12 characters, found 'SHORT'"),
        (["٣K3M9QX2TZ4B"], "a character beyond ASCII"),
        (GOOD[:, :11], r"have 12 characters, found codes in shape \(1, 11\)"),
        (GOOD.reshape(-1), "have 12 characters, found codes in shape"),
        (GOOD.astype(np.int64), "bytes .uint8., found int64"),
    ],
)
def test_serials_of_another_form_are_refused_for_that_reason(serials, reason):
    with pytest.raises(TextRefused, match=reason):
        codes.codes_of(serials, 12)


@pytest.mark.parametrize("wrong", [0, codes.STEP - 1, codes.STEP, codes.STEP + 7])
@pytest.mark.parametrize("letter", [200, ord("a"), ord("_"), 0])
def test_the_one_wrong_character_among_thousands_is_found_and_its_serial_named(wrong, letter):
    rows = np.full((codes.STEP + 8, 12), ord("Z"), np.uint8)
    assert sum(map(len, codes.checked(rows))) == len(rows)
    rows[wrong, 5] = letter
    with pytest.raises(TextRefused) as refused:
        list(codes.checked(rows))
    assert refused.value.facts["text"] == f"ZZZZZ{chr(letter)}ZZZZZZ"


def test_the_length_of_serials_is_that_of_the_first_whatever_their_form_and_twelve_without():
    assert codes.length_of(["7K3M"]) == codes.length_of(GOOD[:, :4]) == 4
    assert codes.length_of([]) == codes.length_of(GOOD[:0]) == 12


def test_every_character_of_the_alphabet_has_its_own_value():
    rows = np.frombuffer(codes.ALPHABET.encode(), np.uint8).reshape(1, -1)
    assert codes.values_of(rows).ravel().tolist() == list(range(45))
