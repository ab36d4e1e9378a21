"""Servers that the tests start for themselves: a PostgreSQL on a free port, in a folder of its own."""

import functools
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

AS_POSTGRES = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
"""initdb refuses to run as root; the package makes a user for it."""


BRIEFLY = " ".join(
    f"-c {setting}"
    for setting in (
        "fsync=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0", "autovacuum=off",
    )
)  # fmt: skip
"""What a server may leave undone that lives for some minutes and is not meant to survive the machine."""


class ServerMissing(RuntimeError):
    """A program the tests need is not installed; the sentence says which package brings it."""


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def postgresql() -> Iterator[str]:
    """A running PostgreSQL; gives its address without a database's name."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs:
        raise ServerMissing("PostgreSQL is not installed: apt-get install postgresql")
    run = functools.partial(subprocess.run, check=True, stdout=subprocess.DEVNULL, **AS_POSTGRES)
    folder = Path(tempfile.mkdtemp(prefix="traceapp-"))
    if AS_POSTGRES:
        shutil.chown(folder, "postgres")
    data, port = folder / "pg", free_port()
    try:
        run([programs[-1] / "initdb", "-D", data, "-U", "app", "-A", "trust", "-E", "UTF8", "--no-sync",
             "--locale-provider=icu", "--icu-locale=vi-VN", "--locale=C.UTF-8"], cwd=folder)  # fmt: skip
        run([programs[-1] / "pg_ctl", "-D", data, "-w", "-l", folder / "pg.log", "start", "-o",
             f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} {BRIEFLY}"], cwd=folder)  # fmt: skip
        try:
            yield f"postgresql+psycopg://app@127.0.0.1:{port}"
        finally:
            run([programs[-1] / "pg_ctl", "-D", data, "-m", "immediate", "stop"], cwd=folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
