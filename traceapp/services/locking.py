"""One row, held until the commit: what compare-and-set stands on.

PostgreSQL locks it and gives its newest state; on SQLite the writing transaction already holds the whole
database. What the session had not written yet is written first, because a refresh would drop it.
"""

from sqlalchemy.orm import Session

from traceapp.models import Base


def lock(session: Session, row: Base) -> None:
    """Hold the row for this transaction and read it anew."""
    session.flush()
    session.refresh(row, with_for_update=True)
