"""An hour of visitors: whether the server's memory stays flat and no scan it answered is lost.

`SOAK_MINUTES=` for how long, `SOAK_RATE=` for how many pages a second; the first tenth of the time warms up.
Of twenty requests eighteen are guessed codes, one is a stamp opened by a device never seen before, one a page
that Flask makes: a flood as trust.md B23 has it, with the ordinary trade going on. `make bench` opens this
room only when it is named. `python -m tests.benchmarks soak [postgresql]`
"""

import http.client
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from tests.benchmarks.lookup import Place, fill, processes, served
from tests.benchmarks.measuring import Report
from tests.servers import free_port, postgresql
from traceapp import keys
from traceapp.domain.digital_link import parse_path
from traceapp.models import Scan
from traceapp.services.scans.watching import opens

MINUTES = float(os.environ.get("SOAK_MINUTES") or 60)
RATE = float(os.environ.get("SOAK_RATE") or 200)
HANDS, STAMPS, WARM = 4, 20_000, 0.1
FLASKS = ("/recalls", "/verify", "/")
# One address that asks for so much is told to wait, as it should be: only stamps have no limit.
RIGHT = {"stamp": {200}, "page": {200, 429}, "guess": {404}}


@dataclass
class Told:
    """What the visitors were answered."""

    stamps: int = 0
    others: int = 0
    faults: list[str] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, kind: str, status: int, seconds: float) -> None:
        """One answer."""
        with self.lock:
            if kind == "stamp":
                self.stamps += 1
                self.milliseconds.append(1000 * seconds)
            else:
                self.others += 1
            if status not in RIGHT[kind]:
                self.faults.append(f"{kind}: {status}")


def issued(place: Place) -> list[str]:
    """Addresses of stamps that there are."""
    known, paths = keys.serial_keys(place.settings.instance_path), place.paths.read_text().split()
    return [path for path in paths[:STAMPS] if opens(known, parse_path(path))]


def asked(stamps: list[str], at: int) -> tuple[str, str]:
    """Kind and path of one request: of twenty one stamp, one page of Flask's, eighteen guesses."""
    stamp = stamps[at // 20 % len(stamps)]
    match at % 20:
        case 0:
            return "stamp", stamp
        case 10:
            return "page", FLASKS[at // 20 % len(FLASKS)]
        case _:
            guessed = stamp[:-4] + f"{at % 10_000:04}"
            return "guess", guessed if guessed != stamp else stamp[:-1] + "A"  # no guess is a lucky one


def visit(port: int, stamps: list[str], numbers: Iterator[int], told: Told, until: float) -> None:
    """One hand: its share of the rate, each request from another device."""
    ask, pause = http.client.HTTPConnection("127.0.0.1", port, timeout=30), HANDS / RATE
    for at in numbers:
        kind, path = asked(stamps, at)
        began = time.monotonic()
        if began > until:
            return
        ask.request("GET", path, headers={"Accept": "text/html", "User-Agent": f"Mozilla/5.0 (soak {at})"})
        answer = ask.getresponse()
        answer.read()
        took = time.monotonic() - began
        told.keep(kind, answer.status, took)
        time.sleep(max(0.0, pause - took))  # a steady rate is what is measured


def megabytes(pid: int) -> float:
    """Memory of a process and its children (proportional: what they share is counted once)."""
    rolled = (Path(f"/proc/{one}/smaps_rollup").read_text() for one in processes(pid))
    return sum(int(text.partition("\nPss:")[2].split()[0]) for text in rolled) * 1024 / 1e6


def soak(place: Place, report: Report) -> None:
    """Visit for as long as was said, weigh every minute."""
    port, numbers, told, weights, stamps = free_port(), count(), Told(), [], issued(place)
    command = [sys.executable, "-m", "traceapp.cli", "serve", "--processes", "2", "--port", str(port)]
    with served(command, place.environment, port) as pid:
        began = time.monotonic()
        until = began + 60 * MINUTES
        hands = [
            threading.Thread(target=visit, args=(port, stamps, numbers, told, until)) for _ in range(HANDS)
        ]
        for hand in hands:
            hand.start()
        while time.monotonic() < until:
            time.sleep(min(60.0, 6 * MINUTES))  # weighed now and then while it is asked
            weights.append(megabytes(pid))
            print(f"{(time.monotonic() - began) / 60:6.1f} min {weights[-1]:8.1f} MB", file=sys.stderr)
        for hand in hands:
            hand.join()
    warm = weights[int(len(weights) * WARM) :]
    report.ours("answers", float(told.stamps + told.others), "answers")
    report.ours("memory after warming up", warm[0], "MB")
    report.ours("memory at the end, of that", 100 * warm[-1] / warm[0], "%", 110, most=True)
    ordered = sorted(told.milliseconds)
    report.ours("stamp page, p95", ordered[len(ordered) * 95 // 100], "ms", 300, most=True)
    report.ours("answers that were wrong", float(len(told.faults)), "answers", 0, most=True)
    report.ours("scans lost", float(told.stamps - _on_file(place)), "scans", 0, most=True)
    print(*sorted(set(told.faults)), sep="\n")


def _on_file(place: Place) -> int:
    engine = create_engine(place.settings.scans_url)
    with Session(engine) as session:
        found = session.scalar(select(func.count()).select_from(Scan)) or 0
    engine.dispose()
    return found


def main() -> None:
    """Fill, visit, print, keep."""
    on = "postgresql" if "postgresql" in sys.argv else "sqlite"
    report = Report(f"soak-{on}")
    with (
        tempfile.TemporaryDirectory(prefix="traceapp-") as home,
        postgresql() if on == "postgresql" else nullcontext("") as server,
    ):
        soak(fill(Path(home), f"{server}/postgres" if server else "", count=1_000_000, scans=0), report)
    report.close()
