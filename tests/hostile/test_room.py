"""The room in which strangers' files are opened keeps its limits, and what honest people send passes."""

import signal
import subprocess
import sys
from io import BytesIO

import pytest
from PIL import Image

from tests.hostile.making import picture
from tests.hostile.pdfs import HARMLESS
from traceapp.domain.errors import Malformed
from traceapp.services import quarantine
from traceapp.services.pictures import reencode
from traceapp.services.vouching.evidence import check_evidence, honest_name

LIMITS = "from traceapp.services.quarantine.__main__ import take_limits\ntake_limits(1, 50 * 1024 * 1024)\n"


def ended(code: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-c", LIMITS + code], capture_output=True, check=False)


def test_a_room_gets_no_more_memory_than_it_may():
    assert b"MemoryError" in ended("bytearray(60 * 1024 * 1024)").stderr
    assert ended("bytearray(40 * 1024 * 1024)").returncode == 0


def test_a_room_is_ended_by_the_kernel_when_its_time_is_spent():
    assert ended("while True: pass").returncode in {-signal.SIGXCPU, -signal.SIGKILL}


def test_a_room_writes_no_file(tmp_path):
    code = f"with open({str(tmp_path / 'kept')!r}, 'w') as kept: kept.write('x' * 10_000)"
    assert ended(code).returncode != 0
    assert (tmp_path / "kept").stat().st_size == 0


def test_nothing_of_ours_stands_in_a_rooms_environment(monkeypatch):
    monkeypatch.setenv("TRACEAPP_DATABASE_URL", "postgresql://somebody:secret@127.0.0.1/registry")
    told = []
    really = subprocess.run

    def run(words, **more):
        told.append(more["env"])
        return really(words, **more)

    monkeypatch.setattr(subprocess, "run", run)
    reencode(picture())
    assert [set(environment) for environment in told] == [{"PYTHONPATH", "LC_ALL", "OPENBLAS_NUM_THREADS"}]


def test_a_room_that_is_ended_is_an_answer(monkeypatch):
    monkeypatch.setattr(quarantine, "MEGABYTES", 1)
    with pytest.raises(Malformed) as broken:
        reencode(picture("PNG", (4000, 4000)), field="anh")
    assert (broken.value.code, broken.value.field) == ("file_demanding", "anh")


def test_a_decoder_that_fails_in_a_way_of_its_own_is_an_answer_and_is_logged(monkeypatch, caplog):
    fault = Malformed("picture_format", field="anh", expected="JPEG")
    with pytest.raises(Malformed) as broken:
        quarantine.open_apart("images", picture(), unreadable=fault, longest="no list", form="WEBP")
    assert broken.value is fault
    assert "Traceback" in caplog.text


@pytest.mark.parametrize("kind", HARMLESS)
def test_what_honest_bodies_send_is_kept_byte_for_byte(kind):
    content = HARMLESS[kind]()
    kept = check_evidence(content, "Giấy.pdf")
    assert (kept.content, kept.media_type, kept.first_name) == (content, "application/pdf", "Giấy.pdf")


@pytest.mark.parametrize(("form", "mode"), [("JPEG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("PNG", "1"),
                                            ("WEBP", "RGB"), ("JPEG", "L"), ("JPEG", "CMYK")])  # fmt: skip
def test_a_photo_of_paper_is_as_large_and_as_bright_as_it_was(form, mode):
    kept = check_evidence(picture(form, (900, 600), mode), "a.heic")
    made = Image.open(BytesIO(kept.content))
    assert (made.format, made.size, kept.first_name) == ("JPEG", (900, 600), "a.jpg")
    sent = Image.open(BytesIO(picture(form, (900, 600), mode))).convert("L")
    grey = made.convert("L")
    for place in ((10, 10), (450, 300), (890, 590)):
        if mode not in {"1", "P", "CMYK"}:
            assert abs(grey.getpixel(place) - sent.getpixel(place)) < 6


def test_a_photo_of_the_best_telephones_is_taken():
    """Fifty million points were sent as 8,160 by 4,896: just what a limit of forty million lets in."""
    kept = reencode(picture("JPEG", (8160, 4896)))
    assert max(Image.open(BytesIO(kept)).size) == 1600


def test_the_points_under_full_transparency_do_not_come_out():
    hidden, told = Image.new("RGBA", (64, 64), (255, 0, 0, 0)), BytesIO()
    hidden.save(told, "PNG")
    made = Image.open(BytesIO(check_evidence(told.getvalue()).content))
    assert made.getpixel((30, 30)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\temp\\giay.pdf", "giay.pdf"),
        ("giay\u202efdp.exe", "giayfdp.pdf"),
        ("giay.pdf\0.html", "giay-pdf.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie: x=1.pdf"),
        ("", "evidence.pdf"),
        ("...", "evidence.pdf"),
        (".htaccess", "evidence.pdf"),
        ("Gia\u0302\u0301y.v2.pdf", "Giấy-v2.pdf"),
        ("x" * 5000 + ".pdf", "x" * 150 + ".pdf"),
    ],
)
def test_a_name_ends_in_what_the_file_is(given, kept):
    assert honest_name(given, "application/pdf") == kept
