"""Secrets of an installation: made at first start in ``instance/keys/``, mode 0600, never in a database.

``session.key`` signs sessions; ``serial-<id>.key`` are the keys under which serials are made, the newest
first; losing one orphans every stamp made under it, so each is fsynced before it is first used.
``pin-<id>.key`` beside each makes the scratch PINs of its stamps. ``vc-<id>.key`` signs the codes of
certificates, cartons and rolls; one that signs no more may be replaced by its public half, ``vc-<id>.pub``.
"""

import logging
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from traceapp.domain.pins import PinKey
from traceapp.domain.serials import SerialKey
from traceapp.domain.signed_codes import CodeKey

MOST_LIVE_KEYS = 4
log = logging.getLogger(__name__)


class TooManyKeys(RuntimeError):
    """More live serial keys than a scan may try."""


@dataclass(frozen=True, slots=True)
class CodeKeys:
    """The key that signs codes today (none on a machine that only verifies), and every public key."""

    signing: CodeKey | None
    ring: Mapping[str, bytes]


def session_secret(instance: Path) -> bytes:
    """The key that signs sessions."""
    return _kept(instance / "keys" / "session.key")


def serial_keys(instance: Path) -> tuple[SerialKey, ...]:
    """The live serial keys with their PIN keys, newest first; what is not there yet is made."""
    folder = instance / "keys"
    if not list(folder.glob("serial-*.key")):
        _kept(folder / "serial-0001.key")
    paths = sorted(folder.glob("serial-*.key"), reverse=True)
    if len(paths) > MOST_LIVE_KEYS:
        raise TooManyKeys(f"{len(paths)} serial keys in {folder}; at most {MOST_LIVE_KEYS} may be live")
    ids = [path.stem.removeprefix("serial-") for path in paths]
    return tuple(
        SerialKey(key_id, path.read_bytes(), _pin_key(folder / f"pin-{key_id}.key"))
        for key_id, path in zip(ids, paths, strict=True)
    )


def code_keys(instance: Path, *, make: bool = True) -> CodeKeys:
    """The keys of signed codes; the highest id signs. The first is made where there is none (if `make`).

    A file of another length is a fault of the folder, told by its name: a code must not be signed by halves.
    """
    folder = instance / "keys"
    if make and not [*folder.glob("vc-*.key"), *folder.glob("vc-*.pub")]:
        _kept(folder / "vc-0001.key")
    secret = sorted((CodeKey(_id(path), path.read_bytes()) for path in folder.glob("vc-*.key")), key=_by_id)
    ring = {_id(path): path.read_bytes() for path in sorted(folder.glob("vc-*.pub"))}
    if odd := [key_id for key_id, public in ring.items() if len(public) != 32]:
        raise ValueError(f"vc-{odd[0]}.pub in {folder}: expected 32 bytes")
    return CodeKeys(secret[-1] if secret else None, ring | {key.id: key.public for key in secret})


def _id(path: Path) -> str:
    return path.stem.removeprefix("vc-")


def _by_id(key: CodeKey) -> str:
    return key.id


def _pin_key(path: Path) -> PinKey | None:
    """The PIN key beside a serial key; None where the folder is not ours to write: stamps need none."""
    try:
        return PinKey(_kept(path))
    except OSError:
        log.warning("%s cannot be read or made: no stamps with a scratch PIN on this machine", path)
        return None


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
