"""Scans on the page: a reload uses nothing up, robots do not count, a lost log does not break the page."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.conftest import DATABASE
from tests.web.public.scene import HOST, HTML, PHONE, open_page
from traceapp.domain.areas import bit
from traceapp.extensions import db
from traceapp.models import DayKey, FirstScan, Scan


def words(client, address, count=1, **more):
    from re import search

    for _ in range(count):
        page = open_page(client, address, **more).get_data(as_text=True)
    return search('data-verdict="([a-z_]+)"', page)[1]


def scans_of(app):
    with app.app_context(), Session(db.get_engine("scans")) as session:
        return session.query(Scan).all()


def test_a_reload_is_still_the_first_scan(app, shelf, passer_by):
    address = shelf.make("valid_first")
    assert words(passer_by, address, 3) == "valid_first"
    assert len(scans_of(app)) == 1


def test_another_device_is_the_second_scan(app, shelf, passer_by):
    address = shelf.make("valid_first")
    words(passer_by, address)
    assert words(passer_by, address, browser=PHONE + " Zalo") == "valid_repeat"
    page = open_page(passer_by, address, browser=PHONE + " Zalo").get_data(as_text=True)
    assert "đã quét 2 lần" in page


def test_eight_devices_raise_a_caution(shelf, passer_by):
    address = shelf.make("valid_first")
    seen = [words(passer_by, address, browser=f"{PHONE} {number}") for number in range(8)]
    assert seen == ["valid_first", *["valid_repeat"] * 6, "many_scans"]


def test_one_device_never_raises_a_caution(shelf, passer_by, now):
    address = shelf.make("valid_first")
    seen = set()
    for hours in range(20):
        with time_machine.travel(now + timedelta(hours=hours), tick=False):
            seen.add(words(passer_by, address))
    assert seen == {"valid_first", "valid_repeat"}


def test_robots_previews_and_prefetches_do_not_count(app, shelf, passer_by):
    address = shelf.make("valid_first")
    open_page(passer_by, address, browser="facebookexternalhit/1.1")
    open_page(passer_by, address, browser="")
    open_page(passer_by, address, headers={"Sec-Purpose": "prefetch;prerender"})
    passer_by.head(address, base_url=HOST, headers={"Accept": HTML, "User-Agent": PHONE})
    assert scans_of(app) == []


def test_neither_address_nor_browser_is_kept(app, shelf, passer_by):
    open_page(passer_by, shelf.make("valid_first"), environ_overrides={"REMOTE_ADDR": "203.0.113.77"})
    (row,) = scans_of(app)
    kept = " ".join(str(value) for value in vars(row).values())
    assert "203.0.113.77" not in kept
    assert "Android" not in kept
    assert (row.at.second, row.verdict) == (0, "valid_first")


def test_day_keys_are_destroyed_after_two_days(app, shelf, passer_by, now):
    address = shelf.make("valid_first")
    for days in range(4):
        with time_machine.travel(now + timedelta(days=days), tick=False):
            words(passer_by, address)
    with app.app_context(), Session(db.get_engine("scans")) as session:
        kept = {row.day for row in session.query(DayKey)}
    assert kept == {(now + timedelta(days=days)).date() for days in (2, 3)}


def test_a_scan_log_that_fails_does_not_break_the_page(app, shelf, passer_by):
    address = shelf.make("valid_first")
    with app.app_context(), db.get_engine("scans").begin() as connection:
        connection.exec_driver_sql("DROP TABLE first_scan")
    answer = open_page(passer_by, address)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert 'data-verdict="valid_repeat"' in page
    assert "chưa đếm được số lần quét" in page


def test_a_scan_log_that_somebody_writes_to_is_still_read(app, shelf, passer_by):
    address = shelf.make("valid_first")
    words(passer_by, address)
    with app.app_context(), Session(db.get_engine("scans")) as writer:
        writer.add(DayKey(day=(writer.scalars(select(DayKey.day)).one() - timedelta(days=1)), key="00"))
        writer.flush()
        assert passer_by.get("/readyz", base_url=HOST).status_code == 200
        told = passer_by.get(f"/api/v1/stamps{address.removeprefix('/01').replace('/21', '')}", base_url=HOST)
        assert told.get_json()["scans"] == 1
        # SQLite locks the file, PostgreSQL rows: only there can this scan be counted.
        assert words(passer_by, address) == ("valid_first" if DATABASE == "postgresql" else "valid_repeat")


def say_bought(client, address, area, browser=PHONE):
    return client.post(
        "/bought", data={"about": address, "area": area}, base_url=HOST, headers={"User-Agent": browser}
    )


def test_a_buyer_may_say_in_which_province_and_it_stays_with_their_scan(shelf, passer_by, app):
    address = shelf.make("valid_first")
    assert 'name="area"' in open_page(passer_by, address).text
    assert say_bought(passer_by, address, "24").status_code == 303
    say_bought(passer_by, address, "01")  # said once
    with app.app_context(), Session(db.get_engine("scans")) as scans:
        first = scans.scalars(select(FirstScan)).one()
        assert (first.area, first.areas, scans.scalars(select(Scan.area)).all()) == ("24", bit("24"), ["24"])
    open_page(passer_by, address, browser=PHONE + " Zalo")
    say_bought(passer_by, address, "CN", PHONE + " Zalo")
    with app.app_context(), Session(db.get_engine("scans")) as scans:
        first = scans.scalars(select(FirstScan)).one()
        assert (first.area, first.areas) == ("24", bit("24") | bit("CN"))


@pytest.mark.parametrize("area", ["", "Bắc Giang", "99"])
def test_an_area_nobody_knows_is_not_kept_and_the_purchase_is(shelf, passer_by, app, area):
    address = shelf.make("valid_first")
    open_page(passer_by, address)
    assert say_bought(passer_by, address, area).status_code == 303
    with app.app_context(), Session(db.get_engine("scans")) as scans:
        assert scans.scalars(select(FirstScan)).one().area is None


def test_who_never_opened_the_page_cannot_say_where_it_was(shelf, passer_by, app):
    address = shelf.make("valid_first")
    open_page(passer_by, address)
    say_bought(passer_by, address, "24", PHONE + " other")
    with app.app_context(), Session(db.get_engine("scans")) as scans:
        assert scans.scalars(select(FirstScan)).one().areas == 0


def test_a_report_keeps_the_area_and_refuses_one_that_is_none(shelf, passer_by, app):
    address = shelf.make("valid_first")
    open_page(passer_by, address)
    told = {"about": address, "kind": "other", "area": "x"}
    headers = {"User-Agent": PHONE}
    assert passer_by.post("/report", data=told, base_url=HOST, headers=headers).status_code == 422
    told["area"] = "20"
    assert passer_by.post("/report", data=told, base_url=HOST, headers=headers).status_code == 303
    with app.app_context(), Session(db.get_engine("scans")) as scans:
        assert scans.scalars(select(FirstScan)).one().area == "20"
