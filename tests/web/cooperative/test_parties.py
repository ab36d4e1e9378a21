"""The party's own record and its places: dated changes, what is taken, sending it to the province."""

from datetime import date

import pytest
from sqlalchemy import select

from tests import factories
from tests.web.looking import acts, look
from traceapp.domain.parties import PartyState
from traceapp.domain.permissions import Role
from traceapp.models import AdminUnit, Membership, Party, PartyAddress, PartyName, Place

pytestmark = pytest.mark.usefixtures("clock")


def record(cast, **more):
    told = {
        "kind": "cooperative", "name_vi": "HTX Mẫu Sơn Thử", "tax_code": "0100233488",
        "street": "Thôn Thử Nghiệm", "company_prefix": "952000901", "admin_unit": str(cast.unit_id),
    }  # fmt: skip
    return told | more


@pytest.fixture
def draft(session, cast):
    """The cooperative before it was ever sent."""
    session.get_one(Party, cast.cooperative_id).state = PartyState.DRAFT
    session.commit()


def names(session, cast):
    rows = look(session, select(PartyName).where(PartyName.party_id == cast.cooperative_id))
    return [(row.language, row.name, str(row.valid_from), str(row.valid_until)) for row in rows]


def test_a_new_name_opens_a_row_and_closes_the_old(manager, session, cast):
    assert manager.post("/coop/party", data=record(cast, name_vi="HTX Mẫu Sơn Mới")).status_code == 303
    assert names(session, cast) == [
        ("vi", "HTX Mẫu Sơn Thử", "2020-01-01", "2026-11-21"),
        ("vi", "HTX Mẫu Sơn Mới", "2026-11-22", "None"),
    ]
    page = manager.get("/coop/party").text
    assert "HTX Mẫu Sơn Thử" in page
    assert "đến 21/11/2026" in page
    assert acts(session) == ["edited_party"]


def test_a_second_thought_on_the_same_day_corrects_the_row(manager, session, cast):
    manager.post("/coop/party", data=record(cast, name_vi="HTX Sai Chính Tả"))
    manager.post("/coop/party", data=record(cast, name_vi="HTX Đúng Chính Tả", name_en="Right"))
    assert {row[1] for row in names(session, cast)} == {"HTX Mẫu Sơn Thử", "HTX Đúng Chính Tả", "Right"}
    manager.post("/coop/party", data=record(cast, name_vi="HTX Đúng Chính Tả", name_en=""))
    assert {row[1] for row in names(session, cast)} == {"HTX Mẫu Sơn Thử", "HTX Đúng Chính Tả"}


def test_a_new_address_opens_a_row_and_closes_the_old(manager, session, cast):
    manager.post("/coop/party", data=record(cast, street="Thôn Hai"))
    rows = look(session, select(PartyAddress).where(PartyAddress.party_id == cast.cooperative_id))
    assert [(row.street, str(row.valid_until)) for row in rows] == [
        ("Thôn Thử Nghiệm", "2026-11-21"),
        ("Thôn Hai", "None"),
    ]


def test_saving_without_a_change_opens_no_row(manager, session, cast):
    manager.post("/coop/party", data=record(cast))
    manager.post("/coop/party", data=record(cast))
    assert len(names(session, cast)) == 1


def test_a_change_makes_an_officers_page_stale(manager, session, cast):
    before = look(session, select(Party.version).where(Party.id == cast.cooperative_id))[0]
    manager.post("/coop/party", data=record(cast, name_vi="HTX Khác"))
    assert look(session, select(Party.version).where(Party.id == cast.cooperative_id))[0] > before


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("gln", "8938500000018", "Số kiểm tra của GLN"),
        ("company_prefix", "893", "7 đến 12 chữ số"),
        ("company_prefix", "952000902", "đã thuộc đơn vị khác"),
        ("email", "không phải", "không phải là địa chỉ e-mail"),
        ("name_zh", "x" * 201, "tối đa 200"),
    ],
)
def test_what_cannot_be_is_told_beside_the_field(manager, session, cast, field, typed, told):
    answer = manager.post("/coop/party", data=record(cast, **{field: typed}))
    assert answer.status_code == 422
    assert f'id="{field}-e"' in answer.text
    assert told in answer.text
    assert "Thôn Thử Nghiệm" in answer.text
    assert acts(session) == []


def test_units_that_no_longer_stand_are_not_offered(manager, session, cast):
    unit = AdminUnit(code="au_gone", name="xã Đã Bỏ", level="commune", valid_until=date(2025, 6, 30))
    session.add(unit)
    session.commit()
    assert "xã Đã Bỏ" not in manager.get("/coop/party").text
    assert manager.post("/coop/party", data=record(cast, admin_unit=str(unit.id))).status_code == 422


def test_an_address_in_a_unit_that_is_gone_need_not_change(manager, session, cast):
    session.get_one(AdminUnit, cast.unit_id).valid_until = date(2026, 10, 1)
    session.commit()
    assert manager.post("/coop/party", data=record(cast, phone="0912345678")).status_code == 303


def test_sending_to_the_province_once(manager, session, cast, draft):
    manager.post("/coop/party", data=record(cast))
    assert manager.get("/coop/party/submit").status_code == 405
    assert manager.post("/coop/party/submit").status_code == 303
    assert manager.post("/coop/party/submit").status_code == 303
    assert acts(session) == ["edited_party", "submitted_party"]
    sent = look(session, select(Party).where(Party.id == cast.cooperative_id))[0]
    assert (sent.state, sent.submitted_by_id) == (PartyState.SUBMITTED, cast.manager.account_id)


def test_without_a_code_nothing_is_sent_and_the_field_says_so(manager, session, draft):
    answer = manager.post("/coop/party/submit")
    assert answer.status_code == 422
    assert 'id="tax_code-e"' in answer.text
    assert "HTX Mẫu Sơn Thử" in answer.text
    assert acts(session) == []


def test_an_approved_party_is_not_sent_again(manager, session, cast):
    session.get_one(Party, cast.cooperative_id).tax_code = "0100233488"
    session.commit()
    assert manager.post("/coop/party/submit").status_code == 409
    assert acts(session) == []


def test_the_reason_of_a_return_is_shown(manager, session, cast):
    party = session.get_one(Party, cast.cooperative_id)
    party.state, party.return_reason = PartyState.RETURNED, "Ảnh giấy đăng ký mờ"
    session.commit()
    assert "Tỉnh ghi: Ảnh giấy đăng ký mờ" in manager.get("/coop/party").text
    assert "Tỉnh ghi: Ảnh giấy đăng ký mờ" in manager.get("/coop/").text


def test_a_member_reads_the_record_and_does_not_change_it(browser_of, session, cast, now):
    party = session.get_one(Party, cast.cooperative_id)
    member = factories.make_person(session, "+84912000009", "Tý", party, Role.MEMBER, now)
    session.commit()
    browser = browser_of(member)
    assert "Chỉ người quản lý" in browser.get("/coop/party").text
    assert browser.post("/coop/party", data=record(cast, name_vi="Khác")).status_code in {403, 422}
    assert browser.post("/coop/party/submit").status_code == 403
    assert acts(session) == []


def test_a_membership_that_ended_opens_nothing(manager, session, cast):
    mine = session.query(Membership).filter_by(account_id=cast.manager.account_id).one()
    mine.valid_until = date(2026, 11, 21)
    session.commit()
    assert manager.get("/coop/").location == "/account/party"
    assert manager.get("/coop/party").status_code == 404


PLACE = {
    "kind": "growing_area", "name": "Vùng hồi Thử", "hectares": "12,5", "latitude": "21.85372",
    "longitude": "106,76",
}  # fmt: skip


def place(cast, **more):
    return PLACE | {"admin_unit": str(cast.unit_id)} | more


def test_a_place_is_added_changed_and_not_doubled(manager, session, cast):
    assert manager.post("/coop/places/new", data=place(cast)).status_code == 303
    assert manager.post("/coop/places/new", data=place(cast)).status_code == 422
    made = look(session, select(Place))[0]
    assert (str(made.hectares), str(made.latitude), made.coordinates_public) == ("12.50", "21.85372", False)
    path = f"/coop/places/{made.public_id}"
    page = manager.get(path).text
    assert 'value="12,5"' in page
    assert 'value="21,85372"' in page
    assert manager.post(path, data=place(cast, coordinates_public="y", name="Vùng Hai")).status_code == 303
    assert look(session, select(Place))[0].coordinates_public
    assert acts(session) == ["added_place", "edited_place"]


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("latitude", "91", "Tọa độ"),
        ("latitude", "bắc", "Tọa độ"),
        ("latitude", "", "cả vĩ độ và kinh độ"),
        ("longitude", "", "cả vĩ độ và kinh độ"),
        ("hectares", "0", "từ 0,01"),
        ("gln", "123", "GLN gồm"),
        ("name", "", "Cần điền mục này"),
        ("kind", "moon", "Hãy chọn một mục"),
    ],
)
def test_a_place_that_cannot_be_is_told(manager, session, cast, field, typed, told):
    answer = manager.post("/coop/places/new", data=place(cast, **{field: typed}))
    assert answer.status_code == 422
    assert f'id="{field}-e"' in answer.text
    assert told in answer.text
    assert acts(session) == []


def test_a_strangers_place_does_not_exist(rival, session, cast, now):
    mine = factories.make_place(session, cast.cooperative_id, cast.unit_id, now)
    session.commit()
    for public_id in (mine.public_id, "ZZZZZZZZ"):
        assert rival.get(f"/coop/places/{public_id}").status_code == 404
        assert rival.post(f"/coop/places/{public_id}", data=place(cast)).status_code == 404
    assert acts(session) == []
