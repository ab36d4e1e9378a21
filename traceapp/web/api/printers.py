"""One's own printers by program: named, measured, confirmed, put away; the sheets to measure with.

A program takes the sheet to its printer; a person reads it and says whether the comparing print fits.
"""

from typing import Any

from flask import Response
from pydantic import Field
from sqlalchemy.orm import Session

from traceapp import models
from traceapp.domain.actors import Actor
from traceapp.extensions import reader
from traceapp.i18n import N_
from traceapp.services import printing
from traceapp.web.api import printer_shapes as told
from traceapp.web.api import shapes, showing
from traceapp.web.api.acting import NEEDS_KEY, caller, once
from traceapp.web.api.book import PRINTING, acts, door
from traceapp.web.api.ordering import DRAWN, MEDIUM
from traceapp.web.api.refusals import refused
from traceapp.web.api.signing import PDF
from traceapp.web.calibration_words import sheet_words
from traceapp.web.languages import now

act = acts(PRINTING, told.PrinterShape)
act_on_version = acts(PRINTING, told.CalibrationShape)
MODEL = "^(laser|thermal)-[0-9]{3,4}$"


class PrinterWish(shapes.Question):
    """What people call it, and what kind it is."""

    name: str = Field(max_length=200)
    model: str = Field("laser-600", pattern=MODEL)


class SheetQuestion(shapes.Question):
    """For which paper."""

    medium: str = Field(pattern=MEDIUM, description=N_("Mã khổ giấy trong `/media`"))


class Measured(SheetQuestion):
    """What was read off a sheet."""

    readings: dict[str, str] = Field(
        description=N_("Số đọc ở mỗi thước răng, mm: a, b, c, d; cuộn một tem một hàng chỉ có a, b")
    )
    ruler: str = Field("100", max_length=20, description=N_("Thước in ra dài bao nhiêu mm"))
    read_on: str | None = Field(
        None, pattern=shapes.PUBLIC_ID, description=N_("Lần căn chỉnh ghi trên tờ được đo")
    )


@door.get(
    "/own/printers",
    summary=N_("Máy in của đơn vị mình, với mọi lần căn chỉnh"),
    tags=[PRINTING],
    responses={200: told.Printers, **refused(401)},
    security=NEEDS_KEY,
)
def list_own_printers() -> Response:
    """Every printer, those put away too."""
    session, actor = reader(), caller()
    rows = [row for away in (False, True) for row in printing.list_printers(session, actor, archived=away)]
    return showing.answer(told.Printers(items=[_printer(session, row) for row in rows]))


@act("/own/printers", summary=N_("Đặt tên một máy in"))
@once
def add_printer(session: Session, actor: Actor, body: PrinterWish) -> told.PrinterShape:
    """A printer by its name."""
    row = printing.add_printer(session, actor=actor, name=body.name, model=body.model, now=now())
    return _printer(session, row)


@act("/own/printers/<public_id>", summary=N_("Đổi tên một máy in, hoặc sửa loại máy"))
@once
def rename_printer(
    session: Session, actor: Actor, path: shapes.Named, body: PrinterWish
) -> told.PrinterShape:
    """Another name."""
    row = printing.own_printer(session, actor, path.public_id.upper())
    printing.rename_printer(session, actor=actor, row=row, name=body.name, model=body.model, now=now())
    return _printer(session, row)


@act("/own/printers/<public_id>/archive", summary=N_("Xóa một máy in khỏi danh sách; lấy lại được"))
@once
def archive_printer(session: Session, actor: Actor, path: shapes.Named) -> told.PrinterShape:
    """Put a name away."""
    row = printing.own_printer(session, actor, path.public_id.upper(), archived=True)
    return _printer(session, printing.archive_printer(session, actor=actor, row=row, now=now()))


@act("/own/printers/<public_id>/restore", summary=N_("Lấy lại một máy in đã xóa"))
@once
def restore_printer(session: Session, actor: Actor, path: shapes.Named) -> told.PrinterShape:
    """Take a name back."""
    row = printing.own_printer(session, actor, path.public_id.upper(), archived=True)
    return _printer(session, printing.restore_printer(session, actor=actor, row=row, now=now()))


@door.get(
    "/own/printers/<public_id>/sheet",
    summary=N_("Tờ căn chỉnh của một khổ giấy, bằng PDF"),
    tags=[PRINTING],
    responses={**PDF, **refused(401, 404)},
    security=NEEDS_KEY,
)
@DRAWN
def read_calibration_sheet(path: shapes.Named, query: SheetQuestion) -> Response:
    """The sheet to measure, as if no printer erred."""
    printing.own_printer(reader(), caller(), path.public_id.upper())
    return _sheet(printing.medium(query.medium), None)


@act_on_version(
    "/own/printers/<public_id>/calibrations", summary=N_("Ghi các số đọc trên tờ căn chỉnh; chưa dùng để in")
)
@once
def measure_printer(
    session: Session, actor: Actor, path: shapes.Named, body: Measured
) -> told.CalibrationShape:
    """The next version."""
    row = printing.measure_printer(
        session,
        actor=actor,
        printer=printing.own_printer(session, actor, path.public_id.upper()),
        medium_id=body.medium,
        readings=body.readings,
        ruler=body.ruler,
        read_on=printing.own_calibration(session, actor, body.read_on.upper()) if body.read_on else None,
        now=now(),
    )
    return _version(session, row)


@door.get(
    "/own/calibrations/<public_id>/sheet",
    summary=N_("Tờ so của một lần căn chỉnh, bằng PDF"),
    tags=[PRINTING],
    responses={**PDF, **refused(401, 404)},
    security=NEEDS_KEY,
)
@DRAWN
def read_confirming_sheet(path: shapes.Named) -> Response:
    """The sheet once more, as this version aims."""
    row = printing.own_calibration(reader(), caller(), path.public_id.upper())
    return _sheet(printing.medium(row.medium_id), row)


@act_on_version("/own/calibrations/<public_id>/confirm", summary=N_("Tờ so đã khớp: lệnh in dùng lần này"))
@once
def confirm_calibration(session: Session, actor: Actor, path: shapes.Named) -> told.CalibrationShape:
    """It fits."""
    row = printing.own_calibration(session, actor, path.public_id.upper())
    return _version(session, printing.confirm_calibration(session, actor=actor, row=row, now=now()))


@act_on_version("/own/calibrations/<public_id>/restore", summary=N_("Dùng lại một lần căn chỉnh trước"))
@once
def restore_calibration(session: Session, actor: Actor, path: shapes.Named) -> told.CalibrationShape:
    """Go back to this one: its numbers as a new version."""
    row = printing.own_calibration(session, actor, path.public_id.upper())
    return _version(session, printing.restore_calibration(session, actor=actor, row=row, now=now()))


def _printer(session: Session, row: models.NamedPrinter) -> told.PrinterShape:
    return told.PrinterShape(
        public_id=row.public_id,
        name=row.name,
        model=row.model,
        kind=row.kind,
        archived=row.archived_at is not None,
        calibrations=[_version(session, one) for one in printing.calibrations_of(session, row)],
    )


def _version(session: Session, row: models.Calibration) -> told.CalibrationShape:
    known = row.medium_id in printing.media()
    blank = printing.medium(row.medium_id) if known else None
    used = printing.calibration_of(session, row.printer, blank) if blank is not None else None
    numbers: dict[str, Any] = {
        "offset_x": float(row.dx0), "offset_y": float(row.dy0), "scale_x": float(row.sx),
        "scale_y": float(row.sy), "skew": float(row.skew), "ruler_mm": float(row.ruler_mm),
    }  # fmt: skip
    return told.CalibrationShape(
        public_id=row.public_id,
        printer=row.printer.public_id,
        medium=row.medium_id,
        version=row.version,
        readings=dict(zip(printing.COMBS, row.readings, strict=False)),
        read_on=row.read_on.public_id if row.read_on else None,
        restores=row.restores.public_id if row.restores else None,
        created_at=row.created_at,
        confirmed_at=row.confirmed_at,
        in_use=used is not None and used.id == row.id,
        **numbers,
    )


def _sheet(blank: printing.Medium, row: models.Calibration | None) -> Response:
    words, note = sheet_words(blank.name, row.public_id if row else None)
    drawn = printing.drawn_sheet(blank, row, words=words, note=note)
    return Response(drawn, content_type="application/pdf")
