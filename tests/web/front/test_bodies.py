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


MULTIPART = ("Content-Type", "multipart/form-data; boundary=b")
FIRST = (
    b'--b\r\nContent-Disposition: form-data; name="told"\r\n\r\nV\xe1\xbb\x8b l\xe1\xba\xa1\r\n--b\r\n'
    b'Content-Disposition: form-data; name="photo"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
)
ORIGIN = ("Origin", "https://txng.langson.gov.vn")
LAST = b'\r\n--b\r\nContent-Disposition: form-data; name="phone"\r\n\r\n0912\r\n--b--\r\n'
LARGE = [{"type": "http.request", "body": FIRST, "more_body": True}, *[PIECE] * 20]


@pytest.fixture
def small(front):
    """A front that takes 300 kB: what is longer is read on, for as much again."""
    front._most_bytes = 300_000
    front._app.config["MAX_CONTENT_LENGTH"] = 300_000
    return front


@pytest.mark.parametrize("said", [(), (("Content-Length", "1200300"),)])
def test_a_body_that_is_too_long_is_read_to_its_end_so_that_its_sender_hears_why(small, said, monkeypatch):
    held = []

    def pieces():
        for piece in [*LARGE, {"type": "http.request", "body": LAST, "more_body": False}]:
            held.append(small._held.size)
            yield piece

    sent = scope_of("/report", HOST, MULTIPART, ORIGIN, *said, method="POST")
    status, headers, page, asked = answered(small, sent, pieces())
    assert (status, asked) == (413, len(LARGE) + 1)
    assert "Tệp quá lớn, chữ bạn gõ vẫn còn" in page.decode()
    assert 'name="told" value="Vị lạ"' in page.decode()
    assert 'name="phone" value="0912"' in page.decode()  # after the file
    assert b"set-cookie" not in headers
    assert max(held) <= (behind.HEAD if said else 300_000)  # declared so, it takes no room of others
    assert held[-1] <= behind.HEAD
    assert small._held.size == 0


def test_it_is_read_within_a_bound(small, monkeypatch):
    monkeypatch.setattr(behind, "MOST_DRAINED", 300_000)
    endless = chain(LARGE[:1], repeat(PIECE))
    status, _, _, asked = answered(small, scope_of("/report", HOST, MULTIPART, method="POST"), endless)
    assert (status, asked) == (413, 1 + 10)
    length = ("Content-Length", "700000")
    told = answered(small, scope_of("/report", HOST, MULTIPART, length, method="POST"), repeat(PIECE))
    assert (told[0], told[3]) == (413, 0)


def test_who_goes_on_sending_too_slowly_is_told_and_not_waited_for(small, monkeypatch):
    monkeypatch.setattr(behind, "AT_LEAST", 0.02)
    monkeypatch.setattr(behind, "DRAINED_SLOWEST", 10**9)
    body = WholeBody(held := Held())
    pieces = iter(LARGE[:2])

    async def receive():
        message = next(pieces, None)
        return message or await asyncio.get_running_loop().create_future()  # it never comes

    assert asyncio.run(body.take_in(receive, 1000, 2000)) is Taken.WHOLE
    assert body.size > 1000  # so that it is refused as too long
    body.close()
    assert held.size == 0


def test_without_room_for_its_beginning_it_is_refused_all_the_same(small, monkeypatch):
    small._held.size = behind.BUDGET
    sent = scope_of("/report", HOST, MULTIPART, ("Content-Length", "1200300"), method="POST")
    status, _, page, _ = answered(small, sent, [*LARGE, END])
    assert (status, small._held.size) == (413, behind.BUDGET)
    assert "Mỗi lần gửi tối đa 20 MB" in page.decode()


@pytest.mark.parametrize("told", ["x", "-1", "9" * 30, "٣"])
def test_a_length_that_cannot_be_read_is_none(told):
    assert (
        behind.declared_length(scope_of("/report", ("Content-Length", told) if told.isascii() else HOST)) == 0
    )
