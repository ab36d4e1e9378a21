"""How the program speaks to its databases.

SQLite loses updates when a transaction reads first and writes later, so the writing engine begins with the
lock (BEGIN IMMEDIATE) and readers use an engine of their own that cannot write. A commit is on the disk
when it returns (WAL, synchronous=FULL); only the scan log may forget its last rows at a power cut (NORMAL).
The scan log has a reader too, and little patience: a page may not wait for a count. On PostgreSQL the
engines are one server, the readers in read-only transactions; it waits as briefly for a lock of the scan log
and for the server, and ends a statement that writes there and takes long (`unhurried` for work that may).
"""

import sqlite3
from typing import Any

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from traceapp.settings import Settings

DURABLE, QUICK = "FULL", "NORMAL"
READS_ONLY = "default_transaction_read_only=on"
PATIENT, HASTY = 10_000, 1_000  # milliseconds to wait for a lock
BRIEF_LOCKS, BRIEF_STATEMENTS = f"lock_timeout={HASTY}", f"statement_timeout={HASTY}"
BRIEF_SERVER = {
    "connect_timeout": 2,  # seconds, libpq's least
    "tcp_user_timeout": 2 * HASTY,  # milliseconds until a server that confirms nothing is given up
}


def engine_options(settings: Settings) -> dict[str, dict[str, Any]]:
    """The engines, in the form Flask-SQLAlchemy-Lite takes: default (writes), read, scans, read_scans."""
    return {
        "default": _options(settings.database_url),
        "read": _options(settings.database_url, READS_ONLY),
        "scans": _hasty(settings.scans_url, "synchronous_commit=off", BRIEF_LOCKS, BRIEF_STATEMENTS),
        "read_scans": _hasty(settings.scans_url, READS_ONLY, BRIEF_LOCKS),
    }


def _options(url: str, *server_settings: str) -> dict[str, Any]:
    if url.startswith("sqlite"):
        return {"url": url}
    told = " ".join(f"-c {setting}" for setting in server_settings)
    return {"url": url, "pool_pre_ping": True, "connect_args": {"options": told} if told else {}}


def _hasty(url: str, *server_settings: str) -> dict[str, Any]:
    told = _options(url, *server_settings)
    if "connect_args" in told:
        told["connect_args"] |= BRIEF_SERVER
    return told


def unhurried(scans: Session) -> None:
    """Let the statements of this transaction take their time: no page waits for it."""
    if scans.get_bind().dialect.name != "sqlite":
        scans.execute(text("SET LOCAL statement_timeout = 0"))


def apply_rules(
    engine: Engine, *, reads_only: bool = False, synchronous: str = DURABLE, patience: int = PATIENT
) -> None:
    """Make a SQLite engine keep the rules above; another engine keeps them by its own settings."""
    if engine.dialect.name == "sqlite":
        sqlite_rules(engine, reads_only=reads_only, synchronous=synchronous, patience=patience)


def sqlite_rules(
    engine: Engine,
    *,
    reads_only: bool = False,
    synchronous: str = DURABLE,
    foreign_keys: bool = True,
    patience: int = PATIENT,
) -> None:
    """Set the pragmas of every new connection and say how its transactions begin (pysqlite's recipe)."""

    @event.listens_for(engine, "connect")
    def connect(dbapi: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
        dbapi.isolation_level = None  # sqlite3 must not begin by itself
        for pragma in (
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            f"foreign_keys={int(foreign_keys)}",
            f"busy_timeout={patience}",
            f"query_only={int(reads_only)}",
        ):
            dbapi.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")
