"""One act for one request, however often it is sent: the answer kept beside the act, in its transaction.

A program whose answer was lost sends the same request with the same key and gets the same answer; another
request under a key already used is refused (trust.md, section 6). Of two at once the second waits for the
first: on PostgreSQL at the unique key, on SQLite at the writer's lock.
"""

import re
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.errors import Conflict, Malformed
from traceapp.models import KeptAnswer

KEPT: Final = timedelta(days=7)
FORM: Final = re.compile(r"[\x21-\x7e]{8,64}")


def begin_request(
    session: Session, *, actor: Actor, request_key: str, request_sha256: str, now: datetime
) -> KeptAnswer:
    """The row of this request: with its answer, if it was answered before; else to be filled in.

    Raises `request_key_form`, and `repeated_request_differs` where the key belongs to another request.
    """
    if not FORM.fullmatch(request_key):
        raise Malformed("request_key_form", given=request_key[:64])
    values = {
        "account_id": actor.account_id,
        "request_key": request_key,
        "request_sha256": request_sha256,
        "created_at": now,
    }
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = sqlite.insert(KeptAnswer) if on_sqlite else postgresql.insert(KeptAnswer)
    session.execute(insert.values(**values).on_conflict_do_nothing())
    kept = session.scalars(
        select(KeptAnswer).where(
            KeptAnswer.account_id == actor.account_id, KeptAnswer.request_key == request_key
        )
    ).one()
    if kept.request_sha256 != request_sha256:
        raise Conflict("repeated_request_differs")
    return kept


def keep_answer(session: Session, kept: KeptAnswer, *, status: int, body: str) -> None:
    """What was answered, in the act's own transaction."""
    kept.status, kept.body = status, body
    session.flush()


def forget_answers(session: Session, now: datetime) -> int:
    """Erase what is older than seven days; how many."""
    result = session.execute(delete(KeptAnswer).where(KeptAnswer.created_at < now - KEPT))
    return result.rowcount if isinstance(result, CursorResult) else 0
