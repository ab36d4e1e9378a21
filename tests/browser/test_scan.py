"""A passer-by with a phone: scan, read, ask in another language, report, say "I have just bought this"."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LAPTOP, PHONE
from traceapp.domain.conformity import Verdict


@pytest.mark.parametrize("verdict", [verdict.value for verdict in Verdict])
def test_the_verdict_is_the_first_thing_read(served, open_page, shot, verdict):
    page = open_page((360, 640))
    answer = page.goto(served.stamp(verdict))
    assert answer is not None
    assert answer.status == (404 if verdict == "unknown" else 200)
    assert page.locator("main").get_attribute("data-verdict") == verdict
    band = page.get_by_role("status").first
    box = band.locator("b").first.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 640
    assert page.context.cookies() == []
    shot(page, f"tem-{verdict}")


@pytest.mark.parametrize("width", [320, 360, 390, 412, 768, 1024, 1280, 1440])
def test_nothing_is_cut_off_or_scrolls_sideways(served, open_page, width):
    page = open_page((width, 800), script=True)
    for verdict in ("valid_first", "recalled", "unknown"):
        page.goto(served.stamp(verdict))
        wide, seen = page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert wide <= seen


SMALL_TARGETS = """
[...document.querySelectorAll('a:not(.skip), button, input:not([type=checkbox]):not([type=radio])')]
  .filter(e => !e.closest('p, li') && e.offsetParent)
  .map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect().height])
  .filter(([, height]) => height && height < 44)
"""


def test_buttons_are_large_enough_for_a_thumb(served, open_page):
    page = open_page(script=True)
    page.goto(served.stamp("valid_repeat"))
    assert page.evaluate(SMALL_TARGETS) == []


@pytest.mark.parametrize(("language", "word"), [("en", "Valid stamp"), ("zh", "标签有效")])
def test_the_page_speaks_the_readers_language(served, open_page, shot, language, word):
    page = open_page()
    page.goto(served.stamp("valid_repeat"))
    page.get_by_role("link", name="EN" if language == "en" else "中文").click()
    assert page.locator("html").get_attribute("lang") == language
    assert word in page.get_by_role("status").first.inner_text()
    shot(page, f"tem-{language}")


def test_i_have_just_bought_this(served, open_page, shot):
    page = open_page()
    page.goto(served.stamp("valid_repeat"))
    page.get_by_role("button", name="Tôi vừa mua sản phẩm này").click()
    assert re.search("ghi nhận", page.locator("main").inner_text())
    shot(page, "vua-mua")


def test_a_problem_is_reported_without_an_account(served, open_page, shot):
    page = open_page()
    page.goto(served.stamp("not_activated"))
    page.get_by_role("link", name="Báo sản phẩm có vấn đề").first.click()
    shot(page, "bao-van-de")
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Gửi báo cáo").click()
    assert "Đã nhận báo cáo số" in page.locator("main").inner_text()
    shot(page, "da-nhan-bao-cao")


def test_a_typed_code_is_forgiven_its_shape(served, open_page, shot):
    page = open_page()
    serial = served.stamp("recalled").rsplit("/", 1)[1]
    page.goto(served.url)
    shot(page, "trang-dau")
    page.locator("[name=code]").fill(f"{serial[:4]}-{serial[4:8]}-{serial[8:]}".lower())
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_have_attribute("data-verdict", "recalled")


def test_the_first_page_on_a_laptop(served, open_page, shot):
    page = open_page(LAPTOP)
    page.goto(served.url)
    shot(page, "trang-dau-may-tinh")


def test_the_lot_and_the_product_have_pages_that_promise_nothing(served, open_page, shot):
    page = open_page(PHONE)
    lot = served.offer["lots"][0]
    for path in (f"/01/{lot['gtin']}", f"/01/{lot['gtin']}/10/{lot['code']}"):
        page.goto(served.url + path)
        assert "chính hãng" not in page.content()
        assert page.locator("main").get_attribute("data-verdict") is None
        shot(page, "lo" if "/10/" in path else "san-pham")
