"""Problem reports: what people said about goods in their hands, and what was done about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO

from flask import Response, abort, current_app, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp.domain.errors import NotFound
from traceapp.domain.permissions import Role
from traceapp.extensions import reader
from traceapp.models import Base, Lot, ProblemReport, StoredFile, TradeItem
from traceapp.services import reports as service
from traceapp.storage import FileGone
from traceapp.web import access
from traceapp.web.evidence import storage
from traceapp.web.languages import gettext, now
from traceapp.web.paging import backward
from traceapp.web.province import door
from traceapp.web.province.officers import OFFICERS, act
from traceapp.web.words import PROBLEM_KINDS

# Inspectors, too, read one report and its photo; the list and the closing are the province's.
SEERS = (Role.PROVINCE, Role.INSPECTOR)


@dataclass(frozen=True, slots=True)
class Named:
    """What a report is about, as far as we know it; `look`: the inspector's page of it, no scan counted;
    `hold`: that of its lot, where the lot can be held."""

    item: TradeItem | None
    lot: Lot | None
    look: str | None
    hold: str | None


@door.get("/reports")
@access.only(*OFFICERS)
def reports() -> ResponseReturnValue:
    """Open reports, or those that were closed."""
    closed = request.args.get("closed") == "1"
    rows, more = backward(partial(service.list_reports, reader(), closed=closed))
    kept = _goods(rows)  # in hand while each is named: the session finds them without asking
    about = {row.id: _named(row) for row in rows}
    del kept
    return render_template(
        "province/reports.html",
        rows=rows,
        about=about,
        closed=closed,
        more=more,
        kinds=PROBLEM_KINDS,
    )


@door.get("/reports/<public_id>")
@access.only(*SEERS)
def report(public_id: str) -> ResponseReturnValue:
    """One report: what was told, of which goods, with its photo and the way to the lot."""
    row = service.find_report(reader(), public_id)
    officer = access.actor().has(*OFFICERS)
    return render_template(
        "province/report.html", row=row, named=_named(row), officer=officer, kinds=PROBLEM_KINDS
    )


@door.get("/reports/<public_id>/photo")
@access.only(*SEERS)
def report_photo(public_id: str) -> ResponseReturnValue:
    """The photo as it was drawn anew when it came in; never the file a stranger sent."""
    sha256 = service.find_report(reader(), public_id).photo_sha256
    file = reader().get(StoredFile, sha256) if sha256 else None
    if file is None:
        raise NotFound("no_such_record")
    return _picture(file)


@door.post("/reports/<public_id>/close")
@access.only(*OFFICERS)
def close_report(public_id: str) -> ResponseReturnValue:
    """Close a report, saying what was done."""

    def deed(session: Session) -> None:
        service.close_report(
            session,
            actor=access.actor(),
            report=service.find_report(session, public_id),
            closing=request.form.get("closing", ""),
            now=now(),
        )

    return act(deed, gettext("Đã đóng phản ánh."), url_for(".reports"))


def _goods(rows: Sequence[ProblemReport]) -> list[Base]:
    """The products and lots that reports are about, read at once."""
    items = select(TradeItem).where(TradeItem.id.in_({row.trade_item_id for row in rows}))
    lots = select(Lot).where(Lot.id.in_({row.lot_id for row in rows}))
    return [*reader().scalars(items), *reader().scalars(lots)]


def _named(row: ProblemReport) -> Named:
    item = reader().get(TradeItem, row.trade_item_id) if row.trade_item_id else None
    lot = reader().get(Lot, row.lot_id) if row.lot_id else None
    if "inspector" not in current_app.blueprints:  # settings.audiences may leave that door out
        return Named(item, lot, None, None)
    path = row.about.partition("?")[0].removeprefix("/passport")
    text = current_app.extensions["settings"].public_base_url.rstrip("/") + path
    look = url_for("inspector.home", q=text) if path.strip("/") else None
    return Named(item, lot, look, url_for("inspector.goods", lot=lot.public_id) if lot else None)


def _picture(file: StoredFile) -> Response:
    try:
        content = storage().get(file.sha256)
    except FileGone:
        abort(404, gettext("Tệp không còn trong kho lưu trữ."))
    answer = send_file(BytesIO(content), mimetype=file.media_type)
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Cache-Control"] = "no-store"  # who may see it today may not tomorrow
    return answer
