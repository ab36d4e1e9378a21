"""Blur undone: a hand that shook, a lens out of focus.

The three corners of a symbol and the light around it are known beforehand, so the picture of them tells what
the camera made of a point of light. With that, light and dark are sought which would give the picture that is
there; they tell the blur anew and better, and so on. No kind of blur is assumed, only that it is the same all
over the symbol and reaches no farther than `REACH`.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.fft
from numpy.typing import NDArray

from traceapp.services.quarantine.worn.grey import FAINT, Bits, Grey, at, box
from traceapp.services.quarantine.worn.mesh import Mesh
from traceapp.services.quarantine.worn.planes import EDGE, PER_MODULE
from traceapp.services.quarantine.worn.symbols import known

FINE: Final = 3  # points a module; more would cost more and tell nothing
MARGIN: Final = 3  # modules around the symbol that are looked at: two of them quiet zone
REACH: Final = 5  # points that a point of light is smeared to each side
ROUNDS: Final = 4
STEPS: Final = 40  # of the descent, in each round
CALM: Final = 3e-3  # of the mean power: what keeps a blur that nothing speaks for at nought

Plane64 = NDArray[np.float64]


def unblurred(mesh: Mesh) -> Iterator[Bits]:
    """Which modules are light, better from round to round."""
    seen, sure = _levelled(mesh), _certain(mesh.size)
    modules, weight = sure.copy(), abs(sure)
    for _ in range(ROUNDS):
        spread, level = _blur(seen, modules, weight)
        found = np.where(sure, sure, _undone(seen - level, spread, modules, sure))
        yield found[MARGIN:-MARGIN, MARGIN:-MARGIN] > 0
        modules, weight = np.sign(found), abs(found)


def _levelled(mesh: Mesh) -> Grey:
    """The symbol along its mesh, `FINE` points a module, shade and glare taken away."""
    places = ((np.arange((mesh.size + 2 * MARGIN) * FINE) + 0.5) / FINE - MARGIN).astype(np.float32)
    grid = (np.arange(mesh.size) + 0.5 + EDGE) * PER_MODULE
    straight, (rows, columns) = (places + EDGE) * PER_MODULE, np.meshgrid(places, places, indexing="ij")
    right, down = at(mesh.x - grid, columns, rows), at(mesh.y - grid[:, np.newaxis], columns, rows)
    seen = at(mesh.cut, straight + right, straight[:, np.newaxis] + down)
    above = seen - box(seen, 4 * FINE)
    return np.asarray(above / np.sqrt(box(above * above, 5 * FINE) + FAINT**2), np.float32)


def _certain(size: int) -> Grey:
    """What is known of a symbol and of the two modules of light around it; 0 is not known."""
    sure = np.pad(known(size), 2, constant_values=1)
    return np.pad(sure, MARGIN - 2).astype(np.float32)


def _blur(seen: Grey, modules: Grey, weight: Grey) -> tuple[Plane64, float]:
    """What a point of light became, by least squares where all around is certain; and how light nought is."""
    ideal, certain = _drawn(modules), box(_drawn(weight), REACH)
    side, inner = len(seen), slice(REACH, -REACH)
    counts = np.maximum(certain - 0.75, 0)[inner, inner]
    told = counts > 0
    shifts = range(2 * REACH + 1)
    end = side - 2 * REACH
    columns = [ideal[down : down + end, right : right + end][told] for down in shifts for right in shifts]
    terms = np.stack([*columns, np.ones_like(columns[0])], axis=1)
    weighed = terms * counts[told][:, np.newaxis]
    power = weighed.T @ terms
    power += np.eye(len(power), dtype=np.float32) * (power.trace() / len(power) * CALM)
    found = np.linalg.solve(power, weighed.T @ seen[inner, inner][told])
    return found[:-1].reshape(2 * REACH + 1, -1), float(found[-1])


def _undone(seen: Grey, spread: Plane64, modules: Grey, sure: Grey) -> Plane64:
    """Modules, -1 to 1, whose blurred picture comes nearest to what is seen, by Nesterov's descent."""
    shape = seen.shape
    whole = np.zeros(shape)
    whole[: 2 * REACH + 1, : 2 * REACH + 1] = spread
    lens = np.fft.rfft2(np.roll(whole, (-REACH, -REACH), (0, 1)))
    step = 1 / (np.max(abs(lens)) ** 2 * FINE**2)
    found = ahead = modules.astype(np.float64)
    speed = 1.0
    for _ in range(STEPS):
        wrong = np.fft.irfft2(np.fft.rfft2(_drawn(ahead)) * lens.conj(), shape) - seen
        wrong[:FINE] = wrong[-FINE:] = wrong[:, :FINE] = wrong[:, -FINE:] = 0
        slope = _gathered(np.fft.irfft2(np.fft.rfft2(wrong) * lens, shape))
        better = np.where(sure, sure, np.clip(ahead - step * slope, -1, 1))
        faster = (1 + (1 + 4 * speed**2) ** 0.5) / 2
        ahead = better + (speed - 1) / faster * (better - found)
        found, speed = better, faster
    return found


def _drawn(modules: NDArray[np.floating]) -> NDArray[np.floating]:
    return modules.repeat(FINE, 0).repeat(FINE, 1)


def _gathered(points: Plane64) -> Plane64:
    side = len(points) // FINE
    gathered: Plane64 = points.reshape(side, FINE, side, FINE).sum(axis=(1, 3))
    return gathered
