"""The shelf, the clock and a telephone for the public door."""

import pytest
import time_machine

from tests.web.public.scene import Shelf


@pytest.fixture(autouse=True)
def _clock(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def shelf(session, cast, settings, now):
    return Shelf(session, cast, settings, now)
