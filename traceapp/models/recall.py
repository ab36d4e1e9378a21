"""Beside a restriction: how long a hold was extended, who was told of a recall, what they answered, its end.

And where each lot came from and went to. Every row stays: a mistake is reversed by a row of its own, an
answer is corrected by a later one.
"""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from traceapp.domain.recalls import Deed, Direction
from traceapp.domain.trade_items import Unit
from traceapp.models.account import Account
from traceapp.models.base import Base, Created, Named, Numbered, enum_column
from traceapp.models.lot import Lot, Restriction
from traceapp.models.party import Party


class HoldExtension(Numbered, Created, Base):
    """A hold is to be looked at again on another day, with the reason."""

    __tablename__ = "hold_extension"

    restriction_id: Mapped[int] = mapped_column(ForeignKey("restriction.id"), index=True)
    review_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(300))
    extended_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    restriction: Mapped[Restriction] = relationship()
    extended_by: Mapped[Account] = relationship()


class RecallOutcome(Numbered, Created, Base):
    """What became of the goods of a recall that has ended: how much came back, how much was dealt with."""

    __tablename__ = "recall_outcome"
    __table_args__ = (
        CheckConstraint("recovered >= 0", name="recovered_not_negative"),
        CheckConstraint("handled >= 0 AND handled <= recovered", name="handled_of_recovered"),
    )

    restriction_id: Mapped[int] = mapped_column(ForeignKey("restriction.id"), unique=True)
    recovered: Mapped[Decimal] = mapped_column(Numeric(14, 3))
    handled: Mapped[Decimal] = mapped_column(Numeric(14, 3))
    unit: Mapped[Unit] = mapped_column(enum_column(Unit, "unit"))
    restriction: Mapped[Restriction] = relationship()


class LotMovement(Numbered, Named, Created, Base):
    """Goods of a lot received from, or despatched to, a party on record or somebody with a typed name.

    ``reverses_id`` names the row that was wrong: the two together count for nothing.
    """

    __tablename__ = "lot_movement"
    __table_args__ = (
        CheckConstraint("(party_id IS NULL) <> (name IS NULL)", name="one_holder"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
    )

    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), index=True)
    direction: Mapped[Direction] = mapped_column(enum_column(Direction, "direction"))
    party_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"))
    name: Mapped[str | None] = mapped_column(String(160))
    phone: Mapped[str | None] = mapped_column(String(20))
    address: Mapped[str | None] = mapped_column(String(300))
    quantity: Mapped[Decimal] = mapped_column(Numeric(14, 3))
    unit: Mapped[Unit] = mapped_column(enum_column(Unit, "unit"))
    moved_on: Mapped[date]
    document_number: Mapped[str | None] = mapped_column(String(60))
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("lot_movement.id"), unique=True)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    request_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    lot: Mapped[Lot] = relationship()
    party: Mapped[Party | None] = relationship()


class RecallNotice(Numbered, Named, Created, Base):
    """One holder of recalled goods who is to be told; their link is worked out (``notice_links``), not kept.

    ``token_sha256`` is the hash of a link sent before links were worked out.
    ``holder`` is the key under which the movements of one holder are found (``services.movements``).
    """

    __tablename__ = "recall_notice"
    __table_args__ = (
        UniqueConstraint("restriction_id", "direction", "holder"),
        CheckConstraint("(party_id IS NULL) <> (name IS NULL)", name="one_holder"),
        CheckConstraint("(called_at IS NULL) = (called_by_id IS NULL)", name="called_by_somebody"),
        CheckConstraint("length(token_sha256) = 64", name="token_is_a_hash"),
    )

    restriction_id: Mapped[int] = mapped_column(ForeignKey("restriction.id"), index=True)
    direction: Mapped[Direction] = mapped_column(enum_column(Direction, "direction"))
    holder: Mapped[str] = mapped_column(String(200))
    party_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"))
    name: Mapped[str | None] = mapped_column(String(160))
    phone: Mapped[str | None] = mapped_column(String(20))
    token_sha256: Mapped[str | None] = mapped_column(String(64), unique=True)
    called_at: Mapped[datetime | None]
    called_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    restriction: Mapped[Restriction] = relationship()
    party: Mapped[Party | None] = relationship()
    called_by: Mapped[Account | None] = relationship()
    answers: Mapped[list["RecallAcknowledgement"]] = relationship(
        back_populates="notice", order_by="RecallAcknowledgement.id"
    )


class RecallAcknowledgement(Numbered, Created, Base):
    """What a holder says they still have and have done; the latest row counts.

    ``entered_by_id`` is the officer who wrote it down after a call; none: the holder did, by the link.
    """

    __tablename__ = "recall_acknowledgement"
    __table_args__ = (CheckConstraint("held >= 0 AND returned >= 0", name="not_negative"),)

    notice_id: Mapped[int] = mapped_column(ForeignKey("recall_notice.id"), index=True)
    deed: Mapped[Deed] = mapped_column(enum_column(Deed, "deed"))
    held: Mapped[Decimal] = mapped_column(Numeric(14, 3))
    returned: Mapped[Decimal] = mapped_column(Numeric(14, 3))
    unit: Mapped[Unit] = mapped_column(enum_column(Unit, "unit"))
    note: Mapped[str | None] = mapped_column(String(300))
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    notice: Mapped[RecallNotice] = relationship(back_populates="answers")
