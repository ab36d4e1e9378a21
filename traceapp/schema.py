"""The shape of both databases: migrations run, and checked against the models.

The registry and the scan log each have their own Alembic history under ``migrations/``. On SQLite a
migration runs with foreign keys off, because rebuilding a parent table would otherwise delete its children
(Alembic batch mode), and the keys are checked before the commit.
"""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, create_engine, make_url

from traceapp.engines import sqlite_rules
from traceapp.models import Base, ScanBase
from traceapp.settings import Settings

HOME = Path(__file__).parent / "migrations"
HISTORIES: dict[str, MetaData] = {"registry": Base.metadata, "scans": ScanBase.metadata}


class BrokenKeys(RuntimeError):
    """A migration would leave rows that point at nothing; it was rolled back."""


def upgrade(settings: Settings) -> None:
    """Bring both databases to the newest shape; nothing happens where they have it."""
    for history, url in _addresses(settings).items():
        _run(history, url, lambda config: command.upgrade(config, "head"))


def differences(settings: Settings) -> list[str]:
    """What differs between the models and the databases, a sentence each; empty when they agree."""
    found: list[str] = []
    for history, url in _addresses(settings).items():
        engine = create_engine(url)
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts=options(history))
            found += [
                f"{history}: {difference}" for difference in compare_metadata(context, HISTORIES[history])
            ]
        engine.dispose()
    return found


def options(history: str) -> dict[str, Any]:
    """How Alembic is to look at one history: its own version table, batch mode, its own tables only."""
    tables = set(HISTORIES[history].tables)

    def ours(_object: object, name: str | None, kind: str, reflected: bool, _compare_to: object) -> bool:
        return not (kind == "table" and reflected and name not in tables)

    return {
        "version_table": f"{history}_version",
        "render_as_batch": True,
        "transactional_ddl": True,
        "include_object": ours,
        "compare_type": True,
    }


def _addresses(settings: Settings) -> dict[str, str]:
    return {"registry": settings.database_url, "scans": settings.scans_url}


def _run(history: str, url: str, act: Any) -> None:
    sqlite = make_url(url).get_backend_name() == "sqlite"
    if sqlite:
        _make_room(Path(str(make_url(url).database)))
    engine = create_engine(url)
    if sqlite:
        sqlite_rules(engine, foreign_keys=False)
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(HOME / history))
        config.attributes["connection"] = connection
        act(config)
        if sqlite:
            _check_keys(connection)
    engine.dispose()


def _make_room(file: Path) -> None:
    """The file before SQLite makes it: what is in it, and in its log beside it, is for this user alone."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)


def _check_keys(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise BrokenKeys(f"{len(broken)} rows would point at nothing, the first: {broken[0]}")
