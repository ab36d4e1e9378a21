"""A worker killed at moments spread evenly over the time a run takes, wherever it happens to be.

Each of `rounds()` kills finds a fresh order; afterwards no file is offered that is not whole, and the next
worker ends with the same bytes as one nobody disturbed. Of the 200 kills of a usual run 160 are here and 40,
of the whole server, are test_killed_server.py's; of the 2,000 at full length 1,600 and 400. trust.md B8.
"""

import shutil
import time
from collections import Counter
from statistics import median

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.faults.ground import chance, faults_of_files, rounds
from tests.faults.press import Press
from traceapp.domain.printing import PrintState
from traceapp.models import PrintFile, PrintRun

TOGETHER = 20  # kills before an undisturbed run tells again how long one takes on this machine just now


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
    time.sleep(moment)  # when it is killed is what is tried
    child.kill()
    child.wait()
    child.stdout.close()


def left(at: Press) -> tuple[PrintState, int]:
    """Where the order stands, and how many files it offers."""
    with Session(at.engine) as session:
        return session.get_one(PrintRun, at.order_id).state, len(session.scalars(select(PrintFile)).all())


@pytest.mark.slow
def test_a_kill_at_any_moment_loses_nothing_and_doubles_nothing(press, honest, tmp_path):
    dice, files = chance("anytime"), tmp_path / "files"
    kills, lengths, found = rounds(160, 1600), [], []
    stretches = dice.sample(range(kills), kills)  # one kill in each of as many equal ones
    for turn, stretch in enumerate(stretches):
        if turn % TOGETHER == 0:
            lengths.append(drawn_in(press, tmp_path / f"length-{turn}"))
            press.again()
        lasts = median(lengths[-3:])
        moment = lasts * (stretch + dice.random()) / kills
        kill_at(press, files, moment)
        found.append(left(press))
        faults = faults_of_files(press.engine, files)
        assert press.draw(files) in {"done", "None"}  # None: it was done already
        faults += press.faults_of(files, honest) + faults_of_files(press.engine, files)
        assert faults == [], f"killed {moment:.3f} s after its claim, of {lasts:.3f}"
        shutil.rmtree(files)
        press.again()
    finished = sum(state is PrintState.DONE for state, _ in found)
    files_then = sorted(Counter(count for _, count in found).items())
    print(f"{kills} kills over {median(lengths):.2f} s, {finished} after the end; files then: {files_then}")
    assert finished < kills / 2  # else little was disturbed


def test_a_file_offered_before_it_is_whole_would_be_found(press, honest, tmp_path):
    files = tmp_path / "files"
    press.kill_after(files, 6)
    with Session(press.engine) as session:
        offered = files / session.scalars(select(PrintFile.key)).first()
    offered.write_bytes(offered.read_bytes()[:-1])
    assert any("was altered" in fault for fault in faults_of_files(press.engine, files))
    assert press.draw(files) == "done"
    assert press.faults_of(files, honest) != []
