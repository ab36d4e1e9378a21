"""The outbox: what is to be said to people by mail, each thing once, whoever asks for it how often.

An act puts its letters in its own transaction; the unique constraint on (kind, subject, day, recipient) makes
the second asking nothing. One that was dropped unsent, because it was not true any more, waits again once it
is said again: a suspended certificate may be restored. Carrying them is `sending`'s work, wording them
`letters`'. Nothing here enters the journal but what people do to a letter: the outbox is its own log.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from secrets import SystemRandom
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.errors import Conflict, NotFound
from traceapp.domain.identifiers import new_public_id
from traceapp.domain.letters import LetterState, recipient_of
from traceapp.domain.permissions import Act
from traceapp.models import Letter
from traceapp.services import journal
from traceapp.services.locking import lock

PAGE: Final = 50
AT_ONCE: Final = 500  # subjects in a question
ADDRESS_KEPT: Final = timedelta(days=90)
SETTLED: Final = (LetterState.SENT, LetterState.FAILED, LetterState.UNWANTED, LetterState.IN_DOUBT)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToSay:
    """A thing to say. ``facts`` are what its composer needs and nothing else: ids, days, numbers.

    ``subject`` is "kind:public id"; ``account_id`` or ``party_id`` is whose mail it is, if we know them.
    """

    kind: str
    subject: str
    day: date
    address: str
    language: str = "vi"
    facts: Mapping[str, Any] = field(default_factory=dict)
    account_id: int | None = None
    party_id: int | None = None


def put_letter(session: Session, say: ToSay, *, now: datetime) -> bool:
    """Put it in, unless it is there; whether it now waits to be sent for the first time.

    One that is there but was dropped unsent waits again, with what is to be said now. Between two at once the
    database decides.
    """
    fresh: dict[str, Any] = {
        "address": say.address.strip(),
        "account_id": say.account_id,
        "party_id": say.party_id,
        "language": say.language,
        "facts": dict(say.facts),
        "state": LetterState.WAITING,
        "tries": 0,
        "next_try_at": now,
        "created_at": now,
    }
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = sqlite.insert(Letter) if on_sqlite else postgresql.insert(Letter)
    written = insert.values(public_id=new_public_id(SystemRandom()), **_name(say), **fresh)
    again = written.on_conflict_do_update(
        index_elements=list(_name(say)), set_=fresh | {"error": None}, where=_dropped()
    )
    return session.scalar(again.returning(Letter.id)) is not None


def unsaid(session: Session, says: Sequence[ToSay]) -> list[ToSay]:
    """Those that were not put in before, or were dropped unsent; of hundreds, a question or two."""
    said: set[tuple[str, str, date, str]] = set()
    subjects = sorted({say.subject for say in says})
    key = (Letter.kind, Letter.subject, Letter.day, Letter.recipient)
    for at in range(0, len(subjects), AT_ONCE):
        asked = select(*key).where(Letter.subject.in_(subjects[at : at + AT_ONCE]), ~_dropped())
        said |= {(row.kind, row.subject, row.day, row.recipient) for row in session.execute(asked)}
    return [say for say in says if (say.kind, say.subject, say.day, recipient_of(say.address)) not in said]


def _name(say: ToSay) -> dict[str, Any]:
    """What makes two letters the same."""
    recipient = recipient_of(say.address)
    return {"kind": say.kind, "subject": say.subject, "day": say.day, "recipient": recipient}


def _dropped() -> ColumnElement[bool]:
    return Letter.state == LetterState.UNWANTED


def find_letter(session: Session, public_id: str) -> Letter:
    """A letter by the name a page gives it. Raises `NotFound` `no_such_record`."""
    letter = session.scalar(select(Letter).where(Letter.public_id == public_id))
    if letter is None:
        raise NotFound("no_such_record")
    return letter


def list_letters(
    session: Session,
    *,
    states: Collection[LetterState] = (),
    kinds: Collection[str] = (),
    before: int | None = None,
    limit: int = PAGE,
) -> Sequence[Letter]:
    """Letters, the newest first, in some states and of some kinds where asked; ``before`` pages backward."""
    query = select(Letter).order_by(Letter.id.desc()).limit(limit)
    if states:
        query = query.where(Letter.state.in_(states))
    if kinds:
        query = query.where(Letter.kind.in_(kinds))
    if before is not None:
        query = query.where(Letter.id < before)
    return session.scalars(query).all()


def count_letters(session: Session) -> dict[LetterState, int]:
    """How many there are in each state."""
    rows = session.execute(select(Letter.state, func.count().label("n")).group_by(Letter.state))
    return {row.state: row.n for row in rows}


def send_again(session: Session, *, actor: Actor, letter: Letter, now: datetime) -> Letter:
    """Let a letter that failed, or whose fate nobody knows, be tried anew; asked twice, once.

    Raises `letter_not_failed` for one that was sent or is in somebody's hand, `letter_address_gone`.
    """
    actor.must(Act.SEND_LETTER)
    lock(session, letter)
    if letter.state is LetterState.WAITING:
        return letter
    in_hand = letter.state is LetterState.IN_DOUBT and letter.lease_until and letter.lease_until > now
    if not letter.state.may_be_sent_again or in_hand:
        raise Conflict("letter_not_failed")
    if letter.address is None:
        raise Conflict("letter_address_gone")
    was = letter.state
    letter.state, letter.tries, letter.next_try_at = LetterState.WAITING, 0, now
    letter.worker, letter.lease_until, letter.error = None, None, None
    session.flush()
    journal.record(
        session,
        actor=actor,
        act="sent_letter_again",
        subject=("letter", letter.public_id),
        now=now,
        facts={"kind": letter.kind, "about": letter.subject, "was": was.value},
    )
    return letter


def forget_addresses(session: Session, now: datetime) -> int:
    """Erase the addresses of letters put in long ago; how many. Fingerprints keep them from being said again.

    What still waited all that time, for want of a mail server, is no longer worth saying.
    """
    old = update(Letter).where(Letter.created_at < now - ADDRESS_KEPT)
    stale = old.where(Letter.state == LetterState.WAITING).values(state=LetterState.UNWANTED)
    session.execute(stale.execution_options(synchronize_session=False))
    kept = old.where(Letter.address.is_not(None), Letter.state.in_(SETTLED)).values(address=None)
    result = session.execute(kept.execution_options(synchronize_session=False))
    return result.rowcount if isinstance(result, CursorResult) else 0
