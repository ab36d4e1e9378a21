"""The clock of the public door, and a stamp to scratch."""

import pytest
import time_machine

from traceapp import keys
from traceapp.domain.pins import pin_of


@pytest.fixture(autouse=True)
def _clock(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def scratched(shelf, settings):
    """A stamp with a PIN: its address and the PIN."""
    item = shelf.item()
    key = keys.serial_keys(settings.instance_path)[0]
    run = shelf.run(item, shelf.lot(item), pin_key=key.pin.fingerprint)
    shelf.session.commit()
    return shelf.address(run), pin_of(key.pin, shelf.serial(run))
