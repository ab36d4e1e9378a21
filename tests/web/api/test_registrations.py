"""Registrations by program: one's own record kept and sent, and the province's answer."""

import pytest

from tests import factories
from tests.web.looking import acts
from traceapp.domain.parties import PartyKind, PartyState
from traceapp.domain.permissions import Role
from traceapp.models import AdminUnit

WISH = {"kind": "cooperative", "tax_code": "0100233488", "name_vi": "HTX Mới", "street": "Thôn 2",
        "admin_unit": "au_thu", "phone": "0912000009"}  # fmt: skip


@pytest.fixture
def newcomer(session, cast, now):
    """Somebody whose cooperative is a draft."""
    unit = session.get(AdminUnit, cast.unit_id)
    party = factories.make_party(
        session, "HTX Nháp", PartyKind.COOPERATIVE, now, unit, state=PartyState.DRAFT
    )
    person = factories.make_person(session, "moi@example.com", "Mới", party, Role.MANAGER, now)
    session.commit()
    return person


def test_a_record_is_put_right_sent_taken_back_returned_and_approved(
    get, post, key_of, newcomer, cast, session
):
    mine, hoa = key_of(newcomer), key_of(cast.officer)
    assert post("/own/party/submit", mine, 400)["code"] == "party_code_missing"
    told = post("/own/party/edit", mine, json=WISH)
    assert (told["names"]["vi"], told["phone"], told["admin_unit"], told["state"]) == (
        "HTX Mới", "+84912000009", "au_thu", "draft",
    )  # fmt: skip
    desk = f"/desk/parties/{told['public_id']}"
    get(desk, hoa, 404)
    assert get("/desk/parties", hoa).json["items"] == []
    for _ in range(2):
        assert post("/own/party/submit", mine)["state"] == "submitted"
    [line] = get("/desk/parties", hoa).json["items"]
    assert line["public_id"] == told["public_id"]
    assert post("/own/party/take-back", mine)["state"] == "draft"
    assert get(desk, hoa, 409).json["code"] == "taken_back"
    post("/own/party/submit", mine)
    assert post(f"{desk}/return", hoa, json={"reason": "thiếu số nhà"})["state"] == "returned"
    assert get("/own/party", mine).json["return_reason"] == "thiếu số nhà"
    post("/own/party/edit", mine, json=WISH | {"street": "Số 5, Thôn 2"})
    sent = post("/own/party/submit", mine)
    post("/own/party/edit", mine, json=WISH | {"street": "Số 6, Thôn 2"})
    assert post(f"{desk}/approve", hoa, 409, json={"version": sent["version"]})["code"] == "changed_since"
    read = get(desk, hoa).json["version"]
    assert post(f"{desk}/approve", hoa, json={"version": read})["state"] == "approved"
    assert post(f"{desk}/suspend", hoa, json={"reason": "hết hạn"})["state"] == "suspended"
    assert [one["state"] for one in get("/desk/parties?state=suspended", hoa).json["items"]] == ["suspended"]
    assert post(f"{desk}/approve", hoa, json={})["state"] == "approved"
    told = set(acts(session))
    assert {"edited_party", "submitted_party", "took_back_party", "returned_party", "approved_party",
            "suspended_party", "reinstated_party"} <= told  # fmt: skip


def test_nobody_else_answers_a_record_or_sees_it(get, post, key_of, newcomer, cast, session):
    mine = key_of(newcomer)
    post("/own/party/edit", mine, json=WISH)
    name = post("/own/party/submit", mine)["public_id"]
    for who in (cast.manager, cast.rival, cast.inspector, cast.body_officer):
        key = key_of(who)
        get("/desk/parties", key, 403)
        get(f"/desk/parties/{name}", key, 403)
        assert name not in get("/own/party", key).text
        for act, wish in (("approve", {}), ("return", {"reason": "x"}), ("suspend", {"reason": "x"})):
            post(f"/desk/parties/{name}/{act}", key, 403, json=wish)
    for who in (cast.inspector, cast.officer, cast.body_officer):
        post("/own/party/submit", key_of(who), 403)
    post("/desk/parties/ZZZZZZZZ/approve", key_of(cast.officer), 404, json={})
    assert "approved_party" not in acts(session)


def test_an_impossible_record_is_refused_by_its_field(post, key_of, newcomer):
    mine = key_of(newcomer)
    for wrong, code, field in (({"tax_code": "0100233489"}, "tax_code_invalid", "tax_code"),
                               ({"admin_unit": "x"}, "unit_missing", "admin_unit")):  # fmt: skip
        told = post("/own/party/edit", mine, 400, json=WISH | wrong)
        assert (told["code"], told["field"]) == (code, field)
    assert post("/own/party/edit", mine, 403, json=WISH | {"kind": "authority"})["code"] == "party_kind"
