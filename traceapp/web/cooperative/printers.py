"""One's own printers by name, and how each stands with the paper it prints on."""

from itertools import groupby
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import SelectField, StringField

from traceapp.domain.errors import Conflict
from traceapp.domain.permissions import Role
from traceapp.extensions import reader, transaction
from traceapp.i18n import N_
from traceapp.models import Calibration, NamedPrinter
from traceapp.services import printing
from traceapp.web.access import actor, only
from traceapp.web.acting import done
from traceapp.web.cooperative import door
from traceapp.web.cooperative.printing_forms import medium_name
from traceapp.web.entry import line
from traceapp.web.errors import sentence
from traceapp.web.forms import Form
from traceapp.web.languages import gettext, now

PEOPLE = (Role.MANAGER, Role.MEMBER)
MODELS = {
    "laser-600": N_("Máy in A4, 600 dpi (thường gặp nhất)"),
    "laser-300": N_("Máy in A4, 300 dpi"),
    "laser-1200": N_("Máy in A4, 1200 dpi"),
    "thermal-203": N_("Máy in tem nhiệt, 203 dpi (thường gặp nhất)"),
    "thermal-300": N_("Máy in tem nhiệt, 300 dpi"),
}


class PrinterForm(Form):
    """What people call it, and what kind it is."""

    name = StringField(
        N_("Tên máy in"), [line(60)], description=N_("Tên để nhận ra máy, ví dụ Canon 2900 ở văn phòng.")
    )
    model = SelectField(
        N_("Loại máy"),
        choices=MODELS,
        description=N_("Không rõ thì để loại thường gặp nhất."),
    )

    def keep_to(self, kind: str | None) -> None:
        """Offer only printers for such paper."""
        starts = {"sheet": "laser", "roll": "thermal"}.get(kind or "", "")
        self.model.choices = {
            value: told for value, told in self.model.choices.items() if value.startswith(starts)
        }


@door.get("/printers")
@only(*PEOPLE)
def printers() -> ResponseReturnValue:
    """The printers of the party: what each is calibrated for, and versions of before."""
    session, blank = reader(), asked_medium()
    rows = printing.list_printers(session, actor())
    return render_template(
        "cooperative/printers/list.html",
        told=[(row, _by_medium(row)) for row in rows if blank is None or row.kind == blank.kind],
        away=printing.list_printers(session, actor(), archived=True),
        models=MODELS,
        medium_name=medium_name,
        blank=blank,
        back=way_back(),
    )


def _by_medium(row: NamedPrinter) -> list[tuple[str, Calibration | None, list[Calibration]]]:
    """Each medium of a printer: the version in use if there is one, and every version, the newest first."""
    session, found = reader(), []
    for medium_id, versions in groupby(printing.calibrations_of(session, row), lambda one: one.medium_id):
        if medium_id in printing.media():
            used = printing.calibration_of(session, row, printing.medium(medium_id))
            found.append((medium_id, used, list(versions)))
    return found


def asked_medium() -> printing.Medium | None:
    """The medium the address names, if we know it."""
    name = request.values.get("medium", "")
    return printing.medium(name) if name in printing.media() else None


def way_back() -> str:
    """The order somebody left to calibrate; nothing for an address that is no order of ours."""
    asked = request.values.get("back", "")[:4000]
    orders = tuple(f"{url_for(endpoint)}?" for endpoint in (".new_stamps", ".new_labels"))
    return asked if asked.startswith(orders) and asked.isascii() and asked.isprintable() else ""


@door.route("/printers/new", methods=["GET", "POST"])
@only(*PEOPLE)
def new_printer() -> ResponseReturnValue:
    """Name a printer, and go on to calibrate it."""
    form, blank = PrinterForm(), asked_medium()
    form.keep_to(blank.kind if blank else None)

    def deed(session: Session) -> str:
        told = {"name": form.name.data or "", "model": form.model.data}
        return printing.add_printer(session, actor=actor(), now=now(), **told).public_id

    made = done(form, deed)
    if made is None:
        return _edited(form, None)
    told: dict[str, Any] = {"medium": blank.id if blank else None, "back": way_back() or None}
    return redirect(url_for(".measure_printer", public_id=made, **told), 303)


@door.route("/printers/<public_id>/edit", methods=["GET", "POST"])
@only(*PEOPLE)
def edit_printer(public_id: str) -> ResponseReturnValue:
    """Call a printer something else."""
    row = printing.own_printer(reader(), actor(), public_id)
    form = PrinterForm(data={"name": row.name, "model": row.model})
    form.keep_to(row.kind)

    def deed(session: Session) -> NamedPrinter:
        mine = printing.own_printer(session, actor(), public_id)
        told = {"name": form.name.data or "", "model": form.model.data}
        return printing.rename_printer(session, actor=actor(), row=mine, now=now(), **told)

    if done(form, deed) is None:
        return _edited(form, row)
    flash(gettext("Đã lưu tên máy in."), "ok")
    return redirect(url_for(".printers"), 303)


def _edited(form: PrinterForm, row: NamedPrinter | None) -> ResponseReturnValue:
    page = render_template(
        "cooperative/printers/edit.html", form=form, printer=row, back=way_back(), blank=asked_medium()
    )
    return page, 422 if form.errors or form.form_errors else 200


@door.post("/printers/<public_id>/<any(archive, restore):act>")
@only(*PEOPLE)
def shelve_printer(public_id: str, act: str) -> ResponseReturnValue:
    """Take a name from the list, or put it back."""
    shelve = printing.archive_printer if act == "archive" else printing.restore_printer
    try:
        with transaction() as session:
            mine = printing.own_printer(session, actor(), public_id, archived=True)
            name = shelve(session, actor=actor(), row=mine, now=now()).name
    except Conflict as broken:
        flash(sentence(broken), "stop")
        return redirect(url_for(".printers"), 303)
    if act == "archive":
        return redirect(url_for(".printers", away=public_id), 303)
    flash(gettext("Đã lấy lại máy in {name}.", name=name), "ok")
    return redirect(url_for(".printers"), 303)
