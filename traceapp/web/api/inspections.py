"""Field records, for whoever draws them up and for the province; people are named in the record alone."""

from datetime import datetime

from flask import Response, current_app
from pydantic import BaseModel, Field

from traceapp import models
from traceapp.domain.inspections import QUESTIONS, Finding, InspectionState, Seen
from traceapp.domain.trade_items import Unit
from traceapp.extensions import reader
from traceapp.i18n import N_
from traceapp.services import inspections
from traceapp.services.printing.minutes import draw_minutes
from traceapp.services.public import open_records
from traceapp.web.api import shapes, showing
from traceapp.web.api.acting import NEEDS_KEY, caller
from traceapp.web.api.book import INSPECTIONS, door
from traceapp.web.api.files import BYTES, kept_file
from traceapp.web.api.refusals import refused

PDF = {"application/pdf": BYTES}
WEBP = {"image/webp": BYTES}


class Item(BaseModel):
    """One thing that was looked at, and what of it is on record."""

    number: int = Field(description=N_("Số thứ tự trong biên bản, không dùng lại"))
    named: str
    trade_item: str | None = Field(description=N_("GTIN hoặc mã sản phẩm"))
    lot: str | None
    serial: str | None
    certificate: str | None
    quantity: str | None
    unit: Unit | None
    price: int | None = Field(description=N_("Đồng, một đơn vị"))
    finding: Finding | None
    note: str | None
    hold: str | None = Field(description=N_("Số lệnh tạm dừng của lô lúc đóng biên bản"))


class Photo(BaseModel):
    """A photo by its hash."""

    sha256: str
    taken_at: datetime | None


class Inspection(BaseModel):
    """A field record."""

    public_id: str
    uri: str
    number: str | None
    version: int
    state: InspectionState
    began_at: datetime
    saved_at: datetime
    closed_at: datetime | None
    sha256: str | None = Field(description=N_("Mã băm của hồ sơ đã đóng"))
    supplements: str | None
    site: str | None
    commune: str | None
    address: str | None
    items: list[Item]
    answers: dict[str, Seen]
    result: Finding | None
    findings: str | None
    measures: str | None
    seller_signs: bool | None
    photos: list[Photo]
    demo: bool


class Inspections(BaseModel):
    """A page of field records."""

    items: list[Inspection]
    next: str | None


@door.get(
    "/inspections",
    summary=N_("Biên bản kiểm tra của mình; với tỉnh là của mọi người"),
    tags=[INSPECTIONS],
    security=NEEDS_KEY,
    responses={200: Inspections, **refused(401, 403, 404)},
)
def list_inspections(query: shapes.Paging) -> Response:
    """A page of records."""
    actor = caller()
    if query.after is not None:  # another's record is no place to go on from: it does not exist
        inspections.read_inspection(reader(), actor=actor, public_id=query.after)
    page = open_records.page_of(reader(), inspections.readable(actor), after=query.after, limit=query.limit)
    shown = [show(one) for one in page.records]
    return showing.answer(Inspections(items=shown, next=page.following))


@door.get(
    "/inspections/<public_id>",
    summary=N_("Một biên bản kiểm tra"),
    tags=[INSPECTIONS],
    security=NEEDS_KEY,
    responses={200: Inspection, **refused(401, 403, 404)},
)
def read_inspection(path: shapes.Named) -> Response:
    """One record."""
    found = inspections.read_inspection(reader(), actor=caller(), public_id=path.public_id)
    return showing.answer(show(found))


@door.get(
    "/inspections/<public_id>/minutes",
    summary=N_("Biên bản bằng PDF"),
    tags=[INSPECTIONS],
    security=NEEDS_KEY,
    responses={200: {"content": PDF, "description": "PDF"}, **refused(401, 403, 404)},
)
def read_minutes(path: shapes.Named) -> Response:
    """The minutes as they are printed."""
    found = inspections.read_inspection(reader(), actor=caller(), public_id=path.public_id)
    body = inspections.record_bytes(reader(), found, address=address(found.public_id))
    pdf = draw_minutes(inspections.facts_of(body), sha256=found.sha256)
    return Response(pdf, content_type="application/pdf")


@door.get(
    "/inspections/<public_id>/record",
    summary=N_("Nội dung biên bản, đúng từng byte đã dùng để tính mã băm in trên giấy"),
    tags=[INSPECTIONS],
    security=NEEDS_KEY,
    responses={
        200: {"content": {"application/json": {"schema": {"type": "object"}}}, "description": "JSON"},
        **refused(401, 403, 404),
    },
)
def read_record(path: shapes.Named) -> Response:
    """The bytes that are hashed; they name people, and go to those alone who may read the record."""
    found = inspections.read_inspection(reader(), actor=caller(), public_id=path.public_id)
    body = inspections.record_bytes(reader(), found, address=address(found.public_id))
    return Response(body, content_type="application/json")


@door.get(
    "/inspections/<public_id>/photos/<sha256>",
    summary=N_("Một ảnh của biên bản"),
    tags=[INSPECTIONS],
    security=NEEDS_KEY,
    responses={200: {"content": WEBP, "description": "WebP"}, **refused(401, 403, 404)},
)
def read_photo(path: shapes.FilePath) -> Response:
    """A photo, as we made it."""
    found = inspections.read_inspection(reader(), actor=caller(), public_id=path.public_id)
    photo = inspections.photo_of(found, path.sha256)
    return kept_file(photo.file)


def address(public_id: str) -> str:
    """The page of a record for officers; the code on closed minutes opens another, for who is handed them."""
    return f"{current_app.extensions['settings'].public_base_url}/inspect/inspections/{public_id}"


def show(row: models.Inspection) -> Inspection:
    """A record as it leaves the house: nobody is named in it."""
    return Inspection(
        public_id=row.public_id,
        uri=address(row.public_id),
        number=row.number,
        version=row.version,
        state=row.state,
        began_at=row.began_at,
        saved_at=row.saved_at,
        closed_at=row.closed_at,
        sha256=row.sha256,
        supplements=row.supplements.number if row.supplements else None,
        site=row.site_name,
        commune=row.commune,
        address=row.address,
        items=[_item(one) for one in row.items],
        answers={code: Seen(row.answers.get(code, Seen.NOT_LOOKED.value)) for code in QUESTIONS},
        result=row.result,
        findings=row.findings,
        measures=row.measures,
        seller_signs=row.signs,
        photos=[Photo(sha256=one.sha256, taken_at=one.taken_at) for one in row.photos],
        demo=row.demo,
    )


def _item(row: models.InspectionItem) -> Item:
    return Item(
        number=row.number,
        named=row.named,
        trade_item=row.trade_item.subject if row.trade_item else None,
        lot=row.lot.code if row.lot else None,
        serial=row.serial,
        certificate=row.certificate.number if row.certificate else None,
        quantity=showing.decimal(row.quantity),
        unit=row.unit,
        price=row.price,
        finding=row.finding,
        note=row.note,
        hold=row.hold.public_id if row.hold else None,
    )
