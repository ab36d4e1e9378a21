"""Pages with a signed code: everything stands on them, and the code is read back from the paper."""

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader

from labels import fact_sheet
from labels.bitmap import paint
from labels.errors import DoesNotFit, GlyphMissing
from labels.fact_sheet import A4, A6, FactSheet
from tests.labels.eyes import decoded

CODE = "VC1:" + "6BFOXN+Q-$%*./: 0" * 20 + "ABC"
FACTS = (
    ("Tiêu chuẩn", "ISO 22000:2018"),
    ("Chủ chứng nhận", "HTX Mẫu Sơn Thử"),
    ("Phạm vi", "Sản xuất rượu men lá"),
)
SHEET = FactSheet(
    "Truy xuất Lạng Sơn", "txng.langson.gov.vn", "Bản ghi chứng nhận DEMO-1", "Bản in từ hệ thống.",
    FACTS, CODE,
    ("Mã số 7K3M-9QX2.", "Kiểm tra: txng.langson.gov.vn/verify"),
)  # fmt: skip


def seen(sheet, page, dpi):
    """The page as a printer of that resolution puts it on paper."""
    return np.asarray(paint(fact_sheet.marks(sheet, page), page.w, page.h, dpi).convert("L"))


@pytest.mark.parametrize("page", [A4, A6], ids=["A4", "A6"])
@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_the_code_is_read_back_from_the_paper(page, dpi):
    assert decoded(seen(SHEET, page, dpi)) == [CODE]


def test_a_module_is_large_enough_for_a_signed_code():
    assert fact_sheet.MODULE >= 0.396


@pytest.mark.parametrize("page", [A4, A6], ids=["A4", "A6"])
def test_every_word_is_on_the_page_and_none_beyond_its_edge(page):
    sink = io.BytesIO()
    fact_sheet.fact_sheets(sink, [SHEET, replace(SHEET, title="Trang hai")], page)
    first, second = PdfReader(sink).pages
    words = " ".join(first.extract_text().split())
    for name, value in FACTS:
        assert name in words
        assert value in words
    assert "Trang hai" in second.extract_text()
    ink = seen(SHEET, page, 100) < 128
    edge = round(page.margin * 0.9 / 25.4 * 100)
    assert not ink[:edge].any()
    assert not ink[-edge:].any()
    assert not ink[:, :edge].any()
    assert not ink[:, -edge:].any()


def test_many_words_are_set_smaller_and_never_run_into_the_code():
    long = replace(SHEET, facts=(*FACTS, ("Phạm vi", "Sản xuất và đóng gói rượu men lá " * 30)))
    assert decoded(seen(long, A4, 300)) == [CODE]
    largest = max(mark.em for mark in fact_sheet.marks(SHEET, A4) if hasattr(mark, "em"))
    values = [mark.em for mark in fact_sheet.marks(long, A4) if getattr(mark, "weight", 0) == 600]
    assert min(values) < A4.em < largest


def test_what_cannot_stand_on_the_page_is_refused_by_name():
    with pytest.raises(DoesNotFit) as refused:
        fact_sheet.marks(replace(SHEET, facts=(("Phạm vi", "rượu men lá " * 400),)), A6)
    assert refused.value.facts["text"] == "Phạm vi"
    with pytest.raises(DoesNotFit):
        fact_sheet.marks(replace(SHEET, facts=(("Phạm vi", "x" * 200),)), A6)
    with pytest.raises(DoesNotFit):
        fact_sheet.marks(replace(SHEET, title="x" * 100), A6)
    with pytest.raises(GlyphMissing) as lacking:
        fact_sheet.marks(replace(SHEET, note="米酒"), A6)
    assert lacking.value.facts["characters"] == "米酒"


def test_the_same_words_are_the_same_file():
    files = []
    for _ in range(2):
        sink = io.BytesIO()
        fact_sheet.fact_sheets(sink, [SHEET], A4)
        files.append(sink.getvalue())
    assert files[0] == files[1]
    assert Image.fromarray(seen(SHEET, A6, 72)).size == (298, 420)
