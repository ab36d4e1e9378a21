"""Stamps for thermal printers: every row drawn to the dot and sent as TSPL, ZPL or PNG.

Printer-native fonts have no Vietnamese and drivers smear modules, so the printer is sent nothing but dots.
Rows are streamed: a run of any length takes the memory of one row. In TSPL a 0 bit is black on most dialects,
the inverse of ZPL; a test row must prove it on each printer.

>>> zpl_compressed(b"\\xff\\xff\\x00\\x00" * 2, 4)
'JF,:'

experience.md section 10. ZPL II Programming Guide, "Alternative Data Compression Scheme".
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Literal

import numpy as np
from PIL import Image

from labels import bitmap
from labels.codes import checked, codes_of, length_of
from labels.media import cells
from labels.printers import THERMAL_DPI
from labels.qr import MASK, family
from labels.stamp import layout

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

    from numpy.typing import NDArray

    from labels.art import StampArt
    from labels.media import Medium
    from labels.qr import Level, MaskChoice

Language = Literal["tspl", "zpl"]


def stamp_rows(
    sink: BinaryIO,
    *,
    medium: Medium,
    art: StampArt,
    prefix: str,
    serials: Sequence[str],
    language: Language = "tspl",
    level: Level = "M",
    dpi: int = THERMAL_DPI,
    head_mm: float | None = None,
    density: int = 8,
    speed: int = 3,
    mask: MaskChoice = MASK,
) -> int:
    """Write printer commands for a run, row by row; returns the number of rows."""
    count = 0
    for row in rows(medium=medium, art=art, prefix=prefix, serials=serials, level=level, dpi=dpi, mask=mask):
        ink = within_head(row, head_mm, dpi)
        if language == "tspl":
            sink.write(tspl(ink, medium, dpi, density=density, speed=speed))
        else:
            sink.write(zpl(ink))
        count += 1
    return count


def rows(
    *,
    medium: Medium,
    art: StampArt,
    prefix: str,
    serials: Sequence[str],
    level: Level = "M",
    dpi: int = THERMAL_DPI,
    mask: MaskChoice = MASK,
) -> Iterator[NDArray[np.bool_]]:
    """The pages of a run as dots, True where there is ink.

    Raises TextRefused for a serial that cannot be printed before the first page; FamilyDisagrees at any.
    """
    kin = family(prefix, length_of(serials), level=level, mask=mask)
    for _ in checked(codes_of(serials, kin.length)):
        pass
    plan = layout(art, medium, size=kin.size, dpi=dpi)
    blank = ~np.asarray(bitmap.paint(plan.static, medium.w, medium.h, dpi))
    corners = [(bitmap.dots(x, dpi), bitmap.dots(y, dpi)) for x, y in cells(medium)]
    across, down = bitmap.dots(medium.page_w, dpi), bitmap.dots(medium.page_h, dpi)
    for start in range(0, len(serials), medium.per_page):
        mine = serials[start : start + medium.per_page]
        page = np.zeros((down, across), dtype=np.bool_)
        for (x, y), serial, modules in zip(corners, mine, kin.symbols(mine), strict=False):
            own = ~np.asarray(bitmap.paint(plan.variable(modules, serial), medium.w, medium.h, dpi))
            place = page[y : y + own.shape[0], x : x + own.shape[1]]
            place |= (own | blank)[: place.shape[0], : place.shape[1]]
        yield page


def within_head(ink: NDArray[np.bool_], head_mm: float | None, dpi: int) -> NDArray[np.bool_]:
    """The part of a row a narrower head covers, from its middle."""
    if head_mm is None:
        return ink
    lost = ink.shape[1] - bitmap.dots(head_mm, dpi)
    return ink if lost <= 0 else ink[:, lost // 2 : ink.shape[1] - (lost - lost // 2)]


def tspl(ink: NDArray[np.bool_], medium: Medium, dpi: int, *, density: int = 8, speed: int = 3) -> bytes:
    """One row as a TSPL job; a 0 bit is black."""
    packed = np.packbits(~_whole_bytes(ink), axis=1)
    width = ink.shape[1] * 25.4 / dpi
    head = [
        f"SIZE {width:.1f} mm,{medium.page_h:g} mm",
        f"GAP {medium.feed_gap:g} mm,0" if medium.sensing != "mark" else f"BLINE {medium.feed_gap:g} mm,0",
        "DIRECTION 1",
        "REFERENCE 0,0",
        f"DENSITY {density}",
        f"SPEED {speed}",
        "CLS",
        f"BITMAP 0,0,{packed.shape[1]},{packed.shape[0]},0,",
    ]
    return "\r\n".join(head).encode("ascii") + packed.tobytes() + b"\r\nPRINT 1\r\n"


def zpl(ink: NDArray[np.bool_]) -> bytes:
    """One row as a ZPL label; a 1 bit is black."""
    packed = np.packbits(_whole_bytes(ink), axis=1)
    total, wide = packed.size, packed.shape[1]
    field = zpl_compressed(packed.tobytes(), wide)
    size = f"^PW{ink.shape[1]}^LL{ink.shape[0]}"
    return f"^XA{size}^FO0,0^GFA,{total},{total},{wide},{field}^FS^PQ1^XZ\n".encode("ascii")


def png(ink: NDArray[np.bool_], dpi: int) -> bytes:
    """One row as a 1-bit PNG of exactly its dots."""
    sink = io.BytesIO()
    Image.fromarray(~ink).save(sink, "PNG", dpi=(dpi, dpi), optimize=True)
    return sink.getvalue()


def zpl_compressed(packed: bytes, wide: int) -> str:
    """Rows of hex in ZPL's own run lengths: a row like the one above is a colon."""
    lines = [packed[start : start + wide].hex().upper() for start in range(0, len(packed), wide)]
    above, written = "", []
    for line in lines:
        written.append(":" if line == above else _run_lengths(line))
        above = line
    return "".join(written)


def _run_lengths(line: str) -> str:
    """G to Y repeat 1 to 19 times, g to z 20 to 400; a comma fills with 0, an exclamation mark with F."""
    if not line.strip("0"):
        return ","
    tail = ""
    if line.endswith("00"):
        line, tail = line.rstrip("0"), ","
    elif line.endswith("FF"):
        line, tail = line.rstrip("F"), "!"
    parts, start = [], 0
    while start < len(line):
        end = start
        while end < len(line) and line[end] == line[start] and end - start < 419:
            end += 1
        parts.append(_repeat(end - start) + line[start])
        start = end
    return "".join(parts) + tail


def _repeat(count: int) -> str:
    if count < 2:
        return ""
    twenties, ones = divmod(count, 20)
    return (chr(ord("f") + twenties) if twenties else "") + (chr(ord("F") + ones) if ones else "")


def _whole_bytes(ink: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Rows padded with light to whole bytes."""
    return np.pad(ink, ((0, 0), (0, -ink.shape[1] % 8)))
