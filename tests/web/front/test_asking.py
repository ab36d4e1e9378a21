"""What the front takes for a scan, and what it leaves to the door."""

import pytest

from tests.web.front.conftest import scope_of
from tests.web.public.scene import HTML, PHONE
from traceapp.web.front.asking import read_request

OFFERED = ("vi", "en", "zh")
PATH = "/01/09520009010011/21/3KMMR3K47VPF"
SAID = (("Accept", HTML), ("Accept-Language", "en"), ("User-Agent", PHONE))


def test_a_telephone_after_a_scan_is_understood():
    asked = read_request(scope_of(PATH, *SAID), OFFERED)
    assert asked is not None
    assert (str(asked.subject), asked.serial, asked.language) == ("09520009010011", "3KMMR3K47VPF", "en")


def test_the_language_named_in_the_address_wins():
    assert read_request(scope_of(PATH, *SAID, query="lang=zh"), OFFERED).language == "zh"


@pytest.mark.parametrize(
    "doubtful",
    [
        scope_of(PATH, *SAID, method="HEAD"),
        scope_of(PATH, *SAID, method="POST"),
        scope_of(PATH + "/", *SAID),
        scope_of(PATH.lower(), *SAID),
        scope_of("/01/09520009010012/21/3KMMR3K47VPF", *SAID),
        scope_of("/01/09520009010011/10/L1/21/3KMMR3K47VPF", *SAID),
        scope_of("/01/09520009010011/21/3KMMR3K47VP%46", *SAID),
        scope_of("/01/09520009010011/21/3KMMR3K47VPU", *SAID),
        scope_of("/01/09520009010011", *SAID),
        scope_of(PATH, *SAID, query="linkType=all"),
        scope_of(PATH, *SAID, query="lang=fr"),
        scope_of(PATH, *SAID, query="lang=vi&done=bought"),
        scope_of(PATH, *SAID[1:]),
        scope_of(PATH, ("Accept", "application/linkset+json"), *SAID[1:]),
        scope_of(PATH, *SAID, ("Accept", "text/html")),
        scope_of(PATH, ("Accept", HTML + "," + "a" * 1024), *SAID[1:]),
        scope_of(PATH, SAID[0], ("Accept-Language", "en" + ",vi" * 512), SAID[2]),
        scope_of(PATH, *SAID, ("Accept-Encoding", "gzip" + " " * 1024)),
        scope_of(PATH, *SAID[:2], ("User-Agent", PHONE * 20)),
    ],
)
def test_one_doubt_and_the_door_answers(doubtful):
    assert read_request(doubtful, OFFERED) is None


def test_nothing_long_is_remembered():
    from traceapp.services.scans import scanning
    from traceapp.web.front import asking

    stores = (asking._wants_page, asking._language, asking._takes_gzip, scanning._looks_on)
    before = [store.cache_info().currsize for store in stores]
    for name in ("Accept", "Accept-Language", "Accept-Encoding", "User-Agent", "Purpose"):
        assert read_request(scope_of(PATH, (name, "text/html," + "x" * 2000)), OFFERED) is None
    assert scanning.Visitor("192.0.2.1", PHONE * 20).is_person
    assert not scanning.Visitor("192.0.2.1", "curl/8 " * 200).is_person
    assert [store.cache_info().currsize for store in stores] == before
