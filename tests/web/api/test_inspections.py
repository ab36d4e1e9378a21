"""Field records by program: the own ones, all for the province, nobody's name; drawn up and closed."""

import hashlib
from io import BytesIO

import pytest
from PIL import Image

from tests import factories
from tests.web.looking import acts
from traceapp.domain.permissions import Role
from traceapp.models import Party
from traceapp.services import inspections
from traceapp.services.inspections import ItemEntry, PeopleEntry, PlaceEntry, ResultEntry, SigningEntry, goods


@pytest.fixture
def records(app, session, cast, now):
    """Two records of Minh's, the first closed, and one of another inspector."""
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    lot = factories.make_lot(session, item, now)
    minh, keys = cast.inspector.actor, app.extensions["serial_keys"]
    closed = inspections.start_inspection(session, actor=minh, now=now)
    for entry in (
        PlaceEntry(commune="xã Thử"), PeopleEntry(seller_name="Bà Kín"), ResultEntry(result="unclear"),
        ItemEntry(code=goods.code_of_lot(lot), quantity="12,5", unit="LTR", price="80.000"),
        SigningEntry(signs="no", refusal_reason="Vắng", witnesses="Ông Kín"),
    ):  # fmt: skip
        inspections.save_step(
            session, actor=minh, inspection=closed, entry=entry, version=99, key=None, keys=keys, now=now
        )
    inspections.close_inspection(session, actor=minh, inspection=closed, version=None, address="x", now=now)
    draft = inspections.start_inspection(session, actor=minh, now=now)
    office = session.get(Party, cast.authority_id)
    other = factories.make_person(session, "an@example.com", "An", office, Role.INSPECTOR, now)
    theirs = inspections.start_inspection(session, actor=other.actor, now=now)
    session.commit()
    return {"closed": closed, "draft": draft, "theirs": theirs}


def ids(answer):
    return [one["public_id"] for one in answer.get_json()["items"]]


def test_an_inspector_reads_the_own_records_and_the_province_all(records, get, key_of, cast):
    mine = [records["closed"].public_id, records["draft"].public_id]
    assert ids(get("/inspections", key_of(cast.inspector))) == mine
    assert ids(get("/inspections", key_of(cast.officer))) == [*mine, records["theirs"].public_id]


def test_one_record_tells_what_was_found_and_names_nobody(records, get, key_of, cast):
    answer = get(f"/inspections/{records['closed'].public_id.lower()}", key_of(cast.inspector))
    told = answer.get_json()
    assert (told["number"], told["state"], told["result"]) == ("BB-2026-0001", "closed", "unclear")
    assert told["uri"].endswith(f"/inspect/inspections/{told['public_id']}")
    assert told["sha256"] == records["closed"].sha256
    [item] = told["items"]
    assert (item["lot"], item["quantity"], item["unit"], item["price"]) == ("L260905A", "12.5", "LTR", 80000)
    assert "Kín" not in answer.get_data(as_text=True)


def test_the_minutes_are_those_of_the_page(records, get, key_of, cast, browser_of):
    public_id = records["closed"].public_id
    printed = get(f"/inspections/{public_id}/minutes", key_of(cast.inspector))
    assert printed.content_type == "application/pdf"
    page = browser_of(cast.inspector).get(f"/inspect/inspections/{public_id}/minutes.pdf")
    assert printed.data == page.data


def test_a_page_goes_on_from_a_record_of_ones_own(records, get, key_of, cast):
    minh = key_of(cast.inspector)
    first = get("/inspections?limit=1", minh).get_json()
    assert first["next"] == records["closed"].public_id
    assert ids(get(f"/inspections?after={first['next']}", minh)) == [records["draft"].public_id]
    get(f"/inspections?after={records['theirs'].public_id}", minh, 404)


@pytest.mark.parametrize("who", ["manager", "rival", "body_officer"])
def test_for_anybody_else_there_are_no_records(records, get, key_of, cast, who):
    for path in ("", f"/{records['closed'].public_id}", f"/{records['closed'].public_id}/minutes"):
        get(f"/inspections{path}", key_of(getattr(cast, who)), 403)
        get(f"/inspections{path}", {}, 401)


def test_another_inspectors_record_does_not_exist(records, get, post, key_of, cast):
    minh, theirs = key_of(cast.inspector), records["theirs"].public_id
    get(f"/inspections/{theirs}", minh, 404)
    get(f"/inspections/{theirs}/minutes", minh, 404)
    post(f"/inspections/{theirs}/steps", minh, 404, json={"version": 1, "result": {"result": "unclear"}})
    post(f"/inspections/{theirs}/close", minh, 404)


def test_a_record_is_drawn_up_from_start_to_close(records, post, get, key_of, cast, session):
    minh = key_of(cast.inspector)
    lot = "/01/09520009010011/10/L260905A"
    begun = post("/inspections", minh, json={"codes": [lot]})
    assert begun["items"][0]["lot"] == "L260905A"
    page = f"/inspections/{begun['public_id']}"
    steps = {
        "version": begun["version"],
        "place": {"site_name": "Quầy 7", "commune": "xã Thử", "began_at": "2026-11-22T08:05:00+07:00",
                  "latitude": 21.8537, "longitude": 106.7615},
        "people": {"seller_name": "Bà Kín"},
        "items": [{"named": "Hồi khô", "quantity": "1250.5", "unit": "KGM", "price": 80000}],
        "answers": {"label": "no", "papers": "yes"},
        "result": {"result": "non_conformant", "findings": "Nhãn thiếu xuất xứ"},
        "signing": {"seller_signs": True},
    }  # fmt: skip
    written = post(f"{page}/steps", minh, json=steps)
    assert (written["site"], written["began_at"]) == ("Quầy 7", "2026-11-22T01:05:00Z")
    assert [(one["named"], one["quantity"]) for one in written["items"]][1] == ("Hồi khô", "1250.5")
    assert (written["answers"]["label"], written["answers"]["stamp"]) == ("no", "not_looked")
    picture = BytesIO()
    Image.new("RGB", (60, 40), "#a63").save(picture, "JPEG")
    photo = {"data": picture.getvalue(), "content_type": "image/jpeg"}
    assert len(post(f"{page}/photos", minh, **photo)["photos"]) == 1
    post(f"{page}/photos", minh, 400, data=b"<svg/>", content_type="image/png")
    [taken] = written_again = post(f"{page}/photos", minh, **photo)["photos"]
    assert len(written_again) == 1
    assert get(f"{page}/photos/{taken['sha256']}", minh).content_type == "image/webp"
    get(f"{page}/photos/{'0' * 64}", minh, 404)
    closed = post(f"{page}/close", minh)
    assert (closed["number"], closed["state"]) == ("BB-2026-0002", "closed")
    assert "Kín" not in str(closed)
    assert acts(session)[-9:] == [
        "started_inspection", *["saved_inspection"] * 6, "added_inspection_photo", "closed_inspection",
    ]  # fmt: skip
    post(f"{page}/steps", minh, 409, json=steps)


def test_a_request_sent_twice_is_done_once(records, post, get, key_of, cast):
    minh, page = key_of(cast.inspector), f"/inspections/{records['draft'].public_id}"
    wish = {"version": 1, "items": [{"named": "Rượu"}]}
    first, again = (post(f"{page}/steps", minh, once="mot-lan-01", json=wish) for _ in range(2))
    assert first == again
    assert len(get(page, minh).get_json()["items"]) == 1


def test_steps_are_written_all_or_none(records, post, get, key_of, cast):
    minh, page = key_of(cast.inspector), f"/inspections/{records['draft'].public_id}"
    wish = {"version": 1, "place": {"commune": "xã Một"}, "items": [{}]}
    post(f"{page}/steps", minh, 400, json=wish)
    assert get(page, minh).get_json()["commune"] is None
    post(f"{page}/steps", minh, json={"version": 1, "place": {"commune": "xã Một"}})
    post(f"{page}/steps", minh, 409, json={"version": 1, "place": {"commune": "xã Hai"}})
    post(f"{page}/steps", minh, 400, json={"version": 9, "place": {"began_at": "0001-01-01T00:00:00Z"}})
    post(f"{page}/steps", minh, 422, json={"version": 9, "answers": {"taste": "yes"}})


def test_a_record_that_lacks_something_is_not_closed(records, post, key_of, cast):
    told = post(f"/inspections/{records['draft'].public_id}/close", key_of(cast.inspector), 400)
    assert told["code"] == "inspection_place_missing"


def test_goods_are_changed_and_taken_out_and_a_photo_too(records, post, get, key_of, cast, session):
    minh, page = key_of(cast.inspector), f"/inspections/{records['draft'].public_id}"
    told = post(f"{page}/steps", minh, json={"version": 1, "items": [{"named": "Rượu"}, {"named": "Hồi"}]})
    first, second = (one["number"] for one in told["items"])
    wish = {"version": told["version"], "named": "Rượu men lá", "quantity": "2", "unit": "LTR"}
    changed = post(f"{page}/items/{first}", minh, json=wish)
    assert [one["named"] for one in changed["items"]] == ["Rượu men lá", "Hồi"]
    assert (
        post(f"{page}/items/{first}", minh, 409, json=wish | {"named": "khác"})["code"]
        == "inspection_changed"
    )
    post(f"{page}/items/99", minh, 404, json=wish)
    old, new = {"version": told["version"]}, {"version": changed["version"]}
    assert post(f"{page}/items/{first}/remove", minh, 409, json=old)["code"] == "inspection_item_changed"
    for _ in range(2):
        left = post(f"{page}/items/{second}/remove", minh, json=new)["items"]
        assert [one["number"] for one in left] == [first]
    picture = BytesIO()
    Image.new("RGB", (60, 40), "#a63").save(picture, "JPEG")
    photo = {"data": picture.getvalue(), "content_type": "image/jpeg"}
    sha256 = post(f"{page}/photos", minh, **photo)["photos"][0]["sha256"]
    for _ in range(2):
        assert post(f"{page}/photos/{sha256}/remove", minh)["photos"] == []
    assert acts(session)[-2:] == ["added_inspection_photo", "removed_inspection_photo"]


def test_a_draft_is_thrown_away_and_a_closed_record_is_added_to(records, post, get, key_of, cast, session):
    minh, draft = key_of(cast.inspector), f"/inspections/{records['draft'].public_id}"
    closed, theirs = (f"/inspections/{records[whose].public_id}" for whose in ("closed", "theirs"))
    more = post(f"{closed}/supplement", minh)
    assert (more["supplements"], more["state"]) == ("BB-2026-0001", "draft")
    post(f"{draft}/supplement", minh, 409)
    post(f"{closed}/discard", minh, 409)
    assert post(f"{draft}/discard", minh)["discarded"] is True
    get(draft, minh, 404)
    assert acts(session)[-2:] == ["started_inspection", "discarded_inspection"]
    for act in ("discard", "supplement", f"photos/{'0' * 64}/remove"):
        post(f"{theirs}/{act}", minh, 404)
    post(f"{theirs}/items/1/remove", minh, 404, json={"version": 1})


def test_the_bytes_whose_hash_is_printed_are_given(records, get, key_of, cast):
    body = get(f"/inspections/{records['closed'].public_id}/record", key_of(cast.inspector)).data
    assert hashlib.sha256(body).hexdigest() == records["closed"].sha256
