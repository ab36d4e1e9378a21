"""Finding stamps by their serial alone, and records by what people type."""

import pytest

from traceapp import keys
from traceapp.domain.certificates import RecordState
from traceapp.domain.identifiers import SerialNumber
from traceapp.domain.parties import PartyState
from traceapp.models import Party
from traceapp.services.public.search import find_stamp, search


@pytest.fixture
def find(session, settings):
    live = keys.serial_keys(settings.instance_path)
    return lambda serial: [one.path() for one in find_stamp(session, keys=live, serial=SerialNumber(serial))]


def test_a_serial_alone_finds_its_stamp_whichever_product_it_is_of(shelf, find):
    _item, _lot, run = shelf.stamped()
    other = shelf.item(gtin=None, registry_number="00000017", folded="x")
    small = shelf.run(other, shelf.lot(other), count=5)
    assert find(shelf.serial(run, 7)) == [shelf.address(run, 7)]
    assert find(shelf.serial(small, 4)) == [shelf.address(small, 4)]
    assert find(shelf.serial(small, 5)) == []
    assert find("000000000000") == []
    assert find("no such spelling") == []


def test_what_is_not_published_is_not_found(shelf, session, cast, today):
    item = shelf.item()
    shelf.certificate(item, record_state=RecordState.DRAFT, approved_by_id=None, approved_at=None)
    assert search(session, "demo-fsms", today=today).count == 0
    assert search(session, "RƯỢU men LÁ", today=today).products[0].names.vi == "Rượu men lá Thử"
    item.archived_at = shelf.now
    session.flush()
    assert search(session, "rượu men lá", today=today).count == 0
    item.archived_at = None
    session.get_one(Party, cast.cooperative_id).state = PartyState.SUSPENDED
    session.flush()
    found = search(session, "mẫu sơn", today=today)
    assert (found.products, found.producers) == ((), ())


def test_wildcards_are_letters_and_one_letter_is_too_few(shelf, session, today):
    shelf.item()
    assert search(session, "%%", today=today).count == 0
    assert search(session, "r_ou", today=today).count == 0
    assert search(session, "r", today=today).count == 0
