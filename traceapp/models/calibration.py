"""A party's printers by the names people call them, and how each lands on a medium.

A calibration is never changed: who measures again, or goes back, writes the next version. The one fact added
later is that somebody held a confirming print against the labels; until then no order is printed with it.
"""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from traceapp.models.base import Base, Created, Named, Numbered
from traceapp.models.party import Party

IN_USE = text("archived_at IS NULL")


class NamedPrinter(Numbered, Named, Created, Base):
    """A machine somebody prints with; ``model`` is the kind of printer it is (`labels.printers`)."""

    __tablename__ = "named_printer"
    __table_args__ = (
        CheckConstraint("name <> ''", name="name_given"),
        Index(
            "uq_named_printer_folded",
            "party_id",
            "folded",
            unique=True,
            sqlite_where=IN_USE,
            postgresql_where=IN_USE,
        ),
    )

    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    folded: Mapped[str] = mapped_column(String(120))
    model: Mapped[str] = mapped_column(String(20))
    archived_at: Mapped[datetime | None]
    party: Mapped[Party] = relationship()

    @property
    def kind(self) -> str:
        """What it prints on: sheet or roll."""
        return "roll" if self.model.startswith("thermal") else "sheet"


class Calibration(Numbered, Named, Created, Base):
    """One version of how a printer lands on a medium: where to aim, and the numbers that say so.

    ``readings`` are what was typed, in mm as text: two or four. They were read on the sheet printed with the
    version ``read_on``, or on an uncalibrated one. ``restores`` is the older version whose numbers these are.
    ``geometry`` stands for the medium's own numbers: should they be corrected, this says nothing of them.
    """

    __tablename__ = "calibration"
    __table_args__ = (
        UniqueConstraint("printer_id", "medium_id", "version"),
        CheckConstraint("version > 0", name="version_positive"),
        CheckConstraint("dx0 BETWEEN -50 AND 50 AND dy0 BETWEEN -50 AND 50", name="offset_range"),
        CheckConstraint("sx BETWEEN 0.9 AND 1.1 AND sy BETWEEN 0.9 AND 1.1", name="scale_range"),
        CheckConstraint("skew BETWEEN -5 AND 5", name="skew_range"),
    )

    printer_id: Mapped[int] = mapped_column(ForeignKey("named_printer.id"))
    medium_id: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    geometry: Mapped[str] = mapped_column(String(16))
    readings: Mapped[list[str]]
    ruler_mm: Mapped[Decimal] = mapped_column(Numeric(6, 2))
    dx0: Mapped[Decimal] = mapped_column(Numeric(7, 4))
    dy0: Mapped[Decimal] = mapped_column(Numeric(7, 4))
    sx: Mapped[Decimal] = mapped_column(Numeric(8, 6))
    sy: Mapped[Decimal] = mapped_column(Numeric(8, 6))
    skew: Mapped[Decimal] = mapped_column(Numeric(7, 4))
    read_on_id: Mapped[int | None] = mapped_column(ForeignKey("calibration.id"))
    restores_id: Mapped[int | None] = mapped_column(ForeignKey("calibration.id"))
    confirmed_at: Mapped[datetime | None]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    printer: Mapped[NamedPrinter] = relationship()
    read_on: Mapped["Calibration | None"] = relationship(
        remote_side="Calibration.id", foreign_keys="Calibration.read_on_id"
    )
    restores: Mapped["Calibration | None"] = relationship(
        remote_side="Calibration.id", foreign_keys="Calibration.restores_id"
    )
