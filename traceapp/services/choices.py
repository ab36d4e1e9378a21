"""One of a list, as a form sends it."""

from enum import Enum
from typing import TypeVar

from traceapp.domain.errors import Malformed

Kind = TypeVar("Kind", bound=Enum)


def chosen(kind: type[Kind], typed: str, *, field: str) -> Kind:
    """The member of this value. Raises `choice_unknown`."""
    try:
        return kind(typed)
    except ValueError as unknown:
        raise Malformed("choice_unknown", field=field, given=typed) from unknown
