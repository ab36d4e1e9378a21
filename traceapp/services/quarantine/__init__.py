"""A process apart, where strangers' files are opened: two seconds of a processor, 200 MB, then it is gone.

Decoders are C, and a small file can unfold into gigabytes before any of them notices. So a file is looked
into by a child whose limits the kernel keeps and in whose environment nothing of ours stands: no address of
a database, no key. However it ends, the answer is one of ours: what the task gives, a rule broken, or
`file_demanding`. A few such rooms stand open at once in one server process; whoever comes later waits.

The tasks are the neighbours in this package (`images`, `pdfs`, `codes`); only they touch the decoders.
"""

import json
import logging
import subprocess
import sys
from pathlib import Path
from threading import BoundedSemaphore
from typing import Final

import traceapp
from traceapp.domain.errors import Malformed

SECONDS: Final = 2  # of a processor, the start of Python included
MEGABYTES: Final = 200  # of memory, beyond what Python and the task's libraries took before the file came
PATIENCE: Final = 60  # seconds on the wall: more than a machine with other work makes of two
AT_ONCE: Final = 4  # rooms open in one process: what strangers can hold is AT_ONCE times MEGABYTES

_rooms = BoundedSemaphore(AT_ONCE)
_log = logging.getLogger(__name__)


def open_apart(
    task: str, content: bytes, *, unreadable: Malformed, seconds: int = SECONDS, **told: object
) -> list[bytes]:
    """What a task makes of the bytes. ``told`` must be JSON.

    Raises `Malformed`: what the task raises, `file_demanding` where it ran into its limits, or ``unreadable``
    where the decoder failed in a way of its own (which is logged, for it may be a fault of ours). All name
    the field that ``unreadable`` names.
    """
    words = [sys.executable, "-P", "-m", __name__, task, json.dumps(told), str(seconds), str(MEGABYTES)]
    home = str(Path(traceapp.__file__).parents[1])
    environment = {"PYTHONPATH": home, "LC_ALL": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1"}
    field = unreadable.field
    with _rooms:
        try:
            done = subprocess.run(  # noqa: S603 - our own program
                words, input=content, capture_output=True, timeout=PATIENCE, env=environment, check=False
            )
        except subprocess.TimeoutExpired as late:
            raise demanding(field, seconds) from late
    if done.returncode < 0:  # ended by the kernel or by itself
        _log.warning("a file ended its room (%s) by signal %d", task, -done.returncode)
        raise demanding(field, seconds)
    if done.returncode:
        _log.warning("a file ended its room (%s): %s", task, done.stderr.decode("utf-8", "replace")[-2000:])
        raise unreadable
    head, _, body = done.stdout.partition(b"\n")
    answer = json.loads(head)
    if "refused" in answer:
        raise Malformed(answer["refused"], field=field, **answer["facts"])
    return _cut(body, answer["parts"])


def demanding(field: str | None = None, seconds: int = SECONDS) -> Malformed:
    """The file asks for more than a stranger's file may take."""
    return Malformed("file_demanding", field=field, seconds=seconds, megabytes=MEGABYTES)


def _cut(body: bytes, sizes: list[int]) -> list[bytes]:
    parts, at = [], 0
    for size in sizes:
        parts.append(body[at : at + size])
        at += size
    return parts
