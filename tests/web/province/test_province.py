"""The province's desk: two clicks to a yes, another pair of eyes, and everything written down."""

import io
import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from tests import factories
from tests.counting import counting
from tests.web.looking import text_of
from traceapp.domain.certificates import DecisionKind, RecordState
from traceapp.domain.feedback import ProblemKind
from traceapp.domain.parties import PartyState
from traceapp.domain.permissions import Role
from traceapp.domain.restrictions import HoldReason
from traceapp.domain.stamps import StampRange
from traceapp.models import Certificate, JournalEntry, Party, ProblemReport, Restriction, TradeItem
from traceapp.services import journal
from traceapp.services.recalls import recall_scope, restrictions
from traceapp.services.vouching import certification


@pytest.fixture
def scene(session, cast, now):
    """A party and a certificate that wait, and a lot."""
    rival = session.get(Party, cast.rival_id)
    rival.state, rival.submitted_by_id = PartyState.SUBMITTED, cast.rival.account_id
    rival.submitted_at = now - timedelta(days=12)
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    certificate = factories.make_certificate(
        session, cast, now, item, record_state=RecordState.SUBMITTED, submitted_at=now - timedelta(days=5),
        approved_by_id=None, approved_at=None,
    )  # fmt: skip
    lot = factories.make_lot(session, item, now)
    session.commit()
    return {"party": rival.public_id, "certificate": certificate.public_id, "lot": lot}


@pytest.fixture
def hoa(browser_of, cast):
    return browser_of(cast.officer)


@pytest.fixture
def quang(browser_of, cast):
    return browser_of(cast.second_officer)


def acts(session):
    return session.scalars(select(JournalEntry.act).order_by(JournalEntry.seq)).all()


def version_on(page):
    return re.search(r'name="version" value="([0-9]+)"', page.get_data(as_text=True))[1]


def test_the_queue_is_oldest_first_with_waiting_in_words(hoa, scene):
    told = text_of(hoa.get("/province"))
    assert "Chờ duyệt (2)" in told
    party, certificate = told.index("HTX Đối Thủ"), told.index("DEMO-FSMS-0001")
    assert party < certificate
    assert "Chờ duyệt (2)" in told


def test_a_party_is_approved_in_two_clicks(hoa, quang, scene, session, cast):
    page = hoa.get(f"/province/parties/{scene['party']}")
    assert "xã Thử Nghiệm, tỉnh Lạng Sơn" in text_of(page)
    data = {"version": version_on(page)}
    answer = hoa.post(f"/province/parties/{scene['party']}/approve", data=data, follow_redirects=True)
    assert "Đã duyệt." in text_of(answer)
    late = quang.post(f"/province/parties/{scene['party']}/approve", data=data, follow_redirects=True)
    assert "Hoa đã duyệt hồ sơ này" in text_of(late)
    session.expire_all()
    assert session.get(Party, cast.rival_id).state is PartyState.APPROVED
    assert acts(session) == ["approved_party"]


def test_a_party_is_returned_suspended_and_brought_back(hoa, scene, session, cast):
    address = f"/province/parties/{scene['party']}"
    assert "Cần ghi lý do." in text_of(hoa.post(f"{address}/return", follow_redirects=True))
    hoa.post(f"{address}/return", data={"reason": "Thiếu tên thôn"})
    assert "Thiếu tên thôn" in text_of(hoa.get(address))
    party = session.get(Party, cast.rival_id)
    session.refresh(party)
    party.state = PartyState.APPROVED
    session.commit()
    hoa.post(f"{address}/suspend", data={"reason": "Ngừng hoạt động"})
    assert "Cho hoạt động lại" in text_of(hoa.get(address))
    hoa.post(f"{address}/approve")
    assert acts(session) == ["returned_party", "suspended_party", "reinstated_party"]


def test_a_certificate_is_approved_by_another_than_who_entered_it(hoa, quang, scene, session, cast):
    address = f"/province/certificates/{scene['certificate']}"
    certificate = session.scalar(select(Certificate))
    certificate.entered_by_id = cast.officer.account_id
    session.commit()
    told = text_of(hoa.post(f"{address}/approve", follow_redirects=True))
    assert "không được tự duyệt" in told
    told = text_of(quang.post(f"{address}/approve", follow_redirects=True))
    assert "Hôm nay: còn hiệu lực" in told
    assert acts(session) == ["approved_certificate"]


def test_an_edit_after_the_page_was_made_sends_the_officer_back_to_read(hoa, scene, session):
    address = f"/province/certificates/{scene['certificate']}"
    data = {"version": version_on(hoa.get(address))}
    certificate = session.scalar(select(Certificate))
    certificate.scope_text = "Phạm vi rộng hơn"
    session.commit()
    told = text_of(hoa.post(f"{address}/approve", data=data, follow_redirects=True))
    assert "vừa được sửa sau khi bạn mở trang" in told
    assert acts(session) == []


def test_a_certificate_is_returned(hoa, scene, session):
    address = f"/province/certificates/{scene['certificate']}"
    hoa.post(f"{address}/return", data={"reason": "Tệp mờ"})
    told = text_of(hoa.get(address))
    assert "Tệp mờ" in told
    assert "Đang chờ đơn vị sửa" in told
    assert acts(session) == ["returned_certificate"]


def test_a_decision_is_written_down_and_keeps_what_was_typed(hoa, scene, session):
    address = f"/province/certificates/{scene['certificate']}"
    hoa.post(f"{address}/approve")
    typed = {
        "kind": "suspension",
        "from_on": "31/2/2026",
        "reason": "Quá hạn giám sát",
        "document_number": "7/QĐ",
    }
    refused = hoa.post(f"{address}/decisions", data=typed)
    assert refused.status_code == 422
    assert "Quá hạn giám sát" in refused.get_data(as_text=True)
    assert "Không có ngày 31/2/2026" in text_of(refused)
    assert refused.get_data(as_text=True).count("<title>Lỗi:") == 1
    answer = hoa.post(f"{address}/decisions", data=typed | {"from_on": "1/9/2026"}, follow_redirects=True)
    assert "Hôm nay: đình chỉ" in text_of(answer)
    again = hoa.post(f"{address}/decisions", data=typed | {"from_on": "1/9/2026"})
    assert again.status_code == 422
    assert "đang bị đình chỉ rồi" in text_of(again)
    assert acts(session) == ["approved_certificate", "recorded_decision"]


def test_the_scan_of_a_copied_decision_stands_in_the_story(hoa, scene):
    address, pdf = f"/province/certificates/{scene['certificate']}", factories.a_page_of_pdf()
    hoa.post(f"{address}/approve")
    typed = {
        "kind": "suspension",
        "from_on": "1/9/2026",
        "reason": "Quá hạn giám sát",
        "document_number": "7/QĐ",
    }
    wrong = hoa.post(f"{address}/decisions", data=typed | {"file": (io.BytesIO(b"<svg/>"), "x.svg")})
    assert (wrong.status_code, "Chỉ nhận PDF" in text_of(wrong)) == (422, True)
    told = hoa.post(
        f"{address}/decisions",
        data=typed | {"file": (io.BytesIO(pdf), "quyet-dinh.pdf")},
        follow_redirects=True,
    )
    assert "quyet-dinh.pdf" in text_of(told)
    [link] = re.findall(rf'href="({address}/evidence/[0-9a-f]{{64}})"', told.get_data(as_text=True))
    assert hoa.get(link).data == pdf


@pytest.mark.parametrize("kind", ["withdrawal", "cancellation"])
def test_a_copied_end_is_not_written_down_without_its_scan(hoa, scene, session, kind):
    address = f"/province/certificates/{scene['certificate']}"
    hoa.post(f"{address}/approve")
    typed = {"kind": kind, "from_on": "1/9/2026", "reason": "Không khắc phục", "document_number": "8/QĐ"}
    for more in ({}, {"file": (io.BytesIO(b""), "")}):
        refused = hoa.post(f"{address}/decisions", data=typed | more)
        page = refused.get_data(as_text=True)
        assert refused.status_code == 422
        assert "xin đính kèm bản chụp văn bản của tổ chức chứng nhận" in text_of(refused)
        assert 'aria-describedby="file-e file-h"' in page
        assert f'<option selected value="{kind}">' in page
        assert all(told in page for told in ('value="1/9/2026"', "Không khắc phục", 'value="8/QĐ"'))
    without = hoa.post(f"{address}/decisions", data=typed | {"kind": "nonsense"})
    assert (without.status_code, "xin đính kèm" in text_of(without)) == (422, False)
    assert acts(session) == ["approved_certificate"]
    session.rollback()
    scan = (io.BytesIO(factories.a_page_of_pdf()), "quyet-dinh.pdf")
    told = hoa.post(f"{address}/decisions", data=typed | {"file": scan}, follow_redirects=True)
    assert "quyet-dinh.pdf" in text_of(told)
    assert acts(session) == ["approved_certificate", "recorded_decision"]


@pytest.fixture
def withdrawn(session, cast, scene, now):
    """A certificate whose withdrawal Quang wrote down, on the wrong one; its page."""
    [held] = session.scalars(select(Certificate))
    held.record_state, held.approved_by_id, held.approved_at = "approved", cast.officer.account_id, now
    certification.record_decision(
        session, actor=cast.second_officer.actor, certificate=held, kind=DecisionKind.WITHDRAWAL,
        from_on=date(2026, 9, 1), reason="Không khắc phục", document_number="8/QĐ",
        file_sha256=factories.make_scan(session, now), now=now,
    )  # fmt: skip
    session.commit()
    return f"/province/certificates/{scene['certificate']}"


def test_a_decision_on_the_wrong_certificate_is_marked_and_stays_struck_through(
    hoa, passer_by, browser_of, cast, withdrawn, session
):
    page = text_of(hoa.get(withdrawn))
    assert "Hôm nay: đã bị thu hồi" in page
    assert "Thu hồi chứng nhận, từ 01/09/2026" in page
    mark = f"{withdrawn}/decisions/1/mistake"
    assert hoa.get(mark).status_code == 405
    empty = hoa.post(mark, data={"mistake-1-reason": ""})
    assert (empty.status_code, "Cần điền mục này." in text_of(empty)) == (422, True)
    long = hoa.post(mark, data={"mistake-1-reason": "Nhầm số " * 100})
    assert (long.status_code, "Nhầm số Nhầm số" in long.text) == (422, True)
    assert long.text.count('<details class="mb-2" open') == 1
    assert long.text.count("<title>Lỗi:") == long.text.count('id="errors"') == 1
    done = hoa.post(mark, data={"mistake-1-reason": "Nhầm chứng nhận"}, follow_redirects=True)
    told = text_of(done)
    assert "Đã đánh dấu ghi nhầm." in told
    assert "Hôm nay: còn hiệu lực" in told
    assert "Xác nhận ghi quyết định" in told
    again = hoa.post(mark, data={"mistake-1-reason": "Nhầm chứng nhận"})
    assert (again.status_code, "đã được đánh dấu ghi nhầm ngày" in text_of(again)) == (422, True)
    public = withdrawn.removeprefix("/province")
    for client, address in (
        (hoa, withdrawn), (passer_by, public), (browser_of(cast.inspector), f"/inspect{public}"),
        (browser_of(cast.manager), f"/coop{public}"), (browser_of(cast.body_officer), f"/body{public}"),
    ):  # fmt: skip
        html = client.get(address).text
        struck = re.search("<del>(.*?)</del>", html, re.DOTALL)
        assert struck, address
        assert "Thu hồi" in struck[1], address
        for words in ("ghi nhầm", "Đánh dấu ghi nhầm", "từ 01/09/2026", "Nhầm chứng nhận"):
            assert words in html, (address, words)
    assert acts(session) == ["recorded_decision", "marked_mistake"]


def test_who_wrote_a_final_decision_down_reads_whom_to_ask(browser_of, cast, withdrawn, session):
    quang = browser_of(cast.second_officer)
    page = quang.get(withdrawn)
    assert "Xin nhờ một người khác đánh dấu ghi nhầm" in text_of(page)
    assert "decisions/1/mistake" not in page.text
    refused = quang.post(f"{withdrawn}/decisions/1/mistake", data={"mistake-1-reason": "Nhầm"})
    assert refused.status_code == 422
    assert acts(session) == ["recorded_decision"]


def test_what_is_not_there_is_not_marked(hoa, browser_of, cast, withdrawn, session):
    told = {"mistake-7-reason": "Nhầm", "mistake-1-reason": "Nhầm"}
    assert hoa.post(f"{withdrawn}/decisions/7/mistake", data=told).status_code == 404
    missing = "/province/certificates/NOSUCH00/decisions/1/mistake"
    assert hoa.post(missing, data=told).status_code == 404
    rival = browser_of(cast.rival)
    assert rival.post(f"{withdrawn}/decisions/1/mistake", data=told).status_code == 404
    assert acts(session) == ["recorded_decision"]


def test_certificates_are_listed_by_status_and_scheme(hoa, scene, session):
    assert "DEMO-FSMS-0001" in text_of(hoa.get("/province/certificates?scheme=iso_22000"))
    assert "DEMO-FSMS-0001" in text_of(hoa.get("/province/certificates?status=draft"))
    for other in ("?status=active", "?scheme=vietgap", "?status=nonsense", "?q=nowhere"):
        assert "DEMO-FSMS-0001" not in text_of(hoa.get(f"/province/certificates{other}"))
    assert hoa.get("/province/certificates?page=٣").status_code == 200


def test_a_draft_is_its_owners_alone(hoa, scene, session, cast):
    certificate = session.scalar(select(Certificate))
    certificate.record_state = RecordState.DRAFT
    session.get(Party, cast.rival_id).state = PartyState.DRAFT
    session.commit()
    assert hoa.get(f"/province/certificates/{scene['certificate']}").status_code == 404
    assert hoa.get(f"/province/parties/{scene['party']}").status_code == 404
    assert "DEMO-FSMS-0001" not in text_of(hoa.get("/province/certificates"))


def test_a_recall_takes_two_and_ends_in_a_way(hoa, quang, scene, session, cast, now):
    about = {"lot": scene["lot"], "reason": HoldReason.SAFETY_DOUBT, "decision_number": None}
    recall = restrictions.propose_recall(session, actor=cast.officer.actor, **about, now=now)
    session.commit()
    assert "Duyệt thu hồi" not in text_of(hoa.get("/province/restrictions"))
    asked = text_of(quang.get("/province/restrictions"))
    assert (
        asked.index("Duyệt thu hồi")
        < asked.index("Trong vòng 5 giây")
        < asked.index("Xác nhận duyệt thu hồi")
    )
    told = text_of(hoa.post(f"/province/restrictions/{recall.public_id}/confirm", follow_redirects=True))
    assert "không được tự duyệt" in told
    quang.post(f"/province/restrictions/{recall.public_id}/confirm")
    told = text_of(quang.post(f"/province/restrictions/{recall.public_id}/lift", follow_redirects=True))
    assert "Cần chọn cách xử lý hàng" in told
    quang.post(f"/province/restrictions/{recall.public_id}/lift", data={"ending": "destroy"})
    again = text_of(quang.post(f"/province/restrictions/{recall.public_id}/lift", follow_redirects=True))
    assert "đã kết thúc" in again
    session.expire_all()
    assert session.scalar(select(Restriction)).ending.value == "destroy"
    assert acts(session) == ["proposed_recall", "confirmed_recall", "ended_recall"]


def test_a_proposed_recall_stands_first_on_the_desk_of_who_may_confirm_it(
    hoa, quang, scene, session, cast, now
):
    about = {"lot": scene["lot"], "reason": HoldReason.SAFETY_DOUBT, "decision_number": None}
    assert "đề nghị thu hồi chờ bạn duyệt" not in text_of(quang.get("/province"))
    restrictions.propose_recall(session, actor=cast.officer.actor, **about, now=now)
    session.commit()
    asked = text_of(quang.get("/province"))
    assert asked.index("1 đề nghị thu hồi chờ bạn duyệt") < asked.index("hồ sơ, cũ nhất trước")
    assert "đề nghị thu hồi chờ bạn duyệt" not in text_of(hoa.get("/province"))


def test_the_officer_reads_the_doubts_that_the_holder_was_told(hoa, scene, session):
    certificate = session.scalar(select(Certificate))
    page = f"/province/certificates/{scene['certificate']}"
    assert "là tiêu chuẩn của chương trình" not in text_of(hoa.get(page))
    certificate.standard, certificate.scheme.number_shape = "ISO 9001:2015", "QMS-[0-9]{4}"
    session.commit()
    told = text_of(hoa.get(page))
    assert "ISO 9001:2015 là tiêu chuẩn của chương trình “ISO 9001”" in told
    assert "Số này có dạng khác số thường gặp của ISO 22000" in told


def test_a_reason_that_came_too_late_is_shown_to_be_copied(hoa, scene):
    page = f"/province/certificates/{scene['certificate']}"
    late = {"reason": "Ảnh mờ, số không đọc được", "version": "99"}
    told = text_of(hoa.post(f"{page}/return", data=late, follow_redirects=True))
    assert "Hồ sơ vừa được sửa" in told
    assert "chưa lưu: “Ảnh mờ, số không đọc được”" in told


def test_the_end_of_a_recall_says_what_became_of_the_goods(hoa, quang, passer_by, scene, session, cast, now):
    about = {"lot": scene["lot"], "reason": HoldReason.SAFETY_DOUBT, "decision_number": "12/QĐ"}
    recall = restrictions.propose_recall(session, actor=cast.officer.actor, **about, now=now)
    session.commit()
    address = f"/province/restrictions/{recall.public_id}"
    assert "1 lô" in text_of(quang.get("/province/restrictions"))
    quang.post(f"{address}/confirm")
    typed = {"ending": "destroy", "recovered": "40", "handled": "50", "unit": "H87"}
    refused = hoa.post(f"{address}/lift", data=typed)
    assert refused.status_code == 422
    assert "lớn hơn số thu hồi được" in text_of(refused)
    assert 'value="50"' in refused.get_data(as_text=True)
    assert hoa.post(f"{address}/lift", data=typed | {"recovered": "9" * 15}).status_code == 422
    hoa.post(f"{address}/lift", data=typed | {"recovered": "1.040"})
    told = text_of(passer_by.get(f"/recalls/{recall.public_id}", headers={"Accept-Language": "vi"}))
    assert "Thu hồi được 1.040" in told
    assert "Đã xử lý 50" in told
    assert acts(session) == ["proposed_recall", "confirmed_recall", "ended_recall"]


def test_the_list_refuses_drops_and_extends(hoa, quang, scene, session, cast, now):
    about = {"lot": scene["lot"], "reason": HoldReason.SAFETY_DOUBT, "decision_number": None}
    first = restrictions.propose_recall(session, actor=cast.officer.actor, **about, now=now)
    session.commit()
    address = f"/province/restrictions/{first.public_id}"
    assert "Cần ghi lý do" in text_of(quang.post(f"{address}/refuse", follow_redirects=True))
    assert "không được tự duyệt" in text_of(
        hoa.post(f"{address}/refuse", data={"reason": "Không"}, follow_redirects=True)
    )
    quang.post(f"{address}/refuse", data={"reason": "Mẫu đạt"})
    second = restrictions.propose_recall(session, actor=cast.officer.actor, **about, now=now)
    session.commit()
    address = f"/province/restrictions/{second.public_id}"
    assert "Chỉ người đã đề nghị" in text_of(quang.post(f"{address}/drop", follow_redirects=True))
    hoa.post(f"{address}/drop")
    held = restrictions.hold_lot(
        session, actor=cast.inspector.actor, lot=scene["lot"], reason=HoldReason.COMPLAINT, now=now
    )
    session.commit()
    address = f"/province/restrictions/{held.public_id}/extend"
    late = hoa.post(address, data={"review_on": "1/1/2020", "reason": "Chờ mẫu"})
    assert late.status_code == 422
    assert "Chờ mẫu" in late.get_data(as_text=True)
    hoa.post(address, data={"review_on": "1/1/2099", "reason": "Chờ mẫu"})
    assert "Xem lại ngày 01/01/2099" in text_of(hoa.get("/province/restrictions"))
    assert acts(session)[-1] == "extended_hold"


def propose_many(session, cast, now, count, first):
    """Proposals about lots of one product and about its stamps, each waiting for a second person."""
    item = session.query(TradeItem).first()
    for n in range(first, first + count):
        lot = factories.make_lot(session, item, now, code=f"DN{n}")
        run = factories.make_run(session, cast, now, item, lot, first_number=10_000 * (n + 1))
        about = recall_scope.of_stamps(run, StampRange(3, 2)) if n % 2 else recall_scope.of_lot(lot)
        told = {"reason": HoldReason.MIXED_LOTS, "decision_number": None, "now": now}
        restrictions.propose_recall(session, actor=cast.inspector.actor, about=about, **told)
    session.commit()


def test_many_proposals_are_weighed_in_as_many_questions_as_few(hoa, scene, session, cast, now):
    propose_many(session, cast, now, 4, 0)
    hoa.get("/province/restrictions")
    with counting() as few:
        told = text_of(hoa.get("/province/restrictions"))
    assert told.count("1000 tem") + told.count("1.000 tem") == 2
    assert told.count(" 2 tem,") == 2
    propose_many(session, cast, now, 20, 4)
    with counting() as many:
        hoa.get("/province/restrictions")
    assert len(many) <= len(few) + 2


def test_a_hold_is_lifted(hoa, scene, session, cast, now):
    held = restrictions.hold_lot(
        session, actor=cast.inspector.actor, lot=scene["lot"], reason=HoldReason.COMPLAINT, now=now
    )
    session.commit()
    assert "lô L260905A" in text_of(hoa.get("/province/restrictions"))
    address = f"/province/restrictions/{held.public_id}/lift"
    bare = hoa.post(address, data={"reason": " "})
    assert (bare.status_code, "Cần ghi lý do." in text_of(bare)) == (422, True)
    told = text_of(hoa.post(address, data={"reason": "Mẫu đạt"}, follow_redirects=True))
    assert "Đã gỡ tạm dừng." in told
    assert "Không có lô nào" in told
    assert "Mẫu đạt" in text_of(hoa.get(f"/inspect/restrictions/{held.public_id}"))


def test_a_report_is_closed_once_with_what_was_done(hoa, session, now):
    session.add(ProblemReport(kind=ProblemKind.SUSPECTED_FAKE, about="/01/09520009010011", told="Nhãn lạ",
                              public_id="RPT00001", created_at=now))  # fmt: skip
    session.commit()
    assert "Nhãn lạ" in text_of(hoa.get("/province/reports"))
    assert "Cần ghi lý do." in text_of(hoa.post("/province/reports/RPT00001/close", follow_redirects=True))
    hoa.post("/province/reports/RPT00001/close", data={"closing": "Đã kiểm tra cửa hàng"})
    again = hoa.post("/province/reports/RPT00001/close", data={"closing": "Lại"}, follow_redirects=True)
    assert "đã được đóng lúc" in text_of(again)
    assert "Đã kiểm tra cửa hàng" in text_of(hoa.get("/province/reports?closed=1"))
    assert acts(session) == ["closed_report"]


def test_the_journal_is_read_by_act_party_and_subject(hoa, scene, session, cast, now):
    for number in range(60):
        journal.record(
            session, actor=cast.manager.actor, act="tested", subject=("test", f"S{number}"), now=now
        )
    session.commit()
    hoa.post(f"/province/parties/{scene['party']}/approve")
    first = text_of(hoa.get("/province/journal"))
    assert "duyệt đơn vị" in first
    assert "Cũ hơn" in first
    assert "S0 " in text_of(hoa.get("/province/journal?before=11"))
    only = text_of(hoa.get("/province/journal?act=approved_party"))
    assert "S59" not in only
    assert "HTX Đối Thủ" in text_of(hoa.get(f"/province/journal?party={scene['party']}"))
    assert "S58" not in text_of(hoa.get("/province/journal?kind=test&subject=S59"))


def test_the_journal_is_read_between_two_days(hoa, session, cast, now):
    for number, days in enumerate((40, 2, 0)):
        told = {"act": "tested", "subject": ("test", f"S{number}"), "now": now - timedelta(days=days)}
        journal.record(session, actor=cast.manager.actor, **told)
    session.commit()
    between = text_of(hoa.get("/province/journal?from=20/11/2026&to=20/11/2026"))
    assert [name in between for name in ("S0 ", "S1 ", "S2 ")] == [False, True, False]
    assert "S0 " in text_of(hoa.get("/province/journal?to=1/11/2026"))
    wrong = hoa.get("/province/journal?from=31/02/2026")
    assert wrong.status_code == 422
    assert "Không có ngày 31/02/2026 trong lịch." in wrong.text
    assert 'value="31/02/2026"' in wrong.text
    for extreme in ("01/01/0001", "31/12/9999"):
        assert hoa.get(f"/province/journal?from={extreme}&to={extreme}").status_code == 200


def test_an_entry_shows_the_bytes_that_were_hashed(hoa, scene, session):
    hoa.post(f"/province/parties/{scene['party']}/approve")
    entry = session.scalar(select(JournalEntry))
    page = hoa.get(f"/province/journal/{entry.seq}").get_data(as_text=True)
    assert entry.leaf_hash in page
    assert "Nội dung khớp với mã băm" in page
    assert hoa.get("/province/journal/999").status_code == 404


def test_a_journal_changed_behind_our_back_is_noticed(hoa, scene, session):
    hoa.post(f"/province/parties/{scene['party']}/approve")
    assert "Nhật ký còn nguyên vẹn" in text_of(hoa.post("/province/journal/verify"))
    trigger = "journal_entry_no_update" if session.get_bind().dialect.name == "sqlite" else None
    session.execute(
        text(f"DROP TRIGGER {trigger}" if trigger else "ALTER TABLE journal_entry DISABLE TRIGGER USER")
    )
    session.execute(text("UPDATE journal_entry SET leaf_hash = :hash"), {"hash": "0" * 64})
    session.commit()
    assert "Nhật ký đã bị thay đổi" in text_of(hoa.post("/province/journal/verify"))
    assert "KHÔNG khớp" in text_of(hoa.get("/province/journal/0"))


PAGES = ["", "/certificates", "/certificates/{certificate}", "/parties/{party}", "/restrictions", "/journal",
         "/journal/0", "/reports"]  # fmt: skip
ACTS = ["/parties/{party}/approve", "/parties/{party}/return", "/parties/{party}/suspend",
        "/certificates/{certificate}/approve", "/certificates/{certificate}/return",
        "/certificates/{certificate}/decisions", "/restrictions/NOSUCH00/confirm",
        "/restrictions/NOSUCH00/lift", "/restrictions/NOSUCH00/refuse", "/restrictions/NOSUCH00/drop",
        "/restrictions/NOSUCH00/extend", "/reports/NOSUCH00/close", "/journal/verify"]  # fmt: skip


@pytest.mark.parametrize("who", ["manager", "rival", "inspector", "body_officer"])
def test_nobody_else_finds_this_door(browser_of, cast, scene, session, who):
    browser = browser_of(getattr(cast, who))
    for page in PAGES:
        assert browser.get(f"/province{page.format(**scene)}").status_code == 404, page
    for act in ACTS:
        assert browser.post(f"/province{act.format(**scene)}", data={"reason": "x"}).status_code == 404, act
    assert acts(session) == []


def test_acts_refuse_get_and_strangers(hoa, passer_by, scene):
    for act in ACTS[:-1]:
        assert hoa.get(f"/province{act.format(**scene)}").status_code == 405, act
        assert passer_by.post(f"/province{act.format(**scene)}").status_code == 303, act


@pytest.mark.parametrize("act", [act for act in ACTS if "journal" not in act])
def test_acts_survive_the_missing(hoa, act):
    missing = act.replace("{party}", "NOSUCH00").replace("{certificate}", "NOSUCH00")
    data = {"reason": "x", "closing": "x", "kind": "suspension", "from_on": "1/9/2026"}
    assert hoa.post(f"/province{missing}", data=data).status_code == 404


def test_an_administrator_reads_the_journal_and_approves_nothing(browser_of, session, cast, now, scene):
    authority = session.get(Party, cast.authority_id)
    admin = factories.make_person(session, "tri@example.com", "Trí", authority, Role.ADMINISTRATOR, now)
    session.commit()
    browser = browser_of(admin)
    assert browser.get("/province").location == "/province/journal"
    assert browser.get("/province/journal").status_code == 200
    assert browser.post(f"/province/parties/{scene['party']}/approve").status_code == 404


def test_numbers_nobody_could_mean_are_no_fault_of_the_server(hoa, scene):
    huge = "9" * 5000
    assert hoa.get(f"/province/reports?before={huge[:40]}").status_code == 200
    assert hoa.get(f"/province/journal?before={huge[:40]}").status_code == 200
    asked = hoa.post(f"/province/parties/{scene['party']}/return", data={"version": huge, "reason": "Sửa"})
    assert asked.status_code == 303


def test_a_partys_page_counts_all_of_its_goods_and_names_the_first(hoa, scene, session, cast, now):
    party = session.get(Party, cast.cooperative_id)
    for n in range(25):
        item = factories.make_trade_item(
            session, party.id, now, gtin=None, registry_number=f"3{n:07}", name_vi=f"Hàng {n:02}"
        )
        factories.make_certificate(session, cast, now, item, number=f"THEM-{n:02}")
    name, public_id = party.names[0].name, party.public_id
    session.commit()
    told = text_of(hoa.get(f"/province/parties/{public_id}"))
    assert "Sản phẩm (26)" in told
    assert "và 6 nữa" in told
    assert "Chứng nhận (26)" in told
    assert "xem tất cả" in told
    assert "26 chứng nhận" in text_of(hoa.get(f"/province/certificates?q={name}"))


def test_the_queue_comes_a_page_at_a_time_and_counts_all_that_waits(hoa, scene, session, cast, now):
    item = factories.make_trade_item(session, cast.cooperative_id, now, gtin="09520009010028")
    waits = {"record_state": RecordState.SUBMITTED, "approved_by_id": None, "approved_at": None}
    before = int(re.search(r"Chờ duyệt \(([0-9]+)\)", text_of(hoa.get("/province")))[1])
    for n in range(60):
        at = now - timedelta(days=90 - n)
        factories.make_certificate(session, cast, now, item, number=f"DOI-{n:02}", submitted_at=at, **waits)
    session.commit()
    answer = hoa.get("/province")
    told, number = text_of(answer), before + 60
    assert f"Chờ duyệt ({number})" in told
    assert f"{number} hồ sơ, cũ nhất trước" in told
    assert re.findall("DOI-[0-9]{2}", told) == [f"DOI-{n:02}" for n in range(50)]
    following = re.search(r'href="(/province\?after=[^"]+)"', answer.get_data(as_text=True))[1]
    told = text_of(hoa.get(following))
    assert re.findall("DOI-[0-9]{2}", told) == [f"DOI-{n:02}" for n in range(50, 60)]
    assert "Về đầu danh sách" in told
    assert "Trang sau" not in told
    assert f"51–{number} trong {number}" in told
    assert re.findall("DOI-[0-9]{2}", text_of(hoa.get("/province?q=doi-17"))) == ["DOI-17"]
    assert "Không có hồ sơ nào như vậy." in text_of(hoa.get("/province?q=nowhere"))
    assert hoa.get("/province?after=x").status_code == 200


@pytest.mark.parametrize(
    ("scheme", "shown", "twice"),
    [
        ("vietgap", "VietGAP", "VietGAP · VietGAP"),
        ("vietgap_crops", "VietGAP trồng trọt", "VietGAP trồng trọt · VietGAP"),
    ],
)
def test_a_scheme_and_a_standard_of_one_name_are_said_once_at_every_door(
    hoa, browser_of, passer_by, session, cast, now, scheme, shown, twice
):
    item = factories.make_trade_item(session, cast.cooperative_id, now, gtin="09520009010028")
    made = factories.make_certificate(
        session, cast, now, item, number="GAP-1", scheme=scheme, standard="VietGAP"
    )
    session.commit()
    pages = [
        text_of(client.get(f"{door}/certificates/{made.public_id}"))
        for client, door in ((hoa, "/province"), (browser_of(cast.body_officer), "/body"),
                             (browser_of(cast.inspector), "/inspect"))
    ]  # fmt: skip
    for page in pages:
        assert shown in page
        assert twice not in page
    public = passer_by.get(f"/certificates/{made.public_id}").get_data(as_text=True)
    assert f"<h1>{shown}</h1>" in public
    assert public.count("VietGAP</p>") == 0
