"""Public records by their own address: a party, a place, a right in a name.

What the province has not approved does not exist for the public: `NotFound`, like an address never given.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from traceapp.domain.certificates import RecordState
from traceapp.domain.errors import NotFound
from traceapp.domain.parties import PartyState
from traceapp.domain.reference import IpRightKind
from traceapp.models import (
    Certificate,
    IpRight,
    Party,
    Place,
    TradeItem,
    TradeItemImage,
)
from traceapp.services.paging import PAGE
from traceapp.services.public import publishing
from traceapp.services.public.party_parts import CertificateLine, Part, part_of
from traceapp.services.public.passport import Names, Producer, Product, Site
from traceapp.services.vouching.certificate_lists import SOONEST

PARTS: Final = ("products", "sites", "certificates")
BY_NAME: Final = (TradeItem.folded.expression, TradeItem.id.expression)
BY_PLACE: Final = (Place.name.expression, Place.id.expression)


@dataclass(frozen=True, slots=True)
class PartyRecord:
    """A party with what it has published, a page of each."""

    producer: Producer
    products: Part[Product]
    sites: Part[Site]
    certificates: Part[CertificateLine]


@dataclass(frozen=True, slots=True)
class RightRecord:
    """A right in a name as published."""

    public_id: str
    kind: IpRightKind
    name: str
    goods: Names | None
    registration_number: str | None
    decision_number: str | None
    registered: str | None
    valid_until: date | None
    holder: Names | None
    manager: Names | None
    source_url: str | None
    products: tuple[Product, ...]
    demo: bool


def party_record(
    session: Session, public_id: str, *, part: str | None = None, after: str | None = None, today: date
) -> PartyRecord:
    """An approved party; of one `part` the page `after` a record of it. Raises `NotFound` `party_unknown`."""
    party = session.scalar(
        select(Party).where(Party.public_id == public_id, Party.state == PartyState.APPROVED)
    )
    if party is None:
        raise NotFound("party_unknown", given=public_id)
    items = select(TradeItem).where(TradeItem.party_id == party.id, TradeItem.archived_at.is_(None))
    sites = select(Place).where(Place.party_id == party.id)
    certificates = select(Certificate).where(
        Certificate.holder_id == party.id, Certificate.record_state == RecordState.APPROVED
    )
    asked: dict[str, dict[str, Any]] = {name: {"after": None} for name in PARTS}
    if part is not None:
        asked[part] = {"after": after, "limit": PAGE}
    return PartyRecord(
        publishing.producer(party, today),
        part_of(session, items, BY_NAME, lambda one: publishing.product(one, today), **asked["products"]),
        part_of(session, sites, BY_PLACE, lambda one: publishing.site(one, today), **asked["sites"]),
        part_of(
            session,
            certificates,
            SOONEST,
            lambda one: (one.public_id, one.number, one.standard, one.status_on(today)),
            backwards=True,
            **asked["certificates"],
        ),
    )


def find_party(session: Session, gln: str) -> str:
    """The public id of an approved party by its GLN. Raises `NotFound` `party_unknown`."""
    found = session.scalar(
        select(Party.public_id).where(Party.gln == gln, Party.state == PartyState.APPROVED)
    )
    if found is None:
        raise NotFound("party_unknown", given=gln)
    return found


def place_record(
    session: Session, *, today: date, public_id: str | None = None, gln: str | None = None
) -> tuple[Site, Producer]:
    """A place of an approved party, by public id or GLN. Raises `NotFound` `place_unknown`."""
    asked = Place.gln == gln if gln is not None else Place.public_id == public_id
    place = session.scalar(
        select(Place).join(Party, Party.id == Place.party_id).where(asked, Party.state == PartyState.APPROVED)
    )
    if place is None:
        raise NotFound("place_unknown", given=gln or public_id)
    return publishing.site(place, today), publishing.producer(place.party, today)


def right_record(session: Session, public_id: str, *, today: date) -> RightRecord:
    """A right in a name. Raises `NotFound` `right_unknown`."""
    row = session.scalar(select(IpRight).where(IpRight.public_id == public_id))
    if row is None:
        raise NotFound("right_unknown", given=public_id)
    return RightRecord(
        public_id=row.public_id,
        kind=row.kind,
        name=row.name,
        goods=Names(row.goods_vi, row.goods_en) if row.goods_vi else None,
        registration_number=row.registration_number,
        decision_number=row.decision_number,
        registered=row.registered,
        valid_until=row.valid_until,
        holder=publishing.party_names(row.holder, today) if row.holder else None,
        manager=publishing.party_names(row.manager, today) if row.manager else None,
        source_url=row.source_url,
        products=tuple(
            publishing.product(one, today) for one in row.related if one.party.state is PartyState.APPROVED
        ),
        demo=row.demo,
    )


def is_product_picture(session: Session, sha256: str) -> bool:
    """Whether a hash is a trade item's picture: nothing else that is kept may be fetched by its hash."""
    asked = or_(TradeItemImage.small_sha256 == sha256, TradeItemImage.large_sha256 == sha256)
    return session.scalar(select(TradeItemImage.id).where(asked).limit(1)) is not None
