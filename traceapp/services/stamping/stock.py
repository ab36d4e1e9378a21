"""Where stamps stand: the run a serial lies in, the states of a run, how a stamp of it is named."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp.domain import digital_link, stamps
from traceapp.domain.actors import Actor
from traceapp.domain.digital_link import KeyPath
from traceapp.domain.errors import Conflict, Malformed, NotFound
from traceapp.domain.identifiers import Gtin, RegistryNumber, Subject
from traceapp.domain.serials import SerialKey, normalise, openings
from traceapp.domain.stamps import StampRange, StampState
from traceapp.domain.trade_items import Unit
from traceapp.models import Lot, StampRun, TradeItem
from traceapp.services import journal

Segments = list[stamps.Segment]


def subject_of(digits: str) -> Subject:
    """The number a stamp is bound to, told by its length."""
    return Gtin(digits) if len(digits) == 14 else RegistryNumber(digits)


def find_run(session: Session, keys: Iterable[SerialKey], path: KeyPath) -> tuple[StampRun, int] | None:
    """The run in which a code's serial was issued, and its index there; None where there is none.

    A serial may open under several live keys by chance: its own is the one in whose run it lies. One that
    opens under none asks no database.
    """
    if path.subject is None or path.serial is None:
        return None
    for opened in openings(keys, path.subject, path.serial.value):
        at = opened.sequence
        run = session.scalar(
            select(StampRun).where(
                StampRun.subject == str(path.subject),
                StampRun.key_id == opened.key_id,
                StampRun.first_number <= at,
                at < StampRun.first_number + StampRun.count,
            )
        )
        if run is not None:
            return run, at - run.first_number
    return None


def check_own(actor: Actor, trade_item: TradeItem) -> None:
    """Another party's record does not exist for this one."""
    if trade_item.party_id != actor.party_id:
        raise NotFound("record_not_found")


def own_run(session: Session, actor: Actor, public_id: str, *, lock: bool = False) -> StampRun:
    """A run of the actor's own party; NotFound otherwise."""
    query = (
        select(StampRun)
        .join(TradeItem)
        .where(StampRun.public_id == public_id, TradeItem.party_id == actor.party_id)
    )
    run = session.scalar(query.with_for_update(of=StampRun) if lock else query)
    if run is None:
        raise NotFound("record_not_found")
    return run


def own_lot(session: Session, actor: Actor, public_id: str) -> Lot:
    """A lot of the actor's own party; NotFound otherwise."""
    query = (
        select(Lot).join(TradeItem).where(Lot.public_id == public_id, TradeItem.party_id == actor.party_id)
    )
    lot = session.scalar(query)
    if lot is None:
        raise NotFound("record_not_found")
    return lot


def own_item(session: Session, actor: Actor, public_id: str) -> TradeItem:
    """A trade item of the actor's own party; NotFound otherwise."""
    item = session.scalar(
        select(TradeItem).where(TradeItem.public_id == public_id, TradeItem.party_id == actor.party_id)
    )
    if item is None:
        raise NotFound("record_not_found")
    return item


def list_runs(session: Session, actor: Actor, *, limit: int = 50) -> Sequence[StampRun]:
    """The runs of the actor's party, the newest first."""
    query = select(StampRun).join(TradeItem).where(TradeItem.party_id == actor.party_id)
    return session.scalars(query.order_by(StampRun.id.desc()).limit(limit)).all()


@dataclass(frozen=True, slots=True)
class Balance:
    """How many stamps of a run stand where; the four add up to the run."""

    minted: int
    printed: int
    activated: int
    void: int

    @property
    def count(self) -> int:
        """All of them."""
        return self.minted + self.printed + self.activated + self.void


def segments(run: StampRun) -> Segments:
    """The run cut into stretches of one state, in order."""
    exceptions = (
        stamps.StampException(StampRange(e.first_index, e.last_index - e.first_index + 1), e.state)
        for e in run.exceptions
    )
    return stamps.painted(stamps.StampRun(run.state, whole(run)), exceptions)


def activations(run: StampRun) -> list[tuple[StampRange, datetime | None]]:
    """When each stretch of a run was last activated, whether or not it still is; None: never."""
    rows = (
        (StampRange(e.first_index, e.last_index - e.first_index + 1), e.created_at)
        for e in run.exceptions
        if e.state is StampState.ACTIVATED
    )
    return stamps.spliced(whole(run), run.activated_at, rows)


def activated_with(run: StampRun, index: int) -> tuple[datetime | None, int]:
    """When an activated stamp was activated, and how many of its run were with it and still are."""
    acts = activations(run)
    since = stamps.clipped(acts, StampRange(index, 1))[0][1]
    together = [one for one in acts if one[1] == since]
    live = (held for held, state in segments(run) if state is StampState.ACTIVATED)
    return since, sum(piece.count for held in live for piece, _ in stamps.clipped(together, held))


def whole(run: StampRun) -> StampRange:
    """Every stamp of a run, by index."""
    return StampRange(0, run.count)


def check_live(run: StampRun) -> None:
    """Refuse to bring a run onto paper of which every stamp is void: raises `run_void`."""
    if all(state is StampState.VOID for _, state in segments(run)):
        raise Conflict("run_void", run=run.public_id)


def balance(session: Session, run: StampRun, stretch: StampRange | None = None) -> Balance:
    """Count the stamps of a run, or of a stretch of it, by state."""
    session.flush()
    return counted(stamps.clipped(segments(run), stretch or whole(run)))


def counted(found: Segments) -> Balance:
    """How many stamps of those segments stand where."""
    counts = dict.fromkeys(StampState, 0)
    for stretch, state in found:
        counts[state] += stretch.count
    return Balance(*(counts[state] for state in StampState))


def stamps_against_pieces(session: Session, lot: Lot) -> tuple[int, int] | None:
    """How many pieces a lot has, and how many stamps that are not void; None if it is not counted in pieces.

    More stamps than pieces are no fault: sheets tear. Scanned, they raise C4.
    """
    if lot.quantity is None or lot.unit is not Unit.PIECE:
        return None
    runs = session.scalars(select(StampRun).where(StampRun.lot_id == lot.id))
    told = [counted(segments(run)) for run in runs]
    return int(lot.quantity), sum(one.count - one.void for one in told)


def read_place(run: StampRun, keys: Sequence[SerialKey], typed: str, *, field: str) -> int:
    """The index of a stamp named by its number in the run (from 1), by its serial, or by its whole code."""
    text = _serial_in(typed).replace(".", "")
    if text.isascii() and text.isdigit() and len(text) <= 7:
        index = int(text) - 1
    else:
        mine = [key for key in keys if key.id == run.key_id]
        opened = next(openings(mine, subject_of(run.subject), normalise(text, field=field)), None)
        index = -1 if opened is None else opened.sequence - run.first_number
    if not 0 <= index < run.count:
        raise Malformed("stamp_outside_run", field=field, given=typed, expected=f"1-{run.count}")
    return index


def _serial_in(typed: str) -> str:
    """The serial of a scanned code; anything else as it was typed."""
    if "/" not in typed and "(" not in typed:
        return typed.strip()
    return str(digital_link.forgiven(digital_link.read(typed)).serial or "")


def read_stretch(run: StampRun, keys: Sequence[SerialKey], first: str, last: str) -> StampRange | None:
    """The stretch two stamps enclose; None, the whole run, where neither is named."""
    if not first and not last:
        return None
    start = read_place(run, keys, first or last, field="first")
    end = read_place(run, keys, last or first, field="last")
    start, end = min(start, end), max(start, end)
    return StampRange(start, end - start + 1)


def record(
    session: Session, actor: Actor, act: str, run: StampRun, now: datetime, facts: dict[str, object]
) -> None:
    """Write an act on a run into the journal."""
    journal.record(session, actor=actor, act=act, subject=("stamp_run", run.public_id), now=now, facts=facts)
