"""What somebody uploaded to be imported, between the look at it and the word to do it."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from traceapp.models.base import Base, Created, Named, Numbered


class ImportDraft(Numbered, Named, Created, Base):
    """A sheet's cells and whose they are. The cells go when they are imported, discarded, or a week old."""

    __tablename__ = "import_draft"
    __table_args__ = (
        CheckConstraint("(imported_at IS NULL) = (imported_count IS NULL)", name="imported_some"),
        CheckConstraint("imported_count IS NULL OR imported_count > 0", name="count_positive"),
        CheckConstraint("imported_at IS NULL OR discarded_at IS NULL", name="one_end"),
    )

    kind: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    sheet: Mapped[dict[str, Any] | None]
    imported_at: Mapped[datetime | None]
    imported_count: Mapped[int | None]
    discarded_at: Mapped[datetime | None]
