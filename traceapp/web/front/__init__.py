"""What stands before Flask: the page of a stamp in a few microseconds, everything else passed on.

A serial is opened in memory; one that opens under no key was never issued, and is told so without a question
to any database. One that stands in a calm stretch of a run has its page ready, and only its scan is counted.
Whatever is not known here by heart is the door's (`web/public`), and both ways give the same bytes.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from itertools import chain
from typing import Any, Final, cast

from a2wsgi import WSGIMiddleware
from flask import Flask

from traceapp.domain.days import day_begins, today_in_vietnam
from traceapp.domain.serials import SerialKey, openings
from traceapp.extensions import db
from traceapp.services.public.passport import Tally
from traceapp.services.scans.scan_batches import Opening
from traceapp.services.scans.scanning import Visitor, tokens_of
from traceapp.settings import Settings
from traceapp.web.front.asking import Asked, Scope, read_request
from traceapp.web.front.behind import (
    STATUS,
    UNREAD,
    Held,
    Taken,
    WholeBody,
    cleaned,
    declared_length,
    refused_at_once,
    takes_body,
    with_raw_path,
)
from traceapp.web.front.counting import Counter
from traceapp.web.front.shelf import Shelf
from traceapp.web.front.watch import Watch
from traceapp.web.public.ready import Ready, ReadyPage, fillings

THREADS: Final = 16  # requests Flask answers at once in one process

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Answer = tuple[int, list[tuple[bytes, bytes]], bytes]


class Front:
    """The ASGI application that a server serves."""

    def __init__(self, app: Flask) -> None:
        settings: Settings = app.extensions["settings"]
        self._keys: tuple[SerialKey, ...] = app.extensions["serial_keys"]
        self._languages, self._many = settings.languages, settings.many_scans_devices
        self._app, self._held = app, Held()
        door: Any = with_raw_path(app)  # a2wsgi has names of its own for WSGI's shapes
        self._door = WSGIMiddleware(door, workers=THREADS)
        self._most_bytes: int = app.config["MAX_CONTENT_LENGTH"]
        with app.app_context():
            self._counter = Counter(db.get_engine("scans"), self._many)
            self.watch = Watch(db.get_engine("read"), db.get_engine("scans"))
        self._shelf = Shelf(app, self.watch.index.version_of)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on; the server speaks HTTP to us and nothing else."""
        answer = refused_at_once(scope) or await self.quick(scope)
        if answer is not None:
            status, headers, page = answer
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": page})
            return
        body = WholeBody(self._held)
        try:
            taken = Taken.WHOLE
            if takes_body(self._app, scope):
                taken = await body.take_in(receive, self._most_bytes, declared_length(scope))
            if taken is Taken.LEFT:
                return
            told: Any = {**cleaned(scope, body.size), UNREAD: STATUS.get(taken.value)}
            await self._door(told, cast(Any, body.receive), cast(Any, send))
        finally:
            body.close()

    async def quick(self, scope: Scope) -> Answer | None:
        """The answer known by heart; None where the door must be asked."""
        asked = read_request(scope, self._languages)
        if asked is None or not self.watch.index.current:
            return None
        opened = openings(self._keys, asked.subject, asked.serial)
        first = next(opened, None)
        if first is None:
            return self._unknown(asked)
        place = self.watch.index.place(str(asked.subject), chain((first,), opened))
        visitor = Visitor(_address(scope), asked.browser, "GET", asked.purpose)
        if place is None or not visitor.is_person:
            return None
        now = datetime.now(UTC)
        today = today_in_vietnam(now)
        keys = self.watch.day_keys
        spoken = (asked.asked_language, asked.language)
        shelf = place.run_id, place.stretch, *spoken
        ready = self._shelf.find(shelf, str(asked.subject), place.version, asked, today)
        if ready is None or today not in keys:
            return None
        at = now.replace(second=0, microsecond=0)
        tokens = tokens_of(keys, visitor, today)
        tally = await self._counter.count(Opening(place.run_id, place.index, ready.verdict, tokens, at))
        page = None if tally is None else _page(ready, tally, self._many)
        return None if tally is None or page is None else _filled(page, asked, tally)

    def settle(self) -> None:
        """Wait until the pages asked for are made."""
        self._shelf.settle()

    def close(self) -> None:
        """Give threads and connections back."""
        self.watch.end()
        self._shelf.close()
        self._counter.close()
        self._door.executor.shutdown(wait=False)

    def _unknown(self, asked: Asked) -> Answer | None:
        """Never issued: the same page for every code, and nothing is asked or counted."""
        key = (type(asked.subject), asked.asked_language, asked.language)
        version = self.watch.index.version_of("")
        ready = self._shelf.find(key, "", version, asked, today_in_vietnam(datetime.now(UTC)))
        return None if ready is None else _filled(ready.first, asked, Tally())


def _page(ready: Ready, tally: Tally, many: int) -> ReadyPage | None:
    """A tally that names a province is told in other sentences, by the door."""
    if tally.first_at is None or tally.first_area is not None or tally.areas:
        return None
    if tally.devices >= many:
        if tally.first_at == day_begins(today_in_vietnam(tally.first_at)):
            return None  # told without an hour, by the door
        return ready.many
    return ready.first if tally.scans == 1 else ready.later


def _filled(page: ReadyPage, asked: Asked, tally: Tally) -> Answer:
    told = fillings(str(asked.subject), asked.serial, asked.language, tally)
    return page.status, *page.answer(told, pack=asked.packed)


def _address(scope: Scope) -> str:
    client = scope.get("client")
    return client[0] if client else ""
