"""Closing a record: it gets its number and its hash, and is never edited again.

Numbers are counted from 1 in each Vietnamese year. The next one is looked up under a lock that lasts until
the commit, so two that close at one instant get two numbers, and one whose closing fails leaves no gap.
"""

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.crockford import ALPHABET
from traceapp.domain.days import today_in_vietnam
from traceapp.domain.errors import Conflict, Malformed
from traceapp.domain.inspections import (
    ClosingFacts,
    Gap,
    InspectionState,
    item_gaps,
    open_points,
    record_number,
)
from traceapp.models import Inspection, InspectionItem
from traceapp.services.inspections.facts import record_bytes, standing_hold
from traceapp.services.inspections.reading import hold, record

LOCK = 0x62692D62616E  # "bi-ban": one lock for the numbers of a database
TOKEN_LENGTH = 26


def closing_points(inspection: Inspection) -> tuple[Malformed, ...]:
    """What is missing before it can be closed."""
    return open_points(
        ClosingFacts(
            place=bool(inspection.site_name or inspection.commune or inspection.address),
            result=inspection.result,
            signs=inspection.signs,
            refusal_reason=bool(inspection.refusal_reason),
            witnesses=bool(inspection.witnesses),
            commune_authority=bool(inspection.commune_authority),
        )
    )


def open_items(inspection: Inspection) -> list[tuple[InspectionItem, tuple[Gap, ...]]]:
    """Goods with something left open, to be warned of before closing; it closes all the same."""
    rows = (
        (
            one,
            item_gaps(
                found=one.finding is not None,
                counted=one.quantity is not None,
                paper=one.certificate_id is not None and one.trade_item_id is None,
            ),
        )
        for one in inspection.items
    )
    return [(one, gaps) for one, gaps in rows if gaps]


def close_inspection(
    session: Session,
    *,
    actor: Actor,
    inspection: Inspection,
    version: int | None,
    address: str,
    now: datetime,
) -> Inspection:
    """Give the record its number and fix it; closed once more it is as it was.

    ``address`` begins what the code on the minutes opens; its secret end is made here and kept in the
    record's bytes alone (`public.handed_minutes`). Raises the first of `closing_points`, or `changed_since`
    where the record was saved after the page that was closed.
    """
    hold(session, actor, inspection)
    if inspection.is_closed:
        return inspection
    if version is not None and version != inspection.version:
        raise Conflict("changed_since")
    for point in closing_points(inspection):
        raise point
    for item in inspection.items:
        item.hold = standing_hold(session, item.lot)
    session.flush()  # what belongs to the record goes in while it is open
    year = today_in_vietnam(now).year
    sequence = _next_sequence(session, year)
    number = record_number(year, sequence)
    handed = address + _token()
    body = record_bytes(session, inspection, address=handed, number=number, closed_at=now)
    inspection.year, inspection.sequence, inspection.number = year, sequence, number
    inspection.body, inspection.sha256 = body, hashlib.sha256(body).hexdigest()
    inspection.closed_at = inspection.saved_at = now
    inspection.state = InspectionState.CLOSED
    record(session, actor, "closed_inspection", inspection, now, **_journalled(inspection))
    return inspection


def _token() -> str:
    """130 bits in letters that a code may hold and people may read out."""
    return "".join(secrets.choice(ALPHABET) for _ in range(TOKEN_LENGTH))


def _next_sequence(session: Session, year: int) -> int:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    last = session.scalar(select(func.max(Inspection.sequence)).where(Inspection.year == year))
    return (last or 0) + 1


def _journalled(inspection: Inspection) -> dict[str, object]:
    """Number, hash and counts: who was there and what was said stays in the record."""
    return {
        "number": inspection.number,
        "sha256": inspection.sha256,
        "result": inspection.result.value if inspection.result else None,
        "signs": inspection.signs,
        "items": len(inspection.items),
        "photos": len(inspection.photos),
        "holds": [one.hold.public_id for one in inspection.items if one.hold],
        "supplements": inspection.supplements.number if inspection.supplements else None,
    }
