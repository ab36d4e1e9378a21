"""A step that comes in: once for each key, and never over what somebody else wrote meanwhile.

``version`` is what the page showed. A step conflicts only where this very step changed since: a telephone
that was without a net sends its steps one after the other, all made of the same page. A key that comes again
gets the same answer, whether or not the first answer arrived.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.errors import Conflict, NotFound
from traceapp.domain.inspections import Step
from traceapp.domain.journal import canonical
from traceapp.domain.permissions import check_impartial
from traceapp.domain.serials import SerialKey
from traceapp.domain.text import folded
from traceapp.models import Inspection, InspectionItem, InspectionSave, PartyName
from traceapp.services.inspections.entries import STEPS, Entry, ItemEntry, PlaceEntry, entry_of, fill
from traceapp.services.inspections.goods import add_item, fill_item, recognise
from traceapp.services.inspections.reading import check_open, hold, hold_open, record


@dataclass(frozen=True, slots=True)
class Saved:
    """The answer to a step: the record's version after it; ``again`` where the key had come before."""

    version: int
    again: bool = False


def save_step(
    session: Session,
    *,
    actor: Actor,
    inspection: Inspection,
    entry: Entry,
    version: int,
    key: str | None,
    keys: Sequence[SerialKey] = (),
    number: int | None = None,
    now: datetime,
) -> Saved:
    """Write one step; ``number`` says which of the goods, None a new one.

    Raises `inspection_changed` (both versions), `inspection_closed`, `inspection_key_differs`, and what the
    fields of the step do.
    """
    hold(session, actor, inspection)
    named = _name(entry, number)
    asked = hashlib.sha256(canonical({"step": named, "entry": asdict(entry)})).hexdigest()
    before = _came_before(session, inspection, key, asked)
    if before is not None:
        return Saved(before.version, again=True)
    check_open(inspection)
    if _write(session, actor, inspection, entry, named, version, keys, now):
        new = number is None and isinstance(entry, ItemEntry)
        row = [_name(entry, inspection.items[-1].number)] if new else []
        _changed(inspection, now, named, *row)
        facts = {"step": named, "version": inspection.version, "sha256": asked}
        record(session, actor, "saved_inspection", inspection, now, **facts)
    _remember(session, inspection, key, named, asked, now)
    return Saved(inspection.version)


def _changed(inspection: Inspection, now: datetime, *steps: str) -> None:
    inspection.version += 1
    inspection.step_versions = {**inspection.step_versions, **dict.fromkeys(steps, inspection.version)}
    inspection.saved_at = now


def _name(entry: Entry, number: int | None) -> str:
    step = STEPS[type(entry)].value
    return f"{step}-{number}" if number is not None else step


def _came_before(
    session: Session, inspection: Inspection, key: str | None, asked: str
) -> InspectionSave | None:
    if not key:
        return None
    query = select(InspectionSave).where(
        InspectionSave.inspection_id == inspection.id, InspectionSave.key == key
    )
    before = session.scalar(query)
    if before is not None and before.request_sha256 != asked:
        raise Conflict("inspection_key_differs")
    return before


def _remember(
    session: Session, inspection: Inspection, key: str | None, named: str, asked: str, now: datetime
) -> None:
    if key:
        session.add(
            InspectionSave(
                inspection_id=inspection.id,
                key=key,
                step=named,
                request_sha256=asked,
                version=inspection.version,
                created_at=now,
            )
        )
        session.flush()


def _write(
    session: Session,
    actor: Actor,
    inspection: Inspection,
    entry: Entry,
    named: str,
    version: int,
    keys: Sequence[SerialKey],
    now: datetime,
) -> bool:
    """Put the step into the rows; whether that changed anything."""
    with session.no_autoflush:
        if isinstance(entry, ItemEntry):
            return _write_item(session, actor, inspection, entry, named, version, keys, now)
        step = STEPS[type(entry)]
        before = entry_of(inspection, step)
        fill(inspection, entry, now)
        if isinstance(entry, PlaceEntry):
            inspection.party_id = _party_named(session, inspection.site_name)
            check_impartial({actor.party_id} - {None}, inspection.party_id)
        if entry_of(inspection, step) == before:
            return False
        _check_unchanged(inspection, named, version)
        return True


def _write_item(
    session: Session,
    actor: Actor,
    inspection: Inspection,
    entry: ItemEntry,
    named: str,
    version: int,
    keys: Sequence[SerialKey],
    now: datetime,
) -> bool:
    known = recognise(session, keys, entry.code, actor=actor)
    if named == Step.GOODS.value:
        row = add_item(inspection, now)
        fill_item(row, entry, known, actor)
        inspection.items.append(row)
        return True
    row = item_numbered(inspection, int(named.partition("-")[2]))
    before = entry_of(inspection, Step.GOODS, row)
    fill_item(row, entry, known, actor)
    if entry_of(inspection, Step.GOODS, row) == before:
        return False
    _check_unchanged(inspection, named, version)
    return True


def _check_unchanged(inspection: Inspection, named: str, version: int) -> None:
    """Raises `inspection_changed` where the step changed after the version the page showed."""
    found = inspection.step_versions.get(named, 1)
    if found > version:
        raise Conflict("inspection_changed", given=version, found=found)


def item_numbered(inspection: Inspection, number: int) -> InspectionItem:
    """One of the goods. Raises `NotFound` `no_such_record`."""
    found = next((one for one in inspection.items if one.number == number), None)
    if found is None:
        raise NotFound("no_such_record")
    return found


def remove_item(
    session: Session, *, actor: Actor, inspection: Inspection, number: int, version: int, now: datetime
) -> Inspection:
    """Take one of the goods out of a draft; harmless where it is gone already.

    Its number is never used again, so that a late save of it finds no other goods. Raises
    `inspection_item_changed` where it was changed after the version the page showed.
    """
    hold_open(session, actor, inspection)
    row = next((one for one in inspection.items if one.number == number), None)
    if row is not None:
        step = f"{Step.GOODS.value}-{number}"
        if (found := inspection.step_versions.get(step, 1)) > version:
            raise Conflict("inspection_item_changed", named=row.named, given=version, found=found)
        inspection.items.remove(row)
        _changed(inspection, now, step)
        facts = {"step": step, "version": inspection.version, "removed": True}
        record(session, actor, "saved_inspection", inspection, now, **facts)
    return inspection


def _party_named(session: Session, site_name: str | None) -> int | None:
    """The party whose name was typed; None where it is none's, or that of several."""
    if not site_name:
        return None
    found = set(session.scalars(select(PartyName.party_id).where(PartyName.folded == folded(site_name))))
    return found.pop() if len(found) == 1 else None
