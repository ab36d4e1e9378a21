"""A report's own page and photo, and who the journal says did what."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests import factories
from traceapp.domain.identifiers import Gtin
from traceapp.domain.serials import mint
from traceapp.services import journal
from traceapp.web.words import ACT_WORDS, SUBJECT_WORDS


@pytest.fixture
def officer(browser_of, cast):
    return browser_of(cast.officer)


@pytest.fixture
def report(app, session, cast, now):
    """A passer-by told of a stamp, with a photo."""
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    lot = factories.make_lot(session, item, now)
    factories.make_run(session, cast, now, item, lot)
    session.commit()
    [serial] = mint(app.extensions["serial_keys"][0], Gtin(item.gtin), first=0, count=1)
    photo = BytesIO()
    Image.new("RGB", (60, 40), "red").save(photo, "PNG")
    told = {
        "kind": "suspected_fake",
        "about": f"/01/{item.gtin}/21/{serial}",
        "photo": (BytesIO(photo.getvalue()), "tem.png"),
    }
    answer = app.test_client().post("/report", data=told, content_type="multipart/form-data")
    return {"number": answer.location.rpartition("/")[2], "item": item, "lot": lot}


def test_a_report_is_listed_with_number_producer_lot_photo_and_the_way_to_hold_the_lot(officer, report):
    page = officer.get("/province/reports").get_data(as_text=True)
    number, lot = report["number"], report["lot"]
    assert f'href="/province/reports/{number}"' in page
    assert f'src="/province/reports/{number}/photo"' in page
    assert f'href="/inspect/goods?lot={lot.public_id}"' in page
    assert lot.code in page
    assert 'href="/inspect?q=' in page


def test_its_own_page_shows_the_photo_to_the_province_and_to_inspectors(officer, browser_of, cast, report):
    for reader in (officer, browser_of(cast.inspector)):
        page = reader.get(f"/province/reports/{report['number']}")
        assert page.status_code == 200
        assert f"/province/reports/{report['number']}/photo" in page.get_data(as_text=True)
        photo = reader.get(f"/province/reports/{report['number']}/photo")
        assert photo.mimetype.startswith("image/")
        assert Image.open(BytesIO(photo.data)).size == (60, 40)
        assert photo.headers["Cache-Control"] == "no-store"


def test_a_stranger_finds_neither_report_nor_photo(browser_of, cast, report):
    for tail in ("", "/photo"):
        assert browser_of(cast.manager).get(f"/province/reports/{report['number']}{tail}").status_code == 404


def test_a_print_is_finished_by_the_system_and_only_a_buyer_is_called_a_buyer(officer, session, now):
    journal.record(session, actor=None, act="finished_print", subject=("print_run", "AAAA2222"), now=now)
    session.commit()
    page = officer.get("/province/journal?act=finished_print").get_data(as_text=True)
    assert "hệ thống" in page
    assert "người mua" not in page
    journal.record(session, actor=None, act="confirmed_purchase", subject=("stamp_run", "BBBB2222"), now=now)
    session.commit()
    page = officer.get("/province/journal?act=confirmed_purchase").get_data(as_text=True)
    assert re.search(r">người mua</td>", page)


def test_every_act_the_demonstration_records_has_a_name():
    story = "".join(path.read_text("utf-8") for path in Path("traceapp/demo").glob("*.py"))
    assert set(re.findall(r'act="(\w+)"', story)) <= set(ACT_WORDS)


def test_every_kind_of_record_in_the_journal_has_a_name():
    rooms = ("services", "commands", "demo")
    told = "".join(path.read_text("utf-8") for room in rooms for path in Path("traceapp", room).rglob("*.py"))
    kinds = set(re.findall(r'subject=\("(\w+)",', told))
    assert len(kinds) > 15
    assert kinds <= set(SUBJECT_WORDS)
