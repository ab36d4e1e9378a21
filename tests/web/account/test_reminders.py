"""Which reminders come by mail: chosen on one's own page, or by the link in a letter, without signing in."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests import factories
from tests.web.looking import acts, look
from traceapp import keys
from traceapp.domain.letters import recipient_of
from traceapp.extensions import limiter
from traceapp.models import MailWish, Party
from traceapp.services.post import reminders
from traceapp.services.post.stationery import sealed

LINK = "/account/reminders/"


@pytest.fixture
def link(session, cast, now, today, settings):
    """The link at the foot of the letter to the cooperative's own address."""
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    session.get_one(Party, cast.cooperative_id).email = "htx@example.com"
    factories.make_certificate(session, cast, now, item, valid_until=today + timedelta(days=7))
    session.flush()
    reminders.put_due(session, now=now)
    session.commit()
    return LINK + sealed(keys.session_secret(settings.instance_path), recipient_of("htx@example.com"))


def steps(session):
    return {one.recipient: one.steps for one in look(session, select(MailWish))}


def ticked(page):
    return re.findall(r'value="([0-9]+)" checked', page)


def test_looking_at_the_link_changes_nothing_and_tells_no_address(passer_by, link, session):
    answer = passer_by.get(link)
    assert answer.status_code == 200
    assert ticked(answer.text) == ["90", "60", "30", "7", "0"]
    assert "h•••@example.com" in answer.text
    assert "htx@example.com" not in answer.text
    assert (steps(session), acts(session)) == ({}, [])


def test_one_click_of_a_mail_program_ends_the_letters_at_once(app, link, session):
    app.config["WTF_CSRF_ENABLED"] = True  # it brings no token
    answer = app.test_client().post(link, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert "Đã ngừng" in answer.text
    assert app.test_client().post(link, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert steps(session) == {recipient_of("htx@example.com"): []}
    assert acts(session) == ["chose_reminders"]


def test_a_person_stops_chooses_and_takes_it_back(passer_by, link, session):
    answer = passer_by.post(link, data={"stop": "1", "steps": ["90"]})
    assert (answer.status_code, answer.location) == (303, link + "?saved=1&lang=vi")
    assert "Đã ngừng" in passer_by.get(answer.location).text
    answer = passer_by.post(link, data={"steps": ["30", "7"]})
    assert ticked(passer_by.get(answer.location).text) == ["30", "7"]
    assert steps(session) == {recipient_of("htx@example.com"): [30, 7]}


def test_an_address_chooses_twenty_times_a_day(passer_by, link, session):
    limiter.enabled = True
    limiter.reset()
    try:
        kept = [passer_by.post(link, data={"steps": [("30", "7")[n % 2]]}).status_code for n in range(20)]
        late = passer_by.post(link, data={"steps": ["90"]})
        looking = passer_by.get(link).status_code
    finally:
        limiter.reset()
        limiter.enabled = False
    assert kept == [303] * 20
    assert (late.status_code, looking) == (429, 200)
    assert "đã được gửi 20 lần" in late.text
    assert acts(session) == ["chose_reminders"] * 20


def test_a_step_nobody_offers_is_refused(passer_by, link, session):
    assert passer_by.post(link, data={"steps": ["45"]}).status_code == 400
    assert steps(session) == {}


@pytest.mark.parametrize("token", ["x", "ImFiIg.x", "a" * 3000])
def test_a_link_we_did_not_seal_leads_nowhere(passer_by, link, session, token):
    assert passer_by.get(LINK + token).status_code == 404
    assert passer_by.post(LINK + token, data={"stop": "1"}).status_code == 404
    forged = LINK + sealed(b"another key", recipient_of("htx@example.com"))
    assert passer_by.post(forged, data={"stop": "1"}).status_code == 404
    assert steps(session) == {}


def test_a_sealed_address_that_was_never_written_to_leads_nowhere(passer_by, link, settings):
    strange = LINK + sealed(keys.session_secret(settings.instance_path), recipient_of("x@example.com"))
    assert passer_by.get(strange).status_code == 404


def test_who_signs_in_by_mail_chooses_on_the_account_page(browser_of, cast, session):
    officer = browser_of(cast.officer)
    assert ticked(officer.get("/account/").text) == ["90", "60", "30", "7", "0"]
    answer = officer.post("/account/reminders", data={"steps": ["7", "0"]})
    assert (answer.status_code, answer.location) == (303, "/account/#thu-nhac")
    assert ticked(officer.get("/account/").text) == ["7", "0"]
    assert steps(session) == {recipient_of("hoa@example.com"): [7, 0]}
    assert acts(session) == ["chose_reminders"]
    officer.post("/account/reminders", data={"steps": ["7", "0"]})
    assert acts(session) == ["chose_reminders"]
    officer.get("/account/")
    answer = officer.post("/account/reminders", data={"steps": ["45"]}, follow_redirects=True)
    assert "Hãy chọn một mục trong danh sách." in answer.text
    assert "Đã lưu" not in answer.text


def test_who_signs_in_by_telephone_is_told_why_there_is_nothing_to_choose(browser_of, cast, passer_by):
    page = browser_of(cast.manager).get("/account/").text
    assert "số điện thoại nên không nhận thư" in page
    assert ticked(page) == []
    assert passer_by.post("/account/reminders").status_code == 303  # to the sign-in page
    assert passer_by.get("/account/reminders").status_code == 405


def test_who_gets_no_letters_is_offered_no_choice(browser_of, cast):
    for who in (cast.inspector, cast.body_officer):
        assert "thu-nhac" not in browser_of(who).get("/account/").text


def test_a_choice_sent_again_unchanged_leaves_no_entry_and_twenty_an_hour_are_enough(
    browser_of, cast, session
):
    hoa, other = browser_of(cast.officer), browser_of(cast.second_officer)
    for _ in range(3):
        assert hoa.post("/account/reminders", data={"steps": ["30", "7"]}).status_code == 303
    assert acts(session) == ["chose_reminders"]
    limiter.enabled = True
    limiter.reset()
    try:
        kept = [
            hoa.post("/account/reminders", data={"steps": [("30", "7")[n % 2]]}).status_code
            for n in range(20)
        ]
        late = hoa.post("/account/reminders", data={"steps": ["90"]})
        beside = other.post("/account/reminders", data={"steps": ["90"]}).status_code
    finally:
        limiter.reset()
        limiter.enabled = False
    assert (kept, beside) == ([303] * 20, 303)
    assert late.status_code == 429
    assert 3500 < int(late.headers["Retry-After"]) <= 3600
    assert re.search("Đợi (khoảng 1 giờ|60 phút|59 phút)", late.text)
