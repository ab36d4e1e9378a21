"""Stamps: choosing paper, and ordering a run."""

from flask import Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from traceapp.domain.errors import RuleBroken
from traceapp.domain.permissions import Role
from traceapp.extensions import reader, transaction
from traceapp.models import Lot
from traceapp.services import own_lists, printing, stamping
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
    running,
    settings,
    to_calibrate,
    wanted,
)
from traceapp.web.languages import now
from traceapp.web.paging import after, sought

PEOPLE = (Role.MANAGER, Role.MEMBER)


@door.get("/stamps")
@only(*PEOPLE)
def stamps() -> ResponseReturnValue:
    """The runs of the party with what is left of each, a page at a time."""
    page = own_lists.page_runs(reader(), actor(), typed=sought(), after=after())
    told = [(run, stamping.counted(stamping.segments(run))) for run in page.rows]
    return render_template(
        "cooperative/stamps/list.html", told=told, page=page, sought=sought(), running=running()
    )


@door.route("/stamps/new", methods=["GET", "POST"])
@only(*PEOPLE)
def new_stamps() -> ResponseReturnValue:
    """Choose paper for the stamps of a lot, and order them."""
    if "lot" not in request.args:
        page = own_lists.page_lots(reader(), actor(), typed=sought(), after=after())
        return render_template("cooperative/stamps/choose_lot.html", page=page, sought=sought())
    lot = stamping.own_lot(reader(), actor(), request.args["lot"])
    pieces, live = stamping.stamps_against_pieces(reader(), lot) or (0, 0)
    likely = max(0, pieces - live)  # a stamp for each piece that has none
    choice = wanted(most=stamping.MOST_STAMPS, first_medium="a4-65", likely=likely)
    form = OrderForm()
    if form.validate_on_submit():
        aside = to_calibrate(choice, ".new_stamps", lot.public_id)
        if aside is not None:
            return redirect(aside, 303)
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
        ahead=printing.estimate(
            reader(),
            subject=lot.trade_item.subject,
            pins=lot.trade_item.scratch_pin,
            count=choice.count,
            choice=choice.choice,
            settings=settings(),
        ),
        longest=longest,
        against=stamping.stamps_against_pieces(reader(), lot),
        **offered(choice),
    )
    return page, 422 if form.is_submitted() else 200


@door.get("/stamps/test-sheet.pdf")
@only(*PEOPLE)
def stamps_test_sheet() -> ResponseReturnValue:
    """One page marked MẪU."""
    lot = stamping.own_lot(reader(), actor(), request.args.get("lot", ""))
    choice = wanted(most=stamping.MOST_STAMPS, first_medium="a4-65").choice
    sheet = printing.test_sheet(reader(), lot.trade_item, choice, settings())
    return Response(sheet, mimetype="application/pdf", headers=_named(f"to-thu-{choice.medium_id}.pdf"))


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
