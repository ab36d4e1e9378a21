"""What a certificate covers: products, by themselves or by category, and places.

Subjects of one kind are alternatives, the kinds hold together: product A or B, made at site 1 or 2. A kind
of which the certificate names nothing does not narrow it. A category is another way to name products.

>>> subjects = [CertificateSubject(SubjectKind.TRADE_ITEM, 1), CertificateSubject(SubjectKind.PLACE, 7)]
>>> bool(covers(subjects, trade_item=1, place=7)), covers(subjects, trade_item=1, place=8).place
(True, False)
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class SubjectKind(StrEnum):
    """What a certificate may name."""

    TRADE_ITEM = "trade_item"
    PLACE = "place"
    CATEGORY = "category"


@dataclass(frozen=True, slots=True)
class CertificateSubject:
    """One thing named: the id of a trade item or place, or a category's word."""

    kind: SubjectKind
    key: int | str


@dataclass(frozen=True, slots=True)
class Coverage:
    """Whether the product and the place are covered; None where it cannot be told. True only if both are."""

    product: bool | None
    place: bool | None

    def __bool__(self) -> bool:
        return self.product is True and self.place is True


def covers(
    subjects: Iterable[CertificateSubject],
    trade_item: int | None,
    place: int | None,
    *,
    category: str | None = None,
) -> Coverage:
    """Whether a certificate with these subjects covers this product (of this category) made at this place."""
    named = list(subjects)
    products = {(one.kind, one.key) for one in named if one.kind is not SubjectKind.PLACE}
    places = {one.key for one in named if one.kind is SubjectKind.PLACE}
    asked = {(SubjectKind.TRADE_ITEM, trade_item), (SubjectKind.CATEGORY, category)}
    return Coverage(
        product=True if not products else None if trade_item is None else not products.isdisjoint(asked),
        place=True if not places else None if place is None else place in places,
    )
