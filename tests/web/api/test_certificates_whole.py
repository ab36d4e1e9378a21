"""The rest of a certificate's life by program: changed, taken back, renewed, entered by its body, signed."""

import base64

import pytest
from sqlalchemy import select

from tests import factories
from tests.web.looking import acts, look
from traceapp.domain.certificates import RecordState
from traceapp.models import Certificate

PDF = factories.a_page_of_pdf()
SCAN = {"name": "giay.pdf", "content": base64.b64encode(PDF).decode()}


@pytest.fixture
def scene(session, cast, now):
    """A lot of a product with an approved certificate; the names by which programs know them."""
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    lot = factories.make_lot(session, item, now)
    run = factories.make_run(session, cast, now, item, lot)
    held = factories.make_certificate(session, cast, now, item)
    session.commit()
    return {"item": item.public_id, "lot": lot.public_id, "run": run.public_id, "held": held.public_id,
            "body": held.body.public_id, "holder": held.holder.public_id}  # fmt: skip


@pytest.fixture
def paper(scene):
    """What a paper says."""
    return {
        "number": "VN-0099", "scheme": "iso_9001", "body": scene["body"], "scope": "sản xuất rượu",
        "trade_items": [scene["item"]], "activities": ["processing"], "issued_on": "2026-01-02",
        "valid_from": "2026-01-02", "valid_until": "2028-12-31",
    }  # fmt: skip


def test_a_draft_is_changed_loses_a_wrong_scan_and_is_taken_back(post, get, key_of, cast, session, paper):
    lan = key_of(cast.manager)
    made = post("/own/certificates", lan, json=paper)["certificate"]
    own = f"/own/certificates/{made['public_id']}"
    assert made["activities"] == ["processing"]
    changed = post(f"{own}/edit", lan, json=paper | {"number": "VN-0100"})["certificate"]
    assert changed["number"] == "VN-0100"
    told = post(f"{own}/evidence", lan, data=PDF, content_type="application/pdf")["certificate"]
    [sha256] = told["evidence_sha256"]
    scan = get(f"{own}/evidence/{sha256}", lan)
    assert (scan.data, scan.content_type) == (PDF, "application/pdf")
    assert scan.headers["Content-Disposition"].startswith("attachment")
    assert post(f"{own}/evidence/{sha256}/remove", lan)["certificate"]["evidence_sha256"] == []
    get(f"{own}/evidence/{sha256}", lan, 404)
    assert get(own, lan).json["record_state"] == "draft"
    assert post(f"{own}/discard", lan)["discarded"] is True
    get(own, lan, 404)
    assert acts(session)[1:] == [
        "added_certificate", "edited_certificate", "added_evidence", "removed_evidence",
        "discarded_certificate",
    ]  # fmt: skip


def test_what_changed_after_it_was_read_is_neither_approved_nor_returned(
    post, get, key_of, cast, session, paper
):
    lan, hoa = key_of(cast.manager), key_of(cast.officer)
    made = post("/own/certificates", lan, json=paper)
    own, page = (
        f"/{kind}/{made['certificate']['public_id']}" for kind in ("own/certificates", "certificates")
    )
    post(f"{own}/evidence", lan, data=PDF, content_type="application/pdf")
    post(f"{own}/submit", lan)
    read = get(f"/desk{page}", hoa).json["version"]
    post(f"{own}/take-back", lan)
    post(f"{own}/edit", lan, json=paper | {"scope": "sản xuất rượu men lá"})
    post(f"{own}/submit", lan)
    assert post(f"{page}/approve?version={read}", hoa, 409)["code"] == "changed_since"
    told = post(f"{page}/return?version={read}", hoa, 409, json={"reason": "thiếu"})
    assert told["code"] == "changed_since"
    now_read = get(f"/desk{page}", hoa).json["version"]
    assert post(f"{page}/approve?version={now_read}", hoa)["record_state"] == "approved"


def test_a_body_not_in_the_list_is_named(post, key_of, cast, session, paper):
    lan = key_of(cast.manager)
    named = {key: told for key, told in paper.items() if key != "body"}
    assert post("/own/certificates", lan, 400, json=named)["code"] == "certificate_body_missing"
    made = post("/own/certificates", lan, json=named | {"body_name": "Tổ chức chứng nhận Mới"})
    assert made["certificate"]["body"]["vi"] == "Tổ chức chứng nhận Mới"
    assert acts(session)[1:] == ["added_body", "added_certificate"]


def test_a_renewal_is_linked_to_what_it_replaces(post, key_of, cast, session, scene, paper):
    lan = key_of(cast.manager)
    wish = paper | {"scheme": "iso_22000", "number": "DEMO-FSMS-0002"}
    renewed = post(f"/own/certificates/{scene['held']}/renew", lan, json=wish)["certificate"]
    assert renewed["replaces"] == scene["held"]
    assert acts(session)[-1] == "renewed_certificate"
    again = post(f"/own/certificates/{scene['held']}/renew", lan, 409, json=wish | {"number": "X-3"})
    assert again["code"] == "renewal_exists"


def test_another_s_certificate_is_not_there_for_any_of_it(post, get, key_of, cast, session, scene, paper):
    rival, own = key_of(cast.rival), f"/own/certificates/{scene['held']}"
    for act, told in (("edit", paper), ("renew", paper), ("discard", None), ("take-back", None),
                      (f"evidence/{'0' * 64}/remove", None)):  # fmt: skip
        post(f"{own}/{act}", rival, 404, json=told)
    for path in (own, f"{own}/evidence/{'0' * 64}", f"/certificates/{scene['held']}/codes"):
        get(path, rival, 404)
    post(f"/certificates/{scene['held']}/codes", rival, 404)
    for path in ("/desk/certificates", f"/desk/certificates/{scene['held']}", "/body/certificates"):
        get(path, rival, 403)
    assert len(look(session, select(Certificate))) == 1


def test_a_body_enters_what_it_issued_and_decides_with_its_scan(
    post, get, key_of, cast, session, scene, paper
):
    thu, hoa = key_of(cast.body_officer), key_of(cast.officer)
    [holder] = get("/body/holders?q=mau son", thu).json["items"]
    assert (holder["public_id"], holder["trade_items"][0]["public_id"]) == (scene["holder"], scene["item"])
    wish = {key: told for key, told in paper.items() if key != "body"} | {"holder": scene["holder"]}
    post("/body/certificates", thu, 422, json=wish | {"scans": []})
    post("/body/certificates", thu, 400, json=wish | {"scans": [SCAN | {"content": "PHN2Zy8+"}]})
    post("/body/certificates", key_of(cast.manager), 403, json=wish | {"scans": [SCAN]})
    made = post("/body/certificates", thu, json=wish | {"scans": [SCAN]})
    assert made["record_state"] == "submitted"
    name = made["certificate"]["public_id"]
    assert name in [one["certificate"]["public_id"] for one in get("/body/certificates", thu).json["items"]]
    [waiting] = get("/desk/certificates", hoa).json["items"]
    assert waiting["certificate"]["public_id"] == name
    post(f"/certificates/{name}/approve", hoa)
    wish = {"kind": "suspension", "from_on": "2026-11-01", "reason": "kiểm tra"}
    decided = post(f"/certificates/{name}/decisions", thu, json=wish | {"file": SCAN})["certificate"]
    assert decided["status"]["status"] == "suspended"
    sha256 = decided["evidence_sha256"][0]
    for key in (thu, hoa, key_of(cast.inspector)):
        assert get(f"/desk/certificates/{name}/evidence/{sha256}", key).data == PDF
    checked = post(f"/desk/certificates/{name}/rehash", hoa)["items"]
    assert [(one["sha256"], one["intact"]) for one in checked] == [(sha256, True)]
    done = acts(session)
    assert done[done.index("entered_certificate") :].count("recorded_decision") == 1
    assert done[-1] == "checked_evidence"


def test_a_program_of_the_province_copies_an_end_only_with_its_scan(post, key_of, cast, session, scene):
    name = scene["held"]
    told = {"kind": "withdrawal", "from_on": "2026-11-01", "reason": "kiểm tra", "document_number": "9/QĐ"}
    for person in (cast.officer, cast.inspector):
        refused = post(f"/certificates/{name}/decisions", key_of(person), 400, json=told)
        assert refused["code"] == "decision_scan_missing"
        assert "xin đính kèm bản chụp" in refused["detail"]
    hostile = told | {"file": SCAN | {"content": "PHN2Zy8+"}}
    post(f"/certificates/{name}/decisions", key_of(cast.officer), 400, json=hostile)
    assert "recorded_decision" not in acts(session)
    session.rollback()
    done = post(f"/certificates/{name}/decisions", key_of(cast.officer), json=told | {"file": SCAN})
    assert done["certificate"]["status"]["status"] == "withdrawn"


def test_a_program_marks_a_decision_that_was_a_mistake(post, get, passer_by, key_of, cast, session, scene):
    name, hoa, quang = scene["held"], key_of(cast.officer), key_of(cast.second_officer)
    told = {"kind": "withdrawal", "from_on": "2026-11-01", "reason": "kiểm tra", "document_number": "9/QĐ"}
    post(f"/certificates/{name}/decisions", hoa, json=told | {"file": SCAN})
    mark, why = f"/certificates/{name}/decisions/1/mistake", {"reason": "nhầm chứng nhận"}
    assert post(mark, hoa, 403, json=why)["code"] == "mistake_four_eyes"
    post(mark, key_of(cast.rival), 403, json=why)
    post(mark, quang, 422, json={})
    post(f"/certificates/{name}/decisions/2/mistake", quang, 404, json=why)
    post(f"/certificates/{name}/decisions/x/mistake", quang, 422, json=why)
    done = post(mark, quang, json=why)["certificate"]
    assert done["status"]["status"] == "active"
    [decision] = passer_by.get(f"/api/v1/certificates/{name}").json["decisions"]
    assert (decision["sequence"], decision["kind"]) == (1, "withdrawal")
    assert decision["mistake"]["reason"] == "nhầm chứng nhận"
    assert post(mark, quang, 409, json=why)["code"] == "mistake_marked"
    assert acts(session)[-1] == "marked_mistake"


def test_a_holder_takes_back_what_it_sent_until_it_is_answered(
    post, get, key_of, cast, session, scene, paper
):
    lan, hoa = key_of(cast.manager), key_of(cast.officer)
    name = post("/own/certificates", lan, json=paper)["certificate"]["public_id"]
    own = f"/own/certificates/{name}"
    post(f"{own}/evidence", lan, data=PDF, content_type="application/pdf")
    post(f"{own}/submit", lan)
    back = post(f"{own}/take-back", lan)
    assert (back["record_state"], len(back["certificate"]["evidence_sha256"])) == ("draft", 1)
    assert post(f"{own}/take-back", lan)["record_state"] == "draft"
    assert get("/desk/certificates", hoa).json["items"] == []
    assert post(f"/certificates/{name}/approve", hoa, 409)["code"] == "taken_back"
    get(f"/desk/certificates/{name}", key_of(cast.inspector), 404)
    post(f"{own}/submit", lan)
    post(f"/certificates/{name}/return", hoa, json={"reason": "thiếu trang"})
    assert post(f"{own}/take-back", lan, 409)["code"] == "answered_returned"
    post(f"{own}/submit", lan)
    post(f"/certificates/{name}/approve", hoa)
    assert post(f"{own}/take-back", lan, 409)["code"] == "answered_approved"
    assert acts(session).count("took_back_certificate") == 1


def test_a_body_takes_back_what_it_sent_puts_it_right_or_gives_it_up(
    post, get, key_of, cast, session, scene, paper
):
    thu, lan = key_of(cast.body_officer), key_of(cast.manager)
    wish = {key: told for key, told in paper.items() if key != "body"}
    name = post("/body/certificates", thu, json=wish | {"holder": scene["holder"], "scans": [SCAN]})[
        "certificate"
    ]["public_id"]
    own, body = f"/own/certificates/{name}", f"/body/certificates/{name}"
    assert post(f"{own}/take-back", lan, 403)["code"] == "sent_by_other"
    assert post(f"{body}/take-back", thu)["record_state"] == "draft"
    assert name in [one["certificate"]["public_id"] for one in get("/body/certificates", thu).json["items"]]
    for act, told in (("edit", paper), ("submit", None), ("discard", None)):
        assert post(f"{own}/{act}", lan, 409, json=told)["code"] == "kept_by_sender"
    sent = post(f"{body}/edit", thu, json=wish | {"number": "VN-0100"})
    assert (sent["record_state"], sent["certificate"]["number"]) == ("submitted", "VN-0100")
    assert len(sent["certificate"]["evidence_sha256"]) == 1
    assert post(f"{body}/edit", thu, 409, json=wish)["code"] == "certificate_locked"
    post(f"{body}/take-back", thu)
    assert post(f"{body}/discard", thu)["discarded"] is True
    get(own, lan, 404)
    done = acts(session)
    assert done[done.index("entered_certificate") :] == [
        "entered_certificate", "took_back_certificate", "corrected_certificate", "took_back_certificate",
        "discarded_certificate",
    ]  # fmt: skip


def test_a_renewal_by_the_body_replaces_its_own_alone(post, key_of, cast, session, scene, paper):
    thu = key_of(cast.body_officer)
    wish = {key: told for key, told in paper.items() if key != "body"} | {"holder": scene["holder"]}
    wish |= {"scheme": "iso_22000", "number": "DEMO-FSMS-0002", "scans": [SCAN]}
    post("/body/certificates", thu, 404, json=wish | {"replaces": "ZZZZZZZZ"})
    made = post("/body/certificates", thu, json=wish | {"replaces": scene["held"]})
    assert made["certificate"]["replaces"] == scene["held"]


def test_a_draft_of_a_holder_is_no_office_s_business(get, key_of, cast, session, scene):
    held = look(session, select(Certificate))[0]
    held.record_state, held.approved_by_id, held.approved_at = RecordState.DRAFT, None, None
    session.commit()
    for who in (cast.officer, cast.inspector, cast.body_officer):
        get(f"/desk/certificates/{scene['held']}", key_of(who), 404)


def test_codes_are_signed_printed_and_taken_back(post, get, passer_by, key_of, cast, session, scene):
    lan, hoa, rival = key_of(cast.manager), key_of(cast.officer), key_of(cast.rival)
    page = f"/certificates/{scene['held']}/codes"
    [code] = post(page, lan)["items"]
    assert post(page, hoa)["items"] == [code]
    assert get(page, lan).json["items"] == [code]
    checked = passer_by.post("/api/v1/verify", json={"code": code["code"]}).json
    assert (checked["verdict"], checked["number"]) == ("ok", code["number"])
    cartons = post(f"/own/lots/{scene['lot']}/codes", lan, json={"count": 12, "cartons": 3})["items"]
    assert [one["lot"] for one in cartons] == [scene["lot"]] * 3
    [roll] = post(f"/own/runs/{scene['run']}/codes", lan)["items"]
    for one in (code, cartons[0], roll):
        assert get(f"/codes/{one['number']}/sheet", lan).data.startswith(b"%PDF")
        assert get(f"/codes/{one['number']}", lan).json["items"] == [one]
        get(f"/codes/{one['number']}", rival, 404)
        get(f"/codes/{one['number']}/sheet", rival, 404)
    get(f"/codes/{roll['number']}", hoa, 404)
    post(f"/codes/{code['number']}/revoke", rival, 404, json={"why": "lost"})
    for _ in range(2):
        assert post(f"/codes/{code['number']}/revoke", lan, json={"why": "lost"})["items"][0]["why"] == "lost"
    assert passer_by.post("/api/v1/verify", json={"code": code["code"]}).json["why"] == "lost"
    done = [act for act in acts(session) if act != "created_api_key"]
    assert done == ["issued_signed_code"] * 5 + ["revoked_signed_code"]
    post(f"/own/lots/{scene['lot']}/codes", rival, 404, json={"count": 12})
    post(f"/own/runs/{scene['run']}/codes", rival, 404)
