"""Whose record it is: an inspector reads and writes the own ones, the province reads all."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from traceapp.domain.actors import Actor
from traceapp.domain.errors import Conflict, NotFound
from traceapp.domain.permissions import Act, Role
from traceapp.domain.text import folded
from traceapp.models import Inspection, InspectionItem, Lot, PartyName, TradeItem
from traceapp.services import journal
from traceapp.services.locking import lock

PAGE = 50


def readable(actor: Actor) -> Select[Inspection]:
    """The actor's own records; for the province everybody's. Raises `NotAllowed` `role`."""
    actor.must(Act.READ_INSPECTIONS)
    query = select(Inspection)
    return query if actor.has(Role.PROVINCE) else query.where(Inspection.inspector_id == actor.account_id)


def list_inspections(
    session: Session, *, actor: Actor, text: str = "", before: int | None = None, limit: int = PAGE
) -> Sequence[Inspection]:
    """The actor's own records, for the province everybody's; the newest first, a page at a time.

    `text`: of which the number, the place, the party, the product or the lot holds it.
    """
    query = readable(actor).where(_about(text)) if text else readable(actor)
    query = query.options(joinedload(Inspection.inspector))
    query = query.order_by(Inspection.id.desc()).limit(limit)
    if before is not None:
        query = query.where(Inspection.id < before)
    return session.scalars(query).all()


def _about(text: str) -> ColumnElement[bool]:
    part = folded(text)
    parties = select(PartyName.party_id).where(PartyName.folded.contains(part, autoescape=True))
    goods = or_(
        TradeItem.folded.contains(part, autoescape=True),
        TradeItem.party_id.in_(parties),
        Lot.code == text.upper(),
        InspectionItem.named.contains(text, autoescape=True),
    )
    looked_at = select(InspectionItem.inspection_id)
    looked_at = looked_at.outerjoin(TradeItem, TradeItem.id == InspectionItem.trade_item_id)
    looked_at = looked_at.outerjoin(Lot, Lot.id == InspectionItem.lot_id).where(goods)
    return or_(
        func.lower(Inspection.number).contains(text.lower(), autoescape=True),
        Inspection.site_name.contains(text, autoescape=True),
        Inspection.commune.contains(text, autoescape=True),
        Inspection.party_id.in_(parties),
        Inspection.id.in_(looked_at),
    )


def count_drafts(session: Session, *, actor: Actor) -> int:
    """How many of the actor's own records are not closed yet."""
    mine = readable(actor).where(Inspection.inspector_id == actor.account_id, Inspection.number.is_(None))
    return session.scalar(select(func.count()).select_from(mine.subquery())) or 0


def read_inspection(session: Session, *, actor: Actor, public_id: str) -> Inspection:
    """A record this actor may read. Raises `NotFound` `no_such_record`."""
    actor.must(Act.READ_INSPECTIONS)
    found = session.scalar(select(Inspection).where(Inspection.public_id == public_id.upper()))
    if found is None or not (found.inspector_id == actor.account_id or actor.has(Role.PROVINCE)):
        raise NotFound("no_such_record")
    return found


def own_inspection(session: Session, *, actor: Actor, public_id: str) -> Inspection:
    """A record of the actor's own, to write in. Raises `NotFound` `no_such_record`."""
    actor.must(Act.INSPECT)
    found = session.scalar(select(Inspection).where(Inspection.public_id == public_id.upper()))
    if found is None or found.inspector_id != actor.account_id:
        raise NotFound("no_such_record")
    return found


def list_supplements(session: Session, inspection: Inspection) -> Sequence[Inspection]:
    """The closed records that add to this one."""
    query = select(Inspection).where(
        Inspection.supplements_id == inspection.id, Inspection.number.is_not(None)
    )
    return session.scalars(query.order_by(Inspection.id)).all()


def hold(session: Session, actor: Actor, inspection: Inspection) -> None:
    """Lock the actor's own record. Raises `NotFound` or `NotAllowed` `role`."""
    actor.must(Act.INSPECT)
    if inspection.inspector_id != actor.account_id:
        raise NotFound("no_such_record")
    lock(session, inspection)


def hold_open(session: Session, actor: Actor, inspection: Inspection) -> None:
    """Lock the actor's draft. Raises what `hold` does, or `Conflict` `inspection_closed`."""
    hold(session, actor, inspection)
    check_open(inspection)


def check_open(inspection: Inspection) -> None:
    """Raises `Conflict` `inspection_closed` for a record that is fixed."""
    if inspection.is_closed:
        raise Conflict("inspection_closed", number=inspection.number)


def record(
    session: Session, actor: Actor, act: str, inspection: Inspection, now: datetime, **facts: object
) -> None:
    """The act in the journal: hashes and counts, no name and no text that somebody typed."""
    session.flush()
    subject = ("inspection", inspection.public_id)
    journal.record(session, actor=actor, act=act, subject=subject, now=now, facts=facts)
