import io
from dataclasses import replace

import numpy as np
import pytest
import zxingcpp
from pypdf import PdfReader

from labels import bitmap
from labels.errors import CheckDigitWrong, DoesNotFit, GlyphMissing
from labels.face import LabelFace
from labels.media import cells, media, medium
from labels.product_label import layout
from labels.sheet import SheetFooter, label_sheets
from tests.labels.eyes import decoded

FACE = LabelFace(
    name="Rượu men lá Minh Họa",
    net_content="500 ml",
    alcohol="40 % vol",
    producer="HTX Rượu Minh Họa (DEMO)",
    address="Địa chỉ minh họa, tỉnh Lạng Sơn",
    origin="Việt Nam",
    ingredients="Gạo nếp, men lá, nước",
    lot="L260905A",
    made_on="05/09/2026",
    packed_on="06/09/2026",
    expires_on="05/09/2028",
    storage="nơi khô, mát · TCCS 01 (DEMO)",
    certificates=("ISO 22000:2018", "ISO 9001:2015"),
    marks=("Rượu Mẫu Sơn",),
    warnings=("Người dưới 18 tuổi không được uống rượu",),
    gtin="9520009010011",
    demo=True,
)
ROOMY = [
    "a4-24",
    "a4-21",
    "a4-18",
    "a4-14",
    "a4-8",
    "tomy-130",
    "r-1x70x50",
    "r-1x75x40",
    "r-1x100x50",
    "r-1x100x100",
    "r-1x100x150",
]
EAN = zxingcpp.BarcodeFormat.EAN13


def dpi_of(blank):
    return 203 if medium(blank).kind == "roll" else 600


@pytest.mark.parametrize("blank", ROOMY)
def test_a_label_carries_every_word_it_was_given_and_its_barcode_reads(blank, raster):
    m, sink = medium(blank), io.BytesIO()
    count = min(2, m.per_page)
    label_sheets(sink, medium=m, face=FACE, count=count, dpi=dpi_of(blank))
    text = " ".join(PdfReader(io.BytesIO(sink.getvalue())).pages[0].extract_text().split())
    for words in (
        "Minh Họa",
        "500",
        "40 % vol",
        "Xuất xứ: Việt Nam",
        "Thành phần:",
        "L260905A",
        "06/09/2026",
        "MINH HỌA",
    ):
        assert words in text
    for words in (
        FACE.producer,
        FACE.address,
        FACE.ingredients,
        FACE.storage,
        *FACE.certificates,
        *FACE.marks,
        *FACE.warnings,
    ):
        assert all(word in text for word in words.split())
    assert decoded(raster(sink.getvalue(), 600), EAN) == [FACE.gtin] * count


@pytest.mark.parametrize("blank", ROOMY)
def test_no_mark_of_a_label_crosses_the_safe_margin(blank):
    m = medium(blank)
    ink = ~np.asarray(bitmap.paint(layout(FACE, m, dpi=dpi_of(blank)).static, m.w, m.h, 300))
    edge = round((m.safe - 0.1) * 300 / 25.4)
    inner = np.zeros_like(ink)
    inner[edge:-edge, edge:-edge] = True
    assert not (ink & ~inner).any()


@pytest.mark.parametrize("blank", ["a4-14", "a4-8", "r-1x100x50"])
def test_a_label_with_room_carries_a_stamp_beside_the_barcode(blank, raster):
    m, sink = medium(blank), io.BytesIO()
    face = replace(FACE, stamp_uri="HTTPS://TXNG.LANGSON.GOV.VN/01/09520009010011", marks=(), packed_on="")
    result = label_sheets(sink, medium=m, face=face, count=1, dpi=dpi_of(blank))
    page = raster(sink.getvalue(), 600)
    assert decoded(page) == [face.stamp_uri]
    assert decoded(page, EAN) == [face.gtin]
    assert result.module_mm > 0.25


def test_a_stamp_alone_takes_the_barcodes_place():
    plan = layout(replace(FACE, gtin="", stamp_uri="HTTPS://A.VN/1"), medium("a4-21"))
    assert plan.code is None
    assert plan.module_mm >= 0.396


def test_a_stamp_that_finds_no_room_is_refused_by_name():
    with pytest.raises(DoesNotFit) as refused:
        layout(replace(FACE, stamp_uri="HTTPS://TXNG.LANGSON.GOV.VN/01/09520009010011"), medium("a4-21"))
    assert refused.value.facts["field"] == "stamp_uri"


def test_the_drawing_of_the_looks_comes_out_at_its_size():
    plan = layout(FACE, medium("a4-21"))
    assert plan.module_mm == pytest.approx(0.2963, abs=0.0001)
    assert plan.code.bar_height_mm == pytest.approx(20.52, abs=0.01)


def test_a_label_of_words_alone_needs_no_symbol():
    plan = layout(LabelFace("Hoa hồi", net_content="1 kg"), medium("a4-24m"))
    assert plan.symbols == ()
    assert plan.module_mm == 0


def test_an_ean_8_fits_where_an_ean_13_does_not():
    assert layout(replace(FACE, gtin="95200002", marks=()), medium("a4-21")).code.kind == "ean8"


@pytest.mark.parametrize("blank", ["a4-65", "a4-r30", "tomy-105"])
def test_a_stamps_label_is_too_small_for_a_face(blank):
    with pytest.raises(DoesNotFit) as refused:
        layout(FACE, medium(blank))
    assert refused.value.facts["field"] == "label"


def test_a_barcode_that_finds_no_height_says_what_it_needs():
    with pytest.raises(DoesNotFit) as refused:
        layout(replace(FACE, gtin="9520009010011"), replace(medium("a4-21"), h=33.2))
    assert refused.value.facts["field"] == "gtin"
    assert refused.value.facts["needed_mm"] > 30


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "Rượu men lá rất ngon của chúng tôi " * 8}, "name"),
        ({"net_content": "500000000000000 mililít"}, "net_content"),
        ({"lot": "L" * 90}, "lot"),
        ({"address": "Thôn-không-có-dấu-cách-nào-" * 6}, "address"),
        ({"warnings": ("Cảnh báo rất dài " * 9,) * 4}, "words"),
    ],
)
def test_what_does_not_fit_is_named(changes, field):
    with pytest.raises(DoesNotFit) as refused:
        layout(replace(FACE, **changes), medium("a4-21"))
    assert refused.value.facts["field"] == field


def test_a_missing_letter_is_named_with_its_field():
    with pytest.raises(GlyphMissing) as refused:
        layout(replace(FACE, warnings=("an toàn", "→ mở")), medium("a4-8"))
    assert refused.value.facts == {"field": "warnings.1", "characters": "→"}


def test_a_wrong_gtin_is_refused():
    with pytest.raises(CheckDigitWrong):
        layout(replace(FACE, gtin="9520009010012"), medium("a4-21"))


def test_sheets_of_labels_are_counted_and_repeatable():
    m, files, seen = medium("a4-21"), [], []
    for _ in range(2):
        sink = io.BytesIO()
        result = label_sheets(
            sink,
            medium=m,
            face=FACE,
            count=25,
            used_cells=frozenset({0}),
            footer=SheetFooter("N-1"),
            watch=seen.append,
        )
        files.append(sink.getvalue())
    assert files[0] == files[1]
    assert [(page.number, page.count) for page in seen] == [(1, 5), (2, 20)] * 2
    assert (result.sheets, result.count) == (2, 25)
    assert "N-1 · tờ 2/2 · 20" in PdfReader(io.BytesIO(files[0])).pages[1].extract_text().replace("\n", " ")


def test_barcodes_stand_on_whole_dots_of_the_page():
    m = medium("a4-21")
    plan = layout(FACE, m)
    for corner in cells(m)[:5]:
        mask = plan.snapped(at=corner)[0]
        for place in (corner[0] + mask.x, corner[1] + mask.y):
            assert place * 600 / 25.4 == pytest.approx(round(place * 600 / 25.4), abs=1e-3)


@pytest.mark.parametrize("blank", sorted(set(media()) - set(ROOMY)))
def test_every_other_medium_says_why_it_cannot_take_the_full_label(blank):
    with pytest.raises(DoesNotFit) as refused:
        layout(FACE, medium(blank), dpi=dpi_of(blank))
    assert refused.value.facts["field"] in {"label", "gtin", "words"}
