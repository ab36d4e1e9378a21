"""The Lạng Sơn demonstration: an empty instance becomes a registry with a story, sample prints and accounts.

Started again it keeps its records; only the manifest is written anew. An instance that holds other people's
records is refused.
"""

import secrets
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from traceapp.demo import manifest
from traceapp.demo.bodies import write_bodies
from traceapp.demo.field_record import write_field_record
from traceapp.demo.goods import write_goods
from traceapp.demo.manifest import Manifest
from traceapp.demo.papers import write_certificates
from traceapp.demo.people import write_people
from traceapp.demo.prints import print_samples
from traceapp.demo.records import Records
from traceapp.demo.story import Story, write_scans
from traceapp.domain.days import today_in_vietnam
from traceapp.domain.errors import Conflict
from traceapp.domain.identifiers import new_public_id
from traceapp.extensions import db
from traceapp.models import Party
from traceapp.services import journal
from traceapp.settings import Settings
from traceapp.storage import Storage

WRITTEN_BY_US = "# Written by `traceapp demo`; edit it and change this line to keep your own."


def load(app: Flask, *, told: Callable[[str], None] = lambda _line: None) -> Manifest:
    """Write the demonstration into an empty registry, or find it again. Raises ``demo_not_empty``."""
    settings: Settings = app.extensions["settings"]
    path = settings.instance_path / "demo" / "manifest.json"
    with app.app_context():
        if not path.is_file():
            password = f"demo-{secrets.randbelow(900_000) + 100_000}"
            _write_story(app, settings, password)
            _gather(app, settings, password, []).write(path)
        password, prints = manifest.read_password(path), manifest.read_prints(path)
        if not prints:
            told("Đang in các tờ mẫu …")
            prints = print_samples(app)
        offer = _gather(app, settings, password, prints)
    offer.write(path)
    return offer


def remember(settings: Settings) -> None:
    """Write the demonstration's settings, so that a command given beside it speaks of the same addresses.

    Settings that somebody wrote by hand are left alone.
    """
    path = settings.instance_path / "settings.toml"
    if path.is_file() and not path.read_text("utf-8").startswith(WRITTEN_BY_US):
        return
    path.write_text(
        f'{WRITTEN_BY_US}\ndemo = true\npublic_base_url = "{settings.public_base_url}"\n', "utf-8"
    )


def _write_story(app: Flask, settings: Settings, password: str) -> None:
    now = datetime.now(UTC)
    storage: Storage = app.extensions["storage"]
    with Session(db.engine, expire_on_commit=False) as session:
        if session.scalar(select(func.count()).select_from(Party)):
            raise Conflict("demo_not_empty", found=str(settings.instance_path))
        records = Records(session, now, lambda: new_public_id(secrets.SystemRandom()))
        records.write()
        actors = write_people(records, password)
        write_goods(records, storage)
        write_bodies(records, actors, now)
        write_certificates(records, storage, actors, today_in_vietnam(now))
        journal.record(session, actor=None, act="loaded_demo", subject=("registry", "lang-son"), now=now)
        story = Story(records, actors, app.extensions["serial_keys"][0], now)
        story.tell()
        write_field_record(
            session,
            storage,
            actor=actors["kiem-tra@example.com"],
            lot=story.lots["held"],
            keys=app.extensions["serial_keys"],
            base_url=settings.public_base_url,
            now=now,
        )
        session.commit()
    with closing(Session(db.get_engine("scans"))) as scans:
        write_scans(scans, story.runs["first"], now, settings.many_scans_devices)
        scans.commit()


def _gather(app: Flask, settings: Settings, password: str, prints: list[manifest.Print]) -> Manifest:
    with (
        closing(Session(db.get_engine("read"))) as session,
        closing(Session(db.get_engine("scans"))) as scans,
    ):
        return manifest.gather(
            session,
            scans,
            password=password,
            prints=prints,
            settings=settings,
            keys=app.extensions["serial_keys"],
            today=today_in_vietnam(datetime.now(UTC)),
        )
