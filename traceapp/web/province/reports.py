"""Problem reports: what people said about goods in their hands, and what was done about it."""

import re

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from traceapp.extensions import reader
from traceapp.models import TradeItem
from traceapp.services import reports as service
from traceapp.web import access
from traceapp.web.languages import gettext, now
from traceapp.web.province import door
from traceapp.web.province.officers import OFFICERS, act
from traceapp.web.words import PROBLEM_KINDS


@door.get("/reports")
@access.only(*OFFICERS)
def reports() -> ResponseReturnValue:
    """Open reports, or those that were closed."""
    closed = request.args.get("closed") == "1"
    before = request.args.get("before", "")
    rows = service.list_reports(
        reader(), closed=closed, before=int(before) if re.fullmatch("[0-9]{1,18}", before) else None
    )
    items = {row.id: reader().get(TradeItem, row.trade_item_id) for row in rows if row.trade_item_id}
    return render_template(
        "province/reports.html",
        rows=rows,
        items=items,
        closed=closed,
        more=len(rows) == service.PAGE,
        kinds=PROBLEM_KINDS,
    )


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
