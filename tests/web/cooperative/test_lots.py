"""Lots through the pages: code and days suggested, days in order, codes that symbols carry, the checklist."""

from io import BytesIO

import pytest
from sqlalchemy import select

from tests import factories
from tests.web.looking import acts, look
from traceapp.domain.restrictions import HoldReason
from traceapp.domain.trade_items import Level
from traceapp.models import JournalEntry, Lot, Party
from traceapp.services.recalls import recall_scope, restrictions

pytestmark = pytest.mark.usefixtures("clock")
GOOD = {
    "code": "l261122b", "made_on": "20/11/2026", "packed_on": "2026-11-21", "expires_on": "20/11/2028",
    "quantity": "1.200", "unit": "H87", "note": "mẻ sáng",
}  # fmt: skip


def lots(session, code="L261122B"):
    return look(session, select(Lot).where(Lot.code == code))


def test_code_and_day_are_suggested(manager, item):
    page = manager.get(f"/coop/items/{item.public_id}/lots/new").text
    assert 'value="L261122A"' in page
    assert 'value="22/11/2026"' in page
    assert "hạn dùng 2 năm của sản phẩm" in page


def test_a_lot_is_kept_in_capitals_and_the_first_leads_on_to_stamps(manager, session, item):
    answer = manager.post(f"/coop/items/{item.public_id}/lots/new", data=GOOD)
    made = lots(session)[0]
    assert answer.location == f"/coop/stamps/new?lot={made.public_id}"
    assert f"{made.made_on:%d/%m/%Y} {made.packed_on:%d/%m/%Y}" == "20/11/2026 21/11/2026"
    assert int(made.quantity) == 1200
    assert acts(session) == ["added_lot"]


def test_an_empty_use_by_day_follows_from_the_shelf_life(manager, session, item):
    manager.post(f"/coop/items/{item.public_id}/lots/new", data=GOOD | {"expires_on": ""})
    assert f"{lots(session)[0].expires_on:%d/%m/%Y}" == "20/11/2028"


def test_a_product_without_shelf_life_has_lots_without_an_end(manager, session, cast, now):
    item = factories.make_trade_item(session, cast.cooperative_id, now, shelf_life=None, shelf_life_unit=None)
    session.commit()
    manager.post(f"/coop/items/{item.public_id}/lots/new", data=GOOD | {"expires_on": ""})
    assert lots(session)[0].expires_on is None


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("code", "", "Cần điền mục này"),
        ("code", "LÔ 1", "Ký tự thứ 2 (“Ô”)"),
        ("code", "L/1", "Ký tự thứ 2"),
        ("code", "L1_A", "Ký tự thứ 3"),
        ("code", "-L1", "phải bắt đầu bằng"),
        ("code", "L" * 21, "dài 1-20 ký tự"),
        ("code", "Ｌ１", "không dùng được"),
        ("made_on", "31/02/2026", "Không có ngày 31/02/2026"),
        ("made_on", "20-11", "Không đọc được ngày"),
        ("made_on", "23/11/2026", "chưa tới; hôm nay là 22/11/2026"),
        ("packed_on", "19/11/2026", "Ngày đóng gói 19/11/2026 đứng trước ngày sản xuất 20/11/2026"),
        ("expires_on", "20/11/2025", "Hạn sử dụng 20/11/2025 đứng trước"),
        ("quantity", "1,000", "hiểu theo hai cách"),
        ("quantity", "0", "ngoài khoảng"),
        ("unit", "XX", "Hãy chọn một mục"),
        ("note", "n" * 301, "tối đa 300"),
        ("place", "ZZZZZZZZ", "Hãy chọn một mục"),
    ],
)
def test_what_cannot_be_is_told_beside_the_field_and_all_is_kept(manager, session, item, field, typed, told):
    answer = manager.post(f"/coop/items/{item.public_id}/lots/new", data=GOOD | {field: typed})
    assert answer.status_code == 422
    assert f'id="{field}-e"' in answer.text
    assert told in answer.text
    assert "<title>Lỗi:" in answer.text
    if field != "note":
        assert 'value="mẻ sáng"' in answer.text
    assert acts(session) == []


def test_a_lot_sent_twice_is_one_lot(manager, session, item):
    path = f"/coop/items/{item.public_id}/lots/new"
    assert manager.post(path, data=GOOD).status_code == 303
    again = manager.post(path, data=GOOD | {"code": "L261122B"})
    assert again.status_code == 422
    assert "đã có lô mang số đó" in again.text
    assert len(lots(session)) == 1


def test_two_products_may_have_lots_of_one_code(manager, session, item, cast, now):
    other = factories.make_trade_item(session, cast.cooperative_id, now, gtin="09520009010028")
    session.commit()
    for one in (item, other):
        assert manager.post(f"/coop/items/{one.public_id}/lots/new", data=GOOD).status_code == 303
    assert len(lots(session)) == 2


def test_a_lot_made_at_an_own_place_only(manager, session, item, cast, now):
    mine = factories.make_place(session, cast.cooperative_id, cast.unit_id, now)
    theirs = factories.make_place(session, cast.rival_id, cast.unit_id, now)
    session.commit()
    path = f"/coop/items/{item.public_id}/lots/new"
    assert manager.post(path, data=GOOD | {"place": theirs.public_id}).status_code == 422
    assert manager.post(path, data=GOOD | {"place": mine.public_id}).status_code == 303
    assert lots(session)[0].place_id == mine.id


def test_days_can_be_put_right_and_the_journal_keeps_both(manager, session, lot):
    page = manager.get(f"/coop/lots/{lot.public_id}/edit").text
    assert 'value="05/09/2026"' in page
    answer = manager.post(f"/coop/lots/{lot.public_id}/edit", data=GOOD | {"code": lot.code, "packed_on": ""})
    assert answer.status_code == 303
    body = look(session, select(JournalEntry.body))[0].decode()
    assert '"made_on":"2026-11-20"' in body
    assert '"was":{' in body
    assert "2026-09-05" in body


def test_a_code_on_stamps_stays(manager, session, item, lot, cast, now):
    factories.make_run(session, cast, now, item, lot)
    session.commit()
    answer = manager.post(f"/coop/lots/{lot.public_id}/edit", data=GOOD)
    assert answer.status_code == 422
    assert "Lô L260905A đã in tem hoặc nhãn" in answer.text
    kept = manager.post(f"/coop/lots/{lot.public_id}/edit", data=GOOD | {"code": "L260905A"})
    assert kept.status_code == 303


def test_the_lot_page_says_what_is_missing_and_where_to_mend_it(manager, lot, item):
    page = manager.get(f"/coop/lots/{lot.public_id}").text
    assert "Thiếu 3 trong 15 mục" in page
    for told in ("Hình ảnh sản phẩm", "Mã định danh đơn vị", "Tiêu chuẩn, quy chuẩn áp dụng"):
        assert told in page
    assert f'href="/coop/items/{item.public_id}#photo"' in page
    assert 'href="/coop/party"' in page
    assert f'href="/coop/items/{item.public_id}/edit"' in page
    assert 'href="/01/09520009010011/10/L260905A"' in page


def test_what_is_mended_is_no_longer_missing(manager, session, lot, item, photo, cast):
    session.get_one(Party, cast.cooperative_id).tax_code = "0100233488"
    session.commit()
    manager.post(f"/coop/items/{item.public_id}/photo", data={"photo": (BytesIO(photo), "a.jpg")})
    page = manager.get(f"/coop/lots/{lot.public_id}").text
    missing = page[page.index("Hồ sơ theo quy định") : page.index("<details")]
    assert "Hình ảnh sản phẩm" not in missing
    assert "Mã định danh đơn vị" not in missing
    assert "Tiêu chuẩn" in missing


def test_a_lot_can_be_archived_and_brought_back(manager, session, lot):
    path = f"/coop/lots/{lot.public_id}"
    assert manager.get(f"{path}/archive").status_code == 405
    manager.post(f"{path}/archive")
    assert "Hoàn tác" in manager.post(f"{path}/archive", follow_redirects=True).text
    assert lot.code not in manager.get("/coop/lots").text
    manager.post(f"{path}/restore")
    assert lot.code in manager.get("/coop/lots").text
    assert acts(session) == ["archived_lot", "restored_lot"]


def test_with_one_product_there_is_nothing_to_choose(manager, session, item, cast, now):
    assert manager.get("/coop/lots/new").location == f"/coop/items/{item.public_id}/lots/new"
    factories.make_trade_item(session, cast.cooperative_id, now, gtin="09520009010028", name_vi="Rượu mơ")
    session.commit()
    page = manager.get("/coop/lots/new").text
    assert "Rượu mơ" in page


def test_an_empty_list_says_what_to_do_first(rival):
    assert "Chưa có lô nào" in rival.get("/coop/lots").text
    assert "Chưa có sản phẩm nào" in rival.get("/coop/lots/new").text


@pytest.mark.parametrize(
    ("method", "end"),
    [("get", ""), ("get", "/edit"), ("post", "/edit"), ("post", "/archive"), ("post", "/restore")],
)
def test_a_strangers_lot_does_not_exist(rival, session, lot, method, end):
    for public_id in (lot.public_id, "ZZZZZZZZ"):
        assert getattr(rival, method)(f"/coop/lots/{public_id}{end}").status_code == 404
    assert acts(session) == []


def test_a_lot_on_hold_says_so_first_and_offers_no_stamps(manager, session, cast, lot, now):
    public_id = lot.public_id
    restrictions.hold_lot(
        session, actor=cast.inspector.actor, lot=lot, reason=HoldReason.WRONG_LABEL, now=now
    )
    session.commit()
    page = manager.get(f"/coop/lots/{public_id}").text
    assert "Đang tạm dừng lưu thông" in page
    assert "nhãn sai" in page
    assert "btn-xl" not in page


def test_the_code_of_a_held_lot_stays_and_its_page_says_so_first(manager, session, cast, lot, now):
    url = f"/coop/lots/{lot.public_id}/edit"
    assert "số lô giữ nguyên" not in manager.get(url).text
    restrictions.hold_lot(
        session, actor=cast.inspector.actor, lot=lot, reason=HoldReason.WRONG_LABEL, now=now
    )
    session.commit()
    assert "hoặc đã có tạm dừng, thu hồi: số lô giữ nguyên" in manager.get(url).text
    answer = manager.post(url, data=GOOD | {"code": "SACH-1"})
    assert answer.status_code == 422
    assert "Lô L260905A đã giao, nhận hàng, hoặc đã có tạm dừng, thu hồi" in answer.text
    assert 'value="SACH-1"' in answer.text
    assert [one.code for one in look(session, select(Lot))] == ["L260905A"]


def test_a_proposed_recall_is_nobody_s_business_yet(manager, session, cast, lot, now):
    public_id = lot.public_id
    restrictions.propose_recall(
        session,
        actor=cast.inspector.actor,
        lot=lot,
        reason=HoldReason.COMPLAINT,
        decision_number=None,
        now=now,
    )
    session.commit()
    assert (
        "thu hồi" not in manager.get(f"/coop/lots/{public_id}").text.partition("<h1")[0].partition("<main")[2]
    )


def test_the_lot_of_a_case_says_that_its_cases_may_hold_recalled_goods(
    manager, session, cast, item, lot, now
):
    run = factories.make_run(session, cast, now, item, lot, first_number=70_000)
    factories.make_run(session, cast, now, item, lot, first_number=90_000)
    case = factories.make_trade_item(
        session, cast.cooperative_id, now, gtin=None, registry_number="10000007", level=Level.CASE,
        name_vi="Thùng", contains_id=item.id, contains_count=12,
    )  # fmt: skip
    outer = factories.make_lot(session, case, now, code=lot.code)
    restrictions.hold(
        session, actor=cast.inspector.actor, about=recall_scope.of_stamps(run, None),
        reason=HoldReason.MIXED_LOTS, now=now,
    )  # fmt: skip
    session.commit()
    page = manager.get(f"/coop/lots/{outer.public_id}").text
    assert "Trong thùng có thể có hàng đang tạm dừng lưu thông." in page
    assert f"Cả đợt tem {run.public_id}" in page
    assert "In tem" in page
    assert "Trong thùng" not in manager.get(f"/coop/lots/{lot.public_id}").text
