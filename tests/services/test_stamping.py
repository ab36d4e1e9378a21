"""Issuing, activating, voiding and undoing: ranges that never overlap, states that add up."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests import factories
from tests.double_meaning import AS_NEW, AS_OLD, NEW, OLD, SERIAL
from tests.double_meaning import GTIN as DOUBLE
from traceapp.domain.errors import Conflict, Malformed, NotAllowed, NotFound
from traceapp.domain.parties import PartyState
from traceapp.domain.pins import PinKey
from traceapp.domain.restrictions import HoldReason, RestrictionKind
from traceapp.domain.serials import SerialKey, mint
from traceapp.domain.stamps import StampRange, StampState
from traceapp.models import JournalEntry, Lot, Party, Restriction, StampRun, TradeItem
from traceapp.services import stamping

KEY = SerialKey("0001", bytes(range(32)))


@pytest.fixture
def item(session, cast, now):
    return factories.make_trade_item(session, cast.cooperative_id, now)


@pytest.fixture
def lot(session, item, now):
    return factories.make_lot(session, item, now)


@pytest.fixture
def issue(session, cast, item, lot, now):
    def issue(count=100, **more):
        told = {"actor": cast.manager.actor, "trade_item": item, "lot": lot, "request_key": None, "now": now}
        return stamping.issue_stamps(session, count=count, **({"key": KEY} | told | more))

    return issue


@pytest.fixture
def printed(session, issue, now):
    run = issue()
    stamping.mark_printed(run, now)
    return run


def counts(session, run):
    told = stamping.balance(session, run)
    return told.minted, told.printed, told.activated, told.void


def acts(session):
    return list(session.scalars(select(JournalEntry.act).order_by(JournalEntry.seq)))


def test_runs_of_a_product_follow_one_another_without_gap(session, issue):
    first, second = issue(100), issue(50)
    assert (first.first_number, second.first_number) == (0, 100)
    assert acts(session) == ["issued_stamps", "issued_stamps"]


def test_each_product_and_each_key_counts_from_zero(session, cast, issue, now):
    issue(100)
    other = factories.make_trade_item(
        session, cast.cooperative_id, now, gtin=None, registry_number="00000017"
    )
    assert issue(5, trade_item=other, lot=None).first_number == 0
    assert issue(5, lot=None).first_number == 100
    assert (
        stamping.issue_stamps(
            session,
            actor=cast.manager.actor,
            trade_item=other,
            lot=None,
            count=3,
            request_key=None,
            now=now,
            key=SerialKey("0002", bytes(32)),
        ).first_number
        == 0
    )


def test_the_same_request_twice_is_the_same_run(session, issue):
    assert issue(100, request_key="k").id == issue(100, request_key="k").id
    assert len(acts(session)) == 1


@pytest.mark.parametrize("other", ["count", "lot", "no lot"])
def test_a_request_key_sent_with_another_wish_is_refused(session, issue, item, now, other):
    issue(100, request_key="k")
    more = {
        "count": dict,
        "lot": lambda: {"lot": factories.make_lot(session, item, now, code="L260906A")},
        "no lot": lambda: {"lot": None},
    }[other]()
    with pytest.raises(Conflict, match="request_key_differs"):
        issue(99 if other == "count" else 100, request_key="k", **more)


def test_a_run_that_got_its_lot_at_activation_is_still_the_same_request(session, cast, issue, lot, now):
    run = issue(100, request_key="k", lot=None)
    stamping.mark_printed(run, now)
    stamping.activate_run(session, actor=cast.manager.actor, run=run, lot=lot, now=now)
    assert issue(100, request_key="k", lot=None) is run


def test_a_request_key_of_another_product_is_refused(session, cast, issue, now):
    issue(100, request_key="k")
    other = factories.make_trade_item(session, cast.cooperative_id, now, gtin="09520009010028")
    with pytest.raises(Conflict, match="request_key_reused"):
        issue(100, request_key="k", trade_item=other, lot=None)


def test_a_run_says_for_ever_whether_its_stamps_carry_a_pin(session, issue, item):
    pin = PinKey(bytes(32))
    item.scratch_pin = True
    with_pin = issue(10, key=replace(KEY, pin=pin))
    item.scratch_pin = False
    without = issue(10, key=replace(KEY, pin=pin))
    assert (with_pin.pin_key, without.pin_key) == (pin.fingerprint, None)
    session.commit()
    with pytest.raises(DBAPIError):
        session.execute(text("UPDATE stamp_run SET pin_key = NULL"))
    session.rollback()
    facts = [json.loads(body)["facts"]["pin_key"] for body in session.scalars(select(JournalEntry.body))]
    assert facts == [pin.fingerprint, None]


def test_without_a_pin_key_no_stamps_with_pins_are_issued(issue, item, session):
    item.scratch_pin = True
    with pytest.raises(Conflict, match="pin_key_missing"):
        issue(10)
    assert acts(session) == []


@pytest.mark.parametrize("count", [0, -1, 1_000_001])
def test_a_count_outside_one_to_a_million_is_refused(issue, count):
    with pytest.raises(Malformed, match="number_range"):
        issue(count)


def test_a_million_stamps_are_one_row(session, issue):
    run = issue(1_000_000)
    assert counts(session, run) == (1_000_000, 0, 0, 0)
    assert len(session.scalars(select(StampRun)).all()) == 1


def test_a_strangers_product_is_not_found(issue, cast):
    with pytest.raises(NotFound):
        issue(actor=cast.rival.actor)


def test_an_inspector_may_not_issue(issue, cast):
    with pytest.raises(NotAllowed):
        issue(actor=cast.inspector.actor)


def test_the_lot_of_another_product_is_refused(session, cast, issue, now):
    other = factories.make_trade_item(session, cast.cooperative_id, now, gtin="09520009010028")
    with pytest.raises(Conflict, match="lot_of_other_item"):
        issue(lot=factories.make_lot(session, other, now))


@pytest.mark.parametrize("kind", list(RestrictionKind))
@pytest.mark.parametrize("of_item", [True, False])
def test_held_or_recalled_goods_get_no_stamps(session, cast, issue, item, lot, now, kind, of_item):
    restriction = Restriction(
        public_id=factories.next_public_id(),
        kind=kind,
        reason=HoldReason.SAFETY_DOUBT,
        created_at=now,
        lot_id=None if of_item else lot.id,
        trade_item_id=item.id if of_item else None,
        from_at=now,
        proposed_by_id=cast.officer.account_id,
        confirmed_by_id=cast.second_officer.account_id,
    )
    session.add(restriction)
    session.flush()
    with pytest.raises(Conflict, match=r"lot_recalled|lot_on_hold"):
        issue()
    restriction.lifted_at = now
    session.flush()
    assert issue().count == 100


def test_goods_past_their_day_get_no_stamps(session, issue, lot):
    lot.made_on, lot.expires_on = date(2026, 1, 1), date(2026, 11, 21)
    with pytest.raises(Conflict, match="lot_past_use_by"):
        issue()
    lot.expires_on = date(2026, 11, 22)  # the last day itself is good
    assert issue().count == 100


def test_a_suspended_party_gets_no_stamps_and_a_waiting_one_does(session, cast, issue):
    party = session.get_one(Party, cast.cooperative_id)
    party.state = PartyState.SUBMITTED
    assert issue().state is StampState.MINTED
    party.state = PartyState.SUSPENDED
    with pytest.raises(Conflict, match="issuer_suspended"):
        issue()


def test_a_suspended_party_activates_nothing_until_it_is_approved_again(session, cast, lot, now, printed):
    party = session.get_one(Party, cast.cooperative_id)
    party.state = PartyState.SUSPENDED
    with pytest.raises(Conflict, match="issuer_suspended"):
        stamping.activate_run(session, actor=cast.manager.actor, run=printed, lot=lot, now=now)
    assert printed.state is StampState.PRINTED
    party.state = PartyState.APPROVED
    stamping.activate_run(session, actor=cast.manager.actor, run=printed, lot=lot, now=now)
    assert printed.state is StampState.ACTIVATED


@pytest.mark.parametrize(
    ("issued", "first"),
    [
        (AS_OLD.sequence + 1, AS_NEW.sequence + 1),  # an old stamp has that serial: the stretch is left out
        (AS_OLD.sequence, AS_NEW.sequence - 6),  # no old stamp has it: nobody can take one for the other
        (0, AS_NEW.sequence - 6),  # the older key made nothing for this product
    ],
)
def test_a_stretch_with_a_double_meaning_is_skipped(session, cast, issue, item, now, issued, first):
    """The seventh of the next ten serials under the new key opens under the old one too."""
    if issued:
        factories.make_run(session, cast, now, item, None, key_id=OLD.id, first_number=issued - 10, count=10)
    factories.make_run(
        session, cast, now, item, None, key_id=NEW.id, first_number=AS_NEW.sequence - 16, count=10
    )
    run = issue(10, lot=None, key=NEW, other_keys=[NEW, OLD])
    assert run.first_number == first
    assert SERIAL in mint(NEW, DOUBLE, AS_NEW.sequence - 6, 10)
    assert (SERIAL in mint(NEW, DOUBLE, run.first_number, 10)) == (first <= AS_NEW.sequence)


def test_eight_people_at_once_leave_no_overlap_and_no_gap(app: Flask, session, cast, item, lot, now):
    session.commit()
    engine, start = session.get_bind(), threading.Barrier(8)
    item_id, lot_id = item.id, lot.id

    def order_five(worker: int) -> list[tuple[int, int]]:
        start.wait()
        got = []
        for turn in range(5):
            with Session(engine) as own:
                run = stamping.issue_stamps(
                    own,
                    actor=cast.manager.actor,
                    trade_item=own.get_one(TradeItem, item_id),
                    lot=own.get_one(Lot, lot_id),
                    count=worker * 7 + turn + 1,
                    key=KEY,
                    request_key=f"{worker}-{turn}",
                    now=now,
                )
                got.append((run.first_number, run.count))
                own.commit()
        return got

    with ThreadPoolExecutor(8) as pool:
        ranges = sorted(pair for found in pool.map(order_five, range(8)) for pair in found)
    assert len(ranges) == 40
    assert ranges[0][0] == 0
    assert all(first + count == following for (first, count), (following, _) in pairwise(ranges))


def test_the_same_request_from_eight_threads_is_one_run(app: Flask, session, cast, item, now):
    session.commit()
    engine, start, item_id = session.get_bind(), threading.Barrier(8), item.id

    def order(_worker: int) -> int:
        start.wait()
        with Session(engine) as own:
            run = stamping.issue_stamps(
                own,
                actor=cast.manager.actor,
                trade_item=own.get_one(TradeItem, item_id),
                lot=None,
                count=9,
                key=KEY,
                request_key="the-same",
                now=now,
            )
            own.commit()
            return run.id

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(order, range(8)))) == 1


# --- activation, voiding, undoing ---------------------------------------------------------------------


def test_only_printed_stamps_are_activated(session, cast, issue, now):
    run = issue()
    with pytest.raises(Conflict, match="stamps_not_printed"):
        stamping.activate_run(session, actor=cast.manager.actor, run=run, now=now)
    stamping.mark_printed(run, now)
    stamping.activate_run(session, actor=cast.manager.actor, run=run, now=now)
    assert counts(session, run) == (0, 0, 100, 0)
    with pytest.raises(Conflict, match="stamps_active_already"):
        stamping.activate_run(session, actor=cast.manager.actor, run=run, now=now)


def test_a_run_without_a_lot_gets_one_at_activation(session, cast, issue, lot, now):
    run = issue(lot=None)
    stamping.mark_printed(run, now)
    with pytest.raises(Malformed, match="activation_needs_lot"):
        stamping.activate_run(session, actor=cast.manager.actor, run=run, now=now)
    stamping.activate_run(session, actor=cast.manager.actor, run=run, lot=lot, now=now)
    assert run.lot is lot
    stamping.undo_last(session, actor=cast.manager.actor, run=run, now=now)
    session.flush()
    assert (run.lot, run.activated_at, run.state) == (None, None, StampState.PRINTED)


def test_a_run_keeps_its_lot(session, cast, item, printed, now):
    other = factories.make_lot(session, item, now, code="L260906A")
    with pytest.raises(Conflict, match="run_has_other_lot"):
        stamping.activate_run(session, actor=cast.manager.actor, run=printed, lot=other, now=now)


def test_void_stamps_stay_void_when_the_rest_is_activated(session, cast, printed, now):
    me = cast.manager.actor
    stamping.void_stamps(session, actor=me, run=printed, reason="rách", stretch=StampRange(10, 5), now=now)
    assert counts(session, printed) == (0, 95, 0, 5)
    stamping.activate_run(session, actor=me, run=printed, stretch=StampRange(8, 10), now=now)
    assert counts(session, printed) == (0, 90, 5, 5)
    stamping.activate_run(session, actor=me, run=printed, now=now)
    assert counts(session, printed) == (0, 0, 95, 5)
    assert [(s.first, s.count) for s, state in stamping.segments(printed) if state is StampState.VOID] == [
        (10, 5)
    ]


def test_a_void_run_is_void_whatever_was_activated(session, cast, printed, now):
    me = cast.manager.actor
    stamping.activate_run(session, actor=me, run=printed, stretch=StampRange(0, 10), now=now)
    stamping.void_stamps(session, actor=me, run=printed, reason="mất", now=now)
    assert counts(session, printed) == (0, 0, 0, 100)
    with pytest.raises(Conflict, match="stamps_void_already"):
        stamping.void_stamps(session, actor=me, run=printed, reason="mất", now=now)
    with pytest.raises(Conflict, match="stamps_void_already"):
        stamping.activate_run(session, actor=me, run=printed, now=now)


def test_voiding_needs_a_reason(session, cast, printed, now):
    with pytest.raises(Malformed, match="void_reason"):
        stamping.void_stamps(session, actor=cast.manager.actor, run=printed, reason="  ", now=now)


def test_a_stretch_outside_the_run_is_refused(session, cast, printed, now):
    with pytest.raises(Malformed, match="stamp_outside_run"):
        stamping.activate_run(
            session, actor=cast.manager.actor, run=printed, stretch=StampRange(99, 2), now=now
        )


def test_undoing_takes_acts_back_one_by_one_to_where_things_stood(session, cast, printed, now):
    me, stood = cast.manager.actor, []
    for act in (
        lambda: stamping.void_stamps(
            session, actor=me, run=printed, reason="a", stretch=StampRange(0, 3), now=now
        ),
        lambda: stamping.activate_run(session, actor=me, run=printed, stretch=StampRange(0, 50), now=now),
        lambda: stamping.activate_run(session, actor=me, run=printed, now=now),
        lambda: stamping.void_stamps(
            session, actor=me, run=printed, reason="b", stretch=StampRange(40, 20), now=now
        ),
        lambda: stamping.void_stamps(session, actor=me, run=printed, reason="c", now=now),
    ):
        stood.append(stamping.segments(printed))
        act()
    for before in reversed(stood):
        stamping.undo_last(session, actor=me, run=printed, now=now)
        assert stamping.segments(printed) == before
    with pytest.raises(Conflict, match="undo_not_this"):
        stamping.undo_last(session, actor=me, run=printed, now=now)
    assert acts(session).count("undid_stamps") == 5  # nothing is taken out of history


def test_undo_ends_after_240_hours(session, cast, printed, now):
    me = cast.manager.actor
    stamping.void_stamps(session, actor=me, run=printed, reason="x", now=now)
    with pytest.raises(Conflict, match="undo_too_late"):
        stamping.undo_last(session, actor=me, run=printed, now=now + timedelta(hours=240, seconds=1))
    stamping.undo_last(session, actor=me, run=printed, now=now + timedelta(hours=240))
    assert counts(session, printed) == (0, 100, 0, 0)
    assert printed.void_reason is None


def test_undo_belongs_to_who_did_it(session, cast, printed, now):
    from dataclasses import replace

    stamping.void_stamps(session, actor=cast.manager.actor, run=printed, reason="x", now=now)
    colleague = replace(cast.manager.actor, account_id=cast.inspector.account_id)
    with pytest.raises(NotAllowed, match="undo_other_person"):
        stamping.undo_last(session, actor=colleague, run=printed, now=now)


@pytest.mark.parametrize("act", [stamping.activate_run, stamping.void_stamps, stamping.undo_last])
def test_a_strangers_run_is_not_found(session, cast, printed, now, act):
    more = {"reason": "x"} if act is stamping.void_stamps else {}
    with pytest.raises(NotFound):
        act(session, actor=cast.rival.actor, run=printed, now=now, **more)
    with pytest.raises(NotFound):
        stamping.own_run(session, cast.rival.actor, printed.public_id)


def test_a_stamp_is_named_by_number_or_by_serial(session, issue):
    issue(7)
    run = issue(100)
    serial = mint(KEY, stamping.subject_of(run.subject), run.first_number + 4, 1)[0]
    assert stamping.read_stretch(run, [KEY], "5", "1") == StampRange(0, 5)
    assert stamping.read_stretch(run, [KEY], serial.lower(), "100") == StampRange(4, 96)
    assert stamping.read_stretch(run, [KEY], "9", "") == StampRange(8, 1)
    assert stamping.read_stretch(run, [KEY], "", "") is None
    for strange in ("0", "101", "3KMMR3K47VPF"):
        with pytest.raises(Malformed, match="stamp_outside_run"):
            stamping.read_stretch(run, [KEY], strange, "")


def test_undoing_a_later_activation_and_a_voiding_leaves_the_day_the_first_stamps_went_on_goods(
    session, cast, printed, now
):
    run, actor = printed, cast.manager.actor
    stamping.activate_run(session, actor=actor, run=run, now=now, stretch=StampRange(0, 1))
    began = run.activated_at
    stamping.void_stamps(session, actor=actor, run=run, reason="Rách", now=now, stretch=StampRange(0, 1))
    stamping.activate_run(session, actor=actor, run=run, now=now)
    for _ in range(2):
        stamping.undo_last(session, actor=actor, run=run, now=now)
    assert run.activated_at == began is not None
    stamping.undo_last(session, actor=actor, run=run, now=now)
    assert run.activated_at is None
