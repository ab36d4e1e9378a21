"""A print job as a row: what to draw, how far it has come, who is drawing it.

The files are a pure function of the row, so a job that was killed anywhere goes on at the next slice and
ends with the same bytes. The row, not the queue, is the truth.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from traceapp.domain.printing import PrintKind, PrintState
from traceapp.models.base import Base, Created, Named, Numbered, enum_column
from traceapp.models.lot import Lot
from traceapp.models.stamp import StampRun
from traceapp.models.trade_item import TradeItem


class PrintRun(Numbered, Named, Created, Base):
    """An order to print stamps of one run, or labels of one lot.

    ``design`` is everything the drawing needs (names, net content, prefix, level, dots, calibration), frozen
    when the order was placed; ``medium`` is the medium itself, not only its name, so that a later
    correction of the media list does not change a file half written.
    """

    __tablename__ = "print_run"
    __table_args__ = (
        CheckConstraint("count > 0", name="count_positive"),
        CheckConstraint("0 <= slices_done AND slices_done <= slices_total", name="slices_in_range"),
        CheckConstraint("(kind = 'stamps') = (stamp_run_id IS NOT NULL)", name="stamps_have_run"),
        CheckConstraint("state <> 'done' OR slices_done = slices_total", name="done_is_whole"),
    )

    kind: Mapped[PrintKind] = mapped_column(enum_column(PrintKind, "kind"))
    trade_item_id: Mapped[int] = mapped_column(ForeignKey("trade_item.id"), index=True)
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"))
    stamp_run_id: Mapped[int | None] = mapped_column(ForeignKey("stamp_run.id"), index=True)
    count: Mapped[int]
    medium_id: Mapped[str] = mapped_column(String(40))
    medium: Mapped[dict[str, Any]]
    design: Mapped[dict[str, Any]]
    used_cells: Mapped[list[int]]
    slices_total: Mapped[int]
    slices_done: Mapped[int] = mapped_column(default=0)
    state: Mapped[PrintState] = mapped_column(enum_column(PrintState, "state"), default=PrintState.QUEUED)
    error: Mapped[str | None] = mapped_column(String(300))
    worker: Mapped[str | None] = mapped_column(String(64))
    beat_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    request_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    trade_item: Mapped[TradeItem] = relationship()
    lot: Mapped[Lot | None] = relationship()
    stamp_run: Mapped[StampRun | None] = relationship()
    files: Mapped[list["PrintFile"]] = relationship(order_by="PrintFile.part")


class PrintFile(Numbered, Created, Base):
    """A finished part: a PDF of some sheets, or the list of serials for a print shop (part 0)."""

    __tablename__ = "print_file"
    __table_args__ = (UniqueConstraint("print_run_id", "part"),)

    print_run_id: Mapped[int] = mapped_column(ForeignKey("print_run.id"))
    part: Mapped[int]
    key: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    first_index: Mapped[int]
    count: Mapped[int]
    sheets: Mapped[int]
