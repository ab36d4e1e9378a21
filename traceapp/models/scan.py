"""The scan log, in a database of its own: no address, no person, no device that could be found again.

``token`` is an HMAC of address and browser under a key that lives one day; it only serves to count
distinct devices of that day. ``area`` is a province or country, where a person said so. A row lives 90 days
and is then folded into the totals of its run and day (trust.md, section 8); what a stamp's page tells, how
often and when first, is counted beside it on the stamp's own row and outlives the rows.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from traceapp.models.base import ScanBase

STAMPS_A_BLOCK = 1024
SEVERAL_DEVICES = text("devices > 1")  # as written, so that SQLite sees its partial index fits the question


class Scan(ScanBase):
    """One opening of a stamp's page that counted; ``at`` is cut to the minute."""

    __tablename__ = "scan"
    __table_args__ = (
        Index("uq_scan_stamp_at_token", "run_id", "stamp_index", "at", "token", unique=True),
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
    """The first scan of a stamp and the count since: one row, for ever.

    ``at`` loses its hour when the scan's own row is folded: the day stays. ``areas`` has one bit for each
    province or country said (`domain.areas`), so that their number needs no rows.
    """

    __tablename__ = "first_scan"
    __table_args__ = (
        Index(
            "ix_first_scan_devices", "devices", sqlite_where=SEVERAL_DEVICES, postgresql_where=SEVERAL_DEVICES
        ),
    )

    run_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    stamp_index: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    area: Mapped[str | None] = mapped_column(String(60))
    scans: Mapped[int] = mapped_column(server_default="1")
    devices: Mapped[int] = mapped_column(server_default="1")
    areas: Mapped[int] = mapped_column(BigInteger, server_default="0")


class OpenedBlock(ScanBase):
    """How many stamps of 1,024 neighbours were ever opened: the database adds one with each `FirstScan`.

    Its triggers are in the migration, so that whoever writes a first scan cannot forget it.
    """

    __tablename__ = "opened_block"

    run_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    block: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    stamps: Mapped[int]


class ScanDay(ScanBase):
    """What is left of a run's scans of one day, in Vietnam, after 90 days: how many showed which verdict."""

    __tablename__ = "scan_day"

    run_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(primary_key=True)
    verdict: Mapped[str] = mapped_column(String(30), primary_key=True)
    scans: Mapped[int] = mapped_column(BigInteger)


class DayKey(ScanBase):
    """The key of a day's tokens; destroyed when the day is two days past."""

    __tablename__ = "day_key"

    day: Mapped[date] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64))
