"""Offices of the province, written down by the operator who sets an installation up.

Cooperatives register themselves and certification bodies are entered by officers; but somebody has to be
the first officer, for an office that nobody could have approved.
"""

from datetime import date, datetime
from secrets import SystemRandom
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp.domain.errors import NotFound
from traceapp.domain.identifiers import new_public_id
from traceapp.domain.parties import PartyKind, PartyState
from traceapp.domain.permissions import Role
from traceapp.domain.text import clean_line, folded
from traceapp.models import Party, PartyName
from traceapp.services import journal

OFFICIAL: Final = frozenset({Role.PROVINCE, Role.INSPECTOR, Role.ADMINISTRATOR})


def party_for(session: Session, *, told: str, role: Role, now: datetime, today: date) -> Party:
    """The party of that public id, or the office of that name, written down where it is new.

    Raises `record_not_found` for a name in a role that no office has: a producer registers itself.
    """
    party = session.scalar(select(Party).where(Party.public_id == told.strip().upper()))
    if party is not None:
        return party
    if role not in OFFICIAL:
        raise NotFound("record_not_found")
    name = clean_line(told, 200, field="party")
    named = (
        select(Party)
        .join(PartyName)
        .where(Party.kind == PartyKind.AUTHORITY, PartyName.folded == folded(name))
    )
    return session.scalar(named.order_by(Party.id)) or _new_office(session, name, now, today)


def _new_office(session: Session, name: str, now: datetime, today: date) -> Party:
    office = Party(
        public_id=new_public_id(SystemRandom()),
        kind=PartyKind.AUTHORITY,
        state=PartyState.APPROVED,
        created_at=now,
    )
    office.names.append(PartyName(language="vi", name=name, folded=folded(name), valid_from=today))
    session.add(office)
    session.flush()
    journal.record(
        session, actor=None, act="added_office", subject=("party", office.public_id), now=now,
        facts={"name": name},
    )  # fmt: skip
    return office
