"""What the register says of the certificates of goods that somebody wants held or recalled.

Asked on the day itself and on the day the lot was made, by the same question as everywhere (`claims`), so
that the second person of a recall sees whether the reason given agrees with the records.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from traceapp.domain.lot_days import LotDay
from traceapp.domain.papers import Judgement, may_be_meant
from traceapp.domain.reasons import OF_CERTIFICATES, Bearing, bearing
from traceapp.models import Restriction
from traceapp.services.recalls.recall_scope import About, about_of
from traceapp.services.vouching.claims import ask_claims

MOST_SHOWN = 8


@dataclass(frozen=True, slots=True)
class RegisterSays:
    """The certificates of the goods, each judged on both days; `lot_day` None: that day is not known."""

    bearing: Bearing
    lot: str | None
    lot_day: LotDay | None
    judgements: tuple[Judgement, ...]


def register_says(session: Session, about: About, *, today: date) -> RegisterSays:
    """What is on record of these goods' certificates."""
    lot = about.lot or (about.run.lot if about.run else None)
    claims = ask_claims(session, about.item, lot, day=today, thorough=False)
    told = [one for one in claims if any(map(may_be_meant, one.judgements))]
    lots = told[0].lot_day if told else None
    meant = [each for one in told for each in one.judgements if may_be_meant(each)]
    judgements = tuple(meant[:MOST_SHOWN])
    name = lot.public_id if lot else None
    return RegisterSays(bearing(one.answer for one in told), name, lots, judgements)


def said_to(session: Session, row: Restriction, *, today: date) -> RegisterSays | None:
    """What is on record beside the reason of what stands or waits; None where it speaks of no certificate."""
    if row.lifted_at is not None or row.reason not in OF_CERTIFICATES:
        return None
    return register_says(session, about_of(row), today=today)
