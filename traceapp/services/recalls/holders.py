"""Who received goods of a lot, or delivered them: movements put together by holder.

One holder is a party on record, or a typed name with its telephone number. A row that was reversed and the
row that reverses it count for nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from traceapp.domain.recalls import Direction
from traceapp.domain.text import folded
from traceapp.domain.trade_items import Unit
from traceapp.models import Lot, LotMovement, Party

NO_PHONE: Final = "-"


@dataclass(slots=True)
class Holder:
    """One holder, how to reach them, and how much went to them, or came from them, in each unit."""

    key: str
    party: Party | None
    name: str | None
    phone: str | None
    amounts: dict[Unit, Decimal] = field(default_factory=dict)


def key_of(movement: LotMovement) -> str:
    """What tells one holder from another."""
    if movement.party_id is not None:
        return f"party:{movement.party_id}"
    return f"name:{folded(movement.name or '')}|{movement.phone or NO_PHONE}"[:200]


def movements_of(session: Session, lots: Iterable[Lot]) -> list[LotMovement]:
    """Every row of these lots, the newest first, reversed ones too."""
    ids = [lot.id for lot in lots]
    query = select(LotMovement).where(LotMovement.lot_id.in_(ids)).options(joinedload(LotMovement.party))
    return list(session.scalars(query.order_by(LotMovement.id.desc())))


def counted(movements: Sequence[LotMovement]) -> list[LotMovement]:
    """The rows that hold: neither reversed nor reversing."""
    reversed_ones = {one.reverses_id for one in movements if one.reverses_id is not None}
    return [one for one in movements if one.reverses_id is None and one.id not in reversed_ones]


def holders_of(
    session: Session, lots: Iterable[Lot], direction: Direction, *, until: datetime | None = None
) -> list[Holder]:
    """Who received goods of these lots, or delivered them; who was met last stands first.

    `until`: by what was written down up to then, rows reversed since included.
    """
    found: dict[str, Holder] = {}
    known = [one for one in movements_of(session, lots) if until is None or one.created_at <= until]
    for one in counted(known):
        if one.direction is not direction:
            continue
        holder = found.setdefault(key_of(one), Holder(key_of(one), one.party, one.name, one.phone))
        holder.phone = holder.phone or one.phone
        holder.amounts[one.unit] = holder.amounts.get(one.unit, Decimal(0)) + one.quantity
    return list(found.values())
