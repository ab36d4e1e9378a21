"""Barcodes of one's own product: EAN-13, EAN-8, ITF-14, GS1-128, GS1 DataMatrix, QR, at exact size.

Encoders repair silently: one replaces a wrong check digit, another pads, a third prints brackets. So keys
are checked before, what came out is compared after, and anything altered is refused. Bars are drawn as one
row of modules stretched over the bar height, which has no rounding at all once a module is whole dots.

>>> code = barcode("ean13", "9520009010011", dpi=600)
>>> round(code.x_mm, 4), round(code.width_mm, 2)
(0.3387, 38.27)
>>> barcode("ean13", "9520009010012")
Traceback (most recent call last):
labels.errors.CheckDigitWrong: 9520009010012: the check digit is 2, it must be 1

GS1 General Specifications, section 5; sizes in `labels.barcode_sizes`.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from labels import bitmap, fonts, svg
from labels.barcode_encoders import ENCODERS, KINDS, Kind, check_digit, element_bytes
from labels.barcode_sizes import SIZES
from labels.canvas import Paper
from labels.drawing import Mask, Text, box
from labels.errors import TextRefused

if TYPE_CHECKING:
    from labels.drawing import Mark


GUARD = 5  # X that an EAN's guard bars reach below the others
BEARER = 2  # X, the least height of an ITF-14's bearer bars
LINE_PITCH = 1.2  # em between lines of text below a symbol


@dataclass(frozen=True, slots=True)
class Barcode:
    """A symbol with its size: `modules[y, x]` dark, each `unit_mm` wide; bars are `bar_height_mm` tall.

    `x_mm` is the X dimension; only for ITF-14, whose wide bars are 2.5 X, is a module half of it.
    """

    kind: Kind
    value: str
    text: str
    modules: NDArray[np.bool_]
    x_mm: float
    units_per_x: int
    bar_height_mm: float

    @property
    def linear(self) -> bool:
        """Whether it is bars, not a matrix."""
        return len(self.modules) == 1

    @property
    def unit_mm(self) -> float:
        """Width of one module of `modules`."""
        return self.x_mm / self.units_per_x

    @property
    def quiet_mm(self) -> tuple[float, float]:
        """Light at the left and at the right; a matrix has the left one all round."""
        left, right = SIZES[self.kind].quiet
        return left * self.x_mm, right * self.x_mm

    @property
    def symbol_mm(self) -> tuple[float, float]:
        """Width and height of the dark part, bearer bars and guard bars included."""
        rows, columns = self.modules.shape
        return (
            columns * self.unit_mm,
            self.bar_height_mm + self._extra if self.linear else rows * self.unit_mm,
        )

    @property
    def width_mm(self) -> float:
        """With quiet zones."""
        return self.symbol_mm[0] + sum(self.quiet_mm)

    @property
    def height_mm(self) -> float:
        """With quiet zones and the text below."""
        quiet = 0.0 if self.linear else 2 * self.quiet_mm[0]
        return round(self.symbol_mm[1] + quiet + self._text_height, 4)

    def marks(self) -> tuple[Mark, ...]:
        """The symbol and its text, (0, 0) at the corner of the quiet zone."""
        if self.kind in ("ean13", "ean8"):
            return self._ean()
        if self.kind == "itf14":
            return self._itf()
        y = 0.0 if self.linear else self.quiet_mm[0]
        height = self.bar_height_mm if self.linear else self.unit_mm
        mask = Mask(self.quiet_mm[0], y, self.modules, self.unit_mm, height)
        return (mask, *self._below(self.symbol_mm[1] + 2 * y))

    def at(self, dpi: int) -> Barcode:
        """The same symbol with modules of whole dots, the nearest size."""
        dot = 25.4 / dpi
        unit = max(1, round(self.unit_mm / dot)) * dot
        x = unit * self.units_per_x
        return replace(self, x_mm=x, bar_height_mm=self.bar_height_mm * (x / self.x_mm))

    def svg(self) -> str:
        """An SVG at exact size."""
        return svg.document(self.marks(), self.width_mm, self.height_mm, title=f"{self.kind} {self.text}")

    def png(self, dpi: int = 600) -> bytes:
        """A 1-bit PNG of that resolution, a module being whole dots."""
        whole = self.at(dpi)
        sink = io.BytesIO()
        picture = bitmap.paint(whole.marks(), whole.width_mm, whole.height_mm, dpi)
        picture.save(sink, "PNG", dpi=(dpi, dpi), optimize=True)
        return sink.getvalue()

    def pdf(self) -> bytes:
        """A PDF whose page is the symbol with its quiet zones, at exact size."""
        sink = io.BytesIO()
        paper = Paper(sink, self.width_mm, self.height_mm, f"{self.kind} {self.text}")
        paper.paint(self.marks(), 0, self.height_mm)
        paper.showPage()
        paper.save()
        return sink.getvalue()

    @property
    def _em(self) -> float:
        """Size of the text: seven modules tall for EAN, else as tall as it may for its width."""
        return max(9.0 * self.x_mm, fonts.MIN_EM) if self.kind.startswith("ean") else max(6 * self.x_mm, 2.2)

    @property
    def _extra(self) -> float:
        return {"ean13": GUARD * self.x_mm, "ean8": GUARD * self.x_mm, "itf14": 2 * BEARER * self.x_mm}.get(
            self.kind, 0.0
        )

    @property
    def _lines(self) -> tuple[str, ...]:
        """The text below, an element string a line where one line is too long."""
        if self.kind == "qr":
            return ()
        limit = self.symbol_mm[0] + sum(self.quiet_mm)
        if self.kind == "itf14" or fonts.width(self.text, self._em) <= limit:
            return (self.text,)
        return tuple(re.findall(r"\([0-9]+\)[^(]*", self.text)) or (self.text,)

    @property
    def _text_height(self) -> float:
        em = self._em
        if self.kind in ("ean13", "ean8"):
            return max(0.0, em * fonts.CAPITAL + self.x_mm - GUARD * self.x_mm) + 0.2
        count = len(self._lines)
        return em * (fonts.CAPITAL + 0.45 + (count - 1) * LINE_PITCH) if count else 0.0

    def _below(self, top: float) -> tuple[Text, ...]:
        first, em = top + self._em * (fonts.CAPITAL + 0.25), self._em
        return tuple(
            Text(self.width_mm / 2, first + row * em * LINE_PITCH, line, em, 400, "middle", self.width_mm)
            for row, line in enumerate(self._lines)
        )

    def _itf(self) -> tuple[Mark, ...]:
        bearer, height = BEARER * self.x_mm, self.bar_height_mm
        bars = Mask(self.quiet_mm[0], bearer, self.modules, self.unit_mm, height)
        beams = (box(0, top, self.width_mm, bearer) for top in (0, bearer + height))
        return (*beams, bars, *self._below(self.symbol_mm[1]))

    def _ean(self) -> tuple[Mark, ...]:
        x, left = self.x_mm, self.quiet_mm[0]
        guards = np.zeros_like(self.modules)
        count, middle = self.modules.shape[1], self.modules.shape[1] // 2
        for start, end in ((0, 3), (middle - 2, middle + 3), (count - 3, count)):
            guards[0, start:end] = self.modules[0, start:end]
        bars = Mask(left, 0, self.modules, x, self.bar_height_mm)
        tails = Mask(left, self.bar_height_mm, guards, x, GUARD * x)
        return (bars, tails, *self._ean_digits(middle))

    def _ean_digits(self, middle: int) -> tuple[Text, ...]:
        """A digit under each seven modules, the first and the light-margin sign in the quiet zones."""
        x, left, em = self.x_mm, self.quiet_mm[0], self._em
        y = self.bar_height_mm + x + em * fonts.CAPITAL
        first = self.value[:1] if self.kind == "ean13" else ""
        rest = self.value[len(first) :]
        half = len(rest) // 2
        starts = [3 + 7 * place for place in range(half)] + [middle + 3 + 7 * place for place in range(half)]
        digits = [
            Text(left + (start + 3.5) * x, y, digit, em, 400, "middle", 6.6 * x)
            for start, digit in zip(starts, rest, strict=True)
        ]
        if first:
            right = left + self.modules.shape[1] * x
            digits.insert(0, Text(left - 2 * x, y, first, em, 400, "end", 6.6 * x))
            digits.append(Text(right + self.quiet_mm[1], y, ">", em, 400, "end", 6.6 * x))
        return tuple(digits)


def barcode(
    kind: str,
    value: str,
    *,
    x_dimension_mm: float | None = None,
    dpi: int | None = None,
    bar_height_mm: float | None = None,
) -> Barcode:
    """The barcode of a value; with `dpi` its modules are whole dots, the nearest size.

    EAN and ITF-14 take their digits with the check digit; GS1 kinds take "(01)...(10)...".
    Raises TextRefused, CheckDigitWrong, EncoderAltered.
    """
    if kind not in KINDS:
        raise TextRefused(f"no barcode {kind!r}; there are {', '.join(KINDS)}", kind=kind, known=KINDS)
    size = SIZES[kind]
    x = size.nominal if x_dimension_mm is None else x_dimension_mm
    if x <= 0:
        raise TextRefused("the X dimension must be positive", x_dimension_mm=x)
    modules, text, units = ENCODERS[kind](value)
    height = bar_height_mm if bar_height_mm is not None else size.height(x)
    made = Barcode(kind, value, text, modules, x, units, height if modules.shape[0] == 1 else 0.0)
    return made.at(dpi) if dpi else made


__all__ = ["KINDS", "Barcode", "Kind", "barcode", "check_digit", "element_bytes"]
