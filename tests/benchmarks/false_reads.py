"""Pictures that hold no stamp, or half of one, and what readers take them for.

A text nobody printed is a false alarm. Textures and drawn rubbish hold no text, fakes have all that
is fixed in a symbol around modules drawn by lot, and strangers' codes hold texts of their own, which may be
read but not otherwise. Half of the pictures are crumpled, as in `photos`.
"""

import os
from collections.abc import Callable

import numpy as np
import zxingcpp
from PIL import Image, ImageDraw

from tests.benchmarks import photos
from tests.benchmarks.measuring import Report
from tests.benchmarks.photos import Chance, picture, waves
from traceapp.domain.serials import mint
from traceapp.services.quarantine.worn.symbols import known

EACH = int(os.environ.get("BENCH_PHOTOS", "100"))
Drawn = tuple[Image.Image, str]  # and the text on it, if there is one


def texture(chance: Chance) -> Drawn:
    """Cloth, stone, gravel."""
    grain = waves(chance, *photos.FRAME, int(chance.integers(4, 200))) * chance.uniform(40, 250)
    return picture(grain + chance.normal(0, chance.uniform(0, 30), grain.shape)), ""


def rubbish(chance: Chance) -> Drawn:
    """Squares, bars and rings, dark on light, one over the other."""
    paper = Image.new("L", photos.FRAME, 220)
    pen = ImageDraw.Draw(paper)
    for _ in range(300):
        x, y = chance.integers(0, 1200), chance.integers(0, 900)
        wide, high = chance.integers(2, 80, 2)
        pen.rectangle((x, y, x + wide, y + high), fill=int(chance.choice([30, 220])), outline=30)
    return paper, ""


def chequered(chance: Chance) -> Drawn:
    """Tiles, turned."""
    tiles = np.indices((225, 300)).sum(axis=0) % 2 * 190 + 30
    tiles = np.kron(tiles, np.ones((4, 4)))
    return picture(tiles).rotate(chance.uniform(0, 90), Image.Resampling.BICUBIC, fillcolor=128), ""


def _on_a_table(modules: np.ndarray, chance: Chance) -> Image.Image:
    """A drawing of modules, light where true, with its quiet zone."""
    ink = np.kron(np.pad(modules, 4, constant_values=True), np.ones((5, 5))) * 200 + 30
    table = 70 + 110 * waves(chance, *photos.FRAME, 12)
    y, x = (int(chance.integers(20, far - len(ink) - 20)) for far in table.shape)
    table[y : y + len(ink), x : x + len(ink)] = ink
    return picture(table)


def fake(chance: Chance) -> Drawn:
    """Corners, timing and alignment of a symbol, and modules by lot."""
    fixed = known(int(chance.choice([25, 29, 33, 37])))
    return _on_a_table(np.where(fixed, fixed > 0, chance.random(fixed.shape) < 0.5), chance), ""


def half(chance: Chance) -> Drawn:
    """A stamp's symbol of which half is another stamp's: nothing right can be said of it."""
    serials = mint(photos.KEY, photos.GTIN, int(chance.integers(10**9)), 2)
    one, other = photos.family(photos.PREFIX, 12, mask="best").symbols(serials)
    modules = np.concatenate([one[:, :14], other[:, 14:]], axis=1)
    return _on_a_table(~modules, chance), "".join(photos.PREFIX + serial for serial in serials)


def torn(chance: Chance) -> Drawn:
    """The left half of a stamp, and table where the right one was."""
    modules = photos.family(photos.PREFIX, 12, mask="best").symbols(
        mint(photos.KEY, photos.GTIN, int(chance.integers(10**9)), 1)
    )
    whole = ~modules[0]
    whole[:, 15:] = bool(chance.integers(2))
    return _on_a_table(whole, chance), ""


def strange(chance: Chance) -> Drawn:
    """Somebody else's QR code."""
    letters = chance.choice(list("abcdefghijklmnopqrstuvwxyz0123456789/?=&-"), int(chance.integers(10, 60)))
    text = "https://" + "".join(letters)
    level = str(chance.choice(list("LMQH")))
    symbol = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=level)
    light = np.asarray(symbol.to_image(scale=1, add_quiet_zones=False)) > 0
    return _on_a_table(light, chance), text


KINDS: dict[str, Callable[[Chance], Drawn]] = {
    "textures": texture, "rubbish": rubbish, "tiles": chequered, "fakes": fake, "half and half": half,
    "torn in two": torn, "strangers' codes": strange,
}  # fmt: skip


def worse(photo: Image.Image, chance: Chance) -> Image.Image:
    """Crumpled and a little out of focus, or not."""
    if chance.random() < 0.5:
        return photo
    grey = np.asarray(photo, float)
    down, right = ((waves(chance, *photos.FRAME, 18) - 0.5) * 5 for _ in range(2))
    return picture(photos.warped(grey, down, right) * (0.6 + 0.4 * waves(chance, *photos.FRAME, 18)))


def main() -> None:
    """Measure, print, keep."""
    report = Report("false_reads")
    for kind, draw in KINDS.items():
        chance = np.random.default_rng([photos.SEED, *kind.encode()])
        drawn = [draw(chance) for _ in range(EACH)]
        shown = [(worse(photo, chance), text) for photo, text in drawn]
        for name, reader in photos.READERS.items():
            wrong = [found for photo, text in shown for found in reader(photo) if found and found not in text]
            report.ours(f"{kind}, {name}", len(wrong), f"of {EACH}", 0, most=True)
            for found in wrong[:3]:
                print("   ", repr(found)[:80])
    report.close()
