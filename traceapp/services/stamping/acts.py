"""Activation, voiding and undoing, of a run or a stretch of it.

Who did the last act, and what stood before it, is read from the journal: that is where an undo takes it
from. A void stamp stays void whatever is activated around it. trust.md section 3.
"""

import json
from datetime import datetime

from sqlalchemy.orm import Session

from traceapp.domain import stamps
from traceapp.domain.actors import Actor
from traceapp.domain.errors import Conflict, Malformed
from traceapp.domain.permissions import Act
from traceapp.domain.stamps import StampRange, StampState
from traceapp.domain.text import clean_line
from traceapp.models import JournalEntry, Lot, StampException, StampRun
from traceapp.services import journal
from traceapp.services.stamping.issuing import check_goods
from traceapp.services.stamping.stock import Segments, check_own, record, segments, within

ACTIVATED, VOIDED, UNDONE = "activated_stamps", "voided_stamps", "undid_stamps"


def mark_printed(run: StampRun, now: datetime) -> None:
    """The paper exists: minted stamps may now be activated."""
    if run.state is StampState.MINTED:
        run.state, run.state_at = StampState.PRINTED, now


def activate_run(
    session: Session,
    *,
    actor: Actor,
    run: StampRun,
    now: datetime,
    lot: Lot | None = None,
    stretch: StampRange | None = None,
    reason: str = "",
) -> StampRun:
    """Put the printed stamps of a run, or of a stretch of it, on goods of a lot; void ones stay void.

    Raises `activation_needs_lot`, `run_has_other_lot`, `stamps_not_printed`, `stamps_active_already`,
    `stamps_void_already` and what `check_goods` does.
    """
    actor.must(Act.ACTIVATE_STAMPS)
    check_own(actor, run.trade_item)
    given = _give_lot(run, lot)
    check_goods(session, run.trade_item, run.lot, now)
    before = _steppable(run, stretch, StampState.ACTIVATED)
    was = run.state
    if stretch is None:
        run.state, run.activated_at = StampState.ACTIVATED, run.activated_at or now
    _write_exceptions(session, run, before, StampState.ACTIVATED, actor, now)
    run.state_at = now
    _told(
        session,
        actor,
        ACTIVATED,
        run,
        now,
        was,
        before,
        {"lot_given": given, "reason": reason or None, **_named(stretch)},
    )
    return run


def _give_lot(run: StampRun, lot: Lot | None) -> bool:
    if run.lot is not None and lot is not None and lot.id != run.lot.id:
        raise Conflict("run_has_other_lot", field="lot", found=run.lot.code)
    if run.lot is None and lot is None:
        raise Malformed("activation_needs_lot", field="lot")
    if run.lot is None:
        run.lot = lot
        return True
    return False


def void_stamps(
    session: Session,
    *,
    actor: Actor,
    run: StampRun,
    reason: str,
    now: datetime,
    stretch: StampRange | None = None,
) -> StampRun:
    """Cancel a run or a stretch of it; their codes say so at once and are never used again.

    Raises `void_reason` where none is given, `stamps_void_already`.
    """
    actor.must(Act.VOID_STAMPS)
    check_own(actor, run.trade_item)
    told = clean_line(reason, 300, field="reason")
    if not told:
        raise Malformed("void_reason", field="reason")
    before = _steppable(run, stretch, StampState.VOID)
    was = run.state
    if stretch is None:
        run.state, run.void_reason = StampState.VOID, told
    else:
        _write_exceptions(session, run, before, StampState.VOID, actor, now, told)
    run.state_at = now
    _told(session, actor, VOIDED, run, now, was, before, {"reason": told, **_named(stretch)})
    return run


def undo_last(session: Session, *, actor: Actor, run: StampRun, now: datetime) -> StampRun:
    """Take back the last activation or voiding, within 240 hours, by who did it: a new act, not a deletion.

    Raises `undo_not_this`, `undo_other_person`, `undo_too_late`.
    """
    actor.must(Act.ACTIVATE_STAMPS)
    check_own(actor, run.trade_item)
    entry = last_act(session, run)
    if entry is None:
        raise Conflict("undo_not_this", found=run.state)
    done = StampState.ACTIVATED if entry.act == ACTIVATED else StampState.VOID
    stamps.check_undo(done, done_at=entry.at, done_by=entry.actor_id, now=now, actor=actor.account_id)
    facts = json.loads(entry.body)["facts"]
    _restore(session, actor, run, facts, now)
    record(session, actor, UNDONE, run, now, {"undone": entry.seq})
    return run


def _restore(session: Session, actor: Actor, run: StampRun, facts: dict[str, object], now: datetime) -> None:
    """Bring every stretch that an act touched back to where it stood."""
    run.state, run.state_at = StampState(str(facts["was"])), now
    if run.state is not StampState.VOID:
        run.void_reason = None
    for text in str(facts["before"]).split(","):
        ends, _, state = text.partition(":")
        first, last = (int(end) for end in ends.split("-"))
        stretch = StampRange(first, last - first + 1)
        for held, now_state in within(run, stretch):
            if now_state is not StampState(state):
                _except(session, run, held, StampState(state), actor, now)
    if not any(state is StampState.ACTIVATED for _, state in segments(run)):
        run.activated_at = None
        if facts.get("lot_given"):
            run.lot = None


def last_act(session: Session, run: StampRun) -> JournalEntry | None:
    """The newest activation or voiding that was not undone."""
    undone: set[int] = set()
    for entry in journal.list_entries(session, subject=("stamp_run", run.public_id), limit=500):
        if entry.act == UNDONE:
            undone.add(json.loads(entry.body)["facts"]["undone"])
        elif entry.act in (ACTIVATED, VOIDED) and entry.seq not in undone:
            return entry
    return None


def _steppable(run: StampRun, stretch: StampRange | None, after: StampState) -> Segments:
    """The segments an act will move; refuses where there is none, or where some are not printed yet."""
    told = stamps.StampRun(run.state, StampRange(0, run.count))
    if stretch is not None:
        stamps.check_exception(told, stamps.StampException(stretch, after))
    touched = within(run, stretch or told.range)
    moved = [(held, state) for held, state in touched if stamps.may_move(state, after)]
    if after is StampState.ACTIVATED and any(state is StampState.MINTED for _, state in touched):
        raise Conflict("stamps_not_printed")
    if not moved:
        all_void = all(state is StampState.VOID for _, state in touched)
        raise Conflict("stamps_void_already" if all_void else "stamps_active_already")
    return moved


def _write_exceptions(
    session: Session,
    run: StampRun,
    before: Segments,
    after: StampState,
    actor: Actor,
    now: datetime,
    reason: str | None = None,
) -> None:
    """A row for each touched stretch that the run's own state does not already bring there."""
    for stretch, _ in before:
        for held, state in within(run, stretch):
            if state is not after:
                _except(session, run, held, after, actor, now, reason)


def _except(
    session: Session,
    run: StampRun,
    stretch: StampRange,
    state: StampState,
    actor: Actor,
    now: datetime,
    reason: str | None = None,
) -> None:
    row = StampException(
        first_index=stretch.first,
        last_index=stretch.last,
        state=state,
        reason=reason,
        created_by_id=actor.account_id,
        created_at=now,
    )
    run.exceptions.append(row)
    session.flush()


def _named(stretch: StampRange | None) -> dict[str, object]:
    return {} if stretch is None else {"first": stretch.first, "last": stretch.last}


def _told(
    session: Session,
    actor: Actor,
    act: str,
    run: StampRun,
    now: datetime,
    was: StampState,
    before: Segments,
    facts: dict[str, object],
) -> None:
    stood = ",".join(f"{stretch.first}-{stretch.last}:{state}" for stretch, state in before)
    lot = run.lot.public_id if run.lot else None
    record(session, actor, act, run, now, {"was": was, "before": stood, "lot": lot, **facts})
