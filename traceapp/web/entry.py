"""What forms hand to services: text as typed, looked at field by field so that all faults are told at once.

The service reads the same text again by the same rules of the domain; the form only tells faults sooner and
all of them together.
"""

from collections.abc import Callable
from dataclasses import fields
from functools import partial
from typing import Any, TypeVar

from wtforms import Field, ValidationError

from traceapp.domain.errors import RuleBroken
from traceapp.domain.text import clean_line, clean_text
from traceapp.web.errors import sentence
from traceapp.web.forms import Form

Entry = TypeVar("Entry")


class By:
    """A validator: what a function of the domain refuses, beside the field; an empty field passes."""

    def __init__(self, parse: Callable[..., object]) -> None:
        self.parse = parse

    def __call__(self, _form: Form, field: Field) -> None:
        """Let the domain read the field."""
        if not field.data:
            return
        try:
            self.parse(field.data, field=field.name)
        except RuleBroken as broken:
            raise ValidationError(sentence(broken)) from broken


def line(most: int) -> By:
    """One line of at most so many characters, nothing hidden in it."""
    return By(partial(clean_line, max_length=most))


def lines(most: int) -> By:
    """The same for several lines."""
    return By(partial(clean_text, max_length=most))


def typed(form: Form, kind: type[Entry]) -> Entry:
    """The form as an entry of a service: fields of the same name, empty text for what is not there."""
    present: dict[str, Any] = {
        f.name: form[f.name].data
        for f in fields(kind)  # type: ignore[arg-type]  # every entry is a dataclass
        if f.name in form and form[f.name].data is not None
    }
    return kind(**present)
