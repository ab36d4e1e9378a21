"""Numbers and days as they are written in Vietnam: 1.000,5 and 05/09/2026.

What could be read in two ways is not guessed: `1,000` is one to a Vietnamese and a thousand to a
spreadsheet from abroad, so it is sent back with both spellings. ASCII digits only.

>>> parse_number("1.000,5"), format_number(Decimal("1234567.50"))
(Decimal('1000.5'), '1.234.567,5')
>>> parse_day("5/9/2026"), format_day(date(2026, 9, 5))
(datetime.date(2026, 9, 5), '05/09/2026')
"""

import re
from datetime import date
from decimal import Decimal
from typing import Final

from traceapp.domain.errors import Malformed

_GROUPED: Final = re.compile(r"([1-9][0-9]{0,2}(?:\.[0-9]{3})+|[0-9]{1,15})(?:,([0-9]{1,9}))?")
_POINT: Final = re.compile(r"([0-9]+)\.([0-9]+)")
_COMMA_THOUSANDS: Final = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_DAY: Final = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_ISO_DAY: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


def parse_number(text: str, *, field: str | None = None) -> Decimal:
    """A number that is not negative. Raises `number_ambiguous` (with both spellings) or `number_format`."""
    typed = re.sub("[ \u00a0\u202f]", "", text)
    if _COMMA_THOUSANDS.fullmatch(typed):
        thousands = typed.translate(str.maketrans(",.", ".,"))
        fraction = typed.replace(".", "").replace(",", ",", 1)
        raise Malformed("number_ambiguous", field=field, given=text, one=thousands, other=fraction)
    if (point := _POINT.fullmatch(typed)) and not _GROUPED.fullmatch(typed):
        raise Malformed(
            "number_ambiguous",
            field=field,
            given=text,
            one=f"{point[1]},{point[2]}",
            other=point[1] + point[2],
        )
    found = _GROUPED.fullmatch(typed)
    if not found:
        raise Malformed("number_format", field=field, given=text, expected="1.000,5")
    return Decimal(f"{found[1].replace('.', '')}.{found[2] or 0}")


def parse_count(text: str, *, field: str | None = None, most: int = 10**9) -> int:
    """A whole number from 1. Raises what `parse_number` does, `number_not_whole` or `number_range`."""
    try:
        number = parse_number(text, field=field)
    except Malformed as broken:
        if broken.code != "number_format":
            raise
        raise Malformed("number_format", field=field, given=text, expected="1.000") from broken
    if number != int(number):
        raise Malformed("number_not_whole", field=field, given=text)
    if not 1 <= number <= most:
        raise Malformed("number_range", field=field, given=text, least=1, most=format_number(most))
    return int(number)


def format_number(number: Decimal | int) -> str:
    """With a full stop between thousands, a comma before decimals, no useless zeros."""
    whole, _, fraction = f"{number:,f}".partition(".")
    fraction = fraction.rstrip("0")
    return whole.replace(",", ".") + (f",{fraction}" if fraction else "")


def typed_number(number: Decimal | int) -> str:
    """A number as `format_number` writes it, and as `parse_number` reads it back without a doubt.

    1,234 could be twelve hundred: with one zero more it cannot.

    >>> typed_number(Decimal("1.234")), typed_number(Decimal("1234.567")), typed_number(Decimal("0.5"))
    ('1,2340', '1.234,567', '0,5')
    """
    told = format_number(number)
    return f"{told}0" if _COMMA_THOUSANDS.fullmatch(told) else told


def parse_day(text: str, *, field: str | None = None) -> date:
    """A day as dd/mm/yyyy, or as a browser's date field sends it. Raises `day_format` or `day_impossible`."""
    typed = text.strip()
    if iso := _ISO_DAY.fullmatch(typed):
        year, month, day = map(int, iso.groups())
    elif local := _DAY.fullmatch(typed):
        day, month, year = map(int, local.groups())
    else:
        raise Malformed("day_format", field=field, given=text, expected="05/09/2026")
    try:
        return date(year, month, day)
    except ValueError as impossible:
        raise Malformed("day_impossible", field=field, given=text) from impossible


def format_day(day: date) -> str:
    """dd/mm/yyyy."""
    return f"{day:%d/%m}/{day.year:04}"
