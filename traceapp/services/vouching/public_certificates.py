"""A certificate as anybody may see it by its own address: what it says, how it stands, what became of it.

What the province has not approved does not exist for the public: `NotFound`, like an address never given.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from traceapp.domain.accreditation import Chain, Lapse
from traceapp.domain.certificates import RecordState, Status
from traceapp.domain.editions import EditionNotice
from traceapp.domain.errors import NotFound
from traceapp.domain.parties import PartyState
from traceapp.domain.reference import Activity
from traceapp.domain.story import Event
from traceapp.domain.trade_items import TradeItemCategory
from traceapp.models import Certificate
from traceapp.services.public import open_records, publishing
from traceapp.services.public.passport import Names, Producer, Product, Site
from traceapp.services.vouching import chains
from traceapp.services.vouching.certificate_story import tell_story


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file of the certificate's paper: never the file itself, only what proves which one it is."""

    sha256: str
    size: int
    media_type: str
    kept_at: datetime


@dataclass(frozen=True, slots=True)
class CertificateRecord:
    """A certificate as anybody may see it."""

    public_id: str
    number: str
    scheme: Names
    standard: str
    body: Names
    body_id: str
    body_published: bool
    holder: Producer
    scope_text: str
    issued_on: date
    valid_from: date
    valid_until: date
    today: Status
    story: tuple[Event, ...]
    products: tuple[Product, ...]
    sites: tuple[Site, ...]
    categories: tuple[TradeItemCategory, ...]
    activities: tuple[Activity, ...]
    edition: EditionNotice | None
    replaces: tuple[str, str] | None  # public id, number
    replaced_by: tuple[str, str] | None
    evidence: tuple[Evidence, ...]
    chain: Chain
    lapse: Lapse | None
    demo: bool


def certificate_record(session: Session, public_id: str, *, today: date, language: str) -> CertificateRecord:
    """An approved certificate of an approved holder. Raises `NotFound` `certificate_unknown`."""
    row = session.scalar(open_records.certificates().where(Certificate.public_id == public_id.upper()))
    if row is None:
        raise NotFound("certificate_unknown", given=public_id)
    standing = chains.judge(session, row, today=today)
    return CertificateRecord(
        public_id=row.public_id,
        number=row.number,
        scheme=publishing.scheme_names(row.scheme),
        standard=row.standard,
        body=publishing.party_names(row.body, today),
        body_id=row.body.public_id,
        body_published=row.body.state is PartyState.APPROVED,
        holder=publishing.producer(row.holder, today),
        scope_text=row.scope_text,
        issued_on=row.issued_on,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        today=row.status_on(today),
        story=tell_story(session, row, today=today, language=language, public=True),
        products=tuple(
            publishing.product(one.trade_item, today) for one in row.subjects if one.trade_item is not None
        ),
        sites=tuple(publishing.site(one.place, today) for one in row.subjects if one.place is not None),
        categories=tuple(one.category for one in row.subjects if one.category is not None),
        activities=tuple(one.activity for one in row.activities),
        edition=row.edition_notice(today),
        replaces=_named(row.replaces),
        replaced_by=_named(row.successor_on(today)),
        evidence=tuple(
            Evidence(one.file.sha256, one.file.size, one.file.media_type, one.file.uploaded_at)
            for one in row.evidence
        ),
        chain=standing.chain,
        lapse=standing.lapse,
        demo=row.demo,
    )


def _named(other: Certificate | None) -> tuple[str, str] | None:
    """A certificate this one is linked to, where the province has approved it."""
    approved = other is not None and other.record_state is RecordState.APPROVED
    return (other.public_id, other.number) if other is not None and approved else None
