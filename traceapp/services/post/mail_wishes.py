"""Which reminders somebody wants by mail: chosen signed in, or by the link at the foot of a letter.

A wish belongs to an address, by its fingerprint, because a party's address has no account. What the pages
themselves show ("Cần làm tuần này") nobody can switch off.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.errors import NotFound
from traceapp.domain.reminders import wanted_steps
from traceapp.models import Letter, MailWish
from traceapp.services import journal
from traceapp.services.post.reminders import wanted_by


def change_wishes(
    session: Session,
    *,
    actor: Actor | None,
    recipient: str,
    chosen: Collection[str],
    subject: tuple[str, str],
    now: datetime,
) -> tuple[int, ...]:
    """Keep which steps a recipient wants; none ends the letters. Saying the same again changes nothing.

    ``subject`` is what the journal names: an account, or the letter whose link was followed. Raises
    `choice_unknown`.
    """
    steps = wanted_steps(chosen)
    if steps == wanted_by(session, recipient):
        return steps
    values = {"recipient": recipient, "steps": list(steps), "changed_at": now}
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = (sqlite.insert(MailWish) if on_sqlite else postgresql.insert(MailWish)).values(**values)
    told = {"steps": insert.excluded.steps, "changed_at": insert.excluded.changed_at}
    session.execute(insert.on_conflict_do_update(index_elements=["recipient"], set_=told))
    facts = {"steps": list(steps)}
    journal.record(session, actor=actor, act="chose_reminders", subject=subject, now=now, facts=facts)
    return steps


def last_letter_to(session: Session, recipient: str | None) -> Letter:
    """The newest letter to a recipient. Raises `NotFound` `no_such_record` where there never was one."""
    query = select(Letter).where(Letter.recipient == recipient).order_by(Letter.id.desc()).limit(1)
    letter = session.scalar(query) if recipient else None
    if letter is None:
        raise NotFound("no_such_record")
    return letter
