"""The life of a print run: waiting, drawing, stopped, done.

>>> PrintState.QUEUED.is_open, PrintState.DONE.is_open
(True, False)
"""

from enum import StrEnum


class PrintKind(StrEnum):
    """What a print run draws."""

    STAMPS = "stamps"
    LABELS = "labels"


class PrintState(StrEnum):
    """Where a print run stands. ``paused`` keeps what is done; ``cancelled`` and ``failed`` offer no file."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    FAILED = "failed"
    DONE = "done"

    @property
    def is_open(self) -> bool:
        """Whether a worker may still have something to do for it, now or when it is resumed."""
        return self in {PrintState.QUEUED, PrintState.RUNNING, PrintState.PAUSED}
