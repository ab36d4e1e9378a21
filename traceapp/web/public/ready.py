"""Pages of stamps made once for many: the same bytes the door would answer with, and holes for what varies.

Stamps of one stretch of a run, asked for in one language on one day, differ in their serial and in what the
scan log says of them. Such a page is made by the door itself of signs (`signs`) in their place, and taken
apart where the signs stand; it is kept if other signs leave the same pieces. Nothing that a visitor sent is
in it, and nothing that a record says is lost. Only verdicts that call nobody are made so; whatever else a
stamp is, the door answers, and an act behind it may have to be written first.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from functools import lru_cache, partial
from typing import Final

from flask import Flask

from traceapp.domain.conformity import Verdict
from traceapp.domain.digital_link import parse_path
from traceapp.extensions import reader
from traceapp.i18n import VIETNAM, shown_day, shown_number
from traceapp.services.public.passport import Passport, Tally
from traceapp.services.scans.watching import may_exceed
from traceapp.web.languages import language as spoken
from traceapp.web.public.holes import Fillings, Holed, Packed
from traceapp.web.public.pages import page_of, passport_of
from traceapp.web.public.resolver import addressed
from traceapp.web.public.signs import draw

CALM: Final = frozenset(
    {
        Verdict.VALID_FIRST,
        Verdict.VALID_REPEAT,
        Verdict.CERTIFICATE_EXPIRED,
        Verdict.CERTIFICATE_SUSPENDED,
        Verdict.CERTIFICATE_WITHDRAWN,
        Verdict.PAST_USE_BY,
        Verdict.UNKNOWN,
    }
)
"""Verdicts that are told and counted, and alarm nobody (trust.md, section 3)."""
TRIES: Final = 3  # pairs of signs: by chance one may stand in a record


class Hole(IntEnum):
    """What is filled in for each stamp: places in the row that `fillings` gives."""

    SERIAL = 0
    IN_FOURS = 1
    NUMBER = 2
    SCANS = 3
    DEVICES = 4
    FIRST_DAY = 5
    FIRST_TIME = 6


@dataclass(frozen=True, slots=True)
class ReadyPage:
    """An answer with holes: its status, the headers that are always the same, the others, and the body."""

    status: int
    same: tuple[tuple[bytes, bytes], ...]
    own: tuple[tuple[bytes, Holed], ...]
    body: Holed
    packed: Packed

    def answer(self, told: Fillings, *, pack: bool) -> tuple[list[tuple[bytes, bytes]], bytes]:
        """Headers and body with the holes filled, the length among the headers."""
        body = (self.packed if pack else self.body).filled(told)
        headers = [*self.same, *((name, value.filled(told)) for name, value in self.own)]
        if pack:
            headers.append((b"content-encoding", b"gzip"))
        headers.append((b"content-length", b"%d" % len(body)))
        return headers, body


@dataclass(frozen=True, slots=True)
class Ready:
    """The pages of a stretch (first scan, later ones, many devices), and its verdict but for the count."""

    verdict: Verdict
    first: ReadyPage
    later: ReadyPage
    many: ReadyPage


@dataclass(frozen=True, slots=True)
class _Apart:
    """A page taken apart: its status, its headers, its body."""

    status: int
    headers: tuple[tuple[bytes, Holed], ...]
    body: Holed

    def ready(self) -> ReadyPage:
        """The same, ready to be filled."""
        return ReadyPage(
            self.status,
            tuple((name, value.pieces[0]) for name, value in self.headers if not value.holes),
            tuple((name, value) for name, value in self.headers if value.holes),
            self.body,
            Packed.of(self.body),
        )


class OwnStory(Exception):
    """The stamp asked for was just bought, or its PIN used: its page is no pattern for its stretch."""


def make_ready(app: Flask, address: str, asked_language: str | None, language: str) -> Ready | None:
    """The pages of the stretch that the stamp at `address` stands in; None where each stamp is its own case.

    `asked_language` is what `?lang=` asks for, `language` what the page is told in. Raises `OwnStory`.
    """
    headers = {"Accept": "text/html", "Accept-Language": language}
    query = {"lang": asked_language} if asked_language else {}
    asking = partial(app.test_request_context, query_string=query, headers=headers)
    with asking(address):
        passport = passport_of(parse_path(address), with_scans=False)
        if _has_own_story(passport):
            raise OwnStory
        counted_up = passport.lot is not None and may_exceed(reader(), passport.lot.id)
    verdict = passport.verdict
    if verdict is None or verdict not in CALM or counted_up:
        return None
    for _ in range(TRIES):
        pages = _told_alike(app, asking, passport)
        if pages is not None:
            return Ready(verdict, *(page.ready() for page in pages))
    return None


def _has_own_story(passport: Passport) -> bool:
    stamp = passport.stamp
    return stamp is not None and (
        stamp.bought_at is not None or (stamp.pin is not None and stamp.pin.at is not None)
    )


def _told_alike(
    app: Flask, asking: Callable[[str], AbstractContextManager[object]], passport: Passport
) -> list[_Apart] | None:
    """The pages, if two different rows of signs leave the same between them, else None."""
    told: list[tuple[Fillings, list[_Apart]]] = []
    for fewest in (True, False):
        signs = draw(passport, fewest=fewest)
        about = signs.about(passport)
        with asking(about.path.path()):
            words = fillings(str(signs.subject or ""), signs.serial, spoken(), signs.many)
            holes = {word: Hole(at) for at, word in enumerate(words) if word}
            told.append((words, [_taken_apart(app, about, tally, holes) for tally in signs.tallies]))
    (some, one), (others, another) = told
    distinct = all(here != there for here, there in zip(some, others, strict=True) if here)
    return one if distinct and one == another else None


def _taken_apart(app: Flask, about: Passport, tally: Tally, holes: dict[bytes, Hole]) -> _Apart:
    response = app.process_response(addressed(page_of(about.counted(tally)), about.path))
    headers = tuple(
        (name.lower().encode("ascii"), Holed.taken_apart(value.encode("latin-1"), holes))
        for name, value in response.headers
        if name.lower() != "content-length"
    )
    return _Apart(response.status_code, headers, Holed.taken_apart(response.get_data(), holes))


def fillings(number: str, serial: str, language: str, tally: Tally) -> Fillings:
    """What stands in the holes of one stamp's page, in the order of `Hole`."""
    first = tally.first_at.astimezone(VIETNAM) if tally.first_at else None
    return (
        serial.encode("ascii"),
        f"{serial[:4]}-{serial[4:8]}-{serial[8:]}".encode("ascii"),
        number.encode("ascii"),
        _number(tally.scans or 0, language),
        b"%d" % tally.devices,
        _day(first.date()) if first else b"",
        b"%02d:%02d" % (first.hour, first.minute) if first else b"",
    )


@lru_cache(maxsize=4096)
def _number(count: int, language: str) -> bytes:
    return shown_number(count, language).encode()


@lru_cache(maxsize=4096)
def _day(day: date) -> bytes:
    return shown_day(day).encode()
