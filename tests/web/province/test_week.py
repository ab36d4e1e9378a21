"""The province's week and its log of letters."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests import factories
from tests.web.looking import acts, look
from traceapp.domain.letters import LetterState
from traceapp.models import Letter, Party
from traceapp.services.post import reminders
from traceapp.services.post.letters import WRITERS
from traceapp.web.letter_words import KINDS


@pytest.fixture
def officer(browser_of, cast):
    return browser_of(cast.officer)


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
    """The pages' clock."""
    monkeypatch.setattr("traceapp.web.languages.now", lambda: now)
    monkeypatch.setattr("traceapp.web.province.week.now", lambda: now)


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
