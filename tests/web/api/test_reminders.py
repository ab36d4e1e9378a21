"""Reminders and alerts by program: what one wants by mail, the log of letters, alerts taken and closed."""

import pytest

from tests.web.looking import acts
from traceapp.domain.alerts import AlertCode
from traceapp.domain.letters import LetterState
from traceapp.models import Alert, Letter


def test_one_chooses_one_s_own_reminders(post, get, key_of, cast, session):
    minh = key_of(cast.inspector)
    assert get("/me/reminders", minh).json["steps"] == [90, 60, 30, 7, 0]
    for _ in range(2):
        assert post("/me/reminders", minh, json={"steps": [7, 30]})["steps"] == [30, 7]
    assert get("/me/reminders", minh).json["steps"] == [30, 7]
    assert post("/me/reminders", minh, 400, json={"steps": [8]})["code"] == "choice_unknown"
    assert acts(session)[1:] == ["chose_reminders"]


@pytest.fixture
def letter(session, now):
    row = Letter(
        public_id="TH000001", kind="certificate_ending", subject="certificate:ABCDEFGH", day=now.date(),
        recipient="0" * 64, address="lan@example.com", language="vi", facts={}, state=LetterState.FAILED,
        tries=3, next_try_at=now, created_at=now, error="550",
    )  # fmt: skip
    session.add(row)
    session.commit()
    return row.public_id


def test_the_province_reads_the_log_and_sends_a_letter_again(post, get, key_of, cast, session, letter):
    hoa = key_of(cast.officer)
    [line] = get("/letters?state=failed", hoa).json["items"]
    assert (line["public_id"], line["state"], line["error"]) == (letter, "failed", "550")
    assert "lan@example.com" not in str(line)
    assert post(f"/letters/{letter}/again", hoa)["state"] == "waiting"
    assert get("/letters?state=failed", hoa).json["items"] == []
    for who in (cast.manager, cast.inspector):
        get("/letters", key_of(who), 403)
        post(f"/letters/{letter}/again", key_of(who), 403)
    post("/letters/ZZZZZZZZ/again", hoa, 404)
    assert acts(session).count("sent_letter_again") == 1


def test_an_inspector_takes_an_alert_and_closes_it_with_a_reason(post, get, key_of, cast, session, now):
    code = next(iter(AlertCode))
    session.add(
        Alert(public_id="CANHBA01", code=code, subject="run:X", facts={}, created_at=now, last_at=now)
    )
    session.commit()
    minh, hoa = key_of(cast.inspector), key_of(cast.officer)
    [line] = get("/alerts", hoa).json["items"]
    assert (line["public_id"], line["taken"]) == ("CANHBA01", False)
    assert post("/alerts/canhba01/take", minh)["taken"] is True
    post("/alerts/CANHBA01/close", minh, 422, json={"reason": ""})
    assert post("/alerts/CANHBA01/close", minh, json={"reason": "đã kiểm tra"})["closed_at"] is not None
    assert get("/alerts", minh).json["items"] == []
    post("/alerts/CANHBA01/take", hoa, 403)
    get("/alerts", key_of(cast.manager), 403)
    post("/alerts/ZZZZZZZZ/take", minh, 404)
    assert [act for act in acts(session) if act != "created_api_key"] == ["took_alert", "closed_alert"]
