"""The demonstration served for real (the server, a worker process) and a real Chromium to use it.

Every request to another host fails at once. Screenshots go to ``instance/shots/``, to be looked at.
These tests run in processes of their own (`make test`): Playwright leaves an event loop behind. A journey
stays in one of them, for the server it began.
"""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.servers import free_port

SHOTS = Path(os.environ.get("SHOTS_FOLDER", "instance/shots"))
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
PHONE, LAPTOP = (390, 844), (1280, 860)


@dataclass(frozen=True)
class Served:
    """A running registry, and what its manifest offers."""

    url: str
    offer: dict[str, list[dict[str, Any]]]
    database: Path
    cookies: list[Any] = field(default_factory=list)
    """Of a journey of more tests than a person may sign in: the session it goes on with."""

    def stamp(self, verdict: str) -> str:
        """The address of a stamp that shows this verdict."""
        return str(next(told["uri"] for told in self.offer["stamps"] if told["expected_verdict"] == verdict))

    @property
    def password(self) -> str:
        """The demo password."""
        return str(self.offer["accounts"][0]["password"])


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """`traceapp demo` on a free port; one for each journey, which may change it."""
    port, instance = free_port(), tmp_path_factory.mktemp("instance")
    ours = {name: value for name, value in os.environ.items() if not name.startswith("TRACEAPP_")}
    command = [sys.executable, "-m", "traceapp.cli", "demo", "--port", str(port)]
    with subprocess.Popen(command, env=ours | {"TRACEAPP_INSTANCE_PATH": str(instance)}) as server:
        try:
            _wait_for(f"http://127.0.0.1:{port}/readyz", server)
            offer = json.loads((instance / "demo/manifest.json").read_text("utf-8"))
            yield Served(f"http://127.0.0.1:{port}", offer, instance / "traceapp.sqlite")
        finally:
            server.terminate()


def _wait_for(url: str, server: subprocess.Popen[bytes], seconds: float = 240) -> None:
    deadline = time.monotonic() + seconds
    while server.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)  # it is still starting
    raise RuntimeError(f"{url} did not answer")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A headless Chromium that reaches this machine only."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-proxy-server", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
        )
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Open a page in a context of its own; every breach of the content security policy fails the test."""
    contexts: list[BrowserContext] = []
    refused: list[str] = []

    def open_(size: tuple[int, int] = PHONE, *, script: bool = False, language: str = "vi-VN") -> Page:
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=script,
            locale=language,
            accept_downloads=True,
        )
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console", lambda said: refused.append(said.text) if "Content Security" in said.text else None
        )
        page.on("requestfailed", lambda request: refused.append(f"{request.url} {request.failure}"))
        return page

    yield open_
    for context in contexts:
        context.close()
    assert [told for told in refused if "ERR_ABORTED" not in told] == []


@pytest.fixture
def shot(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Keep a picture of the whole page."""
    SHOTS.mkdir(parents=True, exist_ok=True)

    def keep(page: Page, name: str) -> None:
        page.screenshot(path=SHOTS / f"{name}.png", full_page=True)

    return keep
