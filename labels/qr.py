"""QR symbols: one text to modules, or a whole family of serials at once.

>>> symbol("HTTPS://TXNG.LANGSON.GOV.VN/01/09520009010011/21/3KMMR3K47VPF").size
29
>>> kin = family("HTTPS://TXNG.LANGSON.GOV.VN/01/09520009010011/21/", 12)
>>> kin.symbols(["3KMMR3K47VPF", "FNHVRK3KYM60"]).shape
(2, 29, 29)

A print run is a million texts that differ in twelve characters, and an encoder takes a millisecond for one.
Ours asks it for a few symbols of the family and draws all others from those. By hand, for the serial K7M:

A symbol holds its text in pairs of characters, eleven bits each, 45 times the first and the second. Behind
this prefix of 13 characters the first of the serial shares a pair with the prefix's last:

>>> prefix, pairs = "HTTPS://A.VN/", ["HT", "TP", "S:", "//", "A.", "VN", "/K", "7M"]
>>> ALPHABET.index("7") * 45 + ALPHABET.index("M")
337

Every module is the XOR of some bits of the text and a constant: check words, placement and mask are all of
that kind. So what K changes in the serial 111 and what 7M changes in it, together, is what K7M changes:

>>> base = modules(prefix + "111", "M", FIXED_MASK)
>>> of_k = modules(prefix + "K11", "M", FIXED_MASK) ^ base
>>> of_7m = modules(prefix + "17M", "M", FIXED_MASK) ^ base
>>> np.array_equal(base ^ of_k ^ of_7m, modules(prefix + "K7M", "M", FIXED_MASK))
True

And what 7M changes is the XOR of what the bits of 337 change: eleven symbols tell it of all 2,025 pairs
(`labels.qr_tables`). A symbol then costs one look-up and one XOR for each pair.

Words used here and in the rooms beside:

- *base*: the symbol of the prefix and a serial of nothing but 1.
- *slot*: a pair that holds a character of the serial, as `/K` and `7M` do. *Table*: what each value of a
  slot changes, an *entry* for each value; the base is XORed into the first table, once for all.
- *packed*: bits as bytes, eight modules of one line in each, dark = 1; beyond the last module, 1 too.
- *columns*: of the symbol, from the left. A serial changes only the leftmost (17 of 29 here); presses draw
  these for each stamp, and *constant*, what is dark in every symbol, once for a sheet.

How wrong symbols are kept from paper, and what each way catches:

- When tables are made, PROOFS symbols drawn from them are compared with the encoder's: tables built wrong.
- `Family.check_tables`, called by a press before its file and after it, reads all of them again: any bit that
  has changed in memory since.
- Every call compares some of its symbols, whole, with the encoder's: a fault in the drawing that all symbols
  share. One wrong entry it would find only by luck.

ISO/IEC 18004. Alphanumeric mode, one segment.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from labels.codes import codes_of, values_of
from labels.errors import EncoderFails, FamilyDisagrees, TextRefused
from labels.qr_best import BestMask
from labels.qr_reference import ALPHABET, LEVELS, Level, is_alphanumeric, modules
from labels.qr_tables import BLANK, PairTables, pair_tables, slots_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from labels.codes import Codes, Serials

    Bits = NDArray[np.bool_]
    Bytes = NDArray[np.uint8]

MaskChoice = Literal["fixed", "best"]

QUIET: Final = 4  # modules of light around a symbol, ISO/IEC 18004 clause 6.3.8
FIXED_MASK: Final = 2  # of the eight, the one that alternates by columns; all are read alike
# What everything here prints unless told otherwise. The standard has encoders weigh all eight masks for each
# symbol; readers take any. Weighing is thirty times the work and leaves nothing constant, and of symbols
# harmed and read back neither kind did better (docs/benchmarks.md, "Read back").
MASK: Final[MaskChoice] = "fixed"
CHECKED_PER_CALL: Final = 4  # symbols of every call compared with the reference encoder
PROOFS: Final = 16  # symbols compared when tables are made; each bit of a text differs in half of them
SLICE: Final = 1 << 11  # symbols worked on at once: they stay in the processor's cache


@dataclass(frozen=True, slots=True, eq=False)
class Symbol:
    """One symbol: `modules[y, x]` is True where it is dark. Two are equal only if they are the same one."""

    text: str
    level: Level
    modules: Bits

    @property
    def size(self) -> int:
        """Modules a side, without the quiet zone."""
        return int(self.modules.shape[0])

    @property
    def version(self) -> int:
        """1 to 40."""
        return (self.size - 17) // 4


def symbol(text: str, level: Level = "M") -> Symbol:
    """The smallest symbol of a text in one segment, best of eight masks; raises TextRefused, EncoderFails."""
    if not text:
        raise TextRefused("an empty text has no symbol", text=text)
    return Symbol(text, level, modules(text, level))


def family(prefix: str, length: int, *, level: Level = "M", mask: MaskChoice = MASK) -> Family:
    """The family of symbols of `prefix` + any serial of that length, made once; raises as Family does."""
    return _kept(prefix, length, level, mask)


class Family:
    """Symbols of one prefix, level and mask rule, whatever the serial: same size, same tables.

    `constant` is what is dark in every symbol, and `columns` how many of the leftmost columns hold everything
    that varies. With the best mask nothing is constant and all columns vary.
    Raises TextRefused for a prefix or length no symbol can hold, EncoderFails where the encoder itself does.
    """

    def __init__(self, prefix: str, length: int, level: Level = "M", mask: MaskChoice = MASK) -> None:
        if not is_alphanumeric(prefix):
            raise TextRefused(f"a prefix has none but 0-9 A-Z $%*+-./: and space: {prefix!r}", text=prefix)
        if length < 1:
            raise TextRefused("a serial has at least one character", length=length)
        self.prefix, self.length, self.level, self.mask = prefix, length, level, mask
        self._base = modules(prefix + BLANK * length, level, FIXED_MASK)
        self._slots = slots_of(prefix, length, level, FIXED_MASK)
        self._best = BestMask(prefix, length, level, self._slots, FIXED_MASK) if mask == "best" else None
        self._tables: dict[int, PairTables] = {}
        self.size = len(self._base)
        varies = np.any([slot.changes.any(axis=0) for slot in self._slots], axis=0)
        if self._best is not None:
            varies[:] = True
        self.columns = int(np.flatnonzero(varies.any(axis=0)).max()) + 1
        self.constant = self._base & ~varies
        self.constant.setflags(write=False)
        self._constant = self.constant.tobytes()

    def symbols(self, serials: Serials, *, checked: int = CHECKED_PER_CALL) -> Bits:
        """Modules of each serial's symbol, shape (n, size, size), dark = True; refuses as `packed` does."""
        self.check_tables(self.size)
        packed = self.packed(serials, self.size, checked=checked)
        return np.unpackbits(packed, axis=2, count=self.size).view(np.bool_)

    def packed(self, serials: Serials, columns: int, *, checked: int = CHECKED_PER_CALL) -> Bytes:
        """The leftmost columns of each serial's symbol, packed, shape (n, size, bytes a line).

        `checked` of them, other ones each time, are compared with the reference encoder, together with the
        constant part beyond the columns.
        Raises TextRefused for a serial of other length or characters, FamilyDisagrees if a symbol is not the
        reference encoder's, ValueError for columns the symbol does not have.
        """
        codes, tables = codes_of(serials, self.length), self._tables_of(columns)
        drawn = np.empty((len(codes), tables.width), dtype=np.uint8)
        for start in range(0, len(codes), SLICE):
            part = slice(start, start + SLICE)
            values = values_of(codes[part])
            drawn[part] = tables.xored(values)
            if self._best is not None:
                drawn[part] ^= self._best.added(values, columns)
        packed = drawn.reshape(len(codes), self.size, -(-columns // 8))
        mask = FIXED_MASK if self._best is None else None
        self._compare(codes, packed, columns, _some(len(codes), checked), mask)
        return packed

    def symbol(self, serial: str) -> Symbol:
        """One member of the family."""
        return Symbol(self.prefix + serial, self.level, self.symbols([serial])[0])

    def check_tables(self, columns: int) -> None:
        """Read again all that those columns are printed from; FamilyDisagrees if a bit of it has changed."""
        unchanged = self._tables_of(columns).is_unchanged() and self.constant.tobytes() == self._constant
        if not unchanged or (self._best is not None and not self._best.is_unchanged()):
            raise FamilyDisagrees(f"the tables of {self.prefix} have changed in memory", text=self.prefix)

    def _tables_of(self, columns: int) -> PairTables:
        """The tables of those columns, made and proved when they are first asked for."""
        if columns not in self._tables:
            if not 1 <= columns <= self.size:
                raise ValueError(f"columns: expected 1 to {self.size}, found {columns}")
            edge = np.pad(self._base[:, :columns], ((0, 0), (0, -columns % 8)), constant_values=True)
            base = np.packbits(edge, axis=1).ravel()
            made = pair_tables(self._slots, base, lambda change: np.packbits(change[:, :columns], axis=1))
            self._prove(made, columns)
            self._tables[columns] = made
        return self._tables[columns]

    def _prove(self, tables: PairTables, columns: int) -> None:
        letters = np.frombuffer(ALPHABET.encode(), np.uint8)
        rows = letters[np.random.default_rng(columns).integers(len(letters), size=(PROOFS, self.length))]
        drawn = tables.xored(values_of(rows)).reshape(PROOFS, self.size, -1)
        self._compare(rows, drawn, columns, range(PROOFS), FIXED_MASK)

    def _compare(
        self, codes: Codes, packed: Bytes, columns: int, which: Iterable[int], mask: int | None
    ) -> None:
        """Those symbols as they will be printed, the constant part behind them, beside the encoder's.

        The encoder's have that mask, or its best.
        """
        for index in which:
            text = self.prefix + codes[index : index + 1].tobytes().decode("ascii")
            printed = self.constant.copy()
            printed[:, :columns] |= np.unpackbits(packed[index], axis=1, count=columns).view(np.bool_)
            try:
                wrong = printed ^ modules(text, self.level, mask)
            except EncoderFails:
                continue  # nothing to compare with
            wrong[:, columns : self.columns] = False  # not asked for
            if wrong.any():
                raise FamilyDisagrees(f"symbol of {text} differs from the reference encoder", text=text)


def _some(count: int, checked: int) -> Iterable[int]:
    """That many of the numbers below `count`, by chance."""
    chance = np.random.default_rng()
    return chance.choice(count, min(checked, count), replace=False) if count else ()


@lru_cache(maxsize=32)
def _kept(prefix: str, length: int, level: Level, mask: MaskChoice) -> Family:
    return Family(prefix, length, level, mask)


__all__ = [
    "ALPHABET",
    "FIXED_MASK",
    "LEVELS",
    "MASK",
    "QUIET",
    "Family",
    "Level",
    "MaskChoice",
    "Symbol",
    "family",
    "is_alphanumeric",
    "symbol",
]
