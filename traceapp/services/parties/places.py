"""Places of a producer: growing areas, workshops, warehouses, shops."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from secrets import SystemRandom

from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.errors import Conflict, Malformed, NotFound
from traceapp.domain.identifiers import Gln, new_public_id
from traceapp.domain.numbers import parse_number
from traceapp.domain.parties import PlaceKind
from traceapp.domain.permissions import Act
from traceapp.domain.text import clean_line, folded
from traceapp.models import Place
from traceapp.services import journal, uniqueness
from traceapp.services.choices import chosen
from traceapp.services.parties import registry

TAKEN = {"place.gln": ("gln_taken", "gln")}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceEntry:
    """A place as typed."""

    kind: str = PlaceKind.WORKSHOP.value
    name: str = ""
    name_en: str = ""
    admin_unit: str = ""
    gln: str = ""
    hectares: str = ""
    latitude: str = ""
    longitude: str = ""
    coordinates_public: bool = False


def add_place(session: Session, *, actor: Actor, entry: PlaceEntry, now: datetime, today: date) -> Place:
    """A new place. Raises `place_exists` for the same kind and name again."""
    actor.must(Act.EDIT_LOT)
    party = registry.own_party(session, actor)
    place = Place(party=party, public_id=new_public_id(SystemRandom()), demo=party.demo, created_at=now)
    with session.no_autoflush:
        _fill(session, place, entry, today)
        if any(_is_like(place, other) for other in list_places(session, actor)):
            raise Conflict("place_exists", field="name")
    session.add(place)
    return _written(session, actor, place, "added_place", now)


def edit_place(
    session: Session, *, actor: Actor, place: Place, entry: PlaceEntry, now: datetime, today: date
) -> Place:
    """Change a place."""
    actor.must(Act.EDIT_LOT)
    with session.no_autoflush:
        _fill(session, place, entry, today)
    return _written(session, actor, place, "edited_place", now)


def own_place(session: Session, actor: Actor, public_id: str) -> Place:
    """A place of the actor's own party; to a stranger it does not exist."""
    place = session.scalar(
        select(Place).where(Place.public_id == public_id, Place.party_id == actor.party_id)
    )
    if place is None:
        raise NotFound("record_not_found")
    return place


def list_places(session: Session, actor: Actor) -> list[Place]:
    """The party's places by name."""
    places = session.scalars(select(Place).where(Place.party_id == actor.party_id))
    return sorted(places, key=lambda place: folded(place.name))


def read_coordinate(typed: str, *, field: str) -> Decimal | None:
    """Degrees as a telephone shows them: 21.85372, or with a comma. Raises `coordinate`."""
    text = typed.strip().replace(",", ".")
    if not text:
        return None
    whole, point, part = text.removeprefix("-").partition(".")
    most = 90 if field == "latitude" else 180
    plain = (
        (whole + part).isascii() and (whole + part).isdigit() and bool(whole) and bool(part) == bool(point)
    )
    if not plain or len(text) > 24 or abs(Decimal(text)) > most:
        raise Malformed("coordinate", field=field, given=typed, expected="21,85372")
    return round(Decimal(text), 5)


def _is_like(place: Place, other: Place) -> bool:
    return other is not place and (other.kind, folded(other.name)) == (place.kind, folded(place.name))


def _fill(session: Session, place: Place, entry: PlaceEntry, today: date) -> None:
    place.kind = chosen(PlaceKind, entry.kind, field="kind")
    place.name = clean_line(entry.name, 200, field="name")
    if not place.name:
        raise Malformed("name_missing", field="name")
    place.name_en = clean_line(entry.name_en, 200, field="name_en") or None
    also = [place.admin_unit_id] if place.admin_unit_id is not None else []
    place.admin_unit = registry.read_unit(session, entry.admin_unit, today, *also)
    place.gln = str(Gln.parse(entry.gln)) if entry.gln.strip() else None
    place.hectares = _hectares(entry.hectares)
    place.latitude = read_coordinate(entry.latitude, field="latitude")
    place.longitude = read_coordinate(entry.longitude, field="longitude")
    if (place.latitude is None) != (place.longitude is None):
        raise Malformed("coordinates_both", field="longitude" if place.longitude is None else "latitude")
    place.coordinates_public = entry.coordinates_public and place.latitude is not None


def _hectares(typed: str) -> Decimal | None:
    if not typed.strip():
        return None
    area = parse_number(typed, field="hectares")
    if not Decimal("0.01") <= area < 10**8 or area != round(area, 2):
        most = "99.999.999"
        raise Malformed("number_range", field="hectares", given=typed, least="0,01", most=most)
    return area


def _written(session: Session, actor: Actor, place: Place, act: str, now: datetime) -> Place:
    uniqueness.flush(session, TAKEN)
    facts = {"kind": place.kind.value, "gln": place.gln}
    journal.record(session, actor=actor, act=act, subject=("place", place.public_id), now=now, facts=facts)
    return place
