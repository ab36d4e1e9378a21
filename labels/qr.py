"""QR symbols: one text to modules, or a whole family of serials at once.

A print run is a million texts that differ in twelve characters. For a fixed version, level, mask and segment
every module of a QR symbol is an affine function over GF(2) of the message bits: padding is constant,
Reed-Solomon check words are linear, placement is a permutation, masking an XOR with a constant. So the
reference encoder (the qrcode library) is asked only for one base symbol and for the symbols of single bits;
every other symbol is the base XOR one ready-made row for each pair of characters that varies.

>>> symbol("HTTPS://TXNG.LANGSON.GOV.VN/01/09520009010011/21/3KMMR3K47VPF").size
29
>>> kin = family("HTTPS://TXNG.LANGSON.GOV.VN/01/09520009010011/21/", 12, mask="fixed")
>>> kin.symbols(["3KMMR3K47VPF", "FNHVRK3KYM60"]).shape
(2, 29, 29)

Presses want bits, eight to a byte, and only those that differ: `packed` gives the leftmost columns, and here
the 17 leftmost are all that a serial changes.

>>> kin.columns, kin.packed(["3KMMR3K47VPF", "FNHVRK3KYM60"], kin.columns).shape
(17, (2, 29, 3))

ISO/IEC 18004. Alphanumeric mode, one segment: two characters are 11 bits, a last one alone is 6.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from labels import qr_penalty
from labels.errors import FamilyDisagrees, TextRefused
from labels.qr_reference import ALPHABET, LEVELS, Level, is_alphanumeric, modules
from labels.qr_rows import Rows, pair_rows, single_bits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Bits = NDArray[np.bool_]
    Bytes = NDArray[np.uint8]
    Numbers = NDArray[np.intp]
    Serials: TypeAlias = Sequence[str] | Bytes

MaskChoice = Literal["best", "fixed"]

QUIET = 4  # modules of light around a symbol, ISO/IEC 18004 clause 6.3.8
FIXED_MASK = 2  # the column mask: any of the eight reads alike (stamps.md section 3)
CHECKED_PER_CALL = 4  # symbols of every call compared with the reference encoder
SLICE = 1 << 11  # symbols worked on at once: they stay in the processor's cache
_VALUES = np.full(256, 255, dtype=np.intp)
_VALUES[list(ALPHABET.encode())] = np.arange(45)


@dataclass(frozen=True, slots=True)
class Symbol:
    """One symbol: `modules[y, x]` is True where it is dark."""

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
    """The smallest symbol of a text in one segment, best of eight masks; raises TextRefused."""
    if not text:
        raise TextRefused("an empty text has no symbol", text=text)
    return Symbol(text, level, modules(text, level))


@lru_cache(maxsize=32)
def family(prefix: str, length: int, level: Level = "M", mask: MaskChoice = "best") -> Family:
    """The family of symbols of `prefix` + any serial of that length; raises TextRefused."""
    return Family(prefix, length, level, mask)


class Family:
    """Symbols of one prefix, level and mask rule, whatever the serial: same size, one table.

    `constant` is what is dark in every symbol of a fixed mask, and `columns` how many of the leftmost columns
    hold everything that varies (with the best mask: nothing, and all of them).
    """

    def __init__(self, prefix: str, length: int, level: Level = "M", mask: MaskChoice = "best") -> None:
        if not is_alphanumeric(prefix) or length < 1:
            raise TextRefused(f"a family needs capitals, digits and $%*+-./: only: {prefix!r}", text=prefix)
        self.prefix, self.length, self.level, self.mask = prefix, length, level, mask
        self._masks = range(8) if mask == "best" else (FIXED_MASK,)
        self._bases = np.stack([modules(prefix + "0" * length, level, number) for number in self._masks])
        self._slots = single_bits(prefix, length, level, self._masks[0])
        self._packings: dict[int, tuple[Rows, Bytes]] = {}
        self.size = int(self._bases.shape[1])
        varies = np.any([slot.modules.any(axis=0) for slot in self._slots], axis=0)
        self.columns = self.size if mask == "best" else int(np.flatnonzero(varies.any(axis=0))[-1]) + 1
        self.constant = self._bases[0] & ~varies & (mask == "fixed")

    @property
    def version(self) -> int:
        """1 to 40."""
        return (self.size - 17) // 4

    def symbols(self, serials: Serials, *, checked: int = CHECKED_PER_CALL) -> Bits:
        """Modules of each serial's symbol, shape (n, size, size), dark = True; refuses as `packed` does."""
        packed = self.packed(serials, self.size, checked=checked)
        return np.unpackbits(packed, axis=2, count=self.size).view(np.bool_)

    def packed(self, serials: Serials, columns: int, *, checked: int = CHECKED_PER_CALL) -> Bytes:
        """The leftmost columns of each serial's symbol, shape (n, size, bytes a row), dark and padding = 1.

        Serials are texts, or their ASCII codes in shape (n, length). `checked` of them, other ones each
        time, are compared with the reference encoder.
        Raises TextRefused for a serial of other length or characters, FamilyDisagrees if a symbol is not
        the reference encoder's.
        """
        codes = codes_of(serials, self.length)
        rows, bases = self._packing(columns)
        drawn = np.empty((len(codes), bases.shape[1]), dtype=np.uint8)
        for start in range(0, len(codes), SLICE):
            values = self._values(codes[start : start + SLICE])
            drawn[start : start + SLICE] = rows.sums(values)[:, : bases.shape[1]]
            if len(bases) > 1:
                drawn[start : start + SLICE] ^= bases[self._choose(values)]
        packed = drawn.reshape(len(codes), self.size, -(-columns // 8))
        self._verify(codes, packed, columns, checked)
        return packed

    def symbol(self, serial: str) -> Symbol:
        """One member of the family."""
        return Symbol(self.prefix + serial, self.level, self.symbols([serial])[0])

    def _packing(self, columns: int) -> tuple[Rows, Bytes]:
        """The rows of those columns, and what other masks than the first add; made when first asked for."""
        if columns not in self._packings:
            edge = ((0, 0), (0, 0), (0, -columns % 8))
            padded = np.pad(self._bases[:, :, :columns], edge, constant_values=True)
            bases = np.packbits(padded, axis=2).reshape(len(padded), -1)
            rows = pair_rows(self._slots, bases[0], lambda bits: np.packbits(bits[:, :columns], axis=1))
            self._packings[columns] = rows, bases ^ bases[0]
        return self._packings[columns]

    def _values(self, codes: Bytes) -> Numbers:
        """Alphanumeric values of the characters, shape (length, n)."""
        values = _VALUES.take(codes.T)
        if values.max(initial=0) == 255:
            wrong = codes[(values == 255).any(axis=0)][0].tobytes().decode("latin-1")
            raise _refused(wrong, self.length)
        return values

    @cached_property
    def _judged(self) -> tuple[Rows, NDArray[np.uint32]]:
        bases = np.stack([qr_penalty.judged(base) for base in self._bases])
        rows = pair_rows(
            self._slots, bases[0].view(np.uint8), lambda bits: qr_penalty.packed(bits).view(np.uint8)
        )
        return rows, bases ^ bases[0]

    def _choose(self, values: Numbers) -> Numbers:
        """Which mask each symbol takes: the one of least penalty, judged as the reference encoder does."""
        rows, masks = self._judged
        words = rows.sums(values).view(np.uint32)[:, : masks[0].size]
        turned = np.ascontiguousarray(words.T).reshape(*masks[0].shape, -1)
        costs = [qr_penalty.penalties(turned ^ mask[..., np.newaxis], self.size) for mask in masks]
        chosen: Numbers = np.argmin(costs, axis=0)
        return chosen

    def _verify(self, codes: Bytes, packed: Bytes, columns: int, checked: int) -> None:
        count = min(checked, len(codes))
        for index in np.random.default_rng().choice(len(codes), count, replace=False) if count else ():
            text = self.prefix + codes[index].tobytes().decode("ascii")
            bits = np.unpackbits(packed[index], axis=1, count=columns)
            number = None if self.mask == "best" else FIXED_MASK
            if not np.array_equal(modules(text, self.level, number)[:, :columns], bits):
                raise FamilyDisagrees(f"symbol of {text} differs from the reference encoder", text=text)


def codes_of(serials: Serials, length: int) -> Bytes:
    """ASCII codes of serials of that length, shape (n, length); raises TextRefused."""
    if isinstance(serials, np.ndarray):
        if serials.shape[1:] != (length,):
            raise _refused("", length)
        return np.ascontiguousarray(serials)
    joined = "".join(serials)
    if not joined.isascii() or set(map(len, serials)) - {length}:
        wrong = next(serial for serial in serials if len(serial) != length or not serial.isascii())
        raise _refused(wrong, length)
    return np.frombuffer(joined.encode("ascii"), dtype=np.uint8).reshape(-1, length)


def _refused(text: str, length: int) -> TextRefused:
    return TextRefused(f"a serial here has {length} characters 0-9 A-Z", text=text, length=length)


__all__ = ["ALPHABET", "LEVELS", "QUIET", "Family", "Level", "Symbol", "family", "is_alphanumeric", "symbol"]
