import io
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from PIL import Image

from labels import preview, thermal
from labels.__main__ import main
from labels.errors import TextRefused
from labels.face import LabelFace
from labels.media import media, medium
from labels.printers import PRINTERS
from tests.labels.conftest import ART, PREFIX
from tests.labels.eyes import decoded

ROLL = medium("r104-3x33x22")
SVG = "{http://www.w3.org/2000/svg}"


def grey(ink):
    return np.where(ink, 0, 255).astype(np.uint8)


def untspl(job: bytes) -> np.ndarray:
    """The picture of a TSPL job, read as a printer reads it: 0 is black."""
    head, rest = re.match(rb"(?s)(.*?BITMAP 0,0,([0-9]+),([0-9]+),0,)", job), None
    wide, high = int(head[2]), int(head[3])
    rest = job[head.end() : head.end() + wide * high]
    bits = np.unpackbits(np.frombuffer(rest, np.uint8).reshape(high, wide), axis=1)
    return bits == 0


def unzpl(label: str) -> np.ndarray:
    """The picture of a ZPL label, its run lengths undone: 1 is black."""
    wide, field = re.search(r"\^GFA,[0-9]+,[0-9]+,([0-9]+),(.*?)\^FS", label, re.DOTALL).groups()
    digits, rows, line, count = int(wide) * 2, [], "", 0
    for character in field:
        if "G" <= character <= "Y":
            count += ord(character) - ord("F")
        elif "g" <= character <= "z":
            count += (ord(character) - ord("f")) * 20
        elif character == ":":
            rows.append(rows[-1])
        else:
            fill = {",": "0", "!": "F"}.get(character)
            line += fill * (digits - len(line)) if fill else character * max(count, 1)
            count = 0
            if len(line) == digits:
                rows.append(line)
                line = ""
    raw = np.array([list(bytes.fromhex(row)) for row in rows], dtype=np.uint8)
    return np.unpackbits(raw, axis=1) == 1


def test_a_serial_no_symbol_can_hold_is_refused_before_the_first_row(serials):
    sink = io.BytesIO()
    with pytest.raises(TextRefused, match="7k3m"):
        thermal.stamp_rows(sink, medium=ROLL, art=ART, prefix=PREFIX, serials=[*serials[:7], "7k3m9qx2tz4b"])
    assert sink.getvalue() == b""


@pytest.mark.parametrize("language", ["tspl", "zpl"])
def test_printer_commands_give_back_the_very_dots_and_every_code_reads(language, serials):
    serials = serials[:5]
    options = {"medium": ROLL, "art": ART, "prefix": PREFIX, "serials": serials}
    sink = io.BytesIO()
    assert thermal.stamp_rows(sink, language=language, **options) == 2
    written = sink.getvalue()
    if language == "tspl":
        pictures = [untspl(job) for job in written.split(b"SIZE ")[1:]]
        assert written.count(b"GAP 2 mm,0\r\n") == 2
    else:
        pictures = [unzpl(label) for label in written.decode("ascii").splitlines()]
    drawn = list(thermal.rows(**options))
    assert [picture.shape[0] for picture in pictures] == [176, 176]
    for picture, row in zip(pictures, drawn, strict=True):
        assert np.array_equal(picture[:, : row.shape[1]], row)
        assert not picture[:, row.shape[1] :].any()
    read = [
        text for picture in pictures for text in decoded(np.kron(grey(picture), np.ones((3, 3), np.uint8)))
    ]
    assert sorted(read) == sorted(PREFIX + serial for serial in serials)


def test_a_row_is_the_preview_dot_for_dot(serials):
    m = medium("r-1x40x25")
    row = next(thermal.rows(medium=m, art=ART, prefix=PREFIX, serials=serials[:1]))
    seen = preview.stamp_png(medium=m, art=ART, prefix=PREFIX, serial=serials[0], dpi=203, mask="fixed")
    with Image.open(io.BytesIO(seen)) as picture:
        shown = ~np.array(picture)
    x = round(m.x0 * 203 / 25.4)
    assert np.array_equal(row[:, x : x + shown.shape[1]], shown)


def test_a_mark_sensed_roll_says_so(serials):
    from dataclasses import replace

    job = thermal.tspl(np.zeros((8, 8), dtype=bool), replace(ROLL, sensing="mark"), 203)
    assert b"BLINE 2 mm,0" in job


def test_a_row_wider_than_the_head_keeps_its_middle():
    ink = np.zeros((2, 880), dtype=bool)
    ink[:, 440] = True
    cut = thermal.within_head(ink, 104, 203)
    assert cut.shape == (2, 831)
    assert cut[:, 440 - 24].all()
    assert thermal.within_head(ink, None, 203) is ink
    assert thermal.within_head(ink, 120, 203) is ink


def test_rows_as_png_have_exactly_their_dots():
    with Image.open(io.BytesIO(thermal.png(np.eye(16, dtype=bool), 203))) as picture:
        assert (picture.size, picture.mode) == ((16, 16), "1")
        assert picture.getpixel((3, 3)) == 0


@pytest.mark.parametrize("line", ["00" * 30, "FF" * 30, "0F" * 30, "A" * 60, "00" * 10 + "F" * 39 + "0"])
def test_run_lengths_can_be_undone(line):
    packed = bytes.fromhex(line * 2)
    field = thermal.zpl_compressed(packed, 30)
    picture = unzpl(f"^GFA,60,60,30,{field}^FS")
    assert np.packbits(picture, axis=1).tobytes() == packed


def test_a_very_long_run_is_cut_into_counts_the_printer_knows():
    packed = b"\xaa" + b"\x11" * 300
    assert np.packbits(unzpl(f"^GFA,1,1,301,{thermal.zpl_compressed(packed, 301)}^FS")).tobytes() == packed


@pytest.mark.parametrize("blank", ["a4-65", "a4-r25", "tomy-146"])
def test_a_preview_is_the_labels_size_and_its_guides_can_be_switched(blank):
    m = medium(blank)
    plain = preview.stamp_svg(medium=m, art=ART, prefix=PREFIX, serial="7K3M9QX2TZ4B")
    root = ET.fromstring(plain)
    assert (root.get("width"), root.get("height")) == (f"{m.w:g}mm", f"{m.h:g}mm")
    assert not root.findall(f"{SVG}g[@class='q']")
    guided = ET.fromstring(
        preview.stamp_svg(medium=m, art=ART, prefix=PREFIX, serial="7K3M9QX2TZ4B", overlays=True)
    )
    assert [g.get("class") for g in guided.findall(f"{SVG}g")] == ["ground", "die", "s", "q"]


def test_a_preview_escapes_what_people_type():
    from labels.art import StampArt

    drawn = preview.stamp_svg(
        medium=medium("a4-65"), art=StampArt("<b> & Hồi"), prefix=PREFIX, serial="7K3M9QX2TZ4B"
    )
    assert "&lt;b&gt;" in drawn
    assert ET.fromstring(drawn).find(f"{SVG}title").text == "<b> & Hồi"


def test_label_previews_come_as_svg_and_png():
    face = LabelFace("Rượu men lá", "500 ml", gtin="9520009010011", demo=True)
    root = ET.fromstring(preview.label_svg(medium=medium("a4-21"), face=face, overlays=True))
    assert root.get("width") == "63.5mm"
    assert root.findall(f"{SVG}g[@class='die']")
    with Image.open(io.BytesIO(preview.label_png(medium=medium("a4-21"), face=face, dpi=600))) as picture:
        assert picture.size == (1500, 900)


@pytest.mark.parametrize("blank", media())
def test_a_picture_of_a_sheet_shows_every_cell_and_which_are_used(blank):
    m = medium(blank)
    root = ET.fromstring(preview.sheet_svg(m, used_cells=frozenset({0}), count=1))
    groups = root.findall(f"{SVG}g")
    assert len(groups) == m.per_page
    assert groups[0].get("class") == "cell used"
    assert sum(g.get("class") == "cell filled" for g in groups) == (m.per_page > 1)
    assert ET.fromstring(preview.sheet_svg(m)).findall(f"{SVG}g[@class='cell filled']")


def test_the_sample_command_writes_a_sheet(tmp_path, capsys):
    out = tmp_path / "sample.pdf"
    assert main(["--out", str(out), "--medium", "a4-r25", "--count", "3"]) == 0
    assert out.read_bytes().startswith(b"%PDF")
    assert "3 stamps, 1 pages" in capsys.readouterr().out
    assert main(["--out", str(out), "--medium", "r-t20"]) == 0


def test_printers_know_their_dots():
    assert PRINTERS["laser-600"].dots(25.4) == 600
    assert PRINTERS["thermal-203"].thermal
