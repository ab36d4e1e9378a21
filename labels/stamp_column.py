"""The words beside a stamp's symbol, set as blocks one below the other.

Recipes are tried from the richest to the barest, each from large to small; the first that fits its column
is drawn. A product's name is never dropped from a label that has room for words: a name too long is refused.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from labels import fonts
from labels.art import SerialLine, StampArt
from labels.drawing import Mark, Text, box
from labels.stamp_blocks import (
    Part,
    Style,
    caption_header,
    caption_lines,
    flag_lines,
    line,
    name,
    net,
    pin_box,
    plate,
    registry_header,
    serial_line,
    serial_stack,
)
from labels.typeset import refuse

if TYPE_CHECKING:
    from labels.blocks import Block, Draw
    from labels.media import Medium

GAP = 0.6  # mm between quiet zone and words; more beside a large symbol
TINY = 400.0  # mm2: smaller labels carry symbol and serial only
NARROW = 4.6  # mm: a serial in groups
WORDS = 10.8  # mm: a short name, squeezed
WIDE = 15.0  # mm: emblem, name, caption
MODEL_W, MODEL_H = 18.6, 18.2  # mm: the column of the 38.1 x 21.2 stamp the proportions come from


@dataclass(frozen=True, slots=True)
class Room:
    """The label inside its safe margin; `inset` is the margin black marks keep in rounded corners."""

    w: float
    h: float
    r: float
    margin: float
    inset: float
    smallest: float

    @classmethod
    def of(cls, medium: Medium, smallest: float, margin: float) -> Room:
        """The room on that medium's label."""
        corner = medium.r - (medium.r - margin) / 2**0.5 if medium.r > margin else margin
        return cls(medium.w, medium.h, medium.r, margin, max(margin, corner), smallest)

    def left_of(self, y: float, height: float) -> float:
        """How far right a box so placed must stand for its corners to keep the margin in rounded corners."""
        rise = self.r - min(y, self.h - y - height)
        reach = self.r - self.margin
        return self.margin if rise <= 0 or reach <= 0 else self.r - math.sqrt(max(0.0, reach**2 - rise**2))

    @property
    def tiny(self) -> bool:
        """Whether there is no room for words."""
        return self.w * self.h < TINY

    @property
    def serial_height(self) -> float:
        """What a serial under the symbol takes."""
        return 0.35 + fonts.CAPITAL * self.smallest

    @property
    def below(self) -> float:
        """Side of the largest quiet box with the serial below it and a full column beside it."""
        across = self.w - 2 * self.margin - GAP - (NARROW if self.tiny else WIDE)
        return min(self.h - 2 * self.margin - self.serial_height, across)

    @property
    def beside(self) -> float:
        """Side of the largest quiet box with everything else beside it."""
        across = self.w - 2 * self.margin - GAP - (NARROW if self.tiny else WORDS)
        return min(self.h - 2 * self.margin, across)


@dataclass(frozen=True, slots=True)
class Words:
    """A set column: where the quiet box stands, fixed marks, places of the serial."""

    box: tuple[float, float]
    marks: tuple[Mark, ...]
    serial: tuple[SerialLine, ...]


def column(art: StampArt, room: Room, quiet: float, *, under: bool) -> Words:
    """Set the words for a quiet box of that side; raises DoesNotFit for a name too long."""
    top, bottom = room.inset, room.h - room.inset
    em, high = _serial_below(room, quiet) if under else (0.0, quiet)
    y = room.margin + max(0.0, room.h - 2 * room.margin - high) / 2
    x = room.left_of(y, high)
    left = x + quiet + max(GAP, quiet / 26)
    plain = TINY_RECIPES if room.tiny else UNDER if under else BESIDE
    recipes = plain if not art.pin else () if room.tiny else PIN_UNDER if under else PIN_BESIDE
    set_at = _first_fitting(art, recipes, room, left, bottom - top)
    if set_at is None:
        fits_without = art.pin and _first_fitting(art, plain, room, left, bottom - top) is not None
        told = ("pin", art.pin_word) if fits_without else ("name", art.name)
        raise refuse(*told, room.w - room.inset - left)
    marks: list[Mark] = []
    serial: list[SerialLine] = []
    for mark in set_at(left, top):
        (serial if isinstance(mark, SerialLine) else marks).append(mark)  # type: ignore[arg-type]  # split by type
    if under:
        serial.append(SerialLine(x + quiet / 2, y + high, em, quiet, anchor="middle"))
    return Words((x, y), tuple(marks), tuple(serial))


def _serial_below(room: Room, quiet: float) -> tuple[float, float]:
    """The size of a serial under the symbol, as large as it fits, and the height of both."""
    inside = room.h - 2 * room.margin
    em = max(room.smallest, min(quiet / 9.6, (inside - quiet - 0.35) / fonts.CAPITAL, 3.4))
    return em, quiet + 0.35 + fonts.CAPITAL * em


def _first_fitting(
    art: StampArt, recipes: tuple[tuple[tuple[Part, ...], bool], ...], room: Room, left: float, height: float
) -> Draw | None:
    """The richest recipe that fits, ready to be drawn."""
    for parts, spined in recipes:
        band = _band(art, room) if spined and art.flag else 0.0
        width = room.w - room.inset - left - (band + 0.5 if band else 0)
        largest = min(width / MODEL_W, height / MODEL_H, 2.6)
        for step in range(8):
            style = Style(art, width, max(largest * (1.12 - 0.06 * step), 0.5), room.smallest)
            blocks = [part(style) for part in parts]
            whole = [block for block in blocks if block is not None]
            if len(whole) == len(blocks) and _needed(whole, style) <= height + 1e-6:
                return _stacked(whole, height, style, band)
    return None


def _needed(blocks: list[Block], style: Style) -> float:
    return sum(block.height for block in blocks) + (len(blocks) - 1) * _least_gap(style)


def _least_gap(style: Style) -> float:
    return 0.42 * min(style.k, 1.3)


def _stacked(blocks: list[Block], height: float, style: Style, band: float) -> Draw:
    """The blocks spread over the height, with the flag's band at the right edge if there is one."""
    taken = sum(block.height for block in blocks)
    gaps = max(1, len(blocks) - 1)
    gap = min((height - taken) / gaps, 2.0 * style.k)
    spare = max(0.0, height - taken - gap * (len(blocks) - 1)) / 2

    def draw(x: float, y: float) -> tuple[Mark | SerialLine, ...]:
        marks: list[Mark | SerialLine] = (
            list(_spine(style, x + style.width + 0.5, y, band, height)) if band else []
        )
        top = y + spare
        for block in blocks:
            marks += block.draw(x, top)
            top += block.height + gap
        return tuple(marks)

    return draw


def _band(art: StampArt, room: Room) -> float:
    """Width of the black band that carries the flag."""
    del art
    return min(max(room.smallest * 1.35, room.h / 9), 4.5)


def _spine(style: Style, x: float, y: float, band: float, height: float) -> tuple[Mark, ...]:
    """The flag, white on a black band, read from below."""
    em = band / 1.4
    baseline = x + band / 2 + em * 0.28  # a little left of the middle: the dot of an Ạ hangs to the right
    words = Text(
        baseline, y + height / 2, style.art.flag, em, 700, "middle", height - 1.0, paper=True, angle=-90
    )
    return (box(x, y, band, height), words)


UNDER: tuple[tuple[tuple[Part, ...], bool], ...] = (
    ((registry_header, line, name, net, plate), True),
    ((caption_header, line, name, net), True),
    ((name, net, plate), True),
    ((name, plate), True),
)
BESIDE: tuple[tuple[tuple[Part, ...], bool], ...] = (
    ((registry_header, line, name, net, serial_line, plate), True),
    ((caption_header, line, name, net, serial_line), True),
    ((caption_header, line, name, serial_line), True),
    ((caption_header, line, name, serial_stack), False),
    ((caption_lines, line, name, serial_stack), False),
    ((name, serial_stack), False),
)
PIN_UNDER: tuple[tuple[tuple[Part, ...], bool], ...] = (
    ((registry_header, line, name, net, plate, pin_box), True),
    ((caption_header, line, name, net, pin_box), True),
    ((caption_header, line, name, pin_box), True),
    ((caption_lines, name, pin_box), True),
)
PIN_BESIDE: tuple[tuple[tuple[Part, ...], bool], ...] = (
    ((registry_header, line, name, net, serial_line, plate, pin_box), True),
    ((caption_header, line, name, net, serial_line, pin_box), True),
    ((caption_header, line, name, serial_line, pin_box), True),
    ((caption_lines, name, serial_line, pin_box), True),
    ((caption_lines, name, serial_stack, pin_box), False),
)
TINY_RECIPES: tuple[tuple[tuple[Part, ...], bool], ...] = (((flag_lines, serial_stack), False),)
