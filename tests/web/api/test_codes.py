"""Signed codes for machines."""

import pytest
import time_machine

from tests import factories
from traceapp.domain.jwks import ring_of
from traceapp.domain.signed_codes import read
from traceapp.services.signing import signed_codes

HOST = "https://txng.langson.gov.vn"


@pytest.fixture(autouse=True)
def _clock(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def code(app, session, cast, settings, now):
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    made = signed_codes.sign_certificate(
        session,
        actor=cast.manager.actor,
        certificate=factories.make_certificate(session, cast, now, item),
        key=app.extensions["code_keys"].signing,
        issuer=settings.host,
        now=now,
    )
    session.commit()
    return made


def asked(client, text):
    return client.post("/api/v1/verify", json={"code": text}, base_url=HOST)


def test_the_keys_verify_what_was_signed_here(passer_by, code):
    ring = ring_of(passer_by.get("/api/v1/keys", base_url=HOST).get_json())
    assert read(code.code, ring).number == code.public_id


def test_a_good_code_is_told_whole(passer_by, code):
    told = asked(passer_by, code.code).get_json()
    assert (told["verdict"], told["sentence"], told["why"]) == ("ok", None, None)
    assert told["certificate"] == {
        "number": "DEMO-FSMS-0001",
        "holder": "HTX Mẫu Sơn Thử",
        "standard": "ISO 22000:2018",
        "products": ["09520009010011"],
        "all_products": 1,
        "sha256": None,
    }
    assert told["expires_at"] == "2028-06-09T17:00:00Z"


def test_a_code_taken_back_is_on_the_list_and_says_why(passer_by, session, cast, code, now):
    empty = passer_by.get("/api/v1/revoked-codes", base_url=HOST).get_json()
    assert empty == {"as_of": "2026-11-22T02:14:00Z", "items": []}
    signed_codes.revoke_code(session, actor=cast.manager.actor, code=code, why="lost", now=now)
    session.commit()
    told = passer_by.get("/api/v1/revoked-codes", base_url=HOST).get_json()
    assert told["items"] == [{"number": code.public_id, "why": "lost", "since": "2026-11-22"}]
    assert [asked(passer_by, code.code).get_json()[name] for name in ("verdict", "why")] == [
        "signed_revoked",
        "lost",
    ]


def test_a_forged_code_says_nothing_but_why_it_is_refused(passer_by, code):
    answer = asked(passer_by, code.code[:-1] + ("0" if code.code[-1] != "0" else "1"))
    told = answer.get_json()
    assert answer.status_code == 200
    assert told.pop("verdict").startswith("signed_")
    assert told.pop("sentence")
    assert set(told.values()) == {None}


@pytest.mark.parametrize(
    "body", [{}, {"code": ""}, {"code": 5}, {"code": "x" * 2001}, {"code": "x", "more": 1}, []]
)
def test_what_is_no_question_is_refused(passer_by, body):
    answer = passer_by.post("/api/v1/verify", json=body, base_url=HOST)
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"


def test_checking_refuses_a_get(passer_by):
    assert passer_by.get("/api/v1/verify", base_url=HOST).status_code == 405


def test_a_page_of_another_site_may_ask(passer_by):
    answer = passer_by.options("/api/v1/verify", headers={"Origin": "https://shop.example"}, base_url=HOST)
    assert answer.headers["Access-Control-Allow-Methods"] == "POST, OPTIONS"
    assert answer.headers["Access-Control-Allow-Headers"] == "Content-Type"
    others = passer_by.options("/api/v1/keys", base_url=HOST)
    assert "POST" not in others.headers["Access-Control-Allow-Methods"]
