"""Keys by which programs act for an account, and what they asked for before.

Of a key only its hash is kept: who reads the database cannot use it. An answer is kept with the request it
was given to, so that a program whose answer was lost may ask again (trust.md, section 6).
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from traceapp.models.account import Account
from traceapp.models.base import Base, Created, Named, Numbered
from traceapp.models.party import Party


class ApiKey(Numbered, Named, Created, Base):
    """What a program shows instead of a password: for one account, acting for one party, until a day."""

    __tablename__ = "api_key"
    __table_args__ = (CheckConstraint("length(secret_sha256) = 64", name="secret_hash_form"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"))
    name: Mapped[str] = mapped_column(String(80))
    secret_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    expires_on: Mapped[date]  # the last day it opens anything
    last_used_on: Mapped[date | None]
    revoked_at: Mapped[datetime | None]
    account: Mapped[Account] = relationship()
    party: Mapped[Party] = relationship()

    def opens_on(self, day: date) -> bool:
        """Whether it may be used on a day."""
        return self.revoked_at is None and day <= self.expires_on


class KeptAnswer(Numbered, Created, Base):
    """The answer to a request that bore an idempotency key; for seven days."""

    __tablename__ = "kept_answer"
    __table_args__ = (
        UniqueConstraint("account_id", "request_key"),
        Index("ix_kept_answer_created_at", "created_at"),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    request_key: Mapped[str] = mapped_column(String(64))
    request_sha256: Mapped[str] = mapped_column(String(64))
    status: Mapped[int | None]
    body: Mapped[str | None]
