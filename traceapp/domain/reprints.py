"""When a spoilt sheet is printed once more, and how often is too often.

By default the old serials are voided and new ones printed: whatever becomes of the old sheet, it opens no
stamp. The same serials a second time are two papers with one code, so that is allowed only for a day, for
one sheet that somebody has seen destroyed; a lost sheet nobody has.

>>> too_many(Share(reprinted=4, sheets=100)), too_many(Share(reprinted=3, sheets=100))
(True, False)
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from traceapp.domain.errors import Conflict, Malformed

IDENTICAL_WITHIN: Final = timedelta(hours=24)
MUCH: Final = 3  # per cent of the sheets


class ReprintReason(StrEnum):
    """What became of the sheet."""

    JAM = "jam"
    FAINT = "faint"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Share:
    """Sheets printed once more, out of how many."""

    reprinted: int
    sheets: int

    @property
    def tenths(self) -> int:
        """Per cent times ten, rounded up: what is over the limit never reads as at it."""
        return -(-1000 * self.reprinted // self.sheets) if self.sheets else 0


def too_many(share: Share) -> bool:
    """Whether more than 3 % of the sheets were printed once more: to be shown to whoever reads."""
    return share.reprinted * 100 > MUCH * share.sheets


def read_reason(text: str) -> ReprintReason:
    """Raises `reprint_reason` where none of the three is named."""
    try:
        return ReprintReason(text)
    except ValueError:
        raise Malformed("reprint_reason", field="reason", given=text) from None


def check_identical(
    reason: ReprintReason, *, sheets: int, destroyed: bool, printed_at: datetime | None, now: datetime
) -> None:
    """Raises `reprint_one_sheet`, `reprint_lost`, `reprint_not_destroyed`, `reprint_too_late`."""
    if sheets != 1:
        raise Malformed("reprint_one_sheet", field="sheets", given=sheets)
    if reason is ReprintReason.LOST:
        raise Conflict("reprint_lost", field="how")
    if not destroyed:
        raise Malformed("reprint_not_destroyed", field="destroyed")
    if printed_at is None or now - printed_at > IDENTICAL_WITHIN:
        raise Conflict("reprint_too_late", field="how", limit=int(IDENTICAL_WITHIN / timedelta(hours=1)))
