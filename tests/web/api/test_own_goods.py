"""A producer's goods by program: places, products and lots, entered, put right, put away, put back."""

from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from tests import factories
from tests.web.looking import acts, look
from traceapp.domain.parties import PartyKind
from traceapp.models import AdminUnit, Lot, Place, TradeItem


@pytest.fixture
def lan(key_of, cast):
    return key_of(cast.manager)


@pytest.fixture
def item(session, cast, now):
    """A product with an approved producer."""
    made = factories.make_trade_item(session, cast.cooperative_id, now)
    session.commit()
    return made.public_id


LIQUOR = {
    "name_vi": "Rượu men lá", "name_en": "Leaf-yeast liquor", "category": "liquor", "net_content": "0.5",
    "net_unit": "LTR", "alcohol_percent": "29.5", "shelf_life": 2, "shelf_life_unit": "year",
    "standards": ["TCVN 7043:2013"], "storage": "Nơi khô, mát",
}  # fmt: skip


def test_a_product_is_entered_put_right_put_away_and_put_back(get, post, lan, session):
    made = post("/own/trade-items", lan, json=LIQUOR)
    own = f"/own/trade-items/{made['public_id']}"
    told = {name: made[name] for name in LIQUOR if name not in ("name_vi", "name_en")}
    assert told == {name: LIQUOR[name] for name in told}
    assert (made["gtin"], len(made["number"]), made["level"]) == (None, 8, "unit")
    assert post("/own/trade-items", lan, 409, json=LIQUOR)["code"] == "item_exists"
    short = {"name_vi": "Rượu Mẫu Sơn", "gtin": "9520009010011"}
    changed = post(f"{own}/edit", lan, json=short)
    assert (changed["names"]["vi"], changed["gtin"], changed["storage"]) == (
        "Rượu Mẫu Sơn", "9520009010011", None,
    )  # fmt: skip
    assert post(f"{own}/edit", lan, 400, json=short | {"gtin": "9520009010012"})["code"] == "gtin_check_digit"
    for _ in range(2):
        assert post(f"{own}/archive", lan)["archived_at"]
    assert get("/own/trade-items", lan).json["items"] == []
    [away] = get("/own/trade-items?archived=true&q=mau son", lan).json["items"]
    assert away["public_id"] == made["public_id"]
    assert post(f"{own}/restore", lan)["archived_at"] is None
    assert get(own, lan).json["archived_at"] is None
    assert acts(session)[1:] == [
        "added_trade_item", "edited_trade_item", "archived_trade_item", "restored_trade_item",
    ]  # fmt: skip


def test_a_carton_names_what_it_holds_and_holds_no_carton(post, lan, item):
    wish = {"name_vi": "Thùng rượu", "contains": item, "contains_count": 24}
    case = post("/own/trade-items", lan, json=wish)
    assert (case["level"], case["contains"], case["contains_count"]) == ("case", item, 24)
    post("/own/trade-items", lan, 404, json=wish | {"contains": case["public_id"]})


def test_a_product_is_given_a_photo_and_no_other_file(post, lan, item, session):
    photo = BytesIO()
    Image.new("RGB", (40, 30), "green").save(photo, "PNG")
    own = f"/own/trade-items/{item}/photo"
    told = post(f"{own}?alt=chai xanh", lan, data=photo.getvalue(), content_type="image/png")
    assert told["pictured"] is True
    assert post(own, lan, 400, data=b"<svg/>", content_type="image/png")["code"] == "picture_format"
    post("/own/trade-items/ZZZZZZZZ/photo", lan, 404, data=photo.getvalue(), content_type="image/png")
    assert acts(session)[1:] == ["set_photo"]


def test_a_lot_is_entered_put_right_put_away_and_put_back(get, post, lan, item, session):
    wish = {
        "trade_item": item,
        "code": "l261127a",
        "made_on": "2026-11-20",
        "quantity": "1200.5",
        "unit": "LTR",
    }
    made = post("/own/lots", lan, once="lo-moi-261127", json=wish)
    assert post("/own/lots", lan, once="lo-moi-261127", json=wish) == made
    own = f"/own/lots/{made['public_id']}"
    assert (made["code"], made["expires_on"], made["quantity"]) == ("L261127A", "2028-11-20", "1200.5")
    assert made["uri"].endswith("/01/09520009010011/10/L261127A")
    assert post("/own/lots", lan, 409, json=wish)["code"] == "lot_code_taken"
    rest = {name: told for name, told in wish.items() if name != "trade_item"}
    assert post(f"{own}/edit", lan, json=rest | {"code": "L2"})["code"] == "L2"
    early = rest | {"packed_on": "2026-11-19"}
    assert post(f"{own}/edit", lan, 400, json=early)["code"] == "lot_packed_before_made"
    for _ in range(2):
        assert post(f"{own}/archive", lan)["archived_at"]
    assert get("/own/lots", lan).json["items"] == []
    assert [one["code"] for one in get("/own/lots?archived=true", lan).json["items"]] == ["L2"]
    assert post(f"{own}/restore", lan)["archived_at"] is None
    assert [one["code"] for one in get("/own/lots?q=l2", lan).json["items"]] == ["L2"]
    assert acts(session)[1:] == ["added_lot", "edited_lot", "archived_lot", "restored_lot"]


def test_a_lot_on_stamps_keeps_its_code_and_says_so(get, post, lan, session, cast, now):
    row = factories.make_trade_item(session, cast.cooperative_id, now)
    lot = factories.make_lot(session, row, now)
    factories.make_run(session, cast, now, row, lot)
    session.commit()
    own = f"/own/lots/{lot.public_id}"
    assert get(own, lan).json["code_fixed"] == "lot_code_fixed"
    assert post(f"{own}/edit", lan, 409, json={"code": "L9"})["code"] == "lot_code_fixed"


def test_a_place_is_entered_and_named_by_a_lot(get, post, lan, item, session):
    units = get("/admin-units", {}).json["items"]
    assert [one["parent"] for one in units if one["code"] == "au_thu"] == ["au_lang_son"]
    wish = {"name": "Xưởng Mẫu Sơn", "admin_unit": "au_thu", "latitude": "21.85372", "longitude": "106.9",
            "hectares": "1.5"}  # fmt: skip
    made = post("/own/places", lan, json=wish)
    assert (made["latitude"], made["hectares"], made["admin_unit"]) == ("21.85372", "1.5", "au_thu")
    assert post("/own/places", lan, 409, json=wish)["code"] == "place_exists"
    assert (
        post("/own/places", lan, 400, json=wish | {"name": "X", "admin_unit": "x"})["code"] == "unit_missing"
    )
    own = f"/own/places/{made['public_id']}"
    assert post(f"{own}/edit", lan, json=wish | {"kind": "warehouse"})["kind"] == "warehouse"
    lot = post("/own/lots", lan, json={"trade_item": item, "code": "L1", "place": made["public_id"]})
    assert lot["place"] == made["public_id"]
    assert (
        post("/own/lots", lan, 400, json={"trade_item": item, "code": "L2", "place": "ZZZZZZZZ"})["code"]
        == "choice_unknown"
    )
    assert [one["name"] for one in get("/own/places", lan).json["items"]] == ["Xưởng Mẫu Sơn"]
    assert acts(session)[1:] == ["added_place", "edited_place", "added_lot"]


def test_another_s_goods_are_not_there(get, post, key_of, cast, session, now, item, lan):
    row = look(session, select(TradeItem))[0]
    lot = factories.make_lot(session, row, now)
    place = factories.make_place(session, cast.cooperative_id, cast.unit_id, now)
    session.commit()
    for who in (cast.rival, cast.inspector, cast.officer, cast.body_officer):
        key = key_of(who)
        for kind in ("trade-items", "lots", "places"):
            assert get(f"/own/{kind}", key).json["items"] == []
        for path in (f"trade-items/{item}", f"lots/{lot.public_id}"):
            get(f"/own/{path}", key, 404)
            for act in ("archive", "restore"):
                post(f"/own/{path}/{act}", key, 404)
        post(f"/own/trade-items/{item}/edit", key, 404, json={"name_vi": "x"})
        post(f"/own/lots/{lot.public_id}/edit", key, 404, json={"code": "x"})
        wish = {"name": "x", "admin_unit": "au_thu"}
        post(f"/own/places/{place.public_id}/edit", key, 404, json=wish)
        post("/own/lots", key, 404, json={"trade_item": item, "code": "L7"})
    for who in (cast.inspector, cast.officer, cast.body_officer):
        post("/own/trade-items", key_of(who), 403, json={"name_vi": "x"})
        post("/own/places", key_of(who), 403, json={"name": "x", "admin_unit": "au_thu"})
    for kind, many in ((TradeItem, 1), (Lot, 1), (Place, 1)):
        assert len(look(session, select(kind))) == many


def test_what_a_certificate_names_can_be_looked_up(get, session, cast):
    schemes = {one["code"]: one for one in get("/schemes", {}).json["items"]}
    assert {"iso_9001", "iso_22000", "vietgap"} <= set(schemes)
    assert any(one["newer"] for scheme in schemes.values() for one in scheme["editions"])
    bodies = get("/parties?kind=certification_body&q=to chuc chung nhan", {}).json["items"]
    assert [one["names"]["vi"] for one in bodies] == ["Tổ chức chứng nhận Thử Nghiệm"]
    assert get("/parties?kind=certification_body&q=mau son", {}).json["items"] == []
    assert {one["kind"] for one in get("/parties?q=htx", {}).json["items"]} == {PartyKind.COOPERATIVE}
    assert look(session, select(AdminUnit.code)) != []
