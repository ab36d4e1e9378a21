"""The public lists of holds and recalls: those in force, those that ended, the latest changes; page by page.

A hold of goods that a recall strikes as a whole stands within that recall, on whichever page it is. A lifted
hold stands in no list but that of changes, for a month: whoever read of the hold there must read of its end.
A page goes on after the time and the public name of its last row, which do not change: no inner number is
told.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from traceapp.domain.restrictions import RestrictionKind
from traceapp.domain.text import folded
from traceapp.models import Lot, PartyName, Restriction, StampRun, TradeItem
from traceapp.services.paging import PAGE, Key, Page, page_by
from traceapp.services.recalls.public_recalls import Notice, notice_of, published

LIFTING_TOLD: Final = timedelta(days=30)
_RECALL_FIRST: Final = case((Restriction.kind == RestrictionKind.RECALL, 1), else_=0)
_CHANGED_AT: Final = func.coalesce(Restriction.lifted_at, Restriction.from_at)
_NAME: Final = Restriction.public_id.expression


def list_recalls(
    session: Session, *, now: datetime, typed: str = "", after: Key | None = None, limit: int = PAGE
) -> Page[Notice]:
    """Recalls and holds in force, recalls first, the latest first; a hold of what is recalled within it.

    `typed`: part of the name of a product or its maker, of a lot's code or of a decision's number.
    """
    query = _asked(published(*_in_force(Restriction), ~_within_a_recall()), typed)
    page = page_by(
        session,
        query,
        (_RECALL_FIRST, Restriction.from_at.expression, _NAME),
        backwards=True,
        after=after,
        limit=limit,
        counted=True,
    )
    since = _held_since(session, page.rows)
    told = tuple(replace(notice_of(row, now), held_since=since.get(row.id)) for row in page.rows)
    return Page(told, page.following, page.skipped, page.count)


def list_ended(
    session: Session, *, now: datetime, typed: str = "", after: Key | None = None, limit: int = PAGE
) -> Page[Notice]:
    """Recalls that have ended, the latest first; `typed` as above."""
    ended = Restriction.lifted_at.is_not(None), Restriction.kind == RestrictionKind.RECALL
    query = _asked(published(*ended), typed)
    key = Restriction.lifted_at.expression, _NAME
    page = page_by(session, query, key, backwards=True, after=after, limit=limit, counted=True)
    return Page(_told(page.rows, now), page.following, page.skipped, page.count)


def latest_changes(
    session: Session, *, now: datetime, after: Key | None = None, limit: int = PAGE
) -> Page[Notice]:
    """Recalls and holds begun or ended, the latest change first: what a feed tells."""
    told = or_(
        Restriction.kind == RestrictionKind.RECALL,
        Restriction.lifted_at.is_(None),
        Restriction.lifted_at > now - LIFTING_TOLD,
    )
    page = page_by(session, published(told), (_CHANGED_AT, _NAME), backwards=True, after=after, limit=limit)
    return Page(_told(page.rows, now), page.following)


def _told(rows: Sequence[Restriction], now: datetime) -> tuple[Notice, ...]:
    return tuple(notice_of(row, now) for row in rows)


def _asked(query: Select[Restriction], typed: str) -> Select[Restriction]:
    """Narrowed to what people type; stamps are found by the lot they are on."""
    if not typed:
        return query
    coded = select(Lot.id).where(func.upper(Lot.code).contains(typed.upper(), autoescape=True))
    makers = select(PartyName.party_id).where(PartyName.folded.contains(folded(typed), autoescape=True))
    named = (
        TradeItem.folded.contains(folded(typed), autoescape=True),
        TradeItem.party_id.in_(makers),
        func.coalesce(Restriction.lot_id, StampRun.lot_id).in_(coded),
        func.upper(Restriction.decision_number).contains(typed.upper(), autoescape=True),
    )
    return query.where(or_(*named))


def _in_force(row: type[Restriction]) -> tuple[ColumnElement[bool], ...]:
    return (
        row.lifted_at.is_(None),
        row.from_at.is_not(None),
        or_(row.kind == RestrictionKind.HOLD, row.confirmed_by_id.is_not(None)),
    )


def _within_a_recall() -> ColumnElement[bool]:
    """Of a row of `published`: a hold all of whose goods some recall in force strikes."""
    over = aliased(Restriction)
    recalled = over.kind == RestrictionKind.RECALL, *_in_force(over)
    wider = select(over.id).where(*recalled, _covers(over, Restriction, StampRun, TradeItem.id.expression))
    return and_(
        Restriction.kind == RestrictionKind.HOLD, wider.correlate(Restriction, StampRun, TradeItem).exists()
    )


def _covers(
    recall: type[Restriction], hold: type[Restriction], run: type[StampRun], item: ColumnElement[int]
) -> ColumnElement[bool]:
    """`About.covers` of `recall_scope` as a question; `run` and `item` are those the hold is about."""
    of_run = or_(
        recall.first_index.is_(None),
        and_(
            recall.first_index <= func.coalesce(hold.first_index, 0),
            func.coalesce(hold.last_index, run.count - 1) <= recall.last_index,
        ),
    )
    return or_(
        recall.trade_item_id == item,
        recall.lot_id == func.coalesce(hold.lot_id, run.lot_id),
        and_(recall.stamp_run_id == hold.stamp_run_id, of_run),
    )


def _held_since(session: Session, rows: Sequence[Restriction]) -> dict[int, datetime]:
    """Of the recalls among these, since when goods within them had been held before."""
    ids = [row.id for row in rows if row.kind is RestrictionKind.RECALL]
    if not ids:
        return {}
    recall = aliased(Restriction)
    held = published(Restriction.kind == RestrictionKind.HOLD, Restriction.lifted_at.is_(None))
    held = held.join(recall, _covers(recall, Restriction, StampRun, TradeItem.id.expression)).where(
        recall.id.in_(ids)
    )
    asked = held.with_only_columns(recall.id, func.min(Restriction.from_at)).group_by(recall.id)
    return {number: since for number, since in session.execute(asked) if since is not None}
