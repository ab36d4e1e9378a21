"""Printers measured against media: four numbers, a confirming print, the way back; orders keep theirs."""

import io
import math
import re
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from labels.media import cells, media
from tests import factories
from traceapp.domain.errors import Conflict, Malformed, NotFound
from traceapp.domain.printing import PrintState
from traceapp.domain.reprints import ReprintReason
from traceapp.models import JournalEntry
from traceapp.services import printing, stamping
from traceapp.services.printing.reprints import sheet_of

NAME = "Canon 2900 ở văn phòng"
READ = {"a": "0,5", "b": "-0.2", "c": "1", "d": "−0,5"}


@pytest.fixture
def keys(app):
    return app.extensions["serial_keys"]


@pytest.fixture
def item(session, cast, now):
    return factories.make_trade_item(session, cast.cooperative_id, now)


@pytest.fixture
def lot(session, item, now):
    return factories.make_lot(session, item, now)


@pytest.fixture
def add(session, cast, now):
    def add(name=NAME, model="laser-600"):
        return printing.add_printer(session, actor=cast.manager.actor, name=name, model=model, now=now)

    return add


@pytest.fixture
def printer(add):
    return add()


@pytest.fixture
def measure(session, cast, printer, now):
    def measure(readings=READ, ruler="100", medium_id="tomy-145", read_on=None, printer=printer):
        return printing.measure_printer(
            session, actor=cast.manager.actor, printer=printer, medium_id=medium_id, readings=readings,
            ruler=ruler, read_on=read_on, now=now,
        )  # fmt: skip

    return measure


@pytest.fixture
def confirm(session, cast, now):
    def confirm(row, at=now):
        return printing.confirm_calibration(session, actor=cast.manager.actor, row=row, now=at)

    return confirm


@pytest.fixture
def order(session, cast, item, lot, now, keys, settings):
    def order(machine="", medium_id="tomy-145", count=3):
        run = stamping.issue_stamps(
            session, actor=cast.manager.actor, trade_item=item, lot=lot, count=count, key=keys[0],
            request_key=None, now=now,
        )  # fmt: skip
        return printing.order_stamps(
            session, actor=cast.manager.actor, run=run, choice=printing.Choice(medium_id, machine=machine),
            settings=settings, request_key=None, now=now,
        )  # fmt: skip

    return order


@pytest.fixture
def drawn(app, session, keys):
    def drawn(order):
        """The order's one PDF, drawn by a worker."""
        order_id = order.id
        session.commit()
        state = printing.run(
            partial(Session, session.get_bind()), app.extensions["storage"], order_id, worker="w", keys=keys,
            clock=lambda: datetime.now(UTC),
        )  # fmt: skip
        assert state is PrintState.DONE
        session.expire_all()
        return app.extensions["storage"].get_key(next(file.key for file in order.files if file.part == 1))

    return drawn


def entries(session):
    return list(session.scalars(select(JournalEntry).order_by(JournalEntry.seq)))


# --- names --------------------------------------------------------------------------------------------


def test_a_printer_has_the_name_people_call_it_and_the_journal_does_not_tell_it(session, cast, printer):
    assert (printer.name, printer.model, printer.kind) == (NAME, "laser-600", "sheet")
    assert list(printing.list_printers(session, cast.manager.actor)) == [printer]
    assert list(printing.list_printers(session, cast.rival.actor)) == []
    entry = entries(session)[-1]
    assert (entry.act, entry.subject_kind, entry.subject_id) == (
        "added_printer",
        "printer",
        printer.public_id,
    )
    assert b"Canon" not in entry.body


@pytest.mark.parametrize(
    ("name", "model", "code"),
    [
        ("  ", "laser-600", "printer_name_missing"),
        ("canon 2900 Ở VĂN PHÒNG", "laser-600", "printer_name_taken"),
        ("x" * 61, "laser-600", "text_too_long"),
        ("Khác", "inkjet", "printer_unknown"),
    ],
)
def test_names_that_say_nothing_or_say_it_twice_are_refused(add, printer, name, model, code):
    with pytest.raises((Conflict, Malformed)) as refused:
        add(name, model)
    assert refused.value.code == code


def test_the_database_itself_keeps_names_in_use_apart(session, add, printer):
    add("Khác").folded = printer.folded
    with pytest.raises(IntegrityError):
        session.flush()


def test_a_printer_is_renamed_within_its_kind(session, cast, now, add, printer):
    change = partial(printing.rename_printer, session, actor=cast.manager.actor, row=printer, now=now)
    change(name="Máy xưởng", model="laser-1200")
    assert (printer.name, printer.model) == ("Máy xưởng", "laser-1200")
    told = len(entries(session))
    change(name=" Máy  xưởng ", model="laser-1200")
    assert len(entries(session)) == told
    with pytest.raises(Conflict) as refused:
        change(name="Máy xưởng", model="thermal-203")
    assert refused.value.code == "printer_other_kind"


def test_a_name_put_away_is_free_and_comes_back_with_its_calibrations(
    session, cast, now, add, printer, measure, confirm
):
    row, me = confirm(measure()), cast.manager.actor
    for _ in range(2):
        printing.archive_printer(session, actor=me, row=printer, now=now)
    assert list(printing.list_printers(session, me)) == []
    assert list(printing.list_printers(session, me, archived=True)) == [printer]
    for gone in (
        lambda: printing.own_printer(session, me, printer.public_id),
        lambda: printing.own_calibration(session, me, row.public_id),
        lambda: measure(),
        lambda: confirm(row),
    ):
        with pytest.raises(NotFound):
            gone()
    assert printing.own_printer(session, me, printer.public_id, archived=True) is printer
    other = add()
    with pytest.raises(Conflict) as refused:
        printing.restore_printer(session, actor=me, row=printer, now=now)
    assert refused.value.code == "printer_name_taken"
    session.refresh(printer)
    printing.rename_printer(session, actor=me, row=other, name="Khác", model="laser-600", now=now)
    for _ in range(2):
        printing.restore_printer(session, actor=me, row=printer, now=now)
    assert printing.calibration_of(session, printer, printing.medium("tomy-145")) is row
    assert [one.act for one in entries(session) if one.act.startswith(("archived", "restored"))] == [
        "archived_printer", "restored_printer",
    ]  # fmt: skip


# --- numbers ------------------------------------------------------------------------------------------


def test_four_numbers_become_a_version_that_prints_nothing_until_confirmed(
    session, cast, printer, measure, confirm
):
    row = measure()
    assert (row.version, row.readings, row.confirmed_at) == (1, ["0.5", "-0.2", "1.0", "-0.5"], None)
    assert printing.moves_of(row)[0][0] == pytest.approx(0.5, abs=0.1)
    blank = printing.medium("tomy-145")
    assert printing.calibration_of(session, printer, blank) is None
    assert confirm(row) is row
    assert printing.calibration_of(session, printer, blank) is row
    assert confirm(row, row.confirmed_at + timedelta(days=1)).confirmed_at == row.created_at
    told = [one for one in entries(session) if one.subject_kind == "calibration"]
    assert [one.act for one in told] == ["measured_printer", "confirmed_calibration"]
    assert b'"version":1' in told[0].body


def test_the_same_numbers_sent_twice_are_one_version(session, measure):
    assert measure() is measure()
    assert measure(READ | {"a": "0,6"}).version == 2


@pytest.mark.parametrize("blank", list(media()))
def test_what_a_printer_does_to_a_page_is_undone_on_every_medium(blank, add, measure):
    m = media()[blank]
    machine = add("Máy khác", "laser-600" if m.kind == "sheet" else "thermal-203")
    first = measure(read(m, (0, 0, 1, 1, 0)), medium_id=blank, printer=machine, ruler=ruler(m))
    assert misses(m, first) < 0.03
    again = measure(read(m, aimed(first)), medium_id=blank, printer=machine, ruler=ruler(m), read_on=first)
    assert misses(m, again) < 0.012  # readings are typed to hundredths
    assert (again.version, again.read_on) == (2, first)


def printed(x, y):
    """Where this test's printer puts a point of the page: 0.2 % too large, turned 0.1 degrees, moved."""
    turn = math.radians(0.1)
    return (
        1.002 * (x * math.cos(turn) - y * math.sin(turn)) + 0.7,
        1.002 * (x * math.sin(turn) + y * math.cos(turn)) - 0.4,
    )


def aimed(row):
    return tuple(float(one) for one in (row.dx0, row.dy0, row.sx, row.sy, row.skew))


def placed(m, aim, x, y):
    """The corner at which a label is drawn."""
    dx, dy, sx, sy, skew = aim
    turn, cx, cy = math.radians(skew), sx * (x + m.w / 2), sy * (y + m.h / 2)
    return (
        cx * math.cos(turn) - cy * math.sin(turn) + dx - m.w / 2,
        cx * math.sin(turn) + cy * math.cos(turn) + dy - m.h / 2,
    )


def read(m, aim):
    """What a careful person reads: the tooth that lands on the real label's edge, to hundredths."""
    told, every = [], cells(m)
    for x, y in every if len(every) == 1 else (every[0], every[-1]):
        left, top = placed(m, aim, x, y)
        told.append(tooth(lambda t, left=left, top=top: printed(left + t, top + m.h / 2)[0], x))
        told.append(tooth(lambda t, left=left, top=top: printed(left + m.w / 2, top + t)[1], y))
    return {comb: f"{number:.2f}" for comb, number in zip("abcd", told, strict=False)}


def tooth(lands, edge):
    """The tooth that lands on the edge; where one lands goes up with its number, evenly."""
    start = lands(0.0)
    return (edge - start) / (lands(1.0) - start)


def misses(m, row):
    """How far from its place the worst label's middle lands, in mm; a lone label cannot tell scale."""
    worst = 0.0
    for x, y in cells(m):
        left, top = placed(m, aimed(row), x, y)
        px, py = printed(left + m.w / 2, top + m.h / 2)
        worst = max(worst, math.dist((px, py), (x + m.w / 2, y + m.h / 2)))
    return worst if m.per_page > 1 else max(0.0, worst - 0.004 * max(m.w, m.h))


def ruler(m):
    return str(printing.ruler_of(m))


@pytest.mark.parametrize(
    ("change", "ruler", "code", "field"),
    [
        ({"a": ""}, "100", "reading_missing", "a"),
        ({"b": "nửa"}, "100", "reading_format", "b"),
        ({"b": "1.000,5"}, "100", "reading_format", "b"),
        ({"c": "5,01"}, "100", "reading_range", "c"),
        ({"d": "-5,5"}, "100", "reading_range", "d"),
        ({}, "96", "ruler_wrong", "ruler"),
        ({}, "10cm", "reading_format", "ruler"),
        ({"a": "-1", "b": "-1", "c": "4", "d": "5"}, "100", "print_scaled", None),
        ({"a": "-3", "b": "5", "c": "5", "d": "0"}, "100", "print_skewed", None),
    ],
)
def test_numbers_no_calibration_mends_are_refused_with_what_to_do(measure, change, ruler, code, field):
    with pytest.raises(Malformed) as refused:
        measure(READ | change, ruler)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert "{" not in refused.value.sentence()


def test_a_page_shrunk_to_96_percent_is_named_so_when_its_readings_are_within_reach(measure):
    with pytest.raises(Malformed) as refused:
        measure({"a": "-2", "b": "-4", "c": "4", "d": "5"})
    assert refused.value.code == "print_scaled"
    assert refused.value.facts["percent"] == "96,5"


def test_readings_may_not_add_up_to_more_than_is_ever_right(measure):
    far = {"a": "5", "b": "0", "c": "5", "d": "0"}
    first = measure(far)
    second = measure(far, read_on=first)
    with pytest.raises(Malformed) as refused:
        measure(far, read_on=second)
    assert refused.value.code == "calibration_far"


def test_a_version_of_other_paper_or_another_printer_is_no_ground_to_stand_on(add, measure):
    row = measure()
    with pytest.raises(NotFound):
        measure(medium_id="a4-65", read_on=row)
    with pytest.raises(NotFound):
        measure(printer=add("Khác"), read_on=row)
    with pytest.raises(Conflict) as refused:
        measure(medium_id="r74-2x35x22")
    assert refused.value.code == "printer_other_kind"
    with pytest.raises(Malformed):
        measure(medium_id="khong-co")


def test_strangers_find_nothing_to_measure(session, cast, now, printer, measure):
    row, they = measure(), cast.rival.actor
    told = {"medium_id": "tomy-145", "readings": READ, "ruler": "100", "read_on": None, "now": now}
    for act in (
        lambda: printing.measure_printer(session, actor=they, printer=printer, **told),
        lambda: printing.confirm_calibration(session, actor=they, row=row, now=now),
        lambda: printing.restore_calibration(session, actor=they, row=row, now=now),
        lambda: printing.archive_printer(session, actor=they, row=printer, now=now),
        lambda: printing.rename_printer(
            session, actor=they, row=printer, name="x", model="laser-600", now=now
        ),
        lambda: printing.own_printer(session, they, printer.public_id, archived=True),
        lambda: printing.own_calibration(session, they, row.public_id),
    ):
        with pytest.raises(NotFound):
            act()


# --- the way back -------------------------------------------------------------------------------------


def test_who_measured_wrong_goes_back_and_forth(session, cast, now, printer, measure, confirm):
    first, second = confirm(measure()), confirm(measure(READ | {"a": "-3"}))
    back = partial(printing.restore_calibration, session, actor=cast.manager.actor, now=now)
    third = back(row=first)
    assert (third.version, third.restores, third.confirmed_at) == (3, first, now)
    assert printing.aim_of(third).apply(10, 10) == printing.aim_of(first).apply(10, 10)
    assert back(row=first) is third
    assert back(row=third) is third
    assert back(row=second).version == 4
    with pytest.raises(Conflict) as refused:
        back(row=measure(READ | {"a": "-4"}))
    assert refused.value.code == "calibration_unconfirmed"
    assert [one.version for one in printing.calibrations_of(session, printer)] == [5, 4, 3, 2, 1]


def test_an_older_version_is_not_confirmed_behind_a_newer_ones_back(measure, confirm):
    first, second = measure(), measure(READ | {"a": "0"})
    confirm(second)
    with pytest.raises(Conflict) as refused:
        confirm(first)
    assert refused.value.code == "calibration_superseded"


def test_a_medium_whose_numbers_were_corrected_wants_to_be_measured_again(session, printer, measure, confirm):
    row = confirm(measure())
    row.geometry = "0" * 16
    session.flush()
    assert printing.calibration_of(session, printer, printing.medium("tomy-145")) is None


# --- on paper -----------------------------------------------------------------------------------------


def test_an_order_keeps_the_numbers_it_got_also_after_the_printer_is_measured_again(
    session, printer, measure, confirm, order, drawn, keys
):
    first = confirm(measure())
    placed_order = order(printer.public_id)
    assert placed_order.design["calibration"]["id"] == first.public_id
    assert placed_order.design["machine"] == printer.public_id
    assert first.public_id.encode() in entries(session)[-1].body
    before = drawn(placed_order)
    confirm(measure(READ | {"a": "-3"}))
    assert sheet_of(placed_order, 1, keys) == before
    text = re.sub(r"\s+", " ", PdfReader(io.BytesIO(before)).pages[0].extract_text())
    assert f"căn chỉnh {first.public_id}" in text


def test_an_order_moves_as_its_calibration_says(printer, measure, confirm, order, drawn):
    plain = drawn(order())
    confirm(measure({"a": "2", "b": "-1", "c": "2", "d": "-1"}))
    moved = drawn(order(printer.public_id))
    (x, y), (u, v) = first_symbol(plain), first_symbol(moved)
    assert (u - x, v - y) == pytest.approx((2, -1), abs=0.03)  # a dot of 600 dpi, rounded twice


def first_symbol(pdf):
    """Where the first stamp stands, in mm from the page's top-left."""
    found = []

    def seen(operator, operands, matrix, _text):
        if operator == b"Do":
            found.append((matrix[4] / 72 * 25.4, 297 - matrix[5] / 72 * 25.4))

    PdfReader(io.BytesIO(pdf)).pages[0].extract_text(visitor_operand_before=seen)
    return found[1]


def test_an_order_without_a_named_printer_has_the_design_it_always_had(order):
    assert {"machine", "calibration"}.isdisjoint(order().design)


def test_an_order_for_a_strangers_printer_finds_none_and_for_other_paper_is_refused(
    session, cast, now, order, printer
):
    theirs = printing.add_printer(session, actor=cast.rival.actor, name="Máy họ", model="laser-600", now=now)
    with pytest.raises(NotFound):
        order(theirs.public_id)
    with pytest.raises(Conflict) as refused:
        order(printer.public_id, "r74-2x35x22")
    assert refused.value.code == "printer_other_kind"


def test_the_warning_of_an_unmeasured_medium_ends_with_a_confirmed_calibration(
    session, item, lot, now, settings, printer, measure, confirm
):
    def rules(machine):
        told = {"lot": lot, "count": 3, "settings": settings, "now": now}
        choice = printing.Choice("tomy-130", machine=machine)
        looks = (printing.stamp_preview, printing.label_preview)
        return [
            {check.rule for check in look(session, item=item, choice=choice, **told).checks} for look in looks
        ]

    assert all("P14" in one for one in (*rules(""), *rules(printer.public_id)))
    row = measure(medium_id="tomy-130")
    assert all("P14" in one for one in rules(printer.public_id))
    confirm(row)
    assert not any("P14" in one for one in rules(printer.public_id))


def test_a_test_sheet_is_printed_as_the_real_one_will_be(session, item, settings, printer, measure, confirm):
    row = confirm(measure())
    choice = printing.Choice("tomy-145", machine=printer.public_id)
    page = PdfReader(io.BytesIO(printing.test_sheet(session, item, choice, settings))).pages[0]
    assert row.public_id in page.extract_text()


def test_sheets_to_hold_against_the_labels_say_what_they_are(measure):
    blank, row = printing.medium("tomy-145"), measure()
    for version, note in ((None, "Tờ căn chỉnh"), (row, f"Tờ so {row.public_id}")):
        pdf = printing.drawn_sheet(blank, version, words="Thước {mm} mm", note=note)
        assert pdf == printing.drawn_sheet(blank, version, words="Thước {mm} mm", note=note)
        reader = PdfReader(io.BytesIO(pdf))
        text = reader.pages[0].extract_text()
        assert note in text
        assert "Thước 100 mm" in text
        assert reader.trailer["/Root"]["/ViewerPreferences"]["/PrintScaling"] == "/None"


def test_a_damaged_sheet_printed_anew_takes_the_newest_numbers_or_those_it_had(
    session, cast, now, settings, keys, printer, measure, confirm, order, drawn
):
    first, placed_order = confirm(measure()), order(printer.public_id, count=130)
    drawn(placed_order)
    second = confirm(measure(READ | {"a": "-3"}))
    again = partial(
        printing.reprint_anew, session, actor=cast.manager.actor, order=placed_order, keys=keys, now=now,
        reason=ReprintReason.JAM, settings=settings, request_key=None,
    )  # fmt: skip
    assert again(sheets=(1, 1)).design["calibration"]["id"] == second.public_id
    printing.archive_printer(session, actor=cast.manager.actor, row=printer, now=now)
    assert again(sheets=(2, 2)).design["calibration"]["id"] == first.public_id


def test_the_last_printer_is_offered_again(session, cast, now, add, printer, measure, confirm, order):
    me, rival = cast.manager.actor, cast.rival.actor
    assert printing.last_printer(session, me, "sheet") == ""
    confirm(measure(), now - timedelta(days=2))
    assert printing.last_printer(session, me, "sheet") == printer.public_id
    assert printing.last_printer(session, me, "roll") == printing.last_printer(session, rival, "sheet") == ""
    order("")
    assert printing.last_printer(session, me, "sheet") == ""
    other = add("Khác")
    order(other.public_id)
    assert printing.last_printer(session, me, "sheet") == other.public_id
    confirm(measure(READ | {"a": "2"}), now + timedelta(minutes=1))
    assert printing.last_printer(session, me, "sheet") == printer.public_id
    printing.archive_printer(session, actor=me, row=printer, now=now)
    printing.archive_printer(session, actor=me, row=other, now=now)
    assert printing.last_printer(session, me, "sheet") == ""
