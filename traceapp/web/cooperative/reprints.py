"""A spoilt sheet printed once more, with a reason: new codes as a rule, alike only under conditions."""

from typing import Any

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, HiddenField, RadioField, StringField

from traceapp.domain.errors import Conflict, RuleBroken
from traceapp.domain.permissions import Role
from traceapp.domain.reprints import IDENTICAL_WITHIN, read_reason
from traceapp.extensions import reader, transaction
from traceapp.i18n import N_
from traceapp.models import PrintRun, StampRun
from traceapp.services import printing, stamping
from traceapp.web.access import actor, only
from traceapp.web.cooperative import door
from traceapp.web.cooperative.printing_forms import announce, new_request_key, settings
from traceapp.web.forms import Form
from traceapp.web.languages import gettext, now
from traceapp.web.words import REPRINT_REASONS

PEOPLE = (Role.MANAGER, Role.MEMBER)


class ReprintForm(Form):
    """Which sheets, what became of them, and in which of the two ways."""

    sheets = StringField(N_("Tờ hỏng"))
    reason = RadioField(N_("Lý do"), choices=dict(REPRINT_REASONS), validate_choice=False)
    how = RadioField(
        N_("In lại thế nào?"),
        choices={
            "anew": N_("Mã mới: hủy mã của tờ cũ, in tem mã mới (nên dùng)"),
            "alike": N_("Y hệt: in lại đúng các mã cũ"),
        },
        default="anew",
        validate_choice=False,
    )
    destroyed = BooleanField(N_("Tờ cũ đã tiêu hủy"))
    request_key = HiddenField()


def own_order(run: StampRun) -> PrintRun:
    """The print of a run; there is nothing to reprint without one."""
    order = printing.print_of(reader(), run)
    if order is None:
        raise Conflict("stamps_no_sheets", field="sheets")
    return order


@door.route("/stamps/<public_id>/reprint", methods=["GET", "POST"])
@only(*PEOPLE)
def reprint_sheets(public_id: str) -> ResponseReturnValue:
    """Ask what happened to the sheet, and print it once more."""
    run = stamping.own_run(reader(), actor(), public_id)
    order, form = own_order(run), ReprintForm()
    if form.validate_on_submit():
        try:
            return redirect(_reprinted(public_id, form), 303)
        except RuleBroken as broken:
            if broken.code == "record_not_found":
                raise
            form.blame(broken)
    else:
        form.sheets.data = form.sheets.data or request.args.get("sheets", "")
    page = render_template(
        "cooperative/stamps/reprint.html",
        run=run,
        order=order,
        form=form,
        key=new_request_key(),
        alike=order.finished_at is not None and now() - order.finished_at <= IDENTICAL_WITHIN,
    )
    return page, 422 if form.errors or form.form_errors else 200


def _reprinted(public_id: str, form: ReprintForm) -> str:
    """Carry it out in one act; where to go from there."""
    keys = current_app.extensions["serial_keys"]
    with transaction() as session:
        run = stamping.own_run(session, actor(), public_id, lock=True)
        found = printing.print_of(session, run)
        if found is None:
            raise Conflict("stamps_no_sheets", field="sheets")
        reason = read_reason(form.reason.data or "")
        told: dict[str, Any] = {"actor": actor(), "order": found, "reason": reason, "now": now()}
        sheets = printing.named_sheets(found, form.sheets.data or "")
        if form.how.data == "alike":
            printing.reprint_alike(session, sheets=sheets, destroyed=form.destroyed.data, **told)
            order = None
        else:
            key = form.request_key.data or None
            order = printing.reprint_anew(
                session, sheets=sheets, keys=keys, settings=settings(), request_key=key, **told
            )
        place = None if order is None else (order.id, order.public_id)
    if place is None:
        flash(gettext("Đã ghi việc in lại. Tải tệp của tờ này ở mục Tờ đã in lại."), "ok")
        return url_for(".stamp_run", public_id=public_id)
    announce(place[0])
    flash(gettext("Đã hủy mã của tờ cũ. Đang in tem mã mới."), "ok")
    return url_for(".print_run", public_id=place[1])


@door.get("/stamps/<public_id>/alike/<int:sheet>.pdf")
@only(*PEOPLE)
def sheet_alike(public_id: str, sheet: int) -> ResponseReturnValue:
    """The one sheet that may be printed exactly alike, for a day."""
    run = stamping.own_run(reader(), actor(), public_id)
    keys = current_app.extensions["serial_keys"]
    drawn = printing.sheet_alike(reader(), actor(), own_order(run), sheet, keys=keys, now=now())
    name = f"in-lai-{run.public_id}-{sheet}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(drawn, mimetype="application/pdf", headers=headers)
