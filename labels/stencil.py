"""Records of fixed width with holes: what the stamps of a page have in common, and where each differs.

Everything about a stamp that its place decides is cut once, as bytes of page content; all records have one
length, so that a thousand stamps are a rectangle of bytes and a hole is a stripe of it. Filling a stripe is
one copy, whatever the number of stamps.

>>> record = (b"BI ", Hole(2, lambda stamps: stamps.symbols), b" EI ")
>>> two = Stamps(np.frombuffer(b"7K3M", np.uint8).reshape(2, 2), ())
>>> Stencil([record, record]).filled(two).tobytes()
b'BI 7K EI BI 3M EI '
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from labels.serial_type import SetLine

    Bytes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Stamps:
    """What holes are filled from: each stamp's symbol, shape (n, bytes), and the lines of its serial."""

    symbols: Bytes
    lines: Sequence[SetLine]


@dataclass(frozen=True, slots=True)
class Hole:
    """So many bytes that differ from stamp to stamp; `fill` gives them for all stamps, shape (n, width)."""

    width: int
    fill: Callable[[Stamps], Bytes]


Piece: TypeAlias = bytes | Hole


class Stencil:
    """The records of one page, cell by cell: the same pieces each, with other numbers of the same width."""

    def __init__(self, records: Sequence[Sequence[Piece]]) -> None:
        rows = [
            b"".join(b" " * piece.width if isinstance(piece, Hole) else piece for piece in record)
            for record in records
        ]
        self._blank = np.frombuffer(b"".join(rows), np.uint8).reshape(len(rows), -1)
        self._holes: list[tuple[slice, Hole]] = []
        at = 0
        for piece in records[0]:
            width = piece.width if isinstance(piece, Hole) else len(piece)
            if isinstance(piece, Hole):
                self._holes.append((slice(at, at + width), piece))
            at += width

    def filled(self, stamps: Stamps, pages: int = 1) -> Bytes:
        """The content of so many pages, shape (pages, bytes)."""
        drawn = np.empty((pages, *self._blank.shape), np.uint8)
        drawn[:] = self._blank
        records = drawn.reshape(-1, self._blank.shape[1])
        for stripe, hole in self._holes:
            records[:, stripe] = hole.fill(stamps)
        return drawn.reshape(pages, -1)
