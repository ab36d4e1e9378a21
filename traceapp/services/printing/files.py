"""Finished parts in the store: written beside their names, named when whole, found by row."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO, Final, TypeVar

from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from zipstream import ZipStream

from traceapp.domain.actors import Actor
from traceapp.domain.errors import NotFound
from traceapp.domain.printing import PrintState
from traceapp.models import PrintFile, PrintRun
from traceapp.services.printing.parts import Part
from traceapp.storage import Storage

T = TypeVar("T")
GONE_QUIET: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Written:
    """A file as it lies in the store."""

    size: int
    sha256: str


def key_of(order: PrintRun, part: int) -> str:
    """Where a part lies: part 0 is the list of codes."""
    return f"{_folder_of(order)}/{part:03}.{'csv' if part == 0 else 'pdf'}"


def _folder_of(order: PrintRun) -> str:
    return f"prints/{order.public_id}"


def publish(storage: Storage, key: str, draw: Callable[[BinaryIO], T]) -> tuple[Written, T]:
    """Draw into a partial file of our own; when it is whole and on the disk, give it its name.

    A worker that only seemed dead may still be drawing the same part: each has its own partial file, so that
    neither writes into the other's. Whatever stops the drawing takes the partial file away. OSError where the
    disk refuses.
    """
    final = None if storage.folder is None else storage.folder / key
    partial = _partial(final)
    try:
        with partial.open("w+b") as sink:
            drawn = draw(sink)
            sink.flush()
            os.fsync(sink.fileno())
            sink.seek(0)
            sha256 = hashlib.file_digest(sink, "sha256").hexdigest()
        size = partial.stat().st_size
        if final is None:
            storage.store.put(key, partial)
        else:
            partial.replace(final)
            _sync_folder(final.parent)
    finally:
        partial.unlink(missing_ok=True)
    return Written(size, sha256), drawn


def _partial(final: Path | None) -> Path:
    if final is None:
        handle, name = tempfile.mkstemp(prefix="traceapp-print-")
        os.close(handle)
        return Path(name)
    final.parent.mkdir(parents=True, exist_ok=True)
    return final.with_name(f"{final.name}.{token_hex(4)}.partial")


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def row_of(order: PrintRun, part: Part, key: str, kind: str, written: Written, now: datetime) -> PrintFile:
    """What the database says of a part that lies in the store."""
    return PrintFile(
        print_run_id=order.id,
        part=part.number,
        key=key,
        media_type=kind,
        size=written.size,
        sha256=written.sha256,
        first_index=part.first_index,
        count=part.count,
        sheets=part.sheets,
        created_at=now,
    )


def leftovers(session: Session) -> Sequence[int]:
    """The cancelled orders of which the store may hold something: rows name it, or a worker was at it."""
    left = or_(PrintRun.id.in_(select(PrintFile.print_run_id)), PrintRun.worker.is_not(None))
    query = select(PrintRun.id).where(PrintRun.state == PrintState.CANCELLED, left)
    return session.scalars(query.order_by(PrintRun.id)).all()


def discard_cancelled(session: Session, storage: Storage, print_run_id: int, now: datetime) -> None:
    """Take away whatever a cancelled order left in the store, told of or not; once more does no harm.

    Its worker may be publishing a part at this moment: the order is looked at again until the worker has been
    silent for an hour.
    """
    order = session.get_one(PrintRun, print_run_id)
    storage.delete_under(_folder_of(order))
    for file in list(order.files):
        session.delete(file)
    if order.beat_at is None or now - order.beat_at > GONE_QUIET:
        order.worker = None


def forget_halves(storage: Storage, order: PrintRun) -> None:
    """Take away what killed workers left half written."""
    if storage.folder is not None:
        for half in (storage.folder / _folder_of(order)).glob("*.partial"):
            half.unlink(missing_ok=True)


def file_of(session: Session, actor: Actor, order: PrintRun, part: int) -> PrintFile:
    """A finished part of the actor's own order; NotFound while it is not all done."""
    if order.trade_item.party_id != actor.party_id or order.state is not PrintState.DONE:
        raise NotFound("record_not_found")
    found = session.scalar(
        select(PrintFile).where(PrintFile.print_run_id == order.id, PrintFile.part == part)
    )
    if found is None:
        raise NotFound("record_not_found")
    return found


def parts_together(actor: Actor, order: PrintRun, storage: Storage) -> ZipStream:
    """Every PDF part of the actor's own finished order as one archive, made while it is read.

    The list of codes is not in it: it is taken by itself, knowingly. NotFound while the order is not done;
    FileGone where a part is not in the store.
    """
    if order.trade_item.party_id != actor.party_id or order.state is not PrintState.DONE:
        raise NotFound("record_not_found")
    together = ZipStream(sized=True)
    for file in order.files:
        if file.part:
            name = f"{order.kind}-{order.public_id}-{file.part:03}.pdf"
            together.add(storage.chunks(file.key), name, size=file.size)
    return together
