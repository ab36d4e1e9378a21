"""The sheet a printer is calibrated with: outlines, combs, and a ruler that must measure 100 mm.

Printed on plain paper and held against a sheet of labels. The combs stand at two opposite labels: a tooth
every millimetre across each label's left and upper die edge, its ends numbered, to read where the edge falls.
Each comb has a letter, A to D, by which a form asks for its number. Those four numbers give offset, scale and
skew (`labels.calibration.Calibration.from_combs`). Printed once more, as the calibrated printer aims, every
outline must lie on its label and every comb say zero; where it does not, its numbers are added to the first.

A roll with one label across has but one place to read: two numbers, which give the offset alone
(`Calibration.from_reading`). Its scale is what the ruler says.

experience.md section 6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from labels.calibration import NEUTRAL
from labels.canvas import Paper
from labels.drawing import Path, Rule, Text, box
from labels.media import placed
from labels.svg import number

if TYPE_CHECKING:
    from typing import BinaryIO

    from labels.calibration import Calibration
    from labels.drawing import Mark, Segment
    from labels.media import Medium

RULER = 100.0  # mm
REACH = 5  # mm a comb reaches to each side of the die edge
FOOT = 3.2  # mm from a roll's ruler to the page's lower edge: its words stand between
HAIR = 0.1
EM = 1.7
MINUS = "−"
SHORT, LONG = 1.2, 2.4  # mm of a tooth
LETTER = 3.0  # em of the letter that names a comb
LETTERS = "ABCD"


def calibration_sheet(
    sink: BinaryIO,
    medium: Medium,
    *,
    calibration: Calibration = NEUTRAL,
    words: str = "Thước này phải dài đúng {mm} mm · in 100 %, tắt “vừa trang”",
    note: str = "",
) -> None:
    """Write the sheet as one PDF page of the medium's own size, as a printer calibrated so must aim.

    `note` says under the ruler what is printed; a roll's row has no room for it.
    """
    paper = Paper(sink, medium.page_w, medium.page_h, medium.id)
    paper.paint(calibration_marks(medium, words, calibration, note), 0, medium.page_h)
    paper.showPage()
    paper.save()


def comb_cells(medium: Medium) -> tuple[int, ...]:
    """The labels that carry combs: the first and the last, or the only one."""
    return tuple(dict.fromkeys((0, medium.per_page - 1)))


def ruler_length(medium: Medium) -> float:
    """How long the ruler is in mm: a hundred, or as many tens as a narrow roll is wide."""
    return min(RULER, (medium.page_w - 2) // 10 * 10)


def calibration_marks(
    medium: Medium, words: str, calibration: Calibration = NEUTRAL, note: str = ""
) -> tuple[Mark, ...]:
    """Everything on the sheet, in page millimetres. The ruler stays where it is, whatever the calibration."""
    corners = placed(medium, calibration)
    marks: list[Mark] = [_outline(medium, x, y) for x, y in corners]
    for at, cell in enumerate(comb_cells(medium)):
        marks += _combs(medium, *corners[cell], LETTERS[2 * at : 2 * at + 2])
    return (*marks, *_ruler(medium, words, note))


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


def _combs(medium: Medium, x: float, y: float, letters: str) -> list[Mark]:
    """Teeth across the left edge at mid-height and across the upper edge at mid-width, zero on the edge.

    Beside each, inside the label, stands the letter by which its number is asked for.
    """
    middle_x, middle_y = x + medium.w / 2, y + medium.h / 2
    marks: list[Mark] = []
    for tooth, long, told in _teeth(x, medium.page_w):
        marks.append(Rule(x + tooth, middle_y - long, x + tooth, middle_y, HAIR))
        if told:
            marks.append(Text(x + tooth, middle_y - LONG - 0.3, told, EM, 400, "middle"))
    for tooth, long, told in _teeth(y, medium.page_h):
        marks.append(Rule(middle_x, y + tooth, middle_x + long, y + tooth, HAIR))
        if told:
            marks.append(Text(middle_x + LONG + 0.3, y + tooth + EM * 0.36, told, EM))
    beside, below = (x + REACH + 0.8, middle_y), (middle_x + LONG + 0.3 + EM, y + REACH / 2 + 1)
    return [
        *marks,
        *(Text(*at, told, LETTER, 600) for at, told in zip((beside, below), letters, strict=True)),
    ]


def _teeth(edge: float, page: float) -> list[tuple[int, float, str]]:
    """A comb's teeth that are on the page: mm from the edge, length, and a number where one is told.

    Told are the outermost on either side that leave room for a number; never zero, which the outline crosses.
    """
    teeth = [tooth for tooth in range(-REACH, REACH + 1) if 0 <= edge + tooth <= page]
    roomy = [tooth for tooth in teeth if tooth and EM <= edge + tooth <= page - EM]
    told = {tooth: str(tooth).replace("-", MINUS) for tooth in (*roomy[:1], *roomy[-1:])}
    return [(tooth, SHORT if tooth % 5 else LONG, told.get(tooth, "")) for tooth in teeth]


def _ruler(medium: Medium, words: str, note: str = "") -> list[Mark]:
    """A hundred millimetres in the middle of the page, or as many tens as a narrow roll is wide.

    Where one row of labels is the page, combs are in its middle: there the ruler lies at the foot.
    """
    length = ruler_length(medium)
    left = (medium.page_w - length) / 2
    base = medium.page_h / 2 if medium.ny > 1 else medium.page_h - FOOT
    marks: list[Mark] = [Rule(left, base, left + length, base, HAIR)]
    for tick in range(int(length) + 1):
        long = 4.0 if tick % 10 == 0 else 2.8 if tick % 5 == 0 else 1.6
        marks.append(Rule(left + tick, base - long, left + tick, base, HAIR))
        if tick % 10 == 0:
            marks.append(Text(left + tick, base - long - 0.4, number(tick), EM, 400, "middle"))
    lines = [words.replace("{mm}", number(length))] if medium.h > 10 else []
    if lines and note and medium.ny > 1:
        lines.append(note)
    for at, said in enumerate(lines):
        marks.append(Text(medium.page_w / 2, base + EM * 1.3 * (at + 1), said, EM, 600, "middle", length))
    return marks
