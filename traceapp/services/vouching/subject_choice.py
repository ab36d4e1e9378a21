"""What a certificate may be said to cover, to be ticked: a few goods and places as a list, many by a search.

What is ticked already always stands there, put away or not; beside it what a search found. Of few goods all
are found, and nobody need search.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from traceapp.domain.identifiers import Gtin
from traceapp.domain.text import folded
from traceapp.models import Place, TradeItem
from traceapp.services.own_lists import BY_NAME, named, numbered_like

FEW: Final = 20
"""So many are listed as they are, and no more than so many of those found."""
MOST_TICKED: Final = 800
"""So many at a time: a form holds no thousand parts."""
Choice = tuple[str, str]
"""Public id and words."""


@dataclass(frozen=True, slots=True)
class Offered:
    """What is ticked, and what was found beside it; `count`: how many were found in all.

    `few`: all there are stand in `found`, in one order, ticked or not.
    """

    chosen: tuple[Choice, ...]
    found: tuple[Choice, ...]
    count: int
    few: bool

    @property
    def may_take_all(self) -> bool:
        """Whether all that was found may be ticked at once."""
        return 1 < self.count <= MOST_TICKED - len(self.chosen)

    @property
    def choices(self) -> list[Choice]:
        """All of them."""
        return [*self.chosen, *self.found]


def offer_items(
    session: Session, party_id: int, *, chosen: Collection[str], typed: str = "", every: bool = False
) -> Offered:
    """A party's products; `every`: all that the search finds are ticked too."""
    columns = select(TradeItem.public_id, TradeItem.name_vi, TradeItem.gtin, TradeItem.registry_number)
    own = columns.where(TradeItem.party_id == party_id).order_by(*BY_NAME)
    ticked, shelf = TradeItem.public_id.in_(chosen), TradeItem.archived_at.is_(None)
    if _count(session, own.where(or_(shelf, ticked))) <= FEW:
        rows = session.execute(own.where(or_(shelf, ticked)))
        return _all_of([(row.public_id, row.name_vi) for row in rows])
    beside = own.where(shelf, ~ticked, *_sought(typed))
    count = _count(session, beside)
    found = tuple(map(_item, session.execute(beside.limit(None if every else FEW))))
    held = tuple(map(_item, session.execute(own.where(ticked))))
    return Offered((*held, *found), (), 0, few=False) if every else Offered(held, found, count, few=False)


def offer_places(
    session: Session, party_id: int, *, chosen: Collection[str], typed: str = "", every: bool = False
) -> Offered:
    """A party's places; names are compared here, for they keep no folded column."""
    query = select(Place.public_id, Place.name).where(Place.party_id == party_id)
    own = sorted(((row.public_id, row.name) for row in session.execute(query)), key=_spoken)
    if len(own) <= FEW:
        return _all_of(own)
    held = tuple(one for one in own if one[0] in chosen)
    found = tuple(one for one in own if one[0] not in chosen and _has(one[1], typed))
    return (
        Offered((*held, *found), (), 0, few=False)
        if every
        else Offered(held, found[:FEW], len(found), few=False)
    )


def _all_of(rows: Iterable[Choice]) -> Offered:
    found = tuple(rows)
    return Offered((), found, len(found), few=True)


def _has(name: str, typed: str) -> bool:
    return all(word in folded(name) for word in folded(typed).split())


def _spoken(choice: Choice) -> tuple[str, str]:
    return folded(choice[1]), choice[0]


def _item(row: Row[str, str, str | None, str | None]) -> Choice:
    """Of many, some are called alike: the number says which."""
    public_id, name, gtin, number = row
    return public_id, f"{name} · {Gtin(gtin).shown if gtin else number}"


def _sought(typed: str) -> list[ColumnElement[bool]]:
    """Each word somewhere in the name, or the number."""
    return [or_(and_(*map(named, typed.split())), *numbered_like(typed))] if typed else []


def _count(session: Session, query: Select[str, str, str | None, str | None]) -> int:
    return session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
