"""Scratch PINs: frozen for as long as paper lasts, bound to their serial, tries that come back."""

import csv
import hmac
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceapp.domain import crockford
from traceapp.domain.errors import Malformed
from traceapp.domain.identifiers import Gtin
from traceapp.domain.pins import (
    EVERY,
    LENGTH,
    TRIES,
    Bucket,
    PinKey,
    is_right,
    normalise,
    pin_of,
    pins_matrix,
)
from traceapp.domain.serials import SerialKey, mint, mint_matrix

FROZEN = Path(__file__).with_name("pins_frozen.csv")
KEY = PinKey(bytes(range(32)))
NOW = datetime(2026, 11, 22, 2, 14, tzinfo=UTC)
PINS = st.text(crockford.ALPHABET, min_size=LENGTH, max_size=LENGTH)


def test_the_construction_never_changes():
    rows = list(csv.DictReader(FROZEN.read_text().splitlines()))
    assert len(rows) == 1000
    assert len({row["key"] for row in rows}) == 4
    for row in rows:
        assert pin_of(PinKey(bytes.fromhex(row["key"])), row["serial"]) == row["pin"]


def test_a_pin_is_the_first_thirty_bits_of_the_hmac():
    digest = hmac.new(KEY.secret, b"3KMMR3K47VPF", "sha256").digest()
    bits = "".join(f"{byte:08b}" for byte in digest)[:30]
    letters = [crockford.ALPHABET[int(bits[at : at + 5], 2)] for at in range(0, 30, 5)]
    assert pin_of(KEY, "3KMMR3K47VPF") == "".join(letters)


def test_a_hundred_thousand_pins_fit_their_serials_and_no_pin_with_one_letter_changed_does():
    gtin = Gtin.parse("9521234000013")
    serials = mint_matrix(SerialKey("1", bytes(32)), gtin, 0, 100_000)
    pins = pins_matrix(KEY, serials)
    assert pins.shape == (100_000, LENGTH)
    letters = np.random.default_rng(5)
    for serial, pin in zip(serials, pins, strict=True):
        text, right = serial.tobytes().decode(), pin.tobytes().decode()
        assert is_right(KEY, text, right)
        at, by = int(letters.integers(LENGTH)), int(letters.integers(1, 32))
        other = crockford.ALPHABET[(crockford.ALPHABET.index(right[at]) + by) % 32]
        assert not is_right(KEY, text, right[:at] + other + right[at + 1 :])


def test_another_key_and_another_serial_give_another_pin():
    first, second = mint(SerialKey("1", bytes(32)), Gtin.parse("9521234000013"), 0, 2)
    assert not is_right(KEY, second, pin_of(KEY, first))
    assert not is_right(PinKey(bytes(32)), first, pin_of(KEY, first))


def test_pins_are_spread_evenly():
    serials = mint_matrix(SerialKey("1", bytes(32)), Gtin.parse("9521234000013"), 0, 32_000)
    for column in pins_matrix(KEY, serials).T:
        counts = np.unique(column, return_counts=True)[1]
        assert len(counts) == 32
        assert counts.min() > 800  # expected 1,000 each; 6 standard deviations below is 810
        assert counts.max() < 1200


def test_no_serials_give_no_pins():
    assert pins_matrix(KEY, np.empty((0, 12), np.uint8)).shape == (0, LENGTH)


@given(PINS)
def test_however_it_is_typed_it_is_one_pin(pin):
    typed = " " + pin[:3].lower().replace("0", "o").replace("1", "l") + "-" + pin[3:].replace("1", "I")
    assert normalise(typed) == pin


@pytest.mark.parametrize(("typed", "code"), [("7K3M9", "code_length"), ("7K3M9UX", "code_character")])
def test_what_cannot_be_a_pin_is_named(typed, code):
    with pytest.raises(Malformed, match=code) as refused:
        normalise(typed)
    assert refused.value.field == "pin"


def test_a_key_shows_nothing_of_itself_but_a_fingerprint():
    assert "0102" not in repr(KEY) + KEY.fingerprint
    assert KEY.fingerprint != PinKey(bytes(32)).fingerprint
    assert len(KEY.fingerprint) == 16
    with pytest.raises(ValueError, match="32 bytes"):
        PinKey(b"short")


@given(st.lists(st.integers(0, 7200), max_size=200))
def test_five_tries_then_one_an_hour_whatever_the_rhythm(pauses):
    bucket, now, spent = Bucket(NOW), NOW, 0
    for pause in pauses:
        now += timedelta(seconds=pause)
        assert 0 <= bucket.left(now) <= TRIES
        assert (bucket.left(now) > 0) == (bucket.next_at(now) <= now)
        if bucket.left(now):
            bucket, spent = bucket.spent(now), spent + 1
    assert spent <= TRIES + (now - NOW) // EVERY


def test_the_bucket_never_locks_and_never_holds_more_than_five():
    bucket = Bucket(NOW)
    for _ in range(TRIES):
        bucket = bucket.spent(NOW)
    assert bucket.next_at(NOW) == NOW + EVERY
    assert bucket.left(NOW + timedelta(minutes=59)) == 0
    assert bucket.left(NOW + EVERY) == 1
    assert bucket.left(NOW + timedelta(days=365)) == TRIES
