"""Flat drawings in place of photographs: two-pixel outlines, three tints, on sand (never a made-up photo).

>>> len(drawing("bottle")) > 1000
True
"""

from collections.abc import Callable, Mapping
from io import BytesIO
from math import cos, pi, sin

from PIL import Image, ImageDraw

SIZE, FINE = 480, 3
SAND, CARD, BROWN = "#f3e9da", "#fffdf8", "#7a3e14"
Draw = ImageDraw.ImageDraw


def drawing(subject: str) -> bytes:
    """A PNG of 480 by 480 pixels of one of ``SUBJECTS``."""
    canvas = Image.new("RGB", (SIZE * FINE, SIZE * FINE), SAND)
    SUBJECTS[subject](ImageDraw.Draw(canvas))
    out = BytesIO()
    canvas.resize((SIZE, SIZE), Image.Resampling.LANCZOS).save(out, "PNG")
    return out.getvalue()


def _at(*points: float) -> list[float]:
    return [point * FINE for point in points]


def _shape(draw: Draw, points: list[tuple[float, float]], fill: str, outline: str) -> None:
    fine = [(x * FINE, y * FINE) for x, y in points]
    draw.polygon(fine, fill=fill)
    draw.line([*fine, fine[0], fine[1]], fill=outline, width=6 * FINE, joint="curve")


def _ellipse(
    draw: Draw, box: tuple[float, float, float, float], fill: str, outline: str | None = None
) -> None:
    draw.ellipse(_at(*box), fill=fill, outline=outline, width=6 * FINE)


def _bottle(draw: Draw) -> None:
    _ellipse(draw, (140, 420, 340, 450), "#e3d8c6")
    draw.rounded_rectangle(_at(208, 40, 272, 90), 8 * FINE, fill="#a9703c")
    glass = [(204, 86), (276, 86), (276, 150), (290, 180), (326, 210), (332, 240), (332, 410), (318, 430)]
    _shape(draw, [*glass, *((480 - x, y) for x, y in reversed(glass))], "#dfeae0", "#54705c")
    draw.rectangle(_at(148, 250, 332, 380), fill=CARD, outline=BROWN, width=5 * FINE)
    for turn in (-0.5, 0.5):
        _leaf(draw, 240 + 60 * turn, 318, turn)


def _leaf(draw: Draw, x: float, y: float, turn: float) -> None:
    ring = [(22 * cos(a) * abs(cos(a / 2)), 48 * sin(a)) for a in (i * pi / 24 for i in range(48))]
    turned = [(x + u * cos(turn) - v * sin(turn), y + u * sin(turn) + v * cos(turn)) for u, v in ring]
    draw.polygon([(u * FINE, v * FINE) for u, v in turned], fill="#4f7d52")


def _custard_apple(draw: Draw) -> None:
    _ellipse(draw, (120, 410, 360, 440), "#e3d8c6")
    _ellipse(draw, (105, 120, 375, 425), "#a9c28f", "#5d7a4c")
    for row, columns in enumerate((3, 5, 6, 6, 5, 3)):
        for column in range(columns):
            x, y = 240 + (column - (columns - 1) / 2) * 46, 160 + row * 45
            _ellipse(draw, (x - 22, y - 20, x + 22, y + 20), "#bdd3a5", "#5d7a4c")
    draw.line(_at(240, 122, 246, 70), fill="#6b4a2b", width=14 * FINE)


def _persimmon(draw: Draw) -> None:
    _ellipse(draw, (110, 405, 370, 437), "#e3d8c6")
    _ellipse(draw, (90, 150, 390, 420), "#e08a3c", "#a65a1c")
    _ellipse(draw, (130, 180, 200, 240), "#eba865")
    for turn in (0.3, 1.9, 3.4, 4.9):
        _leaf(draw, 240 + 46 * cos(turn), 165 + 24 * sin(turn), turn + pi / 2)
    draw.line(_at(240, 160, 240, 96), fill="#6b4a2b", width=14 * FINE)


def _star_anise(draw: Draw) -> None:
    _ellipse(draw, (110, 400, 370, 432), "#e3d8c6")
    for number in range(8):
        turn = number * pi / 4
        tip, side = 168.0, 44.0
        outline = [(0.0, 0.0), (0.55 * tip, -side), (tip, 0.0), (0.55 * tip, side)]
        turned = [
            (240 + u * cos(turn) - v * sin(turn), 235 + u * sin(turn) + v * cos(turn)) for u, v in outline
        ]
        _shape(draw, turned, "#a9703c", BROWN)
        x, y = 240 + 92 * cos(turn), 235 + 92 * sin(turn)
        _ellipse(draw, (x - 15, y - 15, x + 15, y + 15), "#d9b48a", BROWN)
    _ellipse(draw, (216, 211, 264, 259), BROWN)


def _jar(draw: Draw) -> None:
    _ellipse(draw, (120, 415, 360, 447), "#e3d8c6")
    draw.rounded_rectangle(_at(130, 130, 350, 430), 40 * FINE, fill="#efc77a", outline=BROWN, width=6 * FINE)
    draw.rounded_rectangle(_at(150, 80, 330, 140), 12 * FINE, fill="#a9703c", outline=BROWN, width=5 * FINE)
    draw.rectangle(_at(130, 230, 350, 350), fill=CARD, outline=BROWN, width=5 * FINE)
    _leaf(draw, 240, 290, 0.4)


SUBJECTS: Mapping[str, Callable[[Draw], None]] = {
    "bottle": _bottle,
    "custard_apple": _custard_apple,
    "persimmon": _persimmon,
    "star_anise": _star_anise,
    "jar": _jar,
}
