"""From a value to dark and light modules, refusing whatever an encoder altered.

Encoders repair silently: one replaces a wrong check digit, another pads, a third prints brackets. So keys are
checked before, and what came out is compared after. EAN comes from python-barcode, QR from qrcode, the rest
from zxing-cpp (dependencies.md section 5).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import numpy as np
from barcode.ean import EuropeanArticleNumber8, EuropeanArticleNumber13
from numpy.typing import NDArray
from zxingcpp import BarcodeFormat, create_barcode

from labels.errors import CheckDigitWrong, EncoderAltered, TextRefused
from labels.qr import symbol

if TYPE_CHECKING:
    from collections.abc import Callable

Kind = Literal["ean13", "ean8", "itf14", "gs1-128", "gs1-datamatrix", "qr"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Encoded: TypeAlias = tuple[NDArray[np.bool_], str, int]  # modules, text, modules to an X
FNC1 = b"\x1d"
GS1_FORMATS = {"gs1-128": (BarcodeFormat.Code128, "]C1"), "gs1-datamatrix": (BarcodeFormat.DataMatrix, "]d2")}


def check_digit(digits: str) -> str:
    """The GS1 check digit of the digits before it: weights 3, 1, 3, 1 ... from the right.

    >>> check_digit("952000901001")
    '1'
    """
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def _key(value: str, length: int) -> None:
    """Raises unless the value is that many ASCII digits with the right check digit."""
    if not re.fullmatch(f"[0-9]{{{length}}}", value):
        raise TextRefused(f"{value!r}: {length} digits are needed", value=value, length=length)
    expected, found = check_digit(value[:-1]), value[-1]
    if expected != found:
        raise CheckDigitWrong(
            f"{value}: the check digit is {found}, it must be {expected}",
            value=value,
            expected=expected,
            found=found,
        )


def _row(bits: str) -> NDArray[np.bool_]:
    return np.array([[bit == "1" for bit in bits]])


def _encode_ean13(value: str) -> Encoded:
    _key(value, 13)
    encoder = EuropeanArticleNumber13(value)
    _same(value, str(encoder))
    return _row(encoder.build()[0]), value, 1


def _encode_ean8(value: str) -> Encoded:
    _key(value, 8)
    encoder = EuropeanArticleNumber8(value)
    _same(value, str(encoder))
    return _row(encoder.build()[0]), value, 1


def _encode_itf14(value: str) -> Encoded:
    """Bars 1 and 2.5 X wide, as half modules: the encoder's own are 1 and 3 inside a frame of five."""
    _key(value, 14)
    made = create_barcode(value, BarcodeFormat.ITF14)
    _same(value, made.bytes.decode("ascii"))
    picture = np.asarray(made.to_image(scale=1, add_quiet_zones=False))
    row = picture[picture.shape[0] // 2, 5:-5] == 0
    edges = np.flatnonzero(np.diff(row)) + 1
    widths = np.diff(np.concatenate(([0], edges, [len(row)])))
    halves = np.where(widths > 1, 5, 2)
    dark = np.arange(len(halves)) % 2 == 0
    return np.repeat(dark, halves)[np.newaxis, :], value, 2


def _encode_gs1(kind: str, value: str) -> Encoded:
    """Element strings, checked against their syntax and check digits, and against what was encoded."""
    wanted = element_bytes(value)
    symbology, identifier = GS1_FORMATS[kind]
    try:
        made = create_barcode(value, symbology, gs1=True)
    except ValueError as error:
        raise TextRefused(f"{value}: {error}", value=value) from None
    if made.bytes != wanted or made.symbology_identifier != identifier:
        raise EncoderAltered(
            f"{value} became {made.bytes!r}", value=value, encoded=made.bytes.decode("latin-1")
        )
    picture = np.asarray(made.to_image(scale=1, add_quiet_zones=False)) == 0
    return picture[:1] if kind == "gs1-128" else picture, value, 1


def element_bytes(value: str) -> bytes:
    """The message of "(01)...(10)..." with FNC1 between the parts that need it; raises on any fault.

    >>> element_bytes("(01)08938500000010(10)LOT1(17)261231")
    b'010893850000001010LOT1\\x1d17261231'
    """
    # late: its tables of prefixes are 17 MB, which a sheet of QR codes has no use for
    from biip import ParseError
    from biip.gs1_messages import GS1Message

    try:
        message = GS1Message.parse_hri(value)
    except ParseError as error:
        raise TextRefused(f"{value}: {error}", value=value) from None
    parts = message.element_strings
    for part in parts:
        if part.ai.ai in ("01", "02"):
            _key(part.value, 14)
        if part.gtin_error or part.sscc_error or part.gln_error:
            raise TextRefused(f"{value}: {part.gtin_error or part.sscc_error or part.gln_error}", value=value)
    read = "".join(f"({part.ai.ai}){part.value}" for part in parts)
    _same(value, read)
    last = len(parts) - 1
    return b"".join(
        f"{part.ai.ai}{part.value}".encode("ascii")
        + (FNC1 if part.ai.separator_required and at < last else b"")
        for at, part in enumerate(parts)
    )


def _encode_qr(value: str) -> Encoded:
    return symbol(value).modules, value, 1


def _same(value: str, encoded: str) -> None:
    if value != encoded:
        raise EncoderAltered(f"{value} became {encoded}", value=value, encoded=encoded)


ENCODERS: dict[Kind, Callable[[str], Encoded]] = {
    "ean13": _encode_ean13,
    "ean8": _encode_ean8,
    "itf14": _encode_itf14,
    "gs1-128": lambda value: _encode_gs1("gs1-128", value),
    "gs1-datamatrix": lambda value: _encode_gs1("gs1-datamatrix", value),
    "qr": _encode_qr,
}
