"""Writing what was done, in the act's own transaction, and reading it back.

Nothing personal goes into a body: people are named by their account's public id, records by theirs. The
number of an entry is given under a lock that lasts until the commit, so the sequence has no gaps.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.journal import canonical, leaf_hash
from traceapp.domain.transparency import Tree
from traceapp.models import Account, JournalEntry

LOCK = 0x7472616365  # "trace": one lock for the journal of a database

Told = tuple[tuple[str, str], int | None, Mapping[str, object]]


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
    session: Session, *, actor: Actor, act: str, now: datetime, rows: Iterable[Told]
) -> Sequence[JournalEntry]:
    """Write the same act for many records at once; a row is subject, party and facts."""
    first = _next_seq(session)
    entries = [_entry(seq, actor, act, now, row) for seq, row in enumerate(rows, first)]
    session.add_all(entries)
    session.flush()
    return entries


def _entry(seq: int, actor: Actor | None, act: str, now: datetime, row: Told) -> JournalEntry:
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
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    limit: int = 50,
) -> Sequence[JournalEntry]:
    """Entries, the newest first, of an act, party, subject or time where asked; ``before`` pages backward."""
    query = select(JournalEntry).order_by(JournalEntry.seq.desc()).limit(limit)
    if act is not None:
        query = query.where(JournalEntry.act == act)
    if party_id is not None:
        query = query.where(JournalEntry.party_id == party_id)
    if subject is not None:
        query = query.where(JournalEntry.subject_kind == subject[0], JournalEntry.subject_id == subject[1])
    if since is not None:
        query = query.where(JournalEntry.at >= since)
    if until is not None:
        query = query.where(JournalEntry.at < until)
    if before is not None:
        query = query.where(JournalEntry.seq < before)
    return session.scalars(query).all()


_EVERY: Final = (
    select(
        JournalEntry.seq,
        JournalEntry.at,
        JournalEntry.act,
        JournalEntry.subject_kind,
        JournalEntry.subject_id,
        JournalEntry.body,
        JournalEntry.leaf_hash,
        Account.public_id.label("actor"),
    )
    .outerjoin(Account, Account.id == JournalEntry.actor_id)
    .order_by(JournalEntry.seq)
    .execution_options(yield_per=1000)
)


@dataclass(frozen=True, slots=True)
class Verified:
    """A journal looked through: the numbers of entries that are not as written, how many there are, the root.

    `root_then` is the root of as many as were asked for; None where there are not so many.
    """

    broken: list[int]
    size: int
    root: str
    root_then: str | None


def verify(session: Session, *, size: int | None = None) -> Verified:
    """Hash every entry anew, compare it with the columns beside it, and look for gaps.

    An entry is broken where its bytes no longer give their hash, where act, actor, subject or time say
    something else than the bytes, or where it is missing between others. What is cut off at the end only a
    root tells that somebody wrote down (`size`: of how many entries). The party of an entry is in no bytes.
    """
    tree, broken, expected = Tree(), list[int](), 0
    then = tree.root().hex() if size == 0 else None
    for row in session.execute(_EVERY):
        broken += range(expected, row.seq)
        leaf = leaf_hash(row.body)
        if leaf.hex() != row.leaf_hash or not _is_told_by(row):
            broken.append(row.seq)
        tree.add(leaf)
        then = tree.root().hex() if tree.size == size else then
        expected = row.seq + 1
    return Verified(broken, tree.size, tree.root().hex(), then)


def _is_told_by(row: Any) -> bool:
    """Whether the columns, by which entries are found, say what the hashed bytes do: names stand in order."""
    before = canonical({"act": row.act, "actor": row.actor, "at": row.at})
    after = canonical({"seq": row.seq, "subject": {"id": row.subject_id, "kind": row.subject_kind}})
    body: bytes = row.body
    return body.startswith(before[:-1] + b',"facts":') and body.endswith(b"," + after[1:])


def fingerprint(text: str) -> str:
    """What the journal keeps of free text, which may name people: its SHA-256.

    >>> fingerprint("Ảnh bao bì mờ")[:8]
    'fb7bcac4'
    """
    return hashlib.sha256(text.encode()).hexdigest()
