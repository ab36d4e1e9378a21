"""Both ways give the same bytes: for every verdict, language and state of the scan log."""

import gzip
import re

import pytest

from tests.web.public.scene import PHONE
from tests.web.public.test_verdicts import CALLED, WORDS

CALM = {
    "valid_first",
    "unknown",
    "past_use_by",
    "certificate_expired",
    "certificate_suspended",
    "certificate_unverified",
    "certificate_withdrawn",
    "may_hold_recalled",
    "may_hold_on_hold",
}
OTHER = PHONE.replace("A135", "A137")


@pytest.mark.parametrize("language", ["vi", "en", "zh"])
@pytest.mark.parametrize("word", WORDS)
def test_a_verdict_is_told_the_same_both_ways_or_by_the_door_alone(word, language, shelf, both):
    address = shelf.make(word)
    both.settle()
    for how in ({"query": f"lang={language}"}, {"accepted": f"{language}, fr;q=0.5"}):
        both.know(address, **how)
        told = both.quick(address, **how)
        if word not in CALM:
            assert told is None
            continue
        assert told == both.door(address, **how)
        assert f'data-verdict="{CALLED.get(word, word)}"'.encode() in told[2]


@pytest.mark.parametrize("word", sorted(CALM))
def test_a_packed_page_is_the_same_page(word, shelf, both):
    address = shelf.make(word)
    both.settle()
    both.know(address)
    status, headers, packed = both.quick(address, pack="gzip, deflate, br")
    told = dict(headers)
    assert (told.pop("content-encoding"), told.pop("content-length")) == ("gzip", str(len(packed)))
    plain_status, plain_headers, plain = both.door(address)
    assert (status, gzip.decompress(packed)) == (plain_status, plain)
    assert told == {name: value for name, value in plain_headers if name != "content-length"}
    assert "Accept-Encoding" in told["vary"]
    assert len(packed) < 0.45 * len(plain)


@pytest.mark.parametrize("pack", ["identity", "br", "gzip;q=0", "*", "x-gzip, deflate"])
def test_who_does_not_name_gzip_gets_the_page_as_it_is(pack, shelf, both):
    address = shelf.make("valid_first")
    both.settle()
    both.know(address)
    assert both.quick(address, pack=pack) == both.quick(address)


@pytest.mark.parametrize("language", ["vi", "en", "zh"])
def test_another_stamp_of_the_run_and_another_count_fill_the_same_page(language, shelf, both):
    shelf.make("valid_first")
    run = shelf.session.query(shelf_run()).one()
    both.know(shelf.address(run, 0), query=f"lang={language}")
    for index, scans in ((1, 1), (2, 2), (3, 3)):
        address = shelf.address(run, index)
        for number in range(scans):
            told = both.quick(address, query=f"lang={language}", browser=f"{PHONE} {number}")
        assert told is not None
        word = b"valid_first" if scans == 1 else b"valid_repeat"
        assert re.search(rb'data-verdict="(\w+)"', told[2])[1] == word
        assert told == both.door(address, query=f"lang={language}", browser=f"{PHONE} {scans - 1}")


@pytest.mark.parametrize("language", ["vi", "en", "zh"])
def test_the_scan_that_makes_a_copy_suspected_is_the_doors_and_later_ones_are_told_alike(
    language, shelf, both
):
    address, how = shelf.make("valid_first"), {"query": f"lang={language}"}
    both.know(address, **how)
    for number in range(1, 8):
        assert both.quick(address, **how, browser=f"{PHONE} {number}") is not None
    assert both.quick(address, **how, browser=f"{PHONE} 8") is None
    both.door(address, **how, browser=f"{PHONE} 8")
    told = both.quick(address, **how, browser=f"{PHONE} 9")
    assert told is not None
    assert b'data-verdict="many_scans"' in told[2]
    assert told == both.door(address, **how, browser=f"{PHONE} 9")


def test_a_registry_number_is_answered_like_a_gtin(shelf, both):
    item = shelf.item(gtin=None, registry_number="10000007")
    address = shelf.address(shelf.run(item, shelf.lot(item)))
    shelf.session.commit()
    both.settle()
    both.know(address)
    assert address.startswith("/P/")
    assert both.quick(address) == both.door(address)


def shelf_run():
    from traceapp.models import StampRun

    return StampRun
