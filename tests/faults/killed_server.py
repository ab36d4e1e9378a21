"""`traceapp serve --with-worker` for the fault tests: the same program, its processes forked, not begun anew.

The command, its server (granian), its worker and what watches over them are the real ones, with the same
parents, signals and sockets; only where they would start Python once more (`spawn`, `Popen`) they fork, which
saves the seconds that each start costs. test_killed_server.py kills the unaltered command too. A process says
what it is in /proc/self/comm: `serve`, or `work`.

`tests.faults.killed_server PORT`, in a fork of the zygote
"""

import multiprocessing
import os
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace

import granian  # noqa: F401 - imported here, once, and in no child
from sqlalchemy.orm import configure_mappers

from tests.faults.zygote import Mortal, run_to_its_end
from traceapp import app, cli, jobs, schema  # noqa: F401 - the same
from traceapp.commands import ground, serving
from traceapp.web import front  # noqa: F401 - the same

configure_mappers()


class Forked(Mortal):
    """What `subprocess.Popen` makes of `python -m traceapp.cli ARGUMENTS`, without a new Python."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str]) -> None:
        pid = os.fork()
        if pid == 0:
            run_to_its_end(lambda: _begin(command[3:], env))
        super().__init__(pid, lambda: os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


def _begin(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    os.closerange(3, 1024)  # as Popen does: the socket on which its parent listens is not its own
    os.environ.update(environment)
    ground.settings.cache_clear()
    _be_called(arguments[0])
    return cli.main(list(arguments))


def _be_called(name: str) -> None:
    Path("/proc/self/comm").write_text(name)


def _hear_no_signal() -> None:
    """As in a process that has just begun."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def main(port: str) -> int:
    multiprocessing.set_start_method("fork", force=True)
    serving.multiprocessing = SimpleNamespace(set_start_method=lambda *_told, **_more: None)
    serving.subprocess = SimpleNamespace(Popen=Forked)
    os.register_at_fork(after_in_child=_hear_no_signal)
    _be_called("serve")
    return cli.main(["serve", "--with-worker", "--port", port])
