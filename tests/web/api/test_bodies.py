"""Certification bodies and their accreditations by program: always two officers, both in the journal."""

import pytest

from tests import factories
from tests.web.api.test_certificates_whole import PDF, SCAN
from tests.web.looking import acts
from traceapp.models import Party

TYPED = {"accreditor": "BoA", "number": "DEMO-ACC-009", "standard": "ISO/IEC 17021-1:2015",
         "scopes": ["FSMS", "EMS"], "valid_from": "2023-01-01", "valid_until": "2039-05-31",
         "source_url": "QĐ 7"}  # fmt: skip


@pytest.fixture
def known(session, cast):
    """The public id of the body everybody knows."""
    return session.get(Party, cast.body_id).public_id


def test_a_body_is_written_down_by_one_and_approved_by_another(post, get, key_of, cast, session):
    hoa, quang = key_of(cast.officer), key_of(cast.second_officer)
    made = post("/bodies", hoa, json={"name": "Tổ chức Mới", "name_en": "New body"})
    assert (made["state"], made["names"]["en"]) == ("draft", "New body")
    assert post("/bodies", quang, 409, json={"name": "tổ chức mới"})["code"] == "body_known"
    page = f"/bodies/{made['public_id']}"
    assert post(f"{page}/approve", hoa, 403, json={})["code"] == "four_eyes"
    assert post(f"{page}/approve", quang, 409, json={"version": 99})["code"] == "changed_since"
    assert post(f"{page}/approve", quang, json={"version": made["version"]})["state"] == "approved"
    post(f"{page}/approve", quang, 409, json={})
    assert made["public_id"] in [one["public_id"] for one in get("/bodies", hoa).json["items"]]
    assert acts(session)[2:] == ["added_body", "approved_body"]


def test_another_spelling_is_merged_into_the_known_body(post, get, key_of, cast, session, known):
    hoa, quang = key_of(cast.officer), key_of(cast.second_officer)
    typed = post("/bodies", hoa, json={"name": "Chứng nhận Thử Nghiệm"})["public_id"]
    post(f"/bodies/{typed}/merge", quang, 400, json={"into": typed})
    assert post(f"/bodies/{typed}/merge", quang, json={"into": known})["public_id"] == known
    get(f"/bodies/{typed}", hoa, 404)
    assert acts(session)[-1] == "merged_body"


def test_an_accreditation_lives_its_life_under_four_eyes(post, get, key_of, cast, session, known):
    hoa, quang = key_of(cast.officer), key_of(cast.second_officer)
    made = post(f"/bodies/{known}/accreditations", hoa, json=TYPED)
    page = f"/accreditations/{made['public_id']}"
    assert (made["confirmed"], made["status"], made["scopes"]) == (False, "active", ["EMS", "FSMS"])
    assert [one["public_id"] for one in get("/accreditations", quang).json["items"]] == [made["public_id"]]
    assert post(f"{page}/confirm", hoa, 403, json={})["code"] == "four_eyes"
    assert post(f"{page}/confirm", quang, json={"version": made["version"]})["confirmed"] is True
    corrected = post(f"{page}/edit", quang, json=TYPED | {"valid_until": "2038-05-31"})
    assert (corrected["confirmed"], corrected["valid_until"]) == (False, "2038-05-31")
    stale = TYPED | {"version": made["version"]}
    assert post(f"{page}/edit", hoa, 409, json=stale)["code"] == "changed_since"
    assert post(f"{page}/remove", hoa, 409)["code"] == "accreditation_confirmed_once"
    post(f"{page}/confirm", hoa, json={})
    told = {"kind": "suspension", "from_on": "2026-11-01", "reason": "đánh giá lại", "file": SCAN}
    decided = post(f"{page}/decisions", hoa, json=told)
    assert (decided["status"], decided["decisions"][0]["kind"]) == ("suspended", "suspension")
    assert get(f"{page}/files/{decided['decisions'][0]['file']}", quang).data == PDF
    get(f"{page}/files/{'0' * 64}", quang, 404)
    assert get(f"/bodies/{known}", hoa).json["accreditations"] == [get(page, hoa).json]
    assert acts(session)[2:] == [
        "added_accreditation", "confirmed_accreditation", "corrected_accreditation",
        "confirmed_accreditation", "decided_accreditation",
    ]  # fmt: skip


def test_one_typed_by_mistake_is_removed(post, get, key_of, cast, session, known):
    hoa = key_of(cast.officer)
    made = post(f"/bodies/{known}/accreditations", hoa, json=TYPED)["public_id"]
    post(f"/bodies/{known}/accreditations", hoa, 400, json=TYPED | {"number": "X", "scopes": ["a b"]})
    assert post(f"/accreditations/{made}/remove", hoa)["removed"] is True
    get(f"/accreditations/{made}", hoa, 404)
    assert acts(session)[-1] == "removed_accreditation"


@pytest.mark.parametrize("who", ["manager", "inspector", "body_officer"])
def test_nobody_else_keeps_the_register(post, get, key_of, cast, session, known, who, now):
    row = factories.make_accreditation(session, cast.body_id, now).public_id
    session.commit()
    key = key_of(getattr(cast, who))
    for path in ("/bodies", f"/bodies/{known}", "/accreditations", f"/accreditations/{row}"):
        get(path, key, 403)
        get(path, {}, 401)
    wish = {"kind": "withdrawal", "from_on": "2026-11-01", "reason": "x"}
    asked = {
        "/bodies": {"name": "x"},
        f"/bodies/{known}/approve": {},
        f"/bodies/{known}/merge": {"into": known},
        f"/bodies/{known}/accreditations": TYPED,
        f"/accreditations/{row}/edit": TYPED,
        f"/accreditations/{row}/confirm": {},
        f"/accreditations/{row}/decisions": wish,
        f"/accreditations/{row}/remove": None,
    }
    for path, told in asked.items():
        post(path, key, 403, json=told)
    assert [act for act in acts(session) if act != "created_api_key"] == []
