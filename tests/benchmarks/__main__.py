"""Prints a table of rates and ratios, medians of five rounds, and keeps it in ``instance/bench/press.json``.

Rivals are the given libraries used the plain way on the same label: the qrcode library alone, and reportlab
drawing a PNG of each symbol. More rivals, and the lookup under load, come with the stamps issue.
"""

import json
import statistics
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import qrcode
from qrcode.util import MODE_ALPHA_NUM, QRData
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from labels.art import StampArt
from labels.media import medium
from labels.qr import family
from labels.sheet import stamp_sheets
from traceapp.domain.identifiers import Gtin
from traceapp.domain.serials import SerialKey, mint, mint_matrix, open_serial

ROUNDS = 5
KEY, GTIN = SerialKey("bench", bytes(range(32))), Gtin.parse("9520009010011")
PREFIX = f"HTTPS://TXNG.LANGSON.GOV.VN/01/{GTIN}/21/"
SHEET = medium("a4-65")
ART = StampArt(name="Rượu men lá", net_content="500 ml · 40 % vol", demo=True)


def rate(work: Callable[[], object], count: int) -> float:
    """Things a second: the median of five rounds after one to warm up."""
    work()
    rounds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        rounds.append(count / (time.perf_counter() - began))
    return statistics.median(rounds)


def plain_symbol(text: str) -> qrcode.QRCode:
    """The qrcode library as its page shows it, the text kept in one alphanumeric segment."""
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=4, box_size=4)
    code.add_data(QRData(text, mode=MODE_ALPHA_NUM))
    code.make()
    return code


def plain_sheet(serials: list[str]) -> bytes:
    """A sheet as it is usually made: a PNG a symbol, its serial below it."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=(210 * mm, 297 * mm))
    for cell, serial in enumerate(serials):
        x, y = 4.75 + cell % 5 * 40.6, 297 - 10.7 - (cell // 5 % 13 + 1) * 21.2
        picture = BytesIO()
        plain_symbol(PREFIX + serial).make_image().save(picture)
        canvas.drawImage(ImageReader(picture), x * mm, (y + 3) * mm, 16 * mm, 16 * mm)
        canvas.drawString(x * mm, y * mm, serial)
        if cell % 65 == 64:
            canvas.showPage()
    canvas.save()
    return out.getvalue()


def press(count: int) -> bytes:
    """Our sheet of as many stamps."""
    out = BytesIO()
    stamp_sheets(out, medium=SHEET, art=ART, prefix=PREFIX, serials=mint_matrix(KEY, GTIN, 0, count))
    return out.getvalue()


def measure() -> dict[str, float]:
    """Every figure, things a second unless its name says otherwise."""
    serials = mint(KEY, GTIN, 0, 20_000)
    fixed, best = family(PREFIX, 12, mask="fixed"), family(PREFIX, 12, mask="best")
    told = {
        "serials minted": rate(lambda: mint_matrix(KEY, GTIN, 0, 200_000), 200_000),
        "serials checked": rate(lambda: [open_serial([KEY], GTIN, s) for s in serials[:2000]], 2000),
        "symbols, fixed mask": rate(lambda: fixed.packed(serials, fixed.size), 20_000),
        "symbols, best of eight": rate(lambda: best.packed(serials[:5000], best.size), 5000),
        "rival: qrcode alone": rate(lambda: [plain_symbol(PREFIX + s).modules for s in serials[:50]], 50),
        "stamps on a4-65": rate(lambda: press(65_000), 65_000),
        "rival: drawImage of PNGs": rate(lambda: plain_sheet(serials[:65]), 65),
    }
    told["bytes a stamp"] = len(press(65_000)) / 65_000
    told["rival: bytes a stamp"] = len(plain_sheet(serials[:65])) / 65
    told["ratio: symbols, best of eight"] = told["symbols, best of eight"] / told["rival: qrcode alone"]
    told["ratio: sheets"] = told["stamps on a4-65"] / told["rival: drawImage of PNGs"]
    return told


def main() -> None:
    """Measure, print, keep."""
    told = measure()
    for name, figure in told.items():
        print(f"{name:32}{figure:16,.1f}")
    kept = Path("instance/bench/press.json")
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(told, indent=1), "utf-8")


if __name__ == "__main__":
    main()
