"""An inspector follows a recall: calls, answers, sums, a list in which no cell is a formula."""

import csv
import io
import re

import pytest
from sqlalchemy import select

from tests import factories
from tests.web.looking import text_of
from traceapp.domain.restrictions import HoldReason
from traceapp.domain.trade_items import Level, Unit
from traceapp.models import JournalEntry, LotMovement, RecallNotice
from traceapp.services.recalls import movements, recall_notices, restrictions
from traceapp.services.recalls.movements import MovementEntry


@pytest.fixture
def scene(session, cast, now, today):
    lot = factories.make_lot(session, factories.make_trade_item(session, cast.cooperative_id, now), now)
    for name in ('=HYPERLINK("http://x")', "@Cửa hàng chị Mai"):
        movements.record_movement(
            session, actor=cast.manager.actor, lot=lot, request_key=None, now=now, today=today,
            entry=MovementEntry(name=name, phone="0912345678", quantity="100"),
        )  # fmt: skip
    row = restrictions.propose_recall(
        session,
        actor=cast.inspector.actor,
        lot=lot,
        reason=HoldReason.SAFETY_DOUBT,
        decision_number=None,
        now=now,
    )
    restrictions.confirm_recall(session, actor=cast.officer.actor, restriction=row, now=now)
    notices = [one.notice.public_id for one in recall_notices.told_of(session, row)]
    session.commit()
    return {"lot": lot, "address": f"/inspect/restrictions/{row.public_id}", "notices": notices}


@pytest.fixture
def minh(browser_of, cast):
    return browser_of(cast.inspector)


def acts(session):
    told = session.scalars(select(JournalEntry.act).order_by(JournalEntry.seq.desc())).all()
    session.rollback()
    return told


def test_the_page_lists_holders_and_adds_up(minh, scene):
    told = text_of(minh.get(scene["address"]))
    assert "Người giữ hàng" in told
    assert "@Cửa hàng chị Mai" in told
    assert "+84912345678" in told
    assert "Đã giao 200" in told
    assert "Chưa trả lời 200" in told


def test_a_call_is_ticked_and_taken_back(minh, scene, session):
    address = f"{scene['address']}/notices/{scene['notices'][0]}/call"
    assert minh.get(address).status_code == 405
    for _ in range(2):
        told = text_of(minh.post(address, follow_redirects=True))
    assert "Đã gọi điện: Minh" in told
    minh.post(address, data={"undo": "1"})
    assert acts(session)[:2] == ["uncalled_holder", "called_holder"]
    assert minh.post(f"{scene['address']}/notices/ZZZZZZZZ/call").status_code == 404


def test_an_answer_by_telephone_is_written_down(minh, scene, session):
    address = f"{scene['address']}/notices/{scene['notices'][0]}/answer"
    refused = text_of(
        minh.post(address, data={"H87-deed": "sold_out", "H87-held": "5"}, follow_redirects=True)
    )
    assert "Đã chọn “bán hết”" in refused
    told = text_of(
        minh.post(address, data={"H87-deed": "set_apart", "H87-held": "70"}, follow_redirects=True)
    )
    assert "cán bộ ghi" in told
    assert "Tìm thấy: còn giữ, đã trả 70" in told
    assert "Nói đã bán 30" in told
    assert acts(session)[0] == "acknowledged_recall"


def test_a_holder_of_two_units_is_asked_for_each_on_the_telephone(minh, scene, session, cast, now, today):
    lot = session.merge(scene["lot"])
    lot.unit = Unit.KILOGRAM  # corrected since
    movements.record_movement(
        session, actor=cast.manager.actor, lot=lot, request_key=None, now=now, today=today,
        entry=MovementEntry(name="@Cửa hàng chị Mai", phone="0912345678", quantity="20", unit="KGM"),
    )  # fmt: skip
    session.commit()
    page = minh.get(scene["address"]).get_data(as_text=True)
    [number] = re.findall(r'id="h-(\w+)-KGM"', page)
    address = f"{scene['address']}/notices/{number}/answer"
    told = text_of(
        minh.post(address, data={"KGM-deed": "set_apart", "KGM-held": "12"}, follow_redirects=True)
    )
    assert "trả lời một phần, chưa trả lời phần tính bằng: cái" in told
    told = text_of(minh.post(address, data={"H87-deed": "sold_out"}, follow_redirects=True))
    assert "trả lời một phần" not in told


def test_whole_cases_are_told_and_what_nobody_counted_is_in_no_sum(minh, scene, session, cast, now, today):
    lot = session.merge(scene["lot"])
    for number, count in (("10000001", 12), ("10000002", None)):
        case = factories.make_trade_item(
            session, cast.cooperative_id, now, gtin=None, registry_number=number, level=Level.CASE,
            name_vi=f"=Thùng {count or 'lạ'}", contains_id=lot.trade_item_id, contains_count=count,
        )  # fmt: skip
        movements.record_movement(
            session, actor=cast.manager.actor, request_key=None, now=now, today=today,
            lot=factories.make_lot(session, case, now, code=lot.code),
            entry=MovementEntry(name="@Cửa hàng chị Mai", phone="0912345678", quantity="10"),
        )  # fmt: skip
    session.commit()
    told = text_of(minh.get(scene["address"]))
    assert "Đã giao 320" in told
    loose = "10 × =Thùng lạ (chưa rõ số sản phẩm trong thùng)"
    assert f"Chưa tính vào các số trên: {loose}." in told
    assert "đã giao 220 cái · trong đó nguyên thùng:" in told
    rows = list(csv.reader(io.StringIO(minh.get(f"{scene['address']}/holders.csv").get_data(as_text=True))))
    [packed] = [row[5] for row in rows[1:] if row[3] == "220"]
    assert set(packed.split(", ")) == {"10 × =Thùng 12", loose}


def test_a_holder_whose_row_was_reversed_is_shown_as_such(minh, scene, session, cast, now):
    assert "dòng giao nhận đã hủy" not in text_of(minh.get(scene["address"]))
    [row, _] = session.scalars(select(LotMovement).order_by(LotMovement.id.desc())).all()
    movements.reverse_movement(
        session, actor=cast.manager.actor, lot=session.merge(scene["lot"]), public_id=row.public_id, now=now
    )
    session.commit()
    told = text_of(minh.get(scene["address"]))
    assert "@Cửa hàng chị Mai dòng giao nhận đã hủy" in told
    assert "Đã giao 100" in told


def test_the_list_is_a_table_without_formulas(minh, scene):
    answer = minh.get(f"{scene['address']}/holders.csv")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    told = list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    assert len(told) == 3
    assert {row[0] for row in told[1:]} == {'\'=HYPERLINK("http://x")', "'@Cửa hàng chị Mai"}
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in told for cell in row)


def test_the_lot_shows_its_trail_only_while_it_is_held_or_recalled(minh, scene, session, cast, now):
    page = "/inspect/goods?lot=" + scene["lot"].public_id
    assert "@Cửa hàng chị Mai" in text_of(minh.get(page))
    other = factories.make_lot(session, scene["lot"].trade_item, now, code="L2")
    movements.record_movement(
        session, actor=cast.manager.actor, lot=other, request_key=None, now=now, today=now.date(),
        entry=MovementEntry(name="Ông Páo", quantity="1"),
    )  # fmt: skip
    session.commit()
    assert "Ông Páo" not in text_of(minh.get("/inspect/goods?lot=" + other.public_id))


@pytest.mark.parametrize("who", ["manager", "rival", "body_officer"])
def test_others_find_neither_list_nor_acts(browser_of, cast, scene, session, who):
    browser = browser_of(getattr(cast, who))
    assert browser.get(f"{scene['address']}/holders.csv").status_code == 404
    assert browser.post(f"{scene['address']}/notices/{scene['notices'][0]}/call").status_code == 404
    assert session.scalars(select(RecallNotice.called_at)).all() == [None, None]
