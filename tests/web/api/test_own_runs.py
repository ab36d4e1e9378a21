"""Stamps by program: looked ahead, ordered, drawn, taken, activated, voided, taken back, printed again."""

import io
from datetime import UTC, datetime
from functools import partial
from zipfile import ZipFile

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.web.looking import acts, look
from traceapp.domain.printing import PrintState
from traceapp.models import Lot, PrintRun, StampRun
from traceapp.services import printing


@pytest.fixture
def lot(session, cast, now):
    """A lot of a product, by its public id."""
    made = factories.make_lot(session, factories.make_trade_item(session, cast.cooperative_id, now), now)
    session.commit()
    return made.public_id


@pytest.fixture
def announced(app):
    """What the worker was told."""
    told: list[int] = []
    app.extensions["announce_print"] = told.append
    return told


@pytest.fixture
def lan(key_of, cast):
    return key_of(cast.manager)


@pytest.fixture
def ordered(post, lan, lot, announced):
    """A run of 130 stamps, two sheets."""
    return post("/own/runs", lan, json={"lot": lot, "count": 130, "medium": "a4-65"})


@pytest.fixture
def draw(app, session):
    """The worker's part."""

    def draw():
        for order in look(session, select(PrintRun).where(PrintRun.state == PrintState.QUEUED)):
            with app.app_context():
                printing.run(
                    partial(Session, session.get_bind()), app.extensions["storage"], order.id, worker="w",
                    keys=app.extensions["serial_keys"], clock=lambda: datetime.now(UTC),
                )  # fmt: skip

    return draw


@pytest.fixture
def run(ordered, draw):
    """The same on paper; where its program finds it."""
    draw()
    return f"/own/runs/{ordered['public_id']}"


def stock(told):
    return [told["stock"][state] for state in ("minted", "printed", "activated", "void")]


def test_what_an_order_would_come_to_is_known_before_it(get, lan, lot):
    small, large = (get(f"/own/lots/{lot}/forecast?count={n}", lan).json for n in (130, 1_000_000))
    assert (small["sheets"], small["parts"], small["verdict"]) == (2, 1, "ok")
    assert large["pdf_bytes"] > 1000 * small["pdf_bytes"] / 130
    assert large["seconds"] > small["seconds"]
    get(f"/own/lots/{lot}/forecast?count=1000001", lan, 422)
    assert get(f"/own/lots/{lot}/forecast?count=1&medium=a9", lan, 400).json["code"] == "medium_unknown"


def test_every_paper_of_the_list_can_be_ordered_on(get, lan, lot):
    media = get("/media", {}).json["items"]
    assert len(media) > 20
    said = {}
    for one in media:
        told = get(f"/own/lots/{lot}/forecast?count=1&medium={one['id']}", lan).json
        assert told["sheets"] == 1, one
        said |= {check["rule"]: check for check in told["checks"]}
        blocked = any(check["severity"] == "block" for check in told["checks"])
        assert (told["verdict"] == "stop") is blocked
    assert said["P14"]["sentence"].startswith("Khổ này chưa đo chính xác, máy in chưa căn chỉnh")
    assert {"a4-65"} <= {one["id"] for one in media if one["per_page"] == 65}


def test_an_order_is_placed_once_and_told_to_the_worker_once(post, lan, lot, announced, session):
    wish = {"lot": lot, "count": 70, "used_cells": [0, 1]}
    made = [post("/own/runs", lan, once="dat-in-tem-1", json=wish) for _ in range(2)]
    assert made[0] == made[1]
    assert (made[0]["count"], stock(made[0]), made[0]["print"]["state"]) == (70, [70, 0, 0, 0], "queued")
    [order] = look(session, select(PrintRun))
    assert (announced, order.used_cells) == ([order.id], [0, 1])
    assert acts(session)[1:] == ["issued_stamps", "ordered_print"]


@pytest.mark.parametrize(
    ("wish", "status"),
    [({"count": 0}, 422), ({"count": 1_000_001}, 422), ({"lot": "ZZZZZZZZ"}, 404), ({"medium": "a9"}, 400),
     ({"used_cells": [99]}, 400), ({"used_cells": [-1]}, 422)],
)  # fmt: skip
def test_a_wish_that_cannot_be_is_refused_and_leaves_nothing(
    post, lan, lot, announced, session, wish, status
):
    post("/own/runs", lan, status, json={"lot": lot, "count": 70} | wish)
    assert (announced, look(session, select(StampRun)), acts(session)[1:]) == ([], [], [])


def test_an_order_is_stopped_gone_on_with_and_its_files_are_taken(
    get, post, lan, ordered, announced, draw, session, passer_by
):
    order = f"/own/prints/{ordered['print']['public_id']}"
    assert post(f"{order}/pause", lan)["state"] == "paused"
    get(f"{order}/files/1", lan, 404)
    get(f"{order}/archive", lan, 404)
    assert post(f"{order}/resume", lan)["state"] == "queued"
    assert len(announced) == 2
    draw()
    told = get(order, lan).json
    assert (told["state"], told["percent"], told["stamps_done"]) == ("done", 100, 130)
    assert [one["part"] for one in told["files"]] == [0, 1]
    [line] = get("/own/prints", lan).json["items"]
    assert line["public_id"] == told["public_id"]
    codes = get(f"{order}/files/0", lan)
    assert codes.content_type.startswith("text/csv")
    assert codes.headers["Content-Disposition"].endswith(f"stamps-{told['public_id']}.csv")
    assert len(codes.text.splitlines()) == 131
    assert ordered["first_serial"] in codes.text.splitlines()[1]
    paper = get(f"{order}/files/1", lan)
    assert paper.data.startswith(b"%PDF-")
    assert ZipFile(io.BytesIO(get(f"{order}/archive", lan).data)).testzip() is None
    etag = paper.headers["ETag"]
    get(f"{order}/files/1", lan | {"If-None-Match": etag}, 304)
    head = passer_by.head(f"/api/v1{order}/files/1", headers=lan)
    assert (head.content_length, head.data) == (len(paper.data), b"")
    assert post(f"{order}/cancel", lan, 409)["code"] == "print_state"
    assert acts(session)[3:] == ["paused_print", "resumed_print", "finished_print"]


def test_an_order_given_up_voids_its_stamps(get, post, lan, ordered, session):
    order = f"/own/prints/{ordered['print']['public_id']}"
    for _ in range(2):
        assert post(f"{order}/cancel", lan)["state"] == "cancelled"
    assert stock(get(f"/own/runs/{ordered['public_id']}", lan).json) == [0, 0, 0, 130]
    assert acts(session)[-2:] == ["cancelled_print", "ended_stamps"]


def test_stamps_are_activated_and_voided_by_run_sheet_range_and_serial(get, post, lan, run, session):
    codes = get(f"/own/prints/{get(run, lan).json['print']['public_id']}/files/0", lan).text.splitlines()
    serial = codes[130].split(",")[1]
    assert stock(post(f"{run}/activate", lan, json={"sheets": "1"})) == [0, 65, 65, 0]
    assert stock(post(f"{run}/activate", lan, json={"first": "66", "last": "70"})) == [0, 60, 70, 0]
    assert stock(post(f"{run}/activate", lan, json={"first": serial})) == [0, 59, 71, 0]
    part = get(f"{run}/part?first=60&last=80", lan).json
    assert (stock(part), part["would_activate"], part["would_void"]) == ([0, 10, 11, 0], 10, 21)
    told = post(f"{run}/void", lan, json={"first": "1", "last": "2", "reason": "rách"})
    assert stock(told) == [0, 59, 69, 2]
    assert told["stretches"][0] == {"first": 1, "last": 2, "state": "void"}
    assert sum(one["last"] - one["first"] + 1 for one in told["stretches"]) == 130
    sheets = get(f"{run}/sheets?limit=1", lan).json
    assert ([stock(one) for one in sheets["items"]], sheets["next"]) == ([[0, 0, 63, 2]], 1)
    assert get(f"{run}/sheets?after=1", lan).json["next"] is None
    assert stock(post(f"{run}/activate", lan, json={})) == [0, 0, 128, 2]
    assert post(f"{run}/activate", lan, 409, json={})["code"] == "stamps_active_already"
    assert post(f"{run}/activate", lan, 400, json={"sheets": "1", "first": "1"})["code"] == "stamps_two_ways"
    assert post(f"{run}/activate", lan, 400, json={"first": "131"})["code"] == "stamp_outside_run"
    post(f"{run}/void", lan, 422, json={"reason": ""})
    assert acts(session).count("activated_stamps") == 4
    assert acts(session).count("voided_stamps") == 1


def test_one_takes_back_one_s_own_last_act_once(get, post, lan, run, session):
    post(f"{run}/activate", lan, json={"sheets": "1"})
    last = post(f"{run}/void", lan, json={"sheets": "2", "reason": "mờ"})["undoable"]
    assert (last["what"], last["first"], last["last"], last["stopped"]) == ("voided_stamps", 66, 130, None)
    for _ in range(2):
        told = post(f"{run}/undo", lan, json={"act": last["act"]})
        assert stock(told) == [0, 65, 65, 0]
    assert told["undoable"]["what"] == "activated_stamps"
    post(f"{run}/undo", lan, 422, json={})
    assert acts(session).count("undid_stamps") == 1


def test_a_run_without_a_lot_is_given_one_at_activation(get, post, lan, lot, session, cast, now):
    [row] = look(session, select(Lot))
    bare = factories.make_run(session, cast, now, row.trade_item, None)
    session.commit()
    own = f"/own/runs/{bare.public_id}"
    assert post(f"{own}/activate", lan, 400, json={})["code"] == "activation_needs_lot"
    assert post(f"{own}/activate", lan, json={"lot": lot})["lot"] == lot
    post(f"{own}/activate", lan, 404, json={"lot": "ZZZZZZZZ"})


def test_spoilt_sheets_are_printed_anew_or_one_alike(get, post, lan, run, announced, session):
    once = len(announced)
    anew = post(f"{run}/reprint", lan, json={"sheets": "2", "reason": "jam"})
    assert (anew["count"], anew["replaces"], anew["print"]["state"]) == (65, run[-8:], "queued")
    assert len(announced) == once + 1
    old = get(run, lan).json
    assert stock(old) == [0, 65, 0, 65]
    assert old["reprints"][0]["replacement"] == anew["public_id"]
    wish = {"sheets": "1", "reason": "faint", "how": "alike"}
    assert post(f"{run}/reprint", lan, 400, json=wish)["code"] == "reprint_not_destroyed"
    get(f"{run}/alike/1", lan, 404)
    told = post(f"{run}/reprint", lan, json=wish | {"destroyed": True})
    assert (told["public_id"], told["reprints"][0]["alike"]) == (run[-8:], True)
    assert get(f"{run}/alike/1", lan).data.startswith(b"%PDF-")
    assert len(announced) == once + 1
    assert {"reprinted_anew", "reprinted_alike"} <= set(acts(session))


def test_another_s_stamps_are_not_there_for_any_of_it(get, post, key_of, cast, lot, run, lan, session):
    order = f"/own/prints/{get(run, lan).json['print']['public_id']}"
    before = acts(session)
    for who in (cast.rival, cast.inspector, cast.officer, cast.body_officer):
        key = key_of(who)
        assert get("/own/runs", key).json["items"] == get("/own/prints", key).json["items"] == []
        for path in (run, f"{run}/sheets", f"{run}/part", f"{run}/alike/1", order, f"{order}/files/0",
                     f"{order}/archive", f"/own/lots/{lot}/forecast?count=1"):  # fmt: skip
            get(path, key, 404)
        for path, wish in (("activate", {}), ("void", {"reason": "x"}), ("undo", {"act": 1}),
                           ("reprint", {"sheets": "1", "reason": "jam"})):  # fmt: skip
            post(f"{run}/{path}", key, 404, json=wish)
        for path in ("pause", "resume", "cancel"):
            post(f"{order}/{path}", key, 404)
        post("/own/runs", key, 404, json={"lot": lot, "count": 1})
    assert [one for one in acts(session) if one != "created_api_key"] == [
        one for one in before if one != "created_api_key"
    ]
    get(run, {}, 401)
