"""Where a lot came from and went to, and what those who hold it say: one step back and one step forward.

A recall asks everybody who received goods of the lot what they still have. What was despatched is either
found (still held, or given back), sold on, or not answered for; the four always add up, but for what
somebody says to have found beyond what went to them: that covers no other holder's sales.

>>> from decimal import Decimal
>>> told = Account(despatched=Decimal(100), answered=Decimal(60), held=Decimal(20), returned=Decimal(15))
>>> told.found, told.sold, told.outstanding
(Decimal('35'), Decimal('25'), Decimal('40'))
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from traceapp.domain.words import N_


class Direction(StrEnum):
    """Which way goods went, seen from whose lot it is (Circular 02/2024, article 6: one step each way)."""

    RECEIVED = "received"
    DESPATCHED = "despatched"


class Deed(StrEnum):
    """What a holder did when the recall reached them."""

    SET_APART = "set_apart"
    RETURNED = "returned"
    SOLD_OUT = "sold_out"


DEEDS: Final[Mapping[Deed, str]] = MappingProxyType(
    {
        Deed.SET_APART: N_("đã tách riêng, không bán nữa"),
        Deed.RETURNED: N_("đã trả lại nơi giao"),
        Deed.SOLD_OUT: N_("đã bán hết trước khi biết"),
    }
)


@dataclass(frozen=True, slots=True)
class Account:
    """Of a recall, or of one holder: what went out, and what became of it, in one unit.

    `surplus`: said to be found beyond what was despatched to whoever found it; somebody's numbers are wrong.
    Of one holder it follows from the rest, of several it is the sum of theirs.

    >>> told = Account(Decimal(100), Decimal(100), held=Decimal(120))
    >>> told.sold, told.surplus
    (Decimal('0'), Decimal('20'))
    """

    despatched: Decimal = Decimal(0)
    answered: Decimal = Decimal(0)  # of what was despatched, the part whose holders have answered
    held: Decimal = Decimal(0)
    returned: Decimal = Decimal(0)
    surplus: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        object.__setattr__(self, "surplus", max(self.surplus, self.found - self.answered))

    @property
    def found(self) -> Decimal:
        """Set apart or given back."""
        return self.held + self.returned

    @property
    def sold(self) -> Decimal:
        """Gone to buyers, by what the holders say, each for their own goods."""
        return self.answered - self.found + self.surplus

    @property
    def outstanding(self) -> Decimal:
        """With holders who have not answered."""
        return self.despatched - self.answered


def added_up(accounts: Iterable[Account]) -> Account:
    """All of them in one; a surplus of one holder hides nothing that another sold.

    >>> added_up([Account(Decimal(2)), Account(Decimal(3), Decimal(3), Decimal(1))]).outstanding
    Decimal('2')
    """
    every = list(accounts)
    return Account(
        sum((one.despatched for one in every), Decimal(0)),
        sum((one.answered for one in every), Decimal(0)),
        sum((one.held for one in every), Decimal(0)),
        sum((one.returned for one in every), Decimal(0)),
        sum((one.surplus for one in every), Decimal(0)),
    )
