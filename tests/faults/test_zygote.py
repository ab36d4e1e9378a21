"""The process that the victims are forked from: clean at any time, and true about each death."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.faults.zygote import zygote

ME = "tests.faults.test_zygote"
kept = []


def main(act: str, *words: str) -> int | None:
    """What a child does here."""
    if act == "speak":
        print(*words, os.environ["LANG"], os.getsid(0) == os.getpid(), flush=True)
    if act == "end":
        sys.exit(int(words[0]))
    if act == "wait":
        time.sleep(600)  # longer than any test: it is to be killed
    if act == "break":
        raise ValueError(words)
    return None


def nothing():
    """What is asked of it to hear that everything is imported."""


def begin_a_thread():
    threading.Thread(target=time.sleep, args=(600,), daemon=True).start()  # outlives the test


def open_a_file(path):
    kept.append(Path(path).open("w"))  # noqa: SIM115 - it is to stay open


@pytest.fixture
def mother():
    with zygote(ME) as one:
        one.let(ME, "nothing")
        yield one


def test_a_thread_and_an_open_file_would_be_found(mother, tmp_path):
    assert mother.is_clean()
    mother.let(ME, "begin_a_thread")
    assert mother.threads() == 2
    assert not mother.is_clean()
    mother.let(ME, "open_a_file", str(tmp_path / "file"))
    assert mother.opened() == [str(tmp_path / "file")]


def test_a_child_speaks_in_its_own_surroundings(mother):
    told = mother.start(ME, "speak", "xin", "chào", environment={"LANG": "vi"}, session=True)
    assert told.communicate(60) == "xin chào vi True\n"
    assert told.returncode == 0
    assert mother.start(ME, "speak", environment={"LANG": "en"}).communicate(60) == "en False\n"


def test_every_end_is_told_as_it_was(mother):
    living = mother.start(ME, "wait")
    broken = mother.start(ME, "break", quiet=True)
    ended = mother.start(ME, "end", "3")
    assert ended.wait(60) == 3
    assert broken.wait(60) == 1
    assert living.poll() is None
    living.kill()
    assert living.wait(60) == -signal.SIGKILL
    living.kill()  # harmless: it is buried, and its number may be a stranger's
    for child in (living, broken, ended):
        child.stdout.close()


def test_one_that_never_ends_is_killed_and_told(mother):
    child = mother.start(ME, "wait")
    with pytest.raises(subprocess.TimeoutExpired):
        child.communicate(0.1)
    assert child.returncode == -signal.SIGKILL
