"""Acts by programs: a key opens what its owner may do, and a request sent twice is done once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests import factories
from tests.web.cooperative.conftest import make_pdf
from tests.web.looking import acts, look
from traceapp.domain.certificates import RecordState
from traceapp.models import Account, ApiKey, Certificate, KeptAnswer, Restriction
from traceapp.services import repeated_requests


@pytest.fixture
def lot(session, cast, now):
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    lot = factories.make_lot(session, item, now)
    session.commit()
    return lot


WHY = {"reason": "suspected_fake", "note": "tem lạ"}
HERE = "/api/v1/restraints"
PROOF = {"old_password": factories.PASSWORD}


def once(key, name="yeu-cau-0001"):
    return key | {"Idempotency-Key": name}


def test_a_key_says_for_whom_it_stands(passer_by, cast, key_of):
    told = passer_by.get("/api/v1/me", headers=key_of(cast.inspector)).json
    assert told["roles"] == ["inspector"]
    assert told["account"] == cast.inspector.actor.account


@pytest.mark.parametrize(
    "header", [{}, {"Authorization": "Bearer txls_ABCDEFGH_" + "x" * 43}, {"Authorization": "Basic x"}]
)
def test_without_a_live_key_nothing_is_told(passer_by, header):
    answer = passer_by.get("/api/v1/me", headers=header)
    assert (answer.status_code, answer.json["code"]) == (401, "api_key")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_key_ends_with_its_day_its_owner_and_its_revocation(passer_by, session, cast, key_of, now, today):
    header = key_of(cast.inspector)
    key = look(session, select(ApiKey))[0]
    assert passer_by.get("/api/v1/me", headers=header).status_code == 200
    for row, name, spoilt in (
        (key, "expires_on", today - timedelta(days=1)),
        (key, "revoked_at", now),
        (key.account, "closed", True),
    ):
        good = getattr(row, name)
        setattr(row, name, spoilt)
        session.commit()
        assert passer_by.get("/api/v1/me", headers=header).status_code == 401
        setattr(row, name, good)
        session.commit()
        assert passer_by.get("/api/v1/me", headers=header).status_code == 200
    assert look(session, select(ApiKey.last_used_on))[0] is not None


def test_a_lot_is_held_once_however_often_the_request_is_sent(passer_by, session, cast, key_of, lot):
    header, code = once(key_of(cast.inspector)), lot.code
    wish = WHY | {"kind": "hold", "lot": lot.public_id}
    session.commit()
    first = passer_by.post(HERE, json=wish, headers=header)
    again = passer_by.post(HERE, json=wish, headers=header)
    assert first.status_code == again.status_code == 201
    assert first.data == again.data
    assert (first.json["kind"], first.json["lot"]) == ("hold", code)
    assert len(look(session, select(Restriction))) == 1
    assert acts(session).count("held_lot") == 1
    other = passer_by.post(HERE, json=wish | {"note": "khác"}, headers=header)
    assert (other.status_code, other.json["code"]) == (409, "repeated_request_differs")


def test_a_refused_act_keeps_no_answer_so_that_it_can_be_tried_again(passer_by, session, cast, key_of, lot):
    header = key_of(cast.inspector)
    passer_by.post(HERE, json=WHY | {"kind": "hold", "lot": lot.public_id}, headers=once(header))
    again = once(header, "yeu-cau-0002")
    refused = passer_by.post(HERE, json=WHY | {"kind": "hold", "lot": lot.public_id}, headers=again)
    assert (refused.status_code, refused.json["code"]) == (409, "already_held")
    assert [row.request_key for row in look(session, select(KeptAnswer))] == ["yeu-cau-0001"]


def test_who_may_not_hold_may_not_by_key_either(passer_by, session, cast, key_of, lot):
    for person in (cast.manager, cast.rival):
        header = once(key_of(person))
        answer = passer_by.post(HERE, json=WHY | {"kind": "hold", "lot": lot.public_id}, headers=header)
        assert answer.status_code == 403
    assert look(session, select(Restriction)) == []


@pytest.mark.parametrize("spoilt", [{}, {"Idempotency-Key": ""}, {"Idempotency-Key": "a b c d e f"}])
def test_an_act_needs_a_name_for_its_request(passer_by, cast, key_of, lot, spoilt):
    header = key_of(cast.inspector) | spoilt
    assert (
        passer_by.post(HERE, json=WHY | {"kind": "hold", "lot": lot.public_id}, headers=header).status_code
        == 422
    )


def test_a_recall_takes_two_keys_of_two_people(passer_by, session, cast, key_of, lot):
    proposing, confirming = key_of(cast.inspector), key_of(cast.officer)
    made = passer_by.post(
        HERE, json=WHY | {"kind": "recall", "lot": lot.public_id}, headers=once(proposing)
    ).json
    assert made["since"] is None
    confirm = f"/api/v1/restraints/{made['public_id']}/confirm"
    assert passer_by.post(confirm, headers=once(proposing, "yeu-cau-0002")).status_code == 403
    assert passer_by.post(confirm, headers=once(confirming)).json["since"] is not None
    lift = f"/api/v1/restraints/{made['public_id']}/lift"
    assert passer_by.post(lift, json={}, headers=once(confirming, "yeu-cau-0003")).status_code == 400
    end = {"ending": "destroy", "reason": "đã tiêu hủy", "outcome": {"recovered": "12.5", "handled": "12"}}
    ended = passer_by.post(lift, json=end, headers=once(confirming, "yeu-cau-0004")).json
    assert (ended["ending"], ended["closing"]) == ("destroy", "đã tiêu hủy")
    assert acts(session)[2:] == ["proposed_recall", "confirmed_recall", "ended_recall"]
    assert ended["outcome"] == {"recovered": "12.5", "handled": "12", "unit": "H87"}


def test_a_product_and_a_stretch_of_stamps_are_held_too(passer_by, session, cast, key_of, lot, now):
    run = factories.make_run(session, cast, now, lot.trade_item, lot, count=100)
    names = {"run": run.public_id, "trade_item": lot.trade_item.public_id}
    key = key_of(cast.inspector)
    wish = WHY | {"kind": "hold", "run": names["run"], "first": 11, "last": 20}
    held = passer_by.post(HERE, json=wish, headers=once(key))
    assert held.json["stamps"] == {"run": names["run"], "first": 11, "last": 20}
    wish = WHY | {"kind": "hold", "trade_item": names["trade_item"]}
    held = passer_by.post(HERE, json=wish, headers=once(key, "yeu-cau-0002")).json
    assert (held["lot"], held["stamps"]) == (None, None)
    assert acts(session)[1:] == ["held_goods", "held_goods"]
    lift = f"/api/v1/restraints/{held['public_id']}/lift"
    lifting = once(key_of(cast.officer), "yeu-cau-0003")
    assert passer_by.post(lift, json={"reason": "đã rõ"}, headers=lifting).json["closing"] == "đã rõ"
    assert acts(session)[-1] == "lifted_hold"


@pytest.mark.parametrize(
    ("named", "code"),
    [
        ({}, "restraint_goods"),
        ({"lot": "ZZZZZZZZ", "run": "ZZZZZZZZ"}, "restraint_goods"),
        ({"lot": "ZZZZZZZZ"}, "no_such_record"),
        ({"run": True, "first": 20, "last": 11}, "restraint_stretch"),
        ({"run": True, "last": 101}, "restraint_stretch"),
    ],
)
def test_goods_that_are_not_there_are_refused_by_name(
    passer_by, session, cast, key_of, lot, now, named, code
):
    run = factories.make_run(session, cast, now, lot.trade_item, lot, count=100)
    told = named | ({"run": run.public_id} if named.get("run") is True else {})
    answer = passer_by.post(HERE, json=WHY | {"kind": "hold"} | told, headers=once(key_of(cast.inspector)))
    assert answer.json["code"] == code
    assert look(session, select(Restriction)) == []


def test_a_certificate_lives_its_whole_life_by_key(passer_by, session, cast, key_of, lot, now):
    body = factories.make_certificate(session, cast, now, lot.trade_item).body.public_id
    session.commit()
    mine, officer = key_of(cast.manager), key_of(cast.officer)
    paper = {
        "number": "VN-0099", "scheme": "iso_9001", "body": body, "scope": "sản xuất rượu",
        "trade_items": [lot.trade_item.public_id], "issued_on": "2026-01-02", "valid_from": "2026-01-02",
        "valid_until": "2028-12-31",
    }  # fmt: skip
    made = passer_by.post("/api/v1/own/certificates", json=paper, headers=once(mine))
    assert made.status_code == 201, made.json
    name = made.json["certificate"]["public_id"]
    own = f"/api/v1/own/certificates/{name}"
    refused = passer_by.post(f"{own}/submit", headers=once(mine, "yeu-cau-0002"))
    assert refused.json["code"] == "certificate_no_evidence"
    scan = {"data": make_pdf(), "content_type": "application/pdf"}
    assert passer_by.post(f"{own}/evidence", headers=once(mine, "yeu-cau-0003"), **scan).status_code == 201
    sent = passer_by.post(f"{own}/submit", headers=once(mine, "yeu-cau-0004"))
    assert sent.json["record_state"] == "submitted"
    approved = passer_by.post(f"/api/v1/certificates/{name}/approve", headers=once(officer))
    assert approved.json["record_state"] == "approved"
    told = {"kind": "suspension", "from_on": "2026-11-01", "reason": "kiểm tra", "document_number": "12/QĐ"}
    decided = passer_by.post(
        f"/api/v1/certificates/{name}/decisions", json=told, headers=once(officer, "yeu-cau-0005")
    )
    assert decided.json["certificate"]["status"]["status"] == "suspended"
    assert acts(session)[2:] == [
        "added_certificate", "added_evidence", "submitted_certificate", "approved_certificate",
        "recorded_decision",
    ]  # fmt: skip
    listed = passer_by.get("/api/v1/own/certificates", headers=mine).json["items"]
    assert name in {one["certificate"]["public_id"] for one in listed}


def test_a_certificate_comes_back_with_what_is_to_be_put_right(passer_by, session, cast, key_of, lot, now):
    sent = {"record_state": RecordState.SUBMITTED, "approved_by_id": None, "approved_at": None}
    name = factories.make_certificate(session, cast, now, lot.trade_item, **sent).public_id
    session.commit()
    told = {"reason": "thiếu trang hai"}
    here = f"/api/v1/certificates/{name}/return"
    back = passer_by.post(here, json=told, headers=once(key_of(cast.officer)))
    assert (back.json["record_state"], back.json["return_reason"]) == ("returned", "thiếu trang hai")
    assert acts(session)[-1] == "returned_certificate"


def test_another_s_certificate_does_not_exist(passer_by, session, cast, key_of, lot, now):
    theirs = factories.make_certificate(session, cast, now, lot.trade_item)
    session.commit()
    header = once(key_of(cast.rival))
    for path in (f"/api/v1/own/certificates/{theirs.public_id}/submit",):
        assert passer_by.post(path, headers=header).status_code == 404
    assert passer_by.get("/api/v1/own/certificates", headers=header).json["items"] == []
    assert len(look(session, select(Certificate))) == 1


def test_a_key_is_made_shown_once_and_revoked_on_its_page(browser_of, passer_by, session, cast):
    client = browser_of(cast.inspector)
    page = client.post("/account/keys", data={"name": "điện thoại của đoàn", "days": "30"} | PROOF).text
    token = page.partition('value="txls_')[2].partition('"')[0]
    header = {"Authorization": f"Bearer txls_{token}"}
    assert passer_by.get("/api/v1/me", headers=header).status_code == 200
    assert token not in client.get("/account/keys").text
    key = look(session, select(ApiKey))[0]
    assert token.partition("_")[2] not in key.secret_sha256
    assert browser_of(cast.manager).post(f"/account/keys/{key.public_id}/revoke").status_code == 404
    assert client.get(f"/account/keys/{key.public_id}/revoke").status_code == 405
    for _ in range(2):
        assert client.post(f"/account/keys/{key.public_id}/revoke").status_code == 303
    assert passer_by.get("/api/v1/me", headers=header).status_code == 401
    assert acts(session) == ["created_api_key", "revoked_api_key"]


def test_a_new_password_ends_the_keys_of_the_account_and_no_others(
    browser_of, passer_by, session, cast, key_of
):
    first, second, theirs = key_of(cast.inspector), key_of(cast.inspector), key_of(cast.manager)
    client = browser_of(cast.inspector)
    assert "mọi khóa cũng bị thu hồi" in client.get("/account/keys").text
    changed = client.post("/account/password", data=PROOF | {"password": "rừng hồi xanh mát"})
    assert changed.status_code == 303
    answers = [passer_by.get("/api/v1/me", headers=key).status_code for key in (first, second, theirs)]
    assert answers == [401, 401, 200]
    assert acts(session)[-3:] == ["changed_password", "revoked_api_key", "revoked_api_key"]


@pytest.mark.parametrize(
    "told",
    [{"name": ""}, {"days": "31"}, {"old_password": ""}, {"old_password": "sai mật khẩu"}],
)
def test_a_key_needs_a_name_a_life_from_the_list_and_the_password(browser_of, cast, session, told):
    whole = {"name": "x", "days": "30"} | PROOF
    assert browser_of(cast.inspector).post("/account/keys", data=whole | told).status_code == 422
    assert look(session, select(ApiKey)) == []


def test_an_account_that_acts_for_nobody_gets_no_key(session, cast, now, today, browser_of, passer_by):
    told = {"display_name": "Mai", "login": "0987654321", "password": "hoa hồi tháng chín"}
    passer_by.post("/account/sign-up", data=told)
    answer = passer_by.post(
        "/account/keys", data={"name": "x", "days": "30", "old_password": "hoa hồi tháng chín"}
    )
    assert answer.status_code == 422
    assert "chưa thuộc đơn vị nào" in answer.text
    assert len(look(session, select(Account))) > 0


def test_answers_are_kept_for_seven_days(session, cast, now):
    for age in (6, 8):
        kept = repeated_requests.begin_request(
            session,
            actor=cast.manager.actor,
            request_key=f"yeu-cau-000{age}",
            request_sha256="a" * 64,
            now=now - timedelta(days=age),
        )
        repeated_requests.keep_answer(session, kept, status=201, body="{}")
    assert repeated_requests.forget_answers(session, now) == 1
    session.commit()
