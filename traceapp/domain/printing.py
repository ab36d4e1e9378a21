"""The life of a print run: waiting, drawing, stopped, done.

>>> PrintState.QUEUED.is_open, PrintState.DONE.is_open
(True, False)
"""

import re
from enum import StrEnum
from typing import Final

from traceapp.domain.errors import Malformed

_SHEETS: Final = re.compile(
    r"([0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,7})(?:\s*[-\u2013]\s*([0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,7}))?"
)


class PrintKind(StrEnum):
    """What a print run draws."""

    STAMPS = "stamps"
    LABELS = "labels"


class PrintState(StrEnum):
    """Where a print run stands. ``paused`` keeps what is done; ``cancelled`` and ``failed`` offer no file."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    FAILED = "failed"
    DONE = "done"

    @property
    def is_open(self) -> bool:
        """Whether a worker may still have something to do for it, now or when it is resumed."""
        return self in {PrintState.QUEUED, PrintState.RUNNING, PrintState.PAUSED}


def read_sheets(text: str, sheets: int) -> tuple[int, int]:
    """The first and the last of the sheets named as the margin numbers them: "3", "3-7", "1.200-1.250".

    Raises `sheet_format`, `sheet_unknown`.

    >>> read_sheets("3", 10), read_sheets("7 - 3", 10)
    ((3, 3), (3, 7))
    """
    found = _SHEETS.fullmatch(text.strip())
    if not found:
        raise Malformed("sheet_format", field="sheets", given=text)
    ends = sorted(int(end.replace(".", "")) for end in (found[1], found[2] or found[1]))
    for sheet in ends:
        if not 1 <= sheet <= sheets:
            raise Malformed("sheet_unknown", field="sheets", given=sheet, most=sheets)
    return ends[0], ends[1]


def stamps_on_sheets(first: int, last: int, count: int, per_page: int, used: int) -> tuple[int, int]:
    """Where the stamps of some sheets of an order begin, and where the next ones do, counted from 0.

    Sheets are full but for the rest of the whole ones, and the part-used one, which comes last.

    >>> [stamps_on_sheets(sheet, sheet, 50, 21, used=3) for sheet in (1, 2, 3)]
    [(0, 21), (21, 32), (32, 50)]
    >>> stamps_on_sheets(1, 2, 42, 21, used=0)
    (0, 42)
    """
    on_used = min(count, per_page - used) if used else 0
    on_whole = count - on_used
    whole_sheets = -(-on_whole // per_page)
    first_index, end = (
        min(sheet * per_page, on_whole) if sheet <= whole_sheets else count for sheet in (first - 1, last)
    )
    return first_index, end
