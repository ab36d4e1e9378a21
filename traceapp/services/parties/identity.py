"""What an approved party changed of what it is known by: its names, its codes, its kind.

A name changes lawfully on any day, and goods on shelves keep their page meanwhile: nobody approves it anew.
But whoever was approved under one name and goes by another must not go unseen: officers are shown it.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from traceapp.domain.parties import PartyState
from traceapp.models import JournalEntry, Party

SHOWN: Final = timedelta(days=30)
EDITED: Final = "edited_party"


@dataclass(frozen=True, slots=True)
class Changed:
    """An approved party, what it changed since it was approved, when last, and the name it had before."""

    party: Party
    what: tuple[str, ...]
    at: datetime
    former: str | None


def identity_of(party: Party, day: date) -> dict[str, str | None]:
    """What a party is known by on a day."""
    names = {f"name_{row.language}": row.name for row in party.names if row.holds_on(day)}
    codes = ("tax_code", "gln", "company_prefix")
    return names | {code: getattr(party, code) for code in codes} | {"kind": party.kind.value}


def differing(before: dict[str, str | None], after: dict[str, str | None]) -> list[str]:
    """Which parts differ, by name alone: what they say is for no journal.

    >>> differing({"gln": None, "name_vi": "HTX A"}, {"gln": None, "name_vi": "HTX B", "name_en": "B"})
    ['name_en', 'name_vi']
    """
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def list_changed(session: Session, *, now: datetime) -> list[Changed]:
    """Approved parties that changed some of it after their approval, lately; the latest first."""
    lately = select(JournalEntry).where(JournalEntry.act == EDITED, JournalEntry.at >= now - SHOWN)
    edits = session.scalars(lately.order_by(JournalEntry.seq.desc())).all()
    query = select(Party).where(Party.public_id.in_({one.subject_id for one in edits}))
    query = query.where(Party.state == PartyState.APPROVED).options(selectinload(Party.names))
    parties = {one.public_id: one for one in session.scalars(query)}
    found: dict[str, Changed] = {}
    for edit in edits:
        party, what = parties.get(edit.subject_id), json.loads(edit.body)["facts"].get("changed", [])
        if party is None or not what or (party.decided_at is not None and edit.at <= party.decided_at):
            continue
        known = found.get(edit.subject_id)
        every = {*what, *(known.what if known else ())}
        at = known.at if known else edit.at
        found[edit.subject_id] = Changed(party, tuple(sorted(every)), at, _former(party))
    return list(found.values())


def _former(party: Party) -> str | None:
    """The Vietnamese name before the present one."""
    ended = [row for row in party.names if row.language == "vi" and row.valid_until is not None]
    return max(ended, key=lambda row: row.valid_until or date.min).name if ended else None
