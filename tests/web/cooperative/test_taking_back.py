"""Taking back what was sent to the province: a draft again, everything kept, and the officer is told."""

import pytest
from sqlalchemy import select

from tests import factories
from tests.web.looking import acts, look
from traceapp.domain.certificates import RecordState
from traceapp.domain.parties import PartyState
from traceapp.domain.permissions import Role
from traceapp.models import Certificate, Party

pytestmark = pytest.mark.usefixtures("clock")
TOLD = "Bên gửi đã rút hồ sơ này lại để sửa lúc 09:14 22/11/2026"


@pytest.fixture
def hoa(browser_of, cast):
    return browser_of(cast.officer)


@pytest.fixture
def sent(session, cast, now, item):
    """A certificate that waits for the province: its address at the cooperative's door."""
    waits = {"record_state": RecordState.SUBMITTED, "approved_by_id": None, "approved_at": None}
    made = factories.make_certificate(session, cast, now, item, submitted_at=now, **waits)
    session.commit()
    return f"/coop/certificates/{made.public_id}"


@pytest.fixture
def waiting_party(session, cast, now):
    """The cooperative itself before its registration is answered."""
    party = session.get_one(Party, cast.cooperative_id)
    party.state, party.submitted_at, party.submitted_by_id = (
        PartyState.SUBMITTED, now, cast.manager.account_id,
    )  # fmt: skip
    party.tax_code = "0100233488"
    session.commit()
    return f"/province/parties/{party.public_id}"


def only(session):
    [found] = look(session, select(Certificate))
    return found


def test_what_was_sent_comes_back_as_a_draft_with_everything_kept(manager, hoa, session, sent):
    assert "DEMO-FSMS-0001" in hoa.get("/province").text
    assert "Rút lại để sửa" in manager.get(sent).text
    assert manager.get(f"{sent}/take-back").status_code == 405
    for _ in range(2):
        page = manager.post(f"{sent}/take-back", follow_redirects=True).text
        assert "Đã rút lại." in page
        assert "Gửi tỉnh duyệt" in page
        assert "Rút lại để sửa</button>" not in page
    assert "Bên gửi rút lại để sửa" in page  # in its story
    assert acts(session) == ["took_back_certificate"]
    found = only(session)
    assert (found.record_state, found.number, len(found.subjects)) == (RecordState.DRAFT, "DEMO-FSMS-0001", 1)
    session.commit()
    assert "DEMO-FSMS-0001" not in hoa.get("/province").text
    assert "DEMO-FSMS-0001" in manager.get("/coop/").text  # to be sent again
    assert manager.get(f"{sent}/edit").status_code == 200


def test_the_officer_who_had_it_open_is_told_and_back_at_the_queue(manager, hoa, session, sent):
    manager.post(f"{sent}/take-back")
    office = sent.replace("coop", "province")
    for step, told in (("approve", {}), ("return", {"reason": "Ảnh mờ"})):
        answer = hoa.post(f"{office}/{step}", data=told | {"version": "1"})
        assert answer.location == "/province"
        assert TOLD in hoa.get("/province").text
    reloaded = hoa.get(office)
    assert (reloaded.status_code, TOLD in reloaded.text) == (409, True)
    assert acts(session) == ["took_back_certificate"]
    assert only(session).record_state is RecordState.DRAFT


def test_what_is_answered_is_not_taken_back_and_the_page_says_so(manager, hoa, session, sent):
    office = sent.replace("coop", "province")
    hoa.post(f"{office}/return", data={"reason": "Ảnh mờ"})
    assert "Tỉnh đã trả lại hồ sơ này" in manager.post(f"{sent}/take-back", follow_redirects=True).text
    session.scalars(select(Certificate)).one().record_state = RecordState.SUBMITTED
    session.commit()
    hoa.post(f"{office}/approve")
    late = manager.post(f"{sent}/take-back", follow_redirects=True)
    assert "Tỉnh đã duyệt hồ sơ này nên không rút lại được nữa" in late.text
    assert "Rút lại để sửa" not in late.text
    assert only(session).record_state is RecordState.APPROVED
    assert acts(session) == ["returned_certificate", "approved_certificate"]


def test_a_story_tells_each_way_to_the_province_and_back(manager, hoa, session, sent):
    for _ in range(2):
        manager.post(f"{sent}/take-back")
        session.scalars(select(Certificate)).one().record_state = RecordState.SUBMITTED
        session.commit()
    hoa.post(f"{sent.replace('coop', 'province')}/return", data={"reason": "Ảnh mờ"})
    page = manager.get(sent).text
    assert page.count("Bên gửi rút lại để sửa") == 2
    assert page.rindex("Bên gửi rút lại để sửa") < page.rindex("Tỉnh trả lại để sửa")


def test_only_the_manager_of_its_sender_takes_it_back(browser_of, rival, session, sent, cast, now):
    party = session.get_one(Party, cast.cooperative_id)
    member = factories.make_person(session, "+84912000009", "Tý", party, Role.MEMBER, now)
    session.commit()
    assert "Rút lại để sửa" not in browser_of(member).get(sent).text
    assert browser_of(member).post(f"{sent}/take-back").status_code == 403
    for path in (sent, "/coop/certificates/ZZZZZZZZ"):
        assert rival.post(f"{path}/take-back").status_code == 404
    assert acts(session) == []


def test_a_registration_comes_back_and_is_sent_again(manager, hoa, session, waiting_party):
    assert "HTX Mẫu Sơn Thử" in hoa.get("/province").text
    assert "Rút lại để sửa" in manager.get("/coop/party").text
    assert manager.get("/coop/party/take-back").status_code == 405
    for _ in range(2):
        page = manager.post("/coop/party/take-back", follow_redirects=True).text
        assert "Đã rút hồ sơ lại." in page
        assert "Chưa gửi tỉnh" in page
        assert "0100233488" in page
    assert "HTX Mẫu Sơn Thử" not in hoa.get("/province").text
    answer = hoa.post(f"{waiting_party}/approve", data={"version": "1"})
    assert answer.location == "/province"
    assert TOLD in hoa.get("/province").text
    assert TOLD in hoa.get(waiting_party).text
    assert manager.post("/coop/party/submit").status_code == 303
    assert "Đã duyệt." in hoa.post(f"{waiting_party}/approve", follow_redirects=True).text
    late = manager.post("/coop/party/take-back", follow_redirects=True).text
    assert "Tỉnh đã duyệt hồ sơ này nên không rút lại được nữa" in late
    assert acts(session) == ["took_back_party", "submitted_party", "approved_party"]


def test_a_draft_that_was_never_sent_is_nobody_elses(hoa, rival, session, cast, waiting_party):
    party = session.get_one(Party, cast.cooperative_id)
    party.state, party.submitted_at = PartyState.DRAFT, None
    session.commit()
    assert hoa.get(waiting_party).status_code == 404
    assert rival.post("/coop/party/take-back").status_code == 303  # its own: approved, and it stays so
    assert acts(session) == []
