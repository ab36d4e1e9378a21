import random

import numpy as np
import pytest
import qrcode
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from qrcode.util import MODE_8BIT_BYTE, MODE_ALPHA_NUM, QRData

from labels import qr
from labels.errors import FamilyDisagrees, TextRefused

URI = "HTTPS://TXNG.LANGSON.GOV.VN/01/09520009010011/21/"
TEXT = st.text(qr.ALPHABET, max_size=40)
LEVEL = st.sampled_from(["L", "M", "Q", "H"])


def reference(text, level, mask=None):
    """The qrcode library asked by itself, without our module in between."""
    code = qrcode.QRCode(error_correction=qr.LEVELS[level], border=0, mask_pattern=mask)
    alphanumeric = set(text) <= set(qr.ALPHABET)
    code.add_data(
        QRData(text.encode(), mode=MODE_ALPHA_NUM if alphanumeric else MODE_8BIT_BYTE, check_data=False)
    )
    code.make(fit=True)
    return np.array(code.modules, dtype=bool)


@settings(max_examples=25, deadline=None)
@given(
    prefix=TEXT,
    tails=st.lists(st.text(qr.ALPHABET, min_size=5, max_size=5), min_size=1, max_size=6),
    level=LEVEL,
)
def test_every_symbol_of_a_family_is_the_reference_encoders_best_bit_for_bit(prefix, tails, level):
    for tail, modules in zip(tails, qr.Family(prefix, 5, level, "best").symbols(tails), strict=True):
        assert np.array_equal(modules, reference(prefix + tail, level))


@settings(max_examples=25, deadline=None)
@given(prefix=TEXT, length=st.integers(1, 13), level=LEVEL, seed=st.randoms(use_true_random=False))
def test_a_fixed_mask_gives_the_reference_symbol_of_that_mask(prefix, length, level, seed):
    tails = ["".join(seed.choices(qr.ALPHABET, k=length)) for _ in range(5)]
    for tail, modules in zip(tails, qr.Family(prefix, length, level, "fixed").symbols(tails), strict=True):
        assert np.array_equal(modules, reference(prefix + tail, level, qr.FIXED_MASK))


@pytest.mark.parametrize("level", ["L", "M", "Q", "H"])
def test_large_symbols_that_carry_their_version_choose_the_reference_mask_too(level):
    tails = ["7K3M9QX2TZ4B", "ZZZZZZZZZZZZ", "000000000000"]
    kin = qr.Family("A" * 240, 12, level)
    assert kin.version >= 7
    for tail, modules in zip(tails, kin.symbols(tails), strict=True):
        assert np.array_equal(modules, reference("A" * 240 + tail, level))


# ISO/IEC 18004 table 7: the most alphanumeric characters of versions 3 to 10.
MOST = {
    "L": (77, 114, 154, 195, 224, 279, 335, 395),
    "M": (61, 90, 122, 154, 178, 221, 262, 311),
    "Q": (47, 67, 87, 108, 125, 157, 189, 221),
    "H": (35, 50, 64, 84, 93, 122, 143, 174),
}


@pytest.mark.slow
@pytest.mark.parametrize("level", MOST)
@pytest.mark.parametrize("version", range(3, 11))
def test_in_every_version_level_and_mask_the_family_is_the_reference_bit_for_bit(version, level):
    chance = random.Random(f"{version}{level}")
    prefix = (
        "".join(chance.choices(qr.ALPHABET, k=MOST[level][version - 3] - 16 - chance.randrange(2))) + "/21/"
    )
    tails = ["".join(chance.choices(qr.ALPHABET, k=12)) for _ in range(2)]
    kin = qr.Family(prefix, 12, level, "best")
    assert kin.version == version
    rows, masks = kin._packing(kin.size)
    first = rows.sums(kin._values(qr.codes_of(tails, 12)))[:, : masks.shape[1]]
    for number, mask in enumerate(masks):
        packed = (first ^ mask).reshape(len(tails), kin.size, -1)
        for tail, bits in zip(tails, np.unpackbits(packed, axis=2, count=kin.size), strict=True):
            assert np.array_equal(bits, reference(prefix + tail, level, number))


def test_the_stamp_uri_is_version_3_and_one_character_more_is_version_4():
    assert qr.symbol(URI + "7K3M9QX2TZ4B").version == 3
    assert len(URI + "7K3M9QX2TZ4B") == 61
    assert qr.symbol(URI + "7K3M9QX2TZ4BX").version == 4


def test_a_symbol_reads_back_as_its_text_and_a_lower_case_text_is_allowed():
    for text in (URI + "7K3M9QX2TZ4B", "https://example.com/hàng?x=1"):
        dark = np.pad(qr.symbol(text).modules, 4)
        picture = np.where(np.kron(dark, np.ones((4, 4))) > 0, 0, 255).astype(np.uint8)
        assert zxingcpp.read_barcode(picture).text == text


@pytest.mark.parametrize(
    "serials", [["7K3M9QX2TZ4"], ["7K3M9QX2TZ4b"], ["7K3M9QX2TZ4B", "SHORT"], ["٣K3M9QX2TZ4B"], ["a" * 12]]
)
def test_a_serial_of_other_length_or_alphabet_is_refused(serials):
    with pytest.raises(TextRefused):
        qr.family(URI, 12).symbols(serials)


@pytest.mark.parametrize(("prefix", "length"), [("https://x/", 12), ("A", 0), ("A" * 9000, 1)])
def test_a_family_that_cannot_be_is_refused(prefix, length):
    with pytest.raises(TextRefused):
        qr.Family(prefix, length)


def test_an_empty_and_an_endless_text_are_refused():
    with pytest.raises(TextRefused):
        qr.symbol("")
    with pytest.raises(TextRefused):
        qr.symbol("A" * 9000)


@settings(max_examples=25, deadline=None)
@given(
    prefix=TEXT,
    tails=st.lists(st.text(qr.ALPHABET, min_size=6, max_size=6), min_size=1, max_size=6),
    columns=st.integers(1, 21),
    mask=st.sampled_from(["best", "fixed"]),
)
def test_packed_columns_are_the_left_of_the_symbols_with_ink_beyond_them(prefix, tails, columns, mask):
    kin = qr.Family(prefix, 6, "L", mask)
    left = kin.symbols(tails)[:, :, :columns]
    padded = np.pad(left, ((0, 0), (0, 0), (0, -columns % 8)), constant_values=True)
    assert np.array_equal(kin.packed(tails, columns), np.packbits(padded, axis=2))


@settings(max_examples=25, deadline=None)
@given(prefix=TEXT, tails=st.lists(st.text(qr.ALPHABET, min_size=9, max_size=9), min_size=2, max_size=6))
def test_what_a_fixed_family_calls_constant_is_in_every_symbol_and_nothing_else_beyond_its_columns(
    prefix, tails
):
    kin = qr.Family(prefix, 9, "M", "fixed")
    symbols = kin.symbols(tails)
    assert symbols[:, kin.constant].all()
    assert (symbols[:, :, kin.columns :] == kin.constant[:, kin.columns :]).all()


def test_texts_and_their_codes_are_the_same_serials():
    texts = ["7K3M9QX2TZ4B", "ZZZZZZZZZZZZ"]
    codes = np.frombuffer("".join(texts).encode(), np.uint8).reshape(2, 12)
    kin = qr.family(URI, 12)
    assert np.array_equal(kin.symbols(texts), kin.symbols(codes))
    with pytest.raises(TextRefused):
        kin.symbols(codes[:, :11])


def test_more_symbols_than_are_worked_on_at_once_come_in_order():
    texts = [f"{number:06}" for number in range(qr.SLICE + 3)]
    kin = qr.Family("HTTPS://A.VN/", 6, "M", "fixed")
    many = kin.symbols(texts)
    for at in (0, qr.SLICE - 1, qr.SLICE, qr.SLICE + 2):
        assert np.array_equal(many[at], reference("HTTPS://A.VN/" + texts[at], "M", qr.FIXED_MASK))


def test_no_serials_make_no_symbols():
    assert qr.family(URI, 12).symbols([]).shape == (0, 29, 29)


def test_a_table_gone_wrong_prints_nothing():
    kin = qr.Family(URI, 12, "M", "fixed")
    (_characters, table), *_ = kin._packing(29)[0].tables
    table[:, 5] ^= 1
    with pytest.raises(FamilyDisagrees):
        kin.symbols(["7K3M9QX2TZ4B"])
