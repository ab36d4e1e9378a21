"""Certification bodies and accreditations at the province's desk, and what the public then reads."""

import io
import re
from datetime import date

import pytest
from sqlalchemy import select

from tests import factories
from tests.web.looking import acts, look, text_of
from traceapp.domain.parties import PartyState
from traceapp.models import Accreditation, Certificate, Party
from traceapp.services.vouching import bodies

TYPED = {
    "accreditor": "BoA",
    "number": "DEMO-ACC-009",
    "standard": "ISO/IEC 17021-1:2015",
    "scopes": ["FSMS"],
    "other_scopes": "",
    "valid_from": "1/1/2023",
    "valid_until": "31/5/2025",
    "source_url": "QĐ 7",
}


@pytest.fixture
def hoa(browser_of, cast):
    return browser_of(cast.officer)


@pytest.fixture
def quang(browser_of, cast):
    return browser_of(cast.second_officer)


@pytest.fixture
def scene(session, cast, now, today):
    """A certificate of the known body; another of a body that Lan typed; an accreditation."""
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    certificate = factories.make_certificate(session, cast, now, item)
    typed = bodies.read_body(
        session,
        chosen=bodies.NEW_BODY,
        name="TCCN Thử Nghiệm",
        actor=cast.manager.actor,
        now=now,
        today=today,
    )
    factories.make_certificate(session, cast, now, item, number="DEMO-2", body_id=typed.id)
    known = session.get(Party, cast.body_id)
    told = {"certificate": certificate.public_id, "typed": typed.public_id, "known": known.public_id}
    session.commit()
    return told


def version_on(page):
    return re.search(r'name="version" value="([0-9]+)"', page.get_data(as_text=True))[1]


def written(hoa, scene, **more):
    """The address of an accreditation that Hoa has just written down."""
    answer = hoa.post(f"/province/bodies/{scene['known']}/accreditations/new", data=TYPED | more)
    assert answer.status_code == 303
    return answer.location


def test_a_typed_body_waits_on_the_first_page_and_at_the_head_of_the_list(hoa, scene):
    assert "1 tên tổ chức hoặc công nhận chờ xem xét" in text_of(hoa.get("/province"))
    told = text_of(hoa.get("/province/bodies"))
    assert told.index("TCCN Thử Nghiệm") < told.index("Tổ chức chứng nhận Thử Nghiệm")
    assert "tên mới, cần xem xét" in told


def test_a_typed_body_is_merged_into_a_known_one(hoa, scene, session, cast):
    page = hoa.get(f"/province/bodies/{scene['typed']}")
    data = {"version": version_on(page), "into": scene["known"]}
    refused = hoa.post(
        f"/province/bodies/{scene['typed']}/merge", data=data | {"into": ""}, follow_redirects=True
    )
    assert "Hãy chọn một tổ chức khác" in text_of(refused)
    answer = hoa.post(f"/province/bodies/{scene['typed']}/merge", data=data, follow_redirects=True)
    assert "Đã gộp." in text_of(answer)
    assert "DEMO-2" in text_of(answer)
    assert [one.body_id for one in look(session, select(Certificate))] == [cast.body_id] * 2
    assert hoa.post(f"/province/bodies/{scene['typed']}/merge", data=data).status_code == 404
    assert acts(session) == ["added_body", "merged_body"]


def test_to_merge_is_confirmed_in_place_where_it_says_what_goes_where(hoa, scene):
    page = hoa.get(f"/province/bodies/{scene['typed']}").get_data(as_text=True)
    [confirmation] = re.findall(r"<details.*?</details>", page, re.DOTALL)
    assert f'value="{scene["known"]}"' in confirmation
    told = text_of(confirmation)
    assert "Gộp vào Tổ chức chứng nhận Thử Nghiệm" in told
    assert "1 chứng nhận (cả bản nháp) và 0 công nhận đang ghi “TCCN Thử Nghiệm”" in told
    assert "chuyển sang “Tổ chức chứng nhận Thử Nghiệm”" in told
    assert "Không tách lại được." in told
    assert "Xác nhận gộp" in told
    assert "/merge" not in page.replace(confirmation, "")  # by one tap nothing is merged


def test_the_body_to_merge_into_is_searched(hoa, scene):
    page = f"/province/bodies/{scene['typed']}"
    assert "Gộp vào Tổ chức chứng nhận Thử Nghiệm" in text_of(hoa.get(f"{page}?q=thử+nghiệm"))
    told = text_of(hoa.get(f"{page}?q=nowhere"))
    assert "Không có tổ chức nào như vậy." in told
    assert "Gộp vào" not in told.split("Xem xét tên này")[1].replace("đã biết để gộp vào", "")
    assert "Duyệt thành tổ chức riêng" in told


@pytest.mark.parametrize(
    ("after", "status"),
    [("", 200), ("x", 200), ("9" * 3000, 200), ("%00", 400), ("W10", 400), ("WyJzeCJd", 400)],
)
def test_what_is_no_cursor_begins_at_the_first_page_and_another_lists_is_refused(hoa, scene, after, status):
    for page in ("/province/bodies", f"/province/bodies/{scene['known']}", "/province/certificates"):
        assert hoa.get(f"{page}?after={after}").status_code == status, page


def test_a_typed_body_is_approved(hoa, scene, session):
    data = {"version": version_on(hoa.get(f"/province/bodies/{scene['typed']}"))}
    told = text_of(hoa.post(f"/province/bodies/{scene['typed']}/approve", data=data, follow_redirects=True))
    assert "Đã duyệt tổ chức chứng nhận." in told
    again = hoa.post(f"/province/bodies/{scene['typed']}/approve", follow_redirects=True)
    assert "đã được xem xét rồi" in text_of(again)
    [body] = look(session, select(Party).where(Party.public_id == scene["typed"]))
    assert body.state is PartyState.APPROVED


def test_a_body_is_written_down_by_one_officer_and_approved_by_another(hoa, quang, session, scene):
    assert hoa.post("/province/bodies/new", data={"name": " "}).status_code == 422
    known = hoa.post("/province/bodies/new", data={"name": "tccn thử nghiệm"})
    assert known.status_code == 422
    assert "Đã có tổ chức chứng nhận tên" in text_of(known)
    page = hoa.post("/province/bodies/new", data={"name": "Tổ chức Mới", "name_en": "New"}).location
    assert "không được tự duyệt" in text_of(hoa.post(f"{page}/approve", follow_redirects=True))
    assert "Đã duyệt" in text_of(quang.post(f"{page}/approve", follow_redirects=True))
    assert acts(session) == ["added_body", "added_body", "approved_body"]


def test_an_accreditation_counts_once_another_officer_agrees_and_the_public_reads_why(
    hoa, quang, passer_by, scene, session
):
    public = f"/certificates/{scene['certificate']}"
    assert "Chưa có dữ liệu công nhận của tổ chức chứng nhận này." in text_of(passer_by.get(public))
    page = written(hoa, scene)
    assert "Công nhận DEMO-ACC-009 vừa được ghi" in text_of(passer_by.get(public))
    assert "Bạn đã ghi công nhận này" in text_of(hoa.get(page))
    assert "không được tự duyệt" in text_of(hoa.post(f"{page}/confirm", follow_redirects=True))
    data = {"version": version_on(quang.get(page))}
    assert "Đã xác nhận." in text_of(quang.post(f"{page}/confirm", data=data, follow_redirects=True))
    told = text_of(passer_by.get(public))
    assert "không được công nhận vào ngày cấp" in told
    assert "Công nhận DEMO-ACC-009 đã hết hạn ngày 31/05/2025, trước ngày cấp 10/06/2025." in told
    answer = passer_by.get(f"/api/v1/certificates/{scene['certificate']}").get_json()["chain"]
    assert (answer["verdict"], answer["reason"]) == ("broken", "accreditation_expired")
    assert (answer["accreditation"], answer["day"], answer["scope"]) == ("DEMO-ACC-009", "2025-05-31", "FSMS")
    assert "DEMO-ACC-009 đã hết hạn" in text_of(hoa.get(f"/province/certificates/{scene['certificate']}"))
    assert "DEMO-FSMS-0001" in text_of(hoa.get(page))
    assert acts(session)[1:] == ["added_accreditation", "confirmed_accreditation"]


def test_the_reason_of_a_decision_on_an_accreditation_is_not_called_public(hoa, quang, scene):
    page = written(hoa, scene)
    quang.post(f"{page}/confirm")
    told = hoa.get(page).text
    assert "Lý do ghi trong quyết định" in told
    assert "Hiện trên trang công khai" not in told  # which tells the day and the kind alone


def test_what_was_ever_confirmed_offers_no_way_to_drop_it(hoa, quang, scene):
    page = written(hoa, scene)
    assert "Bỏ, vì ghi nhầm" in hoa.get(page).text
    quang.post(f"{page}/confirm")
    hoa.post(f"{page}/edit", data=TYPED | {"valid_until": "30/05/2025"})
    told = hoa.get(page).text
    assert "Bỏ, vì ghi nhầm" not in told
    assert "đã từng được xác nhận nên không bỏ được" in told


def test_a_later_lapse_is_told_as_a_notice(hoa, quang, passer_by, scene):
    page = written(hoa, scene, valid_until="31/12/2025")
    quang.post(f"{page}/confirm")
    told = text_of(passer_by.get(f"/certificates/{scene['certificate']}"))
    assert "được BoA công nhận cho phạm vi FSMS: số DEMO-ACC-009" in told
    assert "Công nhận DEMO-ACC-009 hết hạn ngày 31/12/2025, sau ngày cấp." in told
    chain = passer_by.get(f"/api/v1/certificates/{scene['certificate']}").get_json()["chain"]
    assert (chain["verdict"], chain["lapse"], chain["lapsed_on"]) == (
        "ok",
        "accreditation_expired",
        "2025-12-31",
    )
    listed = passer_by.get("/api/v1/certificates").get_json()["items"]
    assert chain in [one["chain"] for one in listed]


def test_a_form_that_is_refused_keeps_what_was_typed(hoa, scene, session):
    page = f"/province/bodies/{scene['known']}/accreditations/new"
    for wrong, words in (
        ({"valid_until": "31/12/2022"}, "đứng trước ngày bắt đầu"),
        ({"number": ""}, "Cần điền mục này."),
        ({"scopes": []}, "Hãy chọn hoặc gõ ít nhất một phạm vi."),
        ({"other_scopes": "an toàn"}, "Phạm vi “an toàn” không đọc được"),
        ({"valid_from": "31/2/2023"}, "Không có ngày 31/2/2023"),
    ):
        answer = hoa.post(page, data=TYPED | wrong)
        assert answer.status_code == 422, wrong
        assert words in text_of(answer)
        assert "ISO/IEC 17021-1:2015" in answer.get_data(as_text=True)
        assert answer.get_data(as_text=True).count("<title>Lỗi:") == 1
    assert look(session, select(Accreditation)) == []


def test_a_number_that_is_taken_is_refused(hoa, scene):
    written(hoa, scene)
    again = hoa.post(f"/province/bodies/{scene['known']}/accreditations/new", data=TYPED)
    assert again.status_code == 422
    assert "Số công nhận DEMO-ACC-009 đã có" in text_of(again)


def test_a_correction_waits_for_the_other_officer_again(hoa, quang, scene, session):
    page = written(hoa, scene)
    quang.post(f"{page}/confirm")
    form = hoa.get(f"{page}/edit").get_data(as_text=True)
    assert 'value="31/05/2025"' in form
    hoa.post(f"{page}/edit", data=TYPED | {"valid_until": "31/12/2039", "other_scopes": "EMS"})
    told = text_of(quang.get(page))
    assert "chờ người thứ hai xác nhận" in told
    assert "EMS, FSMS" in told
    wrong = hoa.post(f"{page}/edit", data=TYPED | {"valid_until": "1/1/2000"})
    assert wrong.status_code == 422
    assert 'value="EMS"' in hoa.get(f"{page}/edit").get_data(as_text=True)
    quang.post(f"{page}/confirm")
    assert "còn hiệu lực" in text_of(hoa.get(page))
    assert acts(session)[1:] == [
        "added_accreditation",
        "confirmed_accreditation",
        "corrected_accreditation",
        "confirmed_accreditation",
    ]


def test_two_corrections_at_once_do_not_overwrite_each_other(hoa, quang, scene):
    page = written(hoa, scene)
    seen = {"version": version_on(hoa.get(f"{page}/edit"))}
    quang.post(f"{page}/edit", data=TYPED | seen | {"other_scopes": "EMS"})
    late = hoa.post(f"{page}/edit", data=TYPED | seen | {"other_scopes": "HACCP"})
    assert late.status_code == 422
    assert "vừa được sửa sau khi bạn mở trang" in text_of(late)
    assert "EMS, FSMS" in text_of(hoa.get(page))


def test_an_accreditation_typed_by_mistake_is_taken_back(hoa, quang, scene, session):
    page = written(hoa, scene)
    told = text_of(hoa.post(f"{page}/remove", follow_redirects=True))
    assert "Đã bỏ công nhận ghi nhầm." in told
    assert hoa.post(f"{page}/remove").status_code == 404
    page = written(hoa, scene)
    quang.post(f"{page}/confirm")
    assert "đã được xác nhận rồi" in text_of(hoa.post(f"{page}/remove", follow_redirects=True))
    assert len(look(session, select(Accreditation))) == 1


def test_a_suspension_is_written_down_with_its_paper(hoa, quang, passer_by, scene, session):
    page = written(hoa, scene, valid_until="")
    quang.post(f"{page}/confirm")
    typed = {
        "kind": "suspension",
        "from_on": "31/6/2025",
        "document_number": "9/QĐ",
        "reason": "Không giám sát",
    }
    refused = hoa.post(f"{page}/decisions", data=typed)
    assert refused.status_code == 422
    assert "Không giám sát" in text_of(refused)
    scan = (io.BytesIO(b"<svg/>"), "q.svg")
    assert (
        hoa.post(f"{page}/decisions", data=typed | {"from_on": "1/6/2025", "file": scan}).status_code == 422
    )
    pdf = factories.a_page_of_pdf()
    data = typed | {"from_on": "1/6/2025", "file": (io.BytesIO(pdf), "quyet-dinh.pdf")}
    told = text_of(hoa.post(f"{page}/decisions", data=data, follow_redirects=True))
    assert "Đã ghi quyết định." in told
    assert "Văn bản số 9/QĐ" in told
    assert "quyet-dinh.pdf" in told
    [row] = look(session, select(Accreditation))
    sha256 = row.decisions[0].file_sha256
    session.commit()
    kept = hoa.get(f"{page}/files/{sha256}")
    assert (kept.data, kept.headers["Content-Disposition"].split(";")[0]) == (pdf, "attachment")
    assert hoa.get(f"{page}/files/{'a' * 64}").status_code == 404
    again = hoa.post(f"{page}/decisions", data=typed | {"from_on": "2/6/2025"})
    assert again.status_code == 422
    assert "Công nhận đang bị đình chỉ rồi." in text_of(again)
    public = text_of(passer_by.get(f"/certificates/{scene['certificate']}"))
    assert "Công nhận DEMO-ACC-009 bị đình chỉ từ ngày 01/06/2025" in public
    hoa.post(f"{page}/decisions", data=typed | {"kind": "withdrawal", "from_on": "1/7/2025"})
    assert "không ghi thêm quyết định" in text_of(hoa.get(page))
    assert acts(session)[-2:] == ["decided_accreditation"] * 2


PAGES = ["/bodies", "/bodies/new", "/bodies/{known}", "/bodies/{known}/accreditations/new",
         "/accreditations/{held}", "/accreditations/{held}/edit"]  # fmt: skip
ACTS = ["/bodies/{typed}/approve", "/bodies/{typed}/merge", "/accreditations/{held}/confirm",
        "/accreditations/{held}/remove", "/accreditations/{held}/decisions"]  # fmt: skip


@pytest.fixture
def addresses(scene, session, cast, now):
    held = factories.make_accreditation(session, cast.body_id, now, approved_at=None)
    told = scene | {"held": held.public_id}
    session.commit()
    return told


@pytest.mark.parametrize("who", ["manager", "rival", "inspector", "body_officer"])
def test_nobody_else_finds_these_rooms(browser_of, cast, addresses, session, who):
    browser = browser_of(getattr(cast, who))
    for page in PAGES:
        assert browser.get(f"/province{page.format(**addresses)}").status_code == 404, page
    for act in ACTS:
        assert browser.post(f"/province{act.format(**addresses)}", data={"into": "x"}).status_code == 404, act
    assert acts(session) == ["added_body"]


def test_pages_open_and_acts_refuse_get_and_passers_by(hoa, passer_by, addresses):
    for page in PAGES:
        assert hoa.get(f"/province{page.format(**addresses)}").status_code == 200, page
    for act in ACTS:
        assert hoa.get(f"/province{act.format(**addresses)}").status_code == 405, act
        assert passer_by.post(f"/province{act.format(**addresses)}").status_code == 303, act


@pytest.mark.parametrize("act", [*ACTS, "/accreditations/{held}/edit", "/bodies/{typed}/accreditations/new"])
def test_acts_survive_the_missing(hoa, act):
    data = TYPED | {"kind": "suspension", "from_on": "1/6/2025", "reason": "x", "into": "NOSUCH00"}
    missing = act.format(typed="NOSUCH00", held="NOSUCH00")
    assert hoa.post(f"/province{missing}", data=data).status_code == 404


def test_what_the_days_are_not_known_of_is_said_so(hoa, session, cast, now):
    factories.make_accreditation(session, cast.body_id, now, valid_from=None, valid_until=date(2026, 2, 5))
    factories.make_accreditation(
        session, cast.body_id, now, number="VICAS 1", valid_from=None, valid_until=None
    )
    known = session.get(Party, cast.body_id).public_id
    session.commit()
    told = text_of(hoa.get(f"/province/bodies/{known}"))
    assert "chưa có dữ liệu về thời hạn" in told
    assert "đã hết hạn" in told
