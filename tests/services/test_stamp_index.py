"""What the index of stamps knows after a look: as old as its beginning, and no more new than need be."""

from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from traceapp.domain.restrictions import RestrictionKind
from traceapp.domain.serials import Opened
from traceapp.domain.stamps import StampRange
from traceapp.extensions import db
from traceapp.models import Lot, Purchase
from traceapp.services import journal, stamping
from traceapp.services.scans import stamp_index
from traceapp.services.scans.stamp_index import STALE, StampIndex


class Clock:
    """Seconds that pass when told."""

    at = 1000.0

    def __call__(self):
        return self.at


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def readers(app):
    with app.app_context():
        return db.get_engine("read")


@pytest.fixture
def index(readers, clock):
    return StampIndex(lambda: Session(readers), clock)


@pytest.fixture
def runs(shelf):
    """Two products, each with a lot and a run of a thousand stamps in no lot yet."""
    items = [shelf.item(), shelf.item(gtin="09520009020010")]
    made = [shelf.run(item, None, printed_at=shelf.now) for item in items]
    for item in items:
        shelf.lot(item)
    shelf.session.commit()
    return made


def where(index, run, at=0):
    return index.place(run.subject, [Opened(run.key_id, run.first_number + at)])


def known(index, *runs):
    """Have them in memory, with their versions."""
    index.refresh()
    for _ in range(2):
        places = [where(index, run) for run in runs]
        index.refresh()
    return [place.version for place in places]


def write_down(session, cast, now, *, act="wrote_down", kind="trade_item", name="T0"):
    journal.record(session, actor=cast.manager.actor, act=act, subject=(kind, name), now=now)
    session.commit()


def test_a_stretch_voided_while_runs_are_read_is_never_believed_longer_than_promised(
    session, index, clock, runs, cast, now, monkeypatch
):
    known(index, *runs)
    write_down(session, cast, now)
    real = stamp_index.load_products

    def slow(*asked, **how):
        found = real(*asked, **how)
        asked[0].rollback()  # its reading ends here
        stamping.void_stamps(
            session, actor=cast.manager.actor, run=runs[0], reason="x", stretch=StampRange(5, 5), now=now
        )
        session.commit()
        clock.at += STALE + 0.1
        return found

    monkeypatch.setattr(stamp_index, "load_products", slow)
    index.refresh()
    assert not index.current
    monkeypatch.undo()
    index.refresh()
    assert index.current
    assert [where(index, runs[0], at).stretch for at in (4, 5, 9, 10)] == [0, 1, 1, 2]


def test_who_looks_while_runs_are_read_sees_what_the_look_before_left(
    session, index, runs, cast, now, monkeypatch
):
    before = known(index, *runs)
    write_down(session, cast, now)
    seen, real = [], stamp_index.load_products

    def peek(*asked, **how):
        found = real(*asked, **how)
        seen.extend((index.edition, where(index, run).version) for run in runs)
        return found

    monkeypatch.setattr(stamp_index, "load_products", peek)
    index.refresh()
    assert seen == [(version[0], version) for version in before]
    assert index.edition == before[0][0] + 1


ACTS = {
    "activated": lambda session, me, run, lot, now: stamping.activate_run(
        session, actor=me, run=run, lot=lot, now=now
    ),
    "voided": lambda session, me, run, lot, now: stamping.void_stamps(
        session, actor=me, run=run, reason="x", stretch=StampRange(5, 5), now=now
    ),
}


@pytest.mark.parametrize("act", ACTS)
def test_an_act_on_a_run_makes_the_pages_of_its_product_new_and_no_other(
    act, session, index, runs, cast, now
):
    first, second = known(index, *runs)
    lot = session.query(Lot).filter_by(trade_item_id=runs[0].trade_item_id).one()
    for undo in (False, True):
        if undo:
            stamping.undo_last(session, actor=cast.manager.actor, run=runs[0], now=now)
        else:
            ACTS[act](session, cast.manager.actor, runs[0], lot, now)
        session.commit()
        index.refresh()
        moved = where(index, runs[0]).version
        assert moved[0] == first[0]
        assert moved[1] > first[1]
        assert where(index, runs[1]).version == second
        assert index.version_of("") == (first[0], 0)
        first = moved


def test_goods_with_two_numbers_have_new_pages_under_both(session, shelf, index, cast, now):
    item = shelf.item(gtin=None, registry_number="10000007")
    first = shelf.run(item, None)
    item.gtin = "09520009020010"  # it came later
    session.flush()
    both = [first, shelf.run(item, None)]
    session.commit()
    assert {run.subject for run in both} == {"10000007", "09520009020010"}
    before = known(index, *both)
    stamping.end_run(session, actor=cast.manager.actor, run=first, reason="x", now=now)
    session.commit()
    index.refresh()
    assert all(where(index, run).version > version for run, version in zip(both, before, strict=True))


def test_an_act_on_a_run_that_was_ever_held_or_that_nobody_knows_makes_all_pages_new(
    session, shelf, index, runs, cast, now
):
    first, _second = known(index, *runs)
    write_down(session, cast, now, act="voided_stamps", kind="stamp_run", name="T9999999")
    index.refresh()
    assert index.edition == first[0] + 1
    shelf.restrict(RestrictionKind.HOLD, stamp_run_id=runs[0].id, first_index=3, last_index=4)
    session.commit()
    known(index, *runs)
    write_down(session, cast, now, act="voided_stamps", kind="stamp_run", name=runs[0].public_id)
    index.refresh()
    assert index.edition == first[0] + 2
    assert where(index, runs[0], 3).stretch == 1


def test_a_bought_stamp_keeps_its_story_whatever_is_read_anew(session, index, runs, cast, now):
    known(index, *runs)
    session.add(Purchase(stamp_run_id=runs[0].id, stamp_index=7, created_at=now))
    journal.record(
        session, actor=None, act="confirmed_purchase", subject=("stamp_run", runs[0].public_id), now=now,
        facts={"index": 7},
    )  # fmt: skip
    session.commit()
    index.refresh()
    for kind in ("lot", "restriction", "stamp_run"):
        name = runs[0].public_id if kind == "stamp_run" else "T0"
        write_down(session, cast, now, kind=kind, name=name)
        assert where(index, runs[0], 7) is None
        assert where(index, runs[0], 6) is not None
        index.refresh()
    assert where(index, runs[0], 7) is None


def test_how_much_is_asked_does_not_grow_with_the_runs(session, shelf, readers, index, runs, cast, now):
    item = runs[0].trade_item
    many = [shelf.run(item, None, first_number=1000 * (n + 1)) for n in range(20)]
    session.commit()
    known(index, *runs)
    asked = []
    event.listen(readers, "before_cursor_execute", lambda *told: asked.append(told[2]))
    for kind, most in (("lot", 1), ("restriction", 6)):
        write_down(session, cast, now, kind=kind)
        for run in runs:
            where(index, run)
        asked.clear()
        index.refresh()
        assert sum("FROM" in one for one in asked) <= most
    assert where(index, many[-1], 999) is not None


def test_every_act_that_is_said_to_change_one_product_is_written_of_a_run_or_an_order():
    source = "".join(path.read_text("utf-8") for path in Path("traceapp/services").rglob("*.py"))
    assert all(source.count(f'"{act}"') >= 2 for act in stamp_index.ONE_PRODUCT)
    assert not stamp_index.ONE_PRODUCT & (stamp_index.UNSEEN | stamp_index.ONE_STAMP)
