"""Files that are too large: a page says so in a sentence, and what was typed before them is on it."""

import http.client
from io import BytesIO
from urllib.parse import urlsplit

import pytest

from tests.web.looking import text_of
from tests.web.test_serving import server

ORIGIN = {"Origin": "https://txng.langson.gov.vn"}
BASE = "https://txng.langson.gov.vn"


@pytest.fixture
def small(app):
    app.config["MAX_CONTENT_LENGTH"] = 3_000
    return app


def form(*fields, photo=b"x" * 4_000, after=()):
    """What a browser would send, in the order of the form."""
    return dict(fields) | {"photo": (BytesIO(photo), "anh.jpg")} | dict(after)


@pytest.fixture
def manager(small, browser_of, cast):
    return browser_of(cast.manager)


def sent(client, path, data, **headers):
    return client.post(path, data=data, base_url=BASE, headers=ORIGIN | headers)


def test_what_was_typed_stands_on_the_page_to_be_sent_again(manager):
    told = form(("name_vi", "Rượu <men> lá"), ("csrf_token", "old"), after=[("brand", "Mẫu Sơn")])
    answer = sent(manager, "/coop/items/new", told)
    assert answer.status_code == 413
    page = answer.text
    assert "Tệp quá lớn, chữ bạn gõ vẫn còn" in text_of(page)
    assert 'name="name_vi" value="Rượu &lt;men&gt; lá"' in page
    assert 'name="brand" value="Mẫu Sơn"' in page
    assert 'value="old"' not in page
    assert '<input type="hidden" name="csrf_token"' in page
    assert 'type="file" name="photo"' in page
    assert 'action="/coop/items/new"' in page


def test_sent_again_with_a_smaller_file_it_is_as_if_sent_at_once(manager):
    data = form(("name_vi", "Rượu men lá"))
    page = sent(manager, "/coop/items/new", data).text
    again = sent(manager, "/coop/items/new", form(("name_vi", "Rượu men lá"), photo=b"x"))
    assert 'name="name_vi" value="Rượu men lá"' in page
    assert again.status_code != 413
    assert "Rượu men lá" in again.text


def test_a_page_of_another_host_gets_nothing_back(manager):
    answer = sent(manager, "/coop/items/new", form(("name_vi", "Rượu")), Origin="https://evil.example")
    assert answer.status_code == 413
    assert "Rượu" not in answer.text
    assert "Mỗi lần gửi tối đa 20 MB" in text_of(answer)


def test_a_password_is_never_handed_back(manager):
    answer = sent(manager, "/coop/items/new", form(("name_vi", "Rượu"), ("password", "bí mật")))
    assert answer.status_code == 413
    assert "bí mật" not in answer.text
    assert "Rượu" not in answer.text


def test_a_stranger_page_gets_no_cookie(small, passer_by):
    answer = sent(passer_by, "/report", form(("told", "Vị lạ")))
    assert answer.status_code == 413
    assert 'name="told" value="Vị lạ"' in answer.text
    assert "Set-Cookie" not in answer.headers
    assert "csrf_token" not in answer.text


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data; boundary=b", b"--b\r\nnonsense" + b"x" * 4_000),
        ("multipart/form-data; boundary=b", b"--b\r\n\r\n" * 1_500),
        ("multipart/form-data", b"x" * 4_000),
        ("multipart/form-data; boundary=\xc4\x83".encode().decode("latin-1"), b"x" * 4_000),
        ("application/x-www-form-urlencoded", b"told=" + b"x" * 4_000),
        ("text/plain", b"x" * 4_000),
    ],
)
def test_what_is_no_form_gets_the_plain_page(small, passer_by, kind, body):
    answer = passer_by.post("/report", data=body, content_type=kind, base_url=BASE, headers=ORIGIN)
    assert answer.status_code == 413
    assert "Mỗi lần gửi tối đa 20 MB" in text_of(answer)


def test_a_program_gets_a_problem(small, passer_by):
    answer = passer_by.post(
        "/api/v1/verify", data=b"x" * 4_000, content_type="application/json", base_url=BASE
    )
    assert (answer.status_code, answer.content_type) == (413, "application/problem+json")


def test_a_sender_who_listens_only_when_all_is_sent_hears_it(settings):
    """As browsers do; a server that closed on them was a page that could not be opened."""
    with server(settings) as address:
        place = urlsplit(address)
        line = http.client.HTTPConnection(place.hostname, place.port, timeout=60)
        head = (
            b'--b\r\nContent-Disposition: form-data; name="told"\r\n\r\nmot\r\n--b\r\n'
            b'Content-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n'
        )
        line.putrequest("POST", "/report")
        line.putheader("Content-Type", "multipart/form-data; boundary=b")
        line.putheader("Content-Length", str(len(head) + 30 * 2**20))
        line.putheader("Origin", address)
        line.endheaders(head)
        for _ in range(30):
            line.send(b"x" * 2**20)
        answer = line.getresponse()
        page = answer.read().decode()
        assert answer.status == 413
        assert "Tệp quá lớn, chữ bạn gõ vẫn còn" in page
        line.request("GET", "/healthz")  # the line is as good as before
        assert line.getresponse().status == 200
        line.close()
