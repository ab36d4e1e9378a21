"""A disk that fills up: acts are refused with a sentence, scans go on, nothing confirmed is lost.

Space runs out at 50 places of the work (a few in the short form), on a disk of its own mounted for the test
and, where the database is a file, under a limit on the size of files. trust.md: "Degraded", row 25, B3.
"""

import shutil
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.conftest import DATABASE, _settings
from tests.databases import TEMPLATE, administer
from tests.faults.disks import no_file_beyond, small_disk
from tests.faults.ground import FULL, audit
from tests.web.public.scene import HOST, HTML, PHONE
from traceapp.domain.printing import PrintState
from traceapp.extensions import db
from traceapp.models import PrintRun, Scan
from traceapp.services import printing
from traceapp.storage import open_storage

PLACES = 50 if FULL else 4
MOST_ORDERS = 400  # before a disk that is full must have refused one
ORDER = {"n": "70", "medium": "a4-65", "kind": "sheet", "do": "order"}


@pytest.fixture
def disk(request, tmp_path):
    """The disk that the databases lie on; PostgreSQL's as a tablespace."""
    if DATABASE == "postgresql":
        request.getfixturevalue("postgres_url")
        folder = Path("/tmp") / f"traceapp-space-{tmp_path.parent.name}-{tmp_path.name}"
        with small_disk(folder, 64, owner="postgres") as disk:
            yield disk
        folder.rmdir()
        return
    with small_disk(tmp_path / "disk", 24) as disk:
        yield disk


@pytest.fixture
def settings(template, disk, tmp_path):
    """The instance on the small disk, or its database in a tablespace there."""
    if template.server is None:
        instance = disk.folder / "instance"
        instance.mkdir()
        for name in ("traceapp.sqlite", "scans.sqlite"):
            shutil.copy(template.folder / name, instance / name)
        yield _settings(instance)
        return
    name, space = f"full_{abs(hash(tmp_path))}", f"space_{abs(hash(tmp_path))}"
    where = disk.folder / "space"
    where.mkdir()
    shutil.chown(where, "postgres")
    administer(template.server, f"CREATE TABLESPACE {space} LOCATION '{where}'")
    administer(template.server, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} TABLESPACE {space}")
    instance = tmp_path / "instance"
    instance.mkdir()
    yield _settings(instance, f"{template.server}/{name}")
    disk.free()
    administer(template.server, f"DROP DATABASE {name} WITH (FORCE)")
    administer(template.server, f"DROP TABLESPACE {space}")


class Office:
    """A cooperative that orders stamps, and a buyer who scans one."""

    def __init__(self, app, session, shelf, manager, passer_by):
        self.app, self.session, self.manager, self.passer_by = app, session, manager, passer_by
        _item, lot, run = shelf.stamped()
        self.lot, self.stamp = lot.public_id, shelf.address(run)
        session.commit()
        self.acked: dict[str, str] = {}
        self.turn = self.visitors = 0

    @property
    def engine(self):
        return self.session.get_bind()

    def order(self, key):
        """Send an order; the status, and what an acknowledgement says is remembered."""
        answer = self.manager.post(f"/coop/stamps/new?lot={self.lot}", data=ORDER | {"request_key": key})
        if answer.status_code == 303:
            self.acked[key] = answer.headers["Location"].rpartition("/")[2]
        return answer

    def order_until_refused(self):
        """The key of the order that was refused."""
        for _ in range(MOST_ORDERS):
            self.turn += 1
            key = f"key-{self.turn}"
            answer = self.order(key)
            if answer.status_code != 303:
                assert answer.status_code == 507, (answer.status_code, answer.text[:2000])
                assert "Ổ đĩa của máy chủ đã đầy" in answer.text
                return key
        raise AssertionError("a full disk refused nothing")

    def scan(self, *, anew=True):
        """A phone opens the stamp's page."""
        self.visitors += anew
        browser = {"Accept": HTML, "User-Agent": f"{PHONE} {self.visitors}"}
        return self.passer_by.get(self.stamp, headers=browser, base_url=HOST)

    def lost(self):
        """Acknowledged orders that are not there."""
        with Session(self.engine) as session:
            there = {row.request_key: row.public_id for row in session.query(PrintRun)}
        return [key for key, order in self.acked.items() if there.get(key) != order]

    def faults(self):
        with self.app.app_context():
            return self.lost() + audit(self.engine)


@pytest.fixture
def office(app, session, shelf, browser_of, cast, passer_by):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.extensions["announce_print"] = lambda _order: None
    return Office(app, session, shelf, browser_of(cast.manager), passer_by)


def _settle(engine):
    """Every page is in the database's file, so that the next act needs room."""
    if engine.dialect.name == "sqlite":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@pytest.mark.slow
@pytest.mark.parametrize("place", range(PLACES))
def test_a_full_disk_refuses_acts_and_loses_none(office, disk, place):
    for kept in range(3):
        assert office.order(f"before-{kept}").status_code == 303
    _settle(office.engine)
    disk.fill(leave=place * 3 * 4096 * (1 if FULL else 12))
    refused = office.order_until_refused()
    page = office.scan()
    assert page.status_code == 200
    assert 'data-verdict="valid' in page.text
    assert office.faults() == []
    disk.free()
    assert office.order(refused).status_code == 303
    assert office.scan().status_code == 200
    assert office.faults() == []


@pytest.mark.skipif(DATABASE == "postgresql", reason="its server writes, not this process")
@pytest.mark.parametrize("place", range(PLACES))
def test_a_file_that_may_not_grow_refuses_acts_and_loses_none(office, settings, place):
    assert office.order("before").status_code == 303
    _settle(office.engine)
    with no_file_beyond(place * 4096 * (1 if FULL else 12) + 2048):
        refused = office.order_until_refused()
        assert office.scan().status_code == 200
    assert office.order(refused).status_code == 303
    assert office.faults() == []


def test_the_harness_finds_an_acknowledged_order_that_is_lost(office):
    assert office.order("kept").status_code == 303
    office.acked["never written"] = "T9999999"
    assert office.faults() == ["never written"]


@pytest.mark.skipif(DATABASE == "postgresql", reason="its scan log is in the same database")
def test_a_scan_log_without_room_leaves_the_page_uncounted(app, office, settings):
    office.scan()
    with app.app_context():
        _settle(db.get_engine("scans"))
    with no_file_beyond(1024):
        page = office.scan()
    assert page.status_code == 200
    assert "chưa đếm được số lần quét" in page.text
    assert 'data-verdict="valid_repeat"' in office.scan().text
    with app.app_context(), Session(db.get_engine("scans")) as scans:
        assert scans.query(Scan).count() == 2  # the one in between was told to be uncounted, and is


def test_a_picture_without_room_is_refused_like_any_act(app, office, tmp_path, passer_by):
    picture = BytesIO()
    Image.effect_noise((600, 600), 90).convert("RGB").save(picture, "JPEG", quality=95)
    with small_disk(tmp_path / "store", 1) as store:
        app.extensions["storage"] = open_storage(f"file://{store.folder}/files")
        for leave, status in ((8192, 507), (900_000, 303)):
            store.fill(leave=leave)
            data = {"kind": "other", "about": office.stamp, "photo": (BytesIO(picture.getvalue()), "a.jpg")}
            answer = passer_by.post("/report", data=data, base_url=HOST)
            assert answer.status_code == status
            assert list(store.folder.rglob("*#*")) == []


@pytest.fixture
def order_id(session, office):
    """An order of ten sheets in five files and a list."""
    assert office.order("to draw").status_code == 303
    with Session(session.get_bind()) as other:
        order = other.scalars(select(PrintRun)).one()
        order.design = {**order.design, "part_stamps": 65}
        other.commit()
        return order.id


def _draw(app, engine, store, order_id):
    return printing.run(
        partial(Session, engine), store, order_id, keys=app.extensions["serial_keys"], worker="test",
        clock=lambda: datetime.now(UTC),
    )  # fmt: skip


def _bytes(folder):
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.slow
def test_a_print_store_without_room_offers_no_half_file(app, session, office, order_id, tmp_path):
    engine = session.get_bind()
    with Session(engine) as other:
        order = other.get_one(PrintRun, order_id)
        design, public_id = order.design, order.public_id
    assert _draw(app, engine, open_storage(f"file://{tmp_path}/honest"), order_id) is PrintState.DONE
    honest = _bytes(tmp_path / "honest")
    blocks = sum(len(content) // 4096 + 1 for content in honest.values()) + 4
    failed = 0
    with small_disk(tmp_path / "store", 4) as disk:
        store = app.extensions["storage"] = open_storage(f"file://{disk.folder}/files")
        for place in range(PLACES):
            _anew(engine, order_id, design)
            shutil.rmtree(disk.folder / "files" / "prints", ignore_errors=True)
            disk.fill(leave=blocks * place // PLACES * 4096)
            state = _draw(app, engine, store, order_id)
            failed += state is PrintState.FAILED
            if state is PrintState.FAILED:
                page = office.manager.get(f"/coop/prints/{public_id}")
                assert "đã đầy" in page.text
                for part in range(3):
                    assert office.manager.get(f"/coop/prints/{public_id}/files/{part}").status_code == 404
            assert list(disk.folder.rglob("*.partial")) == []
            # one order is placed anew for each place, and told finished each time it is
            assert [fault for fault in office.faults() if not fault.startswith("finished_print")] == []
            disk.free()
            if state is PrintState.FAILED:
                assert office.manager.post(f"/coop/prints/{public_id}/resume").status_code == 303
                assert _draw(app, engine, store, order_id) is PrintState.DONE
            assert _bytes(disk.folder / "files") == honest
    assert failed >= PLACES * 3 // 4


def _anew(engine, order_id, design):
    """As if it had just been placed."""
    with Session(engine) as session:
        order = session.get_one(PrintRun, order_id)
        for file in list(order.files):
            session.delete(file)
        order.state, order.slices_done, order.worker, order.design = PrintState.QUEUED, 0, None, design
        session.commit()
