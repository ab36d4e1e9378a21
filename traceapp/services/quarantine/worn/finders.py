"""Where the three squares in the corners of a symbol may lie: what looks like one, and which belong together.

Readers look for runs of 1:1:3:1:1 along a line, and one blot, blur or fold breaks the run. Here the whole
square is compared, rings of dark and light whichever way it is turned, and a square that glare has swallowed
is put where the other two want it.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
import numpy.fft
from numpy.typing import NDArray

from traceapp.services.quarantine.worn.grey import Grey

MOST: Final = 14  # squares looked at
LIKE: Final = 0.25  # how alike they are at least; a clean one is at 0.6 and more
NEAREST, FARTHEST = 12, 75  # modules between the middles of two squares
ASKEW: Final = 0.5  # how far the third may lie from a right angle, in distances of the other two
ALONE: Final = 0.1  # what a corner that nobody saw takes from the likelihood of three
TURNS: Final = np.radians(np.arange(0, 90, 7.5))
RINGS: Final = (-1.0, 1.0, -1.0, 1.0)  # beginning at 0, 1.5, 2.5 and 3.5 modules from the middle


class Square(NamedTuple):
    """Something like a finder pattern: how alike, its middle as x + yi, and its module, in px."""

    alike: float
    middle: complex
    module: float


class Corners(NamedTuple):
    """Middles of three finder patterns as x + yi px, how likely they are a symbol's, and the module in px."""

    likely: float
    top_left: complex
    top_right: complex
    bottom_left: complex
    module: float

    @property
    def modules(self) -> float:
        """About how many modules the symbol has a side."""
        across, down = abs(self.top_right - self.top_left), abs(self.bottom_left - self.top_left)
        return (across + down) / 2 / self.module + 7


def corners_in(even: Grey, modules: tuple[float, ...]) -> list[Corners]:
    """Threes of squares that may be a symbol's, the likeliest first; a module is one of those sizes in px."""
    squares = list(_squares(even, modules))
    threes = [three for a in squares for b in squares if a is not b for three in _threes(a, b, squares)]
    return sorted(threes, key=lambda three: -three.likely)


def _squares(even: Grey, modules: tuple[float, ...]) -> Iterator[Square]:
    alike, scale = _likeness(even, modules)
    apart = int(3 * modules[0])
    for _ in range(MOST):
        y, x = np.unravel_index(alike.argmax(), alike.shape)
        if alike[y, x] < LIKE:
            return
        yield Square(float(alike[y, x]), complex(x + 0.5, y + 0.5), modules[scale[y, x]])
        alike[max(y - apart, 0) : y + apart + 1, max(x - apart, 0) : x + apart + 1] = 0


def _likeness(even: Grey, modules: tuple[float, ...]) -> tuple[Grey, NDArray[np.intp]]:
    """For every point how much its surroundings look like a finder pattern, and in which of the sizes."""
    high, wide = even.shape
    edge = 2 * len(_rings(max(modules)))  # beyond the picture, so that no pattern reaches around it
    shape = (_handy(high + edge), _handy(wide + edge))
    spectrum = np.fft.rfft2(even, shape)
    best, scale = np.full(even.shape, -np.inf, np.float32), np.zeros(even.shape, np.intp)
    for number, module in enumerate(modules):
        rings = _rings(module)
        reach = len(rings) // 2
        product = spectrum * np.conj(np.fft.rfft2(rings, shape))
        alike = np.roll(np.fft.irfft2(product, shape), (reach, reach), (0, 1))[:high, :wide]
        better = alike > best
        best[better], scale[better] = alike[better], number
    return best, scale


@lru_cache(maxsize=8)
def _rings(module: float) -> Grey:
    """A finder pattern and the light around it, the mean of all ways to turn it; alike is 1 at most."""
    reach = int(np.ceil(4.6 * module))
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1].astype(float)
    total, within = np.zeros(x.shape), np.hypot(x, y) < 4.6 * module
    for turn in TURNS:
        along, across = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
        far = np.maximum(abs(along), abs(across)) / module
        total += np.select([far < 1.5, far < 2.5, far < 3.5, far < 4.5], RINGS, 0)
    total = np.where(within, total - total[within].mean(), 0)
    rings: Grey = (total / np.sqrt((total**2).sum() * within.sum())).astype(np.float32)
    return rings


def _handy(length: int) -> int:
    """The next length of which a Fourier transform is quick: no prime factor above five."""
    while True:
        rest = length
        for prime in (2, 3, 5):
            while rest % prime == 0:
                rest //= prime
        if rest == 1:
            return length
        length += 1


def _threes(a: Square, b: Square, squares: list[Square]) -> Iterator[Corners]:
    """Symbols with these two squares: side by side and a third, seen or not, or ends of the diagonal."""
    module, side = (a.module * b.module) ** 0.5, b.middle - a.middle
    if not 0.6 < a.module / b.module < 1 / 0.6:
        return
    pair = a.alike + b.alike
    if NEAREST < abs(side) / module < FARTHEST:
        third = a.middle + 1j * side
        for seen in squares:
            off = abs(seen.middle - third) / abs(side)
            if off < ASKEW and seen is not a and seen is not b:
                yield Corners(pair + seen.alike - off / 4, a.middle, b.middle, seen.middle, module)
        yield Corners(pair - ALONE, a.middle, b.middle, third, module)
        yield Corners(pair - ALONE, a.middle, a.middle - 1j * side, b.middle, module)
    corner = a.middle - side / (1j - 1)
    if NEAREST < abs(a.middle - corner) / module < FARTHEST:
        yield Corners(pair - ALONE, corner, a.middle, b.middle, module)
