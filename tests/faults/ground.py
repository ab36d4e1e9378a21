"""What every fault harness stands on: how long it runs, its seed, and the audit of what a registry holds.

``TRACEAPP_FULL_FAULTS=1`` (make faults) runs at full length, ``TRACEAPP_FAULT_ROUNDS`` sets the number of
kills, ``TRACEAPP_FAULT_SEED`` repeats a run: the seed is printed with every failure. Where the machine lacks
something (root, strace) a harness is skipped with its reason, or fails under ``TRACEAPP_ALL_SERVICES=1``.
"""

import hashlib
import os
import random
from itertools import groupby
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from traceapp.domain.printing import PrintState
from traceapp.models import JournalEntry, PrintFile, PrintRun, StampRun
from traceapp.services import journal

FULL = os.environ.get("TRACEAPP_FULL_FAULTS") == "1"
SEED = int(os.environ.get("TRACEAPP_FAULT_SEED") or random.SystemRandom().randrange(10**6))


def rounds(short: int, full: int) -> int:
    """How often to do it; ``TRACEAPP_FAULT_ROUNDS`` speaks for the full form."""
    return int(os.environ.get("TRACEAPP_FAULT_ROUNDS") or full) if FULL else short


def chance(name: str) -> random.Random:
    """The dice of one harness; pytest shows what is printed when the test fails."""
    print(f"TRACEAPP_FAULT_SEED={SEED} ({name})")
    return random.Random(f"{SEED} {name}")


def need(there: bool, reason: str) -> None:
    """Skip, saying why, where the machine lacks something; fail where everything was promised."""
    if there:
        return
    if os.environ.get("TRACEAPP_ALL_SERVICES") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def faults_of_ranges(engine: Engine) -> list[str]:
    """Overlaps and gaps among the ranges of each number and key; each begins at 0."""
    with Session(engine) as session:
        query = select(StampRun.subject, StampRun.key_id, StampRun.first_number, StampRun.count)
        rows = session.execute(query.order_by(StampRun.subject, StampRun.key_id, StampRun.first_number)).all()
    found = []
    for (subject, key), ranges in groupby(rows, lambda row: (row.subject, row.key_id)):
        expected = 0
        for row in ranges:
            if row.first_number != expected:
                kind = "overlap" if row.first_number < expected else "gap"
                found.append(f"{kind} of {subject} under {key}: {row.first_number}, not {expected}")
            expected = max(expected, row.first_number + row.count)
    return found


def drop_the_last_word(session: Session) -> None:
    """Take away what the database itself says against overlaps, so that a fault may pass."""
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    table = "ALTER TABLE stamp_run DROP CONSTRAINT ex_stamp_run_no_overlap"
    session.execute(text("DROP TRIGGER stamp_run_no_overlap" if on_sqlite else table))
    session.commit()


def faults_of_journal(engine: Engine) -> list[str]:
    """Entries missing or altered, runs and finished orders that are not told exactly once."""
    with Session(engine) as session:
        found = [f"journal entry {seq} is broken" for seq in journal.verify(session).broken]
        told = [
            (entry.act, entry.subject_id)
            for entry in session.scalars(select(JournalEntry))
            if entry.act in {"issued_stamps", "ordered_print", "finished_print"}
        ]
        runs, orders = list(session.scalars(select(StampRun))), list(session.scalars(select(PrintRun)))
        due = [("issued_stamps", run.public_id) for run in runs if run.request_key]  # factories tell nothing
        due += [("ordered_print", order.public_id) for order in orders]
        due += [("finished_print", one.public_id) for one in orders if one.state is PrintState.DONE]
    return found + [
        f"{act} of {subject} is told {told.count((act, subject))} times, not {due.count((act, subject))}"
        for act, subject in sorted(set(due))
        if told.count((act, subject)) != due.count((act, subject))
    ]


def faults_of_files(engine: Engine, files: Path) -> list[str]:
    """Files a row names that are not there, whole and unaltered."""
    with Session(engine) as session:
        rows = list(session.scalars(select(PrintFile)))
    found = []
    for row in rows:
        path = files / row.key
        if not path.is_file():
            found.append(f"{row.key} is not there")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != row.sha256:
            found.append(f"{row.key} was altered")
    return found


def faults_of_database(engine: Engine) -> list[str]:
    """What the database says of itself."""
    if engine.dialect.name != "sqlite":
        return []
    with engine.connect() as connection:
        told = connection.execute(text("PRAGMA integrity_check")).scalars().all()
        keys = connection.execute(text("PRAGMA foreign_key_check")).all()
    return [line for line in told if line != "ok"] + [str(key) for key in keys]


def audit(engine: Engine, files: Path | None = None) -> list[str]:
    """Everything that must hold of a registry at any moment."""
    found = faults_of_ranges(engine) + faults_of_journal(engine) + faults_of_database(engine)
    return found + (faults_of_files(engine, files) if files else [])
