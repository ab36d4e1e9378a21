"""Who: cooperatives, companies, households, certification bodies, authorities.

A party's names and addresses are dated rows, because a certificate of 2024 keeps the name and the
commune of 2024 (domain.md, section 9). Administrative units are identified by id and date, never by name.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from traceapp.domain.parties import PartyKind, PartyState
from traceapp.domain.reference import UnitLevel
from traceapp.models.account import Membership
from traceapp.models.base import Base, Created, Named, Numbered, digits, enum_column


class AdminUnit(Numbered, Base):
    """A province, district or commune, in the days it existed. A null end is open, a null start unknown."""

    __tablename__ = "admin_unit"
    __table_args__ = (
        CheckConstraint(
            "valid_from IS NULL OR valid_until IS NULL OR valid_from <= valid_until", name="days_in_order"
        ),
    )

    code: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    level: Mapped[UnitLevel] = mapped_column(enum_column(UnitLevel, "level"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("admin_unit.id"))
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    source_url: Mapped[str | None] = mapped_column(String(500))
    parent: Mapped["AdminUnit | None"] = relationship(remote_side="AdminUnit.id")

    def chain(self) -> list["AdminUnit"]:
        """The unit and all above it, the smallest first."""
        above = self.parent.chain() if self.parent is not None else []
        return [self, *above]


class AdminUnitSuccession(Numbered, Base):
    """What became of a unit. No row means "not known", never "none"."""

    __tablename__ = "admin_unit_succession"
    __table_args__ = (UniqueConstraint("predecessor_id", "successor_id"),)

    predecessor_id: Mapped[int] = mapped_column(ForeignKey("admin_unit.id"))
    successor_id: Mapped[int] = mapped_column(ForeignKey("admin_unit.id"))
    effective_on: Mapped[date]
    document_number: Mapped[str | None] = mapped_column(String(60))


class Party(Numbered, Named, Created, Base):
    """An organisation or household. ``source_url`` marks a real one shown from public information."""

    __tablename__ = "party"
    __table_args__ = (
        CheckConstraint(digits("gln", 13), name="gln_digits"),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> submitted_by_id", name="four_eyes"),
    )

    kind: Mapped[PartyKind] = mapped_column(enum_column(PartyKind, "kind"))
    tax_code: Mapped[str | None] = mapped_column(String(14), unique=True)
    gln: Mapped[str | None] = mapped_column(String(13), unique=True)
    company_prefix: Mapped[str | None] = mapped_column(String(12), unique=True)
    phone: Mapped[str | None] = mapped_column(String(20))
    email: Mapped[str | None] = mapped_column(String(254))
    state: Mapped[PartyState] = mapped_column(enum_column(PartyState, "state"), default=PartyState.DRAFT)
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    submitted_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    return_reason: Mapped[str | None] = mapped_column(String(500))
    demo: Mapped[bool] = mapped_column(default=False)
    source_url: Mapped[str | None] = mapped_column(String(500))
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own declarative form

    names: Mapped[list["PartyName"]] = relationship(
        back_populates="party", order_by="PartyName.valid_from", cascade="all, delete-orphan"
    )
    addresses: Mapped[list["PartyAddress"]] = relationship(
        back_populates="party", order_by="PartyAddress.valid_from", cascade="all, delete-orphan"
    )
    memberships: Mapped[list[Membership]] = relationship(back_populates="party")

    def name_on(self, day: date, language: str = "vi") -> str:
        """The legal name in force on ``day`` in ``language``, else the Vietnamese, else the latest known."""
        told = [name for name in self.names if name.holds_on(day)] or list(self.names)
        spoken = [name for name in told if name.language == language]
        vietnamese = [name for name in told if name.language == "vi"]
        chosen = spoken or vietnamese or told
        return chosen[-1].name if chosen else ""

    def address_on(self, day: date) -> "PartyAddress | None":
        """The address in force on ``day``; the latest known where none covers that day."""
        told = [address for address in self.addresses if address.holds_on(day)] or list(self.addresses)
        return told[-1] if told else None


class Dated:
    """Validity of a name or an address; both ends inclusive, an open end null."""

    valid_from: Mapped[date]
    valid_until: Mapped[date | None]

    def holds_on(self, day: date) -> bool:
        """Whether the row is in force on ``day``."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


class PartyName(Numbered, Dated, Base):
    """A legal name in one language, dated. ``folded`` is what people search (no marks, no case)."""

    __tablename__ = "party_name"
    __table_args__ = (
        UniqueConstraint("party_id", "language", "valid_from"),
        CheckConstraint("valid_until IS NULL OR valid_from <= valid_until", name="days_in_order"),
        Index("ix_party_name_folded", "folded"),
    )

    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"))
    language: Mapped[str] = mapped_column(String(2))
    name: Mapped[str] = mapped_column(String(200))
    folded: Mapped[str] = mapped_column(String(200))
    party: Mapped[Party] = relationship(back_populates="names")


class PartyAddress(Numbered, Dated, Base):
    """A street or hamlet within a dated administrative unit."""

    __tablename__ = "party_address"
    __table_args__ = (
        UniqueConstraint("party_id", "valid_from"),
        CheckConstraint("valid_until IS NULL OR valid_from <= valid_until", name="days_in_order"),
    )

    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"))
    street: Mapped[str] = mapped_column(String(200))
    admin_unit_id: Mapped[int] = mapped_column(ForeignKey("admin_unit.id"))
    party: Mapped[Party] = relationship(back_populates="addresses")
    admin_unit: Mapped[AdminUnit] = relationship()

    def line(self) -> str:
        """The address on one line, smallest unit first."""
        return ", ".join(
            [*([self.street] if self.street else []), *(u.name for u in self.admin_unit.chain())]
        )
