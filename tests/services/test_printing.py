"""Orders on paper: drawn in slices, stoppable, decoded back from the rendered page."""

import csv
import io
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from traceapp.domain.certificates import DecisionKind
from traceapp.domain.errors import Conflict, Malformed, NotFound
from traceapp.domain.pins import PinKey, pin_of
from traceapp.domain.printing import PrintState
from traceapp.domain.reference import IpRightKind
from traceapp.domain.restrictions import HoldReason
from traceapp.domain.stamps import StampState
from traceapp.models import CertificateDecision, IpRight, JournalEntry, PrintFile, PrintRun
from traceapp.services import printing, stamping
from traceapp.services.printing import barcodes, checks
from traceapp.services.printing.failures import KEY_GONE
from traceapp.services.printing.parts import parts_of
from traceapp.services.recalls import restrictions

PREFIX = "HTTPS://TXNG.LANGSON.GOV.VN/01/09520009010011/21/"


@pytest.fixture
def keys(app):
    return app.extensions["serial_keys"]


@pytest.fixture
def storage(app):
    return app.extensions["storage"]


@pytest.fixture
def item(session, cast, now):
    return factories.make_trade_item(session, cast.cooperative_id, now)


@pytest.fixture
def lot(session, item, now):
    return factories.make_lot(session, item, now)


@pytest.fixture
def issue(session, cast, item, lot, now, keys):
    return partial(
        stamping.issue_stamps, session, actor=cast.manager.actor, trade_item=item, lot=lot, count=70,
        key=keys[0], request_key=None, now=now,
    )  # fmt: skip


@pytest.fixture
def place(session, cast, settings, now):
    def place(run):
        return printing.order_stamps(
            session, actor=cast.manager.actor, run=run, choice=printing.Choice(), settings=settings,
            request_key=None, now=now,
        )  # fmt: skip

    return place


@pytest.fixture
def order(session, cast, item, lot, now, keys, settings):
    def order(count=70, *, medium="a4-65", used=(), part_stamps=20_000, request_key=None):
        run = stamping.issue_stamps(
            session,
            actor=cast.manager.actor,
            trade_item=item,
            lot=lot,
            count=count,
            key=keys[0],
            request_key=request_key,
            now=now,
        )
        placed = printing.order_stamps(
            session,
            actor=cast.manager.actor,
            run=run,
            now=now,
            request_key=request_key,
            choice=printing.Choice(medium, used_cells=frozenset(used)),
            settings=replace(settings, part_stamps=part_stamps),
        )
        session.commit()
        return placed

    return order


@pytest.fixture
def draw(session, storage, keys):
    """Carry out an order in this process, as the worker called `worker`."""

    def draw(placed, worker="w", **more):
        told = {"clock": lambda: datetime.now(UTC), "every": timedelta(0), "keys": keys} | more
        sessions = partial(Session, session.get_bind())
        order_id = placed.id
        session.commit()
        state = printing.run(sessions, storage, order_id, worker=worker, **told)
        session.expire_all()
        return state

    return draw


def content(storage, placed, part):
    return storage.get_key(next(file.key for file in placed.files if file.part == part))


def decoded(pdf: bytes, tmp_path, dpi=300):
    """What a reader that knows nothing of this project finds on every page."""
    (tmp_path / "in.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-gray", "-r", str(dpi), "in.pdf", "page"], cwd=tmp_path, check=True)
    found = []
    for page in sorted(tmp_path.glob("page*.pgm")):
        found += [symbol.text for symbol in zxingcpp.read_barcodes(Image.open(page))]
    return found


def test_a_printed_run_decodes_to_exactly_its_uris(session, order, draw, storage, tmp_path):
    placed = order(70)
    assert draw(placed) is PrintState.DONE
    rows = list(csv.DictReader(io.StringIO(content(storage, placed, 0).decode())))
    uris = [row["uri"] for row in rows]
    assert [row["number"] for row in rows] == [str(n) for n in range(1, 71)]
    assert len(set(uris)) == 70
    assert all(uri == PREFIX + row["serial"] for uri, row in zip(uris, rows, strict=True))
    assert sorted(decoded(content(storage, placed, 1), tmp_path)) == sorted(uris)
    assert (placed.slices_done, placed.slices_total, placed.stamp_run.state) == (2, 2, StampState.PRINTED)


def test_a_run_with_pins_has_them_in_a_column_of_their_own(item, order, draw, storage, keys):
    item.scratch_pin = True
    placed = order(70)
    item.scratch_pin = False  # what the product says later changes nothing of a run
    assert draw(placed) is PrintState.DONE
    lines = content(storage, placed, 0).decode().splitlines()
    assert lines[0] == "number,serial,uri,pin"
    rows = list(csv.DictReader(lines))
    assert [row["pin"] for row in rows] == [pin_of(keys[0].pin, row["serial"]) for row in rows]
    assert len({row["pin"] for row in rows}) == 70
    printed = "".join(
        page.extract_text() for page in PdfReader(io.BytesIO(content(storage, placed, 1))).pages
    )
    assert [row["serial"] for row in rows if row["pin"] not in printed] == []


def test_an_order_from_before_there_was_a_box_prints_its_stamps_without_one(item, order, draw, storage):
    item.scratch_pin = True
    placed = order(3)
    design = placed.design
    placed.design = design | {"art": {key: part for key, part in design["art"].items() if key != "pin"}}
    assert draw(placed) is PrintState.DONE
    lines = content(storage, placed, 0).decode().splitlines()
    text = PdfReader(io.BytesIO(content(storage, placed, 1))).pages[0].extract_text()
    assert not any(row["pin"] in text for row in csv.DictReader(lines))


def test_a_medium_without_room_for_the_pin_is_refused_and_another_one_named(item, order):
    item.scratch_pin = True
    with pytest.raises(Conflict, match="print_blocked") as refused:
        order(3, medium="a4-r30")
    assert "ô mã cào" in refused.value.sentence()


def test_a_run_without_pins_has_no_such_column(item, order, draw, storage):
    placed = order(3)
    item.scratch_pin = True
    draw(placed)
    assert content(storage, placed, 0).startswith(b"number,serial,uri\r\n1,")


def test_pins_are_never_printed_under_another_key_than_the_runs(item, order, draw, keys, session, storage):
    item.scratch_pin = True
    placed = order(3)
    lost = replace(keys[0], pin=PinKey(bytes(32)))
    assert draw(placed, keys=[lost]) is PrintState.FAILED
    assert placed.error == KEY_GONE
    assert placed.files == []
    assert draw(placed, keys=[replace(lost, pin=None)]) is None  # failed: somebody must resume it


def test_a_registry_number_and_a_plain_http_host_stand_in_the_code(session, cast, now, keys, settings, item):
    trial = replace(settings, public_base_url="http://127.0.0.1:8000")
    own = {"gtin": None, "registry_number": "00000017"}
    other = factories.make_trade_item(session, cast.cooperative_id, now, **own)
    from traceapp.services.printing.design import prefix_of

    assert prefix_of(other.subject, trial) == "HTTP://127.0.0.1:8000/P/00000017/21/"
    assert prefix_of(item.subject, settings) == PREFIX


def test_files_are_cut_at_sheets_and_the_part_used_sheet_is_last(order, draw, storage, session):
    placed = order(200, used=range(60), part_stamps=140)
    assert [(p.first_index, p.count, p.first_sheet, p.sheets) for p in parts_of(placed)] == [
        (0, 130, 1, 2),
        (130, 70, 3, 2),
    ]
    draw(placed)
    files = session.scalars(select(PrintFile).order_by(PrintFile.part)).all()
    assert [(f.part, f.count, f.sheets) for f in files] == [(0, 200, 0), (1, 130, 2), (2, 70, 2)]
    pages = [PdfReader(io.BytesIO(content(storage, placed, part))).pages for part in (1, 2)]
    assert [len(p) for p in pages] == [2, 2]
    assert "4/4" in pages[1][1].extract_text()


def test_an_order_is_not_taken_up_twice(order, draw):
    placed = order(70)
    assert draw(placed) is PrintState.DONE
    assert draw(placed, "other") is None


def test_a_second_worker_waits_for_the_lease(session, order, draw):
    placed = order(70)
    placed.state, placed.worker = PrintState.RUNNING, "gone"
    placed.beat_at = datetime.now(UTC) - timedelta(seconds=10)
    assert draw(placed) is None
    assert draw(placed, lease=timedelta(seconds=5)) is PrintState.DONE


def test_what_waits_is_found(session, order):
    first, second = order(70), order(70)
    now = datetime.now(UTC)
    second.state, second.worker, second.beat_at = PrintState.RUNNING, "here:1", now - timedelta(seconds=31)
    session.flush()
    assert list(printing.waiting(session, now)) == [first.id, second.id]
    second.beat_at = now
    session.flush()
    assert list(printing.waiting(session, now)) == [first.id]
    printing.release(session, lambda worker: worker == "here:1")
    session.flush()
    assert list(printing.waiting(session, now)) == [first.id, second.id]


@pytest.mark.parametrize(
    ("act", "after"),
    [(printing.pause_print, PrintState.PAUSED), (printing.cancel_print, PrintState.CANCELLED)],
)
def test_a_stop_is_heard_before_the_next_sheet(session, cast, order, draw, now, act, after):
    placed = order(650, part_stamps=130)
    placed_id, seen = placed.id, []

    def at_sheet(done):
        seen.append(done)
        if done == 5:
            with Session(session.get_bind()) as other:
                act(other, actor=cast.manager.actor, order=other.get_one(PrintRun, placed_id), now=now)
                other.commit()

    assert draw(placed, watch=at_sheet) is after
    assert max(seen) == 5
    assert [file.part for file in placed.files] == [1, 2]
    with pytest.raises(NotFound):
        printing.file_of(session, cast.manager.actor, placed, 1)


def test_a_paused_order_goes_on_to_the_same_bytes(session, cast, order, draw, now, storage):
    placed = order(650, part_stamps=130)
    draw(placed)
    whole = {file.part: content(storage, placed, file.part) for file in placed.files}
    for file in list(placed.files):
        storage.delete_key(file.key)
        session.delete(file)
    placed.state, placed.slices_done = PrintState.QUEUED, 0
    assert draw(placed, stopping=iter([False] * 7 + [True] * 9).__next__) is PrintState.QUEUED
    assert 0 < len(placed.files) < 5
    assert draw(placed) is PrintState.DONE
    assert {file.part: content(storage, placed, file.part) for file in placed.files} == whole


def test_a_cancelled_orders_stamps_are_void_and_it_cannot_go_on(session, cast, order, draw, now):
    placed, me = order(70), cast.manager.actor
    printing.cancel_print(session, actor=me, order=placed, now=now)
    printing.cancel_print(session, actor=me, order=placed, now=now)
    assert placed.stamp_run.state is StampState.VOID
    assert draw(placed) is None
    with pytest.raises(Conflict, match="print_state"):
        printing.resume_print(session, actor=me, order=placed, now=now)
    told = list(session.scalars(select(JournalEntry.act).order_by(JournalEntry.seq)))
    assert told == ["issued_stamps", "ordered_print", "cancelled_print", "ended_stamps"]


def test_a_run_of_which_no_stamp_lives_is_not_put_on_paper(session, cast, order, draw, issue, place, now):
    me, run, placed = cast.manager.actor, issue(), order(70)
    void = partial(stamping.void_stamps, session, actor=me, reason="nhầm", now=now)
    void(run=run, stretch=stamping.StampRange(0, 20))
    void(run=run)
    with pytest.raises(Conflict, match="run_void"):
        place(run)
    void(run=placed.stamp_run, stretch=stamping.StampRange(4, 6))
    assert printing.voided_in(placed) == [stamping.StampRange(4, 6)]
    void(run=placed.stamp_run)
    assert draw(placed) is PrintState.FAILED  # a worker claimed it after the voiding
    assert "Mọi tem của lệnh này đã hủy" in placed.error
    assert (placed.files, placed.stamp_run.printed_at) == ([], None)
    with pytest.raises(Conflict, match="run_void"):
        printing.resume_print(session, actor=me, order=placed, now=now)
    stamping.undo_last(session, actor=me, run=placed.stamp_run, now=now)
    printing.resume_print(session, actor=me, order=placed, now=now)
    assert draw(placed) is PrintState.DONE  # with its voided stretch, which stays void
    assert stamping.balance(session, placed.stamp_run).void == 6


def test_a_worker_gives_back_an_order_whose_goods_are_held_meanwhile(session, cast, order, draw, lot, now):
    placed = order(70)
    told = {"reason": HoldReason.SAFETY_DOUBT, "note": None, "now": now}
    row = restrictions.hold_lot(session, actor=cast.inspector.actor, lot=lot, **told)
    assert draw(placed) is PrintState.FAILED
    assert "đang tạm dừng" in placed.error
    restrictions.lift(session, actor=cast.officer.actor, restriction=row, reason="xong", now=now)
    printing.resume_print(session, actor=cast.manager.actor, order=placed, now=now)
    assert draw(placed) is PrintState.DONE


def test_a_key_that_is_not_here_fails_with_a_sentence(session, order, storage, draw):
    placed = order(70)
    sessions = partial(Session, session.get_bind())
    session.commit()
    state = printing.run(sessions, storage, placed.id, keys=(), worker="w", clock=lambda: datetime.now(UTC))
    session.expire_all()
    assert state is PrintState.FAILED
    assert "khóa" in placed.error


def test_a_failed_order_is_tried_again(session, cast, order, draw, storage, now):
    placed = order(70)
    folder = storage.folder / "prints"
    folder.write_text("in the way")  # the store cannot make its folder
    assert draw(placed) is PrintState.FAILED
    assert "Kho tệp" in placed.error
    folder.unlink()
    printing.resume_print(session, actor=cast.manager.actor, order=placed, now=now)
    assert draw(placed) is PrintState.DONE


def test_progress_is_said_in_sheets_stamps_and_time(order, now):
    placed = order(10_000)
    placed.state, placed.slices_done, placed.started_at = PrintState.RUNNING, 77, now
    told = printing.progress_of(placed, now + timedelta(seconds=40))
    assert (told.sheet, told.sheets, told.done, told.count) == (77, 154, 5005, 10_000)
    assert (told.seconds_left, told.percent) == (40, 50)
    assert printing.progress_of(placed, now).seconds_left is None


def test_the_same_request_is_the_same_order(session, order):
    first = order(70, request_key="k")
    second = printing_again(session, order)
    assert first.id == second.id
    assert len(session.scalars(select(PrintRun)).all()) == 1


def printing_again(session, order):
    return order(70, request_key="k")


@pytest.mark.parametrize("other", [{"medium": "a4-21"}, {"used": [3]}])
def test_a_request_key_sent_with_other_paper_is_refused(session, order, other):
    order(70, request_key="k")
    with pytest.raises(Conflict, match="request_key_differs"):
        order(70, request_key="k", **other)


def test_a_run_is_printed_once(session, cast, order, now, settings):
    placed = order(70)
    with pytest.raises(Conflict, match="run_printed_already"):
        printing.order_stamps(
            session,
            actor=cast.manager.actor,
            run=placed.stamp_run,
            choice=printing.Choice(),
            settings=settings,
            request_key=None,
            now=now,
        )


def test_a_stamp_no_telephone_could_read_is_refused(order):
    with pytest.raises(Conflict, match="print_blocked"):
        order(70, medium="r-t20")


def test_unknown_paper_printers_and_cells_are_refused(order):
    with pytest.raises(Malformed, match="medium_unknown"):
        order(70, medium="a3")
    with pytest.raises(Malformed, match="cell_unknown"):
        order(70, used=[65])


def test_an_address_that_only_this_machine_knows_is_a_warning_in_the_demonstration(settings):
    trial = replace(settings, public_base_url="http://127.0.0.1:8000")
    found = {check.rule: check.severity for check in checks.sample_checks(printing.Choice(), trial)}
    assert found == {"P9": "warn"}
    assert checks.sample_checks(printing.Choice(), settings) == []


def test_a_small_module_is_warned_of_with_a_larger_medium_as_its_cure(settings):
    found = checks.sample_checks(printing.Choice("a4-80"), settings)
    assert [(check.rule, check.severity) for check in found] == [("P2", "warn")]
    assert not checks.sample_checks(printing.Choice(found[0].cure), settings)


def test_every_check_has_words_that_its_facts_fill(settings):
    for blank in printing.media().values():
        for check in checks.sample_checks(printing.Choice(blank.id), settings):
            assert "{" not in check.words.format_map(dict(check.facts))


def test_the_test_sheet_says_so_and_opens_nothing(session, item, settings, tmp_path):
    pdf = printing.test_sheet(session, item, printing.Choice("a4-21"), settings)
    page = PdfReader(io.BytesIO(pdf)).pages
    assert len(page) == 1
    assert "MẪU" in page[0].extract_text()
    assert sorted(decoded(pdf, tmp_path)) == [f"{PREFIX}TEST{n:08}" for n in range(1, 22)]


# --- labels -------------------------------------------------------------------------------------------


def label_text(session, cast, item, lot, now, settings, draw, storage):
    placed = printing.order_labels(
        session,
        actor=cast.manager.actor,
        trade_item=item,
        lot=lot,
        count=3,
        choice=printing.Choice("a4-8"),
        settings=settings,
        request_key=None,
        now=now,
    )
    assert draw(placed) is PrintState.DONE
    assert [file.part for file in placed.files] == [1]
    return content(storage, placed, 1)


def test_a_label_says_what_the_law_asks_and_its_ean_decodes(
    session, cast, item, lot, now, settings, draw, storage, tmp_path
):
    factories.make_certificate(session, cast, now, item)
    pdf = label_text(session, cast, item, lot, now, settings, draw, storage)
    words = " ".join(PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split())
    for expected in (
        "Rượu men lá Thử",
        "500 ml",
        "40 % vol",
        "HTX Mẫu Sơn Thử",
        "Thôn Thử Nghiệm",
        "Việt Nam",
        "L260905A",
        "05/09/2026",
        "05/09/2028",
        "Câu cảnh báo thử nghiệm",
        "ISO 22000:2018",
        "MINH HỌA",
    ):
        assert expected in words
    assert decoded(pdf, tmp_path, 600) == ["9520009010011"] * 3


@pytest.fixture
def labels(session, cast, item, lot, now, settings):
    def labels(**more):
        told = {"trade_item": item, "lot": lot, "count": 24, "choice": printing.Choice("a4-8")} | more
        placed = printing.order_labels(
            session, actor=cast.manager.actor, settings=replace(settings, part_stamps=8), request_key=None,
            now=now, **told,
        )  # fmt: skip
        session.commit()
        return placed

    return labels


def end(session, cast, now, certificate, kind):
    certificate.decisions.append(
        CertificateDecision(
            sequence=len(certificate.decisions) + 1, kind=kind, from_on=date(2026, 11, 1), reason="x",
            created_at=now, recorded_by_id=cast.officer.account_id,
        )
    )  # fmt: skip
    session.commit()


def test_labels_are_not_resumed_with_the_mark_of_a_certificate_withdrawn_meanwhile(
    session, cast, item, now, labels, draw
):
    certificate, me = factories.make_certificate(session, cast, now, item), cast.manager.actor
    placed = labels()
    assert list(placed.design["face"]["certificates"]) == ["ISO 22000:2018"]
    assert draw(placed, stopping=iter([False] * 3 + [True] * 9).__next__) is PrintState.QUEUED
    kept = len(placed.files)
    assert 0 < kept < 3
    printing.pause_print(session, actor=me, order=placed, now=now)
    end(session, cast, now, certificate, DecisionKind.SUSPENSION)
    with pytest.raises(Conflict, match="marks_lost") as refused:
        printing.resume_print(session, actor=me, order=placed, now=now)
    assert refused.value.facts == {"found": "ISO 22000:2018"}
    assert (placed.state, len(placed.files)) == (PrintState.PAUSED, kept)
    end(session, cast, now, certificate, DecisionKind.RESTORATION)
    printing.resume_print(session, actor=me, order=placed, now=now)
    assert draw(placed) is PrintState.DONE


def test_a_worker_draws_no_mark_of_a_certificate_withdrawn_while_the_order_waited(
    session, cast, item, now, labels, draw
):
    certificate = factories.make_certificate(session, cast, now, item)
    placed, plain = labels(), labels(wanted=())
    end(session, cast, now, certificate, DecisionKind.WITHDRAWAL)
    assert (draw(placed), placed.files) == (PrintState.FAILED, [])
    assert "không còn chứng nhận" in placed.error
    assert (
        session.scalars(select(JournalEntry.act).order_by(JournalEntry.seq.desc())).first() == "failed_print"
    )
    assert draw(plain) is PrintState.DONE  # the same goods without the mark


@pytest.mark.parametrize("fault", ["expired", "suspended", "other product", "not approved"])
def test_a_label_names_no_certificate_that_does_not_hold(session, cast, item, lot, now, settings, fault):
    from traceapp.domain.certificates import RecordState
    from traceapp.services.printing.design import label_face

    today = date(2026, 11, 22)
    certificate = factories.make_certificate(session, cast, now, item)
    assert label_face(session, item, lot, today).certificates == ("ISO 22000:2018",)
    if fault == "expired":
        certificate.valid_until = date(2026, 11, 21)
    elif fault == "not approved":
        certificate.record_state, certificate.approved_by_id = RecordState.SUBMITTED, None
    elif fault == "other product":
        other = factories.make_trade_item(session, cast.cooperative_id, now, gtin="09520009010028")
        certificate.subjects[0].trade_item = other
    else:
        certificate.decisions.append(
            CertificateDecision(
                sequence=1,
                kind=DecisionKind.SUSPENSION,
                from_on=date(2026, 9, 1),
                reason="x",
                created_at=now,
                recorded_by_id=cast.officer.account_id,
            )
        )
    session.flush()
    assert label_face(session, item, lot, today).certificates == ()


def test_a_label_names_a_mark_only_where_the_producer_holds_it(session, cast, item, lot):
    from traceapp.services.printing.design import label_face

    def mark(name, holder, until=None):
        right = IpRight(
            public_id=factories.next_public_id(),
            kind=IpRightKind.COLLECTIVE_MARK,
            name=name,
            holder_id=holder,
            valid_until=until,
        )
        right.related.append(item)
        session.add(right)

    mark("Ours", cast.cooperative_id)
    mark("Theirs", cast.rival_id)
    mark("Ended", cast.cooperative_id, date(2026, 11, 21))
    session.flush()
    assert label_face(session, item, lot, date(2026, 11, 22)).marks == ("Ours",)


def test_labels_of_a_stranger_are_not_found(session, cast, item, lot, now, settings):
    with pytest.raises(NotFound):
        printing.order_labels(
            session,
            actor=cast.rival.actor,
            trade_item=item,
            lot=lot,
            count=3,
            choice=printing.Choice("a4-8"),
            settings=settings,
            request_key=None,
            now=now,
        )


# --- barcodes -----------------------------------------------------------------------------------------


def read(svg_or_png: bytes):
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(svg_or_png)).convert("L"))
    return [(one.bytes, one.symbology_identifier) for one in found]


def test_every_barcode_of_a_product_decodes_to_its_value(item, lot, settings):
    values = printing.code_values(item, lot, "7K3M9QX2TZ4B", settings)
    assert set(values) == {"ean13", "itf14", "gs1-128", "gs1-datamatrix", "qr"}
    message = b"0109520009010011112609051728090510L260905A\x1d217K3M9QX2TZ4B"
    expected = {
        "ean13": (b"9520009010011", "]E0"),
        "itf14": (b"09520009010011", "]I1"),
        "gs1-128": (message, "]C1"),
        "gs1-datamatrix": (message, "]d2"),
        "qr": (b"HTTPS://TXNG.LANGSON.GOV.VN/01/09520009010011/10/L260905A", "]Q1"),
    }
    for kind, value in values.items():
        assert read(printing.draw_barcode(kind, value, "png", dpi=600)) == [expected[kind]]


def test_a_short_number_is_an_ean_8_and_a_registry_number_a_qr_alone(session, cast, now, settings):
    short = factories.make_trade_item(session, cast.cooperative_id, now, gtin="00000095200002")
    assert printing.code_values(short, None, "", settings)["ean8"] == "95200002"
    own = {"gtin": None, "registry_number": "00000017"}
    other = factories.make_trade_item(session, cast.cooperative_id, now, **own)
    assert printing.code_values(other, None, "", settings) == {
        "qr": "HTTPS://TXNG.LANGSON.GOV.VN/P/00000017",
    }


def test_a_barcode_has_its_exact_size(tmp_path):
    pdf = printing.draw_barcode("ean13", "9520009010011", "pdf", dpi=600, x_dimension_mm=0.33)
    box = PdfReader(io.BytesIO(pdf)).pages[0].mediabox
    assert float(box.width) * 25.4 / 72 == pytest.approx(113 * 8 * 25.4 / 600, abs=0.001)
    svg = printing.draw_barcode("ean13", "9520009010011", "svg", dpi=600, scale=1.0)
    assert b'width="38.2693mm"' in svg


def test_a_wrong_check_digit_is_refused_with_the_right_one():
    with pytest.raises(Malformed) as refused:
        printing.draw_barcode("ean13", "9520009010012", "svg")
    assert (refused.value.code, refused.value.facts["corrected"]) == ("gtin_check_digit", "9520009010011")
    with pytest.raises(Malformed, match="barcode_refused"):
        printing.draw_barcode("gs1-128", "(01)9520", "svg")
    assert barcodes.FORMS


@pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf is not installed")
def test_qpdf_finds_nothing_wrong_with_a_printed_file(order, draw, storage, tmp_path):
    placed = order(70)
    draw(placed)
    (tmp_path / "x.pdf").write_bytes(content(storage, placed, 1))
    subprocess.run(["qpdf", "--check", "x.pdf"], cwd=tmp_path, check=True, stdout=subprocess.DEVNULL)


def test_a_run_voided_at_the_moment_its_print_ends_does_not_fail_the_order(
    session, cast, order, storage, keys, monkeypatch
):
    if session.get_bind().dialect.name == "sqlite":
        pytest.skip("SQLite lets one write at a time: there is no such moment")
    placed, engine = order(70), session.get_bind()
    order_id = placed.id
    session.commit()
    honest = Session.get_one

    def void_first(self, entity, key, **more):
        """Somebody else voids the run between the worker's two last steps."""
        found = honest(self, entity, key, **more)
        if entity is PrintRun and found.state is PrintState.DONE and found.stamp_run.version == 1:
            with Session(engine) as other:
                run = honest(other, PrintRun, order_id).stamp_run
                stamping.void_stamps(
                    other, actor=cast.manager.actor, run=run, reason="thử", now=datetime.now(UTC)
                )
                other.commit()
        return found

    monkeypatch.setattr(Session, "get_one", void_first)
    told = {"clock": lambda: datetime.now(UTC), "keys": keys, "worker": "w"}
    assert printing.run(partial(Session, engine), storage, order_id, **told) is PrintState.DONE
    session.expire_all()
    assert honest(session, PrintRun, order_id).stamp_run.state is StampState.VOID
