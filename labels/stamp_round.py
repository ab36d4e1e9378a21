"""Words round a stamp's rim: name at the left, what to do at the right, serial below, emblem on top.

Proportions come from the drawing of the 25 mm stamp. Below 24 mm there is no room for words: the three groups
of the serial stand at left, below and right, where the quiet zone's sides leave the rim free. So they do on a
larger stamp whose printer is so coarse that words would cost a telephone the symbol.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from labels import fonts
from labels.art import SerialLine
from labels.drawing import Mark, arc_text, emblem
from labels.typeset import TIGHTEST, refuse

if TYPE_CHECKING:
    from labels.art import StampArt
    from labels.media import Medium

WORDED = 12.0  # mm radius from which words fit
EMBLEM_CLEAR = 8.0  # degrees kept free of words at each side of the emblem
DIE_TOLERANCE = 1.0  # mm
FLAG_EDGE = 1.2  # mm: the warning word of a sample may stand nearer to the edge than words on goods


@dataclass(frozen=True, slots=True)
class Rim:
    """The words of a round stamp, and how far down its symbol moves (mm)."""

    marks: tuple[Mark, ...]
    serial: tuple[SerialLine, ...]
    down: float


def ring(art: StampArt, medium: Medium, quiet: float, smallest: float, *, worded: bool = True) -> Rim | None:
    """The rim round a quiet box of that side, with words or the serial alone; None if it finds no room."""
    radius = min(medium.w, medium.h) / 2
    if not worded or radius < WORDED:
        return _bare(art, medium, radius, quiet, smallest)
    return _worded(art, medium, radius, quiet, smallest)


def _bare(art: StampArt, medium: Medium, radius: float, quiet: float, smallest: float) -> Rim | None:
    if math.hypot(quiet, quiet) / 2 > radius - DIE_TOLERANCE:
        return None
    centre = (medium.w / 2, medium.h / 2)
    em = smallest
    inner = quiet / 2 + 0.15
    low = min(radius - medium.safe + 0.2, inner + em + 0.3)
    limit = 2 * low * math.acos(min(1.0, inner / (low - fonts.CAPITAL * em))) if low > inner else em * 2
    serial = tuple(
        SerialLine(*centre, em, limit, group, radius=low, middle=middle)
        for group, middle in enumerate((270, 180, 90))
    )
    foot = radius - FLAG_EDGE - fonts.CAPITAL * em
    reach = 2 * foot * math.acos(min(1.0, (inner + 0.2 * em) / foot)) if foot > 0 else em
    flag = arc_text(centre, foot, art.flag, em=em, middle=0, limit=max(reach, em))
    return Rim(flag, serial, 0.0)


def _worded(art: StampArt, medium: Medium, radius: float, quiet: float, smallest: float) -> Rim | None:
    """Emblem above, words on both flanks, serial below; the symbol moves down to clear the emblem."""
    half, edge = quiet / 2, radius - medium.safe
    size = max(5.6, radius * 0.448)
    em = max(smallest, radius * 0.12)
    top = radius - edge + 0.15
    down = max(0.0, top + size + 0.1 - (radius - half))
    side = edge - em * (fonts.ASCENT - 0.02)
    serial_radius = edge
    serial_em = max(smallest, radius * 0.125)
    serial_top = serial_radius - fonts.CAPITAL * serial_em - 0.05
    if math.hypot(half, half + down) > serial_top or math.hypot(half, half - down) > side - em * 0.2:
        return None
    centre = (medium.w / 2, medium.h / 2)
    words = _flanks(art, centre, side, em, (half, half + down), size)
    limit = math.radians(74) * serial_radius
    serial = (SerialLine(*centre, serial_em, limit, radius=serial_radius, middle=180),)
    return Rim((*emblem(centre[0], top + size / 2, size), *words), serial, down)


def _flanks(
    art: StampArt,
    centre: tuple[float, float],
    side: float,
    em: float,
    corner: tuple[float, float],
    size: float,
) -> tuple[Mark, ...]:
    """Name and caption from beside the emblem down to the box's lower corners."""
    begin = math.degrees(math.asin(min(1.0, size / 2 / side))) + EMBLEM_CLEAR
    end = 180 - math.degrees(math.atan2(corner[0], corner[1])) - 3
    limit, middle = math.radians(end - begin) * side, (begin + end) / 2
    needed = fonts.width(art.name, em, 700)
    if needed * TIGHTEST > limit:
        raise refuse("name", art.name, limit)
    left = arc_text(centre, side, art.name, em=em, middle=-middle, limit=limit)
    right = arc_text(centre, side, art.flag or art.caption, em=em, middle=middle, limit=limit)
    return (*left, *right)
