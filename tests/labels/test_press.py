"""The fast press against its oracle, the canvas, and against readers that know neither."""

import io
import re
import shutil
import subprocess

import numpy as np
import pytest
from pypdf import PdfReader
from pypdf.generic import ContentStream

from labels import fonts, pdf, press, qr
from labels.calibration import Calibration
from labels.codes import codes_of
from labels.errors import FamilyDisagrees
from labels.media import medium, placed
from labels.sheet import SheetFooter, stamp_sheets
from labels.stamp import layout
from tests.labels.canvas_press import canvas_sheets
from tests.labels.conftest import ART, PREFIX, program
from tests.labels.eyes import decoded

LONG = "HTTPS://TRUYXUAT.SOCONGTHUONG.LANGSON.GOV.VN/01/09520009010011/21/"
OPERATORS = {b"q", b"Q", b"cm", b"Do", b"g", b"BT", b"ET", b"Tf", b"Tz", b"Tm", b"Tj", b"TJ", b"INLINE IMAGE"}


def dots_of(m):
    return 203 if m.kind == "roll" else 600


def differing(one, other):
    """The share of the ink that is clearly not the same."""
    changed = np.abs(one.astype(int) - other) > 127
    return changed.sum() / (one < 128).sum()


@pytest.mark.parametrize(
    ("blank", "options"),
    [
        ("a4-65", {"footer": SheetFooter("R-1 (thử)")}),
        ("a4-65", {"mask": "best"}),
        ("a4-65", {"calibration": Calibration(dx0=0.4, dy0=-0.3, sx=1.001, sy=0.999, skew=0.05)}),
        ("a4-48", {"prefix": LONG}),
        ("a4-80", {"used_cells": frozenset({0, 1, 30}), "level": "L"}),
        ("a4-r25", {}),
        ("a4-r20", {}),
        ("r74-2x35x22", {}),
        ("r-t25", {}),
    ],
)
def test_a_page_is_the_one_the_canvas_draws(blank, options, sheet, serials, raster):
    m = medium(blank)
    given = {"art": ART, "prefix": PREFIX, "dpi": dots_of(m), **options}
    serials = serials[1 : m.per_page - 2] if m.per_page > 3 else serials[1 : m.per_page + 1]
    slow = canvas_sheets(m, serials, **given)
    fast, _ = sheet(blank, serials, **given)
    assert differing(raster(slow, given["dpi"]), raster(fast, given["dpi"])) < 0.001


@pytest.mark.parametrize("blank", ["a4-65", "a4-r25", "r74-2x35x22"])
def test_every_module_is_whole_dots_at_its_printers_resolution(blank, sheet, serials, raster):
    m = medium(blank)
    dpi, serials = dots_of(m), serials[: m.per_page]
    plan = layout(ART, m, dpi=dpi)
    page = raster(sheet(blank, serials, dpi=dpi)[0], dpi) < 128
    symbols = qr.family(PREFIX, 12).symbols(serials)
    for corner, modules in zip(placed(m), symbols, strict=True):
        ideal = np.kron(modules, np.ones((plan.dots, plan.dots), dtype=bool))
        x, y = plan.snapped(corner)
        left, top = round((x + plan.symbol_x) * dpi / 25.4), round((y + plan.symbol_y) * dpi / 25.4)
        seen = [page[top + down :, left:][: len(ideal), : len(ideal)] for down in (-1, 0, 1)]  # a page of odd
        assert any(np.array_equal(own, ideal) for own in seen)  # height may stand a dot lower on the raster


@pytest.mark.parametrize("mask", ["fixed", "best"])
def test_a_long_host_prints_symbols_that_read_back(mask, sheet, serials, raster):
    m = medium("a4-24m")
    pdf_file, _ = sheet("a4-24m", serials[: m.per_page], prefix=LONG, mask=mask)
    wanted = sorted(LONG + serial for serial in serials[: m.per_page])
    assert sorted(decoded(raster(pdf_file, 300))) == wanted


def test_serials_may_come_as_texts_or_as_codes(sheet, serials):
    codes = np.frombuffer("".join(serials[:70]).encode(), np.uint8).reshape(70, 12)
    assert sheet("a4-65", serials[:70])[0] == sheet("a4-65", codes)[0]


def test_the_size_of_a_batch_does_not_show_in_the_file(sheet, serials, monkeypatch):
    whole, _ = sheet("a4-65", serials, footer=SheetFooter("R-1"))
    monkeypatch.setattr(press, "BATCH", 130)
    monkeypatch.setattr(pdf, "THREADS", 3)
    assert sheet("a4-65", serials, footer=SheetFooter("R-1"))[0] == whole


def test_a_part_used_sheet_after_a_whole_and_a_broken_one_has_the_right_serials(sheet, serials):
    seen = []
    file, _ = sheet("a4-65", serials[:155], used_cells=frozenset(range(5)), watch=seen.append)
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(file)).pages]
    assert [found.count for found in seen] == [65, 30, 60]
    done = 0
    for found, text in zip(seen, pages, strict=True):
        for serial in serials[done : done + found.count]:
            assert "-".join(re.findall("....", serial)) in text
        done += found.count


@pytest.mark.parametrize("footer", [None, SheetFooter("R-1")])
def test_a_run_of_nothing_is_a_file_of_no_pages(footer, sheet):
    file, result = sheet("a4-65", [], footer=footer)
    assert (result.count, len(PdfReader(io.BytesIO(file)).pages)) == (0, 0)


def test_a_thousand_pages_hang_in_a_tree_of_few_branches(sheet, serials):
    many = [f"{number:012}" for number in range(1100)]
    file, _ = sheet("r-1x40x25", many, dpi=203)
    reader = PdfReader(io.BytesIO(file))
    root = reader.trailer["/Root"]["/Pages"]
    assert len(reader.pages) == root["/Count"] == 1100
    assert len(root["/Kids"]) == 2
    for at in (0, 31, 32, 1023, 1024, 1099):
        assert f"{many[at][:4]}-{many[at][4:8]}-{many[at][8:]}" in reader.pages[at].extract_text().replace(
            "\n", "-"
        )


@pytest.mark.parametrize("blank", ["a4-65", "a4-80", "a4-r25", "a4-r20"])
def test_a_page_speaks_no_word_a_reader_does_not_know(blank, sheet, serials):
    reader = PdfReader(io.BytesIO(sheet(blank, serials[:3], footer=SheetFooter("R-(1)\\"))[0]))
    content = ContentStream(reader.pages[0].get_contents(), reader)
    assert {operator for _, operator in content.operations} <= OPERATORS
    assert sum(operator == b"INLINE IMAGE" for _, operator in content.operations) == 3


READERS = {
    "qpdf": ["--check", "FILE"],
    "mutool": ["draw", "-r", "36", "-o", "/dev/null", "-F", "pnm", "FILE"],
    "gs": ["-q", "-dNOPAUSE", "-dBATCH", "-dPDFSTOPONERROR", "-sDEVICE=nullpage", "FILE"],
    "pdftoppm": ["-r", "36", "-gray", "FILE", "OUT"],
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("blank", ["a4-65", "a4-r25"])
def test_readers_of_every_school_find_nothing_to_complain_of(reader, blank, sheet, serials, tmp_path):
    """qpdf and poppler are there wherever the tests run; the others are asked where they are installed."""
    if reader in ("mutool", "gs") and shutil.which(reader) is None:
        pytest.skip(f"{reader} is not installed")
    path = tmp_path / "sheet.pdf"
    path.write_bytes(sheet(blank, serials[:150], footer=SheetFooter("R-1"))[0])
    words = {"FILE": str(path), "OUT": str(tmp_path / "page")}
    command = [program(reader, reader), *(words.get(word, word) for word in READERS[reader])]
    said = subprocess.run(command, check=True, capture_output=True, text=True)
    assert not re.search("(?i)error:|unknown|repair", said.stdout + said.stderr)


@pytest.mark.parametrize("columns", [c for c in range(1, 60) if press.cannot_end_early(c)])
def test_raw_images_hold_no_byte_at_a_rows_end_that_the_end_of_an_image_needs(columns):
    padding, stride = -columns % 8, -(-columns // 8)
    ends = {high << padding | (1 << padding) - 1 for high in range(1 << (8 - padding))}
    needed = [b"\0\t\n\f\r ", b"E", b"I", b"\0\t\n\f\r ()<>[]{}/%"]
    for start in range(stride):
        at_ends = [wanted for at, wanted in enumerate(needed, start) if at % stride == stride - 1]
        assert any(ends.isdisjoint(wanted) for wanted in at_ends)


def test_a_short_host_draws_three_bytes_a_row(serials):
    kin = qr.family("HTTPS://DEMO.VN/01/09520009010011/21/", 12)
    image = press.Image.of(kin)
    assert image.raw
    assert kin.columns < image.columns <= 24
    codes = codes_of(serials, 12)
    assert not any(re.search(rb"[\0\t\n\f\r ]EI", bytes(drawn)) for drawn in image.drawn(kin, codes))
    assert bytes(image.drawn(kin, codes)[0])[0] == 0xFE  # the finder: nor does one end where it begins


def test_stamps_whose_symbols_may_not_stand_raw_are_drawn_in_hex(sheet, serials):
    file, _ = sheet("a4-65", serials[:1], mask="best")
    assert b"/F/AHx ID FE" in PdfReader(io.BytesIO(file)).pages[0].get_contents().get_data()


def test_a_margin_of_more_letters_than_a_font_holds_is_refused(sheet, serials):
    known = sorted(fonts._face(400).face.charToGlyph)
    words = "".join(map(chr, known)).replace("{", "").replace("}", "")
    with pytest.raises(ValueError, match="different letters"):
        sheet("a4-65", serials[:1], footer=SheetFooter("R-1", words=words))


@pytest.mark.parametrize("serial", ["W" * 20, "A1"])
def test_serials_of_other_lengths_print_too(serial, sheet, raster):
    file, _ = sheet("a4-44", [serial], prefix="HTTPS://A.VN/21/")
    assert decoded(raster(file, 300)) == [f"HTTPS://A.VN/21/{serial}"]
    assert "-".join(re.findall(".{1,4}", serial)) in PdfReader(io.BytesIO(file)).pages[0].extract_text()


@pytest.fixture
def faulty(monkeypatch):
    """A family no other test has, and a way to turn over one bit of what it prints from."""
    kin = qr.Family(PREFIX, 12)
    monkeypatch.setattr("labels.sheet.family", lambda *_args, **_named: kin)

    def flip(array):
        array.setflags(write=True)
        array.flat[array.size // 2] ^= True

    columns = press.Image.of(kin).columns
    return kin, lambda: flip(kin._tables_of(columns).tables[3].entries), lambda: flip(kin.constant)


@pytest.mark.parametrize("which", [1, 2])
def test_what_a_run_prints_from_gone_wrong_in_memory_prints_nothing(which, faulty, serials):
    kin, sink = faulty[0], io.BytesIO()
    given = {"medium": medium("a4-65"), "art": ART, "prefix": PREFIX, "serials": serials[:65]}
    stamp_sheets(io.BytesIO(), **given)
    faulty[which]()
    with pytest.raises(FamilyDisagrees):
        stamp_sheets(sink, **given)
    assert (sink.getvalue(), kin.size) == (b"", 29)


def test_a_table_that_goes_wrong_while_a_file_is_written_leaves_no_file_that_opens(faulty, serials):
    _, flip, _ = faulty
    sink, seen = io.BytesIO(), []

    def watch(sheet):
        seen.append(sheet)
        if len(seen) == 2:
            flip()

    with pytest.raises(FamilyDisagrees):
        stamp_sheets(sink, medium=medium("a4-65"), art=ART, prefix=PREFIX, serials=serials, watch=watch)
    assert len(seen) >= 2
    assert b"%%EOF" not in sink.getvalue()


def test_what_is_not_a_shell_is_refused():
    with pytest.raises(ValueError, match="no /Gone"):
        pdf._reference(b"<</Here 1 0 R>>", b"Gone")
    with pytest.raises(ValueError, match="does not end"):
        pdf._value(b"<</Kids [ 1 0 R ", b"Kids")
