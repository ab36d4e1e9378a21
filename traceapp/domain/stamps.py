"""The life of a stamp: minted, printed, activated, void, and which steps are legal.

State lives on the run, one row for a million stamps; a torn sheet or a lost roll is an exception row on a
stretch of it. A void run is void whatever its exceptions say; otherwise the last exception holding a stamp
decides.

>>> run = StampRun(StampState.ACTIVATED, StampRange(0, 10_000))
>>> torn = StampException(StampRange(65, 65), StampState.VOID)
>>> state_of(70, run, [torn]).value, state_of(130, run, [torn]).value
('void', 'activated')
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Final, TypeVar

from traceapp.domain.errors import Conflict, Malformed, NotAllowed

T = TypeVar("T")
UNDO_HOURS: Final = 240  # the ten days the EU's medicines rule gives to undo a mistake


class StampState(StrEnum):
    """Where a run, or a stretch of one, stands."""

    MINTED = "minted"
    PRINTED = "printed"
    ACTIVATED = "activated"
    VOID = "void"


_MOVES: Final = {
    StampState.MINTED: frozenset({StampState.PRINTED, StampState.VOID}),
    StampState.PRINTED: frozenset({StampState.ACTIVATED, StampState.VOID}),
    StampState.ACTIVATED: frozenset({StampState.VOID}),
    StampState.VOID: frozenset[StampState](),
}


def may_move(before: StampState, after: StampState) -> bool:
    """Whether a stamp in one state may be brought into the other (undoing apart)."""
    return after in _MOVES[before]


def check_move(before: StampState, after: StampState) -> None:
    """Raises `Conflict` `stamp_move` where `may_move` says no."""
    if not may_move(before, after):
        raise Conflict("stamp_move", found=before, given=after)


def check_undo(done: StampState, *, done_at: datetime, done_by: object, now: datetime, actor: object) -> None:
    """Activation and voiding can be undone for 240 hours, by the one who did it.

    Raises `undo_not_this` (nothing to undo), `undo_other_person`, `undo_too_late`.
    """
    if done not in (StampState.ACTIVATED, StampState.VOID):
        raise Conflict("undo_not_this", found=done)
    if done_by != actor:
        raise NotAllowed("undo_other_person")
    if now - done_at > timedelta(hours=UNDO_HOURS):
        raise Conflict("undo_too_late", limit=UNDO_HOURS, found=int((now - done_at) / timedelta(hours=1)))


@dataclass(frozen=True, slots=True, order=True)
class StampRange:
    """A contiguous stretch of a count: `first`, and how many.

    >>> StampRange(10, 5).last, 14 in StampRange(10, 5), StampRange(10, 5).overlaps(StampRange(15, 5))
    (14, True, False)
    """

    first: int
    count: int

    def __post_init__(self) -> None:
        if self.first < 0 or self.count < 1:
            raise Malformed("stamp_range", field="count", given=self.count, first=self.first)

    @property
    def last(self) -> int:
        """The last one inside."""
        return self.first + self.count - 1

    def __contains__(self, index: int) -> bool:
        return self.first <= index <= self.last

    def overlaps(self, other: "StampRange") -> bool:
        """Whether the two share at least one."""
        return self.first <= other.last and other.first <= self.last

    def holds(self, other: "StampRange") -> bool:
        """Whether the other lies wholly inside."""
        return self.first <= other.first and other.last <= self.last


@dataclass(frozen=True, slots=True)
class StampRun:
    """What a run says of all its stamps."""

    state: StampState
    range: StampRange


@dataclass(frozen=True, slots=True)
class StampException:
    """What a later act says of a stretch of a run, counted as the run is."""

    range: StampRange
    state: StampState


def check_exception(run: StampRun, exception: StampException) -> None:
    """Raises `Malformed` `stamp_outside_run` for a stretch that does not lie within its run."""
    if not run.range.holds(exception.range):
        raise Malformed(
            "stamp_outside_run",
            field="range",
            given=f"{exception.range.first}-{exception.range.last}",
            expected=f"{run.range.first}-{run.range.last}",
        )


def state_of(index: int, run: StampRun, exceptions: Iterable[StampException]) -> StampState | None:
    """The state of one stamp, exceptions given oldest first; None where the run does not hold it."""
    if index not in run.range:
        return None
    if run.state is StampState.VOID:
        return run.state
    state: StampState = run.state
    for exception in exceptions:
        if index in exception.range:
            state = exception.state
    return state


Segment = tuple[StampRange, StampState]


def painted(run: StampRun, exceptions: Iterable[StampException]) -> list[Segment]:
    """The run cut into stretches of one state, in order; exceptions given oldest first.

    >>> run = StampRun(StampState.PRINTED, StampRange(0, 10))
    >>> [(held.first, held.last, str(state)) for held, state in painted(run, [
    ...     StampException(StampRange(2, 3), StampState.VOID)])]
    [(0, 1, 'printed'), (2, 4, 'void'), (5, 9, 'printed')]
    """
    laid = () if run.state is StampState.VOID else ((one.range, one.state) for one in exceptions)
    return spliced(run.range, run.state, laid)


def spliced(whole: StampRange, ground: T, laid: Iterable[tuple[StampRange, T]]) -> list[tuple[StampRange, T]]:
    """A stretch cut where what is laid on it differs, the later over the earlier; equal neighbours are one.

    A splice for each: fifteen thousand sheets acted on one by one take a fraction of a second.

    >>> spliced(StampRange(0, 5), "", [(StampRange(1, 3), "a"), (StampRange(2, 1), "")])[1]
    (StampRange(first=1, count=1), 'a')
    """
    starts, told = [whole.first], [ground]
    for stretch, one in laid:
        first, after = stretch.first, stretch.last + 1
        low, high = bisect_left(starts, first), bisect_left(starts, after)
        tail = after <= whole.last and starts[high : high + 1] != [after]
        new = ([first, after], [one, told[high - 1]]) if tail else ([first], [one])
        starts[low:high], told[low:high] = new
    ends = [*starts[1:], whole.last + 1]
    found: list[tuple[StampRange, T]] = []
    for one, same in groupby(zip(starts, ends, told, strict=True), lambda piece: piece[2]):
        pieces = list(same)
        found.append((StampRange(pieces[0][0], pieces[-1][1] - pieces[0][0]), one))
    return found


def clipped(segments: Sequence[tuple[StampRange, T]], stretch: StampRange) -> list[tuple[StampRange, T]]:
    """The part of those segments that lies within a stretch."""
    at = bisect_left(segments, stretch.first, key=lambda told: told[0].last)
    found: list[tuple[StampRange, T]] = []
    for held, state in segments[at:]:
        first, last = max(held.first, stretch.first), min(held.last, stretch.last)
        if first > last:
            break
        found.append((StampRange(first, last - first + 1), state))
    return found
