"""Evidence on its way out, at every door: saved as it came, and only a photo drawn anew is shown."""

import hashlib
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from tests import factories
from tests.web.looking import look
from traceapp.domain.certificates import RecordState
from traceapp.models import CertificateEvidence, StoredFile
from traceapp.services.vouching import certificates, evidence, evidence_check

SECRET = b"taken at home <script>alert(1)</script>"


def photo_of(colour, kind="JPEG"):
    """A photo of 2,400 by 1,200 pixels with a place in its EXIF and a script behind its end."""
    told, exif = BytesIO(), Image.Exif()
    exif[0x010E] = "taken at home"
    Image.new("RGB", (2400, 1200), colour).save(told, kind, exif=exif)
    return told.getvalue() + SECRET


@pytest.fixture
def certificate(session, cast, now):
    """An approved certificate with a photo, a PNG and a PDF-like scan."""
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    return factories.make_certificate(session, cast, now, item)


@pytest.fixture
def keep(app, session, cast, certificate, now):
    """Add a file by its bytes, as it stands in the store; its hash."""

    def add(content, media_type, who=None):
        person = who or cast.manager
        sha256 = evidence.keep_file(
            session, app.extensions["storage"], content, actor=person.actor, media_type=media_type,
            first_name="giay.pdf", now=now,
        )  # fmt: skip
        certificate.evidence.append(
            CertificateEvidence(sha256=sha256, added_by_id=person.account_id, created_at=now)
        )
        session.commit()
        return sha256

    return add


@pytest.fixture
def doors(browser_of, cast, certificate):
    """Who may see the files, and where."""
    people = {
        "coop": cast.manager, "province": cast.officer, "inspect": cast.inspector, "body": cast.body_officer,
    }  # fmt: skip
    return {
        name: (browser_of(person), f"/{name}/certificates/{certificate.public_id}")
        for name, person in people.items()
    }


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_photo_is_shown_redrawn_and_saved_as_it_came(doors, keep, kind):
    content = photo_of("green", kind)
    sha256 = keep(content, f"image/{kind.lower()}")
    for client, page in doors.values():
        assert f"{sha256}?view=1" in client.get(page).text
        shown = client.get(f"{page}/evidence/{sha256}?view=1")
        assert shown.content_type == "image/webp"
        assert "attachment" not in shown.headers.get("Content-Disposition", "")
        assert "sandbox" in shown.headers["Content-Security-Policy"]
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
        assert shown.headers["Cache-Control"] == "no-store"
        picture = Image.open(BytesIO(shown.data))
        assert (picture.format, picture.size) == ("WEBP", (1600, 800))
        assert not picture.getexif()
        assert b"script" not in shown.data
        saved = client.get(f"{page}/evidence/{sha256}")
        assert saved.data == content
        assert saved.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"%PDF-1.7 <script>alert(1)</script>", "application/pdf"),
        (b"\xff\xd8\xff no photo any more", "image/jpeg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "image/svg+xml"),
        (b"<html><script>alert(1)</script>", "text/html"),
    ],
    ids=["pdf", "broken photo", "svg", "html"],
)
def test_nothing_else_ever_opens_inside_a_page(doors, keep, content, media_type):
    sha256 = keep(content, media_type)
    for client, page in doors.values():
        for asked in ("", "?view=1"):
            answer = client.get(f"{page}/evidence/{sha256}{asked}")
            assert answer.data == content
            assert answer.headers["Content-Disposition"].startswith("attachment")
            assert "sandbox" in answer.headers["Content-Security-Policy"]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_every_file_stands_with_its_whole_hash_and_its_day(doors, keep):
    hashes = [keep(photo_of(colour), "image/jpeg") for colour in ("red", "blue")]
    for name, (client, page) in doors.items():
        text = client.get(page).text
        for sha256 in hashes:
            assert sha256 in text, name
        assert "09:14 22/11/2026" in text or name in {"body", "province"}
    assert "Lan thêm lúc" in doors["coop"][0].get(doors["coop"][1]).text


def test_a_file_that_was_lost_is_a_page_that_says_so(doors, keep, app):
    sha256 = keep(photo_of("red"), "image/jpeg")
    folder = app.extensions["storage"].folder
    next(folder.rglob(sha256)).unlink()
    for client, page in doors.values():
        assert client.get(page).status_code == 200
        assert client.get(f"{page}/evidence/{sha256}?view=1").status_code == 404


def test_a_hash_opens_only_the_certificate_it_belongs_to(doors, keep, session, cast, now):
    sha256 = keep(photo_of("red"), "image/jpeg")
    item = session.scalars(select(factories.TradeItem)).one()
    other = factories.make_certificate(session, cast, now, item, number="KHAC")
    session.commit()
    for client, page in doors.values():
        elsewhere = page.rsplit("/", 1)[0] + f"/{other.public_id}"
        assert client.get(f"{elsewhere}/evidence/{sha256}").status_code == 404


def test_a_replaced_scan_leaves_the_first_one_in_the_store(app, session, cast, certificate, now):
    certificate.record_state, certificate.approved_by_id, certificate.approved_at = (
        RecordState.DRAFT, None, None,
    )  # fmt: skip
    storage, actor = app.extensions["storage"], cast.manager.actor
    first, second = (evidence.check_evidence(photo_of(one), "giay.jpg") for one in ("red", "blue"))
    for scan in (first, second):
        certificates.add_evidence(
            session, storage, actor=actor, certificate=certificate, handed_in=scan, now=now
        )
    wrong = hashlib.sha256(first.content).hexdigest()
    certificates.remove_evidence(session, actor=actor, certificate=certificate, sha256=wrong, now=now)
    session.commit()
    assert [row.added_by_id for row in certificate.evidence] == [cast.manager.account_id]
    assert storage.get(wrong) == first.content
    assert set(look(session, select(StoredFile.sha256))) == {
        wrong, hashlib.sha256(second.content).hexdigest(),
    }  # fmt: skip


def test_who_added_a_file_is_asked_of_this_certificate_not_of_the_bytes(
    app, session, cast, certificate, keep, now, today
):
    """The rival had uploaded the very same bytes before: that is nobody's business here."""
    content = photo_of("red")
    evidence.keep_file(
        session, app.extensions["storage"], content, actor=cast.rival.actor, media_type="image/jpeg",
        first_name="cua-doi-thu.jpg", now=now,
    )  # fmt: skip
    keep(content, "image/jpeg")
    [told] = evidence_check.hash_evidence(session, app.extensions["storage"], certificate, today=today)
    assert told.uploaded_by == "HTX Mẫu Sơn Thử"


def test_a_name_of_another_cooperative_is_not_told(browser_of, session, cast, certificate, keep):
    keep(photo_of("red"), "image/jpeg", who=cast.rival)
    page = browser_of(cast.manager).get(f"/coop/certificates/{certificate.public_id}").text
    assert "Rồng" not in page
    assert "thêm lúc" in page
