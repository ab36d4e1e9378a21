"""Trade items and their lots."""

from flask import Response
from pydantic import Field

from traceapp.domain.identifiers import Gtin, LotNumber
from traceapp.extensions import reader
from traceapp.i18n import N_
from traceapp.models import Lot, TradeItem
from traceapp.services.public import open_records
from traceapp.web.api import shapes, showing
from traceapp.web.api.book import GOODS, door
from traceapp.web.api.refusals import refused


class ItemQuestion(shapes.Paging):
    """Which trade items."""

    gtin: str | None = Field(
        None, pattern="^([0-9]{8}|[0-9]{12,14})$", description=N_("GTIN 8, 12, 13, 14 số")
    )


class LotPath(shapes.Numbered):
    """A lot within its trade item."""

    code: str = Field(min_length=1, max_length=20, description=N_("Số lô"))


@door.get("/trade-items", summary=N_("Danh sách sản phẩm"), tags=[GOODS], responses={200: shapes.TradeItems})
def list_trade_items(query: ItemQuestion) -> Response:
    """A page of trade items."""
    asked = open_records.trade_items()
    if query.gtin is not None:
        asked = asked.where(TradeItem.gtin == Gtin.parse(query.gtin).value14)
    page = open_records.page_of(reader(), asked, after=query.after, limit=query.limit)
    shown = showing.trade_items(page.records)
    return showing.answer(shapes.TradeItems(items=shown, next=page.following))


@door.get(
    "/trade-items/<number>",
    summary=N_("Một sản phẩm, theo GTIN hoặc mã sản phẩm"),
    tags=[GOODS],
    responses={200: shapes.TradeItem, **refused(404)},
)
def read_trade_item(path: shapes.Numbered) -> Response:
    """One trade item."""
    return showing.answer(showing.trade_item(_item(path.number)))


@door.get(
    "/trade-items/<number>/lots",
    summary=N_("Các lô của một sản phẩm"),
    tags=[GOODS],
    responses={200: shapes.Lots, **refused(404)},
)
def list_lots_of(path: shapes.Numbered, query: shapes.Paging) -> Response:
    """A page of one trade item's lots."""
    asked = open_records.lots().where(Lot.trade_item_id == _item(path.number).id)
    page = open_records.page_of(reader(), asked, after=query.after, limit=query.limit)
    shown = showing.lots(page.records)
    return showing.answer(shapes.Lots(items=shown, next=page.following))


@door.get(
    "/trade-items/<number>/lots/<code>",
    summary=N_("Một lô, theo sản phẩm và số lô"),
    tags=[GOODS],
    responses={200: shapes.Lot, **refused(404)},
)
def read_lot_of(path: LotPath) -> Response:
    """One lot by the key on its package."""
    key = LotNumber.parse(path.code).key
    named = (Lot.trade_item_id == _item(path.number).id) & (Lot.code == key)
    return showing.answer(showing.lot(open_records.one_of(reader(), open_records.lots(), named)))


@door.get("/lots", summary=N_("Danh sách lô"), tags=[GOODS], responses={200: shapes.Lots})
def list_lots(query: shapes.Paging) -> Response:
    """A page of lots."""
    page = open_records.page_of(reader(), open_records.lots(), after=query.after, limit=query.limit)
    shown = showing.lots(page.records)
    return showing.answer(shapes.Lots(items=shown, next=page.following))


@door.get(
    "/lots/<public_id>", summary=N_("Một lô"), tags=[GOODS], responses={200: shapes.Lot, **refused(404)}
)
def read_lot(path: shapes.Named) -> Response:
    """One lot."""
    named = open_records.by_public_id(Lot, path.public_id)
    return showing.answer(showing.lot(open_records.one_of(reader(), open_records.lots(), named)))


def _item(number: str) -> TradeItem:
    return open_records.one_of(reader(), open_records.trade_items(), open_records.subject_of(number))
