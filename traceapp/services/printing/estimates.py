"""What an order will come to before it is placed: sheets, files, bytes and seconds.

Speed and size are those of this installation's own earlier orders, where some were large enough to judge by;
otherwise a modest guess, and said to be one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from traceapp.domain.printing import PrintKind, PrintState
from traceapp.models import PrintRun
from traceapp.services.printing import code_list
from traceapp.services.printing.design import Choice, prefix_of
from traceapp.services.printing.parts import Part, cut
from traceapp.services.printing.refusals import as_rules
from traceapp.settings import Settings

LARGE: Final = 10_000  # stamps; below, opening files takes longer than drawing
LOOKED_AT: Final = 5
RATE: Final = 20_000  # stamps a second: a third of what two slow cores did
FILE_BYTES: Final = 70_000  # fonts and plates, once a file
STAMP_BYTES: Final = 110  # 98 for a short host, 117 for a long one
START: Final = 1.0  # seconds until a worker looks and the first file stands


@dataclass(frozen=True, slots=True)
class Estimate:
    """Of an order: its files, about how many bytes and seconds; whether the seconds were measured here."""

    parts: tuple[Part, ...]
    pdf_bytes: int
    csv_bytes: int
    seconds: int
    measured: bool

    @property
    def sheets(self) -> int:
        """Sheets, or rows on a roll."""
        return sum(part.sheets for part in self.parts)


def estimate(
    session: Session, *, subject: str, pins: bool, count: int, choice: Choice, settings: Settings
) -> Estimate:
    """Look ahead; raises `medium_unknown`, `cell_unknown`."""
    with as_rules():
        parts = tuple(cut(choice.medium, count, choice.used_cells, settings.part_stamps))
    rate = rate_here(session)
    seconds = START + count / (rate or RATE)
    listed = _csv_bytes(count, len(prefix_of(subject, settings)), pins)
    drawn = FILE_BYTES * len(parts) + STAMP_BYTES * count
    size = bytes_here(session)
    return Estimate(parts, round(size * count) if size else drawn, listed, round(seconds), rate is not None)


def rate_here(session: Session) -> float | None:
    """Stamps a second over the last large orders drawn in one go; None where there are none."""
    spent = [(order.count, took) for order in _large(session) if (took := _in_one_go(order))][:LOOKED_AT]
    seconds = sum(took for _, took in spent)
    return sum(count for count, _ in spent) / seconds if seconds else None


def bytes_here(session: Session) -> float | None:
    """Bytes of PDF a stamp, over the last large orders; None where there are none."""
    found = [(file.size, file.count) for order in _large(session) for file in order.files if file.part]
    return sum(size for size, _ in found) / sum(count for _, count in found) if found else None


def _large(session: Session) -> Sequence[PrintRun]:
    large = (PrintRun.kind == PrintKind.STAMPS, PrintRun.state == PrintState.DONE, PrintRun.count >= LARGE)
    query = select(PrintRun).where(*large).order_by(PrintRun.id.desc()).limit(4 * LOOKED_AT)
    return session.scalars(query.options(selectinload(PrintRun.files))).all()


def _in_one_go(order: PrintRun) -> float:
    """Seconds from the claim to the end; 0 where some files are older, from before a pause or a crash."""
    if order.started_at is None or order.finished_at is None:
        return 0.0
    started = order.started_at
    if any(file.created_at < started for file in order.files):
        return 0.0
    return max(0.0, (order.finished_at - started) / timedelta(seconds=1))


def _csv_bytes(count: int, prefix: int, pins: bool) -> int:
    """The exact size of the list of codes."""
    digits = sum(count - int(10**power) + 1 for power in range(len(str(count))))
    head = len(code_list.head(pins=pins))
    return head + digits + count * (1 + 12 + 1 + prefix + 12 + (7 if pins else 0) + 2)
