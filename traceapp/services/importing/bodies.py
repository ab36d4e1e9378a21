"""Certification bodies and their accreditations from sheets: written down, and confirmed by another officer.

They come in exactly as `body_register` and `accreditations` would write them by hand, many at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from secrets import SystemRandom
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from traceapp.domain.actors import Actor
from traceapp.domain.identifiers import new_public_id
from traceapp.domain.parties import PartyKind, PartyState
from traceapp.domain.text import folded
from traceapp.models import Accreditation, MergedBody, Party, PartyName
from traceapp.services import journal, uniqueness
from traceapp.services.importing.columns import Cells, Column, Fault
from traceapp.services.importing.judging import Judged, Names, named
from traceapp.services.vouching.accreditations import AccreditationEntry, read_scopes

NAME = Column(
    "name",
    "Tên tổ chức chứng nhận",
    "Tên đầy đủ như trên giấy đăng ký hoạt động.",
    ("Tổ chức chứng nhận Mẫu A", "Tổ chức chứng nhận Mẫu B", "Tổ chức chứng nhận Mẫu C"),
    needed=True,
    width=44,
)
NAME_EN = Column("name_en", "Tên tiếng Anh", "Không bắt buộc.", ("Sample Certification A", "", ""), width=36)
BODY_COLUMNS: Final = (NAME, NAME_EN)

BODY = Column(
    "body",
    "Tổ chức chứng nhận",
    "Tên đã có trong hệ thống.",
    ("Tổ chức chứng nhận Mẫu A",) * 3,
    needed=True,
    width=40,
)
ACCREDITOR = Column(
    "accreditor", "Tổ chức công nhận", "Ví dụ BoA.", ("BoA (mẫu)",) * 3, needed=True, width=24
)
NUMBER = Column(
    "number",
    "Số công nhận",
    "Như trên chứng chỉ công nhận.",
    ("VIDU 001", "VIDU 002", "VIDU 003"),
    needed=True,
)
STANDARD = Column(
    "standard",
    "Chuẩn mực công nhận",
    "Ví dụ ISO/IEC 17021-1:2015.",
    ("ISO/IEC 17021-1:2015", "", ""),
    width=28,
)
SCOPES = Column(
    "scopes",
    "Phạm vi công nhận",
    "Mã phạm vi, nhiều mã cách nhau bằng dấu chấm phẩy: QMS; FSMS; EMS.",
    ("QMS; FSMS", "PRO", "EMS"),
    needed=True,
    width=24,
)
FROM = Column("valid_from", "Có hiệu lực từ", "Ngày/tháng/năm.", ("01/01/2024", "", "15/03/2025"))
UNTIL = Column("valid_until", "Ngày hết hạn", "Ngày cuối còn hiệu lực.", ("31/12/2028", "", "14/03/2030"))
SOURCE = Column("source_url", "Nguồn", "Địa chỉ trang đã công bố, nếu có.", width=36)
ACCREDITATION_COLUMNS: Final = (BODY, ACCREDITOR, NUMBER, STANDARD, SCOPES, FROM, UNTIL, SOURCE)


@dataclass(frozen=True, slots=True)
class Body:
    """A body to be written down."""

    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Accredited:
    """An accreditation to be written down."""

    body_id: int
    accreditor: str
    number: str
    standard: str
    scopes: list[str]
    valid_from: date | None
    valid_until: date | None
    source_url: str


def known_bodies(session: Session) -> Names:
    """Ids of bodies by every name they bear; a name that was merged means the body it was merged into."""
    into = dict(session.execute(select(MergedBody.body_id, MergedBody.into_id)).all())
    query = select(PartyName.name, Party.id).join(Party, PartyName.party_id == Party.id)
    rows = session.execute(query.where(Party.kind == PartyKind.CERTIFICATION_BODY))
    return named((name, into.get(body, body)) for name, body in rows)


def body_choices(session: Session) -> dict[str, list[str]]:
    """What the form of accreditations offers."""
    return {BODY.key: body_names(session)}


def body_names(session: Session) -> list[str]:
    """Each body once, by its present name in the language of the form; other names are read all the same."""
    merged = select(MergedBody.body_id)
    query = select(Party).where(Party.kind == PartyKind.CERTIFICATION_BODY, Party.id.not_in(merged))
    rows = session.scalars(query.options(selectinload(Party.names)))
    return sorted({one.name_on(date.max) for one in rows} - {""}, key=folded)[:500]


def no_choices(_session: Session) -> dict[str, list[str]]:
    """Nothing to choose from."""
    return {}


def judge_bodies(session: Session, _actor: Actor, rows: Sequence[Cells], _today: date) -> list[Judged]:
    """Every row as a new body, unless one of that name is known."""
    known, seen = known_bodies(session), dict[str, int]()
    return [_judge_body(known, seen, cells) for cells in rows]


def _judge_body(known: Names, seen: dict[str, int], cells: Cells) -> Judged:
    name, english = cells.line(NAME, 200), cells.line(NAME_EN, 200)
    shown = tuple(cells.shown(column) for column in BODY_COLUMNS)
    if not name or cells.faults:
        return Judged(cells.row, shown, faults=tuple(cells.faults))
    key = folded(name)
    on_file = key in known.by_name
    repeated = None if on_file else seen.get(key)
    seen.setdefault(key, cells.row)
    return Judged(
        cells.row, shown, Body(name, english or ""), known=_known(cells, NAME, name, on_file, repeated)
    )


def _known(cells: Cells, column: Column, given: str, on_file: bool, repeated: int | None) -> Fault | None:
    if on_file:
        return Fault(cells.row, column.heading, "import_on_file", {"given": given})
    if repeated is not None:
        return Fault(cells.row, column.heading, "import_twice", {"given": given, "first": repeated})
    return None


def judge_accreditations(
    session: Session, _actor: Actor, rows: Sequence[Cells], _today: date
) -> list[Judged]:
    """Every row as a new accreditation, unless its accreditor gave that number already."""
    bodies, seen = known_bodies(session), dict[tuple[str, str], int]()
    held = {
        (folded(accreditor), folded(number))
        for accreditor, number in session.execute(select(Accreditation.accreditor, Accreditation.number))
    }
    return [_judge_accreditation(bodies, held, seen, cells) for cells in rows]


def _judge_accreditation(
    bodies: Names, held: set[tuple[str, str]], seen: dict[tuple[str, str], int], cells: Cells
) -> Judged:
    entry = _accredited(bodies, cells)
    shown = tuple(cells.shown(column) for column in ACCREDITATION_COLUMNS)
    if entry is None or cells.faults:
        return Judged(cells.row, shown, faults=tuple(cells.faults))
    key = folded(entry.accreditor), folded(entry.number)
    on_file = key in held
    repeated = None if on_file else seen.get(key)
    seen.setdefault(key, cells.row)
    return Judged(cells.row, shown, entry, known=_known(cells, NUMBER, entry.number, on_file, repeated))


def _accredited(bodies: Names, cells: Cells) -> Accredited | None:
    name = cells.line(BODY, 200)
    body = bodies.find(cells, BODY, name) if name else None
    accreditor, number = cells.line(ACCREDITOR, 60), cells.line(NUMBER, 60)
    standard, source = cells.line(STANDARD, 120), cells.line(SOURCE, 500)
    typed = cells.line(SCOPES, 200)
    scopes = (
        cells.read(SCOPES, lambda: read_scopes(AccreditationEntry(other_scopes=typed or "")))
        if typed
        else None
    )
    start, end = cells.day(FROM), cells.day(UNTIL)
    if start is not None and end is not None and end < start:
        cells.blame(UNTIL, "accreditation_dates", given=end, expected=start)
    if cells.faults or body is None or not accreditor or not number or scopes is None:
        return None
    return Accredited(body, accreditor, number, standard or "", scopes, start, end, source or "")


def save_bodies(session: Session, actor: Actor, entries: Sequence[Body], now: datetime, today: date) -> None:
    """Write them down as drafts, for another officer to approve."""
    own = session.get(Party, actor.party_id) if actor.party_id else None
    demo, chance, made = own is not None and own.demo, SystemRandom(), []
    for entry in entries:
        body = Party(
            public_id=new_public_id(chance),
            kind=PartyKind.CERTIFICATION_BODY,
            state=PartyState.DRAFT,
            demo=demo,
            submitted_by_id=actor.account_id,
            submitted_at=now,
            created_at=now,
        )
        for language, told in (("vi", entry.name), ("en", entry.name_en)):
            if told:
                body.names.append(
                    PartyName(language=language, name=told, folded=folded(told), valid_from=today)
                )
        made.append(body)
    session.add_all(made)
    session.flush()
    rows: list[journal.Told] = [
        (("party", body.public_id), body.id, {"name": entry.name})
        for body, entry in zip(made, entries, strict=True)
    ]
    journal.record_many(session, actor=actor, act="added_body", rows=rows, now=now)


def save_accreditations(
    session: Session, actor: Actor, entries: Sequence[Accredited], now: datetime, _today: date
) -> None:
    """Write them down; nothing rests on them before another officer confirms."""
    demo, chance = dict(session.execute(select(Party.id, Party.demo)).all()), SystemRandom()
    made = [
        Accreditation(
            public_id=new_public_id(chance),
            body_id=entry.body_id,
            accreditor=entry.accreditor,
            number=entry.number,
            standard=entry.standard or None,
            scopes=entry.scopes,
            valid_from=entry.valid_from,
            valid_until=entry.valid_until,
            source_url=entry.source_url or None,
            demo=demo[entry.body_id],
            entered_by_id=actor.account_id,
            created_at=now,
        )
        for entry in entries
    ]
    session.add_all(made)
    taken = ("accreditation_number_taken", "number")
    uniqueness.flush(
        session,
        {"accreditation.accreditor": taken, "accreditation_accreditor_number": taken},
        given=made[0].number,
    )
    rows: list[journal.Told] = [
        (("accreditation", one.public_id), one.body_id, {"accreditor": one.accreditor, "number": one.number})
        for one in made
    ]
    journal.record_many(session, actor=actor, act="added_accreditation", rows=rows, now=now)
