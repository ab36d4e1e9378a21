"""A product's printed face: what the law and the shop ask of a label, at true size.

Name, net content on a black plate with alcohol and origin, producer, lot and days in cells, certificates as
words, the warning last and bold; the EAN-13 on its side so that the words keep their width. Everything is set
as large as the label allows. What does not fit is said by name: nothing is cut, nothing is left out.

>>> from labels.media import medium
>>> face = LabelFace(name="Rượu men lá", net_content="500 ml", gtin="9520009010011")
>>> round(layout(face, medium("a4-21")).module_mm, 4)
0.2963
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from labels import fonts
from labels.barcodes import Barcode, barcode
from labels.drawing import Mark, Mask, Text, moved, quarter_turned
from labels.errors import DoesNotFit
from labels.face import LabelFace, LabelWords
from labels.label_column import column
from labels.printers import LASER_DPI
from labels.qr import QUIET, symbol

if TYPE_CHECKING:
    from labels.media import Medium

LEAST_W, LEAST_H = 59.0, 33.0  # mm: smaller labels carry stamps, not faces
GAP = 1.0  # mm between words and symbols
DIE_TOLERANCE = 1.0
EAN_SMALLEST, EAN_NOMINAL, EAN_LARGEST = 0.264, 0.330, 0.380  # mm
EAN_COARSE = 0.2475  # mm: 75 %, what a 203 dpi head must be allowed (with a warning)
COARSE = 250  # dpi
QR_LEAST, QR_MOST = 0.396, 0.51  # mm


@dataclass(frozen=True, slots=True)
class Placed:
    """A symbol on a label: its marks about (0, 0), and where that point stands."""

    x: float
    y: float
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class LabelLayout:
    """A laid-out label: words, and symbols that snap to whole dots on the page."""

    w: float
    h: float
    dpi: int
    static: tuple[Mark, ...]
    symbols: tuple[Placed, ...]
    code: Barcode | None = None
    qr_module_mm: float = 0.0

    @property
    def module_mm(self) -> float:
        """X dimension of the EAN, or the module of the QR, or 0 without symbols."""
        return self.code.x_mm if self.code else self.qr_module_mm

    def snapped(self, *, at: tuple[float, float] = (0, 0)) -> tuple[Mark, ...]:
        """The symbols' marks, on whole dots of a page on which the label's corner lies `at`."""
        dot = 25.4 / self.dpi
        marks: list[Mark] = []
        for placed in self.symbols:
            x = round((at[0] + placed.x) / dot) * dot - at[0]
            y = round((at[1] + placed.y) / dot) * dot - at[1]
            marks += moved(placed.marks, x, y)
        return tuple(marks)

    def marks(self) -> tuple[Mark, ...]:
        """Everything on the label."""
        return (*self.static, *self.snapped())


def layout(face: LabelFace, medium: Medium, *, dpi: int = LASER_DPI) -> LabelLayout:
    """The face on that medium's label; raises DoesNotFit, GlyphMissing, CheckDigitWrong."""
    face = face.composed()
    if medium.shape != "rect" or medium.w < LEAST_W or medium.h < LEAST_H:
        raise DoesNotFit(
            f"a product label needs {LEAST_W:.0f} x {LEAST_H:.0f} mm", field="label", w=medium.w, h=medium.h
        )
    corner = medium.r - (medium.r - medium.safe) / 2**0.5 if medium.r > medium.safe else medium.safe
    inset = max(medium.safe, corner) + 0.05
    right = medium.w - medium.safe
    symbols: list[Placed] = []
    code = _ean(face, medium, dpi)
    if code is not None:
        right -= code.height_mm
        turned = quarter_turned(code.marks(), code.width_mm)
        symbols.append(Placed(right, (medium.h - code.width_mm) / 2, turned))
    module = 0.0
    if face.stamp_uri:
        placed, module, side = _stamp(face, medium, right - (GAP if code else 0), inset, dpi)
        symbols.append(placed)
        right -= side + GAP
    room = right - inset - (GAP if symbols else 0)
    smallest = 1.85 if dpi < COARSE else fonts.MIN_EM
    static = column(face, inset, inset, room, medium.h - 2 * inset, smallest)
    return LabelLayout(medium.w, medium.h, dpi, static, tuple(symbols), code, module)


def _ean(face: LabelFace, medium: Medium, dpi: int) -> Barcode | None:
    """The barcode nearest to nominal size that stands on its side in the label's height."""
    if not face.gtin:
        return None
    kind = "ean8" if len(face.gtin) == 8 else "ean13"
    dot = 25.4 / dpi
    least = EAN_COARSE if dpi < COARSE else EAN_SMALLEST
    nominal = barcode(kind, face.gtin, x_dimension_mm=EAN_NOMINAL)
    for margin in (medium.safe, min(medium.safe, DIE_TOLERANCE)):
        most = min(EAN_LARGEST, (medium.h - 2 * margin) / (nominal.width_mm / EAN_NOMINAL)) + 1e-6
        sizes = [count * dot for count in range(1, 60) if least <= count * dot <= most]
        if sizes:
            x = min(sizes, key=lambda size: abs(size - EAN_NOMINAL))
            return barcode(kind, face.gtin, x_dimension_mm=x, dpi=dpi)
    whole = math.ceil(least / dot - 1e-6) * dot
    needed = nominal.width_mm / EAN_NOMINAL * whole + 2 * min(medium.safe, DIE_TOLERANCE)
    raise DoesNotFit(
        f"{kind} needs a label {needed:.1f} mm high",
        field="gtin",
        needed_mm=round(needed, 1),
        available_mm=medium.h,
    )


def _stamp(
    face: LabelFace, medium: Medium, right: float, inset: float, dpi: int
) -> tuple[Placed, float, float]:
    """The QR of the stamp's URI with its call to scan, at the words' right; mark, module, width taken."""
    code = symbol(face.stamp_uri)
    dot, em = 25.4 / dpi, 1.9
    side = code.size + 2 * QUIET
    room = min(medium.h - 2 * inset - 1.3 * em, right - inset - 34)
    count = int(min(room / side, QR_MOST) / dot + 1e-6)
    if count * dot < QR_LEAST:
        raise DoesNotFit(
            "the stamp's symbol finds no room", field="stamp_uri", needed_mm=round(side * QR_LEAST, 1),
            available_mm=round(room, 1),
        )  # fmt: skip
    module = count * dot
    width = side * module
    x, y = right - width, (medium.h - width - 1.3 * em) / 2
    mask = Mask(QUIET * module, QUIET * module, code.modules, module, module)
    words = Text(width / 2, width + em * 0.6, face.words.scan, em, 700, "middle", width)
    return Placed(x, y, (mask, words)), module, width


__all__ = ["LabelFace", "LabelLayout", "LabelWords", "layout"]
