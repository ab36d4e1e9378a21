"""Days in Vietnam, whatever the server's clock says.

A document that is valid to the 31st is valid to 24:00 of the 31st in Vietnam. Vietnam has kept UTC+7
without summer time since 1975, so a fixed offset is exact for every day this registry knows and needs no
time-zone files.

>>> today_in_vietnam(datetime(2026, 12, 31, 17, 0, tzinfo=UTC))
datetime.date(2027, 1, 1)
>>> day_begins(date(2027, 1, 1)).isoformat()
'2026-12-31T17:00:00+00:00'
"""

from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Final

VIETNAM: Final = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")


def today_in_vietnam(now: datetime) -> date:
    """The day it is in Vietnam at this instant; a time without a zone is a fault of ours."""
    if now.tzinfo is None:
        raise ValueError(f"expected an aware time, found {now!r}")
    return now.astimezone(VIETNAM).date()


def day_begins(day: date) -> datetime:
    """The first instant of a Vietnamese day, in UTC: validity ends before that of the day after the last."""
    return datetime.combine(day, time(), VIETNAM).astimezone(UTC)
