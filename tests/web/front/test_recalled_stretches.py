"""A recall of a stretch, or of the whole product, changes what the front says at its next look."""

from datetime import timedelta

import pytest

from traceapp.domain.restrictions import HoldReason, RecallEnding
from traceapp.domain.stamps import StampRange
from traceapp.models import StampRun, TradeItem
from traceapp.services import stamping
from traceapp.services.recalls import recall_scope, restrictions


@pytest.fixture
def known(shelf, both):
    """A stamp whose page the front knows by heart."""
    address = shelf.make("valid_first")
    both.settle()
    both.know(address)
    assert both.quick(address) is not None
    return address


def test_a_recalled_stretch_is_cut_out_and_the_rest_stays_quick(known, shelf, both, cast, now):
    run = shelf.session.query(StampRun).one()
    inside, before, behind = (shelf.address(run, index) for index in (7, 4, 10))
    for address in (inside, before, behind):
        both.know(address)
        assert both.quick(address) == both.door(address)
    about = recall_scope.of_stamps(run, StampRange(5, 5))
    told = {"reason": HoldReason.SAFETY_DOUBT, "decision_number": "12/QĐ", "now": now}
    recall = restrictions.propose_recall(shelf.session, actor=cast.inspector.actor, about=about, **told)
    shelf.session.commit()
    for address in (inside, before, behind):
        both.know(address)
        assert both.quick(address) == both.door(address)
    restrictions.confirm_recall(shelf.session, actor=cast.officer.actor, restriction=recall, now=now)
    shelf.session.commit()
    both.settle()  # one look, half a second later: nothing made before it is shown any more
    assert both.quick(inside) is None
    assert b'data-verdict="recalled"' in both.door(inside)[2]
    for address in (before, behind):
        both.know(address)
        assert both.quick(address) == both.door(address)
        assert b'data-verdict="recalled"' not in both.door(address)[2]
    assert both.quick(inside) is None
    restrictions.lift(
        shelf.session, actor=cast.officer.actor, restriction=recall, ending=RecallEnding.REWORK, now=now
    )
    shelf.session.commit()
    both.know(inside)
    assert both.quick(inside) == both.door(inside)


def test_a_recall_of_the_whole_product_is_seen_at_the_next_look(known, shelf, both, cast, now):
    run = shelf.session.query(StampRun).one()
    restrictions.hold(
        shelf.session, actor=cast.inspector.actor, about=recall_scope.About(run.trade_item),
        reason=HoldReason.SAFETY_DOUBT, now=now,
    )  # fmt: skip
    shelf.session.commit()
    both.settle()
    assert both.quick(known) is None
    assert b'data-verdict="on_hold"' in both.door(known)[2]


def test_a_hold_by_a_server_whose_clock_is_ahead_shows_at_once(known, shelf, both, cast, now):
    item = shelf.session.query(TradeItem).one()
    restrictions.hold(
        shelf.session, actor=cast.inspector.actor, about=recall_scope.About(item),
        reason=HoldReason.COMPLAINT, now=now + timedelta(seconds=90),
    )  # fmt: skip
    shelf.session.commit()
    both.know(known)
    assert b'data-verdict="on_hold"' in both.door(known)[2]
    assert both.quick(known) is None


def test_a_case_whose_other_stamps_were_voided_is_recalled_at_the_next_look(shelf, both, cast, now):
    stamp, _run, other = shelf.boxed()
    shelf.session.commit()
    address = shelf.address(stamp)
    both.settle()
    both.know(address)
    assert "trong thùng có thể có hàng" in both.quick(address)[2].decode()
    stamping.void_stamps(shelf.session, actor=cast.manager.actor, run=other, reason="Hỏng", now=now)
    shelf.session.commit()
    both.settle()
    both.know(address)
    assert both.quick(address) is None
    assert b'data-verdict="recalled"' in both.door(address)[2]
