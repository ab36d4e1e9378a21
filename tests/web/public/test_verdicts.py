"""Every verdict word is reached over HTTP, says its sentence, and weighs little."""

import gzip
import re
from datetime import date

import pytest

from tests import factories
from tests.web.public.scene import HOST, open_page
from traceapp.domain.certificates import DecisionKind

WORDS = {
    "valid_first": (200, "lần quét đầu tiên"),
    "unknown": (404, "trong hệ thống"),
    "recalled": (200, "lô L260905A đang bị thu hồi"),
    "on_hold": (200, "Lô L260905A đang tạm dừng lưu thông để kiểm tra"),
    "void": (200, "không được dùng trên hàng bán"),
    "not_activated": (200, "Tem chưa kích hoạt"),
    "awaiting_approval": (200, "hồ sơ đang chờ tỉnh duyệt"),
    "past_use_by": (200, "Sản phẩm đã quá hạn sử dụng 21/11/2026"),
    "certificate_expired": (200, "nhưng chứng nhận ISO 22000:2018 đã hết hạn 31/10/2026"),
    "certificate_suspended": (200, "nhưng chứng nhận ISO 22000:2018 đang bị đình chỉ"),
    "certificate_unverified": (200, "nhưng nơi cấp ISO 22000:2018 không được công nhận lúc cấp"),
    "certificate_withdrawn": (200, "nhưng chứng nhận ISO 22000:2018 đã bị thu hồi"),
    "may_hold_recalled": (200, "Cẩn thận: trong thùng có thể có hàng đang bị thu hồi"),
    "may_hold_on_hold": (200, "Cẩn thận: trong thùng có thể có hàng đang tạm dừng lưu thông"),
}
CALLED = dict.fromkeys(("certificate_unverified", "may_hold_recalled", "may_hold_on_hold"), "valid_first")
"""What is said loudest, and is a doubt beside another verdict."""


@pytest.mark.parametrize("language", ["vi", "en", "zh"])
@pytest.mark.parametrize("word", WORDS)
def test_each_verdict_is_reached_and_its_page_keeps_the_rules(word, language, shelf, passer_by):
    address = shelf.make(word)
    answer = open_page(passer_by, f"{address}?lang={language}")
    page = answer.get_data(as_text=True)
    status, sentence = WORDS[word]
    assert answer.status_code == status
    assert re.search(f'<main [^>]*data-verdict="{CALLED.get(word, word)}"', page)
    assert page.count("data-verdict") == 1
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert f'<html lang="{language}">' in page
    assert "<script" not in page
    assert " style=" not in page
    assert len(page.encode()) <= 20_000
    assert len(gzip.compress(page.encode())) <= 14_000
    if language == "vi":
        assert sentence in page.replace("<span>", "").replace("</span>", "")


@pytest.mark.parametrize("word", ["certificate_expired", "certificate_suspended", "certificate_withdrawn"])
def test_a_certificate_is_judged_on_the_production_date_too(word, shelf, passer_by):
    page = open_page(passer_by, shelf.make(word)).get_data(as_text=True)
    then = "không còn hiệu lực" if word == "certificate_withdrawn" else "còn hiệu lực"
    assert f"Khi sản xuất lô này (05/09/2026): {then}." in page


def test_a_lot_made_while_the_certificate_was_suspended_is_told_so(shelf, passer_by):
    item, _lot, run = shelf.stamped(made_on=date(2026, 10, 5))
    shelf.decide(shelf.certificate(item), DecisionKind.SUSPENSION)
    shelf.session.commit()
    page = open_page(passer_by, shelf.address(run)).get_data(as_text=True)
    assert "Từ 01/10/2026. Khi sản xuất lô này (05/10/2026): đang bị đình chỉ." in page
    english = open_page(passer_by, f"{shelf.address(run)}?lang=en").get_data(as_text=True)
    assert "production date (05/10/2026): suspended." in english


def test_a_broken_chain_is_told_by_its_facts_and_says_nothing_of_the_goods(shelf, passer_by):
    page = open_page(passer_by, shelf.make("certificate_unverified")).get_data(as_text=True)
    assert '<body class="warn">' in page
    assert "vào ngày cấp Tổ chức chứng nhận Thử Nghiệm không được công nhận cho loại chứng nhận này" in page
    assert "đã hết hạn ngày 31/05/2025, trước ngày cấp" in page
    assert "không nói gì về chất lượng hàng" in page


def test_a_withdrawal_is_told_beside_a_certificate_in_doubt(shelf, passer_by):
    item, _lot, run = shelf.stamped()
    withdrawn = shelf.certificate(item, issued_on=date(2024, 6, 10), valid_from=date(2024, 6, 10))
    shelf.decide(withdrawn, DecisionKind.WITHDRAWAL, from_on=date(2026, 10, 1))
    shelf.certificate(item, number="DEMO-FSMS-0003")
    factories.make_accreditation(shelf.session, shelf.cast.body_id, shelf.now, valid_until=date(2025, 5, 31))
    shelf.session.commit()
    page = open_page(passer_by, shelf.address(run)).get_data(as_text=True)
    assert "chứng nhận ISO 22000:2018 đã bị thu hồi" in page
    assert "Từ 01/10/2026. Khi sản xuất lô này (05/09/2026): còn hiệu lực." in page
    assert "tổ chức chứng nhận không được công nhận" in page


def test_the_api_tells_a_doubt_beside_the_verdict(shelf, passer_by):
    address = shelf.make("certificate_unverified")
    serial = address.rsplit("/", 1)[1]
    answer = passer_by.get(f"/api/v1/stamps/09520009010011/{serial}", base_url=HOST).get_json()
    assert (answer["verdict"], answer["tone"]) == ("valid_first", "caution")
    assert answer["also"] == ["certificate_unverified"]


def test_a_case_that_may_hold_recalled_goods_is_not_called_recalled(shelf, passer_by):
    stamp, run, other = shelf.boxed()
    shelf.session.commit()
    address = shelf.address(stamp)
    page = open_page(passer_by, address).get_data(as_text=True)
    assert '<body class="warn">' in page
    assert "Không có sổ nào ghi tem nào nằm trong thùng nào." in page
    assert "DỪNG SỬ DỤNG" not in page
    [answer] = [passer_by.get(f"/api/v1/stamps/10000007/{address.rsplit('/', 1)[1]}", base_url=HOST)]
    told = answer.get_json()
    assert (told["verdict"], told["tone"], told["also"]) == ("valid_first", "caution", ["may_hold_recalled"])
    assert told["restraints"] == []
    lot = open_page(passer_by, f"/P/10000007/10/{stamp.lot.code}").get_data(as_text=True)
    assert "Trong thùng có thể có hàng đang bị thu hồi hoặc tạm dừng" in lot
    assert "Hãy quét tem trên từng sản phẩm" in lot
    for one, word in ((run, "recalled"), (other, "valid_first")):
        assert f'data-verdict="{word}"' in open_page(passer_by, shelf.address(one)).get_data(as_text=True)


def test_that_a_case_may_hold_recalled_goods_is_said_before_a_lapsed_certificate(shelf, passer_by):
    stamp = shelf.boxed()[0]
    shelf.certificate(stamp.trade_item, valid_until=date(2026, 10, 31))
    shelf.session.commit()
    page = open_page(passer_by, shelf.address(stamp)).get_data(as_text=True)
    assert 'data-verdict="certificate_expired"' in page
    first, then = (page.index(told) for told in ("Cẩn thận: trong thùng", "Chứng nhận ISO 22000:2018 đã hết"))
    assert first < then


def test_an_unknown_code_shows_no_product(shelf, passer_by):
    page = open_page(passer_by, shelf.make("unknown")).get_data(as_text=True)
    assert "Rượu men lá Thử" not in page
    assert "HTX Mẫu Sơn Thử" not in page


def test_a_stamp_before_approval_names_the_product_and_nothing_else(shelf, passer_by):
    page = open_page(passer_by, shelf.make("awaiting_approval")).get_data(as_text=True)
    assert "Rượu men lá Thử" in page
    assert "DEMO-FSMS-0001" not in page


def test_a_recall_comes_first_and_the_rest_is_said_in_plain_lines(shelf, passer_by):
    address = shelf.make("recalled")
    from traceapp.models import Certificate, TradeItem

    item = shelf.session.query(TradeItem).one()
    shelf.certificate(item, valid_until=shelf.now.date().replace(day=1))
    shelf.session.commit()
    assert shelf.session.query(Certificate).count() == 1
    page = open_page(passer_by, address).get_data(as_text=True)
    assert 'data-verdict="recalled"' in page
    assert "Chứng nhận ISO 22000:2018 đã hết hạn" in page
    assert "Tôi vừa mua sản phẩm này" not in page


def test_a_certificate_that_is_not_approved_is_not_shown(shelf, passer_by):
    from traceapp.domain.certificates import RecordState

    item, _lot, run = shelf.stamped()
    shelf.certificate(item, record_state=RecordState.SUBMITTED, approved_by_id=None, approved_at=None)
    address = shelf.address(run)
    shelf.session.commit()
    page = open_page(passer_by, address).get_data(as_text=True)
    assert "DEMO-FSMS-0001" not in page
    assert 'data-verdict="valid_first"' in page


def test_names_with_markup_and_of_great_length_stay_text(shelf, passer_by):
    from traceapp.models import PartyName

    shelf.session.query(PartyName).filter_by(party_id=shelf.cast.cooperative_id).update(
        {"name": '<script>alert("x")</script>' + "Ằ" * 120}
    )
    item = shelf.item(
        name_vi="<img src=x onerror=alert(1)>", name_en=None, warnings="{{ 7*7 }}{0}", brand="'\"><b>x"
    )
    address = shelf.address(shelf.run(item, shelf.lot(item, code="L" + "0" * 19)))
    shelf.session.commit()
    page = open_page(passer_by, address).get_data(as_text=True)
    assert "<script" not in page
    assert "<img src=x" not in page
    assert "{{ 7*7 }}{0}" in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page


def test_the_page_is_english_and_chinese_where_it_is_asked_to_be(shelf, passer_by):
    address = shelf.make("valid_first")
    english = open_page(passer_by, address, headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert "Valid stamp" in english.get_data(as_text=True)
    assert english.headers["Content-Language"] == "en"
    chinese = open_page(passer_by, address, headers={"Accept-Language": "zh-CN"}).get_data(as_text=True)
    assert "标签有效" in chinese
    assert "lang=zh" in open_page(passer_by, address + "?lang=zh").get_data(as_text=True)


def test_the_language_switch_keeps_the_path(shelf, passer_by):
    page = open_page(passer_by, shelf.make("valid_first") + "?done=x&a=b").get_data(as_text=True)
    assert 'href="?a=b&amp;lang=zh"' in page


def test_a_good_serial_beside_a_lot_it_does_not_belong_to_is_said(shelf, passer_by):
    address = shelf.make("valid_first")
    product, serial = address.split("/21/")
    page = open_page(passer_by, f"{product}/10/L999999Z/21/{serial}").get_data(as_text=True)
    assert "Địa chỉ ghi lô L999999Z, nhưng tem này thuộc lô L260905A." in page
    assert "Địa chỉ ghi" not in open_page(passer_by, f"{product}/10/L260905A/21/{serial}").get_data(
        as_text=True
    )
