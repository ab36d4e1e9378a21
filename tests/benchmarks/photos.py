"""Stamps in photographs made worse on purpose: what the inspector's box reads, beside other readers.

The real drawing of a stamp lies on a table, photographed by arithmetic: a lens that is out of focus, a hand
that shakes, a lamp in the gloss, paper that was crumpled. Nothing here was taken by a camera: the rates
compare readers and versions, and promise nothing of a telephone. "Cut by 30 %": that share of the label, not
of the symbol, lies outside the frame, which runs through the quiet zone at two sides.
"""

import os
import time
from collections.abc import Callable, Collection
from io import BytesIO

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from pyzbar import pyzbar

from labels.preview import stamp_png
from labels.qr import family
from labels.stamp import layout
from tests.benchmarks.measuring import Report
from tests.benchmarks.press import ART, GTIN, KEY, PREFIX, SHEET
from traceapp.domain.serials import mint
from traceapp.services.quarantine import codes

EACH = int(os.environ.get("BENCH_PHOTOS", "100"))
SEED = int(os.environ.get("BENCH_SEED", "2026"))  # the published one: nothing is tuned on its photos
FRAME = (1200, 900)
DPI = 600
SIZE = family(PREFIX, 12).size
MODULE = layout(ART, SHEET, size=SIZE, dpi=DPI).module_mm / 25.4 * DPI  # px a module in the drawing
Grey = NDArray[np.float64]
Chance = np.random.Generator
OPENCV = cv2.QRCodeDetectorAruco()
QR = {"symbols": [pyzbar.ZBarSymbol.QRCODE]}


def waves(chance: Chance, width: int, height: int, cells: int) -> Grey:
    """Smooth unevenness between 0 and 1."""
    coarse = Image.fromarray((chance.random((cells, cells)) * 255).astype(np.uint8))
    return np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC), float) / 255


def laid(serial: str, chance: Chance, pixels: float) -> tuple[Grey, tuple[int, int, int, int]]:
    """A stamp on a table, so many pixels a module, and where it lies."""
    drawn = Image.open(BytesIO(stamp_png(medium=SHEET, art=ART, prefix=PREFIX, serial=serial, dpi=DPI)))
    share = pixels / MODULE
    wide, high = round(drawn.width * share), round(drawn.height * share)
    stamp = np.asarray(drawn.convert("L").resize((wide, high), Image.Resampling.BOX), float)
    table = 70 + 110 * waves(chance, *FRAME, 12) + chance.normal(0, 6, FRAME[::-1])
    x, y = (FRAME[0] - wide) // 2 + int(chance.integers(-99, 99)), (FRAME[1] - high) // 2
    table[y : y + high, x : x + wide] = 30 + stamp * (200 / 255)
    return table, (x, y, x + wide, y + high)


def picture(grey: Grey) -> Image.Image:
    """What a sensor of eight bits keeps."""
    return Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8))


def warped(grey: Grey, down: Grey, right: Grey) -> Grey:
    """Every point taken from where the two maps say, the nearest one."""
    rows, columns = np.indices(grey.shape)
    from_rows = np.clip(rows + down, 0, grey.shape[0] - 1).astype(int)
    from_columns = np.clip(columns + right, 0, grey.shape[1] - 1).astype(int)
    return grey[from_rows, from_columns]


def plain(serial: str, chance: Chance) -> Image.Image:
    """Held still and straight."""
    return picture(laid(serial, chance, 5)[0]).rotate(chance.uniform(-4, 4), Image.Resampling.BICUBIC)


def blurred(serial: str, chance: Chance) -> Image.Image:
    """Out of focus by 0.4 to 0.6 of a module."""
    return plain(serial, chance).filter(ImageFilter.GaussianBlur(5 * chance.uniform(0.4, 0.6)))


def shaken(serial: str, chance: Chance) -> Image.Image:
    """A hand that moved by 1.2 to 2 modules while the shutter was open."""
    grey, angle = np.asarray(plain(serial, chance), float), chance.uniform(0, np.pi)
    steps = np.linspace(-0.5, 0.5, 15) * 5 * chance.uniform(1.2, 2)
    moved = [np.roll(grey, (round(s * np.sin(angle)), round(s * np.cos(angle))), (0, 1)) for s in steps]
    return picture(np.mean(moved, axis=0))


def glaring(serial: str, chance: Chance) -> Image.Image:
    """A lamp in the gloss: a soft white spot, a quarter as wide as the symbol, somewhere on it."""
    grey, (left, top, _right, bottom) = laid(serial, chance, 5)
    side = bottom - top
    x, y = chance.uniform(left, left + side), chance.uniform(top, bottom)
    rows, columns = np.indices(grey.shape)
    away = ((columns - x) ** 2 + ((rows - y) * 1.5) ** 2) / (side * chance.uniform(0.08, 0.13)) ** 2
    return picture(np.minimum(grey + 320 * np.exp(-away), 255))


def turned(serial: str, chance: Chance) -> Image.Image:
    """Any angle."""
    return picture(laid(serial, chance, 5)[0]).rotate(chance.uniform(0, 360), Image.Resampling.BICUBIC)


def slanted(serial: str, chance: Chance) -> Image.Image:
    """Seen from the side: the far corners up to a quarter nearer to each other."""
    grey, (left, top, right, bottom) = laid(serial, chance, 7)
    wide, high = right - left, bottom - top
    shifts = chance.uniform(0, 0.25, 8) * np.array([wide, high] * 4)
    signs = np.array([-1, -1, -1, 1, 1, 1, 1, -1])
    box = np.array([left, top, left, bottom, right, bottom, right, top]) + signs * shifts
    return picture(grey).transform(FRAME, Image.Transform.QUAD, tuple(box), Image.Resampling.BICUBIC)


def cut(serial: str, chance: Chance) -> Image.Image:
    """Thirty in a hundred of the label lie outside the frame, and the quiet zone at two sides with them."""
    grey, (left, top, right, _bottom) = laid(serial, chance, 5)
    plan = layout(ART, SHEET, size=SIZE, dpi=DPI)
    x, y, _ = plan.quiet_box
    share = (right - left) / SHEET.w
    begin = left + x * share + 1.5 * 5, top + y * share + 1.5 * 5
    return picture(grey).crop((int(begin[0]), int(begin[1]), int(left + 0.75 * (right - left)), FRAME[1]))


def dark(serial: str, chance: Chance) -> Image.Image:
    """A sixteenth to a tenth of the light, and the noise that the sensor then shows."""
    grey = np.asarray(plain(serial, chance), float) * chance.uniform(1 / 16, 1 / 10)
    return picture(grey + chance.normal(0, chance.uniform(5, 7), grey.shape) + 12)


def crumpled(serial: str, chance: Chance) -> Image.Image:
    """Paper pushed about by up to half a module, with light and shade on its folds."""
    grey, _ = laid(serial, chance, 5)
    down, right = ((waves(chance, *FRAME, 18) - 0.5) * 5 for _ in range(2))
    return picture(warped(grey, down, right) * (0.6 + 0.6 * waves(chance, *FRAME, 18)))


def squeezed(serial: str, chance: Chance) -> Image.Image:
    """Sent through a messenger that spares every byte: JPEG of quality 3 to 7."""
    told = BytesIO()
    plain(serial, chance).save(told, "JPEG", quality=int(chance.integers(3, 8)))
    return Image.open(BytesIO(told.getvalue()))


def far(serial: str, chance: Chance) -> Image.Image:
    """Taken from too far: 1.3 to 1.8 pixels a module."""
    grey = picture(laid(serial, chance, chance.uniform(1.3, 1.8))[0])
    return grey.rotate(chance.uniform(-20, 20), Image.Resampling.BICUBIC)


def everything(serial: str, chance: Chance) -> Image.Image:
    """A little of most: crumpled, turned, dim, out of focus, noisy, squeezed."""
    told = BytesIO()
    bent = crumpled(serial, chance).rotate(chance.uniform(0, 360), Image.Resampling.BICUBIC)
    soft = np.asarray(bent.filter(ImageFilter.GaussianBlur(1.8)), float)
    picture(soft * 0.3 + 10 + chance.normal(0, 4, soft.shape)).save(told, "JPEG", quality=30)
    return Image.open(BytesIO(told.getvalue()))


KINDS: dict[str, Callable[[str, Chance], Image.Image]] = {
    "as it is": plain, "out of focus": blurred, "shaken": shaken, "glare": glaring, "turned": turned,
    "slanted": slanted, "cut by 30 %": cut, "low light": dark, "crumpled": crumpled, "JPEG 3 to 7": squeezed,
    "from afar": far, "a little of most": everything,
}  # fmt: skip


def by_zxing(photo: Image.Image) -> list[str]:
    """zxing-cpp as its manual shows it."""
    return [code.text for code in zxingcpp.read_barcodes(photo)]


def by_pyzbar(photo: Image.Image) -> list[str]:
    """pyzbar as its manual shows it, told to look for QR alone."""
    return [code.data.decode("utf-8", "replace") for code in pyzbar.decode(photo, **QR)]


def by_opencv(photo: Image.Image) -> list[str]:
    """OpenCV's newer detector, which reads more of these photos than its older one."""
    try:
        _, texts, *_ = OPENCV.detectAndDecodeMulti(np.asarray(photo))
    except cv2.error:  # some pictures are more than it can bear
        return []
    return list(texts)


READERS: dict[str, Callable[[Image.Image], Collection[str]]] = {
    "ours": codes.read, "zxing-cpp alone": by_zxing, "pyzbar": by_pyzbar, "opencv": by_opencv,
}  # fmt: skip


def photos_of(kind: str) -> list[tuple[str, Image.Image]]:
    """The same photos for every reader, each with the text on its stamp."""
    chance = np.random.default_rng([SEED, *kind.encode()])
    serials = mint(KEY, GTIN, 1000 * SEED, EACH)
    return [(PREFIX + serial, KINDS[kind](serial, chance).convert("L")) for serial in serials]


def main() -> None:
    """Measure, print, keep."""
    cv2.setNumThreads(1)
    report = Report("photos")
    for kind in KINDS:
        photos = photos_of(kind)
        for name, reader in READERS.items():
            good, spent = 0, []
            for text, photo in photos:
                began = time.process_time()
                good += text in reader(photo)
                spent.append((time.process_time() - began) * 1000)
            report.ours(f"{kind}, {name}", 100 * good / EACH, "% read")
            report.ours(f"  {kind}, {name}, each", sum(spent) / EACH, "ms")
            report.ours(f"  {kind}, {name}, longest", max(spent), "ms", 2000, most=True)
    report.close()
