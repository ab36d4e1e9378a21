"""Holds and recalls before the inspector: what stands, one of them whole, and the second person's answer."""

from collections.abc import Callable
from functools import partial

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from traceapp.domain.errors import RuleBroken
from traceapp.domain.reasons import BEARINGS
from traceapp.domain.restrictions import HOLD_REASONS, RECALL_ENDINGS
from traceapp.extensions import reader, scan_reader, transaction
from traceapp.models import Account, Restriction
from traceapp.services.recalls import reaching, reason_check, recall_scope, restriction_steps, restrictions
from traceapp.web import access
from traceapp.web.errors import sentence
from traceapp.web.inspector import door
from traceapp.web.inspector.lots import HOLDERS
from traceapp.web.languages import gettext, now, today
from traceapp.web.paging import backward
from traceapp.web.record_words import area_words
from traceapp.web.words import STATUS_WORDS


@door.get("/restrictions")
@access.only(*HOLDERS)
def standing() -> ResponseReturnValue:
    """All that is held, recalled or proposed to be, a page at a time."""
    rows, more = backward(partial(restrictions.open_restrictions, reader()))
    return render_template("inspector/restrictions.html", rows=rows, more=more, reasons=HOLD_REASONS)


@door.get("/restrictions/<public_id>")
@access.only(*HOLDERS)
def restriction(public_id: str) -> ResponseReturnValue:
    """One hold or recall: what it is about, how far it reaches, what may be done now."""
    return _page(restrictions.find_restriction(reader(), public_id))


def _page(row: Restriction, fault: str = "", reason: str = "") -> ResponseReturnValue:
    about = recall_scope.about_of(row)
    reach = reaching.reach(reader(), scan_reader(), about)
    people = {who for who in (row.proposed_by_id, row.confirmed_by_id, row.lifted_by_id) if who}
    page = render_template(
        "inspector/restriction.html",
        row=row,
        about=about,
        reach=reach,
        areas=area_words(reach.areas),
        people={who: reader().get(Account, who) for who in people},
        extensions=restriction_steps.list_extensions(reader(), row),
        reasons=HOLD_REASONS,
        endings=RECALL_ENDINGS,
        outcome=restrictions.outcome_of(reader(), row),
        register=reason_check.said_to(reader(), row, today=today()),
        bearings=BEARINGS,
        status_words=STATUS_WORDS,
        fault=fault,
        typed=reason,
    )
    return page, 422 if fault else 200


@door.post("/restrictions/<public_id>/confirm")
@access.only(*HOLDERS)
def confirm_recall(public_id: str) -> ResponseReturnValue:
    """The second person's yes to a recall."""

    def deed(session: Session, row: Restriction) -> None:
        restrictions.confirm_recall(session, actor=access.actor(), restriction=row, now=now())

    return _act(public_id, deed, gettext("Đã duyệt thu hồi. Người quét tem thấy ngay từ bây giờ."))


@door.post("/restrictions/<public_id>/refuse")
@access.only(*HOLDERS)
def refuse_recall(public_id: str) -> ResponseReturnValue:
    """The second person's no, with a reason."""

    def deed(session: Session, row: Restriction) -> None:
        reason = request.form.get("reason", "")
        restriction_steps.refuse_recall(
            session, actor=access.actor(), restriction=row, reason=reason, now=now()
        )

    return _act(public_id, deed, gettext("Đã từ chối đề nghị thu hồi."))


@door.post("/restrictions/<public_id>/drop")
@access.only(*HOLDERS)
def drop_proposal(public_id: str) -> ResponseReturnValue:
    """Who proposed it takes it back."""

    def deed(session: Session, row: Restriction) -> None:
        restriction_steps.drop_proposal(session, actor=access.actor(), restriction=row, now=now())

    return _act(public_id, deed, gettext("Đã rút lại đề nghị thu hồi."))


def _act(public_id: str, deed: Callable[[Session, Restriction], None], said: str) -> ResponseReturnValue:
    """Do it and come back to the page; what is refused is told there, with what was typed."""
    try:
        with transaction() as session:
            deed(session, restrictions.find_restriction(session, public_id))
    except RuleBroken as broken:
        if broken.code in {"no_such_record", "role"}:
            raise
        typed = request.form.get("reason", "")
        return _page(restrictions.find_restriction(reader(), public_id), sentence(broken), typed)
    flash(said, "ok")
    return redirect(url_for(".restriction", public_id=public_id), 303)
