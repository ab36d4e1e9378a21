"""A field record on a telephone: three taps to hold, and a net that comes and goes (bars B9 and B19)."""

import re
import sqlite3
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import PHONE, Served
from tests.browser.test_cooperative import sign_in


@pytest.fixture
def telephone(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser with script whose net may be taken away: failing requests are what it is for."""
    context = chromium.new_context(
        viewport={"width": PHONE[0], "height": PHONE[1]}, locale="vi-VN", accept_downloads=True
    )
    refused: list[str] = []
    context.on("console", lambda said: refused.append(said.text) if "Content Security" in said.text else None)
    yield context
    context.close()
    assert refused == []


def begin(page: Page, served: Served) -> str:
    if served.cookies:
        page.context.add_cookies(served.cookies)
    else:
        sign_in(page, served, "kiem-tra@example.com")
        page.wait_for_url(re.compile("/inspect"))
        served.cookies.extend(page.context.cookies())
    page.goto(f"{served.url}/inspect/inspections")
    page.get_by_role("button", name="Ghi nhận kiểm tra mới").click()
    page.wait_for_url(re.compile("/inspections/[0-9A-Z]{8}$"))
    return page.url


def ready(page: Page) -> None:
    """The pages of the draft are kept on the telephone."""
    expect(page.locator("#keeping[data-ready=yes]")).to_have_count(1, timeout=20_000)


def kept(page: Page) -> list[dict]:
    """What the telephone holds."""
    return page.evaluate(
        """() => new Promise((good) => {
            const asked = indexedDB.open("inspections", 1);
            asked.onsuccess = () => {
                const all = asked.result.transaction("steps").objectStore("steps").getAll();
                all.onsuccess = () => { asked.result.close(); good(all.result.map((one) =>
                    ({page: one.page, state: one.state, fields: one.fields.map(([name]) => name)}))); };
            };
        })"""
    )


def test_a_draft_survives_a_reload_without_a_net_and_is_sent_once(served, telephone, shot):
    page = telephone.new_page()
    record = begin(page, served)
    sent: list[str] = []
    page.on("request", lambda asked: sent.append(asked.url) if asked.method == "POST" else None)
    page.goto(f"{record}/place")
    ready(page)

    telephone.set_offline(True)
    page.locator("[name=site_name]").fill("Quầy số 7")
    page.locator("[name=commune]").fill("xã Gõ Dở")
    expect(page.locator("#keeping")).to_contain_text("đang được giữ trên máy này")
    page.reload()
    expect(page.locator("[name=site_name]")).to_have_value("Quầy số 7")
    expect(page.locator("[name=commune]")).to_have_value("xã Gõ Dở")
    shot(page, "bien-ban-mat-mang")

    page.get_by_role("button", name="Lưu và sang bước sau").click()
    page.wait_for_url("**/people")  # a page that was never opened with a net
    expect(page.locator("#keeping")).to_contain_text("Mất mạng")
    page.goto(f"{record}/place")
    expect(page.locator("[name=commune]")).to_have_value("xã Gõ Dở")
    page.locator("[name=commune]").fill("xã Gõ Xong")
    page.get_by_role("button", name="Lưu và sang bước sau").click()
    page.wait_for_url("**/people")
    page.goto(f"{record}/goods")
    page.locator("[name=named]").fill("Rượu không nhãn")
    page.get_by_role("button", name="Lưu mặt hàng này").click()
    expect(page.locator("#keeping")).to_contain_text("Mất mạng")
    expect(page.locator("[name=named]")).to_have_value("")
    page.locator("[name=named]").fill("Hồi khô")
    page.get_by_role("button", name="Lưu mặt hàng này").click()
    expect(page.locator("[name=named]")).to_have_value("")
    page.goto(f"{record}/result")
    page.locator("[name=findings]").fill("Nhãn thiếu xuất xứ")
    page.get_by_role("button", name="Lưu và sang bước sau").click()
    page.wait_for_url("**/signing")
    page.reload()
    expect(page.locator("#keeping")).to_contain_text("Mất mạng")
    assert [one["state"] for one in kept(page)] == ["ready"] * 5
    # Where nothing got through nothing was written: what failed is not counted.
    sent.clear()

    telephone.set_offline(False)
    expect(page.locator("#keeping")).to_contain_text("Đã gửi xong", timeout=15_000)
    assert kept(page) == []
    steps = ["place", "place", "goods", "goods", "result"]
    assert sent == [f"{record}/{step}" for step in steps]
    page.goto(record)
    told = page.locator("main")
    for said in ("Quầy số 7", "xã Gõ Xong", "Rượu không nhãn", "Hồi khô", "Nhãn thiếu xuất xứ"):
        expect(told.get_by_text(said)).to_have_count(1)
    page.goto(f"{record}/place")
    ready(page)
    page.reload()
    assert len(sent) == len(steps)
    assert saves(served) == steps


def saves(served: Served) -> list[str]:
    """The steps the server wrote under a key, in order."""
    with sqlite3.connect(f"file:{served.database}?mode=ro", uri=True) as registry:
        return [step for (step,) in registry.execute("SELECT step FROM inspection_save ORDER BY id")]


def test_goods_are_changed_with_and_without_a_net(served, telephone):
    page = telephone.new_page()
    record = begin(page, served)
    page.goto(f"{record}/goods")
    page.locator("[name=named]").fill("Rượu")
    page.get_by_role("button", name="Lưu mặt hàng này").click()
    page.get_by_role("link", name="Sửa Rượu").click()
    page.locator("[name=named]").fill("Rượu men lá")
    page.get_by_role("button", name="Lưu mặt hàng này").click()
    page.wait_for_url("**/goods")
    page.get_by_role("link", name="Sửa Rượu men lá").click()
    ready(page)
    telephone.set_offline(True)
    page.locator("[name=named]").fill("Rượu men lá 500 ml")
    page.get_by_role("button", name="Lưu mặt hàng này").click()
    page.wait_for_url("**/goods")
    expect(page.locator("#keeping")).to_contain_text("Mất mạng")
    telephone.set_offline(False)
    expect(page.locator("#keeping")).to_contain_text("Đã gửi xong", timeout=15_000)
    page.goto(record)
    expect(page.get_by_text("Rượu men lá 500 ml")).to_have_count(1)


def test_an_answer_that_was_lost_on_the_way_is_asked_for_again_and_nothing_is_written_twice(
    served, telephone
):
    page = telephone.new_page()
    record = begin(page, served)
    page.goto(f"{record}/goods")
    ready(page)
    lost = []

    def lose_the_answer(route):
        if route.request.method == "POST" and not lost:
            lost.append(route.request.url)
            route.fetch()  # it reaches the server ...
            route.abort("connectionreset")  # ... whose answer does not come back
        else:
            route.continue_()

    page.route("**/goods", lose_the_answer)
    page.locator("[name=named]").fill("Rượu một lần")
    page.get_by_role("button", name="Lưu mặt hàng này").click()
    expect(page.locator("#keeping")).to_contain_text("Mất mạng")
    assert lost
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("#keeping")).to_contain_text("Đã gửi xong")
    page.goto(record)
    expect(page.get_by_text("Rượu một lần")).to_have_count(1)


def test_photos_wait_on_the_telephone_too(served, telephone, tmp_path):
    from PIL import Image

    page = telephone.new_page()
    record = begin(page, served)
    page.goto(f"{record}/photos")
    ready(page)
    files = []
    for number in (5, 1, 4, 2, 3):
        files.append(tmp_path / f"anh-{number}.jpg")
        Image.new("RGB", (60 * number, 40), "#a63").save(files[-1])
    telephone.set_offline(True)
    page.locator("[name=photos]").set_input_files(files)
    page.get_by_role("button", name="Gửi ảnh").click()
    expect(page.locator("#keeping")).to_contain_text("Mất mạng")
    page.reload()
    assert len(kept(page)) == 5
    telephone.set_offline(False)
    expect(page.locator("#keeping")).to_contain_text("Đã gửi xong", timeout=15_000)
    page.goto(f"{record}/photos")
    expect(page.locator("figure")).to_have_count(5)
    for figure in page.locator("figure").all():
        figure.scroll_into_view_if_needed()
        expect(figure.locator("img")).to_have_js_property("complete", True)
    widths = page.locator("figure img").evaluate_all("(all) => all.map((one) => one.naturalWidth)")
    assert widths == [300, 60, 240, 120, 180]  # numbered as they were chosen


def test_photos_wait_for_who_was_signed_out_meanwhile(served, telephone, tmp_path):
    from PIL import Image

    page = telephone.new_page()
    record = begin(page, served)
    page.goto(f"{record}/photos")
    ready(page)
    elsewhere = telephone.new_page()
    elsewhere.goto(f"{served.url}/account")
    elsewhere.get_by_role("button", name="Đăng xuất", exact=True).click()
    photo = tmp_path / "a.jpg"
    Image.new("RGB", (80, 60), "white").save(photo)
    page.locator("input[type=file]").set_input_files(photo)
    page.get_by_role("button", name="Gửi ảnh").click()
    expect(page.locator("#keeping")).to_contain_text("Xin đăng nhập lại")
    sign_in(elsewhere, served, "kiem-tra@example.com")
    page.reload()
    expect(page.locator("#keeping")).to_contain_text("Đã gửi xong")
    page.reload()
    expect(page.locator("figure")).to_have_count(1)


def test_a_bad_photo_is_named_and_the_good_one_is_kept(served, telephone, tmp_path):
    from PIL import Image

    page = telephone.new_page()
    record = begin(page, served)
    page.goto(f"{record}/photos")
    good, bad = tmp_path / "tot.jpg", tmp_path / "hong.jpg"
    Image.new("RGB", (60, 40), "#a63").save(good)
    bad.write_bytes(b"<svg/>")
    page.locator("[name=photos]").set_input_files([bad, good])
    page.get_by_role("button", name="Gửi ảnh").click()
    expect(page.locator("#keeping")).to_contain_text("hong.jpg: Không đọc được tệp này như một bức ảnh.")
    expect(page.locator("figure")).to_have_count(1)
    assert kept(page) == []


def test_a_closed_record_leaves_no_pages_on_the_telephone(served, telephone):
    page = telephone.new_page()
    record = begin(page, served)
    page.goto(f"{record}/place")
    ready(page)
    pages = """async () => (await (await caches.open("inspections-1")).keys())
        .map((asked) => new URL(asked.url).pathname).filter((path) => path.startsWith("/inspect/"))"""
    assert len(page.evaluate(pages)) == 8
    page.locator("[name=commune]").fill("xã Đóng")
    page.get_by_role("button", name="Lưu và sang bước sau").click()
    page.wait_for_url("**/people")
    page.goto(f"{record}/result")
    page.get_by_label("Đạt", exact=True).check()
    page.get_by_role("button", name="Lưu và sang bước sau").click()
    page.wait_for_url("**/signing")
    page.get_by_label("Người bán ký").check()
    page.get_by_role("button", name="Lưu và xem lại biên bản").click()
    page.locator("summary").filter(has_text="Đóng biên bản").click()
    page.get_by_role("button", name="Xác nhận đóng biên bản").click()
    expect(page.locator("h1")).to_have_text(re.compile("BB-20"))
    page.wait_for_function(f"async () => (await ({pages})()).length === 0")
    assert kept(page) == []


def test_what_the_server_refuses_is_said_by_the_server_and_nothing_typed_is_lost(served, telephone):
    page = telephone.new_page()
    record = begin(page, served)
    page.goto(f"{record}/place")
    page.locator("[name=commune]").fill("xã Còn")
    page.locator("[name=began_time]").fill("25 giờ")
    page.get_by_role("button", name="Lưu và sang bước sau").click()
    expect(page).to_have_title(re.compile("^Lỗi:"))
    expect(page.locator("[name=commune]")).to_have_value("xã Còn")
    expect(page.locator("[name=began_time]")).to_have_value("25 giờ")
    page.locator("[name=began_time]").fill("0:01")
    page.get_by_role("button", name="Lưu và sang bước sau").click()
    page.wait_for_url("**/people")


def test_three_taps_hold_a_lot_the_public_sees_it_and_two_more_print_the_minutes(served, open_page, shot):
    """Without script: the taps are links, summaries and buttons."""
    stamp = served.stamp("valid_first")
    page = open_page(PHONE)
    sign_in(page, served, "kiem-tra@example.com")
    page.locator("[name=q]").fill(stamp)
    page.get_by_role("button", name="Kiểm tra").click()
    shot(page, "thanh-tra-truoc-khi-tam-dung")
    taps = Taps()
    taps.on(page.locator(".act summary").filter(has_text="Tạm dừng lô"))
    taps.on(page.locator(".act").get_by_text("Nhãn sai").first)
    taps.on(page.get_by_role("button", name="Xác nhận tạm dừng"))
    held = time.monotonic()
    assert taps.count <= 3
    phone = open_page()
    verdict = ""
    while verdict != "on_hold" and time.monotonic() - held < 5:
        phone.goto(stamp)
        verdict = phone.locator("main").get_attribute("data-verdict") or ""
    assert verdict == "on_hold"
    taps.on(page.get_by_role("button", name="Ghi nhận kiểm tra"))
    shot(page, "bien-ban-nhap")
    expect(page.locator("main")).to_contain_text("đang tạm dừng lưu thông")
    with page.expect_response(re.compile("minutes.pdf")) as printed:
        taps.on(page.get_by_role("link", name="Bản nháp (PDF)"))
    assert taps.count <= 5
    assert printed.value.headers["content-type"] == "application/pdf"


def test_three_taps_hold_a_lot_from_the_record_too(served, open_page, shot):
    page = open_page(PHONE)
    sign_in(page, served, "kiem-tra@example.com")
    page.locator("[name=q]").fill(served.stamp("certificate_suspended"))
    page.get_by_role("button", name="Kiểm tra").click()
    page.get_by_role("button", name="Ghi nhận kiểm tra").click()
    taps = Taps()
    taps.on(page.locator("summary").filter(has_text="Tạm dừng lô"))
    taps.on(page.get_by_text("Chứng nhận hết hiệu lực"))
    taps.on(page.get_by_role("button", name="Xác nhận tạm dừng"))
    assert taps.count == 3
    expect(page.locator("main")).to_contain_text("đang tạm dừng lưu thông")
    expect(page).to_have_url(re.compile("/inspect/inspections/"))
    shot(page, "bien-ban-da-tam-dung")
    phone = open_page()
    phone.goto(served.stamp("certificate_suspended"))
    assert phone.locator("main").get_attribute("data-verdict") == "on_hold"


class Taps:
    """A thumb that counts."""

    def __init__(self) -> None:
        self.count = 0

    def on(self, target) -> None:
        target.click()
        self.count += 1


def test_the_whole_record_without_script(served, open_page, shot):
    page = open_page(PHONE)
    sign_in(page, served, "kiem-tra@example.com")
    page.goto(f"{served.url}/inspect/inspections")
    page.get_by_role("button", name="Ghi nhận kiểm tra mới").click()
    page.get_by_role("link", name="Điền từng bước").click()
    page.locator("[name=commune]").fill("xã Không Máy")
    page.get_by_role("button", name="Lưu và sang bước sau").click()
    page.get_by_role("button", name="Lưu và sang bước sau").click()
    page.locator("[name=named]").fill("Rượu")
    page.get_by_role("button", name="Lưu mặt hàng này").click()
    page.get_by_role("link", name="Sang bước sau").click()
    page.get_by_label("Không", exact=True).first.check()
    page.get_by_role("button", name="Lưu và sang bước sau").click()
    page.get_by_role("link", name="Sang bước sau").click()
    page.get_by_label("Không đạt").check()
    page.get_by_role("button", name="Lưu và sang bước sau").click()
    page.get_by_label("Người bán không ký").check()
    page.get_by_role("button", name="Lưu và xem lại biên bản").click()
    expect(page.locator("main")).to_contain_text("Xin ghi vì sao người bán không ký.")
    page.get_by_role("link", name="Xin ghi vì sao người bán không ký.").click()
    page.locator("[name=refusal_reason]").fill("Không đồng ý")
    page.locator("[name=witnesses]").fill("Ông Tư (minh họa)")
    page.get_by_role("button", name="Lưu và xem lại biên bản").click()
    page.locator("summary").filter(has_text="Đóng biên bản").click()
    page.get_by_role("button", name="Xác nhận đóng biên bản").click()
    expect(page.locator("h1")).to_have_text(re.compile("BB-20[0-9]{2}-[0-9]{4}"))
    shot(page, "bien-ban-da-dong")
