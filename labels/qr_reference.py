"""The reference encoder: the qrcode library, asked for one symbol in one forced segment.

By itself the library would split a run of digits from its letters, and symbols of one run would differ in
form. Everything else about QR symbols here is arithmetic that must agree with this encoder bit for bit.

>>> modules("HTTPS://A.VN/1", "M", mask=2).shape
(21, 21)

ISO/IEC 18004.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import qrcode
from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_L, ERROR_CORRECT_M, ERROR_CORRECT_Q
from qrcode.exceptions import DataOverflowError
from qrcode.util import MODE_8BIT_BYTE, MODE_ALPHA_NUM, QRData

from labels.errors import EncoderFails, TextRefused

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bits = NDArray[np.bool_]

Level = Literal["L", "M", "Q", "H"]

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
LEVELS: dict[Level, int] = {
    "L": ERROR_CORRECT_L,
    "M": ERROR_CORRECT_M,
    "Q": ERROR_CORRECT_Q,
    "H": ERROR_CORRECT_H,
}


def is_alphanumeric(text: str) -> bool:
    """Whether the dense alphanumeric mode can hold the text."""
    return set(text) <= set(ALPHABET)


def modules(text: str, level: Level, mask: int | None = None) -> Bits:
    """The smallest symbol of a text in that mask or the best, True where dark.

    Raises TextRefused for a text too long, EncoderFails for one that puts nothing but zeros into a block of
    the symbol: qrcode 8.2 then takes the logarithm of zero.
    """
    encoder = qrcode.QRCode(error_correction=LEVELS[level], border=0, mask_pattern=mask)
    mode = MODE_ALPHA_NUM if is_alphanumeric(text) else MODE_8BIT_BYTE
    encoder.add_data(QRData(text.encode("utf-8"), mode=mode, check_data=False))
    try:
        encoder.best_fit()
    except (DataOverflowError, ValueError):
        raise TextRefused("the text is too long for a QR symbol", length=len(text)) from None
    try:
        encoder.make(fit=False)
    except ValueError as error:
        if str(error) != "glog(0)":
            raise
        raise EncoderFails("the encoder fails on a block of zeros", text=text) from error
    return np.array(encoder.modules, dtype=np.bool_)
