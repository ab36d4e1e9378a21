"""The register of certification bodies: those the province knows, and those that holders wrote down.

A name a holder typed is a draft until an officer has looked into it: it is a body of its own and approved,
or it is a known one by another name, and its certificates go over to that one. Who wrote a body down neither
approves nor merges it (four eyes). A merged draft stays as a name: typed again, it is the known body.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from secrets import SystemRandom

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.errors import Conflict, Malformed, NotFound
from traceapp.domain.identifiers import new_public_id
from traceapp.domain.parties import PartyKind, PartyState
from traceapp.domain.permissions import Act, check_four_eyes, check_impartial
from traceapp.domain.text import clean_line, folded
from traceapp.models import Accreditation, Certificate, MergedBody, Party, PartyName
from traceapp.services import journal
from traceapp.services.locking import lock


def count_open_bodies(session: Session) -> int:
    """Drafts to look into, and accreditations that wait for a second officer."""
    drafts = select(func.count()).select_from(registered().where(Party.state == PartyState.DRAFT).subquery())
    waiting = select(func.count()).select_from(Accreditation).where(Accreditation.approved_at.is_(None))
    return (session.scalar(drafts) or 0) + (session.scalar(waiting) or 0)


def read_registered_body(session: Session, public_id: str) -> Party:
    """A body, draft or known. Raises `NotFound` `no_such_record`, also for one that was merged."""
    found = session.scalar(registered().where(Party.public_id == public_id.upper()))
    if found is None:
        raise NotFound("no_such_record")
    return found


def add_body(
    session: Session, *, actor: Actor, name: str, name_en: str = "", now: datetime, today: date
) -> Party:
    """Write a body down; another officer approves it. Raises `body_name_missing` or `body_known`."""
    actor.must(Act.KEEP_BODIES)
    shown = clean_line(name, 200, field="name")
    if not shown:
        raise Malformed("body_name_missing", field="name")
    for body in session.scalars(registered()):
        if any(row.folded == folded(shown) for row in body.names):
            raise Conflict("body_known", field="name", given=body.name_on(today))
    own = session.get(Party, actor.party_id) if actor.party_id else None
    body = Party(
        public_id=new_public_id(SystemRandom()),
        kind=PartyKind.CERTIFICATION_BODY,
        state=PartyState.DRAFT,
        demo=own is not None and own.demo,
        submitted_by_id=actor.account_id,
        submitted_at=now,
        created_at=now,
    )
    spoken = (("vi", shown), ("en", clean_line(name_en, 200, field="name_en")))
    for language, told in spoken:
        if told:
            body.names.append(PartyName(language=language, name=told, folded=folded(told), valid_from=today))
    session.add(body)
    session.flush()
    return _written(session, actor, body, "added_body", now, {"name": shown})


def approve_body(
    session: Session, *, actor: Actor, body: Party, version: int | None = None, now: datetime
) -> Party:
    """It is a body of its own: from now on everybody may choose it."""
    actor.must(Act.KEEP_BODIES)
    _check_draft(session, body, actor, version)
    check_four_eyes(body.submitted_by_id, actor.account_id)
    body.state, body.decided_by_id, body.decided_at = PartyState.APPROVED, actor.account_id, now
    return _written(session, actor, body, "approved_body", now)


def merge_body(
    session: Session, *, actor: Actor, body: Party, into: Party, version: int | None = None, now: datetime
) -> Party:
    """It is a known body by another name: its papers go over. Four eyes, as to approve."""
    actor.must(Act.KEEP_BODIES)
    held = _hold_papers(session, body)
    _check_draft(session, body, actor, version)
    check_four_eyes(body.submitted_by_id, actor.account_id)
    if into.id == body.id or into.state is not PartyState.APPROVED:
        raise Malformed("body_merge_itself", field="into")
    check_impartial({actor.party_id}, into.id)
    moved = session.scalars(select(Certificate).where(Certificate.body_id == body.id)).all()
    theirs = session.scalars(select(Accreditation).where(Accreditation.body_id == body.id)).all()
    if not {*moved, *theirs} <= held:  # entered between the last look and the lock of the body
        raise Conflict("changed_since")
    _check_numbers(session, moved, into)
    for certificate in moved:
        certificate.body = into
    for accreditation in theirs:
        accreditation.body = into
    body.state = PartyState.RETURNED
    session.add(MergedBody(body_id=body.id, into_id=into.id, merged_by_id=actor.account_id, created_at=now))
    session.flush()
    facts = {"into": into.public_id, "certificates": sorted(one.public_id for one in moved)}
    _written(session, actor, body, "merged_body", now, facts)
    return into


def _hold_papers(session: Session, body: Party) -> set[Certificate | Accreditation]:
    """Lock what the body issued and was given, the newest first, before the body itself (`locking`).

    Who waits for a paper that is being renewed looks again afterwards: the renewal is one more.
    """
    held: set[Certificate | Accreditation] = set()
    while True:
        found: set[Certificate | Accreditation] = set()
        for kind in (Certificate, Accreditation):
            query = select(kind).where(kind.body_id == body.id).order_by(kind.id.desc())
            fresh = query.with_for_update(key_share=True, of=kind).execution_options(populate_existing=True)
            found |= {*session.scalars(fresh)}
        if found == held:
            return held
        held = found


def registered() -> Select[Party]:
    """Every body that is not merged into another."""
    merged = select(MergedBody.body_id)
    return select(Party).where(Party.kind == PartyKind.CERTIFICATION_BODY, Party.id.not_in(merged))


def _check_draft(session: Session, body: Party, actor: Actor, version: int | None) -> None:
    lock(session, body)
    if body.state is not PartyState.DRAFT:
        raise Conflict("body_not_draft")
    if version is not None and version != body.version:
        raise Conflict("changed_since")
    check_impartial({actor.party_id}, body.id)


def _check_numbers(session: Session, moved: Sequence[Certificate], into: Party) -> None:
    numbers = [one.number for one in moved]
    taken = session.scalar(
        select(Certificate.number).where(Certificate.body_id == into.id, Certificate.number.in_(numbers))
    )
    if taken is not None:
        raise Conflict("body_merge_number", field="into", given=taken)


def _written(
    session: Session,
    actor: Actor,
    body: Party,
    act: str,
    now: datetime,
    facts: Mapping[str, object] | None = None,
) -> Party:
    session.flush()
    subject = ("party", body.public_id)
    journal.record(session, actor=actor, act=act, subject=subject, now=now, party_id=body.id, facts=facts)
    return body
