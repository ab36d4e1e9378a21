"""May this product of this lot claim this scheme, on this day? The answer for machines."""

from datetime import date

import pytest

from tests import factories
from traceapp.domain.certificates import DecisionKind
from traceapp.domain.parties import PartyState
from traceapp.domain.reference import StandardKind
from traceapp.models import Party, TradeItemStandard

PROBLEM = "application/problem+json"
HERE = "/api/v1/trade-items/09520009010011/claims"


@pytest.fixture
def scene(shelf):
    """Two lots and a certificate suspended between them."""
    item = shelf.item()
    before = shelf.lot(item, code="BEFORE")
    after = shelf.lot(item, code="AFTER", made_on=date(2026, 10, 5))
    certificate = shelf.certificate(item)
    shelf.decide(certificate, DecisionKind.SUSPENSION)
    run = shelf.run(item, before)
    shelf.session.commit()
    return {
        "item": item,
        "before": before,
        "after": after,
        "certificate": certificate,
        "serial": shelf.serial(run),
    }


def get(client, path=HERE, status=200, **more):
    answer = client.get(path, **more)
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert answer.content_type == ("application/json" if status == 200 else PROBLEM)
    return answer.get_json()


def only(told):
    [claim] = told["claims"]
    return claim


@pytest.mark.parametrize(
    ("query", "answer", "on_day", "when_made", "conflicts"),
    [
        ("", "may_not", "may_not", None, ["X2"]),
        ("?lot=before", "may_not", "may_not", "may", ["X2"]),
        ("?lot=AFTER", "may_not", "may_not", "may_not", ["X2", "X10"]),
        ("?on=2026-09-30", "may", "may", None, []),
        ("?lot=BEFORE&on=2026-09-30", "may", "may", "may", []),
        ("?lot=BEFORE&scheme=iso_22000", "may_not", "may_not", "may", ["X2"]),
        ("?lot=BEFORE&scheme=vietgap", "unknown", "unknown", "unknown", ["X12"]),
        ("?scheme=vietgap_crops", "unknown", "unknown", None, ["X12"]),
    ],
)
def test_the_answer_follows_scheme_lot_and_day(passer_by, scene, query, answer, on_day, when_made, conflicts):
    claim = only(get(passer_by, HERE + query))
    assert (claim["answer"], claim["on_day"], claim["when_made"]) == (answer, on_day, when_made)
    assert [one["code"] for one in claim["conflicts"]] == conflicts


def test_a_conflict_carries_sentences_facts_and_advice(passer_by, scene):
    told = get(passer_by, f"{HERE}?lot=AFTER&on=2026-11-22", headers={"Accept-Language": "en"})
    assert (told["trade_item"], told["lot"], told["on"]) == ("09520009010011", "AFTER", "2026-11-22")
    suspended, made = only(told)["conflicts"]
    assert suspended["advice"] == ["A1", "A3"]
    assert suspended["facts"]["since"] == "2026-10-01"
    assert suspended["expected"] == "The certificate is valid on 22/11/2026."
    assert (made["case"], made["facts"]["made"]) == ("made_suspended", "2026-10-05")
    assert "while the certificate was suspended" in made["found"]
    assert (suspended["label"], made["label"]) == (
        "Certificate suspended", "Made while the certificate was suspended",
    )  # fmt: skip
    [certificate] = only(told)["certificates"]
    assert certificate["public_id"] == scene["certificate"].public_id
    assert (certificate["status"], certificate["status_when_made"]) == ("suspended", "suspended")


def test_a_body_that_was_not_accredited_is_named_and_is_no_want_of_data(passer_by, scene, session, cast, now):
    factories.make_accreditation(session, cast.body_id, now, valid_until=date(2024, 12, 31))
    session.commit()
    claim = only(get(passer_by, f"{HERE}?on=2026-09-30"))
    assert (claim["answer"], claim["finding"]) == ("unknown", "unaccredited")
    assert {one["code"] for one in claim["conflicts"]} == {"X9"}
    nothing = only(get(passer_by, f"{HERE}?scheme=vietgap_crops"))
    assert (nothing["answer"], nothing["finding"]) == ("unknown", "unknown")


def test_a_mark_without_a_certificate_is_told(passer_by, scene, session):
    scene["item"].standards.append(TradeItemStandard(kind=StandardKind.OTHER, number="VietGAP"))
    session.commit()
    claim = only(get(passer_by, f"{HERE}?scheme=vietgap"))
    assert claim["marks"] == [{"text": "VietGAP", "where": "mark_in_standards", "printed_on": None}]
    assert [one["code"] for one in claim["conflicts"]] == ["X11", "X12"]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/v1/trade-items/09520009010028/claims", 404, "no_such_record"),
        ("/api/v1/trade-items/09520009010012/claims", 400, "gtin_check_digit"),
        (f"{HERE}?lot=NONE", 404, "no_such_record"),
        (f"{HERE}?scheme=halal", 404, "scheme_unknown"),
        (f"{HERE}?scheme=ISO%209001", 422, "parameters"),
        (f"{HERE}?on=31-02-26", 422, "parameters"),
        (f"{HERE}?colour=red", 422, "parameters"),
    ],
)
def test_what_cannot_be_asked_is_a_problem(passer_by, scene, path, status, code):
    told = get(passer_by, path, status)
    assert (told["code"], told["status"]) == (code, status)


def test_of_a_party_that_is_not_approved_nothing_is_told(passer_by, scene, session, cast):
    session.get_one(Party, cast.cooperative_id).state = PartyState.SUBMITTED
    session.commit()
    get(passer_by, HERE, 404)
    stamp = get(passer_by, _stamp(scene))
    assert stamp["claims"] == []


def test_a_stamp_says_the_same_of_its_lot(passer_by, scene):
    stamp, lot = get(passer_by, _stamp(scene)), get(passer_by, f"{HERE}?lot=BEFORE")
    assert stamp["verdict"] == "certificate_suspended"
    assert stamp["claims"] == lot["claims"]


def test_the_resolver_leads_machines_to_the_claims_and_people_to_the_certificate(passer_by, scene):
    answer = passer_by.get(
        "/01/09520009010011/10/BEFORE?linkType=linkset", headers={"Accept": "application/linkset+json"}
    )
    links = answer.get_json()["linkset"][0]["https://ref.gs1.org/voc/certificationInfo"]
    assert [one["type"] for one in links] == ["text/html", "application/json"]
    base, _, path = links[1]["href"].partition("/api/")
    assert only(get(passer_by, f"/api/{path}"))["when_made"] == "may"
    page = passer_by.get("/01/09520009010011/10/BEFORE?linkType=gs1:certificationInfo")
    assert (page.status_code, page.location) == (307, f"{base}/certificates/{scene['certificate'].public_id}")


def test_the_specification_has_the_question_and_its_answer(passer_by):
    book = passer_by.get("/api/openapi.json").get_json()
    told = book["paths"]["/api/v1/trade-items/{number}/claims"]["get"]
    assert {one["name"] for one in told["parameters"]} == {"number", "scheme", "lot", "on"}
    assert set(told["responses"]) >= {"200", "400", "404", "422"}


def _stamp(scene):
    return f"/api/v1/stamps/09520009010011/{scene['serial']}"
