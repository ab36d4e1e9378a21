"""A printer measured against a medium: the sheet, its four numbers, the confirming print, the way back.

Every measuring is a new version; orders are printed with the newest that somebody confirmed. What an order
was given is frozen in its row, so that a later version changes no file. experience.md, section 6.
"""

import hashlib
import io
import json
import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from secrets import SystemRandom

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from labels.calibration import NEUTRAL
from labels.calibration import Calibration as Aim
from labels.calibration_sheet import calibration_sheet, comb_cells, ruler_length
from labels.media import Medium, cells, placed
from traceapp.domain.actors import Actor
from traceapp.domain.calibration import check_print, check_reach, parse_reading, parse_ruler
from traceapp.domain.errors import Conflict, Malformed, NotFound
from traceapp.domain.identifiers import new_public_id
from traceapp.domain.permissions import Act
from traceapp.models import Calibration, NamedPrinter
from traceapp.services import journal
from traceapp.services.locking import lock
from traceapp.services.printing.media import medium

COMBS = ("a", "b", "c", "d")  # as the sheet's letters: across and down at the first label, then at the last


def combs_of(blank: Medium) -> tuple[str, ...]:
    """The combs of a medium's sheet, by their letters: four, or two where a roll has one label across."""
    return COMBS[: 2 * len(comb_cells(blank))]


def ruler_of(blank: Medium) -> float:
    """How long the ruler of a medium's sheet is, in mm."""
    return ruler_length(blank)


def measure_printer(
    session: Session,
    *,
    actor: Actor,
    printer: NamedPrinter,
    medium_id: str,
    readings: Mapping[str, str],
    ruler: str,
    read_on: Calibration | None,
    now: datetime,
) -> Calibration:
    """The next version, from what was read off a sheet; it prints nothing until it is confirmed.

    `readings` by comb, as typed. `read_on`: the version the sheet was printed with; its aim is added to.
    Raises `reading_missing`, `_format`, `_range`, `ruler_wrong`, `print_scaled`, `print_skewed`,
    `calibration_far`, `printer_other_kind`, `medium_unknown`. The same numbers sent twice are one version.
    """
    actor.must(Act.PRINT_STAMPS)
    _check_usable(actor, printer)
    blank = _fitting(printer, medium_id)
    if read_on is not None and (read_on.printer_id, read_on.medium_id) != (printer.id, blank.id):
        raise NotFound("record_not_found")
    read = [_read(readings.get(comb, ""), comb) for comb in combs_of(blank)]
    long = parse_ruler(ruler, ruler_length(blank), field="ruler")
    aim = _aim(blank, read, aim_of(read_on))
    _hold(session, actor, printer)
    newest = _newest(session, printer, blank)
    told = [str(number) for number in read]
    before = read_on.id if read_on else None
    if newest is not None and (newest.readings, newest.read_on_id, newest.restores_id) == (
        told, before, None,
    ):  # fmt: skip
        return newest
    row = _version(printer, blank, aim, newest, actor, now)
    row.readings, row.ruler_mm, row.read_on = told, long, read_on
    session.add(row)
    return _written(session, actor, row, "measured_printer", now)


def confirm_calibration(session: Session, *, actor: Actor, row: Calibration, now: datetime) -> Calibration:
    """Somebody held the confirming print against the labels, and it fits. Raises `calibration_superseded`."""
    actor.must(Act.PRINT_STAMPS)
    _hold(session, actor, row.printer)
    session.refresh(row)  # somebody may have confirmed it meanwhile
    if row.confirmed_at is not None:
        return row
    now_used = calibration_of(session, row.printer, medium(row.medium_id))
    if now_used is not None and now_used.version > row.version:
        raise Conflict("calibration_superseded")
    row.confirmed_at = now
    return _written(session, actor, row, "confirmed_calibration", now)


def restore_calibration(session: Session, *, actor: Actor, row: Calibration, now: datetime) -> Calibration:
    """Go back to a version that fitted: its numbers become the next version, in use at once.

    Raises `calibration_unconfirmed`. Going back to what is in use changes nothing.
    """
    actor.must(Act.PRINT_STAMPS)
    _check_usable(actor, row.printer)
    if row.confirmed_at is None:
        raise Conflict("calibration_unconfirmed")
    _hold(session, actor, row.printer)
    blank = medium(row.medium_id)
    now_used = calibration_of(session, row.printer, blank)
    if now_used is not None and row.id in {now_used.id, now_used.restores_id}:
        return now_used
    fresh = _version(row.printer, blank, aim_of(row), _newest(session, row.printer, blank), actor, now)
    fresh.geometry, fresh.readings, fresh.ruler_mm = row.geometry, row.readings, row.ruler_mm
    fresh.read_on, fresh.restores, fresh.confirmed_at = row.read_on, row, now
    session.add(fresh)
    return _written(session, actor, fresh, "restored_calibration", now)


# --- found again --------------------------------------------------------------------------------------


def own_calibration(session: Session, actor: Actor, public_id: str) -> Calibration:
    """A version of a printer in use of the actor's own party; NotFound otherwise."""
    query = select(Calibration).join(NamedPrinter).where(Calibration.public_id == public_id)
    row = session.scalar(
        query.where(NamedPrinter.party_id == actor.party_id, NamedPrinter.archived_at.is_(None))
    )
    if row is None:
        raise NotFound("record_not_found")
    return row


def calibration_of(session: Session, printer: NamedPrinter, blank: Medium) -> Calibration | None:
    """What is printed with: the newest confirmed version; None where the medium's numbers changed since."""
    mine = (Calibration.printer_id == printer.id, Calibration.medium_id == blank.id)
    query = select(Calibration).where(*mine, Calibration.confirmed_at.is_not(None))
    row = session.scalar(query.order_by(Calibration.version.desc()).limit(1))
    return row if row is not None and row.geometry == geometry_of(blank) else None


def calibrations_of(session: Session, printer: NamedPrinter) -> Sequence[Calibration]:
    """Every version of a printer, by medium, the newest first."""
    query = select(Calibration).where(Calibration.printer_id == printer.id)
    return session.scalars(query.order_by(Calibration.medium_id, Calibration.version.desc())).all()


# --- on paper -----------------------------------------------------------------------------------------


def aim_of(row: Calibration | None) -> Aim:
    """Where a version aims; straight at the page's own numbers without one."""
    if row is None:
        return NEUTRAL
    dx0, dy0, sx, sy, skew = (float(number) for number in (row.dx0, row.dy0, row.sx, row.sy, row.skew))
    return Aim(dx0, dy0, sx, sy, skew, row.public_id)


def drawn_sheet(blank: Medium, row: Calibration | None, *, words: str, note: str) -> bytes:
    """The calibration sheet as PDF: as the page's numbers say, or as a version aims."""
    sink = io.BytesIO()
    calibration_sheet(sink, blank, calibration=aim_of(row), words=words, note=note)
    return sink.getvalue()


def geometry_of(blank: Medium) -> str:
    """Sixteen characters that stand for a medium's numbers."""
    numbers = (blank.page_w, blank.page_h, blank.nx, blank.ny, blank.x0, blank.y0, blank.dx, blank.dy)
    return hashlib.sha256(json.dumps([*numbers, blank.w, blank.h]).encode()).hexdigest()[:16]


def moves_of(row: Calibration) -> list[tuple[Decimal, Decimal]]:
    """How far to the right and down a version moves the first label and the last, in tenths of a mm."""
    blank, aim = medium(row.medium_id), aim_of(row)
    corners, drawn = cells(blank), placed(blank, aim)
    moves = [(drawn[at][0] - corners[at][0], drawn[at][1] - corners[at][1]) for at in comb_cells(blank)]
    return [(round(Decimal(across), 1), round(Decimal(down), 1)) for across, down in moves]


def _aim(blank: Medium, read: Sequence[Decimal], before: Aim) -> Aim:
    """Where to aim, from readings on a sheet that was drawn with the aim before."""
    corners, drawn, spots = cells(blank), placed(blank, before), comb_cells(blank)
    moved = [part for at in spots for part in (drawn[at][0] - corners[at][0], drawn[at][1] - corners[at][1])]
    whole = [float(number) + part for number, part in zip(read, moved, strict=True)]
    check_reach([round(Decimal(number), 2) for number in whole])
    if len(spots) == 1:
        return Aim.from_reading((-whole[0], -whole[1]))
    first, last = corners[spots[0]], corners[spots[1]]
    size = (blank.w, blank.h)
    aim = Aim.from_combs(size, first, (whole[0], whole[1]), last, (whole[2], whole[3]))
    check_print(aim.sx, aim.skew, math.dist(first, last))
    return aim


def _read(typed: str, comb: str) -> Decimal:
    if not typed.strip():
        raise Malformed("reading_missing", field=comb)
    return parse_reading(typed, field=comb)


def _fitting(printer: NamedPrinter, medium_id: str) -> Medium:
    blank = medium(medium_id)
    if blank.kind != printer.kind:
        raise Conflict("printer_other_kind", field="medium")
    return blank


def _check_usable(actor: Actor, printer: NamedPrinter) -> None:
    if printer.party_id != actor.party_id or printer.archived_at is not None:
        raise NotFound("record_not_found")


def _hold(session: Session, actor: Actor, printer: NamedPrinter) -> None:
    """Until the commit nobody else measures, confirms or puts away; one put away meanwhile is not there."""
    _check_usable(actor, printer)
    lock(session, printer)
    _check_usable(actor, printer)


def _newest(session: Session, printer: NamedPrinter, blank: Medium) -> Calibration | None:
    mine = (Calibration.printer_id == printer.id, Calibration.medium_id == blank.id)
    last = select(func.max(Calibration.version)).where(*mine).scalar_subquery()
    return session.scalar(select(Calibration).where(*mine, Calibration.version == last))


def _version(
    printer: NamedPrinter, blank: Medium, aim: Aim, newest: Calibration | None, actor: Actor, now: datetime
) -> Calibration:
    numbers = {name: Decimal(str(getattr(aim, name))) for name in ("dx0", "dy0", "sx", "sy", "skew")}
    return Calibration(
        printer=printer,
        medium_id=blank.id,
        version=newest.version + 1 if newest else 1,
        geometry=geometry_of(blank),
        public_id=new_public_id(SystemRandom()),
        created_by_id=actor.account_id,
        created_at=now,
        **numbers,
    )


def _written(session: Session, actor: Actor, row: Calibration, act: str, now: datetime) -> Calibration:
    session.flush()
    facts = {"medium": row.medium_id, "printer": row.printer.public_id, "version": row.version}
    subject = ("calibration", row.public_id)
    journal.record(session, actor=actor, act=act, subject=subject, now=now, facts=facts)
    return row
