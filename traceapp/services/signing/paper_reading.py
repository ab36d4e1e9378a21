"""Codes on a paper that comes as a file: a photo, a scan in a PDF, or a PDF that was printed here.

A PDF is first judged like evidence (nothing in it may act), then its pictures are read, and the symbols that
our own press paints as masks of one bit a module. Nothing is drawn and nothing of it is kept. For files of
one's own, on the command line: what a PDF unpacks to has no limit, so strangers send photos only.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Final

import numpy as np
import pikepdf
import zxingcpp
from pikepdf.models.image import InvalidPdfImageError, UnsupportedImageTypeError
from PIL import Image

from traceapp.domain.errors import Malformed
from traceapp.services.photo_reading import read_codes
from traceapp.services.vouching.evidence import check_evidence

MOST_PICTURES: Final = 40
MOST_PIXELS: Final = 40_000_000
LARGEST_MASK: Final = 177  # modules of the largest QR symbol
QUIET, SCALE = 4, 4


def read_paper(content: bytes) -> tuple[str, ...]:
    """The texts of the codes in a photo or a PDF.

    Raises `photo_no_code`, or what `read_codes` and `check_evidence` do.
    """
    if not content.startswith(b"%PDF-"):
        return read_codes(content)
    check_evidence(content, field="photo")
    found = [
        code.text for picture in _pictures(content) for code in zxingcpp.read_barcodes(picture) if code.text
    ]
    if not found:
        raise Malformed("photo_no_code", field="photo")
    return tuple(dict.fromkeys(found))


def _pictures(content: bytes) -> Iterator[Image.Image]:
    with pikepdf.open(BytesIO(content)) as pdf:
        seen = 0
        for page in pdf.pages:
            for picture in (*_masks(page), *_images(page)):
                seen += 1
                if seen > MOST_PICTURES:
                    return
                yield picture


def _images(page: pikepdf.Page) -> Iterator[Image.Image]:
    """The pictures a page names, as far as they can be opened: another may carry the code."""
    for held in page.get_images().values():
        if not isinstance(held, pikepdf.Stream):
            continue
        picture = pikepdf.PdfImage(held)
        if picture.width * picture.height > MOST_PIXELS:
            continue
        try:
            yield picture.as_pil_image().convert("L")
        except (UnsupportedImageTypeError, InvalidPdfImageError, ValueError, OSError, pikepdf.PdfError):
            continue


def _masks(page: pikepdf.Page) -> Iterator[Image.Image]:
    """Symbols painted in the page itself, one bit a module, as `labels.canvas` does."""
    for step in pikepdf.parse_content_stream(page):
        if not isinstance(step, pikepdf.ContentStreamInlineImage):
            continue
        found = re.search(rb"ID\s+([0-9A-Fa-f\s]+)>", step.iimage.unparse())
        width, height = step.iimage.width, step.iimage.height
        if found is None or width != height or width > LARGEST_MASK:
            continue
        rows = np.frombuffer(bytes.fromhex(found[1].decode()), np.uint8)
        if rows.size == height * (-(-width // 8)):
            dark = np.unpackbits(rows.reshape(height, -1), axis=1, count=width).astype(bool)
            light = np.pad(~dark, QUIET, constant_values=True)
            yield Image.fromarray(np.kron(light, np.ones((SCALE, SCALE), bool)).astype(np.uint8) * 255)
