"""The server as users start it: behind a proxy, in several processes, and given back when it is killed."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest
from flask import Flask
from sqlalchemy import select

from tests.servers import free_port
from tests.web.front.conftest import scope_of
from tests.web.public.scene import HTML, PHONE, Shelf
from traceapp.domain.restrictions import HoldReason
from traceapp.models import Lot
from traceapp.services.recalls import restrictions
from traceapp.settings import Settings
from traceapp.web.front import Front
from traceapp.web.front.behind import cleaned

SEEN_WITHIN = 5.0  # seconds in which every process shows a hold: what the registry promises
ROOT = Path(__file__).parents[2]


@contextmanager
def server(settings: Settings, *more: str) -> Iterator[str]:
    """`traceapp serve` on a free port."""
    port = free_port()
    command = [sys.executable, "-m", "traceapp.cli", "serve", "--port", str(port), *more]
    child = subprocess.Popen(command, cwd=ROOT, env=environment(settings), stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(lambda: ask(address, "/healthz")[0] == 200)
        yield address
    finally:
        child.send_signal(signal.SIGTERM)
        assert child.wait(30) == 0
        wait_for(lambda: ask(address, "/healthz")[0] == 0)


def environment(settings: Settings) -> dict[str, str]:
    """Of a program that is to use the test's installation."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("TRACEAPP_")}
    return outside | {
        "TRACEAPP_INSTANCE_PATH": str(settings.instance_path),
        "TRACEAPP_DATABASE_URL": settings.database_url,
        "TRACEAPP_SCANS_URL": settings.scans_url,
        "TRACEAPP_PUBLIC_BASE_URL": settings.public_base_url,
    }


def wait_for(true, patience: float = 60.0) -> None:
    """Until it is true; gives up in the end."""
    end = time.monotonic() + patience
    while not true():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.1)  # other processes tell nothing when they are ready


def ask(address: str, path: str, **headers: str) -> tuple[int, bytes]:
    """Status and body; 0 where nobody listens."""
    told = {"Accept": HTML, "User-Agent": PHONE, "Accept-Language": "vi"} | headers
    try:
        with urlopen(Request(address + path, headers=told), timeout=30) as answer:
            return answer.status, answer.read()
    except HTTPError as refused:
        return refused.code, refused.read()
    except (URLError, ConnectionError):
        return 0, b""


@pytest.mark.slow
def test_a_hold_shows_in_every_process_of_every_server(app, session, cast, settings, now):
    address = Shelf(session, cast, settings, now).make("valid_first")
    with server(settings, "--processes", "2") as one, server(settings) as other:
        for host in (one, other):
            for _ in range(40):  # each process learns the page by heart
                status, page = ask(host, address)
                time.sleep(0.05)  # a process learns in its own time
            assert status == 200
            assert b'data-verdict="valid' in page
        restrictions.hold_lot(
            session,
            actor=cast.inspector.actor,
            lot=session.scalars(select(Lot)).one(),
            reason=HoldReason.MIXED_LOTS,
            note=None,
            now=now,
        )
        session.commit()
        time.sleep(SEEN_WITHIN)  # what is promised: not longer than this
        for host in (one, other):
            told = {re.search(rb'data-verdict="(\w+)"', ask(host, address)[1])[1] for _ in range(20)}
            assert told == {b"on_hold"}


@pytest.mark.slow
def test_the_path_arrives_as_it_was_sent_and_a_port_in_use_is_told(settings):
    with server(settings) as address:
        assert ask(address, "/01/09520009010012")[0] == 400  # a wrong check digit
        assert (
            ask(address, "/01/09520009010011/10/A%2FB")[0] == 404
        )  # one lot with a slash, and not a step more
        port = address.rpartition(":")[2]
        refused = subprocess.run(
            [sys.executable, "-m", "traceapp.cli", "serve", "--port", port],
            cwd=ROOT, env=environment(settings) | {"LANG": "vi_VN.UTF-8"},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert refused.returncode == 3
        assert port in refused.stderr


@pytest.mark.parametrize(
    ("proxy", "seen"), [("", "127.0.0.1"), ("192.0.2.1", "127.0.0.1"), ("127.0.0.1", "203.0.113.9")]
)
def test_only_the_proxy_we_named_may_say_who_asks(proxy, seen):
    from traceapp.commands.serving import behind

    heard = []
    application = behind(lambda scope, _receive, _send: heard.append(scope["client"][0]), proxy)
    application(scope_of("/", ("X-Forwarded-For", "198.51.100.4, 203.0.113.9")), None, None)
    assert heard == [seen]


async def _whole_answer(front: Front, scope: dict[str, object], body: list[bytes]) -> tuple[int, bytes]:
    """What a server would send on."""
    sent: list[dict[str, object]] = []
    pieces = iter(body)

    async def receive() -> dict[str, object]:
        piece = next(pieces, None)
        return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    await front(scope, receive, send)
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])


def _answer(app: Flask, scope: dict[str, object], body: list[bytes]) -> tuple[int, bytes]:
    import asyncio

    front = Front(app)
    try:
        return asyncio.run(_whole_answer(front, scope, body))
    finally:
        front.close()


def test_a_body_sent_in_pieces_is_whole_and_one_too_large_is_refused(app):
    form = ("Content-Type", "application/x-www-form-urlencoded"), ("Host", "txng.langson.gov.vn")
    scope = scope_of("/report", *form, ("Transfer-Encoding", "chunked"), method="POST")
    status, page = _answer(app, scope, [b"told=m", b"ot+hai"])
    assert status == 422  # the kind is missing, what was typed is kept
    assert "mot hai" in page.decode()
    app.config["MAX_CONTENT_LENGTH"] = 1000
    assert _answer(app, scope, [b"told="] + [b"x" * 600] * 3)[0] == 413


def test_a_body_whose_sender_hung_up_reaches_nobody(app):
    import asyncio

    messages = iter(
        ({"type": "http.request", "body": b"told=half", "more_body": True}, {"type": "http.disconnect"})
    )
    sent: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        return next(messages)

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    reached: list[str] = []
    app.before_request(lambda: reached.append("Flask"))
    front = Front(app)
    try:
        asyncio.run(front(scope_of("/report", ("Host", "txng.langson.gov.vn"), method="POST"), receive, send))
    finally:
        front.close()
    assert (reached, sent) == ([], [])


def test_a_header_that_could_pass_for_another_is_dropped():
    scope = cleaned(scope_of("/", ("X_Forwarded_For", "1.2.3.4"), ("X-Real", "1")), 0)
    assert scope["headers"] == [(b"x-real", b"1")]
    assert cleaned(scope_of("/") | {"query_string": "q=hồi".encode()}, 0)["query_string"] == b"q=h%E1%BB%93i"
