"""What a lot's records still lack, by the legal checklist (domain.md, section 3)."""

from datetime import date

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from traceapp.domain.certificates import CertificateStatus
from traceapp.domain.checklist import Item, LotFacts, completeness
from traceapp.domain.parties import PlaceKind
from traceapp.domain.scope import CertificateSubject as Subject
from traceapp.domain.scope import SubjectKind
from traceapp.domain.trade_items import LABEL_FIELDS, LabelField
from traceapp.models import Certificate, Lot, Party, StampRun, TradeItem
from traceapp.services.vouching.claims import certificates_about, subjects


def checklist(session: Session, lot: Lot, today: date) -> list[Item]:
    """The 21 rows judged for one lot."""
    return completeness(lot_facts(session, lot, today))


def lot_facts(session: Session, lot: Lot, today: date) -> LotFacts:
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
        "certificates": certificates_of(session, item, today),
        "growing_area": lot.place is not None and lot.place.kind is PlaceKind.GROWING_AREA,
        "stamps": session.scalar(select(exists().where(StampRun.lot_id == lot.id))),
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


def stopped_of(session: Session, item: TradeItem, today: date) -> list[tuple[Certificate, CertificateStatus]]:
    """Approved certificates naming the product that are suspended, taken away or ended; the newest first."""
    named = Subject(SubjectKind.TRADE_ITEM, item.id)
    found = [(one, one.status_on(today).status) for one in certificates_about(session, item)]
    calm = (CertificateStatus.ACTIVE, CertificateStatus.DRAFT, CertificateStatus.NOT_YET_VALID)
    stopped = [
        (one, status)
        for one, status in found
        if status not in calm and named in subjects(one) and one.successor_on(today) is None
    ]
    return sorted(stopped, key=lambda pair: pair[0].valid_until, reverse=True)


def certificates_of(session: Session, item: TradeItem, today: date) -> list[Certificate]:
    """Approved certificates that name the product or its category and are in force today, by their end."""
    names = {Subject(SubjectKind.TRADE_ITEM, item.id), Subject(SubjectKind.CATEGORY, item.category.value)}
    found = [
        one
        for one in certificates_about(session, item)
        if one.status_on(today).status is CertificateStatus.ACTIVE and not names.isdisjoint(subjects(one))
    ]
    return sorted(found, key=lambda one: one.valid_until)
