"""Which holds and recalls of stamps strike every case around their lot; of the others a case *may* hold some.

The rule is `domain.restrictions.strikes_every_case`: it looks at the runs on the lot, never at the case. What
is asked of many at once is asked in three questions; of none, where nothing of it is about a whole run.
"""

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from traceapp.domain.restrictions import RestrictionKind, RunBeside, strikes_every_case, worst
from traceapp.domain.stamps import StampState
from traceapp.models import Lot, Restriction, StampRun
from traceapp.services.nesting import runs_inside


def striking_cases(session: Session, rows: Iterable[Restriction]) -> frozenset[int]:
    """The ids of those of these that strike every case around the lot of their stamps."""
    whole = [row for row in rows if row.stamp_run_id is not None and row.first_index is None]
    if not whole:
        return frozenset()
    named = select(StampRun.id, StampRun.lot_id).where(StampRun.id.in_({row.stamp_run_id for row in whole}))
    lots = {run: lot for run, lot in session.execute(named) if lot is not None}
    beside = _on_goods(session, set(lots.values()))
    return frozenset(
        row.id
        for row in whole
        if (lot := lots.get(row.stamp_run_id or 0)) is not None and _strikes(row, beside[lot])
    )


def _strikes(row: Restriction, on_lot: Mapping[int, RunBeside]) -> bool:
    beside = [one for run, one in on_lot.items() if run != row.stamp_run_id]
    return strikes_every_case(row.kind, row.from_at, whole=True, beside=beside)


def softened(session: Session, rows: Iterable[Restriction], lot: Lot | None) -> list[Restriction]:
    """These without those of stamps in cases of the lot that may be in a case of it, or not."""
    rows = list(rows)
    inner = {row for row in rows if is_inside(row, lot)}
    striking = striking_cases(session, inner)
    return [row for row in rows if row not in inner or row.id in striking]


def possible(session: Session, lot: Lot, *, loose: bool = False) -> list[Restriction]:
    """Holds and recalls, proposals too, of stamps that may be in a case of this lot; the newest first.

    `loose`: in a carton that is no product of its own, packed of the lot itself.
    """
    inside = runs_inside(lot)
    if loose:
        own = select(StampRun.id).where(StampRun.lot_id == lot.id)
        inside = or_(inside, Restriction.stamp_run_id.in_(own))
    query = select(Restriction).where(Restriction.lifted_at.is_(None), inside)
    rows = session.scalars(query.order_by(Restriction.id.desc())).all()
    striking = striking_cases(session, rows)
    return [row for row in rows if row.id not in striking]


def is_inside(row: Restriction, lot: Lot | None) -> bool:
    """Whether it is about stamps on what the lot's cases hold, not on the lot itself."""
    return lot is not None and row.stamp_run is not None and row.stamp_run.lot_id != lot.id


def _on_goods(session: Session, lots: Collection[int]) -> dict[int, dict[int, RunBeside]]:
    """Of each lot its activated runs, and what is in force on all of each."""
    runs = session.execute(
        select(StampRun.id, StampRun.lot_id, StampRun.activated_at).where(
            StampRun.lot_id.in_(lots), StampRun.activated_at.is_not(None), StampRun.state != StampState.VOID
        )
    ).all()
    sure = or_(Restriction.kind == RestrictionKind.HOLD, Restriction.confirmed_by_id.is_not(None))
    standing = select(Restriction.stamp_run_id, Restriction.kind).where(
        Restriction.stamp_run_id.in_([run.id for run in runs]),
        Restriction.first_index.is_(None),
        Restriction.from_at.is_not(None),
        Restriction.lifted_at.is_(None),
        sure,
    )
    struck: dict[int, list[RestrictionKind]] = {}
    for run, kind in session.execute(standing):
        struck.setdefault(run or 0, []).append(kind)
    found: dict[int, dict[int, RunBeside]] = {lot: {} for lot in lots}
    for number, lot, activated_at in runs:
        found[lot or 0][number] = RunBeside(activated_at, worst(struck.get(number, ())))
    return found
