"""The journal: every act in order, never changed, each entry hashed as it was written.

Triggers of the migration refuse every update and delete, on both databases (trust.md, section 5).
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from traceapp.models.base import Base


class JournalEntry(Base):
    """An act. ``body`` is the canonical JSON that was hashed; the other columns are its index."""

    __tablename__ = "journal_entry"
    __table_args__ = (
        CheckConstraint("seq >= 0", name="seq_positive"),
        CheckConstraint("length(leaf_hash) = 64", name="leaf_hash_form"),
        Index("ix_journal_entry_subject", "subject_kind", "subject_id"),
    )

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    party_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"), index=True)
    act: Mapped[str] = mapped_column(String(60), index=True)
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(80))
    body: Mapped[bytes]
    leaf_hash: Mapped[str] = mapped_column(String(64), unique=True)
