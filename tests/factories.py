"""The fixed cast that every test knows, and one-line ways to make a record.

The cast: HTX Mẫu Sơn Thử (an approved cooperative, prefix 952000901) with its manager Lan; HTX Đối Thủ
(a rival) with its manager Rồng; Minh, an inspector; Hoa and Quang, two officers of the province; Thu of a
certification body. All are invented. Rows are written directly, so that a test of one room does not fail for
another's fault.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from itertools import count

import pikepdf
from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.certificates import RecordState
from traceapp.domain.parties import PartyKind, PartyState, PlaceKind
from traceapp.domain.permissions import Role
from traceapp.domain.reference import SchemeFamily, UnitLevel
from traceapp.domain.stamps import StampState
from traceapp.domain.text import folded
from traceapp.domain.trade_items import Level, ShelfLifeUnit, TradeItemCategory, Unit
from traceapp.models import (
    Account,
    Accreditation,
    AdminUnit,
    Certificate,
    CertificateSubject,
    Lot,
    Membership,
    Party,
    PartyAddress,
    PartyName,
    Place,
    Scheme,
    StampRun,
    StoredFile,
    TradeItem,
)

PASSWORD = "mat-khau-thu-nghiem"
CHEAP_HASH = "$argon2id$v=19$m=8,t=1,p=1$Lvm7c034Y2VbbKOr6/uKhA$amaz5DckU3DXha9dVclZkD6vccS5dmisokso8gwTDdk"
_numbers = count(1)


@dataclass(frozen=True)
class Person:
    """Somebody of the cast."""

    account_id: int
    login: str
    actor: Actor


@dataclass(frozen=True)
class Cast:
    """Everybody, and the parties they act for."""

    cooperative_id: int
    rival_id: int
    authority_id: int
    body_id: int
    unit_id: int
    manager: Person
    rival: Person
    inspector: Person
    officer: Person
    second_officer: Person
    body_officer: Person


def next_public_id() -> str:
    """A public id no other record of this run has."""
    return f"T{next(_numbers):07d}"


def make_party(
    session: Session, name: str, kind: PartyKind, now: datetime, unit: AdminUnit, **more: object
) -> Party:
    """A party with a Vietnamese name and an address since 2020; approved unless told otherwise."""
    told = {"state": PartyState.APPROVED, "public_id": next_public_id(), "created_at": now} | more
    party = Party(kind=kind, **told)
    party.names.append(PartyName(language="vi", name=name, folded=folded(name), valid_from=date(2020, 1, 1)))
    party.addresses.append(
        PartyAddress(street="Thôn Thử Nghiệm", admin_unit=unit, valid_from=date(2020, 1, 1))
    )
    session.add(party)
    session.flush()
    return party


def make_person(session: Session, login: str, name: str, party: Party, role: Role, now: datetime) -> Person:
    """An account with one membership; its password hash is PASSWORD's, made with little work."""
    account = Account(
        login=login, password_hash=CHEAP_HASH, display_name=name, public_id=next_public_id(), created_at=now
    )
    account.memberships.append(
        Membership(party=party, role=role, valid_from=date(2020, 1, 1), created_at=now)
    )
    session.add(account)
    session.flush()
    return Person(account.id, login, Actor(account.id, account.public_id, party.id, frozenset({role})))


def people(session: Session, now: datetime) -> Cast:
    """Write the cast into an empty database."""
    province = AdminUnit(code="au_lang_son", name="tỉnh Lạng Sơn", level=UnitLevel.PROVINCE)
    commune = AdminUnit(
        code="au_thu",
        name="xã Thử Nghiệm",
        level=UnitLevel.COMMUNE,
        parent=province,
        valid_from=date(2025, 7, 1),
    )
    session.add_all([province, commune])
    schemes = (
        ("iso_22000", "ISO 22000", SchemeFamily.MANAGEMENT_SYSTEM, "FSMS"),
        ("iso_9001", "ISO 9001", SchemeFamily.MANAGEMENT_SYSTEM, "QMS"),
        ("vietgap", "VietGAP", SchemeFamily.PROCESS, "PRO"),
    )
    for code, name, family, scope in schemes:
        scheme = session.query(Scheme).filter_by(code=code).one()  # the migrations know them
        scheme.name_vi, scheme.name_en, scheme.name_zh = name, name, None
        scheme.family, scheme.accreditation_scope, scheme.number_shape = family, scope, None
    ours = make_party(
        session, "HTX Mẫu Sơn Thử", PartyKind.COOPERATIVE, now, commune, company_prefix="952000901", demo=True
    )
    rival = make_party(
        session, "HTX Đối Thủ", PartyKind.COOPERATIVE, now, commune, company_prefix="952000902", demo=True
    )
    authority = make_party(session, "Sở Thử Nghiệm", PartyKind.AUTHORITY, now, province, demo=True)
    body = make_party(
        session, "Tổ chức chứng nhận Thử Nghiệm", PartyKind.CERTIFICATION_BODY, now, province, demo=True
    )
    return Cast(
        cooperative_id=ours.id,
        rival_id=rival.id,
        authority_id=authority.id,
        body_id=body.id,
        unit_id=commune.id,
        manager=make_person(session, "+84912000001", "Lan", ours, Role.MANAGER, now),
        rival=make_person(session, "+84912000002", "Rồng", rival, Role.MANAGER, now),
        inspector=make_person(session, "minh@example.com", "Minh", authority, Role.INSPECTOR, now),
        officer=make_person(session, "hoa@example.com", "Hoa", authority, Role.PROVINCE, now),
        second_officer=make_person(session, "quang@example.com", "Quang", authority, Role.PROVINCE, now),
        body_officer=make_person(session, "thu@example.com", "Thu", body, Role.BODY_OFFICER, now),
    )


def make_trade_item(session: Session, party_id: int, now: datetime, **more: object) -> TradeItem:
    """A 500 ml liquor with a GTIN under the cooperative's prefix, every label field filled."""
    told: dict[str, object] = {
        "gtin": "09520009010011",
        "level": Level.UNIT,
        "name_vi": "Rượu men lá Thử",
        "name_en": "Leaf-yeast liquor (test)",
        "folded": folded("Rượu men lá Thử"),
        "category": TradeItemCategory.LIQUOR,
        "net_content": Decimal(500),
        "net_unit": Unit.MILLILITRE,
        "alcohol_percent": Decimal(40),
        "storage": "Nơi khô, mát",
        "warnings": "Câu cảnh báo thử nghiệm",
        "shelf_life": 2,
        "shelf_life_unit": ShelfLifeUnit.YEAR,
        "demo": True,
        "public_id": next_public_id(),
        "created_at": now,
    }
    item = TradeItem(party_id=party_id, **(told | more))
    session.add(item)
    session.flush()
    return item


def make_lot(session: Session, item: TradeItem, now: datetime, **more: object) -> Lot:
    """Lot L260905A, made on 5 September 2026, good for two years, 1,200 bottles."""
    told: dict[str, object] = {
        "code": "L260905A",
        "made_on": date(2026, 9, 5),
        "expires_on": date(2028, 9, 5),
        "quantity": Decimal(1200),
        "unit": Unit.PIECE,
        "public_id": next_public_id(),
        "created_at": now,
    }
    lot = Lot(trade_item=item, **(told | more))
    session.add(lot)
    session.flush()
    return lot


def make_place(session: Session, party_id: int, unit_id: int, now: datetime, **more: object) -> Place:
    """A workshop."""
    told: dict[str, object] = {
        "kind": PlaceKind.WORKSHOP,
        "name": "Xưởng Thử",
        "admin_unit_id": unit_id,
        "public_id": next_public_id(),
        "created_at": now,
    }
    place = Place(party_id=party_id, **(told | more))
    session.add(place)
    session.flush()
    return place


def make_certificate(
    session: Session, cast: Cast, now: datetime, item: TradeItem, **more: object
) -> Certificate:
    """ISO 22000 for the item, 10 June 2025 to 9 June 2028, entered by the manager, approved by Hoa."""
    scheme = session.query(Scheme).filter_by(code=more.pop("scheme", "iso_22000")).one()
    number = str(more.pop("number", "DEMO-FSMS-0001"))
    told: dict[str, object] = {
        "standard": "ISO 22000:2018",
        "body_id": cast.body_id,
        "holder_id": cast.cooperative_id,
        "scope_text": "Sản xuất rượu men lá",
        "issued_on": date(2025, 6, 10),
        "valid_from": date(2025, 6, 10),
        "valid_until": date(2028, 6, 9),
        "record_state": RecordState.APPROVED,
        "entered_by_id": cast.manager.account_id,
        "approved_by_id": cast.officer.account_id,
        "approved_at": now,
        "demo": True,
        "public_id": next_public_id(),
        "created_at": now,
    }
    certificate = Certificate(scheme=scheme, number=number, folded_number=folded(number), **(told | more))
    certificate.subjects.append(CertificateSubject(trade_item=item))
    session.add(certificate)
    session.flush()
    return certificate


def make_accreditation(session: Session, body_id: int, now: datetime, **more: object) -> Accreditation:
    """DEMO-ACC-001 of the body for FSMS and PRO, the years 2023 to 2039; came with its source."""
    told: dict[str, object] = {
        "accreditor": "BoA",
        "number": "DEMO-ACC-001",
        "standard": "ISO/IEC 17021-1:2015",
        "scopes": ["FSMS", "PRO"],
        "valid_from": date(2023, 1, 1),
        "valid_until": date(2039, 12, 31),
        "approved_at": now,
        "demo": True,
        "public_id": next_public_id(),
        "created_at": now,
    }
    accreditation = Accreditation(body_id=body_id, **(told | more))
    session.add(accreditation)
    session.flush()
    return accreditation


def a_page_of_pdf() -> bytes:
    """An empty page, as an office scanner might send it: kept byte for byte."""
    paper, file = pikepdf.new(), BytesIO()
    paper.add_blank_page()
    paper.save(file)
    return file.getvalue()


def make_scan(session: Session, now: datetime, number: int = 1) -> str:
    """The row of a kept scan, as of a body's paper; its hash. The bytes are nowhere."""
    sha256 = f"{number:064x}"
    if session.get(StoredFile, sha256) is None:
        told = {"size": 9, "media_type": "application/pdf", "first_name": "quyet-dinh.pdf"}
        session.add(StoredFile(sha256=sha256, uploaded_at=now, **told))
        session.flush()
    return sha256


def make_run(
    session: Session, cast: Cast, now: datetime, item: TradeItem, lot: Lot | None, **more: object
) -> StampRun:
    """A run of 1,000 stamps from sequence 0, activated when it has a lot."""
    state = StampState.ACTIVATED if lot is not None else StampState.PRINTED
    told: dict[str, object] = {
        "subject": item.subject,
        "key_id": "0001",
        "first_number": 0,
        "count": 1000,
        "state": state,
        "state_at": now,
        "activated_at": now if lot is not None else None,
        "created_by_id": cast.manager.account_id,
        "public_id": next_public_id(),
        "created_at": now,
    }
    run = StampRun(trade_item=item, lot=lot, **(told | more))
    session.add(run)
    session.flush()
    return run
