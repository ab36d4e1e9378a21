"""Every hostile file through every door that takes one: refused in a sentence, or made harmless.

What each may cost is not timed here: the room it is opened in is ended by the kernel after two seconds of a
processor and given 200 MB (`test_room`). What the server itself grew by is measured.
"""

import html
import json
import re
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from tests.hostile.doors import Door, doors_of, make_scene, post, sent
from tests.hostile.making import MARK, Hostile, picture
from tests.hostile.pdfs import PDFS
from tests.hostile.pictures import PICTURES
from tests.hostile.strangers import STRANGERS
from tests.hostile.workbooks import WORKBOOKS
from tests.reaching import reached
from tests.web.public.scene import HOST
from traceapp.domain.errors import MESSAGES
from traceapp.models import ImportDraft, StoredFile
from traceapp.services.quarantine import open_apart

FILES = {**{f"picture: {k}": f for k, f in PICTURES.items()},
         **{f"pdf: {k}": f for k, f in PDFS.items()},
         **{f"stranger: {k}": f for k, f in STRANGERS.items()}}  # fmt: skip
FEW = (
    "picture: jpeg with php in a comment", "picture: png flood of 900 million points", "stranger: one byte",
    "pdf: script at opening", "pdf: content of a gigabyte", "stranger: svg as png",
)  # fmt: skip
WHOLE = {
    "cooperative.add_evidence": "paper", "public.report": "picture",
    "inspector.inspection_photos": "record photo", "inspector.read_box": "codes",
}  # fmt: skip
"""One door of each room, through which every file goes; the others lead into the same rooms."""
ONE_OF_EACH = ("pdf: script at opening", "stranger: svg as png", "picture: jpeg with php in a comment")
"""A file of each kind; what is taken comes last, for some doors take one alone."""
FORMS = ("cooperative.add_evidence", "cooperative.set_photo", "public.report", "inspector.read_box")
BOOKS = (*list(WORKBOOKS)[:2], "php")
CODES = (
    "evidence_bytes", "evidence_format", "file_demanding", "pdf_encrypted", "pdf_unreadable", "pdf_active",
    "pdf_mixed", "pdf_pages", "picture_bytes", "picture_pixels", "picture_format", "photo_no_code",
    "workbook_bytes", "workbook_format", "workbook_macro", "workbook_rows", "workbook_heads",
    "workbook_weight", "cell_long",
)  # fmt: skip
SENTENCES = [re.compile(re.sub(r"\\\{\w+\\\}", ".+?", re.escape(MESSAGES[code]))) for code in CODES]
MOST_GROWTH = 200 * 1024 * 1024

# A form that breaks off leaves the parts werkzeug had begun to the collector of garbage, which closes them.
pytestmark = [
    pytest.mark.filterwarnings("ignore:.*nclosed file:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture
def doors(app, session, cast, now, browser_of):
    """Every door by its route."""
    return doors_of(make_scene(app, session, cast, browser_of, now))


def test_every_route_that_opens_a_stranger_s_file_is_a_door_here(app, doors):
    """Found from the routes' own code: a new one fails here until files are handed in there."""
    opening = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "POST" in rule.methods and open_apart in reached(app.view_functions[rule.endpoint])
    }
    assert opening == set(doors)
    assert {door.room for door in doors.values()} == {*WHOLE.values(), "workbook"}


def test_every_operation_that_takes_a_file_is_a_door_here(app, doors):
    """The same, from what the API says of itself: bytes as a body, or base64 somewhere within."""
    book = app.test_client().get("/api/openapi.json", base_url=HOST).json
    taking = set()
    for path, operations in book["paths"].items():
        for method, told in operations.items():
            body = told.get("requestBody", {}).get("content", {})
            if set(body) - {"application/json"} or '"base64"' in whole(body, book):
                [rule] = [one for one in app.url_map.iter_rules() if spoken(one.rule) == path
                          and method.upper() in one.methods]  # fmt: skip
                taking.add(rule.endpoint)
    assert taking == {name for name in doors if name.startswith("api.")}


def spoken(rule: str) -> str:
    """A route as a specification writes it."""
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule)


def whole(body: object, book: dict) -> str:
    """A body's schema as text, with all that it refers to."""
    text, done = json.dumps(body), set()
    while left := set(re.findall(r"#/components/schemas/(\w+)", text)) - done:
        done |= left
        text += "".join(json.dumps(book["components"]["schemas"][name]) for name in left)
    return text


def taken(door: Door, file: Hostile) -> bool:
    """Whether a door takes files of this kind at all: an animation is no paper."""
    return not (door.room == "paper" and file.make().startswith(b"GIF8"))


def fault(answer, door: Door, file: Hostile) -> str | None:
    """What is wrong with an answer."""
    if answer.status_code in {200, 201, 303}:
        kept = file.fate != "refused" and door.room not in {"codes", "workbook"}
        return None if kept else f"taken: {answer.status}"
    if answer.status_code != (400 if answer.is_json else 422):
        return answer.status
    if file.fate == "anew" and taken(door, file) and door.room != "codes":
        return "refused, though it can be made harmless"
    page = answer.json["detail"] if answer.is_json else html.unescape(answer.text)
    return None if any(sentence.search(page) for sentence in SENTENCES) else "no sentence says why"


def through(door: Door, files) -> dict[str, str]:
    told = {kind: fault(door.hand_in(file), door, file) for kind, file in files.items()}
    return {kind: wrong for kind, wrong in told.items() if wrong is not None}


@pytest.mark.slow
@pytest.mark.parametrize("name", WHOLE)
def test_every_file_is_refused_in_a_sentence_or_made_harmless(name, doors, app, session):
    assert len(FILES) >= 100
    Path("/proc/self/clear_refs").write_text("5")  # the mark of the highest water begins anew
    before = highest_water()
    assert through(doors[name], FILES) == {}
    assert highest_water() - before <= MOST_GROWTH
    assert unclean(app, session) == {}


@pytest.mark.parametrize("name", WHOLE)
def test_a_few_files_are_refused_in_a_sentence_or_made_harmless(name, doors, app, session):
    assert through(doors[name], {kind: FILES[kind] for kind in FEW}) == {}
    assert unclean(app, session) == {}


def test_a_file_of_each_kind_fares_alike_at_every_other_door(doors, app, session):
    """They lead into the same rooms: what is kept apart here is the way there."""
    books = {kind: {**WORKBOOKS, **STRANGERS}[kind] for kind in BOOKS}
    few = {kind: FILES[kind] for kind in ONE_OF_EACH}
    told = {
        name: through(door, books if door.room == "workbook" else few)
        for name, door in doors.items()
        if name not in WHOLE
    }
    assert len(told) > 12
    assert {name: wrong for name, wrong in told.items() if wrong} == {}
    assert unclean(app, session) == {}
    assert session.scalars(select(ImportDraft.id)).all() == []


def test_every_workbook_is_refused_in_a_sentence(doors, session):
    strangers = {kind: STRANGERS[kind] for kind in ("one byte", "zip bomb as jpeg", "php")}
    assert through(doors["province.upload_import"], {**WORKBOOKS, **strangers}) == {}
    assert session.scalars(select(ImportDraft.id)).all() == []


def unclean(app, session) -> dict[str, str]:
    """Files that were kept with anything but points in them, or under a type of a stranger's choice."""
    session.expire_all()
    store, told = app.extensions["storage"], {}
    for file in session.scalars(select(StoredFile)):
        content = store.get(file.sha256)
        expected = {"image/jpeg": "JPEG", "image/webp": "WEBP"}.get(file.media_type)
        made = Image.open(BytesIO(content))
        if made.format != expected or MARK in content or made.getexif() or getattr(made, "n_frames", 1) > 1:
            told[file.first_name] = file.media_type
        if file.inline and file.media_type != "image/webp":
            told[file.first_name] = "inline"
    return told


def highest_water() -> int:
    """The most memory this process had, in bytes."""
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) * 1024


def test_what_was_taken_leaves_as_an_attachment_of_an_honest_name(doors, session, app):
    door = doors["cooperative.add_evidence"]
    assert door.hand_in(PICTURES["jpeg, then html"]).status_code == 303
    sha256 = session.scalars(select(StoredFile.sha256)).one()
    answer = door.client.get(f"{door.address}/{sha256}", base_url=HOST)
    assert answer.content_type == "image/jpeg"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.headers["Content-Disposition"].endswith(".jpg")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "announced", ["text/html", "image/svg+xml", "application/x-php", "", "x" * 300, "image/jpeg\t;x"]
)
def test_the_announced_type_is_not_believed(announced, doors, session):
    door = doors["public.report"]
    assert door.hand_in(Hostile(picture, "a.html", announced)).status_code == 303
    assert session.scalars(select(StoredFile.media_type)).all() == ["image/webp"]


NAMES = (
    "../../../etc/passwd", "a\u202egpj.exe", "..", ".", "a" * 4000 + ".png", "con", 'a".png', "a;b.png",
    "a%00.png", "\\\\evil\\share", "ảnh.png", "x/.htaccess",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("door", ["cooperative.add_evidence", "public.report"])
def test_no_name_leads_anywhere(name, door, doors, session, app):
    assert doors[door].hand_in(Hostile(picture, name, "image/png")).status_code == 303
    kept = session.scalars(select(StoredFile)).one()
    assert kept.first_name.rpartition(".")[2] in {"jpg", "webp"}
    assert not set("/\\\0\u202e") & set(kept.first_name)
    assert app.extensions["storage"].is_whole(kept.sha256)


PHOTO = b'--b\r\nContent-Disposition: form-data; name="photo"; filename="a.png"\r\n'
END = b"\r\n--b--\r\n"
BODIES = {
    "no end": PHOTO + b"\r\n\x89PNG",
    "no boundary in the body": b"\x89PNG\r\n\x1a\n",
    "nothing": b"",
    "a part without a name": b"--b\r\nContent-Disposition: form-data\r\n\r\nx" + END,
    "a part without a head": b"--b\r\n\r\nx" + END,
    "a name with NUL": PHOTO.replace(b"a.png", b"a\0.png") + b"\r\nx" + END,
    "a head of a megabyte": PHOTO + b"X: " + b"x" * 1_000_000 + b"\r\n\r\nx" + END,
    "five thousand parts": (PHOTO + b"\r\nx\r\n") * 5000 + b"--b--\r\n",
    "base64 announced": PHOTO + b"Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=" + END,
    "the photo as a text": PHOTO.replace(b'; filename="a.png"', b"") + b"\r\n\x89PNG" + END,
    "a text of a megabyte": b'--b\r\nContent-Disposition: form-data; name="q"\r\n\r\n'
    + b"x" * 1_000_000
    + END,
    "a part within a part": PHOTO
    + b"Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nx\r\n--c--"
    + END,
}


@pytest.mark.parametrize("trick", BODIES)
@pytest.mark.parametrize("door", FORMS)
def test_a_form_that_is_no_form_does_nothing(trick, door, doors, session):
    answer = doors[door].client.post(
        doors[door].address, data=BODIES[trick], content_type="multipart/form-data; boundary=b", base_url=HOST
    )
    assert answer.status_code in {303, 400, 413, 422}
    assert session.scalars(select(StoredFile)).all() == []


def test_two_photos_in_one_field_are_one_photo(doors, session):
    door = doors["public.report"]
    both = [sent(picture(), "a.png"), sent(PDFS["script at opening"].make(), "b.png")]
    told = {"kind": "other", "about": "/", door.field: both}
    assert post(door.client, door.address, told).status_code == 303
    assert session.scalars(select(StoredFile.media_type)).all() == ["image/webp"]


def test_so_many_files_at_once_are_refused_before_one_is_opened(doors, session):
    door = doors["cooperative.add_evidence"]
    many = [sent(picture(), f"{number}.png") for number in range(11)]
    answer = post(door.client, door.address, {door.field: many})
    assert answer.status_code == 422
    assert "mỗi lần gửi tối đa 10 tệp" in answer.text
    assert session.scalars(select(StoredFile)).all() == []
