"""The parts of a stamp's column: emblem and words, name, net content, the plate that says what to do, serial.

Each takes a style (art, width, scale) and gives a block, or nothing if it cannot stand in that width.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from labels import fonts
from labels.art import SerialLine, StampArt
from labels.blocks import LINE, NOTHING, Block, Piece, set_lines
from labels.drawing import Mark, Path, Rule, Text, box, emblem, polygon
from labels.typeset import TIGHTEST, Fitted, fit


@dataclass(frozen=True, slots=True)
class Style:
    """Everything a block needs to set itself: the art, its width, the scale, the smallest em."""

    art: StampArt
    width: float
    k: float
    smallest: float

    def em(self, model: float) -> float:
        """A size of the model stamp at this scale, never below the smallest."""
        return max(model * self.k, self.smallest)


Part: TypeAlias = Callable[[Style], "Block | None"]


def _header(words: tuple[str, ...], style: Style) -> Block | None:
    """The emblem with words at its right, centred on it."""
    size = max(5.6, 6 * min(style.k, 1.6))
    em, lead = style.em(2.05), max(0.7, size * 0.16)
    width = style.width - size - lead
    widest = max(fonts.width(word, em, 600) for word in words)
    if widest * TIGHTEST > width or em * LINE * len(words) > size * 1.25:
        return None
    pitch = em * 1.2
    height = max(size, pitch * len(words))

    def draw(x: float, y: float) -> tuple[Mark, ...]:
        first = y + height / 2 - pitch * (len(words) - 1) / 2 + em * 0.34
        lines = (
            Text(x + size + lead, first + pitch * row, word, em, 600, limit=width)
            for row, word in enumerate(words)
        )
        return (*emblem(x + size / 2, y + height / 2, size), *lines)

    return Block(height, draw)


def registry_header(style: Style) -> Block | None:
    """Emblem and the registry's name."""
    return _header(style.art.registry, style)


def caption_header(style: Style) -> Block | None:
    """Emblem and what to do, in two or three lines."""
    size = max(5.6, 6 * min(style.k, 1.6))
    em = style.em(2.05)
    fitted = fit(style.art.caption, width=style.width - size * 1.16, em=em, smallest=em, lines=3, weight=600)
    return _header(fitted.lines, style) if fitted else None


def caption_lines(style: Style) -> Block | None:
    """What to do, without the emblem."""
    fitted = fit(style.art.caption, width=style.width, em=style.em(1.9), smallest=style.smallest, lines=2)
    return set_lines(fitted, style.width, 600) if fitted else None


def line(style: Style) -> Block | None:
    """A hairline across the column."""
    pen = 0.2502 if style.smallest > fonts.MIN_EM else 0.2

    def draw(x: float, y: float) -> tuple[Mark, ...]:
        return (Rule(x, y + pen / 2, x + style.width, y + pen / 2, pen),)

    return Block(pen, draw)


def name(style: Style) -> Block | None:
    """The product's name in at most two lines (three on large stamps)."""
    rows = 3 if style.k > 1.4 else 2
    fitted = fit(
        style.art.name,
        width=style.width,
        em=style.em(2.5),
        smallest=max(style.smallest, style.k * 1.75),
        lines=rows,
    )
    return set_lines(fitted, style.width, 700) if fitted else None


def net(style: Style) -> Block | None:
    """Net content on one line; nothing where there is none."""
    if not style.art.net_content:
        return NOTHING
    fitted = fit(
        style.art.net_content, width=style.width, em=style.em(1.75), smallest=style.smallest, weight=400
    )
    return set_lines(fitted, style.width, 400) if fitted else None


def plate(style: Style) -> Block | None:
    """What to do, white on a black plate that points at the symbol."""
    em = style.em(1.78)
    height, tip = em * 1.6, em * 0.8
    room = style.width - tip - em * 0.5
    if fonts.width(style.art.caption, em, 700) * TIGHTEST > room:
        return None

    def draw(x: float, y: float) -> tuple[Mark, ...]:
        right, low = x + style.width, y + height
        arrow: Path = polygon((x, y + height / 2), (x + tip, y), (right, y), (right, low), (x + tip, low))
        middle, baseline = x + tip + (style.width - tip) / 2, y + height / 2 + em * 0.33
        return (
            arrow,
            Text(middle - em * 0.1, baseline, style.art.caption, em, 700, "middle", room, paper=True),
        )

    return Block(height, draw)


def serial_line(style: Style) -> Block | None:
    """The whole serial on one line."""
    em = style.em(1.85)
    if em * 9.8 * TIGHTEST > style.width:
        return None

    def draw(x: float, y: float) -> tuple[SerialLine, ...]:
        return (SerialLine(x, y + em * fonts.CAPITAL, em, style.width),)

    return Block(em * fonts.CAPITAL, draw)


def serial_stack(style: Style) -> Block | None:
    """The serial in three groups, one below the other, with net content or flag at its right."""
    em, pitch = style.em(1.95), style.em(1.95) * 1.1
    width = min(em * 3.05, style.width)
    height = em * fonts.CAPITAL + 2 * pitch
    aside = style.width - width - 1.2

    def draw(x: float, y: float) -> tuple[Piece, ...]:
        rows = [y + em * fonts.CAPITAL + pitch * row for row in range(3)]
        groups = [SerialLine(x, baseline, em, width, group) for group, baseline in enumerate(rows)]
        if aside < 4 or not (style.art.net_content or style.art.flag):
            return tuple(groups)
        upright = Rule(x + width + 0.6, y, x + width + 0.6, y + height, 0.2)
        return (*groups, upright, *_aside(style, x + width + 1.2, y, aside, height))

    return Block(height, draw)


PIN_HEIGHT, PIN_WIDTH = 4.2, 12.0  # mm: the least box a scratch label covers by hand


def pin_box(style: Style) -> Block | None:
    """The PIN in a box of its own with its name at the left, or above where the column is narrow.

    The name stands outside: covered, the box still says what is under it.
    """
    art, name_em = style.art, style.em(1.75)
    em = max(style.em(2.2), 2.0)
    name_width = fonts.width(art.pin_word, name_em, 600)
    aside = style.width - name_width - 0.8 >= PIN_WIDTH
    left, above = (name_width + 0.8, 0.0) if aside else (0.0, name_em * 1.15)
    width, height = min(style.width - left, 24.0), max(PIN_HEIGHT, em * 1.9)
    if width < PIN_WIDTH:
        return None

    def draw(x: float, y: float) -> tuple[Piece, ...]:
        top = y + above
        named = top + height / 2 + name_em * 0.34 if aside else y + name_em * 0.85
        inside = (x + left + width / 2, top + (height + em * fonts.CAPITAL) / 2)
        return (
            Text(x, named, art.pin_word, name_em, 600, limit=style.width),
            box(x + left + 0.1, top + 0.1, width - 0.2, height - 0.2, 0.5, stroke=0.2),
            SerialLine(*inside, em, width - 1.6, anchor="middle", pin=True, box=(width, height)),
        )

    return Block(above + height, draw)


def _aside(style: Style, x: float, y: float, width: float, height: float) -> tuple[Mark, ...]:
    """Up to three short lines at the serial's right: net content in parts, the flag on black."""
    em = style.em(1.75)
    parts = [part.strip() for part in style.art.net_content.split("·") if part.strip()]
    words = style.art.flag.split()
    pitch = (height - em * fonts.CAPITAL) / 2
    rows = [y + em * fonts.CAPITAL + pitch * row for row in range(3)]
    shown = parts[: 3 - len(words)]
    marks: list[Mark] = [
        Text(x, baseline, part, em, 600, limit=width) for part, baseline in zip(shown, rows, strict=False)
    ]
    if words:
        top = rows[3 - len(words)] - em * (fonts.CAPITAL + 0.3)
        marks.append(box(x, top, width, y + height + em * 0.12 - top))
        marks += [
            Text(x + width / 2, baseline - em * 0.14, word, em, 700, "middle", width - 0.5, paper=True)
            for word, baseline in zip(words, rows[3 - len(words) :], strict=True)
        ]
    return tuple(marks)


def flag_lines(style: Style) -> Block | None:
    """The flag's words in the narrowest column; nothing where there is none."""
    if not style.art.flag:
        return NOTHING
    lines = tuple(style.art.flag.split())
    return set_lines(Fitted(lines, style.smallest), style.width, 700)
