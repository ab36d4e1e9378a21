"""Where files live: a folder or an S3 bucket behind the same few calls.

Keys are ours and ASCII: ``sha256/ab/abcdef...`` for evidence and pictures, ``prints/<run>/<part>`` for print
files. What is kept by its hash is written once; the folder is fsynced, because obstore does not do it. A
bucket that does not answer is given up soon: whoever waits for it holds one of the server's few threads, and
its library would go on asking for three minutes.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from obstore.exceptions import AlreadyExistsError
from obstore.store import LocalStore, ObjectStore, from_url

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig

PATIENCE: "Final[ClientConfig]" = {
    "connect_timeout": timedelta(seconds=2),
    "read_timeout": timedelta(seconds=5),  # between two pieces
    "timeout": timedelta(hours=1),  # in all: a print of a million stamps may go out over a slow line
}
TRIES: "Final[RetryConfig]" = {"max_retries": 2, "retry_timeout": timedelta(seconds=5)}


class FileGone(LookupError):
    """A row names a file that the store does not hold."""


@dataclass(frozen=True, slots=True)
class Storage:
    """A store, and its folder where it is one (for fsync and for writing print files in place)."""

    store: ObjectStore
    folder: Path | None

    def put(self, content: bytes) -> str:
        """Keep ``content`` under its SHA-256 and return that; the same bytes twice are one file."""
        sha256 = hashlib.sha256(content).hexdigest()
        self._create(evidence_key(sha256), content)
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes of a hash; FileGone when they are not there."""
        return self.get_key(evidence_key(sha256))

    def get_key(self, key: str) -> bytes:
        """The bytes under a key; FileGone when they are not there."""
        try:
            return bytes(self.store.get(key).bytes())
        except FileNotFoundError as fault:
            raise FileGone(key) from fault

    def chunks(self, key: str) -> Iterator[bytes]:
        """The bytes under a key, piece by piece, for downloads larger than memory likes."""
        try:
            stream = self.store.get(key).stream()
        except FileNotFoundError as fault:
            raise FileGone(key) from fault
        return (bytes(piece) for piece in stream)

    def is_whole(self, sha256: str) -> bool:
        """Whether the file is there and its bytes still have this hash: computed now, not remembered."""
        try:
            return hashlib.sha256(self.get(sha256)).hexdigest() == sha256
        except FileGone:
            return False

    def delete_key(self, key: str) -> None:
        """Take a print file away, or find it gone; files kept by hash are never deleted."""
        with suppress(FileNotFoundError):
            self.store.delete(key)

    def delete_under(self, prefix: str) -> int:
        """Take away every print file under a prefix, whether or not a row names it; how many there were."""
        found = [str(one["path"]) for batch in self.store.list(prefix) for one in batch]
        for key in found:
            self.delete_key(key)
        return len(found)

    def _create(self, key: str, content: bytes) -> None:
        with suppress(AlreadyExistsError):  # whoever put it there may have died before it was on the disk
            self.store.put(key, content, mode="create")
        self._sync(key)

    def _sync(self, key: str) -> None:
        """The file and every folder above it, which may be new in its own: nothing is lost with the power."""
        if self.folder is None:
            return
        below = PurePosixPath(key)
        for target in (below, *below.parents):
            handle = os.open(self.folder / target, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def evidence_key(sha256: str) -> str:
    """Where the store keeps a hash.

    >>> evidence_key("ab" + "0" * 62)
    'sha256/ab/ab00000000000000000000000000000000000000000000000000000000000000'
    """
    return f"sha256/{sha256[:2]}/{sha256}"


def open_storage(url: str) -> Storage:
    """The store at a ``file://`` or ``s3://`` address; a folder is made if it is not there."""
    if url.startswith("file://"):
        folder = Path(unquote(urlsplit(url).path))
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Storage(LocalStore(folder), folder)
    # Options of ours take the place of all that the environment says of the line.
    options: ClientConfig = {**PATIENCE, "allow_http": os.environ.get("AWS_ALLOW_HTTP", "").lower() == "true"}
    return Storage(from_url(url, client_options=options, retry_config=TRIES), None)
