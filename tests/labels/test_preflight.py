import numpy as np
import pytest

from labels import preflight, preflight_linear, readback
from labels.art import StampArt
from labels.barcodes import barcode
from labels.calibration import NEUTRAL
from labels.errors import CheckDigitWrong, DoesNotFit, GlyphMissing, TextRefused
from labels.face import LabelFace
from labels.media import media, medium
from labels.printers import PRINTERS
from labels.product_label import layout as label_layout
from labels.stamp import layout
from tests.labels.conftest import ART, PREFIX

LASER, LASER_300, THERMAL = PRINTERS["laser-600"], PRINTERS["laser-300"], PRINTERS["thermal-203"]
EAN = "9520009010011"
HOST = "txng.langson.gov.vn"


def verdicts(findings):
    return [(finding.rule, finding.severity) for finding in findings]


@pytest.mark.parametrize(
    ("findings", "wanted"),
    [
        (preflight.whole_dots(0.4233333, LASER), []),
        (preflight.whole_dots(0.40, LASER), [("P1", "block")]),
        (preflight.whole_dots(0.01, LASER), [("P1", "block")]),
        (preflight.whole_dots(0.381, LASER_300), [("P1", "block")]),
        (preflight.module(0.4233, LASER), []),
        (preflight.module(0.3387, LASER), [("P2", "warn")]),
        (preflight.module(0.2963, LASER), [("P2", "block")]),
        (preflight.module(0.5005, THERMAL), []),
        (preflight.module(0.3754, THERMAL), [("P2", "warn")]),
        (preflight_linear.quiet_zone("qr", 4, 4), []),
        (preflight_linear.quiet_zone("qr", 3.5, 4), [("P3", "block")]),
        (preflight_linear.quiet_zone("ean13", 11, 6), [("P3", "block")]),
        (preflight_linear.ean_size(0.33), []),
        (preflight_linear.ean_size(0.25), [("P4", "block")]),
        (preflight_linear.ean_size(0.25, thermal=True), [("P4", "warn")]),
        (preflight_linear.ean_size(0.24, thermal=True), [("P4", "block")]),
        (preflight_linear.ean_size(0.67), [("P4", "block")]),
        (preflight_linear.ean_size(0.33, 0.6), [("P4", "warn")]),
        (preflight_linear.itf14(0.508, 32), []),
        (preflight_linear.itf14(0.2, 32), [("P5", "block")]),
        (preflight_linear.itf14(0.5, 12), [("P5", "block")]),
        (preflight_linear.itf14(0.3, 20, 1), [("P5", "warn")] * 3),
        (preflight_linear.gs1_128(0.5, 160, 40), []),
        (preflight_linear.gs1_128(0.3, 160, 40), [("P6", "warn")]),
        (preflight_linear.gs1_128(0.5, 166, 40), [("P6", "block")]),
        (preflight_linear.gs1_128(0.5, 160, 49), [("P6", "block")]),
        (preflight.contrast(85), []),
        (preflight.contrast(56), [("P7", "warn")]),
        (preflight.contrast(39), [("P7", "block")]),
        (preflight.content(["A", "B"]), []),
        (preflight.content(["A", "B", "A"]), [("P8", "block")]),
        (preflight.address(PREFIX, HOST), []),
        (preflight.address("http://txng.langson.gov.vn/", HOST), [("P9", "block")]),
        (preflight.address("https://192.168.1.4/", HOST), [("P9", "block")]),
        (preflight.address("https://may-tinh/", HOST), [("P9", "block")]),
        (preflight.address("https://tem.local/", HOST), [("P9", "block")]),
        (preflight.address("https://example.com/", HOST), [("P9", "block")]),
        (preflight.url_form(PREFIX), []),
        (preflight.url_form((PREFIX + "7K3M9QX2TZ4B").lower()), [("P10", "warn")]),
        (preflight.url_form("https://a.vn/?x=1"), []),
        (preflight.position((1.5, 2, 15.7), medium("a4-65")), []),
        (preflight.position((1.2, 2, 15), medium("a4-65")), [("P11", "warn")]),
        (preflight.position((0.5, 2, 15), medium("a4-65")), [("P11", "block")]),
        (preflight.position((1.2, 1.2, 15), medium("a4-48")), [("P11", "block")]),
        (preflight.position((4.5, 4.5, 16), medium("a4-r25")), [("P11", "warn")]),
        (preflight.position((4, 4, 17), medium("a4-r25")), [("P11", "block")]),
        (preflight.printer_margin(medium("a4-65"), LASER), []),
        (preflight.printer_margin(medium("a4-24"), LASER), [("P12", "warn")]),
        (preflight.printer_margin(medium("r110-3x35x22"), THERMAL), [("P12", "warn")]),
        (preflight.page(210, 297, medium("a4-65")), []),
        (preflight.page(216, 279, medium("a4-65")), [("P13", "warn")]),
        (preflight.calibrated(medium("a4-65"), None), []),
        (preflight.calibrated(medium("tomy-145"), NEUTRAL), []),
        (preflight.calibrated(medium("tomy-145"), None), [("P14", "warn")]),
        (preflight.direction(barcode("ean13", EAN, dpi=203, x_dimension_mm=0.2), THERMAL), [("P15", "warn")]),
        (preflight.direction(barcode("ean13", EAN, dpi=203), THERMAL), []),
        (preflight.direction(barcode("ean13", EAN, dpi=600), LASER), []),
        (preflight.linear(barcode("gs1-128", "(10)A", dpi=600), LASER), []),
        (preflight.linear(barcode("itf14", "19520009010018", dpi=600), LASER), []),
        (preflight.linear(barcode("qr", "A", dpi=600), LASER), []),
        (preflight.linear(barcode("ean13", EAN, bar_height_mm=9, dpi=600), LASER), [("P4", "warn")]),
        (preflight.linear(barcode("ean8", "95200002"), LASER), [("P1", "block")]),
    ],
)  # fmt: skip
def test_each_rule_answers_as_the_table_says(findings, wanted):
    assert verdicts(findings) == wanted


def test_the_stamp_of_the_drawing_passes_every_rule():
    plan = layout(ART, medium("a4-65"))
    found = preflight.stamp_run(
        plan, medium("a4-65"), LASER, prefix=PREFIX, serials=["7K3M9QX2TZ4B"], registry_host=HOST
    )
    assert found == []


def test_the_thermal_stamp_asks_only_for_a_calibration():
    m = medium("r74-2x35x22")
    plan = layout(ART, m, dpi=203)
    assert verdicts(preflight.stamp_run(plan, m, THERMAL, prefix=PREFIX, registry_host=HOST)) == [
        ("P14", "warn")
    ]


def test_the_25_mm_round_stamp_is_warned_about_its_module():
    m = medium("a4-r25")
    plan = layout(ART, m)
    assert verdicts(preflight.stamp_run(plan, m, LASER, prefix=PREFIX, registry_host=HOST)) == [
        ("P2", "warn")
    ]


STOPPED = {"r-t20": "P2"}  # 20 mm at 203 dpi: no room for modules of three dots


@pytest.mark.parametrize("flags", [{}, {"demo": True}])
@pytest.mark.parametrize("blank", media())
def test_every_medium_prints_at_its_usual_printer_or_names_the_rule_that_stops_it(blank, flags):
    m = medium(blank)
    printer = THERMAL if m.kind == "roll" else LASER
    plan = layout(StampArt(ART.name, ART.net_content, **flags), m, size=29, dpi=printer.dpi)
    found = preflight.stamp_run(plan, m, printer, prefix=PREFIX, registry_host=HOST)
    stopped = [finding.rule for finding in found if finding.severity == "block"]
    assert stopped == ([STOPPED[blank]] if blank in STOPPED else [])
    assert not stopped or m.confidence != "published"


def test_a_round_stamp_gives_up_its_words_before_its_legibility():
    plan = layout(ART, medium("r-t25"), dpi=203)
    assert plan.dots == 3
    assert plan.static == ()
    assert len(plan.serial) == 3


def test_a_symbol_in_a_rounded_corner_keeps_the_safe_margin():
    m = medium("a4-48")
    assert preflight.position(layout(ART, m).quiet_box, m) == []


def test_a_stamp_laid_out_for_another_printer_is_stopped():
    plan = layout(ART, medium("a4-65"), dpi=203)
    assert ("P1", "block") in verdicts(
        preflight.stamp_run(plan, medium("a4-65"), LASER, prefix=PREFIX, registry_host=HOST)
    )


def test_labels_are_asked_the_barcodes_rules():
    m = medium("a4-21")
    plan = label_layout(LabelFace("Rượu", "500 ml", gtin="9520009010011"), m)
    assert preflight.product_label(plan, m, LASER) == []
    narrow = medium("r-1x60x40")
    plan = label_layout(LabelFace("Rượu", "500 ml", gtin="9520009010011"), narrow, dpi=203)
    assert set(verdicts(preflight.product_label(plan, narrow, THERMAL))) == {
        ("P4", "warn"),
        ("P14", "warn"),
        ("P15", "warn"),
    }
    plan = label_layout(LabelFace("Rượu", stamp_uri="HTTPS://A.VN/1"), m)
    assert preflight.product_label(plan, m, LASER) == []


def test_small_or_missing_text_is_warned_of():
    from labels.drawing import Text

    m = medium("r-1x100x100")
    assert verdicts(preflight.text([Text(0, 0, "chữ", 1.3)], m)) == [("P16", "warn")]
    assert preflight.text([Text(0, 0, "chữ", 1.3)], medium("a4-65")) == []
    assert verdicts(preflight.text([Text(0, 0, "米", 3)], m)) == [("P16", "warn")]
    assert preflight.text([], m) == []


@pytest.mark.parametrize(
    ("error", "rule"),
    [
        (DoesNotFit("x", field="name"), "P16"),
        (GlyphMissing("x", field="name"), "P16"),
        (CheckDigitWrong("x", value="1"), "P8"),
        (TextRefused("x"), "P0"),
    ],
)
def test_a_refusal_of_the_press_becomes_a_finding(error, rule):
    found = preflight.refusal(error)
    assert (found.rule, found.severity, found.facts["code"]) == (rule, "block", error.code)


def test_what_was_printed_is_read_back_and_a_lost_symbol_is_found(sheet, serials, raster):
    pdf, _ = sheet("a4-44", serials[:3])
    page = raster(pdf, 300)
    wanted = [PREFIX + serial for serial in serials[:3]]
    assert readback.decode_back(page, wanted) == []
    missing = readback.decode_back(page, [*wanted, "HTTPS://LOST"])
    assert verdicts(missing) == [("P18", "block")]
    assert missing[0].facts == {"unread": 1, "strange": 0, "example": "HTTPS://LOST"}
    assert verdicts(readback.decode_back(page, wanted[:2])) == [("P18", "block")]
    assert readback.decode_back(np.full((50, 50), 255, np.uint8), []) == []


def test_the_demo_word_does_not_cost_the_module():
    flagged = StampArt(ART.name, ART.net_content, demo=True, test=True)
    for blank in ("a4-65", "a4-80", "a4-r25"):
        assert layout(flagged, medium(blank)).module_mm == layout(ART, medium(blank)).module_mm
