"""Chinese in minutes: drawn where the machine has a font for it, told by its number where it has none."""

import re
import subprocess

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from labels import fonts
from labels.errors import GlyphMissing
from labels.minutes import Grid, Minutes, Section, minutes_pdf
from labels.typeset import compose

TOLD = "Ông 王 mua 八角 <b> 🌾 lá"
REAL = fonts.CHINESE_FILE


def a_font(path):
    """A font of three Chinese characters, each a box."""
    names = {ord(one): f"g{at}" for at, one in enumerate("王八角")}
    every = [".notdef", *names.values()]
    pen = TTGlyphPen(None)
    for at, point in enumerate(((100, 0), (100, 800), (900, 800), (900, 0))):
        pen.lineTo(point) if at else pen.moveTo(point)
    pen.closePath()
    box = pen.glyph()
    made = FontBuilder(1000, isTTF=True)
    made.setupGlyphOrder(every)
    made.setupCharacterMap(names)
    made.setupGlyf(dict.fromkeys(every, box))
    made.setupHorizontalMetrics(dict.fromkeys(every, (1000, 100)))
    made.setupHorizontalHeader(ascent=800, descent=-200)
    made.setupNameTable({"familyName": "Three", "styleName": "Regular", "psName": "Three-Regular"})
    made.setupOS2(sTypoAscender=800, sTypoDescender=-200)
    made.setupPost()
    made.save(path)
    return path


@pytest.fixture(params=["three", "debian"])
def font(request, tmp_path, monkeypatch):
    if request.param == "debian":
        if not REAL.exists():
            pytest.skip("fonts-wqy-microhei is not installed (make tools installs it)")
        return REAL
    made = a_font(tmp_path / f"three{tmp_path.name}.ttf")
    monkeypatch.setattr(fonts, "CHINESE_FILE", made)
    return made


def made(**more):
    return minutes_pdf(
        Minutes(office="Chi cục", title="BIÊN BẢN", number="1", address="HTTPS://X.VN/1", caption="", **more)
    )


def read(pdf, tmp_path):
    """The words of a PDF, and its fonts with whether each is embedded."""
    path = tmp_path / "m.pdf"
    path.write_bytes(pdf)
    run = {"capture_output": True, "text": True, "check": True}
    words = subprocess.run(["pdftotext", path, "-"], **run).stdout
    listed = subprocess.run(["pdffonts", path], **run).stdout.splitlines()[2:]
    return re.sub(r"\s+", " ", words), {line.split()[0]: " yes yes yes " in line for line in listed}


def test_chinese_is_drawn_and_embedded_where_the_machine_has_a_font(font, tmp_path):
    sections = (
        Section("Hàng", (("Người mua 王", TOLD),), Grid(("Tên",), (60.0,), ((TOLD,), ("八角" * 60,)))),
    )
    pdf = made(sections=sections)
    words, faces = read(pdf, tmp_path)
    assert words.count("Ông 王 mua 八角 <b> [U+1F33E] lá") == 2
    assert "Người mua 王" in words
    assert words.replace(" ", "").count("八角") == 62  # a long name is broken into lines, and nothing is cut
    assert all(faces.values())
    assert sum("BeVietnamPro" not in name for name in faces) == 1
    assert made(sections=sections) == pdf


def test_chinese_is_told_by_its_number_where_the_machine_has_no_font(tmp_path, monkeypatch):
    monkeypatch.setattr(fonts, "CHINESE_FILE", tmp_path / "none.ttc")
    words, faces = read(made(sections=(Section("Hàng", (("", TOLD),)),)), tmp_path)
    assert "Ông [U+738B] mua [U+516B][U+89D2] <b> [U+1F33E] lá" in words
    assert all("BeVietnamPro" in name for name in faces)


def test_a_file_that_is_no_font_is_no_font(tmp_path, monkeypatch):
    broken = tmp_path / "broken.ttc"
    broken.write_bytes(b"ttcf and nothing")
    monkeypatch.setattr(fonts, "CHINESE_FILE", broken)
    assert fonts.chinese("王") is None


def test_a_stamp_or_label_says_the_same_on_every_machine(font):
    assert fonts.chinese("王")
    with pytest.raises(GlyphMissing, match="王"):
        compose({"name": "Rượu 王"})
