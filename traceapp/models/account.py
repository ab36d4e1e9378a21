"""People who sign in, and for whom they may act.

An account is a login; what it may do comes from its memberships, which are dated. The login is a
phone number in E.164 or an e-mail address, normalised before it is stored, so that one
person has one account.
"""

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from traceapp.domain.permissions import Role
from traceapp.models.base import Base, Created, Named, Numbered, enum_column

if TYPE_CHECKING:
    from traceapp.models.party import Party


class Account(Numbered, Named, Created, Base):
    """A login. ``session_epoch`` is raised to end every session of it at once."""

    __tablename__ = "account"

    login: Mapped[str] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    display_name: Mapped[str] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(2), default="vi")
    session_epoch: Mapped[int] = mapped_column(default=0)
    closed: Mapped[bool] = mapped_column(default=False)
    memberships: Mapped[list["Membership"]] = relationship(back_populates="account", order_by="Membership.id")

    def memberships_on(self, day: date) -> list["Membership"]:
        """The memberships in force on ``day``."""
        return [membership for membership in self.memberships if membership.holds_on(day)]


class Membership(Numbered, Created, Base):
    """An account acting for a party in a role, from a day until a day (both inclusive)."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("account_id", "party_id", "role"),
        CheckConstraint("valid_until IS NULL OR valid_from <= valid_until", name="days_in_order"),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True)
    role: Mapped[Role] = mapped_column(enum_column(Role, "role"))
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    account: Mapped[Account] = relationship(back_populates="memberships")
    party: Mapped["Party"] = relationship(back_populates="memberships")

    def holds_on(self, day: date) -> bool:
        """Whether the membership is in force on ``day``."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)
