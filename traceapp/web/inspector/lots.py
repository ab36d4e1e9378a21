"""Acts on the lot in hand: hold it, or propose that it be recalled."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp.domain.errors import NotFound, RuleBroken
from traceapp.domain.permissions import Role
from traceapp.domain.restrictions import HoldReason
from traceapp.extensions import reader, transaction
from traceapp.models import Lot
from traceapp.services.recalls import restrictions
from traceapp.web import access
from traceapp.web.inspector import door
from traceapp.web.inspector.holding import HoldForm, RecallForm
from traceapp.web.languages import gettext, now

HOLDERS = (Role.INSPECTOR, Role.PROVINCE)


@door.post("/lots/<public_id>/hold")
@access.only(*HOLDERS)
def hold(public_id: str) -> ResponseReturnValue:
    """Hold the lot; the public sees it at once."""
    form = HoldForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                restrictions.hold_lot(
                    session,
                    actor=access.actor(),
                    lot=_lot(session, public_id),
                    reason=HoldReason(form.reason.data),
                    note=form.note.data,
                    now=now(),
                )
        except RuleBroken as broken:
            _blame(form, broken)
        else:
            flash(gettext("Đã tạm dừng lô. Người quét tem thấy ngay từ bây giờ."), "ok")
            return redirect(_back(), 303)
    return _again("inspector/hold.html", form, public_id)


@door.post("/lots/<public_id>/recall")
@access.only(*HOLDERS)
def propose_recall(public_id: str) -> ResponseReturnValue:
    """Propose a recall; a second person confirms it before anybody is told."""
    form = RecallForm(prefix="r-")
    if form.validate_on_submit():
        try:
            with transaction() as session:
                restrictions.propose_recall(
                    session,
                    actor=access.actor(),
                    lot=_lot(session, public_id),
                    reason=HoldReason(form.reason.data),
                    decision_number=form.decision_number.data,
                    note=form.note.data,
                    now=now(),
                )
        except RuleBroken as broken:
            _blame(form, broken)
        else:
            flash(gettext("Đã gửi đề nghị thu hồi. Chờ người thứ hai duyệt."), "ok")
            return redirect(_back(), 303)
    return _again("inspector/recall.html", form, public_id)


def _lot(session: Session, public_id: str) -> Lot:
    lot = session.scalar(select(Lot).where(Lot.public_id == public_id.upper()))
    if lot is None:
        raise NotFound("no_such_record")
    return lot


def _blame(form: HoldForm, broken: RuleBroken) -> None:
    """Say it in the form; a lot that is not there has no form."""
    if isinstance(broken, NotFound):
        raise broken
    form.blame(broken)


def _again(template: str, form: HoldForm, public_id: str) -> ResponseReturnValue:
    lot = _lot(reader(), public_id)
    return render_template(template, form=form, lot=lot, back=_back()), 422


def _back() -> str:
    """The page the form stood on: one of this door, and no other."""
    asked = request.form.get("back", "")
    home = url_for(".home")
    return asked if asked == home or asked.startswith((f"{home}/", f"{home}?")) else home
