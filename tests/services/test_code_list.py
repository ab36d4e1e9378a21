"""The list of codes against Python's own writer of CSV."""

import csv
import io

import numpy as np
import pytest

from traceapp.domain.identifiers import Gtin
from traceapp.domain.serials import SerialKey, mint_matrix
from traceapp.services.printing import code_list

PREFIX = "HTTPS://A.VN/01/09520009010011/21/"


@pytest.mark.parametrize("first", [1, 8, 99_990, 999_000])
@pytest.mark.parametrize("with_pins", [False, True])
def test_the_list_is_what_a_writer_of_csv_writes(first, with_pins):
    serials = mint_matrix(SerialKey("list", bytes(32)), Gtin.parse("09520009010011"), 0, 1_001)
    pins = np.random.default_rng(1).integers(48, 58, (1_001, 6), np.uint8) if with_pins else None
    names = ["number", "serial", "uri", *(["pin"] if with_pins else [])]
    wanted = io.StringIO()
    writer = csv.writer(wanted)
    writer.writerow(names)
    for at in range(1_001):
        serial = serials[at].tobytes().decode()
        pin = [] if pins is None else [pins[at].tobytes().decode()]
        writer.writerow([first + at, serial, PREFIX + serial, *pin])
    written = code_list.head(pins=with_pins) + b"".join(code_list.rows(first, serials, PREFIX, pins))
    assert written.decode() == wanted.getvalue()
