"""The cooperative's home: what waits, in the order it presses; numbers that add up."""

from datetime import date, timedelta

import pytest

from tests import factories
from traceapp.domain.certificates import DecisionKind, RecordState
from traceapp.domain.parties import PartyState
from traceapp.domain.stamps import StampState
from traceapp.models import CertificateDecision, Party

pytestmark = pytest.mark.usefixtures("clock")


def todo(browser):
    page = browser.get("/coop/").text
    return page[page.index('id="todo"') : page.index("<h2", page.index('id="todo"'))]


def test_a_newcomers_home_says_where_to_begin(rival):
    page = rival.get("/coop/").text
    assert "Chưa có sản phẩm nào" in page
    assert "Chưa in tem nào" in page
    assert 'btn-xl" href="/coop/items/new"' in page
    assert "Không có việc gì phải làm" in page


def test_the_main_act_follows_what_is_there(manager, item):
    assert 'btn-xl" href="/coop/lots/new"' in manager.get("/coop/").text


def test_with_a_lot_the_main_act_is_printing(manager, lot):
    assert 'btn-xl" href="/coop/stamps/new"' in manager.get("/coop/").text


def test_a_draft_is_reminded_and_sent_from_here(manager, session, cast):
    party = session.get_one(Party, cast.cooperative_id)
    party.state = PartyState.DRAFT
    session.commit()
    assert 'href="/coop/party">Bổ sung' in todo(manager)
    party.tax_code = "0100233488"
    session.commit()
    assert 'action="/coop/party/submit"' in todo(manager)


@pytest.mark.parametrize(
    ("left", "told", "tone"),
    [
        (0, "Hết hạn hôm nay", "stop"), (7, "Còn 7 ngày", "stop"), (30, "Còn 30 ngày", "caution"),
        (90, "Còn 90 ngày", '"pill "'), (-1, "Đã hết hạn", "caution"),
    ],
)  # fmt: skip
def test_a_certificate_that_ends_is_told_in_time(manager, session, cast, now, item, today, left, told, tone):
    factories.make_certificate(session, cast, now, item, valid_until=today + timedelta(days=left))
    session.commit()
    assert told in todo(manager)
    assert tone.strip('"') in todo(manager)


@pytest.mark.parametrize("until", [date(2027, 2, 21), date(2026, 8, 1)])
def test_a_certificate_far_from_its_end_is_not(manager, session, cast, now, item, until):
    factories.make_certificate(session, cast, now, item, valid_until=until)
    session.commit()
    assert "DEMO-FSMS-0001" not in todo(manager)


def test_what_came_back_stands_first_with_its_reason(manager, session, cast, now, item, lot):
    returned = {"record_state": RecordState.RETURNED, "approved_by_id": None, "return_reason": "Ảnh mờ"}
    factories.make_certificate(session, cast, now, item, **returned)
    session.commit()
    told = todo(manager)
    assert "Tỉnh ghi: Ảnh mờ" in told
    assert told.index("Ảnh mờ") < told.index("Hồ sơ lô L260905A")


def test_stamps_that_lie_idle_are_counted_and_told_after_90_days(manager, session, cast, now, item, lot):
    old = now - timedelta(days=95)
    factories.make_run(session, cast, old, item, lot, state=StampState.PRINTED, activated_at=None)
    session.commit()
    page = manager.get("/coop/").text
    assert "95 ngày chưa kích hoạt" in page
    assert "1.000 tem của lô L260905A" in page
    assert "cấp ngày 19/08/2026" in page


def test_young_or_activated_stamps_are_not_told(manager, session, cast, now, item, lot):
    factories.make_run(session, cast, now, item, lot, state=StampState.PRINTED, activated_at=None)
    factories.make_run(session, cast, now - timedelta(days=200), item, lot, first_number=5000)
    session.commit()
    page = manager.get("/coop/").text
    assert "ngày chưa kích hoạt" not in page
    assert "Tem đã cấp: 2.000" in page


def test_gaps_of_a_lot_are_told_with_their_share(manager, lot):
    told = todo(manager)
    assert "Thiếu 3 trong 15 mục" in told
    assert "Hình ảnh sản phẩm" in told
    assert 'value="12" max="15"' in told


def test_a_rivals_records_never_show(rival, session, cast, now, item, lot):
    factories.make_run(session, cast, now, item, lot)
    factories.make_certificate(session, cast, now, item)
    session.commit()
    for path in ("/coop/", "/coop/items", "/coop/lots", "/coop/certificates"):
        page = rival.get(path).text
        for mine in ("Rượu men lá Thử", "L260905A", "DEMO-FSMS-0001", "HTX Mẫu Sơn Thử"):
            assert mine not in page


def test_a_suspended_certificate_is_told_at_home_and_on_the_product(manager, session, cast, item, now):
    """Whoever holds a paper hears of its suspension here, not from a buyer."""
    paper = factories.make_certificate(session, cast, now, item)
    paper.decisions.append(
        CertificateDecision(
            sequence=1, kind=DecisionKind.SUSPENSION, from_on=now.date(), reason="thử",
            recorded_by_id=cast.officer.account_id, created_at=now,
        )
    )  # fmt: skip
    public_id, number = item.public_id, paper.number
    session.commit()
    home = manager.get("/coop/").text
    assert f"Chứng nhận {number}" in home
    assert "Đang bị đình chỉ" in home
    assert "đình chỉ" in manager.get(f"/coop/items/{public_id}").text
