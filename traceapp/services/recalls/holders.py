"""Who received goods of a lot, or delivered them: movements put together by holder.

One holder is a party on record, or a typed name with its telephone number. A row that was reversed and the
row that reverses it count for nothing. Whole cases are counted by what is in them, in goods of the kind that
is recalled: ten cases of twelve are a hundred and twenty bottles.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from traceapp.domain.recalls import Direction
from traceapp.domain.text import folded
from traceapp.domain.trade_items import Unit
from traceapp.models import Lot, LotMovement, Party, TradeItem

NO_PHONE: Final = "-"


Counts = Mapping[int, tuple[TradeItem, int | None]]
"""The goods and the cases around them (`nesting.counted_in`)."""


@dataclass(frozen=True, slots=True)
class Pack:
    """Whole cases: how many, and how many of the goods are in one; None where the books do not say."""

    case: TradeItem
    amount: Decimal
    each: int | None


@dataclass(slots=True)
class Holder:
    """One holder, how to reach them, and how much went to them, or came from them, in each unit.

    `packs` are the cases among it. Of cases that say no count nothing stands in `amounts`.
    """

    key: str
    party: Party | None
    name: str | None
    phone: str | None
    amounts: dict[Unit, Decimal] = field(default_factory=dict)
    packs: dict[int, Pack] = field(default_factory=dict)

    def add(self, unit: Unit, quantity: Decimal, packed: tuple[TradeItem, int | None] | None) -> None:
        """Goods more; `packed` in what they went, where they went in whole cases."""
        if packed is not None:
            case, each = packed
            before = self.packs[case.id].amount if case.id in self.packs else Decimal(0)
            self.packs[case.id] = Pack(case, before + quantity, each)
            quantity *= each or 0
        self.amounts[unit] = self.amounts.get(unit, Decimal(0)) + quantity


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
    session: Session,
    about: TradeItem,
    counts: Counts,
    lots: Sequence[Lot],
    direction: Direction,
    *,
    until: datetime | None = None,
) -> list[Holder]:
    """Who received goods of these lots, or delivered them; who was met last stands first.

    `until`: by what was written down up to then, rows reversed since included.
    """
    found: dict[str, Holder] = {}
    items = {lot.id: lot.trade_item_id for lot in lots}
    known = [one for one in movements_of(session, lots) if until is None or one.created_at <= until]
    for one in counted(known):
        if one.direction is not direction:
            continue
        holder = found.setdefault(key_of(one), Holder(key_of(one), one.party, one.name, one.phone))
        holder.phone = holder.phone or one.phone
        whole = one.unit is Unit.PIECE and items[one.lot_id] != about.id
        holder.add(one.unit, one.quantity, counts[items[one.lot_id]] if whole else None)
    return list(found.values())
