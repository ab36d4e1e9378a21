"""The register of parties: who a producer is, in which days it was called what and where it lived.

Names and addresses are rows with dates. A change made on another day closes the old row and opens a new one,
so a certificate of 2024 keeps the name of 2024 (domain.md, section 9); a change on the same day corrects it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from secrets import SystemRandom

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from traceapp.domain.actors import Actor
from traceapp.domain.errors import Conflict, Malformed, NotAllowed, NotFound
from traceapp.domain.identifiers import Gln, TaxCode, new_public_id
from traceapp.domain.parties import PartyKind, PartyState, check_step
from traceapp.domain.permissions import Act, Role
from traceapp.domain.text import clean_line, folded
from traceapp.models import AdminUnit, Membership, Party, PartyAddress, PartyName
from traceapp.services import journal, uniqueness
from traceapp.services.feedback import phone_number
from traceapp.services.parties.accounts import email_address
from traceapp.services.parties.identity import EDITED, differing, identity_of

TAKEN = {
    "party.tax_code": ("tax_code_taken", "tax_code"),
    "party.gln": ("gln_taken", "gln"),
    "party.company_prefix": ("prefix_taken", "company_prefix"),
}
LANGUAGES = ("vi", "en", "zh")


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyEntry:
    """A party's record as typed."""

    kind: str = PartyKind.COOPERATIVE.value
    tax_code: str = ""
    name_vi: str = ""
    name_en: str = ""
    name_zh: str = ""
    street: str = ""
    admin_unit: str = ""
    phone: str = ""
    email: str = ""
    gln: str = ""
    company_prefix: str = ""


def register_party(session: Session, *, actor: Actor, entry: PartyEntry, now: datetime, today: date) -> Party:
    """Open the record of the producer this account will manage. Raises `has_party` where it manages one."""
    if actor.party_id is not None or session.scalar(
        select(Membership.id).where(Membership.account_id == actor.account_id).limit(1)
    ):
        raise Conflict("has_party")
    party = Party(public_id=new_public_id(SystemRandom()), state=PartyState.DRAFT, created_at=now)
    party.memberships.append(
        Membership(account_id=actor.account_id, role=Role.MANAGER, valid_from=today, created_at=now)
    )
    session.add(party)
    with session.no_autoflush:
        _fill(session, party, entry, today)
    return _written(session, actor, party, "registered_party", now)


def edit_party(session: Session, *, actor: Actor, entry: PartyEntry, now: datetime, today: date) -> Party:
    """Change the record of the actor's own party."""
    actor.must(Act.EDIT_PARTY)
    party = own_party(session, actor, lock=True)
    before = identity_of(party, today)
    with session.no_autoflush:
        _fill(session, party, entry, today)
    flag_modified(party, "kind")  # a new name is a new version too: an officer's page grows stale
    changed = differing(before, identity_of(party, today))
    return _written(session, actor, party, EDITED, now, {"changed": changed})


def submit_party(session: Session, *, actor: Actor, now: datetime) -> Party:
    """Send the record to the province. Sending twice is sending once."""
    actor.must(Act.SUBMIT_PARTY)
    party = own_party(session, actor, lock=True)
    if party.state is PartyState.SUBMITTED:
        return party
    check_step(party.state, PartyState.SUBMITTED)
    if party.tax_code is None and party.gln is None:
        raise Malformed("party_code_missing", field="tax_code")
    party.state, party.submitted_at, party.submitted_by_id = PartyState.SUBMITTED, now, actor.account_id
    party.decided_by_id = party.decided_at = None
    return _written(session, actor, party, "submitted_party", now)


def own_party(session: Session, actor: Actor, *, lock: bool = False) -> Party:
    """The party the actor acts for."""
    if actor.party_id is None:
        raise NotFound("record_not_found")
    return session.get_one(Party, actor.party_id, with_for_update={"key_share": True} if lock else None)


def list_units(session: Session, today: date, *also: int) -> list[AdminUnit]:
    """Units that stand today with all above them, in the order of the alphabet; and those already chosen."""
    units = session.scalars(select(AdminUnit)).all()
    standing = [unit for unit in units if unit.id in also or all(_stands(u, today) for u in unit.chain())]
    return sorted(standing, key=lambda unit: (len(unit.chain()), folded(unit.name)))


def _stands(unit: AdminUnit, day: date) -> bool:
    begun = unit.valid_from is None or unit.valid_from <= day
    return begun and (unit.valid_until is None or day <= unit.valid_until)


def read_unit(session: Session, typed: str, today: date, *also: int, field: str = "admin_unit") -> AdminUnit:
    """A unit chosen from the list. Raises `unit_missing`."""
    for unit in list_units(session, today, *also):
        if str(unit.id) == typed:
            return unit
    raise Malformed("unit_missing", field=field)


def read_prefix(typed: str, *, field: str = "company_prefix") -> str | None:
    """A GS1 company prefix: 7 to 12 digits as in the GS1 letter. Raises `prefix_digits`."""
    digits = typed.replace(" ", "")
    if not digits:
        return None
    if not (digits.isascii() and digits.isdigit() and 7 <= len(digits) <= 12):
        raise Malformed("prefix_digits", field=field, given=typed)
    return digits


def _fill(session: Session, party: Party, entry: PartyEntry, today: date) -> None:
    kind = PartyKind(entry.kind) if entry.kind in set(PartyKind) else None
    if kind is None or not (kind.makes_goods or kind is party.kind):
        raise NotAllowed("party_kind", field="kind")
    party.kind = kind
    party.tax_code = str(TaxCode.parse(entry.tax_code)) if entry.tax_code.strip() else None
    party.gln = str(Gln.parse(entry.gln)) if entry.gln.strip() else None
    party.company_prefix = read_prefix(entry.company_prefix)
    party.phone = phone_number(entry.phone, field="phone") if entry.phone.strip() else None
    party.email = email_address(entry.email) if entry.email.strip() else None
    if not entry.name_vi.strip():
        raise Malformed("name_missing", field="name_vi")
    for language in LANGUAGES:
        field = f"name_{language}"
        _name(party, language, clean_line(getattr(entry, field), 200, field=field), today)
    current = party.address_on(today)
    unit = read_unit(session, entry.admin_unit, today, *([current.admin_unit_id] if current else []))
    _address(party, clean_line(entry.street, 200, field="street"), unit, today)


def _name(party: Party, language: str, name: str, today: date) -> None:
    spoken = [row for row in party.names if row.language == language and row.holds_on(today)]
    old = spoken[-1] if spoken else None
    if (old.name if old else "") == name:
        return
    if old is not None:
        _close(old, today)
        if old.valid_from == today:
            party.names.remove(old)
    if name:
        row = old if old is not None and old.valid_from == today else PartyName(language=language)
        row.name, row.folded, row.valid_from, row.valid_until = name, folded(name), today, None
        if row not in party.names:
            party.names.append(row)


def _address(party: Party, street: str, unit: AdminUnit, today: date) -> None:
    held = [row for row in party.addresses if row.holds_on(today)]
    old = held[-1] if held else None
    if old is not None and (old.street, old.admin_unit) == (street, unit):
        return
    if old is not None and old.valid_from == today:
        old.street, old.admin_unit = street, unit
        return
    if old is not None:
        _close(old, today)
    party.addresses.append(PartyAddress(street=street, admin_unit=unit, valid_from=today))


def _close(row: PartyName | PartyAddress, today: date) -> None:
    if row.valid_from < today:
        row.valid_until = today - timedelta(days=1)


def _written(
    session: Session,
    actor: Actor,
    party: Party,
    act: str,
    now: datetime,
    more: Mapping[str, object] | None = None,
) -> Party:
    uniqueness.flush(session, TAKEN)
    facts: dict[str, object] = {
        "tax_code": party.tax_code,
        "gln": party.gln,
        "kind": party.kind.value,
        "company_prefix": party.company_prefix,
    }
    if party.tax_code is not None and len(party.tax_code) == 12:
        facts["tax_code"] = "personal"  # a citizen's number names a person
    journal.record(
        session,
        actor=actor,
        act=act,
        subject=("party", party.public_id),
        now=now,
        party_id=party.id,
        facts=facts | dict(more or {}),
    )
    return party
