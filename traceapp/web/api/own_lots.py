"""A producer's lots by program: what was made together, written down, put right, taken from the list.

What an ERP of a cooperative does every morning: a lot, then stamps for it (`own_runs`).
"""

from datetime import date, datetime
from typing import Any

from flask import Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from traceapp import models
from traceapp.domain.actors import Actor
from traceapp.domain.digital_link import KeyPath
from traceapp.domain.identifiers import LotNumber
from traceapp.domain.numbers import format_day, typed_number
from traceapp.domain.trade_items import Unit
from traceapp.extensions import reader
from traceapp.i18n import N_
from traceapp.services import lots, own_lists, trade_items
from traceapp.services.lots import LotEntry
from traceapp.services.public.publishing import item_path
from traceapp.services.recalls.fixed_goods import code_fixed
from traceapp.web.api import shapes, showing
from traceapp.web.api.acting import NEEDS_KEY, caller, once
from traceapp.web.api.book import GOODS, acts, door
from traceapp.web.api.refusals import refused
from traceapp.web.api.turning import Turning
from traceapp.web.languages import now, today


class LotWish(shapes.Question):
    """A lot as it stands in the producer's book."""

    code: str = Field(min_length=1, max_length=20, description=N_("Số lô"))
    made_on: date | None = None
    packed_on: date | None = None
    expires_on: date | None = Field(
        None, description=N_("Bỏ trống: tính từ ngày sản xuất theo hạn dùng của sản phẩm")
    )
    quantity: shapes.Amount | None = None
    unit: Unit = Unit.PIECE
    place: str | None = Field(
        None, pattern=shapes.PUBLIC_ID, description=N_("Mã công khai của nơi sản xuất, trong `/own/places`")
    )
    note: str = Field("", max_length=300, description=N_("Ghi chú nội bộ"))


class NewLotWish(LotWish):
    """The same, and of which product."""

    trade_item: str = Field(
        pattern=shapes.PUBLIC_ID, description=N_("Mã công khai của sản phẩm, trong `/own/trade-items`")
    )


class LotsQuestion(Turning):
    """Which lots."""

    q: str = Field("", max_length=80, description=N_("Một phần của số lô hoặc tên sản phẩm"))
    archived: bool = Field(False, description=N_("Chỉ những hồ sơ đã cất đi"))


class OwnLotLine(BaseModel):
    """A lot as its owner sees it, in a list."""

    public_id: str
    uri: str
    trade_item: str = Field(description=N_("GTIN hoặc mã sản phẩm"))
    code: str
    made_on: date | None
    packed_on: date | None
    expires_on: date | None
    quantity: str | None
    unit: Unit | None
    place: str | None = Field(description=N_("Mã công khai của nơi sản xuất"))
    note: str | None
    archived_at: datetime | None


class OwnLot(OwnLotLine):
    """One lot, and whether its code may still change."""

    code_fixed: str | None = Field(
        description=N_("Vì sao số lô không sửa được nữa (lot_code_fixed, lot_code_known); null: sửa được")
    )


class OwnLots(BaseModel):
    """A page of lots, the newest first."""

    items: list[OwnLotLine]
    next: str | None


act = acts(GOODS, OwnLot)


@door.get(
    "/own/lots",
    summary=N_("Các lô của đơn vị mình, mới nhất trước"),
    tags=[GOODS],
    responses={200: OwnLots, **refused(401)},
    security=NEEDS_KEY,
)
def list_own_lots(query: LotsQuestion) -> Response:
    """A page of lots."""
    page = own_lists.page_lots(
        reader(), caller(), typed=query.q.strip(), archived=query.archived, after=query.key,
        limit=query.limit, counted=False,
    )  # fmt: skip
    return showing.answer(OwnLots(items=[OwnLotLine(**_told(one)) for one in page.rows], next=page.following))


@door.get(
    "/own/lots/<public_id>",
    summary=N_("Một lô của đơn vị mình"),
    tags=[GOODS],
    responses={200: OwnLot, **refused(401, 404)},
    security=NEEDS_KEY,
)
def read_own_lot(path: shapes.Named) -> Response:
    """One lot."""
    return showing.answer(_shown(reader(), lots.own_lot(reader(), caller(), path.public_id.upper())))


@act("/own/lots", summary=N_("Ghi một lô mới của một sản phẩm"))
@once
def add_own_lot(session: Session, actor: Actor, body: NewLotWish) -> OwnLot:
    """A new lot."""
    item = trade_items.own_item(session, actor, body.trade_item.upper(), lock=True)
    entry = _entry(body)
    made = lots.add_lot(session, actor=actor, item=item, entry=entry, now=now(), today=today())
    return _shown(session, made)


@act("/own/lots/<public_id>/edit", summary=N_("Sửa một lô: mọi mục được ghi lại theo nội dung gửi lên"))
@once
def edit_own_lot(session: Session, actor: Actor, path: shapes.Named, body: LotWish) -> OwnLot:
    """Put a lot right: every field is written anew."""
    mine, entry = _locked(session, actor, path), _entry(body)
    return _shown(
        session, lots.edit_lot(session, actor=actor, lot=mine, entry=entry, now=now(), today=today())
    )


@act("/own/lots/<public_id>/archive", summary=N_("Cất một lô khỏi danh sách; tem của lô vẫn trả lời"))
@once
def archive_own_lot(session: Session, actor: Actor, path: shapes.Named) -> OwnLot:
    """From the list."""
    mine = _locked(session, actor, path)
    return _shown(session, lots.archive_lot(session, actor=actor, lot=mine, now=now()))


@act("/own/lots/<public_id>/restore", summary=N_("Đưa một lô đã cất trở lại danh sách"))
@once
def restore_own_lot(session: Session, actor: Actor, path: shapes.Named) -> OwnLot:
    """Back into it."""
    mine = _locked(session, actor, path)
    return _shown(session, lots.restore_lot(session, actor=actor, lot=mine, now=now()))


def _locked(session: Session, actor: Actor, path: shapes.Named) -> models.Lot:
    """The lot that is named, nobody else writing in it meanwhile."""
    return lots.own_lot(session, actor, path.public_id.upper(), lock=True)


def _entry(wish: LotWish) -> LotEntry:
    """As it would have been typed: the service reads both alike."""
    return LotEntry(
        code=wish.code,
        made_on=format_day(wish.made_on) if wish.made_on else "",
        packed_on=format_day(wish.packed_on) if wish.packed_on else "",
        expires_on=format_day(wish.expires_on) if wish.expires_on else "",
        quantity=typed_number(wish.quantity) if wish.quantity is not None else "",
        unit=wish.unit.value,
        place=wish.place.upper() if wish.place else "",
        note=wish.note,
    )


def _shown(session: Session, row: models.Lot) -> OwnLot:
    session.flush()
    return OwnLot(**_told(row), code_fixed=code_fixed(session, row))


def _told(row: models.Lot) -> dict[str, Any]:
    path = item_path(row.trade_item)
    key = KeyPath(gtin=path.gtin, registry_number=path.registry_number, lot=LotNumber.parse(row.code))
    return {
        "public_id": row.public_id,
        "uri": showing.uri_of(key),
        "trade_item": row.trade_item.subject,
        "code": row.code,
        "made_on": row.made_on,
        "packed_on": row.packed_on,
        "expires_on": row.expires_on,
        "quantity": showing.decimal(row.quantity),
        "unit": row.unit,
        "place": row.place.public_id if row.place else None,
        "note": row.note,
        "archived_at": row.archived_at,
    }
