"""Every stamp of a large file read back from its raster; and whether the choice of mask matters to a reader.

Pages are drawn by poppler at 300 dpi, ten at a time, and read by zxing-cpp in two processes. The second part
blurs symbols of four dots a module and adds noise, and reads them, each with the fixed and the best mask.
"""

import os
import subprocess
import tempfile
import time
from functools import partial
from multiprocessing import Pool
from pathlib import Path

import numpy as np
import zxingcpp
from PIL import Image, ImageFilter

from labels.qr import family
from tests.benchmarks.measuring import Report
from tests.benchmarks.press import GTIN, KEY, PREFIX, SHEET, press_file
from traceapp.domain.serials import mint

COUNT, CHUNK = int(os.environ.get("BENCH_DECODED", "100000")), 10
PLAIN = zxingcpp.BarcodeFormat.QRCodeModel2
SYMBOLS, DOTS = 400, 4
HARM = ((1.8, 0), (2.0, 0), (2.2, 0), (0, 20), (0, 35), (1.5, 15))  # radius of blur in dots, sigma of noise


def _pages(path: str, first: int) -> list[str]:
    """The serials on ten pages from `first` (from 1) on, as they are read."""
    with tempfile.TemporaryDirectory(prefix="traceapp-") as home:
        to = str(Path(home) / "page")
        span = ["-f", str(first), "-l", str(first + CHUNK - 1)]
        subprocess.run(["pdftoppm", "-r", "300", "-gray", *span, path, to], check=True)
        rasters = [np.asarray(Image.open(page)) for page in sorted(Path(home).iterdir())]
    found = [one.text for raster in rasters for one in zxingcpp.read_barcodes(raster, formats=PLAIN)]
    return [text.removeprefix(PREFIX) for text in found]


def decoded(count: int) -> tuple[int, int, float]:
    """How many stamps of a file are read back, how many texts were read that are none of them; seconds."""
    with tempfile.TemporaryDirectory(prefix="traceapp-") as home, Pool(2) as pool:
        path, began = str(Path(home) / "stamps.pdf"), time.perf_counter()
        press_file(count, path)
        chunks = range(1, -(-count // SHEET.per_page) + 1, CHUNK)
        seen = [text for page in pool.imap_unordered(partial(_pages, path), chunks) for text in page]
    expected = set(mint(KEY, GTIN, 0, count))
    strange = len(seen) - len(expected & set(seen))
    return len(expected & set(seen)), strange, time.perf_counter() - began


def read_when_harmed(mask: str, blur: float, noise: float) -> float:
    """The share of symbols read, in percent."""
    serials, chance = mint(KEY, GTIN, 0, SYMBOLS), np.random.default_rng(1)
    good = 0
    for serial, modules in zip(serials, family(PREFIX, 12, mask=mask).symbols(serials), strict=True):
        ink = np.kron(np.pad(modules, 4), np.ones((DOTS, DOTS), dtype=bool))
        picture = Image.fromarray(np.where(ink, 40, 215).astype(np.uint8))
        grey = np.asarray(picture.filter(ImageFilter.GaussianBlur(blur)), float)
        harmed = np.clip(grey + chance.normal(0, noise, grey.shape), 0, 255).astype(np.uint8)
        read = zxingcpp.read_barcode(harmed, formats=PLAIN)
        good += read is not None and read.text == PREFIX + serial
    return 100 * good / SYMBOLS


def main() -> None:
    """Measure (the file once: it takes minutes), print, keep."""
    report = Report("decode")
    for blur, noise in HARM:
        for mask in ("fixed", "best"):
            share = read_when_harmed(mask, blur, noise)
            report.ours(f"{mask} mask, blur {blur:g}, noise {noise:g}", share, "% read")
    read, strange, seconds = decoded(COUNT)
    report.ours(f"read back of {COUNT:,}", read, "stamps", COUNT)
    report.ours("read, but not printed", strange, "texts", 0, most=True)
    report.ours("seconds, once", seconds, "s")
    report.close()
