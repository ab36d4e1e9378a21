"""The page that verifies with the network off: our own answers, from a disk, with no network at all."""

import json
import random
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cbor2
import numpy as np
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import LAPTOP, PHONE
from tests.browser.saved_page import NOW
from tests.domain.test_signed_codes import CARTON, CERTIFICATE, CODES, HEADER, KEY, PAYLOAD, RING, sealed
from traceapp.domain import base45
from traceapp.domain.code_claims import packed
from traceapp.domain.errors import RuleBroken
from traceapp.domain.signed_codes import PREFIX, CodeKey, check, make, read

OTHER = CodeKey("0002", bytes(32))


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Where the page was saved, with the keys of the tests."""
    path = tmp_path_factory.mktemp("saved")
    subprocess.run([sys.executable, "-m", "tests.browser.saved_page", str(path)], check=True)
    return path


@pytest.fixture
def saved(folder) -> Path:
    """The page as somebody saved it to a disk."""
    return folder / "page.html"


@pytest.fixture
def revoked(folder) -> str:
    """A certificate's code, the certificate withdrawn afterwards."""
    return str(json.loads((folder / "codes.json").read_text("utf-8"))["withdrawn"])


@pytest.fixture
def opened(open_page, saved):
    """The saved page, opened from the disk in a browser that has no network."""
    page = open_page(PHONE, script=True)
    page.context.set_offline(True)
    page.goto(saved.as_uri())
    page.wait_for_selector("body[data-ready=yes]")
    return page


def asked(page: Page, code: str) -> str:
    """Paste a code, press the button; the word of the answer."""
    page.evaluate("delete document.getElementById('answer').dataset.code")
    page.locator("#code").fill(code)
    page.get_by_role("button", name="Kiểm tra mã").click()
    answer = page.locator("#answer[data-code]")
    answer.wait_for()
    return str(answer.get_attribute("data-code"))


def test_a_good_code_is_told_with_the_network_off(opened, shot):
    assert asked(opened, CODES[0]) == "ok"
    told = opened.locator("#answer").inner_text()
    for words in (
        "Chữ ký đúng",
        "HTX Mẫu Sơn Thử",
        "DEMO-FSMS-0001",
        "9520009010011",
        "09/06/2028",
        "0123456789abcdef",
    ):
        assert words in told
    assert "bản sao cũng mang mã đúng" in told
    assert opened.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    shot(opened, "ngoai-mang-dung")


def test_the_digest_of_a_carton_is_shown_as_on_its_label(opened):
    assert asked(opened, CODES[1]) == "ok"
    assert "0001 0203 0405 0607 0809 0A0B 0C0D 0E0F" in opened.locator("#answer").inner_text()


def test_a_forged_code_names_nobody(opened, shot):
    forged = make(CERTIFICATE, CodeKey("0001", b"\x07" * 32))
    assert asked(opened, forged) == "signed_signature"
    told = opened.locator("#answer").inner_text()
    assert "Không tin được mã này" in told
    assert "HTX Mẫu Sơn Thử" not in told
    shot(opened, "ngoai-mang-gia")


def test_an_expired_code_says_until_when(opened):
    old = make(replace(CARTON, expires_at=datetime(2024, 12, 31, 17, tzinfo=UTC)), KEY)
    assert asked(opened, old) == "signed_expired"
    assert "31/12/2024" in opened.locator("#answer").inner_text()


def test_a_withdrawn_certificate_is_on_the_pages_list(opened, revoked, shot):
    assert asked(opened, f"\n{revoked[:80]}\n{revoked[80:]}  ") == "signed_revoked"
    told = opened.locator("#answer").inner_text()
    assert "đã thu hồi chứng nhận" in told
    assert "22/11/2026" in told
    shot(opened, "ngoai-mang-thu-hoi")


def test_an_old_list_says_how_old_it_is(opened):
    days = (datetime.now(UTC) - NOW).days
    told = opened.locator("#age").inner_text()
    assert (f"{days} ngày" in told) == (days >= 7)
    opened.clock.install(time=NOW + timedelta(days=40))
    opened.reload()
    opened.wait_for_selector("body[data-ready=yes]")
    assert "40 ngày" in opened.locator("#age").inner_text()


def test_a_browser_that_cannot_check_says_so_and_guesses_nothing(open_page, saved):
    page = open_page(PHONE, script=True)
    page.add_init_script("crypto.subtle.importKey = () => Promise.reject(new Error('no Ed25519'))")
    page.goto(saved.as_uri())
    expect(page.locator("main")).to_contain_text("không kiểm tra được chữ ký")
    assert page.locator("#form").count() == 0


def test_a_photo_is_read_where_the_browser_can_and_else_it_says_so(open_page, saved):
    page = open_page(PHONE, script=True)
    page.goto(saved.as_uri())
    page.wait_for_selector("body[data-ready=yes]")
    if not page.evaluate("'BarcodeDetector' in window"):
        expect(page.locator("#photo-box")).to_contain_text("không tự đọc mã QR")
    page = open_page(PHONE, script=True)
    found = json.dumps([{"rawValue": CODES[2]}])
    page.add_init_script(f"window.BarcodeDetector = class {{ async detect() {{ return {found}; }} }}")
    page.goto(saved.as_uri())
    page.wait_for_selector("body[data-ready=yes]")
    picture = saved.with_name("ma.png")
    Image.new("L", (8, 8), 255).save(picture)
    page.locator("#photo").set_input_files(picture)
    page.locator("#answer[data-code=ok]").wait_for()
    assert page.locator("#code").input_value() == CODES[2]


# the two verifiers agree


def ours(text: str) -> str:
    """The word of our own verifier."""
    try:
        check(read(text, RING), now=NOW)
    except RuleBroken as broken:
        return broken.code
    return "ok"


def corpus() -> list[str]:
    """Codes altered in every way we know; the same ones every time."""
    dice, texts = (
        random.Random(45),
        [*CODES, "", PREFIX, PREFIX + ":::", PREFIX + "GGW", "VC2:" + CODES[0][4:]],
    )
    for _ in range(400):
        code = dice.choice(CODES)
        at = dice.randrange(len(code))
        texts.append(code[:at] + dice.choice(base45.ALPHABET + "aéẾ🙂\n") + code[at + 1 :])
        texts.append(code[:at] + code[at + 1 + dice.randrange(3) :])
        content = bytearray(base45.decode(code, 4))
        content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
        texts.append(PREFIX + base45.encode(bytes(content)))
        texts.append(PREFIX + base45.encode(dice.randbytes(dice.randrange(120))))
        for part in (bytearray(cbor2.dumps(HEADER, canonical=True)), bytearray(PAYLOAD)):
            part[dice.randrange(len(part))] = dice.randrange(256)
            whole = (bytes(part), PAYLOAD) if len(part) < 20 else (HEADER, bytes(part))
            texts.append(sealed(*whole))  # rightly signed: what is inside must be judged
    return [*texts, *odd_codes()]


def odd_codes() -> list[str]:
    """Rightly signed, wrongly made."""
    values = [
        None,
        True,
        1.5,
        -1,
        2**33,
        2**33 + 1,
        2**60,
        "x",
        "",
        "A\x7f",
        b"x",
        [],
        {},
        [1],
        ["1"],
        cbor2.undefined,
    ]
    made = []
    for value in values:
        for key in (1, 4, 6, 7, -65537, 99):
            made.append(sealed(HEADER, cbor2.dumps(packed(CERTIFICATE) | {key: value}, canonical=True)))
            told = packed(CARTON)
            made.append(
                sealed(HEADER, cbor2.dumps(told | {-65537: told[-65537] | {key: value}}, canonical=True))
            )
        for key in range(9):
            inner = packed(CERTIFICATE)
            inner[-65537] = inner[-65537] | {key: value}
            made.append(sealed(HEADER, cbor2.dumps(inner, canonical=True)))
        made += [sealed({1: value, 4: b"0001"}, PAYLOAD), sealed({1: -8, 4: value}, PAYLOAD)]
        made += [sealed(cbor2.dumps(value), PAYLOAD), sealed(HEADER, cbor2.dumps(value))]
    made += [sealed(HEADER, PAYLOAD, tag=tag) for tag in (0, 1, 2, 17, 18, 61, 98)]
    made += [sealed(HEADER, PAYLOAD, extra=b"\0"), sealed(HEADER, PAYLOAD, unprotected={1: -8})]
    made += [make(CERTIFICATE, OTHER), sealed(HEADER, PAYLOAD, signature=bytes(64))]
    made += [
        sealed(bytes.fromhex("a20138070444") + b"0001", PAYLOAD),
        sealed(bytes.fromhex("bf01270444") + b"0001\xff", PAYLOAD),
    ]
    for paper in ("Ễ" * 30, "米酒", "\ufeffA", "é", "🙂"):
        told = packed(CERTIFICATE)
        told[-65537] = told[-65537] | {2: paper}
        made.append(sealed(HEADER, cbor2.dumps(told, canonical=True)))
    return made


def test_both_verifiers_say_the_same_of_every_altered_code(opened):
    texts = corpus()
    theirs = opened.evaluate(
        "async ([texts, now]) => { const told = [];"
        " for (const text of texts) told.push((await verify(text, now)).code); return told; }",
        [texts, NOW.timestamp()],
    )
    mine = [ours(text) for text in texts]
    assert [
        (text, one, other) for text, one, other in zip(texts, mine, theirs, strict=True) if one != other
    ] == []
    assert mine.count("ok") >= 5
    assert len(set(mine)) >= 8


# from paper to verdict


def test_a_paper_printed_here_is_believed_there_with_the_network_off(served, open_page, tmp_path, shot):
    office = open_page(LAPTOP)
    office.goto(f"{served.url}/account/sign-in")
    person = next(told for told in served.offer["accounts"] if told["role"] == "manager")
    office.locator("[name=login]").fill(person["login"])
    office.locator("[name=password]").fill(served.password)
    office.keyboard.press("Enter")
    office.wait_for_url(re.compile("/coop"))
    office.goto(f"{served.url}/coop/certificates")
    office.get_by_role("link", name=re.compile("DEMO-FSMS-0001")).first.click()
    with office.expect_download() as coming:
        office.get_by_role("button", name="Tạo và tải bản in").click()
    coming.value.save_as(tmp_path / "to.pdf")
    subprocess.run(["pdftoppm", "-gray", "-r", "300", "to.pdf", "to"], cwd=tmp_path, check=True)
    seen = np.asarray(Image.open(next(tmp_path.glob("to*.pgm"))))
    code = zxingcpp.read_barcode(seen).text
    page = open_page(PHONE, script=True)
    page.goto(f"{served.url}/verify/offline")
    page.wait_for_selector("body[data-ready=yes]")
    page.context.set_offline(True)
    assert asked(page, code) == "ok"
    shot(page, "ngoai-mang-giay")
    assert asked(page, code[:-1] + ("0" if code[-1] != "0" else "1")).startswith("signed_")


def test_the_page_on_the_server_says_the_same_without_a_script(served, open_page):
    page = open_page(PHONE)
    page.goto(f"{served.url}/verify")
    page.locator("#code").fill(make(CERTIFICATE, KEY))
    page.get_by_role("button", name="Kiểm tra mã").click()
    expect(page.locator("main")).to_have_attribute("data-code", "signed_signature")
