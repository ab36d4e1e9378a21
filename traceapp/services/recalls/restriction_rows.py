"""A hold's or recall's row under every act on it: made, held for the act, and written with its journal entry.

Nobody acts on goods of their own party, and on a row that has ended nothing is done any more.
"""

import secrets
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.errors import Conflict
from traceapp.domain.identifiers import new_public_id
from traceapp.domain.permissions import check_impartial
from traceapp.domain.restrictions import HoldReason, RestrictionKind
from traceapp.domain.text import clean_line
from traceapp.i18n import shown_moment
from traceapp.models import Restriction
from traceapp.services import journal
from traceapp.services.locking import lock
from traceapp.services.recalls.recall_scope import About, about_of

MOST_REASON: Final = 300


def new_restriction(
    kind: RestrictionKind,
    actor: Actor,
    about: About,
    reason: HoldReason,
    note: str | None,
    told: str | None,
    now: datetime,
) -> Restriction:
    """A row not written yet: which goods, and why."""
    return Restriction(
        kind=kind,
        lot=about.lot,
        trade_item=None if about.lot or about.run else about.item,
        stamp_run=about.run,
        first_index=about.stretch.first if about.stretch else None,
        last_index=about.stretch.last if about.stretch else None,
        reason=reason,
        note=clean_line(note or "", 300, field="note") or None,
        told=clean_line(told or "", 500, field="told") or None,
        proposed_by_id=actor.account_id,
        demo=about.item.demo,
        public_id=new_public_id(secrets.SystemRandom()),
        created_at=now,
    )


def lock_proposal(session: Session, actor: Actor, restriction: Restriction) -> None:
    """Hold the row; it must be a recall that nobody has answered yet. Raises `recall_not_open`."""
    lock(session, restriction)
    check_impartial({actor.party_id}, about_of(restriction).item.party_id)
    if restriction.kind is not RestrictionKind.RECALL or restriction.confirmed_by_id or restriction.lifted_at:
        raise Conflict("recall_not_open")


def check_open(actor: Actor, restriction: Restriction) -> None:
    """Not lifted, and not of the actor's own party. Raises `already_lifted`, `impartiality`."""
    check_impartial({actor.party_id}, about_of(restriction).item.party_id)
    if restriction.lifted_at is not None:
        raise Conflict("already_lifted", since=shown_moment(restriction.lifted_at))


def write(
    session: Session,
    restriction: Restriction,
    actor: Actor,
    act: str,
    now: datetime,
    more: dict[str, object] | None = None,
) -> Restriction:
    """Write the row and its journal entry; the entry belongs to the party whose goods they are."""
    session.add(restriction)
    session.flush()
    about = about_of(restriction)
    journal.record(
        session,
        actor=actor,
        act=act,
        subject=("restriction", restriction.public_id),
        now=now,
        party_id=about.item.party_id,
        facts={
            **about.facts(),
            "reason": restriction.reason.value,
            "decision_number": restriction.decision_number,
            "ending": restriction.ending.value if restriction.ending else None,
            **(more or {}),
        },
    )
    return restriction
