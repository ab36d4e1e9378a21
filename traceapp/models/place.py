"""Where: growing areas, workshops, warehouses, shops."""

from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from traceapp.domain.parties import PlaceKind
from traceapp.models.base import Base, Created, Named, Numbered, digits, enum_column
from traceapp.models.party import AdminUnit, Party


class Place(Numbered, Named, Created, Base):
    """A site of one party. Coordinates are shown only where ``coordinates_public`` says so."""

    __tablename__ = "place"
    __table_args__ = (
        CheckConstraint(digits("gln", 13), name="gln_digits"),
        CheckConstraint("latitude IS NULL OR (latitude BETWEEN -90 AND 90)", name="latitude_range"),
        CheckConstraint("longitude IS NULL OR (longitude BETWEEN -180 AND 180)", name="longitude_range"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="both_coordinates"),
    )

    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True)
    kind: Mapped[PlaceKind] = mapped_column(enum_column(PlaceKind, "kind"))
    name: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str | None] = mapped_column(String(200))
    gln: Mapped[str | None] = mapped_column(String(13), unique=True)
    admin_unit_id: Mapped[int | None] = mapped_column(ForeignKey("admin_unit.id"))
    latitude: Mapped[Decimal | None] = mapped_column(Numeric(8, 5))
    longitude: Mapped[Decimal | None] = mapped_column(Numeric(8, 5))
    coordinates_public: Mapped[bool] = mapped_column(default=False)
    hectares: Mapped[Decimal | None] = mapped_column(Numeric(10, 2))
    demo: Mapped[bool] = mapped_column(default=False)
    party: Mapped[Party] = relationship()
    admin_unit: Mapped[AdminUnit | None] = relationship()
