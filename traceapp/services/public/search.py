"""Finding things by what people type: a code from a stamp, a name, a certificate's number.

A serial typed by hand names no product, so every product that has stamps is tried; two products answering
to one serial happens once in millions and is shown as a choice. Only what is published can be found.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from traceapp.domain.certificates import Status
from traceapp.domain.digital_link import KeyPath
from traceapp.domain.identifiers import Gtin, SerialNumber, Subject
from traceapp.domain.parties import PartyState
from traceapp.domain.reference import IpRightKind
from traceapp.domain.serials import SerialKey
from traceapp.domain.text import folded
from traceapp.models import Certificate, IpRight, Party, PartyName, StampRun, TradeItem
from traceapp.services.public import open_records, publishing
from traceapp.services.public.passport import Names, Producer, Product
from traceapp.services.stamping import find_run, subject_of

MOST: Final = 20
LEAST_LETTERS: Final = 2


@dataclass(frozen=True, slots=True)
class CertificateHit:
    """A certificate found."""

    public_id: str
    number: str
    standard: str
    holder: Names
    today: Status


@dataclass(frozen=True, slots=True)
class RightHit:
    """A right in a name found."""

    public_id: str
    kind: IpRightKind
    name: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, at most `MOST` of a kind; `asked` is what was compared."""

    asked: str
    products: tuple[Product, ...] = ()
    producers: tuple[Producer, ...] = ()
    certificates: tuple[CertificateHit, ...] = ()
    rights: tuple[RightHit, ...] = ()

    @property
    def count(self) -> int:
        """How many in all."""
        return len(self.products) + len(self.producers) + len(self.certificates) + len(self.rights)


def find_stamp(session: Session, *, keys: Sequence[SerialKey], serial: SerialNumber) -> list[KeyPath]:
    """The stamps that a serial alone may be: none for a code never issued here, else nearly always one."""
    numbers = session.scalars(select(StampRun.subject).distinct().order_by(StampRun.subject)).all()
    paths = (_stamp_path(subject_of(digits), serial) for digits in numbers)
    return [path for path in paths if find_run(session, keys, path) is not None]


def _stamp_path(subject: Subject, serial: SerialNumber) -> KeyPath:
    if isinstance(subject, Gtin):
        return KeyPath(gtin=subject, serial=serial)
    return KeyPath(registry_number=subject, serial=serial)


def search(session: Session, text: str, *, today: date) -> Found:
    """Published products, producers, certificates and rights whose name or number holds these letters."""
    asked = folded(text)
    if len(asked) < LEAST_LETTERS:
        return Found(asked)
    return Found(
        asked,
        products=_products(session, asked, today),
        producers=_producers(session, asked, today),
        certificates=_certificates(session, asked, today),
        rights=_rights(session, asked),
    )


def _holds(column: InstrumentedAttribute[str], asked: str) -> ColumnElement[bool]:
    return column.contains(asked, autoescape=True)


def _products(session: Session, asked: str, today: date) -> tuple[Product, ...]:
    rows = session.scalars(
        select(TradeItem)
        .join(Party, Party.id == TradeItem.party_id)
        .where(
            Party.state == PartyState.APPROVED,
            TradeItem.archived_at.is_(None),
            _holds(TradeItem.folded, asked),
        )
        .order_by(TradeItem.folded)
        .limit(MOST)
    )
    return tuple(publishing.product(item, today) for item in rows)


def _producers(session: Session, asked: str, today: date) -> tuple[Producer, ...]:
    named = select(PartyName.party_id).where(_holds(PartyName.folded, asked))
    rows = session.scalars(
        select(Party).where(Party.state == PartyState.APPROVED, Party.id.in_(named)).limit(MOST)
    )
    return tuple(sorted((publishing.producer(party, today) for party in rows), key=lambda one: one.names.vi))


def _certificates(session: Session, asked: str, today: date) -> tuple[CertificateHit, ...]:
    rows = session.scalars(
        open_records.certificates()
        .where(_holds(Certificate.folded_number, asked))
        .order_by(Certificate.folded_number, Certificate.valid_until.desc())
        .limit(MOST)
    )
    return tuple(
        CertificateHit(
            one.public_id,
            one.number,
            one.standard,
            publishing.party_names(one.holder, today),
            one.status_on(today),
        )
        for one in rows
    )


def _rights(session: Session, asked: str) -> tuple[RightHit, ...]:
    """Rights are few and keep no folded column: they are compared here."""
    rows = session.scalars(select(IpRight).order_by(IpRight.name))
    hits = [RightHit(one.public_id, one.kind, one.name) for one in rows if asked in folded(one.name)]
    return tuple(hits[:MOST])
