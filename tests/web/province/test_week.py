"""The province's week and its log of letters."""

import json
import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from tests import factories
from tests.web.looking import acts, look, text_of
from traceapp.domain.certificates import DecisionKind
from traceapp.domain.letters import LetterState
from traceapp.domain.restrictions import HoldReason
from traceapp.models import CertificateDecision, JournalEntry, Letter, Party, RecallNotice, TradeItem
from traceapp.services.post import reminders
from traceapp.services.post.letters import WRITERS
from traceapp.services.recalls import movements, restrictions
from traceapp.web import paging
from traceapp.web.letter_words import KINDS


@pytest.fixture
def officer(browser_of, cast):
    return browser_of(cast.officer)


@pytest.fixture
def renamed(browser_of, session, cast, now):
    """What the manager of an approved cooperative sends to be called otherwise."""
    party = session.get_one(Party, cast.cooperative_id)
    party.decided_at = now - timedelta(days=1)
    session.commit()
    told = {
        "kind": "cooperative", "name_vi": "HTX Mẫu Sơn Thử", "street": "Thôn Thử Nghiệm",
        "company_prefix": "952000901", "admin_unit": str(cast.unit_id),
    }  # fmt: skip
    manager = browser_of(cast.manager)

    def rename(**more):
        assert manager.post("/coop/party", data=told | more).status_code == 303

    return rename


def test_an_approved_party_that_calls_itself_otherwise_is_shown_to_officers(officer, renamed, session, cast):
    title = "Đơn vị đã duyệt đổi tên hoặc mã"
    renamed(phone="0912 345 678", street="Thôn Hai")
    assert title not in officer.get("/province/week").text
    renamed(name_vi="Sở Thử Nghiệm", tax_code="0100233488")
    page = text_of(officer.get("/province/week"))
    assert f"{title} Trong 30 ngày qua" in page
    assert "đã đổi: tên, mã số thuế Sở Thử Nghiệm tên trước: HTX Mẫu Sơn Thử" in page
    facts = [json.loads(one.body)["facts"] for one in look(session, select(JournalEntry))]
    assert [one["changed"] for one in facts] == [[], ["name_vi", "tax_code"]]
    assert "Sở" not in str(facts)


def test_what_was_approved_since_is_no_news(officer, renamed, session, cast, now):
    renamed(name_vi="HTX Mẫu Sơn Mới")
    assert "HTX Mẫu Sơn Mới" in officer.get("/province/week").text
    session.get_one(Party, cast.cooperative_id).decided_at = now + timedelta(days=1)
    session.commit()
    assert "HTX Mẫu Sơn Mới" not in officer.get("/province/week").text


@pytest.fixture
def certificate(session, cast, now, today):
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    session.get_one(Party, cast.cooperative_id).email = "htx@example.com"
    made = factories.make_certificate(session, cast, now, item, valid_until=today + timedelta(days=20))
    session.commit()
    return made


@pytest.fixture
def letter(session, certificate, now):
    """A letter to the holder that the mail server refused."""
    reminders.put_due(session, now=now)
    made = session.scalars(select(Letter).where(Letter.kind == reminders.ENDING)).one()
    made.state, made.tries, made.error = LetterState.FAILED, 8, "550 5.1.1 <…> unknown"
    session.commit()
    return made


@pytest.fixture(autouse=True)
def on_the_day(monkeypatch, now):
    """The pages' clock: what `now` asks, for whoever imports `now` in the meantime keeps it."""
    monkeypatch.setattr("traceapp.web.languages.datetime", SimpleNamespace(now=lambda zone: now))


def test_a_week_of_very_many_lists_the_first_fifty_and_leads_on_to_the_rest(
    officer, session, cast, certificate, now, today
):
    item = session.scalars(select(TradeItem)).first()
    for n in range(120):
        factories.make_certificate(
            session, cast, now, item, number=f"HET-{n:03}/26", valid_until=today + timedelta(days=21 + n // 4)
        )
    renewed = factories.make_certificate(session, cast, now, item, number="CU/26", valid_until=today)
    factories.make_certificate(session, cast, now, item, number="MOI/26", replaces_id=renewed.id)
    session.commit()
    page = officer.get("/province/week").text
    assert len(re.findall(r'<b><a class="text-reset" href="/province/certificates/', page)) == 50
    assert certificate.number in page
    assert "HET-048/26" in page
    assert "HET-049/26" not in page
    assert "CU/26" not in page
    assert "Còn 71 chứng nhận nữa hết hạn trong 90 ngày tới" in page
    first = officer.get("/province/certificates?status=active").text
    assert certificate.number in first


def test_the_week_lists_what_ends_with_its_holder(officer, certificate):
    page = officer.get("/province/week").text
    for part in (
        certificate.number,
        "HTX Mẫu Sơn Thử",
        "Còn 20 ngày",
        "Chưa có thư nhắc nào",
        "07/12 – 13/12/2026",
    ):
        assert part in page
    assert f"/province/certificates/{certificate.public_id}" in page


def test_a_week_without_anything_says_so(officer):
    page = officer.get("/province/week").text
    assert "Không có chứng nhận nào hết hạn" in page
    assert "Không có hồ sơ nào chờ duyệt" in page


def test_what_is_most_pressing_comes_first(officer, certificate, session, cast, now, today):
    item = session.scalars(select(TradeItem)).one()
    lot = factories.make_lot(session, item, now)
    factories.make_lot(session, item, now, code="KHAC")
    stopped = factories.make_certificate(session, cast, now, item, number="DEMO-NGUNG")
    stopped.decisions.append(
        CertificateDecision(
            sequence=1,
            kind=DecisionKind.SUSPENSION,
            from_on=today - timedelta(days=3),
            reason="Chưa khắc phục lỗi",
            recorded_by_id=cast.officer.account_id,
            created_at=now,
        )
    )
    about = {"actor": cast.inspector.actor, "reason": HoldReason.SAFETY_DOUBT}
    held = restrictions.hold_lot(session, lot=lot, now=now - timedelta(days=11), **about)
    row = restrictions.propose_recall(
        session, lot=lot, decision_number=None, now=now - timedelta(hours=25), **about
    )
    session.commit()
    page = officer.get("/province/week").text
    order = (
        "Đề nghị thu hồi chờ người thứ hai duyệt",
        "đã chờ 25 giờ",
        f"/inspect/restrictions/{row.public_id}",
        "Tạm dừng đến hạn xem lại",
        f"/province/restrictions?before={held.id + 1}#{held.public_id}",
        "Chứng nhận đang bị đình chỉ",
        f"đình chỉ từ {today - timedelta(days=3):%d/%m/%Y}",
        "DEMO-NGUNG",
        "Còn 20 ngày",
    )
    places = [page.index(part) for part in order]
    assert places == sorted(places)


def test_the_queue_leads_to_the_week_and_counts_it(officer, certificate):
    page = officer.get("/province").text
    assert 'href="/province/week"' in page
    assert "Cần làm tuần này" in page


def test_the_log_says_to_whom_masked_and_why_it_failed(officer, letter):
    page = officer.get("/province/reminders").text
    assert "h•••@example.com" in page
    assert "htx@example.com" not in page
    assert "550 5.1.1 &lt;…&gt; unknown" in page
    assert page.count("Gửi lại") == 1
    assert "mail_url" in page  # no server is set
    assert letter.public_id not in officer.get("/province/reminders?state=sent").text
    assert "Chưa có thư nào như vậy" in officer.get("/province/reminders?state=sent").text
    assert officer.get("/province/reminders?state=x&before=y").status_code == 200


def test_the_way_to_an_old_hold_leads_to_its_page_of_the_list(officer, session, cast, now, monkeypatch):
    monkeypatch.setattr(paging, "PAGE", 1)
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    old, _new = (
        restrictions.hold_lot(
            session, actor=cast.inspector.actor, lot=factories.make_lot(session, item, now, code=code),
            reason=HoldReason.SAFETY_DOUBT, now=now - timedelta(days=11),
        )
        for code in ("CU", "MOI")
    )  # fmt: skip
    session.commit()
    for page in ("/province/week", f"/inspect/restrictions/{old.public_id}"):
        [way] = re.findall(rf'class="btn[^"]*" href="([^"]+)#{old.public_id}"', officer.get(page).text)
        assert f'id="{old.public_id}"' in officer.get(way).text


def test_the_log_names_what_a_letter_is_about_and_no_key_of_ours(
    officer, letter, certificate, session, cast, now
):
    item = session.scalars(select(TradeItem)).one()
    lot = factories.make_lot(session, item, now)
    rival = session.get_one(Party, cast.rival_id)
    rival.email = "doi-thu@example.com"
    rival.gln = "9520009020003"
    movements.record_movement(
        session,
        actor=cast.manager.actor,
        lot=lot,
        entry=movements.MovementEntry(code=rival.gln, quantity="10", moved_on="06/09/2026"),
        request_key=None,
        now=now,
        today=now.date(),
    )
    row = restrictions.propose_recall(
        session,
        actor=cast.inspector.actor,
        lot=lot,
        reason=HoldReason.SAFETY_DOUBT,
        decision_number=None,
        now=now,
    )
    restrictions.confirm_recall(session, actor=cast.officer.actor, restriction=row, now=now)
    [notice] = session.scalars(select(RecallNotice))
    session.commit()
    page = officer.get("/province/reminders").text
    assert f">{certificate.standard} · {certificate.number}</a>" in page
    assert "HTX Mẫu Sơn Thử" in page
    assert f"/inspect/restrictions/{row.public_id}" in page
    assert "Rượu men lá Thử · lô L260905A" in page
    assert f">{certificate.public_id}<" not in page
    assert notice.public_id not in page


def test_a_failed_letter_is_sent_again_once(officer, letter, session):
    url = f"/province/reminders/{letter.public_id}/again"
    for _ in range(2):
        assert officer.post(url).status_code == 303
    [row] = look(session, select(Letter).where(Letter.id == letter.id))
    assert (row.state, row.tries, row.error) == (LetterState.WAITING, 0, None)
    assert acts(session) == ["sent_letter_again"]
    assert officer.get(url).status_code == 405
    assert officer.post("/province/reminders/ZZZZZZZZ/again").status_code == 404


def test_a_sent_letter_is_not_sent_again(officer, letter, session, now):
    letter.state, letter.sent_at = LetterState.SENT, now
    session.commit()
    page = officer.post(f"/province/reminders/{letter.public_id}/again", follow_redirects=True).text
    assert "không cần gửi lại" in page
    assert look(session, select(Letter.state).where(Letter.id == letter.id)) == [LetterState.SENT]


def test_a_letter_in_doubt_is_being_sent_while_its_worker_may_live(officer, letter, session, now):
    letter.state, letter.worker, letter.lease_until = LetterState.IN_DOUBT, "x:1", now + timedelta(minutes=1)
    session.commit()
    page = officer.get("/province/reminders").text
    assert "đang gửi</span>" in page
    assert "Gửi lại" not in page
    letter.lease_until = now - timedelta(minutes=1)
    session.commit()
    page = officer.get("/province/reminders").text
    assert "chưa rõ đã tới chưa</span>" in page
    assert "Xin hỏi người nhận trước khi gửi lại." in page
    assert "Gửi lại" in page


def test_every_kind_of_letter_has_a_word_in_the_log():
    assert set(KINDS) == set(WRITERS)


def test_old_letters_are_on_the_next_page(officer, session, certificate, now):
    for number in range(51):
        told = {
            "next_try_at": now,
            "created_at": now,
            "public_id": factories.next_public_id(),
            "day": now.date(),
        }
        about = {"kind": "certificate_ending", "subject": f"certificate:{number}", "recipient": "0" * 64}
        session.add(Letter(language="vi", facts={}, **about, **told))
    session.commit()
    page = officer.get("/province/reminders").text
    assert "địa chỉ đã xóa" in page
    assert "Cũ hơn" in page


@pytest.mark.parametrize("page", ["week", "reminders"])
def test_only_the_provinces_officers_look(page, browser_of, cast):
    for who in (cast.manager, cast.inspector, cast.body_officer):
        assert browser_of(who).get(f"/province/{page}").status_code == 404
