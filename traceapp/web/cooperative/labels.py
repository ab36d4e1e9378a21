"""Product labels: the printed face of goods, on the same paper as stamps."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from traceapp.domain.conflicts import ADVICE
from traceapp.domain.errors import RuleBroken
from traceapp.domain.permissions import Role
from traceapp.domain.printing import PrintKind
from traceapp.domain.trade_items import LABEL_FIELD_NAMES
from traceapp.extensions import reader, transaction
from traceapp.models import Lot
from traceapp.services import own_lists, printing, stamping
from traceapp.services.paging import PAGE
from traceapp.web.access import actor, only
from traceapp.web.cooperative import door
from traceapp.web.cooperative.printing_forms import (
    LARGE,
    OrderForm,
    Wanted,
    announce,
    drawing,
    new_request_key,
    offered,
    pressed,
    settings,
    to_calibrate,
    wanted,
)
from traceapp.web.languages import gettext, now
from traceapp.web.paging import after, sought

PEOPLE = (Role.MANAGER, Role.MEMBER)
MOST = 100_000
SHOWN = 10  # orders beside the lots


@door.get("/labels")
@only(*PEOPLE)
def labels() -> ResponseReturnValue:
    """The lots one may print labels for, a page at a time, beside the latest orders; or the orders alone."""
    session, whole = reader(), request.args.get("list") == "orders"
    orders = own_lists.page_prints(
        session, actor(), PrintKind.LABELS, after=after() if whole else None, limit=PAGE if whole else SHOWN
    )
    lots = own_lists.page_lots(session, actor(), typed=sought(), after=None if whole else after())
    return render_template(
        "cooperative/labels/list.html", orders=orders, page=lots, sought=sought(), whole=whole
    )


@door.route("/labels/new", methods=["GET", "POST"])
@only(*PEOPLE)
def new_labels() -> ResponseReturnValue:
    """Choose paper for the labels of a lot, and order them."""
    if "lot" not in request.args:
        return redirect(url_for(".labels"), 303)
    lot = stamping.own_lot(reader(), actor(), request.args["lot"])
    choice, form, marks = wanted(most=MOST, first_medium="a4-21"), OrderForm(), wanted_marks()
    form.count.label.text = gettext("Số lượng nhãn")
    if form.validate_on_submit():
        aside = to_calibrate(choice, ".new_labels", lot.public_id, **kept(marks))
        if aside is not None:
            return redirect(aside, 303)
        shown_again = pressed(choice)
        if shown_again is not None:
            return redirect(url_for(".new_labels", lot=lot.public_id, **shown_again, **kept(marks)), 303)
        try:
            if choice.fault:
                raise choice.fault
            order = _order(lot.public_id, choice, marks, form)
            return redirect(url_for(".print_run", public_id=order), 303)
        except RuleBroken as broken:
            form.blame(broken)
    return _choose(lot, choice, marks, form)


def wanted_marks() -> frozenset[str] | None:
    """The marks ticked, without one to be left off; None: nobody was asked yet."""
    if "asked" not in request.values:
        return None
    do = request.form.get("do", "")
    off = do.removeprefix("off:") if do.startswith("off:") else None
    return frozenset(mark[:40] for mark in request.values.getlist("mark")) - {off}


def kept(marks: frozenset[str] | None) -> dict[str, Any]:
    """The marks as parameters of an address."""
    return {} if marks is None else {"asked": 1, "mark": sorted(marks)}


def _order(lot_id: str, choice: Wanted, marks: frozenset[str] | None, form: OrderForm) -> str:
    with transaction() as session:
        lot = stamping.own_lot(session, actor(), lot_id)
        order = printing.order_labels(
            session,
            actor=actor(),
            trade_item=lot.trade_item,
            lot=lot,
            count=choice.count,
            choice=choice.choice,
            settings=settings(),
            request_key=form.request_key.data or None,
            now=now(),
            wanted=marks,
        )
        order_id, public_id = order.id, order.public_id
    announce(order_id)
    return public_id


def _choose(lot: Lot, choice: Wanted, marks: frozenset[str] | None, form: OrderForm) -> ResponseReturnValue:
    preview = printing.label_preview(
        reader(),
        item=lot.trade_item,
        lot=lot,
        count=choice.count,
        choice=choice.choice,
        settings=settings(),
        now=now(),
        wanted=marks,
    )
    page = render_template(
        "cooperative/labels/new.html",
        lot=lot,
        form=form,
        preview=preview,
        pictures_of=drawing,
        tone=printing.verdict_of(preview.checks),
        key=new_request_key(),
        label_fields=LABEL_FIELD_NAMES,
        advice=ADVICE,
        **offered(choice, LARGE, labels=True),
    )
    return page, 422 if form.is_submitted() else 200
