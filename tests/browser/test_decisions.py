"""A certification body's officer decides on a telephone, and a buyer's page says so."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.test_cooperative import sign_in


def decide(page: Page, kind: str, **typed: str) -> None:
    """Type a decision on the certificate's page and confirm it."""
    form = page.locator(f"form[action*={kind}]")
    if not form.locator("button").is_visible():
        page.locator("details", has=form).locator("summary").click()
    for name, value in typed.items():
        form.locator(f"[name={kind}-{name}]").fill(value)
    form.locator("button").click()


@pytest.fixture
def officer(served, open_page):
    page = open_page(PHONE)
    sign_in(page, served, "chung-nhan@example.com")
    return page


def certificate(page: Page, served, number: str) -> str:
    page.goto(f"{served.url}/body")
    page.get_by_role("link", name=number).first.click()
    return page.url


@pytest.mark.parametrize(
    ("kind", "number", "becomes"),
    [
        ("withdrawal", "DEMO-FSMS-0001", "đã bị thu hồi"),
        ("cancellation", "DEMO-VietGAP-TT-00-00-00-0001", "đã bị hủy"),
    ],
)
def test_a_last_decision_needs_its_reason_and_is_the_last(
    served, officer, open_page, shot, kind, number, becomes
):
    address = certificate(officer, served, number)
    today = officer.locator(f"[name={kind}-from_on]").input_value()
    decide(officer, kind, document_number="DEMO 45/QĐ")
    expect(officer.locator(f"form[action*={kind}]")).to_contain_text("Cần điền mục này")
    assert officer.locator(f"[name={kind}-document_number]").input_value() == "DEMO 45/QĐ"
    assert officer.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    shot(officer, f"quyet-dinh-{kind}-thieu")
    decide(officer, kind, reason="Quyết định minh họa (demo).", from_on="31/12/2099")
    expect(officer.locator(f"form[action*={kind}]")).to_contain_text("31/12/2099")
    decide(officer, kind, from_on=today)
    expect(officer.locator("main")).to_contain_text(f"Hôm nay: {becomes}")
    expect(officer.locator("main")).to_contain_text("Đã có quyết định cuối cùng")
    shot(officer, f"quyet-dinh-{kind}")
    buyer = open_page(PHONE)
    buyer.goto(re.sub("/body/", "/", address))
    expect(buyer.locator("main")).to_contain_text(becomes.removeprefix("đã bị "))
