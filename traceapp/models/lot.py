"""A lot, and what may stand in its way: holds and recalls.

Lifting is a new fact beside the old one; nothing is taken back from history.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from traceapp.domain.restrictions import HoldReason, RecallEnding, RestrictionKind
from traceapp.domain.trade_items import Unit
from traceapp.models.base import Base, Created, Named, Numbered, enum_column
from traceapp.models.place import Place
from traceapp.models.trade_item import TradeItem

if TYPE_CHECKING:
    from traceapp.models.stamp import StampRun


class Lot(Numbered, Named, Created, Base):
    """What was made together. The code is upper case and unique within its trade item."""

    __tablename__ = "lot"
    __table_args__ = (
        UniqueConstraint("trade_item_id", "code"),
        CheckConstraint("length(code) BETWEEN 1 AND 20 AND code = upper(code)", name="code_form"),
        CheckConstraint(
            "packed_on IS NULL OR made_on IS NULL OR made_on <= packed_on", name="made_then_packed"
        ),
        CheckConstraint(
            "expires_on IS NULL OR ((made_on IS NULL OR made_on <= expires_on)"
            " AND (packed_on IS NULL OR packed_on <= expires_on))",
            name="expires_last",
        ),
        CheckConstraint("quantity IS NULL OR quantity > 0", name="quantity_positive"),
    )

    trade_item_id: Mapped[int] = mapped_column(ForeignKey("trade_item.id"), index=True)
    code: Mapped[str] = mapped_column(String(20))
    made_on: Mapped[date | None]
    packed_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    quantity: Mapped[Decimal | None] = mapped_column(Numeric(14, 3))
    unit: Mapped[Unit | None] = mapped_column(enum_column(Unit, "unit"))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    note: Mapped[str | None] = mapped_column(String(300))
    archived_at: Mapped[datetime | None]
    trade_item: Mapped[TradeItem] = relationship(back_populates="lots")
    place: Mapped[Place | None] = relationship()


class Restriction(Numbered, Named, Created, Base):
    """A hold or a recall of a lot, of a trade item, or of a stretch of stamps; a recall needs two people.

    ``note`` stays inside; ``told`` is what buyers read. ``review_on`` is when a hold is looked at again, and
    ``closing`` why it was lifted, or a proposal refused.
    """

    __tablename__ = "restriction"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN lot_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN trade_item_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN stamp_run_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_subject",
        ),
        CheckConstraint("kind <> 'recall' OR confirmed_by_id <> proposed_by_id", name="recall_needs_two"),
        CheckConstraint("lifted_at IS NULL OR from_at <= lifted_at", name="lifted_after"),
        CheckConstraint("(first_index IS NULL) = (last_index IS NULL)", name="both_indexes"),
    )

    kind: Mapped[RestrictionKind] = mapped_column(enum_column(RestrictionKind, "kind"))
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"), index=True)
    trade_item_id: Mapped[int | None] = mapped_column(ForeignKey("trade_item.id"), index=True)
    stamp_run_id: Mapped[int | None] = mapped_column(ForeignKey("stamp_run.id"), index=True)
    first_index: Mapped[int | None]
    last_index: Mapped[int | None]
    reason: Mapped[HoldReason] = mapped_column(enum_column(HoldReason, "reason"))
    note: Mapped[str | None] = mapped_column(String(300))
    told: Mapped[str | None] = mapped_column(String(500))
    review_on: Mapped[date | None]
    closing: Mapped[str | None] = mapped_column(String(300))
    decision_number: Mapped[str | None] = mapped_column(String(60))
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    from_at: Mapped[datetime | None]
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    ending: Mapped[RecallEnding | None] = mapped_column(enum_column(RecallEnding, "ending"))
    demo: Mapped[bool] = mapped_column(default=False)
    lot: Mapped[Lot | None] = relationship()
    trade_item: Mapped[TradeItem | None] = relationship()
    stamp_run: Mapped["StampRun | None"] = relationship()
