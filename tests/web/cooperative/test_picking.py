"""Goods of a certificate to be ticked: few as a list, many by a search, and nothing typed is lost."""

import io
import re

import pytest
from sqlalchemy import select

from tests import factories
from tests.web.looking import look, text_of
from traceapp.models import Certificate, Party, TradeItem

pytestmark = pytest.mark.usefixtures("clock")
NEW = "/coop/certificates/new"
PAPER = {
    "scheme": "iso_22000", "standard": "ISO 22000:2018", "number": "THU-FSMS-0500",
    "scope_text": "Sản xuất hồng sấy", "issued_on": "01/10/2026", "valid_until": "30/09/2029",
}  # fmt: skip


def make_items(session, cast, now, count):
    made = [
        factories.make_trade_item(
            session,
            cast.cooperative_id,
            now,
            gtin=None,
            registry_number=f"3{n:07}",
            name_vi=f"Hồng Bảo Lâm {n:03}",
            folded=f"hong bao lam {n:03}",
        )
        for n in range(count)
    ]
    session.commit()
    return [one.public_id for one in made]


def boxes(page, name="trade_items"):
    """The values of a field's boxes, and of those that are ticked."""
    found = re.findall(rf'<input[^>]*name="{name}"[^>]*>', page)
    values = [(re.search(r'value="(\w+)"', one)[1], "checked" in one) for one in found]
    return [value for value, _ in values], [value for value, ticked in values if ticked]


@pytest.mark.parametrize(("count", "sought"), [(20, False), (21, True)])
def test_twenty_products_are_a_list_and_more_are_searched(manager, session, cast, now, count, sought):
    made = make_items(session, cast, now, count)
    page = manager.get(NEW).text
    assert ('name="find_trade_items"' in page) is sought
    assert boxes(page) == (made[:20], [])
    assert ("Đang hiện 20 trong 21." in text_of(page)) is sought


def test_a_search_keeps_what_was_typed_and_ticked_and_saves_nothing(manager, session, cast, now):
    made = make_items(session, cast, now, 60)
    asked = PAPER | {"trade_items": made[3], "find_trade_items": "lâm hồng 04", "find": "trade_items"}
    answer = manager.post(NEW, data=asked)
    assert answer.status_code == 200
    assert look(session, select(Certificate)) == []
    assert "Lỗi" not in answer.text
    assert boxes(answer.text) == ([made[3], made[4], *made[40:50]], [made[3]])
    for told in ("THU-FSMS-0500", "Sản xuất hồng sấy", "01/10/2026", "lâm hồng 04"):
        assert told in answer.text
    assert "Đã chọn 1" in text_of(answer)
    assert "Tệp đã chọn trước khi tìm thì xin chọn lại." in answer.text
    by_number = asked | {"find_trade_items": "3000 0057"}
    assert boxes(manager.post(NEW, data=by_number).text)[0] == [made[3], made[57]]
    none = manager.post(NEW, data=asked | {"find_trade_items": "mật ong"})
    assert "Không tìm thấy “mật ong”." in none.text
    assert boxes(none.text) == ([made[3]], [made[3]])


def test_what_two_searches_found_is_saved_together(manager, session, cast, now):
    made = make_items(session, cast, now, 60)
    body = look(session, select(Party.public_id).where(Party.id == cast.body_id))[0]
    first = manager.post(NEW, data=PAPER | {"trade_items": made[3], "find": "trade_items"})
    _, ticked = boxes(first.text)
    manager.post(NEW, data=PAPER | {"body": body, "trade_items": [*ticked, made[44]]})
    [certificate] = look(session, select(Certificate))
    assert {row.trade_item.public_id for row in certificate.subjects} == {made[3], made[44]}


def test_all_that_a_search_found_is_ticked_at_once(manager, session, cast, now):
    made = make_items(session, cast, now, 60)
    asked = PAPER | {"trade_items": made[3], "find_trade_items": "lam 04", "every": "trade_items"}
    page = manager.post(NEW, data=asked).text
    assert boxes(page)[1] == [*made[3:5], *made[40:50]]
    assert "Chọn cả 11 mục tìm thấy" in text_of(manager.post(NEW, data=asked | {"every": "", "find": "x"}))
    everything = manager.post(NEW, data=PAPER | {"every": "trade_items"}).text
    assert boxes(everything) == (made, made)
    assert "Đã chọn 60" in text_of(everything)


def test_a_refused_form_keeps_what_is_ticked_far_down_the_list(manager, session, cast, now):
    made = make_items(session, cast, now, 60)
    answer = manager.post(NEW, data=PAPER | {"number": "", "trade_items": made[55]})
    assert answer.status_code == 422
    assert boxes(answer.text) == ([made[55], *made[:20]], [made[55]])


def test_an_edit_shows_what_the_paper_covers_also_what_was_put_away(manager, session, cast, now):
    made = make_items(session, cast, now, 60)
    body = look(session, select(Party.public_id).where(Party.id == cast.body_id))[0]
    manager.post(NEW, data=PAPER | {"body": body, "trade_items": [made[3], made[58]]})
    session.scalars(select(TradeItem).where(TradeItem.public_id == made[58])).one().archived_at = now
    session.commit()
    path = f"/coop/certificates/{look(session, select(Certificate.public_id))[0]}/edit"
    assert boxes(manager.get(path).text) == ([made[3], made[58], *made[:3], *made[4:21]], [made[3], made[58]])


def test_nobody_elses_goods_are_found(manager, session, cast, now):
    make_items(session, cast, now, 30)
    strange = factories.make_trade_item(
        session,
        cast.rival_id,
        now,
        gtin="09520009020010",
        folded="hong bao lam zz",
        name_vi="Hồng lạ",
    )
    session.commit()
    asked = PAPER | {"trade_items": strange.public_id, "find_trade_items": "zz", "find": "trade_items"}
    assert boxes(manager.post(NEW, data=asked).text) == ([], [])


def test_many_places_are_searched_too(manager, session, cast, now):
    made = [
        factories.make_place(session, cast.cooperative_id, cast.unit_id, now, name=f"Vườn Đồng Đăng {n:02}")
        for n in range(25)
    ]
    session.commit()
    asked = PAPER | {"places": made[2].public_id, "find_places": "đồng đăng 1", "find": "places"}
    found = boxes(manager.post(NEW, data=asked).text, "places")
    ones = [one.public_id for one in made if "1" in one.name]
    assert found == ([made[2].public_id, *ones], [made[2].public_id])
    assert boxes(manager.post(NEW, data=PAPER | {"every": "places"}).text, "places")[1] == [
        one.public_id for one in made
    ]


def test_a_body_ticks_among_its_holders_goods_alike(browser_of, session, cast, now):
    made = make_items(session, cast, now, 60)
    holder = look(session, select(Party.public_id).where(Party.id == cast.cooperative_id))[0]
    officer, path = browser_of(cast.body_officer), f"/body/certificates/new/{holder}"
    found = officer.post(
        path, data=PAPER | {"trade_items": made[3], "find_trade_items": "044", "find": "trade_items"}
    )
    assert (found.status_code, boxes(found.text)) == (200, ([made[3], made[44]], [made[3]]))
    scan = (io.BytesIO(factories.a_page_of_pdf()), "giay.pdf")
    sent = officer.post(path, data=PAPER | {"trade_items": [made[3], made[44]], "evidence": scan})
    assert sent.status_code == 303
    [certificate] = look(session, select(Certificate))
    assert len(certificate.subjects) == 2
