"""What stands in the way of stamps: holds and recalls in force, a suspended party, a use-by day.

Goods that are held or recalled get no new stamps, and keep those they have: a stamp that left its lot would
turn green on another.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from traceapp.domain.days import today_in_vietnam
from traceapp.domain.errors import Conflict
from traceapp.domain.parties import PartyState
from traceapp.domain.restrictions import RestrictionKind, worst
from traceapp.domain.stamps import StampRange
from traceapp.models import Lot, Restriction, StampRun, TradeItem
from traceapp.services.case_reach import softened
from traceapp.services.nesting import inside, lots_inside, runs_inside, whole_runs_inside


def check_goods(session: Session, item: TradeItem, lot: Lot | None, now: datetime) -> None:
    """Refuse stamps for goods that are recalled, held or past their use-by day (preflight P17)."""
    if lot is not None and lot.trade_item_id != item.id:
        raise Conflict("lot_of_other_item", field="lot")
    restriction = worst_restriction(session, item, lot)
    name = lot.code if lot else item.name_vi
    if restriction is not None:
        code = "lot_recalled" if restriction is RestrictionKind.RECALL else "lot_on_hold"
        raise Conflict(code, field="lot", lot=name)
    if lot is not None and lot.expires_on is not None and lot.expires_on < today_in_vietnam(now):
        raise Conflict("lot_past_use_by", field="lot", lot=name, found=f"{lot.expires_on:%d/%m/%Y}")


def check_issuer(item: TradeItem) -> None:
    """Refuse new stamps, and stamps on goods, to a party the province has suspended: `issuer_suspended`."""
    if item.party.state is PartyState.SUSPENDED:
        raise Conflict("issuer_suspended")


def check_stamps(session: Session, run: StampRun, stretch: StampRange | None) -> None:
    """Refuse to bring stamps onto paper or goods where some of them are recalled or held.

    Raises `stamps_recalled`, `stamps_on_hold`, naming which by their numbers from 1.
    """
    asked = stretch or StampRange(0, run.count)
    rows = session.scalars(_in_force().where(Restriction.stamp_run_id == run.id)).all()
    found = [(row.kind, held) for row in rows if (held := _held(row, run)).overlaps(asked)]
    kind = worst(kind for kind, _ in found)
    if kind is None:
        return
    held = next(held for its_kind, held in found if its_kind is kind)
    code = "stamps_recalled" if kind is RestrictionKind.RECALL else "stamps_on_hold"
    raise Conflict(code, field="first", run=run.public_id, first=held.first + 1, last=held.last + 1)


def _held(row: Restriction, run: StampRun) -> StampRange:
    if row.first_index is None or row.last_index is None:
        return StampRange(0, run.count)
    return StampRange(row.first_index, row.last_index - row.first_index + 1)


def _in_force() -> Select[Restriction]:
    """Holds, and recalls that somebody confirmed, not lifted: as `domain.restrictions`, without a clock."""
    sure = (Restriction.kind == RestrictionKind.HOLD) | Restriction.confirmed_by_id.is_not(None)
    return select(Restriction).where(Restriction.from_at.is_not(None), Restriction.lifted_at.is_(None), sure)


def worst_restriction(session: Session, item: TradeItem, lot: Lot | None) -> RestrictionKind | None:
    """The worst hold or recall in force on a trade item or lot as a whole."""
    of_goods: ColumnElement[bool] = Restriction.trade_item_id.in_(inside(item))  # a case, and what it holds
    if lot is not None:
        of_goods = or_(of_goods, Restriction.lot_id.in_(lots_inside(lot)), whole_runs_inside(lot))
    return worst(row.kind for row in softened(session, session.scalars(_in_force().where(of_goods)), lot))


def worst_of_stamps(
    session: Session, run: StampRun, stretches: Iterable[StampRange]
) -> RestrictionKind | None:
    """The worst hold or recall in force on any of these stamps, on their goods, or on what is in these."""
    asked = list(stretches)
    rows = session.scalars(_in_force().where(Restriction.stamp_run_id == run.id)).all()
    found = [row.kind for row in rows if any(_held(row, run).overlaps(one) for one in asked)]
    if run.lot is not None:
        found += [row.kind for row in session.scalars(_in_force().where(runs_inside(run.lot)))]
    of_goods = worst_restriction(session, run.trade_item, run.lot)
    return worst([*found, of_goods] if of_goods else found)
