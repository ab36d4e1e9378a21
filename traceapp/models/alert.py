"""Alerts: contradictions that scans brought to light, each with an owner and, in the end, a reason."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from traceapp.domain.alerts import AlertCode
from traceapp.models.account import Account
from traceapp.models.base import Base, Created, Named, Numbered, enum_column
from traceapp.models.lot import Lot
from traceapp.models.trade_item import TradeItem

OPEN = text("closed_at IS NULL")


class Alert(Numbered, Named, Created, Base):
    """One contradiction about one subject; open until somebody says what came of it.

    ``subject`` names what it is about (``services.alerts.Subject``); ``path`` is the key last scanned.
    ``times`` counts the first scan and the repeats, at most one a minute.
    """

    __tablename__ = "alert"
    __table_args__ = (
        Index("uq_alert_open", "code", "subject", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        CheckConstraint("times > 0", name="times_positive"),
        CheckConstraint("(owner_id IS NULL) = (taken_at IS NULL)", name="owner_has_day"),
        CheckConstraint(
            "(closed_at IS NULL) = (closed_by_id IS NULL) AND (closed_at IS NULL) = (closing IS NULL)",
            name="closed_has_reason",
        ),
    )

    code: Mapped[AlertCode] = mapped_column(enum_column(AlertCode, "code"))
    subject: Mapped[str] = mapped_column(String(80))
    trade_item_id: Mapped[int | None] = mapped_column(ForeignKey("trade_item.id"), index=True)
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"))
    stamp_run_id: Mapped[int | None] = mapped_column(ForeignKey("stamp_run.id"))
    stamp_index: Mapped[int | None] = mapped_column(BigInteger)
    path: Mapped[str | None] = mapped_column(String(200))
    facts: Mapped[dict[str, Any]]
    times: Mapped[int] = mapped_column(default=1)
    last_at: Mapped[datetime]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    taken_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    closing: Mapped[str | None] = mapped_column(String(500))

    trade_item: Mapped[TradeItem | None] = relationship()
    lot: Mapped[Lot | None] = relationship()
    owner: Mapped[Account | None] = relationship(foreign_keys=[owner_id])


class OutsideSerial(Numbered, Created, Base):
    """A serial that opens under one of our keys and lies in no run, once a day."""

    __tablename__ = "outside_serial"
    __table_args__ = (UniqueConstraint("key_id", "number", "sequence", "day"),)

    key_id: Mapped[str] = mapped_column(String(40))
    number: Mapped[str] = mapped_column(String(14))
    sequence: Mapped[int] = mapped_column(BigInteger)
    day: Mapped[date]
