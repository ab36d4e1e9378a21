"""Public records by their own address: a party, a place, a right in a name, the recalls.

What the province has not approved does not exist for the public: `NotFound`, like an address never given.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from traceapp.domain.certificates import RecordState, Status
from traceapp.domain.days import today_in_vietnam
from traceapp.domain.errors import NotFound
from traceapp.domain.parties import PartyState
from traceapp.domain.reference import IpRightKind
from traceapp.domain.restrictions import HoldReason, RestrictionKind
from traceapp.models import (
    Certificate,
    IpRight,
    Lot,
    Party,
    Place,
    Restriction,
    StampRun,
    TradeItem,
    TradeItemImage,
)
from traceapp.services import publishing
from traceapp.services.lookup import as_rule
from traceapp.services.passport import Names, Producer, Product, Site


@dataclass(frozen=True, slots=True)
class PartyRecord:
    """A party with what it has published."""

    producer: Producer
    products: tuple[Product, ...]
    sites: tuple[Site, ...]
    certificates: tuple[tuple[str, str, str, Status], ...]  # public id, number, standard, status today


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


@dataclass(frozen=True, slots=True)
class Notice:
    """A hold or recall in force, with the goods it is about."""

    public_id: str
    kind: RestrictionKind
    reason: HoldReason
    from_at: datetime
    decision_number: str | None
    product: Product
    lot: str | None
    stamps_only: bool
    demo: bool


def party_record(session: Session, public_id: str, *, today: date) -> PartyRecord:
    """An approved party. Raises `NotFound` `party_unknown`."""
    party = session.scalar(
        select(Party).where(Party.public_id == public_id, Party.state == PartyState.APPROVED)
    )
    if party is None:
        raise NotFound("party_unknown", given=public_id)
    items = select(TradeItem).where(TradeItem.party_id == party.id, TradeItem.archived_at.is_(None))
    sites = session.scalars(select(Place).where(Place.party_id == party.id).order_by(Place.name))
    certificates = session.scalars(
        select(Certificate)
        .where(Certificate.holder_id == party.id, Certificate.record_state == RecordState.APPROVED)
        .order_by(Certificate.valid_until.desc())
    )
    return PartyRecord(
        publishing.producer(party, today),
        tuple(publishing.product(one, today) for one in session.scalars(items.order_by(TradeItem.folded))),
        tuple(publishing.site(one, today) for one in sites),
        tuple((one.public_id, one.number, one.standard, one.status_on(today)) for one in certificates),
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


def list_recalls(session: Session, *, now: datetime, limit: int = 100) -> tuple[Notice, ...]:
    """Recalls and holds in force of published goods, recalls first, the latest first."""
    rows = session.execute(
        select(Restriction, TradeItem, Lot)
        .outerjoin(StampRun, StampRun.id == Restriction.stamp_run_id)
        .outerjoin(Lot, or_(Lot.id == Restriction.lot_id, Lot.id == StampRun.lot_id))
        .join(
            TradeItem,
            or_(
                TradeItem.id == Restriction.trade_item_id,
                TradeItem.id == Lot.trade_item_id,
                TradeItem.id == StampRun.trade_item_id,
            ),
        )
        .join(Party, Party.id == TradeItem.party_id)
        .where(
            Party.state == PartyState.APPROVED,
            Restriction.from_at.is_not(None),
            Restriction.lifted_at.is_(None),
            or_(Restriction.kind == RestrictionKind.HOLD, Restriction.confirmed_by_id.is_not(None)),
        )
        .order_by(Restriction.kind.desc(), Restriction.from_at.desc())
        .limit(limit)
    )
    return tuple(_notice(row, item, lot, now) for row, item, lot in rows if as_rule(row).in_force(now))


def _notice(row: Restriction, item: TradeItem, lot: Lot | None, now: datetime) -> Notice:
    if row.from_at is None:
        raise ValueError(f"restriction {row.public_id} has not begun")
    return Notice(
        row.public_id,
        row.kind,
        row.reason,
        row.from_at,
        row.decision_number,
        publishing.product(item, today_in_vietnam(now)),
        lot.code if lot is not None else None,
        row.stamp_run_id is not None,
        row.demo,
    )


def is_product_picture(session: Session, sha256: str) -> bool:
    """Whether a hash is a trade item's picture: nothing else that is kept may be fetched by its hash."""
    asked = or_(TradeItemImage.small_sha256 == sha256, TradeItemImage.large_sha256 == sha256)
    return session.scalar(select(TradeItemImage.id).where(asked).limit(1)) is not None
