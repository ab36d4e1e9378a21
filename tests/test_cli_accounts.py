"""Accounts as an operator keeps them from a shell: who may do what, who no more, who forgot a password."""

# ruff: noqa: F811 - fixtures of a neighbour are named as they are used

import json

import pytest
from sqlalchemy import select

from tests import factories
from tests.test_cli import environment, one_line, traceapp  # noqa: F401 - fixtures of the same command
from tests.web.looking import acts, look
from traceapp.commands import ground
from traceapp.domain.days import today_in_vietnam
from traceapp.models import Account, Membership, Party
from traceapp.services.parties import api_keys

NEW = "mot-cau-dai-de-nho\n"


@pytest.fixture
def offices(session, cast):
    """Public ids by what they are."""
    named = {"office": cast.authority_id, "cooperative": cast.cooperative_id, "body": cast.body_id}
    told = {name: session.get_one(Party, number).public_id for name, number in named.items()}
    session.commit()
    return told


@pytest.fixture
def key(session, cast, now):
    """A key for programs of the inspector's."""
    proved = session.get_one(Account, cast.inspector.account_id).password_hash
    _, text = api_keys.create_key(
        session, actor=cast.inspector.actor, proved=proved, name="thử", days=90, now=now, today=now.date()
    )
    session.commit()
    return text


def opens(session, key):
    session.expire_all()
    found = api_keys.find_actor(session, key, today_in_vietnam(ground.now()))
    session.commit()
    return found is not None


def held(session, person):
    rows = look(session, select(Membership).where(Membership.account_id == person.account_id))
    return [(row.role.value, row.valid_until is None) for row in rows]


def test_who_leaves_an_office_may_nothing_more_the_same_moment(traceapp, browser_of, session, cast, key):
    browser = browser_of(cast.inspector)
    assert browser.get("/inspect").status_code == 200
    assert opens(session, key)
    assert traceapp("accounts", "end", "--login", " Minh@Example.com").returncode == 0
    assert browser.get("/inspect").status_code == 404
    assert not opens(session, key)
    assert held(session, cast.inspector) == [("inspector", False)]
    assert acts(session)[-1:] == ["ended_role"]
    again = traceapp("accounts", "end", "--login", "minh@example.com")
    assert (again.returncode, "minh@example.com" in one_line(again)) == (1, True)
    assert acts(session).count("ended_role") == 1


def test_a_role_may_come_back_and_one_given_by_mistake_today_goes_whole(traceapp, session, cast, offices):
    minh = ("--login", "minh@example.com")
    assert traceapp("accounts", "end", *minh, "--role", "province").returncode == 1  # that one he never had
    assert (
        traceapp("accounts", "give", *minh, "--role", "province", "--party", offices["office"]).returncode
        == 0
    )
    assert (
        traceapp("accounts", "give", *minh, "--role", "province", "--party", offices["office"]).returncode
        == 0
    )
    assert acts(session).count("gave_role") == 1
    assert held(session, cast.inspector) == [("inspector", True), ("province", True)]
    assert traceapp("accounts", "end", *minh, "--role", "province").returncode == 0
    assert held(session, cast.inspector) == [("inspector", True)]
    assert traceapp("accounts", "end", *minh).returncode == 0
    assert (
        traceapp("accounts", "give", *minh, "--role", "inspector", "--party", offices["office"]).returncode
        == 0
    )
    assert held(session, cast.inspector) == [("inspector", True)]


@pytest.mark.parametrize(
    ("role", "party"),
    [
        ("province", "cooperative"),
        ("inspector", "body"),
        ("body_officer", "cooperative"),
        ("manager", "office"),
    ],
)
def test_nobody_is_an_officer_for_a_cooperative(traceapp, session, offices, role, party):
    words = ("--login", "an@example.com", "--role", role, "--party", offices[party])
    answer = traceapp("accounts", "create", *words, "--password-stdin", told=NEW)
    assert (answer.returncode, role in one_line(answer)) == (3, True)
    assert look(session, select(Account).where(Account.login == "an@example.com")) == []


def test_an_officer_without_an_office_is_not_made_in_silence(traceapp, session):
    words = ("--login", "an@example.com", "--role", "inspector", "--password-stdin")
    answer = traceapp("accounts", "create", *words, told=NEW)
    assert (answer.returncode, "--party" in one_line(answer)) == (2, True)
    assert look(session, select(Account).where(Account.login == "an@example.com")) == []


def test_an_account_acts_for_one_party(traceapp, session, cast, offices):
    words = ("--login", "minh@example.com", "--role", "body_officer", "--party", offices["body"])
    answer = traceapp("accounts", "give", *words)
    assert (answer.returncode, "Sở Thử Nghiệm" in one_line(answer)) == (3, True)
    assert held(session, cast.inspector) == [("inspector", True)]


def test_a_closed_account_is_out_at_once_and_comes_back_when_opened(
    traceapp, app, browser_of, session, cast, key
):
    browser = browser_of(cast.inspector)
    for _ in range(2):
        assert traceapp("accounts", "close", "--login", "minh@example.com").returncode == 0
    assert browser.get("/inspect").status_code == 303
    assert not opens(session, key)
    assert [act for act in acts(session) if act != "created_api_key"] == ["closed_account", "revoked_api_key"]
    for _ in range(2):
        assert traceapp("accounts", "open", "--login", "minh@example.com").returncode == 0
    assert acts(session)[-1] == "reopened_account"
    assert browser.get("/inspect").status_code == 303  # the old session stays ended
    form = {"login": "minh@example.com", "password": factories.PASSWORD}
    assert app.test_client().post("/account/sign-in", data=form).status_code == 303
    assert not opens(session, key)


def test_who_forgot_a_password_gets_a_new_one_and_all_else_ends(
    traceapp, app, browser_of, session, cast, key
):
    browser = browser_of(cast.inspector)
    weak = traceapp("accounts", "password", "--login", "minh@example.com", "--password-stdin", told="1234\n")
    assert (weak.returncode, acts(session)) == (3, ["created_api_key"])
    words = ("accounts", "password", "--login", "minh@example.com", "--password-stdin")
    assert traceapp(*words, told=NEW).returncode == 0
    assert browser.get("/inspect").status_code == 303
    assert not opens(session, key)
    form = {"login": "minh@example.com", "password": NEW.strip()}
    assert app.test_client().post("/account/sign-in", data=form).status_code == 303
    assert acts(session)[1:] == ["reset_password", "revoked_api_key"]


def test_an_account_nobody_has_is_told(traceapp):
    for command in ("close", "open", "end", "password"):
        answer = traceapp("accounts", command, "--login", "ai-do@example.com")
        assert (answer.returncode, "ai-do@example.com" in one_line(answer)) == (3, True)


def test_the_list_says_who_may_what_and_who_is_out(traceapp, session, cast, offices):
    traceapp("accounts", "close", "--login", "quang@example.com")
    told = json.loads(traceapp("accounts", "list", "--json", "--party", offices["office"]).stdout)
    by_login = {row["login"]: (row["roles"], row["party"], row["closed"]) for row in told}
    assert by_login == {
        "minh@example.com": (["inspector"], offices["office"], False),
        "hoa@example.com": (["province"], offices["office"], False),
        "quang@example.com": (["province"], offices["office"], True),
    }
    lines = traceapp("accounts", "list").stdout.splitlines()
    assert len(lines) == 6
    assert [line for line in lines if "đã đóng" in line] == [line for line in lines if "quang@" in line]
    assert traceapp("accounts", "list", "--party", "T9999999").returncode == 3
