"""A process that has imported everything once and forks what is to be killed: a death costs no new Python.

It holds no engine, no file store and no second thread, so a child is as clean as a program that has just
begun; test_zygote.py looks. The children are processes like any other, killed with signal 9 and heard through
a pipe. The zygote buries a dead one only when asked to, so that its number cannot be a stranger's meanwhile.

`python -m tests.faults.zygote SOCKET MODULE...`
"""

import gc
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn, TextIO

ROOT = Path(__file__).parents[2]
LONGEST_WISH = 1 << 17  # bytes


class Mortal:
    """A forked process, spoken to as to one of `subprocess`; `bury` asks its parent how it ended."""

    def __init__(self, pid: int, bury: Callable[[], int]) -> None:
        self.pid, self._bury, self._guard = pid, bury, threading.Lock()
        self.returncode: int | None = None
        self._death = os.pidfd_open(pid)

    def send_signal(self, number: int) -> None:
        with self._guard:
            if self.returncode is None:
                signal.pidfd_send_signal(self._death, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def poll(self) -> int | None:
        """How it ended; None while it lives."""
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        code = self._ended(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
        return code

    def _ended(self, timeout: float | None) -> int | None:
        if self.returncode is None and self._dies(timeout):
            with self._guard:
                if self.returncode is None:
                    self.returncode = self._bury()
        return self.returncode

    def _dies(self, timeout: float | None) -> bool:
        death = select.poll()
        death.register(self._death, select.POLLIN)
        return bool(death.poll(None if timeout is None else timeout * 1000))

    def __del__(self) -> None:
        os.close(self._death)


class Child(Mortal):
    """One that a zygote forked, and what it says."""

    def __init__(self, zygote: "Zygote", pid: int, stdout: TextIO) -> None:
        super().__init__(pid, lambda: int(zygote.ask({"bury": pid})))
        self.stdout = stdout

    def communicate(self, timeout: float) -> str:
        """What it still says, until its end; one that goes on too long is killed."""
        late = threading.Timer(timeout, self.kill)
        late.start()
        told = self.stdout.read()
        self.stdout.close()
        self.wait(timeout)
        in_time = late.is_alive()
        late.cancel()
        if not in_time:
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout, told)
        return told


class Zygote:
    """The harness's end of it."""

    def __init__(self, pid: int, channel: socket.socket) -> None:
        self.pid, self._channel = pid, channel

    def ask(self, wish: Mapping[str, Any], *handles: int) -> Any:
        socket.send_fds(self._channel, [json.dumps(wish).encode()], handles)
        told = self._channel.recv(LONGEST_WISH)
        assert told, "the zygote is gone"
        return json.loads(told)

    def start(
        self,
        module: str,
        *arguments: str,
        environment: Mapping[str, str] | None = None,
        quiet: bool = False,
        session: bool = False,
    ) -> Child:
        """`python -m MODULE ARGUMENTS`: its `main` in a fork; `session` begins one, `quiet` drops stderr."""
        hear, speak = os.pipe()
        wish = {"module": module, "arguments": arguments, "quiet": quiet, "session": session}
        pid = self.ask(wish | {"environment": dict(environment or os.environ)}, speak)
        os.close(speak)
        return Child(self, pid, os.fdopen(hear))

    def let(self, module: str, function: str, *arguments: str) -> None:
        """Have it do something itself, which every child then has behind it."""
        self.ask({"module": module, "let": function, "arguments": arguments})

    def threads(self) -> int:
        """How many it has, as the kernel counts."""
        return len(list(Path(f"/proc/{self.pid}/task").iterdir()))

    def is_clean(self) -> bool:
        """Whether a fork of it is like a process that has just begun."""
        return self.threads() == 1 and not self.opened()

    def opened(self) -> list[str]:
        """What it holds beside its channel and what every process is given."""
        held = [one.readlink() for one in Path(f"/proc/{self.pid}/fd").iterdir() if int(one.name) > 2]
        return [str(one) for one in held if not str(one).startswith("socket:")]


@contextmanager
def zygote(*modules: str) -> Iterator[Zygote]:
    """One that has imported these modules; it ends with the block, or with whoever began it."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours:
        with theirs:
            command = [sys.executable, "-m", "tests.faults.zygote", str(theirs.fileno()), *modules]
            environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}  # numpy's threads would not be forked
            one = subprocess.Popen(command, cwd=ROOT, env=environment, pass_fds=[theirs.fileno()])
        yield Zygote(one.pid, ours)
    assert one.wait(60) == 0


def main(number: str, *modules: str) -> None:
    channel = socket.socket(fileno=int(number))
    for module in modules:
        importlib.import_module(module)
    while True:
        gc.freeze()  # what is shared stays shared
        told, handles, *_ = socket.recv_fds(channel, LONGEST_WISH, 1)
        if not told:
            return
        channel.send(json.dumps(_answer(channel, json.loads(told), handles)).encode())


def _answer(channel: socket.socket, wish: dict[str, Any], handles: list[int]) -> int:
    if "bury" in wish:
        return os.waitstatus_to_exitcode(os.waitpid(wish["bury"], 0)[1])
    if "let" in wish:
        getattr(sys.modules[wish["module"]], wish["let"])(*wish["arguments"])
        return 0
    pid = os.fork()
    if pid == 0:
        channel.close()
        run_to_its_end(lambda: _become(wish, *handles))
    os.close(*handles)
    return pid


def _become(wish: dict[str, Any], out: int) -> Any:
    """The program wished for."""
    os.dup2(out, 1)
    os.close(out)
    if wish["quiet"]:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    if wish["session"]:
        os.setsid()
    os.environ.clear()
    os.environ.update(wish["environment"])
    return sys.modules[wish["module"]].main(*wish["arguments"])


def run_to_its_end(program: Callable[[], Any]) -> NoReturn:
    """A fork's life: nothing of the process it came from is run at its end."""
    code: Any = 1
    try:
        code = program() or 0
    except SystemExit as end:
        code = end.code or 0
    finally:
        if sys.exc_info()[0]:  # what would have ended it with a traceback
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 1)


if __name__ == "__main__":
    main(*sys.argv[1:])
