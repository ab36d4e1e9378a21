"""Two records that may not be alike: the database decides, and its refusal becomes a sentence.

Asking first and writing afterwards would let two people through at once; the unique constraint does not.
SQLite names the columns in its message, PostgreSQL the constraint, which our naming makes of the same words.
"""

from collections.abc import Mapping

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from traceapp.domain.errors import Conflict

Taken = Mapping[str, tuple[str, str]]


def flush(session: Session, taken: Taken, **facts: object) -> None:
    """Write what is pending. ``taken`` maps "table.column" to (code, field) of the `Conflict` to raise.

    After a refusal the transaction is lost, as it should be: the act did not happen.
    """
    try:
        session.flush()
    except IntegrityError as refused:
        said = str(refused.orig)
        for column, (code, field) in taken.items():
            if column in said or f"uq_{column.replace('.', '_')}" in said:
                raise Conflict(code, field=field, **facts) from refused
        raise
