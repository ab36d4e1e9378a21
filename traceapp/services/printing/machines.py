"""Which printer an order is for, and what that brings: its kind, and how it lands on the paper chosen.

What an order was given is frozen in its row as JSON, so that measuring the printer again changes no file.
"""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from labels.calibration import Calibration as Aim
from traceapp.domain.actors import Actor
from traceapp.domain.errors import Conflict, NotFound
from traceapp.models import Calibration, NamedPrinter, PrintRun, TradeItem
from traceapp.services.printing.calibrations import aim_of, calibration_of
from traceapp.services.printing.design import Choice
from traceapp.services.printing.named_printers import printer_in_use

LOOKED_AT = 20  # orders; older ones say little of what stands on the desk today


def settled(session: Session, party_id: int | None, choice: Choice) -> Choice:
    """A choice with what its named printer brings: its kind, and its calibration on this medium.

    Raises NotFound for a printer that is not that party's, `printer_other_kind`.
    """
    if not choice.machine:
        return choice
    printer = printer_in_use(session, party_id, choice.machine)
    if printer is None:
        raise NotFound("record_not_found")
    if printer.kind != choice.medium.kind:
        raise Conflict("printer_other_kind", field="machine")
    row = calibration_of(session, printer, choice.medium)
    return replace(choice, printer=printer.model, calibration=aim_of(row) if row else None)


def frozen_aim(aim: Aim | None) -> dict[str, Any] | None:
    """An aim as JSON."""
    return None if aim is None else asdict(aim)


def thawed_aim(kept: Mapping[str, Any] | None) -> Aim | None:
    """The aim of a row; None in orders without one."""
    return None if kept is None else Aim(**kept)


def printer_of(session: Session, order: PrintRun) -> NamedPrinter | None:
    """The named printer of an order, in use or put away; None where none was named."""
    name = order.design.get("machine")
    return session.scalar(select(NamedPrinter).where(NamedPrinter.public_id == name)) if name else None


def last_printer(session: Session, actor: Actor, kind: str) -> str:
    """The printer this party last used on such paper, by ordering or by calibrating; nothing if none."""
    orders = session.execute(
        select(PrintRun.medium, PrintRun.design, PrintRun.created_at)
        .join(TradeItem)
        .where(TradeItem.party_id == actor.party_id)
        .order_by(PrintRun.id.desc())
        .limit(LOOKED_AT)
    )
    used = next((one for one in orders if one.medium["kind"] == kind), None)
    mine = select(Calibration).join(NamedPrinter).where(NamedPrinter.party_id == actor.party_id)
    fits = (Calibration.confirmed_at.is_not(None), NamedPrinter.archived_at.is_(None))
    sheets = NamedPrinter.model.startswith("thermal") == (kind == "roll")
    measured = session.scalar(
        mine.where(*fits, sheets).order_by(Calibration.confirmed_at.desc(), Calibration.id.desc()).limit(1)
    )
    at = measured.confirmed_at if measured is not None else None
    if measured is not None and at is not None and (used is None or used.created_at <= at):
        return measured.printer.public_id
    name = str(used.design.get("machine", "")) if used else ""
    return name if printer_in_use(session, actor.party_id, name) else ""
