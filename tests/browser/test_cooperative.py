"""A cooperative's first hour: sign up, register, a product, a lot, a sheet of stamps that scan."""

import re
import subprocess
import time
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import LAPTOP, PHONE


def sign_in(page: Page, served, login: str) -> None:
    page.goto(f"{served.url}/account/sign-in")
    page.get_by_label("Điện thoại hoặc e-mail").fill(login)
    page.get_by_label("Mật khẩu", exact=False).first.fill(served.password)
    page.get_by_role("button", name="Đăng nhập").click()


def decoded(pdf: bytes, pages: int) -> set[str]:
    """The codes of a sheet, read by a program that knows nothing of this project."""
    drawn = subprocess.run(
        ["pdftoppm", "-r", "300", "-gray", "-png", "-l", str(pages), "-"],
        input=pdf,
        capture_output=True,
        check=True,
    ).stdout
    end = b"IEND\xaeB`\x82"
    pictures = [part + end for part in drawn.split(end) if part]
    return {
        code.text
        for picture in pictures
        for code in zxingcpp.read_barcodes(
            Image.open(BytesIO(picture)), formats=zxingcpp.BarcodeFormat.QRCode
        )
    }


def count_fields(page: Page) -> int:
    """How many fields stand open on the screen; a group of pictures to choose from is one."""
    boxes = page.locator(
        "main input:not([type=hidden], [type=radio], [type=checkbox]), main select, main textarea"
    )
    groups = {
        radio.get_attribute("name")
        for radio in page.locator("main input[type=radio]").all()
        if radio.is_visible()
    }
    return sum(box.is_visible() for box in boxes.all()) + len(groups)


def wait_for_files(page: Page, seconds: int = 60) -> None:
    """The progress page reloads itself; without script the test reloads it."""
    deadline = time.monotonic() + seconds
    while not page.get_by_role("link", name=re.compile("Tải")).count():
        assert time.monotonic() < deadline, page.locator("main").inner_text()
        page.wait_for_timeout(500)
        page.reload()


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_from_sign_up_to_a_printed_sheet_that_scans(served, open_page, shot, size):
    page, name = open_page(size), "dt" if size == PHONE else "mt"
    fields: list[int] = []
    mark = f"{time.time_ns() % 10**8:08d}"
    page.goto(f"{served.url}/account/sign-up")
    page.locator("[name=display_name]").fill("Chị Mai")
    page.locator("[name=login]").fill(f"mai{mark}@example.com")
    page.locator("[name=password]").fill("rung-hoi-xanh-2026")
    fields.append(count_fields(page))
    shot(page, f"htx-1-tao-tai-khoan-{name}")
    page.get_by_role("button", name="Tiếp tục").click()
    page.locator("[name=name_vi]").fill(f"HTX Mai Thử {mark}")
    page.locator("[name=tax_code]").fill(f"0010{mark}")
    page.locator("[name=admin_unit]").select_option(index=1)
    page.locator("[name=phone]").fill("0912 345 678")
    fields.append(count_fields(page))
    shot(page, f"htx-2-hop-tac-xa-{name}")
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_role("link", name="Mật ong", exact=True).click()
    page.locator("[name=name_vi]").fill("Mật ong rừng Thử")
    page.locator("[name=net_content]").fill("500")
    fields.append(count_fields(page))
    shot(page, f"htx-3-san-pham-{name}")
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.locator("[name=code]")).to_have_value(re.compile(r"L\d{6}A"))
    fields.append(count_fields(page))
    shot(page, f"htx-4-lo-{name}")
    page.get_by_role("button", name="Tiếp tục").click()
    fields.append(count_fields(page))
    shot(page, f"htx-5-chon-tem-{name}")
    page.locator("[name=n]").first.fill("65")
    page.get_by_role("button", name="In tem", exact=True).click()
    assert len(fields) <= 9
    assert sum(fields) <= 25
    wait_for_files(page)
    shot(page, f"htx-6-tep-in-{name}")
    with page.expect_download() as waiting:
        page.get_by_role("link", name=re.compile("Tải")).first.click()
    uris = decoded(waiting.value.path().read_bytes(), 1)
    assert len(uris) == 65
    page.get_by_role("link", name="Sang kích hoạt tem").click()
    shot(page, f"htx-7-kich-hoat-{name}")
    phone = open_page()
    phone.goto(next(iter(uris)))
    assert phone.locator("main").get_attribute("data-verdict") == "awaiting_approval"


def test_the_home_page_says_what_to_do(served, open_page, shot):
    for size, name in ((PHONE, "dt"), (LAPTOP, "mt")):
        page = open_page(size)
        sign_in(page, served, "htx-ruou@example.com")
        expect(page.get_by_role("heading", name="Cần làm tuần này")).to_be_visible()
        shot(page, f"htx-trang-chu-{name}")
