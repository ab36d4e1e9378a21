"""Product labels of a lot, through the pages."""

from datetime import date

import pytest
from sqlalchemy import select

from tests import factories
from traceapp.domain.certificates import DecisionKind
from traceapp.domain.printing import PrintKind
from traceapp.domain.restrictions import HoldReason
from traceapp.models import CertificateDecision, PrintRun
from traceapp.services.recalls import restrictions


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


@pytest.mark.parametrize(
    ("kind", "said"), [("hold", "đang tạm dừng lưu thông"), ("recall", "đang bị thu hồi")]
)
def test_labels_of_goods_that_are_stopped_are_refused_in_the_words_of_labels(
    browser_of, cast, address, session, lot, now, kind, said
):
    about = {"lot": lot, "reason": HoldReason.SAFETY_DOUBT, "now": now}
    if kind == "hold":
        restrictions.hold_lot(session, actor=cast.inspector.actor, **about)
    else:
        row = restrictions.propose_recall(session, actor=cast.inspector.actor, decision_number=None, **about)
        restrictions.confirm_recall(session, actor=cast.officer.actor, restriction=row, now=now)
    session.commit()
    manager = browser_of(cast.manager)
    page = manager.get(address).text
    assert f"L260905A {said}" in page
    assert "nên chưa in nhãn được" in page
    assert "kích hoạt tem" not in page
    assert "nên chưa in nhãn được" in manager.post(address, data=form()).text
    assert session.scalars(select(PrintRun)).all() == []


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


@pytest.fixture
def certificate(session, cast, lot, now):
    made = factories.make_certificate(session, cast, now, lot.trade_item)
    session.commit()
    return made


@pytest.fixture
def suspended(session, cast, certificate, now):
    certificate.decisions.append(
        CertificateDecision(
            sequence=1,
            kind=DecisionKind.SUSPENSION,
            from_on=date(2026, 10, 1),
            reason="Lý do thử nghiệm",
            recorded_by_id=cast.officer.account_id,
            created_at=now,
        )
    )
    session.commit()


def test_a_mark_that_holds_is_ticked_and_may_be_left_off(browser_of, cast, address, certificate, session):
    manager = browser_of(cast.manager)
    assert 'value="iso_22000" checked' in manager.get(address).text
    assert manager.post(address, data=form(asked="1")).status_code == 303
    assert session.scalars(select(PrintRun)).one().design["marks"] == []


def test_a_suspended_mark_blocks_with_its_reason_and_one_tap_takes_it_off(
    browser_of, cast, address, suspended, session
):
    manager = browser_of(cast.manager)
    answer = manager.post(address, data=form(asked="1", mark="iso_22000"))
    assert answer.status_code == 422
    assert "Chứng nhận bị đình chỉ từ 01/10/2026" in answer.text
    assert 'value="off:iso_22000"' in answer.text
    assert 'value="iso_22000" checked' in answer.text  # what was chosen is kept
    assert session.scalars(select(PrintRun)).all() == []
    session.commit()
    without = manager.post(address, data=form(asked="1", mark="iso_22000", do="off:iso_22000"))
    assert without.status_code == 303
    page = manager.get(without.location).text
    assert 'value="iso_22000" checked' not in page
    assert "Chưa in được: " not in page
    assert manager.post(address, data=form(asked="1")).status_code == 303
    assert session.scalars(select(PrintRun)).one().design["face"]["certificates"] == []


def test_a_certificate_suspended_after_the_last_labels_is_said_before_the_next(
    browser_of, cast, address, certificate, session, request
):
    manager = browser_of(cast.manager)
    assert manager.post(address, data=form()).status_code == 303
    request.getfixturevalue("suspended")
    page = manager.get(address).text
    assert "Chưa in được: 1 lỗi" in page
    assert "bỏ dấu ISO 22000:2018 khỏi nhãn" in page
    order = session.scalars(select(PrintRun)).one()
    assert order.design["face"]["certificates"] == ["ISO 22000:2018"]  # what was printed is kept


def test_a_mark_nobody_has_on_record_is_refused_and_the_form_is_kept(browser_of, cast, address, certificate):
    answer = browser_of(cast.manager).post(address, data=form(asked="1", mark="halal", n="43"))
    assert answer.status_code == 422
    assert "Dấu halal không có trong hồ sơ của hàng này" in answer.text
    assert 'value="43"' in answer.text


def test_another_choice_of_paper_keeps_the_marks(browser_of, cast, address, certificate):
    answer = browser_of(cast.manager).post(address, data=form(asked="1", mark="iso_22000", do="medium:a4-8"))
    assert "mark=iso_22000" in answer.location
    without = browser_of(cast.manager).post(address, data=form(asked="1", do="medium:a4-8"))
    assert "asked=1" in without.location
    assert "mark=" not in without.location
