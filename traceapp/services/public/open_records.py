"""What the registry gives to any machine that asks: published records, a page at a time.

Published means: of an approved party, not archived, and for a certificate approved itself. A page ends with
the public id of its last record, from which the next one goes on; no inner number is ever told.
"""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from traceapp.domain.certificates import RecordState
from traceapp.domain.errors import Malformed, NotFound
from traceapp.domain.identifiers import Gtin, RegistryNumber
from traceapp.domain.parties import PartyState
from traceapp.domain.text import folded
from traceapp.models import (
    Alert,
    Certificate,
    Inspection,
    Letter,
    Lot,
    Party,
    PartyName,
    Restriction,
    TradeItem,
)

Record = TypeVar("Record", Party, TradeItem, Lot, Certificate, Restriction, Inspection, Letter, Alert)
REGISTRY_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Page(Generic[Record]):
    """Some records and the cursor of the next page; None where there is none."""

    records: tuple[Record, ...]
    following: str | None


def parties() -> Select[Party]:
    """Approved parties."""
    return select(Party).where(Party.state == PartyState.APPROVED)


def called(typed: str) -> ColumnElement[bool]:
    """Which parties bear a name, in any language, that holds this text; accents and case do not count."""
    return Party.names.any(PartyName.folded.contains(folded(typed), autoescape=True))


def trade_items() -> Select[TradeItem]:
    """Trade items of approved parties."""
    query = select(TradeItem).join(Party, Party.id == TradeItem.party_id)
    return query.where(Party.state == PartyState.APPROVED, TradeItem.archived_at.is_(None))


def lots() -> Select[Lot]:
    """Lots of published trade items."""
    query = select(Lot).join(TradeItem, TradeItem.id == Lot.trade_item_id)
    query = query.join(Party, Party.id == TradeItem.party_id)
    return query.where(
        Party.state == PartyState.APPROVED, TradeItem.archived_at.is_(None), Lot.archived_at.is_(None)
    )


def certificates() -> Select[Certificate]:
    """Approved certificates of approved holders."""
    query = select(Certificate).join(Party, Party.id == Certificate.holder_id)
    return query.where(Certificate.record_state == RecordState.APPROVED, Party.state == PartyState.APPROVED)


def is_open(session: Session, certificate: Certificate) -> bool:
    """Whether anybody may see this certificate."""
    return session.scalar(certificates().where(Certificate.id == certificate.id)) is not None


def numbered(number: str) -> ColumnElement[bool]:
    """Which certificate has this number, however it is written."""
    return Certificate.folded_number == folded(number)


def subject_of(number: str) -> ColumnElement[bool]:
    """Which trade item a number names: a GTIN of 8, 12, 13 or 14 digits, or eight of the registry's own.

    Raises `gtin_digits` or `gtin_check_digit`.
    """
    gtin = Gtin.parse(number)
    same = TradeItem.gtin == gtin.value14
    if len(number) == REGISTRY_DIGITS:
        return or_(same, TradeItem.registry_number == RegistryNumber.parse(number).value)
    return same


def page_of(session: Session, query: Select[Record], *, after: str | None, limit: int) -> Page[Record]:
    """A page of a query, in the order the records were written. Raises `Malformed` `cursor_unknown`."""
    kind: Any = query.column_descriptions[0]["entity"]
    if after is not None:
        start = session.scalar(select(kind.id).where(kind.public_id == after.upper()))
        if start is None:
            raise Malformed("cursor_unknown", field="after", given=after)
        query = query.where(kind.id > start)
    rows = tuple(session.scalars(query.order_by(kind.id).limit(limit + 1)))
    return Page(rows[:limit], rows[limit - 1].public_id if len(rows) > limit else None)


def one_of(session: Session, query: Select[Record], named: ColumnElement[bool]) -> Record:
    """The one published record. Raises `NotFound` `no_such_record`."""
    found = session.scalar(query.where(named).limit(1))
    if found is None:
        raise NotFound("no_such_record")
    return found


def by_public_id(kind: type[Record], public_id: str) -> ColumnElement[bool]:
    """Which record has this public id."""
    return func.coalesce(kind.public_id, "") == public_id.upper()
