"""Secrets of an installation: made at first start in ``instance/keys/``, mode 0600, never in a database.

``session.key`` signs sessions; ``serial-<id>.key`` are the keys under which serials are made, the newest
first; losing one orphans every stamp made under it, so each is fsynced before it is first used.
"""

import os
import secrets
from pathlib import Path

from traceapp.domain.serials import SerialKey

MOST_LIVE_KEYS = 4


class TooManyKeys(RuntimeError):
    """More live serial keys than a scan may try."""


def session_secret(instance: Path) -> bytes:
    """The key that signs sessions."""
    return _kept(instance / "keys" / "session.key")


def serial_keys(instance: Path) -> tuple[SerialKey, ...]:
    """The live serial keys, newest first; the first is made if there is none."""
    folder = instance / "keys"
    if not list(folder.glob("serial-*.key")):
        _kept(folder / "serial-0001.key")
    paths = sorted(folder.glob("serial-*.key"), reverse=True)
    if len(paths) > MOST_LIVE_KEYS:
        raise TooManyKeys(f"{len(paths)} serial keys in {folder}; at most {MOST_LIVE_KEYS} may be live")
    return tuple(SerialKey(path.stem.removeprefix("serial-"), path.read_bytes()) for path in paths)


def _kept(path: Path) -> bytes:
    """The 32 bytes of a key file; made whole or not at all, also when two processes start at once."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was first; its key counts
        finally:
            draft.unlink()
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
    return path.read_bytes()
