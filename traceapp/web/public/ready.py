"""Pages of stamps made once for many: the same bytes the door would answer with, and holes for what varies.

Stamps of one stretch of a run, asked for in one language on one day, differ in their serial and in what the
scan log says of them. Such a page is made by the door itself, of a tally that cannot occur, and taken apart
where that tally and the serial stand. Only verdicts that call nobody are made so; whatever else a stamp is,
the door answers, and an act behind it may have to be written first.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from functools import lru_cache
from typing import Final

from flask import Flask

from traceapp.domain.conformity import Verdict
from traceapp.domain.digital_link import KeyPath, parse_path
from traceapp.extensions import reader
from traceapp.i18n import VIETNAM, shown_day, shown_number
from traceapp.services.public.passport import Passport, Tally
from traceapp.services.scans.watching import may_exceed
from traceapp.web.public.holes import Fillings, Holed, Packed
from traceapp.web.public.pages import page_of, passport_of
from traceapp.web.public.resolver import addressed
from traceapp.web.public.shell import in_fours

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
NEVER: Final = datetime(1999, 12, 31, 23, 57, tzinfo=VIETNAM)
COUNTLESS: Final = 987_654_321
NUMBERLESS: Final = 123_456_789


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


def make_ready(app: Flask, address: str, language: str | None, accepted: str) -> Ready | None:
    """The pages of the stretch that the stamp at `address` stands in; None where each stamp is its own case.

    `language` is what `?lang=` asks for, `accepted` the Accept-Language of who asks.
    """
    headers = {"Accept": "text/html", "Accept-Language": accepted}
    query = {"lang": language} if language else {}
    with app.test_request_context(address, query_string=query, headers=headers):
        path = parse_path(address)
        passport = passport_of(path, with_scans=False)
        alone = passport.stamp is not None and passport.stamp.bought_at is not None
        counted_up = passport.lot is not None and may_exceed(reader(), passport.lot.id)
        if passport.verdict not in CALM or alone or counted_up:
            return None
        tallies = (
            Tally(scans=scans, devices=devices, areas=0, first_at=NEVER)
            for scans, devices in ((1, 1), (COUNTLESS, 1), (COUNTLESS, NUMBERLESS))
        )
        return Ready(passport.verdict, *(_made(app, passport.counted(tally), path) for tally in tallies))


def _made(app: Flask, passport: Passport, path: KeyPath) -> ReadyPage:
    response = app.process_response(addressed(page_of(passport), path))
    holes = _holes(path)
    headers = [
        (name.lower().encode("ascii"), Holed.taken_apart(value.encode("latin-1"), holes))
        for name, value in response.headers
        if name.lower() != "content-length"
    ]
    body = Holed.taken_apart(response.get_data(), holes)
    return ReadyPage(
        response.status_code,
        tuple((name, value.pieces[0]) for name, value in headers if not value.holes),
        tuple((name, value) for name, value in headers if value.holes),
        body,
        Packed.of(body),
    )


def _holes(path: KeyPath) -> dict[bytes, Hole]:
    serial = str(path.serial)
    told = {
        serial: Hole.SERIAL,
        in_fours(serial): Hole.IN_FOURS,
        str(path.subject): Hole.NUMBER,
        shown_day(NEVER.date()): Hole.FIRST_DAY,
        f"{NEVER:%H:%M}": Hole.FIRST_TIME,
        str(NUMBERLESS): Hole.DEVICES,
    } | {shown_number(COUNTLESS, code): Hole.SCANS for code in ("vi", "en", "zh")}
    return {text.encode(): hole for text, hole in told.items()}


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
