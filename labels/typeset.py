"""Words set into a given space: wrapped, shrunk and squeezed to limits, never cut.

>>> fit("Rượu men lá Minh Họa", width=18.6, em=2.5, smallest=1.65, lines=2)
Fitted(lines=('Rượu men lá', 'Minh Họa'), em=2.5)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from labels import fonts
from labels.errors import DoesNotFit, GlyphMissing

if TYPE_CHECKING:
    from collections.abc import Mapping

TIGHTEST = 0.84  # horizontal scale below which letters stop being themselves


@dataclass(frozen=True, slots=True)
class Fitted:
    """Lines, and the em that lets each stand in its width (squeezed to TIGHTEST at most)."""

    lines: tuple[str, ...]
    em: float


def fit(
    text: str, *, width: float, em: float, smallest: float, lines: int = 1, weight: fonts.Weight = 700
) -> Fitted | None:
    """The text in at most so many lines, at `em` or the largest size below it that fits; None if none does.

    Wrapping beats shrinking, shrinking beats squeezing.
    """
    size = em
    while size > smallest - 1e-9:
        if wrapped := wrap(text, width, size, lines, weight):
            return Fitted(wrapped, round(size, 3))
        size = size - 0.05 if size - 0.05 > smallest or size <= smallest + 1e-9 else smallest
    if wrapped := wrap(text, width / TIGHTEST, smallest, lines, weight):
        return Fitted(wrapped, smallest)
    return None


def unbroken(text: str) -> str:
    """The text as one piece that no line break divides."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def wrap(
    text: str, width: float, em: float, lines: int, weight: fonts.Weight = 400
) -> tuple[str, ...] | None:
    """The text broken at spaces into at most so many lines of nearly even length, or None.

    A middle dot stays with the word before it; a no-break space holds, and is drawn as a space.
    """
    text = text.replace(" ·", "\N{NO-BREAK SPACE}·")
    broken = _greedy(text, width, em, weight)
    if broken is None or len(broken) > lines:
        return None
    even = _balanced(text, broken, width, em, weight)
    return tuple(line.replace("\N{NO-BREAK SPACE}", " ") for line in even)


def _greedy(text: str, width: float, em: float, weight: fonts.Weight) -> tuple[str, ...] | None:
    broken: list[str] = []
    for word in text.split(" "):
        if fonts.width(word, em, weight) > width:
            return None
        longer = f"{broken[-1]} {word}" if broken else word
        if broken and fonts.width(longer, em, weight) <= width:
            broken[-1] = longer
        else:
            broken.append(word)
    return tuple(broken)


def _balanced(
    text: str, broken: tuple[str, ...], width: float, em: float, weight: fonts.Weight
) -> tuple[str, ...]:
    """The same number of lines, more even where that is a clear gain: no lone last word."""
    best, longest = broken, max(fonts.width(line, em, weight) for line in broken) * 5 / 6
    for step in range(1, 24):
        tighter = _greedy(text, width * (1 - step / 40), em, weight)
        if tighter is None or len(tighter) > len(broken):
            break
        if (widest := max(fonts.width(line, em, weight) for line in tighter)) < longest:
            best, longest = tighter, widest * 0.94
    return best


def compose(fields: Mapping[str, str]) -> dict[str, str]:
    """The fields as NFC; raises GlyphMissing for the first the font cannot draw."""
    composed = {name: fonts.nfc(text) for name, text in fields.items()}
    for name, text in composed.items():
        if lacking := fonts.missing(text):
            raise GlyphMissing(f"{name}: the font has no {lacking}", field=name, characters=lacking)
    return composed


def refuse(field: str, text: str, available: float) -> DoesNotFit:
    """The refusal that names the part with no room."""
    return DoesNotFit(
        f"{field} does not fit: {text!r}", field=field, text=text, available_mm=round(available, 1)
    )
