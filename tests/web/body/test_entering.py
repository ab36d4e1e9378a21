"""A body enters a certificate it issued: for a producer on record, with a scan, to be approved by others."""

import io
import json

import pytest
from sqlalchemy import select

from tests import factories
from tests.web.looking import acts, look, text_of
from traceapp.domain.certificates import RecordState
from traceapp.domain.parties import PartyState
from traceapp.models import Certificate, JournalEntry, Party


@pytest.fixture
def thu(browser_of, cast):
    return browser_of(cast.body_officer)


@pytest.fixture
def scene(session, cast, now):
    """Lan's cooperative with a product, and a rival with one of its own."""
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    place = factories.make_place(session, cast.cooperative_id, cast.unit_id, now)
    strange = factories.make_trade_item(session, cast.rival_id, now, gtin="09520009020010")
    told = {
        "item": item.public_id,
        "place": place.public_id,
        "strange": strange.public_id,
        "holder": session.get(Party, cast.cooperative_id).public_id,
        "body": session.get(Party, cast.body_id).public_id,
    }
    session.commit()
    return told


def scan():
    return io.BytesIO(factories.a_page_of_pdf()), "giay.pdf"


def typed(scene, **more):
    told = {
        "scheme": "iso_22000",
        "standard": "ISO 22000:2018",
        "number": "DEMO-FSMS-0100",
        "scope_text": "Sản xuất rượu men lá",
        "issued_on": "1/10/2026",
        "valid_until": "30/9/2029",
        "trade_items": [scene["item"]],
        "places": [scene["place"]],
        "evidence": scan(),
    }
    return told | more


def enter(client, scene, follow=False, **more):
    address = f"/body/certificates/new/{scene['holder']}"
    return client.post(address, data=typed(scene, **more), follow_redirects=follow)


def test_a_certificate_goes_from_its_body_to_the_province_and_to_the_public(
    thu, browser_of, cast, passer_by, scene, session
):
    assert "HTX Mẫu Sơn Thử" in text_of(thu.get("/body/certificates/new?q=mau+son"))
    told = text_of(enter(thu, scene, follow=True))
    assert "Đã gửi tỉnh." in told
    assert "Hôm nay: chưa được tỉnh duyệt" in told
    [made] = look(session, select(Certificate))
    assert (made.body_id, made.holder_id) == (cast.body_id, cast.cooperative_id)
    assert (made.record_state, made.entered_by_id) == (RecordState.SUBMITTED, cast.body_officer.account_id)
    assert len(made.subjects) == 2
    public_id = made.public_id
    session.commit()
    assert passer_by.get(f"/certificates/{public_id}").status_code == 404
    assert "DEMO-FSMS-0100" in text_of(browser_of(cast.manager).get("/coop/certificates"))
    hoa = browser_of(cast.officer)
    assert "DEMO-FSMS-0100" in text_of(hoa.get("/province"))
    assert "Thu" in text_of(hoa.get(f"/province/certificates/{public_id}"))
    hoa.post(f"/province/certificates/{public_id}/approve")
    assert "còn hiệu lực" in text_of(passer_by.get(f"/certificates/{public_id}"))
    assert acts(session) == ["entered_certificate", "approved_certificate"]
    [entry, _] = look(session, select(JournalEntry).order_by(JournalEntry.seq))
    assert entry.party_id == cast.cooperative_id
    assert json.loads(entry.body)["facts"]["number"] == "DEMO-FSMS-0100"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"number": ""}, "Cần điền mục này."),
        ({"issued_on": "31/2/2026"}, "Không có ngày 31/2/2026"),
        ({"valid_until": "1/1/2026"}, "Ngày hết hạn 01/01/2026 đứng trước"),
        ({"trade_items": [], "places": []}, "Hãy chọn ít nhất một sản phẩm"),
        ({"evidence": (io.BytesIO(), "")}, "Xin gửi kèm bản chụp"),
        ({"evidence": (io.BytesIO(b"<svg/>"), "x.svg")}, "Chỉ nhận PDF"),
        ({"scheme": "nonsense"}, "Hãy chọn một mục trong danh sách."),
    ],
)
def test_what_is_refused_keeps_what_was_typed(thu, scene, session, wrong, words):
    answer = enter(thu, scene, **wrong)
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert "Sản xuất rượu men lá" in text_of(answer)
    assert answer.get_data(as_text=True).count("<title>Lỗi:") == 1
    assert look(session, select(Certificate)) == []


def test_one_number_of_a_body_is_one_certificate(thu, scene, session):
    assert enter(thu, scene).status_code == 303
    again = enter(thu, scene)
    assert again.status_code == 422
    assert "đã có chứng nhận mang số DEMO-FSMS-0100" in text_of(again)
    assert len(look(session, select(Certificate))) == 1


def test_another_holders_goods_are_not_covered(thu, scene, session):
    answer = enter(thu, scene, trade_items=[scene["strange"]], places=[])
    assert answer.status_code == 422
    assert look(session, select(Certificate)) == []


def test_only_approved_producers_are_found(thu, scene, session, cast):
    page = "/body/certificates/new"
    assert "Chọn đơn vị" not in text_of(thu.get(page))
    for asked in ("không+có+ai", "%25", "Tổ+chức+chứng+nhận"):
        assert "Không có đơn vị đã duyệt nào như vậy" in text_of(thu.get(f"{page}?q={asked}")), asked
    session.get(Party, cast.cooperative_id).state = PartyState.SUBMITTED
    session.commit()
    assert "HTX Mẫu Sơn Thử" not in text_of(thu.get(f"{page}?q=mau+son"))
    for holder in (scene["holder"], scene["body"], "NOSUCH00"):
        assert thu.get(f"{page}/{holder}").status_code == 404
        assert enter(thu, scene | {"holder": holder}).status_code == 404
    assert acts(session) == []


@pytest.mark.parametrize("who", ["manager", "rival", "inspector", "officer"])
def test_nobody_else_enters_for_a_body(browser_of, cast, scene, session, who):
    client = browser_of(getattr(cast, who))
    assert client.get("/body/certificates/new").status_code == 404
    assert enter(client, scene).status_code == 404
    assert acts(session) == []


def test_a_passer_by_is_sent_to_sign_in(passer_by, scene):
    assert enter(passer_by, scene).status_code == 303
    assert passer_by.get("/body/certificates/new").status_code == 303
