"""What changes in the registry changes what the front says, at its next look half a second later."""

from datetime import date, timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from tests import factories
from traceapp.domain.certificates import DecisionKind
from traceapp.domain.digital_link import parse_path
from traceapp.domain.permissions import Role
from traceapp.domain.printing import PrintState
from traceapp.domain.restrictions import HoldReason
from traceapp.domain.stamps import StampRange
from traceapp.extensions import db
from traceapp.keys import serial_keys
from traceapp.models import Lot, Party, Purchase, StampPin, StampRun
from traceapp.services import journal, printing, stamping
from traceapp.services.feedback import confirm_purchase
from traceapp.services.recalls import restrictions
from traceapp.services.vouching import accreditations, body_register, certification, mistakes
from traceapp.web.front import shelf as front_shelf
from traceapp.web.public.pages import passport_of


@pytest.fixture
def known(shelf, both):
    """A stamp whose page the front knows by heart."""
    address = shelf.make("valid_first")
    both.settle()
    both.know(address)
    assert both.quick(address) is not None
    return address


def test_a_hold_and_its_lifting_are_seen(known, shelf, both, cast, now):
    lot = shelf.session.query(Lot).one()
    restrictions.hold_lot(
        shelf.session, actor=cast.inspector.actor, lot=lot, reason=HoldReason.MIXED_LOTS, note=None, now=now
    )
    shelf.session.commit()
    both.know(known)
    assert both.quick(known) is None
    assert b'data-verdict="on_hold"' in both.door(known)[2]


def test_a_suspension_is_told_otherwise_of_a_lot_made_before_and_of_one_made_after(shelf, both, cast, now):
    item = shelf.item()
    certificate = shelf.certificate(item)
    lots = [shelf.lot(item, code=code, made_on=day) for code, day in (
        ("BEFORE", date(2026, 9, 5)), ("AFTER", date(2026, 11, 5)),
    )]  # fmt: skip
    runs = [shelf.run(item, lot, first_number=1000 * at) for at, lot in enumerate(lots)]
    addresses = [shelf.address(run) for run in runs]
    shelf.session.commit()
    both.settle()
    for address in addresses:
        both.know(address)
        assert b'data-verdict="valid_first"' in both.quick(address)[2]
    certification.record_decision(
        shelf.session, actor=cast.officer.actor, certificate=certificate, kind=DecisionKind.SUSPENSION,
        from_on=date(2026, 10, 1), reason="Không đánh giá giám sát", document_number="1/QĐ", now=now,
    )  # fmt: skip
    shelf.session.commit()
    both.settle()  # the next look at the journal, half a second later
    for address in addresses:
        both.know(address)
    before, after = (both.quick(address)[2].decode() for address in addresses)
    for page in (before, after):
        assert 'data-verdict="certificate_suspended"' in page
        assert "Chứng nhận bị đình chỉ từ 01/10/2026." in page
    assert "Lô này sản xuất ngày 05/09/2026, khi chứng nhận còn hiệu lực." in before
    assert "Lô sản xuất ngày 05/11/2026, trong thời gian chứng nhận bị đình chỉ (từ 01/10/2026)." in after
    assert "trong thời gian" not in before
    assert "khi chứng nhận còn hiệu lực" not in after
    for address in addresses:
        assert both.quick(address) == both.door(address)


def test_a_withdrawal_by_mistake_is_gone_from_the_front_at_its_next_look(shelf, both, cast, now):
    item = shelf.item()
    certificate = shelf.certificate(item)
    address = shelf.address(shelf.run(item, shelf.lot(item)))
    certification.record_decision(
        shelf.session, actor=cast.body_officer.actor, certificate=certificate, kind=DecisionKind.WITHDRAWAL,
        from_on=date(2026, 10, 1), reason="Không khắc phục", now=now,
    )  # fmt: skip
    shelf.session.commit()
    both.settle()
    both.know(address)
    assert b'data-verdict="certificate_withdrawn"' in both.quick(address)[2]
    body = shelf.session.get_one(Party, cast.body_id)
    second = factories.make_person(shelf.session, "tam@example.com", "Tâm", body, Role.BODY_OFFICER, now)
    mistakes.mark_mistake(
        shelf.session, actor=second.actor, certificate=certificate, sequence=1, reason="Nhầm", now=now
    )
    shelf.session.commit()
    both.settle()
    both.know(address)
    assert b'data-verdict="valid_first"' in both.quick(address)[2]
    assert both.quick(address) == both.door(address)


def test_a_voided_stretch_is_cut_out_and_the_rest_stays_quick(known, shelf, both, cast, now):
    run = shelf.session.query(StampRun).one()
    stamping.void_stamps(
        shelf.session, actor=cast.manager.actor, run=run, reason="Rách", now=now, stretch=StampRange(5, 5)
    )
    shelf.session.commit()
    both.know(shelf.address(run, 4))
    both.know(shelf.address(run, 7))
    both.know(shelf.address(run, 10))
    assert both.quick(shelf.address(run, 4)) is not None
    assert both.quick(shelf.address(run, 7)) is None
    assert both.quick(shelf.address(run, 10)) is not None


def test_a_bought_stamp_is_told_by_the_door_and_its_neighbour_is_not(known, shelf, both, app, now):
    run = shelf.session.query(StampRun).one()
    with app.test_request_context(known):
        passport = passport_of(parse_path(known))
    confirm_purchase(shelf.session, passport=passport, now=now)
    shelf.session.commit()
    both.settle()
    assert both.quick(known) is None
    assert both.quick(shelf.address(run, 1)) is not None


def test_a_page_made_while_the_registry_changed_is_not_kept(shelf, both, cast, now, monkeypatch):
    address = shelf.make("valid_first")
    both.settle()
    both.quick(address)
    both.settle()
    made = []

    def make_ready(*asked):
        made.append(real(*asked))
        if len(made) == 1:  # somebody acts while the page is being made
            write_down(shelf.session, cast, now)
            both.front.watch.look()
        return made[-1]

    real = front_shelf.make_ready
    monkeypatch.setattr(front_shelf, "make_ready", make_ready)
    both.quick(address)
    both.front.settle()
    assert both.quick(address) is None
    both.front.settle()
    assert both.quick(address) is not None
    assert len(made) == 2


def test_a_page_that_could_not_be_made_is_tried_again_in_a_moment(shelf, both, monkeypatch):
    address = shelf.make("valid_first")
    both.settle()
    real, calls = front_shelf.make_ready, []

    def make_ready(*asked):
        calls.append(asked)
        if len(calls) == 1:
            raise OperationalError("SELECT", {}, Exception("database is locked"))
        return real(*asked)

    monkeypatch.setattr(front_shelf, "make_ready", make_ready)
    both.know(address)
    both.know(address)
    assert len(calls) == 1  # not at once: what cannot be made is not made a thousand times a second
    monkeypatch.setattr(front_shelf, "REST", 0.0)
    both.know(address)
    assert both.quick(address) is not None


def with_a_pin(shelf, app):
    """The run of a product whose stamps carry scratch PINs."""
    item = shelf.item(scratch_pin=True)
    pin_key = app.extensions["serial_keys"][0].pin.fingerprint
    return shelf.run(item, shelf.lot(item), pin_key=pin_key)


@pytest.mark.parametrize("story", ["bought", "pin used"])
def test_a_stamp_whose_story_the_index_has_not_heard_is_no_pattern_for_others(story, shelf, both, app, now):
    run = with_a_pin(shelf, app)
    first, second = shelf.address(run, 0), shelf.address(run, 1)
    about = {"stamp_run_id": run.id, "stamp_index": 0, "created_at": now}
    shelf.session.commit()
    both.settle()
    both.quick(second)
    both.front.watch.look()
    row = Purchase(**about) if story == "bought" else StampPin(**about, used_at=now, full_at=now)
    shelf.session.add(row)  # the journal is read in half a second
    shelf.session.commit()
    assert both.quick(first) is None
    both.front.settle()
    assert both.quick(second) is None
    both.front.settle()
    assert both.quick(second) is not None
    assert both.quick(second) == both.door(second)


def write_down(session, cast, now, kind="lot"):
    """An act that may change any page."""
    journal.record(session, actor=cast.manager.actor, act="wrote_down", subject=(kind, "T0"), now=now)
    session.commit()


def test_what_becomes_of_an_accreditation_makes_pages_anew(known, shelf, both, cast, now):
    index, session = both.front.watch.index, shelf.session
    held = factories.make_accreditation(session, cast.body_id, now, approved_at=None)
    officer, second = cast.officer.actor, cast.second_officer.actor
    told = {"session": session, "accreditation": held, "now": now}
    acts = (
        lambda: accreditations.confirm_accreditation(actor=second, **told),
        lambda: accreditations.decide_accreditation(
            actor=officer, kind=DecisionKind.SUSPENSION, from_on=held.valid_from, reason="Thử", **told
        ),
        lambda: body_register.add_body(
            session, actor=officer, name="Tổ chức Mới", now=now, today=held.valid_from
        ),
    )
    for act in acts:
        before = index.edition
        act()
        session.commit()
        both.front.watch.look()
        assert index.edition == before + 1
        both.know(known)
        assert both.quick(known) is not None


def test_failed_labels_that_are_taken_up_again_make_pages_anew(known, shelf, both, cast, now):
    lot, index, me = shelf.session.query(Lot).one(), both.front.watch.index, cast.manager.actor
    order = printing.order_labels(
        shelf.session, actor=me, trade_item=lot.trade_item, lot=lot, count=3, choice=printing.Choice("a4-8"),
        settings=shelf.settings, request_key=None, now=now, wanted=[],
    )  # fmt: skip
    order.state = PrintState.FAILED  # its marks are told nowhere
    shelf.session.commit()
    both.front.watch.look()
    before = index.edition
    printing.resume_print(shelf.session, actor=me, order=order, now=now)
    shelf.session.commit()
    both.front.watch.look()
    assert index.edition == before + 1


def test_nothing_is_believed_once_the_journal_is_silent(known, both):
    index = both.front.watch.index
    index._clock = lambda clock=index._clock: clock() + 4
    assert both.quick(known) is None
    both.settle()
    assert both.quick(known) is not None


def test_tomorrow_the_pages_are_made_anew(known, both, now):
    import time_machine

    with time_machine.travel(now + timedelta(days=1), tick=False):
        assert both.quick(known) is None
        both.know(known)
        assert both.quick(known) == both.door(known)


def test_a_guessed_serial_asks_no_database_and_a_known_one_only_the_scan_log(known, shelf, both, app):
    asked: list[str] = []
    guess = known[:-1] + ("0" if known[-1] != "0" else "1")
    both.know(guess)
    with app.app_context():
        engines = dict(db.engines)
    for name, engine in engines.items():
        event.listen(engine, "before_cursor_execute", lambda *_args, name=name: asked.append(name))
    assert both.quick(guess)[0] == 404
    assert asked == []
    assert both.quick(known)[0] == 200
    assert (
        asked == []
    )  # the scan log is asked below SQLAlchemy, once: see tests/services/test_scan_batches.py


@pytest.fixture
def two(shelf, both):
    """Two products whose pages the front knows by heart: their runs."""
    items = [shelf.item(), shelf.item(gtin="09520009020010")]
    runs = [shelf.run(item, shelf.lot(item, code=f"L{n}")) for n, item in enumerate(items)]
    for item in items:
        shelf.certificate(item, number=f"VN {item.id}")
    shelf.session.commit()
    both.settle()
    for run in runs:
        both.know(shelf.address(run))
        assert both.quick(shelf.address(run)) is not None
    return runs


def issue(shelf, me, run):
    key = serial_keys(shelf.settings.instance_path)[0]
    told = {"trade_item": run.trade_item, "lot": run.lot, "count": 10, "key": key, "request_key": None}
    stamping.issue_stamps(shelf.session, actor=me, now=shelf.now, **told)


def order_labels(shelf, me, run):
    told = {"trade_item": run.trade_item, "lot": run.lot, "count": 3, "choice": printing.Choice("a4-8")}
    printing.order_labels(
        shelf.session, actor=me, now=shelf.now, settings=shelf.settings, request_key=None, wanted=[], **told
    )


def void(shelf, me, run):
    stamping.void_stamps(
        shelf.session, actor=me, run=run, reason="x", stretch=StampRange(5, 5), now=shelf.now
    )


@pytest.mark.parametrize("act", [issue, order_labels, void])
def test_an_act_on_a_run_leaves_the_pages_of_other_products_where_they_are(act, two, shelf, both, cast):
    ours, other = (shelf.address(run) for run in two)
    act(shelf, cast.manager.actor, two[0])
    shelf.session.commit()
    both.front.watch.look()
    assert both.quick(ours) is None
    assert both.quick(other) == both.door(other)
    both.know(ours)
    assert both.quick(ours) == both.door(ours)


def test_what_is_held_of_one_product_makes_all_pages_new(two, shelf, both, cast, now):
    lot = two[0].lot
    restrictions.hold_lot(
        shelf.session, actor=cast.inspector.actor, lot=lot, reason=HoldReason.MIXED_LOTS, note=None, now=now
    )
    shelf.session.commit()
    both.front.watch.look()
    assert [both.quick(shelf.address(run)) for run in two] == [None, None]
