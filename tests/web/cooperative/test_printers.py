"""Căn chỉnh máy in through the pages: from a warning on the order to "Khớp rồi", and back to the order."""

import io
import re
from html import unescape

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from tests.web.looking import acts, look, text_of
from traceapp.models import Calibration, NamedPrinter, PrintRun
from traceapp.services import printing

READ = {"a": "0,5", "b": "-0.2", "c": "1", "d": "−0,5", "ruler": "100"}
NAME = "Canon 2900 ở văn phòng"


@pytest.fixture
def printer(session, cast, now):
    row = printing.add_printer(session, actor=cast.manager.actor, name=NAME, model="laser-600", now=now)
    return kept(session, row)


def kept(session, row):
    """A row as it stands now, that asks the database nothing more: a page writes there meanwhile."""
    session.commit()
    session.refresh(row)
    session.commit()
    session.expunge(row)
    return row


@pytest.fixture
def measured(manager, printer, session):
    """A version nobody confirmed yet, measured through the page."""
    answer = manager.post(f"/coop/printers/{printer.public_id}/measure?medium=tomy-145", data=READ)
    assert answer.status_code == 303, answer.text
    return kept(session, session.scalars(select(Calibration)).one())


@pytest.fixture
def fitting(manager, measured):
    assert manager.post(f"/coop/calibrations/{measured.public_id}/confirm").status_code == 303
    return measured


def form(**more):
    return {"n": "65", "medium": "tomy-145", "kind": "sheet", "do": "order", "request_key": "abc"} | more


def pdf_text(answer):
    assert answer.mimetype == "application/pdf"
    return re.sub(r"\s+", " ", PdfReader(io.BytesIO(answer.data)).pages[0].extract_text())


def test_from_the_warning_to_a_calibrated_order_in_five_steps(manager, lot, session, app):
    app.extensions["announce_print"] = lambda _order: None
    order = f"/coop/stamps/new?lot={lot.public_id}"
    page = manager.get(f"{order}&medium=tomy-145&n=65")
    assert "chưa căn chỉnh với khổ này" in text_of(page)
    assert page.text.count('value="calibrate"') == 2
    name = manager.post(order, data=form(do="calibrate", u=["3"], n="130"))
    assert name.location.startswith("/coop/printers/new?")
    page = manager.get(name.location)
    assert "thermal" not in page.text
    fields = hidden(page) | {"name": NAME, "model": "laser-600"}
    measure = manager.post("/coop/printers/new", data=fields)
    assert measure.status_code == 303
    page = manager.get(measure.location)
    sheet = re.search(r'href="(/coop/printers/[^"]*sheet.pdf[^"]*)"', page.text)[1]
    assert "Tờ căn chỉnh" in pdf_text(manager.get(unescape(sheet)))
    check = manager.post(measure.location.split("?")[0], data=hidden(page) | READ)
    assert check.status_code == 303
    page = manager.get(check.location)
    assert "sang phải 0,5 mm" in text_of(page)
    row = kept(session, session.scalars(select(Calibration)).one())
    machine = look(session, select(NamedPrinter.public_id))[0]
    compare = manager.get(f"/coop/calibrations/{row.public_id}/sheet.pdf")
    assert f"căn chỉnh {row.public_id}" in pdf_text(compare)
    done = manager.post(f"/coop/calibrations/{row.public_id}/confirm", data=hidden(page))
    assert done.location.startswith(f"{order}&")
    page = manager.get(done.location)
    assert 'value="130"' in page.text
    assert re.search(r'name="u" value="3"[^>]* checked', page.text)
    assert f"Đã căn chỉnh khổ này: {row.public_id}" in text_of(page)
    assert "chưa căn chỉnh với khổ này" not in text_of(page)
    placed = manager.post(order, data=form(p_sheet=machine))
    assert placed.status_code == 303, placed.text
    assert look(session, select(PrintRun))[0].design["calibration"]["id"] == row.public_id
    assert f"máy in {NAME}, căn chỉnh {row.public_id}" in text_of(manager.get(placed.location))
    assert acts(session) == [
        "added_printer", "measured_printer", "confirmed_calibration", "issued_stamps", "ordered_print",
    ]  # fmt: skip
    again = manager.get(f"{order}&medium=tomy-145")
    assert f'value="{machine}" selected' in again.text


def hidden(page):
    """The hidden fields of a page's form that acts."""
    posted = page.text[page.text.index('<form method="post"') :]
    found = re.findall(r'<input[^>]*type="hidden"[^>]*>', posted)
    told = {re.search(r'name="([^"]*)"', one)[1]: re.search(r'value="([^"]*)"', one) for one in found}
    return {name: unescape(value[1]) for name, value in told.items() if value and name != "csrf_token"}


def test_labels_are_calibrated_from_their_order_too(manager, lot, printer, fitting):
    order = f"/coop/labels/new?lot={lot.public_id}"
    left = manager.post(order, data=form(medium="tomy-130", do="calibrate", p_sheet=printer.public_id))
    assert left.location.startswith(f"/coop/printers/{printer.public_id}/measure?medium=tomy-130&back=")
    other = manager.post(order, data=form(medium="tomy-130", do="calibrate", p_sheet=""))
    assert other.location.startswith("/coop/printers?")
    page = manager.get(other.location)
    assert "Căn chỉnh khổ này" in text_of(page)
    assert "Về trang đặt in" in text_of(page)


def test_what_cannot_be_read_comes_back_with_everything_typed_and_an_error_beside_each(manager, printer):
    where = f"/coop/printers/{printer.public_id}/measure?medium=tomy-145"
    page = manager.post(where, data=READ | {"a": "7", "b": "nửa", "c": ""})
    assert page.status_code == 422
    assert "<title>Lỗi:" in page.text
    for told in ("7 mm nằm ngoài thước răng", "“nửa” không phải là số", 'value="nửa"', 'value="−0,5"'):
        assert told in page.text
    assert re.search(r'id="a"[^>]*aria-invalid="true"|aria-invalid="true"[^>]*id="a"', page.text)
    shrunk = manager.post(where, data=READ | {"ruler": "96"})
    assert shrunk.status_code == 422
    assert "Tắt “vừa trang”, chọn 100 %" in text_of(shrunk)
    scaled = manager.post(where, data=READ | {"a": "-2", "b": "-4", "c": "4", "d": "5"})
    assert "96,5 % cỡ thật" in text_of(scaled)


def test_measured_again_on_the_comparison_sheet_the_numbers_add_up(manager, measured, printer, session):
    page = manager.get(f"/coop/calibrations/{measured.public_id}")
    again = unescape(re.search(r'href="([^"]*after=[^"]*)"', page.text)[1])
    page = manager.get(again)
    assert f"“căn chỉnh {measured.public_id}”" in text_of(page)
    assert manager.post(again, data=hidden(page) | READ).status_code == 303
    newest = look(session, select(Calibration).order_by(Calibration.version.desc()))[0]
    assert (newest.version, newest.read_on_id) == (2, measured.id)
    assert float(newest.dx0) == pytest.approx(2 * float(measured.dx0), abs=0.02)
    assert manager.get(f"/coop/printers/{printer.public_id}/measure?medium=a4-65&after={measured.public_id}"
                       ).status_code == 404  # fmt: skip


def test_a_roll_with_one_label_across_asks_for_two_numbers(manager, session, cast, now):
    told = {"name": "Xprinter", "model": "thermal-203", "now": now}
    row = kept(session, printing.add_printer(session, actor=cast.manager.actor, **told))
    where = f"/coop/printers/{row.public_id}/measure?medium=r-1x40x25"
    page = manager.get(where)
    assert 'name="a"' in page.text
    assert 'name="c"' not in page.text
    assert 'value="40"' in page.text
    assert manager.post(where, data={"a": "1", "b": "0", "ruler": "40"}).status_code == 303


def test_the_list_goes_back_and_forth_between_versions(manager, printer, fitting, session):
    where = f"/coop/printers/{printer.public_id}/measure?medium=tomy-145"
    manager.post(where, data=READ | {"a": "-3"})
    second = look(session, select(Calibration).where(Calibration.version == 2))[0]
    assert "Chưa xác nhận khớp" in text_of(manager.get("/coop/printers"))
    manager.post(f"/coop/calibrations/{second.public_id}/confirm")
    page = manager.get("/coop/printers")
    assert "1 lần trước" in text_of(page)
    assert f"/coop/calibrations/{fitting.public_id}/restore" in page.text
    assert manager.post(f"/coop/calibrations/{fitting.public_id}/restore").status_code == 303
    newest = look(session, select(Calibration).where(Calibration.version == 3))[0]
    assert newest.restores_id == fitting.id
    assert acts(session)[-1] == "restored_calibration"
    shown = manager.get(f"/coop/calibrations/{newest.public_id}")
    assert "đang dùng" in text_of(shown)


def test_a_version_superseded_meanwhile_says_so(manager, printer, measured):
    where = f"/coop/printers/{printer.public_id}/measure?medium=tomy-145"
    later = manager.post(where, data=READ | {"a": "0"}).location.split("?")[0]
    manager.post(f"{later}/confirm")
    late = manager.post(f"/coop/calibrations/{measured.public_id}/confirm")
    assert late.status_code == 303
    assert "lần căn chỉnh mới hơn" in text_of(manager.get(late.location))


def test_a_printer_is_renamed_deleted_and_taken_back(manager, printer, session):
    edit = f"/coop/printers/{printer.public_id}/edit"
    assert f'value="{NAME}"' in manager.get(edit).text
    empty = manager.post(edit, data={"name": " ", "model": "laser-600"})
    assert empty.status_code == 422
    assert "Cần đặt tên cho máy in" in text_of(empty)
    assert manager.post(edit, data={"name": "Máy xưởng", "model": "laser-1200"}).status_code == 303
    away = manager.post(f"/coop/printers/{printer.public_id}/archive")
    page = manager.get(away.location)
    assert "Đã xóa máy in Máy xưởng" in text_of(page)
    assert "Hoàn tác" in text_of(page)
    twin = {"name": "Máy xưởng", "model": "laser-600"}
    assert manager.post("/coop/printers/new", data=twin).status_code == 303
    taken = manager.post(f"/coop/printers/{printer.public_id}/restore")
    assert "Đã có máy in tên này" in text_of(manager.get(taken.location))
    rows = look(session, select(NamedPrinter).order_by(NamedPrinter.id))
    assert [row.archived_at is None for row in rows] == [False, True]


def test_an_order_for_a_printer_deleted_meanwhile_is_not_placed(manager, lot, printer, session):
    manager.post(f"/coop/printers/{printer.public_id}/archive")
    page = manager.post(f"/coop/stamps/new?lot={lot.public_id}", data=form(p_sheet=printer.public_id))
    assert page.status_code == 422
    assert "vừa được xóa khỏi danh sách" in text_of(page)
    assert look(session, select(PrintRun)) == []
    assert manager.get(f"/coop/stamps/new?lot={lot.public_id}&p={printer.public_id}").status_code == 200


def test_a_strangers_printer_is_not_there(rival, manager, session, now, lot, printer, measured):
    for path in (
        f"/coop/printers/{printer.public_id}/edit",
        f"/coop/printers/{printer.public_id}/measure?medium=tomy-145",
        f"/coop/printers/{printer.public_id}/sheet.pdf?medium=tomy-145",
        f"/coop/calibrations/{measured.public_id}",
        f"/coop/calibrations/{measured.public_id}/sheet.pdf",
    ):
        assert manager.get(path).status_code == 200, path
        assert rival.get(path).status_code == 404, path
    for path in (
        f"/coop/printers/{printer.public_id}/archive",
        f"/coop/calibrations/{measured.public_id}/confirm",
        f"/coop/calibrations/{measured.public_id}/restore",
    ):
        assert manager.get(path).status_code == 405, path
        assert rival.post(path).status_code == 404, path
    assert NAME not in rival.get("/coop/printers").text
    assert acts(session) == ["added_printer", "measured_printer"]


def test_anothers_printer_cannot_be_ordered_with(manager, lot, session, cast, now):
    told = {"name": "Máy họ", "model": "laser-600", "now": now}
    theirs = kept(session, printing.add_printer(session, actor=cast.rival.actor, **told))
    order = f"/coop/stamps/new?lot={lot.public_id}"
    assert manager.get(f"{order}&p={theirs.public_id}").status_code == 404
    assert manager.post(order, data=form(p_sheet=theirs.public_id)).status_code == 404
    assert look(session, select(PrintRun)) == []


@pytest.mark.parametrize(
    "back", ["https://example.com/", "//example.com/coop/stamps/new?", "/coop/stamps/new"]
)
def test_the_way_back_leads_to_an_order_of_ours_or_nowhere(manager, measured, back):
    done = manager.post(f"/coop/calibrations/{measured.public_id}/confirm", data={"back": back})
    assert done.location == "/coop/printers"


@pytest.mark.parametrize(
    ("lang", "told"),
    [("vi", "Tờ căn chỉnh · Tomy 145"), ("en", "Calibration sheet"), ("zh", "Calibration sheet")],
)
def test_the_sheet_speaks_a_language_the_press_has_letters_for(manager, printer, lang, told):
    where = f"/coop/printers/{printer.public_id}/sheet.pdf?medium=tomy-145&lang={lang}"
    assert told in pdf_text(manager.get(where))
