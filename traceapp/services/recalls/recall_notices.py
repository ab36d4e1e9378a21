"""Telling holders of a recall: one notice for each, and what is accounted for by their answers.

A notice is a row with a link nobody can guess (`notice_links`); who opens it needs no account. A movement
that is written down after the recall was confirmed brings its holder a notice too. No name and no number of
a holder is ever public, and none enters the journal.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from traceapp.domain.actors import Actor
from traceapp.domain.errors import NotFound
from traceapp.domain.identifiers import new_public_id
from traceapp.domain.permissions import Act
from traceapp.domain.recalls import Account, Direction, added_up
from traceapp.domain.restrictions import RestrictionKind
from traceapp.domain.trade_items import Unit
from traceapp.models import Lot, Party, RecallAcknowledgement, RecallNotice, Restriction
from traceapp.services import journal
from traceapp.services.locking import lock
from traceapp.services.nesting import counted_in
from traceapp.services.recalls import notice_letters, notice_links, recall_scope
from traceapp.services.recalls.holders import Holder, Pack, holders_of

_WHOLE = (  # with all its page says, in as many questions for a thousand holders as for one
    selectinload(RecallNotice.answers),
    selectinload(RecallNotice.called_by),
    selectinload(RecallNotice.party).selectinload(Party.names),
)


@dataclass(frozen=True, slots=True)
class Told:
    """A notice with what went to its holder and what they answered, each in its units.

    `unit` is the one met last, `amount` what went to them in it, `others` what did in further units, `packs`
    the cases among it; `answer` is the last of all, `answers` the last in each unit. `reversed`: every row
    that named them was taken back.
    """

    notice: RecallNotice
    unit: Unit
    amount: Decimal
    others: dict[Unit, Decimal]
    answer: RecallAcknowledgement | None
    answers: dict[Unit, RecallAcknowledgement]
    packs: tuple[Pack, ...] = ()
    reversed: bool = False

    @property
    def asked(self) -> tuple[Unit, ...]:
        """The units in which goods went to them, or came from them; each is to be answered for."""
        return (self.unit, *self.others)

    @property
    def unanswered(self) -> tuple[Unit, ...]:
        """Of these, what they have not answered for."""
        return tuple(unit for unit in self.asked if unit not in self.answers)

    @property
    def accounts(self) -> dict[Unit, Account]:
        """What is known of the goods of this holder, unit by unit; amounts in two units never add up."""
        amounts = dict.fromkeys(self.answers, Decimal(0)) | self.others | {self.unit: self.amount}
        return {unit: _account(amount, self.answers.get(unit)) for unit, amount in amounts.items()}


def _account(amount: Decimal, answer: RecallAcknowledgement | None) -> Account:
    return Account(amount) if answer is None else Account(amount, amount, answer.held, answer.returned)


def tell_holders(session: Session, *, restriction: Restriction, now: datetime) -> int:
    """A notice for each holder without one, and a letter where an address is known; how many are new."""
    about = recall_scope.about_of(restriction)
    lots, counts = recall_scope.lots_of(session, about), counted_in(session, about.item)
    query = select(RecallNotice).where(RecallNotice.restriction_id == restriction.id)
    there = {(one.direction, one.holder): one for one in session.scalars(query)}
    holders = [
        (direction, holder)
        for direction in Direction
        for holder in holders_of(session, about.item, counts, lots, direction)
    ]
    new = [
        _notice(session, restriction, direction, holder, now)
        for direction, holder in holders
        if (direction, holder.key) not in there
    ]
    session.flush()
    for notice in new:
        notice_letters.write_to(session, notice, now)
    known = [
        there[direction, holder.key] for direction, holder in holders if (direction, holder.key) in there
    ]
    notice_letters.write_anew(session, known, now)
    return len(new)


def _notice(
    session: Session, restriction: Restriction, direction: Direction, holder: Holder, now: datetime
) -> RecallNotice:
    notice = RecallNotice(
        public_id=new_public_id(secrets.SystemRandom()),
        restriction=restriction,
        direction=direction,
        holder=holder.key,
        party=holder.party,
        name=holder.name,
        phone=holder.phone or (holder.party.phone if holder.party else None),
        created_at=now,
    )
    session.add(notice)
    return notice


def catch_up(session: Session, lot: Lot, now: datetime) -> int:
    """Notices for holders of a lot that came to light after its recall was confirmed; how many are new.

    Each recall is held meanwhile: a holder met in two lots at once gets one notice.
    """
    standing = [row for row in recalls_of(session, recall_scope.of_lot(lot)) if row.from_at is not None]
    new = 0
    for row in sorted(standing, key=lambda one: one.id):
        lock(session, row)
        if row.lifted_at is None:
            new += tell_holders(session, restriction=row, now=now)
    return new


def take_back(session: Session, lot: Lot, now: datetime) -> None:
    """A row of a lot was reversed: who holds nothing more, and has a letter already, gets a correction."""
    for row in recalls_of(session, recall_scope.of_lot(lot)):
        if row.from_at is not None:
            gone = [one.notice for one in told_of(session, row) if one.reversed]
            notice_letters.correct(session, gone, now)


def recalls_of(session: Session, about: recall_scope.About) -> list[Restriction]:
    """Recalls not ended that strike a lot: of it, of its product, or of stamps on it."""
    rows = recall_scope.standing_over(session, about, RestrictionKind.RECALL)
    return rows + recall_scope.standing_within(session, about, RestrictionKind.RECALL)


def told_of(session: Session, restriction: Restriction) -> list[Told]:
    """Every notice of a recall, those despatched to first, then by when they were written.

    Once it has ended, later goods are nobody's business but the owner's.
    """
    about, until = recall_scope.about_of(restriction), restriction.lifted_at
    lots, counts = recall_scope.lots_of(session, about), counted_in(session, about.item)
    holders = {
        (direction, holder.key): holder
        for direction in Direction
        for holder in holders_of(session, about.item, counts, lots, direction, until=until)
    }
    query = select(RecallNotice).where(RecallNotice.restriction_id == restriction.id).options(*_WHOLE)
    notices = session.scalars(query.order_by(RecallNotice.direction, RecallNotice.id))
    return [_told(one, holders.get((one.direction, one.holder))) for one in notices]


def _told(notice: RecallNotice, holder: Holder | None) -> Told:
    amounts = holder.amounts if holder else {}
    answer = notice.answers[-1] if notice.answers else None
    unit = next(iter(amounts), answer.unit if answer else Unit.PIECE)
    others = {other: amount for other, amount in amounts.items() if other is not unit}
    answers = {one.unit: one for one in notice.answers}
    packs = tuple(holder.packs.values()) if holder else ()
    return Told(notice, unit, amounts.get(unit, Decimal(0)), others, answer, answers, packs, holder is None)


def accounts(told: list[Told]) -> dict[Unit, Account]:
    """What was despatched and what became of it, in each unit."""
    out = [one.accounts for one in told if one.notice.direction is Direction.DESPATCHED]
    units = dict.fromkeys(unit for one in out for unit in one)
    return {unit: added_up(one[unit] for one in out if unit in one) for unit in units}


def uncounted(told: list[Told]) -> list[Pack]:
    """Cases despatched of which nobody wrote down what they hold: in no sum, each kind by itself."""
    found: dict[int, Pack] = {}
    for one in told:
        for pack in one.packs if one.notice.direction is Direction.DESPATCHED else ():
            if pack.each is None:
                before = found[pack.case.id].amount if pack.case.id in found else Decimal(0)
                found[pack.case.id] = replace(pack, amount=before + pack.amount)
    return list(found.values())


def find_notice(session: Session, secret: bytes, recall_id: str, token: str) -> Told:
    """The notice that a link names, and of an ended recall too. Raises `NotFound`."""
    notice = notice_links.notice_behind(session, secret, recall_id, token)
    return next(one for one in told_of(session, notice.restriction) if one.notice.id == notice.id)


def mark_called(session: Session, *, actor: Actor, notice: RecallNotice, called: bool, now: datetime) -> None:
    """Somebody rang the holder, or did not after all; pressed twice it is one call."""
    actor.must(Act.FOLLOW_RECALL)
    if called is (notice.called_at is not None):
        return
    notice.called_at, notice.called_by_id = (now, actor.account_id) if called else (None, None)
    act = "called_holder" if called else "uncalled_holder"
    record(session, actor, act, notice, now, {"notice": notice.public_id})


def notice_of(session: Session, restriction: Restriction, public_id: str) -> Told:
    """A notice of a recall by its name. Raises `NotFound`."""
    for one in told_of(session, restriction):
        if one.notice.public_id == public_id.upper():
            return one
    raise NotFound("no_such_record")


def record(
    session: Session,
    actor: Actor | None,
    act: str,
    notice: RecallNotice,
    now: datetime,
    facts: dict[str, object],
) -> None:
    """The entry belongs to the recall; holders stay unnamed."""
    restriction = notice.restriction
    journal.record(
        session,
        actor=actor,
        act=act,
        subject=("restriction", restriction.public_id),
        now=now,
        party_id=recall_scope.about_of(restriction).item.party_id,
        facts=facts,
    )
