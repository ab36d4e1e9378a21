"""The modules of a QR symbol that are the same in every symbol of its size. ISO/IEC 18004, clause 6.3."""

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

SMALLEST, LARGEST = 25, 77  # modules a side: versions 2 to 15; what we print has 25 and more
RING: Final = np.maximum(*np.abs(np.mgrid[-4:5, -4:5]))  # how far from the middle of a finder pattern
FINDER: Final = np.select([RING <= 1, RING == 2, RING == 3], [-1, 1, -1], 1).astype(np.int8)
ALIGNMENT: Final = np.select([RING == 0, RING == 1], [-1, 1], -1).astype(np.int8)[2:7, 2:7]


@lru_cache(maxsize=16)
def known(size: int) -> NDArray[np.int8]:
    """1 where every symbol of that size is light, -1 where it is dark, 0 where it depends on the text.

    >>> known(25)[6].tolist()
    [-1, -1, -1, -1, -1, -1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, -1, -1, -1, -1, -1, -1]
    """
    modules = np.zeros((size, size), np.int8)
    modules[6] = modules[:, 6] = np.where(np.arange(size) % 2, 1, -1)
    for row in _alignments(size):
        for column in _alignments(size):
            if (row, column) not in {(6, 6), (6, size - 7), (size - 7, 6)}:
                modules[row - 2 : row + 3, column - 2 : column + 3] = ALIGNMENT
    modules[:8, :8], modules[:8, -8:], modules[-8:, :8] = FINDER[1:, 1:], FINDER[1:, :8], FINDER[:8, 1:]
    modules[-8, 8] = -1
    modules.flags.writeable = False
    return modules


def _alignments(size: int) -> list[int]:
    """Rows, and columns, in which alignment patterns have their middle (annex E)."""
    count = (size - 17) // 28 + 2
    step = -(-(size - 13) // (2 * count - 2)) * 2
    return [6, *(size - 7 - step * number for number in range(count - 1))]


def sizes_near(modules: float) -> list[int]:
    """Sizes that may be meant where about so many modules were measured.

    >>> sizes_near(28.1)
    [25, 29, 33, 37]
    """
    version = round((modules - 17) / 4)
    return [size for size in range(9 + 4 * version, 29 + 4 * version, 4) if SMALLEST <= size <= LARGEST]
