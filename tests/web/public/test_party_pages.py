"""A party with hundreds of products, certificates and places: all are reached, a page at a time."""

import re
from datetime import timedelta

import pytest

from tests import factories
from traceapp.domain.certificates import RecordState
from traceapp.models import Party
from traceapp.services.public.party_parts import FIRST

ROWS = FIRST + 7
LINKS = {
    "products": r'href="/(8006|01|P)/([^"?]+)',
    "certificates": r'href="/(certificates)/([A-Z0-9]+)',
    "given": r'href="/(certificates)/([A-Z0-9]+)',
    "sites": r'href="/(places)/([A-Z0-9]+)',
}


@pytest.fixture
def addresses(session, cast, now):
    """The pages of a cooperative with many records and of the body that certified it."""
    for n in range(ROWS):
        item = factories.make_trade_item(
            session, cast.cooperative_id, now, gtin=None, registry_number=f"3{n:07}",
            name_vi=f"Hồng {n // 2}", folded=f"hong {n // 2:03}",
        )  # fmt: skip
        factories.make_place(session, cast.cooperative_id, cast.unit_id, now, name="Vườn hồng")
        factories.make_certificate(
            session, cast, now, item, number=f"VN-{n}", valid_until=now.date() + timedelta(days=n % 3)
        )
    waiting = {"record_state": RecordState.SUBMITTED, "approved_by_id": None, "approved_at": None}
    factories.make_certificate(session, cast, now, item, number="CHO", **waiting)
    coop, body = (
        f"/parties/{session.get(Party, one).public_id}" for one in (cast.cooperative_id, cast.body_id)
    )
    session.commit()
    return {"products": coop, "certificates": coop, "sites": coop, "given": body}


def rows(page, part):
    return [name for _, name in re.findall(LINKS[part], page)]


def onward(page, part):
    found = re.search(rf'href="(/parties/[^"]*part={part}[^"]*)"', page)
    return found and found[1].replace("&amp;", "&")


@pytest.mark.parametrize("part", LINKS)
def test_everything_published_is_reached(passer_by, addresses, part):
    first = passer_by.get(addresses[part]).text
    following = passer_by.get(onward(first, part))
    second = following.text
    assert len(rows(first, part)) == FIRST
    assert len(rows(second, part)) == ROWS - FIRST
    assert not set(rows(first, part)) & set(rows(second, part))
    assert f"({ROWS})" in first
    assert onward(second, part) is None
    assert f'href="{addresses[part]}"' in second
    assert "Set-Cookie" not in following.headers
    assert "CHO<" not in first + second


def test_the_next_page_shows_only_what_was_asked_for_and_keeps_the_language(passer_by, addresses):
    page = passer_by.get(addresses["products"] + "?lang=en").text
    second = passer_by.get(onward(page, "products")).text
    assert '<html lang="en"' in second
    assert rows(second, "certificates") == rows(second, "sites") == []


@pytest.mark.parametrize(
    "asked", ["part=products&after=ZZZZ", "part=x&after=1", "after=%27", "part=sites&after="]
)
def test_a_bad_beginning_is_the_first_page(passer_by, addresses, asked):
    answer = passer_by.get(f"{addresses['products']}?{asked}")
    assert answer.status_code == 200
    part = "sites" if "sites" in asked else "products"
    assert rows(answer.text, part)[:FIRST] == rows(passer_by.get(addresses[part]).text, part)


def test_a_party_that_published_nothing_has_no_pages(passer_by, session, cast):
    address = f"/parties/{session.get(Party, cast.cooperative_id).public_id}"
    session.commit()
    page = passer_by.get(address).text
    assert "part=" not in page
    assert page.count("Chưa có dữ liệu") == 2
