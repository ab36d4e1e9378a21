"""The best of eight masks for each symbol of a family: what other encoders print, and what ours can.

Nothing in production asks for it (`labels.qr.MASK` says why); benchmarks and tests compare both. All eight
masks of a symbol differ by constants, so the tables of `labels.qr` hold one of them and this room says, for
each serial, what to XOR to have the mask of least penalty.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

from labels import qr_penalty
from labels.qr_reference import modules
from labels.qr_tables import BLANK, pair_tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from labels.qr_reference import Level
    from labels.qr_tables import Slot

    Bytes = NDArray[np.uint8]
    Numbers = NDArray[np.intp]

MASKS = range(8)


class BestMask:
    """Which mask each symbol of a family takes, and how it differs from the one that `tabled` numbers."""

    def __init__(self, prefix: str, length: int, level: Level, slots: Sequence[Slot], tabled: int) -> None:
        self._symbols = np.stack([modules(prefix + BLANK * length, level, number) for number in MASKS])
        self._symbols.setflags(write=False)
        self._tabled, self._size = tabled, self._symbols.shape[1]
        views = np.stack([qr_penalty.views(symbol) for symbol in self._symbols])
        self._masks = views ^ views[tabled]
        self._tables = pair_tables(
            slots, views[tabled].view(np.uint8), lambda change: qr_penalty.packed_views(change).view(np.uint8)
        )
        self._differences: dict[int, Bytes] = {}
        self._digest = self._read()

    def added(self, values: Numbers, columns: int) -> Bytes:
        """What to XOR to each symbol's leftmost columns, packed, shape (n, bytes); values (length, n)."""
        if columns not in self._differences:
            self._differences[columns] = self._packed(columns)
        return self._differences[columns][self.chosen(values)]

    def chosen(self, values: Numbers) -> Numbers:
        """The number of the mask of least penalty, judged as the reference encoder does."""
        words = self._tables.xored(values).view(np.uint32)
        # symbols along the last axis: then every operation of the penalty runs over many of them
        views = np.ascontiguousarray(words.T).reshape(*self._masks[0].shape, -1)
        costs = [qr_penalty.penalties(views ^ mask[..., np.newaxis], self._size) for mask in self._masks]
        least: Numbers = np.argmin(costs, axis=0)
        return least

    def is_unchanged(self) -> bool:
        """Whether tables and masks are still what they were when they were made."""
        kept = self._differences.items()
        differences = all(np.array_equal(some, self._packed(columns)) for columns, some in kept)
        return differences and self._read() == self._digest and self._tables.is_unchanged()

    def _packed(self, columns: int) -> Bytes:
        changed = (self._symbols ^ self._symbols[self._tabled])[:, :, :columns]
        return np.packbits(changed, axis=2).reshape(len(MASKS), -1)

    def _read(self) -> bytes:
        return hashlib.sha256(self._symbols.tobytes() + self._masks.tobytes()).digest()
