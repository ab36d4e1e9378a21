"""No sentence that counts or states lead to calls the goods fake: they say what is known and what to do."""

import re
from html import unescape

import pytest

from tests.web.public.scene import PHONE, open_page

ACCUSES = re.compile(r"\bgiả\b|\bfake|counterfeit|假|伪", re.IGNORECASE)
LANGUAGES = ("vi", "en", "zh")


def said(client, address, language, browser=PHONE):
    page = open_page(client, address, headers={"Accept-Language": language}, browser=browser).text
    return re.sub(r"<style.*?</style>|<[^>]+>", " ", unescape(page), flags=re.DOTALL)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("opened", [1, 2, 8, 12])
def test_no_count_of_scans_calls_goods_fake(shelf, passer_by, language, opened):
    address = shelf.make("valid_first")
    for device in range(opened):
        told = said(passer_by, address, language, f"{PHONE} {device}")
    assert ACCUSES.search(told) is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("word", ["not_activated", "void", "recalled", "on_hold"])
def test_no_state_of_a_stamp_calls_goods_fake(shelf, passer_by, language, word):
    assert ACCUSES.search(said(passer_by, shelf.make(word), language)) is None


@pytest.mark.parametrize("told", ["Tem có thể giả.", "The stamp may be fake", "标签可能是假的"])
def test_the_pattern_finds_what_it_looks_for(told):
    assert ACCUSES.search(told)


@pytest.mark.parametrize(
    "typed", ["{lower}", "{fours}", "https://txng.langson.gov.vn/01/09520009010011/21/{fours}", "{letters}"]
)
def test_a_code_typed_by_hand_is_forgiven_its_spelling(shelf, passer_by, typed):
    address = shelf.make("valid_first")
    serial = address.rsplit("/", 1)[1]
    fours = "-".join(serial[at : at + 4] for at in (0, 4, 8)).lower()
    letters = serial.replace("0", "o").replace("1", "l") + " "
    asked = typed.format(lower=serial.lower(), fours=fours, letters=letters)
    answer = open_page(passer_by, "/", query_string={"code": asked})
    assert answer.headers["Location"] == address
