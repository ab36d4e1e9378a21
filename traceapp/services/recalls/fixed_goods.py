"""What a producer can no longer change of goods that others know of.

A case's lot is tied to what it holds by the same code, and a recall names goods by it: a lot that was renamed
would slip out of a recall, and whoever received its cases with it. How many pieces a case holds is what a
recall counts by. A proposal that nobody confirmed is no producer's business yet, and stops nothing.
"""

from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from traceapp.domain.errors import Conflict
from traceapp.domain.numbers import format_number
from traceapp.models import Lot, LotMovement, PrintRun, Restriction, SignedCode, StampRun, TradeItem
from traceapp.services.nesting import lots_inside
from traceapp.services.recalls import recall_scope
from traceapp.services.recalls.recall_scope import About

PAPER: Final = (StampRun.lot_id, PrintRun.lot_id, SignedCode.lot_id)


def code_fixed(session: Session, lot: Lot) -> str | None:
    """Why the code of a lot stays, as its refusal is called; None where it may be changed."""
    if any(session.scalar(select(column).where(column == lot.id).limit(1)) for column in PAPER):
        return "lot_code_fixed"  # stamps, labels or covers of cartons bear it
    return "lot_code_known" if _is_known(session, lot) else None


def check_code(session: Session, lot: Lot) -> None:
    """Raises `lot_code_fixed` or `lot_code_known`; asked while the lot bears the code it had."""
    why = code_fixed(session, lot)
    if why is not None:
        raise Conflict(why, field="code", given=lot.code)


def on_stamps(session: Session, item: TradeItem, number: str | None = None) -> bool:
    """Whether stamps of a product exist, or such as bear this number of it."""
    query = select(StampRun.id).where(StampRun.trade_item_id == item.id)
    query = query if number is None else query.where(StampRun.subject == number)
    return session.scalar(query.limit(1)) is not None


def check_case_count(session: Session, case: TradeItem, before: int | None) -> None:
    """A case that went out, or is held or recalled, holds what it held. Raises `case_count_fixed`."""
    if before is None or before == case.contains_count:
        return
    struck = Lot.trade_item_id.in_(recall_scope.items_struck(case))
    moved = select(LotMovement.id).join(Lot, Lot.id == LotMovement.lot_id).where(struck).limit(1)
    if _stands(session, About(case)) or session.scalar(moved) is not None:
        raise Conflict("case_count_fixed", field="contains_count", given=format_number(before))


def _is_known(session: Session, lot: Lot) -> bool:
    """Whether it, or a lot of its code inside or around it, ever moved or was held or recalled in part."""
    if _stands(session, recall_scope.of_lot(lot)):
        return True
    kin = or_(Lot.id.in_(lots_inside(lot)), Lot.id.in_(recall_scope.lots_struck(lot)))
    moved = select(LotMovement.id).join(Lot, Lot.id == LotMovement.lot_id).where(kin)
    told = select(Restriction.id).where(Restriction.from_at.is_not(None))
    of_lot = told.join(Lot, Lot.id == Restriction.lot_id).where(kin)
    of_stamps = told.join(StampRun, StampRun.id == Restriction.stamp_run_id)
    of_stamps = of_stamps.join(Lot, Lot.id == StampRun.lot_id).where(kin)
    return any(session.scalar(query.limit(1)) is not None for query in (moved, of_lot, of_stamps))


def _stands(session: Session, about: About) -> bool:
    """Whether a hold, or a recall that was confirmed, strikes all or some of the goods."""
    over, within = recall_scope.standing_over(session, about), recall_scope.standing_within(session, about)
    return any(row.from_at is not None for row in (*over, *within))
