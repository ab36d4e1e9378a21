"""Printers and their calibrations as their owner's program sees them. Lengths in mm, as decimals."""

from datetime import datetime

from pydantic import BaseModel, Field

from traceapp.i18n import N_


class CalibrationShape(BaseModel):
    """One version of how a printer lands on a medium."""

    public_id: str
    printer: str = Field(description=N_("Mã công khai của máy in"))
    medium: str
    version: int
    readings: dict[str, str] = Field(description=N_("Các số đã đọc, mm, theo chữ trên tờ căn chỉnh"))
    ruler_mm: float
    offset_x: float = Field(description=N_("In dịch sang phải bao nhiêu mm"))
    offset_y: float = Field(description=N_("In dịch xuống bao nhiêu mm"))
    scale_x: float
    scale_y: float
    skew: float = Field(description=N_("Độ xoay, tính bằng độ"))
    read_on: str | None = Field(
        description=N_("Lần căn chỉnh mà tờ được đo đã in theo; null: tờ chưa căn chỉnh")
    )
    restores: str | None = Field(description=N_("Lần căn chỉnh cũ được dùng lại"))
    created_at: datetime
    confirmed_at: datetime | None = Field(description=N_("Lúc có người xác nhận khớp; null: chưa dùng để in"))
    in_use: bool = Field(description=N_("Lệnh in mới chọn máy và khổ này sẽ dùng lần này"))


class PrinterShape(BaseModel):
    """A printer by the name its party calls it."""

    public_id: str
    name: str
    model: str = Field(description="laser-300, laser-600, laser-1200, thermal-203, thermal-300")
    kind: str = Field(description="sheet, roll")
    archived: bool
    calibrations: list[CalibrationShape] = Field(description=N_("Theo khổ giấy, mới nhất trước"))


class Printers(BaseModel):
    """Every printer of the party."""

    items: list[PrinterShape]
