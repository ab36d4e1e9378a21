"""Scans counted for everybody who waits just now: one commit for a whole breath of the event loop.

On SQLite an opening that repeats another is told at once, because nothing is written; and the transaction of
those that count takes less than it costs to wake a thread, so it runs where it stands. A PostgreSQL
is asked by a thread of its own, and what comes in meanwhile is the next batch. A log that fails is left alone
for a moment: who would have been counted is answered by the door behind, which can answer uncounted. So is
whoever has waited long, whatever holds the thread up.
"""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from time import monotonic
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from traceapp.services.public.passport import Tally
from traceapp.services.scans.scan_batches import Busy, Counts, Judged, LogFailed, Opening, open_counts

log = logging.getLogger(__name__)

MOST: Final = 200  # openings in one transaction
SOON: Final = 0.001  # seconds until a database that another process writes is asked again
PATIENCE: Final = 1.0  # seconds for which that goes on: a page may not wait for a count
LONGEST: Final = 1.5  # seconds after which nobody waits any more, whatever happens
REST: Final = 2.0  # seconds for which a log that failed is left alone


class Counter:
    """The scan log as one event loop uses it."""

    def __init__(self, engine: Engine, many_scans_devices: int) -> None:
        self._engine, self._many = engine, many_scans_devices
        self._inline = engine.dialect.name == "sqlite"
        self._thread = None if self._inline else ThreadPoolExecutor(1, "scans")
        self._counts: Counts | None = None
        self._waiting: Waiting = []
        self._coming: set[tuple[int, int]] = set()  # stamps for which somebody waits
        self._busy = False
        self._rests_until = self._busy_since = self._began_at = 0.0

    async def count(self, opening: Opening) -> Tally | None:
        """The tally that follows; None where the door behind must see to it."""
        moment = monotonic()
        if moment < self._rests_until or (self._began_at and moment - self._began_at > LONGEST):
            return None
        stamp = opening.run_id, opening.index
        judged = self._look(opening) if self._inline and stamp not in self._coming else None
        if judged is not None and not judged.word:
            return judged.tally
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[Tally | None] = loop.create_future()
        self._waiting.append((opening, judged, waiter))
        self._coming.add(stamp)
        if not self._busy:
            self._busy = True
            loop.call_soon(self._begin, loop)
        patience = loop.call_later(LONGEST, self._give_up, waiter)
        try:
            return await waiter
        finally:
            patience.cancel()

    def close(self) -> None:
        """Give the connection and the thread back."""
        if self._thread is not None:
            self._thread.shutdown()
        if self._counts is not None:
            self._counts.close()
            self._counts = None

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        batch, self._waiting = _apart([one for one in self._waiting if not one[2].done()])
        if not batch:  # all of them have given up
            self._busy, self._coming = False, set()
            self._busy_since = self._began_at = 0.0
            return
        self._began_at = monotonic()
        self._coming = {(opening.run_id, opening.index) for opening, _, _ in self._waiting}
        if self._thread is None:
            self._here(loop, batch)
            return
        work = loop.run_in_executor(self._thread, self._work, batch)
        work.add_done_callback(partial(self._done, loop, batch))

    def _here(self, loop: asyncio.AbstractEventLoop, batch: "Waiting") -> None:
        """Count without a thread; who finds another process writing asks again soon, but not for ever."""
        tallies: list[Tally | None] = [None] * len(batch)
        again = False
        try:
            tallies = self._work(batch)
            self._busy_since = 0.0
        except Busy as fault:
            again = self._patient()
            if not again:
                self._failed(len(batch), fault)
        finally:  # also where the fault is ours: it reaches the log, and nobody waits for ever
            if again:
                # what was seen of them is old by then
                self._waiting = [(opening, None, waiter) for opening, _, waiter in batch] + self._waiting
                self._coming |= {(opening.run_id, opening.index) for opening, _, _ in batch}
                loop.call_later(SOON, self._begin, loop)
            else:
                self._end(loop, batch, tallies)

    def _give_up(self, waiter: "asyncio.Future[Tally | None]") -> None:
        if not waiter.done():
            log.error("the scan log does not answer")
            waiter.set_result(None)

    def _patient(self) -> bool:
        """Whether a log that another process is writing may be asked again."""
        self._busy_since = self._busy_since or monotonic()
        if monotonic() - self._busy_since < PATIENCE:
            return True
        self._busy_since = 0.0
        return False

    def _done(
        self, loop: asyncio.AbstractEventLoop, batch: "Waiting", done: "asyncio.Future[list[Tally | None]]"
    ) -> None:
        """What the thread brought; a fault of ours reaches the log, and nobody waits for ever."""
        fault = done.exception()
        if fault is not None:
            log.error("scans were not counted", exc_info=fault)
        self._end(loop, batch, [None] * len(batch) if fault else done.result())

    def _look(self, opening: Opening) -> Judged | None:
        """What is to be done with an opening; a fault is the batch's to find."""
        if self._counts is None:
            return None
        try:
            return self._counts.look(opening)
        except LogFailed:
            return None

    def _work(self, batch: "Waiting") -> list[Tally | None]:
        try:
            if self._counts is None:
                self._counts = open_counts(self._engine, self._many)
            return self._counts.count([one[0] for one in batch], [one[1] for one in batch])
        except (SQLAlchemyError, LogFailed) as fault:
            return self._failed(len(batch), fault)

    def _failed(self, waiting: int, fault: Exception) -> list[Tally | None]:
        log.error("the scan log cannot be written: %s", fault)
        self._rests_until = monotonic() + REST
        counts, self._counts = self._counts, None
        if counts is not None:
            counts.close()
        return [None] * waiting

    def _end(self, loop: asyncio.AbstractEventLoop, batch: "Waiting", tallies: list[Tally | None]) -> None:
        for (_, _, waiter), tally in zip(batch, tallies, strict=True):
            if not waiter.done():  # who hung up waits no more
                waiter.set_result(tally)
        self._began_at = 0.0
        self._busy = bool(self._waiting)
        if self._busy:
            loop.call_soon(self._begin, loop)


Waiting = list[tuple[Opening, Judged | None, "asyncio.Future[Tally | None]"]]


def _apart(waiting: Waiting) -> tuple[Waiting, Waiting]:
    """A batch in which no stamp stands twice, and who waits for the next."""
    seen: set[tuple[int, int]] = set()
    batch: Waiting = []
    later: Waiting = []
    for one in waiting:
        stamp = one[0].run_id, one[0].index
        fits = len(batch) < MOST and stamp not in seen
        (batch if fits else later).append(one)
        seen.add(stamp)
    return batch, later
