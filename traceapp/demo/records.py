"""The Lạng Sơn records, from ``lang-son.json`` into tables.

Real producers come with their source and no certificate of theirs; what is invented says "(DEMO)" in its
name. A day of which only the month is known is left empty: nothing is padded (see "conventions" in the file).
"""

import json
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp.domain.identifiers import RegistryNumber
from traceapp.domain.parties import PartyKind, PartyState, PlaceKind
from traceapp.domain.reference import IpRightKind, StandardKind, UnitLevel
from traceapp.domain.text import folded, nfc
from traceapp.domain.trade_items import ShelfLifeUnit, TradeItemCategory, Unit
from traceapp.models import (
    Accreditation,
    AdminUnit,
    AdminUnitSuccession,
    IpRight,
    Party,
    PartyAddress,
    PartyName,
    Place,
    Scheme,
    TradeItem,
    TradeItemStandard,
)

FILE = Path(__file__).with_name("lang-son.json")
KINDS = {
    "cooperative": PartyKind.COOPERATIVE,
    "company": PartyKind.COMPANY,
    "household": PartyKind.HOUSEHOLD,
    "association": PartyKind.ASSOCIATION,
    "state_body": PartyKind.PUBLIC_BODY,
}
PLACES = {
    "processing": PlaceKind.WORKSHOP,
    "growing_area": PlaceKind.GROWING_AREA,
    "wild_collection": PlaceKind.GROWING_AREA,
}
UNITS = {"ml": Unit.MILLILITRE, "kg": Unit.KILOGRAM, "g": Unit.GRAM, "l": Unit.LITRE}
FIRST_DAY = date(2020, 1, 1)
FIRST_NUMBER = 1_000_001
Record = dict[str, Any]
NewId = Callable[[], str]


class Records:
    """The file's records as rows, found again by the file's own ids."""

    def __init__(self, session: Session, now: datetime, new_id: NewId) -> None:
        self.session, self.now, self.new_id = session, now, new_id
        self.file: dict[str, list[Record]] = json.loads(nfc(FILE.read_text("utf-8")))
        self.units: dict[str, AdminUnit] = {}
        self.parties: dict[str, Party] = {}
        self.places: dict[str, Place] = {}
        self.items: dict[str, TradeItem] = {}
        self.schemes: dict[str, Scheme] = {}

    def write(self) -> None:
        """Write everything that is a record and not an act."""
        self._write_units()
        self._write_all("organisations", self._party)
        self._write_all("demo_organisations", self._party)
        self._write_all("certification_bodies", self._body)
        self._write_all("demo_certification_bodies", self._body)
        self._write_all("certification_schemes", self._scheme)
        self._write_prefixes()
        self._write_all("locations", self._place)
        self._write_all("demo_locations", self._place)
        self._write_all("products", self._item)
        self._write_all("demo_products", self._item)
        self._write_all("ip_rights", self._right)
        self._write_all("accreditations", self._accreditation)
        self._write_all("demo_accreditations", self._accreditation)

    def _write_all(self, group: str, write: Callable[[Record], None]) -> None:
        for record in self.file[group]:
            write(record)
        self.session.flush()

    def _write_units(self) -> None:
        for record in self.file["administrative_units"]:
            unit = AdminUnit(
                code=record["id"],
                name=record["name_vi"],
                level=UnitLevel(record["level"]),
                parent=self.units.get(record["parent_id"] or ""),
                valid_from=known_day(record["valid_from"]),
                valid_until=known_day(record["valid_until"]),
                source_url=record["source_url"],
            )
            self.units[record["id"]] = unit
            self.session.add(unit)
        self.session.flush()
        for record in self.file["administrative_units"]:
            for successor in record["successor_ids"] or ():
                self.session.add(self._succession(record["id"], successor))

    def _succession(self, before: str, after: str) -> AdminUnitSuccession:
        change = next(c for c in self.file["administrative_changes"] if c["id"] == "ac_lang_son_communes")
        return AdminUnitSuccession(
            predecessor_id=self.units[before].id,
            successor_id=self.units[after].id,
            effective_on=date.fromisoformat(change["effective_on"]),
            document_number=change["document_number"],
        )

    def _party(self, record: Record) -> None:
        if record["name_vi"] is None:
            return  # a party that the file cannot name in Vietnamese is not shown
        party = self._new_party(record, KINDS[record["type"]])
        unit = self.units.get(record["administrative_unit_id"] or "")
        if unit is not None:
            party.addresses.append(
                PartyAddress(street=_street(record, unit), admin_unit=unit, valid_from=FIRST_DAY)
            )

    def _body(self, record: Record) -> None:
        self._new_party(record, PartyKind.CERTIFICATION_BODY)

    def _new_party(self, record: Record, kind: PartyKind) -> Party:
        party = Party(
            public_id=self.new_id(),
            kind=kind,
            state=PartyState.APPROVED,
            demo=record["demo"],
            source_url=None if record["demo"] else record["source_url"] or "lang-son.json",
            created_at=self.now,
        )
        for language in ("vi", "en"):
            name = record[f"name_{language}"]
            if name:
                party.names.append(
                    PartyName(language=language, name=name, folded=folded(name), valid_from=FIRST_DAY)
                )
        self.parties[record["id"]] = party
        self.session.add(party)
        return party

    def _write_prefixes(self) -> None:
        for record in self.file["demo_gs1_prefixes"]:
            self.parties[record["organisation_id"]].company_prefix = record["company_prefix"]

    def _scheme(self, record: Record) -> None:
        """A scheme that the registry knows already, with what the file says of its accreditation."""
        scheme = self.session.scalars(select(Scheme).where(Scheme.code == record["code"])).one()
        scheme.accreditation_scope = record["accreditation_scope"]
        self.schemes[record["id"]] = scheme

    def _place(self, record: Record) -> None:
        place = Place(
            public_id=self.new_id(),
            party=self.parties[record["organisation_id"]],
            kind=PLACES[record["kind"]],
            name=record["name_vi"],
            name_en=record["name_en"],
            gln=record["gln"],
            admin_unit=self.units.get(record["administrative_unit_id"] or ""),
            hectares=None if record["area_ha"] is None else Decimal(record["area_ha"]),
            demo=record["demo"],
            created_at=self.now,
        )
        self.places[record["id"]] = place
        self.session.add(place)

    def _item(self, record: Record) -> None:
        if record["organisation_id"] is None:
            return  # a product whose maker the file does not name cannot be anybody's trade item
        life, content = record.get("shelf_life"), record.get("net_content")
        item = TradeItem(
            public_id=self.new_id(),
            party=self.parties[record["organisation_id"]],
            gtin=record["gtin14"],
            registry_number=None
            if record["gtin14"]
            else str(RegistryNumber.of(FIRST_NUMBER + len(self.items))),
            name_vi=record["name_vi"],
            name_en=record["name_en"],
            folded=folded(f"{record['name_vi']} {record['name_en']}"),
            category=TradeItemCategory(record["category"]),
            net_content=Decimal(content["value"]) if content else None,
            net_unit=UNITS[content["unit"]] if content else None,
            alcohol_percent=_decimal(record.get("alcohol_percent_vol")),
            storage=record.get("storage_vi"),
            warnings=record.get("warning_vi"),
            shelf_life=life["value"] if life else None,
            shelf_life_unit=ShelfLifeUnit(life["unit"]) if life else None,
            demo=record["demo"],
            source_url=None if record["demo"] else record["source_url"],
            created_at=self.now,
        )
        item.standards = [
            TradeItemStandard(kind=StandardKind.OTHER, number=number)
            for number in record.get("standards") or ()
        ]
        self.items[record["id"]] = item
        self.session.add(item)

    def _right(self, record: Record) -> None:
        related = [
            self.items[product["id"]]
            for product in self.file["products"]
            if record["id"] in (product["related_ip_right_ids"] or ()) and product["id"] in self.items
        ]
        self.session.add(
            IpRight(
                public_id=self.new_id(),
                kind=IpRightKind(record["kind"]),
                name=record["name_vi"],
                goods_vi=record["goods_vi"],
                goods_en=record["goods_en"],
                registration_number=record["registration_number"],
                decision_number=record["decision_number"],
                registered=record["registered_on"],
                valid_until=known_day(record["valid_until"]),
                holder=self.parties.get(record["holder_id"] or ""),
                manager=self.parties.get(record["manager_id"] or ""),
                source_url=record["source_url"],
                related=related,
            )
        )

    def _accreditation(self, record: Record) -> None:
        self.session.add(
            Accreditation(
                public_id=self.new_id(),
                body=self.parties[record["certification_body_id"]],
                accreditor=record["accreditation_body"],
                number=record["number"],
                standard=" + ".join(record["standards"] or ()) or None,
                scopes=list(record["scopes"]),
                valid_from=known_day(record["valid_from"]),
                valid_until=known_day(record["valid_until"]),
                demo=record["demo"],
                source_url=record["source_url"],
                approved_at=self.now,
                created_at=self.now,
            )
        )


def known_day(text: str | None) -> date | None:
    """The day, where a whole day is known.

    >>> known_day("2022-04-01"), known_day("2022-04"), known_day(None)
    (datetime.date(2022, 4, 1), None, None)
    """
    return date.fromisoformat(text) if text and len(text) == len("2022-04-01") else None


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _street(record: Record, unit: AdminUnit) -> str:
    """The published address without the units that the address row names itself."""
    published: Iterable[str] = (part.strip() for part in (record["address_vi_as_published"] or "").split(","))
    units = {folded(above.name) for above in unit.chain()} | {
        folded(above.name.split(" ", 1)[-1]) for above in unit.chain()
    }
    return ", ".join(part for part in published if part and folded(part) not in units)
