"""The sheet a printer is calibrated with: outlines, two combs, and a ruler that must measure 100 mm.

Printed on plain paper and held against a sheet of labels. The combs stand at two opposite labels: a tooth
every millimetre across each label's left and upper die edge, numbered, to read where the edge falls. Those
four numbers give offset, scale and skew (`media.Calibration.from_readings`).

experience.md section 6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from labels.canvas import Paper
from labels.drawing import Path, Rule, Text, box
from labels.media import cells
from labels.svg import number

if TYPE_CHECKING:
    from typing import BinaryIO

    from labels.drawing import Mark, Segment
    from labels.media import Medium

RULER = 100.0  # mm
REACH = 5  # mm a comb reaches to each side of the die edge
HAIR = 0.1
EM = 1.7


def calibration_sheet(
    sink: BinaryIO,
    medium: Medium,
    *,
    words: str = "Thước này phải dài đúng {mm} mm · in 100 %, tắt “vừa trang”",
) -> None:
    """Write the sheet as one PDF page of the medium's own size."""
    paper = Paper(sink, medium.page_w, medium.page_h, medium.id)
    paper.paint(calibration_marks(medium, words), 0, medium.page_h)
    paper.showPage()
    paper.save()


def comb_cells(medium: Medium) -> tuple[int, int]:
    """The two opposite labels that carry combs: the first and the last."""
    return 0, medium.per_page - 1


def calibration_marks(medium: Medium, words: str) -> tuple[Mark, ...]:
    """Everything on the sheet, in page millimetres."""
    corners = cells(medium)
    marks: list[Mark] = [_outline(medium, x, y) for x, y in corners]
    for cell in dict.fromkeys(comb_cells(medium)):
        marks += _combs(medium, *corners[cell])
    return (*marks, *_ruler(medium, words))


def _outline(medium: Medium, x: float, y: float) -> Path:
    if medium.shape == "rect":
        return box(x, y, medium.w, medium.h, medium.r, stroke=HAIR)
    return _ellipse(x, y, medium.w, medium.h)


def _ellipse(x: float, y: float, w: float, h: float) -> Path:
    cx, cy, a, b = x + w / 2, y + h / 2, w / 2, h / 2
    p, q = a * 0.5523, b * 0.5523
    segments: tuple[Segment, ...] = (
        ("M", (cx + a, cy)),
        ("C", (cx + a, cy + q, cx + p, cy + b, cx, cy + b)),
        ("C", (cx - p, cy + b, cx - a, cy + q, cx - a, cy)),
        ("C", (cx - a, cy - q, cx - p, cy - b, cx, cy - b)),
        ("C", (cx + p, cy - b, cx + a, cy - q, cx + a, cy)),
        ("Z", ()),
    )
    return Path(segments, stroke=HAIR)


def _combs(medium: Medium, x: float, y: float) -> list[Mark]:
    """Teeth across the left edge at mid-height and across the upper edge at mid-width, zero on the edge."""
    middle_x, middle_y = x + medium.w / 2, y + medium.h / 2
    marks: list[Mark] = []
    for tooth in range(-REACH, REACH + 1):
        long = 2.4 if tooth % 5 == 0 else 1.2
        if 0 <= x + tooth <= medium.page_w:
            marks.append(Rule(x + tooth, middle_y - long, x + tooth, middle_y, HAIR))
            if tooth > 0 and tooth % 5 == 0:
                marks.append(Text(x + tooth, middle_y - long - 0.3, str(tooth), EM, 400, "middle"))
        if 0 <= y + tooth <= medium.page_h:
            marks.append(Rule(middle_x, y + tooth, middle_x + long, y + tooth, HAIR))
            if tooth > 0 and tooth % 5 == 0:
                marks.append(Text(middle_x + long + 0.3, y + tooth + EM * 0.36, str(tooth), EM))
    return marks


def _ruler(medium: Medium, words: str) -> list[Mark]:
    """A hundred millimetres in the middle of the page, or as many tens as a narrow roll is wide."""
    length = min(RULER, (medium.page_w - 2) // 10 * 10)
    left, base = (medium.page_w - length) / 2, medium.page_h / 2
    marks: list[Mark] = [Rule(left, base, left + length, base, HAIR)]
    for tick in range(int(length) + 1):
        long = 4.0 if tick % 10 == 0 else 2.8 if tick % 5 == 0 else 1.6
        marks.append(Rule(left + tick, base - long, left + tick, base, HAIR))
        if tick % 10 == 0:
            marks.append(Text(left + tick, base - long - 0.4, number(tick), EM, 400, "middle"))
    if medium.h > 10:
        marks.append(
            Text(
                medium.page_w / 2, base + EM * 1.3, words.format(mm=number(length)), EM, 600, "middle", length
            )
        )
    return marks
