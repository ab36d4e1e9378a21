"""A stamp by what somebody typed, and its scratch PIN, by a program that has no key."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from tests import factories
from tests.web.looking import acts, look
from traceapp.domain.identifiers import Gtin
from traceapp.domain.pins import pin_of
from traceapp.domain.serials import mint, shown
from traceapp.extensions import db, limiter
from traceapp.models import Alert, Scan, StampPin


@pytest.fixture(autouse=True)
def frozen(now):
    """Days and waits are told by the clock."""
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def stamp(app, session, cast, now):
    """A stamp with a PIN: GTIN, serial, PIN."""
    key = app.extensions["serial_keys"][0]
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    lot = factories.make_lot(session, item, now)
    factories.make_run(session, cast, now, item, lot, pin_key=key.pin.fingerprint)
    session.commit()
    [serial] = mint(key, Gtin(item.gtin), first=0, count=1)
    return "9520009010011", serial, pin_of(key.pin, serial)


@pytest.fixture
def enter(passer_by, stamp):
    """A PIN handed in for the stamp."""

    def enter(pin, status=200, **more):
        told = {"gtin": stamp[0], "serial": stamp[1], "pin": pin} | more
        answer = passer_by.post("/api/v1/stamps/pin", json=told)
        assert answer.status_code == status, answer.get_data(as_text=True)
        return answer.get_json()

    return enter


def wrong(pin):
    return pin[:-1] + ("0" if pin[-1] != "0" else "1")


def test_a_code_is_found_however_it_was_typed(get, stamp, session, app):
    gtin, serial, _ = stamp
    mistyped = serial.replace("0", "O").replace("1", "l")
    for code in (serial, serial.lower(), shown(serial), f" {mistyped} ",
                 f"https://txng.langson.gov.vn/01/0{gtin}/21/{serial}"):  # fmt: skip
        [found] = get("/stamps", {}, 200, query={"code": code}).json["items"]
        assert (found["verdict"], found["uri"][-12:]) == ("valid_first", serial), code
    with app.app_context(), db.get_engine("scans").connect() as connection:
        assert connection.scalar(select(func.count()).select_from(Scan)) == 0  # asking is not scanning


def test_a_character_that_cannot_be_right_is_pointed_at(get, stamp):
    told = get("/stamps", {}, 400, query={"code": stamp[1][:3] + "U" + stamp[1][4:]}).json
    assert told["code"] == "code_character"
    assert "4" in told["facts"].values()
    assert get("/stamps", {}, 400, query={"code": stamp[1][:-1]}).json["code"] == "code_length"
    assert get("/stamps", {}, 404, query={"code": "ABCDEFGH2345"}).json["code"] == "unknown"
    assert get("/stamps", {}, 404, query={"code": "9520009010011"}).json["code"] == "no_such_record"
    get("/stamps", {}, 422)


def test_the_first_right_pin_fixes_day_and_place(enter, stamp, session, now):
    first = enter(stamp[2].lower(), area="20", device="may-cua-lan")
    assert (first["outcome"], first["used_on"], first["used_area"]) == ("first", "2026-11-22", "20")
    again = enter(stamp[2], device="may-cua-lan")
    assert (again["outcome"], again["tries_left"]) == ("again", 5)
    other = enter(stamp[2], area="01", device="may-khac")
    assert (other["outcome"], other["used_area"], other["tries_left"]) == ("elsewhere", "20", 4)
    assert [one.code for one in look(session, select(Alert))] == ["C2"]
    assert acts(session) == ["used_pin", "used_pin_elsewhere", "raised_alert"]


def test_five_wrong_tries_and_then_one_an_hour(enter, stamp, session, now):
    limiter.enabled = False
    for left in (4, 3, 2, 1, 0):
        assert enter(wrong(stamp[2]))["tries_left"] == left
    told = enter(stamp[2], 429)
    assert (told["code"], told["retry_after"]) == ("pin_wait", 3600)
    with time_machine.travel(now + timedelta(minutes=61), tick=False):
        assert enter(stamp[2])["outcome"] == "first"


def test_a_stamp_without_a_pin_or_never_issued_says_so(enter, passer_by, session, cast, now, stamp, app):
    item = factories.make_trade_item(session, cast.cooperative_id, now, gtin="09520009010028")
    factories.make_run(session, cast, now, item, factories.make_lot(session, item, now))
    session.commit()
    [plain] = mint(app.extensions["serial_keys"][0], Gtin(item.gtin), first=0, count=1)
    assert enter("ABC234", 409, gtin="9520009010028", serial=plain)["code"] == "pin_none"
    assert enter("ABC234", 404, serial="ABCDEFGH2345")["code"] == "unknown"
    assert enter("@", 400)["code"].startswith("code_")
    assert enter(stamp[2], 400, area="XX")["code"] == "area_unknown"
    assert look(session, select(StampPin)) == []
    assert passer_by.get("/api/v1/stamps/pin").status_code == 405
