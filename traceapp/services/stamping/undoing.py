"""Taking back an activation or voiding of a run: one's own newest of which no later act touches a stamp.

Who did what, and what stood before it, is read from the journal: that is where an undo takes it from. What
one person did to some stamps is not in the way of another who did something to others; of acts on the same
stamps the later goes first, so that a stamp always comes back to where it stood. One that was on its way to
paper comes back as printed if the paper has come meanwhile. While goods are held or recalled no activation of
theirs is taken back; a voiding is, for the stamps come back where the hold or recall strikes them. It is not
where live stamps were printed in their place (`replacing`).
"""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp.domain import stamps
from traceapp.domain.actors import Actor
from traceapp.domain.errors import Conflict, NotAllowed
from traceapp.domain.permissions import Act
from traceapp.domain.restrictions import RestrictionKind
from traceapp.domain.stamps import StampRange, StampState
from traceapp.models import JournalEntry, StampRun, TradeItem
from traceapp.services import journal
from traceapp.services.stamping.acts import ACTIVATED, ENDED, VOIDED, put_exception
from traceapp.services.stamping.replacing import lives_instead
from traceapp.services.stamping.standing import worst_of_stamps
from traceapp.services.stamping.stock import Segments, activations, check_own, record, segments, whole

UNDONE = "undid_stamps"


def undo_last(
    session: Session, *, actor: Actor, run: StampRun, now: datetime, act: int | None = None
) -> StampRun:
    """Take back one's newest act that no later one touches, within 240 hours: a new act, not a deletion.

    `act` is the number of the journal entry that the person saw: pressed twice, one act is taken back once.
    Raises `undo_not_this`, `undo_newer_act`, `undo_other_person`, `undo_touched`, `undo_too_late`, and what
    `undo_stopped` tells.
    """
    actor.must(Act.ACTIVATE_STAMPS)
    check_own(actor, run.trade_item)
    undone: set[int] = set()
    entry, passed = _own(_standing(session, run, undone), actor.account_id)
    if act is not None and act in undone:
        return run
    entry = _asked(entry, passed, act, run, actor.account_id)
    done = StampState.ACTIVATED if entry.act == ACTIVATED else StampState.VOID
    stamps.check_undo(done, done_at=entry.at, done_by=entry.actor_id, now=now, actor=actor.account_id)
    if entry.act == VOIDED:
        # As for a reprint: nobody brings the other side of a replacement to life meanwhile.
        session.execute(select(TradeItem.id).where(TradeItem.id == run.trade_item_id).with_for_update())
    stopped = undo_stopped(session, run, entry)
    if stopped is not None:
        raise stopped
    off = _lot_comes_off(session, run, entry)
    _restore(actor, run, entry, now)
    if entry.act == ACTIVATED and run.activated_at == entry.at:
        others = [one.at for one in _standing(session, run, set()) if one.act == ACTIVATED and one != entry]
        run.activated_at = min(others, default=None)
    if off:
        run.lot = None
    record(session, actor, UNDONE, run, now, {"undone": entry.seq})
    return run


def undo_stopped(session: Session, run: StampRun, entry: JournalEntry) -> Conflict | None:
    """Why an act cannot be taken back as things stand; None where nothing stops it.

    An activation: `undo_recalled`, `undo_on_hold`; where the lot would come off the run again, a hold or
    recall that strikes any stamp of the run stops it. A voiding: `undo_replaced`, naming the run of the live
    stamps.
    """
    touched = [held for held, _ in _before(entry)]
    if entry.act == VOIDED:
        instead = lives_instead(session, run, touched)
        return Conflict("undo_replaced", run=instead.public_id) if instead is not None else None
    worst = worst_of_stamps(session, run, [whole(run)] if _lot_comes_off(session, run, entry) else touched)
    if worst is None:
        return None
    return Conflict("undo_recalled" if worst is RestrictionKind.RECALL else "undo_on_hold")


def undoable_act(session: Session, run: StampRun, account_id: int, now: datetime) -> JournalEntry | None:
    """What this person may take back next, if it is not too long ago."""
    since = now - timedelta(hours=stamps.UNDO_HOURS)
    recent = takewhile(lambda one: one.at >= since, _standing(session, run, set()))
    return _own(recent, account_id)[0]


def last_act(session: Session, run: StampRun) -> JournalEntry | None:
    """The newest activation or voiding that was not undone; None where the run was ended for good."""
    return next(_standing(session, run, set()), None)


def part_of(entry: JournalEntry) -> StampRange | None:
    """The stretch that an act named; None: all of the run."""
    facts = _facts(entry)
    return None if "first" not in facts else StampRange(facts["first"], facts["last"] - facts["first"] + 1)


# --- which ---------------------------------------------------------------------------------------------


def _own(
    standing: Iterable[JournalEntry], account_id: int
) -> tuple[JournalEntry | None, dict[int, int | None]]:
    """This person's newest act of which no later one touches a stamp, and whose were those looked at."""
    later: list[StampRange] = []
    passed: dict[int, int | None] = {}
    for entry in standing:
        passed[entry.seq] = entry.actor_id
        touched = [held for held, _ in _before(entry)]
        if entry.actor_id == account_id and not any(a.overlaps(b) for a in touched for b in later):
            return entry, passed
        later += touched
    return None, passed


def _asked(
    entry: JournalEntry | None, passed: dict[int, int | None], act: int | None, run: StampRun, account_id: int
) -> JournalEntry:
    """The act to take back, or why there is none."""
    if not passed:
        raise Conflict("undo_not_this", found=run.state)
    if account_id not in passed.values() or passed.get(act or 0, account_id) != account_id:
        raise NotAllowed("undo_other_person")
    if entry is None:
        raise Conflict("undo_touched")
    if act is not None and act != entry.seq:
        raise Conflict("undo_newer_act")
    return entry


def _standing(session: Session, run: StampRun, undone: set[int]) -> Iterator[JournalEntry]:
    """Activations and voidings that stand, the newest first; `undone` takes the numbers of the others."""
    for entry in _entries(session, run):
        if entry.act == ENDED:
            return
        if entry.act == UNDONE:
            undone.add(_facts(entry)["undone"])
        elif entry.act in (ACTIVATED, VOIDED) and entry.seq not in undone:
            yield entry


def _entries(session: Session, run: StampRun) -> Iterator[JournalEntry]:
    before, page = None, 500
    while True:
        entries = journal.list_entries(
            session, subject=("stamp_run", run.public_id), before=before, limit=page
        )
        yield from entries
        if len(entries) < page:
            return
        before = entries[-1].seq


# --- back ----------------------------------------------------------------------------------------------


def _facts(entry: JournalEntry) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(entry.body)["facts"]
    return facts


def _before(entry: JournalEntry) -> Segments:
    """The stretches that an act touched, each with where it stood."""
    told = (text.partition(":") for text in str(_facts(entry)["before"]).split(","))
    ends = [(ends.split("-"), StampState(state)) for ends, _, state in told]
    return [(StampRange(int(first), int(last) - int(first) + 1), state) for (first, last), state in ends]


def _stood(run: StampRun, told: StampState) -> StampState:
    """The state to come back to: the paper does not go away again."""
    return StampState.PRINTED if told is StampState.MINTED and run.printed_at else told


def _wanted(run: StampRun, entry: JournalEntry) -> Segments:
    """How the stamps of a run will stand once an act is taken back."""
    back = [(held, _stood(run, state)) for held, state in _before(entry)]
    return stamps.spliced(whole(run), run.state, [*segments(run), *back])


def _lot_comes_off(session: Session, run: StampRun, entry: JournalEntry) -> bool:
    """Whether a run that got its lot at an activation has none once this, the last that stands, is undone."""
    if entry.act != ACTIVATED or any(state is StampState.ACTIVATED for _, state in _wanted(run, entry)):
        return False
    if any(one.act == ACTIVATED and one.seq != entry.seq for one in _standing(session, run, set())):
        return False
    return any(one.act == ACTIVATED and _facts(one).get("lot_given") for one in _entries(session, run))


def _restore(actor: Actor, run: StampRun, entry: JournalEntry, now: datetime) -> None:
    """Bring every stretch that an act touched back to where it stood, and leave every other where it stands.

    Rows say what the run's own state does not: an activation that comes back keeps its day, and so does a
    voiding that was the whole run's and goes on for the rest.
    """
    wanted, activated = _wanted(run, entry), activations(run)
    voided_at, reason = run.state_at, run.void_reason
    run.state, run.state_at, run.void_reason = _ground(run, entry, wanted), now, None
    present = segments(run)
    for stretch, state in wanted:
        for held, now_state in stamps.clipped(present, stretch):
            if now_state is state:
                continue
            for piece, since in stamps.clipped(activated, held):
                at = {StampState.ACTIVATED: since or now, StampState.VOID: voided_at}.get(state, now)
                why = reason if state is StampState.VOID else None
                put_exception(run, piece, state, actor.account_id, at, why)


def _ground(run: StampRun, entry: JournalEntry, wanted: Segments) -> StampState:
    """What the run itself says then: what it said before an act on all of it, if some stamp stands so."""
    state = run.state if part_of(entry) else _stood(run, StampState(_facts(entry)["was"]))
    stands = {one for _, one in wanted}
    return state if state in stands and state is not StampState.VOID else _stood(run, _before(entry)[0][1])
