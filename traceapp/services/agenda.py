"""What a cooperative has to do this week, the most pressing first (experience.md, section 2).

Facts only: the page says them in the reader's language.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session, selectinload

from traceapp.domain.actors import Actor
from traceapp.domain.certificates import CertificateStatus, RecordState
from traceapp.domain.checklist import Item, fillable, missing
from traceapp.domain.parties import PartyState
from traceapp.domain.restrictions import RestrictionKind
from traceapp.domain.stamps import StampState
from traceapp.models import Certificate, Lot, Party, Restriction, StampException, StampRun, TradeItem
from traceapp.services import lot_checklist, lots, stamping
from traceapp.services.parties import registry
from traceapp.services.recalls import recall_scope, restrictions
from traceapp.services.recalls.restraints import Struck, struck
from traceapp.services.stamping import Balance

LATELY_ENDED: Final = timedelta(days=90)
STEPS: Final = (7, 30, 60, 90)
IDLE: Final = timedelta(days=90)
LOTS_LOOKED_AT: Final = 5
UNUSED: Final = (StampState.MINTED, StampState.PRINTED)


class TaskKind(StrEnum):
    """Why something is on the list."""

    GOODS_RESTRAINED = "goods_restrained"
    PARTY_RETURNED = "party_returned"
    PARTY_SUSPENDED = "party_suspended"
    CERTIFICATE_STOPPED = "certificate_stopped"
    CERTIFICATE_RETURNED = "certificate_returned"
    CERTIFICATE_ENDED = "certificate_ended"
    CERTIFICATE_ENDING = "certificate_ending"
    STAMPS_IDLE = "stamps_idle"
    PARTY_DRAFT = "party_draft"
    CERTIFICATE_DRAFT = "certificate_draft"
    LOT_GAPS = "lot_gaps"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing to do, and the records it is about."""

    kind: TaskKind
    party: Party | None = None
    certificate: Certificate | None = None
    run: StampRun | None = None
    lot: Lot | None = None
    restriction: Restriction | None = None
    held: Restriction | None = None  # the hold that a recall of the same goods outranks
    days: int = 0
    count: int = 0
    gaps: list[Item] = field(default_factory=list)
    asked: int = 0


def stock(session: Session, actor: Actor) -> Balance:
    """How many stamps of the party stand where."""
    items = select(TradeItem.id).where(TradeItem.party_id == actor.party_id)
    counts: Counter[StampState] = Counter()
    for _, state, count in _counted(session, StampRun.trade_item_id.in_(items)):
        counts[state] += count
    return Balance(*(counts[state] for state in StampState))


def idle_stamps(session: Session, items: Iterable[TradeItem]) -> Counter[int]:
    """How many stamps of each product lie there unactivated, by its id."""
    idle: Counter[int] = Counter()
    for item, state, count in _counted(session, StampRun.trade_item_id.in_([one.id for one in items])):
        idle[item] += count if state in UNUSED else 0
    return idle


def _counted(session: Session, which: ColumnElement[bool]) -> Iterator[tuple[int, StampState, int]]:
    """Product, state and number of stamps: whole runs are added up in the database, broken ones read."""
    broken = exists().where(StampException.run_id == StampRun.id)
    whole = select(StampRun.trade_item_id, StampRun.state, func.sum(StampRun.count)).where(which, ~broken)
    for item, state, count in session.execute(whole.group_by(StampRun.trade_item_id, StampRun.state)):
        yield item, state, int(count)
    runs = select(StampRun).where(which, broken).options(selectinload(StampRun.exceptions))
    for run in session.scalars(runs):
        for stretch, state in stamping.segments(run):
            yield run.trade_item_id, state, stretch.count


def to_do(session: Session, actor: Actor, *, now: datetime, today: date) -> list[Task]:
    """Everything that waits for this party, in the order of `TaskKind`."""
    tasks = [
        *_restraint_tasks(session, actor),
        *_party_tasks(registry.own_party(session, actor)),
        *_certificate_tasks(session, actor, today),
        *_stamp_tasks(session, actor, now),
        *_lot_tasks(session, actor, today),
    ]
    order = list(TaskKind)
    return sorted(tasks, key=lambda task: (order.index(task.kind), task.days))


def _restraint_tasks(session: Session, actor: Actor) -> Iterator[Task]:
    """Goods of this party that are held or recalled, once where both: whoever has them must be found."""
    rows = restrictions.open_restrictions(session, party_id=actor.party_id)
    begun = [row for row in rows if row.from_at is not None]
    outranked = recall_scope.outranked(begun)
    held = {recall: hold for hold, recall in outranked.items()}
    told = [row for row in begun if row not in outranked]
    latest = recall_scope.latest_lots(session, map(recall_scope.about_of, told))
    for row, lot in zip(told, latest, strict=True):
        waits = 0 if row.kind is RestrictionKind.RECALL else 1  # recalls first
        yield Task(kind=TaskKind.GOODS_RESTRAINED, restriction=row, held=held.get(row), lot=lot, days=waits)


def _party_tasks(party: Party) -> Iterator[Task]:
    kinds = {
        PartyState.RETURNED: TaskKind.PARTY_RETURNED,
        PartyState.SUSPENDED: TaskKind.PARTY_SUSPENDED,
        PartyState.DRAFT: TaskKind.PARTY_DRAFT,
    }
    if party.state in kinds:
        yield Task(kind=kinds[party.state], party=party)


def _certificate_tasks(session: Session, actor: Actor, today: date) -> Iterator[Task]:
    for one in _pressing(session, actor, today):
        if one.record_state is RecordState.RETURNED:
            yield Task(kind=TaskKind.CERTIFICATE_RETURNED, certificate=one)
        elif one.record_state is RecordState.DRAFT:
            if one.sent_by(actor.party_id):  # else its body took it back, and puts it right
                yield Task(kind=TaskKind.CERTIFICATE_DRAFT, certificate=one)
        elif one.successor_on(today) is not None:
            continue  # renewed: a draft asks for itself, one that was sent waits for the province
        elif one.status_on(today).status is CertificateStatus.ACTIVE:
            left = (one.valid_until - today).days
            if left <= STEPS[-1]:
                yield Task(kind=TaskKind.CERTIFICATE_ENDING, certificate=one, days=left)
        elif _stopped_lately(one, today):
            yield Task(kind=TaskKind.CERTIFICATE_STOPPED, certificate=one)
        elif today - LATELY_ENDED <= one.valid_until < today:
            ago = (today - one.valid_until).days
            yield Task(kind=TaskKind.CERTIFICATE_ENDED, certificate=one, days=ago)


def _pressing(session: Session, actor: Actor, today: date) -> Iterable[Certificate]:
    """Those a task may be about: not sent, near their end, or decided about."""
    near = Certificate.valid_until.between(today - LATELY_ENDED, today + timedelta(days=STEPS[-1]))
    unsent = Certificate.record_state.in_((RecordState.RETURNED, RecordState.DRAFT))
    query = select(Certificate).where(
        Certificate.holder_id == actor.party_id, or_(unsent, near, Certificate.decisions.any())
    )
    about = selectinload(Certificate.decisions), selectinload(Certificate.successors)
    return session.scalars(query.options(*about).order_by(Certificate.valid_until.desc(), Certificate.id))


def _stopped_lately(one: Certificate, today: date) -> bool:
    """Suspended, or taken away in the last months: its body decided, and its holder must hear of it."""
    found = one.status_on(today)
    if found.status is CertificateStatus.SUSPENDED:
        return True
    gone = found.status in (CertificateStatus.WITHDRAWN, CertificateStatus.CANCELLED)
    return gone and found.since is not None and today - found.since <= LATELY_ENDED


def _stamp_tasks(session: Session, actor: Actor, now: datetime) -> Iterator[Task]:
    """Runs that lie there unused; one that was activated or voided whole is not even read."""
    query = select(StampRun).join(TradeItem).where(TradeItem.party_id == actor.party_id)
    unused = or_(StampRun.state.in_(UNUSED), StampRun.exceptions.any(StampException.state.in_(UNUSED)))
    query = query.where(StampRun.created_at < now - IDLE, unused).options(selectinload(StampRun.exceptions))
    for run in session.scalars(query.order_by(StampRun.id)):
        counted = stamping.counted(stamping.segments(run))
        if waiting := counted.minted + counted.printed:
            yield Task(kind=TaskKind.STAMPS_IDLE, run=run, days=(now - run.created_at).days, count=waiting)


def _lot_tasks(session: Session, actor: Actor, today: date) -> Iterator[Task]:
    newest = lots.list_lots(session, actor)
    found = struck(session, (), newest)
    living = [lot for lot in newest if _is_for_sale(lot, found, today)][:LOTS_LOOKED_AT]
    for lot, checked in zip(living, lot_checklist.checklists(session, living, today), strict=True):
        rows = fillable(checked)
        if gaps := missing(rows):
            yield Task(kind=TaskKind.LOT_GAPS, lot=lot, gaps=gaps, asked=len(rows), count=len(gaps))


def _is_for_sale(lot: Lot, found: Struck, today: date) -> bool:
    """Whether completing the records still helps a buyer: not once recalled or past its use-by day."""
    if lot.trade_item.archived_at is not None or (lot.expires_on is not None and lot.expires_on < today):
        return False
    return all(row.kind is not RestrictionKind.RECALL for row in found.on(lot.trade_item, lot))
