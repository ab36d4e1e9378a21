"""What Flask must be given that a server of ASGI applications does not: the path as sent, the whole body.

A key's slash may be escaped (`%2F`), so the resolver reads the path as it was sent. A header whose name has
an underscore could pass for another one, and is left out. A body is taken in before Flask's thread begins
with it: somebody who sends a byte a minute keeps a file open, and no thread.
"""

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from tempfile import SpooledTemporaryFile
from typing import Any, Final
from urllib.parse import quote

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

ASCII: Final = "".join(map(chr, range(33, 127)))
LENGTHS: Final = frozenset({b"content-length", b"transfer-encoding"})
IN_MEMORY: Final = 256 * 1024  # bytes of a body; more goes to a file
PIECE: Final = 64 * 1024


def with_raw_path(app: Wsgi) -> Wsgi:
    """The application, told the path as it was sent."""

    def told(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        scope, query = environ["asgi.scope"], environ["QUERY_STRING"]
        environ["REQUEST_URI"] = scope["raw_path"].decode("latin-1") + (f"?{query}" if query else "")
        return app(environ, start)

    return told


def cleaned(scope: Scope, size: int) -> Scope:
    """The request without doubtful headers, its query in ASCII, with the body's true length in bytes."""
    headers = [(name, value) for name, value in scope["headers"] if b"_" not in name and name not in LENGTHS]
    if size:
        headers.append((b"content-length", b"%d" % size))
    query = quote(scope["query_string"], safe=ASCII).encode("ascii")
    return {**scope, "headers": headers, "query_string": query}


class WholeBody:
    """A body taken in to its end, then given anew; one of more than `most` bytes is cut off there.

    Its length still says that it is too long, so that Flask refuses it.
    """

    def __init__(self) -> None:
        self._file: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - see close
        self.size = 0

    async def take_in(self, receive: Receive, most: int) -> bool:
        """Read it all; `size` is its length in bytes. False where the sender hung up in the middle of it.

        Half a form can look like a whole one: nothing may be done with it.
        """
        more = True
        while more and self.size <= most:
            message = await receive()
            if message["type"] != "http.request":
                return False
            self._file.write(message.get("body", b""))
            self.size = self._file.tell()
            more = message.get("more_body", False)
        self._file.seek(0)
        return True

    async def receive(self) -> dict[str, Any]:
        """The next piece."""
        piece = self._file.read(PIECE)
        return {"type": "http.request", "body": piece, "more_body": len(piece) == PIECE}

    def close(self) -> None:
        """Give the file back."""
        self._file.close()
