"""FF1 against NIST's own samples."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceapp.domain.ff1 import Ff1

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
AES_128 = "2B7E151628AED2A6ABF7158809CF4F3C"
AES_192 = AES_128 + "EF4359D8D580AA4F"
AES_256 = AES_192 + "7F036D6F04FC6A94"
TWEAK_10 = "39383736353433323130"
TWEAK_36 = "3737373770717273373737"
SAMPLES = [  # SP 800-38G, FF1 samples 1 to 9
    (AES_128, 10, "", "0123456789", "2433477484"),
    (AES_128, 10, TWEAK_10, "0123456789", "6124200773"),
    (AES_128, 36, TWEAK_36, "0123456789abcdefghi", "a9tv40mll9kdu509eum"),
    (AES_192, 10, "", "0123456789", "2830668132"),
    (AES_192, 10, TWEAK_10, "0123456789", "2496655549"),
    (AES_192, 36, TWEAK_36, "0123456789abcdefghi", "xbj3kv35jrawxv32ysr"),
    (AES_256, 10, "", "0123456789", "6657667009"),
    (AES_256, 10, TWEAK_10, "0123456789", "1001623463"),
    (AES_256, 36, TWEAK_36, "0123456789abcdefghi", "xs8a0azh2avyalyzuwd"),
]


def halves(text: str, radix: int) -> tuple[int, int]:
    middle = len(text) // 2
    return int(text[:middle], radix), int(text[middle:], radix)


def spelled(number: int, radix: int, length: int) -> str:
    return "".join(DIGITS[number // radix**place % radix] for place in reversed(range(length)))


@pytest.mark.parametrize(("key", "radix", "tweak", "plain", "secret"), SAMPLES)
def test_nist_sample_encrypts_and_decrypts(key: str, radix: int, tweak: str, plain: str, secret: str) -> None:
    cipher = Ff1(bytes.fromhex(key), radix=radix, length=len(plain), tweak=bytes.fromhex(tweak))
    left, right = cipher.encrypt(*halves(plain, radix))
    middle = len(plain) // 2
    assert spelled(left, radix, middle) + spelled(right, radix, len(plain) - middle) == secret
    assert cipher.decrypt(left, right) == halves(plain, radix)


@pytest.mark.parametrize(("radix", "length"), [(10, 1), (36, 40)])
def test_texts_too_short_or_too_long_for_one_block_a_round_are_refused(radix: int, length: int) -> None:
    with pytest.raises(ValueError, match="100 values"):
        Ff1(bytes(32), radix=radix, length=length, tweak=b"")


def both_ways(cipher: Ff1, texts: list[tuple[int, int]]) -> None:
    """Many at once are as each by itself, and come back."""
    left, right = (np.array(half, np.uint32) for half in zip(*texts, strict=True))
    secret = cipher.encrypt_many(left, right)
    assert list(zip(*(half.tolist() for half in secret), strict=True)) == [
        cipher.encrypt(*one) for one in texts
    ]
    assert [half.tolist() for half in cipher.decrypt_many(*secret)] == [left.tolist(), right.tolist()]
    plain = cipher.decrypt_many(left, right)
    assert list(zip(*(half.tolist() for half in plain), strict=True)) == [
        cipher.decrypt(*one) for one in texts
    ]


@pytest.mark.parametrize(("radix", "length", "bits"), [(32, 12, 30), (2, 50, 25), (2, 64, 32), (16, 16, 32)])
def test_many_at_once_are_as_each_by_itself_up_to_the_edges(radix: int, length: int, bits: int) -> None:
    cipher = Ff1(bytes(range(32)), radix=radix, length=length, tweak=bytes(range(7)))
    edges = [0, 1, 2, 2 ** (bits - 1) - 1, 2 ** (bits - 1), 2**bits - 2, 2**bits - 1]
    both_ways(cipher, list(product(edges, edges)))


@given(st.lists(st.tuples(*[st.integers(0, 2**30 - 1)] * 2), min_size=1), st.binary(max_size=40))
def test_many_at_once_are_as_each_by_itself_under_any_tweak(
    texts: list[tuple[int, int]], tweak: bytes
) -> None:
    both_ways(Ff1(bytes(32), radix=32, length=12, tweak=tweak), texts)


@pytest.mark.parametrize(("radix", "length"), [(10, 18), (32, 11), (32, 8), (2, 66)])
def test_halves_that_are_not_whole_words_are_not_taken_in_bulk(radix: int, length: int) -> None:
    """No power of two, halves unlike, too short, too long."""
    cipher, none = Ff1(bytes(32), radix=radix, length=length, tweak=b""), np.zeros(1, np.uint32)
    for many in (cipher.encrypt_many, cipher.decrypt_many):
        with pytest.raises(ValueError, match="25 to 32 bits"):
            many(none, none)
