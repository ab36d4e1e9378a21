"""A stop-watch, a scale and a form: medians of rounds, a child's memory, figures beside goals and rivals."""

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

ROUNDS = 5
# The peak of the child's own memory: what wait4 tells may be its parent's, from before exec.
LAST_WORDS = """
import atexit, pathlib, sys
def _tell():
    peak = pathlib.Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]
    print("\\npeak", peak, file=sys.stderr)
atexit.register(_tell)
"""


@dataclass(frozen=True)
class Spent:
    """What a process of its own took: seconds on the wall and of processors, megabytes (10^6) at its peak."""

    seconds: float
    processor: float
    megabytes: float


@dataclass(frozen=True)
class Line:
    """A figure; that of a rival stands `beside` one of ours, and its goal is the ratio of the two."""

    what: str
    figure: float
    unit: str
    goal: float | None
    most: bool
    beside: str | None = None
    ratio: float | None = None

    @property
    def verdict(self) -> str:
        """Whether the goal is met."""
        reached = self.figure if self.beside is None else self.ratio
        if self.goal is None or reached is None:
            return ""
        most = self.most and self.beside is None
        return "met" if (reached <= self.goal if most else reached >= self.goal) else "not met"


class Report:
    """The figures of one room."""

    def __init__(self, room: str) -> None:
        self.room, self.lines = room, dict[str, Line]()
        print(f"\n{room}\n{'':48}{'figure':>14} {'unit':10}{'goal':>12}{'ratio':>10}", flush=True)

    def ours(
        self, what: str, figure: float, unit: str, goal: float | None = None, *, most: bool = False
    ) -> None:
        """A figure of ours; its goal is a least, or a most."""
        self._add(Line(what, figure, unit, goal, most))

    def rival(self, what: str, figure: float, beside: str, goal: float | None = None) -> None:
        """A rival's figure, in the unit of ours; `goal` is how many times better ours should be."""
        own = self.lines[beside]
        ratio = figure / own.figure if own.most else own.figure / figure
        self._add(Line(what, figure, own.unit, goal, own.most, beside, ratio))

    def _add(self, line: Line) -> None:
        self.lines[line.what] = line
        least = "<=" if line.most and not line.beside else ">="
        goal = "" if line.goal is None else f"{least} {line.goal:,.0f}" + (" x" if line.beside else "")
        ratio = "" if line.ratio is None else f"{line.ratio:,.1f} x"
        what = f"  beside {line.what}" if line.beside else line.what
        told = f"{what:48}{line.figure:14,.1f} {line.unit:10}{goal:>12}{ratio:>10}  {line.verdict}"
        print(told.rstrip(), flush=True)

    def close(self) -> None:
        """Keep the figures."""
        kept = Path("instance/bench") / f"{self.room}.json"
        kept.parent.mkdir(parents=True, exist_ok=True)
        lines = [asdict(line) | {"verdict": line.verdict} for line in self.lines.values()]
        kept.write_text(json.dumps(lines, indent=1, ensure_ascii=False), "utf-8")


def rate(work: Callable[[], object], count: int, rounds: int = ROUNDS) -> float:
    """Things a second: the median of some rounds after one to warm up."""
    work()
    return count / statistics.median(_seconds(work) for _ in range(rounds))


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def child(code: str, *words: str, environment: dict[str, str] | None = None) -> Spent:
    """Run Python code in a process of its own; raises CalledProcessError where it ends badly."""
    before, began = _children(), time.perf_counter()
    ended = subprocess.run(
        [sys.executable, "-c", LAST_WORDS + code, *words],
        env=os.environ | (environment or {}),
        capture_output=True,
        text=True,
    )
    seconds = time.perf_counter() - began
    if ended.returncode:
        print(ended.stdout, ended.stderr, file=sys.stderr)
        ended.check_returncode()
    peak = int(ended.stderr.rpartition("\npeak ")[2])
    return Spent(seconds, _children() - before, peak * 1024 / 1e6)


def _children() -> float:
    """Seconds of processors all ended children took."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def median(spent: list[Spent]) -> Spent:
    """Each figure's own median."""
    return Spent(
        statistics.median(one.seconds for one in spent),
        statistics.median(one.processor for one in spent),
        statistics.median(one.megabytes for one in spent),
    )
