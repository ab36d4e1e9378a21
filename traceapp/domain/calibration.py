"""What somebody reads off a calibration sheet, and how far off a printer may be before it is not calibrated.

Readings are millimetres as people write them: 0,5 or 0.5, with a minus of any kind. A print that was shrunk
to the page, fed crooked or laid on other paper is refused, with what to do: a calibration would hide it once
and be wrong the next time (experience.md, section 6).

>>> parse_reading("−0,5"), parse_reading("+1.25 mm")
(Decimal('-0.5'), Decimal('1.25'))
"""

import math
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from traceapp.domain.errors import Malformed
from traceapp.domain.numbers import format_number

REACH: Final = 5  # mm a comb reaches to each side of the printed edge
FARTHEST: Final = 10  # mm that readings of several sheets may come to together
RULER_SLACK: Final = 1  # mm that a ruler of 100 may differ: what an ordinary ruler is read to, and more
SCALE_SLACK: Final = 0.01  # a driver that shrinks to the page takes 2 % and more
TURN_SLACK: Final = 1.0  # degrees
READ_TO: Final = (
    1.0  # mm by which two readings together may be wrong; on a narrow roll that is much of a turn
)
_NUMBER: Final = re.compile(r"([+-]?)([0-9]{1,3})(?:[.,]([0-9]{1,2}))?(?:mm)?")


def parse_reading(text: str, *, field: str | None = None) -> Decimal:
    """A comb's number. Raises `reading_format`, `reading_range`."""
    number = _millimetres(text, field)
    if abs(number) > REACH:
        raise Malformed("reading_range", field=field, given=format_signed(number), most=REACH)
    return number


def parse_ruler(text: str, expected: float, *, field: str | None = None) -> Decimal:
    """What the printed ruler measures. Raises `reading_format`, and `ruler_wrong` where it was scaled."""
    number, wanted = _millimetres(text, field), Decimal(str(expected))
    if abs(number - wanted) > RULER_SLACK:
        raise Malformed(
            "ruler_wrong", field=field, found=format_signed(number), expected=format_number(wanted)
        )
    return number


def _millimetres(text: str, field: str | None) -> Decimal:
    typed = re.sub(r"\s", "", text).replace("\u2212", "-").replace("\u2013", "-").lower()
    found = _NUMBER.fullmatch(typed)
    if not found:
        raise Malformed("reading_format", field=field, given=text)
    return Decimal(f"{found[1]}{found[2]}.{found[3] or 0}")


def check_print(scale: float, skew: float, apart: float) -> None:
    """Refuse what no calibration mends: `scale` and `skew` to aim with, read at labels so many mm apart.

    Raises `print_scaled` with the percentage it was printed at, `print_skewed` with the degrees.
    """
    least = READ_TO / apart
    if abs(scale - 1) > max(SCALE_SLACK, least):
        percent = format_number(round(Decimal(100 / scale), 1))
        raise Malformed("print_scaled", field=None, percent=percent)
    if abs(skew) > max(TURN_SLACK, math.degrees(least)):
        raise Malformed("print_skewed", field=None, degrees=format_number(round(Decimal(abs(skew)), 1)))


def check_reach(readings: Sequence[Decimal]) -> None:
    """Raises `calibration_far` where the readings of several sheets come to more than is ever right."""
    farthest = max(readings, key=abs)
    if abs(farthest) > FARTHEST:
        raise Malformed("calibration_far", found=format_signed(farthest), most=FARTHEST)


def format_signed(number: Decimal) -> str:
    """With a minus that is seen: −0,5.

    >>> format_signed(Decimal("-0.50"))
    '−0,5'
    """
    return format_number(number).replace("-", "\u2212")
