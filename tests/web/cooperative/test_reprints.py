"""Reprinting a spoilt sheet through the pages: asked why, counted, and nothing for strangers."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from traceapp.models import JournalEntry, PrintRun, Reprint, StampRun
from traceapp.services import printing, stamping


@pytest.fixture
def manager(browser_of, cast):
    return browser_of(cast.manager)


@pytest.fixture
def printed(app, session, cast, now, settings):
    """The name of a run of 70 stamps on two sheets, drawn a moment ago by the wall's clock."""
    from datetime import UTC, datetime

    item, keys = factories.make_trade_item(session, cast.cooperative_id, now), app.extensions["serial_keys"]
    run = stamping.issue_stamps(
        session, actor=cast.manager.actor, trade_item=item, lot=factories.make_lot(session, item, now),
        count=70, key=keys[0], request_key=None, now=now,
    )  # fmt: skip
    order = printing.order_stamps(
        session, actor=cast.manager.actor, run=run, settings=settings, request_key=None, now=now,
        choice=printing.Choice(),
    )  # fmt: skip
    session.commit()
    app.extensions["announce_print"] = lambda _id: None
    with app.app_context():
        printing.run(
            partial(Session, session.get_bind()), app.extensions["storage"], order.id, worker="w", keys=keys,
            clock=lambda: datetime.now(UTC),
        )  # fmt: skip
    return run.public_id


def rows(session, what):
    session.expire_all()
    found = list(session.scalars(select(what)))
    session.commit()
    return found


def test_a_sheet_is_reprinted_with_new_codes_in_four_clicks(manager, printed, session):
    url = f"/coop/stamps/{printed}"
    assert f'href="{url}/reprint"' in manager.get(url).text  # one; a reason, two; the button, three
    assert 'value="2"' in manager.get(f"{url}/reprint?sheets=2").text
    data = {"sheets": "2", "reason": "jam", "how": "anew", "request_key": "k"}
    answers = [manager.post(f"{url}/reprint", data=data) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    order = rows(session, PrintRun)[-1]
    assert answers[0].location.endswith(f"/coop/prints/{order.public_id}")
    assert (order.count, len(rows(session, Reprint))) == (5, 1)
    page = manager.get(url).text
    assert "Đã in lại 1 trên 2 tờ, quá 3 %" in page
    assert "50 % số tờ" in page
    fresh = rows(session, StampRun)[-1].public_id
    assert f"/coop/stamps/{fresh}" in page
    assert "Đợt này thay tờ 2 của đợt" in manager.get(f"/coop/stamps/{fresh}").text


def test_a_replaced_sheet_is_neither_replaced_again_nor_taken_back(manager, printed, session):
    url = f"/coop/stamps/{printed}"
    data = {"sheets": "2", "reason": "jam", "how": "anew", "request_key": "k"}
    manager.post(f"{url}/reprint", data=data)
    fresh = rows(session, StampRun)[-1].public_id
    answer = manager.post(f"{url}/reprint", data=data | {"request_key": "l"})
    assert answer.status_code == 422
    assert f"Tờ này đã có tem mới thay, ở đợt {fresh}" in answer.text
    page = manager.get(url).text
    assert f"Tem của đợt {fresh} đang dùng thay cho những tem này" in page
    assert f"{url}/undo" not in page
    assert manager.post(f"{url}/undo").status_code == 409
    assert len(rows(session, Reprint)) == 1


def test_a_sheet_is_reprinted_alike_and_only_that_sheet_is_there(manager, printed, session):
    url = f"/coop/stamps/{printed}"
    data = {"sheets": "1", "reason": "faint", "how": "alike", "destroyed": "y"}
    assert manager.get(f"{url}/alike/1.pdf").status_code == 404
    for _ in range(2):
        assert manager.post(f"{url}/reprint", data=data).status_code == 303
    assert len(rows(session, Reprint)) == 1
    assert f"{url}/alike/1.pdf" in manager.get(url).text
    sheet = manager.get(f"{url}/alike/1.pdf")
    assert sheet.data.startswith(b"%PDF")
    assert sheet.headers["Content-Disposition"].startswith("attachment")
    assert manager.get(f"{url}/alike/2.pdf").status_code == 404
    assert "reprinted_alike" in rows(session, JournalEntry.act)
    order = rows(session, PrintRun)[0]
    order.finished_at -= timedelta(hours=25)
    session.commit()
    assert manager.get(f"{url}/alike/1.pdf").status_code == 404
    assert "Tải tờ y hệt" not in manager.get(url).text
    assert "Y hệt" not in manager.get(f"{url}/reprint").text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"sheets": "1"}, "Xin chọn lý do in lại"),
        ({"sheets": "9", "reason": "jam"}, "không có tờ 9"),
        ({"sheets": "", "reason": "jam"}, "Không đọc được số tờ"),
        ({"sheets": "1", "reason": "jam", "how": "alike"}, "tờ cũ đã tiêu hủy"),
        ({"sheets": "1", "reason": "lost", "how": "alike", "destroyed": "y"}, "Tờ đã mất"),
        ({"sheets": "1-2", "reason": "jam", "how": "alike", "destroyed": "y"}, "mỗi lần một tờ"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_done(manager, printed, session, data, said):
    answer = manager.post(f"/coop/stamps/{printed}/reprint", data=data)
    assert answer.status_code == 422
    assert said in answer.text
    assert "<title>Lỗi:" in answer.text
    assert (rows(session, Reprint), len(rows(session, StampRun))) == ([], 1)


def test_strangers_find_nothing_and_what_is_missing_is_not_found(browser_of, cast, manager, printed, session):
    url, rival = f"/coop/stamps/{printed}", browser_of(cast.rival)
    data = {"sheets": "1", "reason": "jam"}
    assert rival.get(f"{url}/reprint").status_code == 404
    assert rival.post(f"{url}/reprint", data=data).status_code == 404
    assert rival.get(f"{url}/alike/1.pdf").status_code == 404
    assert browser_of(cast.inspector).post(f"{url}/reprint", data=data).status_code == 404
    assert manager.post("/coop/stamps/00000000/reprint", data=data).status_code == 404
    assert manager.post(f"{url}/alike/1.pdf").status_code == 405
    assert rows(session, Reprint) == []


def test_a_run_that_was_never_ordered_on_paper_has_no_sheet(manager, session, cast, now):
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    run = factories.make_run(session, cast, now, item, None)
    session.commit()
    name = run.public_id
    answer = manager.get(f"/coop/stamps/{name}/reprint")
    assert answer.status_code == 409
    assert "chưa có lệnh in" in answer.text
    assert "In lại tờ hỏng" not in manager.get(f"/coop/stamps/{name}").text


def test_the_province_reads_how_much_a_party_prints_again(browser_of, cast, manager, printed, session):
    from traceapp.models import Party

    party = session.get_one(Party, cast.cooperative_id).public_id
    session.commit()
    officer = browser_of(cast.officer)
    assert "0 trên 2 tờ đã in" in officer.get(f"/province/parties/{party}").text
    data = {"sheets": "1", "reason": "lost", "how": "anew"}
    assert manager.post(f"/coop/stamps/{printed}/reprint", data=data).status_code == 303
    page = officer.get(f"/province/parties/{party}").text
    assert "1 trên 2 tờ đã in" in page
    assert "Quá 3 %" in page
