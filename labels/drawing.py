"""The few marks a stamp is made of, in millimetres from its top-left corner.

A layout says what stands where once; the painters (PDF, SVG, printer dots) only repeat it, so that the
preview cannot promise what the paper does not keep. One ink; `paper=True` is ink left out.

>>> Text(1, 2, "Lạng Sơn", em=2, limit=4).squeeze
0.43
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from labels import fonts

if TYPE_CHECKING:
    from collections.abc import Sequence


ARC_DIGITS = 1  # decimals of a letter's angle on a rim
Anchor = Literal["start", "middle", "end"]
Segment: TypeAlias = tuple[str, tuple[float, ...]]  # M x y, L x y, C x1 y1 x2 y2 x y, Z


@dataclass(frozen=True, slots=True)
class Text:
    """One line on its baseline; `limit` is the width it is squeezed into; `angle` turns it clockwise."""

    x: float
    y: float
    text: str
    em: float
    weight: fonts.Weight = 400
    anchor: Anchor = "start"
    limit: float | None = None
    paper: bool = False
    angle: float = 0.0

    @property
    def natural_width(self) -> float:
        """Width before squeezing."""
        return fonts.width(self.text, self.em, self.weight)

    @property
    def squeeze(self) -> float:
        """Horizontal scale in whole hundredths, at most 1."""
        natural = self.natural_width
        return (
            1.0
            if self.limit is None or natural <= self.limit
            else math.floor(self.limit / natural * 100) / 100
        )

    @property
    def width(self) -> float:
        """Width as drawn."""
        return self.natural_width * self.squeeze

    @property
    def left(self) -> float:
        """Where the first glyph begins, before turning."""
        return self.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[self.anchor] * self.width


@dataclass(frozen=True, slots=True)
class Path:
    """A shape, filled by the even-odd rule, or drawn with a pen of `stroke` mm."""

    segments: tuple[Segment, ...]
    stroke: float | None = None
    paper: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line, level or upright."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float = 0.2


@dataclass(frozen=True, slots=True)
class Mask:
    """Modules of a symbol: `modules[y, x]` True is ink; each is `module_w` by `module_h` mm."""

    x: float
    y: float
    modules: NDArray[np.bool_]
    module_w: float
    module_h: float


Mark: TypeAlias = Text | Path | Rule | Mask


def polygon(*points: tuple[float, float], paper: bool = False) -> Path:
    """A filled polygon."""
    (x, y), *rest = points
    return Path((("M", (x, y)), *(("L", point) for point in rest), ("Z", ())), paper=paper)


def box(x: float, y: float, w: float, h: float, r: float = 0.0, *, stroke: float | None = None) -> Path:
    """A rectangle with round corners."""
    if not r:
        segments = (("M", (x, y)), ("L", (x + w, y)), ("L", (x + w, y + h)), ("L", (x, y + h)), ("Z", ()))
        return Path(segments, stroke=stroke)
    k, right, low = r * 0.4477, x + w, y + h
    return Path(
        (
            ("M", (x + r, y)),
            ("L", (right - r, y)),
            ("C", (right - k, y, right, y + k, right, y + r)),
            ("L", (right, low - r)),
            ("C", (right, low - k, right - k, low, right - r, low)),
            ("L", (x + r, low)),
            ("C", (x + k, low, x, low - k, x, low - r)),
            ("L", (x, y + r)),
            ("C", (x, y + k, x + k, y, x + r, y)),
            ("Z", ()),
        ),
        stroke=stroke,
    )


def quarter_turned(marks: Sequence[Mark], width: float) -> tuple[Mark, ...]:
    """Texts and masks of a drawing `width` mm wide, turned to be read from below."""
    turned: list[Mark] = []
    for mark in marks:
        if isinstance(mark, Text):
            turned.append(replace(mark, x=mark.y, y=width - mark.x, angle=mark.angle - 90))
        elif isinstance(mark, Mask):
            across = mark.modules.shape[1] * mark.module_w
            modules = np.rot90(mark.modules)
            turned.append(Mask(mark.y, width - mark.x - across, modules, mark.module_h, mark.module_w))
    return tuple(turned)


def moved(marks: Sequence[Mark], x: float, y: float) -> tuple[Mark, ...]:
    """Texts and masks moved right and down."""
    return tuple(replace(m, x=m.x + x, y=m.y + y) for m in marks if isinstance(m, Text | Mask))


def arc_text(
    centre: tuple[float, float],
    radius: float,
    text: str,
    *,
    em: float,
    middle: float,
    outward: bool = True,
    weight: fonts.Weight = 700,
    limit: float | None = None,
) -> tuple[Text, ...]:
    """A line bent round a circle, glyph by glyph.

    `middle` is the clock angle of its middle in degrees (0 at the top, clockwise). Outward, it reads
    clockwise with the tops of its letters away from the centre; inward, the other way round. Letters stand on
    tenths of a degree, less than a dot on any of our rims, so that a press can write their places out ahead.
    """
    natural = fonts.width(text, em, weight)
    squeeze = min(1.0, limit / natural) if limit and natural else 1.0
    sense = 1 if outward else -1
    start, placed = -natural / 2, []
    for character in text:
        advance = fonts.width(character, em, weight)
        angle = round(middle + sense * math.degrees((start + advance / 2) * squeeze / radius), ARC_DIGITS)
        turn = math.radians(angle)
        x, y = centre[0] + radius * math.sin(turn), centre[1] - radius * math.cos(turn)
        tilt = angle if outward else angle - 180
        placed.append(Text(x, y, character, em, weight, "middle", advance * squeeze, angle=tilt))
        start += advance
    return tuple(mark for mark in placed if mark.text != " ")


# Hoa hồi, the registry's emblem: one pod turned seven times round a hub, in a square of 64.
_POD: tuple[Segment, ...] = (
    ("M", (-1.5, -4.6)),
    ("C", (-1.7, -10.5, -5.9, -13.6, -5.9, -19.6)),
    ("C", (-5.9, -24.4, -2, -26.8, 0, -31.8)),
    ("C", (2, -26.8, 5.9, -24.4, 5.9, -19.6)),
    ("C", (5.9, -13.6, 1.7, -10.5, 1.5, -4.6)),
    ("Z", ()),
)
_SEED: tuple[Segment, ...] = (
    ("M", (0, -14.6)),
    ("C", (-1.7, -14.6, -2.6, -16.2, -2.6, -18)),
    ("C", (-2.6, -21, -0.8, -22.4, 0, -25.8)),
    ("C", (0.8, -22.4, 2.6, -21, 2.6, -18)),
    ("C", (2.6, -16.2, 1.7, -14.6, 0, -14.6)),
    ("Z", ()),
)
_HUB = 5.2
SOLID_BELOW = 5.0  # mm: smaller than this the pods are drawn without their seed


def emblem(x: float, y: float, size: float) -> tuple[Path, ...]:
    """The emblem centred on (x, y), `size` mm across."""
    scale = size / 64
    pod = _POD if size < SOLID_BELOW else _POD + _SEED
    k = _HUB * 0.5523
    hub: tuple[Segment, ...] = (
        ("M", (_HUB, 0)),
        ("C", (_HUB, k, k, _HUB, 0, _HUB)),
        ("C", (-k, _HUB, -_HUB, k, -_HUB, 0)),
        ("C", (-_HUB, -k, -k, -_HUB, 0, -_HUB)),
        ("C", (k, -_HUB, _HUB, -k, _HUB, 0)),
        ("Z", ()),
    )
    pods = [Path(_moved(pod, x, y, scale, 45 * turn)) for turn in range(8)]
    return (*pods, Path(_moved(hub, x, y, scale, 0)))


def _moved(
    segments: Sequence[Segment], x: float, y: float, scale: float, degrees: float
) -> tuple[Segment, ...]:
    turn = math.radians(degrees)
    cos, sin = math.cos(turn) * scale, math.sin(turn) * scale
    moved: list[Segment] = []
    for command, numbers in segments:
        pairs = zip(numbers[::2], numbers[1::2], strict=True)
        flat = [round(v, 4) for px, py in pairs for v in (x + px * cos - py * sin, y + px * sin + py * cos)]
        moved.append((command, tuple(flat)))
    return tuple(moved)
