"""Codes in a photo, inside the room; what is tried, and in which order, is said in `photo_reading`."""

import time
from collections.abc import Iterator
from typing import Any, Final

import zxingcpp
from PIL import Image, ImageChops, ImageFilter, ImageOps, ImageStat

from traceapp.domain.errors import Malformed
from traceapp.services.quarantine import images, worn

READ: Final = 1600  # px on the longest side: where most photos are sharpest for their size
TURNS: Final = (30, 45, 60)  # degrees; zxing turns by right angles itself
ENOUGH: Final = 1.1  # seconds of a processor, after which nothing more is tried
WORN: Final = 0.7  # seconds, of which those for a symbol that is worn
SMALLEST: Final = 20  # pixels: no square symbol has fewer modules with its margin
LONGEST: Final = 400  # characters of a text: no stamp, label or certificate number has more
SQUARES: Final = zxingcpp.BarcodeFormats(
    [zxingcpp.BarcodeFormat.QRCodeModel2, zxingcpp.BarcodeFormat.DataMatrix]
)
FIXED: Final = {"binarizer": zxingcpp.Binarizer.FixedThreshold}
RICH: Final = (
    zxingcpp.BarcodeFormat.QRCode,
    zxingcpp.BarcodeFormat.DataMatrix,
    zxingcpp.BarcodeFormat.Code128,
)


def run(content: bytes) -> list[bytes]:
    """The texts, those that can hold a serial first. Raises `Malformed` `photo_no_code`."""
    picture = images.decoded(content, READ).convert("L")
    if texts := read(picture):
        return [text.encode() for text in texts]
    raise Malformed("photo_no_code")


def read(picture: Image.Image) -> tuple[str, ...]:
    """The texts of the codes in a grey picture; empty where nothing was found in time."""
    began = time.process_time()
    usual = ImageOps.contain(picture, (READ, READ)) if max(picture.size) > READ else picture
    found = _seen(usual)
    if not any(code.format in RICH for code in found) and (text := _plain(worn.read(usual, began + WORN))):
        return tuple(dict.fromkeys([text, *(_plain(code.text) for code in found)]))
    for tried, how in () if found else _tries(picture, usual):
        if time.process_time() - began > ENOUGH:
            break
        if found := _seen(tried, **how):
            break
    found.sort(key=lambda code: code.format not in RICH)
    return tuple(dict.fromkeys(_plain(code.text) for code in found))


def _seen(picture: Image.Image, **how: Any) -> list[zxingcpp.Barcode]:
    return [code for code in zxingcpp.read_barcodes(picture, **how) if code.valid and _plain(code.text)]


def _plain(text: str) -> str:
    """What a person could have typed."""
    return "".join(sign for sign in text if sign.isprintable())[:LONGEST].strip()


def _tries(picture: Image.Image, usual: Image.Image) -> Iterator[tuple[Image.Image, dict[str, Any]]]:
    """The photo as it may be read best and how zxing-cpp is to look at it, the likeliest first.

    The photo as it came showed nothing, and no worn QR symbol: squares alone are looked for, which takes a
    tenth of the time, in whatever brought something before worn symbols were sought; then every code again.
    """
    for tried, more in _for_squares(usual):
        yield tried, {"formats": SQUARES, **more}
    if usual is not picture:
        yield ImageOps.contain(picture, (READ // 2, READ // 2)), {}
        yield ImageOps.contain(picture, (READ * 2, READ * 2)), {}
    yield ImageOps.autocontrast(usual, cutoff=2), {}
    yield _sharper(usual), {}
    yield usual.filter(ImageFilter.MedianFilter(3)), {}
    for degrees in TURNS:
        yield usual.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=255), {}


def _for_squares(usual: Image.Image) -> Iterator[tuple[Image.Image, dict[str, Any]]]:
    """Out of focus, small or bent: sharper and larger. Dark and noisy: smaller or softer, then evened out."""
    if min(usual.size) < SMALLEST:
        return
    half, sharp = usual.reduce(2), _sharper(usual)
    yield half, {}
    yield sharp, {}
    yield _doubled(usual), {}
    yield _doubled(sharp), {}
    yield _sharper(_doubled(half)), {}
    yield usual.resize((usual.width * 2 // 3, usual.height * 2 // 3), Image.Resampling.BOX), {}
    yield _evened(usual.filter(ImageFilter.GaussianBlur(1.5))), FIXED
    yield _evened(sharp), FIXED
    yield _doubled(_evened(sharp)), {}


def _sharper(picture: Image.Image) -> Image.Image:
    return picture.filter(ImageFilter.UnsharpMask(radius=4, percent=250, threshold=0))


def _doubled(picture: Image.Image) -> Image.Image:
    return picture.resize((picture.width * 2, picture.height * 2), Image.Resampling.BICUBIC)


def _evened(picture: Image.Image) -> Image.Image:
    """Lighter and darker than around it, about middle grey: shade, spots of light and darkness gone."""
    light = max(ImageStat.Stat(picture).mean[0], 8)
    around = picture.filter(ImageFilter.BoxBlur(20))
    return ImageChops.subtract(picture, around, scale=light / 150, offset=128)
