"""Schemes and editions as an operator keeps them: a new edition, what it replaces, until when one may change.

Nothing is taken away: certificates name the text of their paper, and an edition on record explains it.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.editions import same_standard
from traceapp.domain.errors import Conflict, Malformed, NotFound
from traceapp.domain.permissions import Act
from traceapp.domain.text import clean_line
from traceapp.models import Scheme, SchemeEdition
from traceapp.services import journal


def list_schemes(session: Session) -> Sequence[Scheme]:
    """All of them, in the order forms show."""
    return session.scalars(select(Scheme).order_by(Scheme.position, Scheme.id)).all()


def record_edition(
    session: Session,
    *,
    actor: Actor | None,
    code: str,
    standard: str,
    supersedes: str = "",
    until: date | None = None,
    now: datetime,
) -> SchemeEdition:
    """Put an edition on record, and say which it replaces; told again, the last word counts.

    `actor` is None for the operator's command line. Raises `scheme_unknown`, `edition_missing`,
    `edition_unknown`, `edition_cycle`, or `edition_until` for a last day without a replaced edition.
    """
    if actor is not None:
        actor.must(Act.MANAGE_REFERENCE)
    scheme = session.scalar(select(Scheme).where(Scheme.code == code).with_for_update())
    if scheme is None:
        raise NotFound("scheme_unknown", given=code)
    named = clean_line(standard, 80, field="standard")
    if not named:
        raise Malformed("edition_missing", field="standard")
    if until is not None and not supersedes:
        raise Malformed("edition_until", field="until")
    edition = _found(scheme, named) or SchemeEdition(standard=named)
    if edition not in scheme.editions:
        scheme.editions.append(edition)
        session.flush()
    if supersedes:
        _replace(scheme, supersedes, edition, until)
    _record(session, actor, scheme, edition, supersedes, until, now)
    return edition


def _found(scheme: Scheme, standard: str) -> SchemeEdition | None:
    return next((one for one in scheme.editions if same_standard(one.standard, standard)), None)


def _replace(scheme: Scheme, supersedes: str, edition: SchemeEdition, until: date | None) -> None:
    old = _found(scheme, supersedes)
    if old is None:
        raise Malformed("edition_unknown", field="supersedes", scheme=scheme.code, given=supersedes)
    newer: SchemeEdition | None = edition
    while newer is not None:
        if newer is old:
            raise Conflict("edition_cycle", given=old.standard, expected=edition.standard)
        newer = newer.superseded_by
    old.superseded_by, old.transition_until = edition, until


def _record(
    session: Session,
    actor: Actor | None,
    scheme: Scheme,
    edition: SchemeEdition,
    supersedes: str,
    until: date | None,
    now: datetime,
) -> None:
    session.flush()
    facts = {"standard": edition.standard, "supersedes": supersedes or None, "until": until}
    journal.record(
        session,
        actor=actor,
        act="recorded_edition",
        subject=("scheme", scheme.code),
        now=now,
        facts=facts,
    )
