"""QR symbols on paper that is bent, blotted, seen from the side or blurred, where a library gives up.

A reader takes a photo for a flat sheet with two colours. Here the symbol is found by what its three corners
look like from a distance (`finders`), laid flat (`planes`), smoothed out module by module (`mesh`) and, where
the camera moved, freed from the blur that the corners betray (`blur`). Every look at it gives light and dark
modules; they are drawn clean and handed to zxing-cpp, whose Reed-Solomon check alone decides whether
anything was read: nothing here knows how a stamp's text begins, so nothing can be read into a picture.

What each step adds stands in `docs/benchmarks.md`.
"""

import time
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import zxingcpp
from PIL import Image

from traceapp.services.quarantine.worn.blur import unblurred
from traceapp.services.quarantine.worn.finders import corners_in
from traceapp.services.quarantine.worn.grey import Bits, Grey, evened
from traceapp.services.quarantine.worn.lens import parted
from traceapp.services.quarantine.worn.mesh import STEPS, Mesh
from traceapp.services.quarantine.worn.planes import Plane, flat, leaning
from traceapp.services.quarantine.worn.symbols import known, sizes_near

GRADES: Final = ((2, (2.0, 2.5, 3.1)), (4, (2.0, 2.5, 3.1)), (1, (1.5, 2.0, 2.5, 3.1)))
"""By how much the photo is made smaller, and the modules, in px, then looked for: the likeliest first."""
LIKELIEST: Final = 40  # threes of corners of which the modules are compared
MOST: Final = 3  # symbols looked at in earnest, of each grade
ALIKE: Final = 0.3  # what the fixed modules of a symbol agree at least with the picture; 1 is much
SURELY: Final = 0.5  # the same, where the long work of undoing a blur is worth while
DRAWN: Final[dict[str, Any]] = {
    "formats": zxingcpp.BarcodeFormat.QRCodeModel2,
    "try_rotate": False,
    "try_downscale": False,
    "try_invert": False,
}
QUIET, SCALE = 4, 4


def read(picture: Image.Image, until: float) -> str:
    """The text of a worn symbol in a grey picture; empty where there is none, or none before `until`.

    The hour is one of `time.process_time`.
    """
    for light in _looks(picture):
        if text := _text(light):
            return text
        if time.process_time() > until:
            return ""
    return ""


def _looks(picture: Image.Image) -> Iterator[Bits]:
    """Which modules may be light, in whatever may be a symbol."""
    for smaller, modules in GRADES:
        even = evened(np.asarray(picture.reduce(smaller), np.float32), round(4 * modules[1]))
        likely = _planes(even, modules)
        for plane in likely:
            yield from _bent(picture, plane.larger(smaller))
        for plane in likely:
            yield from _bent(picture, leaning(even, plane).larger(smaller))
        for plane in likely:
            if plane.agreement > SURELY:
                yield from _moved(picture, plane.larger(smaller))


def _planes(even: Grey, modules: tuple[float, ...]) -> list[Plane]:
    """The symbols that agree best with the picture, taken for flat."""
    found = [
        flat(even, corners, size)
        for corners in corners_in(even, modules)[:LIKELIEST]
        for size in sizes_near(corners.modules)
    ]
    found = [plane for plane in found if plane.agreement > ALIKE]
    return sorted(found, key=lambda plane: -plane.agreement)[:MOST]


def _bent(picture: Image.Image, plane: Plane) -> Iterator[Bits]:
    """Crumpled paper, smoothed out a little, then more; perhaps out of focus."""
    mesh = Mesh(plane.cut_out(picture), plane.size)
    for step in STEPS:
        mesh.smooth(*step)
        yield mesh.light > 0
        if step in (STEPS[0], STEPS[-1]):
            yield from parted(mesh)


def _moved(picture: Image.Image, plane: Plane) -> Iterator[Bits]:
    """Paper that is nearly flat, in a blurred picture."""
    mesh = Mesh(plane.cut_out(picture), plane.size)
    mesh.smooth(*STEPS[0])
    yield from unblurred(mesh)


def _text(light: Bits) -> str:
    """What the modules say; what every symbol of the size has in common is drawn as it must be."""
    fixed = known(len(light))
    drawn = np.pad(np.where(fixed, fixed > 0, light), QUIET, constant_values=True)
    symbol = np.kron(drawn, np.full((SCALE, SCALE), 255, np.uint8))
    read = [code.text for code in zxingcpp.read_barcodes(symbol, **DRAWN) if code.valid]
    return read[0] if read else ""
