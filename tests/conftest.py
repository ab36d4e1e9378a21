"""What every test stands on: a database of its own, the application on it, and the fixed cast.

A test really commits. Its database is a copy of one that was migrated and peopled once: a file on SQLite, a
database that is lent and put back on PostgreSQL. ``TRACEAPP_TEST_DATABASE=postgresql`` runs the same tests
there; the server is started here, on a free port, in a folder of its own.
"""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from types import CodeType

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from tests import factories
from tests.databases import KEPT, TEMPLATE, Lender, administer, execute
from tests.servers import postgresql
from tests.web.public.scene import Shelf
from traceapp import keys, schema
from traceapp.app import create_app
from traceapp.extensions import db, limiter
from traceapp.settings import Settings, load

# A busy machine is not a fault of the code: nothing here is judged by the clock. `make test` takes the
# same examples on every machine, so that it never refuses a change for a fault the change does not have;
# `make faults` looks for new ones.
hypothesis.settings.register_profile(
    "untimed",
    deadline=None,
    derandomize=os.environ.get("TRACEAPP_FULL_FAULTS") != "1",
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("untimed")


gc.disable()  # until everything is loaded: none of that is garbage


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow ones first: at the end one processor would wait for the other."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the collector of garbage need not look through it again and again."""
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)  # about one application of one test
    gc.enable()


NOW = datetime(2026, 11, 22, 2, 14, tzinfo=UTC)
TODAY = date(2026, 11, 22)
DATABASE = os.environ.get("TRACEAPP_TEST_DATABASE", "sqlite")


@dataclass(frozen=True)
class Template:
    """A migrated database with the cast in it, to be copied for each test."""

    folder: Path
    server: str | None
    cast: factories.Cast


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a PostgreSQL of our own, without a database's name."""
    with postgresql() as url:
        yield url


@pytest.fixture(scope="session")
def template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The database every test copies."""
    folder = tmp_path_factory.mktemp("template")
    server = request.getfixturevalue("postgres_url") if DATABASE == "postgresql" else None
    if server is not None:
        administer(server, f"CREATE DATABASE {TEMPLATE}")
    settings = _settings(folder, f"{server}/{TEMPLATE}" if server else "")
    schema.upgrade(settings)
    engine = create_engine(settings.database_url)
    with Session(engine) as session:
        cast = factories.people(session, NOW)
        session.commit()
    engine.dispose()
    if server is not None:
        execute(settings.database_url, KEPT)
    for make in (keys.session_secret, keys.serial_keys, keys.code_keys):
        make(folder)
    return Template(folder, server, cast)


def _settings(folder: Path, database_url: str = "") -> Settings:
    told = {"TRACEAPP_PUBLIC_BASE_URL": "https://txng.langson.gov.vn"}
    if database_url:
        told["TRACEAPP_DATABASE_URL"] = database_url
    return load(folder, told)


@pytest.fixture(scope="session")
def lender(template: Template) -> Lender | None:
    """Who lends the tests their databases on PostgreSQL."""
    return Lender(template.server) if template.server else None


@pytest.fixture
def settings(template: Template, lender: Lender | None, tmp_path: Path) -> Iterator[Settings]:
    """Settings of an installation of this test's own, with the cast in its database."""
    instance = tmp_path / "instance"
    shutil.copytree(template.folder / "keys", instance / "keys")
    if lender is None:
        for name in ("traceapp.sqlite", "scans.sqlite"):
            shutil.copy(template.folder / name, instance / name)
        yield _settings(instance)
        return
    with lender.lend() as url:
        yield _settings(instance, url)


class Compiled(BytecodeCache):
    """Templates that an application of this process has compiled; the next one finds them."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key, bucket.checksum] = bucket.code


COMPILED = Compiled()


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application; forms need no token and nothing is limited unless a test asks for it."""
    app = create_app(settings)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    app.config.update(SERVER_NAME=settings.host, PREFERRED_URL_SCHEME="https")  # what a test browser opens
    app.jinja_env.bytecode_cache = COMPILED
    limiter.enabled = False
    yield app
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A writing session; a test commits what it wants the application to see."""
    with app.app_context():
        engine = db.engine
    # Outside that context: a request must get one of its own.
    with Session(engine, expire_on_commit=False) as session:
        yield session


@pytest.fixture
def cast(template: Template) -> factories.Cast:
    """The fixed cast: ids and logins of people every test knows."""
    return template.cast


@pytest.fixture
def now() -> datetime:
    """09:14 on 22 November 2026 in Vietnam."""
    return NOW


@pytest.fixture
def today() -> date:
    """22 November 2026."""
    return TODAY


@pytest.fixture
def shelf(session: Session, cast: factories.Cast, settings: Settings, now: datetime) -> Shelf:
    """Goods, certificates and stamps, made in one line each."""
    return Shelf(session, cast, settings, now)


@pytest.fixture
def passer_by(app: Flask) -> FlaskClient:
    """A browser that never signed in."""
    return app.test_client()


@pytest.fixture
def browser_of(app: Flask) -> Callable[[factories.Person], FlaskClient]:
    """A browser in which this person has signed in."""

    def open_browser(person: factories.Person) -> FlaskClient:
        client = app.test_client()
        with client.session_transaction(base_url="https://txng.langson.gov.vn") as cookie:
            cookie["_user_id"] = f"{person.account_id}.0"
            cookie["_fresh"] = True
        return client

    return open_browser
