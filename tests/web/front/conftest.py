"""The front as a server sees it, and a telephone that asks both ways."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from tests.web.public.scene import HOST, HTML, PHONE
from traceapp.web.front import Front


def scope_of(path: str, *headers: tuple[str, str], query: str = "", method: str = "GET") -> dict[str, object]:
    """A request as an ASGI server hands it over."""
    return {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "https",
        "path": path,
        "raw_path": path.encode("ascii"),
        "query_string": query.encode("ascii"),
        "root_path": "",
        "headers": [(name.lower().encode("ascii"), value.encode("latin-1")) for name, value in headers],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8000),
    }


@dataclass
class Both:
    """One telephone that asks the front, or the door behind it."""

    front: Front
    client: FlaskClient

    def quick(self, path: str, *, accepted: str = "vi", query: str = "", browser: str = PHONE, pack=""):
        """What the front knows by heart: status, headers and body, or None."""
        headers = (("Accept", HTML), ("Accept-Language", accepted), ("User-Agent", browser))
        asked = (*headers, ("Accept-Encoding", pack)) if pack else headers
        answer = asyncio.run(self.front.quick(scope_of(path, *asked, query=query)))
        if answer is None:
            return None
        status, told, body = answer
        return status, sorted((n.decode(), v.decode("latin-1")) for n, v in told), body

    def door(self, path: str, *, accepted: str = "vi", query: str = "", browser: str = PHONE):
        """The same from Flask."""
        headers = {"Accept": HTML, "Accept-Language": accepted, "User-Agent": browser}
        answer = self.client.get(path, base_url=HOST, headers=headers, query_string=query)
        told = sorted((name.lower(), value) for name, value in answer.headers)
        return answer.status_code, told, answer.get_data()

    def settle(self) -> None:
        """As if half a second had passed: the journal is read, and the pages asked for are made.

        Read again at the end: on a busy machine the making alone may take longer than silence is believed.
        """
        self.front.watch.look()
        self.front.settle()
        self.front.watch.look()

    def know(self, path: str, **how: str) -> None:
        """Make the front know a page, as the first scans of a run do."""
        for _ in range(2):
            self.quick(path, **how)
            self.settle()


@pytest.fixture
def both(app: Flask, passer_by: FlaskClient) -> Iterator[Both]:
    """The front of the test's application, and a telephone."""
    front = Front(app)
    front.watch.look()
    yield Both(front, passer_by)
    front.close()


@pytest.fixture(autouse=True)
def _clock(now):
    with time_machine.travel(now, tick=False):
        yield
