"""The day a lot is judged on: the day it was made, else the day it was packed; and which of the two it is.

A packing day is never told as the day of making: whoever reads it compares it with what is printed.

>>> lot_day(date(2026, 9, 5), date(2026, 9, 7)).packed, lot_day(None, date(2026, 9, 7)).packed
(False, True)
>>> lot_day(None, None) is None
True
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class LotDay:
    """The day; `packed`: it is that of packing, since no day of making is on record."""

    day: date
    packed: bool = False

    @property
    def made_on(self) -> date | None:
        """The day where it is that of making."""
        return None if self.packed else self.day

    @property
    def packed_on(self) -> date | None:
        """The day where it is that of packing."""
        return self.day if self.packed else None


def lot_day(made_on: date | None, packed_on: date | None) -> LotDay | None:
    """The day of a lot; None: nobody told us either."""
    if made_on is not None:
        return LotDay(made_on)
    return None if packed_on is None else LotDay(packed_on, packed=True)
