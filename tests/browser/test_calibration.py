"""Căn chỉnh máy in on a phone and a laptop: from the warning on an order to stamps in their places."""

import re
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LAPTOP, PHONE
from tests.browser.test_cooperative import count_fields, decoded, sign_in, wait_for_files

READ = {"a": "0,5", "b": "-0.5", "c": "1", "d": "−0,5"}


def words(path: Path) -> str:
    """The text of a PDF, by a program that knows nothing of this project."""
    told = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=True, text=True).stdout
    return re.sub(r"\s+", " ", told)


def taken(page: Page, name: str) -> Path:
    """What a link downloads."""
    with page.expect_download() as waiting:
        page.get_by_role("link", name=name).first.click()
    return waiting.value.path()


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_from_the_warning_to_stamps_that_land_in_their_places(served, open_page, shot, size):
    page, mark = open_page(size), "dt" if size == PHONE else "mt"
    name = f"Canon 2900 ở văn phòng {mark}"
    sign_in(page, served, "htx-ruou@example.com")
    page.goto(f"{served.url}/coop/stamps/new")
    lot = re.search(r"lot=(\w+)", page.content())[1]
    page.goto(f"{served.url}/coop/stamps/new?lot={lot}&medium=tomy-145&n=130&p=")
    expect(page.locator("main")).to_contain_text("máy in chưa căn chỉnh với khổ này")
    shot(page, f"can-chinh-1-dat-in-{mark}")
    page.get_by_role("button", name="Căn chỉnh máy in").last.click()
    if "/printers/new" not in page.url:  # the journey before this one left its printer
        page.get_by_role("link", name="Thêm máy in").click()
    page.get_by_label("Tên máy in").fill(name)
    shot(page, f"can-chinh-2-ten-may-{mark}")
    page.get_by_role("button", name="Tiếp tục").click()
    assert count_fields(page) == 6  # the paper, four numbers, the ruler
    sheet = words(taken(page, "Tải tờ căn chỉnh"))
    assert "Thước này phải dài đúng 100 mm" in sheet
    assert all(letter in sheet.split() for letter in "ABCD")
    page.locator("[name=a]").fill("7")
    page.get_by_role("button", name="Tính và in lại để so").click()
    expect(page).to_have_title(re.compile("^Lỗi:"))
    shot(page, f"can-chinh-3-loi-{mark}")
    for comb, number in READ.items():
        page.locator(f"[name={comb}]").fill(number)
    page.get_by_role("button", name="Tính và in lại để so").click()
    expect(page.locator("main")).to_contain_text("sang phải 0,5 mm")
    shot(page, f"can-chinh-4-in-lai-{mark}")
    version = re.search(r"căn chỉnh (\w{8})", words(taken(page, "Tải tờ so")))[1]
    page.get_by_role("link", name="Chưa khớp, đo lại").click()
    expect(page.locator("main")).to_contain_text(version)
    for comb in READ:
        page.locator(f"[name={comb}]").fill("0,1")
    page.get_by_role("button", name="Tính và in lại để so").click()
    page.get_by_role("button", name="Khớp rồi").click()
    expect(page.locator("main")).to_contain_text(f"Đã căn chỉnh {name}")
    expect(page.locator("main")).not_to_contain_text("máy in chưa căn chỉnh với khổ này")
    expect(page.locator("select:visible option:checked")).to_contain_text(name)
    shot(page, f"can-chinh-5-ve-dat-in-{mark}")
    page.get_by_role("button", name="In tem", exact=True).click()
    wait_for_files(page)
    shot(page, f"can-chinh-6-tep-in-{mark}")
    pdf = taken(page, "Tải")
    used = re.search(rf"{name}, căn chỉnh (\w{{8}})", page.locator("main").inner_text())[1]
    assert used != version
    assert f"căn chỉnh {used}" in words(pdf)
    assert len(decoded(pdf.read_bytes(), 1)) == 65


def test_a_printer_measured_wrong_goes_back_and_one_deleted_comes_back(served, open_page, shot):
    page = open_page(PHONE)
    sign_in(page, served, "htx-na@example.com")
    page.goto(f"{served.url}/coop/printers")
    shot(page, "can-chinh-7-chua-co-may")
    page.get_by_role("link", name="Thêm máy in").click()
    page.get_by_label("Tên máy in").fill("Xprinter ở kho")
    page.get_by_label("Loại máy").select_option("thermal-203")
    page.get_by_role("button", name="Tiếp tục").click()
    for number in ("0", "1"):
        for comb in "abcd":
            page.locator(f"[name={comb}]").fill(number)
        page.get_by_role("button", name="Tính và in lại để so").click()
        page.get_by_role("button", name="Khớp rồi").click()
        if number == "0":
            page.get_by_role("link", name="Đo lại").click()
    page.get_by_text("1 lần trước").click()
    shot(page, "can-chinh-8-danh-sach")
    page.get_by_role("button", name="Dùng lại lần này").click()
    expect(page.locator("main")).to_contain_text("2 lần trước")
    page.get_by_role("button", name="Xóa máy này").click()
    expect(page.locator("main")).to_contain_text("Đã xóa máy in Xprinter ở kho")
    shot(page, "can-chinh-9-da-xoa")
    page.get_by_role("button", name="Hoàn tác").click()
    expect(page.get_by_role("heading", name="Xprinter ở kho")).to_be_visible()
