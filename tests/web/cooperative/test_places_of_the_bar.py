"""What every screen of the cooperative shares: the four places, and how a product is called in lists."""

from decimal import Decimal

import pytest

from tests import factories
from traceapp.domain.certificates import RecordState

pytestmark = pytest.mark.usefixtures("clock")
HERE = 'aria-current="page"'
SCREENS = [
    ("/coop/", "Trang chủ"), ("/coop/items", "Sản phẩm"), ("/coop/items/new", "Sản phẩm"),
    ("/coop/items/{item}", "Sản phẩm"), ("/coop/items/{item}/edit", "Sản phẩm"),
    ("/coop/items/{item}/case", "Sản phẩm"), ("/coop/lots", "Lô và tem"), ("/coop/lots/{lot}", "Lô và tem"),
    ("/coop/lots/{lot}/edit", "Lô và tem"), ("/coop/certificates", "Chứng nhận"),
    ("/coop/certificates/new", "Chứng nhận"), ("/coop/certificates/{certificate}", "Chứng nhận"),
    ("/coop/party", None), ("/coop/places/new", None), ("/account/", None), ("/account/password", None),
]  # fmt: skip


def bar(page):
    return page.split('<nav class="tabs"')[1].split("</nav>")[0]


@pytest.mark.parametrize(("path", "here"), SCREENS)
def test_every_screen_shows_the_four_places_and_where_one_is(
    manager, session, cast, now, item, lot, path, here
):
    certificate = factories.make_certificate(session, cast, now, item)
    session.commit()
    ids = {"item": item.public_id, "lot": lot.public_id, "certificate": certificate.public_id}
    told = bar(manager.get(path.format(**ids)).text)
    places = [told.index(word) for word in ("Trang chủ", "Sản phẩm", "Lô và tem", "Chứng nhận")]
    assert places == sorted(places)
    present = [link for link in told.split("<a ") if HERE in link]
    assert [here in link for link in present] == ([True] if here else [])


def test_an_inspectors_account_page_has_no_bar_of_a_cooperative(browser_of, cast):
    for path in ("/account/", "/account/password"):
        page = browser_of(cast.inspector).get(path)
        assert page.status_code == 200
        assert 'href="/coop/items"' not in page.text


def test_the_first_steps_have_no_bar(rival, session, cast, now):
    assert 'class="tabs"' not in rival.get("/coop/items/new").text
    item = factories.make_trade_item(session, cast.rival_id, now, gtin="09520009020010")
    session.commit()
    assert 'class="tabs"' not in rival.get(f"/coop/items/{item.public_id}/lots/new").text


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("Rượu men lá", "500", "Rượu men lá 500 ml"),
        ("Rượu men lá 500 ml", "500", "Rượu men lá 500 ml"),
        ("Rượu men lá 500ML", "500", "Rượu men lá 500ML"),
        ("Rượu 500 ml (DEMO)", "500", "Rượu 500 ml (DEMO)"),
        ("Rượu men lá 1500 ml", "500", "Rượu men lá 1500 ml 500 ml"),
        ("Rượu men lá", None, "Rượu men lá"),
    ],
)
def test_a_product_is_listed_with_its_content_once(manager, session, cast, now, name, content, told):
    amount = {"net_content": Decimal(content)} if content else {"net_content": None, "net_unit": None}
    for gtin in ("09520009010011", "09520009010028"):
        factories.make_trade_item(session, cast.cooperative_id, now, gtin=gtin, name_vi=name, **amount)
    session.commit()
    for path, end in (("/coop/", "</span>"), ("/coop/items", "</span>"), ("/coop/lots/new", "</b>")):
        assert manager.get(path).text.count(f">{told}{end}") == 2


def test_the_provinces_words_go_away_once_the_copy_is_sent_again(manager, session, cast, now, item):
    told = {"return_reason": "Ảnh mờ", "approved_by_id": None}
    one = factories.make_certificate(session, cast, now, item, record_state=RecordState.RETURNED, **told)
    session.commit()
    path = f"/coop/certificates/{one.public_id}"
    assert "Tỉnh ghi: Ảnh mờ" in manager.get(path).text
    one.record_state = RecordState.SUBMITTED
    session.commit()
    assert "Ảnh mờ" not in manager.get(path).text
