"""Which cells of which page a run fills: a few kinds of page, each so many times, whatever the run's length.

A part-used sheet is filled as far as it goes and comes last. What it has no room for goes on fresh sheets
before it, of which the last may stay part-filled: so the old sheet is used up and one new one begun, never
two half ones kept.

>>> from labels.media import medium
>>> pages = share_out(medium("a4-65"), 135, {0, 1, 2})
>>> [len(page) for page in pages]
[65, 8, 62]
>>> share_out(medium("a4-65"), 10**6).kinds[0][1]
15384
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from typing import TYPE_CHECKING, TypeAlias, overload

from labels.errors import CellUnknown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from labels.media import Medium

Cells: TypeAlias = tuple[int, ...]


class PagePlan(Sequence[Cells]):
    """The cells each page fills, in order; `kinds` are those cells, and how many pages in a row fill them."""

    def __init__(self, *kinds: tuple[Cells, int]) -> None:
        self.kinds = tuple((cells, count) for cells, count in kinds if cells and count)
        self._pages = sum(count for _, count in self.kinds)

    def __len__(self) -> int:
        return self._pages

    def __iter__(self) -> Iterator[Cells]:
        for cells, count in self.kinds:
            yield from repeat(cells, count)

    @overload
    def __getitem__(self, at: int) -> Cells: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Cells]: ...
    def __getitem__(self, at: int | slice) -> Cells | Sequence[Cells]:
        if isinstance(at, slice):
            return [self[number] for number in range(*at.indices(self._pages))]
        left = range(self._pages)[at]
        for cells, count in self.kinds:
            if left < count:
                return cells
            left -= count
        raise AssertionError("a page beyond the last was refused above")  # pragma: no cover


def share_out(medium: Medium, count: int, used_cells: AbstractSet[int] = frozenset()) -> PagePlan:
    """The pages of so many stamps or labels; `used_cells` (from 0, line by line) are gone from the last.

    Raises CellUnknown for a used cell the medium does not have, ValueError for fewer than none.
    """
    if count < 0:
        raise ValueError(f"count: expected 0 or more, found {count}")
    unknown = sorted(cell for cell in used_cells if not 0 <= cell < medium.per_page)
    if unknown:
        raise CellUnknown(f"{medium.id} has no cell {unknown[0]}", medium=medium.id, cell=unknown[0])
    every = tuple(range(medium.per_page))
    free = tuple(cell for cell in every if cell not in used_cells) if used_cells else ()
    on_the_used_sheet = min(count, len(free))
    whole, over = divmod(count - on_the_used_sheet, medium.per_page)
    return PagePlan((every, whole), (every[:over], 1), (free[:on_the_used_sheet], 1))
