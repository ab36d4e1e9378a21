"""What vouches for goods: schemes, certificates and the decisions about them.

There is no status column. ``status_on(day)`` is computed from the dates and the decisions (ISO/IEC 17000:
suspension, restoration and withdrawal are decisions of the certification body; expiry is arithmetic).
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from traceapp.domain.certificates import (
    CertificateTerms,
    Decision,
    DecisionKind,
    RecordState,
    Status,
    status_on,
)
from traceapp.domain.reference import SchemeFamily
from traceapp.domain.trade_items import TradeItemCategory
from traceapp.models.base import Base, Created, Named, Numbered, enum_column
from traceapp.models.party import Party
from traceapp.models.place import Place
from traceapp.models.stored_file import StoredFile
from traceapp.models.trade_item import TradeItem


class Scheme(Numbered, Base):
    """A certification scheme. ``number_shape`` is a pattern whose breach is a warning, never a refusal."""

    __tablename__ = "scheme"

    code: Mapped[str] = mapped_column(String(40), unique=True)
    name_vi: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))
    name_zh: Mapped[str | None] = mapped_column(String(120))
    family: Mapped[SchemeFamily] = mapped_column(enum_column(SchemeFamily, "family"))
    accreditation_scope: Mapped[str | None] = mapped_column(String(20))
    number_shape: Mapped[str | None] = mapped_column(String(120))

    def name_in(self, language: str) -> str:
        """The name in ``language``, else in Vietnamese."""
        return {"en": self.name_en, "zh": self.name_zh}.get(language) or self.name_vi


class Certificate(Numbered, Named, Created, Base):
    """A certificate as its paper says, and how far the registry has taken it into its books."""

    __tablename__ = "certificate"
    __table_args__ = (
        UniqueConstraint("body_id", "number"),
        CheckConstraint("valid_from <= valid_until", name="days_in_order"),
        CheckConstraint("approved_by_id IS NULL OR approved_by_id <> entered_by_id", name="four_eyes"),
        CheckConstraint(
            "(record_state = 'approved') = (approved_by_id IS NOT NULL)", name="approved_by_someone"
        ),
        Index("ix_certificate_folded_number", "folded_number"),
    )

    number: Mapped[str] = mapped_column(String(80))
    folded_number: Mapped[str] = mapped_column(String(80))
    scheme_id: Mapped[int] = mapped_column(ForeignKey("scheme.id"))
    standard: Mapped[str] = mapped_column(String(80))
    body_id: Mapped[int] = mapped_column(ForeignKey("party.id"))
    holder_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True)
    scope_text: Mapped[str] = mapped_column(String(1000))
    issued_on: Mapped[date]
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    first_issued_on: Mapped[date | None]
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"))
    record_state: Mapped[RecordState] = mapped_column(
        enum_column(RecordState, "record_state"), default=RecordState.DRAFT
    )
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    submitted_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    approved_at: Mapped[datetime | None]
    return_reason: Mapped[str | None] = mapped_column(String(500))
    demo: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own declarative form

    scheme: Mapped[Scheme] = relationship()
    body: Mapped[Party] = relationship(foreign_keys=[body_id])
    holder: Mapped[Party] = relationship(foreign_keys=[holder_id])
    subjects: Mapped[list["CertificateSubject"]] = relationship(
        order_by="CertificateSubject.id", cascade="all, delete-orphan"
    )
    decisions: Mapped[list["CertificateDecision"]] = relationship(
        back_populates="certificate", order_by="CertificateDecision.sequence"
    )
    evidence: Mapped[list["CertificateEvidence"]] = relationship(
        order_by="CertificateEvidence.id", cascade="all, delete-orphan"
    )

    @property
    def terms(self) -> CertificateTerms:
        """The facts that its status is computed from."""
        return CertificateTerms(
            record_state=self.record_state,
            issued_on=self.issued_on,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            decisions=tuple(Decision(d.sequence, d.kind, d.from_on) for d in self.decisions),
        )

    def status_on(self, day: date) -> Status:
        """The status on ``day``, judged by the domain."""
        return status_on(self.terms, day)


class CertificateSubject(Numbered, Base):
    """What a certificate covers: one trade item, one place or one category a row.

    Rows of one kind are alternatives; all kinds that appear must hold together (domain.md, section 7).
    """

    __tablename__ = "certificate_subject"
    __table_args__ = (
        UniqueConstraint("certificate_id", "trade_item_id", "place_id", "category"),
        CheckConstraint(
            "(CASE WHEN trade_item_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN place_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN category IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_kind",
        ),
    )

    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), index=True)
    trade_item_id: Mapped[int | None] = mapped_column(ForeignKey("trade_item.id"), index=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    category: Mapped[TradeItemCategory | None] = mapped_column(enum_column(TradeItemCategory, "category"))
    trade_item: Mapped[TradeItem | None] = relationship()
    place: Mapped[Place | None] = relationship()


class CertificateDecision(Numbered, Created, Base):
    """Suspension, restoration, withdrawal or cancellation: what the body decided, and who wrote it down.

    ``document_number`` names the body's paper where somebody else wrote it down.
    """

    __tablename__ = "certificate_decision"
    __table_args__ = (UniqueConstraint("certificate_id", "sequence"),)

    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"))
    sequence: Mapped[int]
    kind: Mapped[DecisionKind] = mapped_column(enum_column(DecisionKind, "kind"))
    from_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(500))
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    document_number: Mapped[str | None] = mapped_column(String(60))
    file_sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"))
    file: Mapped[StoredFile | None] = relationship()
    certificate: Mapped[Certificate] = relationship(back_populates="decisions")


class CertificateEvidence(Numbered, Created, Base):
    """A scan or photo of the certificate's paper."""

    __tablename__ = "certificate_evidence"
    __table_args__ = (UniqueConstraint("certificate_id", "sha256"),)

    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"))
    sha256: Mapped[str] = mapped_column(ForeignKey("stored_file.sha256"))
    file: Mapped[StoredFile] = relationship()
