"""After a key rotation every old stamp is itself at every door, also one that opens under the new key too."""

# ruff: noqa: F811 - fixtures of neighbours are named as they are used

import pytest
from sqlalchemy import select

from tests import factories
from tests.counting import counting
from tests.double_meaning import ADDRESS, AS_NEW, AS_OLD, NEW, OLD, SERIAL, put_keys
from tests.web.api.conftest import get, key_of  # noqa: F401 - fixtures
from tests.web.front.conftest import _clock, both  # noqa: F401 - fixtures
from tests.web.public.scene import open_page
from traceapp.domain.digital_link import parse_path
from traceapp.domain.identifiers import SerialNumber
from traceapp.domain.serials import openings
from traceapp.models import Alert, OutsideSerial, Purchase
from traceapp.services.identification import identify
from traceapp.services.public.lookup import look_up
from traceapp.services.public.search import find_stamp
from traceapp.services.scans.watching import watch_outside

INDEX = 831


@pytest.fixture
def settings(settings):
    put_keys(settings.instance_path)
    return settings


@pytest.fixture
def run(shelf):
    """A run of the older key with that stamp in it."""
    item = shelf.item()
    shelf.certificate(item)
    run = shelf.run(item, shelf.lot(item), first_number=AS_OLD.sequence - INDEX)
    shelf.session.commit()
    assert shelf.address(run, INDEX) == ADDRESS
    return run


def guesses(run, shelf, count):
    """Addresses of serials that open under no live key."""
    for index in range(count):
        known = shelf.serial(run, index)
        serial = known[:-1] + ("0" if known[-1] != "0" else "1")
        assert list(openings([NEW, OLD], parse_path(ADDRESS).subject, serial)) == []
        yield ADDRESS.replace(SERIAL, serial)


@pytest.mark.parametrize("keys", [[OLD], [NEW, OLD], [OLD, NEW]])
def test_whichever_keys_are_live_and_in_which_order_the_stamp_is_genuine(run, session, keys, now):
    told = look_up(session, None, keys=keys, path=parse_path(ADDRESS), now=now, many_scans_devices=8)
    assert told.verdict == "valid_first"
    assert (told.stamp.run_id, told.stamp.index) == (run.id, INDEX)


def test_the_door_shows_it_and_files_nothing_towards_an_alert(run, session, passer_by):
    page = open_page(passer_by, ADDRESS)
    assert page.status_code == 200
    assert 'data-verdict="valid_first"' in page.text
    assert session.scalars(select(OutsideSerial)).all() == []


def test_the_front_knows_it_by_heart_and_says_what_the_door_says(run, both):
    both.know(ADDRESS)
    told = both.quick(ADDRESS)
    assert told is not None
    assert told[0] == 200
    assert told == both.door(ADDRESS)


def test_the_front_leaves_a_stamp_with_its_own_story_to_the_door(run, shelf, both):
    shelf.session.add(Purchase(stamp_run_id=run.id, stamp_index=INDEX, created_at=shelf.now))
    shelf.session.commit()
    both.know(ADDRESS)
    assert both.quick(ADDRESS) is None
    both.know(neighbour := shelf.address(run, INDEX - 1))
    assert both.quick(neighbour) is not None


def test_stamps_of_either_key_are_told_alike(run, shelf, both):
    newer = shelf.run(run.trade_item, shelf.lot(run.trade_item, code="L260906A"), key_id=NEW.id)
    shelf.session.commit()
    for address in (shelf.address(newer, 5), shelf.address(run, 5)):
        both.know(address)
        told = both.quick(address)
        assert told is not None
        assert b'data-verdict="valid_' in told[2]
        assert told == both.door(address)


def test_a_guess_asks_no_database_at_the_door_nor_at_the_front(run, shelf, both):
    tried = list(guesses(run, shelf, 20))
    both.know(tried[0])
    both.know(ADDRESS)
    with counting() as asked:
        assert {both.quick(address)[0] for address in tried} == {404}
        assert {both.door(address)[0] for address in tried} == {404}
    assert asked == []


def test_the_inspector_s_box_names_its_goods(run, session, cast):
    for text in (ADDRESS, SERIAL):
        found = identify(session, [NEW, OLD], text, actor=cast.inspector.actor)
        assert [(one.run.id, one.lot.id) for one in found.goods] == [(run.id, run.lot.id)]
        assert not found.stray


def test_a_serial_alone_finds_it(run, session):
    [found] = find_stamp(session, keys=[NEW, OLD], serial=SerialNumber(SERIAL))
    assert found.path() == ADDRESS


def test_a_program_is_told_the_same(run, get, key_of, cast):
    _, gtin, _, serial = ADDRESS.strip("/").split("/")
    told = get(f"/stamps/{gtin}/{serial}", {}).json
    assert told["verdict"] == "valid_first"
    [goods] = get(f"/desk/find?q={ADDRESS}", key_of(cast.inspector)).json["goods"]
    assert goods["lot"] == run.lot.public_id


def test_a_stamp_that_lies_in_a_run_is_never_kept_as_outside(run, session, now):
    assert not watch_outside(session, [NEW, OLD], parse_path(ADDRESS), now)
    assert session.scalars(select(OutsideSerial)).all() == []


def test_one_that_lies_in_no_run_speaks_against_each_key_that_opens_it(shelf, passer_by):
    """Nobody can tell which of them was used; three of one key make an alert, and only for that key."""
    other = factories.make_trade_item(shelf.session, shelf.cast.cooperative_id, shelf.now)
    outside = shelf.run(other, None, first_number=90_000, count=2)
    addresses = [shelf.address(outside, index) for index in (0, 1)]
    shelf.session.rollback()
    for address in (ADDRESS, *addresses):
        assert open_page(passer_by, address).status_code == 404
    kept = shelf.session.execute(select(OutsideSerial.key_id, OutsideSerial.sequence)).all()
    assert set(kept) == {
        (AS_NEW.key_id, AS_NEW.sequence),
        (AS_OLD.key_id, AS_OLD.sequence),
        (OLD.id, 90_000),
        (OLD.id, 90_001),
    }
    assert shelf.session.scalars(select(Alert.subject)).all() == [f"key:{OLD.id}"]
