"""Holding, recalling and letting go: who may, how many people it takes, and what is told to who is late."""

from dataclasses import replace

import pytest

from tests import factories
from traceapp.domain.errors import Conflict, Malformed, NotAllowed
from traceapp.domain.restrictions import HoldReason, RecallEnding
from traceapp.services import journal, restrictions


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
        restrictions.lift(session, actor=cast.inspector.actor, restriction=held, now=now)
    restrictions.lift(session, actor=cast.officer.actor, restriction=held, now=now)
    assert held.lifted_at == now
    with pytest.raises(Conflict, match="already_lifted"):
        restrictions.lift(session, actor=cast.second_officer.actor, restriction=held, now=now)
    assert acts(session) == ["lifted_hold", "held_lot"]


def test_a_hold_that_was_lifted_can_be_placed_again(session, cast, now, lot):
    first = hold(session, cast.inspector, lot, now)
    restrictions.lift(session, actor=cast.officer.actor, restriction=first, now=now)
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


def test_a_proposal_nobody_confirmed_is_dropped_without_an_ending(session, cast, now, lot):
    recall = propose(session, cast.inspector, lot, now)
    restrictions.lift(session, actor=cast.officer.actor, restriction=recall, now=now)
    assert recall.ending is None
    assert acts(session)[0] == "dropped_recall"
    with pytest.raises(Conflict, match="recall_not_open"):
        restrictions.confirm_recall(session, actor=cast.second_officer.actor, restriction=recall, now=now)


def test_a_judge_of_the_party_itself_holds_nothing(session, cast, now, lot):
    ours = replace(cast.inspector.actor, party_id=cast.cooperative_id)
    with pytest.raises(NotAllowed, match="impartiality"):
        restrictions.hold_lot(session, actor=ours, lot=lot, reason=HoldReason.COMPLAINT, now=now)
