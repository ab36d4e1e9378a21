"""A million stamps by `traceapp stamps issue`: record, serials, PDF parts and the list of codes, whole.

Three rounds each: they take a while. Wall seconds contend with whatever else the machine does; processor
seconds do not.
"""

import tempfile
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from tests import factories
from tests.benchmarks.measuring import Report, Spent, child, median
from traceapp import schema
from traceapp.settings import load

ROUNDS = 3
COMMAND = "from traceapp.cli import main; raise SystemExit(main(sys.argv[1:]))"


def issue_into(home: str, count: int) -> Spent:
    """The command in an instance of its own, its files beside it: `run*.pdf` and `run.csv`."""
    around = {"TRACEAPP_PUBLIC_BASE_URL": "https://txng.langson.gov.vn"}
    settings = load(Path(home), around)
    schema.upgrade(settings)
    now, engine = datetime.now(UTC), create_engine(settings.database_url)
    with Session(engine) as session:
        cast = factories.people(session, now)
        item = factories.make_trade_item(session, cast.cooperative_id, now)
        lot = factories.make_lot(session, item, now, quantity=Decimal(count))
        words = ["stamps", "issue", "--gtin", str(item.gtin), "--lot", lot.code, "--count", str(count)]
        session.commit()
    engine.dispose()
    words += ["--medium", "a4-65", "--out", f"{home}/run.pdf", "--csv", f"{home}/run.csv", "--json"]
    return child(COMMAND, *words, environment=around | {"TRACEAPP_INSTANCE_PATH": home})


def issue(count: int) -> tuple[Spent, float]:
    """The command; and the bytes a stamp of its PDF files."""
    with tempfile.TemporaryDirectory(prefix="traceapp-") as home:
        spent = issue_into(home, count)
        size = sum(path.stat().st_size for path in Path(home).glob("run*.pdf"))
        return spent, size / count


def main() -> None:
    """Measure, print, keep."""
    report = Report("command")
    small, _ = issue(100_000)
    rounds = [issue(1_000_000) for _ in range(ROUNDS)]
    whole = median([spent for spent, _ in rounds])
    report.ours("1,000,000 stamps, wall", whole.seconds, "s", 10, most=True)
    report.ours("1,000,000 stamps, processors", whole.processor, "s")
    report.ours("stamps a second, whole command", 1_000_000 / whole.seconds, "/s")
    report.ours("bytes a stamp", rounds[0][1], "bytes", 100, most=True)
    report.ours("memory at 10^5", small.megabytes, "MB", 150, most=True)
    report.ours("memory at 10^6", whole.megabytes, "MB", 150, most=True)
    report.ours(
        "memory at 10^6, of that at 10^5", 100 * whole.megabytes / small.megabytes, "%", 110, most=True
    )
    report.close()
