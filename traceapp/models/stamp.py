"""Stamps: one row for a whole run, rows of their own only for exceptions and for PINs somebody entered.

A run owns ``count`` sequence numbers from ``first`` under one key and one number; the ranges of a key and
number never overlap (an exclusion constraint on PostgreSQL, a trigger on SQLite, both in the migration) and
are never reused.
Within a run a stamp is named by its index, 0 to count - 1; its sequence number is first + index.
"""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from traceapp.domain.reprints import ReprintReason
from traceapp.domain.stamps import StampState
from traceapp.models.base import Base, Created, Named, Numbered, enum_column
from traceapp.models.lot import Lot
from traceapp.models.trade_item import TradeItem


class StampRun(Numbered, Named, Created, Base):
    """One contiguous stretch of stamps of one trade item.

    ``pin_key`` is the fingerprint of the key its scratch PINs are made under; none: its stamps carry no PIN.
    It is decided when the run is issued and never changes.
    """

    __tablename__ = "stamp_run"
    __table_args__ = (
        CheckConstraint("count > 0", name="count_positive"),
        CheckConstraint("first_number >= 0 AND first_number + count <= 68719476736", name="sequence_36_bits"),
        CheckConstraint(
            "ltrim(subject, '0123456789') = '' AND length(subject) IN (8, 14)", name="subject_digits"
        ),
        CheckConstraint("state <> 'activated' OR lot_id IS NOT NULL", name="activated_has_lot"),
        Index("ix_stamp_run_subject_key_id", "subject", "key_id", "first_number"),
    )

    trade_item_id: Mapped[int] = mapped_column(ForeignKey("trade_item.id"), index=True)
    subject: Mapped[str] = mapped_column(String(14))
    key_id: Mapped[str] = mapped_column(String(40))
    pin_key: Mapped[str | None] = mapped_column(String(16))
    first_number: Mapped[int] = mapped_column(BigInteger)
    count: Mapped[int] = mapped_column(BigInteger)
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"), index=True)
    state: Mapped[StampState] = mapped_column(enum_column(StampState, "state"), default=StampState.MINTED)
    state_at: Mapped[datetime]
    printed_at: Mapped[datetime | None]
    activated_at: Mapped[datetime | None]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    request_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    void_reason: Mapped[str | None] = mapped_column(String(300))
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own declarative form

    trade_item: Mapped[TradeItem] = relationship()
    lot: Mapped[Lot | None] = relationship()
    exceptions: Mapped[list["StampException"]] = relationship(
        back_populates="run", order_by="StampException.id"
    )


class StampException(Numbered, Created, Base):
    """A stretch of a run, both ends inclusive, whose state differs from the run's; the later row wins."""

    __tablename__ = "stamp_exception"
    __table_args__ = (
        CheckConstraint("0 <= first_index AND first_index <= last_index", name="indexes_in_order"),
    )

    run_id: Mapped[int] = mapped_column(ForeignKey("stamp_run.id"), index=True)
    first_index: Mapped[int] = mapped_column(BigInteger)
    last_index: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[StampState] = mapped_column(enum_column(StampState, "state"))
    reason: Mapped[str | None] = mapped_column(String(300))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    run: Mapped[StampRun] = relationship(back_populates="exceptions")


class StampPin(Numbered, Created, Base):
    """What became of the scratch PIN of one stamp, from the first try on; the PIN itself is never stored.

    ``full_at`` is the bucket of tries (``domain.pins.Bucket``). The first right entry fixes when and, if the
    person said so, where; ``used_token`` stands for that device for a day or two, as in the scan log.
    """

    __tablename__ = "stamp_pin"
    __table_args__ = (
        UniqueConstraint("stamp_run_id", "stamp_index"),
        CheckConstraint("stamp_index >= 0", name="index_not_negative"),
        CheckConstraint(
            "used_at IS NOT NULL OR (used_area IS NULL AND used_token IS NULL)", name="area_needs_use"
        ),
    )

    stamp_run_id: Mapped[int] = mapped_column(ForeignKey("stamp_run.id"))
    stamp_index: Mapped[int] = mapped_column(BigInteger)
    full_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_area: Mapped[str | None] = mapped_column(String(60))
    used_token: Mapped[str | None] = mapped_column(String(32))


class Reprint(Numbered, Created, Base):
    """Spoilt sheets of a run, printed once more: as new stamps (`replacement`), or one sheet alike.

    Sheets are numbered from 1, as in the margin.
    """

    __tablename__ = "reprint"
    __table_args__ = (
        CheckConstraint("0 < first_sheet AND first_sheet <= last_sheet", name="sheets_in_order"),
        CheckConstraint("identical = (replacement_id IS NULL)", name="new_stamps_or_alike"),
        CheckConstraint("NOT identical OR first_sheet = last_sheet", name="alike_is_one_sheet"),
        CheckConstraint("NOT identical OR reason <> 'lost'", name="lost_is_never_alike"),
    )

    stamp_run_id: Mapped[int] = mapped_column(ForeignKey("stamp_run.id"), index=True)
    first_sheet: Mapped[int]
    last_sheet: Mapped[int]
    reason: Mapped[ReprintReason] = mapped_column(enum_column(ReprintReason, "reason"))
    identical: Mapped[bool]
    replacement_id: Mapped[int | None] = mapped_column(ForeignKey("stamp_run.id"), unique=True)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    stamp_run: Mapped[StampRun] = relationship(foreign_keys=[stamp_run_id])
    replacement: Mapped[StampRun | None] = relationship(foreign_keys=[replacement_id])
