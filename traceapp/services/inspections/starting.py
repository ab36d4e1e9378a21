"""A record begins: empty, with goods in hand, with a certificate, or as a supplement to a closed one."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.errors import Conflict, NotFound
from traceapp.domain.identifiers import new_public_id
from traceapp.domain.inspections import InspectionState
from traceapp.domain.permissions import Act
from traceapp.domain.serials import SerialKey
from traceapp.models import Account, Inspection
from traceapp.services.inspections.entries import ItemEntry
from traceapp.services.inspections.goods import add_item, fill_item, recognise
from traceapp.services.inspections.reading import hold_open, record


def start_inspection(
    session: Session,
    *,
    actor: Actor,
    codes: Sequence[str] = (),
    keys: Sequence[SerialKey] = (),
    now: datetime,
) -> Inspection:
    """A draft with what the codes name. Asked twice for the same it gives the one nobody wrote in yet.

    Raises `impartiality` where the goods are the actor's own party's.
    """
    actor.must(Act.INSPECT)
    told = [code.strip() for code in codes if code.strip()]
    for earlier in _untouched(session, actor):
        if [one.code for one in earlier.items] == told:
            return earlier
    fresh = _fresh(session, actor, now)
    for code in told:
        row = add_item(fresh, now)
        known = recognise(session, keys, code, actor=actor)
        named = "" if known.goods or known.certificate else code[:200]
        fill_item(row, ItemEntry(code=code, named=named), known, actor)
        fresh.items.append(row)
        found = known.goods.item if known.goods else known.certificate
        fresh.demo = fresh.demo or bool(found and found.demo)
    session.add(fresh)
    record(session, actor, "started_inspection", fresh, now, items=len(told))
    return fresh


def supplement_inspection(
    session: Session, *, actor: Actor, inspection: Inspection, now: datetime
) -> Inspection:
    """A new draft that names a closed record of the actor's own and stands on the same place.

    The draft that is open already is given again. Raises `inspection_not_closed`.
    """
    actor.must(Act.INSPECT)
    if inspection.inspector_id != actor.account_id:
        raise NotFound("no_such_record")
    if not inspection.is_closed:
        raise Conflict("inspection_not_closed")
    earlier = session.scalar(
        select(Inspection).where(
            Inspection.supplements_id == inspection.id, Inspection.state == InspectionState.DRAFT
        )
    )
    if earlier is not None:
        return earlier
    fresh = _fresh(session, actor, now)
    fresh.supplements = inspection
    fresh.demo = inspection.demo
    for name in ("party_id", "site_name", "commune", "address", "seller_name", "seller_role", "leader_name"):
        setattr(fresh, name, getattr(inspection, name))
    session.add(fresh)
    record(session, actor, "started_inspection", fresh, now, supplements=inspection.number)
    return fresh


def discard_inspection(session: Session, *, actor: Actor, inspection: Inspection, now: datetime) -> None:
    """Throw a draft away: it had no number and nobody but its writer saw it. The journal knows."""
    hold_open(session, actor, inspection)
    record(
        session, actor, "discarded_inspection", inspection, now,
        items=len(inspection.items), photos=len(inspection.photos),
    )  # fmt: skip
    session.delete(inspection)
    session.flush()


def _untouched(session: Session, actor: Actor) -> Sequence[Inspection]:
    query = select(Inspection).where(
        Inspection.inspector_id == actor.account_id,
        Inspection.state == InspectionState.DRAFT,
        Inspection.version == 1,
        Inspection.supplements_id.is_(None),
    )
    return session.scalars(query.order_by(Inspection.id.desc()).limit(20)).all()


def _fresh(session: Session, actor: Actor, now: datetime) -> Inspection:
    account = session.get(Account, actor.account_id)
    return Inspection(
        public_id=new_public_id(secrets.SystemRandom()),
        created_at=now,
        saved_at=now,
        began_at=now,
        inspector_id=actor.account_id,
        authority_id=actor.party_id,
        leader_name=account.display_name if account else None,
        answers={},
        step_versions={},
        version=1,
        demo=False,
    )
