"""A stamp with a PIN: in a box of its own that a scratch label covers, read back beside its symbol."""

import io

import numpy as np
import pytest
from pypdf import PdfReader

from labels import preflight
from labels.art import StampArt
from labels.errors import DoesNotFit, TextRefused
from labels.media import medium
from labels.printers import PRINTERS
from labels.sheet import stamp_sheets
from labels.stamp import layout
from tests.labels.conftest import PREFIX
from tests.labels.eyes import decoded

ART = StampArt("Rượu men lá Minh Họa", "500 ml · 40 % vol", pin=True)


def pins_for(serials):
    texts = [f"{number:04}QX" for number in range(len(serials))]
    return texts, np.frombuffer("".join(texts).encode(), np.uint8).reshape(-1, 6)


@pytest.mark.parametrize("blank", ["a4-65", "a4-24", "tomy-105", "r-1x50x30"])
def test_symbols_and_pins_of_a_page_read_back_in_order(blank, sheet, serials, raster):
    mine = serials[: medium(blank).per_page]
    texts, pins = pins_for(mine)
    pdf, _ = sheet(blank, mine, art=ART, pins=pins, dpi=203 if medium(blank).kind == "roll" else 600)
    assert sorted(decoded(raster(pdf, 600))) == sorted(PREFIX + serial for serial in mine)
    text = PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    places = [text.index(pin) for pin in texts]
    assert places == sorted(places)
    assert "Mã cào" in text


@pytest.mark.parametrize("blank", ["a4-r25", "a4-r30", "tomy-146", "r74-2x35x22"])
def test_a_stamp_without_room_for_a_pin_is_refused_by_that_name(blank):
    with pytest.raises(DoesNotFit) as refused:
        layout(ART, medium(blank), dpi=203 if blank.startswith("r7") else 600)
    assert refused.value.facts["field"] == "pin"


@pytest.mark.parametrize(
    "pins",
    [
        None,
        np.full((2, 6), ord("A"), np.uint8),
        np.full((3, 5), ord("A"), np.uint8),
        np.full((3, 6), ord("A"), np.int64),
        np.frombuffer(b"A)B(\\C0000QX0001QX", np.uint8).reshape(3, 6),
    ],
)
def test_a_box_without_a_pin_that_can_be_printed_is_refused_before_the_first_byte(pins, serials):
    sink = io.BytesIO()
    with pytest.raises(TextRefused):
        stamp_sheets(sink, medium=medium("a4-65"), art=ART, prefix=PREFIX, serials=serials[:3], pins=pins)
    assert sink.getvalue() == b""


def test_pins_may_come_as_texts_or_as_codes(sheet, serials):
    texts, pins = pins_for(serials[:70])
    given = {"art": ART, "serials": serials[:70]}
    assert sheet("a4-65", pins=texts, **given)[0] == sheet("a4-65", pins=pins, **given)[0]


def test_pins_for_stamps_without_a_box_are_refused(sheet, serials):
    _, pins = pins_for(serials[:3])
    with pytest.raises(TextRefused) as refused:
        sheet("a4-65", serials[:3], pins=pins)
    assert refused.value.facts == {"field": "pin"}


def test_the_box_is_large_enough_for_a_scratch_label_and_its_size_is_said():
    plan = layout(ART, medium("a4-65"))
    width, height = plan.pin_box
    assert width >= 12
    assert height >= 4.2
    [told] = [
        one
        for one in preflight.stamp_run(
            plan, medium("a4-65"), PRINTERS["laser-600"], prefix=PREFIX, registry_host="txng.langson.gov.vn"
        )
        if one.rule == "P19"
    ]
    assert (told.severity, told.facts) == ("warn", {"width_mm": round(width, 1), "height_mm": 4.2})
