"""A holder of recalled goods answers on a page of their own: a link, no account, no cookie, no script."""

from decimal import Decimal
from functools import partial

import pytest
from sqlalchemy import select

from tests import factories
from tests.web.looking import text_of
from tests.web.public.scene import HOST
from traceapp import keys
from traceapp.domain.restrictions import HoldReason, RecallEnding
from traceapp.domain.trade_items import Level, Unit
from traceapp.extensions import limiter
from traceapp.models import JournalEntry, RecallAcknowledgement
from traceapp.services.recalls import movements, recall_notices, restrictions
from traceapp.services.recalls.movements import MovementEntry
from traceapp.services.recalls.notice_links import token_of


@pytest.fixture
def link(shelf):
    """A recalled lot of which a shop has 100 bottles, and the shop's link."""
    _item, lot, _run = shelf.stamped()
    session, cast = shelf.session, shelf.cast
    for name in ("Cửa hàng chị Mai", "Đại lý Kỳ Cùng"):
        movements.record_movement(
            session, actor=cast.manager.actor, lot=lot, request_key=None, now=shelf.now,
            entry=MovementEntry(name=name, phone="0912345678", quantity="100"), today=shelf.now.date(),
        )  # fmt: skip
    row = restrictions.propose_recall(
        session, actor=cast.inspector.actor, lot=lot, reason=HoldReason.SAFETY_DOUBT, decision_number="12/QĐ",
        now=shelf.now,
    )  # fmt: skip
    restrictions.confirm_recall(session, actor=cast.officer.actor, restriction=row, now=shelf.now)
    session.commit()
    token = token_of(
        keys.session_secret(shelf.settings.instance_path), recall_notices.told_of(session, row)[0].notice
    )
    shelf.recall, shelf.recall_id = row, row.public_id
    session.commit()  # lets go of the database, and keeps what was read
    return f"/recalls/{shelf.recall_id}/acknowledge/{token}"


def answers(shelf):
    found = shelf.session.scalars(select(RecallAcknowledgement).order_by(RecallAcknowledgement.id)).all()
    shelf.session.expunge_all()
    shelf.session.rollback()
    return found


@pytest.mark.parametrize("language", ["vi", "en", "zh"])
def test_the_page_asks_its_holder_and_names_no_other(link, passer_by, language):
    answer = passer_by.get(f"{link}?lang={language}", base_url=HOST)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert f'<html lang="{language}">' in page
    assert "Set-Cookie" not in answer.headers
    assert "<script" not in page
    assert 'name="robots" content="noindex"' in page
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "Đại lý Kỳ Cùng" in page
    assert "Mai" not in text_of(answer)
    assert "100" in text_of(answer)


def test_whole_cases_are_told_beside_what_is_in_them(link, passer_by, shelf):
    session, cast = shelf.session, shelf.cast
    lot = shelf.recall.lot
    case = factories.make_trade_item(
        session, cast.cooperative_id, shelf.now, gtin=None, registry_number="10000001", level=Level.CASE,
        name_vi="Thùng 12 chai", contains_id=lot.trade_item_id, contains_count=12,
    )  # fmt: skip
    movements.record_movement(
        session, actor=cast.manager.actor, request_key=None, now=shelf.now, today=shelf.now.date(),
        lot=factories.make_lot(session, case, shelf.now, code=lot.code),
        entry=MovementEntry(name="Đại lý Kỳ Cùng", phone="0912345678", quantity="10"),
    )  # fmt: skip
    session.commit()
    told = text_of(passer_by.get(link, base_url=HOST))
    assert "220 cái trong đó nguyên thùng: 10 × Thùng 12 chai" in told
    assert "Xin ghi số sản phẩm, không ghi số thùng." in told


def test_an_answer_is_kept_once_and_corrected_by_a_new_row(link, passer_by, shelf):
    post = partial(passer_by.post, link, base_url=HOST, follow_redirects=True)
    for _ in range(2):
        told = text_of(post(data={"H87-deed": "set_apart", "H87-held": "40", "H87-returned": "10"}))
        assert "Đã ghi nhận lúc" in told
    assert len(answers(shelf)) == 1
    post(data={"H87-deed": "returned", "H87-held": "", "H87-returned": "90"})
    first, second = answers(shelf)
    assert (first.held, second.returned) == (40, 90)
    entries = shelf.session.scalars(select(JournalEntry).where(JournalEntry.act == "acknowledged_recall"))
    assert [entry.actor_id for entry in entries] == [None, None]


@pytest.mark.parametrize(
    ("origin", "site", "status"),
    [
        (HOST, "same-origin", 303),
        ("null", "same-origin", 303),  # what browsers send where a page hides where it was
        ("null", "cross-site", 403),
        ("null", None, 403),
        ("https://evil.example", "cross-site", 403),
        ("https://evil.example", "same-origin", 403),
        (None, None, 303),
    ],
)
def test_browsers_send_the_form_from_this_page_and_from_no_other(link, passer_by, origin, site, status):
    told = {"Origin": origin, "Sec-Fetch-Site": site}
    headers = {name: value for name, value in told.items() if value}
    answer = passer_by.post(link, base_url=HOST, data={"H87-deed": "sold_out"}, headers=headers)
    assert answer.status_code == status


def test_a_link_takes_twenty_answers_a_day(link, passer_by, shelf):
    def post(held):
        return passer_by.post(link, base_url=HOST, data={"H87-deed": "set_apart", "H87-held": held})

    limiter.enabled = True
    limiter.reset()
    try:
        kept = [post(str(held)).status_code for held in range(20)]
        late = post("99")
        looking = passer_by.get(link, base_url=HOST).status_code
    finally:
        limiter.reset()
        limiter.enabled = False
    assert kept == [303] * 20
    assert (late.status_code, looking) == (429, 200)
    assert "đã có 20 lần trả lời qua đường dẫn này" in text_of(late)
    assert len(answers(shelf)) == 20


def test_a_holder_of_pieces_and_kilograms_is_asked_for_both(link, passer_by, shelf):
    shelf.recall.lot.unit = Unit.KILOGRAM  # corrected since
    entry = MovementEntry(name="Đại lý Kỳ Cùng", phone="0912345678", quantity="20", unit="KGM")
    movements.record_movement(
        shelf.session, actor=shelf.cast.manager.actor, lot=shelf.recall.lot, entry=entry, request_key=None,
        now=shelf.now, today=shelf.now.date(),
    )  # fmt: skip
    shelf.session.commit()
    asked = text_of(passer_by.get(link, base_url=HOST))
    assert "nhiều đơn vị tính" in asked
    half = {"H87-deed": "set_apart", "H87-held": "40", "note": "Ở kho"}
    refused = passer_by.post(link, base_url=HOST, data=half)
    assert refused.status_code == 422
    assert 'value="40"' in refused.get_data(as_text=True)
    contrary = half | {"KGM-deed": "sold_out", "KGM-held": "3"}
    assert passer_by.post(link, base_url=HOST, data=contrary).status_code == 422
    assert answers(shelf) == []  # all or none
    whole = half | {"KGM-deed": "returned", "KGM-returned": "19,5"}
    for _ in range(2):
        told = text_of(passer_by.post(link, base_url=HOST, data=whole, follow_redirects=True))
        assert "Đã ghi nhận lúc" in told
    assert {(one.unit.value, one.held, one.returned) for one in answers(shelf)} == {
        ("H87", 40, 0),
        ("KGM", 0, Decimal("19.5")),
    }
    assert 'value="Ở kho"' in passer_by.get(link, base_url=HOST).get_data(as_text=True)


def test_a_refused_answer_keeps_what_was_typed(link, passer_by, shelf):
    answer = passer_by.post(
        link, base_url=HOST, data={"H87-deed": "set_apart", "H87-held": "bốn mươi", "note": "Ở kho"}
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "<title>Lỗi:" in page
    assert 'value="bốn mươi"' in page
    assert 'value="Ở kho"' in page
    contrary = passer_by.post(link, base_url=HOST, data={"H87-deed": "sold_out", "H87-held": "4"})
    assert contrary.status_code == 422
    assert answers(shelf) == []


def test_a_wrong_link_opens_nothing(link, passer_by, shelf):
    for wrong in (link[:-1], link.replace(shelf.recall_id, "ZZZZZZZZ")):
        assert passer_by.get(wrong, base_url=HOST).status_code == 404
        assert passer_by.post(wrong, base_url=HOST, data={"H87-deed": "sold_out"}).status_code == 404
    assert answers(shelf) == []


def test_after_the_end_the_page_thanks_and_asks_no_more(link, passer_by, shelf):
    restrictions.lift(
        shelf.session, actor=shelf.cast.officer.actor, restriction=shelf.recall, ending=RecallEnding.DESTROY,
        now=shelf.now,
    )  # fmt: skip
    shelf.session.commit()
    assert "Gửi trả lời" not in text_of(passer_by.get(link, base_url=HOST))
    late = passer_by.post(link, base_url=HOST, data={"H87-deed": "sold_out"})
    assert late.status_code == 422
    assert answers(shelf) == []


def test_holders_are_named_nowhere_in_public(link, passer_by, shelf):
    for address in ("/recalls", f"/recalls/{shelf.recall_id}", "/recalls.atom", "/api/v1/recalls"):
        told = passer_by.get(address, base_url=HOST).get_data(as_text=True)
        for hidden in ("Mai", "Kỳ Cùng", "912345678", link.rpartition("/")[2]):
            assert hidden not in told


def test_robots_stay_away_from_the_links(passer_by):
    assert "Disallow: /recalls/*/acknowledge" in passer_by.get("/robots.txt", base_url=HOST).get_data(
        as_text=True
    )
