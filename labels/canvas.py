"""Paper: a PDF canvas that says how it wants to be printed, and paints marks at true size.

Symbols are 1-bit image masks: a filled square grows by up to a quarter at 203 dpi, because a fill paints
every dot it touches, and a mask does not. Masks go in as hex, the only form reportlab keeps byte for byte.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFName
from reportlab.pdfgen.canvas import FILL_EVEN_ODD, Canvas

from labels import fonts
from labels.drawing import Mask, Path, Rule, Text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import BinaryIO

    from labels.drawing import Mark

MM = 72 / 25.4  # points
HAIR = 0.003  # points a mask keeps inside its dots: an edge on a dot's very edge is rounded either way
rl_config.useA85 = 0  # streams stay binary: a fifth smaller, and written much faster


class Paper(Canvas):  # type: ignore[misc]  # reportlab carries no types
    """A PDF of pages `w` by `h` mm, the same bytes every time, printed at 100 % and once."""

    def __init__(self, sink: BinaryIO, w: float, h: float, title: str = "") -> None:
        super().__init__(sink, pagesize=(w * MM, h * MM), invariant=1, pageCompression=1, lang="vi")
        self.setTitle(title)
        self.setCreator("labels")
        self._doc.Catalog.ViewerPreferences = PDFDictionary({"PrintScaling": PDFName("None"), "NumCopies": 1})

    def paint(self, marks: Iterable[Mark], x: float, top: float) -> None:
        """Paint marks whose (0, 0) lies x mm from the left and `top` mm above the page's bottom edge."""
        for mark in marks:
            match mark:
                case Text():
                    self._text(mark, x, top)
                case Mask():
                    self._mask(mark, x, top)
                case Rule():
                    self.setLineWidth(mark.width * MM)
                    ends = ((x + mark.x1, top - mark.y1), (x + mark.x2, top - mark.y2))
                    self.line(*(round(v * MM, 4) for end in ends for v in end))
                case Path():
                    self._path(mark, x, top)

    def form(self, name: str, marks: Iterable[Mark], w: float, h: float) -> None:
        """Keep marks on a label of w by h mm as a form, which pages then only name."""
        self.beginForm(name, 0, 0, w * MM, h * MM)
        self.paint(marks, 0, h)
        self.endForm()

    def stand(self, name: str, x: float, bottom: float) -> None:
        """Stand a form's lower left corner x mm from the left and so far above the page's bottom edge."""
        self.saveState()
        self.translate(round(x * MM, 4), round(bottom * MM, 4))
        self.doForm(name)
        self.restoreState()

    def codes(self, weight: fonts.Weight, characters: str) -> dict[str, tuple[str, int]]:
        """The font and code of each character in this file; the file then holds their glyphs."""
        font, codes = pdfmetrics.getFont(fonts.registered(weight)), {}
        for character in dict.fromkeys(characters):
            ((subset, code),) = font.splitString(character, self._doc)
            codes[character] = (font.getSubsetInternalName(subset, self._doc), code[0])
        return codes

    def _text(self, mark: Text, x: float, top: float) -> None:
        self.setFillGray(1 if mark.paper else 0)
        line = self.beginText()
        if mark.angle:
            turn, back = math.radians(-mark.angle), mark.left - mark.x
            cos, sin = math.cos(turn), math.sin(turn)
            origin = (x + mark.x + back * cos, top - mark.y + back * sin)
            line.setTextTransform(cos, sin, -sin, cos, *(round(v * MM, 4) for v in origin))
        else:
            line.setTextOrigin(round((x + mark.left) * MM, 4), round((top - mark.y) * MM, 4))
        line.setFont(fonts.registered(mark.weight), round(mark.em * MM, 4))
        if mark.squeeze < 1:
            line.setHorizScale(mark.squeeze * 100)
        line.textOut(mark.text)
        if mark.squeeze < 1:
            line.setHorizScale(100)
        self.drawText(line)

    def _mask(self, mark: Mask, x: float, top: float) -> None:
        rows, columns = mark.modules.shape
        w, h = columns * mark.module_w, rows * mark.module_h
        hexed = np.packbits(np.asarray(mark.modules, dtype=np.bool_), axis=1).tobytes().hex()
        self.addLiteral(
            f"q 0 g {w * MM - 2 * HAIR:.4f} 0 0 {h * MM - 2 * HAIR:.4f} "
            f"{(x + mark.x) * MM + HAIR:.4f} {(top - mark.y - h) * MM + HAIR:.4f} cm "
            f"BI /W {columns} /H {rows} /IM true /BPC 1 /D [1 0] /F /AHx ID {hexed}> EI Q"
        )

    def _path(self, mark: Path, x: float, top: float) -> None:
        drawn = self.beginPath()
        for command, numbers in mark.segments:
            points = [
                round(value * MM, 4)
                for px, py in zip(numbers[::2], numbers[1::2], strict=True)
                for value in (x + px, top - py)
            ]
            {"M": drawn.moveTo, "L": drawn.lineTo, "C": drawn.curveTo, "Z": drawn.close}[command](*points)
        self.setFillGray(1 if mark.paper else 0)
        if mark.stroke is not None:
            self.setLineWidth(mark.stroke * MM)
        self.drawPath(
            drawn, stroke=int(mark.stroke is not None), fill=int(mark.stroke is None), fillMode=FILL_EVEN_ODD
        )
