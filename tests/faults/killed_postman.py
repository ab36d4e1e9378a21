"""`traceapp remind`, or `work`, for the fault tests: tells when it begins, may be told to die or to err.

`python -m tests.faults.killed_postman remind|work [FAULT]`; what it works on stands in the environment.
At its third letter it dies before or after the row says `in_doubt`, always before the dot has left.
"""

import os
import signal
import sys
from itertools import count
from typing import Any

from sqlalchemy import or_

from traceapp import cli, postman
from traceapp.commands.ground import app
from traceapp.domain.letters import LetterState
from traceapp.models import Letter
from traceapp.services.post import sending

honest_free, honest_dot = sending._free, sending._at_the_dot
turns = count(1)


def sends_again(*told: Any) -> Any:
    """The seeded fault: whatever has no answer is sent once more."""
    return or_(honest_free(*told), Letter.state == LetterState.IN_DOUBT)


def believes_itself(post: sending.Post, letter_id: int, tries: int) -> Any:
    """The other one: a letter whose end has not left yet is as good as sent."""
    leaves = honest_dot(post, letter_id, tries)
    if next(turns) == 3:
        sending._settle(post, letter_id, LetterState.SENT, sent_at=post.clock())
        die()
    return leaves


def dies_before_the_mark(post: sending.Post, letter_id: int, tries: int) -> Any:
    if next(turns) == 3:
        die()
    return honest_dot(post, letter_id, tries)


def dies_after_the_mark(post: sending.Post, letter_id: int, tries: int) -> Any:
    leaves = honest_dot(post, letter_id, tries)
    if next(turns) == 3:
        die()
    return leaves


def dies_as_the_dot_leaves(post: sending.Post, letter_id: int, tries: int) -> Any:
    leaves = honest_dot(post, letter_id, tries)
    if next(turns) == 3:
        leaves()
        die()
    return leaves


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main(command: str, fault: str = "") -> int:
    postman.is_time = lambda _now: True  # a worker writes by day; tests run by night too
    if fault == "sends again":
        sending._free = sends_again
    elif fault:
        sending._at_the_dot = globals()[fault.replace(" ", "_")]
    app()
    print("begins", flush=True)
    return cli.main([command])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
