"""Who acts, and where: kinds of party and place, and the way a record is approved.

>>> check_step(RecordState.SUBMITTED, RecordState.APPROVED)
>>> may_step(PartyState.APPROVED, PartyState.SUSPENDED)
True
"""

from enum import StrEnum
from typing import Final

from traceapp.domain.errors import Conflict


class PartyKind(StrEnum):
    """What a party is."""

    COOPERATIVE = "cooperative"
    COMPANY = "company"
    HOUSEHOLD = "household"
    ASSOCIATION = "association"
    CERTIFICATION_BODY = "certification_body"
    AUTHORITY = "authority"
    PUBLIC_BODY = "public_body"

    @property
    def makes_goods(self) -> bool:
        """A producer (chủ thể): may hold trade items and certificates."""
        return self in _PRODUCERS


_PRODUCERS: Final = frozenset(
    {PartyKind.COOPERATIVE, PartyKind.COMPANY, PartyKind.HOUSEHOLD, PartyKind.ASSOCIATION}
)


class PlaceKind(StrEnum):
    """What a place is."""

    GROWING_AREA = "growing_area"
    WORKSHOP = "workshop"
    WAREHOUSE = "warehouse"
    SHOP = "shop"
    SITE = "site"


class RecordState(StrEnum):
    """How far a record is on its way through the province."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"

    @property
    def is_open(self) -> bool:
        """A copy that its keeper may still change: not sent, taken back, or sent back to be put right."""
        return self in (RecordState.DRAFT, RecordState.RETURNED)


class PartyState(StrEnum):
    """The same for a party, which can also be suspended."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"
    SUSPENDED = "suspended"


_STEPS: Final = {
    "draft": frozenset({"submitted"}),
    "submitted": frozenset({"approved", "returned", "draft"}),  # taken back by who sent it
    "returned": frozenset({"submitted"}),
    "approved": frozenset({"suspended"}),
    "suspended": frozenset({"approved"}),
}


def may_step(before: RecordState | PartyState, after: RecordState | PartyState) -> bool:
    """Whether a record may go from one state to the other."""
    return after.value in _STEPS[before.value]


def check_step(before: RecordState | PartyState, after: RecordState | PartyState) -> None:
    """Raises `Conflict` `record_step` where `may_step` says no."""
    if not may_step(before, after):
        raise Conflict("record_step", found=before, given=after)
