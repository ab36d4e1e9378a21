"""More or less than a lot: an inspector chooses, looks how far it reaches, acts; another one answers."""

import re
from datetime import date

import pytest
from sqlalchemy import select

from tests import factories
from tests.web.looking import text_of
from traceapp.domain.identifiers import Gtin
from traceapp.domain.restrictions import HoldReason
from traceapp.domain.serials import mint
from traceapp.models import JournalEntry, Restriction
from traceapp.services.recalls import restrictions
from traceapp.web import paging


@pytest.fixture
def scene(app, session, cast, now):
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    lot = factories.make_lot(session, item, now)
    run = factories.make_run(session, cast, now, item, lot)
    session.commit()
    serials = mint(app.extensions["serial_keys"][0], Gtin(item.gtin), first=0, count=30)
    return {"item": item, "lot": lot, "run": run, "serials": list(serials)}


@pytest.fixture
def minh(browser_of, cast):
    return browser_of(cast.inspector)


@pytest.fixture
def hoa(browser_of, cast):
    return browser_of(cast.officer)


def acts(session):
    told = session.scalars(select(JournalEntry.act).order_by(JournalEntry.seq)).all()
    session.rollback()
    return told


def rows(session):
    """The restrictions, the newest first; the session lets go of the database, as a person's page does."""
    found = session.scalars(select(Restriction).order_by(Restriction.id.desc())).all()
    session.expunge_all()
    session.rollback()
    return found


def look(browser, **asked):
    return browser.get("/inspect/restrict", query_string=asked)


HOLD = {"kind": "hold", "reason": "safety_doubt"}
RECALL = {"kind": "recall", "reason": "safety_doubt", "decision_number": "12/QĐ", "told": "Có mùi lạ."}


def test_the_look_says_how_far_a_stretch_reaches_before_anything_is_done(minh, scene, session):
    asked = {"lot": scene["lot"].public_id, "scope": "stamps", "first": "11", "last": "20"}
    told = text_of(look(minh, **asked))
    assert f"tem số 11–20 của đợt {scene['run'].public_id} (lô L260905A)" in told
    assert "1 lô 10 tem, 10 đã kích hoạt chưa có tem nào được quét" in told
    assert rows(session) == []


@pytest.mark.parametrize("how", ["serial", "scanned", "mixed"])
def test_a_stretch_is_named_by_codes_typed_or_scanned(minh, scene, session, how):
    first, last = scene["serials"][10], scene["serials"][19]
    ends = {
        "serial": (first, last.lower()),
        "scanned": tuple(f"HTTPS://TXNG.LANGSON.GOV.VN/01/09520009010011/21/{end}" for end in (last, first)),
        "mixed": ("11", last),
    }[how]
    asked = {"q": "9520009010011", "scope": "stamps", "first": ends[0], "last": ends[1]}
    answer = minh.post("/inspect/restrict", query_string=asked, data=HOLD)
    assert answer.status_code == 303, text_of(answer)
    [held] = rows(session)
    assert (held.stamp_run_id, held.first_index, held.last_index) == (scene["run"].id, 10, 19)
    assert acts(session) == ["held_goods"]


def test_what_cannot_be_a_stretch_is_told_by_its_field_and_keeps_what_was_typed(minh, scene):
    asked = {"lot": scene["lot"].public_id, "scope": "stamps", "first": "5000", "last": "6000"}
    answer = look(minh, **asked)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "<title>Lỗi:" in page
    assert 'value="5000"' in page
    assert "nằm ngoài đợt in" in page
    assert minh.post("/inspect/restrict", query_string=asked, data=HOLD).status_code == 422


def test_without_a_choice_of_goods_a_box_asks_for_them(minh, scene):
    assert "Mã tem, GTIN, mã sản phẩm hoặc số lô" in text_of(look(minh))
    lost = look(minh, q="KHONG-CO")
    assert lost.status_code == 422
    assert 'value="KHONG-CO"' in lost.get_data(as_text=True)


def test_two_runs_make_the_inspector_choose(minh, scene, session, cast, now):
    factories.make_run(session, cast, now, scene["item"], scene["lot"], first_number=1000, count=40)
    session.commit()
    asked = {"lot": scene["lot"].public_id, "scope": "stamps"}
    assert "Xin chọn một đợt tem" in text_of(look(minh, **asked, first="1", last="2"))
    by_code = look(minh, **asked, first=scene["serials"][3], last=scene["serials"][5])
    assert "tem số 4–6 của đợt" in text_of(by_code)


def test_a_product_is_recalled_by_two(minh, hoa, scene, session):
    asked = {"q": "9520009010011", "scope": "product"}
    refused = minh.post("/inspect/restrict", query_string=asked, data={"kind": "recall"})
    assert refused.status_code == 422
    assert "Hãy chọn một mục trong danh sách." in text_of(refused)
    page = minh.post("/inspect/restrict", query_string=asked, data=RECALL, follow_redirects=True)
    told = text_of(page)
    assert "đề nghị thu hồi, chờ duyệt" in told
    assert "Rút lại đề nghị" in told
    assert "Duyệt thu hồi" not in told
    [recall] = rows(session)
    assert (recall.trade_item_id, recall.told) == (scene["item"].id, "Có mùi lạ.")
    address = f"/inspect/restrictions/{recall.public_id}"
    alone = minh.post(f"{address}/confirm")
    assert alone.status_code == 422
    assert "Người nhập hồ sơ không được tự duyệt" in text_of(alone)
    assert "1 lô 1.000 tem" in text_of(hoa.get(address))
    told = text_of(hoa.post(f"{address}/confirm", follow_redirects=True))
    assert "Đã duyệt thu hồi" in told
    assert acts(session) == ["proposed_recall", "confirmed_recall"]
    again = hoa.post(f"{address}/confirm")
    assert again.status_code == 422
    assert len(acts(session)) == 2


def test_a_proposal_is_refused_with_a_reason_or_taken_back(minh, hoa, scene, session):
    asked = {"lot": scene["lot"].public_id, "scope": "lot"}
    minh.post("/inspect/restrict", query_string=asked, data=RECALL)
    [recall] = rows(session)
    address = f"/inspect/restrictions/{recall.public_id}"
    bare = hoa.post(f"{address}/refuse", data={"reason": ""})
    assert bare.status_code == 422
    assert "Cần ghi lý do." in text_of(bare)
    hoa.post(f"{address}/refuse", data={"reason": "Mẫu đạt"})
    told = text_of(minh.get(address))
    assert "đề nghị bị từ chối" in told
    assert "Mẫu đạt" in told
    minh.post("/inspect/restrict", query_string=asked, data=RECALL)
    second = rows(session)[0]
    address = f"/inspect/restrictions/{second.public_id}"
    assert hoa.post(f"{address}/drop").status_code == 422
    told = text_of(minh.post(f"{address}/drop", follow_redirects=True))
    assert "đề nghị đã rút lại" in told
    assert acts(session) == ["proposed_recall", "refused_recall", "proposed_recall", "dropped_recall"]


def test_the_list_leads_to_each_and_the_goods_page_to_the_choice(minh, scene, session):
    minh.post("/inspect/restrict", query_string={"q": "9520009010011", "scope": "product"}, data=HOLD)
    [held] = rows(session)
    page = minh.get("/inspect/restrictions").get_data(as_text=True)
    assert f"/inspect/restrictions/{held.public_id}" in page
    assert "cả sản phẩm" in page
    goods = minh.get("/inspect/goods", query_string={"lot": scene["lot"].public_id}).get_data(as_text=True)
    assert "/inspect/restrict?lot=" in goods
    assert "Cả sản phẩm đang tạm dừng lưu thông" in goods


@pytest.mark.parametrize("act", ["confirm", "refuse", "drop"])
def test_acts_refuse_a_get_and_survive_the_missing(minh, act):
    assert minh.get(f"/inspect/restrictions/NOSUCH00/{act}").status_code == 405
    assert minh.post(f"/inspect/restrictions/NOSUCH00/{act}").status_code == 404


@pytest.mark.parametrize("who", ["manager", "rival", "body_officer"])
def test_strangers_and_bodies_do_not_find_these_pages(browser_of, cast, scene, session, who):
    browser = browser_of(getattr(cast, who))
    assert browser.get("/inspect/restrictions").status_code == 404
    asked = {"lot": scene["lot"].public_id, "scope": "lot"}
    assert browser.post("/inspect/restrict", query_string=asked, data=HOLD).status_code == 404
    assert rows(session) == []


# ----- the reason beside the register


REASON = {"kind": "recall", "reason": "certificate_not_in_force"}
ON_MADE = "Khi sản xuất lô (05/09/2026):"


def proposed(minh, scene):
    asked = {"lot": scene["lot"].public_id, "scope": "lot"}
    answer = minh.post("/inspect/restrict", query_string=asked, data=REASON)
    assert answer.status_code == 303, text_of(answer)
    return answer.headers["Location"]


def test_a_reason_the_register_contradicts_is_said_to_the_one_who_confirms(
    minh, hoa, scene, session, cast, now
):
    certificate = factories.make_certificate(session, cast, now, scene["item"])
    session.commit()
    page = proposed(minh, scene)
    for answer in (minh.get(page), hoa.get(page), hoa.get("/province/restrictions")):
        told = text_of(answer)
        assert "Hồ sơ trong hệ thống trái với lý do" in told
        assert f"{certificate.number} · ISO 22000:2018 Hôm nay: còn hiệu lực {ON_MADE} còn hiệu lực" in told
        way = f"/inspect/certificates/{certificate.public_id}?lot={scene['lot'].public_id}"
        assert way in answer.get_data(as_text=True)
    assert hoa.post(f"{page}/confirm").status_code == 303  # people decide, not the register


def test_a_reason_the_register_bears_out_is_told_with_both_days(minh, hoa, scene, session, cast, now):
    factories.make_certificate(session, cast, now, scene["item"], valid_until=date(2026, 10, 31))
    session.commit()
    told = text_of(hoa.get(proposed(minh, scene)))
    assert "Hồ sơ trong hệ thống khớp với lý do" in told
    assert f"Hôm nay: đã hết hạn {ON_MADE} còn hiệu lực" in told


def test_of_some_that_hold_and_some_that_do_not_each_is_told(minh, hoa, scene, session, cast, now):
    item = scene["item"]
    factories.make_certificate(session, cast, now, item)
    factories.make_certificate(
        session, cast, now, item, number="QMS-1", scheme="iso_9001", valid_until=date(2026, 9, 30)
    )
    session.commit()
    assert "Hồ sơ trong hệ thống không thống nhất" in text_of(hoa.get(proposed(minh, scene)))


def test_without_a_certificate_on_record_nothing_can_be_compared(minh, hoa, scene):
    assert "Hệ thống không có chứng nhận nào của hàng này" in text_of(hoa.get(proposed(minh, scene)))


def test_another_reason_is_not_compared(minh, hoa, scene, session, cast, now):
    factories.make_certificate(session, cast, now, scene["item"])
    session.commit()
    asked = {"lot": scene["lot"].public_id, "scope": "lot"}
    seen = text_of(look(minh, **asked))
    assert "Hệ thống có gì về chứng nhận của hàng này" in seen  # before a reason is chosen: the facts alone
    assert "Hồ sơ trong hệ thống trái với lý do" not in seen
    page = minh.post("/inspect/restrict", query_string=asked, data=RECALL).headers["Location"]
    assert "Sổ ghi" not in text_of(hoa.get(page))


def test_the_proposers_own_page_says_it_while_the_form_is_open(minh, scene, session, cast, now):
    factories.make_certificate(session, cast, now, scene["item"])
    session.commit()
    asked = {"lot": scene["lot"].public_id, "scope": "lot"}
    answer = minh.post("/inspect/restrict", query_string=asked, data={"reason": REASON["reason"]})
    assert answer.status_code == 422
    assert "Hồ sơ trong hệ thống trái với lý do" in text_of(answer)


def test_a_certificate_whose_chain_is_broken_leaves_the_register_unsure(minh, hoa, scene, session, cast, now):
    factories.make_certificate(session, cast, now, scene["item"])
    factories.make_accreditation(session, cast.body_id, now, valid_until=date(2025, 5, 31))
    session.commit()
    assert "Hệ thống chưa đủ dữ liệu" in text_of(hoa.get(proposed(minh, scene)))


@pytest.mark.parametrize(
    ("who", "page"), [("inspector", "/inspect/restrictions"), ("officer", "/province/restrictions")]
)
def test_the_list_is_told_a_page_at_a_time(browser_of, session, cast, now, monkeypatch, who, page):
    monkeypatch.setattr(paging, "PAGE", 2)
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    for n in range(3):
        lot = factories.make_lot(session, item, now, code=f"LO-{n}")
        restrictions.hold_lot(
            session, actor=cast.inspector.actor, lot=lot, reason=HoldReason.WRONG_LABEL, now=now
        )
    session.commit()
    browser = browser_of(getattr(cast, who))
    first = browser.get(page).text
    assert re.findall("LO-[0-9]", first)[0] == "LO-2"
    assert "LO-0" not in text_of(first)
    [older] = re.findall(rf'href="({page}\?before=[0-9]+)"', first)
    last = browser.get(older).text
    assert "LO-0" in last
    assert "LO-1" not in last
    assert "?before=" not in last
    assert browser.get(f"{page}?before=x").status_code == 200
