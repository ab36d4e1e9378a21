"""Goods of a lot received and despatched, by the program of whoever owns the lot: one step each way."""

from datetime import date

from flask import Response
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp import models
from traceapp.domain.actors import Actor
from traceapp.domain.errors import NotFound
from traceapp.domain.numbers import format_day, typed_number
from traceapp.domain.permissions import Act
from traceapp.domain.recalls import Direction
from traceapp.domain.trade_items import Unit
from traceapp.extensions import reader
from traceapp.i18n import N_
from traceapp.services import lots
from traceapp.services.paging import PAGE, Key, page_in_hand
from traceapp.services.recalls import movements
from traceapp.services.recalls.holders import counted
from traceapp.services.recalls.movement_entry import MovementEntry
from traceapp.web.api import shapes, showing
from traceapp.web.api.acting import NEEDS_KEY, caller, once
from traceapp.web.api.book import GOODS, acts, door
from traceapp.web.api.refusals import refused
from traceapp.web.api.turning import Turning
from traceapp.web.languages import now, today


class MovementWish(shapes.Question):
    """To whom or from whom, how much, when. Named by a code on record, an earlier row, or a name."""

    direction: Direction
    again: str = Field(
        "", pattern=f"{shapes.PUBLIC_ID}|^$", description=N_("Mã dòng trước có cùng người giao nhận")
    )
    name: str = Field("", max_length=160)
    code: str = Field("", max_length=20, description=N_("Mã số thuế hoặc GLN của đơn vị có trong hệ thống"))
    phone: str = Field("", max_length=40)
    address: str = Field("", max_length=300)
    quantity: shapes.Amount
    unit: Unit
    moved_on: date
    document_number: str = Field("", max_length=60)


class MovementPath(shapes.Named):
    """A row of one lot."""

    number: str = Field(pattern=shapes.PUBLIC_ID)


class Movement(BaseModel):
    """A row; `stands` is false for one that was reversed and for the one that reverses it."""

    public_id: str
    direction: Direction
    party: str | None
    name: str | None
    phone: str | None
    address: str | None
    quantity: str
    unit: Unit
    moved_on: date
    document_number: str | None
    stands: bool


class Movements(BaseModel):
    """A page of the rows of a lot, the newest first."""

    items: list[Movement]
    next: str | None


act = acts(GOODS, Movements)


@door.get(
    "/own/lots/<public_id>/movements",
    summary=N_("Hàng đã nhận, đã giao của một lô; cán bộ chỉ đọc được khi lô bị tạm dừng hoặc thu hồi"),
    tags=[GOODS],
    responses={200: Movements, **refused(401, 403, 404)},
    security=NEEDS_KEY,
)
def list_movements(path: shapes.Named, query: Turning) -> Response:
    """A page of the rows of a lot."""
    return showing.answer(_shown(reader(), caller(), path.public_id, query.key, query.limit))


@act("/own/lots/<public_id>/movements", summary=N_("Ghi hàng nhận từ ai, giao cho ai"))
@once
def record_movement(session: Session, actor: Actor, path: shapes.Named, body: MovementWish) -> Movements:
    """One more row."""
    movements.record_movement(
        session,
        actor=actor,
        lot=_own(session, actor, path),
        entry=_entry(body),
        request_key=None,  # the whole request has one
        now=now(),
        today=today(),
    )
    return _shown(session, actor, path.public_id)


@act(
    "/own/lots/<public_id>/movements/<number>/reverse",
    summary=N_("Hủy một dòng ghi nhầm bằng một dòng ngược lại"),
)
@once
def reverse_movement(session: Session, actor: Actor, path: MovementPath) -> Movements:
    """Take a row back."""
    lot = _own(session, actor, path)
    movements.reverse_movement(session, actor=actor, lot=lot, public_id=path.number, now=now())
    return _shown(session, actor, path.public_id)


def _own(session: Session, actor: Actor, path: shapes.Named) -> models.Lot:
    """The lot that is named, for whoever keeps it."""
    actor.must(Act.EDIT_LOT)
    return lots.own_lot(session, actor, path.public_id.upper())


def _entry(wish: MovementWish) -> MovementEntry:
    """As it would have been typed: the service reads both alike."""
    told = wish.model_dump(exclude={"quantity", "moved_on"}, mode="json")
    return MovementEntry(**told, quantity=typed_number(wish.quantity), moved_on=format_day(wish.moved_on))


def _shown(
    session: Session, actor: Actor, public_id: str, after: Key | None = None, limit: int = PAGE
) -> Movements:
    lot = session.scalar(select(models.Lot).where(models.Lot.public_id == public_id.upper()))
    if lot is None:
        raise NotFound("record_not_found")
    rows = movements.read_movements(session, actor, lot)
    standing = {one.id for one in counted(rows)}
    page = page_in_hand(rows, after, lambda row: (row.id,), limit)
    return Movements(items=[_row(one, one.id in standing) for one in page.rows], next=page.following)


def _row(row: models.LotMovement, stands: bool) -> Movement:
    return Movement(
        public_id=row.public_id,
        direction=row.direction,
        party=row.party.public_id if row.party else None,
        name=row.party.name_on(today()) if row.party else row.name,
        phone=row.phone,
        address=row.address,
        quantity=showing.decimal(row.quantity) or "0",
        unit=row.unit,
        moved_on=row.moved_on,
        document_number=row.document_number,
        stands=stands,
    )
