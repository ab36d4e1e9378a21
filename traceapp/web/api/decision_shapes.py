"""The shapes of what a body decided about a certificate, and of what was a mistake in that."""

from datetime import date

from pydantic import BaseModel, Field

from traceapp.domain.certificates import DecisionKind
from traceapp.i18n import N_


class DecisionMistake(BaseModel):
    """That a decision was written down by mistake, and why."""

    marked_on: date
    reason: str


class Decision(BaseModel):
    """What its body decided about a certificate; one with a `mistake` counts for nothing."""

    sequence: int
    kind: DecisionKind
    from_on: date
    reason: str
    mistake: DecisionMistake | None = Field(
        description=N_("Quyết định đã được đánh dấu ghi nhầm: hiệu lực của chứng nhận tính như không có nó")
    )
