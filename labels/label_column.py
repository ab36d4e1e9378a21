"""The words of a product label, in the order they are read, as large as the room allows.

Proportions come from the drawing of the 63.5 x 38.1 mm label. All parts are set at one scale; the largest at
which every part stands in the column is taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from labels import fonts
from labels.art import SerialLine
from labels.blocks import Block, Piece, baselines, set_lines
from labels.drawing import Rule, Text, box
from labels.errors import DoesNotFit
from labels.face import LabelFace
from labels.typeset import TIGHTEST, fit, unbroken

if TYPE_CHECKING:
    from labels.drawing import Mark

LARGEST, STEP = 2.6, 0.04
GAP = 0.55  # mm between parts at scale 1
FIGURES = 4.0  # mm: least height of the net content's figures


@dataclass(frozen=True, slots=True)
class Setting:
    """The face, its column's width, the scale, the smallest em."""

    face: LabelFace
    width: float
    s: float
    smallest: float

    def em(self, model: float) -> float:
        """A size of the model label at this scale, never below the smallest."""
        return max(model * self.s, self.smallest)


def column(
    face: LabelFace, x: float, y: float, width: float, height: float, smallest: float
) -> tuple[Mark, ...]:
    """Set the words in a column; raises DoesNotFit naming the part that is too long, or all together."""
    least: list[tuple[str, Block | None]] = []
    for step in range(round((LARGEST - 0.6) / STEP) + 1):
        setting = Setting(face, width, LARGEST - step * STEP, smallest)
        least = _parts(setting)
        blocks = [block for _, block in least if block is not None]
        if len(blocks) == len(least) and _taken(blocks, setting.s) <= height + 1e-6:
            return _stacked(blocks, x, y, height, setting.s)
    raise _explained(least, height)


def _explained(parts: list[tuple[str, Block | None]], height: float) -> DoesNotFit:
    """The refusal that names the part too wide, or says how much height is missing."""
    for name, block in parts:
        if block is None:
            return DoesNotFit(f"{name} is too long for the label", field=name)
    needed = _taken([block for _, block in parts if block is not None], 0.6)
    heights = {name: round(block.height, 1) for name, block in parts if block is not None}
    return DoesNotFit(
        f"the words need {needed:.1f} mm of height, there are {height:.1f}",
        field="words",
        needed_mm=round(needed, 1),
        available_mm=round(height, 1),
        parts=heights,
    )


def _taken(blocks: list[Block], s: float) -> float:
    return sum(block.height for block in blocks) + GAP * min(s, 1.2) * (len(blocks) - 1)


def _stacked(blocks: list[Block], x: float, y: float, height: float, s: float) -> tuple[Mark, ...]:
    spare = height - sum(block.height for block in blocks)
    gap = min(spare / max(1, len(blocks) - 1), 2.4 * s)
    marks: list[Piece] = []
    for block in blocks:
        marks += block.draw(x, y)
        y += block.height + gap
    return tuple(mark for mark in marks if not isinstance(mark, SerialLine))


def _parts(setting: Setting) -> list[tuple[str, Block | None]]:
    """Every part the face has, by the name of its field; None where it is too wide at this scale."""
    face = setting.face
    parts: list[tuple[str, Block | None]] = [("name", _name(setting))]
    if face.net_content or face.alcohol or face.origin:
        parts.append(("net_content", _plate(setting)))
    if face.producer:
        parts.append(("producer", _words(setting, f"{face.words.producer} {face.producer}", 1.85, 700)))
    if face.address:
        parts.append(("address", _words(setting, face.address, 1.75, 400)))
    if face.ingredients:
        told = f"{face.words.ingredients} {face.ingredients}"
        parts.append(("ingredients", _words(setting, told, 1.75, 400, lines=6)))
    if cells := _facts(face):
        parts.append(("lot", _cells(setting, cells)))
    named = ", ".join(unbroken(name) for name in (*face.certificates, *face.marks))
    if named:
        parts.append(("certificates", _words(setting, f"{face.words.certificates} {named}", 1.72, 400)))
    if face.storage:
        parts.append(("storage", _words(setting, f"{face.words.storage} {face.storage}", 1.75, 400)))
    parts += [
        (f"warnings.{at}", _words(setting, warning, 1.75, 700)) for at, warning in enumerate(face.warnings)
    ]
    return parts


def _words(
    setting: Setting, text: str, model: float, weight: fonts.Weight, *, lines: int = 4
) -> Block | None:
    em = setting.em(model)
    fitted = fit(text, width=setting.width, em=em, smallest=em, lines=lines, weight=weight)
    return set_lines(fitted, setting.width, weight) if fitted else None


def _name(setting: Setting) -> Block | None:
    """The name in at most three lines, with the demo word framed after it."""
    em = setting.em(4.2)
    face = setting.face
    tag = setting.em(1.75)
    tag_w, tag_h = fonts.width(face.words.demo, tag, 700) + tag * 0.9, tag * 1.6
    beside_tag = setting.width - tag_w - tag if face.demo else setting.width
    fitted = fit(face.name, width=beside_tag, em=em, smallest=em * 0.85) or fit(
        face.name, width=setting.width, em=em, smallest=em * 0.7, lines=3
    )
    if fitted is None:
        return None
    body = set_lines(fitted, setting.width, 700)
    if not face.demo:
        return body
    last = fonts.width(fitted.lines[-1], fitted.em, 700)
    beside = last + tag + tag_w <= setting.width

    def draw(x: float, y: float) -> tuple[Piece, ...]:
        baseline = y + fitted.em * baselines(fitted)[-1]
        left = x + last + tag if beside else x
        top = baseline - tag_h * 0.86 if beside else y + body.height + tag * 0.2
        frame = box(left, top, tag_w, tag_h, tag * 0.3, stroke=0.25)
        word = Text(left + tag_w / 2, top + tag_h / 2 + tag * 0.36, face.words.demo, tag, 700, "middle")
        return (*body.draw(x, y), frame, word)

    return Block(body.height + (0 if beside else tag_h + tag * 0.4), draw)


def _plate(setting: Setting) -> Block | None:
    """Net content in large figures, alcohol and origin beside it, white on black."""
    face, width = setting.face, setting.width
    big = max(FIGURES / fonts.CAPITAL, 5.3 * setting.s)
    figure, _, unit = face.net_content.partition(" ")
    unit_em = big * 0.58
    figure_w = fonts.width(figure, big, 700) if figure else 0.0
    unit_w = fonts.width(unit, unit_em, 600) if unit else 0.0
    pad = 0.18 * big
    taken = pad + figure_w + (pad + unit_w if unit else 0)
    origin = f"{face.words.origin} {face.origin}" if face.origin else ""
    sides = [(text, weight) for text, weight in ((face.alcohol, 700), (origin, 600)) if text]
    em = setting.em(1.85)
    room = width - taken - 3 * pad
    height = big * fonts.CAPITAL + 2 * pad
    if room < 0 or any(fonts.width(text, em, 700) * TIGHTEST > room for text, _ in sides):
        return None

    def draw(x: float, y: float) -> tuple[Mark, ...]:
        base = y + pad + big * fonts.CAPITAL
        marks: list[Mark] = [
            box(x, y, width, height),
            Text(x + pad, base, figure, big, 700, paper=True),
            Text(x + 2 * pad + figure_w, base, unit, unit_em, 600, paper=True),
        ]
        first = y + height / 2 - em * 0.6 * (len(sides) - 1) + em * 0.35
        marks += [
            Text(x + width - pad - room, first + row * em * 1.2, text, em, 700, limit=room, paper=True)
            for row, (text, _) in enumerate(sides)
        ]
        return tuple(mark for mark in marks if not isinstance(mark, Text) or mark.text)

    return Block(height, draw)


def _facts(face: LabelFace) -> list[tuple[str, str]]:
    words = face.words
    facts = [
        (words.lot, face.lot),
        (words.made, face.made_on),
        (words.packed, face.packed_on),
        (words.expires, face.expires_on),
    ]
    return [(label, value) for label, value in facts if value]


def _cells(setting: Setting, facts: list[tuple[str, str]]) -> Block | None:
    """Lot and days in cells between two hairlines, in one row or two."""
    small, large = setting.em(1.65), setting.em(1.9)
    for across in (len(facts), (len(facts) + 1) // 2, 1):
        cell = setting.width / across
        room = cell - 0.6 if across > 1 else cell
        if all(fonts.width(value, large, 700) * TIGHTEST <= room for _, value in facts):
            break
    else:
        return None
    line, rows = small * 1.0 + large * 1.18, -(-len(facts) // across)
    pad = 0.28 * small
    height = rows * line + (rows - 1) * pad + 2 * pad + 0.15

    def draw(x: float, y: float) -> tuple[Mark, ...]:
        marks: list[Mark] = [Rule(x, at, x + setting.width, at, 0.18) for at in (y + 0.09, y + height)]
        for at, (label, value) in enumerate(facts):
            left, top = x + at % across * cell, y + pad + at // across * (line + pad)
            marks.append(Text(left, top + small * 0.86, label, small, 400, limit=room))
            marks.append(Text(left, top + small + large * 0.88, value, large, 700, limit=room))
        return tuple(marks)

    return Block(height + 0.1, draw)
