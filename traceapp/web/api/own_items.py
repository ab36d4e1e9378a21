"""A producer's products by program: entered as their label says, put right, pictured, put away."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from flask import Response, current_app, request
from flask_openapi3.models import RawModel
from pydantic import BaseModel, Field, WithJsonSchema
from sqlalchemy.orm import Session

from traceapp import models
from traceapp.domain.actors import Actor
from traceapp.domain.errors import NotFound
from traceapp.domain.identifiers import Gtin
from traceapp.domain.numbers import typed_number
from traceapp.domain.trade_items import Level, ShelfLifeUnit, TradeItemCategory, Unit
from traceapp.extensions import reader
from traceapp.i18n import N_
from traceapp.services import own_lists, trade_items
from traceapp.services.pictures import both_sizes
from traceapp.services.public.publishing import item_path
from traceapp.services.trade_item_entry import TradeItemEntry
from traceapp.web.api import shapes, showing
from traceapp.web.api.acting import NEEDS_KEY, Once, caller, done_once, once
from traceapp.web.api.book import GOODS, acts, door
from traceapp.web.api.own_lots import LotsQuestion
from traceapp.web.api.refusals import refused
from traceapp.web.languages import now

PERCENT = {"type": "string", "pattern": "^([0-9]{1,2}([.][0-9])?|100)$"}
Percent = Annotated[Decimal, Field(ge=0, le=100, decimal_places=1), WithJsonSchema(PERCENT)]
Standard = Annotated[str, Field(min_length=1, max_length=60)]


class ProductWish(shapes.Question):
    """A product as its label says; empty where the label is silent."""

    name_vi: str = Field(min_length=1, max_length=120)
    name_en: str = Field("", max_length=120)
    name_zh: str = Field("", max_length=120)
    short_name: str = Field("", max_length=20, description=N_("Tên ngắn để in tem nhỏ"))
    category: TradeItemCategory = TradeItemCategory.OTHER
    brand: str = Field("", max_length=70)
    gtin: str = Field("", max_length=20, description=N_("Bỏ trống: hệ thống cấp mã sản phẩm"))
    net_content: shapes.Amount | None = None
    net_unit: Unit = Unit.GRAM
    alcohol_percent: Percent | None = None
    ingredients: str = Field("", max_length=500)
    storage: str = Field("", max_length=200)
    warnings: str = Field("", max_length=300)
    shelf_life: int | None = Field(None, ge=1, le=3650)
    shelf_life_unit: ShelfLifeUnit = ShelfLifeUnit.MONTH
    standards: list[Standard] = Field(
        default_factory=list, max_length=20, description=N_("Tiêu chuẩn áp dụng, ví dụ TCVN 7043:2013")
    )
    contains_count: int | None = Field(
        None, ge=1, le=100_000, description=N_("Với thùng: số sản phẩm bên trong")
    )
    scratch_pin: bool = Field(False, description=N_("Tem in từ nay có mã cào (PIN)"))


class NewProductWish(ProductWish):
    """The same; a carton names what it holds."""

    contains: str | None = Field(
        None, pattern=shapes.PUBLIC_ID, description=N_("Mã công khai của sản phẩm trong thùng")
    )


class OwnItem(BaseModel):
    """A product as its owner sees it; numbers as text, null where the label is silent."""

    public_id: str
    uri: str
    number: str = Field(description=N_("GTIN hoặc mã sản phẩm"))
    gtin: str | None
    level: Level
    names: shapes.Names
    short_name: str | None
    category: TradeItemCategory
    brand: str | None
    net_content: str | None
    net_unit: Unit | None
    alcohol_percent: str | None
    ingredients: str | None
    storage: str | None
    warnings: str | None
    shelf_life: int | None
    shelf_life_unit: ShelfLifeUnit | None
    standards: list[str]
    contains: str | None = Field(description=N_("Mã công khai của sản phẩm trong thùng"))
    contains_count: int | None
    scratch_pin: bool
    pictured: bool = Field(description=N_("Đã có ảnh"))
    archived_at: datetime | None


class OwnItems(BaseModel):
    """A page of products, by name."""

    items: list[OwnItem]
    next: str | None


class Picture(RawModel):
    """A photo of the product, as the camera made it."""

    mimetypes: list[str] = ["image/jpeg", "image/png", "image/webp"]  # noqa: RUF012 - its base has it so


class PictureQuestion(shapes.Question):
    """What it shows, for those who do not see it."""

    alt: str = Field("", max_length=200, description=N_("Mô tả ảnh cho người khiếm thị"))


act = acts(GOODS, OwnItem)


@door.get(
    "/own/trade-items",
    summary=N_("Các sản phẩm của đơn vị mình, theo tên"),
    tags=[GOODS],
    responses={200: OwnItems, **refused(401)},
    security=NEEDS_KEY,
)
def list_own_items(query: LotsQuestion) -> Response:
    """A page of products."""
    page = own_lists.page_items(
        reader(), caller(), typed=query.q.strip(), archived=query.archived, after=query.key,
        limit=query.limit, counted=False,
    )  # fmt: skip
    return showing.answer(OwnItems(items=[_shape(one) for one in page.rows], next=page.following))


@door.get(
    "/own/trade-items/<public_id>",
    summary=N_("Một sản phẩm của đơn vị mình"),
    tags=[GOODS],
    responses={200: OwnItem, **refused(401, 404)},
    security=NEEDS_KEY,
)
def read_own_item(path: shapes.Named) -> Response:
    """One product."""
    return showing.answer(_shape(trade_items.own_item(reader(), caller(), path.public_id.upper())))


@act("/own/trade-items", summary=N_("Ghi một sản phẩm, hoặc thùng của một sản phẩm"))
@once
def add_own_item(session: Session, actor: Actor, body: NewProductWish) -> OwnItem:
    """A new product, or the carton of one."""
    unit = _of_case(session, actor, body.contains) if body.contains else None
    entry = _entry(body)
    return _shown(
        session, trade_items.add_trade_item(session, actor=actor, entry=entry, contains=unit, now=now())
    )


@act(
    "/own/trade-items/<public_id>/edit",
    summary=N_("Sửa một sản phẩm: mọi mục được ghi lại theo nội dung gửi lên"),
)
@once
def edit_own_item(session: Session, actor: Actor, path: shapes.Named, body: ProductWish) -> OwnItem:
    """Put a product right: every field is written anew."""
    mine, entry = _locked(session, actor, path), _entry(body)
    return _shown(
        session, trade_items.edit_trade_item(session, actor=actor, item=mine, entry=entry, now=now())
    )


@act("/own/trade-items/<public_id>/photo", summary=N_("Gửi ảnh của sản phẩm, thay ảnh cũ"))
def set_own_photo(
    path: shapes.Named,
    query: PictureQuestion,
    header: Once,
    raw: Picture,  # noqa: ARG001 - for the specification
) -> Response:
    """Set or replace the photo."""
    # nobody's bytes are looked into before it is known whose they are, and whose product they show
    trade_items.own_item(reader(), caller(), path.public_id.upper())
    pictures = both_sizes(request.get_data())

    def deed(session: Session, actor: Actor) -> BaseModel:
        mine, storage = _locked(session, actor, path), current_app.extensions["storage"]
        trade_items.set_photo(
            session, storage, actor=actor, item=mine, pictures=pictures, alt=query.alt, now=now()
        )
        return _shown(session, mine)

    return done_once(header, deed)


@act("/own/trade-items/<public_id>/archive", summary=N_("Cất một sản phẩm khỏi danh sách; tem vẫn trả lời"))
@once
def archive_own_item(session: Session, actor: Actor, path: shapes.Named) -> OwnItem:
    """From the list."""
    mine = _locked(session, actor, path)
    return _shown(session, trade_items.archive_trade_item(session, actor=actor, item=mine, now=now()))


@act("/own/trade-items/<public_id>/restore", summary=N_("Đưa một sản phẩm đã cất trở lại danh sách"))
@once
def restore_own_item(session: Session, actor: Actor, path: shapes.Named) -> OwnItem:
    """Back into it."""
    mine = _locked(session, actor, path)
    return _shown(session, trade_items.restore_trade_item(session, actor=actor, item=mine, now=now()))


def _locked(session: Session, actor: Actor, path: shapes.Named) -> models.TradeItem:
    """The product that is named, nobody else writing in it meanwhile."""
    return trade_items.own_item(session, actor, path.public_id.upper(), lock=True)


def _of_case(session: Session, actor: Actor, public_id: str) -> models.TradeItem:
    """What a carton may hold: no carton."""
    unit = trade_items.own_item(session, actor, public_id.upper(), lock=True)
    if unit.level is Level.CASE:
        raise NotFound("record_not_found")
    return unit


def _entry(wish: ProductWish) -> TradeItemEntry:
    """As it would have been typed: the service reads both alike."""
    told = wish.model_dump(
        mode="json",
        include={
            "name_vi", "name_en", "name_zh", "short_name", "category", "brand", "gtin", "net_unit",
            "ingredients", "storage", "warnings", "shelf_life_unit", "scratch_pin",
        },
    )  # fmt: skip
    return TradeItemEntry(
        net_content=typed_number(wish.net_content) if wish.net_content is not None else "",
        alcohol_percent=typed_number(wish.alcohol_percent) if wish.alcohol_percent is not None else "",
        shelf_life=str(wish.shelf_life or ""),
        standards="\n".join(wish.standards),
        contains_count=str(wish.contains_count or ""),
        **told,
    )


def _shown(session: Session, row: models.TradeItem) -> OwnItem:
    session.flush()
    return _shape(row)


def _shape(row: models.TradeItem) -> OwnItem:
    return OwnItem(
        public_id=row.public_id,
        uri=showing.uri_of(item_path(row)),
        number=row.subject,
        gtin=Gtin(row.gtin).shown if row.gtin else None,
        level=row.level,
        names=shapes.Names(vi=row.name_vi, en=row.name_en, zh=row.name_zh),
        short_name=row.short_name,
        category=row.category,
        brand=row.brand,
        net_content=showing.decimal(row.net_content),
        net_unit=row.net_unit,
        alcohol_percent=showing.decimal(row.alcohol_percent),
        ingredients=row.ingredients,
        storage=row.storage,
        warnings=row.warnings,
        shelf_life=row.shelf_life,
        shelf_life_unit=row.shelf_life_unit,
        standards=[one.number for one in row.standards],
        contains=row.contains.public_id if row.contains else None,
        contains_count=row.contains_count,
        scratch_pin=row.scratch_pin,
        pictured=bool(row.images),
        archived_at=row.archived_at,
    )
