"""What a stranger may make a server process hold: little, for a while, and only where a route asks for it."""

import asyncio
from itertools import chain, repeat

import pytest

from tests.faults.disks import no_file_beyond
from tests.web.front.conftest import scope_of
from tests.web.public.scene import HTML, PHONE
from traceapp.web.front import Front, behind
from traceapp.web.front.behind import Held, Taken, WholeBody

HOST = ("Host", "txng.langson.gov.vn")
FORM = ("Content-Type", "application/x-www-form-urlencoded")
PIECE = {"type": "http.request", "body": b"x" * 60_000, "more_body": True}
END = {"type": "http.request", "body": b"", "more_body": False}


@pytest.fixture
def front(app):
    made = Front(app)
    yield made
    made.close()


def answered(front, scope, messages=()):
    """Status, headers and body, and how many messages of its body were asked for."""
    sent, asked, pieces = [], [], iter(messages)

    async def receive():
        asked.append(1)
        return next(pieces)

    async def send(message):
        sent.append(message)

    asyncio.run(front(scope, receive, send))
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return sent[0]["status"], dict(sent[0]["headers"]), body, len(asked)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/healthz", 405),
        ("GET", "/healthz", 200),
        ("HEAD", "/healthz", 200),
        ("BREW", "/report", 405),
        ("POST", "/nothing-here", 404),
        ("PUT", "/01/09520009010011", 405),
    ],
)
def test_a_body_nobody_takes_is_not_read(method, path, status, front):
    told = answered(front, scope_of(path, HOST, method=method), repeat(PIECE))
    assert (told[0], told[3]) == (status, 0)
    assert front._held.size == 0


def test_bodies_have_a_budget_whose_last_part_is_for_small_forms(front, monkeypatch):
    monkeypatch.setattr(behind, "BUDGET", 300_000)
    monkeypatch.setattr(behind, "LEFT_TO_SMALL", 100_000)
    front._held.size = 100_000  # what others send
    large = chain([PIECE, PIECE], repeat(END))
    status, headers, page, _ = answered(front, scope_of("/report", HOST, FORM, method="POST"), large)
    assert (status, headers[b"retry-after"]) == (503, b"30")
    assert "Hãy thử lại sau".encode() in page
    assert front._held.size == 100_000
    front._held.size = 200_000
    form = iter([{"type": "http.request", "body": b"told=hai", "more_body": False}])
    assert answered(front, scope_of("/report", HOST, FORM, method="POST"), form)[0] == 422
    front._held.size = 300_000
    form = iter([{"type": "http.request", "body": b"told=hai", "more_body": False}])
    assert answered(front, scope_of("/report", HOST, FORM, method="POST"), form)[0] == 503


def test_where_the_folder_for_bodies_is_full_the_sender_is_told_and_its_room_comes_back(front, tmp_path):
    large = chain([PIECE] * 6, repeat(END))  # more than is kept in memory
    with no_file_beyond(1000):
        status, headers, page, _ = answered(front, scope_of("/report", HOST, FORM, method="POST"), large)
    assert (status, headers[b"retry-after"]) == (507, b"30")
    assert "Ổ đĩa của máy chủ đã đầy".encode() in page
    assert front._held.size == 0
    form = iter([{"type": "http.request", "body": b"told=hai", "more_body": False}])
    assert answered(front, scope_of("/report", HOST, FORM, method="POST"), form)[0] == 422


def test_who_sends_too_slowly_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(behind, "AT_LEAST", 0.02)
    body = WholeBody(Held())
    pieces = iter([{"type": "http.request", "body": b"told", "more_body": True}])

    async def receive():
        message = next(pieces, None)
        return message or await asyncio.get_running_loop().create_future()  # it never comes

    assert asyncio.run(body.take_in(receive, 1000)) is Taken.REFUSED
    body.close()


@pytest.mark.parametrize("path", ["/healthz", "/01/09520009010011/21/3KMMR3K47VPF"])
def test_very_long_headers_are_refused_before_anything(path, front):
    said = [HOST, ("Accept", HTML), ("User-Agent", PHONE)]
    assert answered(front, scope_of(path, *said, ("Cookie", "a" * 17_000)))[0] == 431
    assert answered(front, scope_of(path, *said, *[("X-A", "b" * 900)] * 18))[0] == 431
    assert answered(front, scope_of(path, *said, ("Cookie", "a" * 9_000)))[0] in {200, 404}


@pytest.mark.parametrize("hosts", [0, 2])
def test_a_request_names_one_host(hosts, front):
    assert answered(front, scope_of("/healthz", *[HOST] * hosts))[0] == 400


def test_a_program_of_the_last_century_need_not_name_one(front):
    assert answered(front, scope_of("/healthz") | {"http_version": "1.0"})[0] == 200
    assert answered(front, scope_of("/healthz", ("Host", "")))[0] == 400  # as granian tells of none
    assert answered(front, scope_of("/healthz", ("Host", "")) | {"http_version": "1"})[0] == 200
    assert answered(front, scope_of("/healthz", HOST, HOST) | {"http_version": "1.0"})[0] == 400
