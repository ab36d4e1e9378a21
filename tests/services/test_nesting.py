"""A recall follows the goods into cases, cases of cases and pallets, and ends where the books go round."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from tests import factories
from tests.counting import counting
from traceapp.domain.errors import Conflict
from traceapp.domain.restrictions import HoldReason, RecallEnding, RestrictionKind
from traceapp.domain.signed_codes import CodeKey
from traceapp.domain.stamps import StampRange, StampState
from traceapp.domain.trade_items import Level
from traceapp.models import Lot, RecallNotice, TradeItem
from traceapp.services import nesting, stamping
from traceapp.services.recalls import (
    movements,
    reaching,
    recall_notices,
    recall_scope,
    restraints,
    restrictions,
)
from traceapp.services.recalls.movements import MovementEntry
from traceapp.services.signing import code_checks, signed_codes

KEY = CodeKey("0001", b"k" * 32)


class Pallet:
    """A bottle, its carton, the master carton and the pallet: products, and of each the lot of one code."""

    def __init__(self, session, cast, now):
        self.items = [factories.make_trade_item(session, cast.cooperative_id, now)]
        for level, name in enumerate(("Thùng", "Kiện", "Pallet"), 1):
            case = factories.make_trade_item(
                session, cast.cooperative_id, now, gtin=None, registry_number=f"1000000{level}",
                level=Level.CASE, name_vi=name, contains_id=self.items[-1].id, contains_count=12,
            )  # fmt: skip
            self.items.append(case)
        self.lots = [factories.make_lot(session, one, now) for one in self.items if one.name_vi != "Kiện"]
        self.other = factories.make_lot(session, self.items[-1], now, code="KHAC")
        self.runs = [
            factories.make_run(session, cast, now, lot.trade_item, lot, first_number=1000 * n)
            for n, lot in enumerate(self.lots)
        ]


@pytest.fixture
def pallet(session, cast, now):
    return Pallet(session, cast, now)


@pytest.fixture
def recall(session, cast, now):
    def confirm(about):
        row = restrictions.propose_recall(
            session, actor=cast.inspector.actor, about=about, reason=HoldReason.SAFETY_DOUBT,
            decision_number=None, now=now,
        )  # fmt: skip
        restrictions.confirm_recall(session, actor=cast.officer.actor, restriction=row, now=now)
        return row

    return confirm


@pytest.fixture(params=["product", "lot"])
def about(request, pallet):
    inner = pallet.lots[0]
    return recall_scope.of_lot(inner) if request.param == "lot" else recall_scope.About(inner.trade_item)


def told(session, lot, now):
    return [one.kind for one in restraints.restraints(session, lot.trade_item, lot, None, None)]


def test_every_case_around_recalled_goods_is_recalled(session, pallet, recall, about, now):
    recall(about)
    for lot in pallet.lots:
        assert told(session, lot, now) == [RestrictionKind.RECALL]
        assert recall_scope.standing_over(session, recall_scope.of_lot(lot))
        assert restrictions.open_restrictions(session, lot=lot)
        with pytest.raises(Conflict, match="lot_recalled"):
            stamping.check_goods(session, lot.trade_item, lot, now)
    struck = about.lot is None
    assert bool(told(session, pallet.other, now)) is struck  # another lot on a pallet: by the product only


def test_what_is_in_a_recalled_case_is_not_recalled_with_it(session, pallet, recall, now):
    recall(recall_scope.of_lot(pallet.lots[-1]))
    assert [bool(told(session, lot, now)) for lot in pallet.lots] == [False, False, True]
    inner = recall_scope.of_lot(pallet.lots[0])
    assert recall_scope.standing_over(session, inner) == []
    assert [row.lot for row in recall_scope.standing_within(session, inner)] == [pallet.lots[-1]]


def test_the_look_beforehand_and_the_notices_reach_the_pallet(
    session, cast, pallet, recall, about, now, today
):
    entry = MovementEntry(name="Siêu thị Kỳ Lừa", phone="0912345678", quantity="2", unit="H87")
    movements.record_movement(
        session, actor=cast.manager.actor, lot=pallet.lots[-1], entry=entry, request_key=None, now=now,
        today=today,
    )  # fmt: skip
    reach = reaching.reach(session, None, about)
    assert (reach.lots, reach.stamps) == (3 if about.lot else 4, sum(run.count for run in pallet.runs))
    recall(about)
    assert [one.name for one in session.scalars(select(RecallNotice))] == ["Siêu thị Kỳ Lừa"]


def test_signed_codes_of_the_pallet_are_believed_no_more(session, cast, pallet, recall, about, now):
    codes = [
        signed_codes.sign_cartons(
            session, actor=cast.manager.actor, lot=lot, count=1, cartons=1, key=KEY, now=now
        )[0]
        for lot in (*pallet.lots, pallet.other)
    ]
    recall(about)
    struck = codes[:3] if about.lot else codes
    assert set(code_checks.list_revoked(session, now=now)) == {one.public_id for one in struck}
    refused = [code_checks.revocation(session, one, now) for one in codes]
    assert [one is not None for one in refused] == [one in struck for one in codes]


def test_a_circle_in_the_books_ends(session, pallet, recall, about, now):
    bottle, top = pallet.items[0], pallet.items[-1]
    session.execute(
        text("UPDATE trade_item SET contains_id = :top, level = 'case' WHERE id = :bottle"),
        {"top": top.id, "bottle": bottle.id},
    )
    session.expire_all()
    every = {one.id for one in pallet.items}
    for one in pallet.items:
        assert (
            set(session.scalars(select(TradeItem.id).where(TradeItem.id.in_(nesting.inside(one))))) == every
        )
    assert nesting.packed(session, pallet.items, []).products == dict.fromkeys(every, every)
    recall(about)
    assert all(told(session, lot, now) for lot in pallet.lots)


def test_a_deep_pile_costs_one_question_as_a_flat_one_does(session, cast, now, pallet):
    for level in range(20):
        top = factories.make_trade_item(
            session, cast.cooperative_id, now, gtin=None, registry_number=f"2000{level:04}", level=Level.CASE,
            contains_id=pallet.items[-1].id, contains_count=2,
        )  # fmt: skip
        pallet.items.append(top)
    session.flush()
    lot = factories.make_lot(session, pallet.items[-1], now)
    with counting() as asked:
        assert len(recall_scope.lots_of(session, recall_scope.of_lot(pallet.lots[0]))) == 4
        assert len(session.scalars(select(Lot.id).where(Lot.id.in_(nesting.lots_inside(lot)))).all()) == 4
    assert len(asked) == 2
    with counting() as asked:
        nesting.packed(session, pallet.items, [*pallet.lots, lot])
    assert len(asked) == 3


@pytest.mark.parametrize("level", range(4))
def test_many_goods_asked_at_once_are_told_what_each_is_told_alone(session, cast, pallet, recall, now, level):
    restrictions.propose_recall(
        session, actor=cast.inspector.actor, about=recall_scope.of_lot(pallet.other),
        reason=HoldReason.COMPLAINT, decision_number=None, now=now,
    )  # fmt: skip
    recall(recall_scope.of_lot(pallet.lots[min(level, 2)]))
    recall(recall_scope.About(pallet.items[level]))
    lots = [*pallet.lots, pallet.other]
    found = restraints.struck(session, pallet.items, lots)
    for item in pallet.items:
        alone = restraints.restraints(session, item, None, None, None)
        assert tuple(map(restraints.told, found.on(item))) == alone
    for lot in lots:
        alone = restraints.restraints(session, lot.trade_item, lot, None, None)
        assert tuple(map(restraints.told, found.on(lot.trade_item, lot))) == alone
    assert all(row.from_at for row in found.rows)  # nothing that was only proposed


def test_the_newest_lot_of_each_product_is_found_in_its_cases_too(session, cast, pallet, now):
    bare = factories.make_trade_item(session, cast.rival_id, now, gtin=None, registry_number="20000001")
    abouts = [
        recall_scope.About(pallet.items[0]), recall_scope.About(bare), recall_scope.of_lot(pallet.lots[0]),
        recall_scope.of_stamps(pallet.runs[1], None),
    ]  # fmt: skip
    assert recall_scope.latest_lots(session, abouts) == [pallet.other, None, pallet.lots[0], pallet.lots[1]]
    assert recall_scope.latest_lots(session, []) == []


# --- stamps on what is in a case ----------------------------------------------------------------------


@pytest.fixture
def shop(session, cast, pallet, now, today):
    """Somebody who received two pallets of the lot."""
    entry = MovementEntry(name="Siêu thị Kỳ Lừa", phone="0912345678", quantity="2", unit="H87")
    return movements.record_movement(
        session, actor=cast.manager.actor, lot=pallet.lots[-1], entry=entry, request_key=None, now=now,
        today=today,
    )  # fmt: skip


@pytest.mark.parametrize("stretch", [None, StampRange(0, 50)], ids=["run", "stretch"])
def test_who_holds_cases_hears_of_a_recall_of_stamps_in_them(
    session, cast, pallet, recall, shop, now, today, stretch
):
    about = recall_scope.of_stamps(pallet.runs[0], stretch)
    assert reaching.reach(session, None, about).lots == 3
    row = recall(about)
    assert [one.name for one in session.scalars(select(RecallNotice))] == ["Siêu thị Kỳ Lừa"]
    entry = MovementEntry(name="Chợ Kỳ Lừa", quantity="1")
    movements.record_movement(
        session, actor=cast.manager.actor, lot=pallet.lots[1], entry=entry, request_key=None, now=now,
        today=today,
    )  # fmt: skip
    told = recall_notices.told_of(session, row)
    assert {one.notice.name: one.amount for one in told} == {"Siêu thị Kỳ Lừa": 2 * 12**3, "Chợ Kỳ Lừa": 12}


def test_a_recalled_run_strikes_the_cases_that_hold_it(session, cast, pallet, recall, now):
    codes = [
        signed_codes.sign_cartons(
            session, actor=cast.manager.actor, lot=lot, count=1, cartons=1, key=KEY, now=now
        )[0]
        for lot in (pallet.lots[1], pallet.other)
    ]
    row = recall(recall_scope.of_stamps(pallet.runs[0], None))
    assert told(session, pallet.lots[0], now) == []  # other stamps of the lot are not in question
    for lot in pallet.lots[1:]:
        assert told(session, lot, now) == [RestrictionKind.RECALL]
        assert restraints.struck(session, [], [lot]).on(lot.trade_item, lot) == (row,)
        assert recall_scope.standing_over(session, recall_scope.of_lot(lot)) == [row]
        with pytest.raises(Conflict, match="lot_recalled"):
            stamping.check_goods(session, lot.trade_item, lot, now)
    assert told(session, pallet.other, now) == []
    assert set(code_checks.list_revoked(session, now=now)) == {codes[0].public_id}
    assert code_checks.revocation(session, codes[0], now) is not None
    for run in pallet.runs[1:]:
        assert restraints.restraints(session, run.trade_item, run.lot, run, 5)


def test_a_recalled_stretch_is_told_as_a_part_of_the_cases(session, pallet, recall, now):
    row = recall(recall_scope.of_stamps(pallet.runs[0], StampRange(0, 50)))
    for lot, run in zip(pallet.lots[1:], pallet.runs[1:], strict=True):
        assert told(session, lot, now) == []
        assert [one.public_id for one in restraints.parts(session, lot.trade_item, lot)] == [row.public_id]
        [part] = restraints.parts(session, lot.trade_item, lot, run)  # on the page of a case's own stamp
        assert part.public_id == row.public_id
        assert recall_scope.standing_within(session, recall_scope.of_lot(lot)) == [row]
        [part] = restraints.parts(session, lot.trade_item, None)
        assert part.public_id == row.public_id
    bottle, run = pallet.lots[0], pallet.runs[0]
    assert restraints.parts(session, bottle.trade_item, bottle, run) == ()
    assert restraints.parts(session, pallet.other.trade_item, pallet.other) == ()


def beside(session, cast, pallet, now, first_number=5000, **more):
    """Another run on the bottles of the lot."""
    bottle = pallet.lots[0]
    return factories.make_run(
        session, cast, now, bottle.trade_item, bottle, first_number=first_number, **more
    )


def test_a_recalled_run_is_told_as_a_part_of_the_cases_where_other_stamps_were_on_the_lot(
    session, cast, pallet, recall, shop, now
):
    codes = [
        signed_codes.sign_cartons(
            session, actor=cast.manager.actor, lot=lot, count=1, cartons=1, key=KEY, now=now
        )[0]
        for lot in pallet.lots
    ]
    beside(session, cast, pallet, now)
    row = recall(recall_scope.of_stamps(pallet.runs[0], None))
    for lot, run in zip(pallet.lots[1:], pallet.runs[1:], strict=True):
        assert told(session, lot, now) == []
        assert restraints.struck(session, [], [lot]).on(lot.trade_item, lot) == ()
        assert restraints.restraints(session, lot.trade_item, lot, run, 5) == ()
        for asked in (None, run):
            [part] = restraints.parts(session, lot.trade_item, lot, asked)
            assert (part.public_id, part.may_be_inside) == (row.public_id, True)
        assert recall_scope.standing_over(session, recall_scope.of_lot(lot)) == []
        assert recall_scope.standing_within(session, recall_scope.of_lot(lot)) == [row]
        stamping.check_goods(session, lot.trade_item, lot, now)
    [part] = restraints.parts(session, pallet.items[0], pallet.lots[0])
    assert not part.may_be_inside  # of the lot itself it is a part
    assert code_checks.list_revoked(session, now=now) == {}
    assert [code_checks.may_hold(session, one) for one in codes] == [RestrictionKind.RECALL] * 3
    assert [one.name for one in session.scalars(select(RecallNotice))] == ["Siêu thị Kỳ Lừa"]


def test_recalls_of_every_run_on_a_lot_strike_its_cases_together(session, cast, pallet, recall, now):
    other = beside(session, cast, pallet, now)
    first = recall(recall_scope.of_stamps(pallet.runs[0], None))
    assert told(session, pallet.lots[1], now) == []
    second = recall(recall_scope.of_stamps(other, None))
    for lot in pallet.lots[1:]:
        assert told(session, lot, now) == [RestrictionKind.RECALL] * 2
        assert restraints.parts(session, lot.trade_item, lot) == ()
    restrictions.lift(
        session, actor=cast.officer.actor, restriction=second, ending=RecallEnding.REWORK, now=now
    )
    for lot in pallet.lots[1:]:
        assert [one.public_id for one in restraints.parts(session, lot.trade_item, lot)] == [first.public_id]


def test_stamps_activated_after_a_recall_began_make_no_case_good(session, cast, pallet, recall, now):
    row = recall(recall_scope.of_stamps(pallet.runs[0], None))
    beside(session, cast, pallet, now, activated_at=now + timedelta(minutes=1))
    beside(session, cast, pallet, now, 6000, state=StampState.PRINTED, activated_at=None)
    beside(session, cast, pallet, now, 7000, state=StampState.VOID)
    for lot in pallet.lots[1:]:
        assert recall_scope.standing_over(session, recall_scope.of_lot(lot)) == [row]
        assert told(session, lot, now) == [RestrictionKind.RECALL]


def test_a_carton_packed_of_the_lot_itself_is_struck_by_all_its_stamps(session, cast, pallet, recall, now):
    code = signed_codes.sign_cartons(
        session, actor=cast.manager.actor, lot=pallet.lots[0], count=12, cartons=1, key=KEY, now=now
    )[0]
    roll = signed_codes.sign_roll(
        session, actor=cast.manager.actor, run=beside(session, cast, pallet, now,
        activated_at=now + timedelta(minutes=1)),
        serials=("A", "B"), key=KEY, now=now,
    )  # fmt: skip
    recall(recall_scope.of_stamps(pallet.runs[0], None))
    assert set(code_checks.list_revoked(session, now=now)) == {code.public_id}
    assert code_checks.revocation(session, code, now) is not None
    assert code_checks.revocation(session, roll, now) is None
    assert code_checks.may_hold(session, roll) is None
    assert code_checks.may_hold(session, code) is None


@pytest.mark.parametrize("stretch", [None, StampRange(0, 50)], ids=["run", "stretch"])
def test_no_activation_of_a_case_is_taken_back_while_stamps_in_it_are_recalled(
    session, cast, pallet, recall, now, stretch
):
    lot = pallet.lots[1]
    run = factories.make_run(
        session, cast, now, lot.trade_item, None, first_number=9000, key_id="0002", printed_at=now
    )
    stamping.activate_run(session, actor=cast.manager.actor, run=run, lot=lot, now=now)
    recall(recall_scope.of_stamps(pallet.runs[0], stretch))
    with pytest.raises(Conflict, match="undo_recalled"):
        stamping.undo_last(session, actor=cast.manager.actor, run=run, now=now)
