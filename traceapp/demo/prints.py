"""The sample sheets: printed by the same press as anybody's, copied to ``demo/`` where a visitor looks.

Asked for again after a crash, they are the same orders and the same bytes.
"""

import os
import secrets
from contextlib import closing
from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp.demo.manifest import Print
from traceapp.demo.paths import from_project_root
from traceapp.demo.people import actor_of
from traceapp.demo.story import CHAPTERS, Chapter, run_of
from traceapp.extensions import db, transaction
from traceapp.models import PrintFile
from traceapp.services import printing
from traceapp.settings import Settings
from traceapp.storage import Storage

LABELS, LABEL_MEDIUM = 21, "a4-21"


def print_samples(app: Flask) -> list[Print]:
    """Print every chapter that names a medium, and a sheet of product labels; only stamps are listed."""
    samples = [_print_stamps(app, chapter) for chapter in CHAPTERS if chapter.medium is not None]
    _print_labels(app)
    return samples


def _print_stamps(app: Flask, chapter: Chapter) -> Print:
    medium = str(chapter.medium)
    with transaction() as session:
        order = printing.order_stamps(
            session,
            actor=actor_of(session, chapter.manager),
            run=run_of(session, chapter.key),
            choice=printing.Choice(medium_id=medium),
            settings=app.extensions["settings"],
            request_key=f"demo-print-{chapter.key}",
            now=datetime.now(UTC),
        )
        order_id = order.id
    return Print(_draw(app, order_id, f"tem-{medium}-{chapter.key}.pdf"), medium, chapter.count)


def _print_labels(app: Flask) -> None:
    with transaction() as session:
        run = run_of(session, CHAPTERS[0].key)
        order = printing.order_labels(
            session,
            actor=actor_of(session, CHAPTERS[0].manager),
            trade_item=run.trade_item,
            lot=run.lot,
            count=LABELS,
            choice=printing.Choice(medium_id=LABEL_MEDIUM),
            settings=app.extensions["settings"],
            request_key="demo-print-labels",
            now=datetime.now(UTC),
        )
        order_id = order.id
    _draw(app, order_id, f"nhan-{LABEL_MEDIUM}.pdf")


def _draw(app: Flask, order_id: int, name: str) -> str:
    """Carry the order out here and now, and copy its file; the path from the project's root."""
    storage: Storage = app.extensions["storage"]
    settings: Settings = app.extensions["settings"]
    printing.run(
        lambda: Session(db.engine),
        storage,
        order_id,
        keys=app.extensions["serial_keys"],
        worker=f"demo-{os.getpid()}-{secrets.token_hex(4)}",
        clock=lambda: datetime.now(UTC),
    )
    with closing(Session(db.get_engine("read"))) as session:
        first = select(PrintFile).where(PrintFile.print_run_id == order_id, PrintFile.part == 1)
        content = storage.get_key(session.scalars(first).one().key)
    path = settings.instance_path / "demo" / name
    path.write_bytes(content)
    return from_project_root(path)
