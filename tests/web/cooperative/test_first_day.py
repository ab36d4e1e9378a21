"""The first day of a newcomer: nothing is promised, offered or counted that is not so."""

import pytest

from tests import factories
from traceapp.domain.parties import PartyState
from traceapp.models import Party

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def unapproved(session, cast):
    """The cooperative before the province has answered, in a state to be chosen."""

    def stand(state):
        session.get_one(Party, cast.cooperative_id).state = state
        session.commit()

    return stand


def test_the_buyers_page_is_offered_only_once_it_exists(manager, lot, unapproved):
    assert "Trang người mua thấy" in manager.get(f"/coop/lots/{lot.public_id}").text
    unapproved(PartyState.SUBMITTED)
    assert "Trang người mua thấy" not in manager.get(f"/coop/lots/{lot.public_id}").text


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (PartyState.DRAFT, "Hồ sơ chưa gửi tỉnh."), (PartyState.RETURNED, "Hồ sơ chưa gửi tỉnh."),
        (PartyState.SUBMITTED, "Hồ sơ đang chờ tỉnh duyệt:"),
    ],
)  # fmt: skip
def test_the_print_page_says_where_the_record_is(manager, lot, unapproved, state, told):
    unapproved(state)
    page = manager.get(f"/coop/stamps/new?lot={lot.public_id}").text
    assert told in page
    assert ("Xem hồ sơ và gửi tỉnh" in page) == (state is not PartyState.SUBMITTED)


def test_paper_changed_with_the_order_is_shown_before_it_is_printed(manager, lot):
    address = f"/coop/stamps/new?lot={lot.public_id}"
    data = {"n": "70", "medium": "a4-65", "kind": "roll", "do": "order", "seen": "a4-65", "request_key": "k"}
    answer = manager.post(address, data=data)
    assert "/coop/stamps/new" in answer.location
    page = manager.get(answer.location).text
    assert "Khổ giấy vừa đổi" in page
    assert 'name="seen" value="a4-65"' not in page
    again = data | {"kind": "sheet"}
    assert "/coop/prints/" in manager.post(address, data=again).location


def test_a_label_short_of_what_the_law_asks_says_of_what(manager, session, cast, now):
    item = factories.make_trade_item(session, cast.cooperative_id, now, alcohol_percent=None)
    lot = factories.make_lot(session, item, now)
    session.commit()
    page = manager.get(f"/coop/labels/new?lot={lot.public_id}").text
    assert "Nhãn của nhóm hàng này còn thiếu:" in page
    assert "hàm lượng etanol" in page
    assert f"/coop/items/{item.public_id}/edit" in page


def test_a_qr_code_never_carries_a_serial_nobody_issued(manager, item):
    page = manager.get(f"/coop/barcodes/{item.public_id}?serial=ABC123").text
    assert "(21)ABC123" in page
    assert "/21/ABC123" not in page


def test_what_no_screen_can_fill_in_is_not_counted(manager, session, cast, now):
    lot = factories.make_lot(session, factories.make_trade_item(session, cast.cooperative_id, now), now)
    session.commit()
    assert "Các công đoạn sản xuất" not in manager.get("/coop/").text
    assert "Các công đoạn sản xuất" in manager.get(f"/coop/lots/{lot.public_id}").text


def test_a_missing_growing_area_leads_to_where_one_is_added(manager, session, cast, now):
    item = factories.make_trade_item(session, cast.cooperative_id, now, category="fresh_fruit")
    lot = factories.make_lot(session, item, now)
    session.commit()
    assert 'href="/coop/places/new"' in manager.get(f"/coop/lots/{lot.public_id}").text


def test_the_front_page_has_a_way_in_and_the_pages_of_goods_have_none(passer_by, item):
    assert 'href="/account/sign-in"' in passer_by.get("/").text
    assert "/account/" not in passer_by.get("/01/09520009010011").text


def test_a_count_that_is_no_number_is_said_of_the_stamps_without_fractions(manager, lot):
    data = {"n": "abc", "medium": "a4-65", "kind": "sheet", "do": "order", "request_key": "k"}
    answer = manager.post(f"/coop/stamps/new?lot={lot.public_id}", data=data)
    assert answer.status_code == 422
    assert "Số lượng tem</a>" in answer.text
    assert "Xin viết như 1.000." in answer.text


def test_the_suggested_code_says_it_is_todays(manager, item):
    assert "Gợi ý theo ngày hôm nay." in manager.get(f"/coop/items/{item.public_id}/lots/new").text
