"""Runs of stamps and print orders as their owner's program sees them.

Stamps of a run are counted from 1, as on the site: `first` and `last` are both of the stretch.
"""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from traceapp.domain.printing import PrintKind, PrintState
from traceapp.domain.reprints import ReprintReason
from traceapp.domain.stamps import StampState
from traceapp.i18n import N_


class Stock(BaseModel):
    """How many stamps stand where; the four add up to all of them."""

    minted: int = Field(description=N_("Đã cấp mã, chưa in"))
    printed: int = Field(description=N_("Đã in, chưa kích hoạt"))
    activated: int = Field(description=N_("Đã kích hoạt"))
    void: int = Field(description=N_("Đã hủy"))


class Stretch(BaseModel):
    """Stamps of a run that stand alike."""

    first: int
    last: int
    state: StampState


class Run(BaseModel):
    """Stamps that were issued together."""

    public_id: str
    trade_item: str = Field(description=N_("GTIN hoặc mã sản phẩm"))
    lot: str | None = Field(description=N_("Mã công khai của lô"))
    lot_code: str | None
    count: int
    pins: bool = Field(description=N_("Tem có mã cào (PIN)"))
    stock: Stock
    created_at: datetime
    printed_at: datetime | None
    activated_at: datetime | None = Field(description=N_("Lúc tem đầu tiên được kích hoạt"))


class Runs(BaseModel):
    """A page of runs, the newest first."""

    items: list[Run]
    next: str | None


class Undoable(BaseModel):
    """The act the owner of the key may take back next; `act` goes with the undo."""

    act: int
    what: str = Field(description="activated_stamps, voided_stamps")
    at: datetime
    until: datetime = Field(description=N_("Hoàn tác được đến lúc này"))
    first: int
    last: int
    stopped: str | None = Field(description=N_("Vì sao lúc này chưa hoàn tác được; null: hoàn tác được"))


class SheetReprint(BaseModel):
    """Sheets that were printed once more."""

    first_sheet: int
    last_sheet: int
    reason: ReprintReason
    alike: bool = Field(description=N_("In y hệt mã cũ; false: mã mới, mã cũ đã hủy"))
    replacement: str | None = Field(description=N_("Mã đợt tem mới"))
    at: datetime


class PrintLine(BaseModel):
    """An order to print, in a list."""

    public_id: str
    kind: PrintKind
    state: PrintState
    run: str | None = Field(description=N_("Mã đợt tem"))
    trade_item: str = Field(description=N_("GTIN hoặc mã sản phẩm"))
    lot: str | None = Field(description=N_("Mã công khai của lô"))
    count: int
    medium: str
    printer: str | None = Field(description=N_("Mã máy in đã chọn; null: không chọn"))
    calibration: str | None = Field(description=N_("Lần căn chỉnh ghi ở lề; null: in không căn chỉnh"))
    sheets: int = Field(description=N_("Số tờ, hoặc số hàng của cuộn"))
    sheets_done: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class Prints(BaseModel):
    """A page of orders, the newest first."""

    items: list[PrintLine]
    next: str | None


class PrintPart(BaseModel):
    """A file to come, or there: take it at `/files/{number}` once the order is done."""

    number: int
    first: int
    count: int
    sheets: int
    state: Literal["done", "writing", "waiting"]


class PrintFile(BaseModel):
    """A file that is ready; part 0 is the list of codes for a print shop (CSV)."""

    part: int
    media_type: str
    size: int
    sha256: str


class Print(PrintLine):
    """How far an order is."""

    stamps_done: int
    percent: int
    seconds_left: int | None = Field(description=N_("Ước tính số giây còn lại; null: chưa ước được"))
    voided: int = Field(description=N_("Số tem đã hủy trong đợt: xin không dán"))
    error: str | None = Field(description=N_("Vì sao lệnh dừng lại"))
    parts: list[PrintPart]
    files: list[PrintFile] = Field(description=N_("Tải được khi lệnh đã xong"))


class RunWhole(Run):
    """A run with everything known of it."""

    first_serial: str | None = Field(description=N_("Số sê-ri đầu; null: máy này không giữ khóa của đợt"))
    last_serial: str | None
    stretches: list[Stretch]
    print: Print | None
    undoable: Undoable | None
    reprints: list[SheetReprint]
    replaces: str | None = Field(description=N_("Đợt tem mà đợt này in thay"))


class RunPart(BaseModel):
    """Some stamps of a run, looked at before anything is done to them."""

    first: int
    last: int
    stock: Stock
    would_activate: int = Field(description=N_("Số tem sẽ kích hoạt được"))
    would_void: int = Field(description=N_("Số tem sẽ hủy được"))


class RunSheet(BaseModel):
    """A sheet as its margin numbers it, or a row of a roll."""

    number: int
    first: int
    last: int
    stock: Stock


class RunSheets(BaseModel):
    """A page of the sheets of a run; `next` goes with `after`."""

    items: list[RunSheet]
    next: int | None


class PrintCheck(BaseModel):
    """What would not scan, or may not be printed."""

    rule: str = Field(description=N_("Mã quy tắc, ví dụ P2, P17"))
    severity: Literal["block", "warn"]
    sentence: str
    cure: str | None = Field(description=N_("Khổ giấy khắc phục được lỗi này"))


class Forecast(BaseModel):
    """What an order would come to; nothing is ordered."""

    count: int
    medium: str
    sheets: int
    parts: int = Field(description=N_("Số tệp PDF"))
    pdf_bytes: int
    csv_bytes: int
    seconds: int
    measured: bool = Field(description=N_("Số giây đo từ các lệnh trước của hệ thống này; false: ước chừng"))
    verdict: Literal["ok", "caution", "stop"]
    checks: list[PrintCheck]


class MediumShape(BaseModel):
    """A blank sheet or roll; lengths in mm, as decimals."""

    id: str
    name: str
    kind: Literal["sheet", "roll"]
    shape: str
    page_width: float
    page_height: float
    width: float = Field(description=N_("Bề rộng một tem"))
    height: float
    per_page: int = Field(description=N_("Số tem một tờ, hoặc một hàng của cuộn"))
    confidence: str = Field(
        description=N_("published: số liệu công bố; measure, infer, user: nên in thử trước")
    )


class Media(BaseModel):
    """Every medium."""

    items: list[MediumShape]
