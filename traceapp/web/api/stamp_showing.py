"""From runs and print orders to the shapes in which they leave the house."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from traceapp import models
from traceapp.domain.actors import Actor
from traceapp.domain.errors import Conflict
from traceapp.domain.stamps import UNDO_HOURS, StampRange
from traceapp.services import printing, stamping
from traceapp.web import codes
from traceapp.web.api import stamp_shapes as shapes
from traceapp.web.errors import sentence
from traceapp.web.languages import gettext, now


def stock(found: stamping.Balance) -> shapes.Stock:
    """A balance."""
    return shapes.Stock(
        minted=found.minted, printed=found.printed, activated=found.activated, void=found.void
    )


def runs(rows: Iterable[models.StampRun]) -> list[shapes.Run]:
    """Several runs."""
    return [shapes.Run(**_run(one)) for one in rows]


def run_whole(session: Session, actor: Actor, row: models.StampRun) -> shapes.RunWhole:
    """A run with its print, its serials, and what may be taken back."""
    session.flush()
    ends, order = _ends(row), printing.print_of(session, row)
    instead_of = printing.replaced_by(session, row)
    return shapes.RunWhole(
        **_run(row),
        first_serial=ends[0],
        last_serial=ends[1],
        stretches=[
            shapes.Stretch(first=held.first + 1, last=held.last + 1, state=state)
            for held, state in stamping.segments(row)
        ],
        print=print_whole(order) if order else None,
        undoable=_undoable(session, actor, row),
        reprints=[_reprint(one) for one in printing.reprints_of(session, row)],
        replaces=instead_of.stamp_run.public_id if instead_of else None,
    )


def _run(row: models.StampRun) -> dict[str, Any]:
    return {
        "public_id": row.public_id,
        "trade_item": row.subject,
        "lot": row.lot.public_id if row.lot else None,
        "lot_code": row.lot.code if row.lot else None,
        "count": row.count,
        "pins": row.pin_key is not None,
        "stock": stock(stamping.counted(stamping.segments(row))),
        "created_at": row.created_at,
        "printed_at": row.printed_at,
        "activated_at": row.activated_at,
    }


def _ends(row: models.StampRun) -> tuple[str | None, str | None]:
    """The first and the last serial; none where this machine does not hold the key."""
    try:
        return codes.ends_of(row)
    except Conflict:
        return None, None


def _undoable(session: Session, actor: Actor, row: models.StampRun) -> shapes.Undoable | None:
    last = stamping.undoable_act(session, row, actor.account_id, now())
    if last is None:
        return None
    stopped = stamping.undo_stopped(session, row, last)
    part = stamping.part_of(last) or StampRange(0, row.count)
    return shapes.Undoable(
        act=last.seq,
        what=last.act,
        at=last.at,
        until=last.at + timedelta(hours=UNDO_HOURS),
        first=part.first + 1,
        last=part.last + 1,
        stopped=sentence(stopped) if stopped else None,
    )


def _reprint(row: models.Reprint) -> shapes.SheetReprint:
    return shapes.SheetReprint(
        first_sheet=row.first_sheet,
        last_sheet=row.last_sheet,
        reason=row.reason,
        alike=row.identical,
        replacement=row.replacement.public_id if row.replacement else None,
        at=row.created_at,
    )


def prints(rows: Iterable[models.PrintRun]) -> list[shapes.PrintLine]:
    """Several orders."""
    return [shapes.PrintLine(**_print(one)) for one in rows]


def print_whole(row: models.PrintRun) -> shapes.Print:
    """How far an order is, and its files."""
    told = printing.progress_of(row, now())
    return shapes.Print(
        **_print(row),
        stamps_done=told.done,
        percent=told.percent,
        seconds_left=told.seconds_left,
        voided=sum(held.count for held in printing.voided_in(row)),
        error=gettext(row.error) if row.error else None,
        parts=[
            shapes.PrintPart(
                number=one.part.number,
                first=one.part.first_index + 1,
                count=one.part.count,
                sheets=one.part.sheets,
                state=one.state,
            )
            for one in told.parts
        ],
        files=[
            shapes.PrintFile(part=one.part, media_type=one.media_type, size=one.size, sha256=one.sha256)
            for one in row.files
        ],
    )


def _print(row: models.PrintRun) -> dict[str, Any]:
    return {
        "public_id": row.public_id,
        "kind": row.kind,
        "state": row.state,
        "run": row.stamp_run.public_id if row.stamp_run else None,
        "trade_item": row.trade_item.subject,
        "lot": row.lot.public_id if row.lot else None,
        "count": row.count,
        "medium": row.medium_id,
        "printer": row.design.get("machine") or None,
        "calibration": (row.design.get("calibration") or {}).get("id"),
        "sheets": row.slices_total,
        "sheets_done": row.slices_done,
        "created_at": row.created_at,
        "started_at": row.started_at,
        "finished_at": row.finished_at,
    }
