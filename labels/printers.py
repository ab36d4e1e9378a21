"""Printers as far as a print depends on them: dots, kind, and the edge they cannot reach.

>>> PRINTERS["thermal-203"].dot
0.1251231527093596
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

LASER_DPI: Final = 600  # what sheets are drawn for unless another printer is named: most office lasers
THERMAL_DPI: Final = 203  # and rolls: most label printers


@dataclass(frozen=True, slots=True)
class Printer:
    """A kind of printer; `edge` is the unprintable margin, `head` the width a thermal head covers (mm)."""

    id: str
    dpi: int
    thermal: bool = False
    edge: float = 4.3
    head: float | None = None

    @property
    def dot(self) -> float:
        """Side of a dot in mm."""
        return 25.4 / self.dpi

    def dots(self, mm: float) -> float:
        """How many dots a length is."""
        return mm * self.dpi / 25.4


PRINTERS: Mapping[str, Printer] = MappingProxyType(
    {
        printer.id: printer
        for printer in (
            Printer("laser-300", 300),
            Printer("laser-600", LASER_DPI),
            Printer("laser-1200", 1200),
            Printer("thermal-203", THERMAL_DPI, thermal=True, edge=0.0, head=104.0),
            Printer("thermal-300", 300, thermal=True, edge=0.0, head=106.0),
        )
    }
)
