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

ISO/IEC 18004. Alphanumeric mode, one segment: two characters are 11 bits, a last one alone is 6.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import numpy as np
import qrcode
from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_L, ERROR_CORRECT_M, ERROR_CORRECT_Q
from qrcode.exceptions import DataOverflowError
from qrcode.util import MODE_8BIT_BYTE, MODE_ALPHA_NUM, QRData

from labels.errors import FamilyDisagrees, TextRefused
from labels.qr_penalty import penalties

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Bits = NDArray[np.bool_]
    Bytes = NDArray[np.uint8]

Level = Literal["L", "M", "Q", "H"]
MaskChoice = Literal["best", "fixed"]

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
QUIET = 4  # modules of light around a symbol, ISO/IEC 18004 clause 6.3.8
FIXED_MASK = 2  # the column mask: any of the eight reads alike (stamps.md section 3)
CHECKED_PER_CALL = 4  # symbols of every call compared with the reference encoder
LEVELS: dict[Level, int] = {
    "L": ERROR_CORRECT_L,
    "M": ERROR_CORRECT_M,
    "Q": ERROR_CORRECT_Q,
    "H": ERROR_CORRECT_H,
}
_VALUE_OF_BYTE = np.full(256, 255, dtype=np.uint8)
_VALUE_OF_BYTE[list(ALPHABET.encode())] = np.arange(45)


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
    return Symbol(text, level, _matrix(_encoder(text, level)))


def is_alphanumeric(text: str) -> bool:
    """Whether the dense alphanumeric mode can hold the text."""
    return set(text) <= set(ALPHABET)


@lru_cache(maxsize=32)
def family(prefix: str, length: int, level: Level = "M", mask: MaskChoice = "best") -> Family:
    """The family of symbols of `prefix` + any serial of that length; raises TextRefused."""
    return Family(prefix, length, level, mask)


class Family:
    """Symbols of one prefix, level and mask rule, whatever the serial: same size, one table."""

    def __init__(self, prefix: str, length: int, level: Level = "M", mask: MaskChoice = "best") -> None:
        if not is_alphanumeric(prefix) or length < 1:
            raise TextRefused(f"a family needs capitals, digits and $%*+-./: only: {prefix!r}", text=prefix)
        self.prefix, self.length, self.level, self.mask = prefix, length, level, mask
        self._blank = prefix + "0" * length
        self._first = len(prefix) // 2 * 2  # where the first pair that varies begins
        self._masks = range(8) if mask == "best" else (FIXED_MASK,)
        reference = _encoder(self._blank, level)
        self.version = reference.version
        self.size = self.version * 4 + 17
        base = self._blank[: self._first] + "0" * (len(self._blank) - self._first)
        self._base = np.stack([self._reference(base, number) for number in self._masks])
        self._rows = [self._table(base, start) for start in range(self._first, len(base), 2)]

    def symbols(self, serials: Sequence[str], *, checked: int = CHECKED_PER_CALL) -> Bits:
        """Modules of each serial's symbol, shape (n, size, size), dark = True.

        `checked` of them are compared with the reference encoder.
        Raises TextRefused for a serial of other length or characters, FamilyDisagrees if a symbol is not
        the reference encoder's.
        """
        packed = self._unmasked(self._values(serials))
        chosen = self._choose(packed)
        bits = np.unpackbits(packed ^ self._base[chosen], axis=1, count=self.size**2)
        symbols = bits.reshape(-1, self.size, self.size).view(np.bool_)
        self._verify(serials, symbols, chosen, checked)
        return symbols

    def symbol(self, serial: str) -> Symbol:
        """One member of the family."""
        return Symbol(self.prefix + serial, self.level, self.symbols([serial])[0])

    def _values(self, serials: Sequence[str]) -> Bytes:
        """Alphanumeric values of the varying characters, shape (n, characters)."""
        try:
            raw = np.frombuffer("".join(serials).encode("ascii"), dtype=np.uint8)
        except UnicodeEncodeError as error:
            raise TextRefused("a serial has a character outside ASCII", text=str(error.object)) from None
        values = _VALUE_OF_BYTE[raw]
        wrong = next((s for s in serials if len(s) != self.length), None)
        if wrong is not None or (values == 255).any():
            raise TextRefused(
                f"a serial here has {self.length} characters 0-9 A-Z", text=wrong or "", length=self.length
            )
        head = [ALPHABET.index(character) for character in self.prefix[self._first :]]
        fixed = np.tile(np.array(head, dtype=np.uint8), (len(serials), 1))
        return np.hstack([fixed, values.reshape(len(serials), self.length)])

    def _unmasked(self, values: Bytes) -> Bytes:
        """XOR of the table rows, packed: what every mask's base is still to be added to."""
        total = np.zeros((len(values), self._base.shape[1]), dtype=np.uint8)
        for slot, rows in enumerate(self._rows):
            pair = values[:, slot * 2 : slot * 2 + 2].astype(np.intp)
            total ^= rows[pair[:, 0] * 45 + pair[:, 1] if pair.shape[1] == 2 else pair[:, 0]]
        return total

    def _choose(self, packed: Bytes) -> NDArray[np.intp]:
        """Which base each symbol takes: the mask of least penalty, judged as the reference encoder does."""
        if self.mask == "fixed":
            return np.zeros(len(packed), dtype=np.intp)
        costs = np.empty((8, len(packed)), dtype=np.int64)
        for number in self._masks:
            bits = np.unpackbits(packed ^ self._base[number], axis=1, count=self.size**2)
            costs[number] = penalties(bits.reshape(-1, self.size, self.size))
        chosen: NDArray[np.intp] = np.argmin(costs, axis=0)
        return chosen

    def _verify(self, serials: Sequence[str], symbols: Bits, chosen: NDArray[np.intp], checked: int) -> None:
        """Compare some symbols, other ones each time, with the reference encoder."""
        count = min(checked, len(serials))
        for index in np.random.default_rng().choice(len(serials), count, replace=False) if count else ():
            text = self.prefix + serials[index]
            number = None if self.mask == "best" else self._masks[chosen[index]]
            if not np.array_equal(_matrix(_encoder(text, self.level), number), symbols[index]):
                raise FamilyDisagrees(f"symbol of {text} differs from the reference encoder", text=text)

    def _reference(self, text: str, mask: int) -> Bytes:
        return np.packbits(_matrix(_encoder(text, self.level), mask))

    def _table(self, base: str, start: int) -> Bytes:
        """What each value of the pair at `start` adds to the base: rows by value, from its single bits."""
        width = min(2, len(base) - start)
        mask = self._masks[0]
        rows = np.zeros((1 << (11 if width == 2 else 6), self._base.shape[1]), dtype=np.uint8)
        for bit in (1 << place for place in range(11 if width == 2 else 6)):
            pair = ALPHABET[bit // 45] + ALPHABET[bit % 45] if width == 2 else ALPHABET[bit]
            single = self._reference(base[:start] + pair + base[start + width :], mask) ^ self._base[0]
            rows[bit : 2 * bit] = rows[:bit] ^ single
        return rows


def _encoder(text: str, level: Level) -> qrcode.QRCode:
    """The reference encoder loaded with one forced segment (by itself it would split runs of digits)."""
    encoder = qrcode.QRCode(error_correction=LEVELS[level], border=0)
    mode = MODE_ALPHA_NUM if is_alphanumeric(text) else MODE_8BIT_BYTE
    encoder.add_data(QRData(text.encode("utf-8"), mode=mode, check_data=False))
    try:
        encoder.best_fit()
    except (DataOverflowError, ValueError):
        raise TextRefused("the text is too long for a QR symbol", length=len(text)) from None
    return encoder


def _matrix(encoder: qrcode.QRCode, mask: int | None = None) -> Bits:
    encoder.mask_pattern = mask
    encoder.make(fit=False)
    return np.array(encoder.modules, dtype=np.bool_)
