"""The other public pages: search, records, reports, purchases, refusals. None sets a cookie."""

from datetime import date
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import text as sql

from tests.web.public.scene import HOST, PHONE, open_page
from traceapp.domain.certificates import DecisionKind, RecordState
from traceapp.domain.parties import PartyState
from traceapp.domain.reference import IpRightKind
from traceapp.domain.restrictions import RestrictionKind
from traceapp.extensions import limiter
from traceapp.models import (
    CertificateEvidence,
    IpRight,
    JournalEntry,
    Party,
    ProblemReport,
    Purchase,
    StoredFile,
    TradeItemImage,
)

GTIN = "/01/09520009010011"


def post(client, address, **more):
    headers = {"User-Agent": PHONE, "Accept-Language": "vi", "Origin": HOST} | more.pop("headers", {})
    return client.post(address, base_url=HOST, headers=headers, **more)


def text(client, address, **more):
    return open_page(client, address, **more).get_data(as_text=True)


@pytest.fixture
def stocked(shelf, cast):
    """Goods, a certificate, a right and a recall, and where they are shown."""
    item, lot, run = shelf.stamped()
    certificate = shelf.certificate(item)
    shelf.restrict(RestrictionKind.HOLD, lot_id=lot.id)
    shelf.session.add(IpRight(public_id="RIGHT001", kind=IpRightKind.COLLECTIVE_MARK, name="Rượu Mẫu Sơn"))
    party = shelf.session.get_one(Party, cast.cooperative_id)
    address = shelf.address(run)
    shelf.session.commit()
    return {
        "home": "/",
        "search": "/?q=men+la",
        "recalls": "/recalls",
        "certificate": f"/certificates/{certificate.public_id}",
        "party": f"/parties/{party.public_id}",
        "right": "/rights/RIGHT001",
        "report": f"/report?about={address}",
        "reported": "/report/ABCD1234",
        "share": f"/share?about={address}",
        "product": GTIN,
        "stamp": address,
        "refusal": "/01/1",
    }


@pytest.mark.parametrize("language", ["vi", "en", "zh"])
def test_no_public_page_sets_a_cookie_or_runs_a_script(language, stocked, passer_by):
    for name, address in stocked.items():
        answer = open_page(passer_by, address + ("&" if "?" in address else "?") + f"lang={language}")
        page = answer.get_data(as_text=True)
        assert "Set-Cookie" not in answer.headers, name
        assert "<script" not in page, name
        assert " style=" not in page, name
        assert len(page.encode()) <= 20_000, name
        assert f'<html lang="{language}">' in page, name


def test_the_search_forgives_marks_and_finds_each_kind(stocked, passer_by):
    assert "Rượu men lá Thử" in text(passer_by, "/?q=RUOU+men+la")
    assert "HTX Mẫu Sơn Thử" in text(passer_by, "/?q=mau+son")
    assert "DEMO-FSMS-0001" in text(passer_by, "/?q=demo-fsms")
    assert "Rượu Mẫu Sơn" in text(passer_by, "/?q=ruou+mau")
    assert "Không tìm thấy" in text(passer_by, "/?q=%25%25")
    assert "&lt;b&gt;" in text(passer_by, "/?q=<b>")


def test_a_code_in_either_box_opens_its_page(shelf, passer_by):
    item, _lot, run = shelf.stamped()
    serial = shelf.serial(run)
    address = shelf.address(run)
    shelf.session.commit()
    typed = f"{serial[:4]}-{serial[4:8]} {serial[8:]}".lower().replace("0", "o").replace("1", "l")
    assert open_page(passer_by, f"/?code={typed}").headers["Location"] == address
    assert open_page(passer_by, f"/?code={HOST}{address}&lang=en").headers["Location"] == address + "?lang=en"
    assert open_page(passer_by, "/?q=9520009010011").headers["Location"] == GTIN
    assert open_page(passer_by, f"/?q=(01){item.gtin}").headers["Location"] == GTIN


def test_a_stamps_code_is_known_in_the_box_for_names_too(shelf, passer_by):
    _item, _lot, run = shelf.stamped()
    serial, address = shelf.serial(run), shelf.address(run)
    shelf.session.commit()
    fours = f"{serial[:4]}-{serial[4:8]}-{serial[8:]}".lower()
    assert open_page(passer_by, f"/?q={fours}").headers["Location"] == address
    assert "hệ thống không có mã này" in text(passer_by, "/?q=7K3M-9QX2-TZ4B")
    assert "hệ thống không có mã này" not in text(passer_by, "/?q=khong+co+ten+nay")


@pytest.mark.parametrize("box", ["code", "q"])
def test_an_address_of_another_host_is_no_stamp_of_ours_though_its_code_is_true(shelf, passer_by, box):
    _item, _lot, run = shelf.stamped()
    address = shelf.address(run)
    shelf.session.commit()
    answer = passer_by.get(f"/?{box}=HTTPS://TXNG-LANGSON.VN{address}", follow_redirects=True)
    assert answer.status_code == 422
    assert "Địa chỉ này là của txng-langson.vn, không phải của hệ thống" in answer.text
    assert open_page(passer_by, f"/?code=https://id.gs1.org{address}").headers["Location"] == address


def test_an_empty_box_asks_for_the_code(passer_by):
    answer = open_page(passer_by, "/?code=")
    assert answer.status_code == 422
    assert "12 ký tự" in answer.get_data(as_text=True)


def test_an_impossible_character_is_pointed_at(passer_by):
    answer = open_page(passer_by, "/?code=7K3U-9QX2-TZ4B")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Ký tự thứ 4 (“U”)" in page
    assert 'value="7K3U-9QX2-TZ4B"' in page
    assert "<title>Lỗi:" in page
    assert 'aria-describedby="ce cg"' in page


def test_a_code_never_issued_is_unknown_when_typed_too(shelf, passer_by):
    wrong = shelf.make("unknown").rsplit("/", 1)[1]
    answer = open_page(passer_by, f"/?code={wrong}")
    assert answer.status_code == 404
    assert 'data-verdict="unknown"' in answer.get_data(as_text=True)


def test_a_certificate_page_tells_its_history_and_the_hash_but_not_the_file(shelf, passer_by):
    certificate = shelf.certificate(shelf.item())
    shelf.decide(certificate, DecisionKind.SUSPENSION)
    sha256 = "ab" * 32
    shelf.session.add(
        StoredFile(sha256=sha256, size=9, media_type="application/pdf", first_name="a", uploaded_at=shelf.now)
    )
    certificate.evidence.append(CertificateEvidence(sha256=sha256, created_at=shelf.now))
    shelf.session.commit()
    page = text(passer_by, f"/certificates/{certificate.public_id}")
    assert "đình chỉ" in page
    assert "Lý do thử nghiệm" in page
    assert sha256 in page
    assert "Chưa có dữ liệu công nhận" in page
    assert open_page(passer_by, f"/pictures/{sha256}.webp").status_code == 404


def test_a_certificate_not_approved_is_not_found(shelf, passer_by):
    draft = shelf.certificate(
        shelf.item(), record_state=RecordState.DRAFT, approved_by_id=None, approved_at=None
    )
    shelf.session.commit()
    assert open_page(passer_by, f"/certificates/{draft.public_id}").status_code == 404
    assert open_page(passer_by, "/certificates/NOTTHERE").status_code == 404


def test_a_certificate_of_a_holder_who_is_not_approved_is_not_found(shelf, cast, passer_by):
    certificate = shelf.certificate(shelf.item())
    shelf.session.commit()
    address = f"/certificates/{certificate.public_id}"
    assert open_page(passer_by, address.lower()).status_code == 200
    assert address in text(passer_by, "/?q=FSMS-0001")
    shelf.session.get_one(Party, cast.cooperative_id).state = PartyState.SUSPENDED
    shelf.session.commit()
    assert open_page(passer_by, address).status_code == 404
    assert address not in text(passer_by, "/?q=FSMS-0001")


def test_nobody_is_thanked_for_a_report_that_never_came(passer_by):
    assert open_page(passer_by, "/report/Your-account-is-locked").status_code == 404


def test_a_real_producer_carries_its_banner(shelf, cast, passer_by):
    party = shelf.session.get_one(Party, cast.cooperative_id)
    party.demo, party.source_url = False, "https://example.com/htx"
    shelf.item(demo=False)
    shelf.session.commit()
    for address in (GTIN, f"/parties/{party.public_id}"):
        assert "Thông tin công khai, dùng để minh họa" in text(passer_by, address)


def test_only_product_pictures_are_served_and_for_ever(app, shelf, passer_by):
    item = shelf.item()
    small, other = (app.extensions["storage"].put(content) for content in (b"a picture", b"a secret"))
    for sha256 in (small, other):
        shelf.session.add(
            StoredFile(sha256=sha256, size=9, media_type="image/webp", first_name="a", uploaded_at=shelf.now)
        )
    shelf.session.flush()
    item.images.append(
        TradeItemImage(small_sha256=small, large_sha256=small, alt="Chai rượu", created_at=shelf.now)
    )
    shelf.session.commit()
    answer = open_page(passer_by, f"/pictures/{small}.webp")
    assert (answer.status_code, answer.content_type, answer.data) == (200, "image/webp", b"a picture")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert open_page(passer_by, f"/pictures/{other}.webp").status_code == 404
    assert open_page(passer_by, "/pictures/../keys.webp").status_code == 404
    assert f"/pictures/{small}.webp" in text(passer_by, GTIN)


def photo(mode="JPEG", size=(64, 48)):
    written = BytesIO()
    Image.new("RGB", size, "red").save(written, mode)
    return written.getvalue()


def test_a_report_is_kept_with_its_photo_made_anew_and_journalled_without_the_telephone(
    app, shelf, passer_by
):
    address = shelf.make("valid_first")
    told = {
        "about": address,
        "kind": "wrong_label",
        "told": "Nhãn ghi 450 ml",
        "bought_where": "Chợ Kỳ Lừa",
        "phone": "0912 345 678",
        "photo": (BytesIO(photo()), "p.jpg"),
    }
    answer = post(passer_by, "/report", data=told, content_type="multipart/form-data")
    assert answer.status_code == 303
    report = shelf.session.query(ProblemReport).one()
    assert answer.headers["Location"] == f"/report/{report.public_id}"
    assert report.public_id in text(passer_by, answer.headers["Location"])
    assert (report.phone, report.stamp_index, report.about) == ("+84912345678", 0, address)
    kept = Image.open(BytesIO(app.extensions["storage"].get(report.photo_sha256)))
    assert (kept.format, kept.size) == ("WEBP", (64, 48))
    entry = shelf.session.query(JournalEntry).one()
    assert entry.act == "reported_problem"
    assert b"912345678" not in entry.body
    assert "Kỳ Lừa".encode() not in entry.body


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("phone", "abc", "không phải là số điện thoại"),
        ("told", "x" * 1001, "tối đa 1000"),
        ("bought_where", "\u202eabc", "đổi chiều chữ"),
        ("kind", "nonsense", "Hãy chọn một mục"),
        ("kind", "", "Cần điền mục này"),
    ],
)
def test_a_report_refused_keeps_what_was_typed(field, value, said, shelf, passer_by):
    told = {"about": "/", "kind": "other", "told": "giữ lại nhé", "phone": "0912345678"} | {field: value}
    answer = post(passer_by, "/report", data=told)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in page
    assert f'id="{field}-e"' in page
    assert "<title>Lỗi:" in page
    assert field == "told" or "giữ lại nhé" in page
    assert shelf.session.query(ProblemReport).count() == 0


@pytest.mark.parametrize(
    "content", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.4", photo()[:200]]
)
def test_a_photo_that_is_none_is_refused_beside_its_field(content, shelf, passer_by):
    told = {"about": "/", "kind": "other", "photo": (BytesIO(content), "p.jpg")}
    answer = post(passer_by, "/report", data=told, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert 'id="photo-e"' in answer.get_data(as_text=True)


def test_a_report_about_a_code_never_issued_is_kept_too(shelf, passer_by):
    address = shelf.make("unknown")
    assert post(passer_by, "/report", data={"about": address, "kind": "unknown_code"}).status_code == 303
    report = shelf.session.query(ProblemReport).one()
    assert (report.about, report.stamp_run_id) == (address, None)


def test_the_first_to_say_i_bought_it_is_kept_and_the_page_says_so(shelf, passer_by):
    address = shelf.make("valid_first")
    assert "Tôi vừa mua sản phẩm này" in text(passer_by, address)
    answer = post(passer_by, "/bought", data={"about": address})
    assert answer.status_code == 303
    page = text(passer_by, answer.headers["Location"])
    assert "Cảm ơn. Đã ghi nhận lúc 09:14 22/11/2026." in page
    assert "Đã được xác nhận mua ngày 22/11/2026." in page
    assert "Tôi vừa mua sản phẩm này" not in page
    assert post(passer_by, "/bought", data={"about": address}).status_code == 303
    assert shelf.session.query(Purchase).count() == 1
    assert shelf.session.query(JournalEntry).count() == 1
    assert passer_by.get("/bought", base_url=HOST).status_code == 405


@pytest.mark.parametrize("word", ["recalled", "void", "not_activated", "awaiting_approval", "past_use_by"])
def test_goods_nobody_should_buy_cannot_be_said_bought(word, shelf, passer_by):
    address = shelf.make(word)
    assert "Tôi vừa mua sản phẩm này" not in text(passer_by, address)
    assert post(passer_by, "/bought", data={"about": address}).status_code == 409
    assert shelf.session.query(Purchase).count() == 0


def test_nothing_is_bought_by_a_code_never_issued(shelf, passer_by):
    assert post(passer_by, "/bought", data={"about": shelf.make("unknown")}).status_code == 404
    assert post(passer_by, "/bought", data={"about": "//evil.example/x"}).status_code == 404


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}]
)
def test_a_post_from_another_site_is_refused(headers, shelf, passer_by):
    address = shelf.make("valid_first")
    assert post(passer_by, "/bought", data={"about": address}, headers=headers).status_code == 403
    assert (
        post(passer_by, "/report", data={"about": "/", "kind": "other"}, headers=headers).status_code == 403
    )
    assert shelf.session.query(Purchase).count() == 0


def test_reports_are_limited(shelf, passer_by):
    limiter.enabled = True
    try:
        seen = [
            post(passer_by, "/report", data={"about": "/", "kind": "other"}).status_code for _ in range(12)
        ]
    finally:
        limiter.reset()
        limiter.enabled = False
    assert seen[0] == 303
    assert seen[-1] == 429


def test_a_stamp_is_shared_as_its_lot_so_that_nobody_else_scans_it(shelf, passer_by):
    address = shelf.make("valid_first")
    page = text(passer_by, f"/share?about={address}")
    assert f'value="{HOST}{GTIN}/10/L260905A"' in page
    assert f'value="{HOST}/"' in text(passer_by, "/share?about=//evil.example")


def test_a_registry_that_cannot_be_read_is_503_and_no_verdict(shelf, passer_by):
    address = shelf.make("valid_first")
    shelf.session.execute(sql("ALTER TABLE stamp_exception RENAME TO gone"))
    shelf.session.commit()
    answer = open_page(passer_by, address)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "Chưa kiểm tra được" in page
    assert "data-verdict" not in page
    assert "Rượu" not in page


def test_a_lapsed_recall_is_no_longer_listed(shelf, passer_by):
    _item, lot, _run = shelf.stamped()
    held = shelf.restrict(RestrictionKind.HOLD, lot_id=lot.id)
    shelf.restrict(RestrictionKind.RECALL, lot_id=lot.id, confirmed_by_id=None, from_at=None)
    shelf.session.commit()
    assert "L260905A" in text(passer_by, "/recalls")
    held.lifted_at = shelf.now
    shelf.session.commit()
    assert "L260905A" not in text(passer_by, "/recalls")


def test_machines_are_told_how_the_server_is(passer_by):
    assert passer_by.get("/healthz", base_url=HOST).data == b"ok"
    assert passer_by.get("/readyz", base_url=HOST).status_code == 200
    assert b"Disallow: /coop" in passer_by.get("/robots.txt", base_url=HOST).data


def test_a_missing_right_says_no_data_yet(stocked, passer_by):
    page = text(passer_by, stocked["right"])
    assert "chưa có dữ liệu" in page
    assert open_page(passer_by, "/rights/NOTTHERE").status_code == 404


def test_an_address_in_a_district_that_is_no_more_says_until_when_it_was_so(passer_by, shelf, session):
    """domain.md, section 9: the unit is that of the document's day, and nothing newer is guessed."""
    party = shelf.item().party
    session.commit()
    assert "địa giới" not in passer_by.get(f"/parties/{party.public_id}").text
    party.addresses[0].admin_unit.valid_until = date(2025, 12, 31)
    session.commit()
    page = passer_by.get(f"/parties/{party.public_id}?lang=en")
    assert "Commune and district as they were until 31/12/2025." in page.text


def test_digits_whose_check_digit_is_wrong_are_told_which_one_would_be_right(passer_by):
    page = passer_by.get("/?q=9521234000018")
    assert "Số kiểm tra của mã 9521234000018 sai" in page.text
    assert "9521234000013" in page.text
    assert "Số kiểm tra" not in passer_by.get("/?q=9521234000013").text


def test_a_stamp_s_code_in_the_box_for_signed_codes_opens_its_page(passer_by):
    answer = passer_by.get("/verify?code=09521234000013")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/01/09521234000013")
    answer = passer_by.get("/verify?code=7K3M-9QX2-TZ4B")
    assert answer.headers["Location"].startswith("/?code=7K3M-9QX2-TZ4B")
    assert passer_by.get("/verify?code=khong-phai-ma").status_code == 422
