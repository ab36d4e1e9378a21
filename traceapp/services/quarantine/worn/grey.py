"""Arithmetic on grey pictures: means of squares, local contrast, points between points."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Grey: TypeAlias = NDArray[np.float32]
Real: TypeAlias = NDArray[np.floating]
Bits: TypeAlias = NDArray[np.bool_]
FAINT = 2.0  # grey values: less contrast than this is noise, not print


def box(grey: Grey, radius: int) -> Grey:
    """The mean of the square of that radius around every point; edges are repeated outwards.

    >>> box(np.eye(3, dtype=np.float32), 1)[1, 1]
    np.float32(0.33333334)
    """
    side = 2 * radius + 1
    sums = np.pad(grey, ((radius + 1, radius),) * 2, mode="edge").astype(np.float64).cumsum(0).cumsum(1)
    whole = sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side]
    mean: Grey = (whole / side**2).astype(np.float32)
    return mean


def evened(grey: Grey, radius: int) -> Grey:
    """How much lighter than its surroundings, in their own contrast, -2 to 2: shade and glare are gone."""
    above = grey - box(grey, radius)
    spread = np.sqrt(np.maximum(box(above * above, radius), FAINT**2))
    return np.clip(above / spread, -2, 2)


def at(grey: Real, x: Real, y: Real) -> Grey:
    """The values at points in px (the first pixel's middle is 0.5), between pixels in proportion."""
    high, wide = grey.shape
    x, y = np.clip(x - 0.5, 0, wide - 1.001), np.clip(y - 0.5, 0, high - 1.001)
    column, row = x.astype(np.intp), y.astype(np.intp)
    right, down = x - column, y - row
    flat, first = grey.ravel(), row * wide + column
    above = flat[first] * (1 - right) + flat[first + 1] * right
    below = flat[first + wide] * (1 - right) + flat[first + wide + 1] * right
    between: Grey = (above * (1 - down) + below * down).astype(np.float32)
    return between
