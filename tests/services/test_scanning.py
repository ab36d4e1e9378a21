"""The scan log at its edges: the half hour, midnight, two at once, forgetting."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, event
from sqlalchemy.orm import Session

from tests.conftest import DATABASE
from traceapp.domain.conformity import Facts, Verdict
from traceapp.domain.digital_link import KeyPath
from traceapp.domain.stamps import StampState
from traceapp.extensions import db
from traceapp.models import DayKey, FirstScan, Scan
from traceapp.services.public.passport import Passport, Stamp, Tally
from traceapp.services.scans.scanning import (
    Visitor,
    forget_day_keys,
    place_scan,
    read_tally,
    record_scan,
    token,
)

PHONE = Visitor("203.0.113.7", "Mozilla/5.0 (Android)")
MORNING = datetime(2026, 11, 22, 2, 14, 31, tzinfo=UTC)


@pytest.fixture
def scans(app):
    with app.app_context(), Session(db.get_engine("scans")) as session:
        yield session


@pytest.fixture
def passport():
    stamp = Stamp(
        run_id=7,
        run="T0000001",
        index=3,
        serial="7K3M9QX2TZ4B",
        state=StampState.ACTIVATED,
        state_at=MORNING,
        activated_at=MORNING,
        activated_with=10,
        bought_at=None,
    )
    facts = Facts(stamp=stamp.state, has_lot=True, party_approved=True, today=MORNING.date())
    return Passport(path=KeyPath(), now=MORNING, today=MORNING.date(), stamp=stamp, facts=facts)


def other(number):
    return replace(PHONE, browser=f"{PHONE.browser} {number}")


def test_a_scan_is_kept_to_the_minute_with_the_verdict_shown(scans, passport):
    counted = record_scan(scans, passport, visitor=PHONE, now=MORNING)
    (row,) = scans.query(Scan).all()
    assert (row.at.second, row.verdict, row.area) == (0, "valid_first", None)
    assert counted.tally == Tally(1, 1, 0, row.at, None)


def test_the_half_hour_is_half_an_hour(scans, passport):
    counts = [
        record_scan(scans, passport, visitor=PHONE, now=MORNING + timedelta(minutes=minutes)).tally.scans
        for minutes in (0, 29, 30, 31)
    ]
    assert counts == [1, 1, 2, 2]


def test_one_device_across_midnight_is_one_device(scans, passport):
    before = datetime(2026, 11, 22, 16, 50, tzinfo=UTC)  # ten to twelve in Vietnam
    record_scan(scans, passport, visitor=PHONE, now=before)
    soon = record_scan(scans, passport, visitor=PHONE, now=before + timedelta(minutes=20))
    later = record_scan(scans, passport, visitor=PHONE, now=before + timedelta(minutes=40))
    assert (soon.tally.scans, later.tally.scans, later.tally.devices) == (1, 2, 1)


def test_a_device_is_known_again_after_a_second_midnight(scans, passport):
    first = datetime(2026, 11, 22, 16, 55, tzinfo=UTC)  # five to twelve in Vietnam
    for at in (first, first + timedelta(hours=23, minutes=55), first + timedelta(hours=24, minutes=30)):
        told = record_scan(scans, passport, visitor=PHONE, now=at).tally
    assert (told.scans, told.devices) == (3, 1)
    assert len({row.token for row in scans.query(Scan)}) == 3


def test_only_the_first_scan_says_where_the_first_scan_was(scans, passport):
    record_scan(scans, passport, visitor=PHONE, now=MORNING)
    record_scan(scans, passport, visitor=other(2), now=MORNING)
    assert place_scan(scans, passport.stamp, "20", visitor=other(2), now=MORNING)
    assert scans.query(FirstScan.area).scalar() is None
    assert place_scan(scans, passport.stamp, "01", visitor=PHONE, now=MORNING)
    assert scans.query(FirstScan.area).scalar() == "01"


def test_the_same_device_after_a_day_is_another_device_day(scans, passport):
    record_scan(scans, passport, visitor=PHONE, now=MORNING)
    again = record_scan(scans, passport, visitor=PHONE, now=MORNING + timedelta(hours=24, minutes=1))
    assert (again.tally.scans, again.tally.devices) == (2, 2)


def test_many_devices_are_a_caution_and_many_scans_of_one_are_not(scans, passport):
    for hour in range(12):
        seen = record_scan(scans, passport, visitor=PHONE, now=MORNING + timedelta(hours=hour))
    assert (seen.verdict, seen.tally.scans) == (Verdict.VALID_REPEAT, 12)
    for number in range(7):
        seen = record_scan(scans, passport, visitor=other(number), now=MORNING)
    assert (seen.verdict, seen.tally.devices) == (Verdict.MANY_SCANS, 8)


def test_the_first_scan_outlives_the_rows(scans, passport):
    record_scan(scans, passport, visitor=PHONE, now=MORNING)
    scans.execute(delete(Scan))
    tally = read_tally(scans, 7, 3)
    assert (tally.scans, tally.first_at) == (1, MORNING.replace(second=0))
    later = record_scan(scans, passport, visitor=other(1), now=MORNING + timedelta(days=99))
    assert later.tally.first_at == MORNING.replace(second=0)
    assert scans.query(FirstScan).count() == 1


def test_a_stamp_is_counted_by_itself(scans, passport):
    record_scan(scans, passport, visitor=PHONE, now=MORNING)
    neighbour = replace(passport, stamp=replace(passport.stamp, index=4))
    assert record_scan(scans, neighbour, visitor=PHONE, now=MORNING).tally.scans == 1


def test_a_token_cannot_be_made_again_on_another_day(scans, passport):
    assert token("00" * 32, PHONE) != token("11" * 32, PHONE)
    record_scan(scans, passport, visitor=PHONE, now=MORNING)
    assert forget_day_keys(scans, MORNING + timedelta(days=1)) == 0
    assert forget_day_keys(scans, MORNING + timedelta(days=2)) == 1
    assert scans.query(DayKey).count() == 0


def test_a_repeat_is_one_question_and_a_new_scan_two_writes_more(scans, passport):
    record_scan(scans, passport, visitor=other(0), now=MORNING)  # makes the key of the day
    record_scan(scans, passport, visitor=other(1), now=MORNING)  # reads it into memory
    asked = []
    connection = scans.connection()
    event.listen(connection, "before_cursor_execute", lambda *told: asked.append(told[2].split()[0]))
    record_scan(scans, passport, visitor=PHONE, now=MORNING)
    assert asked == ["SELECT", "INSERT", "INSERT"]
    asked.clear()
    record_scan(scans, passport, visitor=PHONE, now=MORNING + timedelta(minutes=5))
    assert asked == ["SELECT"]


def test_one_device_twice_at_one_instant_counts_once(scans, passport, app):
    """Two openings that both saw one scan: the database lets one of them be written."""
    record_scan(scans, passport, visitor=PHONE, now=MORNING)
    scans.commit()
    later = MORNING + timedelta(minutes=31)
    with app.app_context(), Session(db.get_engine("read_scans")) as before:
        if DATABASE == "postgresql":
            before.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        assert read_tally(before, 7, 3).scans == 1  # and this reader goes on seeing one
        record_scan(scans, passport, visitor=PHONE, now=later)
        scans.commit()
        again = record_scan(scans, passport, visitor=PHONE, now=later, reader=before)
        assert read_tally(before, 7, 3).scans == 1
    assert again.tally.scans == 2
    assert scans.query(Scan).count() == 2


def test_a_product_page_is_no_scan(scans, passport):
    bare = replace(passport, stamp=None, facts=None)
    assert record_scan(scans, bare, visitor=PHONE, now=MORNING) is bare
    assert scans.query(Scan).count() == 0


@pytest.mark.parametrize(
    "browser",
    ["Googlebot/2.1", "WhatsApp/2.23", "facebookexternalhit/1.1", "curl/8.0", "python-requests/2.32", ""],
)
def test_robots_are_no_persons(browser):
    assert not Visitor("203.0.113.7", browser).is_person


@pytest.mark.parametrize(
    "browser",
    [
        "Mozilla/5.0 (Linux; Android 13; SM-A135F) Chrome/126.0 Mobile Safari/537.36 Zalo android/12100749",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) [FBAN/FBIOS;FBAV/470.0]",
        "Mozilla/5.0 (Linux; Android 9; CUBOT X19) Chrome/120",
        "Mozilla/5.0 (iPhone) MicroMessenger/8.0.49",
    ],
)
def test_browsers_inside_other_apps_are_persons(browser):
    assert Visitor("203.0.113.7", browser).is_person
