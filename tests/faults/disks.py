"""Disks of a few megabytes that the tests fill, and limits on the size of a file."""

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.faults.ground import need


@dataclass(frozen=True)
class SmallDisk:
    """A disk in memory; what fills it is one file that can be taken away again."""

    folder: Path

    @property
    def _filler(self) -> Path:
        return self.folder / "filler"

    def fill(self, leave: int) -> None:
        """Leave so many bytes free."""
        self.free()
        room = os.statvfs(self.folder)
        size = room.f_bavail * room.f_bsize - leave
        with self._filler.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, max(1, size))

    def free(self) -> None:
        """Space returns."""
        self._filler.unlink(missing_ok=True)


@contextmanager
def small_disk(folder: Path, megabytes: int, *, owner: str = "root") -> Iterator[SmallDisk]:
    """Mount one at `folder`; only root may."""
    need(os.geteuid() == 0, "a disk can only be mounted by root")
    folder.mkdir(parents=True, exist_ok=True)
    options = f"size={megabytes}m,mode=0700,uid={owner}"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True, text=True
    )
    need(mounted.returncode == 0, f"this machine mounts no disk: {mounted.stderr.strip()}")
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "-l", folder], check=True)  # lazy: what is still open keeps its bytes


@contextmanager
def no_file_beyond(size: int) -> Iterator[None]:
    """In this process no file may grow beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
