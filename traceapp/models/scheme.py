"""Schemes of certification and the editions of their standards: data, never code.

A scheme is what a reader asks for by name (ISO 22000, VietGAP crops, OCOP 4 stars); an edition is the text
that stands on the paper, with what replaced it and until when one could change over, where that is known.
"""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from traceapp.domain.editions import Edition, find_edition
from traceapp.domain.reference import SchemeFamily
from traceapp.models.base import Base, Numbered, enum_column


class Scheme(Numbered, Base):
    """A certification scheme. ``number_shape`` is a pattern whose breach is a warning, never a refusal.

    Schemes of one ``series`` may follow one another (OCOP 3 stars, then 4); one without is its own series.
    """

    __tablename__ = "scheme"

    code: Mapped[str] = mapped_column(String(40), unique=True)
    name_vi: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))
    name_zh: Mapped[str | None] = mapped_column(String(120))
    family: Mapped[SchemeFamily] = mapped_column(enum_column(SchemeFamily, "family"))
    accreditation_scope: Mapped[str | None] = mapped_column(String(20))
    number_shape: Mapped[str | None] = mapped_column(String(120))
    series: Mapped[str | None] = mapped_column(String(40))
    position: Mapped[int] = mapped_column(default=100, server_default="100")
    editions: Mapped[list["SchemeEdition"]] = relationship(order_by="SchemeEdition.id")

    def name_in(self, language: str) -> str:
        """The name in ``language``, else in Vietnamese."""
        return {"en": self.name_en, "zh": self.name_zh}.get(language) or self.name_vi

    def edition_of(self, standard: str) -> Edition | None:
        """The edition that the text of a certificate names, where it is on record."""
        return find_edition((one.as_edition() for one in self.editions), standard)

    @property
    def kin(self) -> str:
        """The word it shares with the schemes whose certificates may take over from one another."""
        return self.series or self.code

    def may_follow(self, other: "Scheme") -> bool:
        """Whether a certificate of this scheme can renew one of the other."""
        return self.kin == other.kin


class SchemeEdition(Numbered, Base):
    """One edition of a scheme's standard, as printed."""

    __tablename__ = "scheme_edition"
    __table_args__ = (
        UniqueConstraint("scheme_id", "standard"),
        CheckConstraint("superseded_by_id <> id", name="superseded_by_another"),
        CheckConstraint(
            "transition_until IS NULL OR superseded_by_id IS NOT NULL", name="transition_to_something"
        ),
    )

    scheme_id: Mapped[int] = mapped_column(ForeignKey("scheme.id"))
    standard: Mapped[str] = mapped_column(String(80))
    valid_from: Mapped[date | None]
    transition_until: Mapped[date | None]
    superseded_by_id: Mapped[int | None] = mapped_column(ForeignKey("scheme_edition.id"))
    superseded_by: Mapped["SchemeEdition | None"] = relationship(remote_side="SchemeEdition.id")

    def as_edition(self) -> Edition:
        """The same for the domain, with all that replaced it."""
        newer = self.superseded_by
        return Edition(self.standard, self.transition_until, newer.as_edition() if newer else None)
