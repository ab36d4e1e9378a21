"""Taking back the last activation or voiding of a run.

Who did the last act, and what stood before it, is read from the journal: that is where an undo takes it
from. Acts are taken back in the order last to first, so that a stamp always comes back to where it stood;
one that was on its way to paper comes back as printed if the paper has come meanwhile. While goods are held
or recalled no activation of theirs is taken back; a voiding is, for the stamps come back where the hold or
recall strikes them. It is not where live stamps were printed in their place (`replacing`).
"""

import json
from datetime import datetime

from sqlalchemy.orm import Session

from traceapp.domain import stamps
from traceapp.domain.actors import Actor
from traceapp.domain.errors import Conflict
from traceapp.domain.permissions import Act
from traceapp.domain.restrictions import RestrictionKind
from traceapp.domain.stamps import StampRange, StampState
from traceapp.models import JournalEntry, StampRun
from traceapp.services import journal
from traceapp.services.stamping.acts import ACTIVATED, ENDED, VOIDED, put_exception
from traceapp.services.stamping.replacing import lives_instead
from traceapp.services.stamping.standing import worst_of_stamps
from traceapp.services.stamping.stock import Segments, activations, check_own, record, segments, whole

UNDONE = "undid_stamps"


def undo_last(
    session: Session, *, actor: Actor, run: StampRun, now: datetime, act: int | None = None
) -> StampRun:
    """Take back the last activation or voiding, within 240 hours, by who did it: a new act, not a deletion.

    `act` is the number of the journal entry that the person saw: pressed twice, one act is taken back once.
    Raises `undo_not_this`, `undo_newer_act`, `undo_other_person`, `undo_too_late`, and what `undo_stopped`
    tells.
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
    stopped = undo_stopped(session, run, entry)
    if stopped is not None:
        raise stopped
    _restore(actor, run, json.loads(entry.body)["facts"], now)
    record(session, actor, UNDONE, run, now, {"undone": entry.seq})
    return run


def undo_stopped(session: Session, run: StampRun, entry: JournalEntry) -> Conflict | None:
    """Why an act cannot be taken back as things stand; None where nothing stops it.

    An activation: `undo_recalled`, `undo_on_hold`; where the lot would come off the run again, a hold or
    recall that strikes any stamp of the run stops it. A voiding: `undo_replaced`, naming the run of the live
    stamps.
    """
    facts = json.loads(entry.body)["facts"]
    touched = [held for held, _ in _before(facts)]
    if entry.act == VOIDED:
        instead = lives_instead(session, run, touched)
        return Conflict("undo_replaced", run=instead.public_id) if instead is not None else None
    worst = worst_of_stamps(session, run, [whole(run)] if facts.get("lot_given") else touched)
    if worst is None:
        return None
    return Conflict("undo_recalled" if worst is RestrictionKind.RECALL else "undo_on_hold")


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
    present, activated = segments(run), activations(run)
    for stretch, told in _before(facts):
        state = _stood(run, told)
        for held, now_state in stamps.clipped(present, stretch):
            if now_state is state:
                continue
            for piece, since in stamps.clipped(activated, held):  # an activation comes back with its own day
                at = since if state is StampState.ACTIVATED and since is not None else now
                put_exception(run, piece, state, actor.account_id, at)
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
