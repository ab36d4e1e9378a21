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


def worst(kinds: Iterable[RestrictionKind]) -> RestrictionKind | None:
    """A recall before a hold; None where there is neither."""
    found = set(kinds)
    return next((kind for kind in (RestrictionKind.RECALL, RestrictionKind.HOLD) if kind in found), None)
