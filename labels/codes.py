"""Serials as the press takes them: rows of ASCII codes, all of one length.

Whoever prints hands over texts, rows of codes, or something that mints rows when they are asked for; from
here on they are one thing: sized, and sliced into rows. What a symbol cannot hold is refused by its own
reason, before anything is drawn from it.

>>> codes_of(["7K3M", "FNHV"], 4).tolist()[0]
[55, 75, 51, 77]
>>> check_codes(codes_of(["7K3M", "fnhv"], 4), 4)
Traceback (most recent call last):
labels.errors.TextRefused: 'fnhv' has a character that is none of 0-9 A-Z $%*+-./: and space
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

import numpy as np

from labels.errors import TextRefused
from labels.qr_reference import ALPHABET

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Numbers = NDArray[np.intp]
    Serials: TypeAlias = Sequence[str] | Bytes | "Codes"


class Codes(Protocol):
    """Rows of ASCII codes, shape (n, length), whether they lie in memory or are minted slice by slice."""

    def __len__(self) -> int:
        """How many rows."""

    def __getitem__(self, part: slice, /) -> Bytes:
        """Those rows."""


STEP: Final = 1 << 14  # rows looked through at once
NO_VALUE: Final = 255
_VALUES = np.full(256, NO_VALUE, dtype=np.intp)
_VALUES[list(ALPHABET.encode())] = np.arange(len(ALPHABET))
_KNOWN = _VALUES != NO_VALUE


def codes_of(serials: Serials, length: int) -> Codes:
    """Serials as rows of that length; raises TextRefused. What rows hold is looked at by `check_codes`."""
    if isinstance(serials, (list, tuple)):
        return _codes_of_texts(serials, length)
    rows: Codes = serials  # type: ignore[assignment]  # an array of another shape or kind is refused here
    found = rows[:1]
    if found.dtype != np.uint8:
        raise TextRefused(f"serials as codes are bytes (uint8), found {found.dtype}", found=str(found.dtype))
    if found.shape[1:] != (length,):
        raise TextRefused(
            f"serials here have {length} characters, found codes in shape {found.shape}", length=length
        )
    return rows


def length_of(serials: Serials) -> int:
    """Characters of the first serial; 0 where there is none."""
    if not len(serials):
        return 0
    if isinstance(serials, (list, tuple)):
        return len(serials[0])
    rows: Codes = serials  # type: ignore[assignment]  # as above
    return int(rows[:1].shape[-1])


def check_codes(codes: Codes, length: int) -> None:
    """Look through every row: raises TextRefused for the first a symbol cannot hold."""
    for start in range(0, len(codes), STEP):
        rows = codes[start : start + STEP]
        if not _KNOWN[rows].all():
            raise refused(rows, length)


def values_of(rows: Bytes) -> Numbers:
    """Alphanumeric values of the characters, 0 to 44, shape (length, n); raises TextRefused."""
    values = _VALUES.take(rows.T)
    if values.max(initial=0) == NO_VALUE:
        raise refused(rows, rows.shape[1])
    return values


def refused(rows: Bytes, length: int) -> TextRefused:
    """The refusal of the first row with a character outside the alphabet."""
    wrong = rows[~_KNOWN[rows].all(axis=1)][0].tobytes().decode("latin-1")
    return TextRefused(
        f"{wrong!r} has a character that is none of 0-9 A-Z $%*+-./: and space", text=wrong, length=length
    )


def _codes_of_texts(serials: Sequence[str], length: int) -> Bytes:
    if set(map(len, serials)) - {length}:
        wrong = next(serial for serial in serials if len(serial) != length)
        raise TextRefused(
            f"serials here have {length} characters, found {wrong!r}", text=wrong, length=length
        )
    joined = "".join(serials)
    if not joined.isascii():
        wrong = next(serial for serial in serials if not serial.isascii())
        raise TextRefused(f"{wrong!r} has a character beyond ASCII", text=wrong, length=length)
    return np.frombuffer(joined.encode("ascii"), dtype=np.uint8).reshape(-1, length)
