"""Lots: what was made together, under a code that GS1 symbols can carry.

The use-by day follows from the product's shelf life where none is typed. A code that stands on a stamp or a
label stays, and one by which goods moved, were held or recalled; days may still be put right, and the journal
keeps both.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from secrets import SystemRandom

from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.errors import Conflict, Malformed, NotFound
from traceapp.domain.identifiers import LotNumber, new_public_id, suggest_lot_code
from traceapp.domain.numbers import format_number, parse_day, parse_number
from traceapp.domain.permissions import Act
from traceapp.domain.text import clean_line
from traceapp.domain.trade_items import Unit, shelf_life_end
from traceapp.models import Lot, Place, StampRun, TradeItem
from traceapp.services import journal, uniqueness
from traceapp.services.choices import chosen
from traceapp.services.recalls import movements
from traceapp.services.recalls.fixed_goods import check_code

TAKEN = {"lot.code": ("lot_code_taken", "code"), "lot_trade_item_id_code": ("lot_code_taken", "code")}


@dataclass(frozen=True, slots=True, kw_only=True)
class LotEntry:
    """A lot as typed; days as dd/mm/yyyy or as a browser's date field sends them."""

    code: str = ""
    made_on: str = ""
    packed_on: str = ""
    expires_on: str = ""
    quantity: str = ""
    unit: str = Unit.PIECE.value
    place: str = ""
    note: str = ""


def suggested_code(session: Session, item: TradeItem, day: date) -> str:
    """The first free code of the day for this product; nothing after the last."""
    taken = set(session.scalars(select(Lot.code).where(Lot.trade_item_id == item.id)))
    try:
        return suggest_lot_code(day, taken)
    except Conflict:
        return ""


def suggested_end(item: TradeItem, made_on: date | None) -> date | None:
    """The use-by day that the product's shelf life gives."""
    if made_on is None or item.shelf_life is None or item.shelf_life_unit is None:
        return None
    return shelf_life_end(made_on, item.shelf_life, item.shelf_life_unit)


def add_lot(
    session: Session, *, actor: Actor, item: TradeItem, entry: LotEntry, now: datetime, today: date
) -> Lot:
    """A new lot of a product. Raises `lot_code_taken` and what `_fill` does."""
    actor.must(Act.EDIT_LOT)
    lot = Lot(public_id=new_public_id(SystemRandom()), created_at=now)
    with session.no_autoflush:
        _fill(session, lot, item, entry, actor, today)
    lot.trade_item = item
    session.add(lot)
    return _written(session, actor, lot, "added_lot", now, {})


def edit_lot(session: Session, *, actor: Actor, lot: Lot, entry: LotEntry, now: datetime, today: date) -> Lot:
    """Change a lot; its code while nobody relies on it.

    Raises `lot_code_fixed`, `lot_code_known` and `lot_less_than_sent`.
    """
    actor.must(Act.EDIT_LOT)
    before: dict[str, object] = {"was": _days(lot)}
    code, amount = lot.code, (lot.quantity, lot.unit)
    with session.no_autoflush:
        _fill(session, lot, lot.trade_item, entry, actor, today)
        if lot.code != code:
            new, lot.code = lot.code, code
            check_code(session, lot)
            lot.code = new
        if (lot.quantity, lot.unit) != amount:
            movements.check_quantity(session, lot)
    return _written(session, actor, lot, "edited_lot", now, before)


def archive_lot(session: Session, *, actor: Actor, lot: Lot, now: datetime) -> Lot:
    """Take a lot from the lists; its codes go on answering."""
    actor.must(Act.EDIT_LOT)
    if lot.archived_at is not None:
        return lot
    lot.archived_at = now
    return _written(session, actor, lot, "archived_lot", now, {})


def restore_lot(session: Session, *, actor: Actor, lot: Lot, now: datetime) -> Lot:
    """Back into the lists."""
    actor.must(Act.EDIT_LOT)
    if lot.archived_at is None:
        return lot
    lot.archived_at = None
    return _written(session, actor, lot, "restored_lot", now, {})


def own_lot(session: Session, actor: Actor, public_id: str, *, lock: bool = False) -> Lot:
    """A lot of the actor's own party; to a stranger it does not exist."""
    query = (
        select(Lot).join(TradeItem).where(Lot.public_id == public_id, TradeItem.party_id == actor.party_id)
    )
    lot = session.scalar(query.with_for_update(of=Lot) if lock else query)
    if lot is None:
        raise NotFound("record_not_found")
    return lot


def list_lots(session: Session, actor: Actor, *, item: TradeItem | None = None, limit: int = 50) -> list[Lot]:
    """The party's lots, the newest first."""
    query = select(Lot).join(TradeItem).where(TradeItem.party_id == actor.party_id, Lot.archived_at.is_(None))
    if item is not None:
        query = query.where(Lot.trade_item_id == item.id)
    return list(session.scalars(query.order_by(Lot.id.desc()).limit(limit)))


def list_runs(session: Session, lot: Lot, *, limit: int) -> list[StampRun]:
    """The stamps that belong to a lot, the newest run first."""
    query = select(StampRun).where(StampRun.lot_id == lot.id)
    return list(session.scalars(query.order_by(StampRun.id.desc()).limit(limit)))


def _fill(session: Session, lot: Lot, item: TradeItem, entry: LotEntry, actor: Actor, today: date) -> None:
    if not entry.code.strip():
        raise Malformed("lot_code_missing", field="code")
    lot.code = LotNumber.mint(entry.code).value
    lot.made_on = _day(entry.made_on, "made_on")
    lot.packed_on = _day(entry.packed_on, "packed_on")
    lot.expires_on = _day(entry.expires_on, "expires_on") or suggested_end(item, lot.made_on)
    check_days(lot.made_on, lot.packed_on, lot.expires_on, today)
    lot.quantity, lot.unit = _quantity(entry)
    lot.place = _place(session, actor, entry.place)
    lot.note = clean_line(entry.note, 300, field="note") or None


def check_days(made: date | None, packed: date | None, expires: date | None, today: date) -> None:
    """Made, then packed, then expired. Raises `Malformed` naming both days.

    >>> check_days(date(2026, 9, 5), date(2026, 9, 6), date(2028, 9, 5), date(2026, 11, 22))
    """
    if made is not None and made > today:
        raise Malformed("lot_made_in_future", field="made_on", given=made, expected=today)
    if made is not None and packed is not None and packed < made:
        raise Malformed("lot_packed_before_made", field="packed_on", given=packed, expected=made)
    last = max((day for day in (made, packed) if day is not None), default=None)
    if expires is not None and last is not None and expires < last:
        raise Malformed("lot_expires_early", field="expires_on", given=expires, expected=last)


def _day(typed: str, field: str) -> date | None:
    return parse_day(typed, field=field) if typed.strip() else None


def _quantity(entry: LotEntry) -> tuple[Decimal | None, Unit | None]:
    if not entry.quantity.strip():
        return None, None
    number = parse_number(entry.quantity, field="quantity")
    if not Decimal("0.001") <= number < 10**11 or number != round(number, 3):
        most = format_number(10**11 - 1)
        raise Malformed("number_range", field="quantity", given=entry.quantity, least="0,001", most=most)
    return number, chosen(Unit, entry.unit, field="unit")


def _place(session: Session, actor: Actor, typed: str) -> Place | None:
    if not typed:
        return None
    place = session.scalar(select(Place).where(Place.public_id == typed, Place.party_id == actor.party_id))
    if place is None:
        raise Malformed("choice_unknown", field="place", given=typed)
    return place


def _days(lot: Lot) -> dict[str, object]:
    return {"made_on": lot.made_on, "packed_on": lot.packed_on, "expires_on": lot.expires_on}


def _written(
    session: Session, actor: Actor, lot: Lot, act: str, now: datetime, facts: dict[str, object]
) -> Lot:
    uniqueness.flush(session, TAKEN)
    quantity = None if lot.quantity is None else f"{lot.quantity.normalize():f}"
    place = lot.place.public_id if lot.place else None
    told: dict[str, object] = {"code": lot.code, "quantity": quantity, "place": place} | _days(lot) | facts
    journal.record(session, actor=actor, act=act, subject=("lot", lot.public_id), now=now, facts=told)
    return lot
