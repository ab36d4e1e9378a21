"""Printer dots: the same marks as a 1-bit picture, modules on whole dots, nothing dithered.

Drivers that rasterise a page smear bars, and cheap printers have no Vietnamese letters: so the whole label is
drawn here, dot by dot. Symbols are copied dot for dot; words and shapes are drawn larger and thresholded.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFont

from labels import fonts
from labels.drawing import Mask, Path, Rule, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from labels.drawing import Mark, Segment

INCH = 25.4
CURVE_STEPS = 12
COVERED = 118  # of 255: the share of a dot that must be ink; a little below half, or thin strokes break


def dots(mm: float, dpi: int) -> int:
    """The nearest whole number of dots."""
    return round(mm * dpi / INCH)


def paint(marks: Iterable[Mark], w: float, h: float, dpi: int) -> Image.Image:
    """Marks on w by h mm as a 1-bit picture: 0 is ink, as Pillow has it."""
    size = (dots(w, dpi), dots(h, dpi))
    finer = 4 if dpi <= 300 else 2
    fine = Image.new("L", (size[0] * finer, size[1] * finer), 0)
    scale = dpi / INCH * finer
    masks = []
    for mark in marks:
        match mark:
            case Mask():
                masks.append(mark)
            case Text():
                _text(fine, mark, scale)
            case Rule():
                _rule(fine, mark, dpi, finer)
            case Path():
                _path(fine, mark, scale)
    ink = np.asarray(fine.reduce(finer)) >= COVERED
    for mask in masks:
        ink = _mask(ink, mask, dpi)
    return Image.fromarray(~ink)


def _mask(ink: np.ndarray, mask: Mask, dpi: int) -> np.ndarray:
    across, down = (max(1, dots(size, dpi)) for size in (mask.module_w, mask.module_h))
    symbol = np.kron(mask.modules, np.ones((down, across), dtype=np.bool_)).astype(np.bool_)
    x, y = dots(mask.x, dpi), dots(mask.y, dpi)
    painted = ink.copy()
    painted[y : y + symbol.shape[0], x : x + symbol.shape[1]] |= symbol[
        : ink.shape[0] - y, : ink.shape[1] - x
    ]
    return painted


def _rule(fine: Image.Image, rule: Rule, dpi: int, finer: int) -> None:
    """A straight line of at least one whole dot, on whole dots."""
    pen = max(1, dots(rule.width, dpi))
    x1, x2 = sorted((rule.x1, rule.x2))
    y1, y2 = sorted((rule.y1, rule.y2))
    level = rule.y1 == rule.y2
    left = dots(x1, dpi) if level else dots(x1 - rule.width / 2, dpi)
    top = dots(y1 - rule.width / 2, dpi) if level else dots(y1, dpi)
    right = dots(x2, dpi) if level else left + pen
    low = top + pen if level else dots(y2, dpi)
    ImageDraw.Draw(fine).rectangle((left * finer, top * finer, right * finer - 1, low * finer - 1), fill=255)


@lru_cache(maxsize=64)
def _font(weight: fonts.Weight, pixels: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(fonts.path(weight), pixels, layout_engine=ImageFont.Layout.BASIC)


def _text(fine: Image.Image, mark: Text, scale: float) -> None:
    """One line, set in its own picture, squeezed, turned, and laid down by its baseline."""
    pixels = max(4, round(mark.em * scale))
    font = _font(mark.weight, pixels)
    rise, pad = round(pixels * 1.1), pixels
    picture = Image.new("L", (int(font.getlength(mark.text)) + 2 * pad, rise + round(pixels * 0.4)), 0)
    ImageDraw.Draw(picture).text((pad, rise), mark.text, font=font, fill=255, anchor="ls")
    true = mark.width * scale / max(font.getlength(mark.text), 1)
    if abs(true - 1) > 0.004:
        picture = picture.resize(
            (max(1, round(picture.width * true)), picture.height), Image.Resampling.BICUBIC
        )
    origin: tuple[float, float] = (pad * true - (mark.left - mark.x) * scale, rise)
    if mark.angle:
        picture, origin = _turned(picture, origin, mark.angle)
    corner = (round(mark.x * scale - origin[0]), round(mark.y * scale - origin[1]))
    fine.paste(0 if mark.paper else 255, corner, picture)


def _turned(
    picture: Image.Image, origin: tuple[float, float], angle: float
) -> tuple[Image.Image, tuple[float, float]]:
    """A picture turned clockwise about its origin, which is put in the middle first."""
    reach = int(max(origin[0], picture.width - origin[0], origin[1], picture.height - origin[1])) + 2
    square = Image.new("L", (2 * reach, 2 * reach), 0)
    square.paste(picture, (round(reach - origin[0]), round(reach - origin[1])))
    return square.rotate(-angle, Image.Resampling.BICUBIC), (reach, reach)


def _path(fine: Image.Image, path: Path, scale: float) -> None:
    loops = [[(x * scale, y * scale) for x, y in loop] for loop in flattened(path.segments)]
    shape = Image.new("1", fine.size, 0)
    for loop in loops:
        layer = Image.new("1", fine.size, 0)
        draw = ImageDraw.Draw(layer)
        if path.stroke is None:
            draw.polygon(loop, fill=1)
        else:
            draw.line([*loop, loop[0]], fill=1, width=max(1, round(path.stroke * scale)), joint="curve")
        shape = ImageChops.logical_xor(shape, layer)
    fine.paste(0 if path.paper else 255, (0, 0), shape)


def flattened(segments: Sequence[Segment]) -> list[list[tuple[float, float]]]:
    """Closed outlines with curves as short chords."""
    loops: list[list[tuple[float, float]]] = []
    for command, numbers in segments:
        if command == "M":
            loops.append([(numbers[0], numbers[1])])
        elif command == "L":
            loops[-1].append((numbers[0], numbers[1]))
        elif command == "C":
            loops[-1] += _curve(loops[-1][-1], numbers)
    return loops


def _curve(start: tuple[float, float], numbers: tuple[float, ...]) -> list[tuple[float, float]]:
    x1, y1, x2, y2, x3, y3 = numbers
    points = []
    for step in range(1, CURVE_STEPS + 1):
        t = step / CURVE_STEPS
        a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
        points.append((a * start[0] + b * x1 + c * x2 + d * x3, a * start[1] + b * y1 + c * y2 + d * y3))
    return points
