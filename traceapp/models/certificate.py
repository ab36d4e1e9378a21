"""What vouches for goods: certificates and the decisions about them.

There is no status column. ``status_on(day)`` is computed from the dates and the decisions (ISO/IEC 17000:
suspension, restoration and withdrawal are decisions of the certification body; expiry is arithmetic).
"""

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from traceapp.domain.certificates import (
    CertificateStatus,
    CertificateTerms,
    Decision,
    DecisionKind,
    RecordState,
    Status,
    status_on,
)
from traceapp.domain.editions import EditionNotice, notice
from traceapp.domain.reference import Activity
from traceapp.domain.trade_items import TradeItemCategory
from traceapp.models.account import Account
from traceapp.models.base import Base, Created, Named, Numbered, enum_column
from traceapp.models.party import Party
from traceapp.models.place import Place
from traceapp.models.scheme import Scheme
from traceapp.models.stored_file import StoredFile
from traceapp.models.trade_item import TradeItem

FIRST = text("replaces_id IS NULL")
LIVES = text("record_state IN ('submitted', 'approved') AND NOT number_free")
ENDS = text("kind IN ('withdrawal', 'cancellation')")


_ON_ITS_WAY = (RecordState.APPROVED, RecordState.SUBMITTED, RecordState.RETURNED, RecordState.DRAFT)


class Certificate(Numbered, Named, Created, Base):
    """A certificate as its paper says, and how far the registry has taken it into its books.

    One number of one body is one certificate, or one that renews it: many bodies keep the number. What renews
    one certificate shares no number once it was sent, until a final decision ends it and makes `number_free`.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        Index(
            "uq_certificate_number",
            "body_id",
            "number",
            unique=True,
            sqlite_where=FIRST,
            postgresql_where=FIRST,
        ),
        Index(
            "uq_certificate_renewal_number",
            "replaces_id",
            "number",
            unique=True,
            sqlite_where=LIVES,
            postgresql_where=LIVES,
        ),
        CheckConstraint("replaces_id < id", name="replaces_an_older"),
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
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"), index=True)
    record_state: Mapped[RecordState] = mapped_column(
        enum_column(RecordState, "record_state"), default=RecordState.DRAFT
    )
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    submitted_at: Mapped[datetime | None]
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    approved_at: Mapped[datetime | None]
    return_reason: Mapped[str | None] = mapped_column(String(500))
    number_free: Mapped[bool] = mapped_column(default=False, server_default=false())
    demo: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own declarative form

    scheme: Mapped[Scheme] = relationship()
    body: Mapped[Party] = relationship(foreign_keys=[body_id])
    holder: Mapped[Party] = relationship(foreign_keys=[holder_id])
    replaces: Mapped["Certificate | None"] = relationship(
        remote_side="Certificate.id", back_populates="successors"
    )
    successors: Mapped[list["Certificate"]] = relationship(
        back_populates="replaces", order_by="Certificate.id"
    )
    subjects: Mapped[list["CertificateSubject"]] = relationship(
        order_by="CertificateSubject.id", cascade="all, delete-orphan"
    )
    activities: Mapped[list["CertificateActivity"]] = relationship(
        order_by="CertificateActivity.id", cascade="all, delete-orphan"
    )
    decisions: Mapped[list["CertificateDecision"]] = relationship(
        back_populates="certificate", order_by="CertificateDecision.sequence"
    )
    evidence: Mapped[list["CertificateEvidence"]] = relationship(
        order_by="CertificateEvidence.id", cascade="all, delete-orphan"
    )

    def sent_by(self, party_id: int | None) -> bool:
        """Whether this party sent it last and so keeps its draft; its holder where nobody sent it yet."""
        return party_id is not None and party_id == (self.sent_by_id or self.holder_id)

    def open_to(self, party_id: int | None) -> bool:
        """Whether this party may change it: its own draft, or what came back and is about itself."""
        came_back = self.record_state is RecordState.RETURNED and self.holder_id == party_id
        return self.record_state.is_open and (came_back or self.sent_by(party_id))

    @property
    def terms(self) -> CertificateTerms:
        """The facts that its status is computed from."""
        return CertificateTerms(
            record_state=self.record_state,
            issued_on=self.issued_on,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            decisions=tuple(one.fact for one in self.decisions),
        )

    def status_on(self, day: date) -> Status:
        """The status on ``day``, judged by the domain."""
        return status_on(self.terms, day)

    def chain(self) -> Iterator["Certificate"]:
        """What it renews, one after the other, then what renews it, drafts too."""
        older = self.replaces
        while older is not None:
            yield older
            older = older.replaces
        newer = list(self.successors)
        while newer:
            one = newer.pop()
            yield one
            newer += one.successors

    def successors_on(self, day: date) -> list["Certificate"]:
        """What renews it, drafts too, what is furthest on its way first; withdrawn or cancelled is nothing.

        Nor is one that is withdrawn from its very beginning, which may lie ahead.
        """
        ended = (CertificateStatus.WITHDRAWN, CertificateStatus.CANCELLED)
        lasting = [
            one for one in self.successors if one.status_on(max(day, one.valid_from)).status not in ended
        ]
        return sorted(lasting, key=lambda one: _ON_ITS_WAY.index(one.record_state))

    def successor_on(self, day: date) -> "Certificate | None":
        """The certificate that renews it, a draft too."""
        return next(iter(self.successors_on(day)), None)

    def taken_over_on(self, day: date) -> bool:
        """Whether an approved certificate renews it."""
        successor = self.successor_on(day)
        return successor is not None and successor.record_state is RecordState.APPROVED

    def edition_notice(self, day: date) -> EditionNotice | None:
        """What is to be known on ``day`` of the edition it was given to; None where nothing is."""
        edition = self.scheme.edition_of(self.standard)
        return notice(edition, day) if edition else None


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


class CertificateActivity(Numbered, Base):
    """One activity that the scope of a certificate names: growing, packing, trading."""

    __tablename__ = "certificate_activity"
    __table_args__ = (UniqueConstraint("certificate_id", "activity"),)

    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"))
    activity: Mapped[Activity] = mapped_column(enum_column(Activity, "activity"))


class CertificateDecision(Numbered, Created, Base):
    """Suspension, restoration, withdrawal or cancellation: what the body decided, and who wrote it down.

    ``document_number`` names the body's paper where somebody else wrote it down. A certificate ends once:
    `ending` counts on only where the end before it was written by mistake.
    """

    __tablename__ = "certificate_decision"
    __table_args__ = (
        UniqueConstraint("certificate_id", "sequence"),
        Index(
            "uq_certificate_decision_end",
            "certificate_id",
            "ending",
            unique=True,
            sqlite_where=ENDS,
            postgresql_where=ENDS,
        ),
    )

    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"))
    sequence: Mapped[int]
    kind: Mapped[DecisionKind] = mapped_column(enum_column(DecisionKind, "kind"))
    from_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(500))
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    document_number: Mapped[str | None] = mapped_column(String(60))
    file_sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"))
    ending: Mapped[int] = mapped_column(default=1, server_default="1")
    file: Mapped[StoredFile | None] = relationship()
    certificate: Mapped[Certificate] = relationship(back_populates="decisions")
    mistake: Mapped["DecisionMistake | None"] = relationship(back_populates="decision", lazy="joined")
    recorded_by: Mapped[Account] = relationship()

    @property
    def fact(self) -> Decision:
        """What the domain judges."""
        return Decision(self.sequence, self.kind, self.from_on, mistaken=self.mistake is not None)


class DecisionMistake(Numbered, Created, Base):
    """That one decision was written down by mistake, who says so and why; the decision stays as it is."""

    __tablename__ = "decision_mistake"
    __table_args__ = (UniqueConstraint("decision_id"),)

    decision_id: Mapped[int] = mapped_column(ForeignKey("certificate_decision.id"))
    reason: Mapped[str] = mapped_column(String(500))
    marked_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    decision: Mapped[CertificateDecision] = relationship(back_populates="mistake")


class CertificateEvidence(Numbered, Created, Base):
    """A scan or photo of the certificate's paper, and who added it."""

    __tablename__ = "certificate_evidence"
    __table_args__ = (UniqueConstraint("certificate_id", "sha256"),)

    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"))
    sha256: Mapped[str] = mapped_column(ForeignKey("stored_file.sha256"))
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    added_by: Mapped[Account | None] = relationship()
    file: Mapped[StoredFile] = relationship()
