"""The penalty of QR symbols under a mask, many at a time.

Encoders take the mask of least penalty. Computed as the qrcode library does, so that both choose alike: it
judges a symbol whose format and version are still light.

ISO/IEC 18004 clause 7.8.3: runs of five and more, blocks of 2x2, finder look-alikes, share of dark modules.

>>> import numpy as np
>>> int(penalties(np.zeros((1, 21, 21), dtype=np.uint8))[0])
2098
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

VERSIONED = 45  # modules: from version 7 a symbol also carries its version
FINDER = (1, 0, 1, 1, 1, 0, 1, 0, 0, 0, 0)


def penalties(symbols: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Penalty of each symbol of shape (n, size, size), 1 = dark."""
    judged = _without_format(symbols)
    turned = np.ascontiguousarray(judged.transpose(0, 2, 1))
    lines = sum(_runs(side) + _finders(side) for side in (judged, turned))
    return lines + _blocks(judged) + _balance(judged)


def _without_format(symbols: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The symbols with format, version and the dark module made light (the timing pattern stays)."""
    light = symbols.copy()
    size = symbols.shape[1]
    near = [0, 1, 2, 3, 4, 5, 7, 8]
    light[:, near, 8] = 0
    light[:, size - 8 :, 8] = 0
    light[:, 8, near] = 0
    light[:, 8, size - 8 :] = 0
    if size >= VERSIONED:
        light[:, :6, size - 11 : size - 8] = 0
        light[:, size - 11 : size - 8, :6] = 0
    return light


def _runs(rows: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Length - 2 for every run of at least five alike: 3 for its first five modules, 1 for each further."""
    same = rows[:, :, 1:] == rows[:, :, :-1]
    five = same[:, :, 3:] & same[:, :, 2:-1] & same[:, :, 1:-2] & same[:, :, :-3]
    begins = five.copy()
    begins[:, :, 1:] &= ~five[:, :, :-1]
    cost: NDArray[np.int64] = np.sum(five, axis=(1, 2), dtype=np.int64) + 2 * np.sum(begins, axis=(1, 2))
    return cost


def _blocks(rows: NDArray[np.uint8]) -> NDArray[np.int64]:
    across = rows[:, :, 1:] == rows[:, :, :-1]
    down = rows[:, 1:, :-1] == rows[:, :-1, :-1]
    alike = across[:, :-1] & across[:, 1:] & down
    return np.asarray(3 * np.sum(alike, axis=(1, 2), dtype=np.int64))


def _finders(rows: NDArray[np.uint8]) -> NDArray[np.int64]:
    """40 for each 1:1:3:1:1 with four light modules before or after it."""
    windows = rows.shape[2] - len(FINDER) + 1
    found = np.zeros(len(rows), dtype=np.int64)
    for pattern in (FINDER, FINDER[::-1]):
        alike = np.ones((len(rows), rows.shape[1], windows), dtype=np.bool_)
        for place, dark in enumerate(pattern):
            alike &= rows[:, :, place : place + windows] == dark
        found += alike.sum(axis=(1, 2), dtype=np.int64)
    return 40 * found


def _balance(rows: NDArray[np.uint8]) -> NDArray[np.int64]:
    share = rows.sum(axis=(1, 2), dtype=np.int64) / rows.shape[1] ** 2
    cost: NDArray[np.int64] = 10 * (np.abs(share * 100 - 50) / 5).astype(np.int64)
    return cost
