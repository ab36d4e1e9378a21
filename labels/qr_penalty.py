"""The penalty of QR symbols under a mask, many symbols and many columns at a time.

Encoders take the mask of least penalty. Computed as the qrcode library does, so that both choose alike: it
judges a symbol whose format and version are still light.

A word holds 32 modules of one line, so one operation on two neighbouring lines compares 32 columns at once,
and no bit is ever shifted. Every rule looks down the columns of a *view*. There are three views of a symbol:
as it is; moved left by one, for what needs a neighbour to the right; transposed, for what looks along lines.
Beyond the symbol's right edge every second line is dark, which no rule takes for a run, a block or a finder.

ISO/IEC 18004 clause 7.8.3: runs of five and more, blocks of 2x2, finder look-alikes, share of dark modules.
A symbol of light alone: 42 lines and columns are runs of 21 (19 each), 20 x 20 blocks (3 each), and it is
fifty per cent short of half dark (10 for every five):

>>> import numpy as np
>>> int(penalties(views(np.zeros((21, 21), dtype=np.bool_))[..., np.newaxis], 21)[0])
2098
>>> 42 * 19 + 400 * 3 + 10 * 10
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


def views(symbol: Bits) -> Words:
    """The three views of a symbol, its format and version light; shape (3, size, words)."""
    light = _without_format(symbol)
    return packed_views(light) ^ _padding(len(symbol))


def packed_views(symbol: Bits) -> Words:
    """The three views of the difference of two symbols: nothing beyond the edge."""
    size = len(symbol)
    room = np.zeros((3, size, -size % WORD + size), dtype=np.bool_)
    room[0, :, :size] = symbol
    room[1, :, : size - 1] = symbol[:, 1:]
    room[2, :, :size] = symbol.T
    return np.packbits(room, axis=2).view(np.uint32)


def penalties(words: Words, size: int) -> Counts:
    """Penalty of each symbol; `words` as `views` gives them, symbols along the last axis."""
    upright, moved, transposed = words
    lines = sum(_runs(view) + _finders(view) for view in (upright, transposed))
    return lines + _blocks(upright, moved) + _balance(upright, size)


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
    """Dark beyond the right edge in every second line; the moved symbol's edge counts as beyond."""
    room = np.zeros((3, size, -size % WORD + size), dtype=np.bool_)
    room[0, ::2, size:] = room[1, ::2, size - 1 :] = room[2, ::2, size:] = True
    return np.packbits(room, axis=2).view(np.uint32)


def _count(words: NDArray[Any]) -> Counts:
    counts: Counts = np.bitwise_count(words).sum(axis=(0, 1), dtype=np.uint16).astype(np.int64)
    return counts  # at most 177 lines of 192 bits, 33,984: 16 bits hold the sum


def _runs(view: Words) -> Counts:
    """Length - 2 for every run of at least five alike down a column.

    A run of n has n - 4 places where five alike begin: 1 for each of those, and 2 for the first of them.
    """
    unlike = view[1:] ^ view[:-1]
    pairs = unlike[1:] | unlike[:-1]
    five = ~(pairs[2:] | pairs[:-2])  # this module and the four below
    begins = five[1:] & ~five[:-1]
    return _count(five) + 2 * (_count(begins) + _count(five[:1]))


def _blocks(view: Words, moved: Words) -> Counts:
    """3 for each block of 2x2 alike."""
    unlike = (view[1:] ^ view[:-1]) | (moved[1:] ^ moved[:-1]) | (view[1:] ^ moved[1:])
    return 3 * _count(~unlike)


def _finders(view: Words) -> Counts:
    """40 for each 1:1:3:1:1 down a column with four light modules above it, and 40 for four below it."""
    a, b, c, d, e, f, g = (view[start : len(view) - 6 + start] for start in range(7))
    found = a & c & d & e & g & ~(b | f)
    pairs = view[1:] | view[:-1]
    light = ~(pairs[2:] | pairs[:-2])  # this module and the three below
    return 40 * (_count(found[:-4] & light[7:]) + _count(found[4:] & light[: len(found) - 4]))


def _balance(view: Words, size: int) -> Counts:
    """10 for every full five per cent that the share of dark modules is away from half."""
    beyond = (size + 1) // 2 * (-size % WORD)  # dark bits beyond the right edge
    share = (_count(view) - beyond) / size**2
    cost: Counts = 10 * (np.abs(share * 100 - 50) / 5).astype(np.int64)
    return cost
