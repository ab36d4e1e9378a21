"""One stamp: what it says, and where everything stands on a given label.

The symbol comes first: it takes the largest module of whole printer dots that its quiet zone of four modules
leaves room for inside the safe margin. The words share what is left, in reading order: symbol, what to do,
name, serial in groups of four. A label too small for words carries symbol and serial only.

>>> from labels.media import medium
>>> plan = layout(StampArt("Rượu men lá Minh Họa", "500 ml · 40 % vol"), medium("a4-65"), size=29)
>>> round(plan.module_mm, 4), plan.dots
(0.4233, 10)
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from labels import fonts
from labels.art import SerialLine, StampArt, grouped
from labels.drawing import Mark, Mask
from labels.printers import LASER_DPI
from labels.qr import QUIET
from labels.stamp_column import Room, column
from labels.stamp_round import Rim, ring
from labels.typeset import refuse

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from labels.media import Medium

DIE_TOLERANCE = 1.0  # mm: how far a die may wander; no quiet zone goes nearer to its line
LARGEST_MODULE = 0.743  # mm: a till's upper bound for a Digital Link symbol
SMALLEST_MODULE = 0.33  # mm: below it a telephone fails (preflight P2)
RETAIL_MODULE = 0.396  # mm: GS1's lower bound at a till
COARSE = 250  # dpi: below it small marks close up, so words are set larger


@dataclass(frozen=True, slots=True)
class StampLayout:
    """A laid-out stamp: marks that never change, and the places of symbol and serial (mm)."""

    w: float
    h: float
    size: int
    dots: int
    dpi: int
    symbol_x: float
    symbol_y: float
    static: tuple[Mark, ...]
    serial: tuple[SerialLine, ...]

    @property
    def module_mm(self) -> float:
        """Side of a module."""
        return self.dots * 25.4 / self.dpi

    @property
    def quiet_box(self) -> tuple[float, float, float]:
        """x, y and side of the symbol with its quiet zone."""
        quiet = QUIET * self.module_mm
        return self.symbol_x - quiet, self.symbol_y - quiet, self.module_mm * (self.size + 2 * QUIET)

    def snapped(self, at: tuple[float, float]) -> tuple[float, float]:
        """Where a label's corner `at` the page moves, half a dot at most, so that modules are whole dots."""
        dot = 25.4 / self.dpi
        x, y = (
            round((mm + own) / dot) * dot - own
            for mm, own in zip(at, (self.symbol_x, self.symbol_y), strict=True)
        )
        return x, y

    @property
    def pin_box(self) -> tuple[float, float] | None:
        """Width and height of the box a scratch label must cover; None on a stamp without a PIN."""
        return next((line.box for line in self.serial if line.pin), None)

    def variable(self, modules: NDArray[np.bool_], serial: str, pin: str = "") -> tuple[Mark, ...]:
        """Symbol, serial and PIN."""
        mask = Mask(self.symbol_x, self.symbol_y, modules, self.module_mm, self.module_mm)
        return (mask, *(mark for line in self.serial for mark in line.set(serial, pin)))

    def marks(self, modules: NDArray[np.bool_], serial: str, pin: str = "") -> tuple[Mark, ...]:
        """Everything on one stamp."""
        return (*self.static, *self.variable(modules, serial, pin))


def layout(art: StampArt, medium: Medium, *, size: int = 29, dpi: int = LASER_DPI) -> StampLayout:
    """The stamp on that medium's label, for symbols of `size` modules; raises DoesNotFit, GlyphMissing."""
    art = art.composed()
    smallest = 1.85 if dpi < COARSE else fonts.MIN_EM
    if medium.shape == "rect":
        return _rectangle(art, medium, size, dpi, smallest)
    return _round(art, medium, size, dpi, smallest)


def whole_dots(room: float, modules: int, dpi: int) -> int:
    """The most dots a module may have for so many modules in `room` mm, at least 1."""
    return max(1, math.floor(min(room / modules, LARGEST_MODULE) * dpi / 25.4 + 1e-6))


def _rectangle(art: StampArt, medium: Medium, size: int, dpi: int, smallest: float) -> StampLayout:
    """Symbol at the left, words at the right; the serial below the symbol if that costs no legibility."""
    side, dot = size + 2 * QUIET, 25.4 / dpi
    room = Room.of(medium, smallest, medium.safe)
    below, beside = (whole_dots(mm, side, dpi) for mm in (room.below, room.beside))
    if max(below, beside) * dot < SMALLEST_MODULE:
        room = Room.of(medium, smallest, min(medium.safe, DIE_TOLERANCE))
        beside = whole_dots(room.beside, side, dpi)
    legible = max(RETAIL_MODULE, (4 if dpi < COARSE else 0) * dot)
    under = below * dot >= legible - 1e-9 or below >= beside
    dots = below if under else beside
    words = column(art, room, side * dots * dot, under=under)
    corner = QUIET * dots * dot
    x, y = words.box[0] + corner, words.box[1] + corner
    return StampLayout(medium.w, medium.h, size, dots, dpi, x, y, words.marks, words.serial)


def _round(art: StampArt, medium: Medium, size: int, dpi: int, smallest: float) -> StampLayout:
    """Symbol in the middle, words on the rim; the serial alone where words would cost legibility.

    A rim has no room that a scratch label could cover: with a PIN it is refused.
    """
    if art.pin:
        raise refuse("pin", art.pin_word, min(medium.w, medium.h))
    dot = 25.4 / dpi
    legible = math.ceil(SMALLEST_MODULE / dot)
    for worded, least in ((True, legible), (False, legible), (True, 1)):
        dots, rim = _rimmed(art, medium, size, dpi, smallest, worded=worded, least=least)
        if rim is not None:
            break
    if rim is None:
        raise refuse("symbol", "", min(medium.w, medium.h))
    half = size * dots * dot / 2
    x, y = medium.w / 2 - half, medium.h / 2 + rim.down - half
    return StampLayout(medium.w, medium.h, size, dots, dpi, x, y, rim.marks, rim.serial)


def _rimmed(
    art: StampArt, medium: Medium, size: int, dpi: int, smallest: float, *, worded: bool, least: int
) -> tuple[int, Rim | None]:
    """The largest whole number of dots, down to `least`, that leaves the rim room, and the rim."""
    side = size + 2 * QUIET
    dots = max(least, whole_dots(min(medium.w, medium.h), side, dpi))
    while (rim := ring(art, medium, side * dots * 25.4 / dpi, smallest, worded=worded)) is None:
        if dots <= least:
            break
        dots -= 1
    return dots, rim


__all__ = ["SerialLine", "StampArt", "StampLayout", "grouped", "layout"]
