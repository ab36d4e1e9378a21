"""Codes in a photo: what a camera saw, read on the server, so that an inspector's phone needs no program.

The photo is opened under the limits of `pictures`, read by zxing-cpp as it is, then smaller, larger, turned
and with stronger contrast until something is found. Nothing of it is kept.

>>> import zxingcpp
>>> from io import BytesIO
>>> from PIL import Image
>>> symbol = zxingcpp.create_barcode("https://example.vn/P/00000017", zxingcpp.BarcodeFormat.QRCode)
>>> page, file = Image.fromarray(symbol.to_image(scale=4)), BytesIO()
>>> page.rotate(30, expand=True, fillcolor="white").save(file, "PNG")
>>> read_codes(file.getvalue())
('https://example.vn/P/00000017',)
"""

from collections.abc import Iterator
from typing import Final

import zxingcpp
from PIL import Image, ImageFilter, ImageOps

from traceapp.domain.errors import Malformed
from traceapp.services import pictures

READ: Final = 1600  # px on the longest side: where most photos are sharpest for their size
TURNS: Final = (30, 45, 60)  # degrees; zxing turns by right angles itself
RICH: Final = (
    zxingcpp.BarcodeFormat.QRCode,
    zxingcpp.BarcodeFormat.DataMatrix,
    zxingcpp.BarcodeFormat.Code128,
)


def read_codes(content: bytes) -> tuple[str, ...]:
    """The texts of the codes in a photo, those that can hold a serial first.

    Raises `Malformed` `photo_no_code`, or what `pictures.decoded` does.
    """
    picture = pictures.decoded(content).convert("L")
    for variant in _variants(picture):
        if found := [code for code in zxingcpp.read_barcodes(variant) if code.valid and code.text]:
            found.sort(key=lambda code: code.format not in RICH)
            return tuple(dict.fromkeys(code.text for code in found))
    raise Malformed("photo_no_code", field="photo")


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
