"""A certificate entered by the body that issued it, for its holder: it goes to the province at once.

The body has the paper, so nothing is drafted: number, scope and days with a scan, then the province compares
them as it does with a holder's copy. Who entered it does not approve it, and does not end it either.
"""

from collections.abc import Sequence
from datetime import date, datetime
from secrets import SystemRandom
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.certificates import RecordState
from traceapp.domain.errors import Conflict, NotFound
from traceapp.domain.identifiers import new_public_id
from traceapp.domain.parties import PartyKind, PartyState
from traceapp.domain.permissions import Act, check_impartial
from traceapp.domain.text import folded
from traceapp.models import Certificate, Party, PartyName, Place, TradeItem
from traceapp.services.locking import lock
from traceapp.services.vouching import evidence, renewals
from traceapp.services.vouching.body_desk import own_body
from traceapp.services.vouching.certificate_entry import CertificateEntry, fill, keep_number, write
from traceapp.services.vouching.evidence import Evidence
from traceapp.storage import Storage

MOST: Final = 20
_MAKERS: Final = tuple(kind for kind in PartyKind if kind.makes_goods)
_HOLDERS: Final = (Party.state == PartyState.APPROVED, Party.kind.in_(_MAKERS))


def find_holders(session: Session, text: str) -> Sequence[Party]:
    """Approved producers with this tax code, or whose name holds these letters; none for no letters."""
    part = folded(text)
    if not part:
        return ()
    named = select(PartyName.party_id).where(PartyName.folded.contains(part, autoescape=True))
    query = select(Party).where(*_HOLDERS, or_(Party.id.in_(named), Party.tax_code == text.strip()))
    return session.scalars(query.order_by(Party.id).limit(MOST)).all()


def read_holder(session: Session, public_id: str) -> Party:
    """An approved producer. Raises `NotFound` `no_such_record`."""
    found = session.scalar(select(Party).where(Party.public_id == public_id.upper(), *_HOLDERS))
    if found is None:
        raise NotFound("no_such_record")
    return found


def goods_of(session: Session, holder: Party) -> tuple[Sequence[TradeItem], Sequence[Place]]:
    """The producer's goods and places, by name: what a certificate may cover."""
    items = select(TradeItem).where(TradeItem.party_id == holder.id, TradeItem.archived_at.is_(None))
    places = select(Place).where(Place.party_id == holder.id)
    return (
        session.scalars(items.order_by(TradeItem.folded, TradeItem.id)).all(),
        session.scalars(places.order_by(Place.name, Place.id)).all(),
    )


def enter_certificate(
    session: Session,
    storage: Storage,
    *,
    actor: Actor,
    holder: Party,
    entry: CertificateEntry,
    scans: Sequence[Evidence],
    replaces: Certificate | None = None,
    now: datetime,
    today: date,
) -> Certificate:
    """Enter it and send it; as the renewal of another of the body's where `replaces` is given.

    Raises what `certificate_entry.fill` and `renewals.link` do, `certificate_no_evidence` and
    `certificate_number_taken`.
    """
    actor.must(Act.EDIT_CERTIFICATE)
    body = own_body(session, actor)
    check_impartial({actor.party_id}, holder.id)
    if not scans:
        raise Conflict("certificate_no_evidence", field="evidence")
    if replaces is not None:
        lock(session, replaces)  # before its body, which `fill` holds
    certificate = _copied(session, actor, holder, entry, now, today)
    certificate.body, certificate.sent_by_id = body, body.id
    if replaces is not None:
        renewals.link(session, certificate, replaces, today, actor.party_id)
    else:
        renewals.check_number(session, certificate)
    session.add(certificate)
    keep_number(session, certificate)
    for scan in scans:
        evidence.attach(session, storage, certificate, scan, actor, now)
    return write(session, actor, certificate, "entered_certificate", now, link_of(certificate))


def _copied(
    session: Session, actor: Actor, holder: Party, entry: CertificateEntry, now: datetime, today: date
) -> Certificate:
    """A copy of the paper, on its way to the province."""
    certificate = Certificate(
        public_id=new_public_id(SystemRandom()),
        holder=holder,
        demo=holder.demo,
        entered_by_id=actor.account_id,
        record_state=RecordState.SUBMITTED,
        submitted_at=now,
        created_at=now,
    )
    with session.no_autoflush:
        fill(session, certificate, entry, actor, now, today)
    return certificate


def link_of(certificate: Certificate) -> dict[str, object]:
    """Which certificate it renews, for the journal."""
    return {"replaces": certificate.replaces.public_id if certificate.replaces else None}
