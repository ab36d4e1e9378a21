"""The shapes of answers: the verdict on a stamp, and what goods may claim, with everything it rests on."""

from datetime import date, datetime

from pydantic import BaseModel, Field

from traceapp.domain.certificates import CertificateStatus
from traceapp.domain.claims import ClaimFinding
from traceapp.domain.conflicts import Advice, ConflictCode
from traceapp.domain.conformity import Doubt, Tone, Verdict
from traceapp.domain.contradictions import Case
from traceapp.domain.papers import Answer
from traceapp.domain.stamps import StampState
from traceapp.i18n import N_
from traceapp.web.api.shapes import Names, Standing


class ClaimConflict(BaseModel):
    """A contradiction: what was expected and found, in the language asked for and as facts."""

    code: ConflictCode
    case: Case
    label: str = Field(description=N_("Tên mâu thuẫn, theo ngôn ngữ được hỏi"))
    expected: str
    found: str
    advice: list[Advice] = Field(description=N_("Việc nên làm, A1 đến A6"))
    facts: dict[str, str] = Field(description=N_("Ngày viết theo ISO 8601"))


class ClaimCertificate(BaseModel):
    """A certificate of the scheme beside the goods."""

    public_id: str
    number: str
    standard: str
    status: CertificateStatus
    status_when_made: CertificateStatus | None
    on_day: Answer
    when_made: Answer | None
    conflicts: list[ClaimConflict]


class Mark(BaseModel):
    """Where the goods carry the name of the scheme."""

    text: str
    where: Case
    printed_on: date | None


class Claim(BaseModel):
    """The answer for one scheme; `unknown` is no accusation: the registry does not know enough."""

    scheme: str
    scheme_names: Names
    answer: Answer
    finding: ClaimFinding = Field(
        description=N_("Như answer, nhưng tách trường hợp tổ chức không được công nhận vào ngày cấp")
    )
    on_day: Answer = Field(description=N_("Xét vào ngày được hỏi"))
    when_made: Answer | None = Field(
        description=N_("Xét vào ngày sản xuất lô, không có thì ngày đóng gói; null: không hỏi về lô")
    )
    made_on: date | None
    packed_on: date | None = Field(
        description=N_("Chỉ khi hồ sơ lô không có ngày sản xuất: when_made được xét vào ngày đóng gói này")
    )
    certificates: list[ClaimCertificate]
    marks: list[Mark]
    conflicts: list[ClaimConflict]


class Claims(BaseModel):
    """Every answer about one product or lot on one day."""

    trade_item: str
    lot: str | None
    on: date
    claims: list[Claim]


class StampAnswer(BaseModel):
    """The verdict on a stamp: the word of the page, what else holds, and the facts that may be told."""

    uri: str
    verdict: Verdict
    tone: Tone
    also: list[Verdict | Doubt]
    state: StampState
    activated_at: datetime | None
    scans: int | None
    first_scan_at: datetime | None
    pin_required: bool = Field(description=N_("Tem có mã cào (PIN)"))
    pin_used_on: date | None
    trade_item: str | None
    names: Names | None
    lot: str | None
    made_on: date | None
    packed_on: date | None
    expires_on: date | None
    restraints: list[Standing] = Field(description=N_("Tạm dừng và thu hồi đang có hiệu lực"))
    claims: list[Claim] = Field(description=N_("Từng loại chứng nhận: hôm nay và khi sản xuất lô"))
