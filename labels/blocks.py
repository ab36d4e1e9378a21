"""Parts of a column of words: each knows its height, and draws itself where it is put."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from labels.drawing import Text

if TYPE_CHECKING:
    from labels import fonts
    from labels.art import SerialLine
    from labels.drawing import Mark
    from labels.typeset import Fitted

LINE = 1.13  # baseline to baseline, in em
ABOVE = 0.82  # from a block's top to its first baseline, in em: room for marks on small letters
TALL = 0.98  # the same for a capital with marks on it
BELOW = 0.24

Piece: TypeAlias = "Mark | SerialLine"
Draw: TypeAlias = Callable[[float, float], tuple[Piece, ...]]


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a column: its height, and how to draw it with its top-left corner given."""

    height: float
    draw: Draw


NOTHING = Block(0, lambda _x, _y: ())


def rise(line: str) -> float:
    """How far a line reaches above its baseline, in em.

    >>> rise("Mẫu Sơn"), rise("MẪU")
    (0.82, 0.98)
    """
    marked = any(c.isupper() and len(unicodedata.normalize("NFD", c)) > 1 for c in line)
    return TALL if marked else ABOVE


def set_lines(fitted: Fitted, width: float, weight: fonts.Weight) -> Block:
    """Fitted lines one below the other."""
    em, places = fitted.em, baselines(fitted)

    def draw(x: float, y: float) -> tuple[Mark, ...]:
        return tuple(
            Text(x, y + em * place, line, em, weight, limit=width)
            for place, line in zip(places, fitted.lines, strict=True)
        )

    return Block(em * (places[-1] + BELOW), draw)


def baselines(fitted: Fitted) -> tuple[float, ...]:
    """The lines' baselines below the block's top, in em."""
    places: list[float] = []
    for line in fitted.lines:
        reach = rise(line)
        places.append(places[-1] + max(LINE, reach + BELOW - 0.08) if places else reach)
    return tuple(places)
