"""Numbers that a program sends as text, so that no digit is lost, and what the specification says of each.

What a form would refuse is refused here, by a pattern that anybody can read: a specification that allows more
than is taken is a trap. A JSON number is taken too.
"""

import re
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError


def _written(pattern: str) -> BeforeValidator:
    """Text is taken as its pattern says and in no other spelling; a number is taken too."""
    known = re.compile(pattern)

    def check(given: object) -> object:
        if isinstance(given, str) and not known.fullmatch(given):
            raise PydanticCustomError("string_pattern_mismatch", "String should match the pattern")
        return given

    return BeforeValidator(check)


_COUNTED = "^([1-9][0-9]{0,8}([.][0-9]{1,3})?|0[.]([1-9][0-9]{0,2}|0[1-9][0-9]?|00[1-9]))$"
_LATITUDE = "^-?([1-8]?[0-9]([.][0-9]{1,15})?|90([.]0{1,15})?)$"
_LONGITUDE = "^-?(([1-9]?[0-9]|1[0-7][0-9])([.][0-9]{1,15})?|180([.]0{1,15})?)$"
Counted = Annotated[
    Decimal,
    Field(gt=0, lt=10**9, decimal_places=3),
    _written(_COUNTED),
    WithJsonSchema({"type": "string", "pattern": _COUNTED}),
]
"""A quantity that is there: from 0.001, below a thousand million, as text."""
Latitude = Annotated[
    Decimal,
    Field(ge=-90, le=90),
    _written(_LATITUDE),
    WithJsonSchema({"type": "string", "pattern": _LATITUDE}),
]
Longitude = Annotated[
    Decimal,
    Field(ge=-180, le=180),
    _written(_LONGITUDE),
    WithJsonSchema({"type": "string", "pattern": _LONGITUDE}),
]
"""Degrees as text, kept to three decimals."""
