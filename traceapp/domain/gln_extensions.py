"""What may stand behind the number of a place or party: one room of a place, one premises of an operator.

The registry keeps neither. A code that carries one is read, and answered with the place or party itself, as a
resolver answers a key it knows only in part. gs1/gs1-syntax-dictionary: `414 dlpkey=254|7040`,
`417 dlpkey=7040`.
"""

import re
from typing import Self

from traceapp.domain.errors import Malformed
from traceapp.domain.identifiers import Qualifier


class GlnExtension(Qualifier):
    """AI 254: a spot within a place, up to 20 characters of the owner's choice.

    >>> GlnExtension.parse("32a/b").value
    '32a/b'
    """

    __slots__ = ()


class PremisesCode(Qualifier):
    """AI 7040, "UIC+EXT": a digit, two characters, and the index of an importer.

    >>> PremisesCode.parse("1ABC").value
    '1ABC'
    """

    __slots__ = ()

    @classmethod
    def parse(cls, text: str, *, field: str | None = None) -> Self:
        """Raises `premises_code`, or what any qualifier raises."""
        read = super().parse(text, field=field or "premises")
        if not re.fullmatch("[0-9]..[-0-9A-Z_a-z]", text):
            raise Malformed("premises_code", field=field or "premises", given=text)
        return read
