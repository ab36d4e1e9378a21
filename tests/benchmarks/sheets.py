"""Stamps of one label on A4 sheets of 65, to a finished PDF: rate, bytes and memory, beside other ways.

Rates are of one process, on as many threads as it takes; ours mints its serials as well, rivals are given
theirs. Rivals draw a sheet or ten: a thousand would take them minutes, and their rate falls with the number.
"""

import tempfile
from pathlib import Path

from tests.benchmarks.measuring import Report, child, rate
from tests.benchmarks.press import GTIN, KEY, SHORT, pressed
from traceapp.domain.serials import mint

OURS, BYTES = "stamps on a4-65", "bytes a stamp"
FILE = "import sys; from tests.benchmarks.press import press_file; press_file(int(sys.argv[1]), sys.argv[2])"
MANY = """
import sys
from tests.benchmarks.rivals import RIVALS
from tests.benchmarks.press import GTIN, KEY
from traceapp.domain.serials import mint
RIVALS[sys.argv[1]][0](mint(KEY, GTIN, 0, int(sys.argv[2])))
"""
A_FEW = 650  # stamps of a rival whose memory is looked at


def main() -> None:
    """Measure, print, keep."""
    from tests.benchmarks.rivals import RIVALS  # not needed by the children that only press

    report = Report("sheets")
    report.ours(OURS, rate(lambda: pressed(65_000), 65_000), "/s")
    report.ours(BYTES, len(pressed(65_000)) / 65_000, "bytes", 100, most=True)
    report.ours(f"{BYTES}, short host", len(pressed(65_000, SHORT)) / 65_000, "bytes", 100, most=True)
    for name, (draw, count) in RIVALS.items():
        serials = mint(KEY, GTIN, 0, count)
        best = "merged path" in name
        report.rival(name, rate(lambda: draw(serials), count, 3), OURS, 1000 if best else None)  # noqa: B023  # drawn at once
        report.rival(f"{name}, bytes", len(draw(serials)) / count, BYTES)
    with tempfile.TemporaryDirectory(prefix="traceapp-") as home:
        path = str(Path(home) / "stamps.pdf")
        small, large = (child(FILE, str(count), path).megabytes for count in (100_000, 1_000_000))
    report.ours("memory at 10^5", small, "MB", 150, most=True)
    report.ours("memory at 10^6", large, "MB", 150, most=True)
    report.ours("memory at 10^6, of that at 10^5", 100 * large / small, "%", 110, most=True)
    for name in RIVALS:
        few, more = (child(MANY, name, str(count)).megabytes for count in (130, A_FEW))
        grown = 1000 * (more - few) / (A_FEW - 130)
        report.ours(f"{name}, memory a stamp", grown, "kB")
    report.close()
