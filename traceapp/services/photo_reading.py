"""Codes in a photo: what a camera saw, read on the server, so that an inspector's phone needs no program.

The photo is opened in a process apart (`quarantine`) under the limits of `pictures` and read by zxing-cpp as
it is. Where that finds no code that can hold a serial, a QR symbol on worn paper is looked for
(`quarantine.worn`), and where nothing was found, zxing-cpp tries the photo sharper, larger, smaller, evened
out and turned until something is found or the time is spent. Nothing of it is kept. How much is read is told
in `docs/benchmarks.md`.

>>> import zxingcpp
>>> from io import BytesIO
>>> from PIL import Image
>>> symbol = zxingcpp.create_barcode("https://example.vn/P/00000017", zxingcpp.BarcodeFormat.QRCode)
>>> page, file = Image.fromarray(symbol.to_image(scale=4)), BytesIO()
>>> page.rotate(30, expand=True, fillcolor="white").save(file, "PNG")
>>> read_codes(file.getvalue())
('https://example.vn/P/00000017',)
"""

from traceapp.services import pictures
from traceapp.services.quarantine import open_apart


def read_codes(content: bytes, *, field: str = "photo") -> tuple[str, ...]:
    """The texts of the codes in a photo, those that can hold a serial first.

    Raises `Malformed` `photo_no_code`, or what `pictures.reencode` does.
    """
    pictures.check_beginning(content, field)
    found = open_apart("codes", content, unreadable=pictures.unreadable(field))
    return tuple(text.decode() for text in found)
