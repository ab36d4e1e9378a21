"""What a scan shows: the passport of a stamp, a lot or a product, as plain frozen facts.

The page, the linkset and the API show the same thing, so it is gathered once and no row of a table leaks
out of it. Names stay in all languages: who shows them knows the reader's. `None` is "chưa có dữ liệu".

>>> names = Names("Rượu men lá", en="Leaf-yeast liquor")
>>> names.spoken("en"), names.spoken("zh")
('Leaf-yeast liquor', 'Rượu men lá')
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from traceapp.domain.certificates import Status
from traceapp.domain.claims import Claim
from traceapp.domain.conformity import OF_THE_STAMP, Facts, Judged, Verdict, Word, also, loudest, verdict
from traceapp.domain.contradictions import Contradiction
from traceapp.domain.digital_link import KeyPath
from traceapp.domain.editions import EditionNotice
from traceapp.domain.lot_days import LotDay, lot_day
from traceapp.domain.parties import PartyKind, PlaceKind
from traceapp.domain.restrictions import HoldReason, RestrictionKind
from traceapp.domain.stamps import StampState
from traceapp.domain.trade_items import TradeItemCategory, Unit


@dataclass(frozen=True, slots=True)
class Names:
    """A name in the languages it is known in; Vietnamese always."""

    vi: str
    en: str | None = None
    zh: str | None = None

    def spoken(self, language: str) -> str:
        """The name in a language, else in Vietnamese."""
        return {"en": self.en, "zh": self.zh}.get(language) or self.vi


@dataclass(frozen=True, slots=True)
class Picture:
    """A product's picture, by the hashes of its two sizes; `drawing` stands in for a photo."""

    small: str
    large: str
    alt: str
    drawing: bool


@dataclass(frozen=True, slots=True)
class Producer:
    """Who answers for the product. `source_url` marks a real one shown from public information."""

    public_id: str
    kind: PartyKind
    names: Names
    address: str | None
    commune: str | None
    gln: str | None
    approved: bool
    demo: bool
    source_url: str | None
    suspended_at: datetime | None = None  # where the province has suspended it: since when
    units_until: date | None = None  # the last day of the units named, where one of them is no more


@dataclass(frozen=True, slots=True)
class Site:
    """Where the lot was made; `units` smallest first; coordinates only where their owner agreed."""

    public_id: str
    kind: PlaceKind
    names: Names
    gln: str | None
    units: tuple[str, ...]
    latitude: Decimal | None
    longitude: Decimal | None
    units_until: date | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """A trade item as its label says."""

    id: int
    public_id: str
    path: KeyPath
    gtin: str | None
    registry_number: str | None
    names: Names
    category: TradeItemCategory
    brand: str | None
    net_content: Decimal | None
    net_unit: Unit | None
    alcohol_percent: Decimal | None
    ingredients: str | None
    storage: str | None
    warnings: str | None
    standards: tuple[str, ...]
    picture: Picture | None
    producer: Producer
    demo: bool
    source_url: str | None


@dataclass(frozen=True, slots=True)
class Batch:
    """A lot: its code, days, quantity and place."""

    id: int
    public_id: str
    code: str
    made_on: date | None
    packed_on: date | None
    expires_on: date | None
    quantity: Decimal | None
    unit: Unit | None
    site: Site | None

    @property
    def lot_day(self) -> LotDay | None:
        """The day its certificates are judged on: made, else packed."""
        return lot_day(self.made_on, self.packed_on)


@dataclass(frozen=True, slots=True)
class PinUse:
    """The scratch PIN of a stamp that carries one: when, and if known where, it was first entered."""

    at: datetime | None = None
    area: str | None = None


@dataclass(frozen=True, slots=True)
class Stamp:
    """One stamp: its run and index, its state and since when, and whether somebody said "I bought it".

    `activated_at` is None while it is not activated; `activated_with` counts the stamps activated together.
    `pin` is None where it carries no scratch PIN.
    """

    run_id: int
    run: str
    index: int
    serial: str
    state: StampState
    state_at: datetime
    activated_at: datetime | None
    activated_with: int
    bought_at: datetime | None
    pin: PinUse | None = None


@dataclass(frozen=True, slots=True)
class Vouching:
    """An approved certificate that bears on the product, judged today and on the lot's day."""

    public_id: str
    number: str
    scheme: Names
    standard: str
    body: Names
    valid_from: date
    valid_until: date
    names_product: bool
    covers: bool
    judged: Judged
    conflicts: tuple[Contradiction, ...] = ()
    followed_by: str | None = None  # the number of the one that outlives it
    edition: EditionNotice | None = None

    @property
    def today(self) -> Status:
        """How it stands today."""
        return self.judged.today

    @property
    def when_made(self) -> Status | None:
        """How it stood on the lot's day; None where that is not known."""
        return self.judged.when_made


@dataclass(frozen=True, slots=True)
class Restraint:
    """A hold or recall in force, and what it is about: the product, the lot or a stretch of stamps.

    `lot` names the lot where the goods in question are only partly struck (`Passport.parts`);
    `may_be_inside`: it is about stamps that may be in a case of what the code names, nobody knows in which.
    """

    public_id: str
    kind: RestrictionKind
    about: Literal["product", "lot", "stamps"]
    reason: HoldReason
    from_at: datetime
    told: str | None
    decision_number: str | None
    lot: str | None = None
    may_be_inside: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """What the scan log knows of a stamp; `scans` None when the log cannot be read."""

    scans: int | None = 0
    devices: int = 0
    areas: int = 0
    first_at: datetime | None = None
    first_area: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passport:
    """Everything known of what a code names. `facts` None: the code names a product or lot, not a stamp."""

    path: KeyPath
    now: datetime
    today: date
    product: Product | None = None
    lot: Batch | None = None
    stamp: Stamp | None = None
    certificates: tuple[Vouching, ...] = ()
    claims: tuple[Claim, ...] = ()
    restraints: tuple[Restraint, ...] = ()
    parts: tuple[Restraint, ...] = ()  # of a product, lot or case: what strikes only some of it
    tally: Tally = Tally()
    facts: Facts | None = None

    @property
    def verdict(self) -> Verdict | None:
        """The one word, for a stamp."""
        return None if self.facts is None else verdict(self.facts)

    @property
    def also(self) -> tuple[Word, ...]:
        """What else holds, worst first."""
        return () if self.facts is None else also(self.facts)

    @property
    def published(self) -> bool:
        """Whether its goods may be shown."""
        return self.product is not None and self.product.producer.approved

    @property
    def told_also(self) -> tuple[Word, ...]:
        """Of what else holds that which may be told: nothing of goods that are not published."""
        return self.also if self.published else tuple(word for word in self.also if word in OF_THE_STAMP)

    @property
    def loudest(self) -> Word | None:
        """What the page of a stamp says first."""
        return None if self.facts is None else loudest(self.facts)

    @property
    def inside(self) -> tuple[Restraint, ...]:
        """Of a case, holds and recalls of stamps that may be in it."""
        return tuple(one for one in self.parts if one.may_be_inside)

    @property
    def restraint(self) -> Restraint | None:
        """The worst hold or recall in force, the latest of its kind."""
        recalls = [one for one in self.restraints if one.kind is RestrictionKind.RECALL]
        return next(iter(recalls or self.restraints), None)

    def of_stamp(self, stamp: Stamp, facts: Facts) -> "Passport":
        """The same for one stamp, with the facts its verdict rests on."""
        return replace(self, stamp=stamp, facts=facts)

    def with_pin(self, use: PinUse) -> "Passport":
        """The same with its PIN as an entry left it."""
        return self if self.stamp is None else replace(self, stamp=replace(self.stamp, pin=use))

    def counted(self, tally: Tally) -> "Passport":
        """The same with another count of scans and the verdict that follows; an unknown count is no first."""
        if self.facts is None:
            return self
        scans = 2 if tally.scans is None else tally.scans
        return replace(self, tally=tally, facts=replace(self.facts, scans=scans, devices=tally.devices))
