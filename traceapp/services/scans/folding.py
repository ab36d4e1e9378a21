"""What becomes of scans after 90 days: a day's total for each run and verdict, and no row any more.

The rows that a statement took away are the rows that are counted, in one transaction: a killed worker, or two
at once, can neither lose a scan nor count it twice. Of a stamp's first scan only the day stays. trust.md, 8.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import Row, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from traceapp.domain.days import day_begins, today_in_vietnam
from traceapp.models import FirstScan, Scan, ScanDay

KEPT: Final = timedelta(days=90)
AT_ONCE: Final = 5_000


def fold_scans(scans: Session, now: datetime, *, at_once: int = AT_ONCE) -> int:
    """Fold what is older than 90 days of the oldest `at_once` rows; how many. Call until it says 0."""
    gone = _taken(scans, now - KEPT, at_once)
    if not gone:
        return 0
    _add_up(scans, Counter((row.run_id, today_in_vietnam(row.at), row.verdict) for row in gone))
    scans.connection().execute(
        update(FirstScan)
        .where(
            FirstScan.run_id == bindparam("run"),
            FirstScan.stamp_index == bindparam("index"),
            FirstScan.at == bindparam("was"),
        )
        .values(at=bindparam("day")),
        [
            {
                "run": row.run_id,
                "index": row.stamp_index,
                "was": row.at,
                "day": day_begins(today_in_vietnam(row.at)),
            }
            for row in gone
        ],
    )
    return len(gone)


def _taken(scans: Session, before: datetime, at_once: int) -> Sequence[Row[int, int, datetime, str]]:
    """Rows are written in the order of time, so the oldest are those with the least numbers."""
    oldest = select(Scan.id, Scan.at).order_by(Scan.id).limit(at_once).subquery()
    old = select(oldest.c.id).where(oldest.c.at < before)
    return scans.execute(
        delete(Scan)
        .where(Scan.id.in_(old))
        .returning(Scan.run_id, Scan.stamp_index, Scan.at, Scan.verdict)
        .execution_options(synchronize_session=False)
    ).all()


def _add_up(scans: Session, totals: Counter[tuple[int, date, str]]) -> None:
    """Sorted, so that two workers take the rows in one order and wait for each other instead of both."""
    insert = sqlite.insert if scans.get_bind().dialect.name == "sqlite" else postgresql.insert
    adding = insert(ScanDay)
    adding = adding.on_conflict_do_update(
        index_elements=[ScanDay.run_id, ScanDay.day, ScanDay.verdict],
        set_={"scans": ScanDay.scans + adding.excluded.scans},
    )
    scans.connection().execute(
        adding,
        [
            {"run_id": run, "day": day, "verdict": verdict, "scans": count}
            for (run, day, verdict), count in sorted(totals.items())
        ],
    )
