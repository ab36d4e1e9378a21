"""The penalty of QR symbols under a mask, many symbols and many columns at a time.

Encoders take the mask of least penalty. Computed as the qrcode library does, so that both choose alike: it
judges a symbol whose format and version are still light.

A word holds 32 modules of one row, so one operation on two neighbouring rows compares 32 columns at once, and
no bit is ever shifted: what looks along rows is given the symbol turned, what needs a neighbour to the right
the symbol moved by one. Bits beyond the symbol alternate from row to row, which no rule counts.

ISO/IEC 18004 clause 7.8.3: runs of five and more, blocks of 2x2, finder look-alikes, share of dark modules.

>>> import numpy as np
>>> int(penalties(judged(np.zeros((21, 21), dtype=np.bool_))[..., np.newaxis], 21)[0])
2098
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bits = NDArray[np.bool_]
    Words = NDArray[np.uint32]
    Counts = NDArray[np.int64]

VERSIONED = 45  # modules: from version 7 a symbol also carries its version
WORD = 32


def judged(symbol: Bits) -> Words:
    """What is judged of a symbol: as it is, moved left by one, and turned; shape (3, size, words)."""
    light = _without_format(symbol)
    return packed(light) ^ _padding(len(symbol))


def packed(symbol: Bits) -> Words:
    """A symbol, or the difference of two, in the three positions, packed without padding."""
    size = len(symbol)
    room = np.zeros((3, size, -size % WORD + size), dtype=np.bool_)
    room[0, :, :size] = symbol
    room[1, :, : size - 1] = symbol[:, 1:]
    room[2, :, :size] = symbol.T
    return np.packbits(room, axis=2).view(np.uint32)


def penalties(words: Words, size: int) -> Counts:
    """Penalty of each symbol; `words` as `judged` gives them, symbols along the last axis."""
    rows, moved, columns = words
    lines = sum(_runs(side) + _finders(side) for side in (rows, columns))
    return lines + _blocks(rows, moved) + _balance(rows, size)


def _without_format(symbol: Bits) -> Bits:
    """The symbol with format, version and the dark module made light (the timing pattern stays)."""
    light = symbol.copy()
    size = len(symbol)
    near = [0, 1, 2, 3, 4, 5, 7, 8]
    light[near, 8] = light[8, near] = False
    light[size - 8 :, 8] = light[8, size - 8 :] = False
    if size >= VERSIONED:
        light[:6, size - 11 : size - 8] = light[size - 11 : size - 8, :6] = False
    return light


def _padding(size: int) -> Words:
    """Dark beyond the right edge in every second row; the moved symbol's edge counts as beyond."""
    room = np.zeros((3, size, -size % WORD + size), dtype=np.bool_)
    room[0, ::2, size:] = room[1, ::2, size - 1 :] = room[2, ::2, size:] = True
    return np.packbits(room, axis=2).view(np.uint32)


def _count(words: NDArray[Any]) -> Counts:
    counts: Counts = np.bitwise_count(words).sum(axis=(0, 1), dtype=np.uint16).astype(np.int64)
    return counts  # at most 177 squared modules: 16 bits hold the sum


def _runs(rows: Words) -> Counts:
    """Length - 2 for every run of at least five alike: 3 for its first five modules, 1 for each further."""
    unlike = rows[1:] ^ rows[:-1]
    pairs = unlike[1:] | unlike[:-1]
    five = ~(pairs[2:] | pairs[:-2])
    begins = five[1:] & ~five[:-1]
    return _count(five) + 2 * (_count(begins) + _count(five[:1]))


def _blocks(rows: Words, moved: Words) -> Counts:
    """3 for each block of 2x2 alike."""
    unlike = (rows[1:] ^ rows[:-1]) | (moved[1:] ^ moved[:-1]) | (rows[1:] ^ moved[1:])
    return 3 * _count(~unlike)


def _finders(rows: Words) -> Counts:
    """40 for each 1:1:3:1:1 with four light modules before or after it."""
    a, b, c, d, e, f, g = (rows[start : len(rows) - 6 + start] for start in range(7))
    found = a & c & d & e & g & ~(b | f)
    pairs = rows[1:] | rows[:-1]
    light = ~(pairs[2:] | pairs[:-2])  # four from here on
    return 40 * (_count(found[:-4] & light[7:]) + _count(found[4:] & light[: len(found) - 4]))


def _balance(rows: Words, size: int) -> Counts:
    beyond = (size + 1) // 2 * (-size % WORD)
    share = (_count(rows) - beyond) / size**2
    cost: Counts = 10 * (np.abs(share * 100 - 50) / 5).astype(np.int64)
    return cost
