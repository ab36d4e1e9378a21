"""A body takes back what it sent, puts it right, sends it again; meanwhile nobody else changes it."""

import io

import pytest
from sqlalchemy import select

from tests import factories
from tests.web.body.test_entering import enter, scene, thu, typed  # noqa: F401 - fixtures
from tests.web.looking import acts, look, text_of
from traceapp.domain.certificates import RecordState
from traceapp.models import Certificate


@pytest.fixture
def sent(thu, scene):  # noqa: F811
    """What Thu entered: its address at the body's door."""
    return enter(thu, scene).location


def again(scene, **more):  # noqa: F811
    """The form as it comes back, without a file unless one is given."""
    told = typed(scene) | {"evidence": (io.BytesIO(), "")}
    return told | more


def only(session):
    [found] = look(session, select(Certificate))
    return found


def test_it_is_taken_back_put_right_and_sent_again(thu, browser_of, cast, scene, session, sent):  # noqa: F811
    hoa = browser_of(cast.officer)
    assert "Rút lại để sửa" in text_of(thu.get(sent))
    assert thu.get(f"{sent}/take-back").status_code == 405
    for _ in range(2):
        told = text_of(thu.post(f"{sent}/take-back", follow_redirects=True))
        assert "Đã rút lại." in told
        assert "Sửa và gửi lại" in told
    assert "DEMO-FSMS-0100" not in text_of(hoa.get("/province"))
    assert "DEMO-FSMS-0100" in text_of(thu.get("/body"))
    page = thu.get(f"{sent}/edit").get_data(as_text=True)
    assert 'value="DEMO-FSMS-0100"' in page
    assert "giay.pdf" in page
    refused = thu.post(f"{sent}/edit", data=again(scene, number=""))
    assert refused.status_code == 422
    assert "Sản xuất rượu men lá" in text_of(refused)
    assert thu.post(f"{sent}/edit", data=again(scene, number="DEMO-FSMS-0101")).status_code == 303
    found = only(session)
    assert (found.record_state, found.number, len(found.evidence)) == (
        RecordState.SUBMITTED, "DEMO-FSMS-0101", 1,
    )  # fmt: skip
    session.commit()
    assert "DEMO-FSMS-0101" in text_of(hoa.get("/province"))
    assert thu.post(f"{sent}/edit", data=again(scene)).status_code == 409
    assert acts(session) == ["entered_certificate", "took_back_certificate", "corrected_certificate"]


def test_a_new_scan_takes_the_place_of_the_old_and_the_same_one_stays(thu, scene, session, sent):  # noqa: F811
    thu.post(f"{sent}/take-back")
    other = io.BytesIO(factories.a_page_of_pdf() + b"\n"), "moi.pdf"
    before, kept = (
        only(session).evidence[0].id,
        thu.get(f"{sent}/evidence/{only(session).evidence[0].sha256}"),
    )
    same = io.BytesIO(kept.data), "giay.pdf"
    session.commit()
    assert thu.post(f"{sent}/edit", data=again(scene, evidence=[same])).status_code == 303
    assert [row.id for row in only(session).evidence] == [before]
    session.commit()
    thu.post(f"{sent}/take-back")
    assert thu.post(f"{sent}/edit", data=again(scene, evidence=[other])).status_code == 303
    assert [row.file.first_name for row in only(session).evidence] == ["moi.pdf"]


def test_a_number_that_is_taken_is_told_beside_a_new_scan_too(thu, scene, session, sent):  # noqa: F811 - a fixture
    assert enter(thu, scene, number="DEMO-FSMS-0102").status_code == 303
    thu.post(f"{sent}/take-back")
    other = io.BytesIO(factories.a_page_of_pdf() + b"\n"), "moi.pdf"
    refused = thu.post(f"{sent}/edit", data=again(scene, number="DEMO-FSMS-0102", evidence=[other]))
    assert refused.status_code == 422
    assert "DEMO-FSMS-0102" in text_of(refused)
    assert acts(session) == ["entered_certificate"] * 2 + ["took_back_certificate"]


def test_meanwhile_its_holder_reads_it_and_does_not_change_it(thu, browser_of, cast, scene, session, sent):  # noqa: F811
    lan, own = browser_of(cast.manager), sent.replace("body", "coop")
    assert "Rút lại để sửa" not in text_of(lan.get(own))
    assert lan.post(f"{own}/take-back").status_code == 403
    thu.post(f"{sent}/take-back")
    page = text_of(lan.get(own))
    assert "đã rút chứng nhận này lại để sửa" in page
    assert "Bỏ bản nháp" not in page
    assert "DEMO-FSMS-0100" not in text_of(lan.get("/coop/"))
    for step in ("edit", "submit", "discard"):
        assert lan.post(f"{own}/{step}").status_code == 409, step
    assert only(session).record_state is RecordState.DRAFT


def test_what_came_back_either_side_puts_right(thu, browser_of, cast, scene, session, sent):  # noqa: F811
    office, own = sent.replace("body", "province"), sent.replace("body", "coop")
    browser_of(cast.officer).post(f"{office}/return", data={"reason": "Thiếu trang hai"})
    assert "Tỉnh ghi: Thiếu trang hai" in text_of(thu.get(sent))
    assert browser_of(cast.manager).get(f"{own}/edit").status_code == 200
    assert thu.post(f"{sent}/edit", data=again(scene)).status_code == 303
    assert only(session).record_state is RecordState.SUBMITTED
    session.commit()
    browser_of(cast.officer).post(f"{office}/return", data={"reason": "Vẫn thiếu"})
    browser_of(cast.manager).post(f"{own}/submit")
    assert "Rút lại để sửa" not in text_of(thu.get(sent))  # its holder sent it now
    assert thu.post(f"{sent}/take-back").status_code == 403
    assert "Rút lại để sửa" in text_of(browser_of(cast.manager).get(own))


def test_it_is_given_up(thu, session, sent):  # noqa: F811
    assert thu.post(f"{sent}/discard").status_code == 409  # the province has it
    thu.post(f"{sent}/take-back")
    assert thu.get(f"{sent}/discard").status_code == 405
    assert thu.post(f"{sent}/discard").status_code == 303
    assert thu.post(f"{sent}/discard").status_code == 404
    assert look(session, select(Certificate)) == []
    assert acts(session) == ["entered_certificate", "took_back_certificate", "discarded_certificate"]


def test_what_a_holder_entered_is_not_the_bodys_to_take(thu, session, cast, now, scene):  # noqa: F811
    item = session.scalars(select(factories.TradeItem)).first()
    waits = {"record_state": RecordState.SUBMITTED, "approved_by_id": None, "submitted_at": now}
    made = factories.make_certificate(session, cast, now, item, **waits)
    session.commit()
    address = f"/body/certificates/{made.public_id}"
    assert thu.post(f"{address}/take-back").status_code == 403
    assert thu.get(f"{address}/edit").status_code == 409
    made.record_state = RecordState.DRAFT
    session.commit()
    for step in ("take-back", "discard"):
        assert thu.post(f"{address}/{step}").status_code == 404, step
    assert acts(session) == []
