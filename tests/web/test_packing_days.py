"""A lot of which only the packing day is known is told as packed, at every door that says its day."""

import re
from datetime import date

import pytest

from tests.web.looking import text_of
from tests.web.public.scene import HOST, open_page
from traceapp.domain.certificates import DecisionKind
from traceapp.domain.restrictions import RestrictionKind

PACKED = {"made_on": None, "packed_on": date(2026, 10, 5)}
OF_THE_LOT = re.compile(r"[Kk]hi sản xuất|[Ss]ản xuất(?: ngày)? \(?05/10/2026|[Nn]gày sản xuất lô")
"""A sentence that would call the packing day the day of making."""


@pytest.fixture
def scene(shelf):
    """A lot packed while its certificate was suspended, and stamps on it."""
    item, lot, run = shelf.stamped(**PACKED)
    certificate = shelf.certificate(item)
    shelf.decide(certificate, DecisionKind.SUSPENSION)
    shelf.session.commit()
    return item, lot, run, certificate


@pytest.fixture
def minh(browser_of, cast):
    return browser_of(cast.inspector)


def test_the_pattern_knows_the_wrong_sentences(shelf, passer_by):
    item, _lot, run = shelf.stamped(made_on=date(2026, 10, 5))
    shelf.decide(shelf.certificate(item), DecisionKind.SUSPENSION)
    shelf.session.commit()
    assert len(OF_THE_LOT.findall(text_of(open_page(passer_by, shelf.address(run))))) >= 4


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "vi",
            (
                "Từ 01/10/2026. Khi đóng gói lô này (05/10/2026): đang bị đình chỉ.",
                "Khi đóng gói lô đình chỉ",
                "Lô đóng gói ngày 05/10/2026, trong thời gian chứng nhận bị đình chỉ (từ 01/10/2026).",
                "Ngày đóng gói 05/10/2026",
            ),
        ),
        (
            "en",
            (
                "packing date (05/10/2026): suspended.",
                "When the lot was packed",
                "The lot was packed on 05/10/2026, while the certificate was suspended (since 01/10/2026).",
            ),
        ),
        (
            "zh",
            (
                "本批次包装日期（05/10/2026）：已暂停。",
                "批次包装时",
                "批次包装于05/10/2026，当时证书处于暂停状态（自01/10/2026起）。",
            ),
        ),
    ],
)
def test_a_stamps_page_says_packed(shelf, passer_by, scene, language, sentences):
    page = text_of(open_page(passer_by, f"{shelf.address(scene[2])}?lang={language}"))
    for sentence in sentences:
        assert sentence in page
    assert OF_THE_LOT.findall(page) == []


@pytest.mark.parametrize(
    ("kind", "from_on", "days", "sentence"),
    [
        (DecisionKind.SUSPENSION, date(2026, 11, 1), {}, "({day}): còn hiệu lực."),
        (DecisionKind.WITHDRAWAL, date(2026, 10, 1), {}, "({day}): không còn hiệu lực."),
        (None, None, {"valid_until": date(2026, 10, 4)}, "({day}): đã hết hiệu lực."),
        (
            DecisionKind.SUSPENSION,
            date(2026, 11, 1),
            {"valid_from": date(2026, 10, 9), "issued_on": date(2026, 10, 9)},
            "({day}): chưa có hiệu lực.",
        ),
    ],
)
def test_a_verdict_is_told_of_the_packing_day(shelf, passer_by, kind, from_on, days, sentence):
    item, _lot, run = shelf.stamped(**PACKED)
    certificate = shelf.certificate(item, **days)
    if kind is not None:
        shelf.decide(certificate, kind, from_on=from_on)
    shelf.session.commit()
    page = text_of(open_page(passer_by, shelf.address(run)))
    assert f"Khi đóng gói lô này {sentence.format(day='05/10/2026')}" in page
    assert OF_THE_LOT.findall(page) == []


def test_that_it_was_packed_in_force_is_told_beside_the_certificate(shelf, passer_by):
    item, _lot, run = shelf.stamped(**PACKED)
    shelf.decide(shelf.certificate(item), DecisionKind.SUSPENSION, from_on=date(2026, 11, 1))
    shelf.session.commit()
    page = text_of(open_page(passer_by, shelf.address(run)))
    assert "Lô này đóng gói ngày 05/10/2026, khi chứng nhận còn hiệu lực." in page


def test_the_notice_of_a_recall_names_the_packing_day(shelf, passer_by, scene):
    row = shelf.restrict(RestrictionKind.RECALL, lot_id=scene[1].id, decision_number="12/QĐ", told="Lý do.")
    shelf.session.commit()
    page = text_of(open_page(passer_by, f"/recalls/{row.public_id}"))
    assert "Ngày đóng gói 05/10/2026" in page
    assert OF_THE_LOT.findall(page) == []


def test_the_inspector_reads_packed_on_the_goods_and_on_the_card(minh, scene):
    _item, lot, _run, certificate = scene
    goods = text_of(minh.get(f"/inspect/goods?lot={lot.public_id}"))
    assert "L260905A · đóng gói 05/10/2026" in goods
    assert "khi đóng gói lô (05/10/2026): không được ghi" in goods
    assert "Cần: Lô đóng gói khi chứng nhận còn hiệu lực (10/06/2025 – 09/06/2028)." in goods
    assert "Ngày đóng gói (05/10/2026): đình chỉ" in goods
    assert "X10 · Đóng gói khi chứng nhận bị đình chỉ" in goods
    card = text_of(minh.get(f"/inspect/certificates/{certificate.public_id}?lot={lot.public_id}"))
    assert "Ngày 05/10/2026: đình chỉ Ngày đóng gói lô L260905A" in card
    assert "khi đóng gói lô (05/10/2026): không được ghi" in card
    assert OF_THE_LOT.findall(goods + card) == []


def test_a_certificate_that_ran_out_since_is_no_contradiction_of_the_packing_day(minh, shelf):
    item, lot, _run = shelf.stamped(**PACKED)
    certificate = shelf.certificate(item, valid_until=date(2026, 10, 31))
    shelf.session.commit()
    asked = f"/inspect/certificates/{certificate.public_id}?lot={lot.public_id}"
    assert "Chứng nhận hết hạn ngày 31/10/2026" in text_of(minh.get(asked))
    assert "X10" not in text_of(minh.get(asked))


def test_the_reason_of_a_recall_stands_beside_the_packing_day(minh, scene):
    asked = {"lot": scene[1].public_id, "scope": "lot"}
    reason = {"kind": "recall", "reason": "certificate_not_in_force"}
    made = minh.post("/inspect/restrict", query_string=asked, data=reason)
    page = text_of(minh.get(made.headers["Location"]))
    assert "Khi đóng gói lô (05/10/2026): đình chỉ" in page
    assert OF_THE_LOT.findall(page) == []


def test_programs_are_given_each_day_under_its_own_name(shelf, passer_by, scene):
    here = "/api/v1/trade-items/09520009010011/claims?lot=L260905A&on=2026-11-22"
    [claim] = passer_by.get(here, base_url=HOST).get_json()["claims"]
    assert (claim["made_on"], claim["packed_on"], claim["when_made"]) == (None, "2026-10-05", "may_not")
    [found] = [one for one in claim["conflicts"] if one["code"] == "X10"]
    assert found["facts"]["packed"] == "2026-10-05"
    assert "made" not in found["facts"]
    assert found["label"] == "Đóng gói khi chứng nhận bị đình chỉ"
    assert found["found"].startswith("Lô đóng gói ngày 05/10/2026, ")
    told = passer_by.get(f"/api/v1/stamps/09520009010011/{shelf.serial(scene[2])}", base_url=HOST).get_json()
    assert (told["made_on"], told["packed_on"]) == (None, "2026-10-05")


def test_a_lot_made_one_day_and_packed_another_is_judged_on_the_first(shelf, passer_by):
    item, _lot, _run = shelf.stamped(made_on=date(2026, 9, 5), packed_on=date(2026, 10, 5))
    shelf.decide(shelf.certificate(item), DecisionKind.SUSPENSION)
    shelf.session.commit()
    here = "/api/v1/trade-items/09520009010011/claims?lot=L260905A"
    [claim] = passer_by.get(here, base_url=HOST).get_json()["claims"]
    assert (claim["made_on"], claim["packed_on"], claim["when_made"]) == ("2026-09-05", None, "may")
