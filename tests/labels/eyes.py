"""A reader that knows nothing of this project."""

import numpy as np
import zxingcpp


def decoded(picture: np.ndarray, formats=zxingcpp.BarcodeFormat.QRCodeModel2) -> list[str]:
    """What a reader sees, in no order. Plain QR only: now and then a finder pattern passes for a Micro QR."""
    return [found.text for found in zxingcpp.read_barcodes(np.ascontiguousarray(picture), formats=formats)]
