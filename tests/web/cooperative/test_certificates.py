"""Certificates through the pages: what the paper says, its scans as they came, sending it; hostile files."""

import hashlib
from io import BytesIO

import pikepdf
import pytest
from sqlalchemy import select

from tests import factories
from tests.web.looking import acts, look
from traceapp.domain.certificates import RecordState
from traceapp.models import Certificate, Party, PartyName, Scheme, StoredFile

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def body(session, cast):
    """The public id of the body everybody knows."""
    return look(session, select(Party.public_id).where(Party.id == cast.body_id))[0]


@pytest.fixture
def told(body, item):
    return {
        "scheme": "iso_22000", "standard": "ISO 22000:2018", "number": "THU-FSMS-0009", "body": body,
        "scope_text": "Sản xuất rượu men lá", "trade_items": item.public_id, "issued_on": "01/10/2026",
        "valid_until": "30/09/2029",
    }  # fmt: skip


@pytest.fixture
def certificate(manager, session, told):
    """A certificate entered through the page; its path."""
    manager.post("/coop/certificates/new", data=told)
    return "/coop/certificates/" + look(session, select(Certificate.public_id))[0]


def only(session):
    return look(session, select(Certificate))[0]


def send(browser, path, content, name="giay.pdf"):
    return browser.post(f"{path}/evidence", data={"evidence": (BytesIO(content), name)})


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"scheme": ""}, "scheme", "Cần điền mục này."),
        ({"body_name": "Tổ chức khác hẳn"}, "body_name", "Đã chọn một tổ chức ở trên."),
    ],
)
def test_nothing_is_chosen_or_dropped_for_her(manager, session, told, changed, field, said):
    assert '<option value="">chưa chọn</option>' in manager.get("/coop/certificates/new").text
    refused = manager.post("/coop/certificates/new", data=told | changed)
    assert refused.status_code == 422
    assert f'id="{field}-e">Lỗi: {said}' in refused.text
    assert look(session, select(Certificate)) == []


def test_a_certificate_is_copied_from_its_paper(manager, session, told, item):
    answer = manager.post("/coop/certificates/new", data=told)
    made = only(session)
    assert answer.location == f"/coop/certificates/{made.public_id}"
    assert (made.number, made.folded_number, made.record_state) == (
        "THU-FSMS-0009", "thu-fsms-0009", RecordState.DRAFT,
    )  # fmt: skip
    assert made.valid_from == made.issued_on
    assert [row.trade_item_id for row in made.subjects] == [row.trade_item.id for row in made.subjects]
    session.commit()
    assert acts(session) == ["added_certificate"]
    assert manager.get(answer.location).status_code == 200
    assert "THU-FSMS-0009" in manager.get("/coop/certificates").text


def test_schemes_are_found_by_the_number_of_their_standard(manager, told):
    page = manager.get("/coop/certificates/new").get_data(as_text=True)
    assert "tới hạn) · TCVN 5603</option>" in page
    assert ">ISO 22000</option>" in page  # its name says so already
    assert ">Chứng nhận hữu cơ</option>" in page  # two standards: neither is the name


def test_a_nul_in_the_second_of_several_ticks_is_refused_at_the_door(manager, session, told):
    ticked = [told["trade_items"], "\0"]
    assert manager.post("/coop/certificates/new", data=told | {"trade_items": ticked}).status_code == 400
    assert manager.post("/coop/certificates/new", data=told | {"x\0": "1"}).status_code == 400
    assert acts(session) == []


def test_scans_can_come_with_the_form(manager, session, told, paper):
    manager.post("/coop/certificates/new", data=told | {"evidence": (BytesIO(paper), "giay.pdf")})
    assert acts(session) == ["added_certificate", "added_evidence"]


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("number", "", "Cần điền mục này"),
        ("number", "x" * 81, "tối đa 80"),
        ("number", "A\u202eB", "từ phải sang trái"),
        ("scheme", "nothing", "Hãy chọn một mục"),
        ("body", "", "Hãy chọn tổ chức chứng nhận"),
        ("body", "ZZZZZZZZ", "Hãy chọn tổ chức chứng nhận"),
        ("scope_text", "", "Cần điền mục này"),
        ("trade_items", "ZZZZZZZZ", "Hãy chọn ít nhất một sản phẩm"),
        ("issued_on", "31/02/2026", "Không có ngày"),
        ("valid_until", "", "Cần điền mục này"),
        ("valid_until", "30/09/2025", "Ngày hết hạn 30/09/2025 đứng trước ngày bắt đầu 01/10/2026"),
        ("valid_from", "2030-01-01", None),
    ],
)
def test_what_cannot_be_is_told_and_all_is_kept(manager, session, told, field, typed, said):
    answer = manager.post("/coop/certificates/new", data=told | {field: typed})
    assert answer.status_code == 422
    assert "<title>Lỗi:" in answer.text
    assert 'value="ISO 22000:2018"' in answer.text
    if said:
        assert f'id="{field}-e"' in answer.text
        assert said in answer.text
    assert acts(session) == []


def test_one_number_of_one_body_is_one_certificate(manager, session, told):
    assert manager.post("/coop/certificates/new", data=told).status_code == 303
    again = manager.post("/coop/certificates/new", data=told)
    assert again.status_code == 422
    assert "đã có chứng nhận mang số THU-FSMS-0009" in again.text
    assert acts(session) == ["added_certificate"]


def test_a_body_that_is_not_listed_is_written_down_once(manager, session, told):
    other = told | {"body": "new", "body_name": "Trung tâm Chứng nhận Khác"}
    assert manager.post("/coop/certificates/new", data=other).status_code == 303
    more = other | {"number": "THU-2", "body_name": "trung tâm  chứng nhận KHÁC"}
    assert manager.post("/coop/certificates/new", data=more).status_code == 303
    assert len(look(session, select(PartyName).where(PartyName.folded == "trung tam chung nhan khac"))) == 1
    assert acts(session) == ["added_body", "added_certificate", "added_certificate"]


def test_a_body_of_another_cooperative_is_not_listed(manager, rival, session, told):
    manager.post("/coop/certificates/new", data=told | {"body": "new", "body_name": "Chỉ mình tôi biết"})
    assert "Chỉ mình tôi biết" in manager.get("/coop/certificates/new").text
    assert "Chỉ mình tôi biết" not in rival.get("/coop/certificates/new").text


def test_an_odd_vietgap_number_is_a_warning_and_no_refusal(manager, session, told):
    session.query(Scheme).filter_by(code="vietgap").one().number_shape = "VietGAP-[A-Z]{2}-[0-9-]+"
    session.commit()
    answer = manager.post("/coop/certificates/new", data=told | {"scheme": "vietgap"}, follow_redirects=True)
    assert "dạng khác số thường gặp" in answer.text


def test_a_standard_of_another_scheme_is_a_warning_and_no_refusal(manager, session, told):
    answer = manager.post("/coop/certificates/new", data=told | {"scheme": "iso_9001"}, follow_redirects=True)
    assert "ISO 22000:2018 là tiêu chuẩn của chương trình chứng nhận “ISO 22000”" in answer.text
    right = manager.post("/coop/certificates/new", data=told | {"number": "N-2"}, follow_redirects=True)
    assert "là tiêu chuẩn của chương trình chứng nhận" not in right.text


def test_a_scan_is_kept_as_it_came_and_given_as_a_file(manager, session, certificate, paper, app):
    answer = send(manager, certificate, paper, "../../Giấy chứng nhận.pdf")
    assert answer.status_code == 303
    kept = look(session, select(StoredFile))[0]
    assert kept.sha256 == hashlib.sha256(paper).hexdigest()
    assert (kept.media_type, kept.inline) == ("application/pdf", False)
    assert kept.first_name == "Giấy chứng nhận.pdf"
    assert app.extensions["storage"].get(kept.sha256) == paper
    file = manager.get(f"{certificate}/evidence/{kept.sha256}")
    assert file.data == paper
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in file.headers["Content-Security-Policy"]
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert manager.get(f"{certificate}/evidence/{'0' * 64}").status_code == 404


def test_the_same_scan_twice_is_one(manager, session, certificate, paper):
    send(manager, certificate, paper)
    send(manager, certificate, paper, "khác tên.pdf")
    assert acts(session) == ["added_certificate", "added_evidence"]


def test_a_photo_of_the_paper_is_evidence_too(manager, session, certificate, photo):
    assert send(manager, certificate, photo, "anh.pdf").status_code == 303
    assert look(session, select(StoredFile.media_type)) == ["image/jpeg"]


def test_a_wrong_scan_can_be_taken_away_before_sending(manager, session, certificate, paper):
    send(manager, certificate, paper)
    sha256 = hashlib.sha256(paper).hexdigest()
    for _ in range(2):
        assert manager.post(f"{certificate}/evidence/{sha256}/remove").status_code == 303
    assert acts(session) == ["added_certificate", "added_evidence", "removed_evidence"]


def with_script(pdf):
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def with_page_action(pdf):
    pdf.pages[0].obj.AA = pikepdf.Dictionary(O=pikepdf.Dictionary(S=pikepdf.Name.GoTo))


def with_launch(pdf):
    start = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe")
    pdf.pages[0].obj.Annots = pikepdf.Array([pikepdf.Dictionary(Subtype=pikepdf.Name.Link, A=start)])


def with_file_inside(pdf):
    pdf.attachments["virus.exe"] = b"MZ"


def with_form(pdf):
    pdf.Root.AcroForm = pikepdf.Dictionary(XFA=pikepdf.String("<xdp/>"))


def with_names(pdf):
    pdf.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=pikepdf.Array([])))


def with_many_pages(pdf):
    for _ in range(60):
        pdf.add_blank_page()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (with_script, "tự chạy"), (with_page_action, "tự chạy"), (with_launch, "tự chạy"),
        (with_file_inside, "tự chạy"), (with_form, "tự chạy"), (with_names, "tự chạy"),
        (with_many_pages, "có 61 trang"),
    ],
)  # fmt: skip
def test_a_pdf_that_can_do_anything_is_refused(manager, session, certificate, make_paper, change, said):
    for saving in ({}, {"object_stream_mode": pikepdf.ObjectStreamMode.generate}):
        answer = send(manager, certificate, make_paper(change, **saving))
        assert answer.status_code == 422
        assert 'id="evidence-e"' in answer.text
        assert said in answer.text
    assert acts(session) == ["added_certificate"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7 and then nothing", "Không đọc được tệp PDF"),
        (b"MZ" + b"\0" * 100, "Chỉ nhận PDF"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Chỉ nhận PDF"),
        (b" %PDF-1.4", "Chỉ nhận PDF"),
        (b"GIF89a", "Chỉ nhận PDF"),
        (b"\xff\xd8\xff broken", "Không đọc được tệp này như một bức ảnh"),
    ],
    ids=["empty pdf", "program", "svg", "late header", "gif", "broken jpeg"],
)
def test_a_file_that_is_no_paper_is_refused(manager, session, certificate, content, said):
    answer = send(manager, certificate, content)
    assert answer.status_code == 422
    assert said in answer.text
    assert acts(session) == ["added_certificate"]


@pytest.mark.parametrize("locks", [{"owner": "secret", "user": "secret"}, {"owner": "secret", "user": ""}])
def test_a_locked_pdf_is_refused(manager, certificate, make_paper, locks):
    answer = send(manager, certificate, make_paper(encryption=pikepdf.Encryption(**locks)))
    assert answer.status_code == 422
    assert "có mật khẩu hoặc bị khóa" in answer.text


def test_a_harmless_link_and_a_start_page_pass(manager, certificate, make_paper):
    def plain(pdf):
        pdf.Root.OpenAction = pikepdf.Array([pdf.pages[0].obj, pikepdf.Name.Fit])
        link = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://example.com")
        pdf.pages[0].obj.Annots = pikepdf.Array([pikepdf.Dictionary(Subtype=pikepdf.Name.Link, A=link)])

    assert send(manager, certificate, make_paper(plain)).status_code == 303


def test_one_bad_file_of_two_keeps_neither(manager, session, told, paper):
    files = [(BytesIO(paper), "a.pdf"), (BytesIO(b"MZ"), "b.pdf")]
    answer = manager.post("/coop/certificates/new", data=told | {"evidence": files})
    assert answer.status_code == 422
    assert acts(session) == []
    assert look(session, select(StoredFile)) == []


def test_sending_needs_a_scan_and_happens_once(manager, session, certificate, paper):
    refused = manager.post(f"{certificate}/submit")
    assert refused.status_code == 422
    assert "gửi kèm bản chụp" in refused.text
    assert f'action="{certificate}/submit#errors"' in refused.text  # what is wrong stands far below
    assert "(không bắt buộc)" not in refused.text
    send(manager, certificate, paper)
    assert manager.get(f"{certificate}/submit").status_code == 405
    for _ in range(2):
        assert manager.post(f"{certificate}/submit").status_code == 303
    assert acts(session) == ["added_certificate", "added_evidence", "submitted_certificate"]
    assert only(session).record_state is RecordState.SUBMITTED


def test_what_was_sent_is_not_changed(manager, session, certificate, paper, told):
    send(manager, certificate, paper)
    manager.post(f"{certificate}/submit")
    assert manager.get(f"{certificate}/edit").status_code == 409
    assert manager.post(f"{certificate}/edit", data=told | {"number": "X"}).status_code == 409
    assert send(manager, certificate, b"%PDF-").status_code in {409, 422}
    scan = hashlib.sha256(paper).hexdigest()
    assert manager.post(f"{certificate}/evidence/{scan}/remove").status_code == 409
    assert only(session).number == "THU-FSMS-0009"
    session.commit()


def test_what_came_back_says_why_and_can_be_changed(manager, session, certificate, told):
    one = session.scalars(select(Certificate)).one()
    one.record_state, one.return_reason = RecordState.RETURNED, "Số không khớp với giấy"
    session.commit()
    assert "Tỉnh ghi: Số không khớp với giấy" in manager.get(certificate).text
    assert "Số không khớp với giấy" in manager.get("/coop/").text
    version = only(session).version
    session.commit()
    assert 'value="01/10/2026"' in manager.get(f"{certificate}/edit").text
    assert manager.post(f"{certificate}/edit", data=told | {"number": "THU-FSMS-0010"}).status_code == 303
    changed = only(session)
    assert (changed.number, changed.version > version) == ("THU-FSMS-0010", True)


def test_subjects_are_the_holders_own(manager, session, certificate, told, cast, now):
    theirs = factories.make_trade_item(session, cast.rival_id, now, gtin="09520009020010")
    place = factories.make_place(session, cast.cooperative_id, cast.unit_id, now)
    session.commit()
    ours = told | {"trade_items": [told["trade_items"], theirs.public_id], "places": place.public_id}
    assert manager.post(f"{certificate}/edit", data=ours).status_code == 303
    kinds = [(row.trade_item_id is not None, row.place_id is not None) for row in only(session).subjects]
    session.commit()
    assert kinds == [(True, False), (False, True)]


@pytest.mark.parametrize(
    ("method", "end"),
    [
        ("get", ""), ("get", "/edit"), ("post", "/edit"), ("post", "/submit"), ("post", "/evidence"),
        ("get", f"/evidence/{'0' * 64}"), ("post", f"/evidence/{'0' * 64}/remove"),
    ],
)  # fmt: skip
def test_a_strangers_certificate_does_not_exist(rival, session, certificate, method, end):
    before = acts(session)
    for path in (certificate, "/coop/certificates/ZZZZZZZZ"):
        assert getattr(rival, method)(path + end).status_code == 404
    assert acts(session) == before
