"""Who can sign in to the demonstration: an account for each role, one password made at first start."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp.demo.records import NewId, Records
from traceapp.domain.actors import Actor
from traceapp.domain.parties import PartyKind, PartyState
from traceapp.domain.permissions import Role
from traceapp.domain.text import folded
from traceapp.models import Account, Membership, Party, PartyAddress, PartyName

AUTHORITY, NEWCOMER = "demo_org_authority", "demo_org_hong"
GLNS = {"demo_org_ruou": "9520009019007", "demo_org_na": "9520009029006", NEWCOMER: "9520009039005"}


@dataclass(frozen=True, slots=True)
class Person:
    """A demo account."""

    login: str
    name: str
    role: Role
    party: str


PEOPLE = (
    Person("htx-ruou@example.com", "Chị Lan (demo)", Role.MANAGER, "demo_org_ruou"),
    Person("htx-na@example.com", "Anh Nam (demo)", Role.MANAGER, "demo_org_na"),
    Person("htx-hong@example.com", "Chị Hồng (demo)", Role.MANAGER, NEWCOMER),
    Person("kiem-tra@example.com", "Anh Minh (demo)", Role.INSPECTOR, AUTHORITY),
    Person("tinh@example.com", "Chị Hoa (demo)", Role.PROVINCE, AUTHORITY),
    Person("tinh-2@example.com", "Anh Quang (demo)", Role.PROVINCE, AUTHORITY),
    Person("chung-nhan@example.com", "Chị Thu (demo)", Role.BODY_OFFICER, "demo_cb_a"),
    Person("quan-tri@example.com", "Anh Bình (demo)", Role.ADMINISTRATOR, AUTHORITY),
)


def write_people(records: Records, password: str) -> dict[str, Actor]:
    """Make the two parties only the demonstration needs, and every account; actors by login."""
    _new_party(
        records, AUTHORITY, "Cơ quan quản lý Minh Họa (DEMO)", PartyKind.AUTHORITY, PartyState.APPROVED
    )
    newcomer = _new_party(
        records, NEWCOMER, "HTX Hồng Minh Họa (DEMO)", PartyKind.COOPERATIVE, PartyState.SUBMITTED
    )
    newcomer.company_prefix = "952000903"
    for key, gln in GLNS.items():
        records.parties[key].gln = gln
    hashed = PasswordHasher().hash(password)
    actors = {
        p.login: _account(records.session, p, records.parties[p.party], hashed, records.now, records.new_id)
        for p in PEOPLE
    }
    newcomer.submitted_by_id = actors["htx-hong@example.com"].account_id
    newcomer.submitted_at = records.now - timedelta(days=5)
    return actors


def actor_of(session: Session, login: str) -> Actor:
    """The actor behind a demo login, found again."""
    account = session.scalars(select(Account).where(Account.login == login)).one()
    membership = account.memberships[0]
    return Actor(account.id, account.public_id, membership.party_id, frozenset({membership.role}))


def _new_party(records: Records, key: str, name: str, kind: PartyKind, state: PartyState) -> Party:
    party = Party(public_id=records.new_id(), kind=kind, state=state, demo=True, created_at=records.now)
    party.names.append(PartyName(language="vi", name=name, folded=folded(name), valid_from=date(2020, 1, 1)))
    party.addresses.append(
        PartyAddress(
            street="Địa chỉ minh họa", admin_unit=records.units["au_lang_son"], valid_from=date(2020, 1, 1)
        )
    )
    records.parties[key] = party
    records.session.add(party)
    records.session.flush()
    return party


def _account(
    session: Session, person: Person, party: Party, hashed: str, now: datetime, new_id: NewId
) -> Actor:
    account = Account(
        public_id=new_id(),
        login=person.login,
        password_hash=hashed,
        display_name=person.name,
        created_at=now,
    )
    account.memberships.append(
        Membership(party=party, role=person.role, valid_from=date(2020, 1, 1), created_at=now)
    )
    session.add(account)
    session.flush()
    return Actor(account.id, account.public_id, party.id, frozenset({person.role}))
