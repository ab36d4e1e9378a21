"""The long lists of a party's own records: a page at a time, searched by what people type."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, selectinload

from traceapp.domain.actors import Actor
from traceapp.domain.printing import PrintKind
from traceapp.domain.text import folded
from traceapp.models import Certificate, Lot, Place, PrintRun, StampRun, TradeItem
from traceapp.services.paging import PAGE, Key, Page, page_by
from traceapp.services.vouching.certificate_lists import SOONEST, numbered, squeezed

BY_NAME: Final = (TradeItem.folded.expression, TradeItem.id.expression)


def page_items(
    session: Session,
    actor: Actor,
    *,
    typed: str = "",
    archived: bool = False,
    after: Key | None = None,
    limit: int = PAGE,
    counted: bool = True,
) -> Page[TradeItem]:
    """The party's products by name, or those put away; by part of a name or number where asked."""
    query = _items(actor, archived)
    if typed:
        query = query.where(or_(named(typed), *numbered_like(typed)))
    about = (
        selectinload(TradeItem.images),
        selectinload(TradeItem.standards),
        selectinload(TradeItem.contains),
    )
    return page_by(session, query.options(*about), BY_NAME, after=after, limit=limit, counted=counted)


def cases_of(session: Session, item: TradeItem) -> Sequence[TradeItem]:
    """The cases of a product that are not put away, by name."""
    query = select(TradeItem).where(TradeItem.contains_id == item.id, TradeItem.archived_at.is_(None))
    return session.scalars(query.order_by(*BY_NAME).limit(PAGE)).all()


def page_certificates(
    session: Session,
    actor: Actor,
    *,
    typed: str = "",
    after: Key | None = None,
    limit: int = PAGE,
    counted: bool = True,
) -> Page[Certificate]:
    """The party's certificates, what ends last first; by part of a number where asked."""
    query = select(Certificate).where(Certificate.holder_id == actor.party_id)
    if typed:
        query = query.where(numbered(typed))
    return page_by(session, query, SOONEST, backwards=True, after=after, limit=limit, counted=counted)


def page_lots(
    session: Session,
    actor: Actor,
    *,
    typed: str = "",
    item: TradeItem | None = None,
    archived: bool = False,
    after: Key | None = None,
    limit: int = PAGE,
    counted: bool = True,
) -> Page[Lot]:
    """The party's lots, the newest first; of one product, by part of a code or of a product's name."""
    query = _lots(actor, archived)
    if item is not None:
        query = query.where(Lot.trade_item_id == item.id)
    if typed:
        query = query.where(or_(_coded(typed), named(typed)))
    query = query.options(selectinload(Lot.trade_item), selectinload(Lot.place))
    key = [Lot.id.expression]
    return page_by(session, query, key, backwards=True, after=after, limit=limit, counted=counted)


def page_places(
    session: Session, actor: Actor, *, after: Key | None = None, limit: int = PAGE
) -> Page[Place]:
    """The party's places, in the order they were written down."""
    query = select(Place).where(Place.party_id == actor.party_id).options(selectinload(Place.admin_unit))
    return page_by(session, query, [Place.id.expression], after=after, limit=limit)


def page_runs(
    session: Session,
    actor: Actor,
    *,
    typed: str = "",
    after: Key | None = None,
    limit: int = PAGE,
    counted: bool = True,
) -> Page[StampRun]:
    """The party's runs of stamps, the newest first; by part of a lot's code, a product's or its own name."""
    query = select(StampRun).join(TradeItem).outerjoin(Lot, Lot.id == StampRun.lot_id)
    query = query.where(TradeItem.party_id == actor.party_id)
    if typed:
        own_name = StampRun.public_id.contains(typed.upper(), autoescape=True)
        query = query.where(or_(own_name, _coded(typed), named(typed)))
    query = query.options(
        selectinload(StampRun.exceptions), selectinload(StampRun.lot), selectinload(StampRun.trade_item)
    )
    key = [StampRun.id.expression]
    return page_by(session, query, key, backwards=True, after=after, limit=limit, counted=counted)


def page_prints(
    session: Session,
    actor: Actor,
    kind: PrintKind,
    *,
    after: Key | None = None,
    limit: int = PAGE,
    counted: bool = True,
) -> Page[PrintRun]:
    """The party's print orders of a kind, the newest first."""
    query = select(PrintRun).join(TradeItem)
    query = query.where(TradeItem.party_id == actor.party_id, PrintRun.kind == kind)
    about = selectinload(PrintRun.trade_item), selectinload(PrintRun.lot), selectinload(PrintRun.stamp_run)
    key = [PrintRun.id.expression]
    return page_by(
        session, query.options(*about), key, backwards=True, after=after, limit=limit, counted=counted
    )


def count_items(session: Session, actor: Actor, *, archived: bool = False) -> int:
    """How many products the party has, or has put away."""
    return _count(session, _items(actor, archived))


def count_lots(session: Session, actor: Actor, *, archived: bool = False) -> int:
    """How many lots the party has, or has put away."""
    return _count(session, _lots(actor, archived))


def _items(actor: Actor, archived: bool) -> Select[TradeItem]:
    shelf = TradeItem.archived_at.is_not(None) if archived else TradeItem.archived_at.is_(None)
    return select(TradeItem).where(TradeItem.party_id == actor.party_id, shelf)


def _lots(actor: Actor, archived: bool) -> Select[Lot]:
    shelf = Lot.archived_at.is_not(None) if archived else Lot.archived_at.is_(None)
    return select(Lot).join(TradeItem).where(TradeItem.party_id == actor.party_id, shelf)


def _count(session: Session, query: Select[TradeItem] | Select[Lot]) -> int:
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


def named(typed: str) -> ColumnElement[bool]:
    """Which products are called like this."""
    return TradeItem.folded.contains(folded(typed), autoescape=True)


def _coded(typed: str) -> ColumnElement[bool]:
    return func.upper(Lot.code).contains(typed.upper(), autoescape=True)


def numbered_like(typed: str) -> list[ColumnElement[bool]]:
    """The number on a package, whole or in part, however it is grouped; `P/` is how ours are shown."""
    digits = squeezed(typed).removeprefix("p")
    if not (digits.isascii() and digits.isdigit()):
        return []
    return [column.contains(digits) for column in (TradeItem.gtin, TradeItem.registry_number)]
