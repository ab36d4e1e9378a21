import random
from dataclasses import replace

import numpy as np
import pytest
import qrcode
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from qrcode.util import MODE_8BIT_BYTE, MODE_ALPHA_NUM, QRData

from labels import qr, qr_penalty
from labels.codes import codes_of, values_of
from labels.errors import EncoderFails, FamilyDisagrees, TextRefused

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


def read(modules):
    """A symbol's text, read by an eye that knows nothing of how it was made."""
    picture = np.where(np.kron(np.pad(modules, 4), np.ones((4, 4))) > 0, 0, 255).astype(np.uint8)
    return zxingcpp.read_barcode(picture).text


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
    kin = qr.Family("A" * 240, 12, level, "best")
    assert kin.size >= qr_penalty.VERSIONED
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
    assert kin.size == 17 + 4 * version
    values = values_of(codes_of(tails, 12))
    tabled, differences = kin._tables_of(kin.size).xored(values), kin._best._packed(kin.size)
    for number, difference in enumerate(differences):
        packed = (tabled ^ difference).reshape(len(tails), kin.size, -1)
        for tail, bits in zip(tails, np.unpackbits(packed, axis=2, count=kin.size), strict=True):
            assert np.array_equal(bits, reference(prefix + tail, level, number))


def test_the_stamp_uri_is_version_3_and_one_character_more_is_version_4():
    assert qr.symbol(URI + "7K3M9QX2TZ4B").version == 3
    assert len(URI + "7K3M9QX2TZ4B") == 61
    assert qr.symbol(URI + "7K3M9QX2TZ4BX").version == 4


def test_a_symbol_reads_back_as_its_text_and_a_lower_case_text_is_allowed():
    for text in (URI + "7K3M9QX2TZ4B", "https://example.com/hàng?x=1"):
        assert read(qr.symbol(text).modules) == text


@pytest.mark.parametrize(
    "serials", [["7K3M9QX2TZ4"], ["7K3M9QX2TZ4b"], ["7K3M9QX2TZ4B", "SHORT"], ["٣K3M9QX2TZ4B"], ["a" * 12]]
)
def test_a_serial_of_other_length_or_alphabet_is_refused(serials):
    with pytest.raises(TextRefused):
        qr.family(URI, 12).symbols(serials)


@pytest.mark.parametrize(
    ("prefix", "length", "reason"),
    [("https://x/", 12, "a prefix has none but"), ("A", 0, "at least one"), ("A" * 9000, 1, "too long")],
)
def test_a_family_that_cannot_be_is_refused_for_its_own_reason(prefix, length, reason):
    with pytest.raises(TextRefused, match=reason):
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


def test_in_the_best_mask_nothing_is_constant():
    kin = qr.Family(URI, 12, "M", "best")
    assert (kin.columns, kin.constant.sum()) == (29, 0)


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


def test_the_choice_between_columns_is_of_those_the_symbol_has():
    kin = qr.family(URI, 12)
    for columns in (0, 30):
        with pytest.raises(ValueError, match=f"expected 1 to 29, found {columns}"):
            kin.packed(["7K3M9QX2TZ4B"], columns)


def test_a_family_is_made_once_however_it_is_asked_for():
    assert qr.family(URI, 12) is qr.family(URI, length=12, level="M", mask=qr.MASK)
    assert qr.family(URI, 12) is not qr.family(URI, 12, mask="best")


def test_symbols_are_compared_as_objects_and_may_be_kept_in_a_set():
    one, other = qr.symbol("A"), qr.symbol("A")
    assert one != other
    assert len({one, one, other}) == 2


# --- what the reference encoder cannot do -------------------------------------------------------------


@pytest.mark.parametrize(
    ("prefix", "length", "level"),
    [
        ("HTTPS://QR.LANGSON.VN/P/00000017/21/", 12, "H"),
        ("ABCDEFGHJKABCDEF", 20, "H"),
        ("ABCDEFGHJKABCDE", 21, "H"),
        ("HTTPS://A.VN/", 80, "Q"),
    ],
)
def test_serials_of_zeros_are_drawn_although_the_encoder_fails_on_them(prefix, length, level):
    with pytest.raises(EncoderFails):
        qr.symbol(prefix + "0" * length, level)
    kin = qr.Family(prefix, length, level)
    assert read(kin.symbol("0" * length).modules) == prefix + "0" * length
    tail = "7K3M9QX2TZ4B".ljust(length, "Z")
    assert np.array_equal(kin.symbols([tail])[0], reference(prefix + tail, level, qr.FIXED_MASK))


def test_another_fault_of_the_encoder_is_not_taken_for_that_one(monkeypatch):
    def broken(self, fit):
        raise ValueError("something else")

    monkeypatch.setattr(qrcode.QRCode, "make", broken)
    with pytest.raises(ValueError, match="something else") as raised:
        qr.symbol("A")
    assert not isinstance(raised.value, EncoderFails)


# --- what keeps a wrong symbol from paper -------------------------------------------------------------


def flipped(array):
    """One bit of an array turned over, as a fault of the memory would."""
    array.setflags(write=True)
    array.flat[array.size // 2] ^= 1


@pytest.mark.parametrize("mask", ["fixed", "best"])
def test_one_entry_gone_wrong_among_12150_is_seen_whatever_the_serial(mask):
    kin = qr.Family(URI, 12, "M", mask)
    kin.symbols(["7K3M9QX2TZ4B"])
    for table in kin._tables[29].tables:
        flipped(table.entries)
        with pytest.raises(FamilyDisagrees):
            kin.check_tables(29)
        with pytest.raises(FamilyDisagrees):
            kin.symbols(["7K3M9QX2TZ4B"])
        flipped(table.entries)
    kin.check_tables(29)


@pytest.mark.parametrize("part", ["_symbols", "_masks"])
def test_a_mask_gone_wrong_is_seen(part):
    kin = qr.Family(URI, 12, "M", "best")
    kin.symbols(["7K3M9QX2TZ4B"])
    flipped(getattr(kin._best, part))
    with pytest.raises(FamilyDisagrees):
        kin.check_tables(29)


def test_a_packed_mask_gone_wrong_is_seen():
    kin = qr.Family(URI, 12, "M", "best")
    kin.symbols(["7K3M9QX2TZ4B"])
    flipped(kin._best._differences[29])
    with pytest.raises(FamilyDisagrees):
        kin.check_tables(29)


def test_a_constant_part_gone_wrong_is_seen_by_reading_and_by_comparing():
    kin = qr.Family(URI, 12)
    columns = kin.columns + 1
    light = np.argwhere(~kin.symbols(["7K3M9QX2TZ4B"])[0, :, :columns])[0]
    kin.constant.setflags(write=True)
    for part in (np.s_[5:25, 20:29], tuple(light)):  # beyond the columns each stamp draws, and under them
        before = kin.constant[part].copy()
        kin.constant[part] = ~before
        with pytest.raises(FamilyDisagrees):
            kin.check_tables(columns)
        with pytest.raises(FamilyDisagrees):
            kin.packed(["7K3M9QX2TZ4B"], columns)
        kin.constant[part] = before
    kin.packed(["7K3M9QX2TZ4B"], columns)


def test_nobody_writes_on_the_constant_part_by_accident():
    with pytest.raises(ValueError, match="read-only"):
        qr.family(URI, 12).constant[0, 0] = False


@pytest.mark.parametrize("columns", [18, 29])
def test_tables_made_wrong_are_not_used_even_once(columns, monkeypatch):
    made = qr.pair_tables

    def wrong(slots, base, pack):
        changes = slots[2].changes.copy()
        changes[4, 14, 9] ^= True
        return made([*slots[:2], replace(slots[2], changes=changes), *slots[3:]], base, pack)

    monkeypatch.setattr(qr, "pair_tables", wrong)
    kin = qr.Family(URI, 12)
    for _ in range(2):
        with pytest.raises(FamilyDisagrees):
            kin.check_tables(columns)


def test_a_fault_in_the_drawing_of_all_symbols_is_seen_by_comparing_one(monkeypatch):
    kin = qr.Family(URI, 12)
    kin.check_tables(18)
    drawn = qr.PairTables.xored
    monkeypatch.setattr(qr.PairTables, "xored", lambda self, values: drawn(self, values) ^ np.uint8(16))
    with pytest.raises(FamilyDisagrees):
        kin.packed(["7K3M9QX2TZ4B"] * 50, 18, checked=1)


# --- the penalty, rule by rule, on pictures small enough to count by hand -----------------------------


def column(*lines):
    """Lines of '#' and '.' as a view of one word a line, one picture; the rest of each word alternates."""
    words = []
    for number, line in enumerate(lines):
        bits = [letter == "#" for letter in line] + [number % 2 == 0] * (32 - len(line))
        words.append(np.packbits(bits).view(np.uint32))
    return np.array(words)[..., np.newaxis]


@pytest.mark.parametrize(
    ("drawn", "cost"),
    [
        ("####", 0),
        ("#####", 3),
        ("######", 4),
        (".....", 3),
        ("#####.....", 6),
        ("#####.####", 3),
        ("##.#.#", 0),
    ],
)
def test_runs_of_five_and_more_cost_their_length_less_two(drawn, cost):
    assert qr_penalty._runs(column(*drawn))[0] == cost


@pytest.mark.parametrize(
    ("drawn", "cost"),
    [
        (("##", "##"), 3),
        (("..", ".."), 3),
        (("##", "#."), 0),
        (("#.", ".#"), 0),
        (("###", "###"), 6),
        (("###", "###", "###"), 12),
    ],
)
def test_blocks_of_two_by_two_cost_three_each_and_may_overlap(drawn, cost):
    moved = [line[1:] for line in drawn]
    assert qr_penalty._blocks(column(*drawn), column(*moved))[0] == cost


FINDER = "#.###.#"


@pytest.mark.parametrize(
    ("drawn", "cost"),
    [
        (FINDER, 0),
        (FINDER + "....", 40),
        ("...." + FINDER, 40),
        ("...." + FINDER + "....", 80),
        (FINDER + "...#", 0),
        ("#..." + FINDER, 0),
        ("#.#.#.#....", 0),
        (FINDER + "...." + FINDER, 80),
    ],
)
def test_what_looks_like_a_finder_costs_forty_for_each_side_with_four_light_modules(drawn, cost):
    assert qr_penalty._finders(column(*drawn))[0] == cost


@pytest.mark.parametrize(
    ("dark", "cost"), [(50, 0), (55, 10), (54, 0), (45, 10), (46, 0), (0, 100), (100, 100)]
)
def test_every_full_five_per_cent_away_from_half_dark_costs_ten(dark, cost):
    modules = (np.arange(100) < dark).reshape(10, 10)
    lines = ["".join(".#"[int(bit)] for bit in line) for line in modules]
    assert qr_penalty._balance(column(*lines), 10)[0] == cost


def test_a_symbol_is_judged_with_light_in_place_of_its_format_and_the_edge_of_the_moved_view_is_beyond():
    upright, moved, transposed = (
        np.unpackbits(view.view(np.uint8), axis=1).astype(bool)
        for view in qr_penalty.views(np.ones((21, 21), bool))
    )
    light = ~upright[:21, :21]
    assert light.sum() == 8 + 8 - 1 + 7 + 8 + 1  # two strips at the corner, then one below and one beside
    assert np.array_equal(moved[:, :20], upright[:, 1:21])
    assert np.array_equal(transposed[:, :21], upright[:, :21].T)
    assert (moved[:, 20:] == (np.arange(21) % 2 == 0)[:, np.newaxis]).all()
