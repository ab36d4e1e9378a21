"""Rule P18 of the preflight: what was drawn is read again before anybody prints it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import zxingcpp

from labels.errors import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

# a finder pattern now and then passes for a Micro QR: plain QR only
PLAIN_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCodeModel2)


def decode_back(
    raster: NDArray[np.uint8], expected: Iterable[str], formats: zxingcpp.BarcodeFormats = PLAIN_QR
) -> list[Finding]:
    """P18: every symbol on a grey raster of the page reads as one that was stored, and none is missing."""
    read = zxingcpp.read_barcodes(np.ascontiguousarray(raster), formats=formats)
    seen = Counter(found.text for found in read)
    wanted = Counter(expected)
    unread, strange = wanted - seen, seen - wanted
    if not unread and not strange:
        return []
    example = next(iter(unread or strange))
    facts = {"unread": sum(unread.values()), "strange": sum(strange.values()), "example": example}
    return [Finding("P18", "block", facts)]
