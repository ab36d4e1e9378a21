"""A producer's places by program: growing areas, workshops, warehouses, shops. Lots name them."""

from decimal import Decimal
from typing import Annotated

from flask import Response
from pydantic import BaseModel, Field, WithJsonSchema
from sqlalchemy.orm import Session

from traceapp import models
from traceapp.domain.actors import Actor
from traceapp.domain.numbers import typed_number
from traceapp.domain.parties import PlaceKind
from traceapp.extensions import reader
from traceapp.i18n import N_
from traceapp.services import own_lists
from traceapp.services.parties import places, registry
from traceapp.services.parties.places import PlaceEntry
from traceapp.web.api import shapes, showing
from traceapp.web.api.acting import NEEDS_KEY, caller, once
from traceapp.web.api.book import GOODS, acts, door
from traceapp.web.api.refusals import refused
from traceapp.web.api.turning import Turning
from traceapp.web.languages import now, today

HECTARES = {"type": "string", "pattern": "^[0-9]{1,7}([.][0-9]{1,2})?$"}
LATITUDE = {"type": "string", "pattern": "^-?([0-8]?[0-9]([.][0-9]{1,5})?|90)$"}
LONGITUDE = {"type": "string", "pattern": "^-?((1[0-7][0-9]|[0-9]{1,2})([.][0-9]{1,5})?|180)$"}
Hectares = Annotated[Decimal, Field(ge=0, lt=10**8, decimal_places=2), WithJsonSchema(HECTARES)]
Latitude = Annotated[Decimal, Field(ge=-90, le=90, decimal_places=5), WithJsonSchema(LATITUDE)]
Longitude = Annotated[Decimal, Field(ge=-180, le=180, decimal_places=5), WithJsonSchema(LONGITUDE)]


class OwnPlaceWish(shapes.Question):
    """A place as its owner tells of it."""

    kind: PlaceKind = PlaceKind.WORKSHOP
    name: str = Field(min_length=1, max_length=200)
    name_en: str = Field("", max_length=200)
    admin_unit: str = Field(min_length=1, max_length=60, description=N_("Mã xã, phường trong `/admin-units`"))
    gln: str = Field("", max_length=20, description=N_("13 chữ số, nếu có."))
    hectares: Hectares | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    coordinates_public: bool = Field(False, description=N_("Cho người mua xem vị trí này trên bản đồ"))


class OwnPlace(BaseModel):
    """A place as its owner sees it."""

    public_id: str
    kind: PlaceKind
    name: str
    name_en: str | None
    admin_unit: str | None = Field(description=N_("Mã xã, phường trong `/admin-units`"))
    gln: str | None
    hectares: str | None
    latitude: str | None
    longitude: str | None
    coordinates_public: bool


class OwnPlaces(BaseModel):
    """A page of places, in the order they were written down."""

    items: list[OwnPlace]
    next: str | None


act = acts(GOODS, OwnPlace)


@door.get(
    "/own/places",
    summary=N_("Nơi sản xuất, vùng trồng, kho, cửa hàng của đơn vị mình"),
    tags=[GOODS],
    responses={200: OwnPlaces, **refused(401)},
    security=NEEDS_KEY,
)
def list_own_places(query: Turning) -> Response:
    """A page of the places of the caller's party."""
    page = own_lists.page_places(reader(), caller(), after=query.key, limit=query.limit)
    return showing.answer(OwnPlaces(items=[_shape(one) for one in page.rows], next=page.following))


@act("/own/places", summary=N_("Ghi một nơi sản xuất"))
@once
def add_own_place(session: Session, actor: Actor, body: OwnPlaceWish) -> OwnPlace:
    """A new place."""
    entry = _entry(session, body)
    made = places.add_place(session, actor=actor, entry=entry, now=now(), today=today())
    return _shape(made)


@act(
    "/own/places/<public_id>/edit",
    summary=N_("Sửa một nơi sản xuất: mọi mục được ghi lại theo nội dung gửi lên"),
)
@once
def edit_own_place(session: Session, actor: Actor, path: shapes.Named, body: OwnPlaceWish) -> OwnPlace:
    """Put a place right: every field is written anew."""
    mine = places.own_place(session, actor, path.public_id.upper())
    entry = _entry(session, body, mine)
    return _shape(places.edit_place(session, actor=actor, place=mine, entry=entry, now=now(), today=today()))


def _entry(session: Session, wish: OwnPlaceWish, mine: models.Place | None = None) -> PlaceEntry:
    """As it would have been typed: the service reads both alike."""
    degrees = {name: getattr(wish, name) for name in ("latitude", "longitude")}
    return PlaceEntry(
        kind=wish.kind.value,
        name=wish.name,
        name_en=wish.name_en,
        admin_unit=_unit(session, wish.admin_unit, mine),
        gln=wish.gln,
        hectares=typed_number(wish.hectares) if wish.hectares is not None else "",
        coordinates_public=wish.coordinates_public,
        **{name: f"{value:f}" if value is not None else "" for name, value in degrees.items()},
    )


def _unit(session: Session, code: str, mine: models.Place | None) -> str:
    """The unit of that code as forms name it; the service refuses what is none."""
    also = [mine.admin_unit_id] if mine is not None and mine.admin_unit_id is not None else []
    units = registry.list_units(session, today(), *also)
    return next((str(unit.id) for unit in units if unit.code == code), "")


def _shape(row: models.Place) -> OwnPlace:
    return OwnPlace(
        public_id=row.public_id,
        kind=row.kind,
        name=row.name,
        name_en=row.name_en,
        admin_unit=row.admin_unit.code if row.admin_unit else None,
        gln=row.gln,
        hectares=showing.decimal(row.hectares),
        latitude=showing.decimal(row.latitude),
        longitude=showing.decimal(row.longitude),
        coordinates_public=row.coordinates_public,
    )
