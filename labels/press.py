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
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

import numpy as np

from labels import serial_type, svg
from labels.canvas import HAIR, MM
from labels.pdf import Pages, deflated
from labels.plates import plates
from labels.serial_type import set_line
from labels.stencil import Hole, Stamps, Stencil

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import BinaryIO

    from numpy.typing import NDArray

    from labels.margin import Margin, SheetRange
    from labels.pdf import Content
    from labels.plates import Cells, Design, Plates
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


def print_stamps(
    sink: BinaryIO,
    design: Design,
    *,
    title: str,
    pages: Sequence[Cells],
    codes: Bytes,
    sheets: Sequence[SheetRange],
    pins: Bytes | None = None,
    margin: Margin | None,
    watch: Callable[[SheetRange], None] | None,
) -> None:
    """Write the file; the codes of serials, shape (n, length), and `pins` fill the pages' cells in order.

    Tables are read again before the first byte, and once more before the end that makes the file one: a table
    gone wrong in memory, before or meanwhile, leaves none that opens. Raises FamilyDisagrees.
    """
    image = Image.of(design.kin)
    design.kin.check_tables(image.columns)
    ends = (*sheets[:1], *sheets[-1:])  # between them only numbers and serials change
    words = "".join(margin.line(sheet).text for sheet in ends) if margin else ""
    made = plates(design, pages, title, words)
    identity = hashlib.sha256(b"".join(made.shell.objects.values()))
    identity.update(codes.data)
    if pins is not None:
        identity.update(pins.tobytes())
    file = Pages(sink, made.shell, len(pages), identity.digest()[:16])
    lines = (made.show(margin.line(sheet)) if margin else b"" for sheet in sheets)
    for page, sheet in zip(
        deflated(_contents(design, made, image, pages, (codes, pins), lines)), sheets, strict=True
    ):
        file.add(page)
        if watch:
            watch(sheet)
    design.kin.check_tables(image.columns)
    file.close()


def _contents(
    design: Design,
    made: Plates,
    image: Image,
    pages: Sequence[Cells],
    both: tuple[Bytes, Bytes | None],
    lines: Iterator[bytes],
) -> Iterator[list[Content]]:
    """Contents of pages, about BATCH stamps at a time; pages that fill the same cells share a stencil."""
    printed, (codes, pins) = 0, both
    for cells, alike in groupby(pages):
        stencil = Stencil(_records(design, image, made.serial_font, cells))
        form = b"/FormXob.%s Do 0 g q\n" % made.forms[cells].encode()
        left, step = len(list(alike)), max(1, BATCH // len(cells))
        while left:
            count = min(step, left)
            now = slice(printed, printed + count * len(cells))
            some, own = codes[now], pins[now] if pins is not None else codes[now, :0]
            lines_set = [set_line(line, own if line.pin else some) for line in design.plan.serial]
            stamps = Stamps(image.drawn(design.kin, some), lines_set)
            yield [(form, page.data, b"Q\n", next(lines)) for page in stencil.filled(stamps, count)]
            left, printed = left - count, printed + len(some)


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
