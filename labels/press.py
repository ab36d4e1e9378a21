"""Stamps by the hundred thousand: a page's plates drawn once, and for each stamp only what is its own.

A page is a line that names its form, and for every stamp a step to its place, a 1-bit image mask of the
columns that vary, and its serial in type. Masks print true: a filled square grows by up to a quarter at
203 dpi, because a fill paints every dot it touches. Rows stand upright: turned masks would be smaller, but
poppler draws them with jagged edges. The mask overlaps the form's by a column or more, so that rounding to
dots, on a printer other than the one chosen, cannot open a gap between them.

ISO 32000-1, 8.9.7 inline images.
"""

from __future__ import annotations

import hashlib
from collections import deque
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from labels import serial_type, svg
from labels.canvas import HAIR, MM
from labels.codes import checked
from labels.margin import SheetRange
from labels.pdf import Pages, deflated
from labels.plates import plates
from labels.serial_type import set_line
from labels.stencil import Hole, Stamps, Stencil

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    from numpy.typing import NDArray

    from labels.codes import Codes
    from labels.margin import Margin
    from labels.page_plan import Cells, PagePlan
    from labels.pdf import Content, Shell
    from labels.plates import Design, Plates
    from labels.qr import Family
    from labels.stencil import Piece

    Bytes = NDArray[np.uint8]

PIN_LENGTH = 6  # letters
BATCH = 1 << 12  # stamps drawn at once
_HEX = np.array([list(b"%02X" % value) for value in range(256)], np.uint8)


@dataclass(frozen=True, slots=True)
class Image:
    """How much of a symbol each stamp draws, and whether its bytes may stand in the page as they are."""

    columns: int
    raw: bool

    @classmethod
    def of(cls, kin: Family) -> Image:
        """The columns that vary and at least one more, wide enough to stand raw; or all of them as hex."""
        widths = range(kin.columns + 1, kin.size)
        return next((cls(width, True) for width in widths if cannot_end_early(width)), cls(kin.size, False))

    def drawn(self, kin: Family, codes: Bytes) -> Bytes:
        """The image of each serial's symbol, shape (n, bytes)."""
        packed = kin.packed(codes, self.columns, checked=1).reshape(len(codes), -1)
        return packed if self.raw else _HEX[packed].reshape(len(codes), -1)


def cannot_end_early(columns: int) -> bool:
    """Whether no reader can take bytes of such an image for its end: white space, E, I, delimiter.

    Every row ends with padding bits of 1. From two of them on its last byte is no white space, no E and no I,
    and in rows of three bytes or fewer one of any three in sequence is the last of a row. In rows of four the
    last may fall on the delimiter; from five padding bits on it is none of these either.

    >>> [columns for columns in range(14, 30) if cannot_end_early(columns)]
    [14, 17, 18, 19, 20, 21, 22, 25, 26, 27]
    """
    return -columns % 8 >= (2 if columns <= 24 else 5) and columns <= 32


@dataclass(frozen=True, slots=True)
class Run:
    """What a file holds: the codes of serials, and of PINs where stamps have a box for them, cell by cell."""

    title: str
    pages: PagePlan
    codes: Codes
    pins: Codes | None
    margin: Margin | None
    first_sheet: int

    def sheet(self, page: int, ends: Bytes, count: int) -> SheetRange:
        """What the page of that index holds, told from the codes of its first and last serial."""
        first, last = ends[0].tobytes().decode(), ends[-1].tobytes().decode()
        return SheetRange(self.first_sheet + page, count, first, last)

    def ends(self) -> Iterator[SheetRange]:
        """What the first page holds, and the last."""
        if not self.pages:
            return
        total, first, last = len(self.codes), len(self.pages[0]), len(self.pages[-1])
        yield self.sheet(0, self.codes[:first], first)
        yield self.sheet(len(self.pages) - 1, self.codes[total - last : total], last)


def print_stamps(
    sink: BinaryIO, design: Design, run: Run, *, watch: Callable[[SheetRange], None] | None = None
) -> None:
    """Write the file, and tell `watch` of each page that is written.

    Serials and PINs are looked through and tables read again before the first byte, and tables once more
    before the end that makes a file of it: one gone wrong in memory, before or meanwhile, leaves none.
    Raises TextRefused, FamilyDisagrees.
    """
    image = Image.of(design.kin)
    design.kin.check_tables(image.columns)
    # between the ends only numbers and serials change
    words = "".join(run.margin.line(sheet).text for sheet in run.ends()) if run.margin else ""
    made = plates(design, run.pages, run.title, words)
    file, drawn = Pages(sink, made.shell, len(run.pages), _identity(made.shell, run)), deque[SheetRange]()
    for page in deflated(_contents(design, made, image, run, drawn)):
        file.add(page)
        sheet = drawn.popleft()
        if watch:
            watch(sheet)
    design.kin.check_tables(image.columns)
    file.close()


def _identity(shell: Shell, run: Run) -> bytes:
    """Sixteen bytes that only the same file has; raises TextRefused for a serial that cannot be printed."""
    read = hashlib.sha256(b"".join(shell.objects.values()))
    for codes in (run.codes, run.pins):
        if codes is not None:
            for rows in checked(codes):
                read.update(rows.tobytes())
    return read.digest()[:16]


def _contents(
    design: Design, made: Plates, image: Image, run: Run, drawn: deque[SheetRange]
) -> Iterator[list[Content]]:
    """Contents of pages, about BATCH stamps at a time, and into `drawn` what each page holds.

    Pages that fill the same cells share a stencil.
    """
    page = printed = 0
    for cells, pages in run.pages.kinds:
        stencil = Stencil(_records(design, image, made.serial_font, cells))
        form, step = b"/FormXob.%s Do 0 g q\n" % made.forms[cells].encode(), max(1, BATCH // len(cells))
        for start in range(0, pages, step):
            count = min(step, pages - start)
            now = slice(printed, printed + count * len(cells))
            some = run.codes[now]
            pins = run.pins[now] if run.pins is not None else some[:, :0]
            lines = [set_line(line, pins if line.pin else some) for line in design.plan.serial]
            filled = stencil.filled(Stamps(image.drawn(design.kin, some), lines), count)
            by_page = some.reshape(count, len(cells), -1)
            held = [run.sheet(page + at, rows, len(cells)) for at, rows in enumerate(by_page)]
            drawn.extend(held)
            margins = [made.show(run.margin.line(sheet)) if run.margin else b"" for sheet in held]
            yield [(form, own.data, b"Q\n", margin) for own, margin in zip(filled, margins, strict=True)]
            printed, page = printed + len(some), page + count


def _records(design: Design, image: Image, font: str, cells: Cells) -> list[list[Piece]]:
    """Each stamp's content: the step from the stamp before it, its image, the lines of its serial."""
    pieces: list[Piece] = [*_image(design, image)]
    for at, line in enumerate(design.plan.serial):
        length = PIN_LENGTH if line.pin else design.kin.length
        pieces += serial_type.record(line, at, font, design.medium.h, length)
    places = [(0.0, 0.0), *(design.place(cell) for cell in cells)]
    # rounded before steps are taken: their errors do not add up
    points = [(round(x * MM, 4), round(y * MM, 4)) for x, y in places]
    steps = (b"1 0 0 1 %9.4f %9.4f cm " % (x - u, y - v) for (u, v), (x, y) in pairwise(points))
    return [[step, *pieces] for step in steps]


def _image(design: Design, image: Image) -> list[Piece]:
    plan, size = design.plan, design.kin.size
    module, low = plan.module_mm * MM, (design.medium.h - plan.symbol_y) * MM - size * plan.module_mm * MM
    width, height = image.columns * module - 2 * HAIR, size * module - 2 * HAIR
    frame = (width, 0, 0, height, plan.symbol_x * MM + HAIR, low + HAIR)
    shape = f"/W {image.columns}/H {size}/BPC 1/IM true/D[1 0]" + ("" if image.raw else "/F/AHx")
    begin = f"q {' '.join(map(svg.number, frame))} cm BI{shape} ID ".encode()
    room = size * -(-image.columns // 8) * (1 if image.raw else 2)
    return [begin, Hole(room, lambda stamps: stamps.symbols), b"\nEI Q\n" if image.raw else b">\nEI Q\n"]
