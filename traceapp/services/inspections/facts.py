"""A record as bytes: one canonical spelling of all that the minutes say, hashed when the record is closed.

The spelling is the journal's (`domain.journal.canonical`), so that the hash on paper can be computed again by
anybody who is given the bytes. Names and questions are written out as they were that day: what is renamed
later changes nothing in a closed record.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from sqlalchemy.orm import Session

from traceapp.domain.days import today_in_vietnam
from traceapp.domain.inspections import ANSWERS, FINDINGS, QUESTIONS, Seen
from traceapp.domain.journal import canonical
from traceapp.domain.restrictions import HOLD_REASONS, RestrictionKind
from traceapp.domain.trade_items import UNIT_NAMES
from traceapp.models import Inspection, InspectionItem, InspectionPhoto, Lot, Restriction
from traceapp.services.recalls.restrictions import open_restrictions

FORM = "traceapp-inspection-1"
Facts = Mapping[str, Any]


def record_bytes(
    session: Session,
    inspection: Inspection,
    *,
    address: str,
    number: str | None = None,
    closed_at: datetime | None = None,
) -> bytes:
    """The canonical JSON of a record; of a closed one the bytes that were kept."""
    if inspection.body is not None:
        return inspection.body
    return canonical(_told(session, inspection, address, number, closed_at))


def facts_of(body: bytes) -> Facts:
    """The bytes as facts again."""
    return cast("Facts", json.loads(body))


def standing_hold(session: Session, lot: Lot | None) -> Restriction | None:
    """The hold that stands on a lot now."""
    if lot is None:
        return None
    return next(iter(open_restrictions(session, lot=lot, kind=RestrictionKind.HOLD)), None)


def _told(
    session: Session, row: Inspection, address: str, number: str | None, closed_at: datetime | None
) -> dict[str, object]:
    day = today_in_vietnam(closed_at or row.saved_at)
    return {
        "form": FORM,
        "record": row.public_id,
        "number": number,
        "address": address,
        "supplements": row.supplements.number if row.supplements else None,
        "office": row.authority.name_on(day) if row.authority else None,
        "inspector": row.inspector.public_id,
        "place": _place(row),
        "began_at": row.began_at,
        "closed_at": closed_at,
        "people": _people(row),
        "items": [_item(session, one, day) for one in row.items],
        "checklist": [_answer(row, code) for code in QUESTIONS if code in row.answers],
        "checklist_note": row.answers_note,
        "result": FINDINGS[row.result] if row.result else None,
        "findings": row.findings,
        "measures": row.measures,
        "photos": [_photo(one) for one in row.photos],
        "signing": _signing(row),
        "demo": row.demo,
    }


def _place(row: Inspection) -> dict[str, object]:
    return {
        "site": row.site_name,
        "party": row.party.public_id if row.party else None,
        "commune": row.commune,
        "address": row.address,
        "latitude": _decimal(row.latitude),
        "longitude": _decimal(row.longitude),
    }


def _people(row: Inspection) -> dict[str, object]:
    return {
        "seller": row.seller_name,
        "seller_role": row.seller_role,
        "leader": row.leader_name,
        "others": row.others,
    }


def _photo(photo: InspectionPhoto) -> dict[str, object]:
    return {
        "sha256": photo.sha256,
        "size": photo.file.size,
        "taken_at": photo.taken_at,
        "added_at": photo.created_at,
    }


def _signing(row: Inspection) -> dict[str, object]:
    """Who signs; what is written where the seller does not is told only then."""
    refused = row.signs is False
    return {
        "signs": row.signs,
        "refusal_reason": row.refusal_reason if refused else None,
        "witnesses": row.witnesses if refused else None,
        "commune_authority": row.commune_authority if refused else None,
    }


def _item(session: Session, row: InspectionItem, day: Any) -> dict[str, object]:
    item, certificate = row.trade_item, row.certificate
    maker = item.party if item else certificate.holder if certificate else None
    hold = row.hold or standing_hold(session, row.lot)
    return {
        "named": row.named,
        "code": row.code,
        "on_record": bool(item or certificate),
        "trade_item": item.subject if item else None,
        "maker": maker.name_on(day) if maker else None,
        "lot": row.lot.code if row.lot else None,
        "serial": row.serial,
        "certificate": certificate.number if certificate else None,
        "quantity": _decimal(row.quantity),
        "unit": UNIT_NAMES[row.unit] if row.unit else None,
        "price": row.price,
        "finding": FINDINGS[row.finding] if row.finding else None,
        "note": row.note,
        "hold": _hold(hold),
    }


def _hold(hold: Restriction | None) -> dict[str, object] | None:
    if hold is None:
        return None
    since = hold.from_at or hold.created_at
    return {"number": hold.public_id, "from_at": since, "reason": HOLD_REASONS[hold.reason]}


def _answer(row: Inspection, code: str) -> dict[str, object]:
    answer = Seen(row.answers.get(code, Seen.NOT_LOOKED.value))
    return {"code": code, "question": QUESTIONS[code], "answer": ANSWERS[answer]}


def _decimal(number: Decimal | None) -> str | None:
    return None if number is None else f"{number.normalize():f}"
