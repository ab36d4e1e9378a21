"""How an order is cut into files, and which serials each holds."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from labels.media import Medium
from labels.sheet import SheetFooter, share_out
from traceapp.domain.pins import PinKey, pins_matrix
from traceapp.domain.serials import SerialKey, mint_matrix
from traceapp.models import PrintRun, StampRun
from traceapp.services.printing.design import thawed_medium
from traceapp.services.stamping import subject_of


@dataclass(frozen=True, slots=True)
class Part:
    """A file of the order: whole sheets, in order; numbers count over the whole order."""

    number: int
    first_index: int
    count: int
    first_sheet: int
    sheets: int
    used_cells: frozenset[int]


def parts_of(order: PrintRun) -> list[Part]:
    """How an order is cut into files, at sheet boundaries."""
    used = frozenset(order.used_cells)
    return cut(thawed_medium(order.medium), order.count, used, order.design["part_stamps"])


def cut(medium: Medium, count: int, used: AbstractSet[int], part_stamps: int) -> list[Part]:
    """So many stamps as files of at most `part_stamps`, the part-used sheet in the last."""
    pages = [len(page) for page in share_out(medium, count, used)]
    a_part = max(1, part_stamps // medium.per_page)
    found: list[Part] = []
    index = 0
    for start in range(0, len(pages), a_part):
        mine = pages[start : start + a_part]
        last = start + len(mine) == len(pages)
        cells = frozenset(used) if last else frozenset[int]()
        found.append(Part(len(found) + 1, index, sum(mine), start + 1, len(mine), cells))
        index += sum(mine)
    return found


def footer_of(order: PrintRun, first_sheet: int, sheets: int) -> SheetFooter:
    """The line in the margins of an order's sheets: which calibration it was given, if any."""
    footer, aim = (
        SheetFooter(order.public_id, first_sheet=first_sheet, sheets=sheets),
        order.design.get("calibration"),
    )
    return replace(footer, calibration=aim["id"]) if aim else footer


class KeyMissing(LookupError):
    """The order's stamps or their PINs were made under a key this machine does not hold."""


@dataclass(frozen=True, slots=True)
class Serials:
    """The serials and PINs of an order, minted as they are needed; never kept."""

    key: SerialKey | None
    subject: str
    first: int
    pin: PinKey | None = None

    @classmethod
    def of(cls, order: PrintRun, keys: Sequence[SerialKey]) -> "Serials":
        """Those of the order's stamps; raises KeyMissing."""
        stamps = order.stamp_run
        if stamps is None:
            return cls(None, "", 0)
        key = next((key for key in keys if key.id == stamps.key_id), None)
        if key is None:
            raise KeyMissing(stamps.key_id)
        return cls(key, stamps.subject, stamps.first_number, _pin_key(stamps, key))

    def stretch(self, index: int, count: int) -> NDArray[np.uint8]:
        """The serials of so many stamps from that index on, as ASCII codes of shape (count, 12)."""
        if self.key is None:
            raise KeyMissing("-")
        return mint_matrix(self.key, subject_of(self.subject), self.first + index, count)

    def pins(self, serials: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
        """The PINs of these serials as ASCII codes, shape (n, 6); None where the run carries none."""
        return None if self.pin is None else pins_matrix(self.pin, serials)


def _pin_key(run: StampRun, key: SerialKey) -> PinKey | None:
    """The PIN key of a run. Another key in its place would print PINs that nobody could ever confirm."""
    if run.pin_key is None:
        return None
    if key.pin is None or key.pin.fingerprint != run.pin_key:
        raise KeyMissing(f"pin-{key.id}")
    return key.pin
