"""A worker killed at any moment: no serial twice or missing, and byte for byte the same files.

The harness is itself tested: a worker that resumes at the wrong stamp is found out.
`TRACEAPP_FULL_FAULTS=1` (make faults) kills at every sheet.
"""

import os
from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from traceapp.models import PrintRun

FULL = os.environ.get("TRACEAPP_FULL_FAULTS") == "1"


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
