"""The server behind a proxy: whose word is believed about who asks."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import Request, urlopen

import pytest
import waitress
from flask import Flask, request
from waitress import wasyncore

from traceapp.commands.serving import behind


@contextmanager
def serving(app: Flask, proxy: str) -> Iterator[str]:
    sockets: dict[int, object] = {}
    server = waitress.create_server(app, host="127.0.0.1", port=0, map=sockets, **behind(proxy))
    enough = threading.Event()

    def run() -> None:
        # The loop ends before its sockets are closed: closing them under it is an error at random.
        while not enough.is_set():
            wasyncore.loop(timeout=0.05, map=sockets, count=1)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}/"
    finally:
        enough.set()
        thread.join(10)
        server.task_dispatcher.shutdown()
        wasyncore.close_all(sockets)
        server.close()


@pytest.mark.parametrize(
    ("proxy", "seen"), [("", "127.0.0.1"), ("192.0.2.1", "127.0.0.1"), ("127.0.0.1", "203.0.113.9")]
)
def test_only_the_proxy_we_named_may_say_who_asks(proxy, seen):
    app = Flask("echo")
    app.add_url_rule("/", view_func=lambda: f"{request.remote_addr} {request.host_url}")
    with serving(app, proxy) as address:
        told = {"X-Forwarded-For": "198.51.100.4, 203.0.113.9", "X-Forwarded-Host": "evil.example"}
        with urlopen(Request(address, headers=told)) as response:
            answer = response.read().decode()
    assert answer == f"{seen} {address}"
