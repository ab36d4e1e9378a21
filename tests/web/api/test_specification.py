"""The API keeps the promises of its own specification: schemathesis asks, in process, what it likes."""

import importlib
import json
import pkgutil
from pathlib import Path

import pytest
import schemathesis
from flask_openapi3.models import RawModel
from hypothesis import HealthCheck, Phase, given, settings
from pydantic import BaseModel
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from tests import factories
from traceapp.services.parties import api_keys
from traceapp.web import api as api_rooms
from traceapp.web.api import examples
from traceapp.web.api.book import by_subject
from traceapp.web.importing import EXCEL

# No schema can say "the last digit is a check digit": a well-formed number may still be 400, or not be there;
# nor whose act it is, nor whether the record is in the state for it.
# In process nobody unpacks an answer, though the client says that it could.
CONFIG = SchemathesisConfig.from_dict(
    {
        "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "400", "403", "404", "409"]}},
        "headers": {"Accept-Encoding": "identity"},
    }
)
schemathesis.serializer.alias(EXCEL, "application/octet-stream")  # bytes are bytes
LIGHT = settings(
    max_examples=10,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def api(app, session, cast, now, today):
    """The specification of an application with something in it."""
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    lot = factories.make_lot(session, item, now)
    factories.make_run(session, cast, now, item, lot)
    factories.make_certificate(session, cast, now, item)
    _, token = api_keys.create_key(
        session, actor=cast.officer.actor, proved=factories.CHEAP_HASH, name="thử", days=90, now=now,
        today=today,
    )  # fmt: skip
    session.commit()
    app.extensions["test_key"] = f"Bearer {token}"
    return schemathesis.openapi.from_wsgi("/api/openapi.json", app, config=CONFIG)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_every_answer_is_as_specified(api, app, mode):
    asked = 0
    for found in api.get_all_operations():
        operation = found.ok()
        if mode is GenerationMode.NEGATIVE and not any(operation.iter_parameters()):
            continue

        @LIGHT
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case):
            nonlocal asked
            asked += 1
            case.call_and_validate(headers={"Authorization": app.extensions["test_key"]})

        ask()
    assert asked > 100


def test_a_name_in_the_document_stands_for_one_shape():
    """The library keeps shapes by name: a second one of that name would take the place of the first."""
    found: dict[str, dict[str, str]] = {}
    for room in pkgutil.iter_modules(api_rooms.__path__):
        module = importlib.import_module(f"{api_rooms.__name__}.{room.name}")
        for model in vars(module).values():
            if not isinstance(model, type) or not issubclass(model, BaseModel):
                continue
            if model in (BaseModel, RawModel):
                continue
            told = model.model_json_schema(ref_template="#/components/schemas/{model}")
            parts = told.pop("$defs", {})
            if not issubclass(model, RawModel):  # bytes have no shape
                parts[model.__name__] = told
            for name, shape in parts.items():
                found.setdefault(name, {})[json.dumps(shape, sort_keys=True)] = module.__name__
    assert len(found) > 190
    assert {name: list(said.values()) for name, said in found.items() if len(said) > 1} == {}


def test_an_operation_keeps_its_name_and_its_address(passer_by):
    """Programs are generated from the document: `operations.txt` is what they rely on. New lines are free."""
    told = {
        f"{method.upper()} {path} {said['operationId']}"
        for path, methods in passer_by.get("/api/openapi.json").json["paths"].items()
        for method, said in methods.items()
    }
    kept = set((Path(__file__).parent / "operations.txt").read_text("utf-8").splitlines())
    assert kept - told == set()
    assert told - kept == set(), "write them into operations.txt"
    assert len({line.split()[2] for line in told}) == len(told)


def test_every_body_has_an_example_that_fits_and_every_part_is_explained(passer_by):
    book = passer_by.get("/api/openapi.json").json
    shapes, models = book["components"]["schemas"], models_of_the_door()
    bodies = set()
    for path, methods in book["paths"].items():
        for method, said in methods.items():
            assert said["summary"], path
            assert said["description"], path
            assert ("401" in said["responses"]) is bool(said.get("security")), (method, path)
            assert [one["name"] for one in said.get("parameters", ()) if not one.get("description")] == [], (
                path
            )
            body = said.get("requestBody", {}).get("content", {}).get("application/json")
            bodies |= {body["schema"]["$ref"].rpartition("/")[2]} if body else set()
    assert bodies == set(examples.BODIES)
    for name in (*bodies, "Problem"):
        [example] = shapes[name]["examples"]
        models[name].model_validate(example)


def models_of_the_door():
    """Every shape of its rooms, by name."""
    found = {}
    for room in pkgutil.iter_modules(api_rooms.__path__):
        module = importlib.import_module(f"{api_rooms.__name__}.{room.name}")
        found |= {
            name: model
            for name, model in vars(module).items()
            if isinstance(model, type) and issubclass(model, BaseModel)
        }
    return found


def test_the_page_for_people_tells_every_operation_under_its_subject(app, passer_by):
    book = passer_by.get("/api/openapi.json").json
    every = {f"{method.upper()} {path}" for path, told in book["paths"].items() for method in told}
    told = [f"{method} {path}" for _subject, found in by_subject(book) for method, path, _said in found]
    assert sorted(told) == sorted(every)
    page = passer_by.get("/api/docs").text
    assert "Sản xuất rượu men lá" in page  # an example, as people write it
    assert [one for one in every if f"<samp>{one}</samp>" not in page] == []
