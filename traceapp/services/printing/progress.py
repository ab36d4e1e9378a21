"""How far a print has come, in sheets and stamps, and how long it still needs."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from traceapp.domain.printing import PrintState
from traceapp.models import PrintRun
from traceapp.services.printing.design import thawed_medium
from traceapp.services.printing.parts import Part, parts_of

LEAST_TO_JUDGE = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class PartProgress:
    """A file to come, or there."""

    part: Part
    state: Literal["done", "writing", "waiting"]


@dataclass(frozen=True, slots=True)
class Progress:
    """Sheets and stamps done; `seconds_left` is None until there is something to judge by."""

    sheet: int
    sheets: int
    done: int
    count: int
    seconds_left: int | None
    parts: tuple[PartProgress, ...]

    @property
    def percent(self) -> int:
        """Of the stamps."""
        return self.done * 100 // self.count


def progress_of(order: PrintRun, now: datetime) -> Progress:
    """The progress of an order, as its row says."""
    done = min(order.count, order.slices_done * thawed_medium(order.medium).per_page)
    if order.state is PrintState.DONE:
        done = order.count
    finished = {file.part for file in order.files}
    parts = tuple(PartProgress(part, _state(order, part, finished)) for part in parts_of(order))
    return Progress(
        order.slices_done, order.slices_total, done, order.count, _seconds_left(order, now), parts
    )


def _state(order: PrintRun, part: Part, finished: set[int]) -> Literal["done", "writing", "waiting"]:
    if part.number in finished:
        return "done"
    at_work = part.first_sheet <= order.slices_done + 1 < part.first_sheet + part.sheets
    return "writing" if at_work and order.state is PrintState.RUNNING else "waiting"


def _seconds_left(order: PrintRun, now: datetime) -> int | None:
    """At the rate of this stretch of work: a pause does not make the worker slow."""
    if order.state is not PrintState.RUNNING or order.started_at is None:
        return None
    earlier = sum(file.sheets for file in order.files if file.part and file.created_at < order.started_at)
    spent, drawn = now - order.started_at, order.slices_done - earlier
    if spent < LEAST_TO_JUDGE or drawn < 1:
        return None
    return max(1, round((order.slices_total - order.slices_done) * spent.total_seconds() / drawn))
