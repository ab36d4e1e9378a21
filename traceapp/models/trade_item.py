"""What is sold: trade items, their pictures and the standards they follow.

A trade item has a GTIN of its holder, or, until it gets one, the registry's own number (model.md).
"""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from traceapp.domain.reference import StandardKind
from traceapp.domain.trade_items import Level, ShelfLifeUnit, TradeItemCategory, Unit
from traceapp.models.base import Base, Created, Named, Numbered, digits, enum_column
from traceapp.models.party import Party

if TYPE_CHECKING:
    from traceapp.models.lot import Lot


class TradeItem(Numbered, Named, Created, Base):
    """A product in one pack size, or a case of them."""

    __tablename__ = "trade_item"
    __table_args__ = (
        CheckConstraint(digits("gtin", 14), name="gtin_digits"),
        CheckConstraint(digits("registry_number", 8), name="registry_number_digits"),
        CheckConstraint("gtin IS NOT NULL OR registry_number IS NOT NULL", name="has_a_number"),
        CheckConstraint("(level = 'case') = (contains_id IS NOT NULL)", name="case_contains"),
        CheckConstraint("contains_count IS NULL OR contains_count > 0", name="contains_count_positive"),
        CheckConstraint("net_content IS NULL OR net_content > 0", name="net_content_positive"),
        CheckConstraint("(net_content IS NULL) = (net_unit IS NULL)", name="net_content_has_unit"),
        CheckConstraint("alcohol_percent IS NULL OR alcohol_percent BETWEEN 0 AND 100", name="alcohol_range"),
        CheckConstraint("shelf_life IS NULL OR shelf_life > 0", name="shelf_life_positive"),
        Index("ix_trade_item_folded", "folded"),
    )

    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True)
    gtin: Mapped[str | None] = mapped_column(String(14), unique=True)
    registry_number: Mapped[str | None] = mapped_column(String(8), unique=True)
    level: Mapped[Level] = mapped_column(enum_column(Level, "level"), default=Level.UNIT)
    contains_id: Mapped[int | None] = mapped_column(ForeignKey("trade_item.id"), index=True)
    contains_count: Mapped[int | None]
    name_vi: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str | None] = mapped_column(String(120))
    name_zh: Mapped[str | None] = mapped_column(String(120))
    short_name: Mapped[str | None] = mapped_column(String(20))
    folded: Mapped[str] = mapped_column(String(400))
    category: Mapped[TradeItemCategory] = mapped_column(enum_column(TradeItemCategory, "category"))
    brand: Mapped[str | None] = mapped_column(String(70))
    net_content: Mapped[Decimal | None] = mapped_column(Numeric(12, 3))
    net_unit: Mapped[Unit | None] = mapped_column(enum_column(Unit, "net_unit"))
    alcohol_percent: Mapped[Decimal | None] = mapped_column(Numeric(4, 1))
    ingredients: Mapped[str | None] = mapped_column(String(500))
    storage: Mapped[str | None] = mapped_column(String(200))
    warnings: Mapped[str | None] = mapped_column(String(300))
    shelf_life: Mapped[int | None]
    shelf_life_unit: Mapped[ShelfLifeUnit | None] = mapped_column(
        enum_column(ShelfLifeUnit, "shelf_life_unit")
    )
    origin_country: Mapped[str] = mapped_column(String(3), default="704")
    scratch_pin: Mapped[bool] = mapped_column(default=False)
    archived_at: Mapped[datetime | None]
    demo: Mapped[bool] = mapped_column(default=False)
    source_url: Mapped[str | None] = mapped_column(String(500))
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own declarative form

    party: Mapped[Party] = relationship()
    contains: Mapped["TradeItem | None"] = relationship(remote_side="TradeItem.id")
    images: Mapped[list["TradeItemImage"]] = relationship(
        order_by="TradeItemImage.position", cascade="all, delete-orphan"
    )
    standards: Mapped[list["TradeItemStandard"]] = relationship(
        order_by="TradeItemStandard.id", cascade="all, delete-orphan"
    )
    lots: Mapped[list["Lot"]] = relationship(back_populates="trade_item", order_by="Lot.id.desc()")

    @property
    def subject(self) -> str:
        """The number a new stamp of it carries: 14 digits of a GTIN, else 8 of the registry's number."""
        number = self.gtin or self.registry_number
        if number is None:  # pragma: no cover - a check constraint forbids it
            raise ValueError("a trade item without a number")
        return number

    def name_in(self, language: str) -> str:
        """The name in ``language``, else in Vietnamese."""
        return {"en": self.name_en, "zh": self.name_zh}.get(language) or self.name_vi


class TradeItemImage(Numbered, Created, Base):
    """A picture as shown: re-encoded WebP of 96 and 480 px, kept by their SHA-256 in the store."""

    __tablename__ = "trade_item_image"
    __table_args__ = (UniqueConstraint("trade_item_id", "position"),)

    trade_item_id: Mapped[int] = mapped_column(ForeignKey("trade_item.id"))
    small_sha256: Mapped[str] = mapped_column(ForeignKey("stored_file.sha256"))
    large_sha256: Mapped[str] = mapped_column(ForeignKey("stored_file.sha256"))
    alt: Mapped[str] = mapped_column(String(200))
    drawing: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)


class TradeItemStandard(Numbered, Base):
    """A standard or regulation the item follows: TCVN, QCVN, ISO, the producer's own TCCS."""

    __tablename__ = "trade_item_standard"
    __table_args__ = (UniqueConstraint("trade_item_id", "kind", "number"),)

    trade_item_id: Mapped[int] = mapped_column(ForeignKey("trade_item.id"))
    kind: Mapped[StandardKind] = mapped_column(enum_column(StandardKind, "kind"))
    number: Mapped[str] = mapped_column(String(60))
