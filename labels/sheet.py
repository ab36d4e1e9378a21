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

from labels import fonts, product_label
from labels.art import StampArt, grouped
from labels.calibration import NEUTRAL
from labels.canvas import MM, Paper
from labels.drawing import Text
from labels.errors import CellUnknown
from labels.media import placed
from labels.qr import family
from labels.stamp import layout

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from collections.abc import Set as AbstractSet
    from typing import BinaryIO

    from labels.calibration import Calibration
    from labels.drawing import Mark
    from labels.face import LabelFace
    from labels.media import Medium
    from labels.qr import Level, MaskChoice

FOOTER_ROOM = 5.5  # mm of margin a footer needs
FOOTER_EM = 2.2
PRINTERS_EDGE = 4.3  # mm that most laser printers cannot reach


@dataclass(frozen=True, slots=True)
class SheetFooter:
    """The line in a sheet's margin; `words` is its sentence in the reader's language.

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
    serials: Sequence[str],
    level: Level = "M",
    dpi: int = 600,
    calibration: Calibration | None = None,
    used_cells: AbstractSet[int] = frozenset(),
    footer: SheetFooter | None = None,
    mask: MaskChoice = "fixed",
    watch: Callable[[SheetRange], None] | None = None,
) -> SheetResult:
    """Write one PDF of stamps, one to a serial, in order.

    `used_cells` are numbers of cells (from 0, row by row) already gone from the last sheet. `watch` is told
    of each finished sheet; what it raises stops the work.
    Raises DoesNotFit, GlyphMissing, TextRefused, CellUnknown.
    """
    kin = family(prefix, len(serials[0]) if serials else 12, level, mask)
    plan = layout(art, medium, size=kin.size, dpi=dpi)
    pages = share_out(medium, len(serials), used_cells)
    paper = Paper(sink, medium.page_w, medium.page_h, art.name)
    _form(paper, "stamp", plan.static, medium)
    ranges = _ranges(pages, serials, footer)
    corners, done = placed(medium, calibration or NEUTRAL), 0
    for page, sheet in zip(pages, ranges, strict=True):
        mine = serials[done : done + len(page)]
        done += len(page)
        for cell, serial, modules in zip(page, mine, kin.symbols(mine, checked=1), strict=True):
            x, y = corners[cell]
            _stand(paper, "stamp", medium, x, y)
            paper.paint(plan.variable(modules, serial, at=(x, y)), x, medium.page_h - y)
        _finish(paper, medium, footer, sheet, len(ranges))
        if watch:
            watch(sheet)
    paper.save()
    return SheetResult(
        tuple(ranges), len(serials), plan.module_mm, bool(footer) and _footer_y(medium) is not None
    )


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
    paper = Paper(sink, medium.page_w, medium.page_h, face.name)
    _form(paper, "label", plan.static, medium)
    ranges = _ranges(pages, (), footer)
    corners = placed(medium, calibration or NEUTRAL)
    for page, sheet in zip(pages, ranges, strict=True):
        for cell in page:
            x, y = corners[cell]
            _stand(paper, "label", medium, x, y)
            paper.paint(plan.snapped(at=(x, y)), x, medium.page_h - y)
        _finish(paper, medium, footer, sheet, len(ranges))
        if watch:
            watch(sheet)
    paper.save()
    return SheetResult(tuple(ranges), count, plan.module_mm, bool(footer) and _footer_y(medium) is not None)


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
    pages: list[tuple[int, ...]], serials: Sequence[str], footer: SheetFooter | None
) -> list[SheetRange]:
    ranges, first = [], 0
    for number, page in enumerate(pages, footer.first_sheet if footer else 1):
        mine = serials[first : first + len(page)]
        ranges.append(SheetRange(number, len(page), *((mine[0], mine[-1]) if mine else ("", ""))))
        first += len(page)
    return ranges


def _form(paper: Paper, name: str, marks: Sequence[Mark], medium: Medium) -> None:
    """Keep the marks every label shares as one form; a page then only names it."""
    paper.beginForm(name, 0, 0, medium.w * MM, medium.h * MM)
    paper.paint(marks, 0, medium.h)
    paper.endForm()


def _stand(paper: Paper, name: str, medium: Medium, x: float, y: float) -> None:
    paper.saveState()
    paper.translate(round(x * MM, 4), round((medium.page_h - y - medium.h) * MM, 4))
    paper.doForm(name)
    paper.restoreState()


def _finish(paper: Paper, medium: Medium, footer: SheetFooter | None, sheet: SheetRange, here: int) -> None:
    """Write the margin and close the page."""
    y = _footer_y(medium)
    if footer and y is not None:
        total = footer.sheets or footer.first_sheet + here - 1
        held = f"{grouped(sheet.first)} – {grouped(sheet.last)}" if sheet.first else str(sheet.count)
        words = footer.words.format(
            run=footer.run, sheet=sheet.number, sheets=total, range=held, calibration=footer.calibration
        )
        room = medium.page_w - 2 * max(PRINTERS_EDGE, medium.x0)
        line = Text(max(PRINTERS_EDGE, medium.x0), y, fonts.nfc(words), FOOTER_EM, limit=room)
        paper.paint((line,), 0, medium.page_h)
    paper.showPage()


def _footer_y(medium: Medium) -> float | None:
    """Baseline of the margin's line in mm from the top: below the labels, or above them, or nowhere."""
    below = medium.page_h - (medium.y0 + (medium.ny - 1) * medium.dy + medium.h)
    if below >= FOOTER_ROOM:
        return medium.page_h - max(PRINTERS_EDGE, below / 2 - FOOTER_EM / 3)
    if medium.y0 >= FOOTER_ROOM:
        return max(PRINTERS_EDGE + fonts.CAPITAL * FOOTER_EM, medium.y0 / 2 + FOOTER_EM / 3)
    return None
