"""Another's records do not exist: every route of a closed door, every method, everybody who is not let in.

The matrix is made from the application's own routes: a new route is in it without anybody listing it, and one
with a parameter nobody has a value for fails here until it has one.
"""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.routing import Rule

from tests import factories
from tests.web.public.scene import HOST
from traceapp.domain.parties import PartyKind
from traceapp.domain.permissions import Role
from traceapp.models import AdminUnit, Base, Certificate, ImportDraft, Lot, Place, StampRun, TradeItem
from traceapp.services import inspections, printing

OWNERS = {
    "coop": {"manager"},
    "inspect": {"inspector"},
    "body": {"body_officer"},
    "province": {"officer"},
}
PEOPLE = ("manager", "rival", "inspector", "officer", "body_officer", None)
SHARED_WITH = {"province": {"inspector"}, "inspect": {"officer", "body_officer"}}
"""Doors that another office may enter as well; who is refused which page there is tested beside the page."""


def closed(app: Flask) -> Iterator[Rule]:
    """Routes behind sign-in."""
    for rule in app.url_map.iter_rules():
        if rule.rule.split("/")[1] in OWNERS:
            yield rule


@pytest.fixture
def records(session, cast, now) -> dict[str, str]:
    """The cooperative's own records, by the part of an address that names them."""
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    lot = factories.make_lot(session, item, now)
    run = factories.make_run(session, cast, now, item, lot)
    certificate = factories.make_certificate(session, cast, now, item)
    place = factories.make_place(session, cast.cooperative_id, cast.unit_id, now)
    record = inspections.start_inspection(session, actor=cast.inspector.actor, now=now)
    draft = ImportDraft(
        public_id=factories.next_public_id(), kind="certificates", name="x.xlsx", sheet={},
        created_by_id=cast.manager.account_id, created_at=now,
    )  # fmt: skip
    session.add(draft)
    mine = {"actor": cast.manager.actor, "now": now}
    printer = printing.add_printer(session, name="Canon 2900", model="laser-600", **mine)
    calibration = printing.measure_printer(
        session, printer=printer, medium_id="a4-65", readings=dict.fromkeys("abcd", "0"), ruler="100",
        read_on=None, **mine,
    )  # fmt: skip
    session.commit()
    assert {type(one) for one in (item, lot, run, certificate, place)} == {
        TradeItem, Lot, StampRun, Certificate, Place,
    }  # fmt: skip
    return {
        "items": item.public_id,
        "barcodes": item.public_id,
        "lots": lot.public_id,
        "stamps": run.public_id,
        "certificates": certificate.public_id,
        "places": place.public_id,
        "inspections": record.public_id,
        "imports": draft.public_id,
        "printers": printer.public_id,
        "calibrations": calibration.public_id,
    }


VALUES = {
    "sha256": "a" * 64, "part": "1", "sheet": "1", "size": "small", "kind": "qr", "form": "svg", "seq": "0",
    "row": "1", "sequence": "1",
}  # fmt: skip


def address(rule: Rule, records: dict[str, str]) -> str:
    """The rule with the cooperative's own records in it; a record nobody made has a name nobody has."""
    kind = rule.rule.split("/")[2] if rule.rule.count("/") > 1 else ""
    told = dict(VALUES) | {"public_id": records.get(kind, "ZZZZZZZZ"), "number": "ZZZZZZZZ"}

    def value(found: re.Match[str]) -> str:
        converter, name = found[1] or "", found[2]
        if converter.startswith("any("):
            return converter.removeprefix("any(").partition(",")[0].rstrip(")")
        return told[name]

    return re.sub(r"<(?:([a-z]+(?:\([^)]*\))?):)?([a-z0-9_]+)>", value, rule.rule)


@pytest.mark.parametrize("who", PEOPLE)
def test_whoever_is_not_let_in_is_told_nothing_and_changes_nothing(
    who, app, session, cast, browser_of, records
):
    person = getattr(cast, who) if who else None
    client = browser_of(person) if person else app.test_client()
    before = rows(session)
    asked = 0
    for rule in closed(app):
        door = rule.rule.split("/")[1]
        if who in OWNERS[door] | SHARED_WITH.get(door, set()):
            continue
        if who == "rival" and door == "coop" and not rule.arguments:
            continue  # the rival's own door: lists of its own records
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            answer = client.open(address(rule, records), method=method, base_url=HOST)
            asked += 1
            if who is None:
                assert answer.status_code == 303, f"{method} {rule.rule} by a passer-by: {answer.status}"
                assert "/account/sign-in" in answer.headers["Location"]
            else:
                assert answer.status_code == 404, f"{method} {rule.rule} by {who}: {answer.status}"
    assert asked > 20
    session.expire_all()
    assert rows(session) == before


def test_colleagues_of_another_office_find_none_of_these_at_their_own_door(
    app, session, cast, now, browser_of, records
):
    unit, asked = session.get(AdminUnit, cast.unit_id), 0
    for kind, role, own in (
        (PartyKind.AUTHORITY, Role.INSPECTOR, "/inspect/inspections/<"),
        (PartyKind.CERTIFICATION_BODY, Role.BODY_OFFICER, "/body/certificates/<"),
    ):
        party = factories.make_party(session, f"Nơi khác {role.value}", kind, now, unit)
        person = factories.make_person(session, f"{role.value}@example.com", "An", party, role, now)
        session.commit()
        before, client = rows(session), browser_of(person)
        for rule in closed(app):
            for method in sorted(rule.methods - {"HEAD", "OPTIONS"}) if rule.rule.startswith(own) else ():
                answer = client.open(address(rule, records), method=method, base_url=HOST)
                asked += 1
                assert answer.status_code == 404, f"{method} {rule.rule} by {role}: {answer.status}"
        session.expire_all()
        assert rows(session) == before
    assert asked > 20


def test_the_owner_is_let_in_so_that_the_matrix_could_fail(app, cast, browser_of, records):
    client = browser_of(cast.manager)
    opened = {
        rule.rule
        for rule in closed(app)
        if rule.rule.startswith("/coop") and "GET" in rule.methods
        and client.get(address(rule, records), base_url=HOST).status_code == 200
    }  # fmt: skip
    assert {"/coop/items/<public_id>", "/coop/lots/<public_id>", "/coop/stamps/<public_id>"} <= opened
    assert len(opened) > 12


def rows(session) -> dict[str, int]:
    """How many rows each table has; the session is done with, so that nobody waits for it."""
    tables = Base.metadata.sorted_tables
    told = {table.name: session.scalar(select(func.count()).select_from(table)) for table in tables}
    session.rollback()
    return told
