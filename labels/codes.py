"""Serials as the press takes them: rows of ASCII codes, all of one length.

Whoever prints hands over texts, rows of codes, or something that mints rows when they are asked for; from
here on they are one thing: sized, and sliced into rows. What a symbol cannot hold is refused by its own
reason, before anything is drawn from it.

>>> codes_of(["7K3M", "FNHV"], 4).tolist()[0]
[55, 75, 51, 77]
>>> next(checked(codes_of(["7K3M", "fnhv"], 4)))
Traceback (most recent call last):
labels.errors.TextRefused: 'fnhv' has a character that is none of 0-9 A-Z $%*+-./: and space
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

import numpy as np

from labels.errors import TextRefused
from labels.qr_reference import ALPHABET

if TYPE_CHECKING:
    from collections.abc import Iterator

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


USUAL_LENGTH: Final = 12  # characters of a serial
STEP: Final = 1 << 14  # rows looked through at once
NO_VALUE: Final = 255
_VALUES = np.full(256, NO_VALUE, dtype=np.intp)
_LETTERS = ALPHABET.encode()
_VALUES[list(_LETTERS)] = np.arange(len(_LETTERS))


def codes_of(serials: Serials, length: int) -> Codes:
    """Serials as rows of that length; raises TextRefused. What rows hold is not looked at: see `checked`."""
    if isinstance(serials, Sequence):
        return _codes_of_texts(serials, length)
    rows: Codes = serials
    found = rows[:1]
    if found.dtype != np.uint8:
        raise TextRefused(f"serials as codes are bytes (uint8), found {found.dtype}", found=str(found.dtype))
    if found.shape[1:] != (length,):
        raise TextRefused(
            f"serials here have {length} characters, found codes in shape {found.shape}", length=length
        )
    return rows


def length_of(serials: Serials) -> int:
    """Characters of the first serial; where there is none, the usual: a file of nothing has a layout too."""
    if not len(serials):
        return USUAL_LENGTH
    if isinstance(serials, Sequence):
        return len(serials[0])
    rows: Codes = serials
    return int(rows[:1].shape[-1])


def checked(codes: Codes) -> Iterator[Bytes]:
    """All rows, STEP at a time, each looked at; raises TextRefused for the first a symbol cannot hold."""
    for start in range(0, len(codes), STEP):
        rows = codes[start : start + STEP]
        if rows.tobytes().translate(None, _LETTERS):  # what is left once all letters are deleted
            raise refused(rows)
        yield rows


def values_of(rows: Bytes) -> Numbers:
    """Alphanumeric values of the characters, 0 to 44, shape (length, n); raises TextRefused."""
    values = _VALUES.take(rows.T)
    if values.max(initial=0) == NO_VALUE:
        raise refused(rows)
    return values


def refused(rows: Bytes) -> TextRefused:
    """The refusal of the first row with a character outside the alphabet."""
    wrong = rows[(_VALUES[rows] == NO_VALUE).any(axis=1)][0].tobytes().decode("latin-1")
    return TextRefused(
        f"{wrong!r} has a character that is none of 0-9 A-Z $%*+-./: and space", text=wrong, length=len(wrong)
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
