"""The room itself: limits first, then the file from standard input, then the answer in parts.

`python -m traceapp.services.quarantine TASK JSON SECONDS MEGABYTES`; `open_apart` starts it. The first line
of the answer is JSON: the sizes of the parts that follow, or the rule that was broken.
"""

import importlib
import json
import resource
import sys
from pathlib import Path
from typing import Any

from traceapp.domain.errors import Malformed
from traceapp.services.quarantine import demanding


def main(task: str, told: str, seconds: str, megabytes: str) -> None:
    """Open one file."""
    run = importlib.import_module(f"traceapp.services.quarantine.{task}").run
    take_limits(int(seconds), int(megabytes) * 1024 * 1024)
    try:
        parts: list[bytes] = run(sys.stdin.buffer.read(), **json.loads(told))
    except Malformed as broken:
        answer(broken)
    except MemoryError:
        answer(demanding(seconds=int(seconds)))
    else:
        hand_out({"parts": [len(part) for part in parts]}, *parts)


def take_limits(seconds: int, more: int) -> None:
    """From here on the kernel ends this process at so many seconds of a processor, or refuses it memory.

    Address space stands for memory: what a process has not got it cannot fill. Where the kernel does not tell
    its size (only Linux does), or does not keep the limit, the seconds remain.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    processor = int(used.ru_utime + used.ru_stime) + seconds
    told = Path("/proc/self/statm")
    if told.exists():
        most = int(told.read_text().split()[0]) * resource.getpagesize() + more
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (processor, processor))


def answer(broken: Malformed) -> None:
    """Tell which rule was broken."""
    hand_out({"refused": broken.code, "facts": dict(broken.facts)})


def hand_out(head: dict[str, Any], *parts: bytes) -> None:
    """The answer."""
    out = sys.stdout.buffer
    out.write(json.dumps(head).encode() + b"\n")
    for part in parts:
        out.write(part)
    out.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
