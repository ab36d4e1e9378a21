"""Serials set in type, thousands at a time: the lines of `SerialLine.set` as page content with holes.

A line in the middle of its place begins half its width to the left: the adjustment of TJ says so before the
letters, in thousandths of an em, and the horizontal scale of a squeezed line shrinks it too. On a rim every
letter stands in a frame of its own, one of 3,600 that are written out beforehand.

ISO 32000-1, 9.3 text state, 9.4 text objects.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from labels import fonts
from labels.canvas import MM
from labels.qr_reference import ALPHABET
from labels.stencil import Hole
from labels.svg import number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from labels.art import SerialLine
    from labels.stencil import Piece

    Bytes = NDArray[np.uint8]
    Numbers = NDArray[np.int64]

WEIGHT: fonts.Weight = 600  # of every serial, as SerialLine.set has it
GROUP = 4
LETTERS = ALPHABET  # none of them needs an escape in a PDF string
FRAMES = 3600  # places round a rim, a tenth of a degree apart, as drawing.arc_text has them
_DIGITS = np.array([list(b"%5d" % value) for value in range(20_000)], np.uint8)
_PERCENT = np.array([list(b"%3d" % value) for value in range(101)], np.uint8)
_FRAME = 4 * 7 + 2 * 9 + len(b" Tm[")  # bytes of one letter's frame on a rim
_LETTER = _FRAME + len(b"12345(7)]TJ")  # and with its half width and itself


@dataclass(frozen=True, slots=True)
class SetLine:
    """One line of many stamps: letters, widths and their sum (thousandths of an em), the scale (percent)."""

    letters: Bytes
    widths: Numbers
    natural: Numbers
    scale: Numbers


def set_line(line: SerialLine, codes: Bytes) -> SetLine:
    """The line of many serials, or PINs, given as ASCII codes of shape (n, length)."""
    letters = _letters(line, codes)
    widths = _advances()[letters]
    natural = widths.sum(axis=1)
    wide = natural * (line.em / 1000)
    scale = np.where(wide > line.limit, np.floor(line.limit / wide * 100), 100)
    return SetLine(letters, widths, natural, scale.astype(np.int64))


def record(line: SerialLine, at: int, font: str, height: float, length: int) -> list[Piece]:
    """Page content of the line, `at` its place among the stamp's, on a label `height` mm high."""
    place = f"{number(line.x * MM)} {number((height - line.y) * MM)}".encode()
    letters = _letters(line, np.zeros((1, length), np.uint8)).shape[1]
    chosen = b" Tz %s %s Tf" % (font.encode(), number(line.em * MM).encode())
    scale = Hole(3, lambda stamps: _PERCENT[stamps.lines[at].scale])
    if line.radius:
        rim = Hole(letters * _LETTER, lambda stamps: _on_rim(line, stamps.lines[at]))
        return [b"q 1 0 0 1 %s cm BT " % place, scale, chosen, rim, b" ET Q\n"]
    shift: list[Piece] = []
    if line.anchor == "middle":
        shift = [Hole(5, lambda stamps: _DIGITS[stamps.lines[at].natural // 2])]
    text = Hole(letters, lambda stamps: stamps.lines[at].letters)
    return [b"BT ", scale, chosen + b" 1 0 0 1 %s Tm[" % place, *shift, b"(", text, b")]TJ ET\n"]


def _letters(line: SerialLine, codes: Bytes) -> Bytes:
    """The letters of the line: a PIN, one group of the serial, or all of them with hyphens between."""
    if line.pin:
        return codes
    length = codes.shape[1]
    if line.group is not None:
        return codes[:, line.group * GROUP : line.group * GROUP + GROUP]
    letters = np.full((len(codes), length + (length - 1) // GROUP), ord("-"), np.uint8)
    for group, start in enumerate(range(0, length, GROUP)):
        part = codes[:, start : start + GROUP]
        letters[:, start + group : start + group + part.shape[1]] = part
    return letters


@cache
def _advances() -> Numbers:
    """Widths of letters by their code, in thousandths of an em."""
    widths = np.zeros(256, np.int64)
    for letter in LETTERS:
        widths[ord(letter)] = round(fonts.width(letter, 1000, WEIGHT))
    return widths


def _on_rim(line: SerialLine, of: SetLine) -> Bytes:
    """Each letter in its frame, centred there: as drawing.arc_text bends a line, inward."""
    natural = of.natural[:, np.newaxis]
    middles = np.cumsum(of.widths, axis=1) - of.widths / 2 - natural / 2
    squeeze = np.minimum(1, line.limit / (natural * (line.em / 1000)))
    angles = line.middle - np.degrees(middles * (line.em / 1000) * squeeze / line.radius)
    frames = _frames(line.radius)[np.rint(angles * 10).astype(np.int64) % FRAMES]
    written = np.empty((*of.letters.shape, _LETTER), np.uint8)
    written[:] = np.frombuffer(b" " * _FRAME + b"12345(7)]TJ", np.uint8)
    written[..., :_FRAME] = frames
    written[..., _FRAME : _FRAME + 5] = _DIGITS[of.widths // 2]
    written[..., _FRAME + 6] = of.letters
    return written.reshape(len(of.letters), -1)


@cache
def _frames(radius: float) -> Bytes:
    """Text matrices round a circle: where a letter's foot stands, and how it leans."""
    written = []
    for tenth in range(FRAMES):
        clock = math.radians(tenth / 10)
        cos, sin = -math.cos(clock), math.sin(clock)  # upright at the bottom of the rim
        place = (radius * MM * math.sin(clock), radius * MM * math.cos(clock))
        turned = b" %6.3f %6.3f %6.3f %6.3f " % (cos, sin, -sin, cos)
        written.append(list(turned + b"%8.3f %8.3f Tm[" % place))
    return np.array(written, np.uint8)
