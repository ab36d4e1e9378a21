"""How the program speaks to its databases.

SQLite loses updates when a transaction reads first and writes later, so the writing engine begins with the
lock (BEGIN IMMEDIATE) and readers use an engine of their own that cannot write. A commit is on the disk
when it returns (WAL, synchronous=FULL); only the scan log may forget its last rows at a power cut (NORMAL).
On PostgreSQL the same three engines are one server, the reader in read-only transactions.
"""

import sqlite3
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.pool import ConnectionPoolEntry

from traceapp.settings import Settings

DURABLE, QUICK = "FULL", "NORMAL"


def engine_options(settings: Settings) -> dict[str, dict[str, Any]]:
    """The three engines, in the form Flask-SQLAlchemy-Lite takes: default (writes), read, scans."""
    return {
        "default": _options(settings.database_url),
        "read": _options(settings.database_url, "default_transaction_read_only=on"),
        "scans": _options(settings.scans_url, "synchronous_commit=off"),
    }


def _options(url: str, *server_settings: str) -> dict[str, Any]:
    if url.startswith("sqlite"):
        return {"url": url}
    told = " ".join(f"-c {setting}" for setting in server_settings)
    return {"url": url, "pool_pre_ping": True, "connect_args": {"options": told} if told else {}}


def apply_rules(engine: Engine, *, reads_only: bool = False, synchronous: str = DURABLE) -> None:
    """Make a SQLite engine keep the rules above; another engine keeps them by its own settings."""
    if engine.dialect.name == "sqlite":
        sqlite_rules(engine, reads_only=reads_only, synchronous=synchronous)


def sqlite_rules(
    engine: Engine, *, reads_only: bool = False, synchronous: str = DURABLE, foreign_keys: bool = True
) -> None:
    """Set the pragmas of every new connection and say how its transactions begin (pysqlite's recipe)."""

    @event.listens_for(engine, "connect")
    def connect(dbapi: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
        dbapi.isolation_level = None  # sqlite3 must not begin by itself
        for pragma in (
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            f"foreign_keys={int(foreign_keys)}",
            "busy_timeout=10000",
            f"query_only={int(reads_only)}",
        ):
            dbapi.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")
