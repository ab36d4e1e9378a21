"""Copied stamps among a million genuine ones: how soon the counts flag them, and whom they trouble.

Half a year of openings is invented by the assumptions of trust.md, section 3, and counted by the code that
counts for the pages: 0.41 scans a stamp, some people curious and most not, one scan in seven repeated at
once, one stamp in a thousand on display where many pass, three copies in a hundred scanned. One run in
thirty is activated a day late, as the EU's medicines were in their first months; those page a person, once
for each run. What is flagged only waits in the inspectors' list: it pages nobody and no page says fake.
"""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from pathlib import Path

import numpy as np
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from tests import factories
from tests.benchmarks.measuring import Report
from traceapp import schema
from traceapp.domain.alerts import contradictions
from traceapp.domain.conformity import Verdict
from traceapp.models import Alert, FirstScan
from traceapp.services.scans.alerts import Subject, is_news, raise_alert
from traceapp.services.scans.scan_batches import Opening, open_counts
from traceapp.services.scans.watching import flagged
from traceapp.settings import Settings, load

STAMPS, RUN = 1_000_000, 1_000  # a lot each
DAYS = 180
SCANS_EACH, CURIOUS = 0.41, 0.5  # mean of a stamp; shape of the gamma: most people never look
REPEATED = 1 / 7
DISPLAYS, PASSERS_BY = STAMPS // 1_000, 15  # stamps on display; mean scans of one
COPIES, CLONED, SCANNED = (50, 200, 1_000), 200, 0.03  # 200 stamps cloned so many times each
LATE_RUNS, LATE = STAMPS // RUN // 30, timedelta(days=1)
WITHIN = 48  # scans in which the largest clones must be found
PER = 10_000  # stamps
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Year:
    """The openings in order of time: stamp, minute and device of each; which stamps are cloned, how often."""

    stamps: np.ndarray
    minutes: np.ndarray
    devices: np.ndarray
    cloned: dict[int, np.ndarray]


def invent(dice: np.random.Generator) -> Year:
    """Genuine scans, displays, clones."""
    chosen = dice.permutation(STAMPS)
    displayed = chosen[:DISPLAYS]
    cloned = {n: chosen[DISPLAYS + CLONED * at :][:CLONED] for at, n in enumerate(COPIES)}
    each = dice.poisson(dice.gamma(CURIOUS, SCANS_EACH / CURIOUS, STAMPS))
    each[displayed] += dice.geometric(1 / PASSERS_BY, DISPLAYS)
    for copies, stamps in cloned.items():
        each[stamps] += dice.binomial(copies, SCANNED, CLONED)
    stamps = np.repeat(np.arange(STAMPS), each)
    minutes = dice.integers(0, DAYS * 24 * 60, stamps.size)
    devices = np.arange(stamps.size)
    again = dice.random(stamps.size) < REPEATED
    stamps, devices = np.append(stamps, stamps[again]), np.append(devices, devices[again])
    minutes = np.append(minutes, minutes[again] + dice.integers(0, 60, int(again.sum())))
    order = np.argsort(minutes, kind="stable")
    return Year(stamps[order], minutes[order], devices[order], cloned)


def openings(year: Year) -> Iterator[list[Opening]]:
    """In batches as a busy server makes them: those of one hour, each of another stamp."""
    told = zip(year.minutes.tolist(), year.stamps.tolist(), year.devices.tolist(), strict=True)
    for _hour, rows in groupby(told, lambda row: row[0] // 60):
        batch: dict[int, Opening] = {}
        for minute, stamp, device in rows:
            if stamp in batch:
                yield list(batch.values())
                batch = {}
            at = BEGAN + timedelta(minutes=minute)
            token = f"{device:032x}"
            batch[stamp] = Opening(stamp // RUN + 1, stamp % RUN, Verdict.VALID_FIRST, (token, token), at)
        yield list(batch.values())


def count(settings: Settings, year: Year) -> None:
    """Every opening through the scan log; the door's own rare path for a suspected copy is left out."""
    engine = create_engine(settings.scans_url)
    log = open_counts(engine, many_scans_devices=10**9)
    for batch in openings(year):
        log.count(batch)
    log.close()
    engine.dispose()


def issue(session: Session) -> None:
    """A thousand lots of a thousand stamps, all on sale."""
    cast = factories.people(session, BEGAN)
    item = factories.make_trade_item(session, cast.cooperative_id, BEGAN)
    for at in range(STAMPS // RUN):
        lot = factories.make_lot(session, item, BEGAN, code=f"L{at}", quantity=Decimal(RUN))
        factories.make_run(session, cast, BEGAN, item, lot, first_number=at * RUN, count=RUN)
    session.commit()


def page(session: Session, year: Year) -> int:
    """Scans of the runs activated late call a person; how many alerts that makes."""
    early = (year.stamps // RUN < LATE_RUNS) & (year.minutes < LATE.total_seconds() / 60)
    [code] = contradictions({Verdict.NOT_ACTIVATED})
    for stamp, minute in zip(year.stamps[early].tolist(), year.minutes[early].tolist(), strict=True):
        about, now = Subject(f"run:{stamp // RUN + 1}"), BEGAN + timedelta(minutes=minute)
        if is_news(session, code, about.name, now):
            raise_alert(session, code=code, subject=about, facts={}, now=now)
    session.commit()
    return session.scalar(select(func.count()).select_from(Alert)) or 0


def tell(report: Report, year: Year, scans: Session, registry: Session, devices: int) -> None:
    """The shares flagged and troubled."""
    rows = scans.execute(select(FirstScan.run_id, FirstScan.stamp_index, FirstScan.scans, FirstScan.devices))
    seen = {(run - 1) * RUN + index: (opened, of) for run, index, opened, of in rows}
    copied = {stamp for stamps in year.cloned.values() for stamp in stamps.tolist()}
    for copies, stamps in sorted(year.cloned.items(), reverse=True):
        found = [seen.get(stamp, (0, 0)) for stamp in stamps.tolist()]
        share = sum(of >= devices and opened <= WITHIN for opened, of in found) / CLONED
        told = f"clones of {copies:,} copies flagged within {WITHIN} scans"
        report.ours(told, 100 * share, "%", 95 if copies == max(COPIES) else None)
    wrong = sum(of >= devices for stamp, (_, of) in seen.items() if stamp not in copied)
    report.ours("genuine stamps flagged; nobody is paged", PER * wrong / STAMPS, "in 10,000")
    every = flagged(registry, scans, devices=devices, limit=10**6)
    lots = {one.run.lot_id for one in every if one.several}
    report.ours("lots flagged, of 1,000 stamps each", 100 * len(lots) / (STAMPS // RUN), "%")
    paged = page(registry, year)
    report.ours("alerts about genuine stamps", PER * paged / STAMPS, "in 10,000", 5, most=True)


def main() -> None:
    """Invent, count, print, keep."""
    report = Report("clones")
    with tempfile.TemporaryDirectory(prefix="traceapp-") as home:
        settings = load(Path(home), {"TRACEAPP_PUBLIC_BASE_URL": "https://txng.langson.gov.vn"})
        schema.upgrade(settings)
        year = invent(np.random.default_rng(20261127))
        engines = create_engine(settings.database_url), create_engine(settings.scans_url)
        with Session(engines[0]) as registry, Session(engines[1]) as scans:
            issue(registry)
            count(settings, year)
            report.ours("openings counted", float(year.stamps.size), "scans")
            tell(report, year, scans, registry, settings.many_scans_devices)
        for engine in engines:
            engine.dispose()
    report.close()
