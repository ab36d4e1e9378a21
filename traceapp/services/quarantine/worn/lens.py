"""What a lens out of focus mixed, parted again: how much of its neighbours a module shows.

The fixed modules of a symbol are a lesson with its answers: from them is learnt how to weigh a module against
the 24 around it, then from all modules that became plain.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np

from traceapp.services.quarantine.worn.grey import Bits, Grey, at
from traceapp.services.quarantine.worn.mesh import Mesh
from traceapp.services.quarantine.worn.symbols import known

AROUND: Final = range(-2, 3)  # modules
MIDDLE: Final = 12  # the module itself among its 25
LESSONS: Final = 4
CAUTION: Final = 3.0  # how many modules must speak against "a module shows itself alone"
BELIEF: Final = 0.7  # what a module that became plain teaches, beside a fixed one


def parted(mesh: Mesh) -> Iterator[Bits]:
    """Which modules are light, better from lesson to lesson."""
    fixed, terms = known(mesh.size).ravel(), _neighbours(mesh)
    answers, weight = fixed.astype(np.float32), abs(fixed).astype(np.float32)
    caution = CAUTION * np.eye(terms.shape[1], dtype=np.float32)
    for _ in range(LESSONS):
        weighed = terms.T * weight
        shares = np.linalg.solve(weighed @ terms + caution, weighed @ answers + caution[MIDDLE])
        light = terms @ shares
        yield (light > 0).reshape(mesh.size, mesh.size)
        answers = np.where(fixed, fixed, np.sign(light))
        weight = np.where(fixed, 1, BELIEF * np.minimum(abs(light), 1))


def _neighbours(mesh: Mesh) -> Grey:
    """How light the modules around each are, and 1: shape (modules, 26)."""
    (x_down, x_right), (y_down, y_right) = np.gradient(mesh.x), np.gradient(mesh.y)
    seen = [
        at(mesh.soft, mesh.x + right * x_right + down * x_down, mesh.y + right * y_right + down * y_down)
        for down in AROUND
        for right in AROUND
    ]
    return np.stack([*(one.ravel() for one in seen), np.ones(mesh.size**2, np.float32)], axis=1)
