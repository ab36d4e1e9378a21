"""Excel by program: sent, looked at by row and column, confirmed as seen or dropped; nothing saved before."""

from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from tests.web.looking import acts, look
from tests.web.province.test_imports import book, row
from traceapp.models import Accreditation, Certificate, ImportDraft, Party
from traceapp.services.importing import KINDS
from traceapp.web.importing import EXCEL

BODY = "Tổ chức chứng nhận Thử Nghiệm"


def sheet(*rows, kind="certificates"):
    heads = [column.heading for column in KINDS[kind].columns]
    return {"data": book(*rows, heads=heads), "content_type": EXCEL}


@pytest.fixture
def sent(post, key_of, cast):
    """A file of the officer's with a right row, a wrong one and the same number twice."""
    key = key_of(cast.officer)
    rows = row(), row(Số_chứng_nhận="VG-0002", Ngày_hết_hạn="31/02/2028")
    return key, post("/imports/forms/certificates?name=danh%20s%C3%A1ch.xlsx", key, **sheet(*rows))


def test_what_would_be_saved_and_what_is_wrong_is_told_by_row_and_column(sent, get, session):
    key, told = sent
    assert (told["name"], told["state"], told["right"], told["wrong"]) == ("danh sách.xlsx", "waiting", 1, 1)
    [fault] = told["faults"]
    assert (fault["row"], fault["column"], fault["code"]) == (3, "Ngày hết hạn", "day_impossible")
    assert "31/02/2028" in fault["sentence"]
    page = f"/imports/{told['public_id']}"
    assert get(page, key).json == told
    rows = get(f"{page}/rows", key).json["items"]
    assert [(one["row"], one["fares"]) for one in rows] == [(2, "right"), (3, "wrong")]
    assert rows[0]["cells"]["Số chứng nhận"] == "VG-0001"
    first = get(f"{page}/rows?limit=1", key).json
    assert first["next"] == 2
    assert [one["row"] for one in get(f"{page}/rows?after=2", key).json["items"]] == [3]
    assert get(f"{page}/rows?fares=known", key).json["items"] == []
    faults = load_workbook(BytesIO(get(f"{page}/faults", key).data)).active
    assert "VG-0002" in [cell.value for line in faults.iter_rows() for cell in line]
    assert [one["public_id"] for one in get("/imports", key).json["items"]] == [told["public_id"]]
    assert look(session, select(Certificate)) == []


def test_the_right_rows_are_saved_once_as_they_were_seen(sent, post, get, session):
    key, told = sent
    page = f"/imports/{told['public_id']}"
    assert post(f"{page}/confirm", key, 409, json={"seen": "0" * 64})["code"] == "import_changed"
    for _ in range(2):
        done = post(f"{page}/confirm", key, json={"seen": told["seen"]})
        assert (done["state"], done["imported_count"]) == ("imported", 1)
    assert [one.number for one in look(session, select(Certificate))] == ["VG-0001"]
    assert acts(session)[1:] == ["imported_certificate", "imported_rows"]
    assert get(page, key).json["state"] == "imported"
    assert post("/imports/forms/certificates", key, **sheet(row()))["known"] == 1


def test_a_file_is_dropped_and_nothing_of_it_is_saved(sent, post, get, session):
    key, told = sent
    page = f"/imports/{told['public_id']}"
    for _ in range(2):
        assert post(f"{page}/discard", key)["state"] == "discarded"
    assert post(f"{page}/confirm", key, 410, json={"seen": told["seen"]})["code"] == "import_gone"
    assert get(f"{page}/rows", key).json["items"] == []
    assert get("/imports", key).json["items"] == []
    assert look(session, select(ImportDraft.sheet)) == [None]


def test_the_same_request_again_keeps_one_file(post, key_of, cast, session):
    key, file = key_of(cast.officer), sheet(row())
    first, again = (post("/imports/forms/certificates", key, once="mot-lan-01", **file) for _ in range(2))
    assert first == again
    assert len(look(session, select(ImportDraft.id))) == 1


def test_bodies_and_accreditations_come_in_too(post, key_of, cast, session):
    key = key_of(cast.officer)
    for kind, line, table in (
        ("bodies", {"Tên tổ chức chứng nhận": "Tổ chức Ba"}, Party),
        ("accreditations", {"Tổ chức chứng nhận": BODY, "Tổ chức công nhận": "BoA", "Số công nhận": "A-1",
                            "Phạm vi công nhận": "FSMS", "Ngày bắt đầu": "01/01/2023"}, Accreditation),
    ):  # fmt: skip
        before = len(look(session, select(table.id)))
        heads = {column.key: column.heading for column in KINDS[kind].columns}
        known = {told: line.get(told, "") for told in heads.values()}
        told = post(f"/imports/forms/{kind}", key, **sheet(known | line, kind=kind))
        assert told["faults"] == []
        post(f"/imports/{told['public_id']}/confirm", key, json={"seen": told["seen"]})
        assert len(look(session, select(table.id))) == before + 1
    assert acts(session)[1:] == ["added_body", "imported_rows", "added_accreditation", "imported_rows"]


def test_a_form_is_given_to_those_who_may_fill_it(get, key_of, cast):
    answer = get("/imports/forms/certificates", key_of(cast.officer))
    assert answer.content_type == EXCEL
    heads = [cell.value for cell in next(load_workbook(BytesIO(answer.data)).active.iter_rows(max_row=1))]
    assert "Số chứng nhận *" in heads
    get("/imports/forms/own-certificates", key_of(cast.manager))
    get("/imports/forms/certificates", key_of(cast.manager), 403)
    get("/imports/forms/other", key_of(cast.officer), 422)


def test_another_s_file_is_not_there(sent, post, get, key_of, cast, session):
    _key, told = sent
    page = f"/imports/{told['public_id']}"
    for who in (cast.second_officer, cast.manager, cast.inspector):
        key = key_of(who)
        for path in (page, f"{page}/rows", f"{page}/faults"):
            get(path, key, 404)
            get(path, {}, 401)
        post(f"{page}/confirm", key, 404, json={"seen": told["seen"]})
        post(f"{page}/discard", key, 404)
    post("/imports/forms/certificates", key_of(cast.rival), 403, **sheet(row()))
    assert look(session, select(Certificate)) == []
