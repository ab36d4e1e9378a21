"""Ready pages at hand, made in the background for whoever asks next, forgotten when anything changed.

The one who finds no page is answered by the door behind; nobody waits for a page to be made.
"""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from typing import Final

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from traceapp.domain.errors import RuleBroken
from traceapp.web.front.asking import Asked
from traceapp.web.public.ready import Ready, make_ready

log = logging.getLogger(__name__)

MOST: Final = 2_000  # of about 80 kB each: three counts, plain and packed

Key = tuple[object, ...]


class Shelf:
    """Pages of one edition of the registry and one day."""

    def __init__(self, app: Flask, edition: Callable[[], int]) -> None:
        self._app, self._edition = app, edition
        self._made_for: tuple[int, date] | None = None
        self._pages: dict[Key, Ready | None] = {}
        self._coming: set[Key] = set()
        self._maker = ThreadPoolExecutor(1, "pages")

    def find(self, key: Key, asked: Asked, today: date) -> Ready | None:
        """The pages under a key; None while they are not made, and where they cannot be."""
        now = (self._edition(), today)
        if now != self._made_for or len(self._pages) > MOST:
            self._made_for, self._pages, self._coming = now, {}, set()
        if key in self._pages:
            return self._pages[key]
        if key not in self._coming:
            self._coming.add(key)
            making = self._maker.submit(self._make, key, asked, now, self._pages, self._coming)
            making.add_done_callback(_told)
        return None

    def settle(self) -> None:
        """Wait until everything asked for so far is made."""
        self._maker.submit(bool).result()

    def close(self) -> None:
        """Make no more."""
        self._maker.shutdown(cancel_futures=True)

    def _make(
        self,
        key: Key,
        asked: Asked,
        began: tuple[int, date],
        pages: dict[Key, Ready | None],
        coming: set[Key],
    ) -> None:
        """Make a page and keep it, unless the registry has changed meanwhile."""
        try:
            made = make_ready(self._app, asked.address, asked.asked_language, asked.language)
        except (SQLAlchemyError, RuleBroken):
            log.exception("no ready page for %s", asked.address)
            made = None
        if self._edition() == began[0]:
            pages[key] = made
        coming.discard(key)


def _told(making: "Future[None]") -> None:
    """A fault of ours in making a page reaches the log: the door answers, and nobody would notice."""
    fault = None if making.cancelled() else making.exception()
    if fault is not None:
        log.error("a ready page could not be made", exc_info=fault)
