"""What was typed in a form whose files are too large: read from its beginning and its end.

The front keeps no more of it (`front.behind`). Browsers send the fields of a form in their order: before the
files, or after them; where the middle of a file is missing nothing is lost. RFC 7578.
"""

from dataclasses import dataclass, field
from typing import Final

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

MOST: Final = 512 * 1024  # bytes: more than the front keeps
MOST_PARTS: Final = 1_000


@dataclass(slots=True)
class Typed:
    """The fields of a form in their order, and the names of its files, as far as they are known."""

    fields: list[tuple[str, str]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)


def typed_in(request: Request) -> Typed:
    """What is known of a form that was refused unread; nothing where it cannot be read."""
    boundary = request.mimetype_params.get("boundary", "")
    if request.mimetype != "multipart/form-data" or not boundary.isascii() or not boundary:
        return Typed()
    decoder = MultipartDecoder(boundary.encode("ascii"), max_parts=MOST_PARTS)
    decoder.receive_data(request.environ["wsgi.input"].read(MOST))
    try:
        return _read(decoder)
    except (ValueError, RequestEntityTooLarge):  # not a form, or one of too many parts
        return Typed()


def _read(decoder: MultipartDecoder) -> Typed:
    typed, name, text = Typed(), None, b""
    while not isinstance(event := decoder.next_event(), NeedData | Epilogue):
        if isinstance(event, Field):
            name, text = event.name, b""
        elif isinstance(event, File):
            typed.files += [] if event.name in typed.files else [event.name]
            name = None
        elif isinstance(event, Data) and name is not None:
            text += event.data
            if not event.more_data:
                typed.fields.append((name, text.decode("utf-8", "replace")))
                name = None
    return typed
