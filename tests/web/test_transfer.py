"""What answers weigh on the way, and how long files are kept."""

import gzip
import hashlib
import re

import brotli
import pytest
from flask import url_for

FILES = [("static", "office.css"), ("static", "inspection.js"), ("bootstrap.static", "css/bootstrap.min.css")]


@pytest.fixture(params=FILES, ids=[name for _, name in FILES])
def file(request, app):
    endpoint, filename = request.param
    with app.test_request_context():
        return url_for(endpoint, filename=filename)


def test_a_file_is_asked_for_once_and_its_next_version_at_once(passer_by, file):
    assert re.search(r"\?v=[0-9a-f]{12}$", file)
    assert passer_by.get(file).headers["Cache-Control"] == "public, max-age=31536000, immutable"
    bare = file.split("?")[0]
    for other in (bare, f"{bare}?v=000000000000", f"{bare}?v="):
        assert passer_by.get(other).headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("accepted", "how", "unpack"), [("gzip", "gzip", gzip.decompress), ("gzip, br", "br", brotli.decompress)]
)
def test_a_file_comes_packed_and_is_the_same(passer_by, file, accepted, how, unpack):
    plain = passer_by.get(file)
    packed = passer_by.get(file, headers={"Accept-Encoding": accepted})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == how
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert unpack(packed.data) == plain.data
    assert len(packed.data) < 0.5 * len(plain.data)
    again = {"Accept-Encoding": accepted, "If-None-Match": packed.headers["ETag"]}
    assert passer_by.get(file, headers=again).status_code == 304
    assert packed.headers["ETag"] != plain.headers["ETag"]


def test_a_part_of_a_file_is_a_part_of_its_own_bytes(passer_by, file):
    part = passer_by.get(file, headers={"Accept-Encoding": "gzip", "Range": "bytes=0-999"})
    assert (part.status_code, "Content-Encoding" in part.headers) == (206, False)
    assert part.data == passer_by.get(file).data[:1000]


@pytest.mark.parametrize("way", ["../", "..%2f", "%2e%2e/", "....//", "/"])
def test_no_file_outside_is_opened_or_told_of(passer_by, tmp_path, way):
    outside = tmp_path / "ngoai.css"
    outside.write_bytes(b"body{}")
    named = hashlib.sha256(b"body{}").hexdigest()[:12]
    for depth in (0, 12):
        address = f"/static/{way * depth}{str(outside).lstrip('/')}"
        answers = [passer_by.get(address, query_string={"v": v}) for v in (named, "0" * 12)]
        assert {(one.status_code, one.headers["Cache-Control"]) for one in answers} <= {
            (404, "no-store"),
            (308, "no-store"),
        }
        assert {one.data.replace(named.encode(), b"0" * 12) for one in answers} == {answers[1].data}


def test_a_missing_file_has_no_version(app, passer_by):
    with app.test_request_context():
        address = url_for("static", filename="khong-co.css")
    assert address == "/static/khong-co.css"
    assert passer_by.get(address).status_code == 404


@pytest.mark.parametrize("address", ["/", "/recalls", "/api/openapi.json", "/verify"])
def test_who_sends_no_cookie_gets_pages_packed(passer_by, address):
    plain = passer_by.get(address)
    packed = passer_by.get(address, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data)
    assert "Accept-Encoding" in plain.headers["Vary"]


def test_a_page_of_somebody_signed_in_is_not_packed(browser_of, cast):
    manager = browser_of(cast.manager)
    page = manager.get("/coop/", headers={"Accept-Encoding": "gzip, br"}, follow_redirects=True)
    assert page.status_code == 200
    assert "Content-Encoding" not in page.headers
