"""Who vouches for those who certify: accreditations of certification bodies, and what became of them.

Like a certificate's, an accreditation's standing is computed from its days and its decisions and never
stored (ISO/IEC 17011). A row typed by one officer rests until another has confirmed it: ``approved_at``.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from traceapp.domain.accreditation import Accreditation as AccreditationFacts
from traceapp.domain.certificates import Decision, DecisionKind
from traceapp.models.base import Base, Created, Named, Numbered, enum_column
from traceapp.models.party import Party
from traceapp.models.stored_file import StoredFile


class Accreditation(Numbered, Named, Created, Base):
    """That a certification body was accredited, for which scopes, from when until when.

    ``standard`` is what it was judged by (ISO/IEC 17021-1 ...); ``entered_by_id`` is null for rows that came
    with their source.
    """

    __tablename__ = "accreditation"
    __table_args__ = (
        UniqueConstraint("accreditor", "number"),
        CheckConstraint(
            "valid_from IS NULL OR valid_until IS NULL OR valid_from <= valid_until", name="days_in_order"
        ),
        CheckConstraint("approved_by_id IS NULL OR approved_by_id <> entered_by_id", name="four_eyes"),
        CheckConstraint("approved_by_id IS NULL OR approved_at IS NOT NULL", name="approved_some_day"),
    )

    body_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True)
    accreditor: Mapped[str] = mapped_column(String(60))
    number: Mapped[str] = mapped_column(String(60))
    standard: Mapped[str | None] = mapped_column(String(120))
    scopes: Mapped[list[str]]
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    demo: Mapped[bool] = mapped_column(default=False)
    source_url: Mapped[str | None] = mapped_column(String(500))
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    approved_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own declarative form

    body: Mapped[Party] = relationship()
    decisions: Mapped[list["AccreditationDecision"]] = relationship(
        back_populates="accreditation", order_by="AccreditationDecision.sequence"
    )

    @property
    def facts(self) -> AccreditationFacts:
        """What chains are judged by."""
        return AccreditationFacts(
            number=self.number,
            scopes=frozenset(self.scopes),
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            decisions=tuple(Decision(d.sequence, d.kind, d.from_on) for d in self.decisions),
            accreditor=self.accreditor,
            confirmed=self.approved_at is not None,
        )


class AccreditationDecision(Numbered, Created, Base):
    """Suspension, restoration or withdrawal: what the accreditation body decided, and who wrote it down."""

    __tablename__ = "accreditation_decision"
    __table_args__ = (
        UniqueConstraint("accreditation_id", "sequence"),
        CheckConstraint("kind <> 'cancellation'", name="no_cancellation"),
    )

    accreditation_id: Mapped[int] = mapped_column(ForeignKey("accreditation.id"))
    sequence: Mapped[int]
    kind: Mapped[DecisionKind] = mapped_column(enum_column(DecisionKind, "kind"))
    from_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(500))
    document_number: Mapped[str | None] = mapped_column(String(60))
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    file_sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"))
    file: Mapped[StoredFile | None] = relationship()
    accreditation: Mapped[Accreditation] = relationship(back_populates="decisions")


class MergedBody(Numbered, Created, Base):
    """That a body somebody wrote down turned out to be one already known; its certificates went over."""

    __tablename__ = "merged_body"
    __table_args__ = (CheckConstraint("body_id <> into_id", name="another"),)

    body_id: Mapped[int] = mapped_column(ForeignKey("party.id"), unique=True)
    into_id: Mapped[int] = mapped_column(ForeignKey("party.id"))
    merged_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    body: Mapped[Party] = relationship(foreign_keys=[body_id])
    into: Mapped[Party] = relationship(foreign_keys=[into_id])
