"""Each certificate is told twice, today and when the lot was made: facts and days, and nobody accused."""

from datetime import date

import pytest

from tests import factories
from tests.web.looking import text_of
from tests.web.public.scene import open_page
from traceapp.domain.certificates import DecisionKind
from traceapp.domain.reference import StandardKind
from traceapp.models import TradeItemStandard
from traceapp.services import printing


@pytest.fixture
def told(shelf, passer_by):
    """What a stamp's page says of certificates, with its two cells and its lines."""

    def told(run, language="vi"):
        shelf.session.commit()
        page = open_page(passer_by, f"{shelf.address(run)}?lang={language}").text
        return text_of(page.split("<h2>")[2])

    return told


def suspended_goods(shelf, *decisions, **lot):
    item, _lot, run = shelf.stamped(**lot)
    certificate = shelf.certificate(item)
    for sequence, (kind, day) in enumerate(decisions, 1):
        shelf.decide(certificate, kind, sequence, day)
    return run


OCTOBER = (DecisionKind.SUSPENSION, date(2026, 10, 1))
NOVEMBER = (DecisionKind.RESTORATION, date(2026, 11, 1))


@pytest.mark.parametrize(
    ("decisions", "made", "today", "then", "lines"),
    [
        ([], date(2026, 9, 5), "còn hiệu lực", "còn hiệu lực", []),
        (
            [OCTOBER],
            date(2026, 9, 5),
            "đình chỉ",
            "còn hiệu lực",
            ["bị đình chỉ từ 01/10/2026", "Lô này sản xuất ngày 05/09/2026, khi chứng nhận còn hiệu lực."],
        ),
        (
            [OCTOBER],
            date(2026, 10, 5),
            "đình chỉ",
            "đình chỉ",
            ["bị đình chỉ từ 01/10/2026", "ngày 05/10/2026, trong thời gian chứng nhận bị đình chỉ"],
        ),
        (
            [OCTOBER, NOVEMBER],
            date(2026, 10, 5),
            "còn hiệu lực",
            "đình chỉ",
            ["ngày 05/10/2026, trong thời gian chứng nhận bị đình chỉ (từ 01/10/2026)"],
        ),
        ([OCTOBER, NOVEMBER], date(2026, 11, 5), "còn hiệu lực", "còn hiệu lực", []),
        (
            [],
            date(2025, 6, 9),
            "còn hiệu lực",
            "chưa có hiệu lực",
            ["ngày 09/06/2025, trước ngày chứng nhận có hiệu lực (10/06/2025)"],
        ),
        (
            [(DecisionKind.WITHDRAWAL, date(2026, 8, 1))],
            date(2026, 9, 5),
            "thu hồi",
            "thu hồi",
            [
                "bị thu hồi từ 01/08/2026",
                "ngày 05/09/2026, sau khi chứng nhận bị thu hồi hoặc hủy (01/08/2026)",
            ],
        ),
    ],
)
def test_a_certificate_is_told_on_both_days(shelf, told, decisions, made, today, then, lines):
    page = told(suspended_goods(shelf, *decisions, made_on=made))
    assert f"Hôm nay {today}" in page
    assert f"Khi sản xuất lô {then}" in page
    for line in lines:
        assert line in page
    assert page.count("Lô này sản xuất ngày") + page.count("Lô sản xuất ngày") == sum(
        "ngày 0" in x for x in lines
    )


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "This lot was made on 05/09/2026, while the certificate was valid."),
        ("zh", "本批次生产于05/09/2026，当时证书有效。"),
    ],
)
def test_other_languages_are_told_the_same(shelf, told, language, expected):
    assert expected in told(suspended_goods(shelf, OCTOBER), language)


def test_a_renewed_certificate_outlives_the_old_one_and_the_lot_made_under_it(shelf, told):
    item, _lot, run = shelf.stamped()
    shelf.certificate(item, number="OLD", valid_until=date(2026, 9, 30))
    shelf.certificate(item, number="NEW", valid_from=date(2026, 10, 1), issued_on=date(2026, 10, 1))
    page = told(run)
    assert "Chứng nhận hết hạn ngày 30/09/2026." in page
    assert "Nay đã có chứng nhận số NEW." in page
    assert "khi chứng nhận còn hiệu lực" in page


def test_a_body_that_was_not_accredited_and_one_that_is_no_longer_are_told_apart(shelf, told, cast):
    item, _lot, run = shelf.stamped()
    shelf.certificate(item)

    standing = factories.make_accreditation(shelf.session, cast.body_id, shelf.now, scopes=["FSMS"])

    def accredited(start, end):
        standing.valid_from, standing.valid_until = start, end

    accredited(date(2024, 1, 1), date(2026, 1, 1))
    page = told(run)
    assert "chứng nhận đã cấp trước đó vẫn có giá trị" in page
    assert "ngày cấp" not in page
    accredited(date(2026, 1, 1), date(2027, 1, 1))
    assert "Công nhận DEMO-ACC-001 chỉ bắt đầu từ ngày 01/01/2026, sau ngày cấp 10/06/2025." in told(run)


def test_a_scheme_that_the_product_only_claims_is_said_to_be_claimed(shelf, told):
    item, _lot, run = shelf.stamped()
    item.standards.append(TradeItemStandard(kind=StandardKind.OTHER, number="VietGAP"))
    page = told(run)
    assert "Hồ sơ sản phẩm ghi VietGAP : tự công bố, chưa xác minh." in page
    shelf.certificate(item, scheme="vietgap", standard="VietGAP", number="DEMO-VG")
    assert "tự công bố" not in told(run)


def test_another_makers_certificate_says_whose_it_is(shelf, told, cast):
    item, _lot, run = shelf.stamped()
    shelf.certificate(item, holder_id=cast.rival_id)
    assert "Chứng nhận cấp cho HTX Đối Thủ." in told(run)


def test_what_was_in_force_on_neither_day_is_folded_away_where_another_vouches(shelf, told):
    item, _lot, run = shelf.stamped()
    shelf.certificate(item)
    shelf.decide(shelf.certificate(item, number="GONE"), DecisionKind.WITHDRAWAL, from_on=date(2026, 8, 1))
    before, _, folded = told(run).partition("1 chứng nhận khác, không dùng cho lô này")
    assert "DEMO-FSMS-0001" in before
    assert "GONE" not in before
    assert "GONE" in folded
    assert "bị thu hồi từ 01/08/2026" in folded


def test_a_certificate_in_force_on_one_of_the_days_is_never_folded_away(shelf, told):
    item, _lot, run = shelf.stamped()
    shelf.certificate(item)
    shelf.certificate(item, number="OLD", valid_until=date(2026, 9, 30))
    assert "chứng nhận khác" not in told(run)


def test_where_nothing_vouches_everything_is_told(shelf, told):
    item, _lot, run = shelf.stamped()
    for number in ("ONE", "TWO"):
        certificate = shelf.certificate(item, number=number)
        shelf.decide(certificate, DecisionKind.WITHDRAWAL, from_on=date(2026, 8, 1))
    page = told(run)
    assert "chứng nhận khác" not in page
    assert page.count("bị thu hồi từ 01/08/2026") == 2


def test_a_mark_of_an_ordered_label_that_nothing_vouches_for_any_more_is_told(shelf, told):
    item, lot, run = shelf.stamped()
    certificate = shelf.certificate(item)
    printing.order_labels(
        shelf.session, actor=shelf.cast.manager.actor, trade_item=item, lot=lot, count=3,
        choice=printing.Choice("a4-8"), settings=shelf.settings, request_key=None, now=shelf.now,
        wanted=["iso_22000"],
    )  # fmt: skip
    said = "Nhãn đặt in ngày 22/11/2026 ghi ISO 22000:2018"
    assert said not in told(run)
    shelf.decide(certificate, DecisionKind.WITHDRAWAL)
    assert told(run).count(said) == 1
    assert "Labels ordered on 22/11/2026 say ISO 22000:2018" in told(run, "en")
