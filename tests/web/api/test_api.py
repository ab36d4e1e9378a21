"""The door for machines: published records, verdicts, honest refusals, and nothing else."""

from datetime import date

import pytest
from sqlalchemy import func, select

from tests import factories
from traceapp.app import create_app
from traceapp.domain.certificates import DecisionKind, RecordState
from traceapp.domain.identifiers import Gtin, RegistryNumber
from traceapp.domain.parties import PartyState
from traceapp.domain.restrictions import HoldReason, RecallEnding
from traceapp.domain.serials import mint
from traceapp.domain.stamps import StampRange, StampState
from traceapp.extensions import db, limiter
from traceapp.models import CertificateDecision, Party, Scan
from traceapp.services.recalls import recall_scope, restrictions

PROBLEM = "application/problem+json"


@pytest.fixture
def scene(app, session, cast, now):
    """A published product with a lot, stamps and a certificate."""
    ours = session.get(Party, cast.cooperative_id)
    ours.phone, ours.email, ours.tax_code = "+84912345678", "lan@example.com", "0100233488"
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    lot = factories.make_lot(session, item, now)
    run = factories.make_run(session, cast, now, item, lot)
    certificate = factories.make_certificate(session, cast, now, item)
    session.commit()
    [serial] = mint(app.extensions["serial_keys"][0], Gtin(item.gtin), first=0, count=1)
    return {"item": item, "lot": lot, "run": run, "certificate": certificate, "serial": serial}


def get(client, path, status=200, **more):
    answer = client.get(f"/api/v1{path}", **more)
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert answer.content_type == ("application/json" if status == 200 else PROBLEM)
    return answer.get_json()


def test_a_stamp_has_the_word_of_its_page_and_asking_is_not_scanning(passer_by, app, scene):
    told = get(passer_by, f"/stamps/9520009010011/{scene['serial']}")
    assert told["verdict"] == "valid_first"
    assert told["uri"] == f"https://txng.langson.gov.vn/01/09520009010011/21/{scene['serial']}"
    assert (told["lot"], told["made_on"], told["names"]["en"]) == (
        "L260905A", "2026-09-05", "Leaf-yeast liquor (test)",
    )  # fmt: skip
    with app.app_context(), db.get_engine("scans").connect() as connection:
        assert connection.scalar(select(func.count()).select_from(Scan)) == 0


def test_a_stamp_never_issued_is_unknown(passer_by, scene):
    told = get(passer_by, "/stamps/09520009010011/000000000000", 404)
    assert (told["code"], told["facts"]["verdict"]) == ("unknown", "unknown")


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/stamps/09520009010012/3KMMR3K47VPF", "gtin_check_digit"),
        ("/stamps/abc/3KMMR3K47VPF", "gtin_digits"),
        ("/stamps/09520009010011/3KMMR3K47VPF3KMMR3K47VPF", "qualifier_length"),
        ("/trade-items/9520009010012", "gtin_check_digit"),
        ("/trade-items?gtin=9520009010012", "gtin_check_digit"),
        ("/parties?after=ZZZZZZZZ", "cursor_unknown"),
    ],
)
def test_what_is_malformed_is_named(passer_by, scene, path, code):
    told = get(passer_by, path, 400)
    assert told["code"] == code
    assert told["status"] == 400
    assert told["title"]


@pytest.mark.parametrize(
    "path",
    [
        "/parties?limit=0",
        "/parties?limit=101",
        "/parties?colour=red",
        "/lots/short",
        "/certificates?on=31-02-26",
    ],
)
def test_parameters_that_do_not_fit_are_named(passer_by, path):
    assert get(passer_by, path, 422)["code"] == "parameters"


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/nothing", "/api/v1/parties/N0SVCH00"])
def test_nothing_there_is_a_problem_too(passer_by, path):
    answer = passer_by.get(path)
    assert (answer.status_code, answer.content_type) == (404, PROBLEM)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_only_reading_is_offered(passer_by):
    answer = passer_by.post("/api/v1/parties", json={})
    assert (answer.status_code, answer.content_type) == (405, PROBLEM)
    assert "GET" in answer.headers["Allow"]


def test_records_are_found_by_their_keys(passer_by, scene):
    lot, certificate = scene["lot"], scene["certificate"]
    assert get(passer_by, "/trade-items?gtin=9520009010011")["items"][0]["gtin"] == "9520009010011"
    assert get(passer_by, "/trade-items/09520009010011")["net_content"] == "500"
    assert get(passer_by, "/trade-items/9520009010011/lots")["items"][0]["code"] == "L260905A"
    assert get(passer_by, "/trade-items/9520009010011/lots/l260905a")["public_id"] == lot.public_id
    assert get(passer_by, f"/lots/{lot.public_id}")["expires_on"] == "2028-09-05"
    assert get(passer_by, "/certificates?number=demo-fsms-0001")["items"][0]["number"] == "DEMO-FSMS-0001"
    assert get(passer_by, "/certificates?number=none")["items"] == []
    assert get(passer_by, f"/certificates/{certificate.public_id}")["status"]["status"] == "active"


def test_a_certificate_is_judged_on_the_day_that_is_asked_for(passer_by, scene, session, cast, now):
    session.add(CertificateDecision(certificate_id=scene["certificate"].id, sequence=1,
        kind=DecisionKind.SUSPENSION, from_on=date(2026, 9, 1), reason="Demo",
        recorded_by_id=cast.officer.account_id, created_at=now))  # fmt: skip
    session.commit()
    page = f"/certificates/{scene['certificate'].public_id}"
    assert get(passer_by, f"{page}?on=2026-08-31")["status"]["status"] == "active"
    assert get(passer_by, f"{page}?on=2026-09-01")["status"]["status"] == "suspended"
    assert get(passer_by, f"{page}?on=2029-01-01")["status"]["status"] == "expired"


def test_a_registry_number_works_where_there_is_no_gtin(passer_by, app, session, cast, now):
    number = RegistryNumber.of(1)
    item = factories.make_trade_item(
        session, cast.cooperative_id, now, gtin=None, registry_number=number.value
    )
    lot = factories.make_lot(session, item, now)
    factories.make_run(session, cast, now, item, lot)
    session.commit()
    [serial] = mint(app.extensions["serial_keys"][0], number, first=0, count=1)
    assert get(passer_by, f"/trade-items/{number}")["uri"].endswith(f"/P/{number}")
    assert get(passer_by, f"/stamps/{number}/{serial}")["verdict"] == "valid_first"


def test_pages_follow_one_another_to_the_end(passer_by, session, cast, now, scene):
    for index in range(5):
        factories.make_lot(session, scene["item"], now, code=f"P{index}")
    session.commit()
    seen, after = [], None
    for _ in range(9):
        page = get(passer_by, "/lots?limit=2" + (f"&after={after}" if after else ""))
        seen += [one["code"] for one in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert sorted(seen) == ["L260905A", "P0", "P1", "P2", "P3", "P4"]


def everything(client):
    paths = ["/parties", "/trade-items", "/lots", "/certificates", "/recalls"]
    return "".join(client.get(f"/api/v1{path}?limit=100").get_data(as_text=True) for path in paths)


def test_nothing_unapproved_and_nothing_personal_leaks(passer_by, scene, session, cast, now):
    told = everything(passer_by)
    assert "HTX Mẫu Sơn Thử" in told
    for hidden in ("+84912345678", "lan@example.com", "0100233488", "Lan"):
        assert hidden not in told
    draft = factories.make_certificate(session, cast, now, scene["item"], number="NHAP-1",
                                       record_state=RecordState.SUBMITTED, approved_by_id=None)  # fmt: skip
    session.commit()
    assert "NHAP-1" not in everything(passer_by)
    get(passer_by, f"/certificates/{draft.public_id}", 404)
    session.get(Party, cast.cooperative_id).state = PartyState.SUBMITTED
    session.commit()
    told = everything(passer_by)
    for hidden in ("HTX Mẫu Sơn Thử", "Rượu men lá", "L260905A", "DEMO-FSMS-0001"):
        assert hidden not in told
    get(passer_by, "/trade-items/9520009010011", 404)
    get(passer_by, "/trade-items/9520009010011/lots", 404)
    get(passer_by, f"/lots/{scene['lot'].public_id}", 404)
    stamp = get(passer_by, f"/stamps/9520009010011/{scene['serial']}")
    assert (stamp["verdict"], stamp["names"], stamp["lot"]) == ("awaiting_approval", None, None)
    scene["run"].state = StampState.VOID
    scene["lot"].expires_on = date(2026, 10, 1)
    session.commit()
    stamp = get(passer_by, f"/stamps/9520009010011/{scene['serial']}")
    assert (stamp["verdict"], stamp["names"], stamp["lot"], stamp["also"]) == ("void", None, None, [])


def test_a_recall_is_public_once_it_is_confirmed(passer_by, scene, session, cast, now):
    about = {"lot": scene["lot"], "reason": HoldReason.SAFETY_DOUBT, "decision_number": "12/QĐ"}
    recall = restrictions.propose_recall(session, actor=cast.inspector.actor, **about, now=now)
    session.commit()
    assert get(passer_by, "/recalls")["items"] == []
    restrictions.confirm_recall(session, actor=cast.officer.actor, restriction=recall, now=now)
    session.commit()
    [told] = get(passer_by, "/recalls")["items"]
    assert (told["lot"], told["decision_number"], told["ended_at"]) == ("L260905A", "12/QĐ", None)
    assert get(passer_by, f"/stamps/9520009010011/{scene['serial']}")["verdict"] == "recalled"


def test_recalls_of_stretches_and_products_are_read_one_by_one(passer_by, scene, session, cast, now):
    run = factories.make_run(session, cast, now, scene["item"], scene["lot"], first_number=5000, count=40)
    for about in (recall_scope.of_stamps(run, StampRange(4, 6)), recall_scope.About(scene["item"])):
        recall = restrictions.propose_recall(
            session, actor=cast.inspector.actor, about=about, reason=HoldReason.SAFETY_DOUBT,
            decision_number=None, told="Có mùi lạ", now=now,
        )  # fmt: skip
        restrictions.confirm_recall(session, actor=cast.officer.actor, restriction=recall, now=now)
    restrictions.lift(
        session, actor=cast.officer.actor, restriction=recall, ending=RecallEnding.DESTROY, now=now
    )
    session.commit()
    part, whole = get(passer_by, "/recalls")["items"]
    assert part["stamps"] == {"run": run.public_id, "first": 5, "last": 10}
    assert (part["about"], part["lot"], part["told"]) == ("stamps", "L260905A", "Có mùi lạ")
    assert (whole["about"], whole["ending"], whole["trade_item"]) == ("product", "destroy", "09520009010011")
    assert get(passer_by, f"/recalls/{whole['public_id'].lower()}") == whole
    assert [one["public_id"] for one in get(passer_by, "/recalls?state=ended")["items"]] == [
        whole["public_id"]
    ]
    assert get(passer_by, "/recalls?state=in_force")["items"] == [part]
    assert passer_by.get("/api/v1/recalls/ZZZZZZZZ").status_code == 404
    assert passer_by.get("/api/v1/recalls?state=x").status_code == 422


def test_an_unchanged_answer_is_not_sent_twice(passer_by, scene):
    first = passer_by.get("/api/v1/lots")
    again = passer_by.get("/api/v1/lots", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_there_is_no_cookie_at_this_door(browser_of, cast):
    answer = browser_of(cast.manager).get("/api/v1/parties")
    assert "Set-Cookie" not in answer.headers


def test_the_document_and_its_page_name_every_operation(app, passer_by):
    document = passer_by.get("/api/openapi.json").get_json()
    assert document["openapi"].startswith("3.1")
    rules = {rule.rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("api.")}
    assert {path.replace("{", "<").replace("}", ">") for path in document["paths"]} == rules
    page = passer_by.get("/api/docs").get_data(as_text=True)
    assert all(path in page for path in document["paths"])
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_many_questions_are_slowed_down(app, settings):
    limiter.enabled = True
    try:
        limited = create_app(settings)
        browser = limited.test_client()
        answers = {browser.get("/api/v1/recalls").status_code for _ in range(301)}
    finally:
        limiter.enabled = False
        limiter.reset()
        with limited.app_context():
            for engine in db.engines.values():
                engine.dispose()
    assert answers == {200, 429}
