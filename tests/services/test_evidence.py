"""Evidence and pictures below the pages: limits, and files that try to be two things."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Event
from time import sleep

import pikepdf
import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp.domain.errors import Malformed
from traceapp.models import StoredFile
from traceapp.services.pictures import both_sizes
from traceapp.services.vouching.evidence import MOST_BYTES, check_evidence, keep_file


@pytest.fixture
def engine(session):
    return session.get_bind()


def refusal(content):
    with pytest.raises(Malformed) as broken:
        check_evidence(content)
    assert broken.value.field == "evidence"
    return broken.value.code


def test_a_file_too_heavy_is_refused_before_it_is_opened():
    assert refusal(b"%PDF-" + b"\0" * MOST_BYTES) == "evidence_bytes"
    assert refusal(b"") == "evidence_bytes"


def test_what_stands_deep_inside_is_found():
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        deep = pikepdf.Dictionary(JS="app.alert(1)")
        for _ in range(30):
            deep = pikepdf.Array([pikepdf.Dictionary(K=deep)])
        pdf.Root.Deep = deep
        told = BytesIO()
        pdf.save(told)
    assert refusal(told.getvalue()) in {"pdf_active", "pdf_unreadable"}


def test_a_pdf_that_points_at_itself_comes_to_an_end():
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        loop = pdf.make_indirect(pikepdf.Dictionary())
        loop.Self = loop
        pdf.Root.Loop = loop
        told = BytesIO()
        pdf.save(told)
    assert check_evidence(told.getvalue()).media_type == "application/pdf"


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\temp\\passwd", "passwd\r\n", "passwd"])
def test_a_name_is_the_last_part_and_printable(name):
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        told = BytesIO()
        pdf.save(told)
    assert check_evidence(told.getvalue(), name).first_name == "passwd.pdf"


@pytest.mark.parametrize(
    ("size", "small", "large"), [((1200, 800), (96, 64), (480, 320)), ((40, 60), (40, 60), (40, 60))]
)
def test_pictures_fit_their_squares_and_never_grow(size, small, large):
    told = BytesIO()
    Image.new("RGBA", size, "red").save(told, "PNG")
    made = both_sizes(told.getvalue())
    assert [Image.open(BytesIO(one)).size for one in (made.small, made.large)] == [small, large]
    assert {Image.open(BytesIO(one)).format for one in (made.small, made.large)} == {"WEBP"}


def test_a_picture_is_turned_upright():
    picture, told = Image.new("RGB", (200, 100)), BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    picture.save(told, "JPEG", exif=exif)
    made = Image.open(BytesIO(both_sizes(told.getvalue()).large))
    assert made.size == (100, 200)
    assert not made.getexif()


def test_the_same_file_handed_in_by_two_at_once_is_one(engine, app, cast, now):
    storage = app.extensions["storage"]
    told = {"media_type": "image/webp", "first_name": "a.webp", "now": now}
    first_is_in, second_begins, kept = Event(), Event(), []

    def keep(person):
        with Session(engine) as session:
            if person is None:
                first_is_in.wait(10)
                second_begins.set()
            kept.append(keep_file(session, storage, b"the same", actor=person and person.actor, **told))
            if person is not None:
                first_is_in.set()
                second_begins.wait(10)
                sleep(0.2)  # on PostgreSQL the second has looked by then, and waits for this commit
            session.commit()

    with ThreadPoolExecutor(2) as both:
        list(both.map(keep, (cast.manager, None)))
    with Session(engine) as session:
        [file] = session.scalars(select(StoredFile))
        assert (kept, file.uploaded_by_id) == ([file.sha256] * 2, cast.manager.account_id)
