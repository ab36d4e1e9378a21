"""The edges of days, hour by hour, on servers of three time zones: a day is a day of Vietnam.

At each edge a certificate ends, another begins, one is suspended and one restored. What a real process of the
zone answers is compared with an oracle that only knows seconds; a server that takes the day from the zone of
its own clock is found out. Two servers whose clocks differ by an hour decide as one. At full length the edges
are every month's end of three years, and the clock is libfaketime's. trust.md B22, row 21.
"""

import json
import subprocess
import sys
from calendar import monthrange
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests import factories
from tests.faults.ground import FULL, need
from tests.faults.zygote import ROOT
from tests.web.test_serving import environment
from traceapp.domain.certificates import Decision, DecisionKind, life
from traceapp.models import CertificateDecision
from traceapp.services import journal
from traceapp.services.vouching import certification

ZONES = ("UTC", "Asia/Ho_Chi_Minh", "America/Los_Angeles")  # +0, +7, -8 or -7
DAY, HOUR = 86_400, 3_600
HOURS = range(-10, 17)  # around an edge; each zone's own midnight lies among them
YEARS = [
    [date(year, month, monthrange(year, month)[1]) for month in range(1, 13)] for year in (2026, 2027, 2028)
]
SOME = [date(2026, 12, 31), date(2027, 2, 28), date(2027, 4, 30), date(2028, 2, 29)]
BEGUN, SUSPENDED, LATE = date(2025, 6, 10), date(2025, 12, 1), date(2040, 1, 1)
KINDS = ("ends", "begins", "suspended", "restored")
LIFE = (DecisionKind.SUSPENSION, DecisionKind.RESTORATION, DecisionKind.SUSPENSION, DecisionKind.RESTORATION)


def seconds(day: date) -> int:
    """When the day begins in Vietnam: seven hours before it does in UTC."""
    return (day - date(1970, 1, 1)).days * DAY - 7 * HOUR


def expected(edge: date, what: str, instant: int) -> str:
    """The oracle: how that certificate stands, by seconds alone."""
    after = instant >= seconds(edge) + DAY
    return {
        "ends": ("active", "expired"),
        "begins": ("not_yet_valid", "active"),
        "suspended": ("active", "suspended"),
        "restored": ("suspended", "active"),
    }[what][after]


def moments(edge: date) -> list[int]:
    """Every hour around it, and the last second before it."""
    end = seconds(edge) + DAY
    return [end - 1, *(end + hour * HOUR for hour in HOURS)]


@pytest.fixture(params=YEARS if FULL else [SOME], ids=lambda edges: str(edges[-1].year))
def edges(session, cast, now, request):
    """The last days of four certificates each."""
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    officer = cast.officer.account_id
    for edge in request.param:
        first = edge + timedelta(days=1)
        days = {"ends": (BEGUN, edge), "begins": (first, LATE)}
        decided = {
            "suspended": [(DecisionKind.SUSPENSION, first)],
            "restored": [(DecisionKind.SUSPENSION, SUSPENDED), (DecisionKind.RESTORATION, first)],
        }
        for what in KINDS:
            valid_from, valid_until = days.get(what, (BEGUN, LATE))
            told = {"valid_from": valid_from, "valid_until": valid_until, "number": f"{edge} {what}"}
            made = factories.make_certificate(session, cast, now, item, **told)
            for sequence, (kind, on) in enumerate(decided.get(what, []), 1):
                told = {"kind": kind, "from_on": on, "reason": "Lý do thử nghiệm", "created_at": now}
                made.decisions.append(CertificateDecision(sequence=sequence, recorded_by_id=officer, **told))
    session.commit()
    return request.param


def faults_of(settings, zone: str, edges: list[date], folder: Path, fault: str = "") -> list[str]:
    """Where a server in that zone tells something else than the oracle; the zone itself is looked at too."""
    surroundings = environment(settings) | {"TZ": zone} | (faketime(folder) if FULL else {})
    instants = [instant for edge in edges for instant in moments(edge)]
    told = subprocess.run(
        [sys.executable, "-m", "tests.faults.day_teller", fault],
        cwd=ROOT, env=surroundings, input=json.dumps(instants), stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    found = []
    for instant, (clock, offset, stands) in zip(instants, json.loads(told.stdout), strict=True):
        here = datetime.fromtimestamp(instant, ZoneInfo(zone))
        assert (clock, offset) == (instant, here.strftime("%z")), "the server's clock or zone was not set"
        assert stands, "the server knows no certificate"
        for number, status in stands.items():
            edge, _, what = number.partition(" ")
            if status != expected(date.fromisoformat(edge), what, instant):
                found.append(f"{what} at {edge}: {status} at {here} on a server in {zone}")
    return found


def faketime(folder: Path) -> dict[str, str]:
    """The environment of a process whose clock is a file."""
    found = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
    need(found is not None, "libfaketime is not installed: apt-get install libfaketime")
    file = folder / "clock"
    file.write_text("0")
    told = {"FAKETIME_TIMESTAMP_FILE": str(file), "FAKETIME_FMT": "%s", "FAKETIME_NO_CACHE": "1"}
    return told | {"LD_PRELOAD": str(found), "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


@pytest.mark.slow
@pytest.mark.parametrize("zone", ZONES)
def test_a_certificate_stands_as_the_day_in_vietnam_says(settings, edges, tmp_path, zone):
    assert faults_of(settings, zone, edges, tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize(("zone", "hours"), [("UTC", 7), ("America/Los_Angeles", 15)])
def test_a_server_that_takes_its_own_day_would_be_found(settings, edges, tmp_path, zone, hours):
    """For as many hours after an edge as its midnight comes later than Vietnam's."""
    winter = [edge for edge in edges if edge.month in {1, 2, 12}][:1]
    assert len(faults_of(settings, zone, winter, tmp_path, "local days")) == hours * len(KINDS)


@pytest.fixture
def suspended_twice(session, cast, now):
    """What two servers write by turns, the second an hour behind, then an hour before the first."""
    item = factories.make_trade_item(session, cast.cooperative_id, now)

    def write(number: str, skews: list[int]):
        made = factories.make_certificate(session, cast, now, item, number=number)
        for turn, (kind, skew) in enumerate(zip(LIFE, skews, strict=True)):
            certification.record_decision(
                session, actor=cast.officer.actor, certificate=made, kind=kind, from_on=now.date(),
                reason="Lý do thử nghiệm", document_number="12/QĐ",
                now=now + timedelta(minutes=turn, hours=skew),
            )  # fmt: skip
        session.commit()
        return made

    return write


def test_a_clock_an_hour_off_changes_no_decision(suspended_twice, session):
    honest = suspended_twice("DEMO-1", [0, 0, 0, 0])
    skewed = suspended_twice("DEMO-2", [0, -1, 1, -1])
    session.expire_all()
    assert [one.sequence for one in skewed.decisions] == [1, 2, 3, 4]
    assert [one.kind for one in skewed.decisions] == list(LIFE)
    assert life(skewed.terms) == life(honest.terms)
    assert all(one.since is None or one.until is None or one.since <= one.until for one in life(skewed.terms))
    assert journal.verify(session).broken == []


def test_decisions_put_in_the_order_of_their_clocks_would_be_found(suspended_twice):
    skewed = suspended_twice("DEMO-1", [0, -1, 1, -1])
    by_the_clock = sorted(skewed.decisions, key=lambda one: one.created_at)
    decisions = tuple(Decision(place, one.kind, one.from_on) for place, one in enumerate(by_the_clock, 1))
    assert life(replace(skewed.terms, decisions=decisions)) != life(skewed.terms)
