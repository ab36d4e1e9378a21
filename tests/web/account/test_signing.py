"""Signing up, in and out: one account however the login is typed, one answer for every refusal."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import select

from tests import factories
from tests.web.looking import acts, look
from traceapp.app import create_app
from traceapp.extensions import limiter
from traceapp.models import Account, JournalEntry

DEMO = {"login": "demo@example.com", "password": "mat-khau-demo", "role": "người quản lý", "party": "HTX"}
GOOD = {"display_name": "Mai", "login": "0987 654 321", "password": "hoa hồi tháng chín"}


def sign_in(browser, login="0912 000 001", password=factories.PASSWORD, **more):
    return browser.post("/account/sign-in", data={"login": login, "password": password} | more)


def test_a_newcomer_signs_up_and_goes_on_to_the_party(passer_by, session):
    answer = passer_by.post("/account/sign-up", data=GOOD)
    assert (answer.status_code, answer.location) == (303, "/account/party")
    account = look(session, select(Account).where(Account.login == "+84987654321"))[0]
    assert account.password_hash.startswith("$argon2id$")
    assert acts(session) == ["signed_up"]
    assert passer_by.get("/account/party").status_code == 200


def test_the_journal_keeps_no_name_and_no_number_of_a_person(passer_by, session):
    passer_by.post("/account/sign-up", data=GOOD)
    body = look(session, select(JournalEntry.body))[0]
    assert b"987654321" not in body
    assert b"Mai" not in body


def test_signing_up_twice_says_that_the_account_is_there(passer_by, session):
    assert passer_by.post("/account/sign-up", data=GOOD).status_code == 303
    passer_by.post("/account/sign-out")
    again = passer_by.post("/account/sign-up", data=GOOD | {"login": "+84 987-654-321"})
    assert again.status_code == 422
    assert "đã có tài khoản" in again.text
    assert acts(session) == ["signed_up"]


def test_a_refused_sign_up_tells_every_fault_and_keeps_what_was_typed(passer_by, session):
    answer = passer_by.post("/account/sign-up", data={"display_name": "", "login": "12", "password": "ngắn"})
    assert answer.status_code == 422
    assert "<title>Lỗi:" in answer.text
    assert 'value="12"' in answer.text
    assert answer.text.count("invalid-feedback") == 3
    assert 'value="ngắn"' not in answer.text
    assert acts(session) == []


@pytest.mark.parametrize(
    "password", ["12345678", "MatKhau123", "aaaaaaaaaa", "0987654321", "+84 987 654 321"]
)
def test_a_password_that_everybody_guesses_is_refused(passer_by, session, password):
    answer = passer_by.post("/account/sign-up", data=GOOD | {"password": password})
    assert answer.status_code == 422
    assert acts(session) == []


def test_a_password_needs_no_capitals_digits_or_signs(passer_by):
    told = GOOD | {"password": "   đồi chè xanh   "}
    assert passer_by.post("/account/sign-up", data=told).status_code == 303
    passer_by.post("/account/sign-out")
    assert sign_in(passer_by, "0987654321", "   đồi chè xanh   ").status_code == 303


@pytest.mark.parametrize("login", ["0912000001", "+84912000001", "091 200 00 01", "84912000001"])
def test_one_account_however_its_number_is_typed(passer_by, login):
    assert sign_in(passer_by, login).status_code == 303
    assert passer_by.get("/account/welcome").location == "/coop/"


def test_an_unknown_account_is_answered_like_a_wrong_password(passer_by):
    wrong = sign_in(passer_by, password="không phải mật khẩu này")
    unknown = sign_in(passer_by, login="0912999999")
    nonsense = sign_in(passer_by, login="không phải số")
    assert wrong.status_code == unknown.status_code == nonsense.status_code == 422
    assert "mật khẩu không đúng" in wrong.text
    assert wrong.text.replace("0912 000 001", "") == unknown.text.replace("0912999999", "")


def test_a_closed_account_does_not_open(passer_by, session, cast):
    session.get_one(Account, cast.manager.account_id).closed = True
    session.commit()
    assert sign_in(passer_by).status_code == 422


def test_a_weak_hash_is_made_anew_at_sign_in(passer_by, session, cast):
    sign_in(passer_by)
    kept = look(session, select(Account).where(Account.id == cast.manager.account_id))[0].password_hash
    assert kept != factories.CHEAP_HASH
    assert "m=65536" in kept
    passer_by.post("/account/sign-out")
    assert sign_in(passer_by).status_code == 303


@pytest.mark.parametrize("target", ["/coop/lots?page=2", "/coop/"])
def test_signing_in_goes_on_to_the_page_that_asked(passer_by, target):
    assert sign_in(passer_by, next=target).location == target


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example",
        "javascript:alert(1)", "/\t/evil.example", "evil.example", "/\n//evil.example", "///evil.example", "",
    ],
)  # fmt: skip
def test_signing_in_never_leaves_this_host(passer_by, target):
    assert sign_in(passer_by, next=target).location == "/account/welcome"


def test_a_page_behind_the_gate_asks_to_sign_in_and_remembers(passer_by):
    answer = passer_by.get("/coop/lots?page=2")
    assert answer.status_code == 303
    assert answer.location == "/account/sign-in?next=/coop/lots?page%3D2"
    assert 'value="/coop/lots?page=2"' in passer_by.get(answer.location).text


def test_signing_in_begins_a_new_session(passer_by):
    host = "https://txng.langson.gov.vn"
    with passer_by.session_transaction(base_url=host) as cookie:
        cookie["planted"] = "by a stranger"
    sign_in(passer_by)
    with passer_by.session_transaction(base_url=host) as cookie:
        assert "planted" not in cookie


def test_signing_out_needs_a_post_and_ends_the_session(passer_by):
    sign_in(passer_by)
    assert passer_by.get("/account/sign-out").status_code == 405
    assert passer_by.post("/account/sign-out").status_code == 303
    assert passer_by.post("/account/sign-out").status_code == 303
    assert passer_by.get("/coop/").status_code == 303


def test_who_is_signed_in_is_sent_home_from_the_sign_in_page(browser_of, cast):
    assert browser_of(cast.manager).get("/account/sign-in").location == "/coop/"


def test_password_managers_know_the_fields(passer_by):
    assert 'autocomplete="current-password"' in passer_by.get("/account/sign-in").text
    assert 'autocomplete="new-password"' in passer_by.get("/account/sign-up").text


def test_the_eleventh_try_waits_also_from_another_address(app, passer_by):
    limiter.enabled = True
    try:
        for number in range(10):
            tried = passer_by.post(
                "/account/sign-in",
                data={"login": "0912 000 001", "password": "x"},
                environ_base={"REMOTE_ADDR": f"10.0.0.{number}"},
            )
            assert tried.status_code == 422
        late = passer_by.post(
            "/account/sign-in",
            data={"login": "+84912000001", "password": factories.PASSWORD},
            environ_base={"REMOTE_ADDR": "10.0.0.99"},
        )
        assert late.status_code == 429
        assert "Bạn thử quá nhiều lần" in late.text
        other = passer_by.post(
            "/account/sign-in",
            data={"login": "minh@example.com", "password": factories.PASSWORD},
            environ_base={"REMOTE_ADDR": "10.0.0.99"},
        )
        assert other.status_code == 303
    finally:
        limiter.enabled = False
        limiter.reset()


def test_one_address_cannot_try_many_accounts(passer_by):
    limiter.enabled = True
    try:
        tries = [sign_in(passer_by, login=f"091200001{n}").status_code for n in range(11)]
    finally:
        limiter.enabled = False
        limiter.reset()
    assert tries == [422] * 10 + [429]


def test_a_form_without_its_token_is_refused(app, passer_by, session):
    app.config["WTF_CSRF_ENABLED"] = True
    answer = passer_by.post("/account/sign-up", data=GOOD)
    assert answer.status_code == 400
    assert "tải lại trang" in answer.text
    assert acts(session) == []


def test_only_a_demonstration_shows_accounts(settings, passer_by):
    folder = settings.instance_path / "demo"
    folder.mkdir()
    (folder / "manifest.json").write_text(json.dumps({"accounts": [DEMO]}))
    assert "mat-khau-demo" not in passer_by.get("/account/sign-in").text


def test_a_demonstration_shows_its_accounts(settings):
    folder = settings.instance_path / "demo"
    folder.mkdir()
    (folder / "manifest.json").write_text(json.dumps({"accounts": [DEMO]}))
    demo = create_app(replace(settings, demo=True))
    assert "mat-khau-demo" in demo.test_client().get("/account/sign-in").text
