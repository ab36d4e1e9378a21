"""Rows as the public sees them: names in every language, addresses, what a label says; nothing personal.

Telephone numbers and e-mail addresses of parties stay inside; coordinates leave only where their owner
agreed.
"""

from datetime import date

from traceapp.domain.digital_link import KeyPath
from traceapp.domain.identifiers import Gtin, RegistryNumber
from traceapp.domain.parties import PartyState
from traceapp.models import AdminUnit, Lot, Party, Place, Scheme, TradeItem
from traceapp.services.public.passport import Batch, Names, Picture, Producer, Product, Site


def product(item: TradeItem, today: date) -> Product:
    """A trade item as its label says."""
    first = next(iter(item.images), None)
    return Product(
        id=item.id,
        public_id=item.public_id,
        path=item_path(item),
        gtin=Gtin(item.gtin).shown if item.gtin else None,
        registry_number=item.registry_number,
        names=item_names(item),
        category=item.category,
        brand=item.brand,
        net_content=item.net_content,
        net_unit=item.net_unit,
        alcohol_percent=item.alcohol_percent,
        ingredients=item.ingredients,
        storage=item.storage,
        warnings=item.warnings,
        standards=tuple(standard.number for standard in item.standards),
        picture=None
        if first is None
        else Picture(first.small_sha256, first.large_sha256, first.alt, first.drawing),
        producer=producer(item.party, today),
        demo=item.demo,
        source_url=item.source_url,
    )


def item_path(item: TradeItem) -> KeyPath:
    """The key path of a product's own page."""
    if item.gtin is not None:
        return KeyPath(gtin=Gtin(item.gtin))
    return KeyPath(registry_number=RegistryNumber(item.subject))


def item_names(item: TradeItem) -> Names:
    """A trade item's names."""
    return Names(item.name_vi, item.name_en, item.name_zh)


def producer(party: Party, today: date) -> Producer:
    """A party with its name and address of today."""
    address = party.address_on(today)
    return Producer(
        public_id=party.public_id,
        kind=party.kind,
        names=party_names(party, today),
        address=address.line() if address else None,
        commune=", ".join(unit_names(address.admin_unit)) if address else None,
        gln=party.gln,
        approved=party.state is PartyState.APPROVED,
        demo=party.demo,
        source_url=party.source_url,
        suspended_at=party.decided_at if party.state is PartyState.SUSPENDED else None,
        units_until=units_until(address.admin_unit, today) if address else None,
    )


def party_names(party: Party, day: date) -> Names:
    """A party's legal names of a day."""
    return Names(party.name_on(day), party.name_on(day, "en"), party.name_on(day, "zh"))


def scheme_names(scheme: Scheme) -> Names:
    """A scheme's names."""
    return Names(scheme.name_vi, scheme.name_en, scheme.name_zh)


def unit_names(unit: AdminUnit | None) -> tuple[str, ...]:
    """A unit and those above it, the smallest first."""
    return tuple(one.name for one in unit.chain()) if unit is not None else ()


def units_until(unit: AdminUnit | None, today: date) -> date | None:
    """The last day on which a unit and all above it stood; None while they stand (domain.md, section 9)."""
    ended = [one.valid_until for one in (unit.chain() if unit else ()) if one.valid_until]
    return min(ended) if ended and min(ended) < today else None


def batch(lot: Lot, today: date) -> Batch:
    """A lot."""
    return Batch(
        id=lot.id,
        public_id=lot.public_id,
        code=lot.code,
        made_on=lot.made_on,
        packed_on=lot.packed_on,
        expires_on=lot.expires_on,
        quantity=lot.quantity,
        unit=lot.unit,
        site=None if lot.place is None else site(lot.place, today),
    )


def site(place: Place, today: date) -> Site:
    """A place."""
    return Site(
        public_id=place.public_id,
        kind=place.kind,
        names=Names(place.name, place.name_en),
        gln=place.gln,
        units=unit_names(place.admin_unit),
        latitude=place.latitude if place.coordinates_public else None,
        longitude=place.longitude if place.coordinates_public else None,
        units_until=units_until(place.admin_unit, today),
    )
