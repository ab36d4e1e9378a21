"""Stopping more or less than a lot, on a telephone: a whole product, one stamp of a roll; letting it go."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.test_cooperative import sign_in

DRIED = "09520009020027"  # the demo's dried custard apples


def verdict(page: Page, uri: str) -> str | None:
    page.goto(uri)
    return page.locator("main").get_attribute("data-verdict")


def stamps_of(served, gtin: str) -> list[str]:
    return [told["uri"] for told in served.offer["stamps"] if f"/01/{gtin}/" in told["uri"]]


def propose(page: Page, reason: str, told: str) -> str:
    """Below the look at how far it reaches; the address of the proposal."""
    expect(page.locator("#look")).to_be_visible()
    page.get_by_label("Đề nghị thu hồi").check()
    page.get_by_label(reason).check()
    page.get_by_label("Lời nhắn cho người mua").fill(told)
    page.get_by_role("button", name="Xác nhận").click()
    expect(page.locator("main")).to_contain_text("chờ người thứ hai duyệt", ignore_case=True)
    return page.url


def confirm(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("summary", has_text="Duyệt thu hồi").click()
    page.get_by_role("button", name="Xác nhận duyệt thu hồi").click()
    expect(page.locator("main")).to_contain_text("Đã duyệt thu hồi")


def test_a_product_is_recalled_by_two_and_the_recall_ends(served, open_page, shot):
    inspector, officer, buyer = (open_page(PHONE) for _ in range(3))
    sign_in(inspector, served, "kiem-tra@example.com")
    sign_in(officer, served, "tinh@example.com")
    dried = stamps_of(served, DRIED)
    inspector.goto(f"{served.url}/inspect/restrict?q={DRIED}")
    inspector.get_by_label("Cả sản phẩm").check()
    inspector.get_by_role("button", name="Xem phạm vi").click()
    expect(inspector.locator("#look")).to_contain_text("2 lô")
    shot(inspector, "thu-hoi-san-pham")
    address = propose(inspector, "Nhãn sai", "Mang trả lại nơi bán.")
    assert "recalled" not in {verdict(buyer, uri) for uri in dried}
    confirm(officer, address)
    assert {verdict(buyer, uri) for uri in dried} == {"recalled"}
    expect(buyer.locator("main")).to_contain_text("Mang trả lại nơi bán.")
    officer.get_by_role("link", name="Kết thúc thu hồi").click()
    row = officer.get_by_role("listitem").filter(has_text="Na sấy")
    row.locator("summary", has_text="Kết thúc thu hồi").click()
    row.get_by_label("tiêu hủy").check()
    row.get_by_label("Số lượng thu hồi được").fill("12,5")
    row.get_by_label("Trong đó đã xử lý").fill("13")
    row.get_by_role("button", name="Xác nhận kết thúc").click()
    expect(officer.locator(".invalid-feedback")).to_contain_text("12,5")
    shot(officer, "thu-hoi-ket-thuc")
    row = officer.get_by_role("listitem").filter(has_text="Na sấy")
    row.get_by_label("Trong đó đã xử lý").fill("12,5")
    row.get_by_role("button", name="Xác nhận kết thúc").click()
    expect(officer.locator("main")).to_contain_text("Đã kết thúc thu hồi.")
    assert "recalled" not in {verdict(buyer, uri) for uri in dried}
    buyer.goto(f"{served.url}/recalls")
    buyer.get_by_role("link", name="Đã kết thúc").click()
    expect(buyer.locator("main")).to_contain_text("Na sấy")


def test_one_stamp_is_recalled_and_its_neighbours_are_not(served, open_page, shot):
    inspector, officer, buyer = (open_page(PHONE) for _ in range(3))
    sign_in(inspector, served, "kiem-tra@example.com")
    sign_in(officer, served, "tinh@example.com")
    first, neighbour = served.stamp("valid_first"), served.stamp("valid_repeat")
    inspector.goto(f"{served.url}/inspect/restrict?q={first}")
    inspector.get_by_label("Một đợt tem").check()
    inspector.locator("summary", has_text="Chọn đợt tem").click()
    inspector.get_by_label("Từ tem").fill(first)
    inspector.get_by_label("Đến tem").fill(first)
    inspector.get_by_role("button", name="Xem phạm vi").click()
    expect(inspector.locator("#look")).to_contain_text("1 tem, 1 đã kích hoạt")
    shot(inspector, "thu-hoi-doan-tem")
    confirm(officer, propose(inspector, "Nghi mất an toàn", "Chỉ con tem này."))
    assert verdict(buyer, first) == "recalled"
    assert verdict(buyer, neighbour) != "recalled"


def test_a_hold_is_lifted_with_a_reason(served, open_page, shot):
    officer, buyer = open_page(PHONE), open_page(PHONE)
    sign_in(officer, served, "tinh@example.com")
    held = served.stamp("on_hold")
    assert verdict(buyer, held) == "on_hold"
    officer.goto(f"{served.url}/province/restrictions")
    row = officer.get_by_role("listitem").filter(has_text="L260730A")
    row.locator("summary", has_text="Gỡ tạm dừng").click()
    row.get_by_label("Vì sao gỡ").fill("Mẫu đạt (demo)")
    shot(officer, "go-tam-dung")
    row.get_by_role("button", name="Xác nhận gỡ").click()
    expect(officer.locator("main")).to_contain_text("Đã gỡ tạm dừng.")
    assert (verdict(buyer, held) or "").startswith("valid_")
