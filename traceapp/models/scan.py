"""The scan log, in a database of its own: no address, no person, no device that could be found again.

``token`` is an HMAC of address and browser under a key that lives one day; it only serves to count
distinct devices of that day. ``area`` is a province or country if known at all (trust.md, section 8).
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from traceapp.models.base import ScanBase


class Scan(ScanBase):
    """One opening of a stamp's page that counted; ``at`` is cut to the minute."""

    __tablename__ = "scan"
    __table_args__ = (
        Index("ix_scan_run_id_index", "run_id", "stamp_index", "at"),
        CheckConstraint("stamp_index >= 0", name="index_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int]
    stamp_index: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime]
    area: Mapped[str | None] = mapped_column(String(60))
    token: Mapped[str] = mapped_column(String(32))
    verdict: Mapped[str] = mapped_column(String(30))


class FirstScan(ScanBase):
    """The first scan of a stamp: one row, for ever."""

    __tablename__ = "first_scan"

    run_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    stamp_index: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    area: Mapped[str | None] = mapped_column(String(60))


class DayKey(ScanBase):
    """The key of a day's tokens; destroyed when the day is two days past."""

    __tablename__ = "day_key"

    day: Mapped[date] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64))
