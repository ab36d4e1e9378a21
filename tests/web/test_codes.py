"""Signed papers at the doors of the holder, the province and the inspector."""

import base64
import io
import subprocess

import numpy as np
import pikepdf
import pytest
import time_machine
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from tests import factories
from traceapp.domain.certificates import DecisionKind
from traceapp.domain.signed_codes import CodeKey, make, read
from traceapp.extensions import limiter
from traceapp.models import Base, CertificateDecision, JournalEntry, SignedCode

HOST = "https://txng.langson.gov.vn"
STRANGER = CodeKey("0001", b"\x07" * 32)
PDF = "application/pdf"


@pytest.fixture(autouse=True)
def _clock(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def goods(session, cast, now):
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    lot = factories.make_lot(session, item, now)
    run = factories.make_run(session, cast, now, item, lot)
    certificate = factories.make_certificate(session, cast, now, item)
    session.commit()
    return certificate, lot, run


def codes_in(content: bytes, folder, dpi: int = 300) -> list[str]:
    """What a reader sees on each page of a PDF printed at that resolution."""
    (folder / "paper.pdf").write_bytes(content)
    subprocess.run(
        ["pdftoppm", "-gray", "-r", str(dpi), "paper.pdf", "page"], cwd=folder, check=True, timeout=60
    )
    pages = [np.asarray(Image.open(page)) for page in sorted(folder.glob("page*.pgm"))]
    return [zxingcpp.read_barcode(page).text for page in pages]


def followed(client, path: str, **form):
    """The paper a POST leads to."""
    answer = client.post(path, data=form, base_url=HOST)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"], client.get(answer.headers["Location"], base_url=HOST)


def issued(session) -> list[SignedCode]:
    """Every code in the books; the session lets go, so that nobody waits for it."""
    found = session.query(SignedCode).order_by(SignedCode.id).all()
    session.commit()
    return found


@pytest.mark.parametrize(
    ("who", "door"), [("manager", "/coop"), ("officer", "/province"), ("inspector", "/inspect")]
)
def test_a_certificates_sheet_carries_a_code_that_reads_back(
    who, door, goods, session, cast, browser_of, tmp_path
):
    client = browser_of(getattr(cast, who))
    where, paper = followed(client, f"{door}/certificates/{goods[0].public_id}/codes")
    assert (paper.status_code, paper.mimetype) == (200, PDF)
    assert paper.headers["Content-Disposition"].startswith('attachment; filename="chung-nhan-')
    [code] = issued(session)
    assert codes_in(paper.data, tmp_path) == [code.code]
    assert code.public_id in where
    again, _paper = followed(client, f"{door}/certificates/{goods[0].public_id}/codes")
    assert again == where
    assert [entry.act for entry in session.query(JournalEntry)] == ["issued_signed_code"]
    session.commit()
    page = client.get(f"{door}/certificates/{goods[0].public_id}", base_url=HOST).text
    assert f"{code.public_id[:4]}-{code.public_id[4:]}" in page


def test_a_certificate_not_in_force_offers_no_sheet_and_makes_none(goods, session, cast, browser_of, now):
    goods[0].decisions.append(
        CertificateDecision(
            sequence=1,
            kind=DecisionKind.SUSPENSION,
            from_on=now.date(),
            reason="Lý do thử nghiệm",
            recorded_by_id=cast.officer.account_id,
            created_at=now,
        )
    )
    session.commit()
    client, path = browser_of(cast.manager), f"/coop/certificates/{goods[0].public_id}"
    assert "Tạo và tải bản in" not in client.get(path, base_url=HOST).text
    assert client.post(f"{path}/codes", base_url=HOST).status_code == 409
    assert issued(session) == []


def test_covers_of_cartons_are_one_file_with_a_code_a_page(goods, session, cast, browser_of, tmp_path):
    client, path = browser_of(cast.manager), f"/coop/lots/{goods[1].public_id}/cartons"
    assert client.get(path, base_url=HOST).status_code == 200
    _where, paper = followed(client, path, count="12", cartons="3")
    codes = [one.code for one in issued(session)]
    assert len(codes) == 3
    assert codes_in(paper.data, tmp_path) == codes


@pytest.mark.parametrize(
    ("typed", "told"), [({"count": "0"}, "0"), ({"count": "nhiều"}, "nhiều"), ({"cartons": "51"}, "51")]
)
def test_a_count_that_cannot_be_comes_back_as_typed(typed, told, goods, session, cast, browser_of):
    client, path = browser_of(cast.manager), f"/coop/lots/{goods[1].public_id}/cartons"
    answer = client.post(path, data={"count": "12", "cartons": "1"} | typed, base_url=HOST)
    assert answer.status_code == 422
    assert f'value="{told}"' in answer.text
    assert "Lỗi:" in answer.text
    assert issued(session) == []


def test_the_cover_of_a_roll_names_its_ends(goods, session, cast, browser_of, tmp_path):
    client, path = browser_of(cast.manager), f"/coop/stamps/{goods[2].public_id}"
    page = client.get(path, base_url=HOST).text
    where, paper = followed(client, f"{path}/codes")
    [code] = issued(session)
    assert codes_in(paper.data, tmp_path) == [code.code]
    for end in ("first", "last"):
        serial = code.contents[end]
        assert f"{serial[:4]}-{serial[4:8]}-{serial[8:]}" in page
    assert followed(client, f"{path}/codes")[0] == where


def test_a_code_is_taken_back_with_a_reason(goods, session, cast, browser_of):
    client, path = browser_of(cast.manager), f"/coop/certificates/{goods[0].public_id}"
    followed(client, f"{path}/codes")
    [code] = issued(session)
    refused = client.post(f"/coop/codes/{code.public_id}/revoke", data={"why": "vui"}, base_url=HOST)
    assert refused.status_code == 400
    done = client.post(f"/coop/codes/{code.public_id}/revoke", data={"why": "lost"}, base_url=HOST)
    assert (done.status_code, done.headers["Location"]) == (303, path)
    page = client.get(path, base_url=HOST).text
    assert "không còn giá trị" in page
    assert "Xác nhận thu hồi" not in page
    session.expire_all()
    assert code.revoked_why.value == "lost"


def test_the_province_takes_a_code_back_and_the_inspector_has_no_such_button(
    goods, session, cast, browser_of
):
    path = f"certificates/{goods[0].public_id}"
    followed(browser_of(cast.inspector), f"/inspect/{path}/codes")
    number = issued(session)[0].public_id
    assert "Thu hồi mã này" not in browser_of(cast.inspector).get(f"/inspect/{path}", base_url=HOST).text
    client = browser_of(cast.officer)
    assert "Thu hồi mã này" in client.get(f"/province/{path}", base_url=HOST).text
    answer = client.post(f"/province/{path}/codes/{number}/revoke", data={"why": "mistake"}, base_url=HOST)
    assert answer.status_code == 303


def test_another_cooperative_finds_no_code(goods, session, cast, browser_of):
    followed(browser_of(cast.manager), f"/coop/certificates/{goods[0].public_id}/codes")
    number = issued(session)[0].public_id
    rival = browser_of(cast.rival)
    assert rival.get(f"/coop/codes/{number}/sheet.pdf", base_url=HOST).status_code == 404
    assert rival.post(f"/coop/codes/{number}/revoke", data={"why": "lost"}, base_url=HOST).status_code == 404
    session.expire_all()
    assert issued(session)[0].revoked_at is None


def test_making_and_taking_back_refuse_a_get(goods, cast, browser_of):
    client = browser_of(cast.manager)
    for path in (f"certificates/{goods[0].public_id}/codes", "codes/ZZZZZZZZ/revoke"):
        assert client.get(f"/coop/{path}", base_url=HOST).status_code == 405


def test_a_body_officer_sees_no_sheet_on_the_card(goods, cast, browser_of):
    client, path = browser_of(cast.body_officer), f"/inspect/certificates/{goods[0].public_id}"
    assert "Bản in có mã ký" not in client.get(path, base_url=HOST).text
    assert client.post(f"{path}/codes", base_url=HOST).status_code == 404


def test_a_machine_without_a_signing_key_says_so(app, goods, cast, browser_of):
    from traceapp.keys import CodeKeys

    app.extensions["code_keys"] = CodeKeys(None, {})
    answer = browser_of(cast.manager).post(f"/coop/certificates/{goods[0].public_id}/codes", base_url=HOST)
    assert answer.status_code == 409
    assert "không có khóa ký" in answer.text


def boxed(client, code):
    """What the inspector's box makes of a code."""
    return client.get("/inspect", query_string={"q": code}, base_url=HOST)


def test_the_inspectors_box_opens_the_certificate_of_a_code(goods, session, cast, browser_of):
    client = browser_of(cast.inspector)
    followed(client, f"/inspect/certificates/{goods[0].public_id}/codes")
    [code] = issued(session)
    answer = boxed(client, code.code)
    assert (answer.status_code, answer.headers["Location"]) == (
        302,
        f"/inspect/certificates/{goods[0].public_id}",
    )
    assert "Chữ ký đúng" in client.get(answer.headers["Location"], base_url=HOST).text


def test_the_inspectors_box_tells_what_is_wrong_with_a_code(app, goods, session, cast, browser_of):
    client = browser_of(cast.inspector)
    followed(browser_of(cast.manager), f"/coop/lots/{goods[1].public_id}/cartons", count="12", cartons="1")
    [code] = issued(session)
    opened = boxed(client, code.code)
    assert opened.headers["Location"] == f"/inspect/goods?lot={goods[1].public_id}"
    stranger = make(read(code.code, {"0001": app.extensions["code_keys"].signing.public}), STRANGER)
    forged = boxed(client, stranger)
    assert forged.status_code == 422
    assert "Chữ ký sai" in forged.text


@pytest.mark.parametrize(
    "name",
    ["</para><a href='javascript:alert(1)'>x</a>", ") Tj ET /URI (http://evil.example)", "=1+1", "%PDF-"],
)
def test_a_name_that_would_be_a_program_is_only_a_name_on_paper(name, goods, session, cast, browser_of):
    goods[0].scope_text = name
    session.commit()
    _where, paper = followed(browser_of(cast.manager), f"/coop/certificates/{goods[0].public_id}/codes")
    told = PdfReader(io.BytesIO(paper.data))
    assert name in " ".join(told.pages[0].extract_text().split())
    assert "/Annots" not in told.pages[0]
    with pikepdf.open(io.BytesIO(paper.data)) as pdf:
        keys = {str(key) for held in pdf.objects if isinstance(held, pikepdf.Dictionary) for key in held}
    assert not keys & {"/JS", "/URI", "/OpenAction", "/AA", "/Launch"}


def test_the_secret_that_signs_is_nowhere_but_in_its_file(app, goods, session, cast, browser_of, caplog):
    followed(browser_of(cast.manager), f"/coop/certificates/{goods[0].public_id}/codes")
    key = app.extensions["code_keys"].signing
    kept = [
        str(tuple(row)) for table in Base.metadata.sorted_tables for row in session.execute(table.select())
    ]
    told = "\n".join([*kept, caplog.text, repr(app.extensions["code_keys"])])
    assert "issued_signed_code" in told
    for form in (key.secret.hex(), repr(key.secret), base64.b64encode(key.secret).decode()):
        assert form not in told


def test_an_account_makes_thirty_codes_an_hour(goods, cast, browser_of):
    certificate, lot, _run = (one.public_id for one in goods)
    path = f"/coop/lots/{lot}/cartons"
    manager, rival = browser_of(cast.manager), browser_of(cast.rival)
    limiter.enabled = True
    limiter.reset()
    try:
        answers = [manager.post(path, data={"count": "", "cartons": "1"}).status_code for _ in range(31)]
        elsewhere = manager.post(f"/coop/certificates/{certificate}/codes")
        looking, another = manager.get(path).status_code, rival.post(path).status_code
    finally:
        limiter.reset()
        limiter.enabled = False
    assert answers == [422] * 30 + [429]
    assert "30 lần trong một giờ" in elsewhere.text
    assert (elsewhere.status_code, looking, another) == (429, 200, 404)
