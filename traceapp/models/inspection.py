"""Field records: what an inspector saw, where, with whom; a draft until closed, then fixed for ever.

Triggers of the migration refuse every change of a closed record and of what belongs to it, on both
databases. Names of people stand here and on the minutes, never on a public page and never in the journal.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, LargeBinary, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from traceapp.domain.inspections import Finding, InspectionState
from traceapp.domain.trade_items import Unit
from traceapp.models.account import Account
from traceapp.models.base import Base, Created, Named, Numbered, enum_column
from traceapp.models.certificate import Certificate
from traceapp.models.lot import Lot, Restriction
from traceapp.models.party import Party
from traceapp.models.stored_file import StoredFile
from traceapp.models.trade_item import TradeItem


class Inspection(Numbered, Named, Created, Base):
    """A record. ``step_versions`` says at which ``version`` each step last changed.

    ``body`` is the canonical JSON of the closed record, ``sha256`` its hash: the minutes are drawn from it.
    """

    __tablename__ = "inspection"
    __table_args__ = (
        UniqueConstraint("year", "sequence"),
        CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL) AND (state = 'closed') = (number IS NOT NULL)"
            " AND (state = 'closed') = (year IS NOT NULL) AND (state = 'closed') = (sequence IS NOT NULL)"
            " AND (state = 'closed') = (body IS NOT NULL) AND (state = 'closed') = (sha256 IS NOT NULL)",
            name="closed_is_whole",
        ),
        CheckConstraint(
            "state <> 'closed' OR (result IS NOT NULL AND signs IS NOT NULL)", name="closed_says"
        ),
        CheckConstraint(
            "state <> 'closed' OR signs OR witnesses IS NOT NULL OR commune_authority IS NOT NULL",
            name="refusal_is_witnessed",
        ),
        CheckConstraint("sequence IS NULL OR sequence > 0", name="sequence_positive"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="both_coordinates"),
        CheckConstraint("latitude IS NULL OR (latitude BETWEEN -90 AND 90)", name="latitude_range"),
        CheckConstraint("longitude IS NULL OR (longitude BETWEEN -180 AND 180)", name="longitude_range"),
        CheckConstraint("supplements_id IS NULL OR supplements_id <> id", name="not_of_itself"),
    )

    state: Mapped[InspectionState] = mapped_column(
        enum_column(InspectionState, "state"), default=InspectionState.DRAFT
    )
    inspector_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    authority_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"))
    supplements_id: Mapped[int | None] = mapped_column(ForeignKey("inspection.id"), index=True)
    party_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"), index=True)
    site_name: Mapped[str | None] = mapped_column(String(200))
    commune: Mapped[str | None] = mapped_column(String(120))
    address: Mapped[str | None] = mapped_column(String(200))
    latitude: Mapped[Decimal | None] = mapped_column(Numeric(6, 3))
    longitude: Mapped[Decimal | None] = mapped_column(Numeric(6, 3))
    began_at: Mapped[datetime]
    seller_name: Mapped[str | None] = mapped_column(String(120))
    seller_role: Mapped[str | None] = mapped_column(String(120))
    leader_name: Mapped[str | None] = mapped_column(String(120))
    others: Mapped[str | None] = mapped_column(String(1000))
    answers: Mapped[dict[str, Any]]
    answers_note: Mapped[str | None] = mapped_column(String(1000))
    result: Mapped[Finding | None] = mapped_column(enum_column(Finding, "result"))
    findings: Mapped[str | None] = mapped_column(String(2000))
    measures: Mapped[str | None] = mapped_column(String(1000))
    signs: Mapped[bool | None]
    refusal_reason: Mapped[str | None] = mapped_column(String(500))
    witnesses: Mapped[str | None] = mapped_column(String(500))
    commune_authority: Mapped[str | None] = mapped_column(String(200))
    saved_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    step_versions: Mapped[dict[str, Any]]
    closed_at: Mapped[datetime | None]
    year: Mapped[int | None]
    sequence: Mapped[int | None]
    number: Mapped[str | None] = mapped_column(String(20), unique=True)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    sha256: Mapped[str | None] = mapped_column(String(64))
    demo: Mapped[bool] = mapped_column(default=False)

    inspector: Mapped[Account] = relationship()
    authority: Mapped[Party | None] = relationship(foreign_keys=[authority_id])
    party: Mapped[Party | None] = relationship(foreign_keys=[party_id])
    supplements: Mapped["Inspection | None"] = relationship(remote_side="Inspection.id")
    items: Mapped[list["InspectionItem"]] = relationship(
        back_populates="inspection", order_by="InspectionItem.number", cascade="all, delete-orphan"
    )
    photos: Mapped[list["InspectionPhoto"]] = relationship(
        back_populates="inspection", order_by="InspectionPhoto.id", cascade="all, delete-orphan"
    )
    saves: Mapped[list["InspectionSave"]] = relationship(cascade="all, delete-orphan")

    @property
    def is_closed(self) -> bool:
        """Whether it is fixed."""
        return self.state is InspectionState.CLOSED


class InspectionItem(Numbered, Created, Base):
    """One thing that was looked at: as typed, and what of it is on record.

    ``hold_id`` is the hold that stood on its lot when the record was closed.
    """

    __tablename__ = "inspection_item"
    __table_args__ = (
        UniqueConstraint("inspection_id", "number"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("quantity IS NULL OR quantity > 0", name="quantity_positive"),
        CheckConstraint("price IS NULL OR price > 0", name="price_positive"),
        CheckConstraint("(quantity IS NULL) = (unit IS NULL)", name="quantity_has_unit"),
    )

    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id"))
    number: Mapped[int]
    code: Mapped[str | None] = mapped_column(String(300))
    named: Mapped[str] = mapped_column(String(200))
    trade_item_id: Mapped[int | None] = mapped_column(ForeignKey("trade_item.id"))
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"), index=True)
    serial: Mapped[str | None] = mapped_column(String(20))
    certificate_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"))
    quantity: Mapped[Decimal | None] = mapped_column(Numeric(14, 3))
    unit: Mapped[Unit | None] = mapped_column(enum_column(Unit, "unit"))
    price: Mapped[int | None] = mapped_column(BigInteger)
    finding: Mapped[Finding | None] = mapped_column(enum_column(Finding, "finding"))
    note: Mapped[str | None] = mapped_column(String(500))
    hold_id: Mapped[int | None] = mapped_column(ForeignKey("restriction.id"))

    inspection: Mapped[Inspection] = relationship(back_populates="items")
    trade_item: Mapped[TradeItem | None] = relationship()
    lot: Mapped[Lot | None] = relationship()
    certificate: Mapped[Certificate | None] = relationship()
    hold: Mapped[Restriction | None] = relationship()


class InspectionPhoto(Numbered, Created, Base):
    """A photo as re-encoded by us: no position, no camera; ``taken_at`` is what the camera's clock said."""

    __tablename__ = "inspection_photo"
    __table_args__ = (UniqueConstraint("inspection_id", "sha256"),)

    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id"))
    sha256: Mapped[str] = mapped_column(ForeignKey("stored_file.sha256"))
    taken_at: Mapped[datetime | None]
    inspection: Mapped[Inspection] = relationship(back_populates="photos")
    file: Mapped[StoredFile] = relationship()


class InspectionSave(Numbered, Created, Base):
    """A step that came in under a key: the same key again gets the same answer and does nothing."""

    __tablename__ = "inspection_save"
    __table_args__ = (UniqueConstraint("inspection_id", "key"),)

    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id"))
    key: Mapped[str] = mapped_column(String(40))
    step: Mapped[str] = mapped_column(String(20))
    request_sha256: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
