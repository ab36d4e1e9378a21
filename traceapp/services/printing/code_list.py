"""The list of an order's codes, for a press that prints variable data: a rectangle of bytes at a time.

Rows whose numbers have equally many digits are equally long, so thousands are filled in one copy a column.
RFC 4180.

>>> serials = np.frombuffer(b"7K3M9QX2TZ4B3KMMR3K47VPF", np.uint8).reshape(2, 12)
>>> print(b"".join(rows(9, serials, "HTTPS://A.VN/", None)).decode().replace("\\r", ""), end="")
9,7K3M9QX2TZ4B,HTTPS://A.VN/7K3M9QX2TZ4B
10,3KMMR3K47VPF,HTTPS://A.VN/3KMMR3K47VPF
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]


def head(*, pins: bool) -> bytes:
    """The row of names."""
    return b"number,serial,uri,pin\r\n" if pins else b"number,serial,uri\r\n"


def rows(number: int, serials: Bytes, prefix: str, pins: Bytes | None) -> Iterator[bytes]:
    """Rows counted from `number`: serials of shape (n, length), PINs of shape (n, digits) or none."""
    done, count = 0, len(serials)
    while done < count:
        first = number + done
        alike = min(count - done, 10 ** len(str(first)) - first)
        some = slice(done, done + alike)
        yield _alike(first, serials[some], prefix, None if pins is None else pins[some])
        done += alike


def _alike(first: int, serials: Bytes, prefix: str, pins: Bytes | None) -> bytes:
    """Rows whose numbers all have the digits of the first."""
    columns: list[Bytes | bytes] = [
        _digits(first, len(serials)), b",", serials, b"," + prefix.encode("ascii"), serials,
        *((b",", pins) if pins is not None else ()), b"\r\n",
    ]  # fmt: skip
    widths = [len(column) if isinstance(column, bytes) else column.shape[1] for column in columns]
    drawn, at = np.empty((len(serials), sum(widths)), np.uint8), 0
    for column, width in zip(columns, widths, strict=True):
        same = isinstance(column, bytes)
        drawn[:, at : at + width] = np.frombuffer(column, np.uint8) if same else column
        at += width
    return drawn.tobytes()


def _digits(first: int, count: int) -> Bytes:
    """Consecutive numbers of equal length as ASCII, shape (count, digits)."""
    width = len(str(first))
    powers = 10 ** np.arange(width - 1, -1, -1)
    digits = np.arange(first, first + count)[:, np.newaxis] // powers % 10
    return (digits + ord("0")).astype(np.uint8)
