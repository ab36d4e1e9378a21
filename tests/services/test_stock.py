"""Any sequence of acts and undos against a model that keeps every stamp by itself."""

from dataclasses import dataclass, replace
from datetime import timedelta

import hypothesis
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests import factories
from traceapp.domain.errors import Conflict, Malformed, RuleBroken
from traceapp.domain.serials import SerialKey
from traceapp.domain.stamps import StampRange, StampState
from traceapp.models import JournalEntry, PrintRun, StampException, StampRun
from traceapp.services import printing, stamping

KEY = SerialKey("0001", bytes(range(32)))
COUNT, USED = 50, frozenset({0, 5, 20})  # on sheets of 21: 21, 11, and 18 on the part-used one
MINTED, PRINTED, ACTIVATED, VOID = StampState
PLACES = st.integers(0, COUNT - 1)
STRETCHES = st.one_of(
    st.none(), st.tuples(PLACES, PLACES).map(lambda ends: StampRange(min(ends), abs(ends[0] - ends[1]) + 1))
)
WHO = st.sampled_from([0, 0, 0, 1])


@pytest.fixture
def item(session, cast, now):
    return factories.make_trade_item(session, cast.cooperative_id, now)


@pytest.fixture
def order(session, cast, item, now, settings):
    run = stamping.issue_stamps(
        session, actor=cast.manager.actor, trade_item=item, lot=None, count=COUNT, key=KEY, request_key=None,
        now=now,
    )  # fmt: skip
    placed = printing.order_stamps(
        session, actor=cast.manager.actor, run=run, now=now, request_key=None, settings=settings,
        choice=printing.Choice("a4-21", used_cells=USED),
    )  # fmt: skip
    session.commit()
    return placed


@dataclass
class Done:
    """An act as the model remembers it: who, when, where what it moved had stood, the journal's number."""

    who: int
    at: int
    stood: dict[int, StampState]
    seq: int
    activates: bool


def machine_of(session, cast, order, lot, now):  # noqa: C901 - a machine is one class of many small rules
    """A machine whose every example begins with the same run, freshly issued, and leaves nothing behind."""
    run_id, order_id = order.stamp_run_id, order.id
    colleague = replace(cast.manager.actor, account_id=cast.inspector.account_id)
    people = (cast.manager.actor, colleague)

    class Stock(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            session.expire_all()
            self.stamps, self.done, self.hour, self.printed, self.lot = [MINTED] * COUNT, [], 0, False, False

        @property
        def run(self) -> StampRun:
            return session.get_one(StampRun, run_id)

        @property
        def now(self):
            return now + timedelta(hours=self.hour)

        def attempt(self, expected: str | None, act) -> bool:
            """Do it, or see it refused as the model says; whether it was done."""
            if expected is not None:
                with pytest.raises(RuleBroken, match=f"^{expected}"):
                    act()
                return False
            act()
            session.flush()
            return True

        def held(self, stretch):
            return range(COUNT) if stretch is None else range(stretch.first, stretch.last + 1)

        def remember(self, who, stretch, moves, after):
            """Keep where the stamps stood that an act moved, and move them."""
            seq = session.query(JournalEntry.seq).order_by(JournalEntry.seq.desc()).first()[0]
            stood = {at: self.stamps[at] for at in self.held(stretch) if self.stamps[at] in moves}
            self.done.append(Done(who, self.hour, stood, seq, after is ACTIVATED))
            for at in stood:
                self.stamps[at] = after

        def undoable(self, who):
            """One's newest act of which no later one that stands moved a stamp."""
            later: set[int] = set()
            for one in reversed(self.done):
                if one.who == who and later.isdisjoint(one.stood):
                    return one
                later |= set(one.stood)
            return None

        @precondition(lambda self: not self.printed)
        @rule()
        def paper_comes(self):
            stamping.mark_printed(self.run, self.now)
            session.flush()
            self.printed = True
            self.stamps = [PRINTED if state is MINTED else state for state in self.stamps]

        @rule(stretch=STRETCHES, who=WHO)
        def activate(self, stretch, who):
            found = {self.stamps[at] for at in self.held(stretch)}
            expected = None
            if MINTED in found:
                expected = "stamps_not_printed"
            elif PRINTED not in found:
                expected = "stamps_void_already" if found == {VOID} else "stamps_active_already"
            told = {"actor": people[who], "run": self.run, "stretch": stretch, "now": self.now}
            if not self.attempt(expected, lambda: stamping.activate_run(session, lot=lot(), **told)):
                return
            self.lot = True
            self.remember(who, stretch, {PRINTED}, ACTIVATED)

        @rule(stretch=STRETCHES, who=WHO)
        def void(self, stretch, who):
            alive = any(self.stamps[at] is not VOID for at in self.held(stretch))
            told = {"actor": people[who], "run": self.run, "stretch": stretch, "now": self.now}
            if not self.attempt(
                None if alive else "stamps_void_already",
                lambda: stamping.void_stamps(session, reason="rách", **told),
            ):
                return
            self.remember(who, stretch, {MINTED, PRINTED, ACTIVATED}, VOID)

        @rule(who=WHO)
        def undo(self, who):
            mine, own = self.undoable(who), [one for one in self.done if one.who == who]
            expected = None
            if not self.done:
                expected = "undo_not_this"
            elif not own:
                expected = "undo_other_person"
            elif mine is None:
                expected = "undo_touched"
            elif self.hour - mine.at > 240:
                expected = "undo_too_late"
            seen = stamping.undoable_act(session, self.run, people[who].account_id, self.now)
            assert (seen and seen.seq) == (None if expected else mine.seq)
            told = {"actor": people[who], "run": self.run, "now": self.now, "act": mine and mine.seq}
            if not self.attempt(expected, lambda: stamping.undo_last(session, **told)):
                return
            self.done.remove(mine)
            for at, state in mine.stood.items():
                self.stamps[at] = PRINTED if state is MINTED and self.printed else state
            if (
                mine.activates
                and ACTIVATED not in self.stamps
                and not any(one.activates for one in self.done)
            ):
                self.lot = False
            before = stamping.segments(self.run)
            stamping.undo_last(session, **told)  # the same button pressed twice
            assert stamping.segments(self.run) == before

        @rule(hours=st.integers(1, 200))
        def time_passes(self, hours):
            self.hour += hours

        @rule()
        def everything_is_read_anew(self):
            session.flush()
            session.expire_all()

        @invariant()
        def every_stamp_stands_where_the_model_says(self):
            stands = [state for held, state in stamping.segments(self.run) for _ in range(held.count)]
            assert stands == self.stamps

        @invariant()
        def the_balance_adds_up_by_run_and_by_sheet(self):
            told = stamping.balance(session, self.run)
            assert told.count == COUNT
            assert [told.minted, told.printed, told.activated, told.void] == [
                self.stamps.count(state) for state in StampState
            ]
            order = session.get_one(PrintRun, order_id)
            sheets = list(printing.sheets_of(order, self.run))
            assert [sheet.balance.count for sheet in sheets] == [21, 11, 18]
            assert sum(sheet.balance.void for sheet in sheets) == told.void
            assert sum(sheet.balance.activated for sheet in sheets) == told.activated

        @invariant()
        def the_run_has_a_lot_while_something_is_on_goods(self):
            assert (self.run.lot_id is not None or self.run.lot is not None) == self.lot
            days = [now + timedelta(hours=one.at) for one in self.done if one.activates]
            assert self.run.activated_at == min(days, default=None)

        @invariant()
        def every_activated_stamp_knows_when_and_with_how_many(self):
            since = {at: one.at for one in self.done if one.activates for at in one.stood}
            live = [at for at in range(COUNT) if self.stamps[at] is ACTIVATED]
            for at in live:
                together = sum(since[other] == since[at] for other in live)
                told = stamping.activated_with(self.run, at)
                assert told == (now + timedelta(hours=since[at]), together)

        def teardown(self) -> None:
            session.rollback()

    return Stock


def test_any_sequence_of_acts_gives_what_a_stamp_by_stamp_model_gives(session, cast, order, item, now):
    made = factories.make_lot(session, item, now, expires_on=None)
    session.commit()
    lot_id = made.id
    run_state_machine_as_test(
        machine_of(session, cast, order, lambda: session.get_one(type(made), lot_id), now),
        settings=hypothesis.settings(max_examples=60, stateful_step_count=25, deadline=None),
    )


def test_stamps_taken_back_before_the_paper_came_are_usable_when_it_comes(session, cast, order, item, now):
    me, run, lot = cast.manager.actor, order.stamp_run, factories.make_lot(session, item, now)
    for stretch in (StampRange(3, 4), None):
        stamping.void_stamps(session, actor=me, run=run, reason="nhầm", stretch=stretch, now=now)
    stamping.undo_last(session, actor=me, run=run, now=now)
    stamping.undo_last(session, actor=me, run=run, now=now)
    stamping.mark_printed(run, now)
    stamping.activate_run(session, actor=me, run=run, lot=lot, now=now)
    assert stamping.balance(session, run).activated == COUNT


def test_a_void_run_whose_paper_came_meanwhile_comes_back_as_printed(session, cast, order, now):
    me, run = cast.manager.actor, order.stamp_run
    stamping.void_stamps(session, actor=me, run=run, reason="nhầm", now=now)
    stamping.mark_printed(run, now)
    assert run.state is VOID
    stamping.undo_last(session, actor=me, run=run, now=now)
    assert stamping.balance(session, run).printed == COUNT


def test_a_cancelled_order_ends_its_stamps_and_no_undo_brings_them_back(session, cast, order, now):
    me, run = cast.manager.actor, order.stamp_run
    stamping.void_stamps(session, actor=me, run=run, reason="nhầm", now=now)
    printing.cancel_print(session, actor=me, order=order, now=now)
    assert stamping.last_act(session, run) is None
    with pytest.raises(Conflict, match="undo_not_this"):
        stamping.undo_last(session, actor=me, run=run, now=now)
    assert stamping.balance(session, run).void == COUNT


@pytest.fixture
def people(session, cast, order, item, now):
    """Lan and Mai of one cooperative, a lot, and a printed run of theirs."""
    mai = replace(cast.manager.actor, account_id=cast.inspector.account_id)
    stamping.mark_printed(order.stamp_run, now)
    return cast.manager.actor, mai, order.stamp_run, factories.make_lot(session, item, now)


def test_what_another_did_to_other_stamps_does_not_take_ones_undo_away(session, people, now):
    lan, mai, run, lot = people
    stamping.activate_run(session, actor=lan, run=run, lot=lot, stretch=StampRange(0, 10), now=now)
    later = now + timedelta(hours=1)
    stamping.void_stamps(session, actor=mai, run=run, reason="rách", stretch=StampRange(40, 1), now=later)
    stamping.undo_last(session, actor=lan, run=run, now=later)
    told = stamping.balance(session, run)
    assert (told.printed, told.activated, told.void, run.lot, run.activated_at) == (
        COUNT - 1,
        0,
        1,
        None,
        None,
    )
    stamping.undo_last(session, actor=mai, run=run, now=later)
    assert stamping.balance(session, run).printed == COUNT


def test_what_another_did_to_the_same_stamps_since_comes_first(session, people, now):
    lan, mai, run, lot = people
    stamping.activate_run(session, actor=lan, run=run, lot=lot, stretch=StampRange(0, 10), now=now)
    stamping.void_stamps(session, actor=mai, run=run, reason="rách", stretch=StampRange(9, 1), now=now)
    assert stamping.undoable_act(session, run, lan.account_id, now) is None
    with pytest.raises(Conflict, match="undo_touched"):
        stamping.undo_last(session, actor=lan, run=run, now=now)
    stamping.undo_last(session, actor=mai, run=run, now=now)
    stamping.undo_last(session, actor=lan, run=run, now=now)
    assert stamping.balance(session, run).printed == COUNT


def test_a_voiding_taken_back_within_a_run_voided_whole_leaves_the_rest_void(session, people, now):
    lan, mai, run, _lot = people
    stamping.void_stamps(session, actor=lan, run=run, reason="rách", stretch=StampRange(0, 10), now=now)
    later = now + timedelta(hours=1)
    stamping.void_stamps(session, actor=mai, run=run, reason="mất cả đợt", now=now)
    stamping.undo_last(session, actor=lan, run=run, now=later)
    told = stamping.balance(session, run)
    assert (told.printed, told.void, run.state, run.void_reason) == (10, COUNT - 10, PRINTED, None)
    kept = [one for one in run.exceptions if one.reason == "mất cả đợt"]
    assert [(one.first_index, one.last_index, one.created_at) for one in kept] == [(10, COUNT - 1, now)]
    stamping.undo_last(session, actor=mai, run=run, now=later)
    assert stamping.balance(session, run).printed == COUNT


def test_an_undo_meant_for_an_older_act_is_refused(session, cast, order, now):
    me, run = cast.manager.actor, order.stamp_run
    stamping.void_stamps(session, actor=me, run=run, reason="a", stretch=StampRange(0, 1), now=now)
    seen = stamping.last_act(session, run)
    stamping.void_stamps(session, actor=me, run=run, reason="b", stretch=StampRange(1, 1), now=now)
    with pytest.raises(Conflict, match="undo_newer_act"):
        stamping.undo_last(session, actor=me, run=run, now=now, act=seen.seq)
    assert stamping.balance(session, run).void == 2


def test_many_acts_and_undos_do_not_hide_the_act_before_them(session, cast, order, now):
    me, run = cast.manager.actor, order.stamp_run
    stamping.void_stamps(session, actor=me, run=run, reason="đầu", stretch=StampRange(0, 1), now=now)
    first = stamping.last_act(session, run)
    for _ in range(260):
        stamping.void_stamps(session, actor=me, run=run, reason="nhầm", stretch=StampRange(1, 1), now=now)
        stamping.undo_last(session, actor=me, run=run, now=now)
    assert stamping.last_act(session, run) is first


def test_fifteen_thousand_sheets_acted_on_one_by_one_still_add_up(session, cast, item, now):
    run = factories.make_run(session, cast, now, item, None, count=1_000_000)
    run.exceptions += [
        StampException(
            first_index=first, last_index=first + 64, state=ACTIVATED if first % 2 else VOID,
            created_by_id=cast.manager.account_id, created_at=now,
        )
        for first in range(0, 999_000, 65)
    ]  # fmt: skip
    told = stamping.balance(session, run)
    assert told.count == 1_000_000
    assert told.activated == 65 * len([first for first in range(0, 999_000, 65) if first % 2])


def test_what_an_act_would_find_is_told_before_it(session, cast, order, now):
    me, run = cast.manager.actor, order.stamp_run
    stamping.mark_printed(run, now)
    stamping.void_stamps(session, actor=me, run=run, reason="x", stretch=StampRange(20, 5), now=now)
    told = stamping.touch(session, run, printing.stretch_of(order, 1, 1), ACTIVATED)
    assert (told.found.printed, told.found.void, told.moved) == (20, 1, 20)
    with pytest.raises(Conflict, match="stamps_void_already"):
        stamping.touch(session, run, StampRange(20, 5), VOID)
    assert run.state is PRINTED


@pytest.mark.parametrize(
    ("typed", "first", "count"), [("1", 0, 21), ("2-3", 21, 29), ("3 – 2", 21, 29), ("3", 32, 18)]
)
def test_sheets_are_named_as_the_margin_numbers_them(order, typed, first, count):
    assert printing.stretch_of(order, *printing.named_sheets(order, typed)) == StampRange(first, count)


@pytest.mark.parametrize(
    ("typed", "code"),
    [("4", "sheet_unknown"), ("0", "sheet_unknown"), ("hai", "sheet_format"), ("1-", "sheet_format")],
)
def test_a_sheet_that_is_not_there_is_said(order, typed, code):
    with pytest.raises(Malformed, match=code):
        printing.named_sheets(order, typed)
