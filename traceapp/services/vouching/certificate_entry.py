"""A certificate as it is typed from its paper: every field read, the goods and places its holder's own.

The room of the form, and of the row that comes of it, apart from the acts (`certificates`, `body_entry`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.certificates import CertificateTerms, RecordState, check_terms
from traceapp.domain.errors import Malformed
from traceapp.domain.numbers import format_day, parse_day
from traceapp.domain.reference import Activity
from traceapp.domain.text import clean_line, clean_text, folded
from traceapp.models import (
    Certificate,
    CertificateActivity,
    CertificateSubject,
    Place,
    Scheme,
    TradeItem,
)
from traceapp.services import journal, uniqueness
from traceapp.services.vouching.bodies import hold_body, read_body

NUMBER_TAKEN: Final = dict.fromkeys(
    ("certificate.body_id", "certificate.number", "certificate.renewal_number"),
    ("certificate_number_taken", "number"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateEntry:
    """A certificate as typed. ``body`` is a public id, or "new" with a name."""

    number: str = ""
    scheme: str = ""
    standard: str = ""
    body: str = ""
    body_name: str = ""
    scope_text: str = ""
    trade_items: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    activities: list[str] = field(default_factory=list)
    issued_on: str = ""
    valid_from: str = ""
    valid_until: str = ""


def as_typed(found: Certificate) -> dict[str, str | list[str]]:
    """A certificate as its form shows it."""
    return {
        "scheme": found.scheme.code,
        "standard": found.standard,
        "number": found.number,
        "body": found.body.public_id,
        "scope_text": found.scope_text,
        "trade_items": [row.trade_item.public_id for row in found.subjects if row.trade_item],
        "places": [row.place.public_id for row in found.subjects if row.place],
        "activities": [row.activity.value for row in found.activities],
        "issued_on": format_day(found.issued_on),
        "valid_from": format_day(found.valid_from),
        "valid_until": format_day(found.valid_until),
    }


def taken_over(replaced: Certificate, today: date) -> dict[str, str | list[str]]:
    """What the paper that renews one most likely says too; the newest edition where its own was replaced."""
    told = as_typed(replaced)
    notice = replaced.edition_notice(today)
    if notice is not None:
        told["standard"] = notice.newer
    for name in ("number", "issued_on", "valid_from", "valid_until"):
        told.pop(name)
    return told


def fill(
    session: Session,
    certificate: Certificate,
    entry: CertificateEntry,
    actor: Actor,
    now: datetime,
    today: date,
) -> None:
    """Write what was typed onto the row. Raises `Malformed` by the field that is wrong."""
    certificate.number = clean_line(entry.number, 80, field="number")
    if not certificate.number:
        raise Malformed("certificate_number_missing", field="number")
    certificate.folded_number = folded(certificate.number)
    certificate.scheme = _scheme(session, entry.scheme)
    certificate.standard = clean_line(entry.standard, 80, field="standard") or certificate.scheme.name_vi[:80]
    certificate.scope_text = clean_text(entry.scope_text, 1000, field="scope_text")
    if not certificate.scope_text:
        raise Malformed("certificate_scope_missing", field="scope_text")
    _read_days(certificate, entry, today)
    _cover(session, certificate, entry)
    _act(certificate, entry.activities)
    body = read_body(session, chosen=entry.body, name=entry.body_name, actor=actor, now=now, today=today)
    if body.id != certificate.body_id:
        hold_body(session, body)
    certificate.body = body


def keep_number(session: Session, certificate: Certificate) -> None:
    """Write the row. Raises `certificate_number_taken` where its body has given that number already."""
    uniqueness.flush(session, NUMBER_TAKEN, given=certificate.number)


def write(
    session: Session,
    actor: Actor,
    certificate: Certificate,
    act: str,
    now: datetime,
    more: Mapping[str, object] | None = None,
) -> Certificate:
    """Write the row, and what the paper says into the journal. Raises what `keep_number` does."""
    keep_number(session, certificate)
    journal.record(
        session,
        actor=actor,
        act=act,
        subject=("certificate", certificate.public_id),
        now=now,
        party_id=certificate.holder_id,
        facts=paper_facts(certificate) | dict(more or {}),
    )
    return certificate


def paper_facts(certificate: Certificate) -> dict[str, object]:
    """What a judgement of it rests on, as the journal keeps it: it betrays a row changed behind its back."""
    subjects = [row.trade_item or row.place or row.category for row in certificate.subjects]
    return {
        "number": certificate.number,
        "scheme": certificate.scheme.code,
        "standard": certificate.standard,
        "body": certificate.body.public_id,
        "holder": certificate.holder.public_id,
        "scope_sha256": journal.fingerprint(certificate.scope_text),
        "subjects": sorted(getattr(one, "public_id", None) or str(one) for one in subjects),
        "activities": sorted(row.activity.value for row in certificate.activities),
        "issued_on": certificate.issued_on,
        "valid_from": certificate.valid_from,
        "valid_until": certificate.valid_until,
        "evidence": sorted(row.sha256 for row in certificate.evidence),
    }


def _read_days(certificate: Certificate, entry: CertificateEntry, today: date) -> None:
    certificate.issued_on = _day(entry.issued_on, "issued_on")
    if certificate.issued_on > today:
        raise Malformed(
            "certificate_issued_future", field="issued_on", given=certificate.issued_on, expected=today
        )
    certificate.valid_from = (
        _day(entry.valid_from, "valid_from") if entry.valid_from else certificate.issued_on
    )
    certificate.valid_until = _day(entry.valid_until, "valid_until")
    check_terms(
        CertificateTerms(
            RecordState.DRAFT,
            certificate.valid_from,
            certificate.valid_until,
            issued_on=certificate.issued_on,
        )
    )


def _day(typed: str, name: str) -> date:
    if not typed.strip():
        raise Malformed("day_missing", field=name)
    return parse_day(typed, field=name)


def _scheme(session: Session, typed: str) -> Scheme:
    scheme = session.scalar(select(Scheme).where(Scheme.code == typed))
    if scheme is None:
        raise Malformed("choice_unknown", field="scheme", given=typed)
    return scheme


def _cover(session: Session, certificate: Certificate, entry: CertificateEntry) -> None:
    """The subjects that were ticked, all of the holder's own; rows that stay are kept."""
    holder = certificate.holder.id
    items = session.scalars(
        select(TradeItem).where(TradeItem.public_id.in_(entry.trade_items), TradeItem.party_id == holder)
    ).all()
    places = session.scalars(
        select(Place).where(Place.public_id.in_(entry.places), Place.party_id == holder)
    ).all()
    kept = [row for row in certificate.subjects if row.category is not None]
    wanted: list[TradeItem | Place] = [*items, *places]
    if not wanted and not kept:
        raise Malformed("certificate_subjects_missing", field="trade_items")
    present = {row.trade_item or row.place: row for row in certificate.subjects if row.category is None}
    certificate.subjects = kept + [present.get(thing) or _subject(thing) for thing in wanted]


def _subject(thing: TradeItem | Place) -> CertificateSubject:
    if isinstance(thing, TradeItem):
        return CertificateSubject(trade_item=thing)
    return CertificateSubject(place=thing)


def _act(certificate: Certificate, typed: list[str]) -> None:
    """The activities that were ticked, in the order of their list; rows that stay are kept."""
    known = {activity.value for activity in Activity}
    strange = next((one for one in typed if one not in known), None)
    if strange is not None:
        raise Malformed("choice_unknown", field="activities", given=strange)
    present = {row.activity: row for row in certificate.activities}
    wanted = [activity for activity in Activity if activity.value in typed]
    certificate.activities = [present.get(one) or CertificateActivity(activity=one) for one in wanted]
