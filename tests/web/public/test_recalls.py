"""A recall of a product, a lot or a stretch of stamps is said on every page, to every machine, and stays."""

import re
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest

from tests.web.looking import text_of
from tests.web.public.scene import HOST, open_page
from traceapp.domain.parties import PartyState
from traceapp.domain.restrictions import HoldReason, RecallEnding, RestrictionKind
from traceapp.models import Party
from traceapp.services.paging import PAGE
from traceapp.services.recalls import recall_lists

ATOM = "{http://www.w3.org/2005/Atom}"
RECALL, HOLD = RestrictionKind.RECALL, RestrictionKind.HOLD


@pytest.fixture
def goods(shelf):
    """A product, its lot, and a thousand stamps on it."""
    item, lot, run = shelf.stamped()
    shelf.session.commit()
    return item, lot, run


def recall(shelf, kind=RECALL, **about):
    told = {"decision_number": "12/QĐ-SKHCN", "told": "Có mùi lạ khi mở nắp."} | about
    row = shelf.restrict(kind, reason=HoldReason.SAFETY_DOUBT, **told)
    shelf.session.commit()
    return row


def page(client, address):
    return open_page(client, address).get_data(as_text=True)


def verdict(markup):
    found = re.search(r'data-verdict="(\w+)"', markup)
    return found and found[1]


# --- on the pages of goods ----------------------------------------------------------------------------


def test_a_product_recalled_whole_says_so_on_product_lot_and_stamp(shelf, goods, passer_by):
    item, lot, run = goods
    row = recall(shelf, trade_item_id=item.id)
    for address in (f"/01/{item.gtin}", f"/01/{item.gtin}/10/{lot.code}", shelf.address(run, 7)):
        told = page(passer_by, address)
        assert "sản phẩm này đang bị thu hồi" in text_of(told)
        assert f"/recalls/{row.public_id}" in told
        assert "Có mùi lạ khi mở nắp." in told
    assert verdict(page(passer_by, shelf.address(run, 7))) == "recalled"


def test_a_till_code_typed_by_hand_leads_to_the_recall(shelf, goods, passer_by):
    recall(shelf, trade_item_id=goods[0].id)
    for box in ("code", "q"):
        answer = passer_by.get("/", query_string={box: "9520009010011"}, base_url=HOST, follow_redirects=True)
        assert "sản phẩm này đang bị thu hồi" in text_of(answer.get_data(as_text=True))


def test_a_stretch_strikes_its_stamps_and_no_others(shelf, goods, passer_by):
    item, lot, run = goods
    row = recall(shelf, stamp_run_id=run.id, first_index=10, last_index=19)
    for index, said in ((9, "valid_first"), (10, "recalled"), (19, "recalled"), (20, "valid_first")):
        told = page(passer_by, shelf.address(run, index))
        assert verdict(told) == said
        assert (f"/recalls/{row.public_id}" in told) == (said == "recalled")
    assert "sản phẩm mang tem này đang bị thu hồi" in text_of(page(passer_by, shelf.address(run, 15)))
    for address in (f"/01/{item.gtin}", f"/01/{item.gtin}/10/{lot.code}"):
        told = page(passer_by, address)
        assert "Một phần hàng này đang bị thu hồi hoặc tạm dừng" in told
        assert f"/recalls/{row.public_id}" in told
        assert "DỪNG SỬ DỤNG" not in told


def test_a_product_page_names_the_lots_that_are_held(shelf, goods, passer_by):
    item, lot, _run = goods
    row = recall(shelf, kind=HOLD, lot_id=lot.id)
    told = page(passer_by, f"/01/{item.gtin}")
    assert "Tạm dừng lưu thông – lô L260905A" in text_of(told)
    assert f"/recalls/{row.public_id}" in told


def test_machines_are_told_of_it_level_by_level(shelf, goods, passer_by):
    item, lot, run = goods
    whole = recall(shelf, kind=HOLD, lot_id=lot.id)
    part = recall(shelf, stamp_run_id=run.id, first_index=10, last_index=19)
    links = passer_by.get(
        shelf.address(run, 10), base_url=HOST, headers={"Accept": "application/linkset+json"}
    ).get_json()["linkset"]
    key = "https://ref.gs1.org/voc/recallStatus"
    told = {one["anchor"].removeprefix(HOST): [link["href"] for link in one.get(key, [])] for one in links}
    stamp, product = told[shelf.address(run, 10)], told[f"/01/{item.gtin}"]
    assert stamp == [f"{HOST}/recalls/{part.public_id}", f"{HOST}/recalls/{whole.public_id}"]
    assert set(product) == set(stamp)
    beside = passer_by.get(
        shelf.address(run, 20), base_url=HOST, headers={"Accept": "application/linkset+json"}
    ).get_json()["linkset"]
    assert [link["href"] for link in beside[0][key]] == [f"{HOST}/recalls/{whole.public_id}"]
    answer = passer_by.get(f"/api/v1/stamps/9520009010011/{shelf.serial(run, 10)}").get_json()
    assert answer["verdict"] == "recalled"
    assert {one["public_id"] for one in answer["restraints"]} == {whole.public_id, part.public_id}
    lots = passer_by.get(f"/api/v1/trade-items/9520009010011/lots/{lot.code}").get_json()
    assert [(one["kind"], one["about"]) for one in lots["restraints"]] == [("hold", "lot")]


# --- the list, one recall, the feed -------------------------------------------------------------------


def test_the_list_tells_what_is_in_force_and_what_has_ended(shelf, goods, passer_by):
    _item, lot, run = goods
    standing = recall(shelf, stamp_run_id=run.id, first_index=10, last_index=19)
    ended = recall(shelf, lot_id=lot.id, lifted_at=shelf.now, ending=RecallEnding.DESTROY)
    lifted = recall(shelf, kind=HOLD, lot_id=lot.id, lifted_at=shelf.now)
    now, then = page(passer_by, "/recalls"), page(passer_by, "/recalls?state=ended")
    assert f"/recalls/{standing.public_id}" in now
    assert f"tem số 11–20 của đợt {run.public_id}" in now
    assert f"/recalls/{ended.public_id}" in then
    for other, told in ((ended, now), (standing, then), (lifted, now), (lifted, then)):
        assert f"/recalls/{other.public_id}" not in told
    assert f"/recalls/{standing.public_id}" in page(passer_by, "/")
    assert 'type="application/atom+xml"' in now


def test_a_lot_held_and_recalled_stands_once_as_the_recall_which_tells_of_the_hold(shelf, goods, passer_by):
    item, lot, run = goods
    held = recall(shelf, HOLD, lot_id=lot.id)
    within = recall(shelf, HOLD, stamp_run_id=run.id, first_index=2, last_index=5)
    wider = recall(shelf, HOLD, trade_item_id=item.id)
    struck = recall(shelf, lot_id=lot.id)
    for address in ("/recalls", "/"):
        told = page(passer_by, address)
        assert told.count(f"/recalls/{struck.public_id}") == 1
        for other in (held, within):
            assert f"/recalls/{other.public_id}" not in told
        assert f"/recalls/{wider.public_id}" in told  # it strikes what the recall does not
        assert text_of(told).count("Đã tạm dừng lưu thông từ") == 1
    assert held.public_id in page(passer_by, f"/recalls/{held.public_id}")  # its address stays
    feed = page(passer_by, "/recalls.atom")  # what happened, one after the other
    assert held.public_id in feed
    assert struck.public_id in feed


def test_a_recall_of_some_stamps_hides_no_hold_of_others(shelf, goods, passer_by):
    item, lot, run = goods
    inside, across = ((20, 29), (25, 35))
    kept = [
        recall(shelf, HOLD, stamp_run_id=run.id, first_index=first, last_index=last)
        for first, last in (inside, across)
    ]
    whole = recall(shelf, HOLD, lot_id=lot.id)
    recall(shelf, stamp_run_id=run.id, first_index=20, last_index=29)
    told = page(passer_by, "/recalls")
    assert [f"/recalls/{one.public_id}" in told for one in (*kept, whole)] == [False, True, True]
    recall(shelf, trade_item_id=item.id)
    told = page(passer_by, "/recalls")
    assert [f"/recalls/{one.public_id}" in told for one in (*kept, whole)] == [False, False, False]


MANY = 2 * PAGE + 5


def walked(client, address):
    """The names of recalls on each page, following the link to the next one."""
    pages = []
    while address:
        told = page(client, address)
        pages.append(re.findall(r'href="/recalls/(\w+)[?"]', told))
        onward = re.search(r'<a class="go" href="([^"]+)">Trang sau', told)
        address = onward and onward[1].replace("&amp;", "&")
    return pages


@pytest.mark.parametrize("ended", [False, True])
def test_every_row_of_a_long_list_stands_on_one_page(shelf, goods, passer_by, ended):
    over = {"lifted_at": shelf.now, "ending": RecallEnding.DESTROY} if ended else {}
    rows = [recall(shelf, lot_id=shelf.lot(goods[0], code=f"N{n}").id, **over) for n in range(MANY)]
    pages = walked(passer_by, "/recalls?state=ended" if ended else "/recalls")
    assert [len(one) for one in pages] == [PAGE, PAGE, 5]
    assert {name for one in pages for name in one} == {row.public_id for row in rows}


def test_a_list_goes_on_where_it_was_when_its_last_row_has_left_it(shelf, goods, passer_by):
    rows = [recall(shelf, lot_id=shelf.lot(goods[0], code=f"N{n}").id) for n in range(PAGE + 3)]
    told = page(passer_by, "/recalls")
    shown = re.findall(r'href="/recalls/(\w+)"', told)
    last = next(row for row in rows if row.public_id == shown[-1])
    last.lifted_at, last.ending = shelf.now, RecallEnding.REWORK
    shelf.session.commit()
    onward = re.search(r'<a class="go" href="([^"]+)">Trang sau', told)[1]
    rest = re.findall(r'href="/recalls/(\w+)"', page(passer_by, onward))
    assert {*shown, *rest} == {row.public_id for row in rows}
    assert len(rest) == 3


def test_a_hold_on_a_later_page_stands_within_its_recall_too(shelf, goods, passer_by):
    lot = goods[1]
    held = recall(shelf, HOLD, lot_id=lot.id)
    for n in range(PAGE):
        recall(shelf, lot_id=shelf.lot(goods[0], code=f"N{n}").id)
    struck = recall(shelf, lot_id=lot.id)
    pages = walked(passer_by, "/recalls")
    assert [len(one) for one in pages] == [PAGE, 1]
    assert struck.public_id in {name for one in pages for name in one}
    assert held.public_id not in {name for one in pages for name in one}


def test_a_long_list_is_searched_by_product_maker_lot_and_decision(shelf, goods, passer_by):
    item, lot, _run = goods
    other = shelf.item(gtin=None, registry_number="30000005", name_vi="Hồi khô", folded="hoi kho")
    wanted = recall(shelf, lot_id=lot.id, decision_number="77/QĐ-SKHCN")
    stamps = recall(shelf, stamp_run_id=goods[2].id, first_index=1, last_index=2)
    rest = [recall(shelf, lot_id=shelf.lot(other, code=f"N{n}").id, decision_number=None) for n in range(9)]

    def found(typed):
        return {name for one in walked(passer_by, f"/recalls?q={typed}") for name in one}

    assert found("77/q") == {wanted.public_id}
    assert found(lot.code.lower()) == {wanted.public_id, stamps.public_id}
    assert found("hoi kho") == found("HỒI") == {row.public_id for row in rest}
    assert len(found("")) == 11
    told = text_of(page(passer_by, "/recalls?q=khong%20co"))
    assert "Không tìm thấy “khong co”." in told
    assert item.name_vi not in told


def test_the_search_keeps_the_list_and_the_language(shelf, goods, passer_by):
    over = {"lifted_at": shelf.now, "ending": RecallEnding.DESTROY}
    for n in range(PAGE + 1):
        recall(shelf, lot_id=shelf.lot(goods[0], code=f"N{n}").id, **over)
    told = page(passer_by, "/recalls?state=ended&q=N&lang=en")
    assert '<input type="hidden" name="state" value="ended">' in told
    assert '<input type="hidden" name="lang" value="en">' in told
    onward = re.search(r'<a class="go" href="([^"]+)">Next page', told)[1].replace("&amp;", "&")
    assert {"state=ended", "q=N", "lang=en"} <= set(onward.partition("?")[2].split("&"))


@pytest.mark.parametrize("given", ["x", "WyJzeCJd", "W10", "WzEsMl0"])
def test_a_cursor_that_is_none_is_refused_or_begins_anew(shelf, goods, passer_by, given):
    recall(shelf, lot_id=goods[1].id)
    for address in ("/recalls", "/recalls?state=ended", "/recalls.atom"):
        mark = "&" if "?" in address else "?"
        assert passer_by.get(f"{address}{mark}after={given}", base_url=HOST).status_code in {200, 400, 422}


@pytest.mark.parametrize("language", ["vi", "en", "zh"])
@pytest.mark.parametrize("about", ["product", "lot", "stamps"])
def test_each_recall_has_a_page_of_its_own(shelf, goods, passer_by, about, language):
    item, lot, run = goods
    named = {
        "product": {"trade_item_id": item.id},
        "lot": {"lot_id": lot.id},
        "stamps": {"stamp_run_id": run.id, "first_index": 10, "last_index": 10},
    }[about]
    row = recall(shelf, **named)
    answer = passer_by.get(f"/recalls/{row.public_id.lower()}?lang={language}", base_url=HOST)
    told = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert "<script" not in told
    for said in ("12/QĐ-SKHCN", "Có mùi lạ khi mở nắp.", "18/11/2026", "L260905A", "9520009010011"):
        assert said in told
    if language == "vi":
        assert "Bạn nên làm gì" in told
        assert {"product": "mọi lô", "lot": "lô L260905A", "stamps": "tem số 11 của đợt"}[about] in told
    assert shelf.serial(run, 10) not in told


def test_an_ended_recall_stays_with_its_ending(shelf, goods, passer_by):
    row = recall(shelf, lot_id=goods[1].id, lifted_at=shelf.now, ending=RecallEnding.RE_EXPORT)
    told = text_of(page(passer_by, f"/recalls/{row.public_id}"))
    assert "Đợt thu hồi đã kết thúc" in told
    assert "tái xuất" in told
    assert "Bạn nên làm gì" not in told
    assert "22/11/2026" in told


def test_a_proposal_and_an_unapproved_party_are_told_of_nowhere(shelf, goods, passer_by):
    item, lot, _run = goods
    proposed = recall(shelf, lot_id=lot.id, confirmed_by_id=None, from_at=None)
    standing = recall(shelf, trade_item_id=item.id)
    party = shelf.session.get_one(Party, shelf.cast.cooperative_id)
    for state, status in (
        (PartyState.APPROVED, 200),
        (PartyState.SUSPENDED, 200),
        (PartyState.SUBMITTED, 404),
    ):
        party.state = state
        shelf.session.commit()
        assert passer_by.get(f"/recalls/{standing.public_id}", base_url=HOST).status_code == status
        assert passer_by.get(f"/recalls/{proposed.public_id}", base_url=HOST).status_code == 404
        assert (f"/recalls/{standing.public_id}" in page(passer_by, "/recalls")) == (status == 200)
        assert proposed.public_id not in page(passer_by, "/recalls.atom")
    assert passer_by.get("/recalls/NOSUCH00", base_url=HOST).status_code == 404


def feed(client, **more):
    return client.get("/recalls.atom", base_url=HOST, **more)


def test_the_feed_is_atom_with_lasting_ids(shelf, goods, passer_by):
    item, lot, _run = goods
    item.name_vi = "Rượu <b>men</b> & lá"
    shelf.session.commit()
    old = recall(shelf, lot_id=lot.id, lifted_at=shelf.now, ending=RecallEnding.DESTROY)
    new = recall(shelf, trade_item_id=item.id)
    held = recall(shelf, kind=HOLD, lot_id=lot.id)
    answer = feed(passer_by, query_string={"lang": "vi"})
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    root = ET.fromstring(answer.data)
    assert root.tag == f"{ATOM}feed"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "vi"
    assert root.findtext(f"{ATOM}id") == "tag:txng.langson.gov.vn,2026:recalls"
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links == {"self": f"{HOST}/recalls.atom?lang=vi", "alternate": f"{HOST}/recalls?lang=vi"}
    assert root.findtext(f"{ATOM}author/{ATOM}name")
    entries = root.findall(f"{ATOM}entry")
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    told = dict(zip(ids, entries, strict=True))
    assert ids[0] == f"{HOST}/recalls/{old.public_id}"
    assert set(ids[1:]) == {f"{HOST}/recalls/{one.public_id}" for one in (new, held)}
    assert [entry.findtext(f"{ATOM}updated") for entry in entries] == [
        "2026-11-22T02:14:00Z",
        *["2026-11-18T02:14:00Z"] * 2,
    ]
    assert root.findtext(f"{ATOM}updated") == "2026-11-22T02:14:00Z"
    recalled, stopped = (told[f"{HOST}/recalls/{one.public_id}"] for one in (new, held))
    assert recalled.findtext(f"{ATOM}title") == "Thu hồi mọi lô: Rượu <b>men</b> & lá"
    assert recalled.find(f"{ATOM}category").attrib == {"term": "recall", "label": "Thu hồi"}
    assert stopped.findtext(f"{ATOM}title").startswith("Tạm dừng lưu thông lô L260905A")
    assert stopped.find(f"{ATOM}category").attrib == {"term": "hold", "label": "Tạm dừng lưu thông"}
    assert "tiêu hủy" in entries[0].findtext(f"{ATOM}summary")


def test_who_read_of_a_hold_reads_of_its_lifting_for_a_month(shelf, goods, passer_by):
    row = recall(shelf, kind=HOLD, lot_id=goods[1].id, lifted_at=shelf.now)
    [entry] = ET.fromstring(feed(passer_by).data).findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}id") == f"{HOST}/recalls/{row.public_id}"
    assert entry.findtext(f"{ATOM}title").startswith("Đã gỡ tạm dừng lô L260905A")
    assert "Gỡ ngày 22/11/2026." in entry.findtext(f"{ATOM}summary")
    assert row.public_id not in passer_by.get("/recalls", base_url=HOST).text
    assert recall_lists.latest_changes(shelf.session, now=shelf.now + timedelta(days=31)).rows == ()


def test_the_feed_builds_no_more_than_it_tells(shelf, goods, monkeypatch):
    lot = goods[1]
    ended = [recall(shelf, lot_id=lot.id, lifted_at=shelf.now, ending=RecallEnding.DESTROY) for _ in range(2)]
    for _ in range(3):
        recall(shelf, lot_id=lot.id)
    built, build = [], recall_lists.notice_of
    monkeypatch.setattr(recall_lists, "notice_of", lambda row, now: built.append(row) or build(row, now))
    told = recall_lists.latest_changes(shelf.session, now=shelf.now, limit=2).rows
    assert {one.public_id for one in told} == {one.public_id for one in ended}
    assert len(built) == 2


def test_a_long_feed_is_told_page_by_page(shelf, goods, passer_by):
    rows = [recall(shelf, lot_id=shelf.lot(goods[0], code=f"N{n}").id) for n in range(MANY)]
    address, sizes, told = "/recalls.atom?lang=en", [], set()
    while address:
        answer = passer_by.get(address, base_url=HOST)
        root = ET.fromstring(answer.data)
        links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
        assert links["self"] == f"{HOST}{address.removeprefix(HOST)}"
        assert links["first"] == f"{HOST}/recalls.atom?lang=en"
        ids = [entry.findtext(f"{ATOM}id") for entry in root.findall(f"{ATOM}entry")]
        sizes.append(len(ids))
        told |= set(ids)
        assert ("Last-Modified" in answer.headers) == (len(sizes) == 1)
        address = links.get("next", "").removeprefix(HOST)
    assert sizes == [PAGE, PAGE, 5]
    assert told == {f"{HOST}/recalls/{row.public_id}" for row in rows}


def test_a_feed_without_entries_is_whole_and_stays_the_same(passer_by):
    first, second = feed(passer_by), feed(passer_by)
    assert first.data == second.data
    root = ET.fromstring(first.data)
    assert root.findtext(f"{ATOM}updated") == "2026-01-01T00:00:00Z"


def test_an_unchanged_feed_is_not_sent_twice(shelf, goods, passer_by):
    row = recall(shelf, lot_id=goods[1].id)
    first = feed(passer_by)
    same = feed(passer_by, headers={"If-None-Match": first.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")
    later = feed(passer_by, headers={"If-Modified-Since": first.headers["Last-Modified"]})
    assert later.status_code == 304
    row.lifted_at, row.ending = shelf.now + timedelta(minutes=1), RecallEnding.REWORK
    shelf.session.commit()
    assert feed(passer_by, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_the_latest_change_is_first_in_the_feed(shelf, goods):
    item, lot, _run = goods
    early = recall(shelf, lot_id=lot.id, lifted_at=shelf.now, ending=RecallEnding.REWORK)
    late = recall(shelf, trade_item_id=item.id)
    told = recall_lists.latest_changes(shelf.session, now=shelf.now).rows
    assert [one.public_id for one in told] == [early.public_id, late.public_id]
