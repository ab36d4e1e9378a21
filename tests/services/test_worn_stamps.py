"""A stamp that lay about: bent, blotted, seen from the side, photographed by a hand that shook."""

import time

import numpy as np
import pytest
import zxingcpp
from PIL import Image, ImageFilter

from labels.qr import symbol
from traceapp.services.quarantine import codes, worn
from traceapp.services.quarantine.worn import finders
from traceapp.services.quarantine.worn.symbols import known

TEXT = "HTTPS://TXNG.LANGSON.GOV.VN/01/09520009010011/21/3KMMR3K47VPF"
FRAME = (320, 300)
MODULE = 5  # px
CORNER = 60  # px from the left and from the top


def waves(chance, cells):
    """Smooth unevenness, about 0 to 1."""
    coarse = Image.fromarray((chance.random((cells, cells)) * 255).astype(np.uint8))
    return np.asarray(coarse.resize(FRAME, Image.Resampling.BICUBIC), float) / 255


def on_paper(light=None):
    """A symbol on paper on a table."""
    light = ~symbol(TEXT).modules if light is None else light
    ink = np.kron(np.pad(light, 4, constant_values=True), np.ones((MODULE, MODULE))) * 200 + 30
    table = np.full(FRAME[::-1], 130.0)
    begin = CORNER - 4 * MODULE
    table[begin : begin + len(ink), begin : begin + len(ink)] = ink
    return table


def photo(grey):
    return Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8))


def crumpled():
    chance = np.random.default_rng(1)
    rows, columns = np.indices(FRAME[::-1])
    down, right = ((waves(chance, 8) - 0.5) * 1.5 * MODULE for _ in range(2))
    rows = np.clip(rows + down, 0, FRAME[1] - 1).astype(int)
    columns = np.clip(columns + right, 0, FRAME[0] - 1).astype(int)
    return photo(on_paper()[rows, columns] * (0.6 + 0.5 * waves(chance, 8)))


def out_of_focus():
    return photo(on_paper()).filter(ImageFilter.GaussianBlur(0.62 * MODULE))


def shaken():
    grey = on_paper()
    return photo(np.mean([np.roll(grey, step, 1) for step in range(-5, 6)], axis=0))


def from_the_side():
    """The corner at the lower right is farther away, and a blot lies on another corner."""
    box = (0, 0, 0, FRAME[1], FRAME[0] + 60, FRAME[1] + 60, FRAME[0], 0)
    return blotted().transform(FRAME, Image.Transform.QUAD, box, Image.Resampling.BICUBIC)


def blotted():
    """White glare on the whole of one corner."""
    grey = on_paper()
    grey[CORNER - 10 : CORNER + 8 * MODULE, CORNER - 10 : CORNER + 8 * MODULE] = 240
    return photo(grey)


def read(picture):
    return worn.read(picture, time.process_time() + 60)


def nothing(*_):
    return iter(())


def seen_only(even, modules):
    """Threes of which no corner was guessed."""
    middles = {square.middle for square in finders._squares(even, modules)}
    return [three for three in finders.corners_in(even, modules) if {*three[1:4]} <= middles]


NEEDED = {
    crumpled: ("STEPS", worn.STEPS[:1]),
    out_of_focus: ("parted", nothing),
    shaken: ("_moved", nothing),
    from_the_side: ("leaning", lambda _even, plane: plane),
    blotted: ("corners_in", seen_only),
}


@pytest.mark.parametrize("photographed", NEEDED)
def test_what_a_library_gives_up_is_read(photographed):
    picture = photographed()
    assert not zxingcpp.read_barcodes(picture)
    assert read(picture) == TEXT
    assert codes.read(picture) == (TEXT,)


@pytest.mark.parametrize(("photographed", "step"), NEEDED.items())
def test_no_step_is_idle(monkeypatch, photographed, step):
    monkeypatch.setattr(worn, *step)
    assert read(photographed()) == ""


def test_a_worn_stamp_comes_before_the_barcode_beside_it():
    ean = zxingcpp.create_barcode("9520009010011", zxingcpp.BarcodeFormat.EAN13).to_image(scale=2)
    both = Image.new("L", (FRAME[0], FRAME[1] + 140), 200)
    both.paste(crumpled(), (0, 0))
    both.paste(Image.fromarray(np.asarray(ean)).crop((0, 0, 220, 100)), (40, FRAME[1] + 20))
    assert codes.read(both) == (TEXT, "9520009010011")


@pytest.mark.parametrize("size", [25, 29, 33])
def test_corners_around_rubbish_say_nothing(size):
    fixed, chance = known(size), np.random.default_rng(size)
    fake = np.where(fixed, fixed > 0, chance.random(fixed.shape) < 0.5)
    assert codes.read(photo(on_paper(fake))) == ()


def test_half_a_stamp_says_nothing():
    light = ~symbol(TEXT).modules
    light[:, 15:] = True
    assert codes.read(photo(on_paper(light))) == ()


def test_the_hour_is_kept():
    assert worn.read(from_the_side(), time.process_time() - 1) == ""


@pytest.mark.parametrize("length", [30, 61, 122, 183, 305])
def test_what_is_said_to_be_fixed_is_fixed(length):
    light = ~symbol(TEXT.ljust(length, "X")[:length]).modules
    fixed = known(len(light))
    assert ((fixed > 0) == light)[fixed != 0].all()


def test_a_picture_one_pixel_wide_holds_no_code():
    assert codes.read(Image.new("L", (1, 400), 255)) == ()
