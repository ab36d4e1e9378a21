import io
import re

import numpy as np
import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from labels import barcode_encoders
from labels.barcodes import KINDS, barcode, check_digit
from labels.errors import CheckDigitWrong, EncoderAltered, TextRefused

VALUES = {
    "ean13": "9520009010011",
    "ean8": "95200002",
    "itf14": "19520009010018",
    "gs1-128": "(01)09520009010011(10)L260905A(17)280905",
    "gs1-datamatrix": "(01)09520009010011(10)L260905A(21)7K3M9QX2TZ4B",
    "qr": "HTTPS://TXNG.LANGSON.GOV.VN/01/09520009010011",
}
READ = {
    "ean13": ("]E0", b"9520009010011"),
    "ean8": ("]E4", b"95200002"),
    "itf14": ("]I1", b"19520009010018"),
    "gs1-128": ("]C1", b"010952000901001110L260905A\x1d17280905"),
    "gs1-datamatrix": ("]d2", b"010952000901001110L260905A\x1d217K3M9QX2TZ4B"),
    "qr": ("]Q1", VALUES["qr"].encode()),
}


def read(picture):
    found = zxingcpp.read_barcodes(np.array(picture.convert("L")))
    assert len(found) == 1
    return found[0].symbology_identifier, found[0].bytes


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_a_png_reads_back_as_the_right_symbology_with_the_right_bytes(kind, dpi):
    png = barcode(kind, VALUES[kind]).png(dpi)
    with Image.open(io.BytesIO(png)) as picture:
        assert picture.mode == "1"
        assert round(picture.info["dpi"][0]) == dpi
        canvas = Image.new("L", (picture.width + 40, picture.height + 40), 255)
        canvas.paste(picture.convert("L"), (20, 20))
    assert read(canvas) == READ[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_a_pdf_has_the_exact_size_and_reads_back(kind, raster):
    code = barcode(kind, VALUES[kind])
    pdf = code.pdf()
    box = PdfReader(io.BytesIO(pdf)).pages[0].mediabox
    assert float(box.width) * 25.4 / 72 == pytest.approx(code.width_mm, abs=0.001)
    assert float(box.height) * 25.4 / 72 == pytest.approx(code.height_mm, abs=0.001)
    page = np.pad(raster(pdf, 600), 30, constant_values=255)
    assert read(Image.fromarray(page)) == READ[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_an_svg_says_its_size_in_millimetres(kind):
    code = barcode(kind, VALUES[kind])
    w, h = re.search(r'width="([0-9.]+)mm" height="([0-9.]+)mm"', code.svg()).groups()
    assert (float(w), float(h)) == pytest.approx((code.width_mm, code.height_mm), abs=0.001)


def test_an_ean_13_at_nominal_size_measures_what_the_standard_says():
    code = barcode("ean13", VALUES["ean13"])
    assert code.width_mm == pytest.approx(37.29, abs=0.005)
    assert code.bar_height_mm == pytest.approx(22.85)
    assert code.quiet_mm == pytest.approx((3.63, 2.31))
    assert code.modules.shape == (1, 95)


@pytest.mark.parametrize(
    ("dpi", "x", "width"),
    [(203, 0.3754, 42.4), (300, 0.3387, 38.3), (600, 0.3387, 38.3)],
)
def test_at_a_resolution_a_module_is_whole_dots_and_the_size_is_said(dpi, x, width):
    code = barcode("ean13", VALUES["ean13"], dpi=dpi)
    assert code.x_mm == pytest.approx(x, abs=0.0001)
    assert code.width_mm == pytest.approx(width, abs=0.05)
    with Image.open(io.BytesIO(code.png(dpi))) as picture:
        assert picture.width == round(113 * x * dpi / 25.4)


def test_an_itf_14_at_four_dots_is_as_wide_as_the_pages_say():
    code = barcode("itf14", VALUES["itf14"], dpi=203)
    assert code.x_mm == pytest.approx(0.5005, abs=0.0001)
    assert code.width_mm == pytest.approx(70.3, abs=0.1)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [("ean13", "9520009010012", "1"), ("ean8", "95200003", "2"), ("itf14", "19520009010011", "8")],
)
def test_a_wrong_check_digit_is_refused_with_the_right_one(kind, value, expected):
    with pytest.raises(CheckDigitWrong) as refused:
        barcode(kind, value)
    assert refused.value.facts == {"value": value, "expected": expected, "found": value[-1]}


@pytest.mark.parametrize("kind", ["gs1-128", "gs1-datamatrix"])
def test_a_wrong_gtin_inside_an_element_string_is_refused_too(kind):
    with pytest.raises(CheckDigitWrong) as refused:
        barcode(kind, "(01)09520009010012(10)A")
    assert refused.value.facts["expected"] == "1"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("ean13", "952000901001"),
        ("ean13", "٩520009010011"),
        ("ean13", "9520009010011\n"),
        ("ean8", "9520009010011"),
        ("itf14", "9520009010011"),
        ("gs1-128", "hello"),
        ("gs1-128", "(10)" + "A" * 21),
        ("gs1-128", "(10)lô"),
        ("gs1-128", "(00)106141411234567898"),
        ("gs1-128", ""),
        ("qr", ""),
        ("pdf417", "1"),
    ],
)
def test_a_value_its_symbol_cannot_carry_is_refused(kind, value):
    with pytest.raises(TextRefused):
        barcode(kind, value)


def test_an_element_string_that_a_parser_would_repair_is_refused():
    with pytest.raises(EncoderAltered):
        barcode("gs1-128", "(10)A B")


def test_a_symbol_of_something_else_is_refused(monkeypatch):
    swapped = zxingcpp.create_barcode("(10)B", zxingcpp.BarcodeFormat.Code128, gs1=True)
    monkeypatch.setattr(barcode_encoders, "create_barcode", lambda *args, **kwargs: swapped)
    with pytest.raises(EncoderAltered) as refused:
        barcode("gs1-128", "(10)A")
    assert refused.value.facts["encoded"] == "10B"


def test_more_than_a_symbol_can_hold_is_refused():
    with pytest.raises(TextRefused):
        barcode("gs1-datamatrix", "".join(f"({ai}){'A' * 90}" for ai in range(91, 100)) * 4)


def test_an_x_dimension_must_be_positive():
    with pytest.raises(TextRefused):
        barcode("qr", "A", x_dimension_mm=0)


def test_bars_may_be_shorter_on_request():
    assert barcode("ean13", VALUES["ean13"], bar_height_mm=10).bar_height_mm == 10


def test_text_too_wide_for_a_narrow_symbol_is_broken_at_its_elements():
    assert "(10)L260905A</text>" in barcode("gs1-datamatrix", VALUES["gs1-datamatrix"]).svg()


@pytest.mark.parametrize(
    ("digits", "check"), [("952000901001", "1"), ("893850000001", "0"), ("1952000901001", "8")]
)
def test_check_digits_follow_the_published_weights(digits, check):
    assert check_digit(digits) == check
