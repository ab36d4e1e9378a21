"""Certification bodies as the holders of certificates name them.

A body that is not in the list is written down as a draft: the holder sees it, the province looks into it, and
the same name typed again is the same body.
"""

from datetime import date, datetime
from secrets import SystemRandom
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.errors import Malformed
from traceapp.domain.identifiers import new_public_id
from traceapp.domain.parties import PartyKind, PartyState
from traceapp.domain.text import clean_line, folded
from traceapp.models import Certificate, MergedBody, Party, PartyName
from traceapp.services import journal
from traceapp.services.parties import registry

NEW_BODY: Final = "new"


def list_bodies(session: Session, actor: Actor, today: date) -> list[Party]:
    """Bodies the province knows, and those this party wrote down itself."""
    mine = select(Certificate.body_id).where(Certificate.holder_id == actor.party_id)
    query = select(Party).where(
        Party.kind == PartyKind.CERTIFICATION_BODY,
        or_(Party.state == PartyState.APPROVED, Party.id.in_(mine)),
    )
    return sorted(session.scalars(query), key=lambda body: folded(body.name_on(today)))


def read_body(session: Session, *, chosen: str, name: str, actor: Actor, now: datetime, today: date) -> Party:
    """The chosen body; or the one of that name; or a new draft of it, for the province to look into."""
    known = list_bodies(session, actor, today)
    if chosen != NEW_BODY:
        body = next((body for body in known if body.public_id == chosen), None)
        if body is None:
            raise Malformed("certificate_body_missing", field="body")
        return body
    name = clean_line(name, 200, field="body_name")
    if not name:
        raise Malformed("certificate_body_missing", field="body_name")
    alike = [body for body in known if any(row.folded == folded(name) for row in body.names)]
    return alike[0] if alike else _merged(session, name) or _new_body(session, name, actor, now, today)


def hold_body(session: Session, body: Party) -> None:
    """Keep the body from being merged until the commit. Raises `certificate_body_missing` where it was.

    Many may hold it so at once; who merges it waits, and then finds the papers that were entered meanwhile.
    """
    session.refresh(body, with_for_update={"read": True})
    if session.scalar(select(MergedBody.body_id).where(MergedBody.body_id == body.id)) is not None:
        raise Malformed("certificate_body_missing", field="body")


def _merged(session: Session, name: str) -> Party | None:
    """The body this name turned out to be, where the province has looked into it before."""
    query = select(MergedBody).join(PartyName, PartyName.party_id == MergedBody.body_id)
    found = session.scalar(query.where(PartyName.folded == folded(name)).limit(1))
    return found.into if found else None


def _new_body(session: Session, name: str, actor: Actor, now: datetime, today: date) -> Party:
    body = Party(
        public_id=new_public_id(SystemRandom()),
        kind=PartyKind.CERTIFICATION_BODY,
        state=PartyState.DRAFT,
        demo=registry.own_party(session, actor).demo,
        submitted_by_id=actor.account_id,
        submitted_at=now,
        created_at=now,
    )
    body.names.append(PartyName(language="vi", name=name, folded=folded(name), valid_from=today))
    session.add(body)
    session.flush()
    subject = ("party", body.public_id)
    journal.record(session, actor=actor, act="added_body", subject=subject, now=now, facts={"name": name})
    return body
