"""Stamps: choosing paper, ordering a run, and what becomes of its stamps."""

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField

from traceapp.domain.errors import Malformed, RuleBroken
from traceapp.domain.permissions import Role
from traceapp.domain.serials import mint
from traceapp.domain.serials import shown as shown_serial
from traceapp.domain.stamps import StampState
from traceapp.extensions import reader, transaction
from traceapp.i18n import N_
from traceapp.models import Lot, StampRun
from traceapp.services import printing, stamping
from traceapp.web.access import actor, only
from traceapp.web.cooperative import door
from traceapp.web.cooperative.printing_forms import (
    OrderForm,
    Wanted,
    announce,
    drawing,
    new_request_key,
    offered,
    pressed,
    settings,
    wanted,
)
from traceapp.web.forms import Form
from traceapp.web.languages import gettext, now

PEOPLE = (Role.MANAGER, Role.MEMBER)
STATES = {
    StampState.MINTED: (N_("chưa in"), "", "wait"),
    StampState.PRINTED: (N_("trong kho"), "", "box"),
    StampState.ACTIVATED: (N_("đã kích hoạt"), "ok", "ok"),
    StampState.VOID: (N_("đã hủy"), "stop", "no"),
}
PAGE = 50


class ActivateForm(Form):
    """Which stamps, and for which lot where the run has none."""

    lot = StringField(N_("Lô hàng"))
    first = StringField(N_("Từ tem (số thứ tự hoặc mã)"))
    last = StringField(N_("Đến tem"))


class VoidForm(ActivateForm):
    """Which stamps, and why."""

    reason = StringField(N_("Lý do hủy"))


@door.get("/stamps")
@only(*PEOPLE)
def stamps() -> ResponseReturnValue:
    """Every run of the party with what is left of it."""
    page = max(0, request.args.get("page", 0, type=int))
    runs = stamping.list_runs(reader(), actor(), limit=PAGE + 1, offset=page * PAGE)
    told = [(run, stamping.balance(reader(), run)) for run in runs[:PAGE]]
    return render_template(
        "cooperative/stamps/list.html", told=told, states=STATES, page=page, more=len(runs) > PAGE
    )


@door.route("/stamps/new", methods=["GET", "POST"])
@only(*PEOPLE)
def new_stamps() -> ResponseReturnValue:
    """Choose paper for the stamps of a lot, and order them."""
    if "lot" not in request.args:
        return render_template(
            "cooperative/stamps/choose_lot.html", lots=stamping.lots_to_stamp(reader(), actor())
        )
    lot = stamping.own_lot(reader(), actor(), request.args["lot"])
    choice, form = wanted(most=stamping.MOST_STAMPS, first_medium="a4-65"), OrderForm()
    if form.validate_on_submit():
        shown_again = pressed(choice)
        if shown_again is not None:
            return redirect(url_for(".new_stamps", lot=lot.public_id, **shown_again), 303)
        try:
            if choice.fault:
                raise choice.fault
            return redirect(url_for(".print_run", public_id=_order(lot.public_id, choice, form)), 303)
        except RuleBroken as broken:
            form.blame(broken)
    return _choose(lot, choice, form)


def _order(lot_id: str, choice: Wanted, form: OrderForm) -> str:
    """Issue and order in one act; the same form sent twice is the same order."""
    keys = current_app.extensions["serial_keys"]
    key = form.request_key.data or None
    with transaction() as session:
        lot = stamping.own_lot(session, actor(), lot_id)
        run = stamping.issue_stamps(
            session, actor=actor(), trade_item=lot.trade_item, lot=lot, count=choice.count, key=keys[0],
            other_keys=keys[1:], request_key=key, now=now(),
        )  # fmt: skip
        order = printing.order_stamps(
            session,
            actor=actor(),
            run=run,
            choice=choice.choice,
            settings=settings(),
            request_key=key,
            now=now(),
        )
        order_id, public_id = order.id, order.public_id
    announce(order_id)
    return public_id


def _choose(lot: Lot, choice: Wanted, form: OrderForm) -> ResponseReturnValue:
    longest = request.args.get("longest") == "1"
    preview = printing.stamp_preview(
        reader(), item=lot.trade_item, lot=lot, count=choice.count, choice=choice.choice, settings=settings(),
        now=now(), longest=longest,
    )  # fmt: skip
    page = render_template(
        "cooperative/stamps/new.html",
        lot=lot,
        form=form,
        preview=preview,
        pictures_of=drawing,
        tone=printing.verdict_of(preview.checks),
        key=new_request_key(),
        longest=longest,
        **offered(choice),
    )
    return page, 422 if form.is_submitted() else 200


@door.get("/stamps/test-sheet.pdf")
@only(*PEOPLE)
def stamps_test_sheet() -> ResponseReturnValue:
    """One page marked MẪU."""
    lot = stamping.own_lot(reader(), actor(), request.args.get("lot", ""))
    choice = wanted(most=stamping.MOST_STAMPS, first_medium="a4-65").choice
    sheet = printing.test_sheet(lot.trade_item, choice, settings())
    return Response(sheet, mimetype="application/pdf", headers=_named(f"to-thu-{choice.medium_id}.pdf"))


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


@door.get("/stamps/<public_id>")
@only(*PEOPLE)
def stamp_run(public_id: str) -> ResponseReturnValue:
    """One run: its stock, its files, and what can be done with it."""
    return _run_page(stamping.own_run(reader(), actor(), public_id), ActivateForm(), VoidForm())


def _run_page(run: StampRun, activate: ActivateForm, void: VoidForm) -> ResponseReturnValue:
    session = reader()
    key = next((key for key in current_app.extensions["serial_keys"] if key.id == run.key_id), None)
    ends = (0, run.count - 1) if key else ()
    subject = stamping.subject_of(run.subject)
    serials = [shown_serial(mint(key, subject, run.first_number + at, 1)[0]) for at in ends] if key else []
    last = stamping.last_act(session, run)
    page = render_template(
        "cooperative/stamps/run.html",
        run=run,
        balance=stamping.balance(session, run),
        segments=stamping.segments(run),
        states=STATES,
        serials=serials,
        order=printing.print_of(session, run),
        lots=[]
        if run.lot
        else [
            lot for lot in stamping.lots_to_stamp(session, actor()) if lot.trade_item_id == run.trade_item_id
        ],
        last=last,
        undoable=last is not None and last.actor_id == actor().account_id,
        activate=activate,
        void=void,
    )
    return page, 422 if activate.errors or void.errors or activate.form_errors or void.form_errors else 200


def _lots_for(run: StampRun) -> list[Lot]:
    """The lots a run without one may be given."""
    if run.lot is not None:
        return []
    every = stamping.lots_to_stamp(reader(), actor())
    return [lot for lot in every if lot.trade_item_id == run.trade_item_id]


@door.post("/stamps/<public_id>/activate")
@only(*PEOPLE)
def activate_stamps(public_id: str) -> ResponseReturnValue:
    """Activate a run or a stretch of it."""
    form = ActivateForm()
    try:
        if form.validate_on_submit():
            with transaction() as session:
                run = stamping.own_run(session, actor(), public_id, lock=True)
                lot = stamping.own_lot(session, actor(), form.lot.data) if form.lot.data else None
                stamping.activate_run(
                    session, actor=actor(), run=run, lot=lot, stretch=_stretch(run, form), now=now()
                )
            flash(gettext("Đã kích hoạt. Người mua quét tem sẽ thấy thông tin lô ngay."), "ok")
            return redirect(url_for(".stamp_run", public_id=public_id), 303)
    except RuleBroken as broken:
        _blame_or_raise(form, broken)
    return _run_page(stamping.own_run(reader(), actor(), public_id), form, VoidForm(formdata=None))


@door.post("/stamps/<public_id>/void")
@only(*PEOPLE)
def void_stamps(public_id: str) -> ResponseReturnValue:
    """Cancel a run or a stretch of it."""
    form = VoidForm()
    try:
        if form.validate_on_submit():
            with transaction() as session:
                run = stamping.own_run(session, actor(), public_id, lock=True)
                stretch, reason = _stretch(run, form), form.reason.data or ""
                stamping.void_stamps(
                    session, actor=actor(), run=run, reason=reason, stretch=stretch, now=now()
                )
            flash(gettext("Đã hủy tem. Ai quét mã đã hủy sẽ được báo ngay."), "ok")
            return redirect(url_for(".stamp_run", public_id=public_id), 303)
    except RuleBroken as broken:
        _blame_or_raise(form, broken)
    return _run_page(stamping.own_run(reader(), actor(), public_id), ActivateForm(formdata=None), form)


@door.post("/stamps/<public_id>/undo")
@only(*PEOPLE)
def undo_stamps(public_id: str) -> ResponseReturnValue:
    """Take back the last activation or voiding."""
    with transaction() as session:
        run = stamping.own_run(session, actor(), public_id, lock=True)
        stamping.undo_last(session, actor=actor(), run=run, now=now())
    flash(gettext("Đã hoàn tác."), "ok")
    return redirect(url_for(".stamp_run", public_id=public_id), 303)


def _stretch(run: StampRun, form: ActivateForm) -> stamping.StampRange | None:
    keys = current_app.extensions["serial_keys"]
    return stamping.read_stretch(run, keys, (form.first.data or ""), (form.last.data or ""))


def _blame_or_raise(form: Form, broken: RuleBroken) -> None:
    """A stranger's run stays unfound; anything else is said in the form."""
    if broken.code == "record_not_found":
        raise broken
    form.blame(Malformed(broken.code, field=broken.field, **broken.facts))
