"""Sheets of stamps and labels: many on a page, one PDF out, the same bytes every time.

A file is a pure function of what it is given: no clock, no random name. Pages are the medium's own size,
print at 100 % and once. The part-used sheet, if there is one, is the last. The margin says which run and
serials a sheet holds, so that a stack that falls down can be put in order again.

>>> import io
>>> from labels.media import medium
>>> result = stamp_sheets(
...     io.BytesIO(), medium=medium("a4-65"), art=StampArt("Hoa hồi"), serials=["7K3M9QX2TZ4B"] * 70,
...     prefix="HTTPS://TXNG.LANGSON.GOV.VN/01/09520009010011/21/",
... )
>>> [sheet.count for sheet in result.sheets]
[65, 5]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from labels import product_label
from labels.art import StampArt
from labels.calibration import NEUTRAL
from labels.canvas import Paper
from labels.codes import codes_of, length_of
from labels.errors import CellUnknown, TextRefused
from labels.margin import Margin, SheetFooter, SheetRange
from labels.media import placed
from labels.plates import Design
from labels.press import PIN_LENGTH, print_stamps
from labels.qr import MASK, family
from labels.stamp import layout

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Set as AbstractSet
    from typing import BinaryIO

    from numpy.typing import NDArray

    from labels.calibration import Calibration
    from labels.codes import Serials
    from labels.face import LabelFace
    from labels.media import Medium
    from labels.qr import Level, MaskChoice

    Bytes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class SheetResult:
    """What was written."""

    sheets: tuple[SheetRange, ...]
    count: int
    module_mm: float
    footer_printed: bool


def stamp_sheets(
    sink: BinaryIO,
    *,
    medium: Medium,
    art: StampArt,
    prefix: str,
    serials: Serials,
    pins: Bytes | None = None,
    level: Level = "M",
    dpi: int = 600,
    calibration: Calibration | None = None,
    used_cells: AbstractSet[int] = frozenset(),
    footer: SheetFooter | None = None,
    mask: MaskChoice = MASK,
    watch: Callable[[SheetRange], None] | None = None,
) -> SheetResult:
    """Write one PDF of stamps, one to a serial, in order, in memory that does not grow with their number.

    Serials are texts of one length, or their ASCII codes in shape (n, length); `pins`, codes in shape (n, 6),
    are for an art that asks for them. `used_cells` are numbers of
    cells (from 0, row by row) already gone from the last sheet. `watch` is told of each finished sheet; what
    it raises stops the work.
    Raises DoesNotFit, GlyphMissing, TextRefused, CellUnknown.
    """
    kin = family(prefix, length_of(serials) or 12, level=level, mask=mask)
    codes = codes_of(serials, kin.length)[:]
    if art.pin and (pins is None or pins.shape != (len(codes), PIN_LENGTH)):
        raise TextRefused("a stamp with a box for its PIN needs one of six characters", field="pin")
    plan = layout(art, medium, size=kin.size, dpi=dpi)
    pages = share_out(medium, len(codes), used_cells)
    sheets, margin = _ranges(pages, codes, footer), Margin.of(medium, footer, len(pages))
    print_stamps(
        sink,
        Design(medium, plan, kin, placed(medium, calibration or NEUTRAL)),
        title=art.name, pages=pages, codes=codes, pins=pins, sheets=sheets, margin=margin,
        watch=watch,
    )  # fmt: skip
    return SheetResult(tuple(sheets), len(codes), plan.module_mm, margin is not None)


def label_sheets(
    sink: BinaryIO,
    *,
    medium: Medium,
    face: LabelFace,
    count: int,
    dpi: int = 600,
    calibration: Calibration | None = None,
    used_cells: AbstractSet[int] = frozenset(),
    footer: SheetFooter | None = None,
    watch: Callable[[SheetRange], None] | None = None,
) -> SheetResult:
    """Write one PDF of `count` equal product labels; raises DoesNotFit and the refusals of the face."""
    plan = product_label.layout(face, medium, dpi=dpi)
    pages = share_out(medium, count, used_cells)
    sheets, margin = _ranges(pages, None, footer), Margin.of(medium, footer, len(pages))
    corners = placed(medium, calibration or NEUTRAL)
    paper = Paper(sink, medium.page_w, medium.page_h, face.name)
    paper.form("label", plan.static, medium.w, medium.h)
    for page, sheet in zip(pages, sheets, strict=True):
        for cell in page:
            x, y = corners[cell]
            paper.stand("label", x, medium.page_h - y - medium.h)
            paper.paint(plan.snapped(at=(x, y)), x, medium.page_h - y)
        if margin:
            paper.paint((margin.line(sheet),), 0, medium.page_h)
        paper.showPage()
        if watch:
            watch(sheet)
    paper.save()
    return SheetResult(tuple(sheets), count, plan.module_mm, margin is not None)


def share_out(
    medium: Medium, count: int, used_cells: AbstractSet[int] = frozenset()
) -> list[tuple[int, ...]]:
    """Which cells each page fills: whole sheets first, the part-used sheet last and as full as it gets."""
    unknown = [cell for cell in used_cells if not 0 <= cell < medium.per_page]
    if unknown:
        raise CellUnknown(f"{medium.id} has no cell {unknown[0]}", medium=medium.id, cell=unknown[0])
    every = tuple(range(medium.per_page))
    free = tuple(cell for cell in every if cell not in used_cells)
    last = min(count, len(free)) if used_cells else 0
    rest = count - last
    pages = [every[: min(medium.per_page, rest - start)] for start in range(0, rest, medium.per_page)]
    return [*pages, free[:last]] if last else pages


def _ranges(
    pages: list[tuple[int, ...]], codes: Bytes | None, footer: SheetFooter | None
) -> list[SheetRange]:
    """What each page holds, numbered from the footer's first sheet."""
    ranges, first = [], 0
    for number, page in enumerate(pages, footer.first_sheet if footer else 1):
        last = first + len(page) - 1
        held = () if codes is None else (codes[at].tobytes().decode() for at in (first, last))
        ranges.append(SheetRange(number, len(page), *held))
        first = last + 1
    return ranges


__all__ = [
    "SheetFooter",
    "SheetRange",
    "SheetResult",
    "label_sheets",
    "share_out",
    "stamp_sheets",
]
