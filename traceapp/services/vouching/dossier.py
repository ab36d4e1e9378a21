"""A certificate as an inspector sees it: every fact beside the goods in hand, and what contradicts what.

Nothing is decided here. The status is computed for today and for the day that counts (the day the goods were
made, else packed, unless another is asked for); the chain is judged on the day of issue
(ISO/IEC 17000, 17011).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from traceapp.domain.accreditation import Chain, ChainVerdict, Lapse
from traceapp.domain.actors import Actor
from traceapp.domain.certificates import CertificateStatus, Status
from traceapp.domain.claims import Claim
from traceapp.domain.contradictions import Contradiction
from traceapp.domain.errors import NotFound
from traceapp.domain.lot_days import LotDay
from traceapp.domain.papers import judge, may_be_meant
from traceapp.domain.permissions import Act, Role
from traceapp.domain.scope import Coverage
from traceapp.models import Certificate
from traceapp.services.identification import Goods, visible
from traceapp.services.taking_back import check_not_taken_back
from traceapp.services.vouching.claims import ask_claims, day_of, goods_of, papers_of
from traceapp.services.vouching.evidence_check import FileCheck, hash_all
from traceapp.storage import Storage

MOST: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """What the result card shows. `coverage` None: no goods to compare with."""

    certificate: Certificate
    goods: Goods | None
    today: date
    on: date
    status_today: Status
    status_on: Status
    conflicts: tuple[Contradiction, ...]
    coverage: Coverage | None
    chain: Chain
    lapse: Lapse | None
    files: tuple[FileCheck, ...]
    same_number: tuple[Certificate, ...]
    others: tuple[Certificate, ...]

    @property
    def lot_day(self) -> LotDay | None:
        """The day the goods are judged on, where known."""
        return day_of(self.goods.lot if self.goods else None)


def read_certificate(session: Session, public_id: str, *, actor: Actor) -> Certificate:
    """A certificate this actor may see. Raises `NotFound` `no_such_record`; an officer who had it on the
    list is told `taken_back`."""
    actor.must(Act.LOOK_UP_CERTIFICATE)
    found = session.scalar(
        select(Certificate).where(Certificate.public_id == public_id.upper(), visible(actor))
    )
    if found is None:
        draft = session.scalar(select(Certificate.id).where(Certificate.public_id == public_id.upper()))
        if draft is not None and actor.has(Role.PROVINCE):
            check_not_taken_back(session, "certificate", public_id.upper())
        raise NotFound("no_such_record")
    return found


def open_dossier(
    session: Session,
    storage: Storage,
    *,
    actor: Actor,
    certificate: Certificate,
    goods: Goods | None,
    on: date | None,
    today: date,
) -> Dossier:
    """Everything on record about a certificate, seen beside the goods."""
    about: dict[str, Any] = {"actor": actor, "goods": goods, "on": on, "today": today}
    [dossier] = open_dossiers(session, storage, certificates=[certificate], **about)
    return dossier


def open_dossiers(
    session: Session,
    storage: Storage,
    *,
    actor: Actor,
    certificates: Sequence[Certificate],
    goods: Goods | None,
    on: date | None,
    today: date,
) -> list[Dossier]:
    """Of several, each as it would be alone, in as many questions as of one."""
    files = hash_all(session, storage, certificates, today=today)
    same, others = _same_number(session, certificates, actor), _others(session, certificates, actor)
    made = day_of(goods.lot if goods else None)
    day = on or (made.day if made else today)
    intact = {name: all(file.intact for file in found) for name, found in files.items() if found}
    item, lot = (goods.item, goods.lot) if goods else (None, None)
    papers = papers_of(session, item, lot, certificates, day=day, visible=visible(actor), intact=intact)
    beside = goods_of(goods.item, goods.lot, today) if goods else None
    return [
        Dossier(
            certificate=one,
            goods=goods,
            today=today,
            on=day,
            status_today=one.status_on(today),
            status_on=one.status_on(day),
            conflicts=judge(paper, beside, day=today).conflicts,
            coverage=paper.coverage,
            chain=paper.chain or Chain(ChainVerdict.UNKNOWN),
            lapse=paper.lapse,
            files=files[one.id],
            same_number=same[one.id],
            others=others[one.id],
        )
        for one, paper in zip(certificates, papers, strict=True)
    ]


def answer_claims(
    session: Session, *, actor: Actor, goods: Goods, dossiers: Sequence[Dossier], day: date
) -> tuple[Claim, ...]:
    """What the goods may claim on a day, for every scheme that one of the dossiers or a mark speaks of."""
    claims = ask_claims(
        session,
        goods.item,
        goods.lot,
        day=day,
        certificates=[one.certificate for one in dossiers],
        visible=visible(actor),
        intact={one.certificate.id: all(file.intact for file in one.files) for one in dossiers if one.files},
    )
    return tuple(one for one in claims if one.marks or any(map(may_be_meant, one.judgements)))


def bearing(dossiers: Sequence[Dossier]) -> tuple[Dossier, ...]:
    """The certificates that speak of the goods in hand, in their order.

    Not those that name other products, nor what the province has not approved, nor papers that had run out
    (or not begun) when the goods were made while another was in force: these say nothing against the goods.
    """
    on_record = [one for one in dossiers if _speaks_of_goods(one)]
    if not any(in_force(one.status_on) for one in on_record):
        return tuple(on_record)
    other_days = (CertificateStatus.EXPIRED, CertificateStatus.NOT_YET_VALID)
    return tuple(one for one in on_record if one.status_on.status not in other_days)


def aside(dossiers: Sequence[Dossier]) -> tuple[Dossier, ...]:
    """The others, in their order."""
    kept = {one.certificate.id for one in bearing(dossiers)}
    return tuple(one for one in dossiers if one.certificate.id not in kept)


def _speaks_of_goods(dossier: Dossier) -> bool:
    named = dossier.coverage is None or dossier.coverage.product is not False
    return named and dossier.status_today.status is not CertificateStatus.DRAFT


def in_force(status: Status) -> bool:
    """Whether the certificate vouches on that day."""
    return status.status is CertificateStatus.ACTIVE


Several = dict[int, tuple[Certificate, ...]]


def _same_number(session: Session, certificates: Sequence[Certificate], actor: Actor) -> Several:
    """Other records of the number of each, but for those it renews or that renew it."""
    numbers = {one.folded_number for one in certificates}
    query = select(Certificate).where(Certificate.folded_number.in_(numbers), visible(actor))
    rows, found = session.scalars(query.order_by(Certificate.id)).all(), {}
    for one in certificates:
        alike = [row for row in rows if row.folded_number == one.folded_number and row.id != one.id]
        chain = {each.id for each in one.chain()} if alike else set()
        found[one.id] = tuple(row for row in alike if row.id not in chain)
    return found


def _others(session: Session, certificates: Sequence[Certificate], actor: Actor) -> Several:
    """The holder's other certificates, those that end last first, fifty at most of each holder."""
    last_first = (Certificate.valid_until.desc(), Certificate.id)
    place = func.row_number().over(partition_by=Certificate.holder_id, order_by=last_first)
    held = select(Certificate.id, place.label("place")).where(
        Certificate.holder_id.in_({one.holder_id for one in certificates}), visible(actor)
    )
    first = held.subquery()
    query = select(Certificate).join(first, first.c.id == Certificate.id).where(first.c.place <= MOST + 1)
    rows = session.scalars(query.order_by(*last_first)).all()
    return {
        one.id: tuple(row for row in rows if row.holder_id == one.holder_id and row.id != one.id)[:MOST]
        for one in certificates
    }
