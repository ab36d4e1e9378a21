"""`traceapp certificate`: a signed code checked from a shell, with the registry's books and without."""

# ruff: noqa: F811 - fixtures of a neighbour are named as they are used

import json

import pytest
from PIL import Image
from sqlalchemy.orm import Session

from tests import factories
from tests.test_cli import environment, traceapp  # noqa: F401 - fixtures
from traceapp import keys
from traceapp.domain.certificates import DecisionKind
from traceapp.domain.jwks import key_set
from traceapp.models import CertificateDecision
from traceapp.services import printing
from traceapp.services.signing import signed_codes


@pytest.fixture
def certificate(session: Session, cast, now):
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    return factories.make_certificate(session, cast, now, item)


@pytest.fixture
def code(session, cast, settings, certificate, now):
    made = signed_codes.sign_certificate(
        session,
        actor=cast.manager.actor,
        certificate=certificate,
        key=keys.code_keys(settings.instance_path).signing,
        issuer=settings.host,
        now=now,
    )
    session.commit()
    return made


def test_a_good_code_ends_with_0_and_says_what_it_says(traceapp, code):
    told = traceapp("certificate", "verify", code.code)
    assert told.returncode == 0, told.stderr
    for words in ("Chữ ký đúng", "DEMO-FSMS-0001", "HTX Mẫu Sơn Thử", "09/06/2028", "Đã so với sổ"):
        assert words in told.stdout
    assert "Signature correct" in traceapp("certificate", "verify", code.code, lang="en_US.UTF-8").stdout


def test_a_program_reads_the_answer(traceapp, code):
    told = json.loads(traceapp("certificate", "verify", code.code, "--json").stdout)
    assert (told["verdict"], told["books"], told["number"]) == ("ok", True, code.public_id)
    assert told["certificate"]["products"] == ["09520009010011"]


def test_a_forged_code_ends_with_1(traceapp, code):
    forged = code.code[:-1] + ("0" if code.code[-1] != "0" else "1")
    told = traceapp("certificate", "verify", forged, "--json")
    assert told.returncode == 1
    answer = json.loads(told.stdout)
    assert answer["verdict"].startswith("signed_")
    assert "certificate" not in answer


def test_a_suspension_since_ends_with_1_where_the_books_are_at_hand(
    traceapp, session, cast, certificate, code, now
):
    certificate.decisions.append(
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
    told = traceapp("certificate", "verify", code.code)
    assert told.returncode == 1
    assert "đang bị đình chỉ" in told.stdout
    answer = json.loads(traceapp("certificate", "verify", code.code, "--json").stdout)
    assert (answer["verdict"], answer["why"], answer["since"]) == (
        "signed_revoked",
        "suspended",
        "2026-11-22",
    )


def test_with_keys_alone_the_signature_speaks_and_the_answer_says_so(traceapp, settings, code, tmp_path):
    ring = keys.code_keys(settings.instance_path).ring
    (tmp_path / "keys.json").write_text(json.dumps(key_set(ring)), "utf-8")
    elsewhere = {"TRACEAPP_INSTANCE_PATH": str(tmp_path / "nowhere"), "TRACEAPP_DATABASE_URL": ""}
    told = traceapp("certificate", "verify", code.code, "--keys", "keys.json", **elsewhere)
    assert told.returncode == 0, told.stderr
    assert "không có sổ của hệ thống" in told.stdout
    assert not (tmp_path / "nowhere").exists()


def test_a_machine_without_keys_makes_none_and_says_what_is_missing(traceapp, code, tmp_path):
    elsewhere = {"TRACEAPP_INSTANCE_PATH": str(tmp_path / "nowhere"), "TRACEAPP_DATABASE_URL": ""}
    told = traceapp("certificate", "verify", code.code, **elsewhere)
    assert told.returncode == 2
    assert "--keys" in told.stderr
    assert not (tmp_path / "nowhere/keys").exists()


def test_the_code_is_found_in_a_sheet_a_picture_and_a_text(traceapp, settings, code, tmp_path):
    (tmp_path / "sheet.pdf").write_bytes(printing.certificate_sheet(code, settings))
    (tmp_path / "code.txt").write_text(code.code + "\n", "utf-8")
    symbol = printing.draw_barcode("qr", code.code, "png", dpi=300)
    (tmp_path / "code.png").write_bytes(symbol)
    Image.open(tmp_path / "code.png").convert("L").save(tmp_path / "scan.pdf", "PDF")
    for name in ("sheet.pdf", "code.txt", "code.png", "scan.pdf"):
        told = traceapp("certificate", "verify", name, "--json")
        assert told.returncode == 0, (name, told.stderr)
        assert json.loads(told.stdout)["number"] == code.public_id


def test_what_is_neither_file_nor_code_is_wrong_use(traceapp, code):
    told = traceapp("certificate", "verify", "khong-co.pdf")
    assert told.returncode == 2
    assert "khong-co.pdf" in told.stderr


def test_a_picture_without_a_code_is_refused_with_a_reason(traceapp, code, tmp_path):
    Image.new("L", (60, 60), 255).save(tmp_path / "blank.png")
    told = traceapp("certificate", "verify", "blank.png")
    assert told.returncode == 3
    assert len(told.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "content", ["{}", "[]", "no", '{"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "AA"}]}']
)
def test_keys_that_are_none_are_refused(traceapp, code, tmp_path, content):
    (tmp_path / "keys.json").write_text(content, "utf-8")
    told = traceapp("certificate", "verify", code.code, "--keys", "keys.json")
    assert told.returncode == 3
    assert "JWKS" in told.stderr


def test_the_page_to_take_along_is_written(traceapp, code, tmp_path):
    told = traceapp("certificate", "bundle", "--out", "page.html", "--language", "en")
    assert told.returncode == 0, told.stderr
    page = (tmp_path / "page.html").read_text("utf-8")
    assert page.startswith("<!doctype html>")
    assert '<html lang="en">' in page
    assert len(page.encode()) <= 60_000
