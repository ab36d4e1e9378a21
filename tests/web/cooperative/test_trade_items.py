"""Products through the pages: numbers, names, photos, cartons; and every wrong thing a form may bring."""

import json
import re
import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from tests import factories
from tests.web.looking import acts, look
from traceapp.domain.identifiers import Gtin, RegistryNumber, case_gtin
from traceapp.models import JournalEntry, Party, TradeItem, TradeItemImage

GOOD = {
    "name_vi": "Mật ong hoa ngũ gia bì", "category": "honey", "net_content": "1.000,5", "net_unit": "MLT",
    "shelf_life": "24", "shelf_life_unit": "month", "storage": "Nơi khô, mát",
    "standards": "TCVN 12605:2019\nTCCS 01:2026/THU", "name_en": "Honey", "name_zh": "蜂蜜",
}  # fmt: skip


def items(session, name=GOOD["name_vi"]):
    return look(session, select(TradeItem).where(TradeItem.name_vi == name))


def test_no_group_of_goods_is_chosen_for_her(manager, session):
    page = manager.get("/coop/items/new").text
    assert '<option value="">chưa chọn</option>' in page
    refused = manager.post("/coop/items/new", data=GOOD | {"category": ""})
    assert refused.status_code == 422
    assert 'aria-describedby="category-e"' in refused.text
    assert "Xin chọn lại ảnh" not in refused.text
    assert items(session) == []


def test_a_product_without_a_gtin_gets_the_registrys_number(manager, session):
    answer = manager.post("/coop/items/new", data=GOOD)
    assert answer.status_code == 303
    made = items(session)[0]
    assert made.registry_number == str(RegistryNumber.of(1_000_001))
    assert made.gtin is None
    assert str(made.net_content.normalize()) == "1000.5"
    assert acts(session) == ["added_trade_item"]
    manager.post("/coop/items/new", data=GOOD | {"name_vi": "Mật ong rừng"})
    assert items(session, "Mật ong rừng")[0].registry_number == str(RegistryNumber.of(1_000_002))


def test_the_first_product_leads_on_to_its_lot_and_a_later_one_to_its_page(manager, session, lot):
    answer = manager.post("/coop/items/new", data=GOOD)
    assert answer.location == f"/coop/items/{items(session)[0].public_id}"


def test_standards_are_told_by_how_they_begin(manager, session):
    manager.post("/coop/items/new", data=GOOD)
    made = items(session)[0]
    assert [(row.kind.value, row.number) for row in made.standards] == [
        ("TCVN", "TCVN 12605:2019"),
        ("TCCS", "TCCS 01:2026/THU"),
    ]
    session.commit()


def test_a_gtin_of_the_own_prefix_is_kept_as_14_digits(manager, session):
    manager.post("/coop/items/new", data=GOOD | {"gtin": "952 0009 01002 8"})
    assert items(session)[0].gtin == "09520009010028"
    assert items(session)[0].registry_number is None


def test_a_gtin_for_demonstrations_comes_with_a_note(manager):
    answer = manager.post("/coop/items/new", data=GOOD | {"gtin": "9520009010028"}, follow_redirects=True)
    assert "952 là mã minh họa" in answer.text


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("gtin", "9520009010027", "đúng ra là 8"),
        ("gtin", "9520009020010", "thuộc mã doanh nghiệp GS1 của đơn vị khác"),
        ("gtin", "9520009010011", "đã có trong hệ thống"),
        ("gtin", "19520009010018", "mã của thùng hàng"),
        ("gtin", "2000000000015", "nội bộ trong cửa hàng"),
        ("gtin", "12345", "GTIN gồm"),
        ("gtin", "٩٥٢٠٠٠٩٠١٠٠٢٨", "GTIN gồm"),
        ("name_vi", "", "Cần điền mục này"),
        ("name_vi", "R" * 121, "tối đa 120"),
        ("name_vi", "Rượu \u202eLạng", "từ phải sang trái"),
        ("name_vi", "عسل", "từ phải sang trái"),
        ("name_vi", "Rượu\u200bmen", "ký tự ẩn"),
        ("short_name", "x" * 21, "tối đa 20"),
        ("net_content", "1,000", "hiểu theo hai cách"),
        ("net_content", "nửa lít", "không phải là số"),
        ("net_content", "0", "ngoài khoảng"),
        ("shelf_life", "1,5", "Cần số nguyên"),
        ("alcohol_percent", "101", "ngoài khoảng"),
        ("category", "weapons", "Hãy chọn một mục"),
        ("net_unit", "XXX", "Hãy chọn một mục"),
        ("standards", "\n".join(f"TCVN {n}" for n in range(21)), "tối đa 20"),
    ],
)
def test_what_cannot_be_is_told_beside_the_field_and_all_is_kept(manager, session, item, field, typed, told):
    answer = manager.post("/coop/items/new", data=GOOD | {field: typed})
    assert answer.status_code == 422, answer.text
    assert f'id="{field}-e"' in answer.text
    assert f'aria-describedby="{field}-e' in answer.text
    assert "<title>Lỗi:" in answer.text
    assert told in answer.text
    assert "Nơi khô, mát" in answer.text
    assert "蜂蜜" in answer.text
    assert acts(session) == []


def test_a_gtin_outside_the_own_real_prefix_is_refused(manager, session, cast):
    session.get_one(Party, cast.cooperative_id).company_prefix = "8938500000"
    session.commit()
    answer = manager.post("/coop/items/new", data=GOOD | {"gtin": "8936000000004"})
    assert answer.status_code == 422
    assert "không bắt đầu bằng mã doanh nghiệp GS1 của bạn (8938500000)" in answer.text


def test_a_form_sent_twice_makes_one_product(manager, session):
    assert manager.post("/coop/items/new", data=GOOD).status_code == 303
    again = manager.post("/coop/items/new", data=GOOD)
    assert again.status_code == 422
    assert "cùng tên và cùng khối lượng" in again.text
    assert len(items(session)) == 1


def test_markup_in_a_name_is_text(manager, session):
    name = "<script>alert(1)</script>"
    manager.post("/coop/items/new", data=GOOD | {"name_vi": name})
    made = items(session, name)[0]
    own = f"/coop/items/{made.public_id}"
    for path in ("/coop/", "/coop/items", own, f"{own}/edit"):
        page = manager.get(path).text
        assert name not in page
        assert "&lt;script&gt;" in page


@pytest.mark.parametrize("starter", ["ruou", "hoi", "tinh-dau", "hong", "na", "quyt", "mat-ong", "khau-nhuc"])
def test_a_beginning_fills_the_form_and_stores_nothing(manager, session, starter):
    page = manager.get(f"/coop/items/new?starter={starter}")
    assert page.status_code == 200
    assert 'aria-current="true"' in page.text
    assert acts(session) == []


def test_a_beginning_that_is_not_there_is_an_empty_form(manager):
    assert manager.get("/coop/items/new?starter=../etc").status_code == 200


def test_a_product_can_be_changed(manager, session, item):
    page = manager.get(f"/coop/items/{item.public_id}/edit").text
    assert 'value="9520009010011"' in page
    answer = manager.post(
        f"/coop/items/{item.public_id}/edit", data=GOOD | {"gtin": "9520009010011", "net_content": "750"}
    )
    assert answer.status_code == 303
    changed = items(session)[0]
    assert (changed.public_id, int(changed.net_content)) == (item.public_id, 750)
    assert acts(session) == ["edited_trade_item"]


def test_a_product_is_given_a_scratch_pin_and_it_is_taken_off_again(manager, session, item):
    edit = f"/coop/items/{item.public_id}/edit"
    same = GOOD | {"gtin": "9520009010011"}
    assert manager.post(edit, data=same | {"scratch_pin": "y"}).status_code == 303
    assert items(session)[0].scratch_pin
    assert "có, với tem in từ nay" in manager.get(f"/coop/items/{item.public_id}").text
    assert re.search(r'<input[^>]*checked[^>]*id="scratch_pin"', manager.get(edit).text)
    assert manager.post(edit, data=same).status_code == 303
    session.expire_all()
    assert not items(session)[0].scratch_pin
    told = [json.loads(body)["facts"]["scratch_pin"] for body in session.scalars(select(JournalEntry.body))]
    assert told == [True, False]


def test_a_number_on_stamps_stays(manager, session, item, lot, cast, now):
    factories.make_run(session, cast, now, item, lot)
    session.commit()
    answer = manager.post(f"/coop/items/{item.public_id}/edit", data=GOOD | {"gtin": "9520009010028"})
    assert answer.status_code == 422
    assert "đã in trên tem nên không đổi được" in answer.text
    assert acts(session) == []


def test_the_carton_is_suggested_and_kept(manager, session, item):
    path, unit_id, category = f"/coop/items/{item.public_id}/case", item.id, item.category
    assert 'value="19520009010018"' in manager.get(path).text
    case = {"name_vi": "Thùng 12 chai", "contains_count": "12", "gtin": "19520009010018"}
    assert manager.post(path, data=case).status_code == 303
    made = items(session, "Thùng 12 chai")[0]
    assert (made.level.value, made.contains_id, made.contains_count) == ("case", unit_id, 12)
    assert made.category is category
    assert f'value="{case_gtin(Gtin("09520009010011"), 2)}"' in manager.get(path).text
    edited = manager.post(f"/coop/items/{made.public_id}/edit", data=case | {"contains_count": "24"})
    assert edited.status_code == 303
    assert items(session, "Thùng 12 chai")[0].contains_count == 24
    assert manager.get(f"/coop/items/{made.public_id}").status_code == 200
    assert manager.get(f"/coop/items/{made.public_id}/case").status_code == 404


@pytest.mark.parametrize("count", ["0", "một", "1,5", ""])
def test_a_carton_holds_a_whole_number(manager, session, item, count):
    case = {"name_vi": "Thùng", "contains_count": count, "gtin": ""}
    assert manager.post(f"/coop/items/{item.public_id}/case", data=case).status_code == 422
    assert acts(session) == []


def test_archiving_offers_to_undo_and_both_are_written(manager, session, item):
    path = f"/coop/items/{item.public_id}"
    assert manager.get(f"{path}/archive").status_code == 405
    page = manager.post(f"{path}/archive", follow_redirects=True).text
    assert "Đã lưu trữ Rượu men lá Thử" in page
    assert "Hoàn tác" in page
    manager.post(f"{path}/archive")
    assert acts(session) == ["archived_trade_item"]
    assert manager.post(f"{path}/restore").status_code == 303
    manager.post(f"{path}/restore")
    assert acts(session) == ["archived_trade_item", "restored_trade_item"]


def test_a_photo_is_made_anew_in_two_sizes_without_what_it_hid(manager, session, item, photo, app):
    path = f"/coop/items/{item.public_id}"
    sent = {"photo": (BytesIO(photo), "mau.svg"), "alt": ""}
    assert manager.post(f"{path}/photo", data=sent).status_code == 303
    image = look(session, select(TradeItemImage))[0]
    assert image.alt == "Rượu men lá Thử"
    small = Image.open(BytesIO(app.extensions["storage"].get(image.small_sha256)))
    large = manager.get(f"{path}/picture/large")
    assert small.format == "WEBP"
    assert max(small.size) == 96
    assert max(Image.open(BytesIO(large.data)).size) == 480
    assert b"taken at home" not in large.data
    assert large.headers["X-Content-Type-Options"] == "nosniff"
    assert acts(session) == ["set_photo"]
    again = {"photo": (BytesIO(photo), "a.jpg"), "alt": "Chai rượu"}
    manager.post(f"{path}/photo", data=again)
    assert [row.alt for row in look(session, select(TradeItemImage))] == ["Chai rượu"]


def test_a_photo_can_come_with_the_new_product(manager, session, photo):
    answer = manager.post("/coop/items/new", data=GOOD | {"photo": (BytesIO(photo), "a.jpg")})
    assert answer.status_code == 303
    assert acts(session) == ["added_trade_item", "set_photo"]


def bomb():
    """A PNG of 400 million pixels in a few hundred kilobytes, written by hand."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 20_000, 20_000, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * (20_000 * 2_501), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def too_many_pixels():
    """41 million pixels: what the library alone lets through without a word."""
    told = BytesIO()
    Image.new("1", (6_450, 6_400)).save(told, "PNG")
    return told.getvalue()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "Không đọc được tệp"),
        (bomb, "Ảnh quá lớn"),
        (too_many_pixels, "Ảnh quá lớn: 41 triệu điểm ảnh"),
        (b"%PDF-1.4", "Không đọc được tệp"),
        (b"\xff\xd8\xff\xe0 cut off", "Không đọc được tệp"),
        (b"", "Xin chọn tệp"),
    ],
    ids=["svg", "400 megapixels", "41 megapixels", "pdf", "broken", "nothing"],
)
def test_a_picture_that_is_none_is_refused(manager, session, item, content, told):
    sent = content() if callable(content) else content
    answer = manager.post(f"/coop/items/{item.public_id}/photo", data={"photo": (BytesIO(sent), "a.jpg")})
    assert answer.status_code == 422
    assert 'id="photo-e"' in answer.text
    assert told in answer.text
    assert acts(session) == []


def test_a_new_product_with_a_bad_photo_keeps_what_was_typed(manager, session):
    answer = manager.post("/coop/items/new", data=GOOD | {"photo": (BytesIO(b"<svg/>"), "a.svg")})
    assert answer.status_code == 422
    assert 'value="1.000,5"' in answer.text
    assert "Xin chọn lại ảnh" in answer.text
    assert acts(session) == []


@pytest.mark.parametrize(
    ("method", "end"),
    [
        ("get", ""), ("get", "/edit"), ("post", "/edit"), ("get", "/case"), ("post", "/case"),
        ("post", "/photo"), ("get", "/picture/small"), ("post", "/archive"), ("post", "/restore"),
        ("get", "/lots/new"), ("post", "/lots/new"),
    ],
)  # fmt: skip
def test_a_strangers_product_does_not_exist(rival, session, item, method, end):
    for public_id in (item.public_id, "ZZZZZZZZ"):
        answer = getattr(rival, method)(f"/coop/items/{public_id}{end}")
        assert answer.status_code == 404
    assert acts(session) == []


def test_only_producers_come_in(browser_of, cast, passer_by):
    for person in (cast.inspector, cast.officer, cast.body_officer):
        assert browser_of(person).get("/coop/items").status_code == 404
    assert passer_by.get("/coop/items").status_code == 303


def test_a_form_without_its_token_changes_nothing(app, manager, session, item):
    app.config["WTF_CSRF_ENABLED"] = True
    assert manager.post("/coop/items/new", data=GOOD).status_code == 400
    assert manager.post(f"/coop/items/{item.public_id}/archive").status_code == 400
    assert acts(session) == []
