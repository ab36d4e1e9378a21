"""Long lists of a cooperative's own records: every row on one page only, found by what people type."""

import re
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest

from tests import factories
from traceapp.domain.printing import PrintKind
from traceapp.domain.recalls import Direction
from traceapp.domain.trade_items import Unit
from traceapp.models import LotMovement, PrintRun
from traceapp.services.paging import PAGE, cursor_of

pytestmark = pytest.mark.usefixtures("clock")
ROWS = PAGE + 9


def make_items(session, cast, now, count=ROWS):
    for n in range(count):  # two of each name: the order must hold where names are alike
        factories.make_trade_item(
            session, cast.cooperative_id, now, gtin=None, registry_number=f"3{n:07}",
            name_vi=f"Hồng Bảo Lâm {n // 2:03}", folded=f"hong bao lam {n // 2:03}",
        )  # fmt: skip


def make_certificates(session, cast, now, count=ROWS):
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    for n in range(count):  # many end on the same day
        until = now.date() + timedelta(days=n % 3)
        factories.make_certificate(session, cast, now, item, number=f"VN-{n:03}/26", valid_until=until)


def make_lots(session, cast, now, count=ROWS):
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    for n in range(count):
        factories.make_lot(session, item, now, code=f"N{n:03}")


def make_runs(session, cast, now, count=ROWS):
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    lot = factories.make_lot(session, item, now)
    for n in range(count):
        factories.make_run(session, cast, now, item, lot, first_number=10_000 * (n + 1))


def make_orders(session, cast, now, count=ROWS):
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    lot = factories.make_lot(session, item, now)
    for _ in range(count):
        session.add(
            PrintRun(
                public_id=factories.next_public_id(), kind=PrintKind.LABELS, trade_item=item, lot=lot,
                count=10, medium_id="a4-21", medium={}, design={}, used_cells=[], slices_total=1,
                created_by_id=cast.manager.account_id, created_at=now,
            )
        )  # fmt: skip


LISTS = {
    "/coop/items": (make_items, "items"),
    "/coop/lots/new": (make_items, "items"),
    "/coop/certificates": (make_certificates, "certificates"),
    "/coop/lots": (make_lots, "lots"),
    "/coop/stamps": (make_runs, "stamps"),
    "/coop/barcodes": (make_items, "barcodes"),
    "/coop/labels?list=orders": (make_orders, "prints"),
}


def named(page, kind):
    """Whose rows stand on the page, in order."""
    return list(dict.fromkeys(re.findall(f"/coop/{kind}/([A-Z0-9]{{6,}})", page)))


def at(address, **asked):
    """An address with more asked in it."""
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"


def on_from(page):
    """The address of the next page; None at the end."""
    found = re.search(r'href="([^"]*after=[^"]*)"', page)
    return found and found[1].replace("&amp;", "&")


@pytest.mark.parametrize("address", LISTS)
def test_every_row_stands_on_one_page_and_the_last_leads_no_further(manager, session, cast, now, address):
    make, kind = LISTS[address]
    make(session, cast, now)
    session.commit()
    first = manager.get(address).text
    assert len(named(first, kind)) == PAGE
    assert f"1–{PAGE} trong {ROWS}" in first
    second = manager.get(on_from(first)).text
    assert len(named(second, kind)) == ROWS - PAGE
    assert not set(named(first, kind)) & set(named(second, kind))
    assert on_from(second) is None
    assert "Về đầu danh sách" in second
    assert "Về đầu danh sách" not in first


@pytest.mark.parametrize("address", [*LISTS, "/coop/stamps/new"])
def test_a_bad_beginning_is_the_first_page(manager, session, cast, now, address):
    make, kind = LISTS.get(address, (make_lots, "lots"))
    make(session, cast, now, count=2)
    session.commit()
    for after in ("", "x", "-1", "1.5", "9" * 30, "²"):
        page = manager.get(at(address, after=after)).text
        assert len(named(page, kind)) == 2 or page.count("/coop/stamps/new?lot=") == 2


@pytest.mark.parametrize("address", [*LISTS, "/coop/stamps/new"])
def test_an_empty_list_offers_neither_search_nor_another_page(rival, address):
    page = rival.get(address).text
    assert 'role="search"' not in page
    assert "after=" not in page
    assert "Về đầu danh sách" not in page


@pytest.mark.parametrize(
    "address", ["/coop/lots", "/coop/stamps", "/coop/certificates", "/coop/labels?list=orders"]
)
def test_past_the_last_row_the_page_says_so_and_leads_back(manager, session, cast, now, address):
    make, kind = LISTS[address]
    make(session, cast, now, count=1)
    session.commit()
    last = manager.get(address).text
    assert len(named(last, kind)) == 1
    end = cursor_of((now.date(), 0) if kind == "certificates" else (1,))
    page = manager.get(at(address, after=end)).text
    assert "Danh sách đã hết." in page
    assert f'href="{address}">Xem tất cả' in page


@pytest.mark.parametrize("address", LISTS)
def test_a_strangers_rows_are_not_listed(rival, session, cast, now, address):
    make, kind = LISTS[address]
    make(session, cast, now, count=12)
    session.commit()
    assert named(rival.get(address).text, kind) == []
    assert named(rival.get(at(address, q="0")).text, kind) == []


@pytest.mark.parametrize(
    ("address", "typed", "many"),
    [
        ("/coop/items", "Lâm 003", 2), ("/coop/items", "  HỒNG bảo   lâm 003 ", 2),
        ("/coop/items", "3000 0007", 1), ("/coop/items", "P/30000007", 1),
        ("/coop/items", "lâm_003", 0), ("/coop/items", "%", 0),
        ("/coop/lots/new", "lam 003", 2),
        ("/coop/certificates", "vn 003", 1), ("/coop/certificates", "vn003/26", 1),
        ("/coop/certificates", "VN%", 0),
        ("/coop/lots", "n003", 1), ("/coop/lots", "rượu", PAGE), ("/coop/stamps", "l260905a", PAGE),
        ("/coop/stamps", "Rượu", PAGE), ("/coop/stamps", "không có", 0), ("/coop/stamps", "\u202e", PAGE),
    ],
)  # fmt: skip
def test_rows_are_found_by_what_people_type(manager, session, cast, now, address, typed, many):
    make, kind = LISTS[address]
    make(session, cast, now)
    session.commit()
    page = manager.get(address, query_string={"q": typed}).text
    assert len(named(page, kind)) == many
    assert ("Không tìm thấy" in page) == (many == 0)
    assert 'role="search"' in page


def test_what_was_sought_is_kept_on_the_next_page(manager, session, cast, now):
    make_runs(session, cast, now)
    session.commit()
    second = manager.get(on_from(manager.get("/coop/stamps?q=Rượu").text))
    assert second.request.args["q"] == "Rượu"
    assert len(named(second.text, "stamps")) == ROWS - PAGE
    assert 'value="Rượu"' in second.text


def test_a_run_is_found_by_its_own_name(manager, session, cast, now):
    make_runs(session, cast, now, count=3)
    session.commit()
    one = named(manager.get("/coop/stamps").text, "stamps")[1]
    assert named(manager.get(f"/coop/stamps?q={one.lower()}").text, "stamps") == [one]


@pytest.mark.parametrize(("kind", "address"), [("items", "/coop/items"), ("lots", "/coop/lots")])
def test_what_was_put_away_has_a_list_of_its_own(manager, session, item, lot, kind, address):
    path = f"/coop/{kind}/{(item if kind == 'items' else lot).public_id}"
    assert "đã lưu trữ" not in manager.get(address).text
    manager.post(f"{path}/archive")
    page = manager.get(address).text
    assert path not in page
    assert f'href="{address}?shelf=archived"' in page
    assert path in manager.get(f"{address}?shelf=archived").text
    manager.post(f"{path}/restore")
    assert path in manager.get(address).text
    assert "Không có" in manager.get(f"{address}?shelf=archived").text


def test_home_shows_some_products_and_the_way_to_all(manager, session, cast, now):
    make_items(session, cast, now)
    session.commit()
    page = manager.get("/coop/").text
    assert 0 < len(named(page, "items")) < ROWS
    assert f'href="/coop/items">Xem cả {ROWS} sản phẩm' in page


def test_the_list_of_products_says_how_each_is_certified_and_what_stamps_wait(manager, session, cast, now):
    bare = factories.make_trade_item(
        session, cast.cooperative_id, now, gtin=None, registry_number="30000001", name_vi="Na", folded="na"
    )
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    factories.make_certificate(session, cast, now, item, number="A")
    factories.make_run(session, cast, now, item, factories.make_lot(session, item, now))
    session.commit()
    page = manager.get("/coop/items").text
    rows = {one: page[page.index(one) :].partition("</tr>")[0] for one in (bare.public_id, item.public_id)}
    assert "1 còn hiệu lực" in rows[item.public_id]
    assert "chưa có dữ liệu" in rows[bare.public_id]


@pytest.mark.parametrize("of", ["items", "lots"])
def test_what_belongs_to_one_record_is_paged_on_its_page(manager, session, cast, now, item, lot, of):
    for n in range(ROWS - 1 if of == "items" else ROWS):
        factories.make_lot(session, item, now, code=f"N{n:03}")
        session.add(
            LotMovement(
                public_id=factories.next_public_id(), lot=lot, direction=Direction.DESPATCHED,
                name=f"Quầy {n}", quantity=1, unit=Unit.PIECE, moved_on=date(2026, 11, 1), created_at=now,
                created_by_id=cast.manager.account_id,
            )
        )  # fmt: skip
    session.commit()
    first = f"/coop/items/{item.public_id}" if of == "items" else f"/coop/lots/{lot.public_id}/movements"

    def rows(page):
        return page.count(">Xem lô<") if of == "items" else page.count("Hủy dòng này")

    page = manager.get(first).text
    assert rows(page) == PAGE
    second = manager.get(on_from(page)).text
    assert rows(second) == ROWS - PAGE
    assert on_from(second) is None
    if of == "lots":
        assert f"đã giao {ROWS} cái" in page
        assert f"đã giao {ROWS} cái" in second
    assert manager.get(at(first, after=cursor_of((now.date(), "x")))).status_code < 500


@pytest.mark.parametrize("address", ["/coop/labels", "/coop/stamps/new"])
def test_every_lot_can_be_reached_to_print_for(manager, session, cast, now, address):
    make_lots(session, cast, now)
    session.commit()
    first = manager.get(address).text
    second = manager.get(on_from(first)).text
    assert first.count("/new?lot=") == PAGE
    assert second.count("/new?lot=") == ROWS - PAGE
    assert manager.get(at(address, q="N003")).text.count("/new?lot=") == 1


def test_beside_the_lots_the_latest_label_orders_stand_and_the_way_to_all(manager, session, cast, now):
    make_orders(session, cast, now)
    session.commit()
    page = manager.get("/coop/labels").text
    assert len(named(page, "prints")) == 10
    assert f'href="/coop/labels?list=orders">Xem cả {ROWS} lệnh in' in page


def test_a_lot_shows_its_latest_runs_and_the_way_to_all(manager, session, cast, now):
    make_runs(session, cast, now, count=12)
    session.commit()
    lot = named(manager.get("/coop/lots").text, "lots")[0]
    page = manager.get(f"/coop/lots/{lot}").text
    assert len(named(page, "stamps")) == 10
    assert "/coop/stamps?q=L260905A" in page
    assert len(named(manager.get("/coop/stamps?q=L260905A").text, "stamps")) == 12


def test_a_cursor_of_another_list_is_refused_in_words(manager, item):
    answer = manager.get(at("/coop/items", after=cursor_of((1,))))
    assert answer.status_code == 400
    assert "Không có trang nào bắt đầu" in answer.text


def test_home_counts_every_task_and_shows_twenty_first(manager, session, cast, now, item):
    for n in range(25):
        factories.make_certificate(session, cast, now, item, number=f"T{n}", valid_until=now.date())
    session.commit()
    page = manager.get("/coop/").text
    assert page.count("Hết hạn hôm nay") == 20
    assert 'href="/coop/?tasks=all#todo">Xem cả 25 việc' in page
    whole = manager.get("/coop/?tasks=all").text
    assert whole.count("Hết hạn hôm nay") == 25
    assert "Xem cả" not in whole
