"""A spoilt sheet printed once more: new codes as a rule, exactly alike only for a day; always counted."""

import threading
from datetime import timedelta
from functools import partial
from io import BytesIO
from itertools import accumulate, pairwise

import pytest
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from labels.sheet import share_out
from tests import factories
from traceapp.domain.errors import Conflict, Malformed, NotFound
from traceapp.domain.printing import PrintState, stamps_on_sheets
from traceapp.domain.reprints import ReprintReason, Share
from traceapp.domain.restrictions import HoldReason
from traceapp.domain.stamps import StampRange, StampState
from traceapp.models import JournalEntry, PrintRun, Reprint, StampRun
from traceapp.services import printing, stamping
from traceapp.services.printing.reprints import sheet_of
from traceapp.services.recalls import recall_scope, restrictions

JAM, LOST = ReprintReason.JAM, ReprintReason.LOST


@pytest.fixture
def keys(app):
    return app.extensions["serial_keys"]


@pytest.fixture
def printed(app, session, cast, now, keys, settings):
    """50 stamps on sheets of 21, the last one part-used: drawn."""
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    run = stamping.issue_stamps(
        session, actor=cast.manager.actor, trade_item=item, lot=factories.make_lot(session, item, now),
        count=50, key=keys[0], request_key=None, now=now,
    )  # fmt: skip
    order = printing.order_stamps(
        session, actor=cast.manager.actor, run=run, settings=settings, request_key=None, now=now,
        choice=printing.Choice("a4-21", used_cells=frozenset({0, 5, 20})),
    )  # fmt: skip
    session.commit()
    with app.app_context():
        state = printing.run(
            partial(Session, session.get_bind()), app.extensions["storage"], order.id, worker="w", keys=keys,
            clock=lambda: now,
        )  # fmt: skip
    assert state is PrintState.DONE
    session.expire_all()
    return order


@pytest.fixture
def anew(session, cast, printed, keys, settings, now):
    def anew(sheets=(1, 1), reason=JAM, request_key=None, **more):
        told = {"actor": cast.manager.actor, "order": printed, "now": now} | more
        return printing.reprint_anew(
            session,
            sheets=sheets,
            reason=reason,
            keys=keys,
            settings=settings,
            request_key=request_key,
            **told,
        )

    return anew


@pytest.fixture
def alike(session, cast, printed, now):
    def alike(sheet=1, reason=JAM, **more):
        told = {"actor": cast.manager.actor, "order": printed, "now": now, "destroyed": True} | more
        return printing.reprint_alike(session, sheets=(sheet, sheet), reason=reason, **told)

    return alike


def counts(session, run):
    told = stamping.balance(session, run)
    return told.minted, told.printed, told.activated, told.void


def test_a_spoilt_sheet_is_voided_and_as_many_new_stamps_are_ordered(session, printed, anew):
    placed = anew((2, 2))
    old, new = printed.stamp_run, placed.stamp_run
    assert counts(session, old) == (0, 39, 0, 11)
    assert (new.count, new.lot_id, new.first_number) == (11, old.lot_id, 50)
    assert (placed.medium_id, placed.used_cells, placed.design["art"]) == ("a4-21", [], printed.design["art"])
    row = printing.replaced_by(session, new)
    assert (row.stamp_run, row.first_sheet, row.last_sheet, row.identical) == (old, 2, 2, False)
    told = list(session.scalars(select(JournalEntry.act).order_by(JournalEntry.seq)))[-4:]
    assert told == ["voided_stamps", "issued_stamps", "ordered_print", "reprinted_anew"]


def test_the_same_request_twice_is_one_reprint(session, anew):
    assert anew(request_key="k") is anew(request_key="k")
    assert len(session.scalars(select(Reprint)).all()) == 1
    assert len(session.scalars(select(StampRun)).all()) == 2


def test_a_request_key_sent_with_other_sheets_is_refused(anew):
    anew((1, 1), request_key="k")
    with pytest.raises(Conflict, match="request_key_differs"):
        anew((2, 2), request_key="k")


def test_sheets_voided_before_are_printed_anew_without_a_second_voiding(session, cast, printed, anew, now):
    stretch = printing.stretch_of(printed, 1, 2)
    stamping.void_stamps(
        session, actor=cast.manager.actor, run=printed.stamp_run, reason="ướt", stretch=stretch, now=now
    )
    assert anew((1, 2), LOST).count == 32
    acts = list(session.scalars(select(JournalEntry.act)))
    assert acts.count("voided_stamps") == 1


def test_a_sheet_alike_is_the_very_page_of_the_file(session, cast, printed, alike, keys, now, app):
    whole = PdfReader(BytesIO(app.extensions["storage"].get_key(f"prints/{printed.public_id}/001.pdf")))
    for number in (1, 2, 3):
        alike(number)
        drawn = printing.sheet_alike(session, cast.manager.actor, printed, number, keys=keys, now=now)
        assert drawn == sheet_of(printed, number, keys)
        pages = PdfReader(BytesIO(drawn)).pages
        assert len(pages) == 1
        page = whole.pages[number - 1]
        assert pages[0].extract_text() == page.extract_text()
        assert len(masks(page)) == printing.stretch_of(printed, number, number).count
        assert set(masks(pages[0])) == set(masks(page))
    assert counts(session, printed.stamp_run) == (0, 50, 0, 0)


def masks(page):
    """The varying part of every symbol of a page, as it stands in the content."""
    content = page.get_contents().get_data()
    return [part.split(b" ID ", 1)[1] for part in content.split(b"\nEI Q")[:-1]]


def test_alike_is_refused_late_lost_undestroyed_or_void(session, cast, printed, alike, anew, keys, now):
    late = now + timedelta(hours=24, seconds=1)
    with pytest.raises(Conflict, match="reprint_too_late"):
        alike(now=late)
    with pytest.raises(Conflict, match="reprint_lost"):
        alike(reason=LOST)
    with pytest.raises(Malformed, match="reprint_not_destroyed"):
        alike(destroyed=False)
    anew((1, 1))
    with pytest.raises(Conflict, match="stamps_void_already"):
        alike(1)
    alike(2)
    with pytest.raises(NotFound):
        printing.sheet_alike(session, cast.manager.actor, printed, 2, keys=keys, now=late)
    with pytest.raises(NotFound):
        printing.sheet_alike(session, cast.manager.actor, printed, 3, keys=keys, now=now)


def test_alike_twice_is_one_reprint(session, alike):
    assert alike(2) is alike(2)
    told = list(session.scalars(select(JournalEntry.act)))
    assert told.count("reprinted_alike") == 1


def test_what_was_printed_once_more_is_counted_for_run_and_party(session, cast, printed, anew, alike):
    run = printed.stamp_run
    assert printing.share_of_run(session, run, printed) == Share(0, 3)
    anew((1, 2))
    alike(3)
    assert printing.share_of_run(session, run, printed) == Share(3, 3)
    assert printing.share_of_party(session, cast.cooperative_id) == Share(3, 3)
    assert printing.share_of_party(session, cast.rival_id) == Share(0, 0)
    assert [one.identical for one in printing.reprints_of(session, run)] == [True, False]


def test_an_unfinished_print_and_a_strangers_are_refused(session, cast, anew, alike):
    with pytest.raises(NotFound):
        anew(actor=cast.rival.actor)
    with pytest.raises(NotFound):
        alike(actor=cast.rival.actor)
    order = anew()
    assert order.stamp_run.state is StampState.MINTED
    with pytest.raises(Conflict, match="reprint_not_done"):
        anew(order=session.get_one(PrintRun, order.id))


def test_no_undo_brings_old_stamps_back_beside_the_new_ones(session, cast, printed, anew, now):
    placed, old, act = anew((1, 1)), printed.stamp_run, {"actor": cast.manager.actor, "now": now}
    new = placed.stamp_run
    told = stamping.undo_stopped(session, old, stamping.last_act(session, old))
    assert (told.code, told.facts) == ("undo_replaced", {"run": new.public_id})
    with pytest.raises(Conflict, match="undo_replaced"):
        stamping.undo_last(session, run=old, **act)
    assert counts(session, old) == (0, 29, 0, 21)
    printing.cancel_print(session, order=placed, **act)
    stamping.undo_last(session, run=old, **act)  # the new ones were given up, unprinted
    assert counts(session, old) == (0, 50, 0, 0)


def test_a_voiding_beside_the_sheet_that_was_replaced_is_taken_back(session, cast, printed, anew, now):
    old, act = printed.stamp_run, {"actor": cast.manager.actor, "now": now}
    anew((1, 1))
    stamping.void_stamps(session, run=old, reason="nhầm", stretch=StampRange(32, 5), **act)
    stamping.undo_last(session, run=old, **act)
    assert counts(session, old) == (0, 29, 0, 21)


def test_a_sheet_is_replaced_again_only_when_nothing_lives_in_its_place(session, cast, printed, anew, now):
    act = {"actor": cast.manager.actor, "now": now}
    first = anew((1, 2), request_key="a").stamp_run
    for sheets in ((1, 2), (2, 3)):
        with pytest.raises(Conflict, match="sheets_replaced") as refused:
            anew(sheets, request_key="b")
        assert refused.value.facts == {"run": first.public_id}
    stamping.void_stamps(session, run=first, reason="mất", stretch=StampRange(0, 31), **act)
    with pytest.raises(Conflict, match="sheets_replaced"):  # one stamp is left
        anew((2, 2), request_key="b")
    stamping.void_stamps(session, run=first, reason="mất", **act)
    assert anew((2, 2), request_key="b").count == 11
    assert len(session.scalars(select(Reprint)).all()) == 2


def test_a_replacement_does_not_come_back_once_its_sheet_lives_or_is_replaced_again(
    session, cast, printed, anew, now
):
    old, act = printed.stamp_run, {"actor": cast.manager.actor, "now": now}
    first = anew((1, 1), request_key="a").stamp_run
    stamping.void_stamps(session, run=first, reason="mất", **act)
    second = anew((1, 1), request_key="b").stamp_run
    with pytest.raises(Conflict, match="undo_replaced") as refused:
        stamping.undo_last(session, run=first, **act)
    assert refused.value.facts == {"run": second.public_id}
    stamping.void_stamps(session, run=second, reason="mất", **act)
    stamping.undo_last(session, run=old, **act)
    for replacement in (first, second):
        with pytest.raises(Conflict, match="undo_replaced") as refused:
            stamping.undo_last(session, run=replacement, **act)
        assert refused.value.facts == {"run": old.public_id}


def test_a_replacement_of_a_replacement_stands_for_the_first_sheet_too(
    app, session, cast, printed, anew, keys, now
):
    old, act, placed = printed.stamp_run, {"actor": cast.manager.actor, "now": now}, anew((2, 2))
    session.commit()
    with app.app_context():
        sessions, storage = partial(Session, session.get_bind()), app.extensions["storage"]
        printing.run(sessions, storage, placed.id, worker="w", keys=keys, clock=lambda: now)
    session.expire_all()
    last = anew((1, 1), order=placed).stamp_run
    assert counts(session, placed.stamp_run) == (0, 0, 0, 11)
    for run in (old, placed.stamp_run):
        with pytest.raises(Conflict, match="undo_replaced") as refused:
            stamping.undo_last(session, run=run, **act)
        assert refused.value.facts == {"run": last.public_id}
    with pytest.raises(Conflict, match="sheets_replaced"):
        anew((2, 2), request_key="b")


def test_of_two_who_take_back_both_sides_of_a_replacement_at_once_one_is_refused(
    session, cast, printed, anew, now
):
    engine, act = session.get_bind(), {"actor": cast.manager.actor, "now": now}
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite lets one write at a time: there is no such moment")
    first, said = anew((1, 1)).stamp_run, []
    stamping.void_stamps(session, run=first, reason="mất", **act)
    old_id, first_id = printed.stamp_run.id, first.id
    session.commit()

    def take_back():
        with Session(engine) as other:
            try:
                stamping.undo_last(other, run=other.get_one(StampRun, old_id), **act)
                other.commit()
            except Conflict as refused:
                said.append(refused.code)

    second = threading.Thread(target=take_back)
    with Session(engine) as one:
        stamping.undo_last(one, run=one.get_one(StampRun, first_id), **act)
        second.start()
        second.join(0.2)
        one.commit()
    second.join()
    assert said == ["undo_replaced"]


def test_the_sheets_of_any_order_are_counted_as_they_are_drawn():
    blank = printing.medium("a4-21")
    for count in (1, 17, 18, 19, 21, 39, 42, 50):
        for used in (frozenset(), frozenset({0, 5, 20}), frozenset(range(21))):
            ends = list(accumulate((len(page) for page in share_out(blank, count, used)), initial=0))
            sheets = range(1, len(ends))
            found = [stamps_on_sheets(sheet, sheet, count, 21, len(used)) for sheet in sheets]
            assert found == list(pairwise(ends))


def test_recalled_stamps_get_no_new_ones_in_their_place_and_stay(session, cast, printed, anew, now):
    about = recall_scope.of_stamps(printed.stamp_run, StampRange(0, 5))
    told = {"reason": HoldReason.SAFETY_DOUBT, "decision_number": None, "now": now}
    row = restrictions.propose_recall(session, actor=cast.inspector.actor, about=about, **told)
    restrictions.confirm_recall(session, actor=cast.officer.actor, restriction=row, now=now)
    with pytest.raises(Conflict, match="stamps_recalled"):
        anew((1, 1))
    assert counts(session, printed.stamp_run) == (0, 50, 0, 0)
    assert anew((2, 2)).count == 11  # a sheet beside them
