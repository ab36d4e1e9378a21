"""How large barcodes may be: X dimensions, quiet zones, bar heights, by symbol.

GS1 General Specifications, section 5.12 (symbol specification tables), as domain.md section 4 quotes them.

>>> round(SIZES["ean13"].height(0.264), 2)
18.28
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """Lengths in mm; `quiet` in X, left and right; the height of bars grows with X where `scales`."""

    smallest: float
    nominal: float
    largest: float
    quiet: tuple[int, int]
    bar_height: float = 0.0
    scales: bool = False

    def height(self, x: float) -> float:
        """Bar height for an X dimension."""
        return self.bar_height * x / self.nominal if self.scales else self.bar_height


SIZES: dict[str, Size] = {
    "ean13": Size(0.264, 0.330, 0.660, (11, 7), 22.85, scales=True),
    "ean8": Size(0.264, 0.330, 0.660, (7, 7), 18.23, scales=True),
    "itf14": Size(0.495, 0.495, 1.016, (10, 10), 32.0),
    "gs1-128": Size(0.495, 0.495, 1.016, (10, 10), 32.0),
    "gs1-datamatrix": Size(0.375, 0.625, 0.990, (1, 1)),
    "qr": Size(0.396, 0.495, 0.743, (4, 4)),
}
