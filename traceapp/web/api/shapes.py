"""The shapes of the answers: published facts only, names in the languages they are known in.

Days are ISO 8601, instants in UTC; decimals are text, so that no digit is lost; null means "chưa có dữ liệu".
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from traceapp.domain.accreditation import ChainReason, ChainVerdict
from traceapp.domain.certificates import CertificateStatus, Status
from traceapp.domain.parties import PartyKind, RecordState
from traceapp.domain.permissions import Role
from traceapp.domain.reference import Activity
from traceapp.domain.restrictions import HoldReason, RecallEnding, RestrictionKind
from traceapp.domain.trade_items import Level, TradeItemCategory, Unit
from traceapp.i18n import N_
from traceapp.web.api.decision_shapes import Decision

DIGITS = "^[0-9]+$"
AMOUNT = {"type": "string", "pattern": "^[0-9]{1,11}([.][0-9]{1,3})?$"}
Amount = Annotated[Decimal, Field(ge=0, lt=10**11, decimal_places=3), WithJsonSchema(AMOUNT)]
"""So much of some goods, as text, so that no digit is lost; a number is taken too."""
PUBLIC_ID = "^[0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{8}$"


class Question(BaseModel):
    """Parameters: what is not known is refused, so that a misspelt filter never passes for none."""

    model_config = ConfigDict(extra="forbid")


class Paging(Question):
    """Which page."""

    after: str | None = Field(None, pattern=PUBLIC_ID, description=N_("Con trỏ `next` của trang trước"))
    limit: int = Field(50, ge=1, le=100, description=N_("Số hồ sơ một trang, tối đa 100"))


class Named(Question):
    """One record by its public id."""

    public_id: str = Field(pattern=PUBLIC_ID)


class FilePath(Named):
    """One file of a record, by its hash."""

    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class Numbered(Question):
    """One trade item by GTIN or by the registry's own number."""

    number: str = Field(pattern="^([0-9]{8}|[0-9]{12,14})$", description=N_("GTIN hoặc mã sản phẩm 8 chữ số"))


class Names(BaseModel):
    """A name in the languages it is known in."""

    vi: str
    en: str | None
    zh: str | None


class Party(BaseModel):
    """An organisation or household that was approved."""

    public_id: str
    kind: PartyKind
    names: Names
    address: str | None
    gln: str | None
    demo: bool
    source_url: str | None


class TradeItem(BaseModel):
    """A product as its label says."""

    public_id: str
    uri: str
    gtin: str | None
    registry_number: str | None
    level: Level
    names: Names
    category: TradeItemCategory
    brand: str | None
    net_content: str | None
    net_unit: Unit | None
    alcohol_percent: str | None
    ingredients: str | None
    storage: str | None
    warnings: str | None
    standards: list[str]
    producer: Party
    restraints: list["Standing"] = Field(description=N_("Tạm dừng và thu hồi đang có hiệu lực"))
    demo: bool
    source_url: str | None


class Place(BaseModel):
    """Where a lot was made; units smallest first."""

    public_id: str
    names: Names
    gln: str | None
    admin_units: list[str]


class Lot(BaseModel):
    """What was made together."""

    public_id: str
    uri: str
    trade_item: str = Field(description=N_("GTIN hoặc mã sản phẩm"))
    code: str
    made_on: date | None
    packed_on: date | None
    expires_on: date | None
    quantity: str | None
    unit: Unit | None
    place: Place | None
    restraints: list["Standing"] = Field(description=N_("Tạm dừng và thu hồi đang có hiệu lực"))


class StatusOn(BaseModel):
    """How a certificate stands on a day."""

    on: date
    status: CertificateStatus
    since: date | None
    until: date | None


class Chain(BaseModel):
    """Whether its body was accredited for this on the day of issue; `lapsed_on`: the day that ended later."""

    verdict: ChainVerdict
    reason: ChainReason | None
    accreditation: str | None = Field(description=N_("Số công nhận làm căn cứ, hoặc số bị nêu trong lý do"))
    accreditor: str | None
    scope: str | None = Field(description=N_("Phạm vi công nhận cần có, ví dụ FSMS"))
    day: date | None = Field(description=N_("Ngày thuộc về lý do: ngày cuối, ngày đầu hoặc ngày quyết định"))
    lapse: ChainReason | None = Field(description=N_("Việc xảy ra sau ngày cấp: chỉ là thông báo"))
    lapsed_on: date | None


class Edition(BaseModel):
    """That a newer edition of the standard is out; `over` null where the last day of change is not known."""

    newer: str
    transition_until: date | None
    over: bool | None


class Certificate(BaseModel):
    """An approved certificate, judged on a day."""

    public_id: str
    number: str
    scheme: str
    scheme_names: Names
    standard: str
    body: Names
    holder: Party
    scope: str
    issued_on: date
    valid_from: date
    valid_until: date
    status: StatusOn
    decisions: list[Decision]
    activities: list[Activity] = Field(description=N_("Hoạt động trong phạm vi chứng nhận"))
    edition: Edition | None = Field(description=N_("Bản tiêu chuẩn đã có bản mới thay thế"))
    replaces: str | None = Field(description=N_("Chứng nhận mà chứng nhận này gia hạn"))
    replaced_by: str | None = Field(description=N_("Chứng nhận đã duyệt gia hạn chứng nhận này"))
    evidence_sha256: list[str]
    chain: Chain
    demo: bool


class OwnCertificate(BaseModel):
    """A certificate as those see it who handle it, whatever its record's state."""

    record_state: RecordState
    return_reason: str | None
    version: int = Field(description=N_("Gửi kèm khi duyệt hoặc trả lại: hồ sơ đã đổi thì không làm gì"))
    certificate: Certificate


class Caller(BaseModel):
    """Whom a key stands for, and in which roles."""

    account: str
    party: str
    roles: list[Role]
    key_expires_on: date


class RecalledStamps(BaseModel):
    """Stamps of one run, by their numbers in it from 1; never by serial."""

    run: str
    first: int
    last: int


class Recall(BaseModel):
    """A recall two people decided; it is over where `ended_at` is known."""

    public_id: str
    page: str = Field(description=N_("Trang cho người đọc"))
    about: Literal["product", "lot", "stamps"] = Field(
        description=N_("Thu hồi cả sản phẩm, một lô, hay một đoạn tem")
    )
    reason: HoldReason
    told: str | None = Field(description=N_("Lời nhắn cho người mua"))
    decision_number: str | None
    since: datetime
    ended_at: datetime | None
    ending: RecallEnding | None
    trade_item: str | None
    names: Names
    lot: str | None
    stamps: RecalledStamps | None
    demo: bool


class Standing(BaseModel):
    """A hold or recall in force for what was asked about."""

    public_id: str
    kind: RestrictionKind
    about: Literal["product", "lot", "stamps"]
    reason: HoldReason
    since: datetime
    decision_number: str | None


class Parties(BaseModel):
    """A page of parties."""

    items: list[Party]
    next: str | None


class TradeItems(BaseModel):
    """A page of trade items."""

    items: list[TradeItem]
    next: str | None


class Lots(BaseModel):
    """A page of lots."""

    items: list[Lot]
    next: str | None


class Certificates(BaseModel):
    """A page of certificates."""

    items: list[Certificate]
    next: str | None


class Recalls(BaseModel):
    """A page of recalls."""

    items: list[Recall]
    next: str | None


def status_shape(status: Status, day: date) -> StatusOn:
    """A status with its day."""
    return StatusOn(on=day, status=status.status, since=status.since, until=status.until)
