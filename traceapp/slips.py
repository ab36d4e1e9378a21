"""The slip of the letter in hand: whether its last dot has left, known also after a kill -9.

A row takes milliseconds to reach the disk, and who dies within them leaves a doubt. A byte in a mapped file
is in the kernel's hands the moment it is written: it outlives the process, though not the machine, so a slip
counts only within one boot of it. One file for each worker, in ``instance/post/``.

>>> import tempfile
>>> folder = Path(tempfile.mkdtemp())
>>> slip = Slip(folder, "here:1")
>>> slip.fill(7, 1)
>>> stayed(folder, "here:1", 7, 1), stayed(folder, "here:1", 7, 2), stayed(folder, "here:2", 7, 1)
(True, False, False)
>>> slip.leaves()
>>> stayed(folder, "here:1", 7, 1)
False
>>> slip.close()
"""

import mmap
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

SIZE: Final = 128
BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")


class Slip:
    """What a worker writes on before it ends a letter."""

    def __init__(self, folder: Path, worker: str) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path = folder / worker.replace("/", "_")
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            os.posix_fallocate(handle, 0, SIZE)  # a full disk refuses here, not when the byte is turned
            self._map = mmap.mmap(handle, SIZE)
        finally:
            os.close(handle)

    def fill(self, letter: int, tries: int) -> None:
        """This letter, at this try: its dot is still here."""
        self._map[:] = _told(letter, tries).ljust(SIZE)

    def leaves(self) -> None:
        """The dot goes next; one byte, no call to the kernel."""
        self._map[0] = ord("!")

    def close(self) -> None:
        """Nothing is in hand any more."""
        self._map.close()
        self.path.unlink(missing_ok=True)


def stayed(folder: Path, worker: str, letter: int, tries: int) -> bool:
    """Whether a dead worker's slip proves that the dot of this letter never left."""
    try:
        told = (folder / worker.replace("/", "_")).read_bytes()
    except OSError:
        return False
    return bool(_boot()) and told.rstrip() == _told(letter, tries)


def forget(folder: Path, gone: Callable[[str], bool]) -> None:
    """Throw away the slips of workers known to be gone, once they were read."""
    for path in folder.glob("*:*"):
        if gone(path.name):
            path.unlink(missing_ok=True)


def _told(letter: int, tries: int) -> bytes:
    return f"-{_boot()} {letter} {tries}".encode()


def _boot() -> str:
    """Which boot of the machine this is; nothing where that cannot be told, and then no slip counts."""
    try:
        return BOOT_ID.read_text().strip()
    except OSError:
        return ""
