"""The line in a sheet's margin: which run, which sheet, which serials, which calibration.

It puts a stack that fell down in order again. A medium whose labels reach to its edges has no line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from labels import fonts
from labels.art import grouped
from labels.drawing import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from labels.media import Medium

ROOM: Final = 5.5  # mm of margin the line needs
EM: Final = 2.2
PRINTERS_EDGE: Final = 4.3  # mm that most laser printers cannot reach
_HOLES: Final = re.compile(r"\{(run|sheet|sheets|range|calibration)\}")


@dataclass(frozen=True, slots=True)
class SheetFooter:
    """The line in a sheet's margin; `words` is its sentence in the reader's language.

    Its holes are {run}, {sheet}, {sheets}, {range} and {calibration}; other braces stand as they are.
    `first_sheet` and `sheets` count over the whole run where a run is cut into several files.
    """

    run: str
    calibration: str = "–"
    first_sheet: int = 1
    sheets: int | None = None
    words: str = "Lệnh in {run} · tờ {sheet}/{sheets} · {range} · căn chỉnh {calibration}"


@dataclass(frozen=True, slots=True)
class SheetRange:
    """What one page holds; serials are empty on a page of labels."""

    number: int
    count: int
    first: str = ""
    last: str = ""


@dataclass(frozen=True, slots=True)
class Margin:
    """Where the lines of a file stand, and what they say: pieces of words, every second one a hole's name."""

    pieces: tuple[str, ...]
    told: Mapping[str, str]
    x: float
    y: float
    room: float

    @classmethod
    def of(cls, medium: Medium, footer: SheetFooter | None, pages: int) -> Margin | None:
        """The margin of a file of so many pages; None without a footer, or without room for it."""
        y = _baseline(medium)
        if footer is None or y is None:
            return None
        x = max(PRINTERS_EDGE, medium.x0)
        sheets = footer.sheets or footer.first_sheet + pages - 1
        told = {"run": footer.run, "sheets": str(sheets), "calibration": footer.calibration}
        return cls(tuple(_HOLES.split(footer.words)), told, x, y, medium.page_w - 2 * x)

    def line(self, sheet: SheetRange) -> Text:
        """A sheet's line, in mm from the page's top-left corner."""
        held = f"{grouped(sheet.first)} – {grouped(sheet.last)}" if sheet.first else str(sheet.count)
        told = {**self.told, "sheet": str(sheet.number), "range": held}
        words = "".join(told[piece] if at % 2 else piece for at, piece in enumerate(self.pieces))
        return Text(self.x, self.y, fonts.nfc(words), EM, limit=self.room)


def _baseline(medium: Medium) -> float | None:
    """Baseline of the line in mm from the top: below the labels, or above them, or nowhere."""
    below = medium.page_h - (medium.y0 + (medium.ny - 1) * medium.dy + medium.h)
    if below >= ROOM:
        return medium.page_h - max(PRINTERS_EDGE, below / 2 - EM / 3)
    if medium.y0 >= ROOM:
        return max(PRINTERS_EDGE + fonts.CAPITAL * EM, medium.y0 / 2 + EM / 3)
    return None
