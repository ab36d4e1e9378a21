"""Paper that was crumpled or bent, smoothed out: every module is sought where it is plainly light or dark.

Flat paper says where a module ought to be; its neighbours say by how much they all were pushed. Wide
neighbourhoods are moved first and far, small ones last and little.
"""

from typing import Final

import numpy as np

from traceapp.services.quarantine.worn.grey import Grey, at, box, evened
from traceapp.services.quarantine.worn.planes import EDGE, PER_MODULE, UNKNOWN
from traceapp.services.quarantine.worn.symbols import known

STEPS: Final = ((8.0, 1.0, 0.25), (5.0, 0.7, 0.2), (3.5, 0.5, 0.17), (2.5, 0.35, 0.12))
"""Modules: how wide a neighbourhood, how far it may be pushed, how finely that is sought."""
STIFFNESS: Final = 0.03  # what the farthest push costs, beside 1 for perfect agreement


class Mesh:
    """Where the modules of a symbol that was cut out have their middles, `x` and `y` in px."""

    def __init__(self, cut: Grey, size: int) -> None:
        self.cut, self.size = cut, size
        self.soft = box(evened(cut, 4 * PER_MODULE), 1)
        rows, columns = np.indices((size, size))
        self.x = ((columns + 0.5 + EDGE) * PER_MODULE).astype(np.float32)
        self.y = ((rows + 0.5 + EDGE) * PER_MODULE).astype(np.float32)

    @property
    def light(self) -> Grey:
        """How light each module is."""
        return at(self.soft, self.x, self.y)

    def smooth(self, width: float, reach: float, step: float) -> None:
        """Push every neighbourhood of that width to where it agrees best."""
        reaches = np.arange(-round(reach / step), round(reach / step) + 1, dtype=np.float32) * step
        right, down = (axis.reshape(-1, 1, 1) for axis in np.meshgrid(reaches, reaches))
        values = at(self.soft, self.x + right * PER_MODULE, self.y + down * PER_MODULE)
        fixed, near = known(self.size), _near(self.size, width)
        fit = near @ np.where(fixed, fixed * values, UNKNOWN * abs(values)) @ near.T
        best = (fit - STIFFNESS * (right**2 + down**2) / reach**2).argmax(axis=0)
        self.x += near @ (right.ravel()[best] * PER_MODULE) @ near.T
        self.y += near @ (down.ravel()[best] * PER_MODULE) @ near.T


def _near(size: int, width: float) -> Grey:
    """What each row (or column) weighs in the neighbourhood of each other one."""
    places = np.arange(size)
    weights = np.exp(-(((places[:, np.newaxis] - places) / width) ** 2) / 2)
    near: Grey = (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
    return near
