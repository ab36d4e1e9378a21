"""Product labels of a lot, through the pages."""

import pytest
from sqlalchemy import select

from tests import factories
from traceapp.domain.printing import PrintKind
from traceapp.models import PrintRun


@pytest.fixture
def lot(session, cast, now):
    made = factories.make_lot(session, factories.make_trade_item(session, cast.cooperative_id, now), now)
    session.commit()
    return made


@pytest.fixture
def address(lot):
    return f"/coop/labels/new?lot={lot.public_id}"


def form(**more):
    return {"n": "42", "medium": "a4-21", "kind": "sheet", "do": "order", "request_key": "abc"} | more


def test_the_page_shows_the_label_and_orders_it_once(app, browser_of, cast, address, session):
    told: list[int] = []
    app.extensions["announce_print"] = told.append
    manager = browser_of(cast.manager)
    page = manager.get(address).text
    assert 'width="63.5mm"' in page
    assert "L260905A" in page
    answers = [manager.post(address, data=form()) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    order = session.scalars(select(PrintRun)).one()
    assert (order.kind, order.count, order.stamp_run_id) == (PrintKind.LABELS, 42, None)
    assert told == [order.id, order.id]
    assert order.public_id in manager.get("/coop/labels").text


@pytest.mark.parametrize("other", [{"n": "43"}, {"medium": "a4-8", "seen": "a4-8"}])
def test_the_same_key_with_another_wish_is_refused(browser_of, cast, address, session, other):
    manager = browser_of(cast.manager)
    assert manager.post(address, data=form()).status_code == 303
    answer = manager.post(address, data=form(**other))
    assert answer.status_code == 422
    assert "Trang này đã đặt một lệnh với số lượng, lô hoặc khổ giấy khác" in answer.text
    assert session.scalars(select(PrintRun)).one().count == 42


def test_paper_too_small_for_a_label_is_refused(browser_of, cast, address, session):
    answer = browser_of(cast.manager).post(address, data=form(medium="a4-65"))
    assert answer.status_code == 422
    assert "Chưa in được" in answer.text
    assert session.scalars(select(PrintRun)).all() == []


def test_a_helper_button_only_shows_the_page_again(browser_of, cast, address, session):
    answer = browser_of(cast.manager).post(address, data=form(do="medium:a4-8"))
    assert "medium=a4-8" in answer.location
    assert session.scalars(select(PrintRun)).all() == []


@pytest.mark.parametrize("typed", ["", "-1", "100.001", "ba"])
def test_a_count_that_cannot_be_is_refused(browser_of, cast, address, typed):
    answer = browser_of(cast.manager).post(address, data=form(n=typed or " "))
    assert answer.status_code == 422
    assert "<title>Lỗi:" in answer.text


def test_a_stranger_finds_nothing(browser_of, passer_by, cast, address):
    rival = browser_of(cast.rival)
    assert rival.get(address).status_code == 404
    assert rival.post(address, data=form()).status_code == 404
    assert passer_by.get(address).status_code == 303
    assert browser_of(cast.officer).get("/coop/labels").status_code == 404


def test_without_a_lot_the_list_is_shown(browser_of, cast, lot):
    manager = browser_of(cast.manager)
    assert manager.get("/coop/labels/new").status_code == 303
    assert lot.code in manager.get("/coop/labels").text
