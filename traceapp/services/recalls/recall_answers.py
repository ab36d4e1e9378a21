"""What a holder of recalled goods answers: for each unit in which goods went to them, what became of these.

Pieces and kilograms never add up, so each is asked and acknowledged by itself. No answer is dropped: a later
one corrects the earlier, which stays.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.errors import Conflict, Malformed
from traceapp.domain.numbers import parse_number
from traceapp.domain.permissions import Act
from traceapp.domain.recalls import Deed
from traceapp.domain.text import clean_line
from traceapp.domain.trade_items import Unit
from traceapp.models import RecallAcknowledgement
from traceapp.services.choices import chosen
from traceapp.services.locking import lock
from traceapp.services.recalls.recall_notices import Told, record


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a holder says, as typed."""

    deed: str = ""
    held: str = ""
    returned: str = ""
    note: str = ""


def acknowledge(
    session: Session,
    *,
    told: Told,
    answer: Answer,
    actor: Actor | None,
    unit: Unit | None = None,
    now: datetime,
) -> RecallAcknowledgement:
    """Keep an answer for the goods in one unit (none named: the one met last).

    A later one corrects it, the same one again changes nothing. `actor` is the officer who writes it down
    after a call, None for the holder. Raises `recall_over`, `answer_sold_out`, `choice_unknown` for a unit
    they were not asked in, and what reading numbers does.
    """
    if actor is not None:
        actor.must(Act.FOLLOW_RECALL)
    notice, unit = told.notice, unit or told.unit
    if unit not in {*told.asked, *told.answers}:
        raise Malformed("choice_unknown", field="held", given=unit.value)
    lock(session, notice)  # two of the same at once are one
    session.refresh(notice, ["answers"])
    if notice.restriction.lifted_at is not None:
        raise Conflict("recall_over")
    row = _read(unit, answer, actor, now)
    last = next((one for one in reversed(notice.answers) if one.unit is unit), None)
    if last is not None and _said(last) == _said(row):
        return last
    notice.answers.append(row)
    session.flush()
    facts: dict[str, object] = {"notice": notice.public_id, "deed": row.deed.value, "unit": unit.value}
    facts["answer"] = len(notice.answers)
    record(session, actor, "acknowledged_recall", notice, now, facts)
    return row


def _read(unit: Unit, answer: Answer, actor: Actor | None, now: datetime) -> RecallAcknowledgement:
    deed = chosen(Deed, answer.deed, field="deed")
    held, returned = read_amount(answer.held, field="held"), read_amount(answer.returned, field="returned")
    if deed is Deed.SOLD_OUT and held + returned > 0:
        raise Malformed("answer_sold_out", field="deed")
    return RecallAcknowledgement(
        deed=deed,
        held=held,
        returned=returned,
        unit=unit,
        note=clean_line(answer.note, 300, field="note") or None,
        entered_by_id=actor.account_id if actor else None,
        created_at=now,
    )


def read_amount(typed: str, *, field: str) -> Decimal:
    """An amount of goods; nothing typed is nothing. Raises `number_range` and what `parse_number` does."""
    if not typed.strip():
        return Decimal(0)
    number = parse_number(typed, field=field)
    if number >= 10**11 or number != round(number, 3):
        raise Malformed("number_range", field=field, given=typed, least=0, most="99.999.999.999")
    return number


def _said(row: RecallAcknowledgement) -> tuple[object, ...]:
    return row.deed, row.held, row.returned, row.unit, row.note
