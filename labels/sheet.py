"""Sheets of stamps and labels: many on a page, one PDF out, the same bytes every time.

A file is a pure function of what it is given: no clock, no random name. Pages are the medium's own size,
print at 100 % and once. The margin says which run and serials a sheet holds, so that a stack that falls down
can be put in order again.

>>> import io
>>> from labels.media import medium
>>> result = stamp_sheets(
...     io.BytesIO(), medium=medium("a4-65"), art=StampArt("Hoa hồi"), serials=["7K3M9QX2TZ4B"] * 70,
...     prefix="HTTPS://TXNG.LANGSON.GOV.VN/01/09520009010011/21/", watch=lambda sheet: print(sheet.count),
... )
65
5
>>> result.sheets
2
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from labels import product_label
from labels.art import StampArt
from labels.calibration import NEUTRAL
from labels.canvas import Paper
from labels.codes import codes_of, length_of
from labels.errors import TextRefused
from labels.margin import Margin, SheetFooter, SheetRange
from labels.media import placed
from labels.page_plan import PagePlan, share_out
from labels.plates import Design
from labels.press import PIN_LENGTH, Run, print_stamps
from labels.printers import LASER_DPI
from labels.qr import MASK, family
from labels.stamp import layout

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Set as AbstractSet
    from typing import BinaryIO

    from labels.calibration import Calibration
    from labels.codes import Codes, Serials
    from labels.face import LabelFace
    from labels.media import Medium
    from labels.qr import Level, MaskChoice


@dataclass(frozen=True, slots=True)
class SheetResult:
    """What was written: pages, and the stamps or labels on them. `watch` was told what each page holds."""

    sheets: int
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
    pins: Serials | None = None,
    level: Level = "M",
    dpi: int = LASER_DPI,
    calibration: Calibration | None = None,
    used_cells: AbstractSet[int] = frozenset(),
    footer: SheetFooter | None = None,
    mask: MaskChoice = MASK,
    watch: Callable[[SheetRange], None] | None = None,
) -> SheetResult:
    """Write one PDF of stamps, one to a serial, in order.

    Serials are texts of one length, or rows of their ASCII codes; what mints rows when they are asked for
    (`labels.codes.Codes`) is asked a few thousand at a time, twice, and never holds them all: a file of any
    number of stamps then takes the same memory, but for sixteen bytes a page. `pins`, six letters each and
    given in any of these ways, belong to an art with a box for them. `used_cells` are as `share_out` has
    them. `watch` is told of each finished sheet; what it raises stops the work.

    Raises DoesNotFit, GlyphMissing, CellUnknown, EncoderFails, and TextRefused for a prefix, a serial or a
    PIN that cannot be printed, all before the first byte; FamilyDisagrees where symbols are not what they
    should be, before it or after. Whatever is raised after it leaves a torn file in `sink`.
    """
    kin = family(prefix, length_of(serials), level=level, mask=mask)
    codes = codes_of(serials, kin.length)
    plan = layout(art, medium, size=kin.size, dpi=dpi)
    pages = share_out(medium, len(codes), used_cells)
    margin = Margin.of(medium, footer, len(pages))
    print_stamps(
        sink,
        Design(medium, plan, kin, placed(medium, calibration or NEUTRAL)),
        Run(art.name, pages, codes, _pins(art, pins, len(codes)), margin, _first(footer)),
        watch=watch,
    )
    return SheetResult(len(pages), len(codes), plan.module_mm, margin is not None)


def label_sheets(
    sink: BinaryIO,
    *,
    medium: Medium,
    face: LabelFace,
    count: int,
    dpi: int = LASER_DPI,
    calibration: Calibration | None = None,
    used_cells: AbstractSet[int] = frozenset(),
    footer: SheetFooter | None = None,
    watch: Callable[[SheetRange], None] | None = None,
) -> SheetResult:
    """Write one PDF of `count` equal product labels; raises DoesNotFit and the refusals of the face."""
    plan = product_label.layout(face, medium, dpi=dpi)
    pages = share_out(medium, count, used_cells)
    margin = Margin.of(medium, footer, len(pages))
    corners = placed(medium, calibration or NEUTRAL)
    paper = Paper(sink, medium.page_w, medium.page_h, face.name)
    paper.form("label", plan.static, medium.w, medium.h)
    for number, page in enumerate(pages, _first(footer)):
        sheet = SheetRange(number, len(page))
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
    return SheetResult(len(pages), count, plan.module_mm, margin is not None)


def _first(footer: SheetFooter | None) -> int:
    """The number of a file's first sheet."""
    return footer.first_sheet if footer else 1


def _pins(art: StampArt, pins: Serials | None, count: int) -> Codes | None:
    """PINs as codes; refuses a box without them, them without a box, and other than six letters a stamp."""
    if pins is None and not art.pin:
        return None
    if not art.pin or pins is None:
        raise TextRefused("PINs belong to a stamp with a box for them, and a box to PINs", field="pin")
    codes = codes_of(pins, PIN_LENGTH)
    if len(codes) != count:
        raise TextRefused(f"{len(codes)} PINs for {count} stamps", field="pin")
    return codes


__all__ = [
    "PagePlan",
    "SheetFooter",
    "SheetRange",
    "SheetResult",
    "label_sheets",
    "share_out",
    "stamp_sheets",
]
