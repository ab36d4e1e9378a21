"""What people tell the registry from a page they opened: a problem, or "I have just bought this"."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from traceapp.domain.feedback import ProblemKind
from traceapp.models.base import Base, Created, Named, Numbered, enum_column


class ProblemReport(Numbered, Named, Created, Base):
    """A passer-by's report. ``about`` is the path of the page; it may name a code we never issued."""

    __tablename__ = "problem_report"

    kind: Mapped[ProblemKind] = mapped_column(enum_column(ProblemKind, "kind"))
    about: Mapped[str] = mapped_column(String(200))
    trade_item_id: Mapped[int | None] = mapped_column(ForeignKey("trade_item.id"), index=True)
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"))
    stamp_run_id: Mapped[int | None] = mapped_column(ForeignKey("stamp_run.id"))
    stamp_index: Mapped[int | None] = mapped_column(BigInteger)
    told: Mapped[str | None] = mapped_column(String(1000))
    bought_where: Mapped[str | None] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(20))
    photo_sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"))
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    closing: Mapped[str | None] = mapped_column(String(500))


class Purchase(Numbered, Created, Base):
    """Someone said of a stamp "I have just bought this"; the first one is kept."""

    __tablename__ = "purchase"
    __table_args__ = (UniqueConstraint("stamp_run_id", "stamp_index"),)

    stamp_run_id: Mapped[int] = mapped_column(ForeignKey("stamp_run.id"))
    stamp_index: Mapped[int] = mapped_column(BigInteger)
