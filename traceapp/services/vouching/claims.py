"""The one question, asked of the records: may this product of this lot claim this scheme, on this day?

The consumer's page, the label printer, the API and the inspector all ask here, and the certificates that are
about some goods are found by one query: those of the maker, and those that name the product.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import ColumnElement, case, or_, select
from sqlalchemy.orm import Session, selectinload

from traceapp.domain.certificates import RecordState
from traceapp.domain.claims import Claim, Mark, claim
from traceapp.domain.contradictions import Case
from traceapp.domain.days import today_in_vietnam
from traceapp.domain.lot_days import LotDay, lot_day
from traceapp.domain.marks import named_schemes, spellings
from traceapp.domain.papers import Goods, Paper
from traceapp.domain.printing import PrintKind, PrintState
from traceapp.domain.scope import CertificateSubject as Subject
from traceapp.domain.scope import Coverage, SubjectKind, covers
from traceapp.models import Certificate, CertificateSubject, Lot, PrintRun, Scheme, TradeItem
from traceapp.services.nesting import contents
from traceapp.services.vouching import chains
from traceapp.services.vouching.chains import Standing

APPROVED: ColumnElement[bool] = Certificate.record_state == RecordState.APPROVED
LABELS_LOOKED_AT = 20


def ask_claims(
    session: Session,
    item: TradeItem,
    lot: Lot | None,
    *,
    day: date,
    scheme: str | None = None,
    certificates: Sequence[Certificate] | None = None,
    visible: ColumnElement[bool] = APPROVED,
    intact: Mapping[int, bool] | None = None,
    thorough: bool = True,
    labels: bool = True,
) -> tuple[Claim, ...]:
    """The answer for every scheme of which the goods have a certificate or carry the name, or for one.

    `visible`: certificates the asker may know of; `certificates`: these, where they have been found already;
    `intact`: by id, whether their files are whole, where somebody has looked.
    `thorough`: look also for the same number in other records. `labels`: look at those ordered for the goods.
    """
    if certificates is None:
        certificates = certificates_about(session, item, visible=visible)
    schemes = schemes_by_code(session)
    everywhere = visible if thorough else None
    papers = papers_of(
        session, item, lot, certificates, day=day, visible=everywhere, intact=intact, schemes=schemes
    )
    marks = marks_on(session, item, lot, schemes, labels=labels)
    codes = dict.fromkeys((*(paper.scheme for paper in papers), *marks))
    goods, names = goods_of(item, lot, day), {code: one.name_vi for code, one in schemes.items()}
    return tuple(
        claim(code, papers, goods, day=day, marks=marks.get(code, ()), name=names.get(code))
        for code in ([scheme] if scheme is not None else codes)
    )


def schemes_by_code(session: Session) -> dict[str, Scheme]:
    """Every scheme there is."""
    return {one.code: one for one in session.scalars(select(Scheme).order_by(Scheme.id))}


def asked_as(scheme: Scheme, schemes: Mapping[str, Scheme]) -> str:
    """The scheme as people claim it: "VietGAP" whatever is grown, but each of OCOP's stars by itself.

    A series of which one scheme bears the very name is asked for by that name.
    """
    return scheme.series if scheme.series and scheme.series in schemes else scheme.code


def certificates_about(
    session: Session, item: TradeItem, *, visible: ColumnElement[bool] = APPROVED, most: int | None = None
) -> Sequence[Certificate]:
    """Certificates of the item's maker, or naming the item or what it holds, that end last first.

    `most`: no more than so many, those that name it before the others.
    """
    named = CertificateSubject.trade_item_id.in_([one.id for one in contents(item)])
    names = Certificate.id.in_(select(CertificateSubject.certificate_id).where(named))
    order = [Certificate.valid_until.desc(), Certificate.id]
    return session.scalars(
        select(Certificate)
        .where(visible, or_(Certificate.holder_id == item.party_id, names))
        .options(selectinload(Certificate.subjects), selectinload(Certificate.decisions))
        .order_by(*order if most is None else (case((names, 0), else_=1), *order))
        .limit(most)
    ).all()


def certificates_naming(session: Session, items: Iterable[TradeItem]) -> Sequence[Certificate]:
    """Approved certificates that name any of these products, or of their makers any of their categories."""
    every = list(items)
    by_name = CertificateSubject.trade_item_id.in_({one.id for one in every})
    by_kind = CertificateSubject.category.in_({one.category for one in every})
    of_makers = Certificate.holder_id.in_({one.party_id for one in every})
    named = select(CertificateSubject.certificate_id)
    about = or_(
        Certificate.id.in_(named.where(by_name)), Certificate.id.in_(named.where(by_kind)) & of_makers
    )
    return session.scalars(
        select(Certificate)
        .where(APPROVED, about)
        .options(selectinload(Certificate.subjects), selectinload(Certificate.decisions))
        .order_by(Certificate.valid_until.desc(), Certificate.id)
    ).all()


def goods_of(item: TradeItem, lot: Lot | None, day: date) -> Goods:
    """The goods as the domain judges them."""
    return Goods(
        item=item.name_vi,
        maker=item.party.name_on(day),
        place=lot.place.name if lot and lot.place else None,
        made_on=lot.made_on if lot else None,
        packed_on=lot.packed_on if lot else None,
        lot=lot is not None,
    )


def day_of(lot: Lot | None) -> LotDay | None:
    """The day the lot is judged on: made, else packed."""
    return lot_day(lot.made_on, lot.packed_on) if lot else None


def papers_of(
    session: Session,
    item: TradeItem | None,
    lot: Lot | None,
    certificates: Sequence[Certificate],
    *,
    day: date,
    visible: ColumnElement[bool] | None = None,
    intact: Mapping[int, bool] | None = None,
    schemes: Mapping[str, Scheme] | None = None,
) -> list[Paper]:
    """Certificates beside the goods (None: none in hand), as the domain judges them.

    `visible` None: nobody asks for the same number elsewhere. `intact`: by id, whether the files are whole.
    """
    standings = chains.judge_all(session, certificates, today=day)
    same = {} if visible is None else _same_numbers(session, certificates, visible, day)
    whole, known = intact or {}, schemes or {}
    return [
        replace(
            _paper(one, item, lot, standings[one.id], day),
            scheme=asked_as(one.scheme, known),
            others=same.get(one.id, ()),
            file_intact=whole.get(one.id),
        )
        for one in certificates
    ]


def _paper(
    row: Certificate,
    item: TradeItem | None,
    lot: Lot | None,
    standing: Standing,
    day: date,
) -> Paper:
    named, area, place = subjects(row), row.scheme.accreditation_scope, lot.place_id if lot else None
    held = [] if item is None else contents(item)
    return Paper(
        number=row.number,
        scheme=row.scheme.code,
        standard=row.standard,
        terms=row.terms,
        key=row.public_id,
        body=row.body.name_on(day),
        holder=row.holder.name_on(day),
        scope=row.scope_text,
        area=area or "",
        coverage=_coverage(named, held, place),
        names_product=any(Subject(SubjectKind.TRADE_ITEM, one.id) in named for one in held),
        same_holder=None if item is None else item.party_id == row.holder_id,
        chain=standing.chain,
        lapse=standing.lapse,
        accredited=standing.accredited_today,
    )


def _coverage(named: list[Subject], held: list[TradeItem], place: int | None) -> Coverage | None:
    """What is certified stays so in its case: the product, or what it holds; None where none is in hand."""
    told = [covers(named, one.id, place, category=one.category.value) for one in held]
    return next((one for one in told if one.product), told[0] if told else None)


def subjects(certificate: Certificate) -> list[Subject]:
    """What a certificate names, as the domain judges it."""
    return [
        Subject(SubjectKind.TRADE_ITEM, row.trade_item_id)
        if row.trade_item_id is not None
        else Subject(SubjectKind.PLACE, row.place_id)
        if row.place_id is not None
        else Subject(SubjectKind.CATEGORY, str(row.category.value if row.category else ""))
        for row in certificate.subjects
    ]


def _same_numbers(
    session: Session, certificates: Sequence[Certificate], visible: ColumnElement[bool], day: date
) -> dict[int, tuple[str, ...]]:
    """Whose other records bear the number of each: the bodies' names."""
    numbers = {one.folded_number for one in certificates}
    query = select(Certificate).where(Certificate.folded_number.in_(numbers), visible)
    rows = session.scalars(query.order_by(Certificate.id)).all() if numbers else ()
    found = {}
    for one in certificates:
        others = [row for row in rows if row.folded_number == one.folded_number and row.id != one.id]
        renewals = {each.id for each in one.chain()} if others else set()  # these may keep the number
        found[one.id] = tuple(row.body.name_on(day) for row in others if row.id not in renewals)
    return found


# --- what the goods themselves say --------------------------------------------------------------------


def marks_on(
    session: Session, item: TradeItem, lot: Lot | None, schemes: Mapping[str, Scheme], *, labels: bool = True
) -> dict[str, tuple[Mark, ...]]:
    """Where the goods carry the name of a scheme, by its code: in their name, standards, ordered labels."""
    names = (item.name_vi, item.short_name, item.brand)
    told = [Mark(name, Case.MARK_IN_NAME) for name in names if name]
    told += [Mark(standard.number, Case.MARK_IN_STANDARDS) for standard in item.standards]
    told += _ordered(session, item, lot) if labels else []
    spelled = {one.code: spellings(one.code, one.name_vi, one.name_en) for one in schemes.values()}
    found: dict[str, dict[tuple[Case, str], Mark]] = {}
    for mark in told:
        for code in named_schemes(mark.text, spelled):
            asked = asked_as(schemes[code], schemes)
            found.setdefault(asked, {}).setdefault((mark.case, mark.text), mark)
    return {code: tuple(marks.values()) for code, marks in found.items()}


def _ordered(session: Session, item: TradeItem, lot: Lot | None) -> list[Mark]:
    """What the labels ordered for these goods name, the latest order first."""
    about = [PrintRun.trade_item_id == item.id]  # by the index of products, a lot's too
    about += [] if lot is None else [PrintRun.lot_id == lot.id]
    kept = PrintRun.state.not_in((PrintState.CANCELLED, PrintState.FAILED))
    query = select(PrintRun.design, PrintRun.created_at).where(
        PrintRun.kind == PrintKind.LABELS, *about, kept
    )
    orders = session.execute(query.order_by(PrintRun.id.desc()).limit(LABELS_LOOKED_AT))
    return [
        Mark(text, Case.MARK_ON_LABEL, today_in_vietnam(ordered_at))
        for design, ordered_at in orders
        for text in design["face"]["certificates"]
    ]
