"""Which stamps lie on which sheet of a print, and how each sheet stands.

Sheets (rows, on a roll) are numbered from 1 over the whole order, as the margin says.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from traceapp.domain import stamps
from traceapp.domain.errors import Conflict, Malformed
from traceapp.domain.printing import read_sheets, stamps_on_sheets
from traceapp.domain.serials import SerialKey
from traceapp.domain.stamps import StampRange
from traceapp.models import PrintRun, StampRun
from traceapp.services.printing.design import thawed_medium
from traceapp.services.printing.orders import print_of
from traceapp.services.stamping import Balance, counted, read_stretch, segments


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its number, the stretch of the run it holds, its stamps by state."""

    number: int
    stretch: StampRange
    balance: Balance


def stretch_of(order: PrintRun, first: int, last: int) -> StampRange:
    """The stretch of the run that those sheets hold; they must be sheets of the order."""
    used = len(order.used_cells)
    start, end = stamps_on_sheets(first, last, order.count, thawed_medium(order.medium).per_page, used)
    return StampRange(start, end - start)


def named_sheets(order: PrintRun, typed: str) -> tuple[int, int]:
    """The sheets a person names; raises `sheet_format`, `sheet_unknown`."""
    return read_sheets(typed, order.slices_total)


def read_part(
    session: Session,
    run: StampRun,
    keys: Sequence[SerialKey],
    sheets: str = "",
    first: str = "",
    last: str = "",
) -> StampRange | None:
    """The part of a run that a person names, by sheets or by its first and last stamp; None is all of it.

    Raises `stamps_two_ways`, `stamps_no_sheets`, and what `named_sheets` and `read_stretch` do.
    """
    if not sheets:
        return read_stretch(run, keys, first, last)
    if first or last:
        raise Malformed("stamps_two_ways", field="sheets")
    order = print_of(session, run)
    if order is None:
        raise Conflict("stamps_no_sheets", field="sheets")
    return stretch_of(order, *named_sheets(order, sheets))


def sheets_of(order: PrintRun, run: StampRun, *, first: int = 1, limit: int | None = None) -> Iterator[Sheet]:
    """The sheets of an order from one on, each with how its stamps stand."""
    found = segments(run)
    last = order.slices_total if limit is None else min(order.slices_total, first + limit - 1)
    for number in range(first, last + 1):
        stretch = stretch_of(order, number, number)
        yield Sheet(number, stretch, counted(stamps.clipped(found, stretch)))
