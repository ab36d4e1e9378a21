"""The rest of a hold's and a recall's life by program: refused, taken back, extended, followed, answered."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from tests import factories
from tests.web.looking import acts, look
from traceapp.domain.trade_items import Unit
from traceapp.models import Lot, LotMovement, RecallNotice, Restriction
from traceapp.services.recalls.notice_links import token_of

WHY = {"reason": "suspected_fake", "note": "tem lạ"}
HERE = "/restraints"


@pytest.fixture
def lot(session, cast, now):
    lot = factories.make_lot(session, factories.make_trade_item(session, cast.cooperative_id, now), now)
    session.commit()
    return lot.public_id


def test_a_proposal_is_refused_by_another_with_a_reason(post, get, key_of, cast, lot, session):
    minh, hoa = key_of(cast.inspector), key_of(cast.officer)
    made = post(HERE, minh, json=WHY | {"kind": "recall", "lot": lot})
    page = f"{HERE}/{made['public_id']}"
    post(f"{page}/refuse", minh, 403, json={"reason": "thôi"})
    post(f"{page}/refuse", hoa, 422, json={"reason": ""})
    refused = post(f"{page}/refuse", hoa, json={"reason": "thiếu căn cứ"})
    assert (refused["closing"], refused["since"]) == ("thiếu căn cứ", None)
    assert post(f"{page}/confirm", hoa, 409)["code"] == "recall_not_open"
    assert acts(session)[-1] == "refused_recall"


def test_a_proposal_is_taken_back_by_who_made_it(post, key_of, cast, lot, session):
    minh, hoa = key_of(cast.inspector), key_of(cast.officer)
    page = f"{HERE}/{post(HERE, minh, json=WHY | {'kind': 'recall', 'lot': lot})['public_id']}"
    assert post(f"{page}/drop", hoa, 403)["code"] == "proposal_of_another"
    assert post(f"{page}/drop", minh)["ended_at"] is not None
    assert acts(session)[-1] == "dropped_recall"


def test_a_hold_is_extended_but_never_to_an_earlier_day(post, key_of, cast, lot, session, today):
    hoa = key_of(cast.officer)
    held = post(HERE, hoa, json=WHY | {"kind": "hold", "lot": lot})
    page, first = f"{HERE}/{held['public_id']}", date.fromisoformat(held["review_on"])
    wish = {"review_on": f"{first + timedelta(days=5)}", "reason": "chờ kết quả thử"}
    assert post(f"{page}/extend", hoa, json=wish)["review_on"] == wish["review_on"]
    assert post(f"{page}/extend", hoa, 400, json=wish)["code"] == "review_day"
    assert acts(session)[-1] == "extended_hold"
    post(f"{page}/extend", key_of(cast.inspector), 403, json=wish)


def test_what_stands_is_listed_for_those_who_act_and_for_nobody_else(post, get, key_of, cast, lot):
    minh = key_of(cast.inspector)
    held = post(HERE, minh, json=WHY | {"kind": "hold", "lot": lot})["public_id"]
    asked = post(HERE, minh, json=WHY | {"kind": "recall", "lot": lot})["public_id"]
    ids = [one["public_id"] for one in get(HERE, minh).json["items"]]
    assert ids == [held, asked]
    assert [one["public_id"] for one in get(f"{HERE}?kind=recall", minh).json["items"]] == [asked]
    post(f"{HERE}/{asked}/drop", minh)
    assert [one["public_id"] for one in get(HERE, minh).json["items"]] == [held]
    assert len(get(f"{HERE}?open=false", minh).json["items"]) == 2
    assert get(f"{HERE}/{asked}", minh).json["ended_at"] is not None
    for who in (cast.manager, cast.rival, cast.body_officer):
        for path in (HERE, f"{HERE}/{held}", f"{HERE}/{held}/notices"):
            get(path, key_of(who), 403)
            get(path, {}, 401)


MOVED = {"direction": "despatched", "name": "Quán Lá", "phone": "0912345678", "quantity": "60", "unit": "H87",
         "moved_on": "2026-11-01"}  # fmt: skip


def test_a_lot_held_and_recalled_is_listed_as_the_two_records_it_has(post, get, key_of, cast, lot):
    minh, hoa = key_of(cast.inspector), key_of(cast.officer)
    held = post(HERE, minh, json=WHY | {"kind": "hold", "lot": lot})["public_id"]
    recall = post(HERE, minh, json=WHY | {"kind": "recall", "lot": lot, "decision_number": "1/QĐ"})
    post(f"{HERE}/{recall['public_id']}/confirm", hoa)
    listed = {one["public_id"]: one["kind"] for one in get(HERE, hoa).json["items"]}
    assert listed == {held: "hold", recall["public_id"]: "recall"}


def test_goods_are_followed_from_their_movement_to_the_answer_of_their_holder(
    app, post, get, passer_by, key_of, cast, lot, session
):
    lan, minh, hoa = key_of(cast.manager), key_of(cast.inspector), key_of(cast.officer)
    rows = post(f"/own/lots/{lot}/movements", lan, json=MOVED)["items"]
    assert [(one["name"], one["quantity"], one["stands"]) for one in rows] == [("Quán Lá", "60", True)]
    get(f"/own/lots/{lot}/movements", minh, 404)
    recall = post(HERE, minh, json=WHY | {"kind": "recall", "lot": lot})["public_id"]
    post(f"{HERE}/{recall}/confirm", hoa)
    assert len(get(f"/own/lots/{lot}/movements", minh).json["items"]) == 1
    [notice] = get(f"{HERE}/{recall}/notices", minh).json["items"]
    assert (notice["name"], notice["phone"], notice["answer"]) == ("Quán Lá", "+84912345678", None)
    assert notice["accounts"][0]["outstanding"] == "60"
    page = f"{HERE}/{recall}/notices/{notice['public_id']}"
    assert post(f"{page}/call", minh, json={})["called_at"] is not None
    assert post(f"{page}/call", minh, json={"called": False})["called_at"] is None
    said = post(f"{page}/answer", minh, json={"deed": "set_apart", "held": "40.5", "returned": "10"})
    assert (said["answer"]["held"], said["accounts"][0]["returned"]) == ("40.5", "10")
    token = token_of(app.secret_key, look(session, select(RecallNotice))[0])
    own = {"token": token, "deed": "sold_out"}
    answer = passer_by.post(f"/api/v1/recalls/{recall}/acknowledge", json=own)
    assert (answer.status_code, answer.json["deed"]) == (201, "sold_out")
    passer_by.post(f"/api/v1/recalls/{recall}/acknowledge", json=own)
    wrong = own | {"token": "x" * 43}
    assert passer_by.post(f"/api/v1/recalls/{recall}/acknowledge", json=wrong).status_code == 404
    assert token not in get(f"{HERE}/{recall}/notices", minh).text
    assert acts(session) == [
        "created_api_key", "created_api_key", "created_api_key", "recorded_movement", "proposed_recall",
        "confirmed_recall", "called_holder", "uncalled_holder", "acknowledged_recall", "acknowledged_recall",
    ]  # fmt: skip


def test_goods_in_two_units_are_answered_for_unit_by_unit(post, get, key_of, cast, lot, session):
    lan, minh, hoa = key_of(cast.manager), key_of(cast.inspector), key_of(cast.officer)
    post(f"/own/lots/{lot}/movements", lan, json=MOVED)
    session.execute(update(Lot).where(Lot.public_id == lot).values(unit=Unit.KILOGRAM))
    session.commit()
    post(f"/own/lots/{lot}/movements", lan, json=MOVED | {"unit": "KGM", "quantity": "20"})
    recall = post(HERE, minh, json=WHY | {"kind": "recall", "lot": lot})["public_id"]
    post(f"{HERE}/{recall}/confirm", hoa)
    [notice] = get(f"{HERE}/{recall}/notices", minh).json["items"]
    page = f"{HERE}/{recall}/notices/{notice['public_id']}/answer"
    assert post(page, minh, 400, json={"deed": "sold_out"})["code"] == "answer_unit"
    post(page, minh, json={"deed": "sold_out", "unit": "H87"})
    said = post(page, minh, json={"deed": "set_apart", "held": "12", "unit": "KGM"})
    assert {(one["unit"], one["held"]) for one in said["answers"]} == {("H87", "0"), ("KGM", "12")}


def test_a_movement_is_reversed_by_its_owner_alone(post, get, key_of, cast, lot, session):
    lan, rival = key_of(cast.manager), key_of(cast.rival)
    page = f"/own/lots/{lot}/movements"
    number = post(page, lan, json=MOVED)["items"][0]["public_id"]
    for act in ("", f"/{number}/reverse"):
        post(f"{page}{act}", rival, 404, json=MOVED if not act else None)
    get(page, rival, 404)
    rows = post(f"{page}/{number}/reverse", lan)["items"]
    assert [one["stands"] for one in rows] == [False, False]
    assert post(f"{page}/{number}/reverse", lan, 409)["code"] == "movement_reversed"
    post(page, lan, 400, json=MOVED | {"moved_on": "2030-01-01"})
    post(page, lan, 400, json=MOVED | {"quantity": "0"})
    post(page, lan, 422, json=MOVED | {"quantity": "nhiều"})
    assert len(look(session, select(LotMovement))) == 2
    assert acts(session)[2:] == ["recorded_movement", "reversed_movement"]


def test_restraints_of_nobody_are_not_there(post, get, key_of, cast, session):
    hoa = key_of(cast.officer)
    for act, told in (("refuse", {"reason": "x"}), ("drop", None), ("confirm", None), ("lift", {}),
                      ("extend", {"review_on": "2027-01-01", "reason": "x"})):  # fmt: skip
        post(f"{HERE}/ZZZZZZZZ/{act}", hoa, 404, json=told)
    get(f"{HERE}/ZZZZZZZZ", hoa, 404)
    assert look(session, select(Restriction)) == []
