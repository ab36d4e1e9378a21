"""Spoilt sheets printed once more: as new stamps in place of voided ones, or one sheet exactly alike.

Never silent: a reason, a row and a journal entry each time. The rules are `traceapp.domain.reprints`.
"""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from labels import sheet
from traceapp.domain.actors import Actor
from traceapp.domain.errors import Conflict, NotFound
from traceapp.domain.permissions import Act
from traceapp.domain.printing import PrintKind, PrintState
from traceapp.domain.reprints import IDENTICAL_WITHIN, ReprintReason, Share, check_identical
from traceapp.domain.serials import SerialKey
from traceapp.models import PrintRun, Reprint, StampRun, TradeItem
from traceapp.services import journal, stamping
from traceapp.services.printing.design import Choice, thawed_art, thawed_medium
from traceapp.services.printing.machines import printer_of, thawed_aim
from traceapp.services.printing.orders import order_stamps
from traceapp.services.printing.parts import Serials, footer_of
from traceapp.services.printing.sheets import stretch_of
from traceapp.settings import Settings

IN_JOURNAL: Final = {ReprintReason.JAM: "kẹt giấy", ReprintReason.FAINT: "mờ", ReprintReason.LOST: "mất"}


def reprint_anew(
    session: Session,
    *,
    actor: Actor,
    order: PrintRun,
    sheets: tuple[int, int],
    reason: ReprintReason,
    keys: Sequence[SerialKey],
    settings: Settings,
    request_key: str | None,
    now: datetime,
) -> PrintRun:
    """Void what the sheets hold and order as many new stamps for them; the same request twice is one order.

    Goods whose stamps are held or recalled get no new ones instead, nor do sheets that have new ones.
    Raises `reprint_not_done`, `stamps_recalled`, `stamps_on_hold`, `sheets_replaced`, and what issuing and
    ordering do.
    """
    run = _printed_run(actor, order)
    before = _asked_before(session, run, sheets, request_key)
    if before is not None:
        return before
    stretch = stretch_of(order, *sheets)
    stamping.check_stamps(session, run, stretch)
    stamping.check_replaceable(session, run, stretch)
    if stamping.balance(session, run, stretch).void < stretch.count:
        told = f"In lại tờ {_span(*sheets)}: {IN_JOURNAL[reason]}"
        stamping.void_stamps(session, actor=actor, run=run, reason=told, stretch=stretch, now=now)
    fresh = stamping.issue_stamps(
        session, actor=actor, trade_item=run.trade_item, lot=run.lot, count=stretch.count, key=keys[0],
        other_keys=keys[1:], request_key=request_key, now=now,
    )  # fmt: skip
    machine = printer_of(session, order)
    named = machine.public_id if machine is not None and machine.archived_at is None else ""
    choice = Choice(
        order.medium_id, order.design["printer"], level=order.design["level"], machine=named,
        calibration=thawed_aim(order.design.get("calibration")),
    )  # fmt: skip
    placed = order_stamps(
        session, actor=actor, run=fresh, choice=choice, settings=settings, request_key=request_key, now=now
    )
    row = _row(actor, run, sheets, reason, now)
    row.identical, row.replacement = False, fresh
    session.add(row)
    _record(session, actor, "reprinted_anew", row, now, {"replacement": fresh.public_id})
    return placed


def reprint_alike(
    session: Session,
    *,
    actor: Actor,
    order: PrintRun,
    sheets: tuple[int, int],
    reason: ReprintReason,
    destroyed: bool,
    now: datetime,
) -> Reprint:
    """Allow one sheet to be printed exactly alike; asked for twice, it is one reprint.

    Raises `reprint_not_done`, `stamps_void_already`, and what `check_identical`, `check_goods` and
    `check_stamps` do.
    """
    actor.must(Act.PRINT_STAMPS)
    run = _printed_run(actor, order)
    count = sheets[1] - sheets[0] + 1
    check_identical(reason, sheets=count, destroyed=destroyed, printed_at=order.finished_at, now=now)
    session.execute(select(TradeItem.id).where(TradeItem.id == order.trade_item_id).with_for_update())
    before = _alike(session, run, sheets[0])
    if before is not None:
        return before
    stretch = stretch_of(order, *sheets)
    stamping.check_goods(session, run.trade_item, run.lot, now)
    stamping.check_stamps(session, run, stretch)
    if stamping.balance(session, run, stretch).void == stretch.count:
        raise Conflict("stamps_void_already")
    row = _row(actor, run, sheets, reason, now)
    row.identical = True
    session.add(row)
    _record(session, actor, "reprinted_alike", row, now, {"destroyed": True})
    return row


def sheet_alike(
    session: Session, actor: Actor, order: PrintRun, number: int, *, keys: Sequence[SerialKey], now: datetime
) -> bytes:
    """The PDF of a sheet whose identical reprint was recorded, for a day after printing; else NotFound."""
    run = _printed_run(actor, order)
    if order.finished_at is None or now - order.finished_at > IDENTICAL_WITHIN:
        raise NotFound("record_not_found")
    if _alike(session, run, number) is None:
        raise NotFound("record_not_found")
    return sheet_of(order, number, keys)


def sheet_of(order: PrintRun, number: int, keys: Sequence[SerialKey]) -> bytes:
    """One sheet of an order as a PDF of its own: the page is the one in the order's file."""
    design, stretch = order.design, stretch_of(order, number, number)
    minted = Serials.of(order, keys)
    serials, art = minted.stretch(stretch.first, stretch.count), thawed_art(design["art"])
    used = frozenset(order.used_cells) if number == order.slices_total else frozenset()
    sink = io.BytesIO()
    sheet.stamp_sheets(
        sink, medium=thawed_medium(order.medium), art=art, prefix=design["prefix"], level=design["level"],
        dpi=design["dpi"], serials=serials, pins=minted.pins(serials) if art.pin else None, used_cells=used,
        calibration=thawed_aim(design.get("calibration")),
        footer=footer_of(order, number, order.slices_total),
    )  # fmt: skip
    return sink.getvalue()


# --- counted ------------------------------------------------------------------------------------------


def reprints_of(session: Session, run: StampRun) -> Sequence[Reprint]:
    """What was printed once more of a run, the newest first."""
    query = select(Reprint).where(Reprint.stamp_run_id == run.id).order_by(Reprint.id.desc())
    return session.scalars(query).all()


def replaced_by(session: Session, run: StampRun) -> Reprint | None:
    """The reprint for which a run was issued: the run it replaces stamps of, and which sheets."""
    return session.scalar(select(Reprint).where(Reprint.replacement_id == run.id))


def share_of_run(session: Session, run: StampRun, order: PrintRun) -> Share:
    """How many of a run's sheets were printed once more."""
    return Share(_sheets(session, Reprint.stamp_run_id == run.id), order.slices_total)


def share_of_party(session: Session, party_id: int) -> Share:
    """The same over every finished stamp order of a party."""
    printed = select(func.coalesce(func.sum(PrintRun.slices_total), 0)).join(TradeItem)
    mine = (TradeItem.party_id == party_id, PrintRun.kind == PrintKind.STAMPS)
    sheets = session.scalar(printed.where(*mine, PrintRun.state == PrintState.DONE)) or 0
    runs = select(StampRun.id).join(TradeItem).where(TradeItem.party_id == party_id)
    return Share(_sheets(session, Reprint.stamp_run_id.in_(runs)), int(sheets))


def _sheets(session: Session, which: ColumnElement[bool]) -> int:
    total = func.coalesce(func.sum(Reprint.last_sheet - Reprint.first_sheet + 1), 0)
    return int(session.scalar(select(total).where(which)) or 0)


def _printed_run(actor: Actor, order: PrintRun) -> StampRun:
    run = order.stamp_run
    if run is None or order.trade_item.party_id != actor.party_id:
        raise NotFound("record_not_found")
    if order.state is not PrintState.DONE:
        raise Conflict("reprint_not_done")
    return run


def _asked_before(
    session: Session, run: StampRun, sheets: tuple[int, int], request_key: str | None
) -> PrintRun | None:
    """The order of the same request for the same sheets; the trade item's row is the lock, as for issuing."""
    session.execute(select(TradeItem.id).where(TradeItem.id == run.trade_item_id).with_for_update())
    if request_key is None:
        return None
    query = select(PrintRun, Reprint).join(Reprint, Reprint.replacement_id == PrintRun.stamp_run_id)
    found = session.execute(
        query.where(Reprint.stamp_run_id == run.id, PrintRun.request_key == request_key)
    ).first()
    if found is None:
        return None
    if (found.Reprint.first_sheet, found.Reprint.last_sheet) != sheets:
        raise Conflict("request_key_differs")
    placed: PrintRun = found.PrintRun
    return placed


def _alike(session: Session, run: StampRun, number: int) -> Reprint | None:
    mine = (Reprint.stamp_run_id == run.id, Reprint.first_sheet == number, Reprint.identical)
    return session.scalar(select(Reprint).where(*mine))


def _row(
    actor: Actor, run: StampRun, sheets: tuple[int, int], reason: ReprintReason, now: datetime
) -> Reprint:
    return Reprint(
        stamp_run=run,
        first_sheet=sheets[0],
        last_sheet=sheets[1],
        reason=reason,
        created_by_id=actor.account_id,
        created_at=now,
    )


def _record(
    session: Session, actor: Actor, act: str, row: Reprint, now: datetime, facts: dict[str, object]
) -> None:
    told = {"sheets": _span(row.first_sheet, row.last_sheet), "reason": row.reason} | facts
    subject = ("stamp_run", row.stamp_run.public_id)
    journal.record(session, actor=actor, act=act, subject=subject, now=now, facts=told)


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"
