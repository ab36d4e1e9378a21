"""What a party has published of one kind, a page at a time: hundreds of products open on any telephone.

A page goes on after the public id of its last record; no inner number is ever told.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import Session

from traceapp.domain.certificates import Status
from traceapp.models import Certificate, Place, TradeItem
from traceapp.services.paging import page_by

Record = TypeVar("Record", TradeItem, Place, Certificate)
Told = TypeVar("Told")
FIRST: Final = 20  # of each on the page of all; the pages after it are longer
CertificateLine = tuple[str, str, str, Status]
"""Public id, number, standard, status today."""


@dataclass(frozen=True, slots=True)
class Part(Generic[Told]):
    """Some of them, how many there are in all, and the public id after which the next page begins."""

    rows: tuple[Told, ...]
    count: int
    following: str | None


def part_of(
    session: Session,
    query: Select[Record],
    key: Sequence[ColumnElement[Any]],
    told: Callable[[Record], Told],
    *,
    after: str | None,
    limit: int = FIRST,
    backwards: bool = False,
) -> Part[Told]:
    """A page of a query; the first one where it is not known what it should begin after."""
    kind: Any = query.column_descriptions[0]["entity"]
    start = None
    if after is not None:
        found = query.with_only_columns(*key).where(kind.public_id == after.upper())
        start = session.execute(found).one_or_none()
    begin = tuple(start) if start else None
    page = page_by(session, query, key, after=begin, limit=limit, counted=True, backwards=backwards)
    following = page.rows[-1].public_id if page.following else None
    return Part(tuple(told(row) for row in page.rows), page.count, following)
