"""Holds and recalls: goods that must not be used or sold for now, or ever.

A hold is one inspector's act and has a reason from a fixed list; a recall needs two people (proposed by one,
confirmed by another) and ends in one of the four ways of Circular 17/2021/TT-BNNPTNT. Lifting is a new fact.

>>> from datetime import UTC, datetime
>>> held = Restriction(RestrictionKind.HOLD, datetime(2026, 9, 5, tzinfo=UTC), stamps=StampRange(10, 5))
>>> held.strikes(12), held.strikes(15), held.strikes()
(True, False, False)
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from traceapp.domain.stamps import StampRange
from traceapp.domain.words import N_


class RestrictionKind(StrEnum):
    """What is asked of whoever holds the goods."""

    HOLD = "hold"  # do not use or sell until the result is known
    RECALL = "recall"  # stop using, give back


class RecallEnding(StrEnum):
    """The four endings of a recall."""

    REWORK = "rework"
    CHANGE_OF_USE = "change_of_use"
    RE_EXPORT = "re_export"
    DESTROY = "destroy"


class HoldReason(StrEnum):
    """The six reasons for which an inspector may hold a lot."""

    SUSPECTED_FAKE = "suspected_fake"
    CERTIFICATE_NOT_IN_FORCE = "certificate_not_in_force"
    WRONG_LABEL = "wrong_label"
    SAFETY_DOUBT = "safety_doubt"
    MIXED_LOTS = "mixed_lots"
    COMPLAINT = "complaint"


HOLD_REASONS: Final[Mapping[HoldReason, str]] = MappingProxyType(
    {
        HoldReason.SUSPECTED_FAKE: N_("nghi hàng giả"),
        HoldReason.CERTIFICATE_NOT_IN_FORCE: N_("chứng nhận hết hiệu lực"),
        HoldReason.WRONG_LABEL: N_("nhãn sai"),
        HoldReason.SAFETY_DOUBT: N_("nghi mất an toàn"),
        HoldReason.MIXED_LOTS: N_("lẫn lô"),
        HoldReason.COMPLAINT: N_("khiếu nại"),
    }
)

RECALL_ENDINGS: Final[Mapping[RecallEnding, str]] = MappingProxyType(
    {
        RecallEnding.REWORK: N_("khắc phục lỗi, ghi lại nhãn"),
        RecallEnding.CHANGE_OF_USE: N_("chuyển mục đích sử dụng"),
        RecallEnding.RE_EXPORT: N_("tái xuất"),
        RecallEnding.DESTROY: N_("tiêu hủy"),
    }
)


@dataclass(frozen=True, slots=True)
class Restriction:
    """A hold or recall of goods, which its row names; `stamps` narrows it to a stretch of a run.

    A recall that nobody has confirmed yet does not apply.
    """

    kind: RestrictionKind
    from_at: datetime
    lifted_at: datetime | None = None
    confirmed: bool = True
    stamps: StampRange | None = None

    @property
    def in_force(self) -> bool:
        """Confirmed and not lifted, whatever a clock says: another server's may be a second ahead of ours."""
        return self.confirmed and self.lifted_at is None

    def strikes(self, index: int | None = None) -> bool:
        """Whether it is in force for goods that it names; of a stretch, for the stamp at this index."""
        return self.in_force and (self.stamps is None or (index is not None and index in self.stamps))


@dataclass(frozen=True, slots=True)
class RunBeside:
    """Another run of stamps on the lot: when it came onto goods (None: never), and what strikes all of it."""

    activated_at: datetime | None
    struck: RestrictionKind | None = None


def strikes_every_case(
    kind: RestrictionKind, from_at: datetime | None, *, whole: bool, beside: Iterable[RunBeside]
) -> bool:
    """Whether a hold or recall of stamps strikes every case of their lot; if not, a case *may* hold some.

    No book says which stamp went into which case: a case's lot holds the lot of the same code, and that is
    all that is known. What comes onto goods after it began (`from_at`; None: not yet) softens nothing.

    | struck                | other runs on goods of the lot when it began    | a case of the lot        |
    |-----------------------|-------------------------------------------------|--------------------------|
    | a stretch of a run    | any                                             | may hold such goods      |
    | a whole run           | one that is struck less, or not at all          | may hold such goods      |
    | a whole run           | none, or each struck as a whole, and as badly   | holds such: it is struck |
    | stamps of another lot | –                                               | is not in question       |

    >>> strikes_every_case(RestrictionKind.RECALL, None, whole=True, beside=[])
    True
    >>> strikes_every_case(RestrictionKind.HOLD, None, whole=False, beside=[])
    False
    """
    if not whole:
        return False
    on_goods = (
        one
        for one in beside
        if one.activated_at is not None and (from_at is None or one.activated_at <= from_at)
    )
    return all(one.struck is not None and worst((kind, one.struck)) is one.struck for one in on_goods)


def worst(kinds: Iterable[RestrictionKind]) -> RestrictionKind | None:
    """A recall before a hold; None where there is neither."""
    found = set(kinds)
    return next((kind for kind in (RestrictionKind.RECALL, RestrictionKind.HOLD) if kind in found), None)
