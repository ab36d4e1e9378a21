"""What scans tell: each contradiction is raised once, taken over and closed with a reason."""

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
import time_machine
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tests.web.looking import text_of
from tests.web.public.scene import HOST, PHONE, open_page
from tests.web.public.test_pins import enter
from traceapp import jobs, keys
from traceapp.domain.alerts import AlertCode
from traceapp.domain.identifiers import Gtin
from traceapp.domain.serials import mint
from traceapp.domain.stamps import StampState
from traceapp.extensions import db
from traceapp.models import Alert, FirstScan, JournalEntry, OutsideSerial, StampException, StampRun
from traceapp.services.scans import watching
from traceapp.web.public import alarms

ROBOT = "TelegramBot (like TwitterBot)"


def alerts(shelf):
    return [(row.code.value, row.subject, row.times) for row in read(shelf, select(Alert).order_by(Alert.id))]


def read(shelf, asked):
    """The rows of a question; the test's session writes, and must not hold the database afterwards."""
    rows = shelf.session.scalars(asked.execution_options(populate_existing=True)).all()
    shelf.session.commit()
    return rows


def outside(settings, *numbers):
    """Addresses of serials under our key that no run holds."""
    key = keys.serial_keys(settings.instance_path)[0]
    gtin = Gtin("09520009010011")
    return [f"/01/{gtin.value14}/21/{mint(key, gtin, number, 1)[0]}" for number in numbers]


@pytest.mark.parametrize(
    ("word", "code", "subject"),
    [
        ("not_activated", "C1", r"run:[0-9A-Z]{8}"),
        ("void", "C3", r"stamp:[0-9A-Z]{8}/7"),
        ("recalled", "C3", r"lot:[0-9A-Z]{8}"),
    ],
)
def test_a_contradiction_is_raised_once_and_repeats_are_counted_once_a_minute(
    shelf, passer_by, now, word, code, subject
):
    address = shelf.make(word)
    for _ in range(3):
        assert f'data-verdict="{word}"' in open_page(passer_by, address).text
    [(raised, about, times)] = alerts(shelf)
    assert (raised, times) == (code, 1)
    assert re.fullmatch(subject, about)
    with time_machine.travel(now + timedelta(minutes=2), tick=False):
        open_page(passer_by, address, browser=PHONE + " Zalo")
    assert [row[2] for row in alerts(shelf)] == [2]
    opened = read(shelf, select(JournalEntry).where(JournalEntry.act == "raised_alert"))
    assert [entry.actor_id for entry in opened] == [None]


@pytest.mark.parametrize(
    "word", ["valid_first", "awaiting_approval", "on_hold", "past_use_by", "certificate_expired", "unknown"]
)
def test_what_contradicts_nothing_raises_nothing(shelf, passer_by, word):
    open_page(passer_by, shelf.make(word))
    assert alerts(shelf) == []


@pytest.mark.parametrize("word", ["not_activated", "void", "recalled"])
def test_a_robot_raises_nothing(shelf, passer_by, word):
    open_page(passer_by, shelf.make(word), browser=ROBOT)
    assert alerts(shelf) == []


def test_a_whole_stolen_run_is_one_alert(shelf, passer_by):
    run = shelf.run(shelf.item(), None)
    shelf.session.commit()
    for index in range(5):
        open_page(passer_by, shelf.address(run, index))
    assert [row[:2] for row in alerts(shelf)] == [("C1", f"run:{run.public_id}")]


def test_a_used_pin_entered_by_another_hand_is_an_alert_about_the_stamp(shelf, passer_by, scratched, now):
    address, pin = scratched
    enter(passer_by, address, pin)
    enter(passer_by, address, pin)
    assert alerts(shelf) == []
    with time_machine.travel(now + timedelta(days=2), tick=False):
        enter(passer_by, address, pin, browser=PHONE + " Zalo")
        enter(passer_by, address, pin, browser=PHONE + " Zalo")
    [(code, subject, times)] = alerts(shelf)
    assert (code, times) == ("C2", 1)
    assert subject.endswith("/0")


def test_more_stamps_scanned_than_pieces_declared_is_an_alert_about_the_lot(shelf, passer_by):
    item = shelf.item()
    lot = shelf.lot(item, quantity=Decimal(3))
    run = shelf.run(item, lot)
    shelf.session.commit()
    for index in (0, 1, 1, 2):
        open_page(passer_by, shelf.address(run, index))
    assert alerts(shelf) == []
    open_page(passer_by, shelf.address(run, 3))
    assert alerts(shelf) == [("C4", f"lot:{lot.public_id}", 1)]
    [row] = read(shelf, select(Alert))
    assert row.facts == {"pieces": "3", "scanned": 4}


def test_a_torn_sheet_and_its_replacement_are_not_more_stamps_than_pieces(shelf, passer_by):
    item = shelf.item()
    lot = shelf.lot(item, quantity=Decimal(20))
    torn, new = shelf.run(item, lot), shelf.run(item, lot, first_number=5000)
    shelf.session.add(
        StampException(
            run_id=torn.id, first_index=0, last_index=torn.count - 1, state=StampState.VOID,
            created_by_id=shelf.cast.manager.account_id, created_at=shelf.now,
        )
    )  # fmt: skip
    shelf.session.commit()
    for index in range(20):
        open_page(passer_by, shelf.address(new, index))
    open_page(passer_by, shelf.address(torn, 0))
    assert {code for code, _subject, _times in alerts(shelf)} == {"C3"}
    open_page(passer_by, shelf.address(new, 20))
    [row] = read(shelf, select(Alert).where(Alert.code == AlertCode.C4))
    assert row.facts == {"pieces": "20", "scanned": 21}


def test_flags_of_a_lot_are_counted_beyond_the_list(shelf, app):
    item = shelf.item()
    run = shelf.run(item, shelf.lot(item))
    shelf.session.commit()
    with app.app_context(), Session(db.get_engine("scans")) as scans:
        for index in range(3):
            scans.add(
                FirstScan(run_id=run.id, stamp_index=index, at=shelf.now, scans=9, devices=9 - index, areas=0)
            )
        scans.flush()
        [told] = watching.flagged(shelf.session, scans, devices=7, limit=1)
    assert (told.index, told.several) == (0, True)


def test_the_worker_finds_such_a_lot_where_pages_came_from_memory(shelf, passer_by, app, now, monkeypatch):
    item = shelf.item()
    lot = shelf.lot(item, quantity=Decimal(1))
    run = shelf.run(item, lot)
    shelf.session.commit()
    monkeypatch.setattr(alarms, "told_by", lambda *_told, **_more: None)
    open_page(passer_by, shelf.address(run, 0))
    assert jobs.watch(app, now) == 0
    open_page(passer_by, shelf.address(run, 1))
    assert (jobs.watch(app, now), jobs.watch(app, now)) == (1, 1)
    assert alerts(shelf) == [("C4", f"lot:{lot.public_id}", 1)]


def test_a_lot_with_enough_pieces_is_never_counted(shelf, passer_by):
    item = shelf.item()
    run = shelf.run(item, shelf.lot(item, quantity=Decimal(2)), count=2)
    shelf.session.commit()
    for index in (0, 1):
        open_page(passer_by, shelf.address(run, index))
    assert alerts(shelf) == []


def test_the_third_serial_outside_every_range_is_an_alert_about_the_key(shelf, passer_by, settings, now):
    first, second, third, fourth = outside(settings, 90_001, 90_002, 90_003, 90_004)
    for address in (first, first, second):
        assert open_page(passer_by, address).status_code == 404
    assert alerts(shelf) == []
    open_page(passer_by, third, browser=ROBOT)
    assert alerts(shelf) == []
    open_page(passer_by, third)
    assert alerts(shelf) == [("C5", "key:0001", 1)]
    open_page(passer_by, fourth)
    assert alerts(shelf) == [("C5", "key:0001", 1)]
    assert len(read(shelf, select(OutsideSerial))) == 4


def test_serials_outside_count_for_thirty_days(shelf, passer_by, settings, now):
    first, second, third = outside(settings, 90_001, 90_002, 90_003)
    for address in (first, second):
        open_page(passer_by, address)
    with time_machine.travel(now + timedelta(days=31), tick=False):
        open_page(passer_by, third)
    assert alerts(shelf) == []


def test_a_guess_that_does_not_open_is_not_kept(shelf, passer_by):
    assert open_page(passer_by, shelf.make("unknown")).status_code == 404
    assert read(shelf, select(OutsideSerial)) == []


@pytest.mark.parametrize("word", ["not_activated", "void", "recalled"])
def test_a_registry_that_cannot_write_hides_no_page_and_is_logged(
    shelf, passer_by, word, monkeypatch, caplog
):
    def broken():
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    monkeypatch.setattr(alarms, "transaction", broken)
    answer = open_page(passer_by, shelf.make(word))
    assert answer.status_code == 200
    assert f'data-verdict="{word}"' in answer.text
    assert "an alert cannot be written: C" in caplog.text


def test_two_open_alerts_of_one_code_and_subject_cannot_be_written(shelf, passer_by):
    open_page(passer_by, shelf.make("void"))
    columns = "code, subject, facts, times, last_at, created_at"
    copied = text(f"INSERT INTO alert (public_id, {columns}) SELECT 'ZZZZZZZZ', {columns} FROM alert")
    with pytest.raises(Exception, match=r"(?i)unique"):
        shelf.session.execute(copied)
    shelf.session.rollback()


# The inspector's side


@pytest.fixture
def minh(browser_of, cast):
    return browser_of(cast.inspector)


@pytest.fixture
def raised(shelf, passer_by):
    """An open alert about a void stamp."""
    open_page(passer_by, shelf.make("void"))
    return read(shelf, select(Alert))[0]


def page(browser):
    return unescape(browser.get("/inspect/alerts").text)


def acts(shelf):
    asked = select(JournalEntry.act).where(JournalEntry.subject_kind == "alert").order_by(JournalEntry.seq)
    return read(shelf, asked)


def test_an_inspector_sees_the_alert_with_its_goods_and_where_to_act(shelf, minh, raised):
    told = page(minh)
    assert "Tem đã hủy hoặc lô bị thu hồi vẫn có người quét" in told
    assert "Rượu men lá Thử · lô L260905A" in told
    assert "HTX Mẫu Sơn Thử" in told
    assert "1 cảnh báo đang mở" in unescape(minh.get("/inspect").text)
    for link in re.findall(r'href="(/inspect/goods[^"]+)"', minh.get("/inspect/alerts").text):
        answer = minh.get(unescape(link))
        assert answer.status_code == 200
        assert "Tạm dừng lô" in unescape(answer.text)


def test_taking_over_names_the_owner_and_is_harmless_twice(shelf, minh, raised, cast):
    for _ in range(2):
        answer = minh.post(f"/inspect/alerts/{raised.public_id}/take")
        assert answer.status_code == 303
    assert "Người xử lý: Minh" in text_of(page(minh))
    assert acts(shelf) == ["raised_alert", "took_alert"]


def test_an_alert_closes_with_a_reason_and_the_first_closing_stands(shelf, minh, raised):
    address = f"/inspect/alerts/{raised.public_id}/close"
    refused = minh.post(address, data={"reason": "  "})
    assert refused.status_code == 422
    assert "Xin ghi rõ đã kiểm tra gì" in unescape(refused.text)
    assert minh.post(address, data={"reason": "Đã thu tem tại chợ"}).status_code == 303
    again = minh.post(address, data={"reason": "Lý do khác"}, follow_redirects=True)
    assert "Cảnh báo này đã được đóng trước đó." in unescape(again.text)
    assert read(shelf, select(Alert))[0].closing == "Đã thu tem tại chợ"
    assert acts(shelf) == ["raised_alert", "closed_alert"]
    assert "Không có cảnh báo nào đang mở." in page(minh)


def test_a_closing_that_is_too_long_keeps_what_was_typed(minh, raised):
    answer = minh.post(f"/inspect/alerts/{raised.public_id}/close", data={"reason": "x" * 501})
    assert answer.status_code == 422
    assert "x" * 501 in answer.text


def test_after_a_closing_the_same_contradiction_is_a_new_alert(shelf, minh, passer_by, raised):
    minh.post(f"/inspect/alerts/{raised.public_id}/close", data={"reason": "Đã xem"})
    [run] = read(shelf, select(StampRun))
    open_page(passer_by, shelf.address(run, 7))
    assert [row[0] for row in alerts(shelf)] == ["C3", "C3"]


@pytest.mark.parametrize("act", ["take", "close"])
def test_acts_on_alerts_refuse_get_and_strangers(browser_of, cast, passer_by, raised, shelf, act):
    address = f"/inspect/alerts/{raised.public_id}/{act}"
    told = {"reason": "Đã xem"}
    assert browser_of(cast.inspector).get(address).status_code == 405
    for person in (cast.manager, cast.rival, cast.body_officer, cast.officer):
        assert browser_of(person).post(address, data=told).status_code == 404
    assert passer_by.post(address, data=told, base_url=HOST).status_code == 303  # to the sign-in page
    assert acts(shelf) == ["raised_alert"]
    missing = f"/inspect/alerts/00000000/{act}"
    assert browser_of(cast.inspector).post(missing, data=told).status_code == 404


def test_the_province_reads_alerts_and_does_not_act(browser_of, cast, raised):
    told = page(browser_of(cast.officer))
    assert "Tem đã hủy hoặc lô bị thu hồi vẫn có người quét" in told
    assert "Nhận xử lý" not in told
    for person in (cast.manager, cast.rival, cast.body_officer):
        assert browser_of(person).get("/inspect/alerts").status_code == 404


def test_stamps_opened_on_many_devices_are_listed_and_a_lot_of_them_said_so(shelf, minh, passer_by, settings):
    item = shelf.item()
    run = shelf.run(item, shelf.lot(item), state=StampState.ACTIVATED)
    shelf.session.commit()
    for index in range(3):
        for device in range(settings.many_scans_devices):
            open_page(passer_by, shelf.address(run, index), browser=f"{PHONE} {device}")
        told = page(minh)
        assert told.count("Một tem được mở trên nhiều thiết bị") == (index + 1 if index < 2 else 0)
    assert told.count("Nhiều tem của một lô được mở nhiều hơn thường lệ") == 3
    assert alerts(shelf) == []  # a count calls nobody
