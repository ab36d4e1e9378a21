"""The page behind the code on minutes: what the paper says, for who was handed it and nobody else."""

import json
import re
from io import BytesIO

import pytest
from sqlalchemy import select, text

from tests import factories
from tests.labels.eyes import decoded
from tests.web.inspector.test_inspections import closed, fill, photo, printed, raster, row_of
from tests.web.looking import text_of
from tests.web.public.scene import HOST
from traceapp.models import Inspection

PEOPLE = ("Bà Thử", "Minh", "Ông Chứng", "Chị Khác")


@pytest.fixture
def minh(browser_of, cast):
    return browser_of(cast.inspector)


@pytest.fixture
def record(minh, session, cast, now):
    """A closed record: a lot on hold, goods on no record, a photo; the seller did not sign."""
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    lot = factories.make_lot(session, item, now)
    session.commit()
    page = minh.post("/inspect/inspections", data={"lot": lot.public_id}).headers["Location"]
    minh.post(f"/inspect/lots/{lot.public_id}/hold", data={"reason": "wrong_label"})
    goods = {"named": "Rượu <b>can</b>", "quantity": "12,5", "unit": "LTR", "price": "80.000"}
    minh.post(f"{page}/goods", data=goods | {"finding": "non_conformant", "note": "Không nhãn"})
    minh.post(f"{page}/checklist", data={"label": "no", "papers": "yes"})
    minh.post(
        f"{page}/photos", data={"photos": (BytesIO(photo()), "a.jpg")}, content_type="multipart/form-data"
    )
    fill(minh, page, signs="no", refusal_reason="Vắng mặt", witnesses="Ông Chứng")
    people = {"seller_name": "Bà Thử", "leader_name": "Minh", "others": "Chị Khác"}
    minh.post(f"{page}/people", data=people | {"version": "99"})
    place = {"site_name": "Quầy 7", "commune": "xã Thử Nghiệm", "address": "Chợ Thử"}
    where = {"latitude": "21,853", "longitude": "106,761"}
    minh.post(f"{page}/place", data=place | where | {"version": "99"})
    closed(minh, page)
    return page


def address_of(session):
    """What the record's bytes say its paper opens, without the host."""
    return json.loads(row_of(session).body)["address"].removeprefix(HOST)


def test_the_code_on_the_paper_opens_the_page_without_an_account(minh, record, tmp_path, passer_by, session):
    [address] = decoded(raster(printed(minh, record), tmp_path))
    assert address == HOST + address_of(session)
    answer = passer_by.get(address.removeprefix(HOST), base_url=HOST)
    assert answer.status_code == 200
    told, row = text_of(answer), row_of(session)
    for said in (
        f"Biên bản {row.number}", "Sở Thử Nghiệm", "Quầy 7", "Chợ Thử, xã Thử Nghiệm", "L260905A",
        "12,5 lít", "80.000", "Không đạt", "Không nhãn", "Nhãn thiếu xuất xứ", "nhãn sai", "Vắng mặt",
        f"{row.sha256[:32]} {row.sha256[32:]}", row.photos[0].sha256, "Không có trong hệ thống",
        "Hồ sơ còn nguyên vẹn",
    ):  # fmt: skip
        assert said in told
    page = answer.get_data(as_text=True)
    assert "Rượu &lt;b&gt;can&lt;/b&gt;" in page
    assert f'href="/recalls/{row.items[0].hold.public_id}"' in page


def test_nobody_is_named_and_no_place_is_pointed_at(record, passer_by, session):
    told = text_of(passer_by.get(address_of(session), base_url=HOST))
    for hidden in (*PEOPLE, "21.853", "21,853", "106,761"):
        assert hidden not in told


def test_no_index_keeps_it_and_no_other_page_hears_its_address(record, passer_by, session):
    answer = passer_by.get(address_of(session), base_url=HOST)
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert '<meta name="robots" content="noindex">' in answer.text
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert "<script" not in answer.text


def test_another_token_another_record_or_a_draft_opens_nothing(minh, record, passer_by, session):
    page, _, token = address_of(session).rpartition("/")
    wrong = token[:-1] + ("0" if token[-1] != "0" else "1")
    minh.post("/inspect/inspections", data={"q": "Rượu khác"})
    draft = row_of(session).public_id
    paths = (
        f"{page}/{wrong}",
        f"{page}/{token[:8]}",
        f"/minutes/{draft}/{token}",
        f"/minutes/NOSUCH00/{token}",
    )
    for path in paths:
        answer = passer_by.get(path, base_url=HOST)
        assert answer.status_code == 404
        assert "Không có biên bản nào ở địa chỉ này." in text_of(answer)
        assert "Quầy 7" not in answer.text
    assert passer_by.get(f"{page}/{token.lower()}", base_url=HOST).status_code == 200
    assert passer_by.post(f"{page}/{token}", base_url=HOST).status_code == 405


def test_a_record_closed_before_there_were_such_pages_opens_by_no_token(record, passer_by, session):
    """Its address is its page behind sign-in: the last part of that is no secret."""
    row = row_of(session)
    body = row.body.replace(address_of(session).encode(), f"/inspect/inspections/{row.public_id}".encode())
    session.execute(text("DROP TRIGGER IF EXISTS inspection_is_fixed" + _on(session)))
    session.execute(Inspection.__table__.update().values(body=body))
    session.commit()
    assert passer_by.get(f"/minutes/{row.public_id}/{row.public_id}", base_url=HOST).status_code == 404


def test_a_record_that_was_tampered_with_says_so(record, passer_by, session):
    path, row = address_of(session), row_of(session)
    session.execute(text("DROP TRIGGER IF EXISTS inspection_is_fixed" + _on(session)))
    changed = row.body.replace("Nhãn thiếu xuất xứ".encode(), "Nhãn đủ".encode())
    session.execute(Inspection.__table__.update().values(body=changed))
    session.commit()
    answer = passer_by.get(path, base_url=HOST)
    assert '<body class="stop">' in answer.text
    assert "Hồ sơ biên bản đã thay đổi" in answer.text


def test_a_supplement_is_named_on_the_page_of_what_it_adds_to(minh, record, passer_by, session):
    first = address_of(session)
    more = minh.post(f"{record}/supplement").headers["Location"]
    fill(minh, more)
    closed(minh, more)
    number = session.scalars(select(Inspection.number).order_by(Inspection.id.desc())).first()
    assert f"Sau đó có biên bản bổ sung số {number}." in text_of(passer_by.get(first, base_url=HOST))


def test_the_inspectors_page_leads_to_what_the_seller_sees(minh, record, session):
    page = minh.get(record).get_data(as_text=True)
    assert re.search(r'href="([^"]+)">Trang người bán mở bằng mã QR', page)[1] == HOST + address_of(session)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_frame_and_the_fixed_words_speak_the_readers_language(record, passer_by, session, language):
    answer = passer_by.get(f"{address_of(session)}?lang={language}", base_url=HOST)
    assert f'<html lang="{language}">' in answer.text
    assert "Kết quả kiểm tra" not in answer.text
    assert "Nhãn thiếu xuất xứ" in answer.text


def _on(session) -> str:
    return " ON inspection" if session.get_bind().dialect.name == "postgresql" else ""
