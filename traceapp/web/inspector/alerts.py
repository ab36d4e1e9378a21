"""What scans tell: the open alerts, who looks after each, and the stamps that are opened often."""

from functools import partial

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import TextAreaField

from traceapp.domain.alerts import ALERT_ADVICE, ALERT_WORDS, FLAG_WORDS
from traceapp.domain.errors import Malformed
from traceapp.domain.permissions import Role
from traceapp.extensions import reader, scan_reader, transaction
from traceapp.i18n import N_
from traceapp.services.scans import alerts as service
from traceapp.services.scans.watching import flagged
from traceapp.web import access
from traceapp.web.forms import Form
from traceapp.web.inspector import door
from traceapp.web.languages import gettext, now
from traceapp.web.paging import backward

READERS = (Role.INSPECTOR, Role.PROVINCE)


class CloseForm(Form):
    """What was checked and why it is over."""

    reason = TextAreaField(N_("Đã kiểm tra gì, vì sao đóng"))


@door.get("/alerts")
@access.only(*READERS)
def alerts() -> ResponseReturnValue:
    """Open alerts, the newest first, and under them what only counts say."""
    return _page(None, None)


@door.post("/alerts/<public_id>/take")
@access.only(Role.INSPECTOR)
def take_alert(public_id: str) -> ResponseReturnValue:
    """The actor looks after it from now on."""
    with transaction() as session:
        service.take_alert(session, actor=access.actor(), public_id=public_id, now=now())
    flash(gettext("Bạn đang xử lý cảnh báo này."), "ok")
    return redirect(url_for(".alerts"), 303)


@door.post("/alerts/<public_id>/close")
@access.only(Role.INSPECTOR)
def close_alert(public_id: str) -> ResponseReturnValue:
    """End an alert with a reason; a second closing changes nothing and says so."""
    form = CloseForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                _alert, closed = service.close_alert(
                    session,
                    actor=access.actor(),
                    public_id=public_id,
                    reason=form.reason.data or "",
                    now=now(),
                )
        except Malformed as broken:
            form.blame(broken)
        else:
            told = gettext("Đã đóng cảnh báo.") if closed else gettext("Cảnh báo này đã được đóng trước đó.")
            flash(told, "ok")
            return redirect(url_for(".alerts"), 303)
    return _page(form, public_id.upper())


def _page(form: CloseForm | None, public_id: str | None) -> ResponseReturnValue:
    rows, more = backward(partial(service.list_open, reader()))
    page = render_template(
        "inspector/alerts.html",
        rows=rows,
        more=more,
        flags=flagged(reader(), scan_reader(), devices=current_app.extensions["settings"].many_scans_devices),
        form=form,
        refused=public_id,
        may_act=access.actor().has(Role.INSPECTOR),
        words=ALERT_WORDS,
        advice=ALERT_ADVICE,
        flag_words=FLAG_WORDS,
    )
    return page, 200 if form is None else 422
