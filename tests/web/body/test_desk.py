"""The certification body's desk: its own certificates, and its own decisions, on every page at once."""

import io
import json
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from tests import factories
from tests.web.looking import acts, look, text_of
from traceapp.domain.certificates import RecordState
from traceapp.domain.days import today_in_vietnam
from traceapp.domain.parties import PartyKind
from traceapp.domain.permissions import Role
from traceapp.models import AdminUnit, Certificate, CertificateDecision, JournalEntry, Party

REASON = "Không khắc phục sau giám sát"


@pytest.fixture
def thu(browser_of, cast):
    return browser_of(cast.body_officer)


@pytest.fixture
def scene(session, cast, now):
    """Three certificates of Thu's body: in force, ending soon, not approved yet; and one of another body."""
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    unit = session.scalars(select(AdminUnit)).first()
    other = factories.make_party(session, "Tổ chức Khác", PartyKind.CERTIFICATION_BODY, now, unit, demo=True)
    stranger = factories.make_person(session, "khac@example.com", "Khác", other, Role.BODY_OFFICER, now)
    waiting = {"record_state": RecordState.SUBMITTED, "approved_by_id": None, "approved_at": None}
    made = {
        "own": factories.make_certificate(session, cast, now, item),
        "soon": factories.make_certificate(
            session,
            cast,
            now,
            item,
            number="DEMO-SAP-HET",
            valid_until=today_in_vietnam(datetime.now(UTC)) + timedelta(days=30),
        ),
        "waiting": factories.make_certificate(session, cast, now, item, number="DEMO-CHO", **waiting),
        "strange": factories.make_certificate(session, cast, now, item, number="DEMO-LA", body_id=other.id),
        "draft": factories.make_certificate(
            session, cast, now, item, number="DEMO-NHAP", **(waiting | {"record_state": RecordState.DRAFT})
        ),
    }
    told = {key: one.public_id for key, one in made.items()} | {"stranger": stranger}
    session.commit()
    return told


def decide(client, public_id, kind, day, follow=False, **more):
    told = {"from_on": day, "reason": REASON} | more
    return client.post(
        f"/body/certificates/{public_id}/decisions/{kind}",
        data={f"{kind}-{name}": value for name, value in told.items()},
        follow_redirects=follow,
    )


def test_the_day_of_a_body_officer_begins_at_the_desk(thu, passer_by, scene):
    told = text_of(thu.get("/body"))
    assert "Tổ chức chứng nhận Thử Nghiệm" in told
    assert "Tất cả (3)" in told
    assert "còn hiệu lực (2)" in told
    assert "Hết hạn trong 60 ngày tới (1)" in told
    for number in ("DEMO-FSMS-0001", "DEMO-SAP-HET", "DEMO-CHO"):
        assert number in told
    assert "DEMO-LA" not in told
    assert "DEMO-NHAP" not in told
    assert "/body" in thu.get("/account").get_data(as_text=True)


@pytest.mark.parametrize(
    ("asked", "found", "absent"),
    [
        ("?q=saphet", "DEMO-SAP-HET", "DEMO-CHO"),
        ("?q=demo+fsms-1", "Không có chứng nhận nào như vậy", "DEMO-CHO"),
        ("?status=draft", "DEMO-CHO", "DEMO-FSMS-0001"),
        ("?status=nonsense&page=x", "DEMO-CHO", "DEMO-LA"),
        ("?page=9", "DEMO-FSMS-0001", "DEMO-LA"),
    ],
)
def test_certificates_are_found_by_number_and_status(thu, scene, asked, found, absent):
    answer = thu.get(f"/body{asked}")
    assert answer.status_code == 200
    table = text_of(answer).split("Tìm theo số chứng nhận")[1]
    assert re.search(found, table)
    assert absent not in table


def test_a_body_suspends_and_restores_and_every_page_says_so(thu, passer_by, scene, session):
    page = f"/body/certificates/{scene['own']}"
    told = text_of(thu.get(page))
    assert "Hôm nay: còn hiệu lực" in told
    assert "Xác nhận đình chỉ" in told
    assert "Xác nhận khôi phục" not in told
    told = text_of(decide(thu, scene["own"], "suspension", "1/9/2026", follow=True))
    assert "Đã ghi quyết định." in told
    assert "Hôm nay: đình chỉ" in told
    assert "Xác nhận khôi phục" in told
    public = text_of(passer_by.get(f"/certificates/{scene['own']}"))
    assert "Đình chỉ" in public
    assert REASON in public
    decide(thu, scene["own"], "restoration", "1/10/2026")
    assert "Hôm nay: còn hiệu lực" in text_of(thu.get(page))
    assert acts(session) == ["recorded_decision"] * 2
    [entry, _] = look(session, select(JournalEntry).order_by(JournalEntry.seq))
    facts = json.loads(entry.body)["facts"]
    assert (facts["by_body"], facts["kind"]) == (True, "suspension")
    assert REASON not in entry.body.decode()


@pytest.mark.parametrize(("kind", "status"), [("withdrawal", "đã bị thu hồi"), ("cancellation", "đã bị hủy")])
def test_an_end_is_an_end(thu, scene, session, kind, status):
    told = text_of(decide(thu, scene["own"], kind, "1/9/2026", follow=True))
    assert f"Hôm nay: {status}" in told
    assert "không quyết định thêm được" in told
    again = decide(thu, scene["own"], "restoration", "2/9/2026")
    assert again.status_code == 422
    assert "đã có quyết định cuối cùng từ ngày 01/09/2026" in text_of(again)
    assert len(look(session, select(CertificateDecision))) == 1


def test_a_decision_that_is_refused_keeps_what_was_typed(thu, scene, session):
    for wrong, words in (
        ({"day": "31/2/2026"}, "Không có ngày 31/2/2026"),
        ({"day": "1/1/2020"}, "đứng trước ngày đầu của chứng nhận"),
        ({"day": "1/9/2026", "reason": ""}, "Cần điền mục này."),
        ({"day": "1/9/2026", "file": (io.BytesIO(b"<svg/>"), "x.svg")}, "Chỉ nhận PDF"),
    ):
        answer = decide(thu, scene["own"], "suspension", wrong.pop("day"), document_number="8/QĐ", **wrong)
        assert answer.status_code == 422, wrong
        page = answer.get_data(as_text=True)
        assert words in text_of(answer)
        assert 'value="8/QĐ"' in page
        assert page.count("<details open") == 1
        assert page.count("<title>Lỗi:") == 1
        assert "/decisions/suspension#errors" in page  # far below the top of the page
        assert page.count('id="errors"') == 1
    assert decide(thu, scene["own"], "restoration", "1/9/2026").status_code == 422
    assert acts(session) == []


def test_the_scan_of_a_decision_is_kept_and_can_be_fetched(thu, browser_of, cast, scene, session):
    pdf = factories.a_page_of_pdf()
    scan = (io.BytesIO(pdf), "quyet-dinh.pdf")
    told = decide(thu, scene["own"], "suspension", "1/9/2026", follow=True, file=scan, document_number="8/QĐ")
    assert "quyet-dinh.pdf" in text_of(told)
    assert "Văn bản số 8/QĐ" in text_of(told)
    [row] = look(session, select(CertificateDecision))
    for client, door in ((thu, "body"), (browser_of(cast.officer), "province")):
        answer = client.get(f"/{door}/certificates/{scene['own']}/evidence/{row.file_sha256}")
        assert answer.data == pdf
        assert answer.headers["Content-Disposition"].startswith("attachment")
    assert thu.get(f"/body/certificates/{scene['own']}/evidence/{'a' * 64}").status_code == 404


def test_a_body_marks_its_own_slip_and_decides_anew(thu, browser_of, scene, session, cast, now):
    decide(thu, scene["own"], "withdrawal", "1/9/2026")
    page = f"/body/certificates/{scene['own']}"
    assert "Xin nhờ một người khác đánh dấu ghi nhầm" in text_of(thu.get(page))
    officer = text_of(browser_of(cast.officer).get(f"/province/certificates/{scene['own']}"))
    assert "chỉ cán bộ của tổ chức đánh dấu ghi nhầm được" in officer
    body = session.get_one(Party, cast.body_id)
    person = factories.make_person(session, "tam@example.com", "Tâm", body, Role.BODY_OFFICER, now)
    session.commit()
    tam, mark = browser_of(person), f"{page}/decisions/1/mistake"
    empty = tam.post(mark, data={"mistake-1-reason": " "})
    assert (empty.status_code, empty.text.count("<title>Lỗi:")) == (422, 1)
    told = text_of(tam.post(mark, data={"mistake-1-reason": "Nhầm ngày"}, follow_redirects=True))
    assert "Hôm nay: còn hiệu lực" in told
    assert "Xác nhận thu hồi" in told
    assert decide(tam, scene["own"], "withdrawal", "15/9/2026").status_code == 303
    assert "Từ 15/09/2026" in text_of(thu.get(page))
    assert tam.post(f"{page}/decisions/9/mistake", data={"mistake-9-reason": "x"}).status_code == 404
    stranger = browser_of(scene["stranger"])
    assert stranger.post(mark, data={"mistake-1-reason": "x"}).status_code == 404
    assert acts(session) == ["recorded_decision", "marked_mistake", "recorded_decision"]


def test_what_the_province_has_not_approved_is_seen_and_not_decided(thu, scene, session):
    told = text_of(thu.get(f"/body/certificates/{scene['waiting']}"))
    assert "Nếu tổ chức không cấp chứng nhận này, xin báo tỉnh ngay" in told
    assert "Xác nhận" not in told
    assert decide(thu, scene["waiting"], "withdrawal", "1/9/2026").status_code == 422
    assert acts(session) == []


@pytest.mark.parametrize("which", ["strange", "draft", "missing"])
def test_another_bodys_certificate_does_not_exist(thu, scene, session, which):
    public_id = scene.get(which, "NOSUCH00")
    assert thu.get(f"/body/certificates/{public_id}").status_code == 404
    assert thu.get(f"/body/certificates/{public_id}/evidence/{'a' * 64}").status_code == 404
    for kind in ("suspension", "restoration", "withdrawal", "cancellation"):
        assert decide(thu, public_id, kind, "1/9/2026").status_code == 404
    assert acts(session) == []


def test_the_other_bodys_officer_finds_none_of_ours(browser_of, scene):
    stranger = browser_of(scene["stranger"])
    told = text_of(stranger.get("/body"))
    assert "DEMO-LA" in told
    assert "DEMO-FSMS-0001" not in told
    assert stranger.get(f"/body/certificates/{scene['own']}").status_code == 404


@pytest.mark.parametrize("who", ["manager", "rival", "inspector", "officer"])
def test_nobody_else_finds_this_door(browser_of, cast, scene, session, who):
    client = browser_of(getattr(cast, who))
    for page in ("/body", f"/body/certificates/{scene['own']}"):
        assert client.get(page).status_code == 404
    assert decide(client, scene["own"], "suspension", "1/9/2026").status_code == 404
    assert acts(session) == []


def test_deciding_refuses_get_passers_by_and_unknown_kinds(thu, passer_by, scene):
    address = f"/body/certificates/{scene['own']}/decisions"
    assert thu.get(f"{address}/suspension").status_code == 405
    assert thu.post(f"{address}/expiry").status_code == 404
    assert passer_by.post(f"{address}/suspension").status_code == 303
    assert passer_by.get("/body").status_code == 303


def test_who_entered_a_certificate_does_not_end_it(thu, scene, session, cast):
    [own] = look(session, select(Certificate).where(Certificate.public_id == scene["own"]))
    own.entered_by_id = cast.body_officer.account_id
    session.commit()
    refused = decide(thu, scene["own"], "withdrawal", "1/9/2026")
    assert refused.status_code == 422
    assert "Xin nhờ một người khác quyết định" in text_of(refused)
    assert decide(thu, scene["own"], "suspension", "1/9/2026").status_code == 303


def test_the_desk_shows_the_bodys_accreditations_and_the_chain(thu, scene, session, cast, now):
    factories.make_accreditation(session, cast.body_id, now, valid_until=date(2025, 6, 9))
    factories.make_accreditation(session, cast.body_id, now, number="CHO-1", approved_at=None)
    session.commit()
    told = text_of(thu.get("/body"))
    assert "DEMO-ACC-001" in told
    assert "chờ người thứ hai xác nhận" in told
    chain = text_of(thu.get(f"/body/certificates/{scene['own']}"))
    assert "Công nhận CHO-1 vừa được ghi, đang chờ người thứ hai của tỉnh xác nhận." in chain
