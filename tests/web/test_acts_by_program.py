"""What the pages of issue 4's rooms do, a program does too: found from the routes and their code, not listed.

A form of the site is paired with the API by what it comes to: the acts that enter the journal, and the deeds
(functions of the services that take an actor and a moment). What is done by hand alone stands here, with why.
"""

import inspect
from functools import cache
from pathlib import Path
from types import FunctionType

import pytest
from flask import Flask

from tests.reaching import acts, reached
from traceapp.services import journal
from traceapp.web.words import ACT_WORDS

ROOMS = ("vouching", "recalls", "inspections", "importing", "signing", "post", "scans",
         "stamping", "printing", "lots", "trade_items", "parties.places", "pins")  # fmt: skip
"""Of traceapp.services: certificates, recalls, field records, Excel, codes, letters, scans, prints."""
NO_PROGRAM_DOES: dict[str, str] = {}
DONE_OTHERWISE = {
    "hold_lot": "the API holds a lot as it holds any goods: `hold`",
    "order_labels": "what stands on a label is looked at before it is ordered: on the site alone",
}
WRITES_NOTHING = {
    "account.sign_in": "a program shows its key with each request",
    "account.sign_out": "the same",
    "inspector.read_box": "POST /api/v1/desk/photo",
    "public.verify_photo": "POST /api/v1/verify takes the text; a program reads its own picture",
    "province.verify_journal": "`traceapp journal verify`; no room of issue 4",
}
IN_TESTS = "".join(path.read_text("utf-8") for path in (Path(__file__).parent / "api").glob("test_*.py"))


@cache
def _view_comes_to(view: FunctionType) -> frozenset[FunctionType]:
    return frozenset(reached(view))


def posts(app: Flask, *, by_program: bool) -> dict[str, frozenset[FunctionType]]:
    """What every view that takes a POST comes to, of the API or of the site's own pages."""
    return {
        rule.endpoint: _view_comes_to(app.view_functions[rule.endpoint])
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and rule.endpoint.startswith("api.") is by_program
    }


def rooms(functions: frozenset[FunctionType]) -> set[FunctionType]:
    """Those that live in the rooms."""
    homes = tuple(f"traceapp.services.{room}" for room in ROOMS)
    return {one for one in functions if one.__module__.startswith(homes)}


def all_acts(sides: dict[str, frozenset[FunctionType]]) -> set[str]:
    """What these views may write into the journal."""
    return {act for found in sides.values() for one in rooms(found) for act in acts(one)}


def deeds(sides: dict[str, frozenset[FunctionType]]) -> set[str]:
    """The services these views do something by."""
    return {
        one.__name__
        for found in sides.values()
        for one in rooms(found)
        if {"actor", "now"} <= set(inspect.signature(one).parameters)
        and not one.__name__.startswith("_")
        and journal.record in reached(one)
    }


def test_every_act_in_the_journal_can_be_a_program_s(app):
    by_hand, by_program = (all_acts(posts(app, by_program=side)) for side in (False, True))
    assert len(by_hand) > 40
    assert by_hand - by_program == set(NO_PROGRAM_DOES)


def test_every_act_of_these_rooms_has_a_name_in_the_journal(app):
    told = {act for side in (False, True) for act in all_acts(posts(app, by_program=side))}
    assert len(told) > 40
    assert told - set(ACT_WORDS) == set()


def test_every_deed_can_be_done_by_a_program(app):
    by_hand, by_program = (deeds(posts(app, by_program=side)) for side in (False, True))
    assert len(by_hand) > 40
    assert by_hand - by_program == set(DONE_OTHERWISE)


def test_every_form_that_writes_nothing_has_its_reason(app):
    writers = {inspect.unwrap(journal.record), inspect.unwrap(journal.record_many)}
    quiet = {name for name, found in posts(app, by_program=False).items() if not writers & found}
    assert quiet == set(WRITES_NOTHING)


def test_every_act_of_a_program_was_seen_in_a_test(app):
    by_program = all_acts(posts(app, by_program=True))
    assert {act for act in by_program if f'"{act}"' not in IN_TESTS} == set()


def test_an_act_that_cannot_be_told_is_a_fault():
    def act_of_somebody(session, actor, now):
        journal.record(session, actor=actor, act=f"{actor}_x", subject=("x", "y"), now=now)

    with pytest.raises(AssertionError, match="which act"):
        acts(act_of_somebody)
