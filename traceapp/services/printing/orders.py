"""Placing an order to print, and stopping it: the row is the order, whoever carries it out.

The design is frozen into the row when it is placed. Pausing and cancelling only change the row; the worker
looks at it between sheets.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from secrets import SystemRandom
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from labels.sheet import share_out
from traceapp.domain.actors import Actor
from traceapp.domain.days import today_in_vietnam
from traceapp.domain.errors import Conflict, Malformed, NotFound
from traceapp.domain.identifiers import new_public_id
from traceapp.domain.permissions import Act
from traceapp.domain.printing import PrintKind, PrintState
from traceapp.models import Lot, PrintRun, StampRun, TradeItem
from traceapp.services import journal
from traceapp.services.printing.checks import Check, label_checks, stamp_checks, verdict_of
from traceapp.services.printing.design import (
    Choice,
    frozen_art,
    frozen_face,
    frozen_medium,
    label_face,
    prefix_of,
    stamp_art,
)
from traceapp.services.printing.machines import frozen_aim, settled
from traceapp.services.printing.marks import check_known, label_marks
from traceapp.services.printing.media import printer
from traceapp.services.printing.printability import check_printable
from traceapp.services.printing.refusals import as_rules
from traceapp.services.stamping import check_live, check_stamps, end_run
from traceapp.settings import Settings

MOST_LABELS = 100_000
CANCELLED_WORDS = "Lệnh in đã hủy trước khi in xong"


def order_stamps(
    session: Session,
    *,
    actor: Actor,
    run: StampRun,
    choice: Choice,
    settings: Settings,
    request_key: str | None,
    now: datetime,
) -> PrintRun:
    """Order the stamps of a run on paper; the same request twice is the same order.

    Raises `request_key_reused`, `request_key_differs`, `print_blocked` with the first reason,
    `run_printed_already`, `run_void`, `medium_unknown`, `cell_unknown`, and what `settled` does.
    """
    actor.must(Act.PRINT_STAMPS)
    before = _asked_before(session, actor, run.trade_item, request_key)
    if before is not None:
        return _same(before, choice, before.stamp_run_id == run.id)
    if session.scalar(select(PrintRun.id).where(PrintRun.stamp_run_id == run.id)) is not None:
        raise Conflict("run_printed_already")
    check_live(run)
    item, choice = run.trade_item, settled(session, actor.party_id, choice)
    art = stamp_art(item, settings, pin=run.pin_key is not None)
    _check(stamp_checks(session, item, run.lot, art, choice, settings, now))
    check_stamps(session, run, None)
    design = {"art": frozen_art(art), "prefix": prefix_of(run.subject, settings), "level": choice.level}
    order = _placed(session, actor, item, run.lot, run.count, choice, settings, design, request_key, now)
    order.kind, order.stamp_run = PrintKind.STAMPS, run
    return _written(session, actor, order, now)


def order_labels(
    session: Session,
    *,
    actor: Actor,
    trade_item: TradeItem,
    lot: Lot | None,
    count: int,
    choice: Choice,
    settings: Settings,
    request_key: str | None,
    now: datetime,
    wanted: Collection[str] | None = None,
) -> PrintRun:
    """Order product labels of a lot, with the marks `wanted` (None: those that hold, and the last ones).

    As `order_stamps`, and raises `number_range`, `lot_of_other_item`, `mark_unknown`.
    """
    actor.must(Act.PRINT_STAMPS)
    before = _asked_before(session, actor, trade_item, request_key)
    if before is not None:
        asked = (PrintKind.LABELS, count, lot and lot.id)
        alike = wanted is None or set(before.design.get("marks", ())) == set(wanted)
        return _same(before, choice, alike and (before.kind, before.count, before.lot_id) == asked)
    if not 1 <= count <= MOST_LABELS:
        raise Malformed("number_range", field="count", given=count, least=1, most="100.000")
    today, choice = today_in_vietnam(now), settled(session, actor.party_id, choice)
    marks = label_marks(session, trade_item, lot, today=today, wanted=wanted)
    check_known(marks, wanted)
    face = label_face(session, trade_item, lot, today, marks)
    _check(label_checks(session, trade_item, lot, face, choice, settings, now, marks))
    design = {"face": frozen_face(face), "marks": [one.key for one in marks if one.wanted]}
    order = _placed(session, actor, trade_item, lot, count, choice, settings, design, request_key, now)
    order.kind = PrintKind.LABELS
    return _written(session, actor, order, now)


def _asked_before(
    session: Session, actor: Actor, item: TradeItem, request_key: str | None
) -> PrintRun | None:
    if item.party_id != actor.party_id:
        raise NotFound("record_not_found")
    session.execute(select(TradeItem.id).where(TradeItem.id == item.id).with_for_update())
    if request_key is None:
        return None
    order = session.scalar(select(PrintRun).where(PrintRun.request_key == request_key))
    if order is not None and (order.trade_item_id != item.id or order.created_by_id != actor.account_id):
        raise Conflict("request_key_reused")
    return order


def _same(order: PrintRun, choice: Choice, same_goods: bool) -> PrintRun:
    """The order placed before, if it is what is asked for now: a changed wish is not dropped in silence."""
    paper = (choice.medium_id, sorted(choice.used_cells), choice.machine)
    before = (order.medium_id, sorted(order.used_cells), order.design.get("machine", ""))
    if not same_goods or before != paper:
        raise Conflict("request_key_differs")
    return order


def _check(checks: Sequence[Check]) -> None:
    if verdict_of(checks) == "stop":
        first = next(check for check in checks if check.severity == "block")
        raise Conflict("print_blocked", rule=first.rule, found=first.sentence().rstrip("."))


def _placed(
    session: Session,
    actor: Actor,
    item: TradeItem,
    lot: Lot | None,
    count: int,
    choice: Choice,
    settings: Settings,
    design: dict[str, Any],
    request_key: str | None,
    now: datetime,
) -> PrintRun:
    with as_rules():
        sheets = len(share_out(choice.medium, count, choice.used_cells))
    machine = printer(choice.printer_name)
    if choice.machine or choice.calibration:  # orders without one keep the design they always had
        design = design | {"machine": choice.machine, "calibration": frozen_aim(choice.calibration)}
    order = PrintRun(
        public_id=new_public_id(SystemRandom()),
        trade_item=item,
        lot=lot,
        count=count,
        medium_id=choice.medium_id,
        medium=frozen_medium(choice.medium),
        design=design | {"dpi": machine.dpi, "printer": machine.id, "part_stamps": settings.part_stamps},
        used_cells=sorted(choice.used_cells),
        slices_total=sheets,
        created_at=now,
        created_by_id=actor.account_id,
        request_key=request_key,
    )
    session.add(order)
    return order


def _written(session: Session, actor: Actor, order: PrintRun, now: datetime) -> PrintRun:
    session.flush()
    run = order.stamp_run.public_id if order.stamp_run else None
    facts = {"kind": order.kind, "count": order.count, "medium": order.medium_id, "stamp_run": run}
    if aim := order.design.get("calibration"):
        facts["calibration"] = aim["id"]
    _record(session, actor, "ordered_print", order, now, facts)
    return order


# --- afterwards ---------------------------------------------------------------------------------------


def own_print(session: Session, actor: Actor, public_id: str, *, lock: bool = False) -> PrintRun:
    """An order of the actor's own party; NotFound otherwise."""
    query = (
        select(PrintRun)
        .join(TradeItem)
        .where(PrintRun.public_id == public_id, TradeItem.party_id == actor.party_id)
    )
    order = session.scalar(query.with_for_update(of=PrintRun) if lock else query)
    if order is None:
        raise NotFound("record_not_found")
    return order


def print_of(session: Session, run: StampRun) -> PrintRun | None:
    """The order that prints a run of stamps, if there is one."""
    return session.scalar(
        select(PrintRun).where(PrintRun.stamp_run_id == run.id).order_by(PrintRun.id.desc())
    )


def open_prints(session: Session, actor: Actor, *, limit: int = 20) -> Sequence[PrintRun]:
    """The orders of the actor's party that somebody waits for, or that failed; the newest first."""
    states = [state for state in PrintState if state.is_open or state is PrintState.FAILED]
    query = select(PrintRun).join(TradeItem).where(TradeItem.party_id == actor.party_id)
    return session.scalars(
        query.where(PrintRun.state.in_(states)).order_by(PrintRun.id.desc()).limit(limit)
    ).all()


def pause_print(session: Session, *, actor: Actor, order: PrintRun, now: datetime) -> PrintRun:
    """Stop after the sheet in hand; what is done is kept."""
    return _moved(session, actor, order, now, PrintState.PAUSED, {PrintState.QUEUED, PrintState.RUNNING})


def resume_print(session: Session, *, actor: Actor, order: PrintRun, now: datetime) -> PrintRun:
    """Go on where it stopped, also after a failure; raises what `check_printable` does."""
    if order.trade_item.party_id == actor.party_id and order.state in {PrintState.PAUSED, PrintState.FAILED}:
        check_printable(session, order, now)
    return _moved(session, actor, order, now, PrintState.QUEUED, {PrintState.PAUSED, PrintState.FAILED})


def cancel_print(session: Session, *, actor: Actor, order: PrintRun, now: datetime) -> PrintRun:
    """End an order that is not done; no file is offered, and its stamps are void for ever."""
    every = {PrintState.QUEUED, PrintState.RUNNING, PrintState.PAUSED, PrintState.FAILED}
    was_cancelled = order.state is PrintState.CANCELLED
    _moved(session, actor, order, now, PrintState.CANCELLED, every)
    run = order.stamp_run
    if run is not None and run.printed_at is None and not was_cancelled:  # paper that exists may be on goods
        end_run(session, actor=actor, run=run, reason=CANCELLED_WORDS, now=now)
    return order


def _moved(
    session: Session,
    actor: Actor,
    order: PrintRun,
    now: datetime,
    after: PrintState,
    allowed: set[PrintState],
) -> PrintRun:
    """Change the state; pressing the same button twice changes nothing the second time."""
    actor.must(Act.PRINT_STAMPS)
    if order.trade_item.party_id != actor.party_id:
        raise NotFound("record_not_found")
    if order.state is after:
        return order
    if order.state not in allowed:
        raise Conflict("print_state", found=order.state)
    facts = {"was": order.state, "sheets": order.slices_done}
    order.state, order.error = after, None
    act = {"paused": "paused_print", "queued": "resumed_print", "cancelled": "cancelled_print"}[after.value]
    _record(session, actor, act, order, now, facts)
    return order


def _record(
    session: Session, actor: Actor, act: str, order: PrintRun, now: datetime, facts: dict[str, object]
) -> None:
    subject = ("print_run", order.public_id)
    journal.record(session, actor=actor, act=act, subject=subject, now=now, facts=facts)
