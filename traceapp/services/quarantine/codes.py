"""Codes in a photo, inside the room; what is tried, and in which order, is said in `photo_reading`."""

import time
from collections.abc import Iterator
from typing import Final

import zxingcpp
from PIL import Image, ImageFilter, ImageOps

from traceapp.domain.errors import Malformed
from traceapp.services.quarantine import images

READ: Final = 1600  # px on the longest side: where most photos are sharpest for their size
TURNS: Final = (30, 45, 60)  # degrees; zxing turns by right angles itself
ENOUGH: Final = 1.3  # seconds of a processor, after which nothing more is tried
LONGEST: Final = 400  # characters of a text: no stamp, label or certificate number has more
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
    for variant in _variants(picture):
        if found := [code for code in zxingcpp.read_barcodes(variant) if code.valid and _plain(code.text)]:
            found.sort(key=lambda code: code.format not in RICH)
            return tuple(dict.fromkeys(_plain(code.text) for code in found))
        if time.process_time() > ENOUGH:
            break
    return ()


def _plain(text: str) -> str:
    """What a person could have typed."""
    return "".join(sign for sign in text if sign.isprintable())[:LONGEST].strip()


def _variants(picture: Image.Image) -> Iterator[Image.Image]:
    """The photo as it may be read best, the likeliest first."""
    usual = ImageOps.contain(picture, (READ, READ)) if max(picture.size) > READ else picture
    yield usual
    if usual is not picture:
        yield ImageOps.contain(picture, (READ // 2, READ // 2))
        yield ImageOps.contain(picture, (READ * 2, READ * 2))
    else:
        yield picture.resize((picture.width * 2, picture.height * 2), Image.Resampling.LANCZOS)
    yield ImageOps.autocontrast(usual, cutoff=2)
    yield usual.filter(ImageFilter.UnsharpMask(radius=4, percent=250, threshold=0))
    yield usual.filter(ImageFilter.MedianFilter(3))
    for degrees in TURNS:
        yield usual.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
