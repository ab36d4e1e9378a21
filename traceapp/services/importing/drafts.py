"""A sheet on its way in: kept as cells, looked at as often as one likes, imported once.

The cells lie in the database, beside the records they become, so that one transaction takes them from one to
the other and a backup has both; a file in the store could not be taken back with it. They are judged anew at
every look and again under the lock of the act: what was right yesterday may be on file today. A draft is its
uploader's alone, and its cells are gone after a week.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from secrets import SystemRandom
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.errors import Conflict, Gone, NotFound
from traceapp.domain.identifiers import new_public_id
from traceapp.domain.permissions import may
from traceapp.domain.text import nfc
from traceapp.models import ImportDraft
from traceapp.services import journal
from traceapp.services.importing.judging import Judged
from traceapp.services.importing.kinds import KINDS, Kind
from traceapp.services.importing.workbooks import rows_of

KEPT: Final = timedelta(days=7)
LISTED: Final = 20
OPEN: Final = 5  # drafts an account keeps at a time


@dataclass(frozen=True, slots=True)
class Preview:
    """Every row judged, by how it fares."""

    right: tuple[Judged, ...]
    wrong: tuple[Judged, ...]
    known: tuple[Judged, ...]

    @property
    def seal(self) -> str:
        """A fingerprint of the right rows and what they would become; the word to go repeats it."""
        told = hashlib.sha256()
        for row in self.right:
            told.update(repr((row.row, row.shown, row.entry)).encode())
        return told.hexdigest()

    @property
    def left_out(self) -> list[Judged]:
        """Rows that will not be imported, in the order of the sheet."""
        return sorted((*self.wrong, *self.known), key=lambda row: row.row)


def keep_draft(
    session: Session, *, actor: Actor, kind: Kind, name: str, sheet: Mapping[str, Any], now: datetime
) -> ImportDraft:
    """Keep what was read from a workbook; drafts that are too old are emptied on the way.

    The uploader's oldest gives way where he has `OPEN` already.
    """
    actor.must(kind.act)
    session.execute(
        update(ImportDraft)
        .where(ImportDraft.created_at < now - KEPT, ImportDraft.discarded_at.is_(None))
        .where(ImportDraft.imported_at.is_(None))
        .values(sheet=None, discarded_at=now)
    )
    _make_room(session, actor, now)
    draft = ImportDraft(
        public_id=new_public_id(SystemRandom()),
        kind=kind.name,
        name=_file_name(name),
        created_by_id=actor.account_id,
        sheet=dict(sheet),
        created_at=now,
    )
    session.add(draft)
    session.flush()
    return draft


def _make_room(session: Session, actor: Actor, now: datetime) -> None:
    waiting = select(ImportDraft.id).where(
        ImportDraft.created_by_id == actor.account_id,
        ImportDraft.discarded_at.is_(None),
        ImportDraft.imported_at.is_(None),
    )
    crowded = session.scalars(waiting.order_by(ImportDraft.id.desc())).all()[OPEN - 1 :]
    session.execute(
        update(ImportDraft).where(ImportDraft.id.in_(crowded)).values(sheet=None, discarded_at=now)
    )


def _file_name(name: str) -> str:
    last = nfc(name).replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(sign for sign in last if sign.isprintable())[:200] or "import.xlsx"


def own_draft(session: Session, actor: Actor, public_id: str, *, lock: bool = False) -> ImportDraft:
    """A draft of the actor's own; for anybody else it does not exist."""
    query = select(ImportDraft).where(
        ImportDraft.public_id == public_id.upper(), ImportDraft.created_by_id == actor.account_id
    )
    draft = session.scalar(query.with_for_update() if lock else query)
    if draft is None or not any(may(role, KINDS[draft.kind].act) for role in actor.roles):
        raise NotFound("record_not_found")
    return draft


def list_drafts(session: Session, actor: Actor, kinds: Sequence[str], now: datetime) -> list[ImportDraft]:
    """The actor's latest drafts of these kinds that were not discarded, the newest first."""
    query = select(ImportDraft).where(
        ImportDraft.created_by_id == actor.account_id,
        ImportDraft.kind.in_(kinds),
        ImportDraft.discarded_at.is_(None),
    )
    found = session.scalars(query.order_by(ImportDraft.id.desc()).limit(LISTED))
    return [draft for draft in found if draft.imported_at is not None or draft.created_at >= now - KEPT]


def preview(session: Session, *, actor: Actor, draft: ImportDraft, now: datetime, today: date) -> Preview:
    """Every row as it would fare now. Raises `Gone` `import_gone` where the cells are no more."""
    return look_at(session, actor, KINDS[draft.kind], _sheet(draft, now), today)


def look_at(session: Session, actor: Actor, kind: Kind, sheet: Mapping[str, Any], today: date) -> Preview:
    """The rows of a sheet judged by the register as it stands."""
    actor.must(kind.act)
    judged = kind.judge(session, actor, rows_of(sheet), today)
    return Preview(
        right=tuple(row for row in judged if row.right),
        wrong=tuple(row for row in judged if row.faults),
        known=tuple(row for row in judged if row.known is not None and not row.faults),
    )


def _sheet(draft: ImportDraft, now: datetime) -> dict[str, Any]:
    if draft.sheet is None or draft.created_at < now - KEPT:
        raise Gone("import_gone")
    return draft.sheet


def import_rows(
    session: Session, *, actor: Actor, draft: ImportDraft, seen: str, now: datetime, today: date
) -> ImportDraft:
    """Write all right rows, if they are still those that were ``seen`` (`Preview.seal`). Twice is once.

    Raises `Conflict` `import_changed` (the register or the promise is another now) or `import_none`, or
    `Gone` `import_gone`. The draft must be locked.
    """
    kind = KINDS[draft.kind]
    if draft.imported_at is not None:
        return draft
    sheet = _sheet(draft, now)
    found = look_at(session, actor, kind, sheet, today)
    right = found.right
    if not right:
        raise Conflict("import_none")
    if found.seal != seen:
        raise Conflict("import_changed", found=len(right))
    kind.save(session, actor, [row.entry for row in right], now, today)
    told = json.dumps(sheet, sort_keys=True, ensure_ascii=False).encode()
    draft.sheet, draft.imported_at, draft.imported_count = None, now, len(right)
    facts = {"kind": kind.name, "count": len(right), "sheet_sha256": hashlib.sha256(told).hexdigest()}
    subject = ("import_draft", draft.public_id)
    journal.record(session, actor=actor, act="imported_rows", subject=subject, now=now, facts=facts)
    return draft


def discard_draft(session: Session, *, draft: ImportDraft, now: datetime) -> ImportDraft:
    """Forget the cells. Nothing was saved of them, so nothing is told the journal."""
    if draft.imported_at is None and draft.discarded_at is None:
        draft.sheet, draft.discarded_at = None, now
        session.flush()
    return draft
