"""Ready pages at hand, made in the background for whoever asks next, forgotten when anything changed.

The one who finds no page is answered by the door behind; nobody waits for a page to be made.
"""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from time import monotonic
from typing import Final

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from traceapp.domain.errors import RuleBroken
from traceapp.services.scans.stamp_index import Version
from traceapp.web.front.asking import Asked
from traceapp.web.public.ready import OwnStory, Ready, make_ready

log = logging.getLogger(__name__)

MOST: Final = 2_000  # of about 80 kB each: three counts, plain and packed

REST: Final = 2.0  # seconds after which a page that could not be made is tried again

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class _Kept:
    version: Version
    page: Ready | None  # None where each stamp is its own case


class Shelf:
    """Pages of one edition of the registry and one day, each of the version of its product."""

    def __init__(self, app: Flask, version_of: Callable[[str], Version]) -> None:
        self._app, self._version_of = app, version_of
        self._made_for: tuple[int, date] | None = None
        self._pages: dict[Key, _Kept] = {}
        self._coming: set[tuple[Key, Version]] = set()
        self._failed_at: dict[Key, float] = {}
        self._maker = ThreadPoolExecutor(1, "pages")

    def find(self, key: Key, of: str, version: Version, asked: Asked, today: date) -> Ready | None:
        """The pages under a key; None while they are not made, and where they cannot be.

        `of` is the number of the product that has this version, nothing for codes never issued.
        """
        now = (version[0], today)
        if now != self._made_for or len(self._pages) > MOST:
            self._made_for, self._pages, self._coming, self._failed_at = now, {}, set(), {}
        kept = self._pages.get(key)
        if kept is not None and kept.version == version:
            return kept.page
        if (key, version) not in self._coming and monotonic() - self._failed_at.get(key, -REST) >= REST:
            self._coming.add((key, version))
            making = self._maker.submit(
                self._make, key, of, asked, version, (self._pages, self._coming, self._failed_at)
            )
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
        of: str,
        asked: Asked,
        version: Version,
        shelf: tuple[dict[Key, _Kept], set[tuple[Key, Version]], dict[Key, float]],
    ) -> None:
        """Make a page and keep it, unless its product has changed meanwhile; a fault is kept nowhere."""
        pages, coming, failed_at = shelf
        try:
            made = make_ready(self._app, asked.address, asked.asked_language, asked.language)
            if self._version_of(of) == version:
                pages[key] = _Kept(version, made)
        except OwnStory:
            pass  # the next stamp of the stretch is another
        except (SQLAlchemyError, RuleBroken):
            log.exception("no ready page for %s", asked.address)
            failed_at[key] = monotonic()
        finally:
            coming.discard((key, version))


def _told(making: "Future[None]") -> None:
    """A fault of ours in making a page reaches the log: the door answers, and nobody would notice."""
    fault = None if making.cancelled() else making.exception()
    if fault is not None:
        log.error("a ready page could not be made", exc_info=fault)
