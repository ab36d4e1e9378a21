"""Digits as people write them, and the check digit at their end (GS1 General Specifications 7.9).

>>> checked_digits("952 1234 00001 3", (13,), kind="gtin", field="gtin")
'9521234000013'
"""

import re
from typing import Final

from stdnum.ean import calc_check_digit

from traceapp.domain.errors import Malformed

_LOOSE: Final = re.compile("[ \u00a0.-]")  # what people put between digits


def plain_digits(text: str, lengths: tuple[int, ...], *, code: str, field: str) -> str:
    """The digits without what people put between them. Raises `Malformed` with this code."""
    digits = _LOOSE.sub("", text)
    if not re.fullmatch("[0-9]+", digits) or len(digits) not in lengths:
        expected = ", ".join(map(str, lengths))
        raise Malformed(code, field=field, given=text, expected=expected, found=len(digits))
    return digits


def checked_digits(text: str, lengths: tuple[int, ...], *, kind: str, field: str) -> str:
    """The same with a GS1 check digit at the end. Raises `{kind}_digits` or `{kind}_check_digit`."""
    digits = plain_digits(text, lengths, code=f"{kind}_digits", field=field)
    right = calc_check_digit(digits[:-1])
    if digits[-1] != right:
        raise Malformed(
            f"{kind}_check_digit",
            field=field,
            given=digits,
            expected=right,
            found=digits[-1],
            corrected=digits[:-1] + right,
        )
    return digits
