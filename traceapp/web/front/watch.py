"""The thread that keeps a server's memory true: the journal read twice a second, the day's keys at hand."""

import logging
import threading
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from traceapp.services.scans.scanning import day_keys
from traceapp.services.scans.stamp_index import StampIndex

log = logging.getLogger(__name__)

EVERY: Final = 0.5  # seconds


class Watch:
    """The runs in memory and the keys of device tokens, by the day they are for; begun once per process."""

    def __init__(self, registry: Engine, scans: Engine) -> None:
        self.index = StampIndex(lambda: Session(registry))
        self.day_keys: Mapping[date, str] = {}
        self._scans = scans
        self._enough = threading.Event()

    def look(self) -> None:
        """One look; a database that does not answer leaves what is known to grow stale."""
        try:
            self.index.refresh()
            with Session(self._scans) as session:
                self.day_keys = day_keys(session, datetime.now(UTC))
                session.commit()
        except SQLAlchemyError:
            log.exception("what changed in the registry cannot be read")

    def begin(self) -> None:
        """Look now, and again until `end`."""
        self.look()
        threading.Thread(target=self._go_on, name="watch", daemon=True).start()

    def end(self) -> None:
        """Stop looking."""
        self._enough.set()

    def _go_on(self) -> None:
        while not self._enough.wait(EVERY):
            self.look()
