"""The smaller rooms: scope, checklist, permissions, steps, restrictions, trade items, journal."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceapp.domain.actors import Actor
from traceapp.domain.checklist import ROWS, ItemState, LotFacts, completeness, missing
from traceapp.domain.errors import Conflict, Malformed, NotAllowed
from traceapp.domain.journal import canonical, leaf_hash
from traceapp.domain.parties import PartyKind, PartyState, RecordState, check_step, may_step
from traceapp.domain.permissions import Act, Role, check_four_eyes, check_impartial, check_may, may, serves
from traceapp.domain.restrictions import (
    HOLD_REASONS,
    RECALL_ENDINGS,
    HoldReason,
    RecallEnding,
    Restriction,
    RestrictionKind,
    worst,
)
from traceapp.domain.scope import CertificateSubject, SubjectKind, covers
from traceapp.domain.stamps import StampRange
from traceapp.domain.trade_items import (
    CATEGORIES,
    LABEL_FIELD_NAMES,
    LABEL_FIELDS,
    UNIT_NAMES,
    LabelField,
    ShelfLifeUnit,
    TradeItemCategory,
    Unit,
    shelf_life_end,
)

NOW = datetime(2026, 9, 5, 8, tzinfo=UTC)
ITEM, PLACE, CATEGORY = SubjectKind.TRADE_ITEM, SubjectKind.PLACE, SubjectKind.CATEGORY


# scope


def test_subjects_of_a_kind_are_alternatives_and_kinds_hold_together() -> None:
    named = [CertificateSubject(ITEM, 1), CertificateSubject(ITEM, 2), CertificateSubject(PLACE, 7)]
    assert covers(named, 2, 7)
    assert not covers(named, 3, 7)
    assert covers(named, 3, 7).place is True
    assert covers(named, 1, 8).place is False


def test_what_is_not_known_is_neither_inside_nor_outside() -> None:
    named = [CertificateSubject(ITEM, 1), CertificateSubject(PLACE, 7)]
    assert covers(named, None, None).product is None
    assert covers(named, None, None).place is None
    assert not covers(named, 1, None)


def test_a_kind_that_is_not_named_narrows_nothing() -> None:
    assert covers([], 1, None)
    assert covers([CertificateSubject(PLACE, 7)], 1, 7)


def test_a_category_is_another_way_to_name_products() -> None:
    named = [CertificateSubject(ITEM, 1), CertificateSubject(CATEGORY, "tea")]
    assert covers(named, 9, 7, category="tea")
    assert not covers(named, 9, 7, category="honey")


# checklist


def test_the_checklist_has_the_law_s_21_rows_in_order() -> None:
    assert [row.number for row in ROWS] == list(range(1, 22))
    assert len({row.key for row in ROWS}) == 21


@pytest.mark.parametrize("category", TradeItemCategory)
def test_a_lot_with_everything_lacks_nothing(category: TradeItemCategory) -> None:
    facts = LotFacts(category=category, present={row.key for row in ROWS}, label=set(LabelField))
    assert missing(completeness(facts)) == []


def test_an_empty_lot_lacks_what_is_always_asked() -> None:
    empty = LotFacts(category=TradeItemCategory.OTHER, present=set())
    assert [item.number for item in missing(completeness(empty))] == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 18]


def test_the_category_turns_if_any_into_a_duty() -> None:
    def lacks(category: TradeItemCategory) -> set[int]:
        return {item.number for item in missing(completeness(LotFacts(category=category, present=set())))}

    assert lacks(TradeItemCategory.HONEY) >= {13, 14, 17}
    assert 17 in lacks(TradeItemCategory.LIQUOR)
    assert 13 not in lacks(TradeItemCategory.LIQUOR)
    assert lacks(TradeItemCategory.FRESH_FRUIT) >= {19, 20, 21}
    assert lacks(TradeItemCategory.HONEY).isdisjoint({19, 20, 21})


def test_the_label_row_names_what_the_label_lacks() -> None:
    facts = LotFacts(category=TradeItemCategory.LIQUOR, present={"warnings"}, label={LabelField.NET_CONTENT})
    row = completeness(facts)[17]
    assert (row.state, row.lacking) == (ItemState.MISSING, (LabelField.ALCOHOL,))


# permissions


def test_verification_and_decision_are_two_rooms() -> None:
    assert may(Role.INSPECTOR, Act.INSPECT)
    assert not may(Role.INSPECTOR, Act.DECIDE_CERTIFICATE)
    assert not may(Role.BODY_OFFICER, Act.INSPECT)
    assert may(Role.BODY_OFFICER, Act.DECIDE_CERTIFICATE)


def test_every_act_is_somebody_s_and_a_manager_may_all_a_member_may() -> None:
    assert all(any(may(role, act) for role in Role) for act in Act)
    assert all(may(Role.MANAGER, act) for act in Act if may(Role.MEMBER, act))


def test_the_administrator_touches_no_record_of_the_trade() -> None:
    assert {act for act in Act if may(Role.ADMINISTRATOR, act)} == {Act.MANAGE_REFERENCE}


def test_officers_act_for_offices_and_nobody_else_does() -> None:
    officers = {Role.PROVINCE, Role.INSPECTOR, Role.ADMINISTRATOR}
    for kind in PartyKind:
        found = {role for role in officers if serves(role, kind)}
        assert found == (officers if kind in {PartyKind.AUTHORITY, PartyKind.PUBLIC_BODY} else set())
        assert serves(Role.BODY_OFFICER, kind) is (kind is PartyKind.CERTIFICATION_BODY)
        assert serves(Role.MANAGER, kind) is serves(Role.MEMBER, kind) is (kind is not PartyKind.AUTHORITY)


def test_a_role_without_the_act_is_refused() -> None:
    check_may([Role.MEMBER, Role.INSPECTOR], Act.HOLD_LOT)
    with pytest.raises(NotAllowed, match="role"):
        check_may([Role.MEMBER], Act.HOLD_LOT)
    with pytest.raises(NotAllowed, match="role"):
        check_may([], Act.EDIT_LOT)


def test_an_actor_acts_in_all_of_their_roles() -> None:
    actor = Actor(account_id=1, account="A1B2C3D4", party_id=7, roles=frozenset({Role.MANAGER, Role.MEMBER}))
    assert actor.has(Role.INSPECTOR, Role.MEMBER)
    actor.must(Act.ISSUE_STAMPS)
    with pytest.raises(NotAllowed, match="role"):
        actor.must(Act.APPROVE_PARTY)


def test_nobody_decides_on_what_they_entered_or_on_their_own() -> None:
    check_four_eyes(1, 2)
    check_impartial({1, 2}, 3)
    with pytest.raises(NotAllowed, match="four_eyes"):
        check_four_eyes(1, 1)
    with pytest.raises(NotAllowed, match="impartiality"):
        check_impartial({1, 2}, 2)


# steps of a record


def test_a_record_goes_through_the_province_and_comes_back() -> None:
    steps = {(one.value, two.value) for one in PartyState for two in PartyState if may_step(one, two)}
    assert steps == {
        ("draft", "submitted"),
        ("submitted", "approved"),
        ("submitted", "returned"),
        ("submitted", "draft"),  # taken back by who sent it
        ("returned", "submitted"),
        ("approved", "suspended"),
        ("suspended", "approved"),
    }
    check_step(RecordState.RETURNED, RecordState.SUBMITTED)
    with pytest.raises(Conflict, match="record_step"):
        check_step(RecordState.DRAFT, RecordState.APPROVED)


def test_producers_are_told_from_authorities() -> None:
    assert PartyKind.HOUSEHOLD.makes_goods
    assert not PartyKind.CERTIFICATION_BODY.makes_goods


# restrictions


def test_a_restriction_holds_until_it_is_lifted_whatever_a_clock_says() -> None:
    assert Restriction(RestrictionKind.HOLD, NOW + timedelta(days=1)).strikes()
    assert not Restriction(RestrictionKind.HOLD, NOW, NOW + timedelta(days=1)).strikes()


def test_a_recall_that_nobody_confirmed_does_not_strike() -> None:
    assert not Restriction(RestrictionKind.RECALL, NOW, confirmed=False).strikes()


def test_a_stretch_strikes_the_stamps_in_it_and_goods_as_a_whole_strike_every_one() -> None:
    stretch = Restriction(RestrictionKind.HOLD, NOW, stamps=StampRange(10, 5))
    assert [stretch.strikes(index) for index in (9, 10, 14, 15, None)] == [False, True, True, False, False]
    assert Restriction(RestrictionKind.RECALL, NOW).strikes(5)


def test_a_recall_is_worse_than_a_hold() -> None:
    assert worst([RestrictionKind.HOLD, RestrictionKind.RECALL]) is RestrictionKind.RECALL
    assert worst([RestrictionKind.HOLD]) is RestrictionKind.HOLD
    assert worst([]) is None


def test_every_word_of_a_list_has_a_name() -> None:
    assert set(HOLD_REASONS) == set(HoldReason)
    assert set(RECALL_ENDINGS) == set(RecallEnding)
    assert set(CATEGORIES) == set(LABEL_FIELDS) == set(TradeItemCategory)
    assert set(LABEL_FIELD_NAMES) == set(LabelField)
    assert set(UNIT_NAMES) == set(Unit)


# shelf life


@pytest.mark.parametrize(
    ("made_on", "value", "unit", "end"),
    [
        (date(2026, 9, 5), 30, ShelfLifeUnit.DAY, date(2026, 10, 5)),
        (date(2026, 1, 31), 1, ShelfLifeUnit.MONTH, date(2026, 2, 28)),
        (date(2026, 12, 15), 1, ShelfLifeUnit.MONTH, date(2027, 1, 15)),
        (date(2024, 2, 29), 1, ShelfLifeUnit.YEAR, date(2025, 2, 28)),
        (date(2026, 9, 5), 3, ShelfLifeUnit.YEAR, date(2029, 9, 5)),
    ],
)
def test_shelf_lives_end_on_a_real_day(made_on: date, value: int, unit: ShelfLifeUnit, end: date) -> None:
    assert shelf_life_end(made_on, value, unit) == end


@pytest.mark.parametrize(
    ("value", "unit"), [(0, ShelfLifeUnit.DAY), (10**9, ShelfLifeUnit.DAY), (9000, ShelfLifeUnit.YEAR)]
)
def test_an_impossible_shelf_life_is_refused(value: int, unit: ShelfLifeUnit) -> None:
    with pytest.raises(Malformed, match="shelf_life"):
        shelf_life_end(date(2026, 9, 5), value, unit)


# journal


def test_a_body_has_one_spelling() -> None:
    hanoi = timezone(timedelta(hours=7))
    body = {
        "seq": 3,
        "at": datetime(2026, 9, 5, 15, 0, 0, 999, tzinfo=hanoi),
        "on": date(2026, 9, 5),
        "file": b"\xff\x00",
        "names": ["Ba\u0300", None, True],
        "act": RestrictionKind.HOLD,
        "more": {"b": 1, "a": "\u2028\n"},
    }
    assert (
        canonical(body)
        == (
            '{"act":"hold","at":"2026-09-05T08:00:00Z","file":"ff00","more":{"a":"\u2028\\n","b":1},'
            '"names":["Bà",null,true],"on":"2026-09-05","seq":3}'
        ).encode()
    )


values = st.integers() | st.text(st.characters(codec="utf-8"))


@given(st.dictionaries(st.sampled_from("abcdef"), values))
def test_the_order_of_keys_does_not_matter(body: dict[str, int | str]) -> None:
    assert canonical(body) == canonical(dict(reversed(body.items())))


@pytest.mark.parametrize("value", [1.5, {1, 2}, {"á": 1}, {1: 1}])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical({"a": value})


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        canonical({"at": NOW.replace(tzinfo=None)})


def test_leaves_are_those_of_rfc_6962() -> None:
    empty = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"  # CT's vectors: SHA-256(0x00)
    assert leaf_hash(b"").hex() == empty
