"""A form whose session ended while it stood open gives back what was typed, to our own pages only."""

import pytest
from sqlalchemy import select

from tests.web.looking import acts, look
from traceapp.models import TradeItem

TYPED = {"name_vi": "Na dai gõ lâu lắm", "category": "fresh_fruit", "net_content": "1,5", "net_unit": "KGM"}
ELSEWHERE = "https://evil.example"


@pytest.fixture
def here(app):
    """The origin of our own pages, with tokens asked for as outside the tests."""
    app.config.update(WTF_CSRF_ENABLED=True)
    return f"https://{app.config['SERVER_NAME']}"


@pytest.fixture
def manager(browser_of, cast):
    """The cooperative's manager, signed in."""
    return browser_of(cast.manager)


def send(browser, origin, **more):
    headers = {"Origin": origin, "Referer": f"{origin}/coop/items/new"} | more.pop("headers", {})
    return browser.post("/coop/items/new", data=TYPED | more, headers=headers)


def test_who_signed_in_anew_meanwhile_sends_it_again(manager, session, here):
    kept = send(manager, here, csrf_token="of-an-earlier-session")
    assert kept.status_code == 400
    assert "Chưa lưu được, chữ bạn gõ vẫn còn" in kept.text
    assert 'name="name_vi" value="Na dai gõ lâu lắm"' in kept.text
    assert "of-an-earlier-session" not in kept.text
    assert acts(session) == []
    token = kept.text.split('name="csrf_token" value="')[1].split('"')[0]
    assert send(manager, here, csrf_token=token).status_code == 303
    assert [item.name_vi for item in look(session, select(TradeItem))] == ["Na dai gõ lâu lắm"]


def test_who_is_signed_out_is_shown_the_door_beside_what_was_typed(passer_by, here):
    kept = send(passer_by, here)
    assert kept.status_code == 400
    assert 'target="_blank">Đăng nhập ở thẻ mới' in kept.text
    assert "Na dai gõ lâu lắm" in kept.text


def test_a_session_ended_elsewhere_keeps_it_too(passer_by, here, app):
    app.config.update(WTF_CSRF_ENABLED=False)
    kept = send(passer_by, here)
    assert kept.status_code == 401
    assert "Na dai gõ lâu lắm" in kept.text


@pytest.mark.parametrize("origin", [ELSEWHERE, "null"])
def test_a_page_of_another_host_gets_nothing_to_press(manager, session, here, origin):
    refused = send(manager, origin)
    assert refused.status_code == 400
    assert "Na dai" not in refused.text
    assert "Chưa gửi được" in refused.text
    assert acts(session) == []


def test_a_password_is_never_handed_back(passer_by, here):
    refused = passer_by.post(
        "/account/sign-in",
        data={"login": "mai@example.com", "password": "hoa hồi tháng chín"},
        headers={"Origin": here, "Referer": f"{here}/account/sign-in"},
    )
    assert refused.status_code == 400
    assert "tháng chín" not in refused.text


def test_a_script_of_ours_is_told_in_a_word_it_knows(manager, here):
    told = send(manager, here, headers={"Accept": "application/json"})
    assert (told.status_code, told.json) == (400, {"code": "form_too_old"})
