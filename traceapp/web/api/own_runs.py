"""Stamps by program of whoever owns the goods: ordered, looked at, activated, voided, taken back.

A run is issued and its print ordered in one act, as on the site; a worker draws it. Some stamps of a run are
named by sheets or by their first and last, each by its number in the run or by its serial; none is all.
"""

from flask import Response, current_app
from pydantic import Field
from sqlalchemy.orm import Session

from traceapp import models
from traceapp.domain.actors import Actor
from traceapp.domain.errors import RuleBroken
from traceapp.domain.stamps import StampRange, StampState
from traceapp.extensions import reader
from traceapp.i18n import N_
from traceapp.services import own_lists, printing, stamping
from traceapp.web.api import shapes, showing, stamp_showing
from traceapp.web.api import stamp_shapes as told
from traceapp.web.api.acting import NEEDS_KEY, caller, once
from traceapp.web.api.book import PRINTING, acts, door
from traceapp.web.api.refusals import refused
from traceapp.web.api.turning import Turning
from traceapp.web.languages import now

act = acts(PRINTING, told.RunWhole)
SHEETS = "^[0-9]{1,7}(-[0-9]{1,7})?$"
STAMP = "^[!-~]{1,300}$"


class RunsQuestion(Turning):
    """Which runs."""

    q: str = Field("", max_length=80, description=N_("Một phần của số lô, tên sản phẩm hoặc mã đợt tem"))


class PartWish(shapes.Question):
    """Which stamps of a run; nothing is all of them."""

    sheets: str | None = Field(None, pattern=SHEETS, description=N_("Số tờ in ở lề, ví dụ 3 hoặc 3-7"))
    first: str | None = Field(
        None, pattern=STAMP, description=N_("Từ tem: số thứ tự trong đợt (từ 1), hoặc số sê-ri")
    )
    last: str | None = Field(None, pattern=STAMP, description=N_("Đến hết tem này; bỏ trống: chỉ một tem"))


class ActivationWish(PartWish):
    """Which stamps, and of which lot where the run has none yet."""

    lot: str | None = Field(
        None, pattern=shapes.PUBLIC_ID, description=N_("Mã công khai của lô, khi đợt tem chưa có lô")
    )


class VoidWish(PartWish):
    """Which stamps, and why."""

    reason: str = Field(min_length=1, max_length=300)


class UndoWish(shapes.Question):
    """Which act the program has read."""

    act: int = Field(
        ge=1, lt=2**31, description=N_("`undoable.act` đã đọc: gửi hai lần chỉ hoàn tác một lần")
    )


class SheetsQuestion(shapes.Question):
    """Which sheets."""

    after: int = Field(0, ge=0, lt=10**7, description=N_("Sau tờ này"))
    limit: int = Field(50, ge=1, le=100)


@door.get(
    "/own/runs",
    summary=N_("Các đợt tem của đơn vị mình, mỗi đợt còn bao nhiêu tem ở trạng thái nào"),
    tags=[PRINTING],
    responses={200: told.Runs, **refused(401)},
    security=NEEDS_KEY,
)
def list_own_runs(query: RunsQuestion) -> Response:
    """A page of runs, the newest first."""
    page = own_lists.page_runs(
        reader(), caller(), typed=query.q.strip(), after=query.key, limit=query.limit, counted=False
    )
    return showing.answer(told.Runs(items=stamp_showing.runs(page.rows), next=page.following))


@door.get(
    "/own/runs/<public_id>",
    summary=N_("Một đợt tem: số dư, lệnh in, việc hoàn tác được"),
    tags=[PRINTING],
    responses={200: told.RunWhole, **refused(401, 404)},
    security=NEEDS_KEY,
)
def read_own_run(path: shapes.Named) -> Response:
    """One run."""
    actor = caller()
    row = stamping.own_run(reader(), actor, path.public_id.upper())
    return showing.answer(stamp_showing.run_whole(reader(), actor, row))


@door.get(
    "/own/runs/<public_id>/sheets",
    summary=N_("Từng tờ của một đợt tem và tem trên tờ đó"),
    tags=[PRINTING],
    responses={200: told.RunSheets, **refused(401, 404)},
    security=NEEDS_KEY,
)
def list_run_sheets(path: shapes.Named, query: SheetsQuestion) -> Response:
    """The sheets from one on; none where the run is not on paper."""
    row = stamping.own_run(reader(), caller(), path.public_id.upper())
    order = printing.print_of(reader(), row)
    asked = printing.sheets_of(order, row, first=query.after + 1, limit=query.limit) if order else ()
    items = [_sheet(one) for one in asked]
    more = order is not None and bool(items) and items[-1].number < order.slices_total
    return showing.answer(told.RunSheets(items=items, next=items[-1].number if more else None))


@door.get(
    "/own/runs/<public_id>/part",
    summary=N_("Xem trước một phần của đợt tem: đang ở trạng thái nào, kích hoạt hay hủy được bao nhiêu"),
    tags=[PRINTING],
    responses={200: told.RunPart, **refused(401, 404, 409)},
    security=NEEDS_KEY,
)
def read_run_part(path: shapes.Named, query: PartWish) -> Response:
    """Some stamps, before anything is done to them."""
    row = stamping.own_run(reader(), caller(), path.public_id.upper())
    named = _part(reader(), row, query)
    stretch = named or StampRange(0, row.count)
    return showing.answer(
        told.RunPart(
            first=stretch.first + 1,
            last=stretch.last + 1,
            stock=stamp_showing.stock(stamping.balance(reader(), row, stretch)),
            would_activate=_moved(row, named, StampState.ACTIVATED),
            would_void=_moved(row, named, StampState.VOID),
        )
    )


@act("/own/runs/<public_id>/activate", summary=N_("Kích hoạt một đợt tem hoặc một phần của đợt"))
@once
def activate_run(session: Session, actor: Actor, path: shapes.Named, body: ActivationWish) -> told.RunWhole:
    """Put printed stamps on goods."""
    row = _locked(session, actor, path)
    lot = stamping.own_lot(session, actor, body.lot.upper()) if body.lot else None
    stretch = _part(session, row, body)
    stamping.activate_run(session, actor=actor, run=row, lot=lot, stretch=stretch, now=now())
    return stamp_showing.run_whole(session, actor, row)


@act("/own/runs/<public_id>/void", summary=N_("Hủy một đợt tem hoặc một phần của đợt"))
@once
def void_run(session: Session, actor: Actor, path: shapes.Named, body: VoidWish) -> told.RunWhole:
    """Cancel stamps; whoever scans one is told at once."""
    row = _locked(session, actor, path)
    stretch = _part(session, row, body)
    stamping.void_stamps(session, actor=actor, run=row, reason=body.reason, stretch=stretch, now=now())
    return stamp_showing.run_whole(session, actor, row)


@act(
    "/own/runs/<public_id>/undo",
    summary=N_("Hoàn tác lần kích hoạt hoặc hủy gần nhất của chính mình, trong 240 giờ"),
)
@once
def undo_run(session: Session, actor: Actor, path: shapes.Named, body: UndoWish) -> told.RunWhole:
    """Take back one's own last act."""
    row = _locked(session, actor, path)
    stamping.undo_last(session, actor=actor, run=row, now=now(), act=body.act)
    return stamp_showing.run_whole(session, actor, row)


def _locked(session: Session, actor: Actor, path: shapes.Named) -> models.StampRun:
    """The run that is named, nobody else writing in it meanwhile."""
    return stamping.own_run(session, actor, path.public_id.upper(), lock=True)


def _part(session: Session, row: models.StampRun, wish: PartWish) -> StampRange | None:
    """The stamps that are named; None is all of them."""
    keys = current_app.extensions["serial_keys"]
    return printing.read_part(session, row, keys, wish.sheets or "", wish.first or "", wish.last or "")


def _moved(row: models.StampRun, stretch: StampRange | None, after: StampState) -> int:
    """How many stamps an act would move; none where it would be refused."""
    try:
        return stamping.touch(reader(), row, stretch, after).moved
    except RuleBroken:
        return 0


def _sheet(one: printing.Sheet) -> told.RunSheet:
    return told.RunSheet(
        number=one.number,
        first=one.stretch.first + 1,
        last=one.stretch.last + 1,
        stock=stamp_showing.stock(one.balance),
    )
