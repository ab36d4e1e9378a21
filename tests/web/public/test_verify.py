"""The page where anybody checks a signed code, and the page to take along."""

import io
import json
import re
from datetime import date

import pytest
import zxingcpp
from PIL import Image

from tests.web.public.scene import HOST
from traceapp.domain.certificates import DecisionKind
from traceapp.domain.parties import PartyState
from traceapp.models import Party
from traceapp.services.signing import signed_codes
from traceapp.web.offline import FILE_NAME


@pytest.fixture
def certificate(shelf):
    return shelf.certificate(shelf.item())


@pytest.fixture
def code(app, shelf, session, cast, certificate, now):
    made = signed_codes.sign_certificate(
        session,
        actor=cast.manager.actor,
        certificate=certificate,
        key=app.extensions["code_keys"].signing,
        issuer=shelf.settings.host,
        now=now,
    )
    session.commit()
    return made


def asked(passer_by, text, **more):
    return passer_by.get("/verify", query_string={"code": text} | more, base_url=HOST)


def verdict(answer) -> str:
    found = re.search(r'<main[^>]* data-code="(\w+)"', answer.text)
    return found[1] if found else ""


def test_a_good_code_tells_who_said_what_until_when_and_what_it_does_not_prove(passer_by, code, certificate):
    answer = asked(passer_by, code.code)
    assert (answer.status_code, verdict(answer)) == (200, "ok")
    for words in (
        "Chữ ký đúng",
        "HTX Mẫu Sơn Thử",
        "DEMO-FSMS-0001",
        "9520009010011",
        "09/06/2028",
        "22/11/2026",
    ):
        assert words in answer.text
    assert "bản sao cũng mang mã đúng" in answer.text
    assert f"/certificates/{certificate.public_id}" in answer.text
    assert not answer.headers.getlist("Set-Cookie")
    assert "<script" not in answer.text


@pytest.mark.parametrize(("language", "words"), [("en", "Signature correct"), ("zh", "签名正确")])
def test_the_verdict_speaks_three_languages(passer_by, code, language, words):
    assert words in asked(passer_by, code.code, lang=language).text


def test_a_code_wrapped_by_a_messenger_is_read_all_the_same(passer_by, code):
    wrapped = f"  {code.code[:90]}\r\n{code.code[90:]}\n"
    assert verdict(asked(passer_by, wrapped)) == "ok"


def test_a_forged_code_names_no_holder(passer_by, code):
    at = code.code.index("6", 40)
    answer = asked(passer_by, code.code[:at] + "7" + code.code[at + 1 :])
    assert answer.status_code == 422
    assert verdict(answer).startswith("signed_")
    assert "HTX Mẫu Sơn Thử" not in answer.text
    assert "Không tin được mã này" in answer.text


def test_a_suspension_after_the_code_is_told_first(passer_by, shelf, session, code, certificate):
    shelf.decide(certificate, DecisionKind.SUSPENSION)
    session.commit()
    answer = asked(passer_by, code.code)
    assert (answer.status_code, verdict(answer)) == (200, "signed_revoked")
    assert "01/10/2026" in answer.text
    assert "đang bị đình chỉ" in answer.text


def test_a_holder_who_is_not_public_is_not_linked(passer_by, session, cast, code):
    session.get_one(Party, cast.cooperative_id).state = PartyState.SUSPENDED
    session.commit()
    assert "Xem hồ sơ chứng nhận" not in asked(passer_by, code.code).text


def test_the_printed_number_is_looked_up_and_called_no_proof(passer_by, code, certificate):
    number = f"{code.public_id[:4]}-{code.public_id[4:]}"
    for typed in (number, number.lower().replace("-", " ")):
        answer = asked(passer_by, typed)
        assert answer.status_code == 200
        assert 'data-code="number"' in answer.text
        assert 'class="calm"' in answer.text
        for part in (number, "chưa kiểm tra được chữ ký", "VC1:", certificate.number):
            assert part in answer.text
        assert f'href="/certificates/{certificate.public_id}"' in answer.text


def test_a_number_tells_of_a_code_taken_back_or_run_out(passer_by, shelf, session, code, certificate, now):
    shelf.decide(certificate, DecisionKind.SUSPENSION)
    session.commit()
    told = asked(passer_by, code.public_id).text
    assert "không còn giá trị" in told
    assert "Chứng nhận đang bị đình chỉ." in told
    shelf.decide(certificate, DecisionKind.RESTORATION, sequence=2, from_on=date(2026, 11, 1))
    code.expires_at = now
    session.commit()
    assert "đã hết hạn" in asked(passer_by, code.public_id).text


def test_a_number_of_a_holder_who_is_not_public_names_nobody(passer_by, session, cast, code, certificate):
    session.get_one(Party, cast.cooperative_id).state = PartyState.SUSPENDED
    session.commit()
    told = asked(passer_by, code.public_id).text
    assert certificate.number not in told
    assert "HTX Mẫu Sơn Thử" not in told


def test_a_number_of_nothing_says_what_to_look_at_again_and_keeps_it(passer_by):
    answer = asked(passer_by, "7k3m 9qx2")
    assert answer.status_code == 404
    assert "Không có mã ký nào mang số này" in answer.text
    assert ">7K3M-9QX2</textarea>" in answer.text


def test_the_name_of_a_certificates_page_leads_there(passer_by, session, certificate):
    session.commit()
    answer = asked(passer_by, certificate.public_id.lower(), lang="en")
    assert answer.status_code == 303
    assert answer.location == f"/certificates/{certificate.public_id}?lang=en"


def test_the_address_of_a_stamp_is_shown_the_way(passer_by):
    answer = asked(passer_by, "HTTPS://TXNG.LANGSON.GOV.VN/01/09520009010011/21/3KMMR3K47VPF")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/01/09520009010011/21/3KMMR3K47VPF")
    assert "kiểm tra tem ở trang đầu" in asked(passer_by, "tem của tôi").text


@pytest.mark.parametrize(
    "text", ["", "   ", "<script>alert(1)</script>", "VC1:" + "A" * 5000, "VC1:\u202e", "%"]
)
def test_no_text_breaks_the_page(passer_by, text):
    answer = asked(passer_by, text)
    assert answer.status_code in (200, 422)
    assert "<script" not in answer.text


@pytest.mark.parametrize("box", ["code", "q"])
def test_a_signed_code_in_the_boxes_of_the_first_page_is_answered_where_it_belongs(passer_by, code, box):
    answer = passer_by.get("/", query_string={box: code.code}, base_url=HOST)
    assert answer.status_code == 303
    assert verdict(passer_by.get(answer.headers["Location"], base_url=HOST)) == "ok"


def test_the_first_page_shows_the_way(passer_by):
    assert 'href="/verify"' in passer_by.get("/", base_url=HOST).text


def test_a_photo_is_read_on_the_server(passer_by, code):
    symbol = zxingcpp.create_barcode(code.code, zxingcpp.BarcodeFormat.QRCode)
    file = io.BytesIO()
    Image.fromarray(symbol.to_image(scale=4)).save(file, "PNG")
    photo = (io.BytesIO(file.getvalue()), "ma.png")
    answer = passer_by.post("/verify", data={"photo": photo}, base_url=HOST)
    assert answer.status_code == 303
    assert verdict(passer_by.get(answer.headers["Location"], base_url=HOST)) == "ok"


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({}, "Xin dán mã ký"),
        ({"photo": (io.BytesIO(b"<svg/>"), "x.svg")}, ""),
    ],
)
def test_nothing_and_what_is_no_photo_are_told_beside_the_field(passer_by, form, words):
    answer = passer_by.post("/verify", data=form, base_url=HOST)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert words in answer.text


def test_a_post_from_another_site_is_refused(passer_by):
    answer = passer_by.post("/verify", headers={"Origin": "https://evil.example"}, base_url=HOST)
    assert answer.status_code == 403


# the page to take along


def told(page: str) -> dict:
    """What the page carries."""
    found = re.search(r'<script type="application/json" id="told">(.*?)</script>', page, re.DOTALL)
    return json.loads(found[1])


def test_the_offline_page_is_one_small_file_under_a_policy_of_its_own(passer_by, code):
    answer = passer_by.get("/verify/offline", base_url=HOST)
    assert answer.status_code == 200
    assert len(answer.data) <= 60_000
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "'self'" not in policy
    assert re.search(r"script-src 'sha256-[^']{44}'", policy)
    assert not re.findall(r'(?:src|href)="(?!\?)', answer.text)
    assert not answer.headers.getlist("Set-Cookie")
    inner = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', answer.text)[1]
    assert inner.replace("&#39;", "'") in policy


def test_it_carries_the_keys_and_todays_list(app, passer_by, shelf, session, code, certificate, now):
    held = told(passer_by.get("/verify/offline", base_url=HOST).text)
    assert held["keys"] == {"0001": app.extensions["code_keys"].signing.public.hex()}
    assert held["revoked"] == []
    assert held["made"] == int(now.timestamp())
    shelf.decide(certificate, DecisionKind.WITHDRAWAL)
    session.commit()
    held = told(passer_by.get("/verify/offline", base_url=HOST).text)
    assert held["revoked"] == [[code.public_id, "withdrawn", "01/10/2026"]]


def test_no_secret_is_in_it(app, passer_by):
    page = passer_by.get("/verify/offline", base_url=HOST).text
    secret = app.extensions["code_keys"].signing.secret
    assert secret.hex() not in page
    assert not [key.secret.hex() for key in app.extensions["serial_keys"] if key.secret.hex() in page]


def test_it_can_be_saved_in_the_readers_language(passer_by):
    answer = passer_by.get("/verify/offline?save=1&lang=en", base_url=HOST)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{FILE_NAME}"'
    assert '<html lang="en">' in answer.text
    assert told(answer.text)["words"]["ok"] == "Signature correct"


def test_a_carton_that_may_hold_recalled_goods_says_so_and_keeps_its_signature(
    app, passer_by, shelf, session, cast, now
):
    case = shelf.boxed()[0]
    [box] = signed_codes.sign_cartons(
        session, actor=cast.manager.actor, lot=case.lot, count=12, cartons=1,
        key=app.extensions["code_keys"].signing, now=now,
    )  # fmt: skip
    session.commit()
    answer = asked(passer_by, box.code)
    assert verdict(answer) == "ok"
    for page in (answer, asked(passer_by, box.public_id)):
        assert "Trong thùng có thể có hàng đang bị thu hồi." in page.text
        assert "Hãy quét tem trên từng sản phẩm" in page.text
    assert "may hold recalled goods" in asked(passer_by, box.code, lang="en").text
