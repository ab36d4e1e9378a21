"""Activation and voiding, of a run or a stretch of it; a void stamp stays void whatever is activated."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from traceapp.domain import stamps
from traceapp.domain.actors import Actor
from traceapp.domain.errors import Conflict, Malformed
from traceapp.domain.permissions import Act
from traceapp.domain.stamps import StampRange, StampState
from traceapp.domain.text import clean_line
from traceapp.models import Lot, StampException, StampRun
from traceapp.services import journal
from traceapp.services.stamping.standing import check_goods, check_issuer, check_stamps
from traceapp.services.stamping.stock import Balance, Segments, balance, check_own, record, segments, whole

ACTIVATED, VOIDED, ENDED = "activated_stamps", "voided_stamps", "ended_stamps"


def mark_printed(run: StampRun, now: datetime) -> None:
    """The paper exists: minted stamps may now be activated."""
    run.printed_at = run.printed_at or now
    if run.state is StampState.MINTED:
        run.state, run.state_at = StampState.PRINTED, now
        for stretch, state in segments(run):
            if state is StampState.MINTED:  # voided and taken back before the paper came
                put_exception(run, stretch, StampState.PRINTED, run.created_by_id, now)


def end_run(session: Session, *, actor: Actor, run: StampRun, reason: str, now: datetime) -> None:
    """Its paper was given up unfinished: no stamp of it is ever used, and no undo brings one back."""
    if run.state is not StampState.VOID:
        run.state, run.state_at = StampState.VOID, now
    run.void_reason = reason
    record(session, actor, ENDED, run, now, {"reason_sha256": journal.fingerprint(reason)})


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

    `run.activated_at` is when the first of them were; what is activated later has rows that say when.
    Raises `activation_needs_lot`, `run_has_other_lot`, `stamps_not_printed`, `stamps_active_already`,
    `stamps_void_already` and what `check_issuer`, `check_goods` and `check_stamps` do.
    """
    actor.must(Act.ACTIVATE_STAMPS)
    check_own(actor, run.trade_item)
    goods = _lot_for(run, lot)
    check_issuer(run.trade_item)
    check_goods(session, run.trade_item, goods, now)
    check_stamps(session, run, stretch)
    before = _steppable(run, stretch, StampState.ACTIVATED)
    was, given = run.state, run.lot is None
    run.lot = goods
    if stretch is None:
        run.state = StampState.ACTIVATED
    began = run.activated_at is None
    run.activated_at = run.activated_at or now
    _write_exceptions(run, before, StampState.ACTIVATED, actor, now, all_of_them=not began)
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
    said = {"reason_sha256": journal.fingerprint(told), "began": False, **_named(stretch)}
    _told(session, actor, VOIDED, run, now, was, before, said)
    return run


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
    *,
    all_of_them: bool = False,
) -> None:
    """A row for each touched stretch, or only for those that the run's own state does not bring there."""
    present = segments(run)
    for stretch, _ in before:
        for held, state in stamps.clipped(present, stretch):
            if all_of_them or state is not after:
                put_exception(run, held, after, actor.account_id, now, reason)


def put_exception(
    run: StampRun,
    stretch: StampRange,
    state: StampState,
    account_id: int,
    now: datetime,
    reason: str | None = None,
) -> None:
    """A row that says of a stretch another state than its run does."""
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
