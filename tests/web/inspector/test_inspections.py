"""A field record through the browser's forms: every step kept, closed once, printed, its code read back."""

import hashlib
import re
import subprocess
import unicodedata
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from labels import fonts as print_fonts
from tests import factories
from tests.labels.eyes import decoded
from tests.web.looking import acts, look, text_of
from tests.web.public.scene import HOST
from traceapp.domain.identifiers import Gtin
from traceapp.domain.permissions import Role
from traceapp.domain.serials import mint
from traceapp.models import Inspection, Party, Restriction


@pytest.fixture
def minh(browser_of, cast):
    return browser_of(cast.inspector)


@pytest.fixture
def goods(app, session, cast, now):
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    lot = factories.make_lot(session, item, now)
    run = factories.make_run(session, cast, now, item, lot)
    certificate = factories.make_certificate(session, cast, now, item)
    session.commit()
    [serial] = mint(app.extensions["serial_keys"][0], Gtin(item.gtin), first=0, count=1)
    return {"item": item, "lot": lot, "run": run, "certificate": certificate, "serial": serial}


@pytest.fixture
def begun(minh):
    def begin(**told):
        answer = minh.post("/inspect/inspections", data=told)
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return answer.headers["Location"]

    return begin


def row_of(session):
    """The newest record with all that belongs to it; the session is done with afterwards."""
    row = look(session, select(Inspection).order_by(Inspection.id.desc()))[0]
    assert row.items is not None
    assert row.photos is not None
    session.commit()
    return row


def photo(side=40, kind="JPEG"):
    file = BytesIO()
    Image.new("RGB", (side, side), "#a63").save(file, kind)
    return file.getvalue()


def fill(minh, page, *, signs="yes", **more):
    steps = {
        "place": {"site_name": "Quầy 7", "commune": "xã Thử Nghiệm", "address": "Chợ Thử"},
        "people": {"seller_name": "Bà Thử", "leader_name": "Minh"},
        "result": {"result": "non_conformant", "findings": "Nhãn thiếu xuất xứ"},
        "signing": {"signs": signs, **more},
    }
    for step, told in steps.items():
        assert minh.post(f"{page}/{step}", data={"version": "1", **told}).status_code == 303


def closed(minh, page):
    answer = minh.post(f"{page}/close", data={})
    assert answer.status_code == 303, text_of(answer)


# ----- beginning and the steps


def test_from_the_card_of_goods_to_a_record_of_that_lot(minh, goods, begun, session):
    assert "Ghi nhận kiểm tra" in text_of(minh.get(f"/inspect/goods?lot={goods['lot'].public_id}"))
    page = begun(lot=goods["lot"].public_id, certificate=goods["certificate"].public_id)
    told = text_of(minh.get(page))
    assert "lô L260905A" in told
    assert "chứng nhận DEMO-FSMS-0001" in told
    assert begun(lot=goods["lot"].public_id, certificate=goods["certificate"].public_id) == page


def test_from_a_stamp_to_a_record_of_it(minh, goods, begun):
    page = begun(q=f"https://txng.langson.gov.vn/01/09520009010011/21/{goods['serial']}")
    assert f"tem {goods['serial'][:4]}-" in text_of(minh.get(page))


def test_every_step_leads_to_the_next_and_the_last_to_the_record(minh, begun, session):
    page = begun()
    for step, onward in (
        ("place", "people"),
        ("people", "goods"),
        ("checklist", "photos"),
        ("result", "signing"),
    ):
        assert minh.get(f"{page}/{step}").status_code == 200
        assert minh.post(f"{page}/{step}", data={}).headers["Location"] == f"{page}/{onward}"
    assert minh.post(f"{page}/signing", data={"signs": "yes"}).headers["Location"] == page
    assert minh.post(f"{page}/goods", data={"named": "Rượu"}).headers["Location"] == f"{page}/goods"
    assert "Rượu" in text_of(minh.get(f"{page}/goods"))


def test_a_draft_says_when_it_was_saved_and_keeps_what_was_typed(minh, begun):
    page = begun()
    minh.post(f"{page}/place", data={"commune": "phường Đông Kinh"})
    told = minh.get(f"{page}/place").get_data(as_text=True)
    assert 'value="phường Đông Kinh"' in told
    assert "Đã lưu nháp" in told


def test_a_field_that_cannot_be_read_is_told_beside_it_and_nothing_typed_is_lost(minh, begun):
    page = begun()
    answer = minh.post(f"{page}/place", data={"commune": "xã Gõ", "began_time": "25 giờ", "latitude": "21,8"})
    told = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "<title>Lỗi:" in told
    assert 'aria-describedby="began_time-e"' in told
    assert 'value="xã Gõ"' in told
    assert 'value="25 giờ"' in told


def test_goods_are_changed_and_taken_out(minh, begun, session, goods):
    page = begun()
    minh.post(f"{page}/goods", data={"named": "Hồi", "quantity": "1.000", "unit": "KGM"})
    assert "1.000" in minh.get(f"{page}/goods/1").get_data(as_text=True)
    assert minh.post(f"{page}/goods/1", data={"named": "Hồi khô", "version": "2"}).status_code == 303
    assert "Hồi khô" in text_of(minh.get(page))
    for _ in range(2):
        assert minh.post(f"{page}/goods/1/remove", data={"version": "3"}).status_code == 303
    assert minh.get(f"{page}/goods/1").status_code == 404
    assert row_of(session).version == 4


def test_goods_changed_since_the_page_was_made_stay_and_the_page_says_what_changed(minh, begun, session):
    page = begun()
    minh.post(f"{page}/goods", data={"named": "Hồi", "quantity": "5", "unit": "KGM"})
    [removal] = re.findall(r'<form method="post" action="[^"]*/goods/1/remove">.*?</form>',
                           minh.get(f"{page}/goods").get_data(as_text=True))  # fmt: skip
    stale = dict(re.findall(r'name="([a-z_]+)" value="([^"]*)"', removal))
    minh.post(f"{page}/goods/1", data={"named": "Hồi", "quantity": "7", "unit": "KGM", "version": "2",
                                       "finding": "non_conformant"})  # fmt: skip
    refused = minh.post(f"{page}/goods/1/remove", data=stale)
    told = text_of(refused)
    assert refused.status_code == 409
    assert "Số lượng Trang của bạn: 5 Bản đã lưu: 7" in told
    assert "Nhận xét Trang của bạn: – Bản đã lưu: Không đạt" in told
    assert "Tên hàng Trang của bạn" not in told
    assert [one.named for one in row_of(session).items] == ["Hồi"]
    again = dict(re.findall(r'name="([a-z_]+)" value="([^"]*)"', refused.get_data(as_text=True)))
    assert minh.post(f"{page}/goods/1/remove", data=again).status_code == 303
    assert row_of(session).items == []


def test_two_who_edit_one_step_see_both_versions(minh, begun, session):
    page = begun()
    minh.post(f"{page}/result", data={"version": "1", "findings": "Chữ của máy một"})
    answer = minh.post(
        f"{page}/result", data={"version": "1", "findings": "Chữ của máy hai", "result": "unclear"}
    )
    told = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Chữ của máy hai</textarea>" in told.replace("\r\n", "")
    assert "Bản đã lưu:</b> Chữ của máy một" in told
    version = re.search(r'name="version"[^>]*value="([0-9]+)"', told)[1]
    assert (
        minh.post(f"{page}/result", data={"version": version, "findings": "Chữ của máy hai"}).status_code
        == 303
    )
    assert row_of(session).findings == "Chữ của máy hai"


def test_a_step_sent_twice_under_one_key_is_one_and_answered_alike(minh, begun, session):
    page = begun()
    asking = {
        "data": {"named": "Rượu", "version": "1", "key": "a1b2"},
        "headers": {"Accept": "application/json"},
    }
    first, again = (minh.post(f"{page}/goods", **asking) for _ in range(2))
    assert first.get_json() == again.get_json() == {"version": 2, "next": f"{page}/goods"}
    assert len(row_of(session).items) == 1
    other = minh.post(f"{page}/goods", data={"named": "Hồi", "version": "1", "key": "a1b2"})
    assert other.status_code == 409
    assert "đã được lưu với nội dung khác" in text_of(other)


# ----- photos


def test_photos_may_be_taken_now_or_have_been_taken_before(minh, begun):
    page = minh.get(f"{begun()}/photos").text
    assert 'accept="image/*"' in page
    assert "capture=" not in page + minh.get("/inspect").text


def test_photos_come_several_at_a_time_and_a_bad_one_takes_no_other_with_it(minh, begun, session):
    page = begun()
    files = [
        (BytesIO(photo(50)), "một.jpg"),
        (BytesIO(b"<svg/>"), "hai.svg"),
        (BytesIO(photo(60, "PNG")), "ba.png"),
    ]
    answer = minh.post(f"{page}/photos", data={"photos": files}, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "hai.svg: Không đọc được tệp này như một bức ảnh." in text_of(answer)
    kept = row_of(session).photos
    assert len(kept) == 2
    assert len(re.findall("<figure", answer.get_data(as_text=True))) == 2
    shown = minh.get(f"{page}/photos/{kept[0].sha256}")
    assert (shown.status_code, shown.content_type) == (200, "image/webp")
    assert hashlib.sha256(shown.data).hexdigest() == kept[0].sha256
    for _ in range(2):
        assert minh.post(f"{page}/photos/{kept[0].sha256}/remove").status_code == 303
    assert minh.get(f"{page}/photos/{kept[0].sha256}").status_code == 404


def test_photos_stand_in_the_order_they_were_chosen_in(minh, begun, session):
    page = begun()
    sides = (70, 50, 60)
    files = [(BytesIO(photo(side)), f"{side}.jpg") for side in sides]
    minh.post(f"{page}/photos", data={"photos": files}, content_type="multipart/form-data")
    shown = re.findall(r'img-fluid rounded" src="([^"]+)"', minh.get(f"{page}/photos").text)
    assert [Image.open(BytesIO(minh.get(one).data)).width for one in shown] == list(sides)


def test_no_photo_chosen_changes_nothing(minh, begun, session):
    page = begun()
    answer = minh.post(f"{page}/photos", data={"photos": (BytesIO(), "")}, content_type="multipart/form-data")
    assert answer.status_code == 303
    assert row_of(session).version == 1


# ----- holding, closing, adding to


def test_a_lot_is_held_from_the_record_and_the_minutes_name_the_hold(minh, goods, begun, session, passer_by):
    page = begun(lot=goods["lot"].public_id)
    form = re.search(r'action="(/inspect/lots/[^"]+/hold)"', minh.get(page).get_data(as_text=True))[1]
    answer = minh.post(form, data={"reason": "wrong_label", "back": page})
    assert answer.headers["Location"] == page
    [hold] = look(session, select(Restriction))
    assert f"Số {hold.public_id}" in text_of(minh.get(page))
    public = passer_by.get(f"/01/09520009010011/21/{goods['serial']}", headers={"Accept": "text/html"})
    assert 'data-verdict="on_hold"' in public.get_data(as_text=True)
    fill(minh, page)
    closed(minh, page)
    assert f"số {hold.public_id}" in text_of(minh.get(page))


def test_what_is_missing_is_listed_with_the_way_there(minh, begun):
    page = begun()
    told = minh.get(page).get_data(as_text=True)
    assert f'href="{page}/result">Xin chọn kết quả kiểm tra.' in told
    assert "Xác nhận đóng biên bản" not in told
    answer = minh.post(f"{page}/close")
    assert answer.status_code == 422
    assert "<title>Lỗi:" in answer.get_data(as_text=True)


def test_before_closing_what_stays_blank_is_named_with_the_way_there(minh, goods, begun, session):
    page = begun(lot=goods["lot"].public_id, certificate=goods["certificate"].public_id)
    fill(minh, page)
    told = minh.get(page).get_data(as_text=True)
    assert "Trên biên bản sẽ còn trống:" in told
    ways = re.findall(r'<a class="go text-break" href="([^"]+)">([^<]+)</a>\s*([^<]+)</li>', told)
    assert [(way, said.strip()) for way, _, said in ways] == [
        (f"{page}/goods/1", "chưa ghi kết quả, chưa ghi số lượng"),
        (f"{page}/goods/2", "chưa ghi kết quả"),  # a certificate is not counted
    ]
    for way, _, _ in ways:
        assert minh.get(way).status_code == 200
    assert told.index("Trên biên bản sẽ còn trống:") < told.index("Xác nhận đóng biên bản")
    for row, one in enumerate(row_of(session).items, 1):
        data = {"named": one.named, "code": one.code, "quantity": "2", "unit": "H87", "finding": "conformant"}
        version = str(row_of(session).version)
        assert minh.post(f"{page}/goods/{row}", data=data | {"version": version}).status_code == 303
    told = minh.get(page).get_data(as_text=True)
    assert "Trên biên bản sẽ còn trống" not in told
    assert "Xác nhận đóng biên bản" in told
    closed(minh, page)


def test_a_record_without_goods_says_so_before_it_closes(minh, begun):
    page = begun()
    fill(minh, page)
    assert f'href="{page}/goods">Chưa ghi mặt hàng nào.' in minh.get(page).get_data(as_text=True)
    closed(minh, page)


def test_a_closed_record_is_shown_and_no_longer_written(minh, begun, session):
    page = begun()
    fill(minh, page)
    closed(minh, page)
    told = text_of(minh.get(page))
    assert "Biên bản BB-2026-" in told
    assert "Hồ sơ còn nguyên vẹn" in told
    assert "Xác nhận bỏ bản nháp" not in told
    assert minh.get(f"{page}/place").headers["Location"] == page
    late = minh.post(f"{page}/place", data={"commune": "xã Muộn"})
    assert late.status_code == 409
    assert "đã đóng nên không sửa được" in text_of(late)
    for path in ("discard", "goods/1/remove", f"photos/{'0' * 64}/remove"):
        assert minh.post(f"{page}/{path}").status_code == 409
    assert minh.post(f"{page}/close").status_code == 303
    assert acts(session).count("closed_inspection") == 1
    record = minh.get(f"{page}/record.json")
    assert hashlib.sha256(record.data).hexdigest() == row_of(session).sha256


def test_a_page_that_was_overtaken_does_not_close_the_record(minh, begun):
    page = begun()
    fill(minh, page)
    answer = minh.post(f"{page}/close", data={"version": "2"})
    assert answer.status_code == 409


def test_a_supplement_names_what_it_adds_to(minh, begun, session):
    page = begun()
    fill(minh, page)
    closed(minh, page)
    number = row_of(session).number
    more = minh.post(f"{page}/supplement").headers["Location"]
    assert minh.post(f"{page}/supplement").headers["Location"] == more
    assert f"Bổ sung cho {number}" in text_of(minh.get(more))
    fill(minh, more)
    closed(minh, more)
    assert f"Biên bản bổ sung {row_of(session).number}" in text_of(minh.get(page))


def test_a_draft_is_thrown_away(minh, begun):
    page = begun()
    assert minh.post(f"{page}/discard").status_code == 303
    assert minh.get(page).status_code == 404
    assert minh.post(f"{page}/discard").status_code == 404


# ----- whose it is


def test_another_inspector_finds_nothing_and_the_province_reads(minh, begun, session, cast, now, browser_of):
    office = session.get(Party, cast.authority_id)
    other = factories.make_person(session, "an@example.com", "An", office, Role.INSPECTOR, now)
    session.commit()
    page = begun()
    minh.post(
        f"{page}/photos", data={"photos": (BytesIO(photo()), "a.jpg")}, content_type="multipart/form-data"
    )
    sha256 = row_of(session).photos[0].sha256
    an, hoa = browser_of(other), browser_of(cast.officer)
    reads = ["", "/minutes.pdf", "/record.json", f"/photos/{sha256}"]
    writes = ["/place", "/goods", "/photos", "/close", "/supplement", "/discard", f"/photos/{sha256}/remove"]
    for path in reads:
        assert an.get(page + path).status_code == 404
        assert hoa.get(page + path).status_code == 200
    for path in writes:
        assert an.post(page + path, data={"commune": "xã Lạ"}).status_code == 404
        assert hoa.post(page + path, data={"commune": "xã Lạ"}).status_code == 404
    assert page not in an.get("/inspect/inspections").get_data(as_text=True)
    assert page in hoa.get("/inspect/inspections").get_data(as_text=True)
    assert "Ghi nhận kiểm tra mới" not in text_of(hoa.get("/inspect/inspections"))
    assert row_of(session).commune is None


@pytest.mark.parametrize(
    "path", ["close", "supplement", "discard", "goods/1/remove", f"photos/{'0' * 64}/remove"]
)
def test_acts_refuse_get(minh, begun, path):
    assert minh.get(f"{begun()}/{path}").status_code in {404, 405}


def test_the_province_and_a_bodys_officer_begin_no_record(browser_of, cast):
    for who in (cast.officer, cast.body_officer, cast.manager):
        assert browser_of(who).post("/inspect/inspections").status_code == 404


# ----- the minutes


def printed(minh, page):
    answer = minh.get(f"{page}/minutes.pdf")
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    return answer.data


def words(pdf, tmp_path):
    (tmp_path / "m.pdf").write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-layout", tmp_path / "m.pdf", "-"], capture_output=True, check=True)
    return done.stdout.decode()


def raster(pdf, tmp_path, page=1, dpi=150):
    (tmp_path / "m.pdf").write_bytes(pdf)
    only = ["-f", str(page), "-l", str(page), "-singlefile"]
    subprocess.run(
        ["pdftoppm", "-gray", "-r", str(dpi), *only, tmp_path / "m.pdf", tmp_path / "m"], check=True
    )
    with Image.open(tmp_path / "m.pgm") as picture:
        import numpy as np

        return np.array(picture)


def test_the_code_on_a_draft_opens_the_record_for_who_writes_it(
    minh, goods, begun, tmp_path, passer_by, session, cast
):
    page = begun(lot=goods["lot"].public_id)
    fill(minh, page)
    pdf = printed(minh, page)
    [address] = decoded(raster(pdf, tmp_path))
    assert address == f"{HOST}{page}"
    path = address.removeprefix(HOST)
    assert row_of(session).public_id in text_of(minh.get(path))
    stranger = passer_by.get(path)
    assert stranger.status_code == 303
    assert "/account/sign-in" in stranger.headers["Location"]
    assert "Quầy 7" not in stranger.get_data(as_text=True)
    asked = passer_by.get(stranger.headers["Location"]).get_data(as_text=True)
    told = {"login": cast.inspector.login, "password": factories.PASSWORD}
    told["next"] = re.search(r'name="next"[^>]*value="([^"]+)"', asked)[1]
    signed = passer_by.post(stranger.headers["Location"], data=told)
    assert signed.headers["Location"].endswith(path)


def test_the_minutes_say_all_of_the_record_and_the_same_record_is_the_same_bytes(
    minh, goods, begun, tmp_path, session, monkeypatch
):
    monkeypatch.setattr(print_fonts, "CHINESE_FILE", tmp_path / "none.ttc")
    page = begun(lot=goods["lot"].public_id)
    minh.post(f"{page}/goods", data={"named": "Rượu không nhãn", "quantity": "12,5", "unit": "LTR",
                                     "price": "80.000", "finding": "non_conformant",
                                     "note": "Can nhựa, 王 <b>"})  # fmt: skip
    minh.post(f"{page}/checklist", data={"label": "no", "papers": "yes", "answers_note": "Hóa đơn mờ"})
    minh.post(
        f"{page}/photos", data={"photos": (BytesIO(photo()), "a.jpg")}, content_type="multipart/form-data"
    )
    fill(minh, page)
    closed(minh, page)
    pdf = printed(minh, page)
    assert printed(minh, page) == pdf
    told = words(pdf, tmp_path)
    row = row_of(session)
    assert unicodedata.is_normalized("NFC", told)
    flat = re.sub(r"\s+", " ", told)
    for said in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "BIÊN BẢN KIỂM TRA",
        f"Số: {row.number}", "Quầy 7", "xã Thử Nghiệm", "Bà Thử", "L260905A", "12,5 lít", "80.000",
        "Nhãn thiếu xuất xứ", "Không đạt", "Hóa đơn mờ", "ĐẠI DIỆN CƠ SỞ", "TRƯỞNG ĐOÀN KIỂM TRA", "02 bản",
        "Trang 1/", f"SHA-256 của hồ sơ: {row.sha256}", "[U+738B] <b>",
    ):  # fmt: skip
        assert said in flat, said
    assert row.photos[0].sha256[:20] in flat
    assert "Mẫu 3" not in flat
    assert "Người bán không ký" not in flat


def test_fonts_are_embedded_and_the_page_is_not_scaled(minh, begun, tmp_path):
    page = begun()
    fill(minh, page)
    closed(minh, page)
    pdf = printed(minh, page)
    (tmp_path / "m.pdf").write_bytes(pdf)
    listed = subprocess.run(["pdffonts", tmp_path / "m.pdf"], capture_output=True, text=True, check=True)
    fonts = listed.stdout.splitlines()[2:]
    assert fonts
    assert all("BeVietnamPro" in line and " yes yes yes " in line for line in fonts)
    assert b"/PrintScaling /None" in pdf
    assert b"/NumCopies 2" in pdf


def test_a_seller_who_does_not_sign_has_a_block_for_who_signs_instead(minh, begun, tmp_path):
    page = begun()
    fill(minh, page, signs="no", refusal_reason="Không đồng ý kết quả", witnesses="Ông Tư\nBà Năm",
         commune_authority="Ông Sáu, UBND xã Thử Nghiệm")  # fmt: skip
    closed(minh, page)
    told = re.sub(r"\s+", " ", words(printed(minh, page), tmp_path))
    for said in ("Người bán không ký", "Không đồng ý kết quả", "ĐẠI DIỆN CHÍNH QUYỀN XÃ", "NGƯỜI CHỨNG KIẾN",
                 "Ông Tư", "Bà Năm", "Ông Sáu"):  # fmt: skip
        assert said in told, said
    assert "ĐẠI DIỆN CƠ SỞ" not in told


def test_a_draft_prints_with_blanks_and_says_that_it_is_one(minh, begun, tmp_path):
    told = words(printed(minh, begun()), tmp_path)
    assert "BẢN NHÁP" in told
    assert "SHA-256 của hồ sơ" not in told
    assert "Bản nháp" in told


def test_long_minutes_run_over_pages_that_are_counted(minh, begun, tmp_path, session):
    page = begun()
    for number in range(30):
        minh.post(f"{page}/goods", data={"named": f"Mặt hàng {number}", "note": "Ghi chú dài. " * 30})
    assert minh.post(f"{page}/goods", data={"named": "Thứ ba mươi mốt"}).status_code == 409
    fill(minh, page)
    minh.post(
        f"{page}/people",
        data={"others": "\n".join(f"Ông {number}" for number in range(110)), "version": "99"},
    )
    closed(minh, page)
    told = words(printed(minh, page), tmp_path)
    assert "Ông 109" in told
    pages = told.count("\f")
    assert pages > 3
    assert f"Trang {pages}/{pages}" in told
    assert all(f"Mặt hàng {number}" in told for number in range(30))


def test_the_first_page_says_what_is_open(minh, begun, goods, browser_of, cast):
    calm = text_of(minh.get("/inspect"))
    assert "Không có lô nào đang bị tạm dừng." in calm
    assert "bản nháp" not in calm
    begun(lot=goods["lot"].public_id)
    minh.post(f"/inspect/lots/{goods['lot'].public_id}/hold", data={"reason": "wrong_label"})
    told = text_of(minh.get("/inspect"))
    assert "1 lệnh đang có hiệu lực hoặc chờ duyệt" in told
    assert "1 bản nháp chưa lập xong" in told
    assert "Biên bản" not in text_of(browser_of(cast.body_officer).get("/inspect"))


def test_records_are_listed_a_page_at_a_time_and_found_by_their_goods(minh, goods, begun, session, cast, now):
    for n in range(50):
        row = Inspection(
            public_id=factories.next_public_id(), inspector_id=cast.inspector.account_id, began_at=now,
            authority_id=cast.authority_id, answers={}, saved_at=now, step_versions={}, created_at=now,
            site_name=f"Chợ {n:02}",
        )  # fmt: skip
        session.add(row)
    session.commit()
    assert "Cũ hơn" not in minh.get("/inspect/inspections").text  # fifty, and none is left
    begun(lot=goods["lot"].public_id)
    answer = minh.get("/inspect/inspections")
    assert "Chợ 00" not in text_of(answer)
    older = re.search(r'href="([^"]+before=[0-9]+)"', answer.text)[1]
    assert "Chợ 00" in text_of(minh.get(older))
    assert "Cũ hơn" not in minh.get(older).text
    for asked, named in (("Chợ 17", "Chợ 17"), (goods["lot"].code.lower(), "chưa ghi nơi kiểm tra")):
        told = text_of(minh.get("/inspect/inspections", query_string={"q": asked}))
        assert named in told
        assert told.count("Bản nháp") == 1
    assert "Không có biên bản nào như vậy." in text_of(minh.get("/inspect/inspections?q=nowhere"))
    assert minh.get("/inspect/inspections?before=x").status_code == 200
    assert "Không có biên bản nào như vậy." in text_of(minh.get("/inspect/inspections?before=1"))
