"""A scratch PIN entered: the first use is fixed, tries run out and come back, nobody is locked out."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from traceapp import keys
from traceapp.domain import crockford
from traceapp.domain.digital_link import parse_path
from traceapp.domain.errors import Conflict, Malformed, NotFound
from traceapp.domain.pins import PinKey, pin_of
from traceapp.extensions import db
from traceapp.models import JournalEntry, StampPin
from traceapp.services.pins import PinEntry, PinOutcome, enter_pin, forget_devices
from traceapp.services.public.lookup import look_up
from traceapp.services.public.passport import PinUse

HOUR = timedelta(hours=1)


@pytest.fixture
def live(settings):
    return keys.serial_keys(settings.instance_path)


@pytest.fixture
def run(shelf, live):
    item = shelf.item()
    made = shelf.run(item, shelf.lot(item), pin_key=live[0].pin.fingerprint)
    shelf.session.commit()
    return made


@pytest.fixture
def passport(shelf, run, live, now):
    def look(index=0):
        path = parse_path(shelf.address(run, index))
        return look_up(shelf.session, None, keys=live, path=path, now=now, many_scans_devices=8)

    return look


@pytest.fixture
def right(shelf, run, live):
    return lambda index=0: pin_of(live[0].pin, shelf.serial(run, index))


@pytest.fixture
def enter(session, passport, live, now):
    def enter(pin, *, index=0, after=timedelta(0), area="", tokens=(), **more):
        told = {"passport": passport(index), "keys": live, "now": now + after} | more
        answer = enter_pin(session, entry=PinEntry(pin, area, tokens), **told)
        session.commit()
        return answer

    return enter


def wrong(pin):
    return pin[:-1] + ("0" if pin[-1] != "0" else "1")


def told(session):
    return [
        (json.loads(b)["act"], json.loads(b)["facts"]) for b in session.scalars(select(JournalEntry.body))
    ]


def test_the_first_right_entry_fixes_day_and_province_for_ever(session, enter, right, passport, now):
    first = enter(right(), area="01", tokens=("a",))
    assert (first.outcome, first.left, first.use.at, first.use.area) == (PinOutcome.FIRST, 5, now, "01")
    later = enter(right(), area="04", tokens=("b",), after=48 * HOUR)
    assert (later.outcome, later.use) == (PinOutcome.ELSEWHERE, first.use)
    assert passport().stamp.pin == first.use
    with pytest.raises(DBAPIError):
        session.execute(text("UPDATE stamp_pin SET used_area = '46'"))
    session.rollback()


def test_uses_are_journalled_by_nobody_and_wrong_tries_are_not(session, enter, right):
    enter(wrong(right()))
    enter(right(), area="01")
    enter(right(), area="46", after=HOUR)
    [(act, facts), (again, more), (alert, raised)] = told(session)
    assert (alert, raised["code"], raised["area"]) == ("raised_alert", "C2", "46")
    assert (act, facts) == ("used_pin", {"index": 0, "area": "01"})
    assert (again, more["area"], more["first_area"]) == ("used_pin_elsewhere", "46", "01")
    assert set(session.scalars(select(JournalEntry.actor_id))) == {None}


@pytest.mark.parametrize(
    ("repeat", "outcome"),
    [
        (
            {"tokens": ("b", "a"), "after": 23 * HOUR},
            PinOutcome.AGAIN,
        ),  # the same device, known by yesterday's
        ({"area": "01", "after": HOUR}, PinOutcome.AGAIN),
        ({"tokens": ("b",), "area": "46", "after": HOUR}, PinOutcome.ELSEWHERE),
        ({"tokens": ("b",)}, PinOutcome.ELSEWHERE),
        ({"after": HOUR}, PinOutcome.ELSEWHERE),
        ({"tokens": ("a",), "area": "01", "after": 25 * HOUR}, PinOutcome.ELSEWHERE),
    ],
)
def test_a_repeat_is_the_same_hand_only_within_a_day_from_one_device_or_place(enter, right, repeat, outcome):
    enter(right(), area="01", tokens=("a",))
    assert enter(right(), **repeat).outcome is outcome


def test_unknown_devices_are_not_taken_for_one(enter, right):
    enter(right())
    assert enter(right()).outcome is PinOutcome.ELSEWHERE


def test_five_wrong_tries_then_one_an_hour(enter, right, now):
    lefts = [enter(wrong(right())).left for _ in range(5)]
    assert lefts == [4, 3, 2, 1, 0]
    waiting = enter(wrong(right()))
    assert (waiting.outcome, waiting.next_at) == (PinOutcome.WAIT, now + HOUR)
    assert enter(right(), after=HOUR - timedelta(seconds=1)).outcome is PinOutcome.WAIT
    assert enter(wrong(right()), after=HOUR).outcome is PinOutcome.WRONG
    assert enter(wrong(right()), after=HOUR).outcome is PinOutcome.WAIT


def test_a_stranger_cannot_lock_a_stamp_for_ever(enter, right):
    for _ in range(40):
        enter(wrong(right()))
    assert enter(right(), after=HOUR).outcome is PinOutcome.FIRST


def test_a_clock_that_was_ahead_locks_nobody_out(enter, right, now):
    for _ in range(5):
        enter("AAAAAA", after=timedelta(days=3650))
    assert enter(right()).outcome is PinOutcome.WAIT
    assert enter(right(), after=timedelta(minutes=59)).outcome is PinOutcome.WAIT
    assert enter(right(), after=HOUR).outcome is PinOutcome.FIRST


def test_the_device_of_a_first_use_is_forgotten_with_the_key_of_its_day(session, enter, right, now):
    enter(right(), tokens=("a" * 32,))
    assert forget_devices(session, now + timedelta(days=1)) == 0
    assert forget_devices(session, now + timedelta(days=2, seconds=1)) == 1
    assert session.scalars(select(StampPin.used_token)).all() == [None]
    assert session.scalars(select(StampPin.used_at)).one() is not None


def test_the_right_pin_costs_no_try_and_a_contradiction_does(enter, right):
    assert enter(right(), tokens=("a",)).left == 5
    assert enter(right(), tokens=("a",)).left == 5
    assert enter(right(), tokens=("b",)).left == 4


def test_each_stamp_has_tries_of_its_own(enter, right):
    for _ in range(6):
        enter(wrong(right()))
    assert enter(right(1), index=1).outcome is PinOutcome.FIRST
    assert enter(right(0), index=2).outcome is PinOutcome.WRONG


@pytest.mark.parametrize("typed", ["", "7K3M9", "7K3M9QX", "7K3M9U", "ừ"])
def test_what_cannot_be_a_pin_costs_nothing(session, enter, typed):
    with pytest.raises(Malformed):
        enter(typed)
    assert session.query(StampPin).count() == 0


def test_a_pin_is_read_as_forgivingly_as_a_serial(enter, right):
    typed = right().lower().replace("0", "o").replace("1", "l")
    assert enter(f" {typed[:3]}-{typed[3:]} ").outcome is PinOutcome.FIRST


def test_a_province_is_one_of_the_list(session, enter, right):
    with pytest.raises(Malformed, match="area_unknown"):
        enter(right(), area="<b>Bắc Giang</b>")
    assert session.query(StampPin).count() == 0


def test_another_key_calls_no_pin_wrong(session, enter, right, live):
    for lost in (replace(live[0], pin=PinKey(bytes(32))), replace(live[0], pin=None)):
        with pytest.raises(Conflict, match="pin_not_checkable"):
            enter(right(), keys=[lost])
    assert session.query(StampPin).count() == 0


@pytest.mark.parametrize("word", ["recalled", "void", "not_activated", "awaiting_approval"])
def test_no_pin_is_entered_for_goods_not_for_sale(shelf, live, now, word):
    address = shelf.make(word)
    shown = look_up(shelf.session, None, keys=live, path=parse_path(address), now=now, many_scans_devices=8)
    with pytest.raises(Conflict, match="pin_not_for_sale"):
        enter_pin(
            shelf.session, passport=shown.with_pin(PinUse()), keys=live, entry=PinEntry("0" * 6), now=now
        )


def test_a_stamp_without_a_pin_has_none_to_enter(shelf, live, now, session):
    path = parse_path(shelf.make("valid_first"))
    shown = look_up(session, None, keys=live, path=path, now=now, many_scans_devices=8)
    with pytest.raises(Conflict, match="pin_none"):
        enter_pin(session, passport=shown, keys=live, entry=PinEntry("000000"), now=now)
    goods = look_up(
        session, None, keys=live, path=parse_path("/01/09520009010011"), now=now, many_scans_devices=8
    )
    with pytest.raises(NotFound, match="stamp_unknown"):
        enter_pin(session, passport=goods, keys=live, entry=PinEntry("000000"), now=now)


@pytest.fixture
def at_once(app, session, passport, live, now):
    """Many entries for one stamp, each in a transaction of its own, ten at a time; their outcomes."""

    def at_once(entries):
        found = passport()
        session.commit()  # on SQLite the test's own session would hold the only lock

        def enter(entry):
            with app.app_context(), Session(db.engine) as own:
                answer = enter_pin(own, passport=found, keys=live, entry=entry, now=now)
                own.commit()
                return answer.outcome

        with ThreadPoolExecutor(10) as pool:
            return list(pool.map(enter, entries))

    return at_once


def test_of_fifty_wrong_tries_at_once_exactly_five_are_answered(at_once, right):
    pin = right()
    guesses = [other + pin[1:] for other in crockford.ALPHABET if other != pin[0]]
    outcomes = at_once([PinEntry(guess) for guess in (guesses * 2)[:50]])
    assert outcomes.count(PinOutcome.WRONG) == 5
    assert outcomes.count(PinOutcome.WAIT) == 45


def test_of_twenty_right_entries_at_once_one_is_the_first(at_once, right):
    pin = right()
    outcomes = at_once([PinEntry(pin, tokens=(f"device {number}",)) for number in range(20)])
    assert outcomes.count(PinOutcome.FIRST) == 1
    assert outcomes.count(PinOutcome.ELSEWHERE) == 5
    assert outcomes.count(PinOutcome.WAIT) == 14
