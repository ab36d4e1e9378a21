"""A worker for the fault tests: draws one order, tells each sheet on stdout, may be told to err.

`python -m tests.faults.killed_worker DATABASE_URL FILES KEY_FOLDER ORDER [FAULT]`
"""

import io
import json
import os
import resource
import sys
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from labels import sheet
from traceapp import keys
from traceapp.engines import apply_rules
from traceapp.services import printing
from traceapp.services.printing.design import thawed_art, thawed_medium
from traceapp.services.printing.parts import Serials
from traceapp.storage import open_storage


def warm(medium: str, design: str) -> None:
    """One sheet into nowhere, as before a second order: the fonts and the family of symbols are ready."""
    told = json.loads(design)
    look = {name: told[name] for name in ("prefix", "level", "dpi")}
    art, blank = thawed_art(told["art"]), thawed_medium(json.loads(medium))
    sheet.stamp_sheets(io.BytesIO(), medium=blank, art=art, serials=["0" * 12], **look)


def main(url: str, files: str, instance: str, order: str, fault: str = "") -> None:
    if fault == "one off":  # the seeded fault: a resumed worker that counts from the wrong stamp
        honest = Serials.stretch
        Serials.stretch = lambda self, index, count: honest(self, index + 1, count)
    if fault.startswith("limit "):  # a disk that takes no larger file
        size = int(fault.removeprefix("limit "))
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    engine = create_engine(url)
    apply_rules(engine)
    state = printing.run(
        partial(Session, engine),
        open_storage(f"file://{files}"),
        int(order),
        keys=keys.serial_keys(Path(instance)),
        worker=f"test:{os.getpid()}",
        clock=lambda: datetime.now(UTC),
        watch=lambda done: print(done, flush=True),
        lease=timedelta(0),
        every=timedelta(0),
    )
    print(state, flush=True)
    engine.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
