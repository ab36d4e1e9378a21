"""Activation, voiding and undoing, of a run or a stretch of it.

Who did the last act, and what stood before it, is read from the journal: that is where an undo takes it
from. Acts are taken back in the order last to first, so that a stamp always comes back to where it stood;
one that was on its way to paper comes back as printed if the paper has come meanwhile. A void stamp stays
void whatever is activated around it. While goods are held or recalled no activation of theirs is taken back;
a voiding is, for the stamps come back where the hold or recall strikes them.
"""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from traceapp.domain import stamps
from traceapp.domain.actors import Actor
from traceapp.domain.errors import Conflict, Malformed
from traceapp.domain.permissions import Act
from traceapp.domain.restrictions import RestrictionKind
from traceapp.domain.stamps import StampRange, StampState
from traceapp.domain.text import clean_line
from traceapp.models import JournalEntry, Lot, StampException, StampRun
from traceapp.services import journal
from traceapp.services.stamping.standing import check_goods, check_stamps, worst_of_stamps
from traceapp.services.stamping.stock import Balance, Segments, balance, check_own, record, segments, whole

ACTIVATED, VOIDED, UNDONE, ENDED = "activated_stamps", "voided_stamps", "undid_stamps", "ended_stamps"


def mark_printed(run: StampRun, now: datetime) -> None:
    """The paper exists: minted stamps may now be activated."""
    run.printed_at = run.printed_at or now
    if run.state is StampState.MINTED:
        run.state, run.state_at = StampState.PRINTED, now
        for stretch, state in segments(run):
            if state is StampState.MINTED:  # voided and taken back before the paper came
                _except(run, stretch, StampState.PRINTED, run.created_by_id, now)


def end_run(session: Session, *, actor: Actor, run: StampRun, reason: str, now: datetime) -> None:
    """Its paper was given up unfinished: no stamp of it is ever used, and no undo brings one back."""
    if run.state is not StampState.VOID:
        run.state, run.state_at = StampState.VOID, now
    run.void_reason = reason
    record(session, actor, ENDED, run, now, {"reason": reason})


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
    `stamps_void_already` and what `check_goods` and `check_stamps` do.
    """
    actor.must(Act.ACTIVATE_STAMPS)
    check_own(actor, run.trade_item)
    goods = _lot_for(run, lot)
    check_goods(session, run.trade_item, goods, now)
    check_stamps(session, run, stretch, now)
    before = _steppable(run, stretch, StampState.ACTIVATED)
    was, given = run.state, run.lot is None
    run.lot = goods
    if stretch is None:
        run.state = StampState.ACTIVATED
    began = run.activated_at is None
    run.activated_at = run.activated_at or now
    _write_exceptions(run, before, StampState.ACTIVATED, actor, now)
    run.state_at = now
    _told(
        session,
        actor,
        ACTIVATED,
        run,
        now,
        was,
        before,
        {"lot_given": given, "began": began, "reason": reason or None, **_named(stretch)},
    )
    return run


def _lot_for(run: StampRun, lot: Lot | None) -> Lot:
    """The lot the stamps go on: the run's own, else the one named."""
    if run.lot is not None and lot is not None and lot.id != run.lot.id:
        raise Conflict("run_has_other_lot", field="lot", found=run.lot.code)
    found = run.lot or lot
    if found is None:
        raise Malformed("activation_needs_lot", field="lot")
    return found


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
        _write_exceptions(run, before, StampState.VOID, actor, now, told)
    run.state_at = now
    _told(session, actor, VOIDED, run, now, was, before, {"reason": told, "began": False, **_named(stretch)})
    return run


def undo_last(
    session: Session, *, actor: Actor, run: StampRun, now: datetime, act: int | None = None
) -> StampRun:
    """Take back the last activation or voiding, within 240 hours, by who did it: a new act, not a deletion.

    `act` is the number of the journal entry that the person saw: pressed twice, one act is taken back once.
    Raises `undo_not_this`, `undo_newer_act`, `undo_other_person`, `undo_too_late`, `undo_recalled`,
    `undo_on_hold`.
    """
    actor.must(Act.ACTIVATE_STAMPS)
    check_own(actor, run.trade_item)
    entry, undone = _acts_of(session, run)
    if act is not None and act in undone:
        return run
    if entry is None:
        raise Conflict("undo_not_this", found=run.state)
    if act is not None and act != entry.seq:
        raise Conflict("undo_newer_act")
    done = StampState.ACTIVATED if entry.act == ACTIVATED else StampState.VOID
    stamps.check_undo(done, done_at=entry.at, done_by=entry.actor_id, now=now, actor=actor.account_id)
    stopped = undo_stopped(session, run, entry, now)
    if stopped is not None:
        raise Conflict("undo_recalled" if stopped is RestrictionKind.RECALL else "undo_on_hold")
    _restore(actor, run, json.loads(entry.body)["facts"], now)
    record(session, actor, UNDONE, run, now, {"undone": entry.seq})
    return run


def undo_stopped(
    session: Session, run: StampRun, entry: JournalEntry, now: datetime
) -> RestrictionKind | None:
    """The hold or recall for which an activation cannot be taken back; None where nothing stops it.

    Where the lot would come off the run again, one that strikes any stamp of the run does.
    """
    if entry.act != ACTIVATED:
        return None
    facts = json.loads(entry.body)["facts"]
    touched = [whole(run)] if facts.get("lot_given") else [held for held, _ in _before(facts)]
    return worst_of_stamps(session, run, touched, now)


def _before(facts: dict[str, object]) -> Segments:
    """The stretches that an act touched, each with where it stood."""
    told = (text.partition(":") for text in str(facts["before"]).split(","))
    ends = [(ends.split("-"), StampState(state)) for ends, _, state in told]
    return [(StampRange(int(first), int(last) - int(first) + 1), state) for (first, last), state in ends]


def _restore(actor: Actor, run: StampRun, facts: dict[str, object], now: datetime) -> None:
    """Bring every stretch that an act touched back to where it stood."""
    run.state, run.state_at = _stood(run, str(facts["was"])), now
    if run.state is not StampState.VOID:
        run.void_reason = None
    present = segments(run)
    for stretch, state in _before(facts):
        for held, now_state in stamps.clipped(present, stretch):
            if now_state is not _stood(run, state):
                _except(run, held, _stood(run, state), actor.account_id, now)
    if not any(state is StampState.ACTIVATED for _, state in segments(run)):
        if facts.get(
            "began", True
        ):  # a later activation, or a voiding, did not begin the run's life on goods
            run.activated_at = None
        if facts.get("lot_given"):
            run.lot = None


def _stood(run: StampRun, told: str) -> StampState:
    """The state to come back to: the paper does not go away again."""
    state = StampState(told)
    return StampState.PRINTED if state is StampState.MINTED and run.printed_at else state


def last_act(session: Session, run: StampRun) -> JournalEntry | None:
    """The newest activation or voiding that was not undone; None where the run was ended for good."""
    return _acts_of(session, run)[0]


def _acts_of(session: Session, run: StampRun) -> tuple[JournalEntry | None, set[int]]:
    """The last act that stands, and the numbers of those that were undone since."""
    undone: set[int] = set()
    before, page = None, 500
    while True:
        entries = journal.list_entries(
            session, subject=("stamp_run", run.public_id), before=before, limit=page
        )
        for entry in entries:
            if entry.act == ENDED:
                return None, undone
            if entry.act == UNDONE:
                undone.add(json.loads(entry.body)["facts"]["undone"])
            elif entry.act in (ACTIVATED, VOIDED) and entry.seq not in undone:
                return entry, undone
        if len(entries) < page:
            return None, undone
        before = entries[-1].seq


@dataclass(frozen=True, slots=True)
class Touch:
    """What an act would find in a stretch, and how many of its stamps it would move."""

    found: Balance
    moved: int


def touch(session: Session, run: StampRun, stretch: StampRange | None, after: StampState) -> Touch:
    """Look before the act; raises what the act would raise for the state of its stamps."""
    moved = _steppable(run, stretch, after)
    return Touch(balance(session, run, stretch), sum(held.count for held, _ in moved))


def _steppable(run: StampRun, stretch: StampRange | None, after: StampState) -> Segments:
    """The segments an act will move; refuses where there is none, or where some are not printed yet."""
    if stretch is not None:
        told = stamps.StampRun(run.state, whole(run))
        stamps.check_exception(told, stamps.StampException(stretch, after))
    touched = stamps.clipped(segments(run), stretch or whole(run))
    moved = [(held, state) for held, state in touched if stamps.may_move(state, after)]
    if after is StampState.ACTIVATED and any(state is StampState.MINTED for _, state in touched):
        raise Conflict("stamps_not_printed")
    if not moved:
        all_void = all(state is StampState.VOID for _, state in touched)
        raise Conflict("stamps_void_already" if all_void else "stamps_active_already")
    return moved


def _write_exceptions(
    run: StampRun,
    before: Segments,
    after: StampState,
    actor: Actor,
    now: datetime,
    reason: str | None = None,
) -> None:
    """A row for each touched stretch that the run's own state does not already bring there."""
    present = segments(run)
    for stretch, _ in before:
        for held, state in stamps.clipped(present, stretch):
            if state is not after:
                _except(run, held, after, actor.account_id, now, reason)


def _except(
    run: StampRun,
    stretch: StampRange,
    state: StampState,
    account_id: int,
    now: datetime,
    reason: str | None = None,
) -> None:
    row = StampException(
        first_index=stretch.first,
        last_index=stretch.last,
        state=state,
        reason=reason,
        created_by_id=account_id,
        created_at=now,
    )
    run.exceptions.append(row)


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
