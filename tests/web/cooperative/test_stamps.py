"""Stamps through the pages: from the choice of paper to activated, void, undone; strangers find nothing."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.web.looking import text_of
from traceapp.domain.printing import PrintState
from traceapp.domain.restrictions import HoldReason, RestrictionKind
from traceapp.domain.stamps import StampState
from traceapp.models import JournalEntry, PrintRun, Restriction, StampRun
from traceapp.services import printing, stamping


@pytest.fixture
def lot(session, cast, now):
    made = factories.make_lot(session, factories.make_trade_item(session, cast.cooperative_id, now), now)
    session.commit()
    return made


@pytest.fixture
def manager(browser_of, cast):
    return browser_of(cast.manager)


@pytest.fixture
def rival(browser_of, cast):
    return browser_of(cast.rival)


@pytest.fixture
def announced(app):
    """What the worker was told."""
    told: list[int] = []
    app.extensions["announce_print"] = told.append
    return told


@pytest.fixture
def with_pins(session, lot):
    """The product wants a scratch PIN on its stamps."""
    lot.trade_item.scratch_pin = True
    session.commit()


@pytest.fixture
def ordered(manager, lot, announced, session):
    """A run of 70 stamps, ordered through the page."""
    answer = manager.post(f"/coop/stamps/new?lot={lot.public_id}", data=form())
    assert answer.status_code == 303, answer.text
    return rows(session, PrintRun)[0]


@pytest.fixture
def printed(app, session, ordered):
    """The same, drawn."""
    with app.app_context():
        state = printing.run(
            partial(Session, session.get_bind()), app.extensions["storage"], ordered.id, worker="w",
            keys=app.extensions["serial_keys"], clock=lambda: datetime.now(UTC),
        )  # fmt: skip
    assert state is PrintState.DONE
    return rows(session, StampRun)[0]


def form(**more):
    return {"n": "70", "medium": "a4-65", "kind": "sheet", "do": "order", "request_key": "abc"} | more


def rows(session, what):
    """What the database holds now; nothing stays open behind it."""
    session.expire_all()
    found = list(session.scalars(select(what)))
    session.commit()
    return found


def balance(session, run):
    session.expire_all()
    told = stamping.balance(session, session.get_one(StampRun, run.id))
    session.commit()
    return told


def test_the_page_previews_in_true_millimetres_and_orders(manager, lot, announced, session):
    page = manager.get(f"/coop/stamps/new?lot={lot.public_id}").text
    assert 'width="38.1mm"' in page
    assert "Chọn tem cho lô L260905A" in page
    assert "In được" in page
    answer = manager.post(f"/coop/stamps/new?lot={lot.public_id}", data=form(n="1.300", u=["0", "1"]))
    assert answer.status_code == 303
    order = rows(session, PrintRun)[0]
    assert (order.count, order.used_cells, order.slices_total) == (1300, [0, 1], 21)
    assert announced == [order.id]
    assert answer.location.endswith(f"/coop/prints/{order.public_id}")
    acts = list(session.scalars(select(JournalEntry.act).order_by(JournalEntry.seq)))
    assert acts == ["issued_stamps", "ordered_print"]


def test_the_same_form_sent_twice_orders_once(manager, lot, announced, session):
    answers = [manager.post(f"/coop/stamps/new?lot={lot.public_id}", data=form()) for _ in range(2)]
    assert answers[0].location == answers[1].location
    assert len(rows(session, StampRun)) == 1
    assert len(rows(session, PrintRun)) == 1


@pytest.mark.parametrize("other", [{"n": "71"}, {"medium": "a4-21", "seen": "a4-21"}, {"u": "3"}])
def test_the_same_key_with_another_wish_is_refused_with_what_was_typed(manager, lot, session, other):
    address = f"/coop/stamps/new?lot={lot.public_id}"
    assert manager.post(address, data=form()).status_code == 303
    answer = manager.post(address, data=form(**other))
    assert answer.status_code == 422
    assert "Trang này đã đặt một lệnh với số lượng, lô hoặc khổ giấy khác" in answer.text
    assert f'value="{other.get("n", "70")}"' in answer.text
    assert len(rows(session, PrintRun)) == 1


@pytest.mark.parametrize(
    ("do", "expected"),
    [
        ("update", "n=70"),
        ("one", "n=65"),
        ("ten", "n=650"),
        ("medium:a4-21", "medium=a4-21"),
        ("strange", "n=70"),
    ],
)
def test_a_helper_button_only_shows_the_page_again(manager, lot, session, do, expected):
    answer = manager.post(f"/coop/stamps/new?lot={lot.public_id}", data=form(do=do, u="3"))
    assert answer.status_code == 303
    assert expected in answer.location
    assert rows(session, StampRun) == []
    assert manager.get(answer.location).status_code == 200


def test_another_kind_of_printer_brings_its_own_paper(manager, lot):
    answer = manager.post(f"/coop/stamps/new?lot={lot.public_id}", data=form(do="update", kind="roll"))
    assert "medium=r110-3x35x22" in answer.location
    assert "hàng tem trên cuộn" in manager.get(answer.location).text


@pytest.mark.parametrize(
    ("typed", "said"), [("nhiều", "không phải là số"), ("0", "từ 1 đến"), ("2.000.000", "1.000.000")]
)
def test_a_count_that_cannot_be_is_said_beside_its_field(manager, lot, session, typed, said):
    answer = manager.post(f"/coop/stamps/new?lot={lot.public_id}", data=form(n=typed, medium="a4-21", u="3"))
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{typed}"' in answer.text  # what was typed stays
    assert re.search(r"<title>Lỗi:", answer.text)
    assert re.search(r'value="3"[^>]*checked', answer.text)
    assert rows(session, StampRun) == []


def test_a_blocked_order_is_refused_and_issues_nothing(manager, lot, session, announced):
    answer = manager.post(f"/coop/stamps/new?lot={lot.public_id}", data=form(medium="r-t20", kind="roll"))
    assert answer.status_code == 422
    assert "P2" in text_of(answer)
    assert rows(session, StampRun) == []
    assert announced == []


def test_the_longest_name_is_shown_on_request(manager, lot):
    assert "ẴẴẴ" in manager.get(f"/coop/stamps/new?lot={lot.public_id}&longest=1&medium=a4-21").text


def test_the_test_sheet_is_one_pdf(manager, lot):
    answer = manager.get(f"/coop/stamps/test-sheet.pdf?lot={lot.public_id}")
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF")


def test_without_a_lot_one_is_chosen(manager, lot):
    assert f"/coop/stamps/new?lot={lot.public_id}" in manager.get("/coop/stamps/new").text


def test_progress_reloads_itself_until_it_is_done(manager, ordered, session):
    page = manager.get(f"/coop/prints/{ordered.public_id}").text
    assert '<meta http-equiv="refresh" content="2">' in page
    assert "Tờ 0/2 – 0/70 tem" in page
    manager.post(f"/coop/prints/{ordered.public_id}/pause")
    page = manager.get(f"/coop/prints/{ordered.public_id}").text
    assert "http-equiv" not in page
    assert "Đang tạm dừng" in page


def test_pause_resume_and_cancel_change_the_order_and_nothing_twice(manager, ordered, session, announced):
    url, states = f"/coop/prints/{ordered.public_id}", []
    for act in ("pause", "pause", "resume", "cancel", "cancel"):
        assert manager.post(f"{url}/{act}").status_code == 303
        session.expire_all()
        states.append(session.get_one(PrintRun, ordered.id).state.value)
        session.commit()
    assert states == ["paused", "paused", "queued", "cancelled", "cancelled"]
    assert announced == [ordered.id, ordered.id]
    assert manager.post(f"{url}/resume").status_code == 409
    assert rows(session, StampRun.state) == [StampState.VOID]


def test_an_order_names_its_void_stamps_before_it_goes_on_and_does_not_without_a_live_one(
    manager, ordered, session
):
    url, run = f"/coop/prints/{ordered.public_id}", f"/coop/stamps/{ordered.stamp_run.public_id}"
    session.commit()
    manager.post(f"{url}/pause")
    assert "tem đã hủy" not in manager.get(url).text.split("<details>", 1)[0]
    manager.post(f"{run}/void", data={"first": "5", "last": "10", "reason": "nhầm"})
    assert "in ra cũng không dùng được: tem 5–10." in manager.get(url).text
    manager.post(f"{run}/void", data={"reason": "nhầm"})
    answer = manager.post(f"{url}/resume")
    assert answer.status_code == 409
    assert "đã hủy nên không in" in answer.text
    assert rows(session, PrintRun.state) == [PrintState.PAUSED]


def test_finished_files_are_taken_and_unfinished_ones_are_not_there(manager, ordered, app, session):
    url = f"/coop/prints/{ordered.public_id}"
    assert manager.get(f"{url}/files/1").status_code == 404
    with app.app_context():
        printing.run(
            partial(Session, session.get_bind()), app.extensions["storage"], ordered.id, worker="w",
            keys=app.extensions["serial_keys"], clock=lambda: datetime.now(UTC),
        )  # fmt: skip
    pdf, codes = manager.get(f"{url}/files/1"), manager.get(f"{url}/files/0")
    assert pdf.data.startswith(b"%PDF")
    assert re.fullmatch(
        r'attachment; filename="tem-[0-9A-Z]{8}-001\.pdf"', pdf.headers["Content-Disposition"]
    )
    assert codes.headers["Content-Disposition"].endswith('.csv"')
    assert codes.data.count(b"HTTPS://TXNG") == 70
    assert manager.get(f"{url}/files/2").status_code == 404
    app.extensions["storage"].delete_key(f"prints/{ordered.public_id}/001.pdf")
    assert manager.get(f"{url}/files/1").status_code == 410


def test_before_ordering_she_sees_sheets_files_size_and_time(manager, lot):
    page = manager.get(f"/coop/stamps/new?lot={lot.public_id}&n=1.000.000").text
    for told in ("15.385", "khoảng 108,3 MB", "khoảng 51 giây", "Tệp 51/51", "Thời gian là ước chừng"):
        assert told in page
    assert "15.385" in manager.get(f"/coop/stamps/new?lot={lot.public_id}&n=1000000").text


def test_as_many_stamps_are_offered_as_pieces_have_none_and_more_is_told(manager, lot, announced):
    page = f"/coop/stamps/new?lot={lot.public_id}"
    offered = manager.get(page)
    assert 'value="1200"' in offered.text
    assert "Lô khai 1.200 sản phẩm, đã có 0 tem dùng được." in text_of(offered)
    assert manager.post(page, data=form(n="1000")).status_code == 303
    assert 'value="200"' in manager.get(page).text
    told = text_of(manager.get(page + "&n=300"))
    assert "Lô khai 1.200 sản phẩm, sẽ có 1.300 tem dùng được." in told
    assert "tem thừa nhớ hủy" in told


def test_running_orders_are_found_again_at_home_and_in_the_list(manager, rival, ordered, session):
    ordered.state, ordered.slices_done = PrintState.RUNNING, 1
    ordered.started_at = datetime.now(UTC) - timedelta(seconds=30)
    session.commit()
    for address in ("/coop/", "/coop/stamps"):
        page = manager.get(address).text
        assert re.search("Tờ 1/2 – 65/70 tem – còn ~[0-9]+ giây", page)  # by the real clock
        assert f"/coop/prints/{ordered.public_id}" in page
        assert ordered.public_id not in rival.get(address).text
    ordered.state = PrintState.FAILED
    session.commit()
    assert "Chưa in xong" in manager.get("/coop/").text
    manager.post(f"/coop/prints/{ordered.public_id}/cancel")
    assert "Lệnh in chưa xong" not in manager.get("/coop/").text


def test_every_part_comes_in_one_archive_without_the_list_of_codes(manager, rival, ordered, app, session):
    url = f"/coop/prints/{ordered.public_id}/files/all.zip"
    assert manager.get(url).status_code == 404
    ordered.design = ordered.design | {"part_stamps": 65}
    session.commit()
    with app.app_context():
        printing.run(
            partial(Session, session.get_bind()), app.extensions["storage"], ordered.id, worker="w",
            keys=app.extensions["serial_keys"], clock=lambda: datetime.now(UTC),
        )  # fmt: skip
    answer = manager.get(url)
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    with ZipFile(BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert [name[-7:] for name in names] == ["001.pdf", "002.pdf"]
        assert archive.read(names[1]) == manager.get(f"/coop/prints/{ordered.public_id}/files/2").data
    assert (rival.get(url).status_code, manager.post(url).status_code) == (404, 405)
    page = manager.get(f"/coop/prints/{ordered.public_id}").text
    assert url in page
    assert "Ai có tệp này in được tem y hệt" in page
    app.extensions["storage"].delete_key(f"prints/{ordered.public_id}/002.pdf")
    assert manager.get(url).status_code == 410


def test_a_run_is_activated_voided_and_taken_back(manager, printed, session):
    url = f"/coop/stamps/{printed.public_id}"
    assert manager.post(f"{url}/void", data={"first": "1", "last": "5", "reason": "rách"}).status_code == 303
    assert manager.post(f"{url}/activate", data={}).status_code == 303
    told = balance(session, printed)
    assert (told.activated, told.void) == (65, 5)
    assert manager.post(f"{url}/undo").status_code == 303
    told = balance(session, printed)
    assert (told.printed, told.void) == (65, 5)
    page = manager.get(url).text
    assert "Hoàn tác" in page
    assert "65" in text_of(manager.get("/coop/stamps"))


def test_a_sheet_is_looked_at_before_it_is_activated_or_voided(manager, printed, session):
    url = f"/coop/stamps/{printed.public_id}"
    assert (
        manager.post(f"{url}/void", data={"first": "61", "last": "65", "reason": "rách"}).status_code == 303
    )
    page = manager.get(f"{url}/part?sheets=1").text
    assert "65 tem: 60 trong kho, 5 đã hủy" in page
    assert "Kích hoạt 60 tem" in page
    assert "Tem số 1 đến 65" in page
    assert balance(session, printed).activated == 0
    assert manager.post(f"{url}/activate", data={"sheets": "1"}).status_code == 303
    assert manager.post(f"{url}/void", data={"sheets": "2", "reason": "ướt"}).status_code == 303
    told = balance(session, printed)
    assert (told.activated, told.void) == (60, 10)
    sheets = manager.get(f"{url}/sheets").text
    assert sheets.index("Tờ 1") < sheets.index("Tờ 2")
    assert f"{url}/part?sheets=2" in sheets
    acts = [entry.act for entry in rows(session, JournalEntry)]
    assert acts[-3:] == ["voided_stamps", "activated_stamps", "voided_stamps"]
    assert "Những tem này đã hủy rồi" in manager.get(f"{url}/part?sheets=2").text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("sheets=3", "không có tờ 3"),
        ("sheets=ba", "Không đọc được số tờ"),
        ("sheets=1&first=2", "Xin chọn một cách"),
        ("first=99", "nằm ngoài"),
    ],
)
def test_a_part_that_is_not_there_is_said_with_what_was_typed(manager, printed, query, said):
    answer = manager.get(f"/coop/stamps/{printed.public_id}/part?{query}")
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{query.split("=")[-1]}"' in answer.text


def test_voiding_a_sheet_without_a_reason_keeps_the_sheet(manager, printed, session):
    answer = manager.post(f"/coop/stamps/{printed.public_id}/void", data={"sheets": "2", "reason": " "})
    assert answer.status_code == 422
    assert "5 tem: 5 trong kho" in answer.text
    assert "Xin ghi lý do" in answer.text
    assert balance(session, printed).void == 0


def test_an_undo_pressed_twice_takes_back_one_act(manager, printed, session):
    url = f"/coop/stamps/{printed.public_id}"
    for sheet in ("1", "2"):
        manager.post(f"{url}/activate", data={"sheets": sheet})
    seen = re.search(r'name="act" value="(\d+)"', manager.get(url).text)[1]
    for _ in range(2):
        assert manager.post(f"{url}/undo", data={"act": seen}).status_code == 303
    assert balance(session, printed).activated == 65


def test_her_undo_stays_though_a_colleague_did_something_to_other_stamps(
    manager, printed, session, cast, now
):
    url = f"/coop/stamps/{printed.public_id}"
    manager.post(f"{url}/void", data={"first": "1", "last": "10", "reason": "rách"})
    session.expire_all()
    other = replace(cast.manager.actor, account_id=cast.officer.account_id)
    void = partial(stamping.void_stamps, session, actor=other, reason="mất", now=now)
    void(run=session.get_one(StampRun, printed.id), stretch=stamping.StampRange(60, 2))
    session.commit()
    page = manager.get(url).text
    assert "Tem 1–10: Vừa hủy lúc" in " ".join(page.split())
    seen = re.search(r'name="act" value="(\d+)"', page)[1]
    assert manager.post(f"{url}/undo", data={"act": seen}).status_code == 303
    assert balance(session, printed).void == 2
    assert f"{url}/undo" not in manager.get(url).text  # the colleague's is not hers to take back
    assert manager.post(f"{url}/undo").status_code == 403


def test_a_recall_stands_above_the_stamps(manager, printed, session, cast, lot, now):
    session.add(
        Restriction(
            public_id=factories.next_public_id(), kind=RestrictionKind.RECALL, created_at=now, lot_id=lot.id,
            reason=HoldReason.SAFETY_DOUBT, from_at=now, proposed_by_id=cast.officer.account_id,
            confirmed_by_id=cast.second_officer.account_id,
        )
    )  # fmt: skip
    session.commit()
    assert "Lô hàng đang bị thu hồi" in manager.get(f"/coop/stamps/{printed.public_id}").text
    answer = manager.post(f"/coop/stamps/{printed.public_id}/activate", data={})
    assert answer.status_code == 422
    assert "đang bị thu hồi" in answer.text


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("hold", "Hàng mang tem này đang tạm dừng để kiểm tra"),
        ("recall", "Hàng mang tem này đang bị thu hồi"),
    ],
)
def test_an_undo_that_a_recall_stops_says_why_instead_of_offering_itself(
    manager, printed, session, cast, lot, now, kind, said
):
    url = f"/coop/stamps/{printed.public_id}"
    manager.post(f"{url}/activate", data={})
    assert f"{url}/undo" in manager.get(url).text
    session.add(
        Restriction(
            public_id=factories.next_public_id(), kind=RestrictionKind(kind), created_at=now, lot_id=lot.id,
            reason=HoldReason.SAFETY_DOUBT, from_at=now, proposed_by_id=cast.officer.account_id,
            confirmed_by_id=cast.second_officer.account_id,
        )
    )  # fmt: skip
    session.commit()
    page = manager.get(url).text
    assert f"{said} nên" in page
    assert f"{url}/undo" not in page
    answer = manager.post(f"{url}/undo")
    assert answer.status_code == 409
    assert "tem ở lại với lô" in answer.text
    assert balance(session, printed).activated == 70


def test_a_second_press_of_activate_changes_nothing(manager, printed, session):
    url = f"/coop/stamps/{printed.public_id}/activate"
    assert manager.post(url, data={}).status_code == 303
    answer = manager.post(url, data={})
    assert answer.status_code == 422
    assert "đã kích hoạt rồi" in answer.text
    assert balance(session, printed).activated == 70


@pytest.mark.parametrize(("act", "word"), [("activate", "kích hoạt"), ("void", "hủy")])
def test_a_button_moves_as_many_stamps_as_it_says_or_none(manager, printed, session, act, word):
    page, count = f"/coop/stamps/{printed.public_id}", printed.count
    before = len(rows(session, JournalEntry))
    stale = manager.post(f"{page}/{act}", data={"moving": "7", "reason": "Rách"})
    assert stale.status_code == 422
    assert f"nút bạn bấm ghi 7 tem, nay là {count} tem" in text_of(stale)
    assert len(rows(session, JournalEntry)) == before
    fresh = {"moving": f"{count}", "reason": "Rách"}
    told = text_of(manager.post(f"{page}/{act}", data=fresh, follow_redirects=True))
    assert f"Đã {word} {count} tem." in told


def test_a_list_of_codes_without_pins_speaks_of_none(manager, printed):
    assert "Gồm cả mã cào" not in text_of(manager.get(f"/coop/stamps/{printed.public_id}"))


def test_the_list_of_codes_says_that_it_holds_the_pins(with_pins, manager, printed):
    assert "Gồm cả mã cào" in text_of(manager.get(f"/coop/stamps/{printed.public_id}"))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"reason": ""}, "Xin ghi lý do"),
        ({"reason": "x", "first": "99"}, "nằm ngoài"),
        ({"reason": "x", "first": "mười"}, "không có trong mã"),
        ({"reason": "a\u202eb"}, "phải sang trái"),
    ],
)
def test_what_is_wrong_with_a_voiding_is_said_and_kept(manager, printed, session, data, said):
    answer = manager.post(f"/coop/stamps/{printed.public_id}/void", data=data)
    assert answer.status_code == 422
    assert said in answer.text
    assert balance(session, printed).void == 0


def test_minted_stamps_cannot_be_activated_by_hand(manager, ordered, session):
    run = rows(session, StampRun.public_id)[0]
    answer = manager.post(f"/coop/stamps/{run}/activate", data={})
    assert answer.status_code == 422
    assert "chưa in xong" in answer.text


def test_the_acts_refuse_get(manager, printed):
    for act in ("activate", "void", "undo"):
        assert manager.get(f"/coop/stamps/{printed.public_id}/{act}").status_code == 405


def test_a_stranger_finds_nothing(rival, passer_by, browser_of, cast, printed, ordered, lot, session):
    run, order = f"/coop/stamps/{printed.public_id}", f"/coop/prints/{ordered.public_id}"
    gets = [
        run,
        f"{run}/part?sheets=1",
        f"{run}/sheets",
        order,
        f"{order}/files/1",
        f"/coop/stamps/new?lot={lot.public_id}",
    ]
    session.commit()
    posts = [f"{run}/{act}" for act in ("activate", "void", "undo")]
    posts += [f"{order}/{act}" for act in ("pause", "resume", "cancel")]
    posts += [f"/coop/stamps/new?lot={lot.public_id}"]
    inspector = browser_of(cast.inspector)
    for address in gets:
        assert rival.get(address).status_code == 404
        assert inspector.get(address).status_code == 404
        assert passer_by.get(address).status_code == 303
    for address in posts:
        assert rival.post(address, data=form(reason="x")).status_code == 404
    assert run not in rival.get("/coop/stamps").text


def test_what_does_not_exist_is_not_found(manager):
    for address in ("/coop/stamps/00000000", "/coop/stamps/00000000/part", "/coop/stamps/00000000/sheets"):
        assert manager.get(address).status_code == 404
    assert manager.post("/coop/stamps/00000000/void", data={"reason": "x"}).status_code == 404
    assert manager.get("/coop/prints/00000000").status_code == 404


def test_time_left_is_shown_while_it_runs(manager, ordered, session):
    ordered.state, ordered.slices_done = PrintState.RUNNING, 1
    ordered.started_at = datetime.now(UTC) - timedelta(seconds=30)
    session.commit()
    page = manager.get(f"/coop/prints/{ordered.public_id}").text
    assert "Tờ 1/2 – 65/70 tem – còn ~30 giây" in page
    assert "<title>92 %" in page
