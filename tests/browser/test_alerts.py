"""An inspector with a phone: what scans contradict, who looks after it, how it ends."""

from playwright.sync_api import expect

from tests.browser.conftest import LAPTOP, PHONE
from tests.browser.test_cooperative import sign_in


def test_an_alert_is_seen_taken_over_and_closed(served, open_page, shot):
    buyer = open_page(PHONE)
    for verdict in ("not_activated", "void", "recalled"):
        buyer.goto(served.stamp(verdict))
    page = open_page(PHONE)
    sign_in(page, served, "kiem-tra@example.com")
    shot(page, "canh-bao-trang-dau")
    page.get_by_role("link", name="3 cảnh báo đang mở").click()
    shot(page, "canh-bao-dien-thoai")
    page.get_by_role("button", name="Nhận xử lý").first.click()
    expect(page.locator("main")).to_contain_text("Bạn đang xử lý cảnh báo này.")
    page.locator("summary", has_text="Đóng cảnh báo").first.click()
    page.locator("textarea").first.fill("Đã đến cửa hàng, thu lại tem")
    shot(page, "canh-bao-dong")
    page.get_by_role("button", name="Xác nhận đóng").first.click()
    expect(page.locator("main")).to_contain_text("Đã đóng cảnh báo.")
    wide = open_page(LAPTOP)
    sign_in(wide, served, "kiem-tra@example.com")
    wide.goto(f"{served.url}/inspect/alerts")
    shot(wide, "canh-bao-may-tinh")
