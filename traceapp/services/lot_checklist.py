"""What a lot's records still lack, by the legal checklist (domain.md, section 3)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp.domain.certificates import CertificateStatus
from traceapp.domain.checklist import Item, LotFacts, completeness
from traceapp.domain.parties import PlaceKind
from traceapp.domain.scope import CertificateSubject as Subject
from traceapp.domain.scope import SubjectKind
from traceapp.domain.trade_items import LABEL_FIELDS, LabelField
from traceapp.models import Certificate, Lot, Party, StampRun, TradeItem
from traceapp.services.vouching.claims import certificates_naming, subjects


def checklist(session: Session, lot: Lot, today: date) -> list[Item]:
    """The 21 rows judged for one lot."""
    return checklists(session, [lot], today)[0]


def checklists(session: Session, lots: Iterable[Lot], today: date) -> list[list[Item]]:
    """The same for several lots, read in as many questions as for one."""
    lots = list(lots)
    certified = standings_of(session, {lot.trade_item_id: lot.trade_item for lot in lots}.values(), today)
    stamped = set(
        session.scalars(select(StampRun.lot_id).where(StampRun.lot_id.in_([one.id for one in lots])))
    )
    return [
        completeness(_facts(lot, today, certified[lot.trade_item_id].in_force > 0, lot.id in stamped))
        for lot in lots
    ]


def _facts(lot: Lot, today: date, certified: bool, stamped: bool) -> LotFacts:
    """Which rows and label fields the records of a lot fill."""
    item = lot.trade_item
    held = {
        "name": True,
        "identifier": True,
        "origin": True,
        "traceability_code": True,
        "serial_or_lot": True,
        "image": bool(item.images),
        "brand": item.brand,
        "use_by": lot.expires_on,
        "made_on": lot.made_on,
        "times": lot.made_on or lot.packed_on,
        "standards": item.standards,
        "warnings": item.warnings,
        "certificates": certified,
        "growing_area": lot.place is not None and lot.place.kind is PlaceKind.GROWING_AREA,
        "stamps": stamped,
    } | _party(item.party, today)
    present = frozenset(key for key, value in held.items() if value)
    return LotFacts(category=item.category, present=present, label=_label(item, lot))


def _party(party: Party, today: date) -> dict[str, object]:
    return {
        "party_name": party.name_on(today),
        "party_address": party.address_on(today),
        "party_code": party.tax_code or party.gln,
    }


def lacking_on_label(item: TradeItem, lot: Lot | None) -> tuple[LabelField, ...]:
    """What the law asks of the label of such goods and the records do not hold."""
    asked = LABEL_FIELDS[item.category] - _label(item, lot)
    return tuple(field for field in LabelField if field in asked)


def _label(item: TradeItem, lot: Lot | None) -> frozenset[LabelField]:
    held = {
        LabelField.NET_CONTENT: item.net_content,
        LabelField.ALCOHOL: item.alcohol_percent,
        LabelField.MADE_ON: lot.made_on if lot else None,
        LabelField.USE_BY: lot.expires_on if lot else None,
        LabelField.INGREDIENTS: item.ingredients,
        LabelField.STORAGE: item.storage,
        LabelField.WARNINGS: item.warnings,
    }
    return frozenset(field for field, value in held.items() if value is not None)


@dataclass(frozen=True, slots=True)
class Standing:
    """How many certificates are in force for a product, when the first of them ends, what became of the last.

    `stopped` only where none is in force.
    """

    in_force: int = 0
    ends: date | None = None
    stopped: CertificateStatus | None = None


def standings_of(session: Session, items: Iterable[TradeItem], today: date) -> Mapping[int, Standing]:
    """The same of many products, by id: as many questions as for one."""
    items = list(items)
    named: dict[Subject, list[Certificate]] = defaultdict(list)
    for one in certificates_naming(session, items):
        for subject in subjects(one):
            named[subject].append(one)
    told = {}
    for item in items:
        about = {one.id: one for name in _names(item) for one in named[name]}
        told[item.id] = _standing(item, list(about.values()), today)
    return told


def _names(item: TradeItem) -> tuple[Subject, Subject]:
    """The product, and its category: the two ways in which a certificate may name it."""
    by_category = Subject(SubjectKind.CATEGORY, item.category.value)
    return Subject(SubjectKind.TRADE_ITEM, item.id), by_category


def _standing(item: TradeItem, about: Sequence[Certificate], today: date) -> Standing:
    in_force = _in_force(item, about, today)
    stopped = [] if in_force else _stopped(item, about, today)
    return Standing(
        len(in_force), in_force[0].valid_until if in_force else None, stopped[0][1] if stopped else None
    )


def stopped_of(session: Session, item: TradeItem, today: date) -> list[tuple[Certificate, CertificateStatus]]:
    """Approved certificates naming the product that are suspended, taken away or ended; the newest first."""
    return _stopped(item, certificates_naming(session, [item]), today)


def _stopped(
    item: TradeItem, about: Iterable[Certificate], today: date
) -> list[tuple[Certificate, CertificateStatus]]:
    named = Subject(SubjectKind.TRADE_ITEM, item.id)
    found = [(one, one.status_on(today).status) for one in about]
    calm = (CertificateStatus.ACTIVE, CertificateStatus.DRAFT, CertificateStatus.NOT_YET_VALID)
    stopped = [
        (one, status)
        for one, status in found
        if status not in calm and named in subjects(one) and one.successor_on(today) is None
    ]
    return sorted(stopped, key=lambda pair: pair[0].valid_until, reverse=True)


def certificates_of(session: Session, item: TradeItem, today: date) -> list[Certificate]:
    """Approved certificates that name the product or its category and are in force today, by their end."""
    return _in_force(item, certificates_naming(session, [item]), today)


def _in_force(item: TradeItem, about: Iterable[Certificate], today: date) -> list[Certificate]:
    named, category = _names(item)
    found = [
        one
        for one in about
        if one.status_on(today).status is CertificateStatus.ACTIVE
        and (named in subjects(one) or (one.holder_id == item.party_id and category in subjects(one)))
    ]
    return sorted(found, key=lambda one: one.valid_until)
