"""What each pair of varying characters adds to a symbol: ready-made rows to be XORed, whatever the packing.

The value of a pair is eleven bits of the message, and the symbol is affine in them: eleven symbols of the
reference encoder, one for each bit, give the rows of all 2,025 pairs. A serial that begins or ends in the
middle of a pair leaves a single character at each end; those two share one table, so that twelve characters
are six rows to XOR and not seven.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from labels.qr_reference import ALPHABET, modules

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from labels.qr_reference import Level

    Bits = NDArray[np.bool_]
    Bytes = NDArray[np.uint8]
    Words = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Slot:
    """One pair of the message: which serial characters it holds, and what each of its bits changes.

    `head` is the value of a constant character before a varying one.
    """

    characters: tuple[int, ...]
    head: int
    modules: Bits


def single_bits(prefix: str, length: int, level: Level, mask: int) -> list[Slot]:
    """The slots of a serial of that length behind `prefix`."""
    blank = prefix + "1" * length  # all but the slot asked about: qrcode 8.2 fails on a block of zeros alone
    slots = []
    for start in range(len(prefix) // 2 * 2, len(blank), 2):
        old = blank[start : start + 2]
        first = start - len(prefix)
        characters = tuple(place for place in range(first, first + len(old)) if place >= 0)
        head = ALPHABET.index(old[0]) if first < 0 else 0
        zero = modules(blank[:start] + "0" * len(old) + blank[start + len(old) :], level, mask)
        changed = [
            modules(blank[:start] + new + blank[start + len(old) :], level, mask) ^ zero
            for new in _single_bits_of(len(old))
        ]
        slots.append(Slot(characters, head, np.stack(changed)))
    return slots


def _single_bits_of(characters: int) -> list[str]:
    """Texts whose value has one bit set: eleven pairs, or six single characters."""
    if characters == 1:
        return [ALPHABET[1 << bit] for bit in range(6)]
    return [ALPHABET[(1 << bit) // 45] + ALPHABET[(1 << bit) % 45] for bit in range(11)]


@dataclass(frozen=True, slots=True)
class Rows:
    """Tables of rows, one for each one or two characters of the serial, as 64-bit words."""

    tables: tuple[tuple[tuple[int, ...], Words], ...]

    def sums(self, values: NDArray[np.intp]) -> Bytes:
        """The XOR of each serial's rows; `values` in shape (length, n), as bytes in shape (n, ...)."""
        total, row = (np.empty((values.shape[1], self.tables[0][1].shape[1]), np.uint64) for _ in range(2))
        for number, (characters, table) in enumerate(self.tables):
            index = values[characters[0]]
            if len(characters) == 2:
                index = index * 45 + values[characters[1]]
            np.take(table, index, axis=0, out=row if number else total, mode="clip")  # "raise" would copy
            if number:
                total ^= row
        return total.view(np.uint8)


def pair_rows(slots: list[Slot], base: Bytes, pack: Callable[[Bits], Bytes]) -> Rows:
    """The tables of slots whose modules are packed so (any packing that keeps XOR), `base` in the first."""
    tables = [(slot.characters, _table(slot, pack)) for slot in slots]
    ends = [table for table in tables if len(table[0]) == 1]
    if len(ends) == 2:
        (first, a), (last, b) = ends
        both = (a[:, np.newaxis] ^ b[np.newaxis]).reshape(45 * 45, -1)
        tables = [(first + last, both), *(table for table in tables if len(table[0]) == 2)]
    tables[0][1][:] ^= _whole_words(base)
    return Rows(tuple(tables))


def _table(slot: Slot, pack: Callable[[Bits], Bytes]) -> Words:
    """Rows of every value of the slot's varying characters, padded to whole words."""
    singles = np.stack([_whole_words(pack(bits)) for bits in slot.modules])
    rows = np.zeros((1 << len(singles), singles.shape[1]), dtype=np.uint64)
    for bit, single in enumerate(singles):
        rows[1 << bit : 2 << bit] = rows[: 1 << bit] ^ single
    if len(slot.characters) == 2:
        return rows[: 45 * 45]
    first = slot.head * 45  # the base already holds the constant character
    own: Words = rows[first : first + 45] ^ rows[first]
    return own


def _whole_words(packed: Bytes) -> Words:
    flat = packed.ravel()
    words: Words = np.pad(flat, (0, -len(flat) % 8)).view(np.uint64)
    return words
