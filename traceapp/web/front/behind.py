"""What Flask must be given that a server of ASGI applications does not: the path as sent, the whole body.

A key's slash may be escaped (`%2F`), so the resolver reads the path as it was sent. A header whose name has
an underscore could pass for another one, and is left out. A body is taken in before Flask's thread begins
with it, where a route takes one: somebody who sends a byte a minute keeps a file open for a while, and no
thread. All bodies of a process together have a budget, whose last part is left to small forms. Of one that is
too long beginning and end are kept and the rest read into nothing, within a bound: a browser that still sends
hears no answer, and a server that closes on it looks broken.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from contextlib import suppress
from enum import Enum
from tempfile import SpooledTemporaryFile
from time import monotonic
from typing import Any, Final
from urllib.parse import quote

from flask import Flask
from werkzeug.exceptions import HTTPException

from traceapp.full_disk import is_disk_full
from traceapp.web.errors import not_taken_in

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

ASCII: Final = "".join(map(chr, range(33, 127)))
LENGTHS: Final = frozenset({b"content-length", b"transfer-encoding"})
IN_MEMORY: Final = 256 * 1024  # bytes of a body; more goes to a file
PIECE: Final = 64 * 1024
BUDGET: Final = 160 * 1024 * 1024  # bytes of all bodies that one process holds
SMALL: Final = 64 * 1024  # a body of so many bytes may also use what is
LEFT_TO_SMALL: Final = 32 * 1024 * 1024
AT_LEAST: Final = 30.0  # seconds that every sender has
SLOWEST: Final = 8 * 1024  # bytes that each further second asks for: a scan from a village on a bad day
HEAD: Final = 256 * 1024  # bytes kept of a body that is too long: what was typed stands before its files
TAIL: Final = 64 * 1024  # and after them
MOST_DRAINED: Final = 200 * 1024 * 1024  # bytes of it that are read, so that its sender hears why
DRAINED_SLOWEST: Final = 64 * 1024  # bytes a second that this asks for
MOST_DIGITS: Final = 16  # of a length
MOST_HEADERS: Final = 16 * 1024  # bytes, all together
LOOKS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
OLD: Final = frozenset({"1", "1.0"})  # HTTP/1.0, as this server calls it and as its specification does
UNREAD: Final = "traceapp.unread"
STATUS: Final = {"refused": 503, "disk_full": 507}  # of a body that was not taken in

Refused = tuple[int, list[tuple[bytes, bytes]], bytes]


def with_raw_path(app: Flask) -> Wsgi:
    """The application, told the path as it was sent; a body that was not taken in is for later."""

    def told(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        scope, query = environ["asgi.scope"], environ["QUERY_STRING"]
        environ["REQUEST_URI"] = scope["raw_path"].decode("latin-1") + (f"?{query}" if query else "")
        unread = scope.get(UNREAD)
        return not_taken_in(app, environ, unread)(environ, start) if unread else app(environ, start)

    return told


def refused_at_once(scope: Scope) -> Refused | None:
    """What is said of too many bytes of headers (RFC 6585), and of not one Host (RFC 9112, 3.2)."""
    headers = scope["headers"]
    if sum(len(name) + len(value) for name, value in headers) > MOST_HEADERS:
        return _no(431)
    hosts = [value for name, value in headers if name == b"host"]
    if scope["http_version"] in OLD and not any(hosts):
        return None
    # Where none came the server writes an empty one.
    return None if len(hosts) == 1 and hosts[0] else _no(400)


def _no(status: int) -> Refused:
    return status, [(b"content-length", b"0"), (b"connection", b"close")], b""


def takes_body(app: Flask, scope: Scope) -> bool:
    """Whether a route is there for what is sent, so that it must be read."""
    if scope["method"] in LOOKS:
        return False
    try:
        app.url_map.bind("localhost").match(scope["path"], method=scope["method"])
    except HTTPException:  # no such page, not in this way, or elsewhere
        return False
    return True


def cleaned(scope: Scope, size: int) -> Scope:
    """The request without doubtful headers, its query in ASCII, with the body's true length in bytes."""
    headers = [(name, value) for name, value in scope["headers"] if b"_" not in name and name not in LENGTHS]
    if size:
        headers.append((b"content-length", b"%d" % size))
    query = quote(scope["query_string"], safe=ASCII).encode("ascii")
    return {**scope, "headers": headers, "query_string": query}


class Held:
    """The bytes of bodies that one process holds just now."""

    def __init__(self) -> None:
        self.size = 0

    def room_for(self, more: int, *, size: int) -> bool:
        """Whether a body that grows by `more` to `size` may be held."""
        most = BUDGET if size <= SMALL else BUDGET - LEFT_TO_SMALL
        return self.size + more <= most


class Taken(Enum):
    """What came of taking a body in."""

    WHOLE = "whole"
    LEFT = "left"  # by its sender, in the middle of it
    REFUSED = "refused"  # for want of room, or sent too slowly
    DISK_FULL = "disk_full"


class WholeBody:
    """A body taken in to its end, then given anew; of one of more than `most` bytes its beginning and end.

    Its length still says that it is too long, so that Flask refuses it.
    """

    def __init__(self, held: Held) -> None:
        self._file: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - see close
        self._held = held
        self._stored = 0
        self._tail: deque[bytes] = deque()  # pieces, not a copy for each
        self.size = 0

    async def take_in(self, receive: Receive, most: int, declared: int = 0) -> Taken:
        """Read it all; `size` is its length in bytes, `declared` what its sender says that will be.

        Half a form can look like a whole one: nothing may be done with it.
        """
        try:
            return await self._taken(receive, most, declared)
        except OSError as fault:
            if not is_disk_full(fault):
                raise
            return Taken.DISK_FULL

    async def _taken(self, receive: Receive, most: int, declared: int) -> Taken:
        too_long = declared > most
        more, began = declared <= most + MOST_DRAINED, monotonic()
        while more and self.size <= most + MOST_DRAINED:
            slowest = DRAINED_SLOWEST if too_long else SLOWEST
            try:
                async with asyncio.timeout(began + AT_LEAST + self.size / slowest - monotonic()):
                    message = await receive()
            except TimeoutError:
                if not too_long:
                    return Taken.REFUSED
                break
            if message["type"] != "http.request":
                return Taken.LEFT
            piece = message.get("body", b"")
            too_long = too_long or self.size + len(piece) > most
            if too_long:
                self._skim(piece)
            elif not self._kept(piece):
                return Taken.REFUSED
            more = message.get("more_body", False)
        if too_long:
            self.size = max(self.size, declared)
            self._store(b"" if more else b"".join(self._tail)[-TAIL:])
        self._file.seek(0)
        return Taken.WHOLE

    def _kept(self, piece: bytes) -> bool:
        if not self._held.room_for(len(piece), size=self.size + len(piece)):
            return False
        self._store(piece)
        self.size += len(piece)
        return True

    def _skim(self, piece: bytes) -> None:
        """Of a body that is too long: keep its beginning and its end, and give back the room of the rest."""
        if self._stored > HEAD:
            self._file.seek(max(HEAD, self._stored - TAIL))
            self._tail.append(self._file.read())
            self._file.truncate(HEAD)
            self._file.seek(HEAD)
            self._held.size -= self._stored - HEAD
            self._stored = HEAD
        head = piece[: HEAD - self._stored]
        if head and self._held.room_for(len(head), size=self._stored + len(head)):
            self._store(head)
        self._tail.append(piece[len(head) :])
        while sum(map(len, self._tail)) - len(self._tail[0]) >= TAIL:
            self._tail.popleft()
        self.size += len(piece)

    def _store(self, piece: bytes) -> None:
        self._file.write(piece)
        self._stored += len(piece)
        self._held.size += len(piece)

    async def receive(self) -> dict[str, Any]:
        """The next piece."""
        piece = self._file.read(PIECE)
        return {"type": "http.request", "body": piece, "more_body": len(piece) == PIECE}

    def close(self) -> None:
        """Give the room back, and the file; what a full disk did not take of it is wanted by nobody."""
        self._held.size -= self._stored
        self._stored = 0
        with suppress(OSError):
            self._file.close()


def declared_length(scope: Scope) -> int:
    """The length that a sender says its body will have; 0 where it says none that can be read.

    >>> declared_length({"headers": [(b"content-length", b"12")]}), declared_length({"headers": []})
    (12, 0)
    """
    told = [value for name, value in scope["headers"] if name == b"content-length"]
    return int(told[0]) if len(told) == 1 and told[0].isdigit() and len(told[0]) < MOST_DIGITS else 0
