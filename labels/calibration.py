"""How one printer lands on one medium, and how four readings from a printed sheet tell it.

>>> Calibration(dx0=0.4, sy=1.001).apply(100, 200)
(100.4, 200.2)
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from labels.errors import MediumInvalid


@dataclass(frozen=True, slots=True)
class Calibration:
    """How one printer lands on one medium: offset in mm, scale as a factor, skew in degrees.

    The printed point is scaled and skewed about the page's top-left corner, then moved.
    """

    dx0: float = 0.0
    dy0: float = 0.0
    sx: float = 1.0
    sy: float = 1.0
    skew: float = 0.0
    id: str = ""

    def apply(self, x: float, y: float) -> tuple[float, float]:
        """Where to aim so that ink lands on (x, y)."""
        turn = math.radians(self.skew)
        across, down = self.sx * x, self.sy * y
        return (
            round(across * math.cos(turn) - down * math.sin(turn) + self.dx0, 6),
            round(across * math.sin(turn) + down * math.cos(turn) + self.dy0, 6),
        )

    @classmethod
    def from_reading(cls, error: tuple[float, float], id: str = "") -> Calibration:  # noqa: A002 - as below
        """The calibration one label's reading gives, on a roll with no other: the offset alone.

        >>> Calibration.from_reading((0.5, -0.2))
        Calibration(dx0=-0.5, dy0=0.2, sx=1.0, sy=1.0, skew=0.0, id='')
        """
        across, down = error
        return cls(-across, -down, id=id)

    @classmethod
    def from_readings(
        cls,
        first: tuple[float, float],
        first_error: tuple[float, float],
        second: tuple[float, float],
        second_error: tuple[float, float],
        id: str = "",  # noqa: A002 - the profile's own id
    ) -> Calibration:
        """The calibration two labels' readings give: ink landed `error` mm right of and below each point.

        Four numbers fix the offset, one common scale and the skew exactly.

        >>> Calibration.from_readings((10, 10), (0.5, -0.2), (200, 287), (0.5, -0.2))
        Calibration(dx0=-0.5, dy0=0.2, sx=1.0, sy=1.0, skew=0.0, id='')
        """
        start, end = complex(*first), complex(*second)
        if start == end:
            raise MediumInvalid("calibration needs two different labels", field="second")
        aim_start, aim_end = start - complex(*first_error), end - complex(*second_error)
        ratio = (aim_end - aim_start) / (end - start)
        offset = aim_start - ratio * start
        scale, skew = abs(ratio), math.degrees(math.atan2(ratio.imag, ratio.real))
        return cls(
            round(offset.real, 4), round(offset.imag, 4), round(scale, 6), round(scale, 6), round(skew, 4), id
        )

    @classmethod
    def from_combs(
        cls,
        size: tuple[float, float],
        first: tuple[float, float],
        first_reading: tuple[float, float],
        second: tuple[float, float],
        second_reading: tuple[float, float],
        id: str = "",  # noqa: A002 - as above
    ) -> Calibration:
        """The calibration that two labels' combs give, each read where the real label's edge crosses it.

        A label is its corner (left, top) and its `size` (width, height). Across is read on its left edge
        at mid-height, down on its upper edge at mid-width (`labels.calibration_sheet`), in mm to the right
        of and below the printed edge: so far must be aimed further there. Exact in all four.

        >>> Calibration.from_combs((38.1, 21.2), (4.75, 10.7), (0.5, -0.2), (167.15, 265.1), (0.5, -0.2))
        Calibration(dx0=0.5, dy0=-0.2, sx=1.0, sy=1.0, skew=0.0, id='')
        """
        start, end = complex(*first), complex(*second)
        if start == end:
            raise MediumInvalid("calibration needs two different labels", field="second")
        more = (complex(*second_reading) - complex(*first_reading)) / (end - start)
        across = first_reading[0] - more.real * start.real + more.imag * (start.imag + size[1] / 2)
        down = first_reading[1] - more.real * start.imag - more.imag * (start.real + size[0] / 2)
        scale, skew = abs(1 + more), math.degrees(math.atan2(more.imag, 1 + more.real))
        return cls(round(across, 4), round(down, 4), round(scale, 6), round(scale, 6), round(skew, 4), id)


NEUTRAL = Calibration()
