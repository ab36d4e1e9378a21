"""Where files lie: on the disk for good when they are said to be; a silent bucket holds nobody up."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from obstore.exceptions import BaseError as StoreRefused

from tests import factories
from traceapp.models import Party, StoredFile, TradeItemImage
from traceapp.storage import open_storage


@contextmanager
def hanging_up() -> Iterator[tuple[str, list[int]]]:
    """The address of a server that takes every call and hangs up, and a list that grows with each."""
    calls: list[int] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def take() -> None:
            while True:
                try:
                    line, _ = server.accept()
                except OSError:
                    return
                calls.append(1)
                line.close()

        taker = threading.Thread(target=take, daemon=True)
        taker.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", calls
        server.shutdown(socket.SHUT_RDWR)
    taker.join()


@pytest.fixture
def silent_bucket(monkeypatch):
    """A store in a bucket whose server hangs up, and the calls that it got."""
    with hanging_up() as (address, calls):
        told = {
            "AWS_ENDPOINT": address, "AWS_ALLOW_HTTP": "true", "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "thu", "AWS_SECRET_ACCESS_KEY": "thu",
        }  # fmt: skip
        for name, value in told.items():
            monkeypatch.setenv(name, value)
        yield open_storage("s3://thu/files"), calls


def test_a_silent_bucket_is_asked_three_times_and_given_up(silent_bucket):
    store, calls = silent_bucket
    for ask in (lambda: store.get("ab" * 32), lambda: store.put(b"x")):
        calls.clear()
        with pytest.raises(StoreRefused):
            ask()
        assert len(calls) == 3


def test_while_a_bucket_is_silent_its_pages_say_so_and_the_others_open(
    silent_bucket, app, passer_by, browser_of, session, cast, now
):
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    told = {"size": 1, "media_type": "image/webp", "first_name": "a.webp", "inline": True}
    session.add(StoredFile(sha256="ab" * 32, uploaded_at=now, **told))
    session.flush()
    hashes = {"small_sha256": "ab" * 32, "large_sha256": "ab" * 32}
    item.images.append(TradeItemImage(position=0, alt="Ảnh thử", created_at=now, **hashes))
    party = session.get_one(Party, cast.cooperative_id).public_id
    session.commit()
    app.extensions["storage"], _ = silent_bucket
    app.testing = False
    assert passer_by.get(f"/parties/{party}").status_code == 200
    manager = browser_of(cast.manager)
    assert manager.get(f"/coop/items/{item.public_id}").status_code == 200
    for answer in (
        passer_by.get(f"/pictures/{item.images[0].small_sha256}.webp"),
        manager.get(f"/coop/items/{item.public_id}/picture/small"),
    ):
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")


def test_a_file_is_on_the_disk_with_every_folder_above_it(tmp_path, monkeypatch):
    synced = []
    real = os.fsync

    def told(handle: int) -> None:
        synced.append(Path(f"/proc/self/fd/{handle}").readlink())
        real(handle)

    monkeypatch.setattr(os, "fsync", told)
    store, root = open_storage(f"file://{tmp_path}/files"), tmp_path / "files"
    for _ in range(2):  # also one that was there: who put it may have died in between
        synced.clear()
        sha256 = store.put(b"bytes")
        shard = root / "sha256" / sha256[:2]
        assert {shard / sha256, shard, root / "sha256", root} <= set(synced)
