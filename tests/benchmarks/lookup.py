"""A stamp's page under load: ours, the floor of the same server, and Flask the usual way, in turn.

Nine of ten codes are ours, one is guessed. `repeats`: one device asks, whose scans are on file; `each scan
written`: every request comes from another device. wrk drives two processes; processor time is theirs
alone, wrk's not counted. `python -m tests.benchmarks lookup [postgresql]`
"""

import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import create_engine, insert, text
from sqlalchemy.orm import Session

from tests import factories
from tests.servers import free_port, postgresql
from traceapp import keys, schema
from traceapp.domain.identifiers import Gtin
from traceapp.domain.serials import mint
from traceapp.models import FirstScan, Scan
from traceapp.settings import Settings, load

ROUNDS, SECONDS, CONNECTIONS = 5, 4, 32
RUN, PRODUCTS, ON_FILE = 1_000_000, 10, 1_000_000
ASKED = 50_000  # codes asked for, of all that there are
LUA = """
local paths, at = {}, 0
for line in io.lines("%s") do paths[#paths + 1] = line end
local headers = {["Accept"] = "text/html", ["Accept-Language"] = "vi"}
headers["Accept-Encoding"] = "gzip, deflate, br"
init = function(args) math.randomseed(os.time()) at = math.random(#paths) end
request = function()
  at = at %% #paths + 1
  headers["User-Agent"] = %s
  return wrk.format("GET", paths[at], headers)
end
"""
ANOTHER = '"Mozilla/5.0 (Linux; Android 14) Chrome/" .. math.random(1000000000)'
THE_SAME = '"Mozilla/5.0 (Linux; Android 14) Chrome/126"'


@dataclass(frozen=True)
class Load:
    """What wrk and the process table said of one round."""

    rate: float
    cpu_us: float
    p50_ms: float
    p95_ms: float
    p99_ms: float


@dataclass(frozen=True)
class Place:
    """A filled installation and the codes that are asked for."""

    settings: Settings
    paths: Path
    environment: dict[str, str]


def fill(folder: Path, database: str, *, count: int, scans: int) -> Place:
    """Products with activated runs of `count` stamps each, `scans` on file, and the paths to be asked for."""
    told = {"TRACEAPP_PUBLIC_BASE_URL": "https://txng.langson.gov.vn"}
    if database:
        told["TRACEAPP_DATABASE_URL"] = database
    settings = load(folder, told)
    schema.upgrade(settings)
    now = datetime.now(UTC)
    engine = create_engine(settings.database_url)
    numbers, runs = [], []
    with Session(engine) as session:
        cast = factories.people(session, now)
        for number in range(PRODUCTS):
            item = factories.make_trade_item(session, cast.cooperative_id, now, gtin=_gtin(number))
            lot = factories.make_lot(session, item, now, quantity=count)
            run = factories.make_run(session, cast, now, item, lot, count=count)
            numbers.append(str(item.gtin))
            runs.append(run.id)
        session.commit()
    engine.dispose()
    _fill_scans(settings.scans_url, runs, count, scans, now)
    paths = folder / "paths.txt"
    paths.write_text("\n".join(_paths(settings, numbers, count)))
    return Place(settings, paths, told | {"TRACEAPP_INSTANCE_PATH": str(folder)})


def _gtin(number: int) -> str:
    body = f"0952000{number:06}"
    check = -sum(int(d) * (3 if at % 2 == 0 else 1) for at, d in enumerate(body)) % 10
    return body + str(check)


def _fill_scans(url: str, runs: list[int], count: int, scans: int, now: datetime) -> None:
    engine = create_engine(url)
    chosen = random.Random(1).sample(range(count * len(runs)), min(scans, count * len(runs)))
    days = [now - timedelta(days=day % 90 + 1) for day in range(90)]
    with engine.begin() as connection:
        for start in range(0, len(chosen), 50_000):
            some = [
                (runs[at % len(runs)], at // len(runs), days[at % 90])
                for at in chosen[start : start + 50_000]
            ]
            first = [
                {"run_id": r, "stamp_index": i, "at": d, "scans": 1, "devices": 1, "areas": 0}
                for r, i, d in some
            ]
            rows = [
                {"run_id": r, "stamp_index": i, "at": d, "token": f"{i:032x}", "verdict": "valid_first"}
                for r, i, d in some
            ]
            connection.execute(insert(FirstScan), first)
            connection.execute(insert(Scan), rows)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    engine.dispose()


def _paths(settings: Settings, numbers: list[str], count: int) -> list[str]:
    """Nine codes that were issued and one that was not, and so on, in an order of chance."""
    key, chance, told = keys.serial_keys(settings.instance_path)[0], random.Random(2), []
    for number in numbers:
        asked = min(count, ASKED // len(numbers))
        first = chance.randrange(count - asked + 1)
        told += [f"/01/{number}/21/{serial}" for serial in mint(key, Gtin.parse(number), first, asked)]
    letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    guessed = len(told) // 9
    told += [
        f"/01/{chance.choice(numbers)}/21/{''.join(chance.choices(letters, k=12))}" for _ in range(guessed)
    ]
    chance.shuffle(told)
    return told


@contextmanager
def served(command: list[str], environment: dict[str, str], port: int) -> Iterator[int]:
    """A server as a process of its own; gives its process id."""
    child = subprocess.Popen(
        command, env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(100):
            asked = subprocess.run(["curl", "-s", "-o", "/dev/null", f"http://127.0.0.1:{port}/healthz"])
            if asked.returncode == 0:
                break
            time.sleep(0.2)  # it is still starting
        yield child.pid
    finally:
        child.terminate()
        child.wait(20)


def drive(port: int, pid: int, paths: Path, folder: Path, device: str, rate: int | None = None) -> Load:
    """One round of wrk, with the processor time its target used meanwhile."""
    script = folder / "ask.lua"
    script.write_text(LUA % (paths, device))
    before = _cpu(pid)
    told = subprocess.run(
        ["wrk", "-t1", f"-c{rate or CONNECTIONS}", f"-d{SECONDS}s", "--latency", "-s", str(script), f"http://127.0.0.1:{port}"],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    used = _cpu(pid) - before
    answered = int(re.search(r"(\d+) requests in", told)[1])  # wrk always says it
    at = {part: _ms(value) for part, value in re.findall(r"(50|75|90|99)%\s+([\d.]+\w+)", told)}
    return Load(answered / SECONDS, used * 1e6 / answered, at["50"], at["90"], at["99"])


def _ms(told: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s)", told).groups()  # wrk's own form
    return float(number) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[unit]


def _cpu(pid: int) -> float:
    """Seconds of processor time of a process and its children."""
    tick, total = os.sysconf("SC_CLK_TCK"), 0
    for one in processes(pid):
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(") ")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / tick


def processes(pid: int) -> list[int]:
    """A process and all below it."""
    return [pid, *_children(pid)]


def _children(pid: int) -> list[int]:
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True).stdout.split()
    return [int(one) for one in found] + [below for one in found for below in _children(int(one))]


def measure(place: Place, folder: Path, *, fresh: bool) -> dict[str, list[Load]]:
    """Each way in turn, round after round, so that a slow minute is slow for all.

    `fresh`: there are stamps enough for every request to be a first scan. A thousand stamps opened by a
    thousand devices each would all be suspected copies, which is another page.
    """
    python, told = sys.executable, {}
    granian = [
        python,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--workers",
        "2",
        "--no-ws",
        "--log-level",
        "error",
    ]
    ways = {
        "bare WSGI callable (floor)": [*granian, "--port", "{}", "tests.benchmarks.bare:hello"],
        "plain Flask, ORM and Jinja": [*granian, "--port", "{}", "--factory", "tests.benchmarks.bare:plain"],
        "stamp page, each scan written": [
            python,
            "-m",
            "traceapp.cli",
            "serve",
            "--processes",
            "2",
            "--port",
            "{}",
        ],
    }
    environment = place.environment | {"BENCH_DATABASE": place.settings.database_url}
    for _ in range(ROUNDS):
        for name, command in ways.items():
            port = free_port()
            with served([part.format(port) for part in command], environment, port) as pid:
                for _ in range(2):
                    drive(port, pid, place.paths, folder, THE_SAME)  # each process learns its pages
                if not name.startswith("stamp"):
                    told.setdefault(name, []).append(drive(port, pid, place.paths, folder, THE_SAME))
                    continue
                told.setdefault("stamp page, repeats", []).append(
                    drive(port, pid, place.paths, folder, THE_SAME)
                )
                if fresh:
                    told.setdefault(name, []).append(drive(port, pid, place.paths, folder, ANOTHER))
    return told


def main() -> None:
    """Measure, print, keep."""
    on = "postgresql" if "postgresql" in sys.argv else "sqlite"
    told: dict[str, dict[str, list[Load]]] = {}
    for name, count, scans in (("10^3 stamps", 100, 0), ("10^7 stamps, 10^6 scans", RUN, ON_FILE)):
        with (
            tempfile.TemporaryDirectory(prefix="traceapp-") as home,
            postgresql() if on == "postgresql" else nullcontext("") as server,
        ):
            place = fill(Path(home), f"{server}/postgres" if server else "", count=count, scans=scans)
            told[name] = measure(place, Path(home), fresh=bool(scans))
    print(f"{'':34}{'per second':>12}{'us each':>10}{'p50 ms':>9}{'p90 ms':>9}{'p99 ms':>9}{'of floor':>10}")
    for name, ways in told.items():
        print(f"{name}, {on}")
        floor = _median([one.rate for one in ways["bare WSGI callable (floor)"]])
        for way, rounds in ways.items():
            figures = [
                _median([getattr(one, field) for one in rounds]) for field in Load.__dataclass_fields__
            ]
            print(
                "  {:32}{:12,.0f}{:10,.0f}{:9.1f}{:9.1f}{:9.1f}{:10.2f}".format(
                    way, *figures, figures[0] / floor
                )
            )
    kept = Path("instance/bench") / f"lookup-{on}.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    plain = {
        n: {w: [vars_of(one) for one in rounds] for w, rounds in ways.items()} for n, ways in told.items()
    }
    kept.write_text(json.dumps(plain, indent=1), "utf-8")


def vars_of(one: Load) -> dict[str, float]:
    """The figures by name."""
    return {field: getattr(one, field) for field in Load.__dataclass_fields__}


def _median(figures: list[float]) -> float:
    return sorted(figures)[len(figures) // 2]


if __name__ == "__main__":
    main()
