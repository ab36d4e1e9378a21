import io
import subprocess
import unicodedata
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from labels import bitmap, fonts
from labels.__main__ import sample_serials
from labels.art import StampArt, grouped
from labels.calibration import NEUTRAL, Calibration
from labels.calibration_sheet import (
    HAIR,
    LETTER,
    LETTERS,
    _combs,
    _ruler,
    calibration_marks,
    calibration_sheet,
    comb_cells,
    ruler_length,
)
from labels.drawing import Path, Rule, Text
from labels.errors import CellUnknown, DoesNotFit, GlyphMissing, MediumInvalid, TextRefused
from labels.media import cells, media, medium
from labels.sheet import SheetFooter, share_out, stamp_sheets
from labels.stamp import layout
from tests.labels.conftest import ART, PREFIX, program
from tests.labels.eyes import decoded

PUBLISHED = [m.id for m in media().values() if m.confidence == "published"]
MM = 72 / 25.4
HALF_A_DOT = 25.4 / 600 / 2 + 1e-3  # a stamp moves so far that its modules stand on whole dots


@pytest.mark.parametrize("blank", ["a4-65", "a4-r25", "a4-80", "r74-2x35x22"])
def test_every_printed_code_reads_back_at_600_dpi(blank, sheet, serials, raster):
    serials = serials[: medium(blank).per_page]
    pdf, _ = sheet(blank, serials, dpi=203 if medium(blank).kind == "roll" else 600)
    assert sorted(decoded(raster(pdf, 600))) == sorted(PREFIX + serial for serial in serials)


@pytest.mark.parametrize("blank", ["a4-65", "a4-48"])
def test_every_printed_code_reads_back_at_300_dpi(blank, sheet, serials, raster):
    serials = serials[: medium(blank).per_page]
    pdf, _ = sheet(blank, serials)
    assert sorted(decoded(raster(pdf, 300))) == sorted(PREFIX + serial for serial in serials)


@pytest.mark.slow
@pytest.mark.parametrize("flags", [{}, {"demo": True}, {"test": True}])
@pytest.mark.parametrize("blank", media())
def test_a_page_of_every_medium_prints_and_reads_back(blank, flags, sheet, serials, raster):
    m = medium(blank)
    serials = serials[: m.per_page]
    dpi = 203 if m.kind == "roll" else 600
    pdf, _ = sheet(
        blank, serials, dpi=dpi, art=StampArt("Rượu men lá Minh Họa", "500 ml · 40 % vol", **flags)
    )
    wanted = sorted(PREFIX + serial for serial in serials)
    assert sorted(decoded(raster(pdf, 600))) == wanted


@pytest.mark.slow
@pytest.mark.parametrize("blank", PUBLISHED)
def test_published_media_read_back_at_300_dpi_where_modules_are_whole_dots(blank, sheet, serials, raster):
    serials = serials[: medium(blank).per_page]
    pdf, _ = sheet(blank, serials, dpi=300)
    assert sorted(decoded(raster(pdf, 300))) == sorted(PREFIX + serial for serial in serials)


def test_no_ink_leaves_its_label_and_every_label_has_some(sheet, serials, raster):
    m = medium("a4-r30")
    page = raster(sheet("a4-r30", serials[: m.per_page])[0], 300) < 128
    dot = 25.4 / 300
    for x, y in cells(m):
        box = np.s_[round(y / dot) : round((y + m.h) / dot), round(x / dot) : round((x + m.w) / dot)]
        assert page[box].sum() > 1000
        page[box] = False
    assert page.sum() == 0


def form_corners(pdf: bytes, page_h: float) -> list[tuple[float, float]]:
    """Where a page's form stands its labels, mm from the top-left corner (first page)."""
    found = []

    def seen(operator, operands, matrix, _text):
        if operator == b"Do":
            found.append((matrix[4] / MM, page_h - matrix[5] / MM))

    PdfReader(io.BytesIO(pdf)).pages[0].extract_text(visitor_operand_before=seen)
    return found[1:]  # the first is the page's form itself


@pytest.mark.parametrize("calibration", [None, Calibration(dx0=0.4, dy0=-0.3, sx=1.001, sy=0.999, skew=0.05)])
def test_labels_stand_where_the_medium_and_the_calibration_say(calibration, sheet, serials):
    m = medium("a4-65")
    pdf, _ = sheet("a4-65", serials[:65], calibration=calibration)
    corners = form_corners(pdf, m.page_h)
    assert len(corners) == 65
    for (x, y), (px, low) in zip(cells(m), corners, strict=True):
        centre = (x + m.w / 2, y + m.h / 2)
        wanted = calibration.apply(*centre) if calibration else centre
        assert (px + m.w / 2, low - m.h / 2) == pytest.approx(wanted, abs=HALF_A_DOT)


def test_the_same_run_is_the_same_bytes_every_time(sheet, serials):
    first, _ = sheet("a4-65", serials[:70], footer=SheetFooter("R-1"))
    again, _ = sheet("a4-65", serials[:70], footer=SheetFooter("R-1"))
    assert first == again


def test_the_file_asks_for_its_own_page_one_copy_and_no_scaling(sheet, serials):
    reader = PdfReader(io.BytesIO(sheet("tomy-103", serials[:12])[0]))
    wishes = reader.trailer["/Root"]["/ViewerPreferences"]
    assert wishes["/PrintScaling"] == "/None"
    assert wishes["/NumCopies"] == 1
    box = [float(side) for side in reader.pages[0].mediabox]
    assert box == pytest.approx([0, 0, 202 * MM, 162 * MM], abs=0.01)


def test_fonts_are_embedded_and_text_comes_out_composed(sheet, serials):
    name = unicodedata.normalize("NFD", "Rượu Mẫu Sơn")
    pdf, _ = sheet("a4-65", serials[:1], art=StampArt(name, "500 ml"), footer=SheetFooter("R-9"))
    reader = PdfReader(io.BytesIO(pdf))
    text = reader.pages[0].extract_text()
    assert text == unicodedata.normalize("NFC", text)
    assert "Rượu Mẫu Sơn" in text.replace("\n", " ")
    assert grouped(serials[0]) in text
    assert "Lệnh in R-9 · tờ 1/1" in text
    used = reader.pages[0]["/Resources"]["/Font"].values()
    embedded = [f.get_object() for f in used if f.get_object()["/Subtype"] == "/TrueType"]
    assert embedded
    assert all("/FontFile2" in f["/FontDescriptor"] for f in embedded)


def test_the_file_is_sound(sheet, serials, tmp_path):
    (tmp_path / "sheet.pdf").write_bytes(sheet("a4-65", serials[:70], footer=SheetFooter("R-1"))[0])
    qpdf = program("qpdf", "qpdf")
    subprocess.run([qpdf, "--check", str(tmp_path / "sheet.pdf")], check=True, stdout=subprocess.DEVNULL)


def test_margins_say_run_sheet_range_and_calibration(sheet, serials):
    footer = SheetFooter("R-12", calibration="C7", first_sheet=3, sheets=9)
    seen = []
    pdf, result = sheet("a4-65", serials[:70], footer=footer, watch=seen.append)
    last = PdfReader(io.BytesIO(pdf)).pages[1].extract_text().replace("\n", " ")
    assert f"R-12 · tờ 4/9 · {grouped(serials[65])} – {grouped(serials[69])} · căn chỉnh C7" in last
    assert result.footer_printed
    assert [(s.number, s.count, s.first, s.last) for s in seen] == [
        (3, 65, serials[0], serials[64]),
        (4, 5, serials[65], serials[69]),
    ]


@pytest.mark.parametrize("blank", ["a4-24", "r74-2x35x22"])
def test_a_page_without_margins_carries_no_line(blank, sheet, serials):
    _, result = sheet(blank, serials[:3], footer=SheetFooter("R-1"), dpi=203)
    assert not result.footer_printed


def test_a_page_with_room_only_above_its_labels_has_its_line_there(sheet, serials):
    shifted = replace(medium("a4-65"), y0=20.0)
    sink = io.BytesIO()
    result = stamp_sheets(
        sink, medium=shifted, art=ART, prefix=PREFIX, serials=serials[:1], footer=SheetFooter("R-5")
    )
    assert result.footer_printed
    assert "R-5" in PdfReader(io.BytesIO(sink.getvalue())).pages[0].extract_text()


def test_a_round_label_no_symbol_can_stand_on_is_refused():
    with pytest.raises(DoesNotFit) as refused:
        layout(ART, replace(medium("a4-r20"), w=4.0, h=4.0, r=2.0))
    assert refused.value.facts["field"] == "symbol"


def test_every_finished_sheet_is_reported_and_a_refusal_stops_the_work(sheet, serials):
    seen = []
    _, result = sheet("a4-65", serials[:131], watch=seen.append)
    assert [page.count for page in seen] == [65, 65, 1]
    assert (result.sheets, result.count) == (3, 131)

    class Stopped(Exception):
        pass

    def stop(page):
        raise Stopped

    with pytest.raises(Stopped):
        sheet("a4-65", serials[:131], watch=stop)


@pytest.mark.parametrize(
    ("count", "used", "pages"),
    [
        (65, 0, [65]),
        (66, 0, [65, 1]),
        (0, 0, []),
        (10, 60, [5, 5]),
        (5, 60, [5]),
        (3, 60, [3]),
        (70, 60, [65, 5]),
        (3, 65, [3]),
    ],
)
def test_the_part_used_sheet_comes_last_as_full_as_it_gets_and_fresh_ones_hold_the_rest(count, used, pages):
    shared = share_out(medium("a4-65"), count, frozenset(range(used)))
    assert [len(page) for page in shared] == pages
    if 0 < used < 65 and shared:
        assert min(shared[-1]) == used


@given(count=st.integers(0, 400), used=st.sets(st.integers(0, 64)))
def test_every_stamp_has_a_cell_of_its_own_and_no_used_one(count, used):
    pages = share_out(medium("a4-65"), count, used)
    cells_of_pages = list(pages)
    assert sum(map(len, cells_of_pages)) == count
    assert all(len(set(page)) == len(page) and set(page) <= set(range(65)) for page in cells_of_pages)
    assert sum(len(page) < 65 for page in cells_of_pages) <= 2
    if 0 < len(used) < 65 and count:
        assert not set(cells_of_pages[-1]) & used
        assert len(cells_of_pages[-1]) == min(count, 65 - len(used))
    assert (len(pages), [pages[at] for at in range(len(pages))]) == (len(cells_of_pages), cells_of_pages)
    assert pages[-2:] == cells_of_pages[-2:]


def test_fewer_stamps_than_none_are_refused():
    with pytest.raises(ValueError, match="expected 0 or more, found -5"):
        share_out(medium("a4-65"), -5, {0})


def test_a_page_beyond_the_last_is_none():
    with pytest.raises(IndexError):
        share_out(medium("a4-65"), 70)[2]


def test_any_cells_may_be_used_and_stay_empty(sheet, serials, raster):
    m = medium("a4-65")
    used = frozenset({0, 7, 64})
    page = raster(sheet("a4-65", serials[:62], used_cells=used)[0], 150)
    dot = 25.4 / 150
    empty = {
        number
        for number, (x, y) in enumerate(cells(m))
        if page[round(y / dot) : round((y + m.h) / dot), round(x / dot) : round((x + m.w) / dot)].min() > 200
    }
    assert empty == used


def test_a_cell_the_medium_does_not_have_is_refused():
    with pytest.raises(CellUnknown):
        share_out(medium("a4-65"), 1, frozenset({65}))


@pytest.mark.parametrize(
    "wrong",
    [
        ["abcdefghijkl"],
        ["7K3M9QX2TZ4B"] * 8_900 + ["7K3M9QX2TZ4_"] + ["7K3M9QX2TZ4B"] * 100,
        np.full((70, 12), 200, np.uint8),
        np.full((70, 12), 65, np.int64),
    ],
)
def test_a_serial_no_symbol_can_hold_is_refused_before_the_first_byte(wrong):
    sink, seen = io.BytesIO(), []
    with pytest.raises(TextRefused):
        stamp_sheets(sink, medium=medium("a4-65"), art=ART, prefix=PREFIX, serials=wrong, watch=seen.append)
    assert (sink.getvalue(), seen) == (b"", [])


class Minted:
    """Serials made when they are asked for; remembers the most that was asked for at once."""

    def __init__(self, rows):
        self.rows, self.most = rows, 0

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, part):
        self.most = max(self.most, len(self.rows[part]))
        return self.rows[part]


def test_serials_minted_as_they_are_asked_for_make_the_same_file_and_never_lie_there_at_once(sheet):
    rows = np.frombuffer("".join(sample_serials(20_000)).encode(), np.uint8).reshape(-1, 12)
    minted, footer = Minted(rows), SheetFooter("R-1")
    one, other = ([], [])
    assert (
        sheet("a4-65", minted, footer=footer, watch=one.append)[0]
        == sheet("a4-65", rows, footer=footer, watch=other.append)[0]
    )
    assert one == other
    assert len(one) == 308
    assert minted.most <= 1 << 14


@pytest.mark.parametrize("run", ["R-{1}", "{", "{sheet}", "{x!r:>9}"])
@pytest.mark.parametrize("calibration", ["{x}", "}"])
def test_braces_in_a_margin_are_letters_like_any_others(run, calibration, sheet, serials):
    footer = SheetFooter(
        run, calibration=calibration, words="{run} {{0}} {sheet}/{sheets} {calibration} {other}"
    )
    text = PdfReader(io.BytesIO(sheet("a4-65", serials[:1], footer=footer)[0])).pages[0].extract_text()
    assert f"{run} {{{{0}}}} 1/1 {calibration} {{other}}" in text.replace("\n", " ")


@pytest.mark.parametrize("blank", ["a4-65", "a4-r25", "a4-80"])
def test_a_name_too_long_for_its_stamp_is_refused_not_cut(blank):
    with pytest.raises(DoesNotFit) as refused:
        layout(StampArt("Rượu men lá thượng hạng đặc biệt của hợp tác xã vùng cao " * 2), medium(blank))
    assert refused.value.facts["field"] == "name"


def test_a_letter_the_font_lacks_is_named():
    with pytest.raises(GlyphMissing) as refused:
        layout(StampArt("Rượu 米酒"), medium("a4-65"))
    assert refused.value.facts == {"field": "name", "characters": "米酒"}


@pytest.mark.parametrize(
    ("blank", "dpi", "module"),
    [
        ("a4-65", 600, 0.4233),
        ("a4-65", 300, 0.4233),
        ("r74-2x35x22", 203, 0.5005),
        ("a4-r25", 600, 0.3387),
        ("a4-r30", 600, 0.4233),
        ("a4-r20", 600, 0.3387),
        ("tomy-146", 600, 0.3387),
        ("r-1x40x25", 203, 0.5005),
    ],
)
def test_modules_are_as_large_as_the_drawings_say(blank, dpi, module):
    assert layout(ART, medium(blank), dpi=dpi).module_mm == pytest.approx(module, abs=0.0001)


@pytest.mark.parametrize("flags", [{}, {"demo": True}, {"test": True, "demo": True}])
@pytest.mark.parametrize("blank", media())
def test_every_medium_has_a_stamp_with_a_clear_quiet_zone(blank, flags):
    """No mark of ours, measured by its own box, enters the quiet zone."""
    m = medium(blank)
    dpi = 203 if m.kind == "roll" else 600
    art = StampArt("Rượu men lá Minh Họa", "500 ml · 40 % vol", **flags)
    plan = layout(art, m, dpi=dpi)
    marks = [*plan.static, *(mark for line in plan.serial for mark in line.set("W8M4W8M4W8M4"))]
    ink = ~np.asarray(bitmap.paint(marks, m.w, m.h, 600))
    x, y, side = (round(v * 600 / 25.4) for v in plan.quiet_box)
    assert ink[y + 1 : y + side - 1, x + 1 : x + side - 1].sum() == 0
    assert ink.sum() > 500


def test_a_calibration_sheet_has_a_ruler_of_100_mm_and_the_labels_outlines(raster):
    sink = io.BytesIO()
    calibration_sheet(sink, medium("a4-65"))
    dark = raster(sink.getvalue(), 600) < 128
    dot = 25.4 / 600
    middle = round(297 / 2 / dot)
    line = dark[middle - 2 : middle + 3].any(axis=0)
    ends = np.flatnonzero(np.diff(np.pad(line.astype(int), 1)))
    assert (ends[1::2] - ends[::2]).max() * dot == pytest.approx(100 + HAIR, abs=0.05)
    m = medium("a4-65")
    for x, y in cells(m):
        edge = dark[round((y + 8) / dot), round((x - 0.2) / dot) : round((x + 0.2) / dot)]
        assert edge.any()


def box_of(mark):
    """The box a line or a word takes, (left, top, right, bottom) in mm."""
    if isinstance(mark, Rule):
        half = mark.width / 2
        return mark.x1 - half, mark.y1 - half, mark.x2 + half, mark.y2 + half
    width = mark.natural_width * mark.squeeze
    left = mark.x - (width / 2 if mark.anchor == "middle" else 0)
    return left, mark.y - fonts.CAPITAL * mark.em, left + width, mark.y + 0.25 * mark.em


def meet(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@pytest.mark.parametrize("blank", media())
def test_on_a_calibration_sheet_nothing_lies_on_anything_else(blank):
    m, words = medium(blank), "Thước này phải dài đúng {mm} mm · in 100 %, tắt “vừa trang”"
    marks = [mark for mark in calibration_marks(m, words) if not isinstance(mark, Path)]
    for left, top, right, bottom in map(box_of, marks):
        assert left >= -HAIR
        assert top >= -HAIR
        assert right <= m.page_w + HAIR
        assert bottom <= m.page_h + HAIR
    texts = [box_of(mark) for mark in marks if isinstance(mark, Text)]
    assert not any(meet(one, other) for one, other in combinations(texts, 2))
    groups = [
        _ruler(m, words, "Chưa căn chỉnh"),
        *(_combs(m, *cells(m)[cell], LETTERS[2 * at : 2 * at + 2]) for at, cell in enumerate(comb_cells(m))),
    ]
    for one, other in combinations(groups, 2):
        assert not any(meet(box_of(a), box_of(b)) for a in one for b in other)


def test_labels_too_low_for_words_have_a_ruler_without_them():
    marks = calibration_marks(replace(medium("a4-65"), h=9.0), "{mm} mm")
    assert "100 mm" not in {mark.text for mark in marks if isinstance(mark, Text)}


@pytest.mark.parametrize(
    ("blank", "numbers"),
    [
        ("a4-65", ["−3", "5", "−5", "5"] + ["−5", "5"] * 2),
        ("r74-2x35x22", ["1", "5", "2", "5", "−5", "5", "2", "5"]),
        ("r-1x40x25", ["1", "5", "2", "5"]),
    ],
)
def test_combs_are_numbered_at_both_ends_as_far_as_the_page_goes(blank, numbers):
    m = medium(blank)
    marks = [mark for cell in comb_cells(m) for mark in _combs(m, *cells(m)[cell], "AB")]
    assert [mark.text for mark in marks if isinstance(mark, Text) and mark.text not in LETTERS] == numbers


@pytest.mark.parametrize("blank", media())
def test_every_medium_has_a_calibration_sheet(blank):
    sink = io.BytesIO()
    calibration_sheet(sink, medium(blank))
    assert len(PdfReader(io.BytesIO(sink.getvalue())).pages) == 1


# --- calibration (experience.md, bar B12) --------------------------------------------------------------

AIM = Calibration(dx0=0.4, dy0=-0.3, sx=1.001, sy=1.001, skew=0.05, id="K7M2")


@pytest.mark.parametrize("blank", ["a4-65", "a4-24", "tomy-103", "a4-r20", "r74-2x35x22"])
@pytest.mark.parametrize("aim", [None, AIM, Calibration(-5, -5), Calibration(5, 5, 0.99, 0.99, -0.9)])
def test_outlines_of_a_comparing_print_are_moved_as_computed(blank, aim):
    m, sink = medium(blank), io.BytesIO()
    calibration_sheet(sink, m, **({"calibration": aim} if aim else {}))
    found = outlines(sink.getvalue(), m)
    assert len(found) == m.per_page
    for (left, top, right, bottom), (x, y) in zip(found, cells(m), strict=True):
        wanted = (aim or NEUTRAL).apply(x + m.w / 2, y + m.h / 2)
        assert ((left + right) / 2, (top + bottom) / 2) == pytest.approx(wanted, abs=0.02)
        assert (right - left, bottom - top) == pytest.approx((m.w, m.h), abs=0.05)


def outlines(pdf, m):
    """The boxes of the closed paths of a page, in mm from its top-left, in the order they are drawn."""
    content = PdfReader(io.BytesIO(pdf)).pages[0].get_contents()
    page, boxes, points = 0.0, [], []
    for operands, operator in content.operations:
        numbers = [float(one) for one in operands if isinstance(one, int | float)]
        if operator in {b"m", b"l", b"c"}:
            ends = numbers if operator != b"c" else numbers[-2:]
            points += [tuple(ends)]
        elif operator == b"h":
            across, down = [x for x, _ in points], [y for _, y in points]
            boxes.append((min(across), m.page_h * MM - max(down), max(across), m.page_h * MM - min(down)))
        elif operator in {b"S", b"s", b"f", b"n", b"B"}:
            points = []
        assert operator != b"cm" or numbers == [1, 0, 0, 1, 0, page]
    return [tuple(side / MM for side in box) for box in boxes]


@pytest.mark.parametrize("aim", [AIM, Calibration(-5, -5), Calibration(3, 3, 0.992, 0.992, -0.5)])
def test_the_ruler_measures_100_mm_whatever_the_calibration(aim, raster):
    sink = io.BytesIO()
    calibration_sheet(sink, medium("a4-65"), calibration=aim, note="Tờ so")
    dark = raster(sink.getvalue(), 600) < 128
    dot = 25.4 / 600
    middle = round(297 / 2 / dot)
    line = dark[middle - 2 : middle + 3].any(axis=0)
    ends = np.flatnonzero(np.diff(np.pad(line.astype(int), 1)))
    assert (ends[1::2] - ends[::2]).max() * dot == pytest.approx(100 + HAIR, abs=0.05)
    assert _ruler(medium("a4-65"), "{mm}")[0].x2 - _ruler(medium("a4-65"), "{mm}")[0].x1 == 100


@pytest.mark.parametrize("blank", ["a4-65", "a4-24", "tomy-103", "r74-2x35x22"])
@pytest.mark.parametrize("aim", [AIM, Calibration(-5, -5), Calibration(5, 5, 0.99, 0.99, -0.9)])
def test_stamps_of_a_calibrated_printer_are_moved_as_computed_and_still_read(
    blank, aim, sheet, serials, raster
):
    m = medium(blank)
    pdf, _ = sheet(blank, serials[: m.per_page], calibration=aim, dpi=1200)
    for (x, y), (px, low) in zip(cells(m), form_corners(pdf, m.page_h), strict=True):
        wanted = aim.apply(x + m.w / 2, y + m.h / 2)
        assert (px + m.w / 2, low - m.h / 2) == pytest.approx(wanted, abs=0.02)
    if aim is AIM:
        assert sorted(decoded(raster(pdf, 600))) == sorted(PREFIX + one for one in serials[: m.per_page])


def test_the_note_of_a_sheet_stands_below_its_ruler_and_not_on_a_roll():
    for blank, said in (("a4-65", True), ("r74-2x35x22", False)):
        marks = calibration_marks(medium(blank), "{mm} mm", AIM, "Tờ so K7M2")
        assert ("Tờ so K7M2" in {mark.text for mark in marks if isinstance(mark, Text)}) is said


def test_every_comb_has_the_letter_by_which_it_is_asked_for():
    for blank, letters in (("a4-65", "ABCD"), ("r-1x40x25", "AB")):
        marks = calibration_marks(medium(blank), "")
        assert "".join(mark.text for mark in marks if isinstance(mark, Text) and mark.em == LETTER) == letters


def test_combs_of_one_label_cannot_tell_a_calibration():
    with pytest.raises(MediumInvalid):
        Calibration.from_combs((38, 21), (1, 1), (0, 0), (1, 1), (0, 0))


def test_a_narrow_rolls_ruler_is_as_many_tens_as_fit():
    assert [ruler_length(medium(blank)) for blank in ("a4-65", "r-1x40x25", "r-1x30x20")] == [100, 40, 30]
