"""A symbol as a flat sheet in the picture: from modules to pixels, seen straight or from the side."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from traceapp.services.quarantine.worn.grey import Grey, Real, at
from traceapp.services.quarantine.worn.symbols import known

if TYPE_CHECKING:
    from traceapp.services.quarantine.worn.finders import Corners

Points: TypeAlias = NDArray[np.complex128]  # x + yi
PER_MODULE: Final = 6  # px of a symbol cut out
EDGE: Final = 4  # modules around it that are cut out too
UNKNOWN: Final = 0.6  # what a module weighs that may be light or dark, beside one that is known
LEANS: Final = np.arange(-8, 8.5)  # modules by which the fourth corner may be off
NEARER: Final = np.arange(-0.75, 1, 0.25)


@dataclass(frozen=True, slots=True)
class Plane:
    """A symbol of `size` modules a side whose finder patterns have their middles at three points, x + yi px.

    `lean` is where the fourth point lies, in modules, from where flat paper seen straight would have it.
    """

    size: int
    top_left: complex
    top_right: complex
    bottom_left: complex
    lean: complex = 0j
    agreement: float = 0.0

    def larger(self, times: float) -> Plane:
        """The same in a picture so many times larger."""
        corners = (self.top_left * times, self.top_right * times, self.bottom_left * times)
        return Plane(self.size, *corners, self.lean, self.agreement)

    @property
    def module(self) -> float:
        """The side of a module, in px."""
        across, down = abs(self.top_right - self.top_left), abs(self.bottom_left - self.top_left)
        return (across + down) / 2 / (self.size - 7)

    def terms(self, lean: complex | Points) -> tuple[NDArray[Any], ...]:
        """a, b, c, g and h of (a s + b t + c) / (g s + h t + 1), s and t from 0 to 1 between the middles.

        Heckbert, Fundamentals of Texture Mapping and Image Warping (1989), section 2.2.3.
        """
        across, down = self.top_right - self.top_left, self.bottom_left - self.top_left
        last = np.asarray(across + down + (lean.real * across + lean.imag * down) / (self.size - 7))
        first, second, over = across - last, down - last, last - across - down
        whole = _cross(first, second)
        g, h = _cross(over, second) / whole, _cross(first, over) / whole
        a, b = across + g * (self.top_left + across), down + h * (self.top_left + down)
        return a, b, np.asarray(self.top_left), g, h

    def points(self, columns: Real, rows: Real, leans: Points) -> Points:
        """Where points given in modules lie in the picture, for each lean: shape (leans, points)."""
        a, b, c, g, h = (term.reshape(-1, 1) for term in self.terms(leans))
        s, t = (columns.ravel() - 3.5) / (self.size - 7), (rows.ravel() - 3.5) / (self.size - 7)
        return np.asarray((a * s + b * t + c) / (g * s + h * t + 1), np.complex128)

    def cut_out(self, picture: Image.Image) -> Grey:
        """The symbol laid flat, `PER_MODULE` px a module, with an edge around it."""
        smaller = max(1, int(self.module / PER_MODULE))
        plane = self.larger(1 / smaller)
        a, b, c, g, h = (complex(term) for term in plane.terms(plane.lean))
        share = 1 / PER_MODULE / (self.size - 7)
        start = -(EDGE + 3.5) / (self.size - 7)
        whole = (g + h).real * start + 1
        across, down = a * share / whole, b * share / whole
        origin = ((a + b) * start + c) / whole
        sloping = (g.real * share / whole, h.real * share / whole)
        told = (across.real, down.real, origin.real, across.imag, down.imag, origin.imag, *sloping)
        side = (self.size + 2 * EDGE) * PER_MODULE
        cut = picture.reduce(smaller).transform(
            (side, side), Image.Transform.PERSPECTIVE, told, Image.Resampling.BICUBIC
        )
        return np.asarray(cut, np.float32)


def _cross(a: Points, b: Points) -> NDArray[np.float64]:
    return a.real * b.imag - a.imag * b.real


def flat(even: Grey, corners: Corners, size: int) -> Plane:
    """The symbol of that size with those corners, on flat paper seen straight, and how well it agrees."""
    plane = Plane(size, corners.top_left, corners.top_right, corners.bottom_left)
    fixed = known(size)
    rows, columns = np.nonzero(fixed)
    placed = plane.points(columns + np.float32(0.5), rows + np.float32(0.5), np.zeros(1, complex))
    values = at(even, placed.real, placed.imag)[0]
    return replace(plane, agreement=float((values * fixed[rows, columns]).mean()))


def leaning(even: Grey, plane: Plane) -> Plane:
    """The same symbol seen from the side, as fits best: every module should be plainly light or dark."""
    for around in (LEANS, NEARER):
        leans = plane.lean + (around + 1j * around[:, np.newaxis]).ravel()
        plane = replace(plane, lean=complex(leans[_fit(even, plane, leans).argmax()]))
    return plane


def _fit(even: Grey, plane: Plane, leans: Points) -> Grey:
    fixed = known(plane.size).ravel()
    rows, columns = np.indices((plane.size, plane.size)) + np.float32(0.5)
    placed = plane.points(columns, rows, leans)
    values = at(even, placed.real, placed.imag)
    fit: Grey = np.where(fixed, fixed * values, UNKNOWN * abs(values)).mean(axis=1)
    return fit
