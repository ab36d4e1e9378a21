"""The demonstration served for real (waitress, a worker process) and a real Chromium to use it.

Every request to another host fails at once. Screenshots go to ``instance/shots/``, to be looked at.
These tests run in a process of their own (`make test`): Playwright leaves an event loop behind.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import waitress
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.servers import free_port
from traceapp import demo, schema
from traceapp.app import create_app
from traceapp.demo.manifest import Manifest
from traceapp.extensions import limiter
from traceapp.settings import Settings, load

SHOTS = Path(os.environ.get("SHOTS_FOLDER", "instance/shots"))
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
PHONE, LAPTOP = (390, 844), (1280, 860)


@dataclass(frozen=True)
class Served:
    """A running registry."""

    url: str
    settings: Settings
    offer: Manifest

    def stamp(self, verdict: str) -> str:
        """The address of a stamp that shows this verdict."""
        return next(told["uri"] for told in self.offer.stamps if told["expected_verdict"] == verdict)

    @property
    def password(self) -> str:
        """The demo password."""
        return self.offer.accounts[0]["password"]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The demonstration on a free port, with its worker; one for each journey, which may change it."""
    port = free_port()
    instance = tmp_path_factory.mktemp("instance")
    url = f"http://127.0.0.1:{port}"
    settings = load(instance, {"TRACEAPP_DEMO": "true", "TRACEAPP_PUBLIC_BASE_URL": url})
    schema.upgrade(settings)
    demo.remember(settings)
    app = create_app(settings)
    offer = demo.load(app)
    limiter.enabled = False
    server = waitress.create_server(app, host="127.0.0.1", port=port, threads=4)
    threading.Thread(target=server.run, daemon=True).start()
    worker = subprocess.Popen(
        [sys.executable, "-m", "traceapp.cli", "work"],
        env=os.environ | {"TRACEAPP_INSTANCE_PATH": str(instance)},
    )
    yield Served(url, settings, offer)
    worker.terminate()
    worker.wait(20)
    server.close()


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
