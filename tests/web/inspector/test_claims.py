"""May these goods claim this scheme? The inspector is given the one answer, with its reasons."""

from datetime import date

import pytest

from tests import factories
from tests.web.looking import text_of
from traceapp.domain.certificates import DecisionKind, RecordState
from traceapp.domain.reference import StandardKind
from traceapp.models import PrintRun, TradeItemStandard
from traceapp.services import printing


@pytest.fixture
def scene(shelf):
    """Two lots, and a certificate suspended between the days they were made."""
    item = shelf.item()
    lots = [shelf.lot(item, code="BEFORE"), shelf.lot(item, code="AFTER", made_on=date(2026, 10, 5))]
    certificate = shelf.certificate(item)
    shelf.session.commit()
    return item, lots, certificate


@pytest.fixture
def minh(browser_of, cast):
    return browser_of(cast.inspector)


@pytest.fixture
def suspended(shelf, scene):
    shelf.decide(scene[2], DecisionKind.SUSPENSION)
    shelf.session.commit()


def goods(browser, lot, **query):
    return browser.get("/inspect/goods", query_string={"lot": lot.public_id} | query)


def test_a_good_certificate_lets_the_lot_claim_its_scheme(minh, scene):
    page = text_of(goods(minh, scene[1][0]))
    assert "ISO 22000:2018: được ghi" in page
    assert "khi sản xuất lô (05/09/2026): được ghi" in page
    assert "Cần:" not in page


def test_lots_made_before_and_after_a_suspension_are_answered_differently(minh, scene, suspended):
    before, after = (text_of(goods(minh, lot)) for lot in scene[1])
    for page in (before, after):
        assert "ISO 22000:2018: không được ghi" in page
        assert "Thấy: Chứng nhận bị đình chỉ từ 01/10/2026, theo Tổ chức chứng nhận Thử Nghiệm." in page
        assert "Nên làm: Tạm dừng lô, lập biên bản · Hỏi tổ chức chứng nhận" in page
    assert "khi sản xuất lô (05/09/2026): được ghi" in before
    assert "X10" not in before
    assert "khi sản xuất lô (05/10/2026): không được ghi" in after
    assert "Thấy: Lô sản xuất ngày 05/10/2026, trong thời gian chứng nhận bị đình chỉ" in after


def test_the_page_a_buyer_sees_is_the_lots_own(minh, scene):
    item, (before, _after), _certificate = scene
    page = goods(minh, before).get_data(as_text=True)
    assert f'href="/01/{item.gtin}/10/BEFORE">Xem trang người mua thấy' in page


def test_a_body_that_was_not_accredited_heads_the_answer_calmly(minh, shelf, scene, cast, now):
    factories.make_accreditation(shelf.session, cast.body_id, now, valid_until=date(2024, 12, 31))
    shelf.session.commit()
    page = text_of(goods(minh, scene[1][0]))
    assert "ISO 22000:2018: tổ chức chứng nhận không được công nhận vào ngày cấp" in page
    assert "chưa đủ dữ liệu" not in page


def test_another_day_is_asked_about_and_one_that_cannot_be_is_named(minh, scene, suspended):
    page = text_of(goods(minh, scene[1][0], on="30/09/2026"))
    assert "ISO 22000:2018: được ghi" in page
    assert "Ngày 30/09/2026: được ghi" in page
    answer = goods(minh, scene[1][0], on="31/02/2026")
    assert answer.status_code == 422
    assert "Lỗi: Không có ngày 31/02/2026" in text_of(answer)


def test_the_card_gives_the_answer_of_the_goods_page(minh, scene, suspended):
    _item, [before, _after], certificate = scene
    page = text_of(minh.get(f"/inspect/certificates/{certificate.public_id}?lot={before.public_id}"))
    assert "ISO 22000:2018: không được ghi" in page
    assert "khi sản xuất lô (05/09/2026): được ghi" in page
    assert "Cần: Chứng nhận còn hiệu lực vào ngày" in page


def test_without_goods_the_card_answers_for_none(minh, scene):
    page = text_of(minh.get(f"/inspect/certificates/{scene[2].public_id}"))
    assert "được ghi" not in page


def test_a_number_in_two_records_leads_to_both(minh, shelf, scene, cast):
    item, [lot, _], _certificate = scene
    other = shelf.certificate(item, body_id=cast.rival_id)
    shelf.session.commit()
    answer = goods(minh, lot)
    assert "X7" in text_of(answer)
    assert "ISO 22000:2018: được ghi" in text_of(answer)  # two bodies may use one number
    assert f'href="/inspect/certificates/{other.public_id}"' in answer.text


def test_where_nothing_is_found_it_says_what_to_try(minh, shelf):
    lot = shelf.lot(shelf.item())
    shelf.session.commit()
    page = text_of(goods(minh, lot))
    assert "X12" in page
    assert "Kiểm tra lại số, hỏi chủ hồ sơ" in page
    for cause in ("Chưa tải lên", "Bảo mật", "Đã gỡ", "Gõ sai"):
        assert cause in page


def test_a_scheme_the_record_only_names_is_x11_with_what_to_do(minh, shelf, scene):
    item, [lot, _], _certificate = scene
    item.standards.append(TradeItemStandard(kind=StandardKind.OTHER, number="VietGAP"))
    shelf.session.commit()
    page = text_of(goods(minh, lot))
    assert "VietGAP: chưa đủ dữ liệu" in page
    assert "Thấy: Hồ sơ sản phẩm ghi tiêu chuẩn “VietGAP”" in page
    assert "Nên làm: Tạm dừng lô, lập biên bản · Yêu cầu gỡ dấu khỏi nhãn" in page


def test_a_label_printed_before_the_suspension_is_pointed_at(minh, shelf, scene, cast, now, settings):
    item, [lot, other], certificate = scene
    printing.order_labels(
        shelf.session, actor=cast.manager.actor, trade_item=item, lot=lot, count=3,
        choice=printing.Choice("a4-8"), settings=settings, request_key=None, now=now,
    )  # fmt: skip
    shelf.decide(certificate, DecisionKind.SUSPENSION)
    shelf.session.commit()
    assert "ghi “ISO 22000:2018”" in text_of(goods(minh, lot))
    assert "X11" not in text_of(goods(minh, other))
    assert shelf.session.query(PrintRun).count() == 1


def test_a_file_that_changed_makes_the_answer_uncertain(app, minh, shelf, scene, cast, now):
    from traceapp.models import CertificateEvidence, StoredFile
    from traceapp.storage import evidence_key

    storage = app.extensions["storage"]
    sha256 = storage.put(b"%PDF-1.7 demo")
    shelf.session.add(StoredFile(sha256=sha256, size=13, media_type="application/pdf", first_name="a.pdf",
                                 uploaded_by_id=cast.manager.account_id, uploaded_at=now))  # fmt: skip
    shelf.session.flush()
    scene[2].evidence.append(CertificateEvidence(sha256=sha256, created_at=now))
    shelf.session.commit()
    assert "ISO 22000:2018: được ghi" in text_of(goods(minh, scene[1][0]))
    path = storage.folder / evidence_key(sha256)
    path.chmod(0o644)
    path.write_bytes(b"%PDF-1.7 fake")
    page = text_of(goods(minh, scene[1][0]))
    assert "ISO 22000:2018: chưa đủ dữ liệu" in page
    assert "X8" in page


def test_a_certificate_of_another_product_is_no_answer_for_these_goods(minh, shelf, scene):
    item = shelf.item(gtin="09520009010028", folded="x")
    lot = shelf.lot(item)
    shelf.session.commit()
    page = text_of(goods(minh, lot))
    assert "ISO 22000:2018:" not in page
    assert "X12" in page
    assert "Ghi sản phẩm khác." in page


def test_what_the_province_has_not_approved_is_no_answer(minh, shelf, scene, cast):
    certificate = scene[2]
    certificate.record_state, certificate.approved_by_id = RecordState.SUBMITTED, None
    shelf.session.commit()
    page = text_of(goods(minh, scene[1][0]))
    assert "ISO 22000:2018:" not in page
    assert "chưa được tỉnh duyệt" in page
