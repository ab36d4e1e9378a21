"""A lot that others know by its code keeps it, and a case that went out holds what it held."""

from dataclasses import replace
from functools import partial

import pytest

from tests import factories
from traceapp.domain.errors import Conflict
from traceapp.domain.restrictions import HoldReason
from traceapp.domain.signed_codes import CodeKey
from traceapp.domain.trade_items import Level
from traceapp.services import lots, trade_items
from traceapp.services.lots import LotEntry
from traceapp.services.recalls import movements, public_recalls, recall_scope, restrictions
from traceapp.services.recalls.movements import MovementEntry
from traceapp.services.signing import signed_codes
from traceapp.services.trade_items import TradeItemEntry

ENTRY = LotEntry(code="SACH-1", made_on="05/09/2026", expires_on="05/09/2028", quantity="1200")


@pytest.fixture
def bottle(session, cast, now):
    return factories.make_lot(session, factories.make_trade_item(session, cast.cooperative_id, now), now)


@pytest.fixture
def case(session, cast, now, bottle):
    """The cartons of twelve that the lot of bottles was packed into, under its code."""
    item = factories.make_trade_item(
        session, cast.cooperative_id, now, gtin="19520009010018", level=Level.CASE, name_vi="Thùng",
        contains_id=bottle.trade_item_id, contains_count=12,
    )  # fmt: skip
    return factories.make_lot(session, item, now)


@pytest.fixture
def rename(session, cast, now, today):
    def rename(lot, **more):
        entry = replace(ENTRY, **more)
        return lots.edit_lot(session, actor=cast.manager.actor, lot=lot, entry=entry, now=now, today=today)

    return rename


@pytest.fixture
def count(session, cast, now, case):
    """Say that a carton holds another number."""

    def count(number):
        entry = TradeItemEntry(
            name_vi="Thùng", gtin="19520009010018", category="liquor", contains_count=number
        )
        return trade_items.edit_trade_item(
            session, actor=cast.manager.actor, item=case.trade_item, entry=entry, now=now
        )

    return count


@pytest.fixture
def send(session, cast, now, today):
    def send(lot):
        entry = MovementEntry(name="Cửa hàng chị Mai", quantity="10")
        return movements.record_movement(
            session, actor=cast.manager.actor, lot=lot, entry=entry, request_key=None, now=now, today=today
        )

    return send


@pytest.fixture
def hold(session, cast, now):
    return partial(
        restrictions.hold, session, actor=cast.inspector.actor, reason=HoldReason.SAFETY_DOUBT, now=now
    )


def propose(session, cast, about, now):
    return restrictions.propose_recall(
        session, actor=cast.inspector.actor, about=about, reason=HoldReason.SAFETY_DOUBT,
        decision_number=None, now=now,
    )  # fmt: skip


@pytest.mark.parametrize("which", ["bottle", "case"])
@pytest.mark.parametrize("of", ["product", "lot", "stamps", "cases"])
def test_nothing_is_renamed_out_of_a_hold_nor_after_it(
    session, cast, bottle, case, hold, rename, now, which, of
):
    run = factories.make_run(session, cast, now, bottle.trade_item, None)
    about = {
        "product": recall_scope.About(bottle.trade_item),
        "lot": recall_scope.of_lot(bottle),
        "stamps": recall_scope.of_stamps(run, None),
        "cases": recall_scope.of_lot(case),
    }[of]
    run.lot = bottle if of == "stamps" else None
    held, lot = hold(about=about), {"bottle": bottle, "case": case}[which]
    with pytest.raises(Conflict, match=r"lot_code_known|lot_code_fixed"):
        rename(lot)
    session.refresh(lot)
    assert rename(lot, code="L260905A", quantity="1300").quantity == 1300
    restrictions.lift(session, actor=cast.officer.actor, restriction=held, reason="Đạt", now=now)
    if of == "product":  # which names no lot
        assert rename(lot).code == "SACH-1"
    else:
        with pytest.raises(Conflict, match=r"lot_code_known|lot_code_fixed"):
            rename(lot)


def test_a_recall_goes_on_naming_the_lot_that_was_recalled(session, cast, bottle, rename, now):
    row = propose(session, cast, recall_scope.of_lot(bottle), now)
    restrictions.confirm_recall(session, actor=cast.officer.actor, restriction=row, now=now)
    with pytest.raises(Conflict, match="lot_code_known") as refused:
        rename(bottle)
    assert (refused.value.field, refused.value.facts) == ("code", {"given": "L260905A"})
    session.refresh(bottle)
    assert public_recalls.recall_record(session, row.public_id, now=now).lot == "L260905A"


def test_a_proposal_is_nobodys_business_yet_and_one_that_was_dropped_never_is(
    session, cast, bottle, rename, now
):
    propose(session, cast, recall_scope.of_lot(bottle), now)
    assert rename(bottle).code == "SACH-1"


@pytest.mark.parametrize("which", ["bottle", "case"])
def test_goods_that_moved_keep_the_code_by_which_they_went(
    session, cast, bottle, case, send, rename, now, which
):
    row = send(case)
    lot = {"bottle": bottle, "case": case}[which]
    with pytest.raises(Conflict, match="lot_code_known"):
        rename(lot)
    session.refresh(lot)
    movements.reverse_movement(session, actor=cast.manager.actor, lot=case, public_id=row.public_id, now=now)
    with pytest.raises(Conflict, match="lot_code_known"):
        rename(lot)


def test_a_code_on_the_cover_of_a_carton_stays(session, cast, bottle, rename, now):
    signed_codes.sign_cartons(
        session, actor=cast.manager.actor, lot=bottle, count=12, cartons=1, key=CodeKey("0001", b"k" * 32),
        now=now,
    )  # fmt: skip
    with pytest.raises(Conflict, match="lot_code_fixed"):
        rename(bottle)


def test_a_mistyped_code_that_nobody_knows_is_put_right(bottle, case, rename):
    assert rename(case, code="L260905B").code == "L260905B"
    assert rename(bottle).code == "SACH-1"


def test_a_case_that_went_out_or_is_held_holds_what_it_held(session, cast, case, send, hold, count, now):
    assert count("24").contains_count == 24
    held = hold(about=recall_scope.of_lot(case))
    with pytest.raises(Conflict, match="case_count_fixed") as refused:
        count("1")
    assert (refused.value.field, refused.value.facts) == ("contains_count", {"given": "24"})
    session.refresh(case.trade_item)
    restrictions.lift(session, actor=cast.officer.actor, restriction=held, reason="Đạt", now=now)
    assert count("12").contains_count == 12
    send(case)
    with pytest.raises(Conflict, match="case_count_fixed"):
        count("1")
    session.refresh(case.trade_item)
    assert count("12").contains_count == 12


def test_a_count_that_nobody_wrote_down_may_still_be(session, case, send, count):
    case.trade_item.contains_count = None
    send(case)
    assert count("12").contains_count == 12
