"""Other ways to draw the same label on the same sheet: symbol, words and serial, as manuals show them."""

from collections.abc import Callable, Iterator
from functools import partial
from io import BytesIO

import numpy as np
import qrcode
import segno
import weasyprint
import zxingcpp
from qrcode.util import MODE_ALPHA_NUM, QRData
from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from labels import fonts
from tests.benchmarks.press import ART, PREFIX, SHEET

SIDE = 13.0  # mm
WORDS = (ART.name, ART.net_content, *ART.registry, ART.demo_word)
CELL = f"<div class=stamp>{{}}<p>{'<br>'.join(WORDS)}<br>{{}}</div>"
PAGE = f"""<style>@page {{ size: A4; margin: {SHEET.page_h / 2 - 13 * SHEET.h / 2}mm 5mm }}
body {{ margin: 0; font: 4pt sans-serif }} p {{ margin: 0 }}
.stamp {{ float: left; width: 40mm; height: {SHEET.h - 0.1}mm }}
.stamp svg {{ float: left; width: {SIDE}mm; height: {SIDE}mm; margin: 1mm }}</style>"""


def on_canvas(symbol: Callable[[Canvas, str, float, float], None], serials: list[str]) -> bytes:
    """Sheets drawn stamp by stamp on reportlab's canvas."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=(SHEET.page_w * mm, SHEET.page_h * mm), pageCompression=1)
    for cell, x, y, serial in _places(serials):
        symbol(canvas, PREFIX + serial, x * mm, y * mm)
        canvas.setFont(fonts.registered(600), 5)
        for line, words in enumerate((*WORDS, serial)):
            canvas.drawString((x + SIDE + 1.5) * mm, (y + SIDE - 2 - 2 * line) * mm, words)
        if cell == SHEET.per_page - 1:
            canvas.showPage()
    canvas.save()
    return out.getvalue()


def _places(serials: list[str]) -> Iterator[tuple[int, float, float, str]]:
    for number, serial in enumerate(serials):
        cell = number % SHEET.per_page
        yield cell, 6 + cell % 5 * 40.0, SHEET.page_h - 12 - (cell // 5 + 1) * SHEET.h + 4, serial


def _picture(canvas: Canvas, text: str, x: float, y: float) -> None:
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=0, box_size=4)
    code.add_data(QRData(text, mode=MODE_ALPHA_NUM))
    picture = BytesIO()
    code.make_image().save(picture)
    canvas.drawImage(ImageReader(picture), x, y, SIDE * mm, SIDE * mm)


def _widget(canvas: Canvas, text: str, x: float, y: float) -> None:
    widget = QrCodeWidget(text, barLevel="M", barBorder=0, barWidth=SIDE * mm, barHeight=SIDE * mm)
    drawing = Drawing(SIDE * mm, SIDE * mm)
    drawing.add(widget)
    renderPDF.draw(drawing, canvas, x, y)


def _path(canvas: Canvas, text: str, x: float, y: float) -> None:
    made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    dark = np.asarray(made.to_image(scale=1))[4:-4, 4:-4] == 0
    module, path = SIDE * mm / len(dark), canvas.beginPath()
    edges = np.diff(np.pad(dark, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    starts, ends = np.argwhere(edges == 1).tolist(), np.argwhere(edges == -1).tolist()
    for (row, start), (_, end) in zip(starts, ends, strict=True):
        path.rect(x + start * module, y + (len(dark) - 1 - row) * module, (end - start) * module, module)
    canvas.drawPath(path, stroke=0, fill=1)


def by_weasyprint(serials: list[str]) -> bytes:
    """Sheets laid out by WeasyPrint from HTML, symbols as SVG by segno."""
    cells = []
    for serial in serials:
        code = segno.make_qr(PREFIX + serial, error="m", boost_error=False, mode="alphanumeric")
        cells.append(CELL.format(code.svg_inline(border=0, omitsize=True), serial))
    made: bytes = weasyprint.HTML(string=PAGE + "".join(cells)).write_pdf()
    return made


RIVALS: dict[str, tuple[Callable[[list[str]], bytes], int]] = {
    "reportlab, merged path by zxing-cpp": (partial(on_canvas, _path), 650),
    "reportlab, drawImage of PNGs by qrcode": (partial(on_canvas, _picture), 130),
    "reportlab, QrCodeWidget": (partial(on_canvas, _widget), 130),
    "WeasyPrint, SVG by segno": (by_weasyprint, 65),
}
