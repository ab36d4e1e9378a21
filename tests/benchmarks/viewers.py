"""A million stamps as the command prints them, opened by three viewers that share no code.

qpdf checks every file; poppler, mupdf and Ghostscript count its pages and draw the first and the last of each
at 300 dpi, whose stamps are read by zxing-cpp and compared with the list of codes. `BENCH_VIEWED=20000` for a
smaller run.
"""

import csv
import os
import re
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import zxingcpp
from PIL import Image

from tests.benchmarks.command import issue_into
from tests.benchmarks.measuring import Report

COUNT = int(os.environ.get("BENCH_VIEWED", "1000000"))
DPI = "300"
PLAIN = zxingcpp.BarcodeFormat.QRCodeModel2


def said(*words: str) -> str:
    """What a program says; raises CalledProcessError where it ends badly."""
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def by_poppler(pdf: str, page: int, to: str) -> None:
    """Draw a page."""
    said("pdftoppm", "-gray", "-r", DPI, "-f", str(page), "-l", str(page), "-singlefile", pdf, to)


def by_mupdf(pdf: str, page: int, to: str) -> None:
    """Draw a page."""
    said("mutool", "draw", "-q", "-c", "gray", "-r", DPI, "-o", f"{to}.pgm", pdf, str(page))


def by_ghostscript(pdf: str, page: int, to: str) -> None:
    """Draw a page."""
    span = [f"-dFirstPage={page}", f"-dLastPage={page}", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-q"]
    said("gs", *span, "-sDEVICE=pgmraw", f"-r{DPI}", f"-sOutputFile={to}.pgm", pdf)


def pages_by_poppler(pdf: str) -> int:
    """How many pages it finds."""
    return int(re.search(r"Pages: +([0-9]+)", said("pdfinfo", pdf))[1])  # it always says so


def pages_by_mupdf(pdf: str) -> int:
    """How many pages it finds."""
    return int(re.search(r"Pages: ([0-9]+)", said("mutool", "info", pdf))[1])  # so does it


def pages_by_ghostscript(pdf: str) -> int:
    """How many pages it finds."""
    asked = f"({pdf}) (r) file runpdfbegin pdfpagecount = quit"
    return int(said("gs", "-q", "-dNODISPLAY", f"--permit-file-read={pdf}", "-c", asked))


Draw = Callable[[str, int, str], None]
VIEWERS: dict[str, tuple[Callable[[str], int], Draw]] = {
    "poppler": (pages_by_poppler, by_poppler),
    "mupdf": (pages_by_mupdf, by_mupdf),
    "Ghostscript": (pages_by_ghostscript, by_ghostscript),
}


def read_page(draw: Draw, pdf: str, page: int) -> list[str]:
    """The texts of all symbols of a page."""
    with tempfile.TemporaryDirectory(prefix="traceapp-") as home:
        draw(pdf, page, f"{home}/page")
        with Image.open(f"{home}/page.pgm") as drawn:
            raster = np.asarray(drawn)
    return [one.text for one in zxingcpp.read_barcodes(raster, formats=PLAIN)]


def main() -> None:
    """Print, open, compare, keep."""
    report = Report("viewers")
    with tempfile.TemporaryDirectory(prefix="traceapp-") as home:
        issue_into(home, COUNT)
        files = sorted(str(path) for path in Path(home).glob("run*.pdf"))
        with Path(f"{home}/run.csv").open(encoding="utf-8") as lines:
            printed = {row["uri"] for row in csv.DictReader(lines)}
        for file in files:
            said("qpdf", "--check", file)
        report.ours("files without a fault, by qpdf", len(files), "files")
        for name, (count, draw) in VIEWERS.items():
            pages = [count(file) for file in files]
            report.ours(f"{name}: pages", sum(pages), "pages")
            asked = [(file, page) for file, last in zip(files, pages, strict=True) for page in {1, last}]
            found = [text for file, page in asked for text in read_page(draw, file, page)]
            report.ours(f"{name}: pages drawn", len(asked), "pages")
            report.ours(f"{name}: stamps read on them", len(printed & set(found)), "stamps")
            report.ours(
                f"{name}: texts that were not printed", len(set(found) - printed), "texts", 0, most=True
            )
    report.close()


if __name__ == "__main__":
    main()
