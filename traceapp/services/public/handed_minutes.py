"""Minutes as whoever was handed the paper may read them again: the link in its code, no account.

The link's last part is in the record's own bytes and nowhere else, so it lasts as long as the paper. It opens
one record and leads to no other. People stay unnamed, and so does where exactly it was: those are on paper.
"""

import hashlib
import hmac
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp.domain.errors import NotFound
from traceapp.models import Inspection
from traceapp.services.inspections.facts import Facts, facts_of
from traceapp.services.inspections.reading import list_supplements

UNTOLD = {"people": (), "place": ("site", "commune", "address"), "signing": ("signs", "refusal_reason")}
"""Parts of a record of which only these are told."""


@dataclass(frozen=True, slots=True)
class HandedMinutes:
    """A closed record: its facts without people, its hash and whether the bytes still give it."""

    number: str
    facts: Facts
    sha256: str
    intact: bool
    supplements: tuple[str, ...]


def handed_minutes(session: Session, public_id: str, token: str) -> HandedMinutes:
    """The record that a paper's code names. Raises `NotFound` `minutes_unknown`, whatever does not fit."""
    row = session.scalar(select(Inspection).where(Inspection.public_id == public_id.upper()))
    body = row.body if row is not None else None
    if row is None or body is None or not _opens(facts_of(body), row.public_id, token):
        raise NotFound("minutes_unknown")
    return HandedMinutes(
        number=row.number or "",
        facts=_without_people(facts_of(body)),
        sha256=row.sha256 or "",
        intact=hashlib.sha256(body).hexdigest() == row.sha256,
        supplements=tuple(one.number or "" for one in list_supplements(session, row)),
    )


def _opens(facts: Facts, public_id: str, token: str) -> bool:
    """Whether the address on the paper ends in this token; records closed before there were any have none."""
    page, _, kept = str(facts["address"]).rpartition("/")
    known = page.endswith(f"/minutes/{public_id}") and len(kept) > len(public_id)
    return known and hmac.compare_digest(kept.encode(), token.upper().encode())


def _without_people(facts: Facts) -> Facts:
    told = {name: {key: facts[name][key] for key in kept} for name, kept in UNTOLD.items()}
    return {
        name: told.get(name, value) for name, value in facts.items() if name not in ("address", "inspector")
    }
