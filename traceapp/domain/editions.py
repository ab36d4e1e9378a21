"""Editions of a standard: which one replaced which, until when one may change over, and what that means.

A certificate to an edition that was replaced keeps the status its dates and decisions give it; what the new
edition means is told beside it. Only what is known is told: an edition without a day has none.

>>> old = Edition("ISO 22000:2005", transition_until=date(2021, 6, 29), newer=Edition("ISO 22000:2018"))
>>> notice(old, date(2021, 6, 29)).over, notice(old, date(2021, 6, 30)).over
(False, True)
>>> notice(Edition("ISO 22000:2018"), date(2026, 11, 22)) is None
True
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from traceapp.domain.text import folded

_NATIONAL: Final = re.compile(r"^(?:tcvn|bs|en|din)(?=(?:en|iso))")
_SIGNS: Final = re.compile(r"[\s.\-–—/]+")


@dataclass(frozen=True, slots=True)
class Edition:
    """A standard as it is printed on certificates; `newer` is the edition that replaced it."""

    standard: str
    transition_until: date | None = None
    newer: "Edition | None" = None


@dataclass(frozen=True, slots=True)
class EditionNotice:
    """What a reader should know of a replaced edition; `over` None where the last day is not known."""

    newer: str
    transition_until: date | None
    over: bool | None


def notice(edition: Edition, day: date) -> EditionNotice | None:
    """What to say of this edition on a day; None for one that nothing replaced."""
    if edition.newer is None:
        return None
    newest = edition.newer
    while newest.newer is not None:
        newest = newest.newer
    until = edition.transition_until
    return EditionNotice(newest.standard, until, None if until is None else day > until)


def same_standard(one: str, other: str) -> bool:
    """Whether two ways of writing name one edition: spaces, hyphens and national prefixes aside.

    >>> same_standard("TCVN ISO 22000 : 2018", "iso 22000-2018"), same_standard("ISO 9001", "ISO 9001:2015")
    (True, False)
    """
    return _key(one) == _key(other)


def named_once(standard: str, scheme: str) -> tuple[str, ...]:
    """A standard and its scheme's name, each saying what the other does not: one where it says both.

    >>> named_once("ISO 22000:2018", "An toàn thực phẩm"), named_once("ISO 22000:2018", "ISO 22000")
    (('ISO 22000:2018', 'An toàn thực phẩm'), ('ISO 22000:2018',))
    >>> named_once("VietGAP", "VietGAP"), named_once("VietGAP", "VietGAP trồng trọt")
    (('VietGAP',), ('VietGAP trồng trọt',))
    """
    if folded(scheme) in folded(standard):
        return (standard,)
    return (scheme,) if folded(standard) in folded(scheme) else (standard, scheme)


def find_edition(editions: Iterable[Edition], standard: str) -> Edition | None:
    """The edition that a certificate's text names."""
    return next((one for one in editions if same_standard(one.standard, standard)), None)


def _key(standard: str) -> str:
    """The letters and figures of a standard's name, the year set off from the number.

    >>> _key("TCVN 11892-1:2017"), _key("ISO 9001 : 2015")
    ('tcvn11892 1 2017', 'iso9001 2015')
    """
    plain = _SIGNS.sub("", folded(standard).replace(":", "-").replace("-", "|"))
    plain = _NATIONAL.sub("", plain)
    return " ".join(part for part in plain.split("|") if part)
