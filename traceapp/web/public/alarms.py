"""From a page to an alert: what a scan contradicts is on the disk before the page is sent.

The registry may fail; the page may not. What could not be written stands in the process log.
"""

from collections.abc import Callable

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from traceapp.domain.digital_link import KeyPath
from traceapp.extensions import reader, scan_reader, transaction
from traceapp.services.public.passport import Passport
from traceapp.services.scans import watching
from traceapp.services.scans.scanning import Visitor
from traceapp.web.languages import now


def told_by(passport: Passport, visitor: Visitor, *, first: bool) -> None:
    """Raise what a person's scan of a stamp contradicts; `first`: nobody opened this stamp before."""
    if not visitor.is_person:
        return
    found = watching.contradictions_of(passport)
    if found:
        names = ", ".join(f"{one.code} {one.subject.name}" for one in found)
        _safely(names, lambda: watching.raise_found(reader(), transaction, found, now()))
    lot = passport.lot
    if first and lot is not None:
        _safely(f"C4 lot:{lot.public_id}", lambda: _check_lot(lot.id))


def outside(path: KeyPath, visitor: Visitor) -> None:
    """Keep an unknown serial that opens under one of our keys."""
    keys = current_app.extensions["serial_keys"]
    if visitor.is_person and watching.opens(keys, path):
        _safely("C5", lambda: _keep_outside(path))


def _check_lot(lot_id: int) -> None:
    scan_reader().rollback()  # on SQLite it still stands where it began, before this scan was counted
    found = watching.exceeded(reader(), scan_reader(), lot_id)
    if found is not None:
        watching.raise_found(reader(), transaction, [found], now())


def _keep_outside(path: KeyPath) -> None:
    with transaction() as session:
        watching.watch_outside(session, current_app.extensions["serial_keys"], path, now())


def _safely(what: str, deed: Callable[[], None]) -> None:
    try:
        deed()
    except SQLAlchemyError:
        current_app.logger.exception("an alert cannot be written: %s", what)
