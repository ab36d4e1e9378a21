"""Writing what was done, in the act's own transaction, and reading it back.

Nothing personal goes into a body: people are named by their account's public id, records by theirs. The
number of an entry is given under a lock that lasts until the commit, so the sequence has no gaps.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.journal import canonical, leaf_hash
from traceapp.models import JournalEntry

LOCK = 0x7472616365  # "trace": one lock for the journal of a database


Row = tuple[tuple[str, str], int | None, Mapping[str, object]]


def record(
    session: Session,
    *,
    actor: Actor | None,
    act: str,
    subject: tuple[str, str],
    now: datetime,
    party_id: int | None = None,
    facts: Mapping[str, object] | None = None,
) -> JournalEntry:
    """Write one act. ``subject`` is (kind, public id); ``actor`` is None for a passer-by."""
    entry = _entry(_next_seq(session), actor, act, now, (subject, party_id, facts or {}))
    session.add(entry)
    session.flush()
    return entry


def record_many(
    session: Session, *, actor: Actor, act: str, now: datetime, rows: Iterable[Row]
) -> Sequence[JournalEntry]:
    """Write the same act for many records at once; a row is subject, party and facts."""
    first = _next_seq(session)
    entries = [_entry(seq, actor, act, now, row) for seq, row in enumerate(rows, first)]
    session.add_all(entries)
    session.flush()
    return entries


def _entry(seq: int, actor: Actor | None, act: str, now: datetime, row: Row) -> JournalEntry:
    subject, party_id, facts = row
    body = canonical(
        {
            "seq": seq,
            "at": now,
            "actor": actor.account if actor else None,
            "act": act,
            "subject": {"kind": subject[0], "id": subject[1]},
            "facts": dict(facts),
        }
    )
    return JournalEntry(
        seq=seq,
        at=now,
        actor_id=actor.account_id if actor else None,
        party_id=party_id if party_id is not None else (actor.party_id if actor else None),
        act=act,
        subject_kind=subject[0],
        subject_id=subject[1],
        body=body,
        leaf_hash=leaf_hash(body).hex(),
    )


def _next_seq(session: Session) -> int:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    last = session.scalar(select(func.max(JournalEntry.seq)))
    return 0 if last is None else last + 1


def list_entries(
    session: Session,
    *,
    act: str | None = None,
    party_id: int | None = None,
    subject: tuple[str, str] | None = None,
    before: int | None = None,
    limit: int = 50,
) -> Sequence[JournalEntry]:
    """Entries, the newest first, of one act, party or subject where asked; ``before`` pages backward."""
    query = select(JournalEntry).order_by(JournalEntry.seq.desc()).limit(limit)
    if act is not None:
        query = query.where(JournalEntry.act == act)
    if party_id is not None:
        query = query.where(JournalEntry.party_id == party_id)
    if subject is not None:
        query = query.where(JournalEntry.subject_kind == subject[0], JournalEntry.subject_id == subject[1])
    if before is not None:
        query = query.where(JournalEntry.seq < before)
    return session.scalars(query).all()


def broken_entries(session: Session) -> list[int]:
    """The numbers of entries whose bytes no longer give their hash, or that are missing in between."""
    broken, expected = [], 0
    for seq, body, hashed in session.execute(
        select(JournalEntry.seq, JournalEntry.body, JournalEntry.leaf_hash).order_by(JournalEntry.seq)
    ):
        broken += list(range(expected, seq))
        if leaf_hash(body).hex() != hashed:
            broken.append(seq)
        expected = seq + 1
    return broken


def fingerprint(text: str) -> str:
    """What the journal keeps of free text, which may name people: its SHA-256.

    >>> fingerprint("Ảnh bao bì mờ")[:8]
    'fb7bcac4'
    """
    return hashlib.sha256(text.encode()).hexdigest()
