"""On the screen before it is on paper: one stamp or label in true millimetres, a sheet, a test page."""

import io
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy.orm import Session

from labels import preview, sheet
from labels.art import StampArt
from labels.errors import LabelError
from labels.face import LabelFace
from labels.media import Medium
from labels.qr import symbol
from labels.sheet import PagePlan, share_out
from traceapp.domain.days import today_in_vietnam
from traceapp.models import Lot, TradeItem
from traceapp.services.printing.checks import Check, label_checks, stamp_checks
from traceapp.services.printing.design import Choice, label_face, prefix_of, stamp_art
from traceapp.services.printing.machines import settled
from traceapp.services.printing.marks import LabelMark, label_marks
from traceapp.services.printing.media import printer
from traceapp.services.printing.refusals import as_rules
from traceapp.settings import Settings

SAMPLE_SERIAL = "TEST00000000"  # twelve characters that no key opens to a stamp
SAMPLE_PIN = "TEST00"


@dataclass(frozen=True, slots=True)
class Preview:
    """What a print would be: pictures (None: it cannot be drawn), checks, sheets needed."""

    svg: str | None
    guided: str | None
    checks: list[Check]
    sheets: int
    last_sheet: int
    version: int
    marks: tuple[LabelMark, ...] = ()


def stamp_preview(
    session: Session,
    *,
    item: TradeItem,
    lot: Lot | None,
    count: int,
    choice: Choice,
    settings: Settings,
    now: datetime,
    longest: bool = False,
) -> Preview:
    """What a run of stamps would look like, and what is to be said of it; raises what `settled` does."""
    choice = settled(session, item.party_id, choice)
    art = stamp_art(item, settings, longest=longest)
    prefix = prefix_of(item.subject, settings)
    checks = stamp_checks(session, item, lot, art, choice, settings, now)
    pages = _pages(choice, count)
    drawn = [_stamp(art, prefix, choice, guides=guides) for guides in (False, True)]
    version = symbol(prefix + SAMPLE_SERIAL, choice.level).version
    return Preview(drawn[0], drawn[1], checks, len(pages), len(pages[-1]), version)


def _stamp(art: StampArt, prefix: str, choice: Choice, *, guides: bool) -> str | None:
    dpi = printer(choice.printer_name).dpi
    try:
        return preview.stamp_svg(
            medium=choice.medium,
            art=art,
            prefix=prefix,
            serial=SAMPLE_SERIAL,
            pin=SAMPLE_PIN,
            level=choice.level,
            dpi=dpi,
            overlays=guides,
        )
    except LabelError:
        return None  # the checks say why


def label_preview(
    session: Session,
    *,
    item: TradeItem,
    lot: Lot | None,
    count: int,
    choice: Choice,
    settings: Settings,
    now: datetime,
    wanted: Collection[str] | None = None,
) -> Preview:
    """What a sheet of product labels would look like, and what is to be said of it and of its marks."""
    choice = settled(session, item.party_id, choice)
    today = today_in_vietnam(now)
    marks = label_marks(session, item, lot, today=today, wanted=wanted)
    face = label_face(session, item, lot, today, marks)
    checks = label_checks(session, item, lot, face, choice, settings, now, marks)
    pages = _pages(choice, count)
    drawn = [_label(face, choice, guides) for guides in (False, True)]
    return Preview(drawn[0], drawn[1], checks, len(pages), len(pages[-1]), 0, marks)


def _label(face: LabelFace, choice: Choice, guides: bool) -> str | None:
    try:
        dpi = printer(choice.printer_name).dpi
        return preview.label_svg(medium=choice.medium, face=face, dpi=dpi, overlays=guides)
    except LabelError:
        return None  # the checks say why


def sheet_picture(blank: Medium) -> str:
    """A small picture of a medium."""
    return preview.sheet_svg(blank)


def test_sheet(session: Session, item: TradeItem, choice: Choice, settings: Settings) -> bytes:
    """One page marked MẪU as PDF; its codes have the real size and open no stamp."""
    choice = settled(session, item.party_id, choice)
    blank, aim = choice.medium, choice.calibration
    sink = io.BytesIO()
    art = stamp_art(item, settings, test=True)
    pins = np.frombuffer(SAMPLE_PIN.encode() * blank.per_page, np.uint8).reshape(-1, len(SAMPLE_PIN))
    with as_rules():
        sheet.stamp_sheets(
            sink,
            medium=blank,
            art=art,
            pins=pins if art.pin else None,
            prefix=prefix_of(item.subject, settings),
            serials=[f"TEST{number:08}" for number in range(1, blank.per_page + 1)],
            level=choice.level,
            dpi=printer(choice.printer_name).dpi,
            calibration=aim,
            footer=sheet.SheetFooter("MẪU", calibration=aim.id) if aim else sheet.SheetFooter("MẪU"),
        )
    return sink.getvalue()


def _pages(choice: Choice, count: int) -> PagePlan:
    with as_rules():
        return share_out(choice.medium, count, choice.used_cells)
