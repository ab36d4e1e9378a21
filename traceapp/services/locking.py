"""One row, held until the commit: what compare-and-set stands on.

PostgreSQL locks it and gives its newest state; on SQLite the writing transaction already holds the whole
database. What the session had not written yet is written first, because a refresh would drop it.

The order in which everybody locks, so that no two wait for each other: papers (certificates, accreditations)
before the body that issued them, the newer of two papers before the older, and the journal last of all. Rows
that merely name a locked one (a journal's entry its party) wait for nobody: NO KEY UPDATE.
"""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp.models import Base, Lot


def lock(session: Session, row: Base) -> None:
    """Hold the row for this transaction and read it anew."""
    session.flush()
    session.refresh(row, with_for_update={"key_share": True})


def lock_lots(session: Session, lots: Iterable[Lot]) -> None:
    """Hold these lots, always in the same order, so that two who hold several never wait for each other."""
    session.flush()
    ids = [lot.id for lot in lots]
    session.execute(select(Lot.id).where(Lot.id.in_(ids)).order_by(Lot.id).with_for_update())
