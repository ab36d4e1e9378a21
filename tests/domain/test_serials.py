"""Serials: the six vectors of the page, the frozen thousand, and everything that must be refused."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels.art import grouped
from traceapp.domain.crockford import ALPHABET
from traceapp.domain.errors import Conflict, Malformed
from traceapp.domain.identifiers import Gln, Gtin, RegistryNumber, Subject
from traceapp.domain.serials import (
    SEQUENCES,
    Opened,
    SerialKey,
    mint,
    mint_matrix,
    normalise,
    open_matrix,
    openings,
    shown,
    tweak,
)

KEY = SerialKey("page", bytes(range(32)))
OTHER = SerialKey("other", bytes(range(1, 33)))
LIQUOR = Gtin.parse("09521234000013")
FRUIT = Gtin.parse("09520001010019")
GROUND = Gtin.parse("09520009010011")
NUMBERED = RegistryNumber.of(1)
FROZEN = Path(__file__).with_name("serials_frozen.csv")
sequences = st.integers(0, SEQUENCES - 1)
subjects = st.sampled_from([LIQUOR, FRUIT, NUMBERED])


@pytest.mark.parametrize(
    ("gtin", "sequence", "serial"),
    [
        (LIQUOR, 0, "3KMMR3K47VPF"),
        (LIQUOR, 1, "FNHVRK3KYM60"),
        (LIQUOR, 1234567890, "G29ZY3DAEE9C"),
        (FRUIT, 0, "MFRKTCYGYX1N"),
        (FRUIT, 1, "XYMT64R25KFA"),
        (FRUIT, 68719476735, "5NWGE9X3NQXP"),
    ],
)
def test_the_page_s_vectors_hold(gtin: Gtin, sequence: int, serial: str) -> None:
    assert mint(KEY, gtin, sequence, 1) == [serial]
    assert list(openings([KEY], gtin, serial)) == [Opened("page", sequence)]


def test_serials_minted_once_never_change() -> None:
    rows = list(csv.DictReader(FROZEN.read_text().splitlines()))
    assert len(rows) == 1000
    for row in rows:
        key = SerialKey("frozen", bytes.fromhex(row["key"]))
        subject: Subject = Gtin(row["gtin"]) if len(row["gtin"]) == 14 else RegistryNumber(row["gtin"])
        assert mint(key, subject, int(row["sequence"]), 1) == [row["serial"]]
        assert list(openings([key], subject, row["serial"])) == [Opened("frozen", int(row["sequence"]))]


def test_the_frozen_thousand_open_in_bulk_too() -> None:
    kinds: Counter[type] = Counter()
    for row in csv.DictReader(FROZEN.read_text().splitlines()):
        subject: Subject = Gtin(row["gtin"]) if len(row["gtin"]) == 14 else RegistryNumber(row["gtin"])
        codes = np.frombuffer(row["serial"].encode(), np.uint8).reshape(1, 12)
        key = SerialKey("frozen", bytes.fromhex(row["key"]))
        assert open_matrix(key, subject, codes).tolist() == [int(row["sequence"])]
        kinds[type(subject)] += 1
    assert min(kinds[Gtin], kinds[RegistryNumber]) >= 100


@given(subjects, sequences)
def test_what_is_minted_opens_again(subject: Subject, sequence: int) -> None:
    [serial] = mint(KEY, subject, sequence, 1)
    assert list(openings([KEY], subject, serial)) == [Opened("page", sequence)]


@given(subjects, sequences, st.integers(0, 11), st.integers(1, 31))
def test_one_wrong_character_is_refused(subject: Subject, sequence: int, place: int, shift: int) -> None:
    [serial] = mint(KEY, subject, sequence, 1)
    wrong = ALPHABET[(ALPHABET.index(serial[place]) + shift) % 32]
    assert list(openings([KEY], subject, serial[:place] + wrong + serial[place + 1 :])) == []


@given(sequences, st.integers(0, 11), st.integers(0, 11))
def test_two_swapped_characters_are_refused_unless_they_are_the_same(
    sequence: int, one: int, two: int
) -> None:
    [serial] = mint(KEY, LIQUOR, sequence, 1)
    letters = list(serial)
    letters[one], letters[two] = letters[two], letters[one]
    opened = list(openings([KEY], LIQUOR, "".join(letters)))
    assert opened == ([Opened("page", sequence)] if letters == list(serial) else [])


@given(sequences)
def test_a_serial_of_another_product_is_refused(sequence: int) -> None:
    [serial] = mint(KEY, LIQUOR, sequence, 1)
    assert list(openings([KEY], FRUIT, serial)) == []
    assert list(openings([KEY], NUMBERED, serial)) == []


def test_a_gtin_and_a_registry_number_of_the_same_digits_are_bound_differently() -> None:
    assert tweak(Gtin(NUMBERED.value.zfill(14))) == b"\x01\x00\x00\x00\x00\x00\x11"
    assert tweak(NUMBERED) == b"\x02\x00\x00\x00\x00\x00\x11"


def test_a_number_that_names_no_product_binds_nothing() -> None:
    place: Any = Gln.parse("8938505974002")
    with pytest.raises(TypeError, match="found Gln"):
        tweak(place)
    with pytest.raises(TypeError, match="found Gln"):
        mint(KEY, place, 0, 1)


def test_each_live_key_is_tried_and_named() -> None:
    [serial] = mint(OTHER, LIQUOR, 5, 1)
    assert list(openings([KEY, OTHER], LIQUOR, serial)) == [Opened("other", 5)]
    assert list(openings([KEY], LIQUOR, serial)) == []


def test_a_serial_that_opens_under_two_keys_is_told_of_both_in_their_order() -> None:
    """The older key made it; by chance its 24 bits are zero under the newer too."""
    older, newer, serial = Opened("page", 9_465_831), Opened("other", 55_656_158_536), "MKPZZ9CTVS84"
    assert mint(KEY, GROUND, older.sequence, 1) == mint(OTHER, GROUND, newer.sequence, 1) == [serial]
    assert list(openings([OTHER, KEY], GROUND, serial)) == [newer, older]
    assert list(openings([KEY, OTHER], GROUND, serial)) == [older, newer]


def test_an_older_key_is_asked_only_if_the_newer_opening_will_not_do() -> None:
    asked: list[str] = []

    def live() -> Iterator[SerialKey]:
        for key in (OTHER, KEY):
            asked.append(key.id)
            yield key

    assert [*islice(openings(live(), GROUND, "MKPZZ9CTVS84"), 1)] == [Opened("other", 55_656_158_536)]
    assert asked == ["other"]


@pytest.mark.parametrize(
    "text", ["", "3kmmr3k47vpf", "3KMMR3K47VPF\n", "3KMMR3K47VP", "3KMMR3K47VPU", "٣KMMR3K47VPF"]
)
def test_only_the_one_spelling_opens(text: str) -> None:
    assert list(openings([KEY], LIQUOR, text)) == []


def test_a_range_longer_than_a_slice_is_the_same_as_its_parts() -> None:
    whole = mint(KEY, LIQUOR, 40_000, 40_000)
    assert whole[33_333] == mint(KEY, LIQUOR, 73_333, 1)[0]
    assert len(set(whole)) == 40_000


def test_bulk_opening_agrees_with_bulk_minting_and_refuses_the_rest() -> None:
    matrix = mint_matrix(KEY, LIQUOR, 7, 20_000)
    assert (open_matrix(KEY, LIQUOR, matrix) == np.arange(7, 20_007)).all()
    assert (open_matrix(OTHER, LIQUOR, matrix) == -1).all()
    matrix[0, 3] = ord("U")
    assert open_matrix(KEY, LIQUOR, matrix[:2]).tolist() == [-1, 8]


@pytest.mark.parametrize(
    "codes",
    [
        np.zeros((3, 11), np.uint8),
        np.zeros((3, 13), np.uint8),
        np.zeros(12, np.uint8),
        np.zeros((1, 3, 12), np.uint8),
        np.zeros((3, 12), np.int64),
    ],
)
def test_what_is_no_matrix_of_serials_is_refused_with_its_shape(codes: Any) -> None:
    with pytest.raises(ValueError, match=re.escape(f"expected rows of 12 codes, uint8, found {codes.dtype}")):
        open_matrix(KEY, LIQUOR, codes)


def test_no_serials_open_to_nothing() -> None:
    assert open_matrix(KEY, LIQUOR, mint_matrix(KEY, LIQUOR, 0, 0)).tolist() == []


@pytest.mark.parametrize("place", [*range(12)])
def test_a_foreign_character_spoils_its_own_row_only(place: int) -> None:
    matrix = mint_matrix(KEY, LIQUOR, 0, 3)
    matrix[1, place] = ord("U")
    assert open_matrix(KEY, LIQUOR, matrix).tolist() == [0, -1, 2]


@pytest.mark.slow
def test_ten_million_guesses_hit_nothing_that_was_issued() -> None:
    random, letters = np.random.default_rng(20260905), np.frombuffer(ALPHABET.encode(), np.uint8)
    opened = np.concatenate(
        [open_matrix(KEY, LIQUOR, letters[random.integers(0, 32, (10**6, 12))]) for _ in range(10)]
    )
    assert not ((opened >= 0) & (opened < 10**7)).any()
    assert (opened >= 0).sum() <= 6  # expected 0.6 of 2**-24 each: the range check is there for these


@pytest.mark.parametrize(("first", "count"), [(SEQUENCES, 1), (SEQUENCES - 1, 2), (0, SEQUENCES + 1)])
def test_ranges_beyond_the_count_are_refused(first: int, count: int) -> None:
    with pytest.raises(Conflict, match="serials_exhausted"):
        mint(KEY, LIQUOR, first, count)


@pytest.mark.parametrize(("first", "count"), [(-1, 1), (0, -1), (-1, SEQUENCES + 2)])
def test_a_negative_range_is_a_fault_of_the_program_and_not_of_the_product(first: int, count: int) -> None:
    with pytest.raises(ValueError, match=f"found first={first}, count={count}"):
        mint(KEY, LIQUOR, first, count)


def test_an_empty_range_is_empty() -> None:
    assert mint(KEY, LIQUOR, 0, 0) == []


def test_threads_do_not_disturb_each_other() -> None:
    minted = mint(KEY, LIQUOR, 0, 2_000)
    with ThreadPoolExecutor(4) as pool:
        rounds = list(
            pool.map(lambda _: [*chain(*(openings([KEY], LIQUOR, one) for one in minted))], range(4))
        )
    assert rounds == [[Opened("page", place) for place in range(2_000)]] * 4


def test_threads_that_mint_and_open_in_bulk_do_not_disturb_each_other() -> None:
    """Several slices each, of one key and of two, all at once."""
    asked = [
        (key, subject, first) for key in (KEY, OTHER) for subject in (LIQUOR, FRUIT) for first in (0, 10**6)
    ]

    def made(one: tuple[SerialKey, Subject, int]) -> tuple[bytes, bool]:
        key, subject, first = one
        matrix = mint_matrix(key, subject, first, 40_000)
        opened = open_matrix(key, subject, matrix)
        return matrix.tobytes(), bool((opened == np.arange(first, first + 40_000)).all())

    alone = [made(one) for one in asked]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(made, asked * 4))
    assert together == alone * 4
    assert all(right for _, right in together)


def test_a_key_shows_no_secret_and_has_32_bytes() -> None:
    assert repr(KEY) == "SerialKey(id='page')"
    with pytest.raises(ValueError, match="expected 32 bytes, found 16"):
        SerialKey("short", bytes(16))


@pytest.mark.parametrize("typed", ["3kmm-r3k4-7vpf", " 3KMM R3K4 7VPF", "3KMM–R3K4–7VPF"])
def test_what_people_type_ends_in_one_spelling(typed: str) -> None:
    assert normalise(typed) == "3KMMR3K47VPF"


def test_look_alikes_are_understood() -> None:
    assert normalise("oOiI-lL23-4567") == "001111234567"


def test_an_impossible_character_is_named_with_its_place() -> None:
    with pytest.raises(Malformed) as caught:
        normalise("3kmm-r3u4-7vpf")
    assert caught.value.facts["found"] == "u"
    assert caught.value.facts["position"] == 8
    assert "Ký tự thứ 8 (“u”)" in caught.value.sentence()


def test_a_missing_character_is_counted() -> None:
    with pytest.raises(Malformed) as caught:
        normalise("3kmm-r3k4-7vp")
    assert caught.value.sentence() == "Mã phải có 12 ký tự, bạn gõ 11."


def test_serials_are_shown_in_fours() -> None:
    assert shown("7K3M9QX2TZ4B") == "7K3M-9QX2-TZ4B"


@given(st.text(ALPHABET, max_size=14))
def test_paper_and_screen_show_a_serial_alike(serial: str) -> None:
    """The two cannot import each other (architecture.md, arrows 2 and 4)."""
    assert shown(serial) == grouped(serial)
