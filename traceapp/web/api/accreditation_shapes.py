"""An accreditation as the province's programs see it."""

from datetime import date

from pydantic import BaseModel, Field

from traceapp import models
from traceapp.domain.certificates import CertificateStatus, DecisionKind
from traceapp.i18n import N_


class AccreditationDecision(BaseModel):
    """What the accreditation body decided; `file` is the hash of its scan."""

    kind: DecisionKind
    from_on: date
    reason: str
    document_number: str | None
    file: str | None


class Accreditation(BaseModel):
    """That a body was accredited; nothing rests on it before a second officer has confirmed it."""

    public_id: str
    version: int
    body: str = Field(description=N_("Mã công khai của tổ chức chứng nhận"))
    accreditor: str
    number: str
    standard: str | None
    scopes: list[str]
    valid_from: date | None
    valid_until: date | None
    source_url: str | None
    confirmed: bool
    status: CertificateStatus | None = Field(description=N_("Hôm nay; null: chưa rõ ngày"))
    decisions: list[AccreditationDecision]
    demo: bool


class Accreditations(BaseModel):
    """A page of them."""

    items: list[Accreditation]
    next: str | None


def accreditation(row: models.Accreditation, day: date) -> Accreditation:
    """An accreditation with its standing on a day."""
    standing = row.facts.standing(day)
    return Accreditation(
        public_id=row.public_id,
        version=row.version,
        body=row.body.public_id,
        accreditor=row.accreditor,
        number=row.number,
        standard=row.standard,
        scopes=list(row.scopes),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        source_url=row.source_url,
        confirmed=row.approved_at is not None,
        status=standing.status if standing else None,
        decisions=[
            AccreditationDecision(
                kind=one.kind,
                from_on=one.from_on,
                reason=one.reason,
                document_number=one.document_number,
                file=one.file_sha256,
            )
            for one in row.decisions
        ],
        demo=row.demo,
    )
