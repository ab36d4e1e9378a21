"""Certificates from a sheet: each row one paper, sent to approval by whoever imports it.

Four eyes hold as everywhere: the importer entered them, so another officer approves. A cooperative's own
sheet names no holder; its certificates stay drafts, because the paper's scan is still to be added.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from secrets import SystemRandom
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.certificates import CertificateTerms, RecordState, check_terms
from traceapp.domain.errors import Conflict, Malformed
from traceapp.domain.identifiers import Gtin, TaxCode, new_public_id
from traceapp.domain.parties import PartyKind, PartyState
from traceapp.domain.text import folded
from traceapp.domain.trade_items import CATEGORIES, TradeItemCategory
from traceapp.models import Certificate, CertificateSubject, Party, Scheme, TradeItem
from traceapp.services import journal, uniqueness
from traceapp.services.importing.bodies import body_names, known_bodies
from traceapp.services.importing.certificate_columns import (
    BODY,
    CATEGORY,
    COLUMNS,
    FROM,
    GTIN,
    HOLDER,
    HOLDER_CODE,
    ISSUED,
    NUMBER,
    OWN_COLUMNS,
    SCHEME,
    SCOPE,
    STANDARD,
    UNTIL,
)
from traceapp.services.importing.columns import Cells, Column, Fault
from traceapp.services.importing.judging import Judged, Names, named, party_names, scheme_names
from traceapp.services.vouching.bodies import hold_body
from traceapp.services.vouching.certificate_entry import NUMBER_TAKEN

PRODUCERS: Final = tuple(kind for kind in PartyKind if kind.makes_goods)


@dataclass(frozen=True, slots=True)
class Entry:
    """A certificate to be written; all ids are of this register."""

    number: str
    scheme_id: int
    standard: str
    body_id: int
    holder_id: int
    scope_text: str
    categories: tuple[TradeItemCategory, ...]
    trade_items: tuple[int, ...]
    issued_on: date
    valid_from: date
    valid_until: date


@dataclass(slots=True)
class _Register:
    """What rows are judged by, read once."""

    schemes: Names
    bodies: Names
    holders: Names
    by_tax_code: dict[str, int]
    items: dict[tuple[int, str], int]
    papers: set[tuple[int, str]]
    scheme_names: dict[int, str]
    own: int | None


def choices(session: Session) -> dict[str, list[str]]:
    """What the form offers to choose from."""
    return {
        SCHEME.key: list(session.scalars(select(Scheme.name_vi).order_by(Scheme.id))),
        BODY.key: body_names(session),
        CATEGORY.key: list(CATEGORIES.values()),
    }


def judge(session: Session, _actor: Actor, rows: Sequence[Cells], _today: date) -> list[Judged]:
    """Every row as it would be saved for the holder it names."""
    return _judged(_read(session, None), rows, COLUMNS)


def judge_own(session: Session, actor: Actor, rows: Sequence[Cells], _today: date) -> list[Judged]:
    """Every row as it would be saved for the actor's own party."""
    return _judged(_read(session, actor.party_id), rows, OWN_COLUMNS)


def _read(session: Session, own: int | None) -> _Register:
    schemes = session.execute(select(Scheme.id, Scheme.name_vi, Scheme.name_en, Scheme.code)).all()
    known = session.execute(
        select(Party.tax_code, Party.id).where(
            Party.tax_code.is_not(None),
            Party.kind.in_(PRODUCERS),
            Party.state.in_([PartyState.SUBMITTED, PartyState.APPROVED]),
        )
    )
    items = select(TradeItem.party_id, TradeItem.gtin, TradeItem.id).where(TradeItem.gtin.is_not(None))
    return _Register(
        schemes=scheme_names(schemes),
        bodies=known_bodies(session),
        holders=party_names(session, PRODUCERS),
        by_tax_code={str(code): party_id for code, party_id in known},
        items={(party, str(gtin)): item for party, gtin, item in session.execute(items)},
        papers={
            (body, number)
            for body, number in session.execute(select(Certificate.body_id, Certificate.folded_number))
        },
        scheme_names={row.id: row.name_vi for row in schemes},
        own=own,
    )


def _judged(register: _Register, rows: Sequence[Cells], columns: Sequence[Column]) -> list[Judged]:
    seen: dict[tuple[int, str], int] = {}
    return [_judge(register, cells, columns, seen) for cells in rows]


def _judge(
    register: _Register, cells: Cells, columns: Sequence[Column], seen: dict[tuple[int, str], int]
) -> Judged:
    entry = _entry(register, cells)
    shown = tuple(cells.shown(column) for column in columns)
    if entry is None or cells.faults:
        return Judged(cells.row, shown, faults=tuple(cells.faults))
    key = entry.body_id, folded(entry.number)
    known = None
    if key in register.papers:
        known = Fault(cells.row, NUMBER.heading, "import_on_file", {"given": entry.number})
    elif key in seen:
        known = Fault(cells.row, NUMBER.heading, "import_twice", {"given": entry.number, "first": seen[key]})
    seen.setdefault(key, cells.row)
    return Judged(cells.row, shown, entry, known=known)


def _entry(register: _Register, cells: Cells) -> Entry | None:
    number = cells.line(NUMBER, 80)
    scheme = _named(register.schemes, cells, SCHEME)
    standard = cells.line(STANDARD, 80)
    body = _named(register.bodies, cells, BODY)
    holder = register.own if register.own is not None else _holder(register, cells)
    scope = cells.lines(SCOPE, 1000)
    categories = _categories(cells)
    items = _items(register, cells, holder)
    issued, until = cells.day(ISSUED), cells.day(UNTIL)
    start = cells.day(FROM) or issued
    if not categories and not items and not cells.faults:
        cells.blame(CATEGORY, "import_no_subject")
    if cells.faults or not number or not scope or scheme is None or body is None or holder is None:
        return None
    if issued is None or start is None or until is None:
        return None
    terms = CertificateTerms(RecordState.DRAFT, start, until, issued_on=issued)
    cells.read(UNTIL, lambda: check_terms(terms))
    told = standard or register.scheme_names[scheme][:80]
    return Entry(number, scheme, told, body, holder, scope, categories, items, issued, start, until)


def _named(names: Names, cells: Cells, column: Column) -> Any:
    given = cells.line(column, 200)
    return names.find(cells, column, given) if given else None


def _holder(register: _Register, cells: Cells) -> int | None:
    code = cells.digits(HOLDER_CODE, 10)
    if code:
        told = cells.read(HOLDER_CODE, lambda: str(TaxCode.parse(code)))
        if told is None:
            return None
        if told not in register.by_tax_code:
            cells.blame(HOLDER_CODE, "import_unknown", given=told)
        return register.by_tax_code.get(told)
    name = cells.line(HOLDER, 200)
    if name:
        found: int | None = register.holders.find(cells, HOLDER, name)
        return found
    if name is not None and code is not None:
        cells.blame(HOLDER, "cell_missing")
    return None


CATEGORY_NAMES: Final = named((name, category) for category, name in CATEGORIES.items())


def _parts(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(";") if part.strip()]


def _categories(cells: Cells) -> tuple[TradeItemCategory, ...]:
    given = _parts(cells.line(CATEGORY, 500))
    found = [CATEGORY_NAMES.find(cells, CATEGORY, part) for part in given]
    return tuple(dict.fromkeys(one for one in found if one is not None))


def _items(register: _Register, cells: Cells, holder: int | None) -> tuple[int, ...]:
    given = _parts(cells.digits(GTIN, 13))
    found = []
    for part in given:
        gtin = cells.read(GTIN, lambda part=part: str(Gtin.parse(part)))  # type: ignore[misc]  # bound per turn
        if gtin is None or holder is None:
            continue
        if (holder, gtin) in register.items:
            found.append(register.items[holder, gtin])
        else:
            cells.blame(GTIN, "import_no_item", given=part)
    return tuple(dict.fromkeys(found))


def save(session: Session, actor: Actor, entries: Sequence[Entry], now: datetime, _today: date) -> None:
    """Write them as sent to approval."""
    _save(session, actor, entries, now, RecordState.SUBMITTED)


def save_own(session: Session, actor: Actor, entries: Sequence[Entry], now: datetime, _today: date) -> None:
    """Write them as drafts, whose scans are still to come."""
    _save(session, actor, entries, now, RecordState.DRAFT)


def _save(
    session: Session, actor: Actor, entries: Sequence[Entry], now: datetime, state: RecordState
) -> None:
    _hold_bodies(session, entries)
    demo = dict(session.execute(select(Party.id, Party.demo)).all())
    chance = SystemRandom()
    made = [
        _certificate(entry, actor, now, state, new_public_id(chance), demo[entry.holder_id])
        for entry in entries
    ]
    session.add_all(made)
    uniqueness.flush(session, NUMBER_TAKEN, given=entries[0].number)
    journal.record_many(
        session,
        actor=actor,
        act="imported_certificate",
        now=now,
        rows=[
            (
                ("certificate", one.public_id),
                one.holder_id,
                {"number": one.number, "valid_from": one.valid_from, "valid_until": one.valid_until},
            )
            for one in made
        ],
    )


def _hold_bodies(session: Session, entries: Sequence[Entry]) -> None:
    """Keep the bodies of the sheet from being merged, always in the same order.

    Raises `Conflict` `import_changed` where one was merged since the rows were judged.
    """
    for number in sorted({one.body_id for one in entries}):
        try:
            hold_body(session, session.get_one(Party, number))
        except Malformed as merged:
            raise Conflict("import_changed", found=len(entries)) from merged


def _certificate(
    entry: Entry, actor: Actor, now: datetime, state: RecordState, public_id: str, demo: bool
) -> Certificate:
    subjects = [CertificateSubject(category=category) for category in entry.categories]
    subjects += [CertificateSubject(trade_item_id=item) for item in entry.trade_items]
    return Certificate(
        public_id=public_id,
        number=entry.number,
        folded_number=folded(entry.number),
        scheme_id=entry.scheme_id,
        standard=entry.standard,
        body_id=entry.body_id,
        holder_id=entry.holder_id,
        scope_text=entry.scope_text,
        issued_on=entry.issued_on,
        valid_from=entry.valid_from,
        valid_until=entry.valid_until,
        subjects=subjects,
        record_state=state,
        submitted_at=now if state is RecordState.SUBMITTED else None,
        sent_by_id=actor.party_id if state is RecordState.SUBMITTED else None,
        entered_by_id=actor.account_id,
        demo=demo,
        created_at=now,
    )
