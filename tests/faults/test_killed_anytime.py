"""A worker killed at moments spread evenly over the time a run takes, wherever it happens to be.

Of `rounds()` kills each finds a fresh order; afterwards no file is offered that is not whole, and the next
worker ends with the same bytes as one nobody disturbed. trust.md B8.
"""

import shutil
import signal
import time
from statistics import median

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.faults.ground import chance, faults_of_files, rounds
from tests.faults.test_killed_print import Press, honest, press  # noqa: F401 - the same order at the same press
from traceapp.domain.printing import PrintState
from traceapp.models import PrintFile, PrintRun

LENGTHS = 3  # undisturbed runs that tell how long one takes


def drawn_in(at: Press, files) -> float:
    """Seconds from the claim to the end of the order."""
    child = at.start(files)
    child.stdout.readline()
    began = ended = time.monotonic()
    for _line in child.stdout:
        ended = time.monotonic()
    child.wait()
    child.stdout.close()
    return ended - began


def kill_at(at: Press, files, moment: float) -> None:
    """Kill -9 so many seconds after the claim."""
    child = at.start(files)
    child.stdout.readline()
    time.sleep(moment)
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()


def left(at: Press) -> tuple[PrintState, int]:
    """Where the order stands, and how many files it offers."""
    with Session(at.engine) as session:
        return session.get_one(PrintRun, at.order_id).state, len(session.scalars(select(PrintFile)).all())


@pytest.mark.slow
def test_a_kill_at_any_moment_loses_nothing_and_doubles_nothing(press, honest, tmp_path):  # noqa: F811 - fixtures
    dice, files = chance("anytime"), tmp_path / "files"
    lengths = []
    for turn in range(LENGTHS):
        lengths.append(drawn_in(press, tmp_path / f"length-{turn}"))
        press.again()
    lasts = median(lengths)
    kills, found = rounds(6, 200), []
    for turn in range(kills):
        moment = lasts * (turn + dice.random()) / kills  # one in each of as many equal stretches
        kill_at(press, files, moment)
        found.append(left(press))
        faults = faults_of_files(press.engine, files)
        assert press.draw(files) in {"done", "None"}  # None: it was done already
        faults += press.faults_of(files, honest) + faults_of_files(press.engine, files)
        assert faults == [], f"killed {moment:.3f} s after its claim, of {lasts:.3f}"
        shutil.rmtree(files)
        press.again()
    finished = sum(state is PrintState.DONE for state, _ in found)
    files_then = sorted(count for _, count in found)
    print(f"{kills} kills over {lasts:.2f} s, {finished} after the end; files then: {files_then}")
    assert finished < kills  # else nothing was disturbed


def test_a_file_offered_before_it_is_whole_would_be_found(press, honest, tmp_path):  # noqa: F811 - fixtures
    files = tmp_path / "files"
    press.kill_after(files, 6)
    with Session(press.engine) as session:
        offered = files / session.scalars(select(PrintFile.key)).first()
    offered.write_bytes(offered.read_bytes()[:-1])
    assert any("was altered" in fault for fault in faults_of_files(press.engine, files))
    assert press.draw(files) == "done"
    assert press.faults_of(files, honest) != []
