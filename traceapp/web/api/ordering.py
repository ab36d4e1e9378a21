"""Ordering stamps by program: the paper there is, what an order comes to, the order, spoilt sheets again.

An order is announced to the worker after it was committed, and only when it was placed: the same request sent
again is answered, not drawn again.
"""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from flask import Response, current_app
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from traceapp import models
from traceapp.domain.actors import Actor
from traceapp.domain.errors import Conflict
from traceapp.domain.reprints import ReprintReason
from traceapp.extensions import limiter, reader
from traceapp.i18n import N_
from traceapp.services import printing, stamping
from traceapp.settings import Settings
from traceapp.web.api import shapes, showing, stamp_showing
from traceapp.web.api import stamp_shapes as told
from traceapp.web.api.acting import NEEDS_KEY, Once, caller, done_once, key_shown
from traceapp.web.api.book import PRINTING, acts, door
from traceapp.web.api.own_runs import SHEETS
from traceapp.web.api.refusals import refused
from traceapp.web.api.signing import PDF
from traceapp.web.languages import gettext, language, now

act = acts(PRINTING, told.RunWhole)
DRAWN = limiter.shared_limit("60 per minute", scope="api-drawn", key_func=key_shown)
Cells = Annotated[list[Annotated[int, Field(ge=0, lt=500)]], Field(default_factory=list, max_length=500)]
Placing = Callable[[Session, Actor], tuple[models.StampRun, models.PrintRun | None]]
MEDIUM = "^[a-z0-9-]{1,40}$"


class MediumQuestion(shapes.Question):
    """On which paper."""

    medium: str = Field("a4-65", pattern=MEDIUM, description=N_("Mã khổ giấy trong `/media`"))
    printer: str | None = Field(
        None,
        pattern=shapes.PUBLIC_ID,
        description=N_(
            "Mã máy in trong `/own/printers`: in theo căn chỉnh của máy; bỏ trống: không căn chỉnh"
        ),
    )


class ForecastQuestion(MediumQuestion):
    """How many, on which paper."""

    count: int = Field(ge=1, le=stamping.MOST_STAMPS)


class OrderWish(ForecastQuestion):
    """How many stamps, of which lot, on which paper."""

    lot: str = Field(pattern=shapes.PUBLIC_ID, description=N_("Mã công khai của lô"))
    used_cells: Cells = Field(description=N_("Ô đã bóc của tờ dùng dở, đếm từ 0; tờ này in sau cùng"))


class ReprintWish(shapes.Question):
    """Which sheets, what became of them, and in which of the two ways."""

    sheets: str = Field(pattern=SHEETS, description=N_("Số tờ in ở lề, ví dụ 3 hoặc 3-7"))
    reason: ReprintReason = Field(description=N_("jam: kẹt giấy; faint: mờ; lost: mất"))
    how: Literal["anew", "alike"] = Field(
        "anew", description=N_("anew: hủy mã cũ, in mã mới; alike: in y hệt một tờ, trong 24 giờ")
    )
    destroyed: bool = Field(False, description=N_("Tờ cũ đã tiêu hủy; bắt buộc khi in y hệt"))


class SheetPath(shapes.Named):
    """A sheet of a run, as its margin numbers it."""

    sheet: int = Field(ge=1, lt=10**7)


@door.get("/media", summary=N_("Các khổ giấy tem: tờ và cuộn"), tags=[PRINTING], responses={200: told.Media})
def list_media() -> Response:
    """Every blank there is."""
    return showing.answer(told.Media(items=[_medium(one) for one in printing.media().values()]))


@door.get(
    "/own/lots/<public_id>/forecast",
    summary=N_("Xem trước một lệnh in tem: bao nhiêu tờ, tệp nặng bao nhiêu, mất bao lâu, có gì cản trở"),
    tags=[PRINTING],
    responses={200: told.Forecast, **refused(401, 404)},
    security=NEEDS_KEY,
)
@DRAWN
def forecast(path: shapes.Named, query: ForecastQuestion) -> Response:
    """What an order would come to."""
    lot = stamping.own_lot(reader(), caller(), path.public_id.upper())
    choice = printing.Choice(query.medium, machine=(query.printer or "").upper())
    ahead = printing.estimate(
        reader(),
        subject=lot.trade_item.subject,
        pins=lot.trade_item.scratch_pin,
        count=query.count,
        choice=choice,
        settings=_settings(),
    )
    checks = printing.stamp_preview(
        reader(), item=lot.trade_item, lot=lot, count=query.count, choice=choice, settings=_settings(),
        now=now(),
    ).checks  # fmt: skip
    return showing.answer(
        told.Forecast(
            count=query.count,
            medium=query.medium,
            sheets=ahead.sheets,
            parts=len(ahead.parts),
            pdf_bytes=ahead.pdf_bytes,
            csv_bytes=ahead.csv_bytes,
            seconds=ahead.seconds,
            measured=ahead.measured,
            verdict=printing.verdict_of(checks),
            checks=[_check(one) for one in checks],
        )
    )


@act("/own/runs", summary=N_("Đặt in tem cho một lô: cấp mã và lệnh in trong một lần"))
def order_run(header: Once, body: OrderWish) -> Response:
    """Issue stamps and order their print."""
    keys = current_app.extensions["serial_keys"]

    def deed(session: Session, actor: Actor) -> tuple[models.StampRun, models.PrintRun]:
        lot = stamping.own_lot(session, actor, body.lot.upper())
        run = stamping.issue_stamps(
            session, actor=actor, trade_item=lot.trade_item, lot=lot, count=body.count, key=keys[0],
            other_keys=keys[1:], request_key=None, now=now(),
        )  # fmt: skip
        machine = (body.printer or "").upper()
        choice = printing.Choice(body.medium, used_cells=frozenset(body.used_cells), machine=machine)
        order = printing.order_stamps(
            session, actor=actor, run=run, choice=choice, settings=_settings(), request_key=None, now=now()
        )
        return run, order

    return _placed(header, deed)


@act(
    "/own/runs/<public_id>/reprint",
    summary=N_("In lại tờ hỏng: mã mới thay mã cũ (nên dùng), hoặc y hệt một tờ"),
)
def reprint_run(path: shapes.Named, header: Once, body: ReprintWish) -> Response:
    """Spoilt sheets once more. Anew, the answer is the new run; alike, the same run."""
    keys = current_app.extensions["serial_keys"]

    def deed(session: Session, actor: Actor) -> tuple[models.StampRun, models.PrintRun | None]:
        run = stamping.own_run(session, actor, path.public_id.upper(), lock=True)
        order = _order_of(session, run)
        about: dict[str, Any] = {
            "actor": actor,
            "order": order,
            "sheets": printing.named_sheets(order, body.sheets),
            "reason": body.reason,
            "now": now(),
        }
        if body.how == "alike":
            printing.reprint_alike(session, destroyed=body.destroyed, **about)
            return run, None
        placed = printing.reprint_anew(session, keys=keys, settings=_settings(), request_key=None, **about)
        return placed.stamp_run or run, placed

    return _placed(header, deed)


@door.get(
    "/own/runs/<public_id>/alike/<sheet>",
    summary=N_("Tờ được in lại y hệt, bằng PDF; trong 24 giờ sau khi in"),
    tags=[PRINTING],
    responses={**PDF, **refused(401, 404, 409)},
    security=NEEDS_KEY,
)
@DRAWN
def read_sheet_alike(path: SheetPath) -> Response:
    """The one sheet that may be printed exactly alike."""
    actor = caller()
    order = _order_of(reader(), stamping.own_run(reader(), actor, path.public_id.upper()))
    keys = current_app.extensions["serial_keys"]
    drawn = printing.sheet_alike(reader(), actor, order, path.sheet, keys=keys, now=now())
    return Response(drawn, content_type="application/pdf")


def _placed(header: Once, deed: Placing) -> Response:
    """An order in one act with its answer; then the worker is told."""
    placed: list[int] = []

    def whole(session: Session, actor: Actor) -> BaseModel:
        run, order = deed(session, actor)
        answer = stamp_showing.run_whole(session, actor, run)
        placed.extend([order.id] if order is not None else [])
        return answer

    answer = done_once(header, whole)
    for order_id in placed:
        current_app.extensions["announce_print"](order_id)
    return answer


def _order_of(session: Session, run: models.StampRun) -> models.PrintRun:
    """The print of a run. Raises `stamps_no_sheets` where there is none."""
    order = printing.print_of(session, run)
    if order is None:
        raise Conflict("stamps_no_sheets", field="sheets")
    return order


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


def _check(one: printing.Check) -> told.PrintCheck:
    reasons = (gettext(why.found, **why.told(gettext("chưa có dữ liệu"))) for why in one.reasons)
    return told.PrintCheck(
        rule=one.rule,
        severity=one.severity,
        sentence=" ".join([gettext(one.words, **one.facts), *reasons]),
        cure=one.cure,
    )


def _medium(one: Any) -> told.MediumShape:
    return told.MediumShape(
        id=one.id,
        name=str(one.name.get(language(), one.name["vi"])),
        kind=one.kind,
        shape=one.shape,
        page_width=one.page_w,
        page_height=one.page_h,
        width=one.w,
        height=one.h,
        per_page=one.per_page,
        confidence=one.confidence,
    )
