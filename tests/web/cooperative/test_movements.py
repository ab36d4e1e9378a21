"""The cooperative writes down where a lot went, in one short form, and takes a mistake back."""

import re

import pytest
from sqlalchemy import select

from tests import factories
from tests.web.looking import text_of
from traceapp.models import JournalEntry, LotMovement


@pytest.fixture
def lot(session, cast, now):
    made = factories.make_lot(session, factories.make_trade_item(session, cast.cooperative_id, now), now)
    session.commit()
    return made


@pytest.fixture
def lan(browser_of, cast):
    return browser_of(cast.manager)


def rows(session):
    found = session.scalars(select(LotMovement).order_by(LotMovement.id)).all()
    session.expunge_all()
    session.rollback()
    return found


ROW = {"direction": "despatched", "name": "Cửa hàng chị Mai", "phone": "0912345678", "quantity": "100",
       "unit": "H87", "moved_on": "20/11/2026"}  # fmt: skip


def test_a_row_is_written_and_shown(lan, lot, session):
    address = f"/coop/lots/{lot.public_id}/movements"
    page = lan.get(f"/coop/lots/{lot.public_id}").get_data(as_text=True)
    assert address in page
    key = re.search(r'name="request_key"[^>]*value="([0-9a-f]+)"', lan.get(address).get_data(as_text=True))[1]
    for _ in range(2):
        told = text_of(lan.post(address, data=ROW | {"request_key": key}, follow_redirects=True))
    assert "Giao cho Cửa hàng chị Mai" in told
    assert "đã giao 100 cái / 1.200 cái" in told or "đã giao 100" in told
    assert len(rows(session)) == 1


def test_a_refused_row_keeps_what_was_typed(lan, lot, session):
    answer = lan.post(
        f"/coop/lots/{lot.public_id}/movements", data=ROW | {"quantity": "1,000", "unit": "KGM"}
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert page.count("<title>Lỗi:") == 1
    assert 'value="Cửa hàng chị Mai"' in page
    assert rows(session) == []
    other = lan.post(f"/coop/lots/{lot.public_id}/movements", data=ROW | {"unit": "KGM"})
    assert other.status_code == 422
    assert "Lô này tính bằng" in text_of(other)


def test_too_much_is_refused_with_the_sums_and_the_way_to_mend_them(lan, lot, session):
    address = f"/coop/lots/{lot.public_id}/movements"
    answer = lan.post(address, data=ROW | {"quantity": "1.300"})
    assert answer.status_code == 422
    assert "Lô có 1.200, đã giao 0, còn 1.200: không giao thêm 1.300 được." in text_of(answer)
    assert f'href="/coop/lots/{lot.public_id}/edit#quantity"' in answer.text
    assert 'value="1.300"' in answer.text
    assert rows(session) == []


def test_a_mistake_is_taken_back_and_offered_anew(lan, lot, session):
    address = f"/coop/lots/{lot.public_id}/movements"
    lan.post(address, data=ROW)
    [row] = rows(session)
    answer = lan.post(f"{address}/{row.public_id}/reverse", follow_redirects=True)
    page = answer.get_data(as_text=True)
    assert "Đã hủy dòng ghi nhầm" in page
    assert 'value="100"' in page
    assert "dòng đã hủy" in page
    again = lan.post(f"{address}/{row.public_id}/reverse", follow_redirects=True)
    assert "đã được hủy trước đó" in text_of(again)
    assert len(rows(session)) == 2
    assert session.scalars(select(JournalEntry.act).order_by(JournalEntry.seq)).all() == [
        "recorded_movement", "reversed_movement",
    ]  # fmt: skip


def test_the_rival_does_not_find_them_and_a_get_reverses_nothing(browser_of, cast, lan, lot, session):
    address = f"/coop/lots/{lot.public_id}/movements"
    lan.post(address, data=ROW)
    [row] = rows(session)
    rival = browser_of(cast.rival)
    assert rival.get(address).status_code == 404
    assert rival.post(address, data=ROW).status_code == 404
    assert rival.post(f"{address}/{row.public_id}/reverse").status_code == 404
    assert lan.get(f"{address}/{row.public_id}/reverse").status_code == 405
    assert lan.post(f"{address}/ZZZZZZZZ/reverse").status_code == 404
    assert len(rows(session)) == 1


def test_nothing_of_it_is_public(lan, lot, passer_by):
    lan.post(f"/coop/lots/{lot.public_id}/movements", data=ROW | {"address": "Chợ Kỳ Lừa"})
    for address in ("/01/09520009010011/10/L260905A", "/api/v1/lots", "/api/v1/trade-items", "/"):
        told = text_of(passer_by.get(address, headers={"Accept": "text/html"}))
        assert "Mai" not in told
        assert "Kỳ Lừa" not in told
