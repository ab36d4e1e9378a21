"""`traceapp remind` and the worker's rounds, with a real mail server on the other side."""

# ruff: noqa: F811 - fixtures of a neighbour are named as they are used

import json
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from huey import MemoryHuey
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.mail_server import mail_server
from tests.test_cli import environment, traceapp  # noqa: F401 - the command as people call it
from traceapp import postman
from traceapp.domain.days import today_in_vietnam
from traceapp.domain.letters import LetterState
from traceapp.models import Letter, Party


@pytest.fixture
def server():
    with mail_server() as running:
        yield running


@pytest.fixture
def certificate(app, session, cast, now):
    """One that ends in 30 days of the real clock, which the command reads."""
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    session.get_one(Party, cast.cooperative_id).email = "htx@example.com"
    until = today_in_vietnam(datetime.now(UTC)) + timedelta(days=30)
    made = factories.make_certificate(session, cast, now, item, valid_until=until)
    session.commit()
    return made


@pytest.fixture
def posted(app, settings, server):
    """The application of a host that has a mail server."""
    url = f"smtp://127.0.0.1:{server[1]}"
    app.extensions["settings"] = replace(settings, mail_url=url, mail_from="txng@example.vn")
    return app


def mail(port):
    return {"TRACEAPP_MAIL_URL": f"smtp://127.0.0.1:{port}", "TRACEAPP_MAIL_FROM": "txng@example.vn"}


def states(session):
    with Session(session.get_bind()) as other:
        return sorted(one.state.value for one in other.scalars(select(Letter)))


def test_a_dry_run_says_and_does_nothing(traceapp, certificate, session):
    answer = traceapp("remind", "--dry-run")
    assert answer.returncode == 0
    assert f"certificate:{certificate.public_id}  h•••@example.com" in answer.stdout
    assert answer.stdout.splitlines()[-1].startswith("3 thư sẽ được đưa vào hàng, 0 thư đang chờ.")
    told = json.loads(traceapp("remind", "--dry-run", "--json").stdout)
    assert [one["kind"] for one in told["due"]] == [
        "certificate_ending",
        "province_digest",
        "province_digest",
    ]
    assert "htx@example.com" not in answer.stdout + json.dumps(told)
    assert states(session) == []


def test_without_a_mail_server_letters_are_kept(traceapp, certificate, session):
    answer = traceapp("remind", lang="en_US.UTF-8")
    assert answer.returncode == 0
    assert answer.stdout.splitlines()[0] == "3 new letters, 0 sent, 3 waiting."
    assert "mail_url" in answer.stdout
    assert states(session) == ["waiting"] * 3


def test_each_reminder_is_sent_once_however_often_it_runs(traceapp, certificate, session, server):
    kept, port = server
    first = json.loads(traceapp("remind", "--json", **mail(port)).stdout)
    assert (first["put"], first["sent"], first["left"]) == (3, 3, 0)
    for _ in range(2):
        again = json.loads(traceapp("remind", "--json", **mail(port)).stdout)
        assert (again["put"], again["sent"]) == (0, 0)
    assert sorted(address for address, _ in kept.mails) == [
        "hoa@example.com",
        "htx@example.com",
        "quang@example.com",
    ]
    assert set(kept.by_id().values()) == {1}
    letter = next(message for address, message in kept.mails if address == "htx@example.com")
    assert letter["Subject"] == f"Chứng nhận {certificate.number} còn 30 ngày là hết hạn"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["List-Unsubscribe"].strip("<>") in letter.get_content()


def test_a_mail_server_that_is_away_is_a_no_and_loses_nothing(traceapp, certificate, session, server):
    answer = traceapp("remind", **mail(1))
    assert answer.returncode == 1
    assert states(session) == ["waiting"] * 3
    assert traceapp("remind", **mail(server[1])).returncode == 0
    assert states(session) == ["sent", "sent", "waiting"]  # the one that was tried waits its five minutes


def test_a_wrong_address_of_the_server_is_told_in_one_line(traceapp):
    answer = traceapp("remind", TRACEAPP_MAIL_URL="smtp://u:geheim@", TRACEAPP_MAIL_FROM="a@example.com")
    assert answer.returncode == 2
    assert "geheim" not in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


def test_the_worker_puts_and_carries_at_its_start(posted, certificate, session, server, monkeypatch):
    monkeypatch.setattr(postman, "is_time", lambda _now: True)
    rounds = postman.take_rounds(
        MemoryHuey("test"), posted, worker="here:1", is_gone=lambda _worker: True, stopping=lambda: False
    )
    rounds.end()
    assert states(session) == ["sent"] * 3
    assert len(server[0].mails) == 3


def test_nobody_is_written_to_at_night(posted, certificate, session, monkeypatch):
    monkeypatch.setattr(postman, "is_time", lambda _now: False)
    postman.take_rounds(
        MemoryHuey("test"), posted, worker="here:1", is_gone=lambda _worker: True, stopping=lambda: False
    ).end()
    assert states(session) == []


def test_a_round_does_not_begin_while_another_is_under_way():
    begun, go_on = [], threading.Event()

    def slow():
        begun.append(1)
        go_on.wait(10)

    rounds = postman.Rounds(lambda: None, slow)
    rounds.end()  # nothing to wait for
    rounds.begin()
    rounds.begin()
    go_on.set()
    rounds.end()
    rounds.begin()
    rounds.end()
    assert begun == [1, 1]


def test_a_worker_told_to_stop_sends_no_other_letter(posted, certificate, session, server):
    postman.remind(posted, datetime.now(UTC))
    told = postman.carry(
        posted, worker="here:1", is_gone=lambda _worker: True, stopping=lambda: len(server[0].mails) == 1
    )
    assert told == {LetterState.SENT: 1}
    assert states(session) == ["sent", "waiting", "waiting"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_putting_that_breaks_down_keeps_no_letter_waiting_and_is_tried_again(monkeypatch):
    monkeypatch.setattr(postman, "is_time", lambda _now: True)
    told, faults = [], [ValueError("a fault of ours")]

    def put():
        if faults:
            raise faults.pop()
        told.append("put")

    rounds = postman.Rounds(put, lambda: told.append("carried"))
    for _ in range(3):
        rounds.begin()
        rounds.end()
    assert told == ["carried", "put", "carried", "carried"]
