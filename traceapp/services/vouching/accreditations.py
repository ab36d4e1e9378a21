"""Accreditations as the province keeps them: written down, confirmed by another, corrected, decided upon.

Nothing rests on an accreditation before a second officer has compared it with its source (four eyes). A
correction is an entry like the first and is confirmed like it. Suspension, restoration and withdrawal are
the accreditation body's decisions (ISO/IEC 17011); here its paper is copied.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from secrets import SystemRandom
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp.domain.accreditation import check_accreditation_decision
from traceapp.domain.actors import Actor
from traceapp.domain.certificates import DecisionKind
from traceapp.domain.days import today_in_vietnam
from traceapp.domain.errors import Conflict, Malformed, NotFound
from traceapp.domain.identifiers import new_public_id
from traceapp.domain.numbers import parse_day
from traceapp.domain.permissions import Act, check_four_eyes, check_impartial
from traceapp.domain.text import clean_line, given_reason
from traceapp.models import Accreditation, AccreditationDecision, Party
from traceapp.services import journal, uniqueness
from traceapp.services.locking import lock
from traceapp.services.paging import PAGE, Key, Page, page_by
from traceapp.services.vouching.decisions import facts_of, next_decision

KINDS: Final = (DecisionKind.SUSPENSION, DecisionKind.RESTORATION, DecisionKind.WITHDRAWAL)
_SCOPE: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,19}")
_TAKEN: Final = ("accreditation_number_taken", "number")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccreditationEntry:
    """An accreditation as typed; `other_scopes` are codes with commas between them."""

    accreditor: str = ""
    number: str = ""
    standard: str = ""
    scopes: list[str] = field(default_factory=list)
    other_scopes: str = ""
    valid_from: str = ""
    valid_until: str = ""
    source_url: str = ""


def add_accreditation(
    session: Session, *, actor: Actor, body: Party, entry: AccreditationEntry, now: datetime
) -> Accreditation:
    """Write one down; it waits for another officer. Raises `accreditation_...` beside the field."""
    actor.must(Act.KEEP_BODIES)
    check_impartial({actor.party_id}, body.id)
    row = Accreditation(
        public_id=new_public_id(SystemRandom()),
        body=body,
        demo=body.demo,
        entered_by_id=actor.account_id,
        created_at=now,
    )
    with session.no_autoflush:
        _fill(row, entry)
    session.add(row)
    return _written(session, actor, row, "added_accreditation", now)


def correct_accreditation(
    session: Session,
    *,
    actor: Actor,
    accreditation: Accreditation,
    entry: AccreditationEntry,
    version: int | None = None,
    now: datetime,
) -> Accreditation:
    """Put it right; until another officer has confirmed it again nothing rests on it.

    Raises `changed_since` where somebody else did after the page was made.
    """
    actor.must(Act.KEEP_BODIES)
    check_impartial({actor.party_id}, accreditation.body_id)
    lock(session, accreditation)
    if version is not None and version != accreditation.version:
        raise Conflict("changed_since")
    before = _told(accreditation)
    with session.no_autoflush:
        _fill(accreditation, entry)
    if not session.is_modified(accreditation):
        return accreditation
    accreditation.entered_by_id = actor.account_id
    accreditation.approved_by_id, accreditation.approved_at = None, None
    return _written(session, actor, accreditation, "corrected_accreditation", now, {"before": before})


def confirm_accreditation(
    session: Session,
    *,
    actor: Actor,
    accreditation: Accreditation,
    version: int | None = None,
    now: datetime,
) -> Accreditation:
    """A second officer agrees with it. Raises `accreditation_confirmed_already` or `changed_since`."""
    actor.must(Act.KEEP_BODIES)
    lock(session, accreditation)
    if accreditation.approved_at is not None:
        raise Conflict("accreditation_confirmed_already")
    if version is not None and version != accreditation.version:
        raise Conflict("changed_since")
    check_four_eyes(accreditation.entered_by_id, actor.account_id)
    check_impartial({actor.party_id}, accreditation.body_id)
    accreditation.approved_by_id, accreditation.approved_at = actor.account_id, now
    return _written(session, actor, accreditation, "confirmed_accreditation", now)


def remove_accreditation(
    session: Session, *, actor: Actor, accreditation: Accreditation, now: datetime
) -> None:
    """Take back one typed by mistake that nobody ever confirmed; the journal keeps what it said.

    A correction takes the confirmation off the row, not out of the journal: else one officer could undo two.
    """
    actor.must(Act.KEEP_BODIES)
    lock(session, accreditation)
    if accreditation.approved_at is not None:
        raise Conflict("accreditation_confirmed_already")
    if accreditation.decisions:
        raise Conflict("accreditation_decided")
    if was_confirmed(session, accreditation):
        raise Conflict("accreditation_confirmed_once")
    _written(session, actor, accreditation, "removed_accreditation", now)
    session.delete(accreditation)
    session.flush()


def was_confirmed(session: Session, accreditation: Accreditation) -> bool:
    """Whether an officer ever confirmed it, before a correction too; such a one is never removed."""
    subject = ("accreditation", accreditation.public_id)
    return bool(journal.list_entries(session, act="confirmed_accreditation", subject=subject, limit=1))


def decide_accreditation(
    session: Session,
    *,
    actor: Actor,
    accreditation: Accreditation,
    kind: DecisionKind,
    from_on: date,
    reason: str,
    document_number: str = "",
    file_sha256: str | None = None,
    now: datetime,
) -> AccreditationDecision:
    """Write down what the accreditation body decided. Raises what `check_accreditation_decision` does."""
    actor.must(Act.KEEP_BODIES)
    check_impartial({actor.party_id}, accreditation.body_id)
    if kind not in KINDS:
        raise Malformed("accreditation_decision_kind", field="kind")
    lock(session, accreditation)
    session.refresh(accreditation, ["decisions"])
    if accreditation.approved_at is None:
        raise Conflict("accreditation_not_confirmed")
    following = next_decision(accreditation, kind, from_on)
    check_accreditation_decision(accreditation.facts, following, today_in_vietnam(now))
    decision = AccreditationDecision(
        sequence=following.sequence,
        kind=kind,
        from_on=from_on,
        reason=given_reason(reason),
        document_number=clean_line(document_number, 60, field="document_number") or None,
        recorded_by_id=actor.account_id,
        file_sha256=file_sha256,
        created_at=now,
    )
    accreditation.decisions.append(decision)
    _written(session, actor, accreditation, "decided_accreditation", now, facts_of(decision))
    return decision


def read_accreditation(session: Session, public_id: str) -> Accreditation:
    """One by its public id. Raises `NotFound` `no_such_record`."""
    found = session.scalar(select(Accreditation).where(Accreditation.public_id == public_id.upper()))
    if found is None:
        raise NotFound("no_such_record")
    return found


def list_accreditations(session: Session, body: Party) -> Sequence[Accreditation]:
    """A body's, the latest first."""
    query = select(Accreditation).where(Accreditation.body_id == body.id)
    return session.scalars(query.order_by(Accreditation.valid_from.desc(), Accreditation.id.desc())).all()


def list_waiting_accreditations(
    session: Session, *, after: Key | None = None, limit: int = PAGE
) -> Page[Accreditation]:
    """A page of those that wait for a second officer, the longest first."""
    query = select(Accreditation).where(Accreditation.approved_at.is_(None))
    return page_by(session, query, (Accreditation.id.expression,), after=after, limit=limit)


def _fill(row: Accreditation, entry: AccreditationEntry) -> None:
    row.accreditor = _needed(entry.accreditor, "accreditor", "accreditation_accreditor_missing")
    row.number = _needed(entry.number, "number", "accreditation_number_missing")
    row.standard = clean_line(entry.standard, 120, field="standard") or None
    row.scopes = read_scopes(entry)
    row.valid_from = _day(entry.valid_from, "valid_from")
    row.valid_until = _day(entry.valid_until, "valid_until")
    row.source_url = clean_line(entry.source_url, 500, field="source_url") or None
    if row.valid_until is not None and row.valid_from is not None and row.valid_until < row.valid_from:
        raise Malformed(
            "accreditation_dates", field="valid_until", given=row.valid_until, expected=row.valid_from
        )


def read_scopes(entry: AccreditationEntry) -> list[str]:
    """The codes ticked and typed, in order and once each; typed ones keep their letters (Organic, FSMS)."""
    typed = [part.strip() for part in re.split("[,;]", entry.other_scopes) if part.strip()]
    for code in (*entry.scopes, *typed):
        if _SCOPE.fullmatch(code) is None:
            raise Malformed("accreditation_scope_code", field="other_scopes", given=code, expected="EMS")
    if not entry.scopes and not typed:
        raise Malformed("accreditation_scope_missing", field="scopes")
    return sorted({*entry.scopes, *typed})


def _needed(typed: str, name: str, code: str) -> str:
    line = clean_line(typed, 60, field=name)
    if not line:
        raise Malformed(code, field=name)
    return line


def _day(typed: str, name: str) -> date | None:
    return parse_day(typed, field=name) if typed.strip() else None


def _told(row: Accreditation) -> dict[str, object]:
    return {
        "accreditor": row.accreditor,
        "number": row.number,
        "scopes": list(row.scopes),
        "valid_from": row.valid_from,
        "valid_until": row.valid_until,
    }


def _written(
    session: Session,
    actor: Actor,
    row: Accreditation,
    act: str,
    now: datetime,
    facts: Mapping[str, object] | None = None,
) -> Accreditation:
    taken = {"accreditation.accreditor": _TAKEN, "accreditation_accreditor_number": _TAKEN}
    uniqueness.flush(session, taken, given=row.number)
    journal.record(
        session,
        actor=actor,
        act=act,
        subject=("accreditation", row.public_id),
        now=now,
        party_id=row.body_id,
        facts=_told(row) | dict(facts or {}),
    )
    return row
