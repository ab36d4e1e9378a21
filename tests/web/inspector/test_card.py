"""The box and the card: whatever is typed or photographed, an inspector sees the certificate as it stands."""

from datetime import date
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image, ImageFilter
from sqlalchemy import select
from sqlalchemy import text as sql

from tests import factories
from tests.conftest import DATABASE
from tests.web.looking import text_of
from traceapp.domain.certificates import DecisionKind, RecordState
from traceapp.domain.identifiers import Gtin
from traceapp.domain.parties import PartyState
from traceapp.domain.serials import mint, shown
from traceapp.models import (
    CertificateDecision,
    CertificateEvidence,
    JournalEntry,
    Party,
    Restriction,
    StoredFile,
)
from traceapp.storage import evidence_key


@pytest.fixture
def scene(app, session, cast, now):
    """A lot with stamps and a certificate that has one file."""
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    place = factories.make_place(session, cast.cooperative_id, cast.unit_id, now)
    lot = factories.make_lot(session, item, now, place=place)
    run = factories.make_run(session, cast, now, item, lot)
    certificate = factories.make_certificate(session, cast, now, item)
    sha256 = app.extensions["storage"].put(b"%PDF-1.7 demo")
    session.add(StoredFile(sha256=sha256, size=13, media_type="application/pdf", first_name="chứng nhận.pdf",
                           uploaded_by_id=cast.manager.account_id, uploaded_at=now))  # fmt: skip
    session.flush()
    certificate.evidence.append(CertificateEvidence(sha256=sha256, created_at=now))
    session.commit()
    [serial] = mint(app.extensions["serial_keys"][0], Gtin(item.gtin), first=0, count=1)
    return {
        "item": item,
        "lot": lot,
        "run": run,
        "certificate": certificate,
        "sha256": sha256,
        "serial": serial,
    }


@pytest.fixture
def minh(browser_of, cast):
    return browser_of(cast.inspector)


def look(browser, text):
    return browser.get("/inspect", query_string={"q": text}, follow_redirects=True)


@pytest.mark.parametrize(
    "typed", ["DEMO-FSMS-0001", "demo fsms 0001", "  demofsms0001", "DEMO–FSMS.0001", "Demo/Fsms/0001"]
)
def test_a_certificate_number_is_found_however_it_is_typed(minh, scene, typed):
    told = text_of(look(minh, typed))
    assert "Hôm nay: còn hiệu lực" in told
    assert "DEMO-FSMS-0001" in told


@pytest.mark.parametrize(
    "form",
    [
        "{serial}",
        "{lower}",
        "{fours}",
        "https://txng.langson.gov.vn/01/09520009010011/21/{serial}",
        "HTTPS://TXNG.LANGSON.GOV.VN/01/09520009010011/21/{serial}",
        "(01)09520009010011(21){serial}",
    ],
)
def test_a_stamp_opens_the_card_on_its_production_day(minh, scene, form):
    serial = scene["serial"]
    told = text_of(look(minh, form.format(serial=serial, lower=serial.lower(), fours=shown(serial))))
    assert "Ngày 05/09/2026: còn hiệu lực Ngày sản xuất lô L260905A" in told
    assert "Không thấy mâu thuẫn" in told
    assert "Xưởng Thử" in told


@pytest.mark.parametrize(
    "typed", ["9520009010011", "09520009010011", "952 0009 01001 1", "l260905a", "L 2609-05 a"]
)
def test_a_gtin_and_a_lot_code_lead_to_the_card(minh, scene, typed):
    assert "DEMO-FSMS-0001" in text_of(look(minh, typed))


def test_a_registry_number_is_tried_where_eight_digits_are_no_gtin(minh, scene, session, cast, now):
    factories.make_trade_item(session, cast.cooperative_id, now, gtin=None, registry_number="00000017",
                              name_vi="Hồi khô Thử")  # fmt: skip
    session.commit()
    assert "Hồi khô Thử" in text_of(look(minh, "00000017"))


def test_a_code_never_issued_is_said_to_be_so(minh, scene):
    strange = scene["serial"][:-1] + ("0" if scene["serial"][-1] != "0" else "2")
    told = text_of(look(minh, strange))
    assert "Nếu đây là mã in trên tem: hệ thống chưa từng cấp mã này." in told
    told = text_of(look(minh, f"https://txng.langson.gov.vn/01/09520009010011/21/{strange}"))
    assert "Hệ thống chưa từng cấp mã tem này" in told


def test_a_true_code_on_an_address_of_another_host_is_warned_of(minh, scene):
    path = f"/01/09520009010011/21/{scene['serial']}"
    told = text_of(look(minh, f"https://txng-langson.vn{path}"))
    assert "Địa chỉ vừa nhập là của txng-langson.vn, không phải của hệ thống" in told
    assert "Không thấy mâu thuẫn" in told
    assert "không phải của hệ thống" not in text_of(look(minh, f"HTTPS://TXNG.LANGSON.GOV.VN{path}"))


def test_a_name_is_looked_for_where_names_are_known(minh, scene):
    assert 'href="/?q=HTX+M%E1%BA%ABu"' in look(minh, "HTX Mẫu").text


def test_a_number_nobody_handed_in_has_four_causes(minh, scene):
    told = text_of(look(minh, "KHONG-CO-SO-NAY-99"))
    for cause in ("Chưa tải lên", "Bảo mật", "Đã gỡ", "Gõ sai"):
        assert cause in told


def test_a_wrong_check_digit_is_named(minh, scene):
    assert "đúng ra là 1" in text_of(look(minh, "9520009010012"))


def test_part_of_a_number_offers_those_that_hold_it(minh, scene):
    told = text_of(look(minh, "FSMS-0001"))
    assert "Có số gần giống" in told
    assert "DEMO-FSMS-0001" in told


def test_the_same_number_at_two_bodies_is_shown_twice(minh, scene, session, cast, now):
    other = factories.make_certificate(session, cast, now, scene["item"], body_id=cast.rival_id)
    session.commit()
    told = text_of(look(minh, "DEMO-FSMS-0001"))
    assert "X7" in told
    assert told.count("DEMO-FSMS-0001") >= 2
    assert "X7" in text_of(minh.get(f"/inspect/certificates/{other.public_id}"))


def test_a_right_to_left_text_is_refused_beside_the_box(minh, scene):
    answer = look(minh, "DEMO\u202e-FSMS")
    assert answer.status_code == 422
    assert "đổi chiều chữ" in text_of(answer)


def test_a_draft_is_nobodys_business_and_a_submitted_one_is_not_approved(minh, scene, session):
    certificate = scene["certificate"]
    certificate.record_state, certificate.approved_by_id = RecordState.SUBMITTED, None
    session.commit()
    assert "chưa được tỉnh duyệt" in text_of(look(minh, "DEMO-FSMS-0001"))
    certificate.record_state = RecordState.DRAFT
    session.commit()
    assert "Nếu đây là số chứng nhận" in text_of(look(minh, "DEMO-FSMS-0001"))
    assert minh.get(f"/inspect/certificates/{certificate.public_id}").status_code == 404


def test_a_suspension_shows_today_and_not_on_the_production_day(minh, scene, session, cast, now):
    session.add(CertificateDecision(certificate_id=scene["certificate"].id, sequence=1,
        kind=DecisionKind.SUSPENSION, from_on=date(2026, 10, 1), reason="Không đánh giá giám sát",
        recorded_by_id=cast.officer.account_id, created_at=now))  # fmt: skip
    session.commit()
    told = text_of(look(minh, scene["serial"]))
    assert "Hôm nay: đình chỉ" in told
    assert "Ngày 05/09/2026: còn hiệu lực" in told
    assert "X2" in told
    assert "Không đánh giá giám sát" in told


def test_a_chosen_day_is_judged(minh, scene):
    page = f"/inspect/certificates/{scene['certificate'].public_id}"
    assert "Ngày 10/06/2028: đã hết hạn" in text_of(minh.get(f"{page}?on=10/06/2028"))
    answer = minh.get(f"{page}?on=31/02/2026")
    assert answer.status_code == 422
    assert "Lỗi:" in text_of(answer)
    assert "Không có ngày 31/02/2026" in text_of(answer)


def test_goods_outside_the_scope_are_marked(minh, scene, session, cast, now):
    item = factories.make_trade_item(session, cast.rival_id, now, gtin="09520009020010", name_vi="Rượu khác")
    lot = factories.make_lot(session, item, now, code="KHAC1", made_on=date(2020, 1, 1))
    session.commit()
    told = text_of(minh.get(f"/inspect/certificates/{scene['certificate'].public_id}?lot={lot.public_id}"))
    for code in ("X4", "X6", "X10"):
        assert code in told
    assert "✕ Không" in told
    assert "Khác tên" in told


def test_the_chain_is_told_in_words(minh, scene, session, cast, now):
    page = f"/inspect/certificates/{scene['certificate'].public_id}"
    assert "Chưa có dữ liệu công nhận của tổ chức chứng nhận này." in text_of(minh.get(page))
    held = factories.make_accreditation(session, cast.body_id, now, valid_until=date(2026, 1, 1))
    session.commit()
    told = text_of(minh.get(page))
    assert "được công nhận vào ngày cấp" in told
    assert "được BoA công nhận cho phạm vi FSMS: số DEMO-ACC-001" in told
    assert "Công nhận DEMO-ACC-001 hết hạn ngày 01/01/2026, sau ngày cấp." in told
    assert "X9" in told
    held.valid_until = date(2025, 6, 9)
    session.commit()
    told = text_of(minh.get(page))
    assert "không được công nhận vào ngày cấp" in told
    assert "Công nhận DEMO-ACC-001 đã hết hạn ngày 09/06/2025, trước ngày cấp 10/06/2025." in told


def test_a_file_altered_on_disk_says_so_and_the_check_is_journalled(app, minh, scene, session):
    page = f"/inspect/certificates/{scene['certificate'].public_id}"
    assert "Tệp còn nguyên vẹn" in text_of(minh.get(page))
    path = app.extensions["storage"].folder / evidence_key(scene["sha256"])
    path.chmod(0o644)
    path.write_bytes(b"%PDF-1.7 fake")
    told = text_of(minh.post(f"{page}/rehash", follow_redirects=True))
    assert "Đã băm lại: tệp đã thay đổi." in told
    assert "X8" in told
    [entry] = session.scalars(select(JournalEntry).where(JournalEntry.act == "checked_evidence")).all()
    assert b'"intact":false' in entry.body
    assert minh.get(f"{page}/rehash").status_code == 405


def test_evidence_is_a_download_in_a_sandbox(minh, scene, passer_by):
    address = f"/inspect/certificates/{scene['certificate'].public_id}/evidence/{scene['sha256']}"
    answer = minh.get(address)
    assert answer.data == b"%PDF-1.7 demo"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert passer_by.get(address).status_code == 303
    assert minh.get(address[:-1] + "0").status_code == 404


def test_evidence_that_is_gone_is_told(app, minh, scene):
    (app.extensions["storage"].folder / evidence_key(scene["sha256"])).unlink()
    page = f"/inspect/certificates/{scene['certificate'].public_id}"
    assert "Tệp đã thay đổi" in text_of(minh.get(page))
    assert minh.get(f"{page}/evidence/{scene['sha256']}").status_code == 404


def test_a_product_without_a_certificate_says_what_a_mark_on_its_label_would_mean(minh, session, cast, now):
    factories.make_trade_item(session, cast.cooperative_id, now)
    session.commit()
    told = text_of(look(minh, "9520009010011"))
    assert "Chưa có chứng nhận nào" in told
    assert "X11" in told


@pytest.mark.parametrize("who", ["manager", "rival"])
@pytest.mark.parametrize("where", ["", "/goods?q=x", "/certificates/{id}"])
def test_cooperatives_do_not_find_this_door(browser_of, cast, scene, who, where):
    where = where.format(id=scene["certificate"].public_id)
    assert browser_of(getattr(cast, who)).get(f"/inspect{where}").status_code == 404


@pytest.mark.parametrize("who", ["inspector", "officer", "body_officer"])
def test_three_audiences_may_look_up(browser_of, cast, scene, who):
    assert "còn hiệu lực" in text_of(look(browser_of(getattr(cast, who)), "DEMO-FSMS-0001"))


def photo_of(text, form, *, angle=0, blur=0.0, scale=6):
    """A symbol on a table, photographed."""
    symbol = zxingcpp.create_barcode(text, form)
    paper = Image.fromarray(symbol.to_image(scale=scale)).convert("RGB")
    table = Image.new("RGB", (paper.width * 2, paper.width * 2), "#b9a58a")
    table.paste(paper, (paper.width // 2, paper.width // 2))
    picture = table.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor="#b9a58a")
    file = BytesIO()
    picture.filter(ImageFilter.GaussianBlur(blur)).save(file, "JPEG", quality=70)
    file.seek(0)
    return file


@pytest.mark.parametrize(("angle", "blur"), [(0, 0), (17, 0), (33, 1.0), (90, 2.0), (200, 1.5)])
def test_a_photo_of_a_stamp_opens_its_card(app, minh, scene, angle, blur):
    uri = f"HTTPS://TXNG.LANGSON.GOV.VN/01/09520009010011/21/{scene['serial']}"
    photo = photo_of(uri, zxingcpp.BarcodeFormat.QRCode, angle=angle, blur=blur)
    answer = minh.post("/inspect", data={"q": "", "photo": (photo, "x.jpg")}, follow_redirects=True)
    assert "Ngày sản xuất lô L260905A" in text_of(answer)
    assert [path for path in app.extensions["storage"].folder.rglob("*") if path.is_file()] == [
        app.extensions["storage"].folder / evidence_key(scene["sha256"])
    ]


@pytest.mark.parametrize(("angle", "blur"), [(0, 0), (20, 0.8), (180, 1.5)])
def test_a_photo_of_an_ean_opens_the_product(minh, scene, angle, blur):
    photo = photo_of("9520009010011", zxingcpp.BarcodeFormat.EAN13, angle=angle, blur=blur)
    answer = minh.post("/inspect", data={"photo": (photo, "x.jpg")}, follow_redirects=True)
    assert "Rượu men lá Thử" in text_of(answer)


@pytest.mark.parametrize("content", [b"", b"<svg/>", b"\xff\xd8\xff\xe0 half a picture"])
def test_what_is_no_picture_is_refused_beside_the_box(minh, content):
    answer = minh.post("/inspect", data={"photo": (BytesIO(content), "x.jpg")})
    assert answer.status_code == 422
    assert "Lỗi:" in text_of(answer)


def test_a_picture_without_a_code_asks_for_another(minh):
    file = BytesIO()
    Image.new("RGB", (300, 300), "#b9a58a").save(file, "PNG")
    file.seek(0)
    answer = minh.post("/inspect", data={"q": "", "photo": (file, "x.png")})
    assert answer.status_code == 422
    assert "Không đọc được mã nào trong ảnh" in text_of(answer)


def test_an_inspector_holds_a_lot_from_the_card(minh, passer_by, scene, session):
    lot, serial = scene["lot"], scene["serial"]
    page = f"/inspect/certificates/{scene['certificate'].public_id}?q={serial}"
    assert "Xác nhận tạm dừng" in text_of(minh.get(page))
    answer = minh.post(f"/inspect/lots/{lot.public_id}/hold", data={"reason": "wrong_label", "back": page})
    assert (answer.status_code, answer.location) == (303, page)
    told = text_of(minh.get(page))
    assert "Lô L260905A đang tạm dừng lưu thông" in told
    assert "Xác nhận tạm dừng" not in told
    again = minh.post(f"/inspect/lots/{lot.public_id}/hold", data={"reason": "wrong_label"})
    assert again.status_code == 422
    assert "đang tạm dừng từ" in text_of(again)
    assert len(session.scalars(select(Restriction)).all()) == 1


def test_a_hold_needs_a_reason_a_lot_and_a_holder(browser_of, cast, minh, scene, session):
    address = f"/inspect/lots/{scene['lot'].public_id}/hold"
    assert minh.post(address, data={}).status_code == 422
    assert minh.post(address, data={"reason": "because"}).status_code == 422
    assert minh.get(address).status_code == 405
    assert minh.post("/inspect/lots/NOSUCH00/hold", data={"reason": "wrong_label"}).status_code == 404
    for who in (cast.manager, cast.rival, cast.body_officer):
        assert browser_of(who).post(address, data={"reason": "wrong_label"}).status_code == 404
    assert session.scalars(select(Restriction)).all() == []


def test_a_hold_goes_back_to_no_other_site(minh, scene):
    answer = minh.post(
        f"/inspect/lots/{scene['lot'].public_id}/hold",
        data={"reason": "complaint", "back": "//evil.example/inspect/"},
    )
    assert answer.location == "/inspect"


def test_a_recall_is_proposed_once(minh, scene, session):
    address = f"/inspect/lots/{scene['lot'].public_id}/recall"
    answer = minh.post(address, data={"r-reason": "safety_doubt", "r-decision_number": "12/QĐ"})
    assert answer.status_code == 303
    assert minh.post(address, data={"r-reason": "safety_doubt"}).status_code == 422
    [recall] = session.scalars(select(Restriction)).all()
    assert (recall.confirmed_by_id, recall.decision_number) == (None, "12/QĐ")


def test_an_inspector_of_a_party_holds_nothing_of_it(minh, scene, session, cast):
    party = session.get(Party, cast.authority_id)
    scene["item"].party_id = party.id
    session.commit()
    answer = minh.post(f"/inspect/lots/{scene['lot'].public_id}/hold", data={"reason": "complaint"})
    assert answer.status_code == 422
    assert "không được xét hồ sơ của đơn vị" in text_of(answer)


def test_a_bodys_officer_finds_no_goods_that_are_not_published(browser_of, cast, minh, scene, session):
    officer, addresses = browser_of(cast.body_officer), [
        f"/inspect/goods?lot={scene['lot'].public_id}",
        f"/inspect/goods?q=(01){scene['item'].gtin}(10){scene['lot'].code}",
    ]  # fmt: skip
    session.get_one(Party, cast.cooperative_id).state = PartyState.SUBMITTED
    session.commit()
    assert [officer.get(one).status_code for one in addresses] == [200, 200]  # its own certificate's goods
    session.delete(scene["certificate"])
    session.commit()
    assert [officer.get(one).status_code for one in addresses] == [404, 404]
    assert scene["item"].name_vi not in text_of(look(officer, scene["lot"].code))
    assert [minh.get(one).status_code for one in addresses] == [200, 200]


@pytest.mark.skipif(DATABASE == "postgresql", reason="a table that is gone is another fault there")
def test_a_registry_that_cannot_be_read_is_503_in_every_room(minh, passer_by, session):
    session.execute(sql("ALTER TABLE membership RENAME TO gone"))
    session.execute(sql("ALTER TABLE party_name RENAME TO gone_too"))
    session.commit()
    page = minh.get("/inspect")
    assert (page.status_code, page.headers["Retry-After"]) == (503, "30")
    assert "KHÔNG phải kết luận" in text_of(page)
    problem = passer_by.get("/api/v1/parties")
    assert (problem.status_code, problem.content_type) == (503, "application/problem+json")
    assert problem.get_json()["code"] == "cannot_tell"
    assert minh.get("/").status_code == 200  # a public page asks nobody who he is
