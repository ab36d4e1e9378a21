"""What the specification says of a field record's numbers and lengths is what is taken, no more, no less."""

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from traceapp.domain.errors import Malformed
from traceapp.models import Inspection, InspectionItem
from traceapp.services.inspections import entries, goods
from traceapp.web.api import inspecting

NOW = datetime(2026, 11, 22, 2, 14, tzinfo=UTC)
LIGHT = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
NUMBERS = {
    "quantity": inspecting.ItemWish,
    "latitude": inspecting.PlaceWish,
    "longitude": inspecting.PlaceWish,
}


def pattern(field):
    """The pattern that the specification gives a number."""
    shape = NUMBERS[field].model_json_schema()["properties"][field]
    text, nothing = shape["anyOf"]
    assert (text["type"], nothing) == ("string", {"type": "null"})
    return text["pattern"]


def keep(field, typed):
    """What is kept of a number a program sent, by the same way as a form's. Raises what the form does."""
    if field == "quantity":
        row = InspectionItem()
        goods._fill_amounts(row, inspecting.item_entry(inspecting.ItemWish(quantity=typed)))
        return row.quantity
    row = Inspection(began_at=NOW)
    both = {"latitude": "1", "longitude": "1"} | {field: typed}
    entries.fill(row, inspecting._place(inspecting.PlaceWish(**both)), NOW)
    return getattr(row, field)


@pytest.mark.parametrize("field", NUMBERS)
def test_whatever_the_specification_allows_is_taken(field):
    @LIGHT
    @given(st.from_regex(pattern(field), fullmatch=True, alphabet="0123456789.-"))
    def ask(typed):
        kept = keep(field, typed)
        assert abs(kept - Decimal(typed)) <= (0 if field == "quantity" else Decimal("0.0005"))

    ask()


@pytest.mark.parametrize("field", NUMBERS)
def test_text_the_specification_does_not_allow_is_refused(field):
    known = re.compile(pattern(field))

    @LIGHT
    @given(st.text("0123456789.,-+eE _NaNInf", min_size=1, max_size=14))
    def ask(typed):
        if known.fullmatch(typed):
            keep(field, typed)
            return
        with pytest.raises(ValidationError):
            NUMBERS[field](**{field: typed})

    ask()


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("quantity", "0"),
        ("quantity", "0.000"),
        ("quantity", "1e3"),
        ("quantity", "1000000000"),
        ("quantity", "1.2345"),
        ("quantity", "1,5"),
        ("quantity", "NaN"),
        ("latitude", "90.00001"),
        ("latitude", "91"),
        ("longitude", "-180.5"),
        ("longitude", "Infinity"),
        ("quantity", 0),
        ("quantity", -1),
        ("quantity", 1.23456),
        ("latitude", 90.5),
    ],
)
def test_what_a_form_refuses_a_program_is_refused_too(field, typed):
    with pytest.raises(ValidationError):
        NUMBERS[field](**{field: typed})


@pytest.mark.parametrize(("field", "typed"), [("quantity", 12.5), ("quantity", 3), ("latitude", -21.85)])
def test_a_number_is_taken_as_well_as_text(field, typed):
    assert keep(field, typed) == Decimal(str(typed))


LINES = [
    ("place", inspecting.PlaceWish, "site_name commune address"),
    ("people", inspecting.PeopleWish, "seller_name seller_role leader_name others"),
    ("items", inspecting.ItemWish, "code named note"),
    ("answers", inspecting.AnswersWish, "note"),
    ("result", inspecting.ResultWish, "findings measures"),
    ("signing", inspecting.SigningWish, "refusal_reason witnesses commune_authority"),
]


@pytest.mark.parametrize(
    ("step", "wish", "field"), [(step, wish, one) for step, wish, told in LINES for one in told.split()]
)
def test_text_is_as_long_as_the_specification_says_and_no_longer(step, wish, field):
    most = wish.model_json_schema()["properties"][field]["maxLength"]
    more = {"seller_signs": False} if step == "signing" else {"named": "Rượu"} if step == "items" else {}
    whole = wish(**more | {field: "x" * most})
    take(step, whole)
    with pytest.raises(ValidationError):
        wish(**more | {field: "x" * (most + 1)})
    with pytest.raises(Malformed, match="text_too_long"):  # nor would a form be believed
        take(step, whole.model_copy(update={field: "x" * (most + 1)}))


def take(step, wish):
    """Fill a record, or goods, with one step."""
    asked = inspecting.StepsWish(version=1)
    [entry] = inspecting._entries(asked.model_copy(update={step: [wish] if step == "items" else wish}))
    if step == "items":
        goods.fill_item(InspectionItem(), entry, goods.Recognised(), None)
    else:
        entries.fill(Inspection(began_at=NOW), entry, NOW)
