"""The journal to read: who did what, when; an entry in the bytes that were hashed; all of it verified."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from traceapp.domain.days import day_begins
from traceapp.domain.errors import Malformed, NotFound
from traceapp.domain.journal import leaf_hash
from traceapp.domain.numbers import parse_day
from traceapp.domain.permissions import Role
from traceapp.extensions import limiter, reader
from traceapp.models import Account, JournalEntry, Party
from traceapp.services import journal as service
from traceapp.web import access
from traceapp.web.errors import sentence
from traceapp.web.languages import gettext, today
from traceapp.web.paging import backward
from traceapp.web.province import door
from traceapp.web.province.officers import READERS
from traceapp.web.words import ACT_WORDS, SUBJECT_WORDS

ONE_DAY = timedelta(days=1)
FIRST, LAST = date(2000, 1, 1), date(2199, 12, 31)  # beyond these no entry lies, and an instant may not exist
BUYERS_ACTS = ("confirmed_purchase", "reported_problem", "used_pin")  # how their acts begin


@door.get("/journal")
@access.only(*READERS)
def journal() -> ResponseReturnValue:
    """Entries, the newest first, of one act, party, subject or time where asked."""
    first, last = _day("from"), _day("to")
    kind, subject = request.args.get("kind", ""), request.args.get("subject", "").strip().upper()
    party = reader().scalar(select(Party).where(Party.public_id == request.args.get("party", "").upper()))
    read = partial(
        service.list_entries,
        reader(),
        act=request.args.get("act") or None,
        party_id=party.id if party else None,
        subject=(kind, subject) if kind and subject else None,
        since=day_begins(first.day) if first.day else None,
        until=day_begins(last.day + ONE_DAY) if last.day else None,
    )
    rows, more = backward(read)
    page = render_template(
        "province/journal.html", rows=rows, more=more, party=party, days=(first, last), **_words(rows)
    )
    return page, 422 if first.fault or last.fault else 200


@dataclass(frozen=True, slots=True)
class AskedDay:
    """A day typed to narrow the list, as it was typed; `fault`: why it is none."""

    name: str
    typed: str
    day: date | None = None
    fault: str | None = None


def _day(name: str) -> AskedDay:
    typed = request.args.get(name, "").strip()[:20]
    try:
        day = parse_day(typed, field=name) if typed else None
        return AskedDay(name, typed, min(max(day, FIRST), LAST) if day else None)
    except Malformed as broken:
        return AskedDay(name, typed, fault=sentence(broken))


@door.get("/journal/<int:seq>")
@access.only(*READERS)
def journal_entry(seq: int) -> ResponseReturnValue:
    """One entry as it was written and hashed."""
    entry = reader().get(JournalEntry, seq) if seq < 2**63 else None
    if entry is None:
        raise NotFound("no_such_record")
    holds = leaf_hash(entry.body).hex() == entry.leaf_hash
    return render_template("province/journal_entry.html", entry=entry, holds=holds, **_words([entry]))


@door.post("/journal/verify")
@limiter.limit("6 per minute")
@access.only(*READERS)
def verify_journal() -> ResponseReturnValue:
    """Hash every entry again, compare it with its columns, look for gaps. Reads only."""
    return render_template("province/journal_verified.html", found=service.verify(reader()))


def _words(entries: Sequence[JournalEntry]) -> dict[str, object]:
    """Names for the ids in these entries: people and parties as they are called today."""
    people: dict[int | None, Account | None] = {
        row.actor_id: reader().get(Account, row.actor_id) for row in entries if row.actor_id
    }
    parties = {row.party_id: reader().get(Party, row.party_id) for row in entries if row.party_id}
    acts = reader().scalars(select(JournalEntry.act).distinct().order_by(JournalEntry.act)).all()
    return {
        "doers": {row.seq: _doer(row, people.get(row.actor_id)) for row in entries},
        "parties": {key: one.name_on(today()) for key, one in parties.items() if one},
        "party_ids": {key: one.public_id for key, one in parties.items() if one},
        "acts": acts,
        "act_words": ACT_WORDS,
        "subject_words": SUBJECT_WORDS,
        "officer": access.actor().has(Role.PROVINCE),
    }


def _doer(entry: JournalEntry, person: Account | None) -> str:
    """Who did it; without an account it was a buyer on a public page, or the registry's own worker."""
    if person is not None:
        return person.display_name
    if entry.act == "acknowledged_recall":
        return gettext("người giữ hàng")
    return gettext("người mua") if entry.act.startswith(BUYERS_ACTS) else gettext("hệ thống")
