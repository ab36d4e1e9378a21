"""How many stamps were ever opened, without reading a row for each: whole blocks, and the ends of stretches.

The database counts them (`models.scan.OpenedBlock`), in the transaction that writes a stamp's first scan. A
lot with 800,000 opened stamps is some 800 numbers to add up; of a void stretch only the two blocks in which
it begins and ends are looked into.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from traceapp.domain.stamps import StampRange
from traceapp.models import FirstScan, OpenedBlock
from traceapp.models.scan import STAMPS_A_BLOCK

Stretch = tuple[int, StampRange]
AT_ONCE: Final = 200  # conditions in one question


def opened(scans: Session, runs: Iterable[int], void: Sequence[Stretch] = ()) -> int:
    """How many stamps of these runs were opened, but for the stretches that are void (and do not overlap).

    The blocks are read before the ends of void stretches: where somebody opens a void stamp in between, one
    too few is told for a moment, never one too many.
    """
    blocks = _blocks(scans, runs)
    within = sum(blocks[run, block] for run, held in void for block in _whole(held) if (run, block) in blocks)
    ends = [(run, end) for run, held in void for end in _ends(held) if blocks.get((run, _block(end.first)))]
    return sum(blocks.values()) - within - _in_ends(scans, ends)


def _blocks(scans: Session, runs: Iterable[int]) -> Mapping[tuple[int, int], int]:
    asked = select(OpenedBlock.run_id, OpenedBlock.block, OpenedBlock.stamps)
    rows = scans.execute(asked.where(OpenedBlock.run_id.in_(list(runs))))
    return {(run, block): stamps for run, block, stamps in rows}


def _block(index: int) -> int:
    return index // STAMPS_A_BLOCK


def _whole(held: StampRange) -> range:
    """The blocks that lie in a stretch altogether.

    >>> [list(_whole(StampRange(*held))) for held in ((1000, 3000), (0, 1024), (1, 1024))]
    [[1, 2], [0], []]
    """
    return range(_block(held.first + STAMPS_A_BLOCK - 1), _block(held.last + 1))


def _ends(held: StampRange) -> Iterator[StampRange]:
    """What is left of a stretch at its two ends, each within one block.

    >>> list(_ends(StampRange(1000, 3000)))
    [StampRange(first=1000, count=24), StampRange(first=3072, count=928)]
    >>> list(_ends(StampRange(5, 10))), list(_ends(StampRange(0, 1024)))
    ([StampRange(first=5, count=10)], [])
    """
    whole = _whole(held)
    begins, ends = whole.start * STAMPS_A_BLOCK, whole.stop * STAMPS_A_BLOCK
    if whole.start > whole.stop:  # within one block
        yield held
        return
    if held.first < begins:
        yield StampRange(held.first, begins - held.first)
    if ends <= held.last:
        yield StampRange(ends, held.last + 1 - ends)


def _in_ends(scans: Session, ends: Sequence[Stretch]) -> int:
    return sum(_between(scans, ends[at : at + AT_ONCE]) for at in range(0, len(ends), AT_ONCE))


def _between(scans: Session, ends: Sequence[Stretch]) -> int:
    held = [
        and_(FirstScan.run_id == run, FirstScan.stamp_index.between(end.first, end.last)) for run, end in ends
    ]
    return scans.scalar(select(func.count()).select_from(FirstScan).where(or_(*held))) or 0
