"""Printers by program: named, measured, confirmed, ordered with; a person still holds the paper."""

import io

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from tests import factories
from tests.web.looking import acts, look
from traceapp.models import PrintRun

READ = {"a": "0,5", "b": "-0.2", "c": "1", "d": "-0,5"}
WISH = {"medium": "tomy-145", "readings": READ}


@pytest.fixture
def lan(key_of, cast):
    return key_of(cast.manager)


@pytest.fixture
def printer(post, lan):
    return post("/own/printers", lan, json={"name": "Canon 2900", "model": "laser-600"})


@pytest.fixture
def measured(post, lan, printer):
    return post(f"/own/printers/{printer['public_id']}/calibrations", lan, json=WISH)


def text(answer):
    assert answer.mimetype == "application/pdf"
    return PdfReader(io.BytesIO(answer.data)).pages[0].extract_text()


def test_a_program_measures_confirms_and_orders_as_the_page_does(
    app, get, post, lan, printer, measured, session, cast, now
):
    app.extensions["announce_print"] = lambda _order: None
    lot = factories.make_lot(session, factories.make_trade_item(session, cast.cooperative_id, now), now)
    session.commit()
    name, machine = lot.public_id, printer["public_id"]
    session.commit()
    assert (measured["version"], measured["in_use"], measured["readings"]["b"]) == (1, False, "-0.2")
    assert "Tờ căn chỉnh" in text(get(f"/own/printers/{machine}/sheet?medium=tomy-145", lan))
    assert measured["public_id"] in text(get(f"/own/calibrations/{measured['public_id']}/sheet", lan))
    ahead = f"/own/lots/{name}/forecast?count=3&medium=tomy-145&printer={machine}"
    assert "P14" in {one["rule"] for one in get(ahead, lan).json["checks"]}
    used = post(f"/own/calibrations/{measured['public_id']}/confirm", lan)
    assert (used["in_use"], used["offset_x"]) == (True, measured["offset_x"])
    assert "P14" not in {one["rule"] for one in get(ahead, lan).json["checks"]}
    run = post("/own/runs", lan, json={"lot": name, "count": 3, "medium": "tomy-145", "printer": machine})
    assert (run["print"]["printer"], run["print"]["calibration"]) == (machine, measured["public_id"])
    [order] = look(session, select(PrintRun))
    assert order.design["calibration"]["id"] == measured["public_id"]
    assert acts(session)[1:] == [
        "added_printer", "measured_printer", "confirmed_calibration", "issued_stamps", "ordered_print",
    ]  # fmt: skip


def test_the_way_back_and_names_put_away(get, post, lan, printer, measured, session):
    machine = f"/own/printers/{printer['public_id']}"
    post(f"/own/calibrations/{measured['public_id']}/confirm", lan)
    wish = WISH | {"readings": READ | {"a": "-1"}, "read_on": measured["public_id"]}
    second = post(f"{machine}/calibrations", lan, json=wish)
    assert (second["version"], second["read_on"]) == (2, measured["public_id"])
    post(f"/own/calibrations/{second['public_id']}/confirm", lan)
    third = post(f"/own/calibrations/{measured['public_id']}/restore", lan)
    assert (third["version"], third["restores"], third["in_use"]) == (3, measured["public_id"], True)
    assert post(machine, lan, json={"name": "Máy xưởng"})["name"] == "Máy xưởng"
    assert post(f"{machine}/archive", lan)["archived"]
    [shown] = get("/own/printers", lan).json["items"]
    assert (shown["archived"], [one["version"] for one in shown["calibrations"]]) == (True, [3, 2, 1])
    get(f"{machine}/sheet?medium=tomy-145", lan, 404)
    assert not post(f"{machine}/restore", lan)["archived"]
    assert acts(session)[-4:] == [
        "restored_calibration", "renamed_printer", "archived_printer", "restored_printer",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"readings": READ | {"a": "7"}}, 400, "reading_range"),
        ({"readings": {"a": "0"}}, 400, "reading_missing"),
        ({"ruler": "96"}, 400, "ruler_wrong"),
        ({"medium": "r74-2x35x22"}, 409, "printer_other_kind"),
        ({"medium": "a9"}, 400, "medium_unknown"),
        ({"read_on": "ZZZZZZZZ"}, 404, "record_not_found"),
    ],
)
def test_numbers_that_cannot_be_are_refused_by_their_code(post, lan, printer, session, change, status, code):
    where = f"/own/printers/{printer['public_id']}/calibrations"
    assert post(where, lan, status, json=WISH | change)["code"] == code
    assert "measured_printer" not in acts(session)


def test_anothers_printer_is_not_there(get, post, key_of, cast, printer, measured):
    rong = key_of(cast.rival)
    assert get("/own/printers", rong).json["items"] == []
    get(f"/own/printers/{printer['public_id']}/sheet?medium=a4-65", rong, 404)
    get(f"/own/calibrations/{measured['public_id']}/sheet", rong, 404)
    post(f"/own/calibrations/{measured['public_id']}/confirm", rong, 404)
