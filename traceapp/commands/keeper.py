"""A child process kept alive: started again when it dies, ended with whoever keeps it."""

import logging
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

log = logging.getLogger(__name__)

FIRST_PAUSE: Final = 1.0  # seconds before it is started again; doubled while it keeps dying
LONGEST_PAUSE: Final = 30.0
LONG_LIFE: Final = 60.0  # one that lived so long did not die of its start

Start = Callable[[], "subprocess.Popen[bytes]"]


@contextmanager
def kept(start: Start, patience: float) -> Iterator[None]:
    """What `start` starts runs during the block; at its end it has `patience` seconds to go by itself."""
    keeper = _Keeper(start)
    threading.Thread(target=keeper.keep, name="keeper", daemon=True).start()
    try:
        yield
    finally:
        keeper.end(patience)


class _Keeper:
    def __init__(self, start: Start) -> None:
        self._start, self._child = start, start()
        self._ending, self._guard = threading.Event(), threading.Lock()

    def keep(self) -> None:
        """Wait for its death, then start another, until told to end."""
        pause = FIRST_PAUSE
        while True:
            began = time.monotonic()
            code = self._child.wait()
            pause = FIRST_PAUSE if time.monotonic() - began > LONG_LIFE else min(pause * 2, LONGEST_PAUSE)
            if self._ending.wait(pause):
                return
            log.error("the worker ended (%s); another is started", code)
            with self._guard:
                if self._ending.is_set():
                    return
                self._try_again()

    def _try_again(self) -> None:
        try:
            self._child = self._start()
        except OSError:  # no memory, no process to be had: the next turn finds the dead one and tries again
            log.exception("no worker could be started")

    def end(self, patience: float) -> None:
        """Ask it to go; kill it where it does not."""
        with self._guard:
            self._ending.set()
        self._child.terminate()
        try:
            self._child.wait(patience)
        except subprocess.TimeoutExpired:
            self._child.kill()
