"""The scratch PIN on a stamp's page: the form, its answers in three languages, no address that lies."""

from datetime import timedelta
from html import unescape

import pytest
import time_machine

from tests.web.public.scene import HOST, HTML, PHONE, open_page
from traceapp.domain.restrictions import RestrictionKind
from traceapp.extensions import limiter
from traceapp.models import Lot, StampPin


def enter(client, address, pin, *, area="", browser=PHONE, lang="vi", **more):
    headers = {"User-Agent": browser, "Accept": HTML, "Accept-Language": lang} | more.pop("headers", {})
    form = {"pin": pin, "area": area}
    return client.post(f"/passport{address}", data=form, base_url=HOST, headers=headers, **more)


def page_of(client, address, lang="vi"):
    return unescape(open_page(client, address, headers={"Accept-Language": lang}).text)


def wrong(pin):
    return pin[:-1] + ("0" if pin[-1] != "0" else "1")


def test_a_stamp_with_a_pin_asks_for_it_and_one_without_does_not(passer_by, scratched, shelf):
    page = page_of(passer_by, scratched[0])
    assert "Mã cào của tem này chưa được dùng." in page
    assert f'action="/passport{scratched[0]}#pin"' in page
    assert "<script" not in page
    other = shelf.item(gtin="09520009010028")
    plain = shelf.address(shelf.run(other, shelf.lot(other)))
    shelf.session.commit()
    assert "Mã cào" not in page_of(passer_by, plain)


@pytest.mark.parametrize(
    ("lang", "first", "kept", "again"),
    [
        ("vi", "Mã cào đúng – lần dùng đầu tiên", "Mã cào đã được dùng lần đầu ngày 22/11/2026, Hà Nội.",
         "mã có thể đã bị sao chép: hãy báo cho chúng tôi"),
        ("en", "Correct PIN – first use", "The scratch PIN was first used on 22/11/2026, Hà Nội.",
         "the code may have been copied: please tell us"),
        ("zh", "刮刮码正确 – 首次使用", "刮刮码首次使用：22/11/2026，河内。",
         "该编码可能已被复制：请向我们举报"),
    ],
)  # fmt: skip
def test_the_first_use_is_said_and_stays(passer_by, scratched, now, lang, first, kept, again):
    address, pin = scratched
    answer = enter(passer_by, address, pin.lower(), area="01", lang=lang)
    assert answer.status_code == 200
    assert first in unescape(answer.text)
    assert "Set-Cookie" not in answer.headers
    assert kept in page_of(passer_by, address, lang)
    with time_machine.travel(now + timedelta(days=9), tick=False):
        later = enter(passer_by, address, pin, browser=PHONE + " Zalo", lang=lang)
        assert later.status_code == 200
        assert kept in unescape(later.text)
        assert again in unescape(later.text)
        assert "giả" not in unescape(later.text).split('id="pin"')[1].split("</section>")[0]


def test_the_same_telephone_is_not_told_that_somebody_was_before_it(passer_by, scratched):
    address, pin = scratched
    enter(passer_by, address, pin)
    again = unescape(enter(passer_by, address, pin).text)
    assert "Mã cào đúng" in again
    assert "sao chép" not in again.split('id="pin"')[1].split("</section>")[0]


@pytest.mark.parametrize(
    ("lang", "told", "left", "waits"),
    [
        ("vi", "Mã cào không đúng.", "Còn 4 lần thử.", "Lần thử tiếp theo: từ 10:14 ngày 22/11/2026."),
        ("en", "The PIN is not correct.", "4 attempts left.", "Next attempt: from 10:14 on 22/11/2026."),
        ("zh", "刮刮码不正确。", "还可尝试4次。", "下次尝试：22/11/2026 10:14起。"),
    ],
)
def test_a_wrong_pin_says_how_many_tries_are_left_and_then_when(
    passer_by, scratched, lang, told, left, waits
):
    address, pin = scratched
    answer = enter(passer_by, address, wrong(pin), lang=lang)
    page = unescape(answer.text)
    assert answer.status_code == 422
    assert told in page
    assert left in page
    assert f'value="{wrong(pin)}"' in page  # what was typed stays
    assert 'data-verdict="valid_' in page  # a wrong PIN is no verdict
    for _ in range(4):
        last = enter(passer_by, address, wrong(pin), lang=lang)
    assert (last.status_code, waits in unescape(last.text)) == (422, True)
    refused = enter(passer_by, address, pin, lang=lang)
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "3600"
    assert waits in unescape(refused.text)


def test_a_slip_of_the_finger_is_named_and_costs_no_try(passer_by, scratched, shelf):
    address, _pin = scratched
    for typed, told in (
        ("7K3M9", "Mã phải có 6 ký tự"),
        ("7K3M9U", "Ký tự thứ 6"),
        ("", "Cần điền mục này."),
    ):
        answer = enter(passer_by, address, typed)
        assert answer.status_code == 422
        assert told in unescape(answer.text)
        assert 'aria-describedby="pin-e pin-g"' in answer.text
        assert "<title>Lỗi: " in answer.text
    assert shelf.session.query(StampPin).count() == 0


def test_no_address_says_that_a_pin_was_right(passer_by, scratched):
    address, pin = scratched
    enter(passer_by, address, pin)
    for query in ("?done=pin", f"?pin={pin}", "?done=first"):
        page = unescape(open_page(passer_by, address + query).text)
        assert "Mã cào đúng" not in page
    assert unescape(open_page(passer_by, f"/passport{address}?pin={pin}").text).count("Mã cào đúng") == 0


def test_looking_and_asking_use_nothing_up(passer_by, scratched, shelf):
    address, pin = scratched
    passer_by.get(f"/passport{address}?pin={pin}", base_url=HOST, headers={"Accept": HTML})
    passer_by.head(f"/passport{address}", base_url=HOST)
    assert shelf.session.query(StampPin).count() == 0


def test_entering_a_pin_is_no_scan(passer_by, scratched):
    address, pin = scratched
    page_of(passer_by, address)
    page = enter(passer_by, address, pin, browser=PHONE + " Zalo").text
    assert 'data-verdict="valid_first"' in page
    assert "Chính là lần này" in unescape(page)


def test_a_serial_nobody_issued_answers_a_pin_as_it_answers_a_scan(passer_by, scratched, shelf):
    address, pin = scratched
    other = wrong(address)
    answer = enter(passer_by, other, pin)
    assert answer.status_code == 404
    assert answer.text == open_page(passer_by, f"/passport{other}").text
    assert shelf.session.query(StampPin).count() == 0


@pytest.mark.parametrize("word", ["valid_first", "recalled", "void", "not_activated", "awaiting_approval"])
def test_a_pin_is_refused_where_the_page_asks_for_none(passer_by, shelf, word):
    answer = enter(passer_by, shelf.make(word), "7K3M9Q")
    assert answer.status_code == 409


def test_a_recalled_stamp_still_says_when_its_pin_was_used_and_takes_no_other(passer_by, scratched, shelf):
    address, pin = scratched
    enter(passer_by, address, pin)
    shelf.restrict(RestrictionKind.RECALL, lot_id=shelf.session.query(Lot).one().id)
    shelf.session.commit()
    page = page_of(passer_by, address)
    assert "Mã cào đã được dùng lần đầu ngày 22/11/2026." in page
    assert 'name="pin"' not in page
    assert enter(passer_by, address, pin).status_code == 409


def test_other_sites_cannot_enter_a_pin(passer_by, scratched, shelf):
    address, pin = scratched
    answer = enter(passer_by, address, pin, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert shelf.session.query(StampPin).count() == 0


def test_tries_are_limited_for_each_address_too(app, passer_by, scratched):
    limiter.enabled = True
    limiter.reset()
    try:
        seen = [enter(passer_by, scratched[0], "7K3M9").status_code for _ in range(21)]
    finally:
        limiter.reset()
        limiter.enabled = False
    assert seen == [422] * 20 + [429]


def test_the_chosen_language_stays(passer_by, scratched):
    address, pin = scratched
    page = open_page(passer_by, f"{address}?lang=zh").text
    assert f'action="/passport{address}?lang=zh#pin"' in page
    answer = passer_by.post(f"/passport{address}?lang=zh", data={"pin": pin}, base_url=HOST)
    assert "刮刮码正确" in answer.text


def test_a_page_with_everything_on_it_stays_small(passer_by, scratched):
    address, pin = scratched
    assert len(enter(passer_by, address, wrong(pin)).text.encode()) <= 20_000


def test_programs_learn_whether_a_stamp_has_a_pin_and_since_when_it_is_used(passer_by, scratched, shelf):
    address, pin = scratched
    serial = address.rpartition("/")[2]
    path = f"/api/v1/stamps/09520009010011/{serial}"
    told = passer_by.get(path, base_url=HOST).json
    assert (told["pin_required"], told["pin_used_on"]) == (True, None)
    enter(passer_by, address, pin)
    assert passer_by.get(path, base_url=HOST).json["pin_used_on"] == "2026-11-22"
