"""Căn chỉnh máy in: a sheet, four numbers, a print to hold against the labels, and "Khớp rồi".

experience.md, section 6: at most sixty seconds of a person's work.
"""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import StringField
from wtforms.validators import InputRequired

from traceapp.domain.calibration import parse_reading
from traceapp.domain.errors import Conflict, NotFound
from traceapp.domain.numbers import format_number
from traceapp.domain.permissions import Role
from traceapp.extensions import reader, transaction
from traceapp.i18n import N_
from traceapp.models import Calibration, NamedPrinter
from traceapp.services import printing
from traceapp.web.access import actor, only
from traceapp.web.acting import done
from traceapp.web.calibration_words import sheet_words
from traceapp.web.cooperative import door
from traceapp.web.cooperative.printers import asked_medium, way_back
from traceapp.web.cooperative.printing_forms import COMMON, medium_name
from traceapp.web.entry import By
from traceapp.web.errors import sentence
from traceapp.web.forms import Form
from traceapp.web.languages import gettext, now

PEOPLE = (Role.MANAGER, Role.MEMBER)


class MeasureForm(Form):
    """The number at each comb, and what the ruler measures."""

    a = StringField(N_("A: mép trái ô đầu tiên"), [InputRequired(), By(parse_reading)])
    b = StringField(N_("B: mép trên ô đầu tiên"), [InputRequired(), By(parse_reading)])
    c = StringField(N_("C: mép trái ô cuối cùng"), [InputRequired(), By(parse_reading)])
    d = StringField(N_("D: mép trên ô cuối cùng"), [InputRequired(), By(parse_reading)])
    ruler = StringField(N_("Thước in ra dài bao nhiêu mm"), [InputRequired()])

    def keep_to(self, blank: printing.Medium) -> None:
        """Ask only for the combs of this medium's sheet, and say how long its ruler ought to be."""
        for comb in set(printing.COMBS) - set(printing.combs_of(blank)):
            del self[comb]
        mm = format_number(int(printing.ruler_of(blank)))
        self.ruler.description = gettext("Thước in đúng thì dài {mm} mm. Đo khác thì gõ số đo được.", mm=mm)
        if not self.is_submitted():
            self.ruler.data = mm


@door.route("/printers/<public_id>/measure", methods=["GET", "POST"])
@only(*PEOPLE)
def measure_printer(public_id: str) -> ResponseReturnValue:
    """Take the sheet, type its numbers; `after`: they were read on the print of that version."""
    printer = printing.own_printer(reader(), actor(), public_id)
    blank, form = _medium_for(printer), MeasureForm()
    after = _read_on(printer, blank)
    form.keep_to(blank)
    row = done(form, lambda session: _measured(session, public_id, blank, form))
    if row is not None:
        return redirect(url_for(".calibration", public_id=row, back=way_back() or None), 303)
    page = render_template(
        "cooperative/printers/measure.html",
        printer=printer,
        blank=blank,
        form=form,
        after=after,
        used=printing.calibration_of(reader(), printer, blank),
        media=[one for one in printing.media().values() if one.kind == printer.kind],
        medium_name=medium_name,
        back=way_back(),
    )
    return page, 422 if form.errors or form.form_errors else 200


def _medium_for(printer: NamedPrinter) -> printing.Medium:
    """The medium asked for; else the usual one of the printer's kind."""
    asked = asked_medium()
    return (
        asked
        if asked is not None and asked.kind == printer.kind
        else printing.medium(COMMON[printer.kind][0])
    )


def _read_on(printer: NamedPrinter, blank: printing.Medium) -> Calibration | None:
    name = request.values.get("after", "")
    if not name:
        return None
    row = printing.own_calibration(reader(), actor(), name)
    if (row.printer_id, row.medium_id) != (printer.id, blank.id):
        raise NotFound("record_not_found")
    return row


def _measured(session: Session, public_id: str, blank: printing.Medium, form: MeasureForm) -> str:
    name = request.values.get("after", "")
    row = printing.measure_printer(
        session,
        actor=actor(),
        printer=printing.own_printer(session, actor(), public_id),
        medium_id=blank.id,
        readings={comb: form[comb].data or "" for comb in printing.combs_of(blank)},
        ruler=form.ruler.data or "",
        read_on=printing.own_calibration(session, actor(), name) if name else None,
        now=now(),
    )
    return row.public_id


@door.get("/printers/<public_id>/sheet.pdf")
@only(*PEOPLE)
def calibration_sheet(public_id: str) -> ResponseReturnValue:
    """The sheet to measure, as if no printer erred."""
    printer = printing.own_printer(reader(), actor(), public_id)
    return _sheet(_medium_for(printer), None)


@door.get("/calibrations/<public_id>")
@only(*PEOPLE)
def calibration(public_id: str) -> ResponseReturnValue:
    """A version: what it does, its print to compare, and whether it fits."""
    row = printing.own_calibration(reader(), actor(), public_id)
    blank = printing.medium(row.medium_id)
    return render_template(
        "cooperative/printers/check.html",
        row=row,
        blank=blank,
        spots=printing.moves_of(row),
        used=printing.calibration_of(reader(), row.printer, blank),
        medium_name=medium_name,
        back=way_back(),
    )


@door.get("/calibrations/<public_id>/sheet.pdf")
@only(*PEOPLE)
def confirming_sheet(public_id: str) -> ResponseReturnValue:
    """The sheet once more, as this version aims."""
    row = printing.own_calibration(reader(), actor(), public_id)
    return _sheet(printing.medium(row.medium_id), row)


@door.post("/calibrations/<public_id>/<any(confirm, restore):act>")
@only(*PEOPLE)
def settle_calibration(public_id: str, act: str) -> ResponseReturnValue:
    """It fits; or: go back to this one."""
    settle = printing.confirm_calibration if act == "confirm" else printing.restore_calibration
    try:
        with transaction() as session:
            mine = printing.own_calibration(session, actor(), public_id)
            row = settle(session, actor=actor(), row=mine, now=now())
            told = {"name": row.printer.name, "id": row.public_id, "medium": medium_name(row.medium_id)}
            printer = row.printer.public_id
    except Conflict as broken:
        flash(sentence(broken), "stop")
        return redirect(url_for(".calibration", public_id=public_id, back=way_back() or None), 303)
    flash(gettext("Đã căn chỉnh {name} với khổ {medium}. Lề tờ in sẽ ghi căn chỉnh {id}.", **told), "ok")
    back = way_back()
    return redirect(f"{back}&p={printer}" if back else url_for(".printers"), 303)


def _sheet(blank: printing.Medium, row: Calibration | None) -> Response:
    words, note = sheet_words(blank.name, row.public_id if row else None)
    name = f"to-so-{blank.id}-{row.public_id}.pdf" if row else f"can-chinh-{blank.id}.pdf"
    drawn = printing.drawn_sheet(blank, row, words=words, note=note)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(drawn, mimetype="application/pdf", headers=headers)
