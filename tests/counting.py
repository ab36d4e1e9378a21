"""What a piece of code asks the database and reads from it: by count, never by the clock."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session


@contextmanager
def counting() -> Iterator[list[str]]:
    """The statements asked meanwhile, of whichever database."""
    asked: list[str] = []

    def listen(*told: object) -> None:
        asked.append(str(told[2]))

    event.listen(Engine, "before_cursor_execute", listen)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", listen)


@contextmanager
def reading() -> Iterator[list[object]]:
    """The records read meanwhile, by whichever session."""
    read: list[object] = []

    def listen(_session: Session, record: object) -> None:
        read.append(record)

    event.listen(Session, "loaded_as_persistent", listen)
    try:
        yield read
    finally:
        event.remove(Session, "loaded_as_persistent", listen)
