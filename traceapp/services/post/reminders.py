"""Reminders of certificates that end: who is told, of which step, and what the letter says.

The holder gets a letter for each certificate and step, at its managers' addresses and its own. The province
gets one letter a day, and only on days that bring something new: an officer watches hundreds of certificates,
and a hundred letters are read like none. What an officer was told of once, no later letter repeats.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session, selectinload

from traceapp.domain.certificates import CertificateStatus, RecordState
from traceapp.domain.days import today_in_vietnam
from traceapp.domain.letters import LetterState, recipient_of
from traceapp.domain.permissions import Role
from traceapp.domain.reminders import LATE, STEPS, Step, due_step
from traceapp.models import Account, Certificate, Letter, MailWish, Membership, Party
from traceapp.services.post import outbox
from traceapp.services.post.outbox import ToSay
from traceapp.services.vouching.certificate_lists import status_of, taken_over

ENDING: Final = "certificate_ending"
DIGEST: Final = "province_digest"
READERS: Final = (Role.MANAGER, Role.PROVINCE)
DIGEST_SUBJECT: Final = "province:certificates"
REMEMBERED: Final = timedelta(days=max(STEPS) + LATE + 30)
LOCK: Final = 0x72656D696E64  # "remind": one run at a time on one database


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who gets reminders by mail."""

    address: str
    language: str
    account: Account | None = None
    party: Party | None = None

    @property
    def recipient(self) -> str:
        """The name a letter keeps of the address."""
        return recipient_of(self.address)


Wanting = Sequence[tuple[Reader, tuple[int, ...]]]
"""Readers, each with the steps of which they want letters."""


def put_due(session: Session, *, now: datetime) -> list[ToSay]:
    """Put what is due into the outbox, each thing once however often this runs; what was new."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    return [
        say for say in due_letters(session, today_in_vietnam(now)) if outbox.put_letter(session, say, now=now)
    ]


def not_said(session: Session, *, now: datetime) -> list[ToSay]:
    """What `put_due` would put in."""
    return outbox.unsaid(session, list(due_letters(session, today_in_vietnam(now))))


def due_letters(session: Session, today: date) -> Iterator[ToSay]:
    """Every letter that is due on a day, said before or not."""
    ending = list_ending(session, today)
    readers: dict[int, Wanting] = {}  # of each holder, who may have many that end
    for one in ending:
        holder = one.certificate.holder
        if holder.id not in readers:
            found = holder_readers(session, holder, today)
            readers[holder.id] = [(reader, wanted_by(session, reader.recipient)) for reader in found]
        yield from _to_holder(one, readers[holder.id])
    yield from _to_province(session, ending, today)


# --- what ends ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ending:
    """A certificate that ends, the latest step reached, and the renewal that is not approved yet."""

    certificate: Certificate
    step: Step
    renewal: Certificate | None

    @property
    def pending(self) -> bool:
        """Whether the renewal waits for the province."""
        return self.renewal is not None and self.renewal.record_state is RecordState.SUBMITTED


def list_ending(
    session: Session, today: date, *, holder_id: int | None = None, limit: int | None = None
) -> list[Ending]:
    """Certificates in force that end within 90 days, or did these last days, and were not renewed.

    `limit`: only the first so many of those that a page would list.
    """
    span = (today - timedelta(days=LATE), today + timedelta(days=max(STEPS)))
    query = (
        select(Certificate)
        .where(Certificate.record_state == RecordState.APPROVED, Certificate.valid_until.between(*span))
        .options(
            selectinload(Certificate.decisions),
            selectinload(Certificate.successors).selectinload(Certificate.decisions),
            selectinload(Certificate.scheme),
            selectinload(Certificate.holder).selectinload(Party.names),
        )
        .order_by(Certificate.valid_until, Certificate.id)
    )
    if holder_id is not None:
        query = query.where(Certificate.holder_id == holder_id)
    if limit is not None:  # the database leaves out what the rule below does, so that a page is full
        stands = status_of(today).in_((CertificateStatus.ACTIVE.value, CertificateStatus.EXPIRED.value))
        query = query.where(stands, ~taken_over(today)).limit(limit)
    found = session.scalars(query).all()
    steps = ((one, due_step(one.terms, today, renewed=one.taken_over_on(today))) for one in found)
    return [Ending(one, step, one.successor_on(today)) for one, step in steps if step]


# --- who is told -------------------------------------------------------------------------------------------


def holder_readers(session: Session, holder: Party, today: date) -> list[Reader]:
    """The managers who sign in by e-mail, and the party's own address; each address once.

    A real producer shown from public information has not asked for letters.
    """
    readers = _members(session, Role.MANAGER, today, party_id=holder.id)
    if holder.email and holder.source_url is None:
        readers.append(Reader(holder.email, "vi", party=holder))
    return list({one.recipient: one for one in reversed(readers)}.values())[::-1]


def province_readers(session: Session, today: date) -> list[Reader]:
    """The province's officers who sign in by e-mail."""
    readers = _members(session, Role.PROVINCE, today)
    return list({one.recipient: one for one in readers}.values())


def _members(session: Session, role: Role, today: date, *, party_id: int | None = None) -> list[Reader]:
    query = (
        select(Membership)
        .join(Account)
        .where(Membership.role == role, Account.closed.is_(False), Account.login.contains("@"))
        .options(selectinload(Membership.account), selectinload(Membership.party))
        .order_by(Membership.id)
    )
    if party_id is not None:
        query = query.where(Membership.party_id == party_id)
    return [
        Reader(one.account.login, one.account.language, account=one.account, party=one.party)
        for one in session.scalars(query)
        if one.holds_on(today)
    ]


def wanted_by(session: Session, recipient: str) -> tuple[int, ...]:
    """The steps a recipient wants by mail; all of them until told otherwise."""
    steps = session.scalar(select(MailWish.steps).where(MailWish.recipient == recipient))
    return STEPS if steps is None else tuple(steps)


# --- what is said ------------------------------------------------------------------------------------------


def _to_holder(one: Ending, readers: Wanting) -> Iterator[ToSay]:
    certificate = one.certificate
    for reader, wanted in readers:
        if one.step.days in wanted:
            yield ToSay(
                kind=ENDING,
                subject=f"certificate:{certificate.public_id}",
                day=one.step.day,
                address=reader.address,
                language=reader.language,
                facts={"days": one.step.days},
                account_id=reader.account.id if reader.account else None,
                party_id=certificate.holder_id,
            )


def _to_province(session: Session, ending: Sequence[Ending], today: date) -> Iterator[ToSay]:
    for reader in province_readers(session, today):
        wanted, told = wanted_by(session, reader.recipient), _told(session, reader.recipient, today)
        items = [[one.certificate.public_id, one.step.days] for one in ending if one.step.days in wanted]
        news = [item for item in items if tuple(item) not in told]
        if news:
            yield ToSay(
                kind=DIGEST,
                subject=DIGEST_SUBJECT,
                day=today,
                address=reader.address,
                language=reader.language,
                facts={"items": news},
                account_id=reader.account.id if reader.account else None,
                party_id=reader.party.id if reader.party else None,
            )


def _told(session: Session, recipient: str, today: date) -> set[tuple[str, int]]:
    """What an officer's earlier letters were about: (certificate, step).

    Not of one that was never sent because it came too late, as after days without a mail server: what it
    would have said is said by the next.
    """
    rows = session.scalars(
        select(Letter.facts).where(
            Letter.kind == DIGEST,
            Letter.recipient == recipient,
            Letter.day >= today - REMEMBERED,
            Letter.state != LetterState.UNWANTED,
        )
    )
    return {(str(name), int(days)) for facts in rows for name, days in facts["items"]}
