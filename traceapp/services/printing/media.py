"""Blank sheets and rolls, and the printers they go into."""

import json
from collections.abc import Mapping, Sequence

from labels import media as press
from labels.errors import Finding
from labels.media import Medium
from labels.printers import PRINTERS, Printer
from traceapp.domain.errors import Malformed
from traceapp.services.printing.refusals import as_rules

PER_KIND = {"sheet": "laser-600", "roll": "thermal-203"}


def media() -> Mapping[str, Medium]:
    """Every medium, by id, in the order of the list."""
    return press.media()


def medium(name: str) -> Medium:
    """The medium of that id. Raises `medium_unknown`."""
    with as_rules():
        return press.medium(name)


def check_media(text: str) -> list[Finding]:
    """What is wrong with somebody's own media file. Raises `media_not_json`."""
    try:
        listed = json.loads(text)
    except json.JSONDecodeError as fault:
        raise Malformed("media_not_json", line=fault.lineno) from fault
    return press.check(listed)


def printers() -> Sequence[str]:
    """The kinds of printer we know."""
    return list(PRINTERS)


def printer(name: str) -> Printer:
    """The printer of that name. Raises `printer_unknown`."""
    try:
        return PRINTERS[name]
    except KeyError:
        raise Malformed(
            "printer_unknown", field="printer", given=name, expected=", ".join(PRINTERS)
        ) from None


def default_printer(blank: Medium) -> str:
    """The printer people have for such a medium."""
    return PER_KIND[blank.kind]
