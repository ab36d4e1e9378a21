"""A server of some time zone for the fault tests: asked at many instants how every certificate stands.

Reads instants (seconds since 1970) as JSON on stdin; tells for each what its clock and its zone said and what
`/api/v1/certificates` answered. The clock is time-machine's, or libfaketime's where the environment brings
it: then the whole process believes it, whatever it calls.

`python -m tests.faults.day_teller [FAULT]`
"""

import json
import os
import sys
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path

import time_machine

from tests.web.public.scene import HOST
from traceapp.app import create_app
from traceapp.extensions import limiter
from traceapp.settings import load
from traceapp.web import languages


def clock_at(instant: int) -> AbstractContextManager[object]:
    """The clock stands still there."""
    file = os.environ.get("FAKETIME_TIMESTAMP_FILE")
    if file is None:
        return time_machine.travel(instant, tick=False)
    Path(file).write_text(str(instant))
    return nullcontext()


def main(fault: str = "") -> None:
    if fault == "local days":  # the seeded fault: the day it is where the server stands
        languages.today_in_vietnam = lambda now: now.astimezone().date()
    app = create_app(load())
    limiter.enabled = False
    browser, told = app.test_client(), []
    for instant in json.load(sys.stdin):
        with clock_at(instant):
            here = datetime.now(UTC).astimezone()
            items = browser.get(f"{HOST}/api/v1/certificates?limit=100").get_json()["items"]
        stands = {one["number"]: one["status"]["status"] for one in items}
        told.append([int(here.timestamp()), here.strftime("%z"), stands])
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
