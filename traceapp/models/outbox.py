"""Letters to people outside the pages: what is to be said, to whom, and how far it has come.

No text is kept: a letter is composed from its kind and facts when it is sent, so it says what is true then
and nothing lies about longer than needed. The address goes when its time is over; its fingerprint stays,
because the unique constraint is what makes "said once" hold.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from traceapp.domain.letters import LetterState
from traceapp.models.account import Account
from traceapp.models.base import Base, Created, Named, Numbered, enum_column
from traceapp.models.party import Party


class Letter(Numbered, Named, Created, Base):
    """One thing to say about one subject on one day to one recipient.

    ``kind`` names who composes it (`services.letters`); ``recipient`` is the fingerprint of the address;
    ``account`` or ``party`` is whose mail it is, where we know them. ``worker`` and ``lease_until`` name who
    has it in hand.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("kind", "subject", "day", "recipient"),
        CheckConstraint("tries >= 0", name="tries_counted"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_has_time"),
        CheckConstraint(
            "(state IN ('sending', 'in_doubt')) = (worker IS NOT NULL AND lease_until IS NOT NULL)",
            name="in_hand_of_someone",
        ),
        Index("ix_outbox_state_next_try_at", "state", "next_try_at"),
        Index("ix_outbox_recipient", "recipient"),
    )

    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(80))
    day: Mapped[date]
    recipient: Mapped[str] = mapped_column(String(64))
    address: Mapped[str | None] = mapped_column(String(254))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    party_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"))
    language: Mapped[str] = mapped_column(String(2))
    facts: Mapped[dict[str, Any]]
    state: Mapped[LetterState] = mapped_column(enum_column(LetterState, "state"), default=LetterState.WAITING)
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    worker: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(300))
    sent_at: Mapped[datetime | None]
    account: Mapped[Account | None] = relationship()
    party: Mapped[Party | None] = relationship()


class MailWish(Numbered, Base):
    """Which reminders a recipient wants by mail (days before the end); no row: all of them."""

    __tablename__ = "mail_wish"

    recipient: Mapped[str] = mapped_column(String(64), unique=True)
    steps: Mapped[list[int]]
    changed_at: Mapped[datetime]
