"""Holding, recalling and letting go: who may, how many people it takes, and what is told to who is late."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from sqlalchemy.orm import Session

from tests import factories
from traceapp.domain.areas import bit
from traceapp.domain.errors import Conflict, Malformed, NotAllowed
from traceapp.domain.restrictions import HoldReason, RecallEnding
from traceapp.domain.stamps import StampRange, StampState
from traceapp.domain.trade_items import Level, Unit
from traceapp.extensions import db
from traceapp.models import FirstScan, StampException
from traceapp.services import journal, stamping
from traceapp.services.recalls import reaching, recall_scope, restriction_steps, restrictions
from traceapp.services.recalls.restrictions import Outcome


@pytest.fixture
def lot(session, cast, now):
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    return factories.make_lot(session, item, now)


def hold(session, person, lot, now):
    return restrictions.hold_lot(
        session, actor=person.actor, lot=lot, reason=HoldReason.WRONG_LABEL, note="Nhãn thiếu ngày", now=now
    )


def propose(session, person, lot, now):
    return restrictions.propose_recall(
        session, actor=person.actor, lot=lot, reason=HoldReason.SAFETY_DOUBT, decision_number="12/QĐ", now=now
    )


def acts(session):
    return [entry.act for entry in journal.list_entries(session)]


def test_an_inspector_holds_a_lot_by_one_act(session, cast, now, lot):
    held = hold(session, cast.inspector, lot, now)
    assert held.from_at == now
    assert held.lifted_at is None
    assert restrictions.open_restrictions(session, lot=lot) == [held]
    [entry] = journal.list_entries(session)
    assert (entry.act, entry.subject_id, entry.party_id) == ("held_lot", held.public_id, cast.cooperative_id)
    assert "Nhãn thiếu ngày".encode() not in entry.body


def test_a_lot_is_not_held_twice(session, cast, now, lot):
    hold(session, cast.inspector, lot, now)
    with pytest.raises(Conflict, match="already_held"):
        hold(session, cast.officer, lot, now)
    assert acts(session) == ["held_lot"]


@pytest.mark.parametrize("who", ["manager", "rival", "body_officer"])
def test_nobody_else_holds_a_lot(session, cast, now, lot, who):
    with pytest.raises(NotAllowed, match="role"):
        hold(session, getattr(cast, who), lot, now)


def test_a_recall_needs_a_second_person(session, cast, now, lot):
    recall = propose(session, cast.inspector, lot, now)
    assert recall.from_at is None
    with pytest.raises(NotAllowed, match="four_eyes"):
        restrictions.confirm_recall(session, actor=cast.inspector.actor, restriction=recall, now=now)
    restrictions.confirm_recall(session, actor=cast.officer.actor, restriction=recall, now=now)
    assert recall.from_at == now
    assert acts(session) == ["confirmed_recall", "proposed_recall"]


def test_a_recall_is_confirmed_once_and_proposed_once(session, cast, now, lot):
    recall = propose(session, cast.inspector, lot, now)
    with pytest.raises(Conflict, match="recall_open"):
        propose(session, cast.officer, lot, now)
    restrictions.confirm_recall(session, actor=cast.officer.actor, restriction=recall, now=now)
    with pytest.raises(Conflict, match="recall_not_open"):
        restrictions.confirm_recall(session, actor=cast.second_officer.actor, restriction=recall, now=now)


def test_a_hold_is_lifted_by_the_province_and_once(session, cast, now, lot):
    held = hold(session, cast.inspector, lot, now)
    with pytest.raises(NotAllowed, match="role"):
        restrictions.lift(session, actor=cast.inspector.actor, restriction=held, reason="Đã rõ", now=now)
    with pytest.raises(Malformed, match="reason_missing"):
        restrictions.lift(session, actor=cast.officer.actor, restriction=held, reason=" ", now=now)
    restrictions.lift(session, actor=cast.officer.actor, restriction=held, reason="Đã rõ", now=now)
    assert held.lifted_at == now
    with pytest.raises(Conflict, match="already_lifted"):
        restrictions.lift(session, actor=cast.second_officer.actor, restriction=held, reason="Đã rõ", now=now)
    assert acts(session) == ["lifted_hold", "held_lot"]


def test_a_hold_that_was_lifted_can_be_placed_again(session, cast, now, lot):
    first = hold(session, cast.inspector, lot, now)
    restrictions.lift(session, actor=cast.officer.actor, restriction=first, reason="Đã rõ", now=now)
    assert hold(session, cast.inspector, lot, now).id != first.id


def test_a_recall_ends_in_one_of_four_ways(session, cast, now, lot):
    recall = propose(session, cast.inspector, lot, now)
    restrictions.confirm_recall(session, actor=cast.officer.actor, restriction=recall, now=now)
    with pytest.raises(Malformed, match="recall_ending"):
        restrictions.lift(session, actor=cast.officer.actor, restriction=recall, now=now)
    restrictions.lift(
        session, actor=cast.officer.actor, restriction=recall, ending=RecallEnding.DESTROY, now=now
    )
    assert recall.ending is RecallEnding.DESTROY
    assert acts(session)[0] == "ended_recall"


def test_a_judge_of_the_party_itself_holds_nothing(session, cast, now, lot):
    ours = replace(cast.inspector.actor, party_id=cast.cooperative_id)
    with pytest.raises(NotAllowed, match="impartiality"):
        restrictions.hold_lot(session, actor=ours, lot=lot, reason=HoldReason.COMPLAINT, now=now)


# --- a whole product, a run, a stretch of one ---------------------------------------------------------


@pytest.fixture
def run(session, cast, now, lot):
    return factories.make_run(session, cast, now, lot.trade_item, lot)


def about_stamps(run, first, count):
    return recall_scope.of_stamps(run, StampRange(first, count))


def hold_about(session, person, about, now):
    return restrictions.hold(
        session, actor=person.actor, about=about, reason=HoldReason.SAFETY_DOUBT, now=now
    )


def test_a_hold_of_a_stretch_keeps_its_ends_and_the_run(session, cast, now, run):
    held = hold_about(session, cast.inspector, about_stamps(run, 10, 5), now)
    assert (held.stamp_run, held.first_index, held.last_index) == (run, 10, 14)
    assert recall_scope.about_of(held) == about_stamps(run, 10, 5)
    [entry] = journal.list_entries(session)
    assert (entry.act, entry.party_id) == ("held_goods", cast.cooperative_id)
    facts = json.loads(entry.body)["facts"]
    assert (facts["run"], facts["first"], facts["last"]) == (run.public_id, 10, 14)


def test_a_stretch_that_is_all_of_a_run_is_the_run(session, cast, now, run):
    held = hold_about(session, cast.inspector, about_stamps(run, 0, run.count), now)
    assert (held.first_index, held.last_index) == (None, None)


def test_what_is_held_as_a_whole_is_not_held_in_part(session, cast, now, run):
    hold_about(session, cast.inspector, recall_scope.About(run.trade_item), now)
    for about in (about_stamps(run, 1, 2), recall_scope.of_lot(run.lot)):
        with pytest.raises(Conflict, match="held"):
            hold_about(session, cast.officer, about, now)
    assert acts(session) == ["held_goods"]


def test_a_wider_hold_and_another_stretch_stand_beside_a_narrow_one(session, cast, now, run):
    hold_about(session, cast.inspector, about_stamps(run, 10, 5), now)
    with pytest.raises(Conflict, match="goods_held"):
        hold_about(session, cast.officer, about_stamps(run, 11, 2), now)
    hold_about(session, cast.officer, about_stamps(run, 12, 10), now)
    hold_about(session, cast.officer, recall_scope.of_lot(run.lot), now)
    assert len(restrictions.open_restrictions(session)) == 3


def test_a_recall_of_a_product_is_proposed_once(session, cast, now, lot):
    about = recall_scope.About(lot.trade_item)
    told = {"reason": HoldReason.SAFETY_DOUBT, "decision_number": "12/QĐ", "now": now}
    recall = restrictions.propose_recall(session, actor=cast.inspector.actor, about=about, **told)
    assert (recall.trade_item, recall.lot) == (lot.trade_item, None)
    with pytest.raises(Conflict, match="goods_recalled"):
        restrictions.propose_recall(session, actor=cast.officer.actor, about=about, **told)
    restrictions.confirm_recall(session, actor=cast.officer.actor, restriction=recall, now=now)
    with pytest.raises(Conflict, match="recall_open"):
        restrictions.propose_recall(session, actor=cast.officer.actor, lot=lot, **told)


def test_a_proposal_for_a_product_does_not_delay_the_recall_of_a_lot_nor_of_stamps(
    session, cast, now, lot, run
):
    told = {"reason": HoldReason.SAFETY_DOUBT, "decision_number": None, "now": now}
    propose = partial(restrictions.propose_recall, session, actor=cast.inspector.actor, **told)
    propose(about=recall_scope.About(lot.trade_item))
    wide = propose(about=about_stamps(run, 0, 50))
    narrow = propose(about=about_stamps(run, 0, 5))
    row = propose(lot=lot)
    for again in ({"lot": lot}, {"about": about_stamps(run, 0, 5)}):
        with pytest.raises(Conflict):
            propose(**again)
    for one in (narrow, wide, row):
        restrictions.confirm_recall(session, actor=cast.officer.actor, restriction=one, now=now)
    with pytest.raises(Conflict, match="goods_recalled"):
        propose(about=about_stamps(run, 3, 1))


def test_nobody_holds_what_their_own_party_made(session, cast, now, run):
    ours = replace(cast.inspector.actor, party_id=cast.cooperative_id)
    with pytest.raises(NotAllowed, match="impartiality"):
        restrictions.hold(
            session, actor=ours, about=about_stamps(run, 1, 1), reason=HoldReason.COMPLAINT, now=now
        )


# --- how far it reaches -------------------------------------------------------------------------------


def test_the_look_counts_lots_stamps_scans_and_where_people_were(app, session, cast, now, run, monkeypatch):
    other = factories.make_lot(session, run.trade_item, now, code="L260906A")
    factories.make_run(session, cast, now, run.trade_item, None, first_number=1000, count=50)
    run.exceptions.append(
        StampException(
            first_index=10,
            last_index=19,
            state=StampState.VOID,
            created_at=now,
            created_by_id=cast.manager.account_id,
        )
    )
    session.flush()
    with app.app_context(), Session(db.get_engine("scans")) as scans:
        for index, area in ((5, "20"), (12, "01"), (400, "24")):
            scans.add(FirstScan(run_id=run.id, stamp_index=index, at=now, areas=bit(area)))
        scans.flush()
        stretch = reaching.reach(session, scans, about_stamps(run, 5, 10))
        assert stretch == reaching.Reach(1, 10, 5, 2, ("01", "20"))
        lot = reaching.reach(session, scans, recall_scope.of_lot(run.lot))
        assert (lot.lots, lot.stamps, lot.activated, lot.scanned) == (1, 1000, 990, 3)
        product = reaching.reach(session, scans, recall_scope.About(run.trade_item))
        assert (product.lots, product.stamps, product.activated) == (2, 1050, 990)
        monkeypatch.setattr(reaching, "RUNS_AT_A_TIME", 1)
        assert reaching.reach(session, scans, recall_scope.About(run.trade_item)) == product
        assert (product.scanned, product.areas) == (3, lot.areas)
    assert other.id
    assert reaching.reach(session, None, recall_scope.of_lot(run.lot)).scanned is None


# --- on the way ---------------------------------------------------------------------------------------


def test_who_proposed_takes_it_back_and_nobody_else(session, cast, now, lot):
    recall = propose(session, cast.inspector, lot, now)
    with pytest.raises(NotAllowed, match="proposal_of_another"):
        restriction_steps.drop_proposal(session, actor=cast.officer.actor, restriction=recall, now=now)
    restriction_steps.drop_proposal(session, actor=cast.inspector.actor, restriction=recall, now=now)
    assert (recall.lifted_by_id, recall.ending) == (cast.inspector.account_id, None)
    with pytest.raises(Conflict, match="recall_not_open"):
        restriction_steps.drop_proposal(session, actor=cast.inspector.actor, restriction=recall, now=now)
    assert acts(session) == ["dropped_recall", "proposed_recall"]


def test_another_refuses_with_a_reason(session, cast, now, lot):
    recall = propose(session, cast.inspector, lot, now)
    refuse = restriction_steps.refuse_recall
    with pytest.raises(NotAllowed, match="four_eyes"):
        refuse(session, actor=cast.inspector.actor, restriction=recall, reason="Không", now=now)
    with pytest.raises(Malformed, match="reason_missing"):
        refuse(session, actor=cast.officer.actor, restriction=recall, reason=" ", now=now)
    refuse(session, actor=cast.officer.actor, restriction=recall, reason="Mẫu đạt", now=now)
    assert recall.closing == "Mẫu đạt"
    [entry, _] = journal.list_entries(session)
    assert entry.act == "refused_recall"
    assert "Mẫu đạt".encode() not in entry.body
    with pytest.raises(Conflict, match="recall_not_open"):
        restrictions.confirm_recall(session, actor=cast.officer.actor, restriction=recall, now=now)


def test_a_proposal_is_not_lifted(session, cast, now, lot):
    recall = propose(session, cast.inspector, lot, now)
    with pytest.raises(Conflict, match="recall_not_confirmed"):
        restrictions.lift(session, actor=cast.officer.actor, restriction=recall, now=now)


def test_a_hold_is_extended_by_the_province_to_a_later_day(session, cast, now, today, lot):
    held = hold(session, cast.inspector, lot, now)
    assert held.review_on == today + timedelta(days=10)
    extend = partial(restriction_steps.extend_hold, session, restriction=held, reason="Đã rõ", now=now)
    later = today + timedelta(days=20)
    with pytest.raises(NotAllowed, match="role"):
        extend(actor=cast.inspector.actor, review_on=later, reason="Chờ mẫu")
    with pytest.raises(Malformed, match="review_day"):
        extend(actor=cast.officer.actor, review_on=held.review_on, reason="Chờ mẫu")
    with pytest.raises(Malformed, match="reason_missing"):
        extend(actor=cast.officer.actor, review_on=later, reason="")
    extend(actor=cast.officer.actor, review_on=later, reason="Chờ kết quả mẫu")
    [row] = restriction_steps.list_extensions(session, held)
    assert (held.review_on, row.review_on, row.reason) == (later, later, "Chờ kết quả mẫu")
    assert held.lifted_at is None
    assert acts(session)[0] == "extended_hold"
    restrictions.lift(session, actor=cast.officer.actor, restriction=held, reason="Đã rõ", now=now)
    with pytest.raises(Conflict, match="already_lifted"):
        extend(actor=cast.officer.actor, review_on=later + timedelta(days=1), reason="Nữa")


def test_a_recall_is_not_extended(session, cast, now, today, lot):
    recall = propose(session, cast.inspector, lot, now)
    restrictions.confirm_recall(session, actor=cast.officer.actor, restriction=recall, now=now)
    with pytest.raises(Conflict, match="hold_only"):
        restriction_steps.extend_hold(
            session, actor=cast.officer.actor, restriction=recall, review_on=today, reason="x", now=now
        )


def test_the_end_keeps_what_became_of_the_goods(session, cast, now, lot):
    recall = propose(session, cast.inspector, lot, now)
    restrictions.confirm_recall(session, actor=cast.officer.actor, restriction=recall, now=now)
    end = partial(restrictions.lift, session, actor=cast.officer.actor, restriction=recall, now=now)
    with pytest.raises(Malformed, match="outcome_more"):
        end(ending=RecallEnding.DESTROY, outcome=Outcome(Decimal(5), Decimal(6), Unit.PIECE))
    session.rollback()


# --- what it stops ------------------------------------------------------------------------------------


def test_stamps_in_a_held_stretch_are_not_activated_and_the_others_are(session, cast, now, lot):
    run = factories.make_run(session, cast, now, lot.trade_item, None, state=StampState.PRINTED)
    hold_about(session, cast.inspector, about_stamps(run, 10, 5), now)
    activate = partial(stamping.activate_run, session, actor=cast.manager.actor, run=run, lot=lot, now=now)
    for stretch in (None, StampRange(0, 11), StampRange(14, 1)):
        with pytest.raises(Conflict, match="stamps_on_hold") as refused:
            activate(stretch=stretch)
        assert refused.value.facts == {"run": run.public_id, "first": 11, "last": 15}
    activate(stretch=StampRange(0, 10))
    assert stamping.balance(session, run).activated == 10


def test_a_confirmed_recall_of_a_product_stops_new_stamps_and_a_proposal_does_not(session, cast, now, lot):
    told = {"reason": HoldReason.SAFETY_DOUBT, "decision_number": None, "now": now}
    about = recall_scope.About(lot.trade_item)
    recall = restrictions.propose_recall(session, actor=cast.inspector.actor, about=about, **told)
    stamping.check_goods(session, lot.trade_item, lot, now)
    restrictions.confirm_recall(session, actor=cast.officer.actor, restriction=recall, now=now)
    for goods in (lot, None):
        with pytest.raises(Conflict, match="lot_recalled"):
            stamping.check_goods(session, lot.trade_item, goods, now)


def test_a_case_of_a_recalled_product_bears_no_stamps_either(session, cast, now, lot):
    case = factories.make_trade_item(
        session, cast.cooperative_id, now, gtin="19520009010018", level=Level.CASE,
        contains_id=lot.trade_item_id, contains_count=12,
    )  # fmt: skip
    hold_about(session, cast.inspector, recall_scope.About(lot.trade_item), now)
    with pytest.raises(Conflict, match="lot_on_hold"):
        stamping.check_goods(session, case, None, now)


def recall_about(session, cast, about, now):
    told = {"reason": HoldReason.SAFETY_DOUBT, "decision_number": None, "now": now}
    row = restrictions.propose_recall(session, actor=cast.inspector.actor, about=about, **told)
    return restrictions.confirm_recall(session, actor=cast.officer.actor, restriction=row, now=now)


@pytest.fixture
def given(session, cast, now, lot):
    """A printed run that got its lot when its first ten stamps were activated."""
    run = factories.make_run(session, cast, now, lot.trade_item, None, printed_at=now)
    stamping.activate_run(
        session, actor=cast.manager.actor, run=run, lot=lot, stretch=StampRange(0, 10), now=now
    )
    return run


@pytest.mark.parametrize(
    "goods",
    [
        lambda run: recall_scope.of_lot(run.lot),
        lambda run: recall_scope.About(run.trade_item),
        lambda run: recall_scope.of_stamps(run, None),
        lambda run: about_stamps(run, 9, 5),
        lambda run: about_stamps(run, 500, 5),  # none of them activated: the lot would come off them too
    ],
    ids=["lot", "product", "run", "stretch", "another stretch of a run that got its lot"],
)
def test_no_activation_is_taken_back_out_of_held_or_recalled_goods(session, cast, now, given, lot, goods):
    undo = partial(stamping.undo_last, session, actor=cast.manager.actor, run=given, now=now)
    held = hold_about(session, cast.inspector, goods(given), now)
    with pytest.raises(Conflict, match="undo_on_hold"):
        undo()
    restrictions.lift(session, actor=cast.officer.actor, restriction=held, reason="Đạt", now=now)
    recall = recall_about(session, cast, goods(given), now)
    with pytest.raises(Conflict, match="undo_recalled"):
        undo()
    assert (given.lot, stamping.balance(session, given).activated) == (lot, 10)
    assert "undid_stamps" not in acts(session)
    restrictions.lift(
        session, actor=cast.officer.actor, restriction=recall, ending=RecallEnding.REWORK, now=now
    )
    assert undo().lot is None


def test_an_activation_beside_a_recalled_stretch_and_a_voiding_within_are_taken_back(session, cast, now, run):
    run.state, run.printed_at = StampState.PRINTED, now
    act = {"actor": cast.manager.actor, "run": run, "now": now}
    recall_about(session, cast, about_stamps(run, 500, 5), now)
    stamping.activate_run(session, stretch=StampRange(0, 10), **act)
    stamping.undo_last(session, **act)
    assert stamping.balance(session, run).activated == 0
    stamping.void_stamps(session, stretch=StampRange(500, 5), reason="Rách", **act)
    stamping.undo_last(session, **act)
    assert stamping.balance(session, run).void == 0
    assert stamping.check_stamps(session, run, StampRange(0, 500)) is None
    with pytest.raises(Conflict, match="stamps_recalled"):
        stamping.check_stamps(session, run, None)


def test_a_proposal_stops_no_undo(session, cast, now, given, lot):
    propose(session, cast.inspector, lot, now)
    assert stamping.undo_last(session, actor=cast.manager.actor, run=given, now=now).lot is None
