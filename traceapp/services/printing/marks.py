"""Marks a label may carry: names of schemes with a certificate on record, and the producer's own marks.

A mark is printed only where a certificate in force today, with the product and the lot's place in its scope,
vouches for it (P17). What the last labels of a product carried is asked for again, so that nobody learns of a
lost certificate by a mark that silently went missing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp.domain.certificates import CertificateStatus
from traceapp.domain.claims import Claim
from traceapp.domain.contradictions import CHAIN_CASES, Case, Contradiction
from traceapp.domain.errors import Malformed
from traceapp.domain.papers import Answer, in_scope
from traceapp.domain.printing import PrintKind, PrintState
from traceapp.models import IpRight, Lot, PrintRun, TradeItem
from traceapp.models.ip_right import ip_right_trade_item
from traceapp.services.vouching.claims import ask_claims


@dataclass(frozen=True, slots=True)
class LabelMark:
    """A mark for a label: its key in forms, what is printed, and whether it may be and is wanted.

    `claim`: the answer for the scheme; None for a mark of the producer's own, which may have ended.
    """

    key: str
    texts: tuple[str, ...]
    allowed: bool
    wanted: bool
    claim: Claim | None = None
    ended_on: date | None = None

    @property
    def shown(self) -> str:
        """What is printed, in one line."""
        return ", ".join(self.texts)

    @property
    def doubted(self) -> bool:
        """Whether something should be looked at again before it is printed."""
        return bool(self.reasons) and self.claim is not None and self.claim.answer is not Answer.MAY

    @property
    def reasons(self) -> tuple[Contradiction, ...]:
        """What stands against it, or must be looked at again."""
        return self.claim.conflicts if self.claim is not None else ()


def label_marks(
    session: Session, item: TradeItem, lot: Lot | None, *, today: date, wanted: Iterable[str] | None = None
) -> tuple[LabelMark, ...]:
    """Every mark the labels of these goods could carry; `wanted` None: those that hold, and the last ones."""
    claims = ask_claims(session, item, lot, day=today)
    found = [_of_scheme(claim) for claim in claims]
    found += [_of_right(row, today) for row in _own_rights(session, item)]
    asked = frozenset(wanted) if wanted is not None else None
    last = _last_marks(session, item) if asked is None else frozenset()
    return tuple(_chosen(one, asked, last) for one in found if one.texts)


def check_known(marks: Sequence[LabelMark], wanted: Iterable[str] | None) -> None:
    """Raises `mark_unknown` for a key that names none of the marks."""
    strange = set(wanted or ()) - {one.key for one in marks}
    if strange:
        raise Malformed("mark_unknown", field="marks", given=", ".join(sorted(strange)))


def _of_scheme(claim: Claim) -> LabelMark:
    holding = [
        one.paper.standard
        for one in claim.judgements
        if one.today.status is CertificateStatus.ACTIVE and in_scope(one.paper)
    ]
    lapsed = [one.paper.standard for one in claim.judgements] or [mark.text for mark in claim.marks]
    texts = holding if claim.vouched else lapsed[:1]
    return LabelMark(claim.scheme, tuple(dict.fromkeys(texts)), claim.vouched, False, claim)


def _of_right(row: IpRight, today: date) -> LabelMark:
    ended = row.valid_until if row.valid_until is not None and row.valid_until < today else None
    return LabelMark(row.public_id, (row.name,), ended is None, False, ended_on=ended)


def _chosen(mark: LabelMark, asked: frozenset[str] | None, last: frozenset[str]) -> LabelMark:
    by_itself = (mark.allowed and not _in_doubt(mark)) or not last.isdisjoint({mark.key, *mark.texts})
    wanted = by_itself if asked is None else mark.key in asked
    return LabelMark(mark.key, mark.texts, mark.allowed, wanted, mark.claim, mark.ended_on)


def _in_doubt(mark: LabelMark) -> bool:
    """Whether its body was not accredited when it certified: it may be printed, but nobody is led to it.

    What the body lost since takes nothing from the mark.
    """
    broken = CHAIN_CASES.values()
    return mark.claim is not None and any(one.case in broken for one in mark.claim.conflicts)


def _own_rights(session: Session, item: TradeItem) -> Sequence[IpRight]:
    """Marks of which the producer itself is the holder; making goods gives no right to another's name."""
    return session.scalars(
        select(IpRight)
        .join(ip_right_trade_item, ip_right_trade_item.c.ip_right_id == IpRight.id)
        .where(ip_right_trade_item.c.trade_item_id == item.id, IpRight.holder_id == item.party_id)
        .order_by(IpRight.id)
    ).all()


def _last_marks(session: Session, item: TradeItem) -> frozenset[str]:
    """What the last labels of the product carried: keys, and the words of orders that kept no keys."""
    kept = PrintRun.state.not_in((PrintState.CANCELLED, PrintState.FAILED))
    query = select(PrintRun).where(PrintRun.trade_item_id == item.id, PrintRun.kind == PrintKind.LABELS, kept)
    order = session.scalar(query.order_by(PrintRun.id.desc()).limit(1))
    if order is None:
        return frozenset()
    if "marks" in order.design:
        return frozenset(order.design["marks"])
    return frozenset((*order.design["face"]["certificates"], *order.design["face"]["marks"]))


def named_unvouched(claims: Iterable[Claim], printed: str) -> tuple[Claim, ...]:
    """Schemes that the name printed carries, and that no certificate vouches for."""
    return tuple(
        claim
        for claim in claims
        if not claim.vouched
        and any(mark.case is Case.MARK_IN_NAME and mark.text == printed for mark in claim.marks)
    )
