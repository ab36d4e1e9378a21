"""What a cooperative is asked to do this week: nothing that would help nobody any more."""

from datetime import timedelta

import pytest

from tests import factories
from traceapp.domain.checklist import Where, missing
from traceapp.domain.reference import StandardKind
from traceapp.domain.restrictions import HoldReason, RestrictionKind
from traceapp.models import Party, Restriction, TradeItemStandard
from traceapp.services import agenda, lot_checklist, trade_items
from traceapp.services.agenda import TaskKind
from traceapp.services.pictures import Pictures
from traceapp.services.recalls import recall_scope, restrictions


@pytest.fixture
def item(session, cast, now):
    return factories.make_trade_item(session, cast.cooperative_id, now)


@pytest.fixture
def asked_lots(session, cast, now, today):
    """The codes of the lots whose records are asked for."""

    def ask():
        tasks = agenda.to_do(session, cast.manager.actor, now=now, today=today)
        return [task.lot.code for task in tasks if task.kind is TaskKind.LOT_GAPS]

    return ask


def restrict(session, cast, now, lot, kind, **more):
    told = {"proposed_by_id": cast.inspector.account_id, "confirmed_by_id": cast.officer.account_id} | more
    session.add(
        Restriction(
            kind=kind, lot=lot, reason=HoldReason.MIXED_LOTS, from_at=now - timedelta(hours=1),
            public_id=factories.next_public_id(), created_at=now, **told,
        )
    )  # fmt: skip
    session.flush()


def test_the_gaps_of_a_lot_on_sale_are_asked_for(session, item, now, asked_lots):
    factories.make_lot(session, item, now)
    assert asked_lots() == ["L260905A"]


@pytest.mark.parametrize(("days", "asked"), [(0, ["L260905A"]), (-1, [])])
def test_a_lot_is_asked_for_until_its_use_by_day(session, item, now, today, asked_lots, days, asked):
    factories.make_lot(session, item, now, expires_on=today + timedelta(days=days))
    assert asked_lots() == asked


def test_a_recalled_lot_is_not_asked_for(session, cast, item, now, asked_lots):
    restrict(session, cast, now, factories.make_lot(session, item, now), RestrictionKind.RECALL)
    assert asked_lots() == []


def test_a_held_lot_and_a_recall_only_proposed_are(session, cast, item, now, asked_lots):
    held = factories.make_lot(session, item, now, code="L1")
    proposed = factories.make_lot(session, item, now, code="L2")
    restrict(session, cast, now, held, RestrictionKind.HOLD)
    restrict(session, cast, now, proposed, RestrictionKind.RECALL, confirmed_by_id=None)
    assert sorted(asked_lots()) == ["L1", "L2"]


def test_archived_lots_and_lots_of_archived_products_are_not(session, cast, item, now, asked_lots):
    factories.make_lot(session, item, now, archived_at=now)
    shelved = factories.make_trade_item(
        session, cast.cooperative_id, now, gtin="09520009010028", archived_at=now
    )
    factories.make_lot(session, shelved, now)
    assert asked_lots() == []


def test_an_old_lot_on_sale_is_not_hidden_by_newer_ones_that_are_not(session, item, now, today, asked_lots):
    factories.make_lot(session, item, now, code="OLD")
    for number in range(agenda.LOTS_LOOKED_AT):
        factories.make_lot(session, item, now, code=f"X{number}", expires_on=today - timedelta(days=1))
    assert asked_lots() == ["OLD"]


def test_a_lot_that_lacks_only_its_journey_is_not(app, session, cast, item, now, asked_lots):
    lot = factories.make_lot(session, item, now)
    session.get_one(Party, cast.cooperative_id).tax_code = "0100233488"
    item.standards.append(TradeItemStandard(kind=StandardKind.TCVN, number="TCVN 7043:2013"))
    assert asked_lots() == [lot.code]
    trade_items.set_photo(
        session, app.extensions["storage"], actor=cast.manager.actor, item=item,
        pictures=Pictures(b"small", b"large"), now=now,
    )  # fmt: skip
    assert {row.where for row in missing(lot_checklist.checklist(session, lot, now.date()))} == {Where.EVENTS}
    assert asked_lots() == []


def test_a_lot_held_and_recalled_is_one_thing_to_do_the_recall_which_tells_of_the_hold(
    session, cast, now, today
):
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    lot, other = (factories.make_lot(session, item, now, code=code) for code in ("L1", "L2"))
    held, alone = (
        restrictions.hold(
            session, actor=cast.inspector.actor, about=recall_scope.of_lot(one),
            reason=HoldReason.COMPLAINT, now=now,
        )
        for one in (lot, other)
    )  # fmt: skip
    proposed = restrictions.propose_recall(
        session, actor=cast.inspector.actor, about=recall_scope.of_lot(lot), reason=HoldReason.COMPLAINT,
        decision_number="1/QĐ", now=now,
    )  # fmt: skip

    def told():
        tasks = agenda.to_do(session, cast.manager.actor, now=now, today=today)
        return [(one.restriction, one.held) for one in tasks if one.kind is TaskKind.GOODS_RESTRAINED]

    assert set(told()) == {(held, None), (alone, None)}  # only proposed: it outranks nothing yet
    restrictions.confirm_recall(session, actor=cast.officer.actor, restriction=proposed, now=now)
    assert told() == [(proposed, held), (alone, None)]


def test_goods_held_or_recalled_stand_first_until_they_are_let_go(session, cast, now, today):
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    lot = factories.make_lot(session, item, now)
    held = restrictions.hold(
        session, actor=cast.inspector.actor, about=recall_scope.About(item), reason=HoldReason.COMPLAINT,
        now=now,
    )  # fmt: skip
    first, *_ = agenda.to_do(session, cast.manager.actor, now=now, today=today)
    assert (first.kind, first.restriction, first.lot) == (TaskKind.GOODS_RESTRAINED, held, lot)
    kinds = [task.kind for task in agenda.to_do(session, cast.rival.actor, now=now, today=today)]
    assert TaskKind.GOODS_RESTRAINED not in kinds
    restrictions.lift(session, actor=cast.officer.actor, restriction=held, reason="Đã rõ", now=now)
    kinds = [task.kind for task in agenda.to_do(session, cast.manager.actor, now=now, today=today)]
    assert TaskKind.GOODS_RESTRAINED not in kinds
