"""The register of certification bodies as officers read it: what is to be looked into first, then by name.

A page at a time, found by a part of any of its names, those it was merged from too, or by the number of an
accreditation; and what a body's certificates rest on, counted for all of them in one question.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session, selectinload

from traceapp.domain.accreditation import ChainVerdict
from traceapp.domain.certificates import RecordState
from traceapp.domain.parties import PartyState
from traceapp.domain.text import folded
from traceapp.models import Accreditation, Certificate, MergedBody, Party, PartyName, Scheme
from traceapp.services.paging import PAGE, Key, Page, page_by
from traceapp.services.vouching import chains
from traceapp.services.vouching.body_register import registered
from traceapp.services.vouching.certificate_lists import list_certificates

ALIKE: Final = 5
FOUND: Final = 20
_EVERYWHERE: Final = frozenset(
    ("to", "chuc", "chung", "nhan", "tccn", "cong", "ty", "tnhh", "co", "phan", "trung", "tam", "viet", "nam")
)
"""Words that the names of many bodies share: they make none of them alike."""


@dataclass(frozen=True, slots=True)
class BodyLine:
    """A row of the list: certificates; accreditations that hold, of unknown days, that wait, and all."""

    body: Party
    certificates: int
    in_force: int
    unknown: int
    waiting: int
    accreditations: int


def list_body_lines(
    session: Session,
    today: date,
    *,
    text: str = "",
    after: Key | None = None,
    limit: int = PAGE,
    counted: bool = False,
) -> Page[BodyLine]:
    """A page of the bodies that are not merged into another."""
    query = registered().where(_called(text)) if text else registered()
    key = (_rank(), _name_on(today), Party.id.expression)
    page = page_by(session, query, key, after=after, limit=limit, counted=counted)
    ids = [body.id for body in page.rows]
    counts, held = _certificates_of(session, ids), _accreditations_of(session, ids)
    lines = (_line(body, counts.get(body.id, 0), held.get(body.id, []), today) for body in page.rows)
    return Page(tuple(lines), page.following, page.skipped, page.count)


def _rank() -> ColumnElement[int]:
    """What waits for an officer first: a name nobody has looked into, an accreditation nobody confirmed."""
    waiting = select(Accreditation.body_id).where(Accreditation.approved_at.is_(None))
    return case((or_(Party.state == PartyState.DRAFT, Party.id.in_(waiting)), 0), else_=1)


def _name_on(day: date) -> ColumnElement[str]:
    """The name that `Party.name_on` gives, as it is searched: in force before others, Vietnamese, latest."""
    holds = and_(
        PartyName.valid_from <= day, or_(PartyName.valid_until.is_(None), PartyName.valid_until >= day)
    )
    first = (case((holds, 0), else_=1), case((PartyName.language == "vi", 0), else_=1))
    query = select(PartyName.folded).where(PartyName.party_id == Party.id)
    query = query.order_by(*first, PartyName.valid_from.desc(), PartyName.id.desc()).limit(1)
    return func.coalesce(query.correlate(Party).scalar_subquery(), "", type_=PartyName.folded.type)


def _called(text: str) -> ColumnElement[bool]:
    """That a name or an accreditation's number holds these letters."""
    number = func.lower(Accreditation.number).contains(text.lower(), autoescape=True)
    holding = select(Accreditation.body_id).where(number)
    return or_(_named(folded(text)), Party.id.in_(holding))


def _named(part: str) -> ColumnElement[bool]:
    """That one of its names holds these letters, or one that was merged into it."""
    named = select(PartyName.party_id).where(PartyName.folded.contains(part, autoescape=True))
    merged = select(MergedBody.into_id).where(MergedBody.body_id.in_(named))
    return or_(Party.id.in_(named), Party.id.in_(merged))


def _certificates_of(session: Session, bodies: Sequence[int]) -> dict[int, int]:
    counted = select(Certificate.body_id, func.count()).where(
        Certificate.body_id.in_(bodies), Certificate.record_state != RecordState.DRAFT
    )
    return dict(session.execute(counted.group_by(Certificate.body_id)).all())


def _accreditations_of(session: Session, bodies: Sequence[int]) -> dict[int, list[Accreditation]]:
    query = select(Accreditation).where(Accreditation.body_id.in_(bodies))
    held: dict[int, list[Accreditation]] = {}
    for row in session.scalars(query.options(selectinload(Accreditation.decisions))):
        held.setdefault(row.body_id, []).append(row)
    return held


def _line(body: Party, certificates: int, held: Sequence[Accreditation], today: date) -> BodyLine:
    facts = [row.facts for row in held]
    told = [one.in_force(today) for one in facts if one.confirmed]
    waiting = len(facts) - len(told)
    return BodyLine(body, certificates, told.count(True), told.count(None), waiting, len(facts))


# --- what a name that somebody typed may be -----------------------------------------------------------


def list_alike(session: Session, body: Party, today: date, text: str = "") -> Sequence[Party]:
    """Known bodies that it may be by another name: those asked for, else those that share most words."""
    known = registered().where(Party.state == PartyState.APPROVED, Party.id != body.id)
    if text:
        return session.scalars(known.where(_called(text)).order_by(_name_on(today)).limit(FOUND)).all()
    words = {word for row in body.names for word in row.folded.split()} - _EVERYWHERE
    shared = sum((case((_named(word), 1), else_=0) for word in sorted(words) if len(word) > 1), _none())
    return session.scalars(
        known.where(shared > 0).order_by(shared.desc(), _name_on(today), Party.id).limit(ALIKE)
    ).all()


def _none() -> ColumnElement[int]:
    return case((Party.id.is_(None), 1), else_=0)


@dataclass(frozen=True, slots=True)
class Moving:
    """What goes over when a body is merged: certificates, drafts too, and accreditations."""

    certificates: int
    accreditations: int


def count_moving(session: Session, body: Party) -> Moving:
    """How much hangs on a body."""

    def count(kind: type[Certificate] | type[Accreditation]) -> int:
        query = select(func.count()).select_from(kind).where(kind.body_id == body.id)
        return session.scalar(query) or 0

    return Moving(count(Certificate), count(Accreditation))


# --- what its certificates rest on --------------------------------------------------------------------


def certificates_of_body(session: Session, body: Party, *, after: Key | None = None) -> Page[Certificate]:
    """A page of its certificates that were handed in, what ends first first."""
    return list_certificates(session, *_given_by(body), after=after, counted=True)


def count_verdicts(session: Session, body: Party) -> Mapping[ChainVerdict, int]:
    """How many of its certificates' chains hold, break, or cannot be told."""
    counts: Counter[ChainVerdict] = Counter()
    for one in chains.judge_days(session, body.id, *_given_by(body)):
        counts[one.chain.verdict] += one.certificates
    return counts


def resting_on(
    session: Session, accreditation: Accreditation, *, after: Key | None = None
) -> Page[Certificate]:
    """Certificates whose chain rests, or breaks, on this accreditation, a page at a time."""
    given, facts = _given_by(accreditation.body), accreditation.facts
    judged = chains.judge_days(session, accreditation.body_id, *given)
    spans = []
    for (scope, rests), days in groupby(judged, lambda one: (one.scope, one.chain.accreditation == facts)):
        if rests:
            issued = [one.issued_on for one in days]
            spans.append(_of_scope(scope) & Certificate.issued_on.between(issued[0], issued[-1]))
    if not spans:
        return Page((), None)
    return list_certificates(session, *given, or_(*spans), after=after, counted=True)


def _given_by(body: Party) -> tuple[ColumnElement[bool], ...]:
    return (Certificate.body_id == body.id, Certificate.record_state != RecordState.DRAFT)


def _of_scope(scope: str | None) -> ColumnElement[bool]:
    return Certificate.scheme.has(Scheme.accreditation_scope.is_not_distinct_from(scope))
