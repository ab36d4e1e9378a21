"""One's own account: name, language, password; and the first party."""

import pytest
from sqlalchemy import select

from tests import factories
from tests.web.looking import acts, look
from traceapp.models import Account, Membership, Party

NEW = "rừng hồi xanh mát"


@pytest.fixture
def manager(browser_of, cast):
    return browser_of(cast.manager)


@pytest.fixture
def newcomer(passer_by):
    told = {"display_name": "Mai", "login": "0987654321", "password": "hoa hồi tháng chín"}
    passer_by.post("/account/sign-up", data=told)
    return passer_by


PARTY = {
    "kind": "cooperative", "name_vi": "HTX Hồi Xanh Thử", "tax_code": "0100233488", "street": "Thôn Một",
    "phone": "0205 3812 345",
}  # fmt: skip


def party(cast, **more):
    return PARTY | {"admin_unit": str(cast.unit_id)} | more


def test_the_account_page_says_for_whom_one_acts(manager):
    page = manager.get("/account/").text
    assert "HTX Mẫu Sơn Thử" in page
    assert "người quản lý" in page
    assert manager.get("/account").status_code == 200


def test_name_and_language_can_be_changed(manager, session, cast):
    answer = manager.post("/account/", data={"display_name": "Lan Hương", "language": "en"})
    assert answer.status_code == 303
    account = look(session, select(Account).where(Account.id == cast.manager.account_id))[0]
    assert (account.display_name, account.language) == ("Lan Hương", "en")
    assert manager.post("/account/", data={"display_name": "Lan Hương", "language": "en"}).status_code == 303
    assert acts(session) == ["changed_account"]  # said again unchanged, it leaves no entry
    assert '<html lang="en">' in manager.get("/account/").text


@pytest.mark.parametrize("name", ["", "x" * 121, "Lan\u202eMai"])
def test_a_name_must_be_a_name(manager, session, name):
    answer = manager.post("/account/", data={"display_name": name, "language": "vi"})
    assert answer.status_code == 422
    assert acts(session) == []


def test_a_new_password_ends_every_other_session(manager, browser_of, cast, session):
    elsewhere = browser_of(cast.manager)
    assert elsewhere.get("/coop/").status_code == 200
    answer = manager.post("/account/password", data={"old_password": factories.PASSWORD, "password": NEW})
    assert answer.status_code == 303
    assert manager.get("/coop/").status_code == 200
    assert elsewhere.get("/coop/").status_code == 303
    assert acts(session) == ["changed_password"]


def test_signing_out_elsewhere_ends_a_copied_session_and_leaves_this_one(
    app, manager, browser_of, cast, session
):
    form = {"login": cast.manager.login, "password": factories.PASSWORD}
    here, copied = app.test_client(), app.test_client(use_cookies=False)
    taken = here.post("/account/sign-in", data=form).headers["Set-Cookie"].partition(";")[0]
    here.post("/account/sign-out")
    assert copied.get("/coop/", headers={"Cookie": taken}).status_code == 200  # signing out forgets, no more
    assert manager.get("/account/sessions/end").status_code == 405
    assert manager.post("/account/sessions/end").status_code == 303
    assert manager.get("/coop/").status_code == 200
    assert copied.get("/coop/", headers={"Cookie": taken}).status_code == 303
    assert browser_of(cast.manager).get("/coop/").status_code == 303
    assert manager.post("/account/sessions/end").status_code == 303
    assert acts(session) == ["ended_sessions"] * 2


def test_nobody_else_ends_ones_sessions(passer_by, manager):
    assert passer_by.post("/account/sessions/end").status_code == 303
    assert manager.get("/coop/").status_code == 200


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("sai mật khẩu", NEW, "Mật khẩu hiện tại không đúng"),
        (factories.PASSWORD, "ngắn", "ít nhất 8 ký tự"),
        (factories.PASSWORD, "0912000001", "không được trùng"),
    ],
)
def test_a_password_change_that_is_refused_changes_nothing(manager, session, old, new, told):
    answer = manager.post("/account/password", data={"old_password": old, "password": new})
    assert answer.status_code == 422
    assert told in answer.text
    assert acts(session) == []


def test_a_stranger_has_no_account_page(passer_by):
    for path in ("/account/", "/account/password", "/account/party"):
        assert passer_by.get(path).status_code == 303


def test_a_newcomer_registers_a_party_and_manages_it(newcomer, session, cast):
    answer = newcomer.post("/account/party", data=party(cast))
    assert (answer.status_code, answer.location) == (303, "/coop/items/new")
    made = look(session, select(Party).where(Party.tax_code == "0100233488"))[0]
    assert made.phone == "+842053812345"
    assert made.state.value == "draft"
    member = look(session, select(Membership).where(Membership.party_id == made.id))[0]
    assert member.role.value == "manager"
    assert acts(session) == ["signed_up", "registered_party"]
    assert newcomer.get("/coop/").status_code == 200


def test_registering_twice_is_registering_once(newcomer, session, cast):
    newcomer.post("/account/party", data=party(cast))
    again = newcomer.post("/account/party", data=party(cast))
    assert (again.status_code, again.location) == (303, "/coop/")
    assert acts(session).count("registered_party") == 1


@pytest.mark.parametrize("code", ["0100233488", "001099123456", "0100233488-001", "0100233488 001"])
def test_tax_codes_of_companies_branches_and_persons_pass(newcomer, cast, code):
    assert newcomer.post("/account/party", data=party(cast, tax_code=code)).status_code == 303


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("tax_code", "0100233480", "không đúng số kiểm tra"),
        ("tax_code", "٠١٠٠٢٣٣٤٨٨", "Mã số thuế gồm"),
        ("name_vi", "", "Cần điền mục này"),
        ("name_vi", "H" * 201, "tối đa 200"),
        ("name_vi", "HTX \u202eThử", "từ phải sang trái"),
        ("phone", "abc", "không phải là số điện thoại"),
        ("admin_unit", "999999", "Hãy chọn xã"),
        ("kind", "authority", "Hãy chọn một mục"),
    ],
)
def test_a_party_that_cannot_be_is_told_beside_the_field(newcomer, session, cast, field, typed, told):
    answer = newcomer.post("/account/party", data=party(cast, **{field: typed}))
    assert answer.status_code == 422
    assert f'id="{field}-e"' in answer.text
    assert told in answer.text
    assert "Thôn Một" in answer.text
    assert "registered_party" not in acts(session)


def test_a_tax_code_of_another_is_refused(newcomer, session, cast):
    session.get_one(Party, cast.rival_id).tax_code = "0100233488"
    session.commit()
    answer = newcomer.post("/account/party", data=party(cast))
    assert answer.status_code == 422
    assert 'id="tax_code-e"' in answer.text
    assert "đã có đơn vị khác đăng ký" in answer.text
    assert "registered_party" not in acts(session)


def test_an_inspector_registers_no_party(browser_of, cast, session):
    answer = browser_of(cast.inspector).post("/account/party", data=party(cast))
    assert answer.status_code == 303
    assert acts(session) == []
