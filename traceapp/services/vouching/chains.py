"""The chain behind certificates, read and judged: the one place where accreditations become a verdict.

The dossier, the body's and the province's desks, the public page and the API all ask here, so that none of
them can say another thing. Accreditations of many bodies are read in one question.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, selectinload

from traceapp.domain.accreditation import Accreditation as Facts
from traceapp.domain.accreditation import Chain, Lapse, accredited_on, chain_on_issue, lapse_after
from traceapp.models import Accreditation, Certificate, Scheme


@dataclass(frozen=True, slots=True)
class Standing:
    """A certificate's chain as judged on its day of issue, and what is to be said of today.

    `accredited_today` None: nobody told us.
    """

    chain: Chain
    lapse: Lapse | None
    accredited_today: bool | None


def judge(session: Session, certificate: Certificate, *, today: date) -> Standing:
    """The chain of one certificate."""
    return judge_all(session, [certificate], today=today)[certificate.id]


def judge_all(
    session: Session, certificates: Iterable[Certificate], *, today: date
) -> Mapping[int, Standing]:
    """The chains of several, by the certificate's id."""
    asked = list(certificates)
    held = accreditations_of(session, {one.body_id for one in asked})
    return {one.id: _judged(one, held[one.body_id], today) for one in asked}


@dataclass(frozen=True, slots=True)
class JudgedDay:
    """Certificates of one scope that a body gave on one day: their chain is the same."""

    scope: str | None
    issued_on: date
    certificates: int
    chain: Chain


def judge_days(session: Session, body_id: int, *where: ColumnElement[bool]) -> list[JudgedDay]:
    """The chains of many certificates of one body, by scope and day of issue: they depend on nothing else."""
    held = accreditations_of(session, [body_id])[body_id]
    scope, day = Scheme.accreditation_scope, Certificate.issued_on
    query = select(scope, day, func.count()).join(Scheme, Scheme.id == Certificate.scheme_id)
    rows = session.execute(query.where(*where).group_by(scope, day).order_by(scope, day))
    return [JudgedDay(area, on, count, chain_on_issue(on, area, held)) for area, on, count in rows]


def accreditations_of(session: Session, bodies: Iterable[int]) -> Mapping[int, tuple[Facts, ...]]:
    """What is on file of these bodies, decisions and all; nothing for a body of which nothing is."""
    query = (
        select(Accreditation)
        .where(Accreditation.body_id.in_(set(bodies)))
        .options(selectinload(Accreditation.decisions))
        .order_by(Accreditation.id)
    )
    held: dict[int, tuple[Facts, ...]] = defaultdict(tuple)
    for row in session.scalars(query):
        held[row.body_id] += (row.facts,)
    return held


def _judged(certificate: Certificate, held: tuple[Facts, ...], today: date) -> Standing:
    scope = certificate.scheme.accreditation_scope
    chain = chain_on_issue(certificate.issued_on, scope, held)
    return Standing(chain, lapse_after(chain, held, today), accredited_on(held, scope, today))
