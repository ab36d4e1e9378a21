"""What a recall counts: whole cases by what is in them, in goods of the kind that is recalled."""

from decimal import Decimal
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import factories
from tests.counting import counting
from traceapp.domain.recalls import Direction
from traceapp.domain.restrictions import HoldReason
from traceapp.domain.trade_items import Level, Unit
from traceapp.models import TradeItem
from traceapp.services import nesting
from traceapp.services.recalls import movements, recall_answers, recall_notices, recall_scope, restrictions
from traceapp.services.recalls.holders import Holder
from traceapp.services.recalls.movement_entry import MovementEntry
from traceapp.services.recalls.recall_answers import Answer


@pytest.fixture
def lots(session, cast, now):
    """Bottles, cases of 12 of them and pallets of 50 cases, each a lot of one code."""
    make = partial(factories.make_trade_item, session, cast.cooperative_id, now)
    case = {"gtin": None, "level": Level.CASE}
    bottle = make()
    carton = make(
        registry_number="10000001", name_vi="Thùng 12", contains_id=bottle.id, contains_count=12, **case
    )
    pallet = make(
        registry_number="10000002", name_vi="Pallet 50", contains_id=carton.id, contains_count=50, **case
    )
    return [
        factories.make_lot(session, item, now, quantity=Decimal(5000)) for item in (bottle, carton, pallet)
    ]


@pytest.fixture
def send(session, cast, now, today):
    def send(lot, quantity, name="Mai", **more):
        entry = MovementEntry(name=name, phone="0912 345 678", quantity=quantity, **more)
        return movements.record_movement(
            session, actor=cast.manager.actor, lot=lot, entry=entry, request_key=None, now=now, today=today
        )

    return send


@pytest.fixture
def recall(session, cast, now):
    def recall(lot):
        row = restrictions.propose_recall(
            session, actor=cast.inspector.actor, about=recall_scope.of_lot(lot),
            reason=HoldReason.SAFETY_DOUBT, decision_number=None, now=now,
        )  # fmt: skip
        return restrictions.confirm_recall(session, actor=cast.officer.actor, restriction=row, now=now)

    return recall


def amounts(told):
    return {one.notice.name: one.amount for one in told}


def test_bottles_cases_and_pallets_add_up_in_bottles(session, lots, send, recall, now):
    bottles, cartons, pallets = lots
    send(bottles, "24")
    send(cartons, "10")
    send(pallets, "1")
    send(pallets, "1", "Hoa")
    row = recall(bottles)
    told = recall_notices.told_of(session, row)
    assert amounts(told) == {"Mai": 744, "Hoa": 600}
    [mai] = [one for one in told if one.notice.name == "Mai"]
    assert {(one.case.name_vi, one.amount, one.each) for one in mai.packs} == {
        ("Thùng 12", 10, 12), ("Pallet 50", 1, 600)
    }  # fmt: skip
    given = Answer(deed="set_apart", held="744")
    recall_answers.acknowledge(session, told=mai, answer=given, actor=None, now=now)
    account = recall_notices.accounts(recall_notices.told_of(session, row))[Unit.PIECE]
    assert (account.despatched, account.found, account.sold) == (1344, 744, 0)
    assert (account.outstanding, account.surplus) == (600, 0)


def test_recalled_cases_are_counted_in_cases(session, lots, send, recall):
    _, cartons, pallets = lots
    send(cartons, "10")
    send(pallets, "2")
    assert amounts(recall_notices.told_of(session, recall(cartons))) == {"Mai": 110}


def test_a_weight_is_no_number_of_cases(session, lots, send, recall):
    bottles, cartons, _ = lots
    cartons.unit = Unit.KILOGRAM
    send(cartons, "10", unit="KGM")
    [told] = recall_notices.told_of(session, recall(bottles))
    assert (told.unit, told.amount, told.packs) == (Unit.KILOGRAM, 10, ())


def test_cases_of_an_unknown_count_stand_in_no_sum_but_by_themselves(session, lots, send, recall):
    bottles, cartons, pallets = lots
    cartons.trade_item.contains_count = None
    send(bottles, "24")
    send(cartons, "10")
    send(cartons, "5", "Hoa")
    send(pallets, "1", "Hoa")
    told = recall_notices.told_of(session, recall(bottles))
    assert amounts(told) == {"Mai": 24, "Hoa": 0}
    assert recall_notices.accounts(told)[Unit.PIECE].despatched == 24
    loose = {(one.case.name_vi, one.amount, one.each) for one in recall_notices.uncounted(told)}
    assert loose == {("Thùng 12", 15, None), ("Pallet 50", 1, None)}


def test_a_deep_pile_costs_no_more_questions_than_a_flat_one(session, cast, now, lots, send, recall):
    row = recall(lots[0])

    def asked():
        session.flush()
        session.expire_all()
        row.public_id  # noqa: B018 - read again beforehand
        with counting() as questions:
            recall_notices.told_of(session, row)
        return len(questions)

    send(lots[1], "1")
    few = asked()
    for lot in lots:
        send(lot, "1", "Hoa")
    assert asked() == few


def pile(counts):
    """A product of number 1 and cases around it, each holding so many of the one before."""
    rows = {1: TradeItem(id=1)}
    for number, count in enumerate(counts, 2):
        rows[number] = TradeItem(id=number, contains_id=number - 1, contains_count=count)
    return rows


def unpacked(rows, number):
    """By opening every case."""
    if number == 1:
        return 1
    return sum(unpacked(rows, number - 1) for _ in range(rows[number].contains_count))


@given(st.lists(st.integers(1, 6), max_size=4), st.lists(st.tuples(st.integers(0, 4), st.integers(1, 99))))
def test_every_pile_counts_what_opening_every_case_finds(counts, sent):
    rows = pile(counts)
    holder = Holder("name:mai", None, "Mai", None)
    expected = 0
    for level, quantity in sent:
        number = min(level, len(counts)) + 1
        packed = (rows[number], nesting.count_in(rows[number], rows[1], rows)) if number > 1 else None
        holder.add(Unit.PIECE, Decimal(quantity), packed)
        expected += quantity * unpacked(rows, number)
    assert holder.amounts.get(Unit.PIECE, 0) == expected


def test_books_that_go_round_tell_no_count():
    rows = pile([12, 50])
    rows[2].contains_id = 3
    assert nesting.count_in(rows[3], rows[1], rows) is None
    del rows[2]
    assert nesting.count_in(rows[3], rows[1], rows) is None


def test_where_goods_came_from_is_counted_alike(session, lots, send, recall):
    send(lots[1], "2", direction="received")
    [told] = recall_notices.told_of(session, recall(lots[0]))
    assert (told.notice.direction, told.amount) == (Direction.RECEIVED, 24)
