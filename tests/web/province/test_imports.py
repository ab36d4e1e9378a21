"""Records from Excel: every row looked at, nothing saved until the word is given."""

import re
from datetime import date
from io import BytesIO

import pytest
import time_machine
from openpyxl import Workbook, load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests import factories
from tests.web.public.scene import HOST
from traceapp.domain.certificates import RecordState
from traceapp.domain.parties import PartyKind, PartyState
from traceapp.extensions import limiter
from traceapp.models import Accreditation, Certificate, ImportDraft, JournalEntry, Party, PartyName, Scheme
from traceapp.services.importing import KINDS

HEADS = [column.heading for column in KINDS["certificates"].columns]
RIGHT = {
    "Số chứng nhận": "VG-0001", "Chương trình chứng nhận": "VietGAP",
    "Tiêu chuẩn và lần ban hành": "TCVN 11892-1:2017",
    "Tổ chức chứng nhận": "Tổ chức chứng nhận Thử Nghiệm", "Chủ chứng nhận": "HTX Mẫu Sơn Thử",
    "Phạm vi chứng nhận": "Trồng na, 12 ha", "Nhóm hàng": "Quả tươi", "Ngày cấp": "05/09/2026",
    "Ngày hết hạn": "04/09/2028",
}  # fmt: skip


@pytest.fixture
def clock(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def officer(browser_of, cast, clock):
    return browser_of(cast.officer)


def row(**changed: object) -> dict[str, object]:
    """A right row but for what is said; `_` in a name is a blank."""
    return RIGHT | {name.replace("_", " "): value for name, value in changed.items()}


def book(*rows: dict[str, object], heads=None, mac: bool = False, title: str = "Chứng nhận") -> bytes:
    told, made = BytesIO(), Workbook()
    if mac:
        made.epoch = CALENDAR_MAC_1904
    sheet = made.active
    sheet.title = title
    heads = heads or HEADS
    sheet.append(heads)
    for one in rows:
        sheet.append([one.get(head) for head in heads])
    made.save(told)
    return told.getvalue()


def hand_in(browser, content: bytes, kind: str = "certificates", name: str = "danh sách.xlsx"):
    boundary, body = encode_multipart({"file": FileStorage(BytesIO(content), name)})
    told = f"multipart/form-data; boundary={boundary}"
    return browser.post(f"/province/imports/forms/{kind}", data=body, content_type=told, base_url=HOST)


def looked(browser, *rows, kind: str = "certificates", **more) -> tuple[str, str]:
    """The address of the preview, and its text."""
    answer = hand_in(browser, book(*rows, **more), kind)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"], browser.get(answer.headers["Location"], base_url=HOST).text


def seen(browser, address: str) -> str:
    """What the page would have one confirm."""
    found = re.search('name="seen" value="([0-9a-f]{64})"', browser.get(address, base_url=HOST).text)
    return found[1] if found else ""


def press(browser, address: str, verb: str = "confirm", told: str | None = None):
    told = seen(browser, address) if told is None else told
    return browser.post(f"{address}/{verb}", data={"seen": told}, base_url=HOST)


def papers(session) -> list[Certificate]:
    session.expire_all()
    found = list(session.scalars(select(Certificate).order_by(Certificate.id)))
    session.commit()  # a test that reads on must not keep the others waiting
    return found


def test_nothing_is_saved_until_the_word_is_given_and_then_once(officer, session, cast):
    address, page = looked(officer, row(), row(Số_chứng_nhận="VG-0002", Nhóm_hàng="Chè; quả tươi"))
    assert "2 dòng đúng" in page
    assert "Chưa có gì được lưu." in page
    assert papers(session) == []
    for _ in range(2):
        assert press(officer, address).status_code == 303
    assert "Đã nhập 2 dòng" in officer.get(address, base_url=HOST).text
    first, second = papers(session)
    assert (first.number, first.record_state, first.entered_by_id) == (
        "VG-0001", RecordState.SUBMITTED, cast.officer.account_id,
    )  # fmt: skip
    assert (first.issued_on, first.valid_from, first.valid_until) == (
        date(2026, 9, 5), date(2026, 9, 5), date(2028, 9, 4),
    )  # fmt: skip
    assert len(second.subjects) == 2
    acts = session.scalars(select(JournalEntry.act).order_by(JournalEntry.seq)).all()
    assert acts == ["imported_certificate", "imported_certificate", "imported_rows"]


def test_who_imported_does_not_approve_and_another_does(officer, browser_of, cast, session):
    address, _page = looked(officer, row())
    press(officer, address)
    [paper] = papers(session)
    to = f"/province/certificates/{paper.public_id}/approve"
    officer.post(to, base_url=HOST)
    assert papers(session)[0].record_state is RecordState.SUBMITTED
    browser_of(cast.second_officer).post(to, base_url=HOST)
    assert papers(session)[0].record_state is RecordState.APPROVED


@pytest.fixture
def food_safety(session):
    """The scheme under the name it has in the registry; the tests call it by its standard."""
    scheme = session.query(Scheme).filter_by(code="iso_22000").one()
    scheme.name_vi, scheme.name_en = "Hệ thống quản lý an toàn thực phẩm", "Food safety management system"
    session.commit()


@pytest.mark.usefixtures("food_safety")
@pytest.mark.parametrize(
    "written", ["ISO 22000", "iso 22000", "iso_22000", "HỆ THỐNG QUẢN LÝ AN TOÀN THỰC PHẨM"]
)
def test_a_scheme_may_be_written_as_the_forms_own_samples_write_it(written, officer):
    _address, page = looked(officer, row(Chương_trình_chứng_nhận=written))
    assert "1 dòng đúng" in page


@pytest.mark.usefixtures("food_safety")
def test_a_scheme_nearly_right_is_told_in_words_and_not_as_a_code(officer):
    _address, page = looked(officer, row(Chương_trình_chứng_nhận="ISO 22001"))
    assert "Hệ thống quản lý an toàn thực phẩm" in page
    assert "iso_22000" not in page


FAULTS = [
    (row(Ngày_hết_hạn="31/02/2028"), "Dòng 2, cột Ngày hết hạn: Không có ngày 31/02/2028 trong lịch."),
    (row(Ngày_hết_hạn="2028"), "Dòng 2, cột Ngày hết hạn: Không đọc được ngày “2028”."),
    (row(Ngày_hết_hạn="04/09/2025"), "Dòng 2, cột Ngày hết hạn: Ngày hết hạn 04/09/2025 đứng trước"),
    (row(Ngày_hết_hạn=None), "Dòng 2, cột Ngày hết hạn: Ô này phải điền."),
    (row(Ngày_hết_hạn="=TODAY()"), "Dòng 2, cột Ngày hết hạn: Ô L2 là công thức (=TODAY())"),
    (row(Số_chứng_nhận="=1+1"), "Dòng 2, cột Số chứng nhận: Ô A2 là công thức"),
    (row(Số_chứng_nhận=1.5), "Dòng 2, cột Số chứng nhận: Ô A2 chứa “1.5”, không phải là chữ."),
    (row(Số_chứng_nhận="A\u202eB"), "Dòng 2, cột Số chứng nhận: Ký tự thứ 2"),
    (row(Số_chứng_nhận="x" * 81), "Dòng 2, cột Số chứng nhận: Viết quá dài"),
    (row(Ngày_cấp=date(1900, 5, 1)), "Dòng 2, cột Ngày cấp: Ngày 01/05/1900 ngoài khoảng"),
    (row(Tổ_chức_chứng_nhận="Tổ chức chứng nhận Thử Nghiện"),
     "Gần giống: Tổ chức chứng nhận Thử Nghiệm."),
    (row(Tổ_chức_chứng_nhận="QUACERT"), "Dòng 2, cột Tổ chức chứng nhận: Chưa có “QUACERT” trong hệ thống."),
    (row(Chủ_chứng_nhận="HTX Mẫu Sơn Thủ X"), "Gần giống: HTX Mẫu Sơn Thử."),
    (row(Chủ_chứng_nhận=None), "Dòng 2, cột Chủ chứng nhận: Ô này phải điền."),
    (row(Mã_số_thuế_chủ_chứng_nhận="0100109107"), "cột Mã số thuế chủ chứng nhận: Mã số thuế 0100109107"),
    (row(Chương_trình_chứng_nhận="ISO 22001"), "Dòng 2, cột Chương trình chứng nhận: Chưa có “ISO 22001”"),
    (row(Nhóm_hàng=None), "Dòng 2, cột Nhóm hàng: Cần nhóm hàng hoặc GTIN"),
    (row(GTIN_sản_phẩm="9520009010012"), "Dòng 2, cột GTIN sản phẩm: Số kiểm tra"),
    (row(GTIN_sản_phẩm="9520009010011"), "Dòng 2, cột GTIN sản phẩm: Chủ chứng nhận không có sản phẩm"),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "told"), FAULTS, ids=[told[:60] for _, told in FAULTS])
def test_a_wrong_row_is_told_by_row_and_column_and_does_not_hold_up_the_right_one(
    wrong, told, officer, session
):
    address, page = looked(officer, wrong, row(Số_chứng_nhận="VG-0002"))
    assert told in page
    assert "1 dòng đúng" in page
    assert "1 dòng lỗi" in page
    assert press(officer, address).status_code == 303
    assert [one.number for one in papers(session)] == ["VG-0002"]


def test_all_faults_of_a_row_are_told_together(officer):
    _address, page = looked(officer, row(Ngày_cấp="x", Ngày_hết_hạn="y", Phạm_vi_chứng_nhận=None))
    assert page.count("Dòng 2, cột ") == 3


@pytest.mark.parametrize("day", ["5/9/2026", "05-09-2026", "2026-09-05", date(2026, 9, 5),
                                 46270, "46270"])  # fmt: skip
def test_days_are_read_as_people_and_excel_write_them(day, officer, session):
    address, page = looked(officer, row(Ngày_cấp=day))
    press(officer, address)
    assert papers(session)[0].issued_on == date(2026, 9, 5), page


@pytest.mark.parametrize("day", [date(2026, 9, 5), 46270 - 1462, str(46270 - 1462)])
def test_days_of_a_book_that_counts_from_1904(day, officer, session):
    address, _page = looked(officer, row(Ngày_cấp=day), mac=True)
    press(officer, address)
    assert papers(session)[0].issued_on == date(2026, 9, 5)


def test_numbers_that_excel_took_for_quantities_are_read_as_codes(officer, session, cast, now):
    factories.make_trade_item(session, cast.cooperative_id, now)
    session.get(Party, cast.cooperative_id).tax_code = "0100109106"
    session.commit()
    codes = row(
        Chủ_chứng_nhận=None, Mã_số_thuế_chủ_chứng_nhận=100109106, GTIN_sản_phẩm=9520009010011, Nhóm_hàng=None,
        Số_chứng_nhận=12345,
    )  # fmt: skip
    address, page = looked(officer, codes)
    assert "1 dòng đúng" in page
    press(officer, address)
    [paper] = papers(session)
    assert (paper.number, paper.holder_id, len(paper.subjects)) == ("12345", cast.cooperative_id, 1)


def test_text_in_three_characters_a_letter_is_the_same_text(officer, session):
    import unicodedata

    apart = {unicodedata.normalize("NFD", k): unicodedata.normalize("NFD", v) for k, v in RIGHT.items()}
    address, page = looked(officer, apart, heads=list(apart))
    assert "1 dòng đúng" in page
    press(officer, address)
    assert papers(session)[0].scope_text == "Trồng na, 12 ha"


def test_what_is_on_file_or_comes_twice_is_left_out_and_told(officer, session, cast, now):
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    factories.make_certificate(session, cast, now, item, number="vg-0001")
    session.commit()
    again = row(Số_chứng_nhận="VG-0002")
    _address, page = looked(officer, row(), again, again)
    assert "Dòng 2, cột Số chứng nhận: Đã có “VG-0001” trong hệ thống." in page
    assert "Dòng 4, cột Số chứng nhận: “VG-0002” đã có ở dòng 3 của tệp này." in page
    assert "1 dòng đúng" in page


def test_two_holders_of_one_name_need_a_tax_code(officer, session, cast, now):
    unit = session.get(Party, cast.cooperative_id).addresses[0].admin_unit
    factories.make_party(session, "HTX Mẫu Sơn Thử", PartyKind.COOPERATIVE, now, unit)
    session.commit()
    assert "Trong hệ thống có 2 đơn vị tên “HTX Mẫu Sơn Thử”" in looked(officer, row())[1]


def test_a_register_that_changed_meanwhile_is_looked_at_again(officer, session, cast, now):
    address, _page = looked(officer, row(), row(Số_chứng_nhận="VG-0002"))
    shown = seen(officer, address)
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    factories.make_certificate(session, cast, now, item, number="VG-0001")
    session.commit()
    answer = press(officer, address, told=shown)
    assert answer.status_code == 409
    assert "nay có 1 dòng đúng" in answer.text
    assert len(papers(session)) == 1
    assert press(officer, address).status_code == 303
    assert len(papers(session)) == 2


def test_as_many_right_rows_that_are_others_than_the_page_showed_are_not_imported(
    officer, session, cast, now
):
    address, _page = looked(officer, row(), row(Số_chứng_nhận="VG-0002", Tổ_chức_chứng_nhận="Tên mới"))
    shown = seen(officer, address)
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    factories.make_certificate(session, cast, now, item, number="VG-0001")
    unit = session.get(Party, cast.cooperative_id).addresses[0].admin_unit
    factories.make_party(session, "Tên mới", PartyKind.CERTIFICATION_BODY, now, unit)
    session.commit()
    for told in (shown, "", "1"):
        answer = press(officer, address, told=told)
        assert answer.status_code == 409
        assert "nay có 1 dòng đúng, khác với trang trước" in answer.text
    assert len(papers(session)) == 1
    assert press(officer, address).status_code == 303
    assert {one.number for one in papers(session)} == {"VG-0001", "VG-0002"}


def test_the_wrong_rows_come_back_with_reasons_and_can_be_sent_again(officer):
    address, _page = looked(
        officer, row(Ngày_hết_hạn="31/02/2028", Số_chứng_nhận="'=cmd|x"), row(Số_chứng_nhận="2")
    )
    answer = officer.get(f"{address}/faults.xlsx", base_url=HOST)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    sheet = load_workbook(BytesIO(answer.data)).active
    heads, wrong = list(sheet.values)
    assert heads[-1] == "Lý do"
    assert "Ngày hết hạn: Không có ngày 31/02/2028 trong lịch." in wrong[-1]
    assert {cell.data_type for line in sheet.rows for cell in line if cell.value is not None} == {"s"}
    again = hand_in(officer, answer.data)
    assert "Dòng 2, cột Ngày hết hạn" in officer.get(again.headers["Location"], base_url=HOST).text


@pytest.mark.parametrize("kind", ["certificates", "bodies", "accreditations"])
def test_a_form_sent_back_untouched_has_nothing_but_samples(kind, officer):
    answer = officer.get(f"/province/imports/forms/{kind}.xlsx", base_url=HOST)
    made = load_workbook(BytesIO(answer.data))
    assert "Hướng dẫn" in made.sheetnames
    sheet = made.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    assert [head.rstrip(" *") for head in heads] == [c.heading for c in KINDS[kind].columns] + ["Ghi chú"]
    assert [str(cell.value)[:8] for cell in sheet["BCDEFGHIJKLM"[len(heads) - 2]][1:4]] == ["DÒNG MẪU"] * 3
    assert bool(sheet.data_validations.dataValidation) == (kind != "bodies")
    back = hand_in(officer, answer.data, kind)
    assert back.status_code == 422
    assert "Tệp chưa có dòng nào" in back.text


def test_a_sample_written_over_is_a_row_though_its_note_was_left(officer):
    heads = [*HEADS, "Ghi chú"]
    over = row() | {"Ghi chú": "DÒNG MẪU – thay bằng dữ liệu thật"}
    left = over | {"Số chứng nhận": KINDS["certificates"].columns[0].samples[1]}
    _address, told = looked(officer, over, left, heads=heads)
    assert "1 dòng đúng" in told
    assert "0 dòng lỗi" in told


@pytest.mark.parametrize("kind", ["certificates", "accreditations"])
def test_a_form_offers_each_body_once_by_its_own_name(kind, officer, session, cast):
    body = session.get_one(Party, cast.body_id)
    body.names.append(
        PartyName(
            language="en", name="Test Certification", folded="test certification", valid_from=date(2020, 1, 1)
        )
    )
    body.names[0].valid_from = date(2024, 1, 1)
    body.names.append(
        PartyName(
            language="vi", name="Tên Cũ", folded="ten cu", valid_from=date(2019, 1, 1),
            valid_until=date(2023, 12, 31),
        )
    )  # fmt: skip
    session.commit()
    made = load_workbook(BytesIO(officer.get(f"/province/imports/forms/{kind}.xlsx", base_url=HOST).data))
    offered = [cell.value for line in made["Danh mục"].rows for cell in line]
    assert offered.count("Tổ chức chứng nhận Thử Nghiệm") == 1
    assert "Test Certification" not in offered
    assert "Tên Cũ" not in offered


def test_a_filled_form_is_read_without_its_samples_and_in_any_order_of_columns(officer):
    made = load_workbook(
        BytesIO(officer.get("/province/imports/forms/certificates.xlsx", base_url=HOST).data)
    )
    sheet = made.worksheets[0]
    sheet.append([RIGHT.get(str(cell.value).rstrip(" *")) for cell in sheet[1]])
    sheet.move_range("A1:A9", cols=20)
    told = BytesIO()
    made.save(told)
    page = officer.get(hand_in(officer, told.getvalue()).headers["Location"], base_url=HOST).text
    assert "1 dòng đúng" in page
    assert "0 dòng lỗi" in page


def test_bodies_wait_for_another_officer(officer, session, cast):
    heads = ["Tên tổ chức chứng nhận *", "Tên tiếng Anh"]
    names = (("Tổ chức Mới", "New Body"), ("TỔ CHỨC MỚI", ""), ("Tổ chức chứng nhận Thử Nghiệm", ""))
    told = [dict(zip(heads, one, strict=True)) for one in names]
    address, page = looked(officer, *told, kind="bodies", heads=heads)
    assert "đã có ở dòng 2 của tệp này" in page
    assert press(officer, address).status_code == 303
    made = session.scalars(select(Party).order_by(Party.id.desc()).limit(1)).one()
    assert (made.state, made.submitted_by_id, made.kind) == (
        PartyState.DRAFT, cast.officer.account_id, PartyKind.CERTIFICATION_BODY,
    )  # fmt: skip
    assert {name.language: name.name for name in made.names} == {"vi": "Tổ chức Mới", "en": "New Body"}


def test_accreditations_wait_for_another_officer(officer, session, cast):
    heads = [column.heading for column in KINDS["accreditations"].columns]
    good = ("Tổ chức chứng nhận Thử Nghiệm", "BoA", "VICAS 001", "", "QMS; FSMS", "01/01/2024", "", "")
    bad = ("Không có", "BoA", "VICAS 002", "", "Q M", "01/01/2024", "01/01/2023", "")
    address, page = looked(
        officer,
        *(dict(zip(heads, one, strict=True)) for one in (good, bad, good)),
        kind="accreditations",
        heads=heads,
    )
    for told in ("cột Tổ chức chứng nhận:", "cột Phạm vi công nhận:", "cột Ngày hết hạn:", "đã có ở dòng 2"):
        assert told in page
    assert press(officer, address).status_code == 303
    made = session.scalars(select(Accreditation)).one()
    assert (made.scopes, made.valid_from, made.approved_at, made.entered_by_id) == (
        ["FSMS", "QMS"], date(2024, 1, 1), None, cast.officer.account_id,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "Xin chọn tệp."),
        (b"a;b\n1;2", "Không đọc được tệp này như một tệp Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Không đọc được tệp này như một tệp Excel"),
        (b"PK\x03\x04" + b"\0" * 100, "Không đọc được tệp này như một tệp Excel"),
        (b"PK\x03\x04" + b"\0" * 9_000_000, "tối đa 8 MB"),
    ],
)
def test_a_file_that_is_no_form_is_told_and_nothing_is_kept(content, told, officer, session):
    answer = hand_in(officer, content)
    assert answer.status_code == 422
    assert told in answer.text
    assert session.scalar(select(func.count()).select_from(ImportDraft)) == 0


def test_missing_columns_are_named(officer):
    answer = hand_in(officer, book(row(), heads=HEADS[:-1]))
    assert answer.status_code == 422
    assert "Thiếu cột: Ngày hết hạn." in answer.text


def test_a_draft_is_its_uploaders_alone_and_can_be_thrown_away(officer, browser_of, cast, session):
    address, _page = looked(officer, row())
    other = browser_of(cast.second_officer)
    for verb in ("confirm", "discard"):
        assert press(other, address, verb).status_code == 404
        assert officer.get(f"{address}/{verb}", base_url=HOST).status_code == 405
    assert other.get(address, base_url=HOST).status_code == 404
    for _ in range(2):
        assert press(officer, address, "discard").status_code == 303
    assert officer.get(address, base_url=HOST).status_code == 410
    assert press(officer, address).status_code == 410
    assert session.scalars(select(ImportDraft.sheet)).all() == [None]
    assert papers(session) == []


def test_after_a_week_the_cells_are_gone(officer, now, session):
    address, _page = looked(officer, row())
    with time_machine.travel(now.replace(day=30), tick=False):
        assert officer.get(address, base_url=HOST).status_code == 410
        assert press(officer, address).status_code == 410
        looked(officer, row(Số_chứng_nhận="VG-0002"))
    session.expire_all()
    kept = session.scalars(select(ImportDraft.sheet).order_by(ImportDraft.id))
    assert [sheet is None for sheet in kept] == [True, False]


def test_a_cooperative_imports_its_own_as_drafts(browser_of, cast, clock, session):
    manager = browser_of(cast.manager)
    heads = [head for head in HEADS if head not in {"Chủ chứng nhận", "Mã số thuế chủ chứng nhận"}]
    content = book(row(Chủ_chứng_nhận="HTX Đối Thủ"), heads=heads)
    answer = manager.post(
        "/coop/imports/forms/own-certificates", data={"file": (BytesIO(content), "a.xlsx")}, base_url=HOST
    )
    address = answer.headers["Location"]
    assert "1 dòng đúng" in manager.get(address, base_url=HOST).text
    assert press(manager, address).status_code == 303
    [paper] = papers(session)
    assert (paper.holder_id, paper.record_state) == (cast.cooperative_id, RecordState.DRAFT)
    assert browser_of(cast.rival).get(address, base_url=HOST).status_code == 404
    assert manager.get("/coop/imports/forms/bodies.xlsx", base_url=HOST).status_code == 404


def test_a_long_text_that_costs_its_file_nothing_is_refused_by_its_cell(officer, session):
    answer = hand_in(officer, book(row(), row(Phạm_vi_chứng_nhận="x" * 2001)))
    assert answer.status_code == 422
    column = "ABCDEFGHIJKLM"[HEADS.index("Phạm vi chứng nhận")]
    assert f"Ô {column}3 dài 2001 ký tự; mỗi ô tối đa 2000 ký tự." in answer.text
    assert session.scalar(select(func.count()).select_from(ImportDraft)) == 0


def test_a_small_file_that_unfolds_into_much_text_is_refused(officer, session):
    content = book(*[dict.fromkeys(HEADS, "x" * 2000)] * 180)
    assert len(content) < 50_000
    answer = hand_in(officer, content)
    assert answer.status_code == 422
    assert "mỗi lần nhập tối đa 4 MB chữ" in answer.text
    assert session.scalar(select(func.count()).select_from(ImportDraft)) == 0


def test_the_oldest_of_an_accounts_open_drafts_gives_way_and_nobody_elses(officer, browser_of, cast, session):
    other, _page = looked(browser_of(cast.second_officer), row())
    done, _page = looked(officer, row())
    press(officer, done)
    first, *rest = [looked(officer, row(Số_chứng_nhận=f"VG-1{number}"))[0] for number in range(6)]
    assert officer.get(first, base_url=HOST).status_code == 410
    assert {officer.get(address, base_url=HOST).status_code for address in (done, *rest)} == {200}
    assert browser_of(cast.second_officer).get(other, base_url=HOST).status_code == 200


def test_an_account_that_keeps_the_register_busy_waits_and_nobody_else_does(officer, browser_of, cast):
    limiter.enabled = True
    limiter.reset()
    try:
        address, _page = looked(officer, row())
        acts = [officer.get(f"{address}/faults.xlsx", base_url=HOST).status_code for _ in range(19)]
        assert set(acts) == {200}
        assert officer.get(f"{address}/faults.xlsx", base_url=HOST).status_code == 429
        assert press(officer, address).status_code == 429
        assert hand_in(officer, b"").status_code == 429
        assert hand_in(browser_of(cast.second_officer), b"").status_code == 422
    finally:
        limiter.reset()
        limiter.enabled = False


@pytest.mark.slow
def test_ten_thousand_rows_are_looked_at_and_imported_in_one_go(officer, session):
    """In the memory a room may have; one row more is refused before anything is judged."""
    rows = [row(Số_chứng_nhận=f"VG-{number:05}") for number in range(10_000)]
    content = book(*rows)
    answer = hand_in(officer, content)
    assert answer.status_code == 303
    assert "10.000 dòng đúng" in officer.get(answer.headers["Location"], base_url=HOST).text
    assert press(officer, answer.headers["Location"]).status_code == 303
    assert session.scalar(select(func.count()).select_from(Certificate)) == 10_000
    session.commit()
    again = hand_in(officer, book(*rows, row()))
    assert again.status_code == 422
    assert "tối đa 10000 dòng" in again.text
