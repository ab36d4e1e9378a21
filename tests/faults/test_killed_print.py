"""A worker killed at any moment: no serial twice or missing, and byte for byte the same files.

The harness is itself tested: a worker that resumes at the wrong stamp is found out.
`TRACEAPP_FULL_FAULTS=1` (make faults) kills at every sheet.
"""

import csv
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from tests import factories
from tests.faults.zygote import ROOT, Child, Zygote
from traceapp.domain.printing import PrintState
from traceapp.domain.serials import mint
from traceapp.models import PrintFile, PrintRun
from traceapp.services import printing, stamping

COUNT, PART = 650, 130  # ten sheets in five files
FULL = os.environ.get("TRACEAPP_FULL_FAULTS") == "1"


@dataclass(frozen=True)
class Press:
    """One order, drawn by processes of its own into a folder of the test's choice."""

    engine: object
    forge: Zygote
    arguments: list[str]
    order_id: int
    serials: list[str]

    def told(self, files: Path) -> list[str]:
        url, instance = self.arguments
        return [url, str(files), instance, str(self.order_id)]

    def start(self, files: Path, fault: str = "") -> Child:
        return self.forge.start("tests.faults.killed_worker", *self.told(files), fault)

    def draw(self, files: Path, fault: str = "") -> str:
        return self.start(files, fault).communicate(timeout=120).split()[-1]

    def draw_afresh(self, files: Path) -> str:
        """By a program begun for it alone, as an operator does."""
        command = [sys.executable, "-m", "tests.faults.killed_worker", *self.told(files)]
        told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
        return told.stdout.split()[-1]

    def kill_after(self, files: Path, sheets: int, pause: float = 0.0) -> None:
        """Kill -9 once so many sheets were told, and `pause` seconds later."""
        child = self.start(files)
        for line in child.stdout:
            if line.strip() in {str(sheets), "done"}:
                break
        time.sleep(pause)
        child.kill()
        child.wait()
        child.stdout.close()

    def again(self) -> None:
        """As if the order had just been placed."""
        with Session(self.engine) as session:  # type: ignore[arg-type]
            session.execute(delete(PrintFile))
            session.execute(update(PrintRun).values(state=PrintState.QUEUED, slices_done=0, worker=None))
            session.commit()

    def faults_of(self, files: Path, honest: Path) -> list[str]:
        """What is wrong with a folder of prints, beside one drawn without disturbance."""
        found = [str(path.name) for path in files.rglob("*.partial")]
        names = sorted(path.relative_to(honest) for path in honest.rglob("*") if path.is_file())
        if names != sorted(path.relative_to(files) for path in files.rglob("*") if path.is_file()):
            found.append("other files")
        found += [
            str(n)
            for n in names
            if (files / n).is_file() and (files / n).read_bytes() != (honest / n).read_bytes()
        ]
        with next(files.rglob("*.csv")).open() as lines:
            if [row["serial"] for row in csv.DictReader(lines)] != self.serials:
                found.append("other serials")
        return found


@pytest.fixture
def press(app, session, cast, now, settings, forge) -> Press:
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    lot = factories.make_lot(session, item, now)
    keys = app.extensions["serial_keys"]
    run = stamping.issue_stamps(
        session,
        actor=cast.manager.actor,
        trade_item=item,
        lot=lot,
        count=COUNT,
        key=keys[0],
        request_key=None,
        now=now,
    )
    order = printing.order_stamps(
        session,
        actor=cast.manager.actor,
        run=run,
        choice=printing.Choice(),
        request_key=None,
        now=now,
        settings=replace(settings, part_stamps=PART),
    )
    session.commit()
    forge.let("tests.faults.killed_worker", "warm", json.dumps(order.medium), json.dumps(order.design))
    serials = mint(keys[0], stamping.subject_of(run.subject), run.first_number, COUNT)
    arguments = [settings.database_url, str(settings.instance_path)]
    return Press(session.get_bind(), forge, arguments, order.id, serials)


@pytest.fixture
def honest(press: Press, tmp_path: Path) -> Path:
    """The files of an undisturbed run."""
    folder = tmp_path / "honest"
    assert press.draw(folder) == "done"
    press.again()
    return folder


def test_an_undisturbed_run_draws_the_same_bytes_twice(press, honest, tmp_path):
    """Once in a fork, once in a program of its own; and what forks stays as it was."""
    assert press.draw_afresh(tmp_path / "second") == "done"
    assert press.faults_of(tmp_path / "second", honest) == []
    assert press.forge.is_clean()


@pytest.mark.parametrize(
    "moments",
    [[(n, p)] for n in range(1, 11) for p in (0.0, 0.004, 0.02)]
    if FULL
    else [[(1, 0.0), (4, 0.01), (10, 0.003)]],
)
def test_a_killed_run_resumes_to_the_same_bytes(press, honest, tmp_path, moments):
    files = tmp_path / "files"
    for sheets, pause in moments:
        press.kill_after(files, sheets, pause)
    assert press.draw(files) in {"done", "None"}  # None: the last kill came after the end
    assert press.faults_of(files, honest) == []


def test_the_harness_finds_a_worker_that_resumes_at_the_wrong_stamp(press, honest, tmp_path):
    files = tmp_path / "files"
    press.kill_after(files, 5)
    assert press.draw(files, "one off") == "done"
    assert "other serials" in press.faults_of(files, honest)


@pytest.fixture
def no_larger_file(settings) -> Callable[[], str]:
    """A limit that the database stays under and a part does not."""

    def limit() -> str:
        database = settings.instance_path / "traceapp.sqlite"
        held = max((path.stat().st_size for path in database.parent.glob("traceapp.sqlite*")), default=0)
        return f"limit {held + 400_000}"

    return limit


@pytest.mark.slow
def test_a_full_disk_stops_with_a_sentence_and_leaves_no_half_file(press, tmp_path, no_larger_file, session):
    with Session(press.engine) as other:
        order = other.get_one(PrintRun, press.order_id)
        order.count, order.slices_total = 20_800, 320
        order.design = {**order.design, "part_stamps": 20_800}
        other.commit()
    files = tmp_path / "files"
    assert press.draw(files, no_larger_file()) == "failed"
    assert [path for path in files.rglob("*") if path.is_file()] == []
    session.expire_all()
    order = session.get_one(PrintRun, press.order_id)
    assert "đầy" in order.error
    assert order.files == []
