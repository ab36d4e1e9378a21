"""The press of the fault harnesses: one order, drawn by processes that are killed or told to stop."""

import csv
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, delete, update
from sqlalchemy.orm import Session

from tests.faults.zygote import ROOT, Child, Zygote
from traceapp.domain.printing import PrintState
from traceapp.models import PrintFile, PrintRun

COUNT, PART = 650, 130  # ten sheets in five files


@dataclass(frozen=True)
class Press:
    """One order, drawn by processes of its own into a folder of the test's choice."""

    engine: Engine
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
        time.sleep(pause)  # somewhere within the next sheet
        child.kill()
        child.wait()
        child.stdout.close()

    def again(self) -> None:
        """As if the order had just been placed."""
        with Session(self.engine) as session:
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
