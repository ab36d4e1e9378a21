"""Whatever can be tried or piled up is limited: found from the routes and their source, not from a list.

A view that reaches, by itself or by what it calls in `traceapp.web`, a service that judges a password, a
code, a token or a PIN is a door at which these can be tried. The two that are open on purpose say why.
"""

import ast
import importlib
import inspect
import re
import sys
from functools import cache

import pytest

from tests.web.public.scene import HOST
from traceapp.extensions import address_token, limiter
from traceapp.web import limits
from traceapp.web.api import acting

JUDGES = {
    "is_password", "check_code", "find_actor", "find_notice", "opened", "identify", "look_up", "enter_pin",
    "verify_photo", "read_codes", "certificate_code", "sign_cartons", "sign_roll", "new_credentials",
    "handed_minutes",
}  # fmt: skip
OPEN = {
    "public.resolve": "whoever has goods in hand is answered, behind one address of a whole village too; "
    "guessed serials are counted and raise an alert (services/scans/alerts)",
    "public.page": "the same, for the page a person sees",
}
EMPTY_FORMS = {"GET account.keys", "GET account.password", "GET account.sign_in", "GET account.sign_up",
               "GET cooperative.cartons"}  # fmt: skip
"""What is shown before anything is typed: nothing is judged there."""
FOUND_BY_HAND = {
    "account.sign_in", "account.password", "account.keys", "account.reminders", "account.change_reminders",
    "public.acknowledge", "public.enter_pin", "public.verify", "public.resolve", "public.page",
    "public.share", "public.minutes", "inspector.home", "inspector.goods", "inspector.card",
    "province.sign_certificate",
    "province.code_sheet", "province.revoke_code", "api.verify_code", "api.acknowledge_recall", "api.read_me",
}  # fmt: skip


@cache
def functions(module: str) -> tuple[dict[str, ast.AST], dict[str, tuple[str, str]]]:
    """A module's own functions, and what names it took from elsewhere stand for."""
    tree = ast.parse(inspect.getsource(importlib.import_module(module)))
    own = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    taken = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            taken |= {one.asname or one.name: (node.module, one.name) for one in node.names}
    return own, taken


def reached(module: str, name: str, seen: set[tuple[str, str]]) -> set[str]:
    """The names a function speaks, by itself and by those of ours it calls."""
    own, taken = functions(module)
    if (module, name) in seen or name not in own:
        return set()
    seen.add((module, name))
    found: set[str] = set()
    for node in ast.walk(own[name]):
        if isinstance(node, ast.Name):
            found |= spoken(module, node.id, own, taken, seen)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
            room = taken.get(node.value.id) if isinstance(node.value, ast.Name) else None
            if room and room[0].startswith("traceapp.web"):
                found |= elsewhere(f"{room[0]}.{room[1]}", node.attr, seen)
    return found


def spoken(module, name, own, taken, seen):
    if name in own:
        return {name} | reached(module, name, seen)
    if name in taken:
        there, real = taken[name]
        return {real} | elsewhere(there, real, seen)
    return {name}


def elsewhere(module, name, seen):
    if not module.startswith("traceapp.web") or module not in sys.modules:
        return set()
    return reached(module, name, seen)


def judging(app):
    """Endpoints at which something secret can be tried."""
    for endpoint, view in app.view_functions.items():
        view = inspect.unwrap(view)
        if view.__module__.startswith("traceapp.web") and JUDGES & reached(
            view.__module__, view.__name__, set()
        ):
            yield endpoint


def limits_of(app, endpoint, method):
    """The limits that a request to it is counted against."""
    blueprint = endpoint.rpartition(".")[0] or None
    with app.test_request_context("/", method=method):
        _, found = limiter.limit_manager.resolve_limits(app, endpoint, blueprint)
        return [one for one in found if not one.method_exempt]


def test_every_route_that_judges_a_secret_is_limited(app):
    doors = set(judging(app))
    assert doors >= FOUND_BY_HAND  # the search itself finds what it must
    methods: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        methods.setdefault(rule.endpoint, set()).update(rule.methods - {"HEAD", "OPTIONS"})
    bare = {
        f"{method} {endpoint}"
        for endpoint in doors - set(OPEN)
        for method in methods[endpoint]
        if not limits_of(app, endpoint, method)
    }
    assert bare == EMPTY_FORMS


def test_every_route_that_writes_is_limited(app):
    bare = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "POST" in rule.methods and not limits_of(app, rule.endpoint, "POST")
    }
    assert bare == set()


@pytest.fixture
def counted(app):
    """Limits count, and begin at nothing."""
    limiter.enabled = True
    limiter.reset()
    yield
    limiter.reset()
    limiter.enabled = False


def until_refused(ask, most):
    """The first refusal, and how many were answered before it."""
    for number in range(most + 1):
        answer = ask()
        if answer.status_code == 429:
            return answer, number
    raise AssertionError(f"{most + 1} were answered")


def test_signed_sheets_are_limited_for_one_account_and_not_for_its_neighbour(counted, browser_of, cast):
    sheet = "/province/certificates/ZZZZZZZZ/codes/ZZZZZZZZ/sheet.pdf"
    hoa, quang = browser_of(cast.officer), browser_of(cast.second_officer)
    refused, answered = until_refused(lambda: hoa.get(sheet), 60)
    assert answered == 60
    assert quang.get(sheet).status_code == 404
    wait = int(refused.headers["Retry-After"])
    assert 1 <= wait <= 60
    assert re.search(rf"Đợi ({wait}|{wait - 1}|{wait + 1}) giây rồi thử lại|Đợi [12] phút", refused.text)
    assert "năm phút" not in refused.text


def test_signed_sheets_are_limited_for_programs_as_on_the_pages(app):
    pages, programs = (limits_of(app, one, "GET") for one in ("province.code_sheet", "api.read_sheet"))
    assert {str(one.limit) for one in programs} == {str(one.limit) for one in pages}


def test_a_program_is_told_the_seconds(counted, passer_by):
    refused, _ = until_refused(lambda: passer_by.post("/api/v1/verify", json={"code": "VC1:x"}), 120)
    assert refused.content_type == "application/problem+json"
    assert refused.json["type"] == "urn:traceapp:too_many_requests"
    assert refused.json["retry_after"] == int(refused.headers["Retry-After"])
    assert refused.json["detail"].startswith("Đợi ")


def test_acts_by_program_are_counted_for_a_day_too(app):
    told = {str(one.limit) for one in limits_of(app, "api.hold", "POST")}
    assert told == {"300 per 1 minute", "600 per 1 minute", "20000 per 1 day"}
    assert {str(one.limit) for one in limits_of(app, "api.list_parties", "GET")} == {"300 per 1 minute"}


def test_reminders_are_chosen_no_oftener_by_a_program(app):
    told = [str(one.limit) for one in limits_of(app, "api.choose_reminders", "POST")]
    assert told == ["20 per 1 hour", "40 per 1 day"]


def test_a_link_takes_twenty_answers_a_day_by_program_too(counted, passer_by):
    def answer(body):
        return passer_by.post("/api/v1/recalls/ZZZZZZZZ/acknowledge", json=body)

    wish = {"deed": "sold_out", "token": "x" * 43}
    assert [answer(odd).status_code for odd in ([wish], "x", None, wish | {"token": 5})] == [422] * 4
    _, answered = until_refused(lambda: answer(wish), 20)
    assert answered == 20
    assert answer(wish | {"token": "y" * 43}).status_code == 404


def test_a_passer_by_is_told_how_long_too(counted, passer_by):
    refused, answered = until_refused(lambda: passer_by.get("/verify", base_url=HOST), 60)
    assert answered == 60
    assert int(refused.headers["Retry-After"]) >= 1
    assert "Đợi" in refused.text


def test_made_up_keys_are_counted_for_their_address_and_no_key_is_kept(counted, app, passer_by):
    made_up = (f"Bearer txls_00000000_{number:043}" for number in range(61))
    shown = {"headers": {"Authorization": "Bearer of-before"}}
    refused, answered = until_refused(
        lambda: passer_by.get("/api/v1/desk/find?q=x", headers={"Authorization": next(made_up)}), 60
    )
    assert answered == 60
    assert refused.json["type"] == "urn:traceapp:too_many_requests"
    with app.test_request_context("/", **shown):
        assert "before" not in acting.key_shown()
    assert "before" not in limits.unnamed("of-before")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (1, "Đợi 1 giây"), (59, "Đợi 59 giây"), (60, "Đợi 1 phút"), (61, "Đợi 2 phút"), (3599, "Đợi 60 phút"),
        (3600, "Đợi khoảng 1 giờ"), (7201, "Đợi khoảng 3 giờ"), (86_400, "Đợi đến ngày mai"),
    ],
)  # fmt: skip
def test_a_wait_is_told_in_words_and_never_too_short(app, seconds, said):
    with app.test_request_context("/"):
        assert limits.wait_words(seconds).startswith(said)


def test_no_address_stands_where_tries_are_counted(app):
    with app.test_request_context(environ_base={"REMOTE_ADDR": "203.0.113.77"}):
        told = address_token()
    with app.test_request_context(environ_base={"REMOTE_ADDR": "203.0.113.78"}):
        assert address_token() != told
    assert re.fullmatch("[0-9a-f]{32}", told)
