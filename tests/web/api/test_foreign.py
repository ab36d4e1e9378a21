"""Another's records do not exist for a program either: every operation that needs a key, by every stranger.

The matrix is made from the OpenAPI document: a new operation is in it without anybody listing it, sends a
body made from its own schema, and fails here until its records have a stranger.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import find
from hypothesis.strategies import from_regex

from tests import factories
from tests.web.test_tenants import rows
from traceapp.domain.parties import PartyKind
from traceapp.domain.permissions import Role
from traceapp.domain.stamps import StampState
from traceapp.models import AdminUnit, ImportDraft
from traceapp.services import inspections, printing
from traceapp.services.signing import signed_codes

OPEN = {
    "POST /api/v1/bodies", "POST /api/v1/restraints", "POST /api/v1/inspections",
    "POST /api/v1/own/certificates", "POST /api/v1/body/certificates", "POST /api/v1/desk/photo",
    "POST /api/v1/imports/forms/{kind}", "POST /api/v1/me/reminders", "POST /api/v1/own/runs",
    "POST /api/v1/own/party/edit", "POST /api/v1/own/party/submit", "POST /api/v1/own/party/take-back",
    "POST /api/v1/own/lots", "POST /api/v1/own/trade-items", "POST /api/v1/own/places",
    "POST /api/v1/own/printers",
}  # fmt: skip
"""They name no record of anybody: who may use them is tested beside them."""
SHARED = (
    "/desk/",
    "/v1/certificates/",
    "/v1/codes/",
    "/bodies",
    "/accreditations",
    "/restraints",
    "/letters",
    "/alerts",
)
"""What offices do for the whole province, whichever office: no stranger there but a cooperative."""


@pytest.fixture
def strangers(session, cast, now):
    """Another cooperative's manager, another inspector, another body's officer: a key for each."""
    unit = session.get(AdminUnit, cast.unit_id)
    authority = factories.make_party(session, "Chi cục Khác", PartyKind.AUTHORITY, now, unit)
    body = factories.make_party(session, "Tổ chức Khác", PartyKind.CERTIFICATION_BODY, now, unit)
    told = {
        "rival": cast.rival,
        "inspector": factories.make_person(session, "an@example.com", "An", authority, Role.INSPECTOR, now),
        "body": factories.make_person(session, "ba@example.com", "Ba", body, Role.BODY_OFFICER, now),
    }
    session.commit()
    return told


@pytest.fixture
def records(app, session, cast, now):
    """One record of each kind, none of them a stranger's, by the part of an address that names it."""
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    lot = factories.make_lot(session, item, now)
    run = factories.make_run(session, cast, now, item, lot)
    certificate = factories.make_certificate(session, cast, now, item)
    record = inspections.start_inspection(session, actor=cast.inspector.actor, now=now)
    draft = ImportDraft(
        public_id=factories.next_public_id(), kind="certificates", name="x.xlsx", sheet={},
        created_by_id=cast.manager.account_id, created_at=now,
    )  # fmt: skip
    session.add(draft)
    code = signed_codes.sign_certificate(
        session, actor=cast.manager.actor, certificate=certificate,
        key=app.extensions["code_keys"].signing, issuer="txng.langson.gov.vn", now=now,
    )  # fmt: skip
    waiting = factories.make_run(
        session, cast, now, item, lot, first_number=1000, state=StampState.MINTED, activated_at=None
    )
    order = printing.order_stamps(
        session, actor=cast.manager.actor, run=waiting, choice=printing.Choice(),
        settings=app.extensions["settings"], request_key=None, now=now,
    )  # fmt: skip
    printer = printing.add_printer(
        session, actor=cast.manager.actor, name="Canon 2900", model="laser-600", now=now
    )
    calibration = printing.measure_printer(
        session, actor=cast.manager.actor, printer=printer, medium_id="a4-65", ruler="100", read_on=None,
        readings=dict.fromkeys("abcd", "0"), now=now,
    )  # fmt: skip
    session.commit()
    return {
        "printers": printer.public_id,
        "calibrations": calibration.public_id,
        "prints": order.public_id,
        "codes": code.public_id,
        "certificates": certificate.public_id,
        "lots": lot.public_id,
        "runs": run.public_id,
        "inspections": record.public_id,
        "imports": draft.public_id,
    }


def operations(app) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and what is said of each operation that needs a key."""
    for path, methods in app.test_client().get("/api/openapi.json").get_json()["paths"].items():
        for method, told in methods.items():
            if told.get("security"):
                yield method.upper(), path, told


def address(path: str, records: dict[str, str]) -> str:
    """With a record of somebody's own in it; one nobody made has a name nobody has."""
    kind = path.partition("/{")[0].rpartition("/")[2]
    own = records.get(kind, "ZZZZZZZZ")
    number = "1" if "/items/" in path else records["codes"]
    return path.format(
        public_id=own, number=number, sha256="a" * 64, kind="certificates", part="0", sheet="1", sequence="1"
    )


def smallest(schema: dict[str, Any], parts: dict[str, Any]) -> Any:
    """The least that a schema takes: what it requires, empty where it may be."""
    if "$ref" in schema:
        return smallest(parts[schema["$ref"].rpartition("/")[2]], parts)
    if "const" in schema:
        return schema["const"]
    if choices := schema.get("anyOf") or schema.get("allOf"):
        return smallest(choices[0], parts)
    match schema.get("type"):
        case "object":
            wanted = schema.get("required", ())
            return {name: smallest(schema["properties"][name], parts) for name in wanted}
        case "array":
            return [smallest(schema["items"], parts)] * schema.get("minItems", 0)
        case "string":
            return _text(schema)
    return {"boolean": True, "null": None}.get(schema.get("type", ""), schema.get("minimum", 1))


def _text(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return str(schema["enum"][0])
    if "pattern" in schema:
        return find(from_regex(schema["pattern"], fullmatch=True), lambda _: True)
    return "2026-11-20" if schema.get("format") == "date" else "x" * max(1, schema.get("minLength", 1))


def query(told: dict[str, Any]) -> dict[str, Any]:
    """The least that is asked for after the question mark."""
    wanted = [one for one in told.get("parameters", ()) if one["in"] == "query" and one.get("required")]
    return {one["name"]: smallest(one["schema"], {}) for one in wanted}


def test_a_stranger_s_key_opens_nothing_and_changes_nothing(
    app, session, strangers, records, passer_by, key_of
):
    document = app.test_client().get("/api/openapi.json").get_json()
    keys = {name: key_of(person) for name, person in strangers.items()}
    before, wrong, asked = rows(session), [], 0
    for method, path, told in operations(app):
        if "{" not in path or f"{method} {path}" in OPEN:
            continue
        content = told.get("requestBody", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema")
        for name, key in keys.items():
            if name != "rival" and any(part in path for part in SHARED):
                continue
            header = key | {"Idempotency-Key": f"la-{asked:06}"}
            body = json.dumps(smallest(schema, document["components"]["schemas"])) if schema else b"%PDF-1.4"
            kind = {"content_type": next(iter(content))} if content else {}
            answer = passer_by.open(
                address(path, records),
                method=method,
                query_string=query(told),
                headers=header,
                data=body if content else None,
                **kind,
            )
            asked += 1
            if answer.status_code not in (403, 404):
                wrong.append(f"{method} {path} by {name}: {answer.status} {answer.data[:200]!r}")
    assert not wrong, "\n".join(wrong)
    assert asked > 120
    session.expire_all()
    assert rows(session) == before


def test_a_stranger_s_lists_hold_nothing_of_others(app, strangers, records, passer_by, key_of):
    keys = {name: key_of(person) for name, person in strangers.items()}
    for method, path, _ in operations(app):
        if method != "GET" or "{" in path:
            continue
        for name, key in keys.items():
            if name != "rival" and any(f"{part}" in f"{path}/" for part in SHARED):
                continue
            answer = passer_by.get(path, headers=key)
            assert not any(one in answer.get_data(as_text=True) for one in records.values()), (path, name)


def test_without_a_key_every_one_of_them_says_so(app, records, passer_by):
    told = {
        path: passer_by.get(address(path, records), query_string=query(said)).status_code
        for method, path, said in operations(app)
        if method == "GET"
    }
    assert {path: status for path, status in told.items() if status != 401} == {}


def test_the_owner_is_let_in_so_that_the_matrix_could_fail(records, passer_by, key_of, cast):
    own = {"lots": "/api/v1/own/lots/{}/movements", "certificates": "/api/v1/own/certificates/{}"}
    for kind, path in own.items():
        answer = passer_by.get(path.format(records[kind]), headers=key_of(cast.manager))
        assert answer.status_code == 200, path
    assert passer_by.get(f"/api/v1/codes/{records['codes']}", headers=key_of(cast.manager)).status_code == 200
