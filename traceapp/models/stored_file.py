"""Files by their SHA-256: written once, never overwritten, stored before the row that names them commits."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from traceapp.models.base import Base


class StoredFile(Base):
    """What is known of the bytes under one hash. ``inline`` is true only for what we re-encoded ourselves."""

    __tablename__ = "stored_file"
    __table_args__ = (
        CheckConstraint("length(sha256) = 64 AND ltrim(sha256, '0123456789abcdef') = ''", name="sha256_form"),
        CheckConstraint("size > 0", name="size_positive"),
    )

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(60))
    first_name: Mapped[str] = mapped_column(String(200))
    inline: Mapped[bool] = mapped_column(default=False)
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    uploaded_at: Mapped[datetime]
