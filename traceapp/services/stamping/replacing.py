"""Sheets in whose place new stamps were printed: one sheet never has two sets of live stamps.

While stamps that stand in for others are live, the others stay void and are not replaced a second time. A
replacement may itself be replaced: the live stamps of a sheet are looked for up and down that line.
"""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp.domain import stamps
from traceapp.domain.errors import Conflict
from traceapp.domain.printing import stamps_on_sheets
from traceapp.domain.stamps import StampRange, StampState
from traceapp.models import PrintRun, Reprint, StampRun
from traceapp.services.stamping.stock import segments, whole


def check_replaceable(session: Session, run: StampRun, stretch: StampRange) -> None:
    """Refuse new stamps for sheets that have some: raises `sheets_replaced`, naming the run of those."""
    session.flush()
    found = _in_place_of(session, run, [stretch])
    if found is not None:
        raise Conflict("sheets_replaced", field="sheets", run=found.public_id)


def lives_instead(session: Session, run: StampRun, stretches: Sequence[StampRange]) -> StampRun | None:
    """The run whose live stamps would stand beside these, were they live again; None where none would."""
    session.flush()
    found = _in_place_of(session, run, stretches)
    own = _reprint_for(session, run)
    while found is None and own is not None:
        old, stretch = own.stamp_run, _stretch(session, own)
        if _any_live(old, stretch):
            return old
        found = _in_place_of(session, old, [stretch], apart_from=run)
        run, own = old, _reprint_for(session, old)
    return found


def _in_place_of(
    session: Session, run: StampRun, stretches: Iterable[StampRange], apart_from: StampRun | None = None
) -> StampRun | None:
    """The newest run with live stamps that were printed in place of some of these."""
    asked = list(stretches)
    for row in _reprints(session, run):
        fresh = row.replacement
        if fresh is None or fresh is apart_from:
            continue
        held = _stretch(session, row)
        if any(held.overlaps(one) for one in asked):
            found = fresh if _any_live(fresh, whole(fresh)) else _in_place_of(session, fresh, [whole(fresh)])
            if found is not None:
                return found
    return None


def _reprints(session: Session, run: StampRun) -> Iterator[Reprint]:
    query = select(Reprint).where(Reprint.stamp_run_id == run.id, Reprint.replacement_id.is_not(None))
    yield from session.scalars(query.order_by(Reprint.id.desc())).all()


def _reprint_for(session: Session, run: StampRun) -> Reprint | None:
    return session.scalar(select(Reprint).where(Reprint.replacement_id == run.id))


def _stretch(session: Session, row: Reprint) -> StampRange:
    order = session.scalars(
        select(PrintRun).where(PrintRun.stamp_run_id == row.stamp_run_id).order_by(PrintRun.id.desc())
    ).first()
    if order is None:  # nothing is reprinted that was not printed; if ever, all of it
        return whole(row.stamp_run)
    per_page, used = order.medium["nx"] * order.medium["ny"], len(order.used_cells)
    first, end = stamps_on_sheets(row.first_sheet, row.last_sheet, order.count, per_page, used)
    return StampRange(first, end - first)


def _any_live(run: StampRun, stretch: StampRange) -> bool:
    return any(state is not StampState.VOID for _, state in stamps.clipped(segments(run), stretch))
