"""What an inspector is told when nothing is found or compared, or the paper is another product's."""

from datetime import timedelta

import pytest

from tests import factories
from tests.web.looking import text_of
from traceapp.domain.identifiers import Gtin
from traceapp.domain.serials import mint, shown


@pytest.fixture
def minh(browser_of, cast):
    return browser_of(cast.inspector)


@pytest.fixture
def certificate(session, cast, now):
    made = factories.make_certificate(
        session, cast, now, factories.make_trade_item(session, cast.cooperative_id, now)
    )
    session.commit()
    return made


def text(answer):
    return answer.get_data(as_text=True)


def test_a_wrong_check_digit_leads_the_answer(minh):
    page = text(minh.get("/inspect?q=8938505974193"))
    heading = page.partition('<h1 id="kq">')[2].partition("</h1>")[0]
    assert heading
    assert heading != "Không tìm thấy"


def test_a_stamp_code_never_issued_is_called_so(minh):
    page = text(minh.get("/inspect?q=7K3M9QX2TZ4B"))
    assert "Chưa từng cấp mã tem này" in page.partition('<h1 id="kq">')[2].partition("</h1>")[0]


def test_without_goods_nothing_is_said_to_agree(minh, certificate):
    page = text(minh.get(f"/inspect/certificates/{certificate.public_id}"))
    assert "Chưa so với hàng nào" in page
    assert "Không thấy mâu thuẫn" not in page


def test_a_day_before_the_certificate_is_never_said_to_agree(minh, certificate):
    day = certificate.valid_from - timedelta(days=30)
    page = text(minh.get(f"/inspect/certificates/{certificate.public_id}?on={day:%d/%m/%Y}"))
    assert f"Không có hiệu lực vào ngày {day:%d/%m/%Y}" in page
    assert "Không thấy mâu thuẫn" not in page


def test_a_paper_for_another_product_is_folded_away_and_the_stamp_is_named(
    app, session, cast, now, certificate, minh
):
    item = factories.make_trade_item(session, cast.cooperative_id, now, gtin="08935001730002")
    lot = factories.make_lot(session, item, now)
    factories.make_run(session, cast, now, item, lot)
    factories.make_certificate(session, cast, now, item, number="OCOP-2026-77")
    session.commit()
    [serial] = mint(app.extensions["serial_keys"][0], Gtin(item.gtin), first=0, count=1)
    page = text(minh.get(f"/inspect/goods?q=/01/{item.gtin}/21/{serial}"))
    bearing, _, folded = page.partition('<details class="card-body')
    assert certificate.number in folded
    assert certificate.number not in bearing
    assert "OCOP-2026-77" in bearing
    assert "X4" not in text_of(page)
    assert shown(serial) in page


def test_a_chosen_photo_is_shown_by_the_field_itself(minh):
    assert '<input class="form-control" id="photo" type="file" name="photo"' in text(minh.get("/inspect"))


def test_the_scans_of_a_stamp_stand_on_its_card_and_looking_adds_none(app, session, cast, now, minh):
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    factories.make_run(session, cast, now, item, factories.make_lot(session, item, now))
    session.commit()
    [serial] = mint(app.extensions["serial_keys"][0], Gtin(item.gtin), first=0, count=1)
    buyer = {"Accept": "text/html", "User-Agent": "Mozilla/5.0 (Linux; Android 14) Mobile"}
    app.test_client().get(f"/01/{item.gtin}/21/{serial}", headers=buyer)
    for _ in range(2):
        assert "1 lần, 1 máy" in text(minh.get(f"/inspect/goods?q=/01/{item.gtin}/21/{serial}"))
