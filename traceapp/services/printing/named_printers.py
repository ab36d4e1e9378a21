"""The printers of a party, by the names people call them: Canon 2900 ở văn phòng.

A name put away keeps its history, because prints made with it name it; it can be taken back.
"""

from collections.abc import Sequence
from datetime import datetime
from secrets import SystemRandom

from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.errors import Conflict, Malformed, NotFound
from traceapp.domain.identifiers import new_public_id
from traceapp.domain.permissions import Act
from traceapp.domain.text import clean_line, folded
from traceapp.models import NamedPrinter
from traceapp.services import journal, uniqueness
from traceapp.services.parties.registry import own_party
from traceapp.services.printing.media import printer

TAKEN = {"named_printer.folded": ("printer_name_taken", "name")}
LONGEST = 60


def add_printer(session: Session, *, actor: Actor, name: str, model: str, now: datetime) -> NamedPrinter:
    """A printer by its name and kind. Raises `printer_name_missing`, `_taken`, `printer_unknown`."""
    actor.must(Act.PRINT_STAMPS)
    row = NamedPrinter(
        party=own_party(session, actor),
        model=printer(model).id,
        public_id=new_public_id(SystemRandom()),
        created_at=now,
    )
    with session.no_autoflush:
        _name(session, row, name)
    session.add(row)
    return _written(session, actor, row, "added_printer", now)


def rename_printer(
    session: Session, *, actor: Actor, row: NamedPrinter, name: str, model: str, now: datetime
) -> NamedPrinter:
    """Another name, or another kind; a kind that prints on other paper is another printer.

    Raises what `add_printer` does and `printer_other_kind`. Renamed to what it is called, nothing happens.
    """
    actor.must(Act.PRINT_STAMPS)
    _check_own(actor, row)
    before = (row.name, row.model)
    with session.no_autoflush:
        _name(session, row, name)
        kind, row.model = row.kind, printer(model).id
    if row.kind != kind:
        raise Conflict("printer_other_kind", field="model")
    return row if (row.name, row.model) == before else _written(session, actor, row, "renamed_printer", now)


def archive_printer(session: Session, *, actor: Actor, row: NamedPrinter, now: datetime) -> NamedPrinter:
    """Put a name away: nothing is printed with it any more; prints of before keep what they were given."""
    actor.must(Act.PRINT_STAMPS)
    _check_own(actor, row)
    if row.archived_at is not None:
        return row
    row.archived_at = now
    return _written(session, actor, row, "archived_printer", now)


def restore_printer(session: Session, *, actor: Actor, row: NamedPrinter, now: datetime) -> NamedPrinter:
    """Take a name back with all its calibrations. Raises `printer_name_taken`."""
    actor.must(Act.PRINT_STAMPS)
    _check_own(actor, row)
    if row.archived_at is None:
        return row
    row.archived_at = None
    with session.no_autoflush:
        _name(session, row, row.name)
    return _written(session, actor, row, "restored_printer", now)


def own_printer(session: Session, actor: Actor, public_id: str, *, archived: bool = False) -> NamedPrinter:
    """A printer of the actor's own party; one put away only where it is asked for. NotFound otherwise."""
    row = session.scalar(
        select(NamedPrinter).where(
            NamedPrinter.public_id == public_id, NamedPrinter.party_id == actor.party_id
        )
    )
    if row is None or (row.archived_at is not None and not archived):
        raise NotFound("record_not_found")
    return row


def printer_in_use(session: Session, party_id: int | None, public_id: str) -> NamedPrinter | None:
    """A printer of a party that is not put away."""
    row = session.scalar(
        select(NamedPrinter).where(NamedPrinter.public_id == public_id, NamedPrinter.party_id == party_id)
    )
    return row if row is not None and row.archived_at is None else None


def list_printers(session: Session, actor: Actor, *, archived: bool = False) -> Sequence[NamedPrinter]:
    """The party's printers by name: those in use, or those put away."""
    away = NamedPrinter.archived_at.is_not(None) if archived else NamedPrinter.archived_at.is_(None)
    mine = select(NamedPrinter).where(NamedPrinter.party_id == actor.party_id, away)
    return session.scalars(mine.order_by(NamedPrinter.folded, NamedPrinter.id)).all()


def _name(session: Session, row: NamedPrinter, typed: str) -> None:
    row.name = clean_line(typed, LONGEST, field="name")
    row.folded = folded(row.name)
    if not row.name:
        raise Malformed("printer_name_missing", field="name")
    alike = select(NamedPrinter.id).where(
        NamedPrinter.party_id == (row.party_id or row.party.id),
        NamedPrinter.folded == row.folded,
        NamedPrinter.archived_at.is_(None),
        NamedPrinter.id != (row.id or 0),
    )
    if session.scalar(alike) is not None:
        raise Conflict("printer_name_taken", field="name")


def _check_own(actor: Actor, row: NamedPrinter) -> None:
    if row.party_id != actor.party_id:
        raise NotFound("record_not_found")


def _written(session: Session, actor: Actor, row: NamedPrinter, act: str, now: datetime) -> NamedPrinter:
    uniqueness.flush(session, TAKEN)
    subject = ("printer", row.public_id)
    journal.record(session, actor=actor, act=act, subject=subject, now=now, facts={"model": row.model})
    return row
