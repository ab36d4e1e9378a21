"""Signed codes that were given out: one row each, so that a list of those no longer believed can be made.

The code itself is kept (it is public, and printed), so that a paper printed again carries the same one after
its key has gone. Its ``public_id`` is the number inside it.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from traceapp.domain.signed_codes import LONGEST, CodeKind, RevokedFor
from traceapp.models.base import Base, Created, Named, Numbered, enum_column
from traceapp.models.certificate import Certificate
from traceapp.models.lot import Lot
from traceapp.models.party import Party
from traceapp.models.stamp import StampRun


class SignedCode(Numbered, Named, Created, Base):
    """One code: what it stands on, whose that is, until when it runs, whether it was taken back.

    ``contents`` is what a carton or roll holds, of which the code carries the digest; empty of a certificate.
    A certificate that is suspended, or a lot that is recalled, is no column: that is asked of their records.
    """

    __tablename__ = "signed_code"
    __table_args__ = (
        CheckConstraint("(kind = 'certificate') = (certificate_id IS NOT NULL)", name="certificate_of_kind"),
        CheckConstraint("(kind = 'carton') = (lot_id IS NOT NULL)", name="lot_of_kind"),
        CheckConstraint("(kind = 'roll') = (stamp_run_id IS NOT NULL)", name="run_of_kind"),
        CheckConstraint(
            "(revoked_at IS NULL) = (revoked_why IS NULL) AND (revoked_at IS NULL) = (revoked_by_id IS NULL)",
            name="revoked_has_reason",
        ),
        Index("ix_signed_code_expires_at", "expires_at"),
    )

    kind: Mapped[CodeKind] = mapped_column(enum_column(CodeKind, "kind"))
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"))
    certificate_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"), index=True)
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"), index=True)
    stamp_run_id: Mapped[int | None] = mapped_column(ForeignKey("stamp_run.id"), index=True)
    contents: Mapped[dict[str, Any]]
    key_id: Mapped[str] = mapped_column(String(16))
    code: Mapped[str] = mapped_column(String(LONGEST))
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    issued_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    revoked_at: Mapped[datetime | None]
    revoked_why: Mapped[RevokedFor | None] = mapped_column(enum_column(RevokedFor, "revoked_why"))
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    party: Mapped[Party] = relationship()
    certificate: Mapped[Certificate | None] = relationship()
    lot: Mapped[Lot | None] = relationship()
    stamp_run: Mapped[StampRun | None] = relationship()
