"""An inspector with a phone: two actions from the box to the card; the province: two clicks to approve."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import LAPTOP, PHONE
from tests.browser.test_cooperative import sign_in


def test_a_certificate_number_shows_its_state(served, open_page, shot):
    page = open_page(PHONE)
    sign_in(page, served, "kiem-tra@example.com")
    shot(page, "thanh-tra-trang-dau")
    page.locator("[name=q]").fill("demo vietgap tt 00-00-00-0002")
    page.get_by_role("button", name="Kiểm tra").click()
    expect(page.get_by_role("status").first).to_contain_text("đình chỉ")
    shot(page, "thanh-tra-the")
    page.locator("[name=on]").fill("15/08/2026")
    page.get_by_role("button", name="Xem").click()
    expect(page.locator("main")).to_contain_text("Ngày 15/08/2026: còn hiệu lực")
    page.get_by_role("button", name="Băm lại ngay").click()
    expect(page.locator("main")).to_contain_text("Tệp còn nguyên vẹn")
    shot(page, "thanh-tra-bam-lai")


def test_a_stamp_leads_to_its_certificates(served, open_page, shot):
    page = open_page(LAPTOP)
    sign_in(page, served, "kiem-tra@example.com")
    page.locator("[name=q]").fill(served.stamp("certificate_suspended"))
    page.get_by_role("button", name="Kiểm tra").click()
    expect(page.locator("main")).to_contain_text(re.compile("[Đđ]ình chỉ"))
    shot(page, "thanh-tra-tem")


def test_a_number_nobody_filed_says_what_may_be_wrong(served, open_page, shot):
    page = open_page(PHONE)
    sign_in(page, served, "kiem-tra@example.com")
    page.locator("[name=q]").fill("KHONG-CO-SO-NAY")
    page.get_by_role("button", name="Kiểm tra").click()
    expect(page.locator("main")).to_contain_text("Nếu đây là số chứng nhận")
    shot(page, "thanh-tra-khong-thay")


def test_the_province_approves_in_two_clicks_and_the_stamps_come_alive(served, open_page, shot):
    page = open_page(LAPTOP)
    sign_in(page, served, "tinh@example.com")
    expect(page.locator("main")).to_contain_text("HTX Hồng Minh Họa (DEMO)")
    shot(page, "tinh-cho-duyet")
    row = page.get_by_role("listitem").filter(has_text="HTX Hồng Minh Họa (DEMO)")
    row.get_by_role("link", name=re.compile("Duyệt|Xem")).first.click()
    shot(page, "tinh-duyet")
    page.get_by_role("button", name=re.compile("Duyệt")).first.click()
    phone = open_page()
    phone.goto(served.stamp("awaiting_approval"))
    assert phone.locator("main").get_attribute("data-verdict") == "not_activated"
    page.goto(f"{served.url}/province/journal")
    expect(page.locator("main")).to_contain_text("HTX Hồng")
    shot(page, "tinh-nhat-ky")
